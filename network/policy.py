"""The duty stack: every layer of duty on goods of an origin at a border on a day, and the rate that results.

Which rows of a line are charged is the matter of ``network.duties``; this module asks it for commodities, which stand
for baskets of lines, and keeps what it has found. A customs union is one territory: within it there is no duty. Origin
is where goods were made; transit in bond changes nothing.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from network.duties import BASES, GENERAL, Case, Layer, Line, choose, heads_others, layers, verdicts
from network.frames import each_row
from network.network import Network
from network.territories import Territories

Floats = NDArray[np.float64]
UNITED_STATES = "US"
EXTENDED, LAPSED = "extended", "lapsed"
COLUMNS = ["layer", "measure", "hs_code", "rate_pct", "effective_from", "effective_to", "applies", "counted_pct", "why",
           "legal_basis", "confidence", "source", "note", "rate_id"]  # fmt: skip
GAP_COLUMNS = ["origin", "product", "hs_code", "column1_pct", "column2_pct", "statutory_gap", "today_pct",
               "reverted_pct", "gap"]  # fmt: skip
_TABLES = ("duty_rates", "ntr_status", "duty_lines", "customs_territories", "zones", "commodities")
_RECENT: deque[tuple["DutySchedule", tuple[list[pd.DataFrame], float]]] = deque(maxlen=4)
_NOTHING: frozenset[str] = frozenset()
_SURE = ("sourced", "estimate", "memory")


@dataclass
class DutySchedule:
    """Look-ups in the tables of duties.

    Attributes:
        rates_table, ntr, lines_table: tables; a commodity without lines has those of its tariff products, alike in
            weight. territories: who belongs to which union. compliance: share of the value that the papers of a
            preference cost.
    """

    rates_table: pd.DataFrame
    ntr: pd.DataFrame
    lines_table: pd.DataFrame
    territories: Territories
    compliance: float
    _rows: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    _status: dict[tuple[str, int], tuple[str, float]] = field(default_factory=dict)
    _lines: dict[tuple[str, str], list[Line]] = field(default_factory=dict)
    _cache: dict[tuple[object, ...], float] = field(default_factory=dict)
    _laws: dict[tuple[object, ...], int] = field(default_factory=dict)
    _days: dict[tuple[date, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, network: Network) -> "DutySchedule":
        """The schedule of a world; worlds with the same tables share one and all that it has found."""
        tables = [getattr(network, name) for name in _TABLES]
        compliance = network.parameter("preference_compliance_cost")
        for schedule, (own, share) in _RECENT:
            if share == compliance and all(a is b for a, b in zip(own, tables, strict=True)):
                return schedule
        schedule = cls._made(network)
        _RECENT.appendleft((schedule, (tables, compliance)))
        return schedule

    @classmethod
    def _made(cls, network: Network) -> "DutySchedule":
        rows: dict[str, dict[str, list[Any]]] = {}
        for row in each_row(network.duty_rates):
            rows.setdefault(row.importer, {}).setdefault(row.product, []).append(row)
        return cls(
            network.duty_rates,
            network.ntr_status,
            _with_products(network),
            Territories.of(network.customs_territories, network.zones),
            network.parameter("preference_compliance_cost"),
            rows,
        )

    def territory_of(self, country: str) -> str:
        """Customs territory of a country; itself where it is in no union."""
        return self.territories.territory_of(country)

    @property
    def importers(self) -> list[str]:
        """Territories whose rates are known."""
        return sorted(self._rows)

    @property
    def products(self) -> list[str]:
        """Product groups of the rates."""
        return sorted(set(self.rates_table["product"]))

    def lines(self, commodity: str, origin: str, importer: str = "") -> list[Line]:
        """Lines of a commodity of an origin; of a product group without lines all that the importer's rates hold.

        Raises:
            KeyError: neither a commodity with lines nor a product group.
        """
        key = (commodity, origin)
        if not self._lines:
            for row in each_row(self.lines_table):
                line = Line(row.product, row.hs_code, float(row.weight))
                self._lines.setdefault((row.commodity_id, row.origin), []).append(line)
        if found := self._lines.get(key) or self._lines.get((commodity, "")):
            return found
        if commodity not in self.products:
            raise KeyError(commodity)
        codes = self.codes(importer, commodity)
        return [Line(commodity, code, 1.0 / len(codes)) for code in codes] or [Line(commodity, "")]

    def codes(self, importer: str, product: str) -> list[str]:
        """Codes by which an importer tells the lines of a product apart, the finest."""
        rows = self._rows.get(self.territory_of(importer), {}).get(product, [])
        codes = sorted({code for row in rows for code in row.hs_codes})
        return [code for code in codes if not heads_others(code, codes)]

    def status(self, country: str, year: int) -> str:
        """Status of a country under US law in a year; permanent where the table is silent."""
        return self._of_year(country, year)[0]

    def hazard(self, country: str, year: int) -> float:
        """Chance a year that a country's conditional status ends."""
        status, hazard = self._of_year(country, year)
        return hazard if status == "conditional" else 0.0

    def differs_by_member(self, importer: str, union: str) -> bool:
        """Whether an importer treats the countries of a union apart, so that goods must name the country."""
        members = self.territories.members(union)
        rows = self._rows.get(self.territory_of(importer), {})
        named = {
            name for of_product in rows.values() for row in of_product for name in (*row.origins, *row.except_origins)
        }
        by_status = importer == UNITED_STATES and set(self.ntr["country"])
        return len({(self.territories.names_of(m) & named, bool(by_status and m in by_status)) for m in members}) > 1

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
        column2: frozenset[str] = _NOTHING,
    ) -> pd.DataFrame:
        """Every layer of every line: ``COLUMNS`` with product, line and weight; the sum of ``counted_pct`` is its rate.

        Measures that are over, or still to come, stand among the layers without being charged.

        Args:
            importer, origin: country or territory. commodity: or ``product`` with ``hs_code``.
            shipper: nationality of who ships; duty follows the goods, so it changes no rate.
            origin_met: whether the rule of origin of a preference is met.
            branch: what became of measures that ended in November 2026.
            column2: origins that are made to pay column 2.
        """
        del shipper
        case = self._case(importer, origin, on, branch, column2, origin_met=origin_met)
        parts = []
        for line in [Line(product, hs_code)] if product else self.lines(commodity, origin, importer):
            rows = pd.DataFrame(self._layers(importer, origin, line, case), columns=COLUMNS)
            rows.insert(0, "product", line.product)
            rows.insert(1, "line", line.hs_code)
            parts.append(rows.assign(weight=line.weight))
        return pd.concat(parts, ignore_index=True)

    def rate(self, importer: str, origin: str, commodity: str, on: date, branch: str = EXTENDED,
             column2: frozenset[str] = _NOTHING) -> float:  # fmt: skip
        """Rate of a commodity as a share of the customs value: mean over its lines."""
        key = (importer, origin, commodity, self._law(on, branch), branch, origin in column2)
        if key not in self._cache:
            case = self._case(importer, origin, on, branch, column2)
            lines = self.lines(commodity, origin, importer)
            rates = (line.weight * self._line_rate(importer, origin, line, case) for line in lines)
            self._cache[key] = sum(rates) / 100.0
        return self._cache[key]

    def rates(self, importer: Sequence[str], origin: Sequence[str], commodity: Sequence[str], on: date,
              column2: frozenset[str] = _NOTHING, branch: str = EXTENDED) -> Floats:  # fmt: skip
        """Rates of many goods, one an entry, as shares of the customs value; each kind of entry is looked up once."""
        entries = list(zip(importer, origin, commodity, strict=True))
        found = {(i, o, c): self.rate(i, o, c, on, branch, column2) for i, o, c in set(entries)}
        return np.array([found[entry] for entry in entries])

    def laws(self, days: Sequence[date], branch: str = EXTENDED) -> list[tuple[date, float]]:
        """A day for each law that is in force on some of the days, and the part of them on which it is."""
        found = pd.Series([self._law(on, branch) for on in days], list(days))
        part = found.map(found.value_counts(normalize=True))
        return [(on, float(part[on])) for on in found.drop_duplicates().index]

    def gap(self, on: date, origin: str = "") -> pd.DataFrame:
        """What column 2 is above today's duty, in points, by line and origin with conditional status.

        Columns: origin, product, hs_code, column1_pct, column2_pct, statutory_gap (of the columns), today_pct (all
        layers), reverted_pct, gap (of all layers).
        """
        lines = [
            Line(product, code)
            for product in self._rows.get(UNITED_STATES, {})
            for code in (self._us_lines(product) or [""])
        ]
        rows = []
        for country in self._conditional(on, origin):
            for line in lines:
                now, then = self._now_and_reverted(country, line, on)
                today, after = _sum(now), _sum(then)
                one, two = _base_pct(now), _base_pct(then)
                rows.append((country, line.product, line.hs_code, one, two, two - one, today, after, after - today))
        return pd.DataFrame(rows, columns=GAP_COLUMNS)

    def gap_by_commodity(self, on: date, origin: str = "") -> pd.DataFrame:
        """What column 2 is above today's duty, in points, by commodity and origin with conditional status.

        Columns: origin, commodity_id, today_pct, reverted_pct, gap, all of all layers.
        """
        rows = []
        for country in self._conditional(on, origin):
            for commodity in dict.fromkeys(self.lines_table["commodity_id"]):
                today = 100.0 * self.rate(UNITED_STATES, country, commodity, on)
                after = 100.0 * self.rate(UNITED_STATES, country, commodity, on, column2=frozenset({country}))
                rows.append((country, commodity, today, after, after - today))
        return pd.DataFrame(rows, columns=["origin", "commodity_id", "today_pct", "reverted_pct", "gap"])

    def _conditional(self, on: date, origin: str) -> list[str]:
        countries = [name for name in dict.fromkeys(self.ntr["country"]) if self.status(name, on.year) == "conditional"]
        return [name for name in countries if origin in ("", name)]

    def _us_lines(self, product: str) -> list[str]:
        """Lines of the US tariff, and what a layer tells apart within them."""
        codes = self.codes(UNITED_STATES, product)
        return [
            code for code in codes if product != GENERAL and any(_is_base_of(row, code) for row in self._us(product))
        ]

    def _us(self, product: str) -> list[Any]:
        return [row for row in self._rows[UNITED_STATES][product] if row.layer == "base"]

    def _now_and_reverted(self, country: str, line: Line, on: date) -> tuple[list[Layer], list[Layer]]:
        now, then = (
            self._layers(UNITED_STATES, country, line, self._case(UNITED_STATES, country, on, EXTENDED, frozenset(out)))
            for out in ((), (country,))
        )
        return now, then

    def _case(self, importer: str, origin: str, on: date, branch: str, column2: frozenset[str], *,
              origin_met: bool = True) -> Case:  # fmt: skip
        pays = importer == UNITED_STATES and (origin in column2 or self.status(origin, on.year) == "column2")
        return Case(on.isoformat(), branch, origin_met, pays, 100.0 * self.compliance)

    def _candidates(self, importer: str, line: Line) -> list[Any]:
        """Rows of the importer on the product or on all goods."""
        rows = self._rows[importer]
        return [row for product in dict.fromkeys((line.product, GENERAL)) for row in rows.get(product, ())]

    def _layers(self, importer: str, origin: str, line: Line, case: Case) -> list[Layer]:
        """Layers of one line in their order."""
        importer = self.territory_of(importer)
        if importer == self.territory_of(origin):
            return _said("internal", "goods in free circulation in one customs territory", "sourced")
        if importer not in self._rows:
            return _said("unknown", "no tariff of this importer is known: no duty is counted", "estimate")
        names = self.territories.names_of(origin)
        chosen, idle = choose(self._candidates(importer, line), line, names, case)
        return layers(chosen, idle, line, case)

    def _line_rate(self, importer: str, origin: str, line: Line, case: Case) -> float:
        """Rate of one line, per cent."""
        importer = self.territory_of(importer)
        if importer == self.territory_of(origin) or importer not in self._rows:
            return 0.0
        names = self.territories.names_of(origin)
        chosen, _ = choose(self._candidates(importer, line), line, names, case)
        return float(sum(said.adds_pct for said in verdicts(chosen, case).values()))

    def _law(self, on: date, branch: str) -> int:
        """The law of a day: the same number on all days on which the same rows, statuses and hazards are in force."""
        if (on, branch) not in self._days:
            begins, ends, only = self._windows
            day = on.isoformat()
            rows = (begins <= day) & ((ends == "") | (day < ends)) & ((only == "") | (only == branch))
            status = tuple(self._of_year(country, on.year) for country in dict.fromkeys(self.ntr["country"]))
            self._days[on, branch] = self._laws.setdefault((rows.tobytes(), status), len(self._laws))
        return self._days[on, branch]

    @cached_property
    def _windows(self) -> tuple[NDArray[np.str_], NDArray[np.str_], NDArray[np.str_]]:
        """ISO day on which each row of the rates begins and ends, and its branch; "" = open, any."""
        begins, ends, only = (self.rates_table[c].to_numpy(str) for c in ("effective_from", "effective_to", "branch"))
        return begins, ends, only

    @cached_property
    def _ntr_rows(self) -> dict[str, list[Any]]:
        """Rows of the statuses by country."""
        rows: dict[str, list[Any]] = {}
        for row in each_row(self.ntr.fillna({"first_year": -np.inf, "last_year": np.inf})):
            rows.setdefault(row.country, []).append(row)
        return rows

    def _of_year(self, country: str, year: int) -> tuple[str, float]:
        """Status and hazard of a country in a year."""
        if (country, year) not in self._status:
            rows = [row for row in self._ntr_rows.get(country, ()) if row.first_year <= year <= row.last_year]
            last = (str(rows[-1].status), float(rows[-1].hazard_per_year)) if rows else ("permanent", 0.0)
            self._status[country, year] = last
        return self._status[country, year]


def total_pct(stack: pd.DataFrame) -> float:
    """Rate of a stack, per cent of the customs value: lines weighted."""
    return float((stack["counted_pct"] * stack["weight"]).sum())


def weakest(stack: pd.DataFrame) -> str:
    """Confidence of the rate of a stack: that of its weakest part that applies; weights of lines are estimates."""
    used = set(stack.loc[stack["applies"], "confidence"])
    if (stack["weight"] < 1.0).any():
        used.add("estimate")
    return max(used, key=_SURE.index, default="estimate")


def _with_products(network: Network) -> pd.DataFrame:
    """Table of lines, with the tariff products of commodities that have none: a good without lines must not go free."""
    table = network.duty_lines
    if network.duty_rates.empty:
        return table
    held, products = set(table["commodity_id"]), set(network.duty_rates["product"])
    rows = [
        {"commodity_id": row.commodity_id, "origin": "", "product": product, "hs_code": "", "weight": 1.0 / len(names)}
        for row in each_row(network.commodities)
        if row.commodity_id not in held
        for names in [[name for name in row.tariff_products if name in products] or [GENERAL]]
        for product in names
    ]
    return pd.concat([table, pd.DataFrame(rows)], ignore_index=True) if rows else table


def _sum(parts: Iterable[Layer]) -> float:
    return float(sum(layer["counted_pct"] for layer in parts))


def _base_pct(parts: Iterable[Layer]) -> float:
    return _sum(layer for layer in parts if layer["layer"] in BASES)


def _is_base_of(row: Any, code: str) -> bool:
    return any(code.startswith(one) for one in row.hs_codes)


def _said(measure: str, why: str, confidence: str) -> list[Layer]:
    blank: Layer = dict.fromkeys(COLUMNS, "")
    return [blank | {"layer": "base", "measure": measure, "rate_pct": 0.0, "applies": True, "counted_pct": 0.0,
                     "why": why, "confidence": confidence}]  # fmt: skip
