"""What a portfolio may build, and when."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from model.build import planning_periods
from model.plans import Plans
from model.problem import Strategy
from model.strategy import build_strategy
from network.frames import each_row
from network.network import Network

BUILD_COLUMNS = ("project_id", "decision", "start_period", "start_year", "in_service_year", "units", "mode",
                 "asset_class", "cost_musd", "toll_level")  # fmt: skip


@dataclass(frozen=True)
class Candidates:
    """What may be built when.

    Attributes:
        network: the world. periods: period, first_year, last_year. strategy: projects that are modelled, and their
            starts with years.
    """

    network: Network
    periods: pd.DataFrame
    strategy: Strategy

    @classmethod
    def of(cls, network: Network, resolution: str) -> "Candidates":
        """Candidates of a world in the periods of a resolution."""
        periods = planning_periods(network, resolution)
        return cls(network, periods, build_strategy(network, periods))

    @cached_property
    def plans(self) -> Plans:
        """Arithmetic of plans, for prerequisites and exclusions."""
        return Plans(self.strategy)

    @cached_property
    def number(self) -> dict[str, int]:
        """Position of each modelled project."""
        return {str(name): number for number, name in enumerate(self.strategy.projects["project_id"])}

    @cached_property
    def starts(self) -> dict[tuple[int, int], Any]:
        """Start by project and period, both by position."""
        return {(int(row.project), int(row.period)): row for row in each_row(self.strategy.starts)}

    @cached_property
    def class_of(self) -> dict[str, str]:
        """Asset class by type of project."""
        table = self.network.asset_classes
        pairs = zip(table["asset_class"], table["project_types"], strict=True)
        return {str(kind): str(name) for name, kinds in pairs for kind in kinds}

    def project(self, name: str) -> Any:
        """Row of a modelled project."""
        return self.strategy.projects.iloc[self.number[name]]

    def is_done(self, name: str) -> bool:
        """Whether a project is in service whatever is decided."""
        row = self.project(name)
        return bool(row["is_sunk"] == 1 or row["in_base"] == 1)

    def asset_class(self, name: str) -> str:
        """Asset class of a project; '' where its type is in none."""
        return self.class_of.get(str(self.project(name)["project_type"]), "")

    def years(self, period: int) -> tuple[int, int]:
        """First and last year of a period by position."""
        row = self.periods.iloc[period]
        return int(row["first_year"]), int(row["last_year"])

    def period_of(self, column: str, year: int, name: str) -> int | None:
        """Position of the period of a start; None outside all of them.

        Args:
            column: start_year, or start_period where the year is a milestone. name: the project; one that is under
                construction when the first period begins may start before.
        """
        first, last = self.periods["first_year"].to_numpy(), self.periods["last_year"].to_numpy()
        milestone = self.periods["period"].to_numpy() == year
        inside = milestone if column == "start_period" else (first <= year) & (year <= last)
        earliest = self.project(name)["earliest_start_year"]
        if column == "start_year" and year < first[0] and not pd.isna(earliest) and earliest <= year:
            return 0
        found = np.flatnonzero(inside)
        return int(found[0]) if len(found) else None

    def charges(self, name: str) -> bool:
        """Whether a project charges for capacity that it adds, so that it can have a toll."""
        effects = self.network.project_effects
        mine = effects[(effects["project_id"] == name) & effects["target"].isin(["link", "place", "transfer"])]
        added = mine[["capacity_added_t_per_year", "capacity_added_teu_per_year"]].fillna(0.0).to_numpy(float)
        project = self.project(name)
        fleet = [project["spread_capacity_t_per_year"], project["spread_capacity_teu_per_year"]]
        share = self.network.asset_classes.set_index("asset_class")["charge_share"].get(self.asset_class(name), 0.0)
        return bool(share > 0 and ((added > 0).any() or np.nansum(np.array(fleet, dtype=float)) > 0))

    def build(self, start: Any, units: int, mode: str = "", toll_level: str = "") -> dict[str, Any]:
        """A row of builds.

        Args:
            start: one of ``starts``. mode: concession mode; '' = that of the asset class, which must be known.
            toll_level: of the menu of tolls; '' = the charge of today.
        """
        project = self.strategy.projects.iloc[int(start.project)]
        name = self.asset_class(str(project["project_id"]))
        classes = self.network.asset_classes.set_index("asset_class")["concession_mode"]
        return {
            "project_id": str(project["project_id"]),
            "decision": "built",
            "start_period": int(self.periods["period"].iloc[int(start.period)]),
            "start_year": int(start.start_year),
            "in_service_year": int(start.in_service_year),
            "units": units,
            "mode": mode or str(classes[name]),
            "asset_class": name,
            "cost_musd": float(project["capex_musd"]) * units / int(project["units_max"]),
            "toll_level": toll_level,
        }
