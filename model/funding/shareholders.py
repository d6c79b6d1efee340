"""Shareholders of a bank from a csv file of the user, in the columns of ``finance/bank_shareholders.csv``."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from model.errors import InputError
from network.cell_checks import check_cells
from network.network import Network
from network.problems import Problem
from network.schema import table
from network.sheet import read_sheet
from network.typed_frame import fill_defaults, type_table

_NEEDED = ("shareholder_id", "name", "share")
_SUM = 1e-3  # that shares may be off from 1: they are printed with few digits


def read_shareholders(path: Path, network: Network) -> pd.DataFrame:
    """Shareholders with their shares of votes.

    Args:
        path: csv file; shareholder_id, name and share are needed, power_id says who votes with whom.
        network: whose powers are known.

    Raises:
        InputError: the file, a row or a cell is not as it should be; shares that do not sum to 1.
    """
    declared = table("bank_shareholders")
    fields = tuple(replace(field, required=field.name in _NEEDED, references="") for field in declared.fields)
    own = replace(declared, path=path.name, required=True, fields=fields)
    sheet = read_sheet(path.parent, own)
    read, unread = type_table(own, sheet)
    typed, bad = check_cells(read)
    problems: list[Problem] = [*sheet.problems, *unread, *bad]
    if problems:
        raise InputError([str(problem) for problem in problems])
    frame = fill_defaults(own, typed.frame)
    found = (
        [f"{path.name}: shares sum to {frame['share'].sum():.4g}; expected 1"]
        if (abs(frame["share"].sum() - 1.0) > _SUM)
        else []
    )
    unknown = sorted(set(frame["power_id"]) - set(network.powers["power_id"]) - {""})
    found += [f"{path.name}: power '{one}' is not in finance/powers.csv" for one in unknown]
    if found:
        raise InputError(found)
    return frame.assign(share=frame["share"] / frame["share"].sum())
