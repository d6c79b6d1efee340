"""The page of a batch: one HTML file that holds its data, styles and scripts and asks no host for anything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from model.errors import InputError
from model.explain import known_names
from report.comparison_page import SECTIONS, comparison_data
from report.comparison_runs import Batch
from report.html import page_text

__all__ = ["SECTIONS", "check_sections", "write_comparison"]

STYLES = ("page.css", "portfolio.css", "comparison.css")
SCRIPTS = (
    "geo.min.js",
    "base.js",
    "tip.js",
    "table.js",
    "theme.js",
    "pictures.js",
    "comparison_base.js",
    "map_base.js",
    "map_flows.js",
    "map_names.js",
    "map_marks.js",
    "map_legend.js",
    "map.js",
    "portfolio_chart.js",
    "chain_sankey.js",
    "confidence.js",
    *(script for section in SECTIONS for script in section.scripts),
    "comparison_main.js",
    "paper.js",
)
"""Scripts of the page in the order in which they run."""


def write_comparison(result: Batch, out: Path, sections: Sequence[str] | None = None) -> None:
    """Write the page of a batch.

    Args:
        result: a batch of which at least one run is finished.
        out: path of the page; an OSError says why it cannot be written.
        sections: names of `SECTIONS` to show, None or empty = all that the batch has something for.

    Raises:
        InputError: a section is not known, or no run is finished.
    """
    check_sections(sections or ())
    if not (result.catalogue["state"] == "finished").any():
        raise InputError("no run of the batch is finished yet: there is nothing to compare")
    out.write_text(page_text("comparison.html", STYLES, SCRIPTS, comparison_data(result, sections)), encoding="utf-8")


def check_sections(sections: Sequence[str]) -> None:
    """Raise an InputError that names the sections that are not known."""
    known = [section.name for section in SECTIONS]
    wrong = [
        f"the report has no section '{name}'. {known_names('Sections', name, known)}"
        for name in sections
        if name not in known
    ]
    if wrong:
        raise InputError(wrong)
