"""The world as frozen, typed tables."""

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from network.content import Texts
from network.parameters import parameter
from network.problems import closest
from network.schema import ADJUSTMENTS, TABLES
from network.tables import read_tables
from network.typed_frame import empty_frame


@dataclass(frozen=True, eq=False)
class Network:
    """Typed tables of a world, one frame a declared table (see ``network.schema``).

    Frames have a RangeIndex and their keys as columns. Treat them as read-only: :meth:`replace` makes a changed world.
    ``adjustments`` is made by levers, in the order of their application; ``folder`` is where the tables were read.
    """

    places: pd.DataFrame
    links: pd.DataFrame
    handling: pd.DataFrame
    transfers: pd.DataFrame
    availability: pd.DataFrame
    seasons: pd.DataFrame
    periods: pd.DataFrame
    corridors: pd.DataFrame
    storage: pd.DataFrame
    commodities: pd.DataFrame
    time_value_segments: pd.DataFrame
    zones: pd.DataFrame
    zone_places: pd.DataFrame
    markets: pd.DataFrame
    lanes: pd.DataFrame
    growth: pd.DataFrame
    season_profiles: pd.DataFrame
    recipes: pd.DataFrame
    facilities: pd.DataFrame
    transit_refusals: pd.DataFrame
    overland_countries: pd.DataFrame
    projects: pd.DataFrame
    project_effects: pd.DataFrame
    budgets: pd.DataFrame
    parameters: pd.DataFrame
    observations: pd.DataFrame
    base_year: pd.DataFrame
    trade_elasticities: pd.DataFrame
    market_coverage: pd.DataFrame
    market_curves: pd.DataFrame
    trade_limits: pd.DataFrame
    sanctions: pd.DataFrame
    customs_territories: pd.DataFrame
    duty_rates: pd.DataFrame
    ntr_status: pd.DataFrame
    duty_lines: pd.DataFrame
    chain_elements: pd.DataFrame
    chain_profiles: pd.DataFrame
    chain_goods: pd.DataFrame
    chain_contents: pd.DataFrame
    chain_processes: pd.DataFrame
    chain_recipes: pd.DataFrame
    chain_recoveries: pd.DataFrame
    chain_facilities: pd.DataFrame
    chain_units: pd.DataFrame
    chain_regions: pd.DataFrame
    chain_demand: pd.DataFrame
    chain_controls: pd.DataFrame
    chain_stocks: pd.DataFrame
    other_minerals: pd.DataFrame
    powers: pd.DataFrame
    funders: pd.DataFrame
    funder_owners: pd.DataFrame
    funder_terms: pd.DataFrame
    instruments: pd.DataFrame
    country_finance: pd.DataFrame
    bank_rules: pd.DataFrame
    bank_shareholders: pd.DataFrame
    default_rates: pd.DataFrame
    risk_weights: pd.DataFrame
    reference_classes: pd.DataFrame
    asset_classes: pd.DataFrame
    concession_modes: pd.DataFrame
    toll_levels: pd.DataFrame
    funder_currencies: pd.DataFrame
    class_currencies: pd.DataFrame
    folder: Path
    adjustments: pd.DataFrame = field(default_factory=lambda: empty_frame(ADJUSTMENTS))

    def replace(self, **frames: pd.DataFrame) -> "Network":
        """A new network with some frames replaced; their index is renumbered.

        Raises:
            TypeError: a name is no table of a network.
        """
        names = [*(table.name for table in TABLES), ADJUSTMENTS.name]
        for name in frames:
            if name not in names:
                similar = closest(name, names)
                raise TypeError(f"a network has no table {name}{f'; did you mean {similar}?' if similar else ''}")
        changed: dict[str, Any] = {name: frame.reset_index(drop=True) for name, frame in frames.items()}
        made = replace(self, **changed)
        made.__dict__["_texts"] = self._texts
        return made

    def parameter(self, name: str) -> float:
        """Value of a parameter: the table's row, else its declared default.

        Raises:
            KeyError: no parameter of that name is declared (``network.parameters``).
        """
        declared = parameter(name)
        rows = self.parameters.loc[self.parameters["parameter"] == name, "value"]
        return float(rows.iloc[0]) if len(rows) else float(declared.default)

    def content_hash(self) -> str:
        """SHA-256 of all tables, hexadecimal: the same on every machine and for every order of rows and columns.

        Adjustments count in their order, since a later one acts on what an earlier one left.
        """
        digest = hashlib.sha256()
        for table in TABLES:
            digest.update(self._texts.of(table.name, getattr(self, table.name), in_order=False))
        digest.update(self._texts.of(ADJUSTMENTS.name, self.adjustments, in_order=True))
        return digest.hexdigest()

    @cached_property
    def _texts(self) -> Texts:
        """Texts of tables, shared with the worlds that :meth:`replace` makes."""
        return Texts()


def read_network(folder: str | Path) -> Network:
    """Read a data folder (see :func:`network.tables.read_tables`) into a network.

    A lane's end may name a place directly: a zone of that one place is added. A lane of a facility starts or ends at
    the facility's place. A lane without an elasticity takes its commodity's; tonnes and containers follow from each
    other by the commodity's ``t_per_teu`` where one is empty. Lanes that name no market share one.

    Raises:
        DataError: the data are not as declared; it lists every problem found.
    """
    tables = read_tables(folder)
    tables["lanes"] = _complete_lanes(tables["lanes"], tables["commodities"])
    tables["lanes"] = _at_facilities(tables["lanes"], tables["facilities"])
    tables["zones"], tables["zone_places"] = _with_place_zones(tables)
    tables["lanes"], tables["markets"] = _with_market(tables["lanes"], tables["markets"])
    return Network(folder=Path(folder), **tables)


def _complete_lanes(lanes: pd.DataFrame, commodities: pd.DataFrame) -> pd.DataFrame:
    """Lanes with their commodity's figures where they are silent: elasticity, tonnes, containers."""
    cargo = commodities.set_index("commodity_id").loc[lanes["commodity_id"]].reset_index(drop=True)
    in_boxes = cargo["cargo_kind"] == "container"
    return lanes.assign(
        own_price_elasticity=lanes["own_price_elasticity"].fillna(cargo["own_price_elasticity"]),
        quantity_t=lanes["quantity_t"].fillna(lanes["quantity_teu"] * cargo["t_per_teu"]),
        quantity_teu=lanes["quantity_teu"].fillna((lanes["quantity_t"] / cargo["t_per_teu"]).where(in_boxes)),
    )


def _at_facilities(lanes: pd.DataFrame, facilities: pd.DataFrame) -> pd.DataFrame:
    """Lanes of a facility start or end at its place, whatever the zone is."""
    place = dict(zip(facilities["facility_id"], facilities["place_id"], strict=True))
    ends = {
        f"{end}_place": [
            place.get(facility, given)
            for facility, given in zip(lanes[f"{end}_facility"], lanes[f"{end}_place"], strict=True)
        ]
        for end in ("origin", "destination")
    }
    return lanes.assign(**{name: pd.Series(values, lanes.index, dtype=object) for name, values in ends.items()})


def _with_market(lanes: pd.DataFrame, markets: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lanes that name no market, in one of their own, the last."""
    without = lanes["market_id"] == ""
    if not without.any():
        return lanes, markets
    known = set(markets["market_id"])
    name = next(name for n in range(len(markets) + 1) if (name := "other" + "_" * n) not in known)
    rank = int(markets["rank"].max()) + 1 if len(markets) else 1
    title = "Other lanes" if len(markets) else "All lanes"
    row = pd.DataFrame({"market_id": [name], "name": [title], "rank": [rank], "note": ["lanes without a market"]})
    return lanes.assign(market_id=lanes["market_id"].mask(without, name)), _append(markets, row)


def _with_place_zones(tables: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Zones and zone_places with a zone of one place, weight 1, for each place used as a zone."""
    zones, zone_places, places = tables["zones"], tables["zone_places"], tables["places"]
    used = pd.concat(
        [tables["lanes"]["origin_zone"], tables["lanes"]["destination_zone"], tables["transit_refusals"]["zone_id"]]
    ).unique()
    without_places = [zone for zone in used if zone not in set(zone_places["zone_id"])]
    alone = places[places["place_id"].isin(without_places)]
    note = "one place used as a zone"
    new_zones = alone[~alone["place_id"].isin(zones["zone_id"])]
    zone_rows = pd.DataFrame(
        {
            "zone_id": new_zones["place_id"],
            "name": new_zones["name"],
            "countries": [(country,) for country in new_zones["country"]],
            "customs_territory": new_zones["country"],
            "year": np.nan,
            "source": new_zones["source"],
            "confidence": new_zones["confidence"],
            "note": note,
        }
    )
    place_rows = pd.DataFrame(
        {
            "zone_id": alone["place_id"],
            "place_id": alone["place_id"],
            "weight": 1.0,
            "year": np.nan,
            "source": alone["source"],
            "confidence": alone["confidence"],
            "note": note,
        }
    )
    return _append(zones, zone_rows), _append(zone_places, place_rows)


def _append(frame: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    if rows.empty:
        return frame
    rows = rows.astype(frame.dtypes.to_dict()).reset_index(drop=True)
    return rows if frame.empty else pd.concat([frame, rows], ignore_index=True)
