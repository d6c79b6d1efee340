"""Ranges and their samples: ends, strata, seeds, and what is wrong with a table of them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.batch.axes import Target
from model.batch.ranges import WIDTHS, Range, derived_ends, draw, read_ranges
from network.problems import DataError

DATA = Path(__file__).resolve().parents[3] / "data"
HEADER = "range_id,name,lever,field,choice,low,high,central,unit,distribution,source,confidence\n"
FUEL = Target("fuel", "factor")


def make(name: str = "a", low: float = 1.0, high: float = 3.0, central: float = 1.5, kind: str = "uniform") -> Range:
    return Range(name, name, FUEL, low, high, central, distribution=kind)


@st.composite
def ranges(draw_one: Callable[..., float]) -> Range:
    low = draw_one(st.floats(0.01, 100))
    high = low * draw_one(st.floats(1.1, 50))
    central = low + (high - low) * draw_one(st.floats(0, 1))
    return make("r", low, high, min(central, high), draw_one(st.sampled_from(["uniform", "triangular", "log_uniform"])))


@given(ranges(), st.integers(1, 60), st.integers(0, 2**32))
def test_values_lie_in_the_range_and_one_in_each_stratum(one: Range, points: int, seed: int) -> None:
    values = draw([one], points, seed)["r"].to_numpy()
    assert ((values >= one.low) & (values <= one.high)).all()
    edges = one.at(np.linspace(0, 1, points + 1))
    ordered = np.sort(values)
    slack = 1e-8 * one.high  # values are rounded to nine digits
    assert (ordered >= edges[:-1] - slack).all()
    assert (ordered <= edges[1:] + slack).all()


def test_a_seed_gives_its_points_again_and_another_gives_others() -> None:
    one = draw([make("a"), make("b")], 20, 7)
    assert one.equals(draw([make("a"), make("b")], 20, 7))
    assert not np.allclose(one, draw([make("a"), make("b")], 20, 8))
    assert not np.allclose(one["a"], one["b"])


def test_a_further_range_changes_no_other() -> None:
    assert draw([make("c"), make("a")], 20, 7)["a"].equals(draw([make("a")], 20, 7)["a"])


def test_drawn_values_are_the_same_on_every_machine() -> None:
    """Literals: keys of runs follow from them."""
    drawn = draw([make("a"), make("b", kind="log_uniform"), make("c", kind="triangular")], 2, 1)
    assert drawn.to_numpy().tolist() == [[1.29408826, 2.67008538, 1.38230538], [2.07447965, 1.5061206, 2.21695887]]


def test_means_are_those_of_the_distributions() -> None:
    drawn = draw([make("u"), make("t", kind="triangular"), make("l", kind="log_uniform")], 2000, 3).mean()
    assert drawn["u"] == pytest.approx(2.0, abs=1e-3)
    assert drawn["t"] == pytest.approx((1 + 1.5 + 3) / 3, abs=1e-3)
    assert drawn["l"] == pytest.approx(2 / np.log(3), abs=1e-3)


def test_steps_go_from_end_to_end() -> None:
    assert make().steps(3) == [1.0, 2.0, 3.0]
    assert make(low=1, high=4, kind="log_uniform").steps(3) == [1.0, 2.0, 4.0]


def test_ends_follow_from_the_confidence() -> None:
    assert derived_ends(2.0, "sourced") == (1.8, 2.2)
    assert derived_ends(-2.0, "memory") == (-3.0, -1.0)
    assert WIDTHS["sourced"] < WIDTHS["estimate"] < WIDTHS["memory"]


def table(folder: Path, *rows: str) -> Path:
    (folder / "uncertainty").mkdir(exist_ok=True)
    (folder / "uncertainty" / "ranges.csv").write_text(HEADER + "".join(f"{row}\n" for row in rows))
    return folder


def test_a_table_is_read(tmp_path: Path) -> None:
    found = read_ranges(
        table(
            tmp_path,
            'sea,Sea,cost,factor,"{modes: [deep_sea], cargo: [container]}",0.5,2,1,factor,log_uniform,a,estimate',
            "oil,Fuel,fuel,factor,,,,2,factor,,there,memory",
            "use,Canal,,suez.factor,,0.1,1,0.2,factor,,,",
        )
    )
    assert found["sea"].target == Target("cost", "factor", {"modes": ["deep_sea"], "cargo": ["container"]})
    assert (found["oil"].low, found["oil"].high, found["oil"].is_derived) == (1.0, 3.0, True)
    assert found["use"].target.owner == "suez"
    assert (found["use"].distribution, found["use"].confidence, found["use"].is_derived) == (
        "triangular",
        "estimate",
        False,
    )


def test_no_table_is_no_range(tmp_path: Path) -> None:
    assert read_ranges(tmp_path) == {}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a,A,fuell,factor,,1,2,1,x,,,", 'row 2, column lever: "fuell"; expected one of'),
        ("a,A,fuell,factor,,1,2,1,x,,,", "Did you mean fuel?"),
        (
            "a,A,fuel,facto,,1,2,1,x,,,",
            'column field: "facto"; expected a figure of fuel: factor. Did you mean factor?',
        ),
        ("a,A,,factor,,1,2,1,x,,,", 'column field: "factor"; expected lever.field'),
        ("a,A,,suez.factor,{a: 1},1,2,1,x,,,", "column choice"),
        ("a,A,cost,factor,{modes: [,1,2,1,x,,,", "column choice"),
        ("a,A,cost,factor,,1,2,1,x,,,", "names nothing to act on"),
        ("a,A,fuel,factor,{speed: 3},1,2,1,x,,,", "column choice"),
        ("a,A,fuel,factor,,3,2,2.5,x,,,", 'column low: "3"; expected below high, which is 2'),
        ("a,A,fuel,factor,,2,2,2,x,,,", "expected below high"),
        ("a,A,fuel,factor,,1,2,3,x,,,", 'column central: "3"; expected from low 1 to high 2'),
        ("a,A,fuel,factor,,1,,1,x,,,", "column high: empty; expected both ends"),
        ("a,A,carbon_price,usd_per_t,,,,0,x,,,", "cannot follow from a central value of 0"),
        ("a,A,carbon_price,usd_per_t,,0,9,1,x,log_uniform,,", "above 0 for log_uniform"),
        ("a,A,fuel,factor,,-1,2,1,x,,,", 'column low: "-1"; expected what the lever fuel takes (factor: -1.0; '),
        ("a,A,fuel,factor,,1,2,1,x,normal,,", "column distribution"),
        ("a,A,fuel,factor,,one,2,1,x,,,", "column low"),
        ("A-b,A,fuel,factor,,1,2,1,x,,,", "column range_id"),
        ("a,A,fuel,factor,,1,2,,x,,,", "column central: empty"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, row: str, says: str) -> None:
    with pytest.raises(DataError) as error:
        read_ranges(table(tmp_path, row))
    assert "uncertainty/ranges.csv, row 2" in str(error.value)
    assert says in str(error.value)


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        read_ranges(
            table(
                tmp_path, "a,A,fuell,factor,,1,2,1,x,,,", "b,B,fuel,factor,,3,2,1,x,,,", "b,B,fuel,factor,,1,2,1,x,,,"
            )
        )
    assert len(error.value.problems) == 3


def test_the_shipped_ranges_name_their_sources() -> None:
    found = read_ranges(DATA)
    assert len(found) == 23
    assert [name for name, one in found.items() if not one.source or not one.unit] == []
    assert {one.confidence for one in found.values()} == {"estimate", "memory"}
