"""Figures of the rare-earth chain times a factor: costs, recoveries, demand, prices, shortage costs."""

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from model.levers.base import Lever, unknown_names
from network.network import Network

_COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "operating_cost": (("chain_processes", "opex_usd_per_t"), ("chain_processes", "opex_china_usd_per_t")),
    "operating_cost_outside_china": (("chain_processes", "opex_usd_per_t"),),
    "investment": (("chain_processes", "capex_usd_per_tpy"), ("chain_facilities", "capex_musd")),
    "demand": (("chain_demand", "quantity_t"),),
    "elasticity": (("chain_demand", "elasticity_short"), ("chain_demand", "elasticity_long")),
    "shortage_cost": (
        ("chain_demand", "tier1_usd_per_t"),
        ("chain_demand", "tier2_usd_per_t"),
        ("chain_demand", "tier3_usd_per_t"),
    ),
    "stock": (("chain_stocks", "days"), ("chain_stocks", "stock_t")),
    "recovery": (("chain_processes", "opex_usd_per_t"), ("chain_processes", "capex_usd_per_tpy")),
    "growth_of_capacity": (("chain_units", "growth_per_year"),),
    "grant_share": (("chain_controls", "grant_share"),),
    "heavy_share": (("chain_profiles", "share"),),
}
_ENDS = {"low": "quantity_low_t", "high": "quantity_high_t"}
_SHARES = ("grant_share", "growth_per_year")
_HEAVY = ("TB", "DY")
Figure = Literal["operating_cost", "operating_cost_outside_china", "investment", "demand", "elasticity",
                 "shortage_cost", "stock", "recovery", "growth_of_capacity", "grant_share", "heavy_share"]  # fmt: skip


class ChainFigure(Lever):
    """Multiply a figure of the rare-earth chain."""

    kind: ClassVar[str] = "chain_figure"

    figure: Figure = Field(
        description="what is multiplied; heavy_share: of Tb and Dy in every deposit; recovery: of mining processes "
        "that nobody runs yet, at most all, as more or less ore and plant for the same product"
    )
    factor: float = Field(default=1.0, ge=0, le=10, description="factor; shares stay at most 1")
    end: Literal["", "low", "high"] = Field(
        default="", description="of demand: the low or high end of the table in place of its middle, before the factor"
    )
    countries: tuple[str, ...] = Field(
        default=(), description="of investment and operating cost of facilities: countries that are meant; empty = all"
    )

    def problems(self, network: Network) -> list[str]:
        """Countries without a facility, or a figure that is of no country."""
        found = unknown_names(
            "countries", self.countries, network.chain_facilities["country"], "country with a facility"
        )
        if self.countries and self.figure != "investment":
            found.append(f"countries: {self.figure} is of processes, not of countries; leave them out")
        if self.end and self.figure != "demand":
            found.append(f"end: {self.figure} has no low and high end in the tables; only demand has")
        return found

    def apply(self, network: Network) -> Network:
        """Replace the columns of the figure."""
        if self.figure == "heavy_share":
            return network.replace(chain_profiles=self._heavier(network))
        if self.figure == "recovery":
            return network.replace(chain_processes=self._recovered(network))
        if self.end:
            wanted = network.chain_demand
            network = network.replace(chain_demand=wanted.assign(quantity_t=wanted[_ENDS[self.end]]))
        for table, column in _COLUMNS[self.figure]:
            frame = getattr(network, table)
            rows = frame[column].notna()
            if self.countries:
                if table != "chain_facilities":
                    continue
                rows &= frame["country"].isin(self.countries)
            changed = frame[column] * self.factor
            if column in _SHARES:
                changed = changed.clip(upper=1.0)
            network = network.replace(**{table: frame.assign(**{column: frame[column].where(~rows, changed)})})
        return network

    def _heavier(self, network: Network) -> pd.DataFrame:
        """Profiles with more Tb and Dy and less of the rest, which still sum to one."""
        frame = network.chain_profiles
        heavy = frame["element_id"].isin(_HEAVY)
        share = frame["share"].where(~heavy, frame["share"] * self.factor)
        total = share.groupby(frame["profile_id"]).transform("sum")
        return frame.assign(share=share / total)

    def _recovered(self, network: Network) -> pd.DataFrame:
        """Processes of mining that nobody runs yet: the same product takes more ore and more plant, or less."""
        frame = network.chain_processes
        stands = network.chain_facilities["status"].isin(["operating", "construction"])
        running = network.chain_facilities.loc[stands, "facility_id"]
        used = network.chain_units.loc[network.chain_units["facility_id"].isin(running), "process_id"]
        new = (frame["step"] == "mine") & ~frame["process_id"].isin(used)
        factor = (1.0 / frame["recovery"].fillna(1.0)).clip(upper=self.factor).where(new, 1.0)
        costs = ["opex_usd_per_t", "capex_usd_per_tpy"]
        return frame.assign(**{name: frame[name] / factor for name in costs})

    def effect(self, network: Network) -> str:
        """Say what is multiplied by what."""
        del network
        where = f" in {', '.join(self.countries)}" if self.countries else ""
        end = f" at its {self.end} end" if self.end else ""
        times = f" times {self.factor:g}" if self.factor != 1 or not end else ""
        return f"{self.figure.replace('_', ' ')} of the rare-earth chain{where}{end}{times}"
