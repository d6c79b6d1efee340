"""The rare-earth chain on the page and in the workbook: the figures of its tables, with names and units."""

from functools import cache
from typing import Any

import pandas as pd
import pytest

from model.chain.run import run_chain
from model.options import Options
from model.progress import Silent
from model.solution import Solution
from network.network import Network
from report.chain_flows import MOST_NAMED, STAGES, picture
from report.chain_page import MOST_SLICES, chain_data
from report.chain_rows import LEAST_SHARE
from report.chain_tables import chain_sheets
from report.words import percent
from tests.model.chain.conftest import chain_world, demand, facility, process, unit

RECIPES = [
    ("reduce", "input", "ox_ndpr", 1.25), ("reduce", "output", "met_ndpr", 1.0),
    ("sinter", "input", "met_ndpr", 0.4), ("sinter", "output", "mag_std", 1.0), ("sinter", "output", "swarf", 0.4),
    ("recycle", "input", "swarf", 4.0), ("recycle", "output", "ox_ndpr", 1.0),
]  # fmt: skip
STOP = {
    "control_id": "stop", "title": "A stop of magnets", "instrument": "ban", "imposed_by": "CN", "exporters": ("CN",),
    "importers": ("EU27",), "stages": ("magnet",), "first_month": "2027-01", "last_month": "2027-06",
}  # fmt: skip


@cache
def solved_chain() -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Tables and facts of a small chain: a Kazakh mine that is built, Chinese and European magnets, and a stop."""
    world = chain_world(
        [process("leach", "mine", feed="mrec", opex_usd_per_t=4000, opex_china_usd_per_t=6000, scale_exponent=0.7,
                 water_m3_per_t=50, energy_mwh_per_t=3, co2_t_per_t=2),
         process("sx", "separation", treats="heavy", recovery=0.9, water_m3_per_t=20),
         process("reduce", "metal"), process("sinter", "magnet"), process("recycle", "recycling")],
        [facility("KZM", "KZP", profile_id="p", owner_group="kz", status="candidate", first_year=2027, capex_musd=2),
         facility("KZX", "KZP", owner_group="kz", takes_others=0),
         facility("CNM", "CNP", profile_id="p", owner_group="cn"),
         facility("CNX", "CNP", owner_group="cn", takes_others=0),
         facility("CNW", "CNP", owner_group="cn"), facility("EUW", "EUP")],
        [unit("KZM", "leach", 100), unit("KZX", "sx", 400), unit("CNM", "leach", 5000), unit("CNX", "sx", 5000),
         unit("CNW", "reduce", 5000), unit("CNW", "sinter", 5000), unit("EUW", "reduce", 20), unit("EUW", "sinter", 40),
         unit("EUW", "recycle", 500)],
        [demand("EU27", "mag_std", 100), demand("CN", "mag_std", 300), demand("EU27", "ox_dy", 20)],
        recipes=[dict(zip(("process_id", "side", "good_id", "t_per_t"), row, strict=True)) for row in RECIPES],
        controls=[STOP],
        last_year=2033,
    )  # fmt: skip
    run = run_chain(world, Options(gap=0.0, threads=1), Silent())
    assert run.facts
    return run.tables, run.facts


def with_chain(plan: Solution) -> Solution:
    """A plan with the small chain."""
    tables, facts = solved_chain()
    return Solution({**plan.tables, **tables}, {**plan.run, "chain": facts})


@pytest.fixture(name="chained", scope="module")
def _chained(solution: Solution) -> Solution:
    return with_chain(solution)


def test_a_plan_without_a_chain_shows_none(solution: Solution, network: Network) -> None:
    assert chain_data(solution, network) is None
    assert chain_sheets(solution, network) == []


def test_the_page_has_the_figures_of_the_tables(chained: Solution, network: Network) -> None:
    data = chain_data(chained, network)
    assert data
    assert data["said"]
    assert len(data["slices"]) == MOST_SLICES < chained["chain_markets"]["slice"].nunique()
    assert data["slices"][-1] == chained["chain_markets"].sort_values("year")["slice"].iloc[-1]
    assert data["slices"][data["start"]] == "2027 Q1"  # when most lacks
    held, cells = data["held"], data["held"]["cells"][-1]
    assert held["regions"] == ["EU27"]  # China itself depends on no one
    table = chained["chain_dependence"].query("region == 'EU27'").set_index(["slice", "good"])["power_share"]
    share = {held["goods"][good][2]: value for _, good, value, *_ in cells}
    magnets = "Sintered NdFeB magnet, standard"
    assert share[magnets] == pytest.approx(100 * table[data["slices"][-1], "mag_std"], abs=0.5)
    first = data["candidates"][0]
    row = chained["chain_switching"].iloc[0]
    assert first[:3] == [row["name"], "Kazakhstan", "candidate"]
    assert first[6] == pytest.approx(row["breakeven_capex"], rel=5e-3)
    lost = chained["chain_stops"].set_index(["region", "good"])["cost_musd"]
    assert data["stops"][0][:2] == ["European Union", magnets]
    assert data["stops"][0][6] == pytest.approx(lost["EU27", "mag_std"], rel=5e-3)
    made = chained["chain_countries"].query("country == 'KZ' and step == 'mine'").set_index("slice")
    mine = data["countries"][-1][0]
    assert mine[0] == "Mine"
    assert mine[6] == pytest.approx(made.loc[data["slices"][-1], "value_added_musd"], rel=5e-3)
    assert mine[7] == pytest.approx(made.loc[data["slices"][-1], "water_mm3"], rel=5e-3)
    added = {row[0]: row for row in data["added"]["rows"][-1]}
    assert added["Kazakhstan"][1] == pytest.approx(made.loc[data["slices"][-1], "value_added_musd"], rel=5e-3)
    whole = chained["chain_countries"].query(f"slice == '{data['slices'][-1]}'").groupby("country")["value_added_musd"]
    assert added["China"][-1] == pytest.approx(whole.sum()["CN"], rel=5e-3)


def test_figures_carry_their_confidence(chained: Solution, network: Network) -> None:
    data = chain_data(chained, network)
    assert data
    known = chained["chain_confidence"].set_index(["good", "region", "slice"])
    region, name = data["prices"]["columns"][0]
    assert region == "China"
    cells = {row[0]: row[1] for row in data["prices"]["rows"]}
    memory = known.loc[("ox_ndpr", "CN", name), "memory"]
    words = cells["Neodymium and praseodymium oxide"][2]
    assert words == ("estimates alone" if memory < 0.005 else f"{percent(memory)} memory")
    assert {data["texts"][cell[6]] for cell in data["held"]["cells"][-1]} <= {"sourced", "estimate", "memory"}
    assert all(stop[7] in ("estimate", "memory") for stop in data["stops"])
    for title in ("markets", "prices", "dependence", "stops"):
        sheet = next(s for s in chain_sheets(chained, network) if s.title == f"Rare-earth {title}")
        assert sheet.headings[-1].key == "confidence", title
        assert sheet.frame["confidence"].isin(["sourced", "estimate", "memory"]).all(), title


def test_the_picture_of_flows_ends_where_the_table_does(chained: Solution, network: Network) -> None:
    data = chain_data(chained, network)
    assert data
    for number, name in enumerate(data["slices"]):
        shown = data["sankey"]["NDPR"][number]
        market = list(STAGES).index("market")
        drawn = sum(free + held for _, to, free, held in shown["links"] if shown["nodes"][to][0] == market)
        rows = chained["chain_sankey"].query("element == 'NDPR' and to_stage == 'market'")
        assert drawn == pytest.approx(rows.loc[rows["slice"] == name, "quantity_kt"].sum(), rel=2 * LEAST_SHARE)


def test_small_regions_are_others_but_for_the_one_in_focus() -> None:
    regions = {f"R{n}": 10.0 - n for n in range(9)} | {"KZ": 0.02, "SMALL": 0.04}
    rows = pd.DataFrame(
        [{"from_stage": "mine", "from_region": r, "to_stage": "oxide", "to_region": "CN", "restricted": 1,
          "quantity_kt": kt} for r, kt in regions.items()]
        + [{"from_stage": "oxide", "from_region": "CN", "to_stage": "market", "to_region": "CN", "restricted": 1,
            "quantity_kt": 54.0}]
    )  # fmt: skip
    shown = picture(rows)
    mines = [region for stage, region in shown["nodes"] if stage == 0]
    assert sorted(mines) == sorted([*(f"R{n}" for n in range(MOST_NAMED)), "KZ", ""])
    ends = {shown["nodes"][source][1]: held for source, to, _, held in shown["links"] if shown["nodes"][to][0] == 3}
    assert ends[""] == pytest.approx(3.0 + 2.0 + 0.04)
    assert ends["KZ"] == pytest.approx(0.02)


def test_what_leads_nowhere_is_not_drawn() -> None:
    rows = pd.DataFrame(
        [("scrap", "EU27", "alloy", "EU27", 0, 0.02), ("oxide", "CN", "market", "CN", 1, 1.0)],
        columns=["from_stage", "from_region", "to_stage", "to_region", "restricted", "quantity_kt"],
    )
    assert len(picture(rows)["links"]) == 1


def test_the_sheets_are_named_and_whole(chained: Solution, network: Network) -> None:
    sheets = {sheet.title: sheet for sheet in chain_sheets(chained, network)}
    assert next(iter(sheets)) == "Rare-earth output"
    assert "Rare-earth stops" in sheets
    for title, sheet in sheets.items():
        assert len(title) <= 31
        assert sheet.sentence
        assert {heading.key for heading in sheet.headings} <= set(sheet.frame.columns), title
        assert len(sheet.frame), title
    markets = sheets["Rare-earth markets"].frame
    assert set(markets["region"]) == {"China", "European Union"}
    assert markets["bought_kt"].sum() == pytest.approx(chained["chain_markets"]["bought_kt"].sum())
    bought = next(heading for heading in sheets["Rare-earth markets"].headings if heading.key == "bought_kt")
    assert bought.label == "Bought (kt a year)"
    controls = sheets["Rare-earth controls"].frame
    assert controls["worth_musd"].sum() == pytest.approx(
        (chained["chain_controls"]["limit_kt"] * chained["chain_controls"]["rent_usd_per_t"]).sum() / 1000
    )
