"""The page of a plan: one HTML file that holds its data, styles and scripts and asks no host for anything."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from model.solution import Solution
from network.geography import Geography
from network.network import Network
from report.page_data import page_data

SCRIPTS = (
    "geo.min.js",
    "base.js",
    "tip.js",
    "table.js",
    "theme.js",
    "map_base.js",
    "map_flows.js",
    "map_names.js",
    "map_marks.js",
    "map_legend.js",
    "map.js",
    "corridors.js",
    "investments.js",
    "bottlenecks.js",
    "facilities.js",
    "lanes.js",
    "costs.js",
    "base_year.js",
    "confidence.js",
    "changes.js",
    "policy.js",
    "accounts.js",
    "trade.js",
    "chain_sankey.js",
    "chain_curve.js",
    "chain.js",
    "minerals.js",
    "tornado.js",
    "main.js",
    "paper.js",
)
"""Scripts of the page in the order in which they run."""


def write_html(
    solution: Solution, network: Network, geography: Geography, path: Path, compare: Solution | None = None
) -> None:
    """Write the page to `path`."""
    path.write_text(html_text(page_data(solution, network, geography, compare)), encoding="utf-8")


def html_text(data: dict[str, Any]) -> str:
    """Return the page that shows `data` (see `report.page_data.page_data`)."""
    return page_text("index.html", ("page.css",), SCRIPTS, data)


def page_text(shell: str, styles: tuple[str, ...], scripts: tuple[str, ...], data: dict[str, Any]) -> str:
    """Return a page of files of `page/`: its shell with styles, scripts and data in place; the first is a library."""
    library, *own = (_asset(name) for name in scripts)
    script = library + '\n(() => {\n"use strict";\n' + "\n".join(own) + "\n})();"
    parts = {
        "@@TITLE@@": _escaped(f"{data['title']} - Kervan"),
        "@@STYLE@@": "\n".join(_asset(name) for name in styles),
        "@@DATA@@": _json(data),
        "@@SCRIPT@@": script,
    }
    page = _asset(shell)
    for mark, text in parts.items():
        before, _, after = page.partition(mark)
        page = before + text + after
    return page


def _asset(name: str) -> str:
    return (files("report") / "page" / name).read_text(encoding="utf-8").strip()


def _json(data: dict[str, Any]) -> str:
    """Return JSON that cannot end its script element: every < is written as an escape."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
    return text.replace("<", "\\u003c")


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no place in the page's data")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
