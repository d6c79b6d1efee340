"""The files of a batch that people open, each put in its place whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from model.batch.files import new_folder, to_disk_as
from model.batch.result import BatchResult
from network.geography import read_geography
from report.comparison import write_comparison
from report.comparison_layers import write_comparison_geopackage
from report.comparison_pdf import PdfError, write_pdf
from report.comparison_workbook import write_comparison_workbook
from report.write import write_report

REPORTS = "reports"


def write_batch_report(result: BatchResult, sections: Sequence[str] | None, say: Callable[[str], None]) -> list[Path]:
    """Write comparison.html, .xlsx, .gpkg and, where Chromium is there, .pdf into the folder of a batch.

    Args:
        sections: of the page; None or empty = all. say: hears what is left out and why, a sentence each.

    Returns:
        The files, the page first.

    Raises:
        InputError: a section is not known, or no run is finished.
    """
    page, workbook, layers, paper = (result.folder / f"comparison.{end}" for end in ("html", "xlsx", "gpkg", "pdf"))
    with to_disk_as(page) as file:
        write_comparison(result, file, sections or None)
    write_comparison_workbook(result, workbook)
    network = result.network
    geography = read_geography(network.folder, network.places, network.links)
    for sentence in write_comparison_geopackage(result, geography, layers):
        say(sentence)
    files = [page, workbook, layers]
    try:
        write_pdf(page, paper)
    except PdfError as error:
        paper.unlink(missing_ok=True)  # one of an earlier page would say something else
        say(str(error)[:1].upper() + str(error)[1:] + ".")
        return files
    return [*files, paper]


def write_run_report(result: BatchResult, key: str) -> Path:
    """Write the report of one run of a batch, as that of a single one; returns its folder."""
    folder = result.folder / REPORTS / key
    solution, network = result.solution(key), result.scenario(key).apply(result.network)
    folder.parent.mkdir(exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    with new_folder(folder) as new:
        write_report(solution, network, new)
    return folder
