"""Limits on trade: quotas, licences, bans, taxes on exports, largest shares of one origin."""

from typing import Any, ClassVar, Literal

import pandas as pd
from pydantic import Field

from model.levers.base import Lever, Window, listed, unknown_names, with_rows
from model.levers.duty import countries
from network.network import Network

_FIGURES = ("quota_t_per_year", "grant_share", "max_share", "tax_pct", "cost_usd_per_t", "delay_days")
_NEEDS = {"quota": "quota_t_per_year", "licence": "grant_share", "share": "max_share", "tax": "tax_pct"}


class TradeLimit(Window, Lever):
    """Add a limit on trade, or change, start or end one of the table."""

    kind: ClassVar[str] = "trade_limit"

    limit: str = Field(default="", description="limit of the table that is changed; empty = a new one")
    instrument: Literal["quota", "licence", "ban", "tax", "share"] | None = Field(
        default=None, description="kind of limit; of a new one"
    )
    imposed_by: str = Field(default="", description="country or territory that imposes it; of a new one")
    exporters: tuple[str, ...] = Field(default=(), description="countries where the goods come from; empty = all")
    importers: tuple[str, ...] = Field(default=(), description="countries where the goods go to; empty = all")
    commodities: tuple[str, ...] = Field(default=(), description="goods; empty = all")
    active: Literal[0, 1] = Field(default=1, description="1 = in force, 0 = lifted")
    quota_t_per_year: float | None = Field(default=None, ge=0, description="most that may be traded, t a year")
    grant_share: float | None = Field(default=None, ge=0, le=1, description="part of the usual trade that is licensed")
    max_share: float | None = Field(default=None, ge=0, le=1, description="largest part of what the importers take")
    tax_pct: float | None = Field(default=None, ge=0, le=1000, description="tax on exports, per cent of the value")
    cost_usd_per_t: float | None = Field(default=None, ge=0, description="cost of the papers, USD/t")
    delay_days: float | None = Field(default=None, ge=0, description="days that the papers take")

    def problems(self, network: Network) -> list[str]:
        """Unknown limits, countries and goods; a new limit without what it needs."""
        if self.limit:
            return unknown_names("limit", [self.limit], network.trade_limits["limit_id"], "limit of trade_limits")
        found = [
            *unknown_names("exporters", self.exporters, countries(network), "country"),
            *unknown_names("importers", self.importers, countries(network), "country"),
            *unknown_names("commodities", self.commodities, network.commodities["commodity_id"], "commodity"),
        ]
        if self.instrument is None:
            found.append("instrument: missing (a new limit is a quota, licence, ban, tax or share)")
        elif self.instrument in _NEEDS and getattr(self, _NEEDS[self.instrument]) is None:
            found.append(f"{_NEEDS[self.instrument]}: missing (a {self.instrument} needs it)")
        return found

    def apply(self, network: Network) -> Network:
        """Change the row of the limit, or append one."""
        table = network.trade_limits
        given: dict[str, Any] = {name: getattr(self, name) for name in _FIGURES if getattr(self, name) is not None}
        if self.limit:
            changed = table.copy()
            row = changed.index[changed["limit_id"] == self.limit][0]
            years: dict[str, Any] = {
                name: getattr(self, name) for name in ("first_year", "last_year") if name in self.model_fields_set
            }
            cells: dict[str, Any] = {**given, **years, "is_active": self.active}
            for name, value in cells.items():
                changed.loc[row, name] = float("nan") if value is None else value
            return network.replace(trade_limits=changed)
        new = {
            "limit_id": self.id,
            "title": self.note or self.id.replace("_", " "),
            "imposed_by": self.imposed_by or next(iter(self.exporters), ""),
            "exporters": self.exporters,
            "importers": self.importers,
            "commodity_ids": self.commodities,
            "instrument": self.instrument,
            "first_year": self.first_year,
            "last_year": self.last_year,
            **given,
            **self.provenance(),
        }
        return network.replace(trade_limits=with_rows("trade_limits", table, pd.DataFrame([new])))

    def effect(self, network: Network) -> str:
        """Say what is limited, how, and when."""
        del network  # the limit speaks for itself
        figures = ", ".join(f"{name} {getattr(self, name):g}" for name in _FIGURES if getattr(self, name) is not None)
        if self.limit:
            state = "in force" if self.active else "lifted"
            return f"{self.limit} {state}{f' with {figures}' if figures else ''}, {self.years()}"
        goods = listed(self.commodities) if self.commodities else "all goods"
        ways = f"{listed(self.exporters) or 'anywhere'} to {listed(self.importers) or 'anywhere'}"
        return f"{self.instrument} on {goods} from {ways}{f' ({figures})' if figures else ''}, {self.years()}"
