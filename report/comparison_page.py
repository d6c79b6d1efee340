"""What the page of a comparison shows, as plain values for JSON: its head, its runs and the sections asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.batch.indicators import INDICATOR_BY_NAME
from network.geography import read_geography
from report.comparison_chain import sankey_data, shown_years
from report.comparison_map import empty_map, map_data, plan_rows, project_list
from report.comparison_matrix import columns, matrix_data
from report.comparison_method import method_data
from report.comparison_panels import failed_data, gantt_data, prices_data, winners_data
from report.comparison_runs import Batch, at_other_rates
from report.comparison_samples import grid_data, samples_data, tornado_data
from report.comparison_sentences import findings, headlines
from report.comparison_title import asked_fields, batch_title
from report.comparison_view import View, run_rows
from report.page_data import period_spans
from report.words import counted, money


@dataclass(frozen=True)
class Section:
    """A section of the page.

    Attributes:
        name: its id, as a batch may ask for it. title: its heading.
        key: where its data stand on the page; data: makes them, None = the batch has nothing for it.
        scripts: files of page/ that draw it, in order.
        said: section of `comparison_sentences.findings` whose sentences stand below the heading, "" = none.
    """

    name: str
    title: str
    key: str
    data: Callable[[View], Any]
    scripts: tuple[str, ...]
    said: str = ""


SECTIONS = (
    Section("matrix", "Scenarios by indicators", "matrix", matrix_data, ("comparison_matrix.js",)),
    Section("map", "What moves where", "map", map_data, ("comparison_map.js",), "corridors"),
    Section("tornado", "What moves the answers most", "tornado", tornado_data, ("comparison_tornado.js",)),
    Section(
        "gantt", "Investments, and how robust they are", "gantt", gantt_data, ("comparison_gantt.js",), "investments"
    ),
    Section(
        "sankey", "Rare earths, from mine to magnet", "chain", sankey_data, ("comparison_chain.js",), "rare_earths"
    ),
    Section("prices", "Prices", "prices", prices_data, ("comparison_prices.js",)),
    Section("winners", "Winners and losers", "winners", winners_data, ("comparison_winners.js",), "countries"),
    Section("samples", "Samples", "samples", samples_data, ("comparison_samples.js",), "samples"),
    Section("grid", "Over the values of a grid", "grid", grid_data, ("comparison_grid.js",), "grids"),
    Section("failed", "Runs that did not finish", "failed", failed_data, ("comparison_failed.js",)),
    Section("method", "Method and what it rests on", "method", method_data, ("comparison_method.js",), "confidence"),
)
"""Sections of the page in their order: a new one is a row here, a function that makes its data and a script."""


def comparison_data(batch: Batch, sections: Sequence[str] | None = None) -> dict[str, Any]:
    """Return everything that the page needs.

    Args:
        sections: names of `SECTIONS` to show; None or empty = all that the batch has something for.
    """
    network = batch.network
    view = View(batch, read_geography(network.folder, network.places, network.links))
    wanted = [section for section in SECTIONS if not sections or section.name in sections]
    made = {section.key: section.data(view) for section in wanted}
    data: dict[str, Any] = {section.key: None for section in SECTIONS} | made
    # The head and other sections speak of the columns of the matrix, and scripts of the map expect one.
    data["matrix"] = data["matrix"] or matrix_data(view)
    data["map"] = data["map"] or empty_map()
    shown = list(view.solutions) or list(range(len(view.keys)))
    periods = view.periods or [0]
    said = findings(batch)
    start = view.focus_periods.get(False, periods[-1])
    start = start if start in periods else periods[-1]
    return data | {
        "title": batch_title(batch),
        "question": str(asked_fields(batch).get("question") or ""),
        "kicker": _kicker(batch),
        "findings": headlines(batch, said_of=said),
        "keys": _keys(view),
        "sections": [[section.name, section.title] for section in wanted if made[section.key] is not None],
        "said": {section.name: said.get(section.said, []) for section in wanted},
        "runs": run_rows(view),
        "shown": shown,
        "base": 0,
        "chosen": [_most_different(view, shown), 0],
        "periods": periods,
        "spans": period_spans(network, periods),
        "start": start,
        "startSlice": shown_years(view).index(view.focus_periods.get(True, start)),
        "boxes": True,
        "projects": project_list(view),
        "plans": plan_rows(view),
        "sources": view.sources.texts,
        "attribution": _attribution(view),
    }


def _kicker(batch: Batch) -> str:
    parts = ["Kervan batch", str(batch.spec.get("created") or "")[:10]]
    return " \u00b7 ".join(part for part in parts if part)


def _keys(view: View) -> list[tuple[str, str, str]]:
    """Return the figures at the head of the page: name, value, explanation."""
    table = view.batch.catalogue
    counts = table["state"].value_counts()
    done, failed = int(counts.get("finished", 0)), int(counts.get("failed", 0))
    rest = len(table) - done - failed
    states = [counted(failed, "failed", "failed"), *([f"{rest:,} not yet done"] if rest else [])]
    keys = [("Runs compared", f"{done:,}", ", ".join(states))]
    keys.append(("Scenarios", f"{view.finished['scenario'].nunique():,}", _axes_words(view)))
    compared = (table["state"] == "finished") & ~table["key"].astype(str).isin(list(at_other_rates(view.batch)))
    gains = table.loc[compared, "gain"].dropna() if "gain" in table else table.iloc[:0, 0]
    if len(gains) > 1:
        spread = f"{money(float(gains.min()))} to {money(float(gains.max()))}"
        keys.append(("Gain of the plans", spread, "present value, over building nothing, each in its own world"))
    return keys


def _most_different(view: View, shown: list[int]) -> int:
    """Return the run whose headline figures differ most from the base, each over the largest difference."""
    shown_columns, groups = view.once(columns)
    heads = [shown_columns[n] for n in groups[0][1]]
    values = np.array([view.values(column, view.keys)[:, -1] for column in heads])
    change = np.abs(np.nan_to_num(values - values[:, :1]))
    present = [INDICATOR_BY_NAME[column.indicator].is_present_value for column in heads]
    apart = at_other_rates(view.batch)
    change[np.ix_(present, [key in apart for key in view.keys])] = 0.0
    size = (change / np.maximum(change.max(axis=1, keepdims=True), 1e-12)).sum(axis=0)
    return max(shown, key=lambda place: float(size[place]))


def _axes_words(view: View) -> str:
    samples, grid = (int((view.finished["kind"] == kind).sum()) for kind in ("sample", "grid"))
    parts = [counted(grid, "run") + " of a grid"] * bool(grid) + [counted(samples, "sample")] * bool(samples)
    return "; ".join(parts) or "as they are, without grid or samples"


def _attribution(view: View) -> str:
    page = (
        "Map drawn with d3-geo and topojson-client, flows with d3-sankey (ISC and BSD licences). Costs and volumes are "
        "a model's, not a forecast; sources and confidence of the figures are in the tables and in comparison.xlsx."
    )
    return f"{' '.join(view.geography.attribution.split())} {page}".strip()
