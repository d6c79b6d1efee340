"""What shows that answers stay optimal when costs change, against the changed program solved by itself."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from model.chain.moves import Optimum, costs_of_moves
from model.chain.witness import Witness
from model.compile import Compiled
from model.solver import AT_LOWER, BASIC, Session
from tests.model.chain.test_chain_moves import anew, optimum_of, program_of

ROWS, STEPS = np.tile(np.arange(10), 2), np.repeat([0.3, -0.3], 10)


def witnessed(seed: int) -> tuple[Optimum, np.ndarray]:
    """An optimum with what shows it, and the costs of moves that were solved on the way."""
    optimum = optimum_of(with_free_columns(program_of(seed)))
    optimum.witness.add(optimum.answer.value, optimum.answer.row_price)
    return optimum, costs_of_moves(optimum, ROWS, STEPS)


def with_free_columns(program: Compiled) -> Compiled:
    """Columns that rest at an upper bound of zero rest at a lower bound there."""
    below = program.lower < 0
    return replace(
        program,
        lower=np.where(below, 0.0, program.lower),
        upper=np.where(below, 1.0, program.upper),
        cost=np.abs(program.cost),
    )


def with_cost(program: Compiled, column: int, by: float) -> Compiled:
    """The program with the cost of a column changed."""
    cost = program.cost.copy()
    cost[column] += by
    return replace(program, cost=cost)


@pytest.mark.parametrize("seed", range(4))
def test_where_it_holds_the_program_and_all_its_moves_have_the_same_values(seed: int) -> None:
    optimum, costs = witnessed(seed)
    program, witness = optimum.program, optimum.witness
    held = 0
    for column in range(len(program.cost)):
        for by in (-0.3, 0.3):
            changed = with_cost(program, column, by)
            if not witness.holds(changed):
                continue
            held += 1
            objective = Session(changed, relax=True).solve().objective
            assert objective == pytest.approx(optimum.answer.objective, abs=1e-7)
            if column % 25 == 0:
                moved = [anew(changed, row, by) - objective for row, by in zip(ROWS, STEPS, strict=True)]
                np.testing.assert_allclose(costs, moved, rtol=1e-6, atol=1e-6)
    assert held > 100


def test_it_holds_not_where_a_point_uses_the_column_or_would() -> None:
    optimum, _ = witnessed(1)
    program, answer, witness = optimum.program, optimum.answer, optimum.witness
    assert witness.holds(program)
    used = int(np.flatnonzero(answer.value > 0)[0])
    assert not witness.holds(with_cost(program, used, 0.1))
    idle = int(np.argmax(answer.reduced_cost))
    assert answer.value[idle] == 0
    assert not witness.holds(with_cost(program, idle, -answer.reduced_cost[idle] - 0.1))


def test_it_holds_not_where_a_move_alone_uses_the_column() -> None:
    optimum, _ = witnessed(2)
    alone = Witness(optimum.program)
    alone.add(optimum.answer.value, optimum.answer.row_price)
    columns = range(len(optimum.program.cost))
    dearer = [with_cost(optimum.program, column, 0.2) for column in columns]
    held = [(alone.holds(program), optimum.witness.holds(program)) for program in dearer]
    assert (True, False) in held
    assert (False, True) not in held


def test_a_column_that_a_move_takes_up_without_a_step_counts() -> None:
    """x + y = 0, x at 1 and y at 2: both are zero until the right-hand side moves, by the basis of x."""
    base = program_of(0)
    program = replace(
        base, cost=np.array([1.0, 2.0]), lower=np.zeros(2), upper=np.full(2, np.inf), integer=np.zeros(2, dtype=bool),
        matrix=csr_matrix([[1.0, 1.0]]), row_lower=np.zeros(1), row_upper=np.zeros(1), offset=0.0,
    )  # fmt: skip
    optimum = optimum_of(program)
    optimum.witness.add(optimum.answer.value, np.array([1.0]))
    assert optimum.witness.holds(with_cost(program, 0, 0.5))
    session = Session(program, relax=True)
    session.set_basis(np.array([BASIC, AT_LOWER], np.int8), np.array([AT_LOWER], np.int8))
    of_x = replace(optimum, session=session, answer=session.solve())
    of_x = replace(of_x, column_status=session.basis()[0], row_status=session.basis()[1])
    assert costs_of_moves(of_x, np.array([0]), np.array([1.0])) == pytest.approx([1.0])
    assert not optimum.witness.holds(with_cost(program, 0, 0.5))
    assert optimum.witness.holds(with_cost(program, 1, 0.5))


@pytest.mark.parametrize("part", ["upper", "row_upper", "offset", "matrix"])
def test_it_holds_not_where_more_than_costs_differs(part: str) -> None:
    optimum, _ = witnessed(3)
    value = getattr(optimum.program, part)
    changed = value * 2 if part != "upper" else value + 1
    assert not optimum.witness.holds(replace(optimum.program, **{part: changed}))
