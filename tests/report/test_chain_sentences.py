"""The rare-earth chain in sentences and in the terminal: figures are those of the tables."""

from io import StringIO
from typing import Any

import pandas as pd
from rich.console import Console

from model.solution import Solution
from network.network import Network
from report.chain_sentences import chain_sentences
from report.chain_terminal import chain_in_terminal
from report.words import money, percent, tonnes
from tests.report.test_chain_report import with_chain


def text(solution: Solution, network: Network) -> str:
    return "\n".join(chain_sentences(solution, network))


def test_a_run_without_a_chain_says_nothing(solution: Solution, network: Network) -> None:
    assert chain_sentences(solution, network) == []
    assert chain_in_terminal(solution, 98) == []


def test_magnets_bought_are_those_of_the_table(solution: Solution, network: Network) -> None:
    run = with_chain(solution)
    markets = run["chain_markets"]
    magnets = markets[markets["good"].isin(["mag_std", "mag_hc"])].sort_values("year")
    first = magnets[magnets["slice"] == magnets["slice"].iloc[0]]
    said = chain_sentences(run, network)[0]
    assert tonnes(float(first["bought_kt"].sum())) in said
    assert tonnes(float(first["reference_kt"].sum())) in said


def test_a_stop_is_counted_where_it_hurts(solution: Solution, network: Network) -> None:
    run = with_chain(solution)
    stops = run["chain_stops"]
    hurt = stops[stops["cost_musd"] > 1]
    said = text(run, network)
    if len(hurt):
        assert money(float(hurt["cost_musd"].sum())) in said
        assert percent(float(hurt["peak_shortage"].max())) in said


def test_candidates_that_pay_and_what_the_others_need(solution: Solution, network: Network) -> None:
    run = with_chain(solution)
    table = run["chain_switching"]
    own = table[(table["country"] == "KZ") & table["breakeven_price"].notna() & (table["npv_musd"] < 0)]
    said = text(run, network)
    if len(own):
        nearest = own.sort_values("breakeven_price").iloc[0]
        assert percent(float(nearest["breakeven_capex"])) in said
    built = run["chain_builds"]
    built = built[built["decision"] == "built"]
    assert (money(float(built["capex_musd"].sum())) in said) if len(built) else ("No candidate" in said)


def test_the_terminal_fits_its_width(solution: Solution, network: Network) -> None:
    del network
    console = Console(width=100, record=True, file=StringIO())
    for table in chain_in_terminal(with_chain(solution), 98):
        console.print(table)
    lines: list[Any] = console.export_text().splitlines()
    assert lines
    assert max(len(line.rstrip()) for line in lines) <= 100


def test_regions_without_a_name_keep_their_id(solution: Solution, network: Network) -> None:
    run = with_chain(solution)
    lone = pd.DataFrame(run["chain_dependence"].assign(region="XX"))
    changed = Solution({**run.tables, "chain_dependence": lone}, run.run)
    assert chain_sentences(changed, network)


def test_sentences_name_countries_steps_in_order_and_what_bears_nothing(solution: Solution, network: Network) -> None:
    run = with_chain(solution)
    toll = pd.DataFrame(
        [{"owner_group": "a", "mined_in": "CN", "facility_id": "X", "custodian_group": "b", "country": "FR",
          "step": "separation", "slice": "2025", "year": 2025.0, "quantity_kt": 2.0}]
    )  # fmt: skip
    made = run["chain_countries"]
    own = made[(made["country"] == "KZ") & (made["output_kt"] > 1e-6)]
    switching = run["chain_switching"].assign(npv_musd=-1.0, breakeven_capex=0.001, breakeven_price=1.5)
    changed = {"chain_tolling": toll, "chain_countries": made.iloc[::-1], "chain_switching": switching}
    said = text(Solution({**run.tables, **changed}, run.run), network)
    assert "France 2 kt" in said
    assert "with no investment that it could bear" in said
    last = own[own["year"] == own["year"].max()]
    assert {"mine", "separation"} <= set(last["step"])
    assert said.index("a year: mine ") < said.index("separation ", said.index("a year: mine "))
    assert money(float(last["value_added_musd"].sum())) in said
