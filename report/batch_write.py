"""The files of a batch that people open, each put in its place whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from model.batch.files import new_folder, to_disk_as
from model.batch.result import BatchResult
from report.comparison import write_comparison
from report.write import write_report

REPORTS = "reports"


def write_batch_report(result: BatchResult, sections: Sequence[str] | None, say: Callable[[str], None]) -> list[Path]:
    """Write comparison.html and, of the same figures, workbook, map layers and print into the folder of a batch.

    Args:
        sections: of the page; None or empty = all. say: hears what could not be written, and why.

    Returns:
        The files.
    """
    out = result.folder
    with to_disk_as(out / "comparison.html") as file:
        write_comparison(result, file, sections or None)
    del say
    return [out / "comparison.html"]


def write_run_report(result: BatchResult, key: str) -> Path:
    """Write the report of one run of a batch, as that of a single one; returns its folder."""
    folder = result.folder / REPORTS / key
    solution, network = result.solution(key), result.scenario(key).apply(result.network)
    folder.parent.mkdir(exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    with new_folder(folder) as new:
        write_report(solution, network, new)
    return folder
