"""Conditions on the runs of a batch, such as ``carbon_price > 50 and scenario == red_sea_closed``.

A condition is a comparison of columns with numbers and names, joined by and, or, not. Its syntax tree may hold
nothing else - no call, no attribute of an object - before pandas works it out over all runs at once. Python itself
never runs it.
"""

import ast
from collections.abc import Collection, Sequence
from textwrap import shorten

import pandas as pd

from model.errors import InputError
from model.levers.base import listed
from network.problems import nearest

_SHOWN = 100
EXAMPLE = "carbon_price > 50 and scenario == red_sea_closed"
_ALLOWED = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.Eq, ast.NotEq, ast.Lt,
    ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Name, ast.Load,
    ast.Constant, ast.List, ast.Tuple,
)  # fmt: skip


def satisfied(frame: pd.DataFrame, condition: str, names: Collection[str]) -> "pd.Series[bool]":
    """Which runs satisfy a condition; a run that lacks the value of an axis satisfies no comparison with it but !=.

    Args:
        frame: one row a run; its columns are what a condition may name.
        names: words that stand for themselves without quotes, such as names of scenarios.

    Raises:
        InputError: the condition cannot be read, names something unknown or compares what does not compare.
    """
    columns = {str(name): f"column_{number}" for number, name in enumerate(frame.columns)}
    try:
        text = ast.unparse(_Columns(columns, names).visit(_parsed(condition)))
    except RecursionError as error:
        raise InputError(f"'{shorten(condition, _SHOWN)}' is nested too deeply for a condition") from error
    renamed = frame.set_axis(list(columns.values()), axis=1)
    try:
        found = renamed.eval(text, engine="python", local_dict={}, global_dict={})
    except (TypeError, ValueError, NotImplementedError, ZeroDivisionError) as error:
        raise InputError(f"'{condition}' compares what does not compare, such as a number and a name") from error
    if not isinstance(found, pd.Series) or found.dtype != bool:
        raise InputError(f"'{condition}' is no condition; expected one such as {EXAMPLE}")
    return found


def _parsed(condition: str) -> ast.Expression:
    try:
        tree = ast.parse(condition.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        hint = " Write == for equal." if "=" in condition and "==" not in condition else ""
        raise InputError(
            f"'{shorten(condition, _SHOWN)}' cannot be read; expected a condition such as {EXAMPLE}.{hint}"
        ) from error
    return tree


class _Columns(ast.NodeTransformer):
    """Puts columns and names in place of words, and refuses all that is no comparison."""

    def __init__(self, columns: dict[str, str], names: Collection[str]) -> None:
        self._columns, self._names = columns, names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._word(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return self._word(ast.unparse(node))

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(ast.BinOp(ast.Constant(0), node.op, ast.Constant(0)))
        sides = [self.visit(side) for side in (node.left, node.right)]
        if any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in sides):
            raise InputError(f"{ast.unparse(node)}: put a name with signs in it in quotes")
        return ast.BinOp(sides[0], node.op, sides[1])

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, _ALLOWED) or (
            isinstance(node, ast.Constant) and not isinstance(node.value, (int, float, str))
        ):
            what = ast.unparse(node) or type(node).__name__.lower()
            raise InputError(f"'{what}' is not allowed in a condition; expected comparisons such as {EXAMPLE}")
        return super().generic_visit(node)

    def _word(self, word: str) -> ast.expr:
        if word in self._columns:
            return ast.Name(self._columns[word], ast.Load())
        if word in self._names:
            return ast.Constant(word)
        hint = nearest(word, [*self._columns, *self._names])
        known = f"Known: {', '.join(self._columns)}; and names such as {listed(sorted(self._names))}."
        raise InputError(f"'{word}' is unknown. {hint or known}")


def choose(
    frame: pd.DataFrame, only: Sequence[str], exclude: Sequence[str], names: Collection[str]
) -> "tuple[pd.Series[bool], list[str]]":
    """Which runs are left by conditions that all must hold and conditions of which none may.

    Returns:
        The mask, and the conditions that leave out nothing.

    Raises:
        InputError: as :func:`satisfied`.
    """
    kept = pd.Series(True, index=frame.index)
    idle = []
    for condition, wanted in [*((text, True) for text in only), *((text, False) for text in exclude)]:
        good = satisfied(frame, condition, names) == wanted
        idle += [condition] if good.all() else []
        kept &= good
    return kept, idle
