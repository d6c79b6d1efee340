"""How the figures of a comparison were made: method, what each scenario changes, indicators, and what all rests on."""

from __future__ import annotations

from typing import Any

from model.batch.indicators import INDICATORS
from report.comparison_matrix import columns
from report.comparison_runs import axis_value
from report.comparison_view import View
from report.confidence import CONFIDENCES
from report.run_facts import UNITS_NOTE
from report.words import counted, number, percent, sentence

BETTER = {"more": "more", "less": "less", "": ""}
MOST_AXIS_VALUES, MOST_LISTED = 12, 5


def method_data(view: View) -> dict[str, Any]:
    """Return everything of the section on method for JSON; see page/comparison_method.js."""
    how = dict(view.batch.spec.get("how") or {})
    return {
        "said": _said(view),
        "words": _words(how),
        "confidence": _confidence(view),
        "ranges": _ranges(view),
        "scenarios": _scenarios(view),
        "indicators": _indicators(view),
        "facts": _facts(view, how),
        "notices": [str(notice) for notice in getattr(view.batch, "notices", ())],
    }


def _said(view: View) -> str:
    done, all_ = len(view.finished), len(view.batch.catalogue)
    of = f"all {counted(all_, 'run')}" if done == all_ and all_ > 1 else f"{done:,} of {counted(all_, 'run')}"
    shown = len(view.solutions)
    kept = f", {counted(shown, 'of them', 'of them')} shown in full" if 0 < shown < done else ""
    return f"The page compares {of}{kept}; every figure comes from the tables of the runs."


def _words(how: dict[str, Any]) -> list[str]:
    """Return how runs are solved and compared, as paragraphs."""
    options = dict(how.get("options") or {})
    investment = str(how.get("investment") or "search")
    plans = {
        "search": "Each run searches for its own investments",
        "fixed": "All runs take the investments of the base scenario, solved once",
    }.get(investment, "All runs take the investments of one earlier run")
    gap = options.get("gap")
    until = (
        f", to a gap of the gain of {percent(float(gap))} or the time limit" if gap and investment == "search" else ""
    )
    return [
        f"{plans}{until}; cargo then takes its cheapest ways, door to door, within the limits of the network. The "
        "rare-earth chain is solved with its own candidates. Figures are a model's, not a forecast.",
        "Differences are a run's figure less that of the base. In the matrix blue is better and orange worse where a "
        "direction is better for the regions as a whole; elsewhere green is more and purple less.",
        "Welfare of a country is the present value of what its buyers, sellers, treasury, carriers and owners of "
        "scarce ways gain; the cost of projects is left out, as no country is charged with it.",
    ]


def _confidence(view: View) -> list[dict[str, Any]]:
    rows = []
    for place, solution in view.solutions.items():
        shares = solution.run.get("cost_share_by_confidence") or {}
        if shares:
            title = view.rows["name"].iloc[place]
            rows.append({"title": title, **{name: float(shares.get(name) or 0.0) for name in CONFIDENCES}})
    return rows


def _ranges(view: View) -> list[list[str]]:
    """Return the axes with the values that runs take, and what declared ranges rest on."""
    rows = []
    for axis in view.batch.axes:
        known = view.finished[axis].dropna()
        values = sorted(set(known))
        if not values:
            continue
        if len(values) <= MOST_AXIS_VALUES:
            said = ", ".join(axis_value(value) for value in values)
        else:
            said = f"{axis_value(values[0])} to {axis_value(values[-1])}, {counted(len(values), 'value')}"
        declared, words = view.ranges.get(axis), ", ".join(part for part in view.axis(axis).values() if part)
        rows.append([words, said, declared.confidence if declared else "", declared.source if declared else ""])
    return rows


def _scenarios(view: View) -> list[dict[str, Any]]:
    """Return each scenario once, with its levers beside those of the base, in words, and what they rest on."""
    found: dict[str, dict[str, Any]] = {}
    common: list[Any] = view.solutions[0].run.get("levers") or [] if 0 in view.solutions else []
    for place, solution in view.solutions.items():
        row = view.rows.iloc[place]
        if row["scenario"] in found:
            continue
        levers = [lever for lever in solution.run.get("levers") or [] if place == 0 or lever not in common]
        found[str(row["scenario"])] = {
            "title": str(solution.run.get("title") or row["name"]),
            "question": str(solution.run.get("question") or ""),
            "levers": [_lever(lever) for lever in levers],
        }
    return list(found.values())


def _lever(lever: dict[str, Any]) -> list[str]:
    """Return a lever: what it sets in words, its source, and how sure it is."""
    told = {"id", "lever", "kind", "note", "source", "confidence"}
    parts = [
        f"{key.replace('_', ' ')} {_setting(value)}"
        for key, value in lever.items()
        if key not in told and value is not None
    ]
    kind, name = (str(lever.get(key) or "").replace("_", " ") for key in ("lever", "id"))
    note = " ".join(str(lever.get("note") or "").split())
    said = f"{sentence(name or kind)} ({kind}): {', '.join(parts)}." + (f" {note}" if note else "")
    return [said, str(lever.get("source") or ""), str(lever.get("confidence") or "")]


def _setting(value: Any) -> str:
    """Return what a lever sets, long lists by their count.

    >>> _setting(["L1", "L2"]), _setting(list("abcdef")), _setting(2027), _setting(0.85)
    ('L1, L2', '6 of them', '2027', '0.85')
    """
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value) if len(value) <= MOST_LISTED else f"{len(value)} of them"
    return str(value).replace("_", " ")


def _indicators(view: View) -> list[list[str]]:
    """Return the indicators that have columns: label, unit, better direction, meaning, what they rest on."""
    sure: dict[str, str] = {}
    for column in view.once(columns)[0]:
        sure.setdefault(column.indicator, view.sure.get((column.indicator, column.subject), ""))
    return [
        [declared.label, "%" if declared.unit == "share" else declared.unit, BETTER[declared.better], declared.meaning,
         sure[declared.name]]
        for declared in INDICATORS
        if declared.name in sure
    ]  # fmt: skip


def _facts(view: View, how: dict[str, Any]) -> list[tuple[str, str]]:
    spec, options = view.batch.spec, dict(how.get("options") or {})
    table = view.batch.catalogue
    gaps, seconds = (table[name].dropna().astype(float).tolist() for name in ("gap_of_gain", "seconds"))
    facts = [
        ("Batch", str(spec.get("name") or "")),
        ("Started", str(spec.get("created") or "").replace("T", " ")[:16]),
        ("Base", str(view.rows["name"].iloc[0]) if len(view.rows) else ""),
        ("Objective", str(options.get("objective") or "")),
        ("Periods and seasons", str(options.get("resolution") or "")),
        ("Largest gap of the gain", percent(max(gaps)) if gaps else ""),
        ("Seconds of all runs", number(sum(seconds)) if seconds else ""),
        ("Version", f"kervan {spec['kervan']}" if spec.get("kervan") else ""),
        ("Hash of the base world", str(spec.get("network_hash") or "")[:16]),
        ("Units", UNITS_NOTE),
    ]
    return [(what, said) for what, said in facts if said]
