"""The duty stack: every layer of duty on goods of an origin at a border on a day, and the rate that results.

Layers in their order: the base (column 1, or column 2 of the United States, or a preference where the rule of origin is
met and its margin is worth the papers), country layers, product layers, trade remedies. Of the rows of one measure the
one nearest to the line counts (a line before its heading before all goods), so that a rate of 0 excludes a line. A
measure may replace others (section 232 takes the place of the country layer); with a ceiling, base and layer together
are the larger of base and ceiling; measures that add nothing to column 2 fall away where it is paid. A customs union is
one territory: within it there is no duty. Origin is where goods were made; transit in bond changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
GENERAL = "general_cargo"
UNITED_STATES = "US"
EXTENDED, LAPSED = "extended", "lapsed"
COLUMNS = ["layer", "measure", "hs_code", "rate_pct", "effective_from", "effective_to", "applies", "counted_pct", "why",
           "legal_basis", "confidence", "source"]  # fmt: skip
_TARIFF_LINE = 8
Layer = dict[str, Any]
_ORDER = {"base": 0, "column2": 0, "preference": 0, "country": 1, "product": 2, "remedy": 3}
_SURE = ("sourced", "estimate", "memory")


@dataclass(frozen=True)
class Line:
    """A product group and a line of it; "" = the whole group."""

    product: str
    hs_code: str
    weight: float = 1.0


@dataclass
class DutySchedule:
    """Look-ups in the tables of duties.

    Attributes:
        rates_table, ntr, lines: tables. members: territory of each country in a customs union.
        compliance: share of the value that the papers of a preference cost.
    """

    rates_table: pd.DataFrame
    ntr: pd.DataFrame
    lines_table: pd.DataFrame
    members: dict[str, str]
    compliance: float
    _rows: dict[str, list[Any]] = field(default_factory=dict)
    _cache: dict[tuple[object, ...], float] = field(default_factory=dict)
    _laws: dict[tuple[object, ...], int] = field(default_factory=dict)
    _days: dict[tuple[date, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, network: Network) -> "DutySchedule":
        """The schedule of a world."""
        members = {
            country: zone.customs_territory
            for zone in each_row(network.zones)
            for country in zone.countries
            if zone.customs_territory not in ("", "ROW") and zone.customs_territory != country
        }
        compliance = network.parameter("preference_compliance_cost")
        rows: dict[str, list[Any]] = {}
        for row in each_row(network.duty_rates):
            rows.setdefault(row.importer, []).append(row)
        return cls(network.duty_rates, network.ntr_status, network.duty_lines, members, compliance, rows)

    def territory_of(self, country: str) -> str:
        """Customs territory of a country; itself where it is in no union."""
        return self.members.get(country, country)

    @property
    def importers(self) -> list[str]:
        """Territories whose rates are known."""
        return sorted(set(self.rates_table["importer"]))

    @property
    def products(self) -> list[str]:
        """Product groups of the rates."""
        return sorted(set(self.rates_table["product"]))

    def lines(self, commodity: str, origin: str, importer: str = "") -> list[Line]:
        """Lines of a commodity of an origin; of a product group all that the importer's rates hold, alike in weight.

        Raises:
            KeyError: neither a commodity with lines nor a product group.
        """
        table = self.lines_table[self.lines_table["commodity_id"] == commodity]
        own = table[table["origin"] == origin]
        table = own if len(own) else table[table["origin"] == ""]
        if len(table):
            return [Line(row.product, row.hs_code, float(row.weight)) for row in each_row(table)]
        if commodity in self.products:
            rows = self._rows.get(self.territory_of(importer), [])
            codes = sorted({code for row in rows if row.product == commodity for code in row.hs_codes})
            full = [code for code in codes if not heads_others(code, codes)]
            return [Line(commodity, code, 1.0 / len(full)) for code in full] or [Line(commodity, "")]
        raise KeyError(commodity)

    def status(self, country: str, year: int) -> str:
        """Status of a country under US law in a year; permanent where the table is silent."""
        return str(_in_year(self.ntr, country, year, "status", "permanent"))

    def hazard(self, country: str, year: int) -> float:
        """Chance a year that a country's conditional status ends."""
        if self.status(country, year) != "conditional":
            return 0.0
        return float(_in_year(self.ntr, country, year, "hazard_per_year", 0.0))

    def stack(
        self,
        importer: str,
        origin: str,
        *,
        on: date,
        commodity: str = "",
        product: str = "",
        hs_code: str = "",
        shipper: str = "",
        origin_met: bool = True,
        branch: str = EXTENDED,
        column2: frozenset[str] = frozenset(),
    ) -> pd.DataFrame:
        """Every layer of every line: ``COLUMNS`` with product and weight; ``counted_pct`` sums to the rate of a line.

        Args:
            importer, origin: country or territory. commodity: or ``product`` with ``hs_code``.
            shipper: nationality of who ships; duty follows the goods, so it changes no rate.
            origin_met: whether the rule of origin of a preference is met.
            branch: what became of measures that ended in November 2026.
            column2: origins that are made to pay column 2.
        """
        del shipper
        lines = [Line(product, hs_code)] if product else self.lines(commodity, origin, importer)
        parts = []
        for line in lines:
            rows = pd.DataFrame(self._line(importer, origin, line, on, origin_met, branch, column2), columns=COLUMNS)
            rows.insert(0, "product", line.product)
            rows.insert(1, "line", line.hs_code)
            parts.append(rows.assign(weight=line.weight))
        return pd.concat(parts, ignore_index=True)

    def rate(self, importer: str, origin: str, commodity: str, on: date, branch: str = EXTENDED,
             column2: frozenset[str] = frozenset()) -> float:  # fmt: skip
        """Rate of a commodity as a share of the customs value: mean over its lines."""
        key = (importer, origin, commodity, self._law(on, branch), branch, origin in column2)
        if key not in self._cache:
            total = 0.0
            for line in self.lines(commodity, origin):
                total += line.weight * _sum(self._line(importer, origin, line, on, True, branch, column2))
            self._cache[key] = total / 100.0
        return self._cache[key]

    def _law(self, on: date, branch: str) -> int:
        """The law of a day: the same number on all days on which the same rows and statuses are in force."""
        if (on, branch) not in self._days:
            rows = tuple(row.rate_id for rows in self._rows.values() for row in rows if _in_force(row, on, branch))
            status = tuple(self.status(country, on.year) for country in dict.fromkeys(self.ntr["country"]))
            self._days[on, branch] = self._laws.setdefault((rows, status), len(self._laws))
        return self._days[on, branch]

    def rates(self, importer: Sequence[str], origin: Sequence[str], commodity: Sequence[str], on: date,
              column2: frozenset[str] = frozenset(), branch: str = EXTENDED) -> Floats:  # fmt: skip
        """Rates of many goods, one an entry, as shares of the customs value."""
        return np.array(
            [self.rate(i, o, c, on, branch, column2) for i, o, c in zip(importer, origin, commodity, strict=True)]
        )

    def gap(self, on: date, origin: str = "") -> pd.DataFrame:
        """What column 2 is above today's duty, in points, by line and origin with conditional status.

        Columns: origin, product, hs_code, column1_pct, column2_pct, statutory_gap (of the columns), today_pct (all
        layers), reverted_pct, gap (of all layers).
        """
        base = self.rates_table[(self.rates_table["importer"] == UNITED_STATES) & (self.rates_table["layer"] == "base")]
        countries = [
            country for country in dict.fromkeys(self.ntr["country"]) if self.status(country, on.year) == "conditional"
        ]
        rows = []
        for country in [name for name in countries if origin in ("", name)]:
            for row in each_row(base):
                line = Line(row.product, next(iter(row.hs_codes), ""))
                now, then = (
                    self._line(UNITED_STATES, country, line, on, True, EXTENDED, frozenset(forced))
                    for forced in ((), (country,))
                )
                one, two = (_base_pct(table) for table in (now, then))
                today, after = _sum(now), _sum(then)
                rows.append((country, line.product, line.hs_code, one, two, two - one, today, after, after - today))
        columns = ["origin", "product", "hs_code", "column1_pct", "column2_pct", "statutory_gap", "today_pct",
                   "reverted_pct", "gap"]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    def _line(self, importer: str, origin: str, line: Line, on: date, origin_met: bool, branch: str,
              column2: frozenset[str]) -> list[Layer]:  # fmt: skip
        """Layers of one line in their order."""
        importer, territory = self.territory_of(importer), self.territory_of(origin)
        if importer == territory:
            return _said("base", "internal", "goods in free circulation in one customs territory")
        if importer not in self._rows:
            return _said("base", "unknown", "no tariff of this importer is known: no duty is counted")
        chosen: dict[str, tuple[Any, float]] = {}
        names = {origin, territory}
        for row in self._rows[importer]:
            if row.product not in (line.product, GENERAL) or not _concerns(row, names) or not _in_force(row, on, branch):
                continue
            nearness = _nearness(row, line)
            if nearness >= 0 and (row.measure not in chosen or nearness > chosen[row.measure][1]):
                chosen[row.measure] = (row, nearness)
        pays_second = importer == UNITED_STATES and (origin in column2 or self.status(origin, on.year) == "column2")
        return _stacked(chosen, pays_second, origin_met, 100.0 * self.compliance)


def _sum(layers: list[Layer]) -> float:
    return float(sum(layer["counted_pct"] for layer in layers))


def _concerns(row: Any, names: set[str]) -> bool:
    return (not row.origins or bool(names.intersection(row.origins))) and not names.intersection(row.except_origins)


def heads_others(code: str, codes: list[str]) -> bool:
    """Whether a code only heads finer ones of the list; a line of the tariff (8 digits) stands by itself."""
    return len(code.replace(".", "")) < _TARIFF_LINE and any(one != code and one.startswith(code) for one in codes)


def total_pct(stack: pd.DataFrame) -> float:
    """Rate of a stack, per cent of the customs value: lines weighted."""
    return float((stack["counted_pct"] * stack["weight"]).sum())


def weakest(stack: pd.DataFrame) -> str:
    """Confidence of the rate of a stack: that of its weakest part that applies."""
    used = set(stack.loc[stack["applies"], "confidence"])
    return max(used, key=_SURE.index, default="estimate")


def _in_year(table: pd.DataFrame, country: str, year: int, column: str, default: Any) -> Any:
    rows = table[table["country"] == country]
    first, last = rows["first_year"].fillna(-np.inf), rows["last_year"].fillna(np.inf)
    rows = rows[(first <= year) & (last >= year)]
    return rows[column].iloc[-1] if len(rows) else default


def _in_force(row: Any, on: date, branch: str) -> bool:
    day = on.isoformat()
    start, end, own = row.effective_from, row.effective_to, row.branch
    if own and own != branch:
        return False
    return (not start or start <= day) and (not end or day < end)


def _nearness(row: Any, line: Line) -> float:
    """How near a row is to a line: length of the code that it shares, 0.5 for its product, 0 for all goods, -1 none."""
    product, codes = row.product, row.hs_codes
    if product == GENERAL and not codes:
        return -1.0 if line.product in row.except_products else 0.0
    own = line.hs_code.replace(".", "")
    if product != line.product:
        return -1.0
    if not codes:
        return 0.5
    if not own:  # rows of single lines say nothing of the whole product, but stand for its base
        return 0.25 if row.layer in ("base", "column2") else -1.0
    shared = [len(code) for code in (code.replace(".", "") for code in codes) if own.startswith(code)]
    wider = [len(own) - 0.5 for code in codes if code.replace(".", "").startswith(own)]
    if shared or wider:
        return float(max([*shared, *wider]))
    # Another line of the same product stands in for one that the table does not hold, in the base only.
    return 0.25 if row.layer in ("base", "column2") else -1.0


def _said(layer: str, measure: str, why: str) -> list[Layer]:
    row = {"layer": layer, "measure": measure, "hs_code": "", "rate_pct": 0.0, "effective_from": "",
           "effective_to": "", "applies": True, "counted_pct": 0.0, "why": why, "legal_basis": "",
           "confidence": "sourced" if measure == "internal" else "estimate", "source": ""}  # fmt: skip
    return [row]


def _stacked(chosen: dict[str, tuple[Any, float]], pays_second: bool, origin_met: bool, compliance_pct: float) -> list[Layer]:
    """Which of the measures apply, and what each counts."""
    rows = sorted((pair[0] for pair in chosen.values()), key=lambda row: (_ORDER[row.layer], row.measure))
    first = {row.layer: row for row in rows if row.layer in ("base", "column2")}
    said: dict[str, tuple[float, str]] = {}
    base = first.get("column2") if pays_second and "column2" in first else first.get("base")
    for layer, row in first.items():
        if row is base:
            said[row.measure] = (row.ad_valorem_pct, _stand_in(chosen[row.measure][1]))
        else:
            said[row.measure] = (0.0, "column 2 is paid" if layer == "base" else "column 1 is paid")
    rate = 0.0 if base is None else float(base.ad_valorem_pct)
    replaced = {name for row in rows for name in row.replaces if row.layer in ("product", "country", "remedy")}
    if base is not None and pays_second and base.measure in replaced:
        said[base.measure] = (0.0, "replaced")
        rate = 0.0
    best = min(
        (row for row in rows if row.layer == "preference"), key=lambda row: row.ad_valorem_pct, default=None
    )
    for row in rows:
        if row.layer != "preference":
            continue
        margin = rate - row.ad_valorem_pct
        if pays_second:
            said[row.measure] = (0.0, "column 2 is paid")
        elif not origin_met:
            said[row.measure] = (0.0, "the rule of origin is not met")
        elif row is not best or margin <= compliance_pct:
            said[row.measure] = (0.0, f"its margin of {margin:.3g} points is not worth the papers")
        else:
            said[row.measure] = (-margin, "in place of the base")
    rate = max(0.0, rate + sum(said[row.measure][0] for row in rows if row.layer == "preference"))
    for row in rows:
        if row.layer in ("base", "column2", "preference"):
            continue
        if row.measure in replaced:
            by = next(other.measure for other in rows if row.measure in other.replaces)
            zero = next(other for other in rows if other.measure == by).ad_valorem_pct == 0
            if not (zero and by == "s232"):  # a line that s.232 leaves out keeps its country layer
                said[row.measure] = (0.0, f"replaced by {by}")
                continue
        if pays_second and not row.on_column2:
            said[row.measure] = (0.0, "adds nothing to column 2")
        elif not np.isnan(row.cap_total_pct):
            said[row.measure] = (max(row.cap_total_pct - rate, 0.0), f"total capped at {row.cap_total_pct:g}")
        else:
            excluded = row.ad_valorem_pct == 0
            said[row.measure] = (float(row.ad_valorem_pct), "line excluded" if excluded else "adds to the base")
    return [
        {
            "layer": row.layer,
            "measure": row.measure,
            "hs_code": "|".join(row.hs_codes),
            "rate_pct": row.ad_valorem_pct,
            "effective_from": row.effective_from,
            "effective_to": row.effective_to,
            "applies": said[row.measure][1] in _APPLY or said[row.measure][0] != 0,
            "counted_pct": said[row.measure][0],
            "why": said[row.measure][1],
            "legal_basis": row.legal_basis,
            "confidence": row.confidence,
            "source": row.source,
        }
        for row in rows
    ]


_APPLY = ("the base", "line excluded", "the base, of another line of the product", "the base, of all goods")


def _stand_in(nearness: float) -> str:
    if nearness == 0.0:
        return "the base, of all goods"
    return "the base, of another line of the product" if nearness == 0.25 else "the base"  # noqa: PLR2004


def _base_pct(layers: list[Layer]) -> float:
    return _sum([layer for layer in layers if layer["layer"] in ("base", "column2")])
