import numpy as np
import pytest
from scipy import stats

from network.network import Network
from report.comparison_rows import series
from report.comparison_tornado import MEANS, ONE_AT_A_TIME, REGRESSION, SPEARMAN, responses, tornado
from tests.report.comparison.made import MadeBatch, cargo, made_batch

SERIES = "corridor_kt:middle:2040"


def grid(network: Network, points: list[dict[str, float]], axes: list[str]) -> MadeBatch:
    """Cargo is 100 + 10 x + 3 y, at 0 where a point leaves an axis out; the base has none."""
    runs = [{"key": "base", "scenario": "baseline"}]
    runs += [{"key": f"g{n}", "scenario": "baseline", **point} for n, point in enumerate(points)]
    kt = {f"g{n}": 100 + 10 * p.get("x", 0.0) + 3 * p.get("y", 0.0) for n, p in enumerate(points)} | {"base": 100.0}
    return made_batch(network, runs, {key: cargo(value) for key, value in kt.items()}, axes=axes)


def test_one_at_a_time(network: Network) -> None:
    batch = grid(network, [{"x": -1.0}, {"x": 2.0}, {"y": -5.0}, {"y": 5.0}, {"y": 0.0}], ["x", "y"])
    table = tornado(batch)
    bars = table[table["series"] == SERIES].set_index("axis")
    assert set(bars["method"]) == {ONE_AT_A_TIME}
    assert bars[["low", "high", "base", "swing"]].loc["x"].tolist() == [90.0, 120.0, 100.0, 30.0]
    assert bars[["low", "high"]].loc["y"].tolist() == [85.0, 115.0]
    assert (bars.loc["x", "low_value"], bars.loc["x", "high_value"], bars.loc["y", "runs"]) == ("-1", "2", 3)
    assert set(table["series"]) == {SERIES}  # boxes do not move


def test_a_full_grid_is_averaged_over_the_other_axes(network: Network) -> None:
    batch = grid(network, [{"x": x, "y": y} for x in (0.0, 1.0) for y in (0.0, 2.0, 4.0)], ["x", "y"])
    bars = tornado(batch).query("series == @SERIES").set_index("axis")
    assert set(bars["method"]) == {MEANS}
    assert bars.loc["x", ["low", "high"]].tolist() == pytest.approx([106.0, 116.0])
    assert bars.loc["y", ["low", "high"]].tolist() == pytest.approx([105.0, 117.0])
    assert list(bars.index) == ["y", "x"]  # the widest first


def test_an_axis_of_words_spans_the_least_and_the_greatest(network: Network) -> None:
    runs = [
        {"key": k, "scenario": "baseline", "rule": w} for k, w in zip("abc", ("open", "closed", "half"), strict=True)
    ]
    batch = made_batch(network, runs, {"a": cargo(9.0), "b": cargo(5.0), "c": cargo(7.0)}, axes=["rule"])
    bar = tornado(batch).query("series == @SERIES").iloc[0]
    assert (bar["low_value"], bar["low"], bar["high_value"], bar["high"]) == ("closed", 5.0, "open", 9.0)


def sampled(network: Network, count: int, answer: object = None) -> MadeBatch:
    rng = np.random.default_rng(11)
    drawn = rng.uniform(size=(count, 3))
    runs = [
        {"key": f"s{n}", "scenario": "baseline", "sample": n, "a": a, "b": b, "c": c}
        for n, (a, b, c) in enumerate(drawn)
    ]
    kt = drawn @ np.array([8.0, -2.0, 0.0]) if answer is None else np.asarray(answer)
    return made_batch(network, runs, {f"s{n}": cargo(float(v)) for n, v in enumerate(kt)}, axes=["a", "b", "c"])


def test_rank_regression_finds_what_made_the_figure(network: Network) -> None:
    batch = sampled(network, 200)
    bars = tornado(batch).query("series == @SERIES").set_index("axis")
    assert set(bars["method"]) == {REGRESSION}
    assert list(bars.index) == ["a", "b", "c"]  # by the size of the coefficient
    assert bars.loc["a", "coefficient"] > 0.9 > 0.4 > -bars.loc["b", "coefficient"] > 0.1
    assert abs(bars.loc["c", "coefficient"]) < 0.05
    assert bars.loc["c", "p_value"] > 0.05 > bars.loc["b", "p_value"]
    assert bars["r2"].iloc[0] > 0.95
    drawn = batch.catalogue[["a", "b", "c"]].to_numpy(float)
    ranks = stats.zscore(np.apply_along_axis(stats.rankdata, 0, drawn))
    kt = batch.indicators.query("indicator == 'corridor_kt'")["value"].to_numpy()
    known = np.linalg.lstsq(ranks, stats.zscore(stats.rankdata(kt)), rcond=None)[0]
    assert bars.loc[["a", "b", "c"], "coefficient"].tolist() == pytest.approx(known.tolist())


def test_few_samples_take_the_rank_correlation(network: Network) -> None:
    batch = sampled(network, 6)
    bars = tornado(batch).query("series == @SERIES").set_index("axis")
    assert set(bars["method"]) == {SPEARMAN}
    kt = batch.indicators.query("indicator == 'corridor_kt'")["value"].to_numpy()
    known = stats.spearmanr(batch.catalogue["a"].to_numpy(float), kt)
    assert bars.loc["a", ["coefficient", "p_value"]].tolist() == pytest.approx([known.statistic, known.pvalue])


@pytest.mark.parametrize("count", [3, 20])
def test_what_does_not_move_has_no_bar(network: Network, count: int) -> None:
    assert tornado(sampled(network, count, answer=np.full(count, 7.0))).empty


def test_responses_are_means_by_value(network: Network) -> None:
    batch = grid(network, [{"x": x, "y": y} for x in (0.0, 1.0, 2.0) for y in (0.0, 2.0)], ["x", "y"])
    table = responses(batch, series(batch)).query("series == @SERIES and axis == 'x'")
    assert table["axis_value"].tolist() == [0.0, 1.0, 2.0]
    assert table["value"].tolist() == pytest.approx([103.0, 113.0, 123.0])
    assert set(table["runs"]) == {2}
