"""Facilities of the rare-earth chain: what stands, what must be built, what never is, and what it costs."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from model.levers.base import Lever, listed, rows_of, unknown_names
from model.levers.windows import rebuilt
from network.network import Network


class ChainFacility(Lever):
    """Change facilities of the rare-earth chain: their status, first year, cost, or capacity."""

    kind: ClassVar[str] = "chain_facility"

    facilities: tuple[str, ...] = Field(default=(), description="ids of facilities; empty = by country and step")
    countries: tuple[str, ...] = Field(default=(), description="countries whose facilities are meant; empty = all")
    outside: tuple[str, ...] = Field(default=(), description="countries whose facilities are not meant")
    status: Literal["operating", "construction", "committed", "candidate", "idle", "stalled"] | None = Field(
        default=None,
        description="operating and construction stand without being paid for; committed must be built, and is paid; "
        "candidate and idle may be; stalled is never built",
    )
    first_year: int | None = Field(default=None, ge=1990, le=2100, description="first year of output")
    later_years: float = Field(default=0.0, ge=0, le=20, description="years that the first output comes later")
    capex_factor: float = Field(default=1.0, ge=0, le=10, description="factor on the investment")
    capacity_factor: float = Field(default=1.0, ge=0, le=10, description="factor on the capacity")
    steps: tuple[str, ...] = Field(default=(), description="only those with a process of these steps; empty = all")

    def problems(self, network: Network) -> list[str]:
        """Unknown facilities, countries and steps; nothing that is changed."""
        table = network.chain_facilities
        found = unknown_names("facilities", self.facilities, table["facility_id"], "facility of the chain")
        for name in ("countries", "outside"):
            found += unknown_names(name, getattr(self, name), table["country"], "country with a facility")
        found += unknown_names("steps", self.steps, network.chain_processes["step"], "step of the chain")
        if not found and not self._meant(network):
            found.append("facilities: none is meant by facilities, countries, outside and steps together")
        return found

    def _meant(self, network: Network) -> list[str]:
        table = network.chain_facilities
        units = network.chain_units.merge(network.chain_processes[["process_id", "step"]], on="process_id")
        of_step = set(units.loc[units["step"].isin(self.steps), "facility_id"])
        return [
            str(row["facility_id"])
            for row in rows_of(table)
            if (not self.facilities or row["facility_id"] in self.facilities)
            and (not self.countries or row["country"] in self.countries)
            and row["country"] not in self.outside
            and (not self.steps or row["facility_id"] in of_step)
            and (self.facilities or self.status or row["status"] in ("candidate", "idle", "committed"))
        ]

    def apply(self, network: Network) -> Network:
        """Replace rows of the facilities, and of their units where capacity changes."""
        meant = set(self._meant(network))
        table = network.chain_facilities
        own = _own_capex(network)
        rows = []
        for record in rows_of(table):
            if record["facility_id"] in meant:
                record = record | self._change(record, own.get(str(record["facility_id"]), 0.0))
            rows.append(record)
        units = network.chain_units
        mine = units["facility_id"].isin(meant)
        capacity = units["capacity_t_per_year"].where(~mine, units["capacity_t_per_year"] * self.capacity_factor)
        return network.replace(
            chain_facilities=rebuilt("chain_facilities", table, rows),
            chain_units=units.assign(capacity_t_per_year=capacity),
        )

    def _change(self, record: dict[str, Any], own: float) -> dict[str, Any]:
        given: dict[str, Any] = {}
        if self.status is not None:
            given["status"] = self.status
        first = float(self.first_year) if self.first_year is not None else record["first_year"]
        given["first_year"] = first + self.later_years
        if self.capex_factor != 1.0:
            known = record["capex_musd"]
            given["capex_musd"] = (known if known > 0 else own) * self.capex_factor
        return given

    def effect(self, network: Network) -> str:
        """Say which facilities change, and how."""
        names = network.chain_facilities.set_index("facility_id")["name"]
        meant = self._meant(network)
        parts = [
            *([f"{self.status}"] if self.status else []),
            *([f"first output in {self.first_year}"] if self.first_year else []),
            *([f"{self.later_years:g} years later"] if self.later_years else []),
            *([f"investment times {self.capex_factor:g}"] if self.capex_factor != 1 else []),
            *([f"capacity times {self.capacity_factor:g}"] if self.capacity_factor != 1 else []),
        ]
        return f"{listed(str(names[name]) for name in meant)}: {', '.join(parts) or 'no change'}"


def _own_capex(network: Network) -> dict[str, float]:
    """Investment of each facility by its processes, million USD, where the table has none."""
    units = network.chain_units.merge(network.chain_processes, on="process_id")
    cost = units["capex_usd_per_tpy"].fillna(0.0) * units["capacity_t_per_year"] / 1e6
    return {str(name): float(total) for name, total in cost.groupby(units["facility_id"]).sum().items()}
