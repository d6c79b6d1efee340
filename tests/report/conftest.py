"""A made-up solution on the shipped world, with every result table, for the files that show one.

Every lane takes two quick routes, 70 to 30; nothing is optimised. It has the real places, links, lanes and names, so
sizes, labels and layout are those of a real run.
"""

import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest

from model.solution import TABLE_BY_NAME, TABLES, Solution
from network.network import Network, read_network

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DATA = Path(__file__).parents[2] / "data"
PERIODS = {2025: 1.0, 2030: 1.25, 2040: 1.7}
SEASONS = ("cold", "warm")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install the package chromium to test the page")
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def network() -> Network:
    return read_network(DATA)


@pytest.fixture(scope="session")
def solution(network: Network) -> Solution:
    return made_up_solution(network, growth=1.0)


@pytest.fixture(scope="session")
def other_solution(network: Network) -> Solution:
    """A second plan: more cargo, and the first built project left out."""
    plan = made_up_solution(network, growth=1.1)
    builds = plan["builds"].copy()
    first = builds.index[builds["decision"] == "built"][:1]
    builds.loc[first, ["decision", "units"]] = ["not built", 0.0]
    return Solution({**plan.tables, "builds": builds}, {**plan.run, "title": "More trade", "gain": 38_000.0})


@pytest.fixture(scope="session")
def hand_made() -> Callable[..., Solution]:
    """Makes a solution of rows given by table; columns that a row leaves out are empty, other tables have no rows."""

    def made(run: dict[str, Any] | None = None, **rows: list[dict[str, Any]]) -> Solution:
        tables = {table.name: table.empty() for table in TABLES}
        for name, given in rows.items():
            kinds = tables[name].dtypes
            table = frame(name, given)
            tables[name] = table.astype({c: d for c, d in kinds.items() if d == "float64"})
        return Solution(tables, run or {"scenario": "hand"})

    return made


def frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a result table, in its columns and order."""
    table = TABLE_BY_NAME[name]
    return pd.DataFrame(rows, columns=table.column_names) if rows else table.empty()


def made_up_solution(network: Network, growth: float) -> Solution:
    moved = list(_moves(network, growth))
    flows = _flows(moved)
    capacities = _capacities(network, flows)
    demand = frame("demand", [row["demand"] for row in moved if row["main"]])
    prices = frame("prices", [row["price"] for row in moved if row["main"]])
    tables = {
        "flows": flows,
        "capacities": capacities,
        "demand": demand,
        "prices": prices,
        "builds": _builds(network),
        "costs": _costs(flows),
        "corridors": _corridors(moved),
        "base_year": _base_year(network),
    }
    return Solution({table.name: table.empty() for table in TABLES} | tables, _run())


def _moves(network: Network, growth: float) -> Iterator[dict[str, Any]]:
    """Cargo of a lane on one of its routes in one season of one period."""
    kinds = dict(zip(network.commodities["commodity_id"], network.commodities["cargo_kind"], strict=True))
    corridor_links = {
        link: row["corridor_id"] for row in network.corridors.to_dict("records") for link in row["via_links"]
    }
    graph = nx.MultiGraph()
    for row in network.links[network.links["status"] == "operational"].to_dict("records"):
        hours = row["transit_time_h"] + row["dwell_from_h"] + row["dwell_to_h"]
        graph.add_edge(row["from_place"], row["to_place"], key=row["link_id"], hours=hours, cost=hours, link=row)
    home = network.zone_places.sort_values("weight", ascending=False).drop_duplicates("zone_id")
    place_of = dict(zip(home["zone_id"], home["place_id"], strict=True))
    routes = {}
    for lane in network.lanes.to_dict("records"):
        ends = place_of[lane["origin_zone"]], place_of[lane["destination_zone"]]
        if ends not in routes:
            routes[ends] = list(_two_routes(graph, *ends))
        for number, (links, hours) in enumerate(routes[ends]):
            corridor = next((corridor_links[i["link_id"]] for i, _ in links if i["link_id"] in corridor_links), "")
            for period, factor in PERIODS.items():
                for season, part in zip(SEASONS, (0.45, 0.55), strict=True):
                    kt = lane["quantity_t"] / 1000 * factor * growth * part
                    kteu = (lane["quantity_teu"] or 0.0) / 1000 * factor * growth * part
                    key = {"period": period, "season": season, "lane_id": lane["lane_id"]}
                    key |= {c: lane[c] for c in ("origin_zone", "destination_zone", "commodity_id", "market_id")}
                    share = 0.7 if number == 0 else 0.3
                    yield {
                        "main": number == 0,
                        "links": links,
                        "corridor": corridor or "land_other",
                        "kt": kt * share,
                        "kteu": (0.0 if pd.isna(kteu) else kteu) * share,
                        "days": hours / 24,
                        "usd_per_t": hours * 0.4 + 20,
                        "kind": kinds[lane["commodity_id"]],
                        "demand": key
                        | {"reference_kt": kt, "served_kt": 0.98 * kt, "unserved_kt": 0.02 * kt}
                        | {"served_kteu": 0.0 if pd.isna(kteu) else kteu, "surplus_musd": kt * 0.05}
                        | {"into_store_kt": 0.0},
                        "price": key
                        | {"price_usd_per_t": hours * 0.6 + 30, "reference_usd_per_t": hours * 0.7 + 30}
                        | {"freight_usd_per_t": hours * 0.4 + 20, "time_days": hours / 24},
                        **key,
                    }


def _two_routes(graph: nx.MultiGraph, origin: str, destination: str) -> Iterator[tuple[list[Any], float]]:
    if origin == destination:
        return
    cheaper = graph.copy()
    for _ in range(2):
        path = nx.shortest_path(cheaper, origin, destination, weight="cost")
        links, hours = [], 0.0
        for here, there in pairwise(path):
            key = min(cheaper[here][there], key=lambda k, a=here, b=there: cheaper[a][b][k]["cost"])
            edge = cheaper[here][there][key]
            links.append((edge["link"], (here, there)))
            hours += edge["hours"]
            edge["cost"] *= 3  # pushes the second route elsewhere
        yield links, hours


def _flows(moved: list[dict[str, Any]]) -> pd.DataFrame:
    rows = [
        {
            **{c: move[c] for c in ("period", "season", "commodity_id")},
            "link_id": link["link_id"],
            "from_place": here,
            "to_place": there,
            "mode": link["mode"],
            "corridor_id": move["corridor"],
            "flow_kt": move["kt"],
            "flow_kteu": move["kteu"],
            "cost_musd": move["kt"] * link["distance_km"] * 2e-5,
        }
        for move in moved
        for link, (here, there) in move["links"]
    ]
    table = frame("flows", rows)
    keys = [c for c in table.columns if not c.startswith(("flow_", "cost_"))]
    return table.groupby(keys, as_index=False).sum()[table.columns]


def _capacities(network: Network, flows: pd.DataFrame) -> pd.DataFrame:
    names = dict(zip(network.places["place_id"], network.places["name"], strict=True))
    use = flows.groupby(["period", "season", "link_id"])[["flow_kt", "flow_kteu"]].sum()
    rows = []
    for link in network.links.to_dict("records"):
        for kind, column, moved in (
            ("t", "capacity_t_per_year", "flow_kt"),
            ("TEU", "capacity_teu_per_year", "flow_kteu"),
        ):
            if pd.isna(link[column]) or link[column] <= 0:
                continue
            for period in PERIODS:
                for season in SEASONS:
                    capacity = link[column] / 2000
                    wanted = float(use[moved].get((period, season, link["link_id"]), 0.0))
                    used, dual = min(wanted, capacity), 25.0 if wanted > capacity else 0.0
                    rows.append(
                        {"period": period, "season": season, "target": "link", "target_id": link["link_id"]}
                        | {"name": f"{names[link['from_place']]} - {names[link['to_place']]}", "kind": kind}
                        | {"direction": "both"}
                        | {"capacity": capacity, "use": used, "utilisation": used / capacity}
                        | {"dual_usd_per_unit": dual, "rent_musd": dual * used / 1000}
                    )
    return frame("capacities", rows)


def _builds(network: Network) -> pd.DataFrame:
    rows = []
    for number, project in enumerate(network.projects.to_dict("records")):
        decision = "given" if project["in_base"] or project["is_sunk"] else ("built" if number % 3 else "not built")
        start = float(max(project["earliest_start_year"], 2025 + 5 * (number % 2)))
        built = decision == "built"
        rows.append(
            {c: project[c] for c in ("project_id", "name", "country", "project_type", "source", "confidence")}
            | {"decision": decision, "units": float(project["units_max"] if decision != "not built" else 0)}
            | {"start_period": (2025.0 if start < 2028 else 2030.0) if built else None}
            | {"start_year": start if decision != "not built" else None}
            | {"in_service_year": start + project["construction_years"] if decision != "not built" else None}
            | {"end_year": start + project["construction_years"] + project["lifetime_years"] if built else None}
            | {"units_max": float(project["units_max"]), "capex_musd": float(project["capex_musd"])}
            | {"capex_npv_musd": 0.8 * float(project["capex_musd"]) if built else 0.0}
        )
    return frame("builds", rows)


def _costs(flows: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for period, total in flows.groupby("period")["cost_musd"].sum().items():
        parts = {"freight": 0.5, "handling": 0.12, "fees": 0.03, "time": 0.25, "unreliability": 0.07, "capex": 0.03}
        for category, part in parts.items():
            for confidence, share in (("sourced", 0.35), ("estimate", 0.55), ("memory", 0.1)):
                musd = float(total) * part * share
                rows.append(
                    {"period": period, "category": category, "country": "KZ", "cargo_kind": "container"}
                    | {"confidence": confidence, "musd": musd, "discounted_musd": musd * 5}
                )
    return frame("costs", rows)


def _corridors(moved: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame([{k: m[k] for k in ("period", "market_id", "corridor", "kt", "kteu", "days")} for m in moved])
    keys = ["period", "market_id", "corridor"]
    sums = table.groupby(keys, as_index=False).agg(kt=("kt", "sum"), kteu=("kteu", "sum"), days=("days", "mean"))
    totals = sums.groupby(["period", "market_id"])[["kt", "kteu"]].transform("sum")
    boxed = totals["kteu"] > 0
    sums["share_pct"] = 100 * (sums["kt"] / totals["kt"]).where(~boxed, sums["kteu"] / totals["kteu"])
    sums["share_basis"] = pd.Series("kt", index=sums.index).where(~boxed, "kteu")
    sums = sums.rename(columns={"corridor": "corridor_id", "kt": "flow_kt", "kteu": "flow_kteu", "days": "time_days"})
    sums["cost_usd_per_t"] = sums["time_days"] * 9
    sums["cost_usd_per_teu"] = sums["time_days"] * 110
    return sums[TABLE_BY_NAME["corridors"].column_names]


def _base_year(network: Network) -> pd.DataFrame:
    rows = []
    for number, measure in enumerate(network.base_year.to_dict("records")):
        modelled = float(measure["observed"]) * (0.4, 0.85, 1.02, 1.3, 2.6)[number % 5]
        kept = {c: measure[c] for c in ("measure_id", "title", "unit", "observed", "observed_low", "observed_high")}
        kept |= {"modelled": modelled, "error_pct": 100 * (modelled / float(measure["observed"]) - 1)}
        rows.append(kept | {c: measure[c] for c in ("confidence", "source")})
    return frame("base_year", rows)


def _run() -> dict[str, Any]:
    return {
        "scenario": "baseline",
        "title": "Current law and announced projects",
        "question": "What should be built along the Middle Corridor, and what would then move?",
        "objective_name": "shipper",
        "status": "optimal",
        "objective": 1_234_567.0,
        "bound": 1_236_000.0,
        "gap": 0.0012,
        "gap_of_gain": 0.084,
        "value_of_nothing_built": 1_193_000.0,
        "gain": 41_500.0,
        "input_hash": "0123456789abcdef" * 4,
        "versions": {"kervan": "0.1.0", "highspy": "1.16.0"},
        "sizes": {"columns": 120_000, "rows": 9_000, "nonzeros": 800_000, "classes": 1500, "paths": 24_000},
        "seconds": {"read": 1.0, "build": 4.0, "handover": 0.2, "solve": 60.0, "write": 5.0, "total": 70.2},
        "peak_memory_mb": 900.0,
        "cost_share_by_confidence": {"sourced": 0.35, "estimate": 0.55, "memory": 0.1},
        "levers": [],
        "periods": list(PERIODS),
        "seasons": list(SEASONS),
        "created": "2026-11-24T12:00:00+00:00",
    }
