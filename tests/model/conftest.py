"""Small worlds from literal tables, without files, and their solutions; random ones for hypothesis."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import strategies as st

from model.build import build_problem
from model.compile import compile_model
from model.decomposition import Decomposition
from model.formulation import formulate
from model.incumbent import Incumbent
from model.options import Options
from model.problem import Problem
from model.progress import Silent
from model.result_accounts import costs_table
from model.result_flows import BlockFlows, corridors_table, flows_table, solved_flows
from model.result_investment import builds_table
from model.result_lanes import demand_table, prices_table
from model.result_limits import capacities_table
from model.result_processing import balances_table
from model.result_trade import accounts_table, market_prices_table, trade_table
from model.routing import arc_routing
from model.run import solve_scenario
from model.scenario import Scenario
from model.solution import Solution
from model.solver import Answer, Session
from network.network import Network
from network.schema import ADJUSTMENTS, TABLES, table
from network.sheet import Sheet
from network.typed_frame import fill_defaults, type_table

Row = Mapping[str, Any]
GOODS = {
    "commodity_id": "goods",
    "name": "Goods",
    "handling_class": "bagged",
    "cargo_kind": "general",
    "value_usd_per_t": 0,
    "time_value_pct_per_day": 0,
    "own_price_elasticity": 0,
}


class Tables(dict[str, pd.DataFrame]):
    """Result tables by name, made when they are asked for."""

    def __init__(self, make: Mapping[str, Callable[[], pd.DataFrame]]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> pd.DataFrame:
        self[name] = self._make[name]()
        return self[name]


@dataclass(frozen=True)
class Solved:
    """A world with its plan and result tables."""

    problem: Problem
    search: Decomposition
    best: Incumbent
    flows: list[BlockFlows]
    tables: Tables


def frame(name: str, rows: Sequence[Row]) -> pd.DataFrame:
    """Rows of a declared table as the reader would type them; what is not given is empty or the default."""
    declared = table(name)
    cells = {column: [_text(row.get(column)) for row in rows] for column in declared.columns}
    for row in rows:
        assert set(row) <= set(cells), f"{name} has no column {set(row) - set(cells)}"
    typed, problems = type_table(declared, Sheet(cells, list(range(2, len(rows) + 2))))
    assert not problems, problems
    return fill_defaults(declared, typed.frame)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return "|".join(map(str, value)) if isinstance(value, tuple) else str(value)


def make_world(
    links: Sequence[Row], lanes: Sequence[Row], places: Sequence[Row] = (), **tables: Sequence[Row]
) -> Network:
    """A network from rows of its tables.

    Places that links use and no row describes lie in a country of their own name. Every lane carries the commodity
    "goods" (general cargo, no value, no elasticity) between places unless it says otherwise. Link keys ``a``, ``b`` and
    ``cost`` are short for its ends and its freight of general cargo; ``kt`` for its capacity; ``kt`` of a lane too.
    Demand is served up to 1000 times the reference cost unless the parameters say otherwise.
    """
    links = [{"transit_time_h": 0, "mode": "road", **_short(row)} for row in links]
    described = {row["place_id"] for row in places}
    names = dict.fromkeys(end for row in links for end in (row["from_place"], row["to_place"]))
    rows = [*places, *({"place_id": name} for name in names if name not in described)]
    rows = [{"name": row["place_id"], "country": row["place_id"], "lat_deg": 0, "lon_deg": 0, **row} for row in rows]
    lanes = [
        {"lane_id": f"{row['a']}-{row['b']}-{number}", "commodity_id": "goods", "market_id": "all", **_short(row)}
        for number, row in enumerate(lanes)
    ]
    given = {
        "places": rows,
        "links": links,
        "lanes": lanes,
        "commodities": [GOODS],
        "markets": [{"market_id": "all", "name": "All", "rank": 1}],
        "zones": [{"zone_id": row["place_id"], "name": row["name"], "countries": (row["country"],)} for row in rows],
        "zone_places": [{"zone_id": row["place_id"], "place_id": row["place_id"], "weight": 1} for row in rows],
        "parameters": [{"parameter": "choke_cost_multiple", "value": 1000}],
        **tables,
    }
    frames = {item.name: frame(item.name, given.get(item.name, [])) for item in TABLES}
    frames["adjustments"] = frame(ADJUSTMENTS.name, given.get("adjustments", []))
    cargo = frames["commodities"].set_index("commodity_id").loc[frames["lanes"]["commodity_id"]]
    elasticity = frames["lanes"]["own_price_elasticity"]
    frames["lanes"]["own_price_elasticity"] = elasticity.fillna(
        pd.Series(cargo["own_price_elasticity"].to_numpy(), index=elasticity.index)
    )
    return Network(folder=Path(), **frames)


def _short(row: Row) -> dict[str, Any]:
    """A link or lane with its short keys written out."""
    row = dict(row)
    lane = "commodity_id" in row or not {"link_id", "cost"} & set(row)
    first, second = ("origin_zone", "destination_zone") if lane else ("from_place", "to_place")
    names = {"a": first, "b": second, "cost": "cost_usd_per_t_general"}
    quantity = "quantity_t" if lane else "capacity_t_per_year"
    full = {names.get(key, key): value for key, value in row.items() if key != "kt"}
    if row.get("kt") is not None:
        full[quantity] = row["kt"] * 1000
    return full


def make_problem(world: Network, reference: Network | None = None, **options: Any) -> Problem:
    """The problem of a world, fast resolution, one thread."""
    return build_problem(world, reference or world, Options(**{"threads": 1, **options}))


def solve_world(world: Network, reference: Network | None = None, **options: Any) -> Solved:
    """The plan of a world at gap 0 and its result tables."""
    chosen = Options(**{"threads": 1, "gap": 0.0, "time_limit_s": 60.0, **options})
    problem = build_problem(world, reference or world, chosen)
    search = Decomposition(problem, chosen, Silent())
    best = search.run()
    search.finish(best)
    flows = solved_flows(problem, search.solvers, search.plans.built(best.plan))
    make = {
        "flows": lambda: flows_table(problem, flows),
        "builds": lambda: builds_table(problem, best.plan),
        "prices": lambda: prices_table(problem, flows),
        "capacities": lambda: capacities_table(problem, flows),
        "demand": lambda: demand_table(problem, flows),
        "costs": lambda: costs_table(problem, flows, best.plan, chosen.objective),
        "corridors": lambda: corridors_table(problem, flows),
        "accounts": lambda: accounts_table(problem, flows, search.plans.cost(best.plan), chosen.objective),
        "market_prices": lambda: market_prices_table(problem, flows),
        "trade": lambda: trade_table(problem, flows),
        "balances": lambda: balances_table(problem, flows),
    }
    return Solved(problem, search, best, flows, Tables(make))


def run_world(world: Network, formulation: str = "auto", builds: pd.DataFrame | None = None) -> Solution:
    """A world solved to the end at gap 0, as the command solves it."""
    scenario = Scenario("baseline", "Baseline", "", "", ())
    options = Options(threads=1, gap=0.0, time_limit_s=60.0, formulation=formulation)
    return solve_scenario(world, scenario, options, Silent(), builds)


def solve_jointly(problem: Problem, relax: bool = False) -> Answer:
    """The arc formulation of all blocks and projects at once, by the solver: the reference."""
    return Session(compile_model(formulate(problem, arc_routing(problem), relax)), 1, relax).solve(60.0)


@st.composite
def random_worlds(
    draw: st.DrawFn, projects: int = 3, periods: int = 2, storage: bool = False, processing: bool = False
) -> Network:
    """Worlds of a few places: several modes, handling, joint limits in t and TEU, boxes and goods, elastic demand.

    Sizes are drawn one by one, so that failures shrink; figures come from one seed. With ``storage`` the year has two
    seasons and cargo may wait where lanes end. With ``processing`` some of it is dug at a mine and changed at a plant.
    """
    place_count = draw(st.integers(3, 5))
    extra_links = draw(st.integers(0, 5))
    lane_count = draw(st.integers(1, 4))
    project_count = draw(st.integers(0, projects))
    period_count = draw(st.integers(1, periods))
    split_zone, seasonal = draw(st.booleans()), storage or draw(st.booleans())
    rng = Random(draw(st.integers(0, 2**20)))  # noqa: S311
    names = [f"N{n}" for n in range(place_count)]
    pairs = [(names[n], names[n + 1]) for n in range(place_count - 1)]
    pairs += [tuple(rng.sample(names, 2)) for _ in range(extra_links)]  # type: ignore[misc]
    links = [_random_link(rng, number, *pair, open_way=number < place_count - 1) for number, pair in enumerate(pairs)]
    lanes = []
    for _ in range(lane_count):
        a, b = rng.sample(names, 2)
        boxed = rng.random() < 0.5
        lanes.append({"a": a, "b": b, "commodity_id": "boxes" if boxed else "goods", "kt": rng.randint(20, 120),
                      "own_price_elasticity": rng.choice([0, -0.5, -1.2])})  # fmt: skip
    zone_places = [{"zone_id": n, "place_id": n, "weight": 1} for n in names]
    if split_zone:
        zone_places[0]["weight"] = 0.75
        zone_places.append({"zone_id": names[0], "place_id": names[1], "weight": 0.25})
        lanes = [row for row in lanes if {row["a"], row["b"]} != {names[0], names[1]}] or [
            {"a": names[0], "b": names[2], "commodity_id": "goods", "kt": 50}
        ]
    tables: dict[str, list[Row]] = {
        "places": [_random_place(rng, name) for name in names],
        "commodities": _COMMODITIES,
        "zone_places": zone_places,
        "parameters": [{"parameter": "choke_cost_multiple", "value": rng.choice([2.5, 6])}],
        "handling": [
            {"mode": "rail_1520", "cargo_kind": "general", "cost_usd_per_t": 2, "time_h": 3},
            {"mode": "caspian_ferry", "cargo_kind": "container", "cost_usd_per_teu": 40},
        ],
        "transfers": _random_transfers(rng, links),
        "periods": [
            {"resolution": "fast", "period": y, "first_year": y, "last_year": y + 4}
            for y in (2025, 2030)[:period_count]
        ],
        **_random_projects(rng, project_count, links, names),
    }
    if processing:
        tables |= _random_facilities(rng)
        lanes += _random_chain(rng)
        tables["project_effects"] = [
            *tables["project_effects"],
            *({"project_id": row["project_id"], "target": "facility", "target_id": "PLANT",
               "capacity_added_t_per_year": 20_000} for row in tables["projects"][:1]),
        ]  # fmt: skip
    if seasonal:
        tables["seasons"] = [{"resolution": "fast", "season": "cold", "months": (10, 11, 12, 1, 2)},
                             {"resolution": "fast", "season": "warm", "months": (3, 4, 5, 6, 7, 8, 9)}]  # fmt: skip
        tables["availability"] = [
            {"availability_id": "WIND", "month": m, "availability": 0.5 if m < 3 else 0.9} for m in range(1, 13)
        ]
    if storage:
        ends = dict.fromkeys((row["b"], row["commodity_id"]) for row in lanes)
        tables["storage"] = [
            {"zone_id": zone, "commodity_id": goods, "capacity_t": rng.choice([3_000, 20_000, 90_000]),
             "holding_cost_usd_per_t_month": rng.choice([0.5, 3, 12])}
            for zone, goods in ends
        ]  # fmt: skip
    return make_world(links, lanes, **tables)


_COMMODITIES = [
    {**GOODS, "value_usd_per_t": 300, "time_value_pct_per_day": 0.5},
    {"commodity_id": "boxes", "name": "Boxes", "handling_class": "container", "cargo_kind": "container",
     "t_per_teu": 10, "value_usd_per_t": 4000, "time_value_pct_per_day": 0.6, "own_price_elasticity": -0.5},
]  # fmt: skip


def _random_facilities(rng: Random) -> dict[str, list[Row]]:
    """A mine at N0 that digs goods and a plant at N1 that makes boxes, and other goods, of them."""
    return {
        "facilities": [
            {"facility_id": "MINE", "name": "Mine", "place_id": "N0", "recipe_id": "DIG",
             "capacity_t_per_year": rng.choice([40_000, 200_000]), "cost_usd_per_t": rng.randint(1, 200)},
            {"facility_id": "PLANT", "name": "Plant", "place_id": "N1", "recipe_id": "SPLIT",
             "capacity_t_per_year": rng.choice([0, 10_000, 60_000]), "cost_usd_per_t": rng.randint(1, 400)},
        ],
        "recipes": [
            {"recipe_id": "DIG", "side": "output", "commodity_id": "goods", "t_per_t": 1},
            {"recipe_id": "SPLIT", "side": "input", "commodity_id": "goods", "t_per_t": rng.choice([1, 1.5])},
            {"recipe_id": "SPLIT", "side": "output", "commodity_id": "boxes", "t_per_t": 0.2,
             "disposal_cost_usd_per_t": rng.choice([0, 40])},
            {"recipe_id": "SPLIT", "side": "output", "commodity_id": "goods", "t_per_t": 0.5,
             "disposal_cost_usd_per_t": rng.choice([0, 5])},
        ],
    }  # fmt: skip


def _random_chain(rng: Random) -> list[dict[str, Any]]:
    """Lanes of the mine and the plant, by their places even where their zone has others."""
    made = {"a": "N1", "b": "N2", "origin_facility": "PLANT", "origin_place": "N1"}
    dug = {"a": "N0", "commodity_id": "goods", "origin_facility": "MINE", "origin_place": "N0"}
    return [
        {**dug, "b": "N1", "destination_facility": "PLANT", "destination_place": "N1", "kt": rng.choice([None, 30])},
        {**dug, "b": "N2", "kt": rng.randint(5, 60), "own_price_elasticity": rng.choice([0, -0.5])},
        {**made, "commodity_id": "boxes", "kt": rng.randint(2, 20), "own_price_elasticity": -0.8},
        {**made, "commodity_id": "goods", "kt": rng.randint(2, 40), "own_price_elasticity": rng.choice([0, -1.2])},
    ]


def _random_link(rng: Random, number: int, a: str, b: str, open_way: bool) -> dict[str, Any]:
    """A link; the open ways join all places, both ways, without a limit, at a price."""
    dear = 3 if open_way else 1
    row = {
        "link_id": f"L{number}",
        "a": a,
        "b": b,
        "mode": "road" if open_way else rng.choice(["road", "rail_1520", "rail_1435", "caspian_ferry"]),
        "directed": 0 if open_way else int(rng.random() < 0.3),
        "cost": dear * rng.randint(5, 40),
        "cost_usd_per_teu": dear * rng.randint(50, 400),
        "transit_time_h": rng.randint(5, 60),
        "distance_km": rng.randint(100, 900),
        "dwell_to_h": rng.randint(0, 20),
        "dwell_to_sd_h": rng.randint(0, 8),
        "fee_usd_per_t": rng.choice([0, 2]),
        "gco2_per_tkm": 20,
    }
    if not open_way:
        row["kt"] = rng.choice([None, 0, 15, 40, 80])
        row["capacity_teu_per_year"] = rng.choice([None, 2000, 6000])
        row["capacity_rule"] = rng.choice(["both_directions", "each_direction", "uncapped"])
        row["availability_id"] = rng.choice(["", "WIND"])
        row["allowed_handling"] = rng.choice([(), ("container",), ("bagged", "container")])
    return row


def _random_place(rng: Random, name: str) -> dict[str, Any]:
    limit = rng.choice([None, None, 60_000])
    return {"place_id": name, "capacity_t_per_year": limit, "capacity_scope": rng.choice(["vessel", "none"])}


def _random_transfers(rng: Random, links: list[dict[str, Any]]) -> list[Row]:
    modes: dict[str, set[str]] = {}
    for row in links:
        for end in ("a", "b"):
            modes.setdefault(row[end], set()).add(row["mode"])
    return [
        {"place_id": place, "from_mode": "rail_1520", "to_mode": "rail_1435", "cost_usd_per_teu": rng.randint(0, 60),
         "cost_usd_per_t": 3, "time_h": 6, "capacity_t_per_year": rng.choice([None, 5_000, 30_000]),
         "capacity_teu_per_year": rng.choice([None, 2000])}
        for place, served in modes.items()
        if {"rail_1520", "rail_1435"} <= served
    ]  # fmt: skip


def _random_projects(rng: Random, count: int, links: list[dict[str, Any]], names: list[str]) -> dict[str, list[Row]]:
    ids = [f"P{n}" for n in range(count)]
    projects, effects = [], []
    for number, project in enumerate(ids):
        before = tuple(ids[:number])
        others = rng.choice(["", "", "all_of", "any_of", "excludes"]) if before else ""
        spread = rng.random() < 0.3
        row: dict[str, Any] = {
            "project_id": project,
            "name": project,
            "country": names[0],
            "capex_musd": rng.choice([0.2, 1, 3, 8]),
            "construction_years": rng.choice([0, 1, 3]),
            "units_max": rng.choice([1, 1, 2]),
            "lifetime_years": rng.choice([4, 12, 40]),
            "fixed_opex_share_per_year": 0.02,
            "spread_capacity_t_per_year": 30_000 if spread else None,
            "spread_capacity_teu_per_year": 3000 if spread else None,
        }
        if others:
            row[others] = before
        projects.append(row)
        effects += [
            {
                "project_id": project,
                "target": "link",
                "target_id": link["link_id"],
                "capacity_added_t_per_year": 0 if spread else rng.choice([0, 20_000, 60_000]),
                "capacity_added_teu_per_year": 0 if spread else rng.choice([0, 3000]),
                "time_saved_h": rng.choice([0, 0, 6, 100]),
                "cost_saving_share": rng.choice([0, 0, 0.1]),
                "in_spread_group": int(spread),
            }
            for link in rng.sample(links, min(2, len(links)))
        ]
    return {"projects": projects, "project_effects": effects}


class Worlds:
    """What tests make and solve worlds with."""

    goods = GOODS
    make = staticmethod(make_world)
    frame = staticmethod(frame)
    problem = staticmethod(make_problem)
    solve = staticmethod(solve_world)
    run = staticmethod(run_world)
    jointly = staticmethod(solve_jointly)
    random = staticmethod(random_worlds)


@pytest.fixture(scope="session")
def worlds() -> Worlds:
    """Factory and solvers of small worlds."""
    return Worlds()


@pytest.fixture(scope="session")
def two_ways() -> Callable[..., Network]:
    """A to B by a cheap limited link CHEAP (10 USD/t, 60 kt) or a dear one DEAR (14 USD/t); 100 kt a year."""

    def make(cheap: Row | None = None, dear: Row | None = None, lane: Row | None = None, **tables: Any) -> Network:
        links = [
            {"link_id": "CHEAP", "a": "A", "b": "B", "cost": 10, "kt": 60, **(cheap or {})},
            {"link_id": "DEAR", "a": "A", "b": "B", "cost": 14, **(dear or {})},
        ]
        return make_world(links, [{"a": "A", "b": "B", "kt": 100, **(lane or {})}], **tables)

    return make
