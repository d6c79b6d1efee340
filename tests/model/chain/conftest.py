"""Small chains from literal tables: a mine, a separator, works and a market in two or three regions."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.chain.problem import Chain, build_chain
from model.chain.solve import ChainAnswer, ChainProgram, solve_chain
from network.network import Network
from tests.model.conftest import make_world

Row = Mapping[str, Any]
PLACES = ("CNP", "KZP", "EUP")
COUNTRY = {"CNP": "CN", "KZP": "KZ", "EUP": "DE"}
GOODS = {
    "conc_light": ("feed", 0.6), "conc_xenotime": ("feed", 0.5), "mrec": ("feed", 1.0),
    "ox_la": ("oxide", 1.0), "ox_ndpr": ("oxide", 1.0), "ox_dy": ("oxide", 1.0),
    "met_ndpr": ("metal", 1.2), "met_dy": ("metal", 1.15), "mag_std": ("magnet", 0.36), "mag_hc": ("magnet", 0.37),
    "swarf": ("scrap", 0.28), "eol_magnets": ("scrap", 0.36),
}  # fmt: skip
PRICES = {"ox_la": 1000, "ox_ndpr": 100_000, "ox_dy": 200_000, "met_ndpr": 120_000, "met_dy": 240_000,
          "mag_std": 50_000, "mag_hc": 80_000}  # fmt: skip
PROFILE = {"LA": 0.5, "NDPR": 0.4, "DY": 0.1}


def goods(**more: Row) -> list[dict[str, Any]]:
    """All goods of the toy, priced."""
    return [
        {
            "good_id": good, "name": good, "stage": stage, "commodity_id": "goods", "heading": "0000", "basis": "t",
            "value_usd_per_t": PRICES.get(good, 1000), "value_outside_usd_per_t": PRICES.get(good, 1000),
            **more.get(good, {}),
        }
        for good, (stage, _) in GOODS.items()
    ]  # fmt: skip


def process(process_id: str, step: str, **more: Any) -> dict[str, Any]:
    """A process that costs nothing unless it says so."""
    return {
        "process_id": process_id, "name": process_id, "step": step, "basis": "t", "opex_china_usd_per_t": 0,
        "opex_usd_per_t": 0, "recovery": 1.0, "confers_origin": 1, "build_years": 1, **more,
    }  # fmt: skip


def facility(facility_id: str, place: str, **more: Any) -> dict[str, Any]:
    """A facility that stands at a place and treats what comes."""
    return {
        "facility_id": facility_id, "name": facility_id, "owner": "open", "owner_group": facility_id.lower(),
        "country": COUNTRY[place], "lat_deg": 0, "lon_deg": 0, "place_id": place, "access_km": 0, "access_mode": "road",
        "status": "operating", "takes_others": 1, **more,
    }  # fmt: skip


def unit(facility_id: str, process_id: str, t: float, **more: Any) -> dict[str, Any]:
    """A unit with a capacity in t a year."""
    return {"facility_id": facility_id, "process_id": process_id, "capacity_t_per_year": t, **more}


def demand(region: str, good: str, t: float, **more: Any) -> list[dict[str, Any]]:
    """Flat demand that does not react below its tiers of shortage, unless it says otherwise."""
    row = {
        "region_id": region, "good_id": good, "use": "final", "quantity_t": t, "quantity_low_t": t,
        "quantity_high_t": t, "elasticity_short": 0, "elasticity_long": 0, "tier1_share": 0.05,
        "tier1_usd_per_t": 2_000_000, "tier2_share": 0.15, "tier2_usd_per_t": 4_000_000, "tier3_usd_per_t": 8_000_000,
        **more,
    }  # fmt: skip
    return [{**row, "year": year} for year in (2024, 2050)]


def chain_world(
    processes: Sequence[Row], facilities: Sequence[Row], units: Sequence[Row], demands: Sequence[Sequence[Row]],
    *, recipes: Sequence[Row] = (), controls: Sequence[Row] = (), stocks: Sequence[Row] = (),
    profiles: Mapping[str, Mapping[str, float]] | None = None, freight: float = 0.0, last_year: int = 2026,
    parameters: Mapping[str, float] | None = None, **tables: Sequence[Row],
) -> Network:  # fmt: skip
    """A world of three places with a chain; two years, no discount, moves at ``freight`` USD per TEU."""
    links = [
        {"link_id": f"{a}{b}", "from_place": a, "to_place": b, "cost": 0, "cost_usd_per_teu": freight}
        for a, b in (("CNP", "KZP"), ("KZP", "EUP"))
    ]
    given = {
        "discount_rate": 0.0,
        "chain_contracted_use": 0.0,
        "choke_cost_multiple": 1000,
        "chain_holding_rate": 0.0,
        **(parameters or {}),
    }
    shares = profiles or {"p": PROFILE}
    elements = {"LA": 500, "NDPR": 100_000, "DY": 200_000}
    return make_world(
        links,
        [{"a": "CNP", "b": "EUP", "kt": 1}],
        [{"place_id": place, "name": place, "country": COUNTRY[place], "lat_deg": 0, "lon_deg": 0} for place in PLACES],
        parameters=[{"parameter": name, "value": value} for name, value in given.items()],
        periods=[{"resolution": "fast", "period": 2025, "first_year": 2025, "last_year": last_year}],
        chain_elements=[
            {"element_id": e, "name": e, "price_usd_per_t": p, "price_outside_usd_per_t": p, "metal_per_oxide": 0.85,
             "disposal_usd_per_t": 50, "is_controlled": int(e == "DY")}
            for e, p in elements.items()
        ],
        chain_profiles=[
            {"profile_id": name, "element_id": e, "share": s} for name, part in shares.items() for e, s in part.items()
        ],
        chain_goods=goods(),
        chain_contents=[
            {"good_id": good, "element_id": e, "t_per_t": amount}
            for good, e, amount in (
                ("conc_light", "NDPR", 0.6), ("conc_xenotime", "DY", 0.5), ("mrec", "NDPR", 1.0), ("ox_la", "LA", 1.0),
                ("ox_ndpr", "NDPR", 1.0), ("ox_dy", "DY", 1.0), ("met_ndpr", "NDPR", 1.2), ("met_dy", "DY", 1.15),
                ("mag_std", "NDPR", 0.36), ("mag_hc", "NDPR", 0.36), ("mag_hc", "DY", 0.01), ("swarf", "NDPR", 0.28),
                ("eol_magnets", "NDPR", 0.36),
            )
        ],
        chain_processes=list(processes),
        chain_recipes=list(recipes),
        chain_facilities=list(facilities),
        chain_units=list(units),
        chain_regions=[
            {"region_id": region, "name": region, "countries": (country,), "importer": country, "place_id": place}
            for region, country, place in (("CN", "CN", "CNP"), ("KZ", "KZ", "KZP"), ("EU27", "DE", "EUP"))
        ],
        chain_demand=[row for rows in demands for row in rows],
        chain_controls=list(controls),
        chain_stocks=list(stocks),
        **tables,
    )  # fmt: skip


def solved(world: Network, objective: str = "shipper") -> tuple[Chain, ChainProgram, ChainAnswer]:
    """The chain of a world, solved to the end."""
    chain = build_chain(world, "fast", objective)
    program, answer = solve_chain(chain, 0.0, 60.0, 1)
    return chain, program, answer


def grid(chain: Chain, answer: ChainAnswer, name: str) -> np.ndarray:
    """Values of a variable, items x slices."""
    return answer.value[name].reshape(-1, len(chain.slices))


@pytest.fixture(name="mine_to_oxide")
def _mine_to_oxide() -> Network:
    """A leach mine and a separator in Kazakhstan; Dy is wanted in Europe, nothing else."""
    return chain_world(
        [process("leach", "mine", feed="mrec", opex_usd_per_t=10_000),
         process("sx", "separation", treats="heavy", opex_usd_per_t=5_000)],
        [facility("MINE", "KZP", profile_id="p"), facility("SX", "KZP")],
        [unit("MINE", "leach", 1000), unit("SX", "sx", 1000)],
        [demand("EU27", "ox_dy", 50)],
    )  # fmt: skip


def table_of(frame: pd.DataFrame, **where: Any) -> pd.DataFrame:
    """Rows of a table where columns have values."""
    for name, value in where.items():
        frame = frame[frame[name] == value]
    return frame
