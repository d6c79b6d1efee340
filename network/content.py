"""Tables as plain text that depends on their content only: what the hash of a world is made of."""

from collections.abc import Iterable

import numpy as np
import pandas as pd


class Texts:
    """The text of each table as it was last asked for.

    Frames are read-only, so a frame that is the same object has the same text. Worlds that were made from one another
    share this: only what levers have replaced is written anew. One text a table is kept, however many worlds there are.
    """

    def __init__(self) -> None:
        self._last: dict[str, tuple[pd.DataFrame, bytes]] = {}

    def of(self, name: str, frame: pd.DataFrame, *, in_order: bool) -> bytes:
        """Text of a table.

        Args:
            name: of the table. in_order: whether the order of its rows counts, always the same for a table.
        """
        frame_before, text = self._last.get(name, (None, b""))
        if frame_before is not frame:
            text = canonical(name, frame, in_order=in_order)
            self._last[name] = frame, text
        return text


def canonical(name: str, frame: pd.DataFrame, *, in_order: bool) -> bytes:
    """Text of a frame that depends on its content only.

    Args:
        name: of the table, which the text begins with. in_order: whether the order of rows counts; that of columns
            does not.
    """
    columns = sorted(frame.columns)
    cells: Iterable[Iterable[str]] = [[_text(cell) for cell in frame[column].tolist()] for column in columns]
    rows = ["\x1f".join(row) for row in zip(*cells, strict=True)]
    lines = [name, "\x1f".join(columns), *(rows if in_order else sorted(rows))]
    return ("\x1e".join(lines) + "\x1d").encode()


def _text(cell: object) -> str:
    if isinstance(cell, tuple):
        return "|".join(_text(item) for item in cell)
    if isinstance(cell, float) and np.isnan(cell):
        return ""
    return repr(float(cell)) if isinstance(cell, (int, float)) else str(cell)
