"""What a batch says on the terminal: how far it is, what failed and why, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from model.batch.catalogue import FAILED, FINISHED, OPEN
from model.batch.record import Batch
from report.batch_progress import duration

_SHOWN = 12


def status_text(batch: Batch, catalogue: pd.DataFrame, folder: str, is_held: bool) -> str:
    """State of a batch.

    Args:
        catalogue: see ``model.batch.catalogue``. is_held: whether a coordinator is at work there.
    """
    return "\n".join(_status(batch, catalogue, folder, is_held))


def _status(batch: Batch, catalogue: pd.DataFrame, folder: str, is_held: bool) -> Iterator[str]:
    counts = catalogue["state"].value_counts()
    finished, failed, left = (int(counts.get(state, 0)) for state in (FINISHED, FAILED, OPEN))
    states = f"{finished:,} finished, {failed:,} failed, {left:,} open"
    yield f"{batch.name}, started {batch.created}: {_runs(len(catalogue))}, {states}"
    mean = catalogue.loc[catalogue["state"] == FINISHED, "seconds"].mean()
    if finished:
        yield f"A run took {duration(float(mean))} on average."
    yield from failures(batch, catalogue)
    if is_held:
        yield "It is at work now."
    elif left:
        yield "It is not at work. The command that started it goes on with what is open, and so does:"
        yield f"  batch.py retry {folder} --open-only" if failed else f"  batch.py retry {folder}"
    if failed and not is_held:
        yield f"What failed is run again by: batch.py retry {folder}"
    if finished:
        yield f"A report on what is finished is written by: batch.py report {folder}"


def failures(batch: Batch, catalogue: pd.DataFrame) -> Iterator[str]:
    """What failed, a line a run; the most of one reason first."""
    table = catalogue[catalogue["state"] == FAILED]
    for (kind, reason), group in _by_reason(table):
        labels = [batch.runs[key].label for key in group["key"]]
        named = "; ".join(labels[:_SHOWN]) + (f"; and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else "")
        yield f"Failed ({kind}): {named}"
        yield from (f"  {line}" for line in reason.splitlines())


def _by_reason(table: pd.DataFrame) -> list[tuple[tuple[str, str], pd.DataFrame]]:
    groups = [((str(kind), str(reason)), group) for (kind, reason), group in table.groupby(["kind", "reason"])]
    return sorted(groups, key=lambda one: -len(one[1]))


def _runs(number: int) -> str:
    return "1 run" if number == 1 else f"{number:,} runs"
