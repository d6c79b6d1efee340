"""Limits on trade: quotas, licences, bans, taxes on exports, largest shares of one origin, formalities."""

from typing import Any, ClassVar, Literal

import pandas as pd
from pydantic import Field

from model.levers.base import Lever, Window, listed, rows_of, unknown_names, with_rows
from model.levers.duty import countries
from model.levers.windows import outside, rebuilt, years_of
from network.network import Network

_FIGURES = ("quota_t_per_year", "grant_share", "max_share", "tax_pct", "cost_usd_per_t", "delay_days")
_OWN = {"quota": "quota_t_per_year", "licence": "grant_share", "share": "max_share", "tax": "tax_pct"}
_OF_A_NEW_ONE = ("instrument", "imposed_by", "exporters", "importers", "commodities")


class TradeLimit(Window, Lever):
    """Add a limit on trade, or change, start or end one of the table."""

    kind: ClassVar[str] = "trade_limit"

    limit: str = Field(default="", description="limit of the table that is changed in the years; empty = a new one")
    instrument: Literal["quota", "licence", "ban", "tax", "share", "formality"] | None = Field(
        default=None, description="kind of limit; of a new one"
    )
    imposed_by: str = Field(default="", description="country or territory that imposes it; of a new one")
    exporters: tuple[str, ...] = Field(default=(), description="countries where the goods come from; empty = all")
    importers: tuple[str, ...] = Field(default=(), description="countries where the goods go to; empty = all")
    commodities: tuple[str, ...] = Field(default=(), description="goods; empty = all")
    active: Literal[0, 1] = Field(default=1, description="1 = in force in the years, 0 = lifted in them")
    quota_t_per_year: float | None = Field(default=None, ge=0, description="most that may be traded, t a year")
    grant_share: float | None = Field(default=None, ge=0, le=1, description="part of the usual trade that is licensed")
    max_share: float | None = Field(default=None, ge=0, le=1, description="largest part of what the importers take")
    tax_pct: float | None = Field(default=None, ge=0, le=1000, description="tax on exports, per cent of the value")
    cost_usd_per_t: float | None = Field(default=None, ge=0, description="cost of the papers, USD/t")
    delay_days: float | None = Field(default=None, ge=0, description="days that the papers take")

    def problems(self, network: Network) -> list[str]:
        """Unknown limits, countries and goods; figures that the kind of limit does not have, or lacks."""
        table = network.trade_limits.set_index("limit_id")
        if self.limit:
            found = unknown_names("limit", [self.limit], table.index, "limit of trade_limits")
            found += [
                f"{name}: of a new limit only; {self.limit} has its own"
                for name in _OF_A_NEW_ONE
                if getattr(self, name)
            ]
            kinds = [] if self.limit not in table.index else [str(table.loc[[self.limit], "instrument"].iloc[0])]
            return found + [text for kind in kinds for text in self._strange(kind)]
        known = countries(network)
        found = [
            *unknown_names("imposed_by", [self.imposed_by] * bool(self.imposed_by), known, "country"),
            *unknown_names("exporters", self.exporters, known, "country"),
            *unknown_names("importers", self.importers, known, "country"),
            *unknown_names("commodities", self.commodities, network.commodities["commodity_id"], "commodity"),
        ]
        if self.id in table.index:
            found.append(f"id: {self.id} is a limit of the table; write limit: {self.id} to change it")
        if not (self.exporters or self.importers or self.commodities):
            found.append("names no trade to limit; give one of exporters, importers, commodities")
        if not self.active:
            found.append("active: a new limit is in force; 0 lifts one of the table")
        if self.instrument is None:
            return [*found, "instrument: missing (a new limit is a quota, licence, ban, tax, share or formality)"]
        return found + self._strange(self.instrument) + self._lacking(self.instrument)

    def _strange(self, kind: str) -> list[str]:
        others = [name for instrument, name in _OWN.items() if instrument != kind]
        return [f"{name}: a {kind} has none" for name in others if getattr(self, name) is not None]

    def _lacking(self, kind: str) -> list[str]:
        if kind in _OWN and getattr(self, _OWN[kind]) is None:
            return [f"{_OWN[kind]}: missing (a {kind} needs it)"]
        if kind == "share" and not self.exporters:
            return ["exporters: missing (a share is of some origins)"]
        if kind == "formality" and not (self.cost_usd_per_t or self.delay_days):
            return ["cost_usd_per_t: missing (a formality costs money, or delay_days)"]
        return []

    def apply(self, network: Network) -> Network:
        """Change the rows of the limit in the years and leave the rest of them, or append a row."""
        table = network.trade_limits
        given: dict[str, Any] = {name: getattr(self, name) for name in _FIGURES if getattr(self, name) is not None}
        if not self.limit:
            return network.replace(trade_limits=with_rows("trade_limits", table, pd.DataFrame([self._row(given)])))
        rows: list[dict[str, Any]] = []
        changed = False
        for record in rows_of(table):
            if record["limit_id"] != self.limit:
                rows.append(record)
                continue
            rows += outside(record, self)
            if not changed:
                rows.append({**record, **given, **years_of(record, self), "is_active": self.active})
            changed = True
        return network.replace(trade_limits=rebuilt("trade_limits", table, rows))

    def _row(self, given: dict[str, Any]) -> dict[str, Any]:
        return {
            "limit_id": self.id,
            "title": self.note or self.id.replace("_", " "),
            "imposed_by": self.imposed_by or next(iter(self.exporters or self.importers), ""),
            "exporters": self.exporters,
            "importers": self.importers,
            "commodity_ids": self.commodities,
            "instrument": self.instrument,
            "first_year": self.first_year,
            "last_year": self.last_year,
            **given,
            **self.provenance(),
        }

    def effect(self, network: Network) -> str:
        """Say what is limited, how, and when."""
        figures = ", ".join(
            f"{name.replace('_', ' ')} {getattr(self, name):g}" for name in _FIGURES if getattr(self, name) is not None
        )
        said = f" ({figures})" if figures else ""
        if self.limit:
            table = network.trade_limits.set_index("limit_id")["title"]
            title = str(table.loc[[self.limit]].iloc[0])
            own = self.first_year is None and self.last_year is None
            return f"{title}: {'in force' if self.active else 'lifted'}{said}, {'as dated' if own else self.years()}"
        goods = listed(self.commodities) if self.commodities else "all goods"
        ways = f"{listed(self.exporters) or 'anywhere'} to {listed(self.importers) or 'anywhere'}"
        return f"{self.instrument} on {goods} from {ways}{said}, {self.years()}"
