import numpy as np
import pandas as pd
import pytest

from network.network import Network
from report.comparison_projects import robustness, starts
from report.comparison_rows import focus_periods, matrix, quantiles, series, values, winners_losers
from report.comparison_runs import base_run, run_names, runs
from tests.report.comparison.made import MadeBatch, cargo, made_batch


def test_the_base_comes_first_and_failed_runs_are_left_out(scenarios: MadeBatch) -> None:
    table = runs(scenarios)
    assert list(table["key"]) == ["k1", "k2", "k3"]
    assert list(table["is_base"]) == [True, False, False]
    assert base_run(scenarios)["name"] == "Baseline"


def test_names_are_unique_and_say_what_sets_runs_apart(network: Network) -> None:
    batch = made_batch(network, [
        {"key": "a", "scenario": "baseline", "title": "Baseline"},
        {"key": "b", "scenario": "baseline", "title": "Baseline", "suez.factor": 0.5},
        {"key": "c", "scenario": "baseline", "title": "Baseline", "sample": 0, "suez.factor": 0.7},
        {"key": "d", "scenario": "baseline", "title": "Baseline", "portfolio": "/x/green.xlsx"},
        {"key": "e", "scenario": "baseline", "title": "Baseline"},
    ], axes=["suez.factor"])  # fmt: skip
    assert run_names(batch) == {
        "a": "Baseline", "b": "Baseline, suez 0.5", "c": "Baseline, sample 1", "d": "Baseline, portfolio green",
        "e": "Baseline (2)",
    }  # fmt: skip
    assert list(runs(batch)["kind"]) == ["scenario", "grid", "sample", "scenario", "scenario"]


@pytest.mark.parametrize(
    ("left", "first"),
    [({"a"}, "b"), ({"a", "b"}, "c"), ({"a", "b", "c"}, "d"), (set(), "a")],
    ids=["a", "ab", "abc", "none"],
)
def test_what_stands_for_the_base_where_it_is_not_finished(network: Network, left: set[str], first: str) -> None:
    every = [
        {"key": "d", "scenario": "other"},
        {"key": "c", "scenario": "baseline", "sample": 3, "x": 1.0},
        {"key": "b", "scenario": "baseline", "x": 2.0},
        {"key": "a", "scenario": "baseline"},
    ]
    known = [{**run, "state": "open" if run["key"] in left else "finished"} for run in every]
    assert base_run(made_batch(network, known, axes=["x"]))["key"] == first


def test_matrix_has_figures_changes_ranks_and_scores(scenarios: MadeBatch) -> None:
    table = matrix(scenarios).set_index(["series", "key"])
    gain = table.loc["gain::"]
    assert gain["value"].to_dict() == {"k1": 1000.0, "k2": 1200.0, "k3": 800.0}
    assert gain["change"].to_dict() == {"k1": 0.0, "k2": 200.0, "k3": -200.0}
    assert gain["change_pct"].to_dict() == pytest.approx({"k1": 0.0, "k2": 20.0, "k3": -20.0})
    assert gain["rank"].to_dict() == {"k1": 2, "k2": 1, "k3": 3}
    assert gain["score"].to_dict() == {"k1": 0.0, "k2": 1.0, "k3": -1.0}
    assert set(gain["confidence"]) == {"estimate"}
    assert table.loc["corridor_kt:middle:2040", "label"].iloc[0] == "Cargo, Middle Corridor, 2040"


def test_less_is_better_turns_rank_and_score(network: Network) -> None:
    batch = made_batch(network, [{"key": "a", "scenario": "baseline"}, {"key": "b", "scenario": "c"}],
                       {"a": [("unserved", "", 2030, 10.0)], "b": [("unserved", "", 2030, 15.0)]})  # fmt: skip
    table = matrix(batch).set_index("key")
    assert table["rank"].to_dict() == {"a": 1, "b": 2}
    assert table["score"].to_dict() == {"a": 0.0, "b": -1.0}


def test_noise_of_the_arithmetic_is_no_change(network: Network) -> None:
    batch = made_batch(network, [{"key": "a", "scenario": "baseline"}, {"key": "b", "scenario": "c"}],
                       {"a": cargo(114.325), "b": cargo(114.325 * (1 + 1e-15))})  # fmt: skip
    table = matrix(batch)
    assert (table["change"] == 0).all()
    assert (table["rank"] == 1).all()


def test_figures_are_those_of_the_table_of_indicators(scenarios: MadeBatch) -> None:
    every = series(scenarios, headline=False)
    wide = values(scenarios, every)
    table = scenarios.indicators
    assert len(every) == len(table.drop_duplicates(["indicator", "subject", "period"]))
    for row in table.to_dict("records"):
        period = "" if pd.isna(row["period"]) else row["period"]
        assert wide.loc[row["run"], f"{row['indicator']}:{row['subject']}:{period}"] == row["value"]


def test_headlines_are_of_the_period_in_which_runs_differ_most(network: Network) -> None:
    early, late = cargo(10.0, year=2025), cargo(20.0, year=2040)
    batch = made_batch(network, [{"key": "a", "scenario": "baseline"}, {"key": "b", "scenario": "closed"}],
                       {"a": [*early, *late], "b": [*cargo(18.0, year=2025), *late]})  # fmt: skip
    assert focus_periods(batch) == {False: 2025}
    assert set(series(batch)["period"]) == {2025}


def test_headlines_are_of_the_last_period_where_no_run_differs(network: Network) -> None:
    both = [*cargo(10.0, year=2025), *cargo(20.0, year=2040)]
    batch = made_batch(network, [{"key": "a", "scenario": "baseline"}, {"key": "b", "scenario": "c"}],
                       {"a": both, "b": both})  # fmt: skip
    assert set(series(batch)["period"]) == {2040}


def test_winners_and_losers_are_differences_of_welfare(scenarios: MadeBatch) -> None:
    table = winners_losers(scenarios).set_index(["key", "country"])
    assert table["change"].to_dict() == {
        ("k2", "EU27"): -800.0, ("k2", "KZ"): 120.0, ("k3", "KZ"): -60.0, ("k3", "EU27"): -10.0
    }  # fmt: skip
    assert table.loc[("k2", "EU27"), "country_name"] == "European Union"
    assert table["buyers"].tolist() == pytest.approx((0.75 * table["change"]).tolist())
    assert table["sellers"].tolist() == pytest.approx((0.25 * table["change"]).tolist())


def test_a_country_that_one_run_lacks_counts_as_nothing(network: Network) -> None:
    batch = made_batch(network, [{"key": "a", "scenario": "baseline"}, {"key": "b", "scenario": "c"}],
                       {"a": [("welfare", "KZ", None, 5.0)], "b": [("welfare", "TR", None, 3.0)]})  # fmt: skip
    assert winners_losers(batch).set_index("country")["change"].to_dict() == {"KZ": -5.0, "TR": 3.0}


def test_robustness_counts_runs_and_spans_starts(scenarios: MadeBatch) -> None:
    table = robustness(scenarios).set_index("project_id")
    assert table["built_in"].to_dict() == {"P002": 3, "P003": 1, "P006": 0}
    assert table["runs"].to_dict() == {"P002": 3, "P003": 3, "P006": 3}
    assert table["words"].to_dict() == {"P002": "in all runs", "P003": "in some runs", "P006": "never"}
    assert table["in_base"].to_dict() == {"P002": True, "P003": False, "P006": False}
    assert table.loc["P002", ["earliest", "median", "latest"]].tolist() == [2025.0, 2025.0, 2035.0]
    assert table.loc["P003", "service_median"] == 2028.0
    assert pd.isna(table.loc["P006", "capex_median"])
    names = scenarios.network.projects.set_index("project_id")["name"]
    assert table["name"].to_dict() == names.loc[table.index].to_dict()


def test_starts_have_a_row_a_project_and_run(scenarios: MadeBatch) -> None:
    table = starts(scenarios)
    assert len(table) == 9
    built = table[(table["project_id"] == "P002") & (table["run"] == "Caspian low water")].iloc[0]
    assert (built["start_year"], built["service_year"], built["capex"]) == (2035.0, 2037.0, 100.0)


def test_quantiles_of_samples_are_numpys(network: Network) -> None:
    drawn = np.random.default_rng(5).normal(100.0, 20.0, 41)
    batch = made_batch(network, [
        {"key": "base", "scenario": "baseline"},
        *({"key": f"s{n}", "scenario": "baseline", "sample": n, "x": float(n)} for n in range(41)),
    ], {"base": cargo(90.0), **{f"s{n}": cargo(kt) for n, kt in enumerate(drawn)}}, axes=["x"])  # fmt: skip
    row = quantiles(batch).set_index("series").loc["corridor_kt:middle:2040"]
    assert row[["p10", "p50", "p90"]].tolist() == pytest.approx(np.quantile(drawn, [0.1, 0.5, 0.9]).tolist())
    assert (row["low"], row["high"], row["samples"], row["base"]) == (drawn.min(), drawn.max(), 41, 90.0)
    assert list(matrix(batch)["key"].unique()) == [*runs(batch)["key"]]  # only samples beside the base: all are shown


def test_a_batch_without_a_finished_run_gives_empty_frames(network: Network) -> None:
    batch = made_batch(network, [{"key": "a", "scenario": "baseline", "state": "open"}])
    for function in (runs, series, matrix, winners_losers, quantiles, starts, robustness):
        assert len(function(batch)) == 0, function.__name__
