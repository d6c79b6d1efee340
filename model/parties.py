"""Who sells and who buys on each lane: countries and customs territories at its ends."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from network.network import Network

Flags = NDArray[np.bool_]
UNION = "EU27"


@dataclass(frozen=True)
class Customs:
    """Where each lane class (or lane) comes from and clears, and how it reacts.

    Attributes:
        frame: one row a class: origin (country), importer (territory), country (of the importer, for the accounts),
            commodity_id, is_foreign (crosses a customs border); of classes also is_free (demand that reacts to its
            cost, of no facility and not firm), is_homogeneous (its quantity follows from curves at its ends),
            substitution (NaN = none).
    """

    frame: pd.DataFrame
    _found: dict[tuple[str, tuple[str, ...]], Flags] = field(default_factory=dict, repr=False, compare=False)

    def among(self, column: str, names: tuple[str, ...]) -> Flags:
        """Classes whose origin or importer is one of some countries or territories; all where none is named."""
        return self._any_of((column, f"{column}_territory", f"{column}_country"), names)

    def of_goods(self, commodities: tuple[str, ...]) -> Flags:
        """Classes of some commodities; all where none is named."""
        return self._any_of(("commodity_id",), commodities)

    def _any_of(self, columns: tuple[str, ...], names: tuple[str, ...]) -> Flags:
        """Classes that have one of some names in one of some columns, looked up once; not to be changed."""
        key = (columns[0], names)
        if key not in self._found:
            own = self.frame[list(columns)].isin(names).any(axis=1) if names else np.ones(len(self.frame), dtype=bool)
            self._found[key] = np.asarray(own, dtype=bool)
            self._found[key].flags.writeable = False
        return self._found[key]


def lane_parties(network: Network) -> Customs:
    """Origin and importer of every lane; what is in one customs territory crosses no border."""
    lanes = network.lanes
    zones = network.zones.set_index("zone_id")
    country = dict(zip(network.places["place_id"], network.places["country"], strict=True))
    ends = {}
    for end in ("origin", "destination"):
        of_zone = zones["countries"].reindex(lanes[f"{end}_zone"])
        own = ["|".join(names) if isinstance(names, tuple) else "" for names in of_zone]
        named = [country.get(place, "") for place in lanes[f"{end}_place"]]
        ends[end] = np.array([place or zone for place, zone in zip(named, own, strict=True)], dtype=object)
    territory = {
        end: zones["customs_territory"].reindex(lanes[f"{end}_zone"]).fillna("").to_numpy(object) for end in ends
    }
    frame = pd.DataFrame(
        {
            "origin": [names.split("|")[0] for names in ends["origin"]],
            "origin_country": [names.split("|")[0] for names in ends["origin"]],
            "origin_territory": territory["origin"],
            "importer": np.where(territory["destination"] == "", ends["destination"], territory["destination"]),
            "importer_country": [names.split("|")[0] for names in ends["destination"]],
            "importer_territory": territory["destination"],
            "commodity_id": lanes["commodity_id"].to_numpy(),
        }
    )
    frame["payer"] = _account(frame["importer_territory"], frame["importer_country"])
    frame["seller"] = _account(frame["origin_territory"], frame["origin_country"])
    same = (frame["origin_territory"] == frame["importer_territory"]) & (frame["origin_territory"] != "")
    frame["is_foreign"] = ~same & (frame["origin_country"] != frame["importer_country"])
    return Customs(frame)


def _account(territory: pd.Series, country: pd.Series) -> pd.Series:
    """Whose account it is: the customs union of the European Union as one, elsewhere the country."""
    return country.mask(territory == UNION, UNION)
