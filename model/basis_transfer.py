"""The basis of one program as a start for another whose variables and rows are the same but for some steps of demand.

A variable or family that is as long in both keeps its codes one by one. Steps of demand (``served``) and of curves
(``step``) come and go with what is charged at borders: each keeps the code of its class, or curve, and step. What is
new starts at its lower bound, a row that is new starts slack; the solver mends a basis that is too small or singular.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.compile import Compiled
from model.problem import Block
from model.solver import AT_LOWER, BASIC, Statuses

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Start:
    """A basis with what it belongs to: the program and its blocks."""

    compiled: Compiled
    blocks: Sequence[Block]
    columns: Statuses
    rows: Statuses


def carried(start: Start, compiled: Compiled, blocks: Sequence[Block]) -> tuple[Statuses, Statuses]:
    """Codes of the columns and rows of another program, from those of a start."""
    keys = _keys(start.blocks), _keys(blocks)
    columns = np.full(compiled.matrix.shape[1], AT_LOWER, np.int8)
    _carry(start.columns, _spans(start.compiled.columns, len(start.columns)), columns, compiled.columns, keys)
    rows = np.full(compiled.matrix.shape[0], BASIC, np.int8)
    _carry(start.rows, _spans(start.compiled.rows, len(start.rows)), rows, compiled.rows, keys)
    return columns, rows


def _carry(
    codes: Statuses,
    spans: dict[str, slice],
    new: Statuses,
    first: dict[str, int],
    keys: tuple[dict[str, Ints], dict[str, Ints]],
) -> None:
    """Write the codes of what both programs have."""
    for name, span in _spans(first, len(new)).items():
        old = spans.get(name)
        if old is None:
            continue
        if old.stop - old.start == span.stop - span.start and name not in keys[0]:
            new[span] = codes[old]
        elif name in keys[0] and name in keys[1]:
            _, mine, theirs = np.intersect1d(keys[1][name], keys[0][name], assume_unique=True, return_indices=True)
            new[span.start + mine] = codes[old.start + theirs]


def _spans(first: dict[str, int], count: int) -> dict[str, slice]:
    """Where each name begins and ends."""
    names = sorted(first, key=lambda name: first[name])
    ends = [*(first[name] for name in names[1:]), count]
    return {name: slice(first[name], end) for name, end in zip(names, ends, strict=True)}


def _keys(blocks: Sequence[Block]) -> dict[str, Ints]:
    """What each step of demand and of a curve is, as one number, by name of the variable."""
    keys: dict[str, Ints] = {}
    for block in blocks:
        cls, step = block.held_steps
        keys[f"served_{block.name}"] = cls * block.step_width.shape[1] + step
        width = block.trade.curves.width
        keys[f"step_{block.name}"] = np.flatnonzero(width.ravel() > 0)
    return keys
