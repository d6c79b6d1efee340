"""Checks across rows and tables."""

from collections.abc import Callable, Mapping

from network.problems import Problem
from network.typed_frame import TypedTable

Tables = Mapping[str, TypedTable]

ROW_CHECKS: tuple[Callable[[Tables], list[Problem]], ...] = ()
