"""Runs at other discount rates: their figures are shown, their present values are not set against the base's."""

import json

import pytest

from model.batch.indicators import INDICATORS
from network.network import Network
from report.comparison_page import comparison_data
from report.comparison_rows import matrix, winners_losers
from report.comparison_runs import at_other_rates
from report.comparison_sentences import findings
from tests.report.comparison.made import Figure, MadeBatch, cargo, made_batch


def _of(rate: float | None, gain: float, kt: float, welfare: float) -> list[Figure]:
    known: list[Figure] = [] if rate is None else [("discount_rate", "", None, rate)]
    return [*known, ("gain", "", None, gain), *cargo(kt), ("welfare", "KZ", None, welfare)]


@pytest.fixture(scope="module")
def rates(network: Network) -> MadeBatch:
    runs = [{"key": key, "scenario": name, "gain": gain} for key, name, gain in
            (("k1", "baseline", 1000.0), ("k2", "red_sea_closed", 1100.0), ("k3", "tcdb_launched", 3000.0),
             ("k4", "tcdb_cap", 2900.0))]  # fmt: skip
    figures = {"k1": _of(0.06, 1000.0, 12_000.0, 500.0), "k2": _of(0.06, 1100.0, 13_000.0, 600.0),
               "k3": _of(0.03, 3000.0, 12_500.0, 9000.0), "k4": _of(0.03, 2900.0, 12_400.0, 8900.0)}  # fmt: skip
    return made_batch(network, runs, figures)


def test_present_values_at_another_rate_have_no_change(rates: MadeBatch) -> None:
    table = matrix(rates).set_index(["series", "key"])
    gain, cargo_kt = table.loc["gain::"], table.loc["corridor_kt:middle:2040"]
    assert gain["value"].to_dict() == {"k1": 1000.0, "k2": 1100.0, "k3": 3000.0, "k4": 2900.0}
    assert gain["change"].dropna().to_dict() == {"k1": 0.0, "k2": 100.0}
    assert gain["rank"].dropna().to_dict() == {"k1": 2, "k2": 1}
    assert gain["score"].to_dict() == {"k1": 0.0, "k2": 1.0, "k3": 0.0, "k4": 0.0}
    assert cargo_kt["change"].to_dict() == {"k1": 0.0, "k2": 1000.0, "k3": 500.0, "k4": 400.0}


def test_they_neither_win_nor_lose_against_the_base_but_among_themselves(rates: MadeBatch) -> None:
    assert winners_losers(rates)["key"].tolist() == ["k2"]
    assert winners_losers(rates, at_any_rate=True).set_index("key")["change"].to_dict() == {
        "k2": 100.0, "k3": 8500.0, "k4": 8400.0,
    }  # fmt: skip


def test_it_is_said(rates: MadeBatch) -> None:
    said = findings(rates)
    words = (
        "“Tcdb launched” and “Tcdb cap” discount at 3.0 % a year and not at 6.0 % as the base does: their present "
        "values are not compared with those of the base."
    )
    assert words in " ".join(said["countries"]).replace("\N{NO-BREAK SPACE}", " ")
    assert not any("Tcdb" in line for line in said["countries"] if "gains" in line or "loses" in line)


def test_the_page_knows_the_rates_and_heads_with_runs_that_compare(rates: MadeBatch) -> None:
    data = json.loads(json.dumps(comparison_data(rates)))
    assert [run["rate"] for run in data["runs"]] == [0.06, 0.06, 0.03, 0.03]
    assert {column["name"] for column in data["matrix"]["columns"] if column["present"]} >= {"gain:", "welfare:KZ"}
    assert next(value for name, value, _ in data["keys"] if name == "Gain of the plans") == "USD 1 bn to USD 1.1 bn"
    assert data["chosen"] == [1, 0]


def test_without_a_known_rate_all_runs_compare(network: Network) -> None:
    runs = [{"key": "a", "scenario": "baseline"}, {"key": "b", "scenario": "red_sea_closed"}]
    batch = made_batch(network, runs, {"a": _of(None, 1.0, 10.0, 1.0), "b": _of(None, 2.0, 10.0, 3.0)})
    assert at_other_rates(batch) == {}
    assert winners_losers(batch)["change"].tolist() == [2.0]


def test_every_discounted_figure_is_declared() -> None:
    discounted = {i.name for i in INDICATORS if "present value" in i.meaning.lower() or "iscounted" in i.meaning}
    declared = {i.name for i in INDICATORS if i.is_present_value}
    not_summed = {"capex", "chain_capex", "discount_rate", "project_capex"}  # "not discounted"
    assert declared == discounted - not_summed
