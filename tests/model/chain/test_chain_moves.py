"""What small moves of right-hand sides cost, against the moved program solved by itself."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from model.chain import moves
from model.chain.moves import Optimum, costs_of_moves
from model.chain.witness import Witness
from model.compile import Compiled
from model.solver import BASIC, Session, Status


def program_of(seed: int, columns: int = 300, equal: int = 6, rows: int = 10) -> Compiled:
    """A feasible program with equal and one-sided rows, some columns at upper bounds, some fixed, and ties."""
    chance = np.random.default_rng(seed)
    matrix = np.round(chance.normal(size=(rows, columns))) * (chance.random((rows, columns)) < 0.4)
    upper = chance.choice([0.5, 1.0, 2.0, np.inf], columns)
    lower = np.where(chance.random(columns) < 0.05, upper, 0.0)
    lower[~np.isfinite(lower)] = 0.0
    below = chance.random(columns) < 0.2  # these rest at an upper bound of zero
    lower[below], upper[below] = -1.0, 0.0
    inside = np.where(chance.random(columns) < 0.1, np.minimum(upper, 1.0), np.where(below, 0.0, lower))
    side = matrix @ inside
    return Compiled(
        cost=np.round(chance.uniform(0.0, 5.0, columns), 1) * np.where(below, -1.0, 1.0),
        lower=lower,
        upper=upper,
        integer=np.zeros(columns, dtype=bool),
        matrix=csr_matrix(matrix),
        row_lower=np.where(np.arange(rows) < equal, side, -np.inf),
        row_upper=side,
        offset=3.0,
        columns={},
        rows={},
    )


def optimum_of(program: Compiled) -> Optimum:
    """Solved, with the session that holds it."""
    session = Session(program, relax=True)
    answer = session.solve()
    assert answer.status is Status.OPTIMAL
    return Optimum(program, session, 1, answer, *session.basis(), Witness(program))


def anew(program: Compiled, row: int, by: float) -> float:
    """Objective of the moved program; NaN where it has no solution."""
    low, high = program.row_lower.copy(), program.row_upper.copy()
    low[row], high[row] = low[row] + by, high[row] + by
    return Session(replace(program, row_lower=low, row_upper=high), relax=True).solve().objective


@pytest.mark.parametrize("first", [0, 3, 100])
@pytest.mark.parametrize("seed", range(6))
def test_each_move_costs_what_the_moved_program_does(seed: int, first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "_FIRST", first)
    monkeypatch.setattr(moves, "_MORE", 3)
    optimum = optimum_of(program_of(seed))
    rows, steps = np.arange(10), np.array([1e-3, -1e-3, 0.7, -0.7, 5.0])
    costs = costs_of_moves(optimum, np.tile(rows, len(steps)), np.repeat(steps, len(rows)))
    expected = [anew(optimum.program, row, by) - optimum.answer.objective for by in steps for row in rows]
    np.testing.assert_allclose(costs, expected, rtol=1e-7, atol=1e-7)


def test_what_cannot_be_has_no_cost_and_leaves_the_rest_as_it_is() -> None:
    """x <= 1 and y <= 1 with x + y = 2 and x = 1, where ends of both bounds are reached."""
    base = program_of(0)
    program = replace(
        base, cost=np.array([1.0, 2.0]), lower=np.zeros(2), upper=np.ones(2), integer=np.zeros(2, dtype=bool),
        matrix=csr_matrix([[1.0, 1.0], [1.0, 0.0]]), row_lower=np.array([2.0, 1.0]), row_upper=np.array([2.0, 1.0]),
        offset=0.0,
    )  # fmt: skip
    costs = costs_of_moves(optimum_of(program), np.array([0, 0, 1, 1]), np.array([0.5, -0.5, 0.5, -0.5]))
    assert np.isnan(costs[[0, 2, 3]]).all()
    assert costs[1] == pytest.approx(-1.0)


def test_a_basis_that_cannot_be_factored_is_solved_from(monkeypatch: pytest.MonkeyPatch) -> None:
    def singular(_: object) -> None:
        raise RuntimeError("Factor is exactly singular")

    optimum = optimum_of(program_of(1))
    rows, by = np.arange(10), np.full(10, 0.3)
    usual = costs_of_moves(optimum, rows, by)
    monkeypatch.setattr(moves, "splu", singular)
    np.testing.assert_allclose(costs_of_moves(optimum, rows, by), usual, rtol=1e-7, atol=1e-7)


def test_most_small_moves_are_not_solved_for(monkeypatch: pytest.MonkeyPatch) -> None:
    optimum = optimum_of(program_of(2))
    rows = np.flatnonzero(optimum.row_status != BASIC)
    solved: list[int] = []

    def cost(_: object, row: int, by: float) -> float:
        solved.append(row)
        return by

    monkeypatch.setattr(moves._Narrow, "cost", cost)
    costs = costs_of_moves(optimum, rows, np.full(len(rows), 1e-6))
    kept = ~np.isin(rows, solved)
    assert kept.any()
    np.testing.assert_allclose(costs[kept], optimum.answer.row_price[rows[kept]] * 1e-6)
