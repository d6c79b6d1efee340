"""Figures of indicators as a reader says them, by their unit."""

from __future__ import annotations

import math

from report.words import NOTHING, boxes, money, number, percent, signed, tonnes, usd

YEARLY = " a year"
CLAUSES = {
    "gain": "the gain over building nothing is",
    "corridor_kt": "{subject} carries",
    "corridor_kteu": "{subject} carries",
    "focus_share": "the part of the market {subject} that goes by {corridor} is",
    "focus_days": "cargo of the market {subject} that goes by {corridor} takes",
    "focus_cost": "a box of the market {subject} that goes by {corridor} pays",
    "unserved": "the demand that is not met is",
    "scarcity": "the rents of bottlenecks are",
    "co2": "transport emits",
    "duties": "treasuries receive in duties",
    "welfare": "the welfare of {subject} is",
    "magnet_dependence": "the share of magnets from China or with its content is",
    "magnet_shortage": "the part of the demand for magnets that is not bought is",
    "price_in_europe": "the price of {subject} in the European Union is",
    "chain_value_added": "the value added by rare earths in {subject} is",
}
"""Beginnings of sentences that a figure ends, by indicator."""


def clause(indicator: str, short: str, subject: str, corridor: str) -> str:
    """Return the beginning of a sentence that a figure of the indicator ends.

    Args:
        short: its label, for indicators without a clause. subject, corridor: names as within a sentence.
    """
    known = CLAUSES.get(indicator)
    return known.format(subject=subject, corridor=corridor) if known else f"{mid(short)} is"


def said(value: float, unit: str) -> str:
    """Return a figure of an indicator in words.

    >>> said(12911.9, "kt a year"), said(200.5, "kTEU a year"), said(0.834, "share"), said(18900.0, "million USD")
    ('12.9 Mt a year', '200,000 TEU a year', '83 %', 'USD 18.9 bn')
    >>> said(19.87, "days"), said(3274.6, "USD per TEU"), said(22, "projects"), said(2031.0, "year")
    ('19.9 days', 'USD 3,270 per TEU', '22 projects', '2031')
    """
    if not math.isfinite(value):
        return NOTHING
    base, yearly = (unit.removesuffix(YEARLY), YEARLY) if unit.endswith(YEARLY) else (unit, "")
    if unit == "share":
        return percent(value)
    if unit == "year":
        return f"{value:.0f}"
    if base == "million USD":
        return money(value) + yearly
    if base == "kt":
        return tonnes(value) + yearly
    if base == "kt CO2":
        return f"{tonnes(value)} of CO2{yearly}"
    if base == "kTEU":
        return boxes(value) + yearly
    if base.startswith("USD per"):
        return f"{usd(value)}{base.removeprefix('USD')}"
    if unit.startswith("%"):
        return f"{number(value, 2)} {unit}"
    return f"{number(value)} {unit}".strip()


def changed(change: float, unit: str) -> str:
    """Return a change in words, with its sign; a share changes by points.

    >>> changed(1076.3, "kt a year"), changed(-0.034, "share"), changed(0.0, "days")
    ('+1.08 Mt a year', '-3.4 points', '0 days')
    """
    if unit == "share":
        return signed(f"{number(abs(change) * 100, 2)} points", change)
    if unit in ("days", "projects"):
        return signed(f"{number(abs(change), 2)} {unit}", change)
    return signed(said(abs(change), unit), change)


def from_to(low: float, high: float, unit: str) -> str:
    """Return a range in words; the unit once, where both ends are said in the same.

    >>> from_to(9100.0, 14000.0, "kt a year"), from_to(0.7, 0.83, "share"), from_to(800.0, 1200.0, "million USD")
    ('9.1 to 14 Mt a year', '70 to 83 %', 'USD 800 mn to USD 1.2 bn')
    >>> from_to(140000.0, 190000.0, "USD per t"), from_to(-2.0, 3.0, "million USD")
    ('USD 140,000 to 190,000 per t', '-USD 2 mn to USD 3 mn')
    """
    first, last = said(low, unit), said(high, unit)
    if first == last:
        return first
    lead = "USD " if first.startswith("USD ") and last.startswith("USD ") else ""
    a, b = first.removeprefix(lead), last.removeprefix(lead)
    one, _, tail = a.partition(" ")
    other, _, end = b.partition(" ")
    return f"{lead}{one} to {other}{f' {end}' if end else ''}" if tail == end and one and "-" not in a else (
        f"{first} to {last}"
    )  # fmt: skip


def quoted(name: str) -> str:
    """Return the name of a run within a sentence.

    >>> quoted("Red Sea closed")
    '“Red Sea closed”'
    """
    return f"\N{LEFT DOUBLE QUOTATION MARK}{name}\N{RIGHT DOUBLE QUOTATION MARK}"


def area(name: str) -> str:
    """Return the name of a country within a sentence.

    >>> area("European Union"), area("Kazakhstan")
    ('the European Union', 'Kazakhstan')
    """
    return f"the {name}" if name.startswith(("United ", "European Union", "Netherlands", "Philippines")) else name


def good(name: str) -> str:
    """Return the name of a good within a sentence, with its kind in brackets.

    >>> good("Sintered NdFeB magnet, standard"), good("Dysprosium oxide"), good("SmCo magnet")
    ('sintered NdFeB magnet (standard)', 'dysprosium oxide', 'SmCo magnet')
    """
    what, _, kind = name.partition(", ")
    first, _, rest = what.partition(" ")
    said_of = f"{first.lower()} {rest}".rstrip() if first[1:].islower() else what
    return f"{said_of} ({kind})" if kind else said_of


def mid(label: str) -> str:
    """Return a label within a sentence; a first word that is a name or an abbreviation keeps its capitals.

    >>> mid("Containers, Middle Corridor"), mid("CO2 of transport, 2040"), mid("Middle Corridor")
    ('containers, Middle Corridor', 'CO2 of transport, 2040', 'Middle Corridor')
    """
    first, _, rest = label.partition(" ")
    named = not first[1:].islower() or (rest[:1].isupper() and not first.endswith(","))
    return label if named else f"{first.lower()} {rest}".rstrip()
