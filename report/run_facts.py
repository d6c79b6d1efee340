"""The facts of a run in words: what was solved, how well, with what, and how long it took."""

from __future__ import annotations

import math
from typing import Any

from model.solution import Solution
from report.words import money, number, percent, sentence

UNITS_NOTE = (
    "Money in constant-2025 USD; t = tonne, TEU = twenty-foot box; k = thousand, M and mn = million, bn = billion."
)


def run_facts(solution: Solution) -> list[tuple[str, str]]:
    """Return (what, value in words) for every fact the run states, in reading order."""
    run = solution.run
    facts: list[tuple[str, str]] = [
        ("Scenario", _text(run, "scenario")),
        ("Objective", _text(run, "objective_name")),
        *_levers(run.get("levers") or []),
        ("Periods", ", ".join(str(p) for p in run.get("periods") or [])),
        ("Status", _text(run, "status")),
        ("Gain over building nothing", _figure(run, "gain", money)),
        ("Gap of the gain, proven", _figure(run, "gap_of_gain", percent)),
        ("Gap of the objective", _figure(run, "gap", percent)),
        ("Objective, present value", _figure(run, "objective", _exact)),
        ("Bound, present value", _figure(run, "bound", _exact)),
        ("Value of nothing built", _figure(run, "value_of_nothing_built", _exact)),
        ("Size", _pairs(run.get("sizes"))),
        ("Seconds", _pairs(run.get("seconds"))),
        ("Peak memory", _figure(run, "peak_memory_mb", lambda mb: f"{number(mb)} MB")),
        ("Made", _text(run, "created").replace("T", " ")[:16]),
        ("Versions", _pairs(run.get("versions"))),
        ("Hash of the inputs", _text(run, "input_hash")[:16]),
        ("Units", UNITS_NOTE),
    ]
    return [(what, value) for what, value in facts if value]


def _text(run: dict[str, Any], key: str) -> str:
    return str(run.get(key) or "")


def _figure(run: dict[str, Any], key: str, say: Any) -> str:
    value = run.get(key)
    return "" if value is None or not math.isfinite(float(value)) else str(say(float(value)))


def _exact(musd: float) -> str:
    """Return million USD unrounded to the dollar, or to the million where it is billions: what solvers compare."""
    if abs(musd) < 1000:
        return f"{'-' if musd < 0 else ''}USD {abs(musd) * 1e6:,.0f}"
    return f"{'-' if musd < 0 else ''}USD {abs(musd):,.0f} mn"


def _pairs(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return ", ".join(
        f"{k} {number(v) if isinstance(v, (int, float)) else v}" for k, v in value.items() if v is not None
    )


def _levers(levers: list[Any]) -> list[tuple[str, str]]:
    """Return a fact for each lever: its kind, what it sets, its note, and what it rests on."""
    if not levers:
        return [("Levers", "none")]
    return [_lever(lever) if isinstance(lever, dict) else ("Lever", str(lever)) for lever in levers]


def _lever(lever: dict[str, Any]) -> tuple[str, str]:
    known = {"lever", "kind", "id", "note", "source", "confidence"}
    figures = [f"{key} {_setting(value)}" for key, value in lever.items() if key not in known and value is not None]
    kind = str(lever.get("kind") or lever.get("lever") or "")
    parts = [", ".join(part for part in (kind, *figures) if part), str(lever.get("note") or "")]
    basis = ": ".join(str(lever[key]) for key in ("confidence", "source") if lever.get(key))
    sentences = [sentence(part.strip().rstrip(".")) for part in (*parts, basis) if part.strip()]
    return f"Lever {lever.get('id') or kind}".strip(), ". ".join(sentences) + "."


def _setting(value: Any) -> str:
    """Return the value of a lever's field as the scenario file states it: a year is not rounded."""
    return ", ".join(str(item) for item in value) if isinstance(value, (list, tuple)) else str(value)
