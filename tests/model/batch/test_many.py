"""Two hundred runs in one go: all finished, each figure where it belongs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.batch.pool import PoolCrew
from model.batch.result import read_batch
from model.batch.start import Asked
from tests.model.batch.processes import do

RUNS = 200


@pytest.mark.slow
def test_two_hundred_runs(ask: Callable[..., Asked], tmp_path: Path) -> None:
    factors = tuple(round(1.6 * number / RUNS, 4) for number in range(1, RUNS + 1))
    tally = do(ask(factors, keep="indicators"), tmp_path / "out", PoolCrew(2))
    assert (tally.finished, tally.failed, tally.stopped) == (RUNS, 0, "")
    result = read_batch(tmp_path / "out")
    table = result.catalogue
    assert len(table) == RUNS
    # 10 USD/t by railway up to its capacity, 14 by road for the rest: the worth of a plan rises by 4 USD a tonne
    carried = np.minimum(60_000 * table["rail"], 100_000)
    slope = np.polyfit(carried, table["objective"], 1)[0]
    rest = table["objective"] - np.polyval(np.polyfit(carried, table["objective"], 1), carried)
    assert slope != 0
    assert np.abs(rest).max() < 1e-6 * np.abs(table["objective"]).max()
    by_worker = table.groupby("worker")["rail"]
    assert len(by_worker) == 2
    steps = pd.concat([values.sort_values().diff().dropna() for _, values in by_worker])
    assert steps.median() == pytest.approx(1.6 / RUNS, rel=0.01)  # neighbours went to the same worker
    assert result.indicators["run"].nunique() == RUNS
