"""The facts of a run in words: what was solved, how well, with what, and how long it took."""

from __future__ import annotations

import math
from typing import Any

from model.solution import Solution
from report.words import money, number, percent

UNITS_NOTE = (
    "Money in constant-2025 USD; t = tonne, TEU = twenty-foot box; k = thousand, M and mn = million, bn = billion."
)


def run_facts(solution: Solution) -> list[tuple[str, str]]:
    """Return (what, value in words) for every fact the run states, in reading order."""
    run = solution.run
    facts: list[tuple[str, str]] = [
        ("Scenario", _text(run, "scenario")),
        ("Objective", _text(run, "objective_name")),
        ("Levers", _levers(run.get("levers"))),
        ("Periods", ", ".join(str(p) for p in run.get("periods") or [])),
        ("Status", _text(run, "status")),
        ("Gain over building nothing", _figure(run, "gain", money)),
        ("Gap of the gain, proven", _figure(run, "gap_of_gain", percent)),
        ("Gap of the objective", _figure(run, "gap", percent)),
        ("Objective, present value", _figure(run, "objective", money)),
        ("Bound, present value", _figure(run, "bound", money)),
        ("Value of nothing built", _figure(run, "value_of_nothing_built", money)),
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


def _pairs(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return ", ".join(
        f"{k} {number(v) if isinstance(v, (int, float)) else v}" for k, v in value.items() if v is not None
    )


def _levers(value: Any) -> str:
    if not value:
        return "none"
    return "; ".join(_pairs(item) if isinstance(item, dict) else str(item) for item in value)
