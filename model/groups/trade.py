r"""Trade: the curves of markets and sellers, limits of policy, and ways outside the model.

Variable ``0 <= step[r, j] <= width[r, j]`` [kt] of every curve r, cost term ``curve``: minus the worth of the step
[million USD per kt], which falls with j. Family ``curve_balance``: ``sum over members of served = sum over j of
step[r, j]``. Its price is what one more tonne of the market is worth over the reference, or costs its sellers.
Family ``trade_limit`` of every quota, licence, ban and share: ``sum over classes of weight x served <= most``; a share
of s has the weight 1 - s for goods of the exporters and -s for all others, and most = 0. Its price times what it lets
through is the rent of the limit.
Variable ``outside[k] >= 0`` [kt], cost term ``outside``: cargo that takes a way outside the model at the choke cost.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.paths import ColumnCoefficients
from model.problem import Block, Problem
from model.routing import Routing
from model.rows import Entries, RowFamily, Terms, Variable


def build(problem: Problem, block: Block, routing: Routing, priced: ColumnCoefficients) -> Terms:
    """Variables ``step`` and ``outside``, families ``curve_balance`` and ``trade_limit``; entries in the balance."""
    trade = block.trade
    variables: list[Variable] = []
    families: list[RowFamily] = []
    balance = {}
    leaving = trade.leaving
    if len(leaving):
        count = len(leaving)
        cost = {"outside": trade.outside[leaving] / 1000.0}
        labels = pd.DataFrame({"cls": leaving})
        variables.append(Variable("outside", labels, np.zeros(count), np.full(count, np.inf), cost))
        balance["outside"] = Entries.make(leaving, np.arange(count), 1.0)
    curves = trade.curves
    if len(curves.labels):
        row, step = np.nonzero(curves.width > 0)
        count = len(row)
        value = {"curve": -curves.value[row, step] / 1000.0}
        labels = pd.DataFrame({"row": row, "step": step})
        variables.append(Variable("step", labels, np.zeros(count), curves.width[row, step], value))
        entries = {
            "served": Entries.make(*block.served_by(*coordinates(curves.members))),
            "step": Entries.make(row, np.arange(count), -1.0),
        }
        zero = np.zeros(len(curves.labels))
        families.append(RowFamily("curve_balance", curves.labels, zero, zero, entries))
    limits = trade.limits
    if len(limits.labels):
        entries = {"served": Entries.make(*block.served_by(*coordinates(limits.weights)))}
        lower = np.full(len(limits.labels), -np.inf)
        families.append(RowFamily("trade_limit", limits.labels, lower, limits.most, entries))
    return Terms(variables, families, balance)


def coordinates(matrix: csr_matrix) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Row, column and value of the entries of a matrix."""
    part = matrix.tocoo()
    return part.row.astype(np.int64), part.col.astype(np.int64), part.data
