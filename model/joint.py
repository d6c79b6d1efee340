"""The joint mixed-integer program on arc flows: exact for small worlds, and the check of the decomposition.

Every block and the strategic layer in one model, solved by branch and bound; ``auto`` takes it by size.
"""

import time

import numpy as np

from model.compile import compile_model
from model.diagnosis import diagnose
from model.errors import InfeasibleError, LimitError
from model.formulation import formulate
from model.incumbent import Incumbent
from model.options import Options
from model.plans import Plans
from model.problem import Problem
from model.progress import Progress
from model.routing import arc_column_count, arc_routing
from model.solver import Session, Status

ARC_COLUMNS = 150_000  # up to here the arc formulation is built and solved in seconds
EXACT = 1e-9  # of the transport cost: how closely the plan of a joint program is priced
# A small world's objective may be a few thousand dollars, of millions: the solver's usual 1e-6 would be dollars.
_TOLERANCES = {"primal_feasibility_tolerance": EXACT, "dual_feasibility_tolerance": EXACT,
               "mip_feasibility_tolerance": EXACT, "mip_abs_gap": 0.0}  # fmt: skip


def takes_arcs(problem: Problem, options: Options) -> bool:
    """Whether the arc formulation is asked for, or taken by size."""
    by_size = options.formulation == "auto" and arc_column_count(problem) <= ARC_COLUMNS
    return options.formulation == "arc" or by_size


def solve_joint(problem: Problem, options: Options, progress: Progress, nothing: float) -> Incumbent:
    """Plan, value and bound of the joint program.

    Args:
        nothing: value of building nothing, for the gap of the gain.

    Raises:
        InfeasibleError: no plan carries the firm cargo within all limits; says which contradict each other.
        LimitError: stopped before there was a plan.
    """
    progress.phase("Solving the joint program on arcs")
    compiled = compile_model(formulate(problem, arc_routing(problem), options.relax))
    starts = problem.strategy.starts
    columns = np.array(
        [compiled.columns[f"build[{i},{p}]"] for i, p in zip(starts["project"], starts["period"], strict=True)],
        np.int64,
    )
    end = time.monotonic() + options.seconds

    def watch(incumbent: float, bound: float) -> bool:
        left = max(0.0, end - time.monotonic())
        if np.isfinite(incumbent) and np.isfinite(bound):
            found = Incumbent(np.empty(0), incumbent, nothing, bound)
            progress.update(-incumbent, -bound, found.gap_of_gain, left)
        else:
            progress.update(None, None, None, left)
        return progress.should_stop()

    session = Session(compiled, options.threads)
    for name, value in _TOLERANCES.items():
        session.option(name, value)
    # The solver's gap is of the objective, which is far larger than the gain: so ask for all of it.
    answer = session.solve(options.seconds, 0.0, watch)
    if answer.status is Status.INFEASIBLE:
        raise InfeasibleError(diagnose(problem, arc_routing(problem)))
    if not len(answer.value):
        raise LimitError("stopped before there was a plan; give more time with --time-limit")
    plan = answer.value[columns]
    plan = plan if options.relax else Plans(problem.strategy).snapped(plan)
    return Incumbent(plan, answer.objective, nothing, answer.bound)
