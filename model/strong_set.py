"""The valid inequalities that a joint relaxation holds: their coefficients, their prices by class."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, vstack

from model.block_part import BlockPart
from model.strong_rows import StrongRow

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass
class StrongSet:
    """Rows of one block in the order in which the solver holds them.

    Attributes:
        rows: the inequalities. position: of each row among the rows of the solver.
    """

    rows: list[StrongRow] = field(default_factory=list)
    position: Ints = field(default_factory=lambda: np.empty(0, np.int64))

    def add(self, rows: list[StrongRow], first: int) -> None:
        """Take up rows that the solver holds from a position on."""
        self.rows += rows
        self.position = np.concatenate([self.position, first + np.arange(len(rows))])

    def prices(self, row_price: Floats) -> Floats:
        """Price of each row, >= 0, million USD per unit of its use."""
        price: Floats = np.maximum(-row_price[self.position], 0.0)
        return price


def use_coefficients(part: BlockPart, rows: list[StrongRow], columns: Ints) -> csc_matrix:
    """Coefficients of path columns in rows: rows x columns."""
    total = csr_matrix((len(rows), len(columns)))
    for on_saving in (False, True):
        mine = [n for n, row in enumerate(rows) if row.on_saving == on_saving]
        if not mine:
            continue
        members = np.array([rows[n].members for n in mine])
        counted = part.coefficients_in(columns, on_saving, np.array([rows[n].row for n in mine]), members)
        spot = csr_matrix((np.ones(len(mine)), (mine, np.arange(len(mine)))), shape=(len(rows), len(mine)))
        total = total + spot @ counted * (-1.0 if on_saving else 1.0)
    return csc_matrix(total)


def other_coefficients(part: BlockPart, rows: list[StrongRow], built: Ints, width: int) -> csr_matrix:
    """Coefficients of what is built, of spread and of saved: rows x all columns of the solver.

    Args:
        built: column of each project's share in service in the block's period. width: columns of the solver.
    """
    lines = []
    for row in rows:
        columns = [built[row.project]]
        values = [-row.amount]
        if len(row.spread):
            columns.append(part.column("spread") + row.spread)
            values.append(np.full(len(row.spread), -1.0))
        if row.on_saving:
            columns.append(np.array([part.column("saved") + row.row]))
            values.append(np.array([1.0]))
        column = np.concatenate(columns)
        line = csr_matrix((np.concatenate(values), (np.zeros(len(column), np.int64), column)), shape=(1, width))
        lines.append(line)
    return csr_matrix(vstack(lines, format="csr"))


def prices_by_class(
    rows: list[StrongRow], price: Floats, capacity: Floats, saving: Floats, group: Ints
) -> tuple[Ints, Ints, Floats, Floats]:
    """What the rows of a block cost each kind of cargo: classes of one cost group with the same prices are one kind.

    Args:
        price: of each inequality. capacity, saving: prices of the capacity and saving rows. group: of each class.

    Returns:
        Kind of each class; cost group, capacity prices and saving prices (kinds x rows) of each kind.
    """
    active = np.flatnonzero(price > 0)
    members = np.array([rows[n].members for n in active]).reshape(len(active), len(group))
    signature = np.vstack([group[None, :], members]).T
    _, sample, kind = np.unique(signature, axis=0, return_index=True, return_inverse=True)
    by_capacity = np.repeat(capacity[None, :], len(sample), axis=0)
    by_saving = np.repeat(saving[None, :], len(sample), axis=0)
    for number, row in enumerate(active):
        mine = members[number, sample]
        target = by_saving if rows[row].on_saving else by_capacity
        target[mine, rows[row].row] += price[row]
    return kind.ravel().astype(np.int64), group[sample], by_capacity, np.clip(by_saving, 0.0, 1.0)
