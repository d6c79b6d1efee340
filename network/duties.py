"""One tariff line at a border: which rows of duty concern it, which of them are charged, and what each adds.

Of the rows of one measure the nearest to the line counts: a line before its heading, the product before all goods, an
origin that is named before all origins. So a rate of 0 on a line excludes it from a measure on all goods. Then, in the
order of the layers:

* base: column 1; where the origin pays column 2 of the United States that instead, and where a measure replaces
  column 2 (Russia) that;
* preference: in place of column 1 if the rule of origin is met and the margin exceeds what the papers cost; goods in
  free circulation in a customs union need no such papers;
* country, product, remedy: added. A measure with a rate takes the place of those it replaces; one with a ceiling adds
  what the base lacks to it, so that both are the larger of the two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

GENERAL = "general_cargo"
CUSTOMS_UNION = "customs_union"
COLUMN_2 = "column2"
LAYER_ORDER = {"base": 0, COLUMN_2: 1, "preference": 2, "country": 3, "product": 4, "remedy": 5}
BASES = ("base", COLUMN_2)
_NOT_CONCERNED, _ALL_GOODS, _STANDS_IN, _FALLBACK, _PRODUCT = -1.0, 0.0, 0.25, 0.4, 0.5
_TARIFF_LINE = 8
_DIGIT = 0.01  # less than any step between the kinds of nearness
Layer = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A product group and a line of it; "" = the whole group."""

    product: str
    hs_code: str
    weight: float = 1.0


@dataclass(frozen=True)
class Case:
    """What is asked of a line: ISO day, branch of suspended measures, rule of origin, column 2, cost of papers (%)."""

    day: str
    branch: str
    origin_met: bool
    pays_column2: bool
    papers_pct: float


@dataclass(frozen=True)
class Match:
    """A row of duty and how near it is to the line asked for."""

    row: Any
    nearness: float


@dataclass(frozen=True)
class Verdict:
    """Whether a row is charged, what it adds in per cent of the value, and why."""

    applies: bool
    adds_pct: float
    why: str


def digits(code: str) -> str:
    """A code of the Harmonised System without its points."""
    return code.replace(".", "")


def heads_others(code: str, codes: Iterable[str]) -> bool:
    """Whether a code only heads finer ones of the list; a line of the tariff (8 digits) stands by itself."""
    return len(digits(code)) < _TARIFF_LINE and any(one != code and one.startswith(code) for one in codes)


def concerns(row: Any, names: frozenset[str]) -> bool:
    """Whether a row is for goods of an origin that goes by these names."""
    return (not row.origins or not names.isdisjoint(row.origins)) and names.isdisjoint(row.except_origins)


def nearness(row: Any, line: Line) -> float:
    """How near a row is to a line: digits of the code they share, 0.5 for its product, 0 for all goods, < 0 none."""
    if row.product != line.product:
        for_all = row.product == GENERAL and not row.hs_codes and line.product not in row.except_products
        return _ALL_GOODS if for_all else _NOT_CONCERNED
    if not row.hs_codes:
        return _PRODUCT
    own = digits(line.hs_code)
    codes = [digits(code) for code in row.hs_codes]
    covering = [float(len(code)) for code in codes if own.startswith(code)]
    within = [len(own) - 0.5 for code in codes if own and code.startswith(own)]
    if covering or within:
        return max([*covering, *within])
    if row.layer not in BASES or row.replaces:
        return _NOT_CONCERNED
    widest = min(map(len, codes))
    if not own and widest < _TARIFF_LINE:
        return _PRODUCT - _DIGIT * widest
    # Another line of the product stands in for one that the table does not hold, the likest first.
    return _STANDS_IN + _DIGIT * max(_common(own, code) for code in codes)


def not_in_force(row: Any, case: Case) -> str:
    """Why a row is not in force on the day; "" where it is."""
    if row.effective_from and case.day < row.effective_from:
        return f"begins {row.effective_from}"
    if row.effective_to and case.day >= row.effective_to:
        return f"ended {row.effective_to}"
    if row.branch and row.branch != case.branch:
        return f"only if it {'was ' if row.branch == 'extended' else ''}{row.branch}"
    return ""


def choose(rows: Iterable[Any], line: Line, names: frozenset[str], case: Case) -> tuple[list[Match], list[Match]]:
    """The nearest row of each measure that is in force, and of each other measure the latest that is not."""
    found: dict[str, Match] = {}
    idle: dict[str, Match] = {}
    for row in rows:
        near = nearness(row, line) if concerns(row, names) else _NOT_CONCERNED
        if near < 0:
            continue
        chosen, key = (idle, _idle_key) if not_in_force(row, case) else (found, _key)
        other = chosen.get(row.measure)
        if other is None or key(Match(row, near)) > key(other):
            chosen[row.measure] = Match(row, near)
    rest = [match for measure, match in idle.items() if measure not in found]
    return sorted(found.values(), key=_place), sorted(rest, key=_place)


def verdicts(matches: Sequence[Match], case: Case) -> dict[str, Verdict]:
    """What becomes of each measure, by name."""
    said, base = _bases(matches, case)
    preferred, base = _preferences([m.row for m in matches if m.row.layer == "preference"], base, case)
    said |= preferred
    on_top = [match.row for match in matches if match.row.layer not in BASES and match.row.layer != "preference"]
    replaced = {name: row.measure for row in on_top if _has_rate(row) for name in row.replaces}
    return said | {row.measure: _on_top(row, base, replaced.get(row.measure, ""), case) for row in on_top}


def layers(matches: Sequence[Match], idle: Sequence[Match], line: Line, case: Case) -> list[Layer]:
    """Rows of the stack of a line in the order of the layers, those that are not in force among them."""
    said = verdicts(matches, case) | {
        match.row.measure: Verdict(False, 0.0, not_in_force(match.row, case)) for match in idle
    }
    return [_layer(match, said[match.row.measure], line) for match in sorted([*matches, *idle], key=_place)]


def _bases(matches: Sequence[Match], case: Case) -> tuple[dict[str, Verdict], float]:
    """Verdicts on columns 1 and 2 and what replaces column 2, and the rate that counts."""
    second = [match for match in matches if match.row.layer == COLUMN_2] if case.pays_column2 else []
    instead = [match for match in second if COLUMN_2 in match.row.replaces]
    first = [match for match in matches if match.row.layer == "base"]
    counted = next(iter([*instead, *second, *first]), None)
    said = {}
    for match in matches:
        if match is counted:
            said[match.row.measure] = Verdict(True, float(match.row.ad_valorem_pct), _why_base(match))
        elif match.row.layer == "base":
            said[match.row.measure] = Verdict(False, 0.0, "column 2 is paid")
        elif match.row.layer == COLUMN_2:
            why = f"replaced by {instead[0].row.measure}" if instead else "column 1 is paid"
            said[match.row.measure] = Verdict(False, 0.0, why)
    return said, float(counted.row.ad_valorem_pct) if counted else 0.0


def _why_base(match: Match) -> str:
    if match.row.replaces:
        return "in lieu of column 2"
    if match.nearness == _ALL_GOODS:
        return "fallback: mean of all goods"  # of general cargo it is the product itself, and as near as that
    return "fallback: another line of the product" if match.nearness < _FALLBACK else "the base"


def _preferences(rows: Sequence[Any], base: float, case: Case) -> tuple[dict[str, Verdict], float]:
    """Verdicts on preferences, and the base that is left."""
    why_not = {row.measure: _no_preference(row, base, case) for row in rows}
    usable = [row for row in rows if not why_not[row.measure]]
    best = min(usable, key=lambda row: float(row.ad_valorem_pct), default=None)
    said = {row.measure: Verdict(False, 0.0, why_not[row.measure] or "another preference is lower") for row in rows}
    if best is None:
        return said, base
    said[best.measure] = Verdict(True, best.ad_valorem_pct - base, "in place of the base")
    return said, float(best.ad_valorem_pct)


def _no_preference(row: Any, base: float, case: Case) -> str:
    margin = base - row.ad_valorem_pct
    free_circulation = row.measure == CUSTOMS_UNION
    if case.pays_column2:
        return "column 2 is paid"
    if row.origins and not case.origin_met and not free_circulation:
        return "the rule of origin is not met"
    if margin <= 0:
        return "no lower than the base"
    if margin <= case.papers_pct and not free_circulation:
        return f"its margin of {margin:.3g} points is not worth the papers"
    return ""


def _on_top(row: Any, base: float, replaced_by: str, case: Case) -> Verdict:
    """Verdict on a layer that adds to a base of so many per cent."""
    if replaced_by:
        return Verdict(False, 0.0, f"replaced by {replaced_by}")
    if case.pays_column2 and not row.on_column2:
        return Verdict(False, 0.0, "adds nothing to column 2")
    if not np.isnan(row.cap_total_pct):
        return Verdict(True, max(row.cap_total_pct - base, 0.0), f"tops the base up to {row.cap_total_pct:g}")
    if row.ad_valorem_pct == 0:
        return Verdict(True, 0.0, "excluded line" if row.hs_codes else "rate of 0")
    return Verdict(True, float(row.ad_valorem_pct), "adds to the base")


def _layer(match: Match, verdict: Verdict, line: Line) -> Layer:
    row = match.row
    fallback = row.layer in BASES and match.nearness < _FALLBACK and line.product != GENERAL
    return {
        "layer": row.layer,
        "measure": row.measure,
        "hs_code": "|".join(row.hs_codes),
        "rate_pct": row.cap_total_pct if np.isfinite(row.cap_total_pct) else row.ad_valorem_pct,
        "effective_from": row.effective_from,
        "effective_to": row.effective_to,
        "applies": verdict.applies,
        "counted_pct": verdict.adds_pct,
        "why": verdict.why,
        "legal_basis": row.legal_basis,
        # A rate read for other goods is an estimate for these.
        "confidence": "estimate" if fallback and row.confidence == "sourced" else row.confidence,
        "source": row.source,
        "note": row.note,
        "rate_id": row.rate_id,
    }


def _key(match: Match) -> tuple[float, bool]:
    return match.nearness, bool(match.row.origins)


def _idle_key(match: Match) -> tuple[str, float, bool]:
    return match.row.effective_from, *_key(match)


def _place(match: Match) -> tuple[int, str]:
    return LAYER_ORDER[match.row.layer], match.row.measure


def _has_rate(row: Any) -> bool:
    """Whether a row charges anything; one of rate 0 leaves a line to the measures that it would replace."""
    return bool(row.ad_valorem_pct > 0 or np.isfinite(row.cap_total_pct))


def _common(one: str, other: str) -> int:
    """Digits with which both begin."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
