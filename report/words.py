"""Figures and lists as a reader says them: `USD 1.2 bn`, `3.4 Mt`, `89,000 TEU`, `a, b and c`.

Rounding is to about three figures: more would claim what the data cannot carry.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import pandas as pd

NOTHING = "-"
"""Printed where a figure does not exist (no limit, nothing moved)."""


def number(value: float, digits: int = 3) -> str:
    """Return `value` with about `digits` figures and thousands separators.

    >>> [number(v) for v in (0, 0.1234, 4.567, 45.67, 456.7, 45678)]
    ['0', '0.123', '4.57', '45.7', '457', '45,700']
    """
    if not math.isfinite(value):
        return NOTHING
    if value == 0:
        return "0"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, decimals)
    text = f"{rounded:,.{max(decimals, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(musd: float) -> str:
    """Return million USD in words.

    >>> money(1234.0), money(85.2), money(-0.4), money(67_112), money(2.5e-05)
    ('USD 1.23 bn', 'USD 85.2 mn', '-USD 400,000', 'USD 67.1 bn', 'USD 25')
    """
    if not math.isfinite(musd):
        return NOTHING
    sign = "-" if musd < 0 else ""
    size = abs(musd)
    if size < 0.9995:
        return f"{sign}USD {number(size * 1e6)}"
    return f"{sign}USD {number(size / 1000)} bn" if size >= 999.5 else f"{sign}USD {number(size)} mn"


def tonnes(kt: float) -> str:
    """Return thousand tonnes in words.

    >>> tonnes(3412.0), tonnes(87.5), tonnes(0.94), tonnes(0)
    ('3.41 Mt', '87.5 kt', '940 t', '0 t')
    """
    if not math.isfinite(kt):
        return NOTHING
    if abs(kt) < 0.9995:
        return f"{number(kt * 1000)} t"
    return f"{number(kt / 1000)} Mt" if abs(kt) >= 999.5 else f"{number(kt)} kt"


def boxes(kteu: float) -> str:
    """Return thousand TEU in words.

    >>> boxes(89.4), boxes(11700.0)
    ('89,400 TEU', '11.7 million TEU')
    """
    if not math.isfinite(kteu):
        return NOTHING
    return f"{number(kteu / 1000)} million TEU" if abs(kteu) >= 999.5 else f"{number(kteu * 1000)} TEU"


def usd(value: float) -> str:
    """Return USD with no more figures than a price list has.

    >>> usd(3894.6), usd(12.34), usd(-2.5)
    ('USD 3,890', 'USD 12.3', '-USD 2.5')
    """
    if not math.isfinite(value):
        return NOTHING
    return f"{'-' if value < 0 else ''}USD {number(abs(value))}"


def percent(share: float) -> str:
    """Return a share (1 = all) as a percentage.

    >>> percent(0.004), percent(0.0837), percent(0.418), percent(1.0)
    ('0.4 %', '8.4 %', '42 %', '100 %')
    """
    if not math.isfinite(share):
        return NOTHING
    value = share * 100
    return f"{value:.0f} %" if abs(value) >= 9.95 or value == 0 else f"{value:.1f} %"


def signed(text: str, value: float) -> str:
    """Return a figure in words, `text`, of the size of `value` with the sign of `value`.

    >>> signed(tonnes(3.2), 3.2), signed(tonnes(3.2), -3.2), signed("0 t", 0.0)
    ('+3.2 kt', '-3.2 kt', '0 t')
    """
    return text if value == 0 else f"{'+' if value > 0 else '-'}{text}"


def sentence(text: str) -> str:
    """Return `text` with a capital first letter and the rest as it is.

    >>> sentence("sea by Suez gains"), sentence("")
    ('Sea by Suez gains', '')
    """
    return text[:1].upper() + text[1:]


def mode_words(mode: str) -> str:
    """Return a mode of transport as words within a sentence.

    >>> mode_words("caspian_ferry"), mode_words("rail_1520"), mode_words("blacksea_ferry")
    ('Caspian ferry', 'rail 1520', 'Black Sea ferry')
    """
    return mode.replace("_", " ").replace("caspian", "Caspian").replace("blacksea", "Black Sea")


def listing(items: Sequence[str], most: int = 3) -> str:
    """Return the first `most` items as a spoken list.

    >>> listing(["Aktau"]), listing(["Aktau", "Alat", "Poti", "Kars"])
    ('Aktau', 'Aktau, Alat and Poti')
    """
    shown = list(items[:most])
    if len(shown) <= 1:
        return "".join(shown)
    return ", ".join(shown[:-1]) + " and " + shown[-1]


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun.

    >>> counted(1, "project"), counted(3, "project"), counted(0, "box", "boxes")
    ('1 project', '3 projects', 'no boxes')
    """
    many = plural or noun + "s"
    return f"no {many}" if count == 0 else f"{count:,} {noun if count == 1 else many}"


def short_name(name: str) -> str:
    """Return a name without the explanation in brackets.

    >>> short_name("China inland west (Shaanxi, Sichuan)")
    'China inland west'
    """
    return name.split(" (")[0].strip()


def plain_name(name: str) -> str:
    """Return a name without explanations in brackets and without the word for a point at sea.

    >>> plain_name("Warsaw (Polish market) - Duisburg (DIT)"), plain_name("Malacca waypoint - Suez Canal waypoint")
    ('Warsaw - Duisburg', 'Malacca - Suez Canal')
    """
    return re.sub(r"\s*\([^)]*\)| waypoint\b", "", name).strip()


def the(name: str) -> str:
    """Return a name with its article, as at the start of a sentence.

    >>> the("Middle Corridor"), the("Sea by Suez"), the("The Steppe")
    ('The Middle Corridor', 'Sea by Suez', 'The Steppe')
    """
    plain = name.lower().startswith("the ") or name.split(" ")[0].lower() not in {"middle", "northern", "southern"}
    return name if plain else f"The {name}"


def within(name: str) -> str:
    """Return a name with its article, as within a sentence.

    >>> within("Middle Corridor (by Baku)"), within("Sea by Suez")
    ('the Middle Corridor', 'sea by Suez')
    """
    text = the(short_name(name))
    return text[0].lower() + text[1:] if text else text


def names_of(frame: pd.DataFrame, key: str, short: bool = False) -> dict[str, str]:
    """Return the names by id of a table that has the columns `key` and `name`; empty without them."""
    if key not in frame.columns or "name" not in frame.columns:
        return {}
    return {str(k): short_name(str(v)) if short else str(v) for k, v in zip(frame[key], frame["name"], strict=True)}


def countries(codes: str) -> str:
    """Return country codes in a cell as a list.

    >>> countries("AZ|GE|RO")
    'AZ, GE, RO'
    """
    return codes.replace("|", ", ")


def spoken(identifier: str) -> str:
    """Return an id as words, for what has no name of its own.

    >>> spoken("china_europe_westbound")
    'China europe westbound'
    """
    return identifier.replace("_", " ").strip().capitalize()
