"""Controls on the rare-earth chain: start, change, lift one of the table, or add one."""

from typing import Any, ClassVar, Literal, Self

import pandas as pd
from pydantic import Field, model_validator

from model.levers.base import Lever, listed, rows_of, unknown_names, with_rows
from model.levers.windows import rebuilt
from network.network import Network

_MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
_FIGURES = ("grant_share", "delay_days", "quota_t_per_year", "growth_per_year", "floor_usd_per_t", "max_share",
            "min_share")  # fmt: skip
_NEEDS = {"licence": "grant_share", "quota": "quota_t_per_year", "production_quota": "quota_t_per_year",
          "price_floor": "floor_usd_per_t", "offtake": "quota_t_per_year", "share": "max_share",
          "benchmark": "min_share"}  # fmt: skip
_LISTS = ("exporters", "importers", "owner_groups", "stages", "elements")
Stage = Literal["feed", "oxide", "metal", "alloy", "magnet", "scrap"]
Instrument = Literal["ban", "licence", "quota", "production_quota", "price_floor", "offtake", "share", "benchmark"]


class ChainControl(Lever):
    """Add a control on the rare-earth chain, or change, start or lift one of the table."""

    kind: ClassVar[str] = "chain_control"

    control: str = Field(default="", description="control of the table that is changed; empty = a new one")
    active: Literal[0, 1] = Field(default=1, description="1 = in force, 0 = lifted")
    instrument: Instrument | None = Field(default=None, description="kind of control; of a new one")
    imposed_by: str = Field(default="", description="country or territory that imposes it; of a new one")
    exporters: tuple[str, ...] = Field(default=(), description="regions or countries that the goods leave")
    importers: tuple[str, ...] = Field(default=(), description="regions or countries that take them")
    owner_groups: tuple[str, ...] = Field(default=(), description="owner groups that are refused the goods")
    stages: tuple[Stage, ...] = Field(default=(), description="stages of the chain; empty = all")
    elements: tuple[str, ...] = Field(default=(), description="goods that hold one of them; empty = all")
    follows_content: Literal[0, 1] = Field(default=0, description="1 = goods made elsewhere with its content are bound")
    grant_share: float | None = Field(default=None, ge=0, le=1, description="of a licence: part that is granted")
    delay_days: float | None = Field(default=None, ge=0, description="days that papers take")
    quota_t_per_year: float | None = Field(default=None, ge=0, description="of a quota or an offtake, t a year")
    growth_per_year: float | None = Field(default=None, ge=0, le=1, description="yearly growth of a quota")
    floor_usd_per_t: float | None = Field(default=None, ge=0, description="of a price floor, USD/t of oxide")
    max_share: float | None = Field(default=None, ge=0, le=1, description="of a share: most of one exporter")
    min_share: float | None = Field(default=None, ge=0, le=1, description="of a benchmark: least of its own")
    first_month: str = Field(default="", pattern=rf"{_MONTH}|^$", description="first month, YYYY-MM; empty = always")
    last_month: str = Field(default="", pattern=rf"{_MONTH}|^$", description="last month, YYYY-MM; empty = for good")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.first_month and self.last_month and self.last_month < self.first_month:
            raise ValueError(f"last_month {self.last_month} is before first_month {self.first_month}")
        return self

    def problems(self, network: Network) -> list[str]:
        """Unknown controls, regions and elements; a new control without what its kind needs."""
        table = network.chain_controls
        known = _parties(network)
        found = []
        for name in ("exporters", "importers"):
            found += unknown_names(name, getattr(self, name), known, "region or country of the chain")
        found += unknown_names("elements", self.elements, network.chain_elements["element_id"], "element")
        groups = network.chain_facilities["owner_group"]
        found += unknown_names("owner_groups", self.owner_groups, groups, "owner group")
        if self.control:
            return found + unknown_names("control", [self.control], table["control_id"], "control of chain_controls")
        if self.id in set(table["control_id"]):
            found.append(f"id: {self.id} is a control of the table; write control: {self.id} to change it")
        if not self.active:
            found.append("active: a new control is in force; 0 lifts one of the table")
        if self.instrument is None:
            return [*found, "instrument: missing (of a new control)"]
        needed = _NEEDS.get(self.instrument, "")
        if needed and getattr(self, needed) is None:
            found.append(f"{needed}: missing (a {self.instrument} needs it)")
        return found

    def apply(self, network: Network) -> Network:
        """Change the row of the control, or append one."""
        table = network.chain_controls
        given: dict[str, Any] = {name: getattr(self, name) for name in _FIGURES if getattr(self, name) is not None}
        given |= {name: getattr(self, name) for name in ("first_month", "last_month") if getattr(self, name)}
        given |= {name: getattr(self, name) for name in _LISTS if getattr(self, name)}
        if not self.control:
            row = {
                "control_id": self.id, "title": self.note or self.id.replace("_", " "), "instrument": self.instrument,
                "imposed_by": self.imposed_by or next(iter(self.exporters), ""), "is_active": 1,
                "follows_content": self.follows_content, **given, **self.provenance(),
            }  # fmt: skip
            return network.replace(chain_controls=with_rows("chain_controls", table, pd.DataFrame([row])))
        rows = [
            {**record, **given, "is_active": self.active,
             "follows_content": max(int(record["follows_content"]), self.follows_content)}
            if record["control_id"] == self.control else record
            for record in rows_of(table)
        ]  # fmt: skip
        return network.replace(chain_controls=rebuilt("chain_controls", table, rows))

    def effect(self, network: Network) -> str:
        """Say what is controlled, how, and when."""
        figures = ", ".join(
            f"{name.replace('_', ' ')} {getattr(self, name):g}" for name in _FIGURES if getattr(self, name) is not None
        )
        said = f" ({figures})" if figures else ""
        if self.control:
            title = str(network.chain_controls.set_index("control_id")["title"].get(self.control, self.control))
            return f"{title}: {'in force' if self.active else 'lifted'}{said}{self._when()}"
        goods = " ".join(
            [listed(self.stages) or "all stages", *([f"with {listed(self.elements)}"] * bool(self.elements))]
        )
        ways = f"{listed(self.exporters) or 'anywhere'} to {listed(self.importers) or 'anywhere'}"
        return f"{str(self.instrument).replace('_', ' ')} on {goods} from {ways}{said}{self._when()}"

    def _when(self) -> str:
        first = f" from {self.first_month}" if self.first_month else ""
        return first + (f" to {self.last_month}" if self.last_month else "")


def _parties(network: Network) -> list[str]:
    regions = network.chain_regions
    return [*regions["region_id"], *(country for names in regions["countries"] for country in names)]
