"""Cost: freight of links multiplied or raised, and fees added."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from model.levers.base import Lever, Operation, Window, listed
from model.levers.selection import SomeLinks, links_in_words
from network.network import Network

_FREIGHT_FIELD = {
    "container": "cost_usd_per_teu",
    "general": "cost_usd_per_t_general",
    "bulk": "cost_usd_per_t_bulk",
}
CargoKind = Literal["container", "general", "bulk"]
_EVERY_CARGO: tuple[CargoKind, ...] = ("container", "general", "bulk")


class Cost(SomeLinks, Window, Lever):
    """Change what carriers charge for moving cargo over links, or the fees levied on the way."""

    kind: ClassVar[str] = "cost"

    factor: float | None = Field(default=None, gt=0, description="freight becomes this many times today's")
    cargo: tuple[CargoKind, ...] = Field(
        default=_EVERY_CARGO, min_length=1, description="kinds of cargo the factor acts on"
    )
    add_usd_per_teu: float = Field(default=0.0, description="added to the freight of containers, USD per TEU")
    add_usd_per_t: float = Field(default=0.0, description="added to the freight of other cargo, USD per t")
    fee_usd_per_teu: float = Field(
        default=0.0, description="added to the toll or transit fee of containers, USD per TEU"
    )
    fee_usd_per_t: float = Field(default=0.0, description="added to the toll or transit fee of other cargo, USD per t")

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        given = {"factor", "add_usd_per_teu", "add_usd_per_t", "fee_usd_per_teu", "fee_usd_per_t"}
        if not given & self.model_fields_set:
            raise ValueError(f"changes nothing; give one of {', '.join(sorted(given))}")
        return self

    def problems(self, network: Network) -> list[str]:
        """Unknown names, choices of links that nothing satisfies, and discounts above the freight itself."""
        found = self.selection_problems(network)
        if found:
            return found
        links = network.links[network.links["link_id"].isin(self.selected_links(network))]
        for name, columns in _ADDITIONS.items():
            amount = getattr(self, name)
            for column in columns:
                short = links.loc[links[column] * (self._factor_of(column) or 1.0) + amount < 0, "link_id"]
                if amount < 0 and len(short):
                    found.append(f"{name}: {amount:g} leaves a negative {column} on {listed(short)}")
        return found

    def _factor_of(self, column: str) -> float | None:
        return self.factor if column in {_FREIGHT_FIELD[kind] for kind in self.cargo} else None

    def apply(self, network: Network) -> Network:
        """Append the change of every link."""
        links = self.selected_links(network)
        changed = network
        for field, operation, value in self._changes():
            changed = self.adjust(changed, "link", links, field, operation, value)
        return changed

    def _changes(self) -> list[tuple[str, Operation, float]]:
        changes: list[tuple[str, Operation, float]] = []
        if self.factor is not None:
            fields = ["cost"] if set(self.cargo) == set(_EVERY_CARGO) else [_FREIGHT_FIELD[kind] for kind in self.cargo]
            changes += [(field, "multiply", self.factor) for field in fields]
        for name, columns in _ADDITIONS.items():
            amount = getattr(self, name)
            changes += [(column, "add", amount) for column in columns if amount]
        return changes

    def effect(self, network: Network) -> str:
        """Say how freight and fees change, on which links, and when."""
        parts = []
        if self.factor is not None:
            cargo = "all cargo" if set(self.cargo) == set(_EVERY_CARGO) else f"{' and '.join(self.cargo)} cargo"
            parts.append(f"freight of {cargo} x {self.factor:g}")
        for name, unit in (("usd_per_teu", "USD/TEU"), ("usd_per_t", "USD/t")):
            added, fee = getattr(self, f"add_{name}"), getattr(self, f"fee_{name}")
            parts += [f"freight {added:+g} {unit}"] if added else []
            parts += [f"fee {fee:+g} {unit}"] if fee else []
        what = " and ".join(parts) or "no change"
        return f"{what} on {links_in_words(network, self.selected_links(network))}, {self.years()}"


_ADDITIONS = {
    "add_usd_per_teu": ("cost_usd_per_teu",),
    "add_usd_per_t": ("cost_usd_per_t_general", "cost_usd_per_t_bulk"),
    "fee_usd_per_teu": ("fee_usd_per_teu",),
    "fee_usd_per_t": ("fee_usd_per_t",),
}
