"""A basis of a joint relaxation that another one of the same problem can start from, whatever paths it holds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.block_part import BlockPart
from model.solver import AT_LOWER, BASIC, Statuses
from model.strong_set import StrongSet

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Basis:
    """A basis of any relaxation of the problem that holds the same inequalities.

    Attributes:
        fixed: codes of the columns that are no paths. paths: by block, columns of the pool and their codes.
        rows: codes of the rows but the inequalities. strong: by block, codes of its inequalities.
    """

    fixed: Statuses
    paths: list[tuple[Ints, Statuses]]
    rows: Statuses
    strong: list[Statuses]

    @classmethod
    def read(
        cls, columns: Statuses, rows: Statuses, parts: list[BlockPart], sets: list[StrongSet], width: int, height: int
    ) -> "Basis":
        """The basis that a solver holds.

        Args:
            columns, rows: codes. width: columns at the solve; paths that came later are left out.
            height: rows but the inequalities.
        """
        is_path = np.zeros(len(columns), dtype=bool)
        paths = []
        for part in parts:
            is_path[part.move_columns] = True
            solved = part.move_columns < width
            paths.append((part.columns[solved], columns[part.move_columns[solved]]))
        return cls(columns[~is_path], paths, rows[:height], [rows[inequalities.position] for inequalities in sets])

    def needed(self, number: int) -> Ints:
        """Columns of the pool without which the block of that number is not at this basis."""
        ids, codes = self.paths[number]
        basic: Ints = ids[codes == BASIC]
        return basic

    def column_codes(self, parts: list[BlockPart], width: int, pool_size: int) -> tuple[Statuses, Ints]:
        """Codes of all columns of a relaxation, and which of them are paths that this basis does not know."""
        codes = np.full(width, AT_LOWER, np.int8)
        is_path, is_known = np.zeros((2, width), dtype=bool)
        for part, (ids, known) in zip(parts, self.paths, strict=True):
            of_path = np.full(pool_size, -1, np.int8)
            of_path[ids] = known
            own = of_path[part.columns]
            codes[part.move_columns] = np.maximum(own, AT_LOWER)
            is_path[part.move_columns] = True
            is_known[part.move_columns] = own >= 0
        codes[~is_path] = self.fixed
        return codes, np.flatnonzero(is_path & ~is_known)

    def row_codes(self, sets: list[StrongSet], count: int) -> Statuses:
        """Codes of all rows of a relaxation; an inequality that this basis does not know is slack."""
        codes = np.full(count, BASIC, np.int8)
        codes[: len(self.rows)] = self.rows
        for inequalities, known in zip(sets, self.strong, strict=True):
            codes[inequalities.position] = known
        return codes
