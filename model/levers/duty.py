"""Duties: a layer that comes, or a measure that ends."""

from typing import Any, ClassVar, Literal

import pandas as pd
from pydantic import Field

from model.levers.base import Lever, Window, listed, rows_of, unknown_names, with_rows
from network.network import Network

MOST_PCT = 1000.0


class Duty(Window, Lever):
    """Add a duty to the stack of an importer, on top of the base and of what is charged already."""

    kind: ClassVar[str] = "duty"

    importer: str = Field(description="customs territory that charges it, such as US, EU27, CN")
    origins: tuple[str, ...] = Field(default=(), description="countries of origin that pay; empty = all")
    except_origins: tuple[str, ...] = Field(default=(), description="countries of origin that do not pay")
    products: tuple[str, ...] = Field(default=(), description="product groups of the duty table; empty = all goods")
    except_products: tuple[str, ...] = Field(default=(), description="product groups left out of a duty on all goods")
    rate_pct: float = Field(ge=0, le=MOST_PCT, description="rate, per cent of the customs value")
    exclusions_of: str = Field(default="", description="measure whose excluded lines are left out here too")
    replaces: tuple[str, ...] = Field(default=(), description="measures that it takes the place of")
    on_column2: Literal[0, 1] = Field(default=1, description="1 = adds to column 2 as well, 0 = not")

    def problems(self, network: Network) -> list[str]:
        """Unknown importers, origins, products and measures."""
        rates = network.duty_rates
        return [
            *unknown_names("importer", [self.importer], rates["importer"], "importer of the duty table"),
            *unknown_names("origins", [*self.origins, *self.except_origins], countries(network), "country"),
            *unknown_names("products", [*self.products, *self.except_products], rates["product"], "product group"),
            *unknown_names("exclusions_of", [self.exclusions_of] * bool(self.exclusions_of), rates["measure"],
                           "measure"),
            *unknown_names("replaces", self.replaces, rates["measure"], "measure"),
        ]  # fmt: skip

    def apply(self, network: Network) -> Network:
        """Append a row for each product, and the excluded lines."""
        rates = network.duty_rates
        common = {
            "importer": self.importer,
            "origins": self.origins,
            "except_origins": self.except_origins,
            "layer": "country",
            "measure": self.id,
            "legal_basis": f"scenario: {self.note or self.id}",
            "on_column2": self.on_column2,
            "replaces": self.replaces,
            "effective_from": "" if self.first_year is None else f"{self.first_year}-01-01",
            "effective_to": "" if self.last_year is None else f"{self.last_year + 1}-01-01",
            **self.provenance(),
        }
        rows: list[dict[str, Any]] = [
            {**common, "product": product, "hs_codes": (), "except_products": self.except_products,
             "ad_valorem_pct": self.rate_pct}
            for product in self.products or ("general_cargo",)
        ]  # fmt: skip
        if self.exclusions_of:
            free = rates[(rates["measure"] == self.exclusions_of) & (rates["ad_valorem_pct"] == 0)]
            free = free[free["hs_codes"].map(len) > 0].drop_duplicates(["product", "hs_codes"])
            rows += [
                {**common, "product": product, "hs_codes": codes, "except_products": (), "ad_valorem_pct": 0.0}
                for product, codes in zip(free["product"], free["hs_codes"], strict=True)
            ]
        frame = pd.DataFrame(rows).assign(rate_id=[f"{self.id}_{number}" for number in range(len(rows))])
        return network.replace(duty_rates=with_rows("duty_rates", rates, frame))

    def effect(self, network: Network) -> str:
        """Say who charges what on what, and when."""
        del network  # the duty speaks for itself
        goods = listed(self.products) if self.products else "all goods"
        whose = f" of {listed(self.origins)}" if self.origins else ""
        return f"{self.importer} charges {self.rate_pct:g} % more on {goods}{whose}, {self.years()}"


class DutyEnd(Lever):
    """End a measure of an importer for some origins or all."""

    kind: ClassVar[str] = "duty_end"

    importer: str = Field(description="customs territory that charges it")
    measures: tuple[str, ...] = Field(min_length=1, description="measures that end, such as s301_forced_labour")
    origins: tuple[str, ...] = Field(default=(), description="countries of origin for which it ends; empty = all")
    first_year: int = Field(ge=1990, le=2100, description="first year without it")

    def problems(self, network: Network) -> list[str]:
        """Unknown importers, and measures that the importer does not have."""
        rates = network.duty_rates
        own = rates.loc[rates["importer"] == self.importer, "measure"]
        return [
            *unknown_names("importer", [self.importer], rates["importer"], "importer of the duty table"),
            *unknown_names("measures", self.measures, own, f"measure of {self.importer}"),
            *unknown_names("origins", self.origins, countries(network), "country"),
        ]

    def apply(self, network: Network) -> Network:
        """Cut the rows at the day, and go on with those origins for which the measure stays."""
        rates = network.duty_rates
        day = f"{self.first_year}-01-01"
        kept: list[dict[str, Any]] = []
        for record in rows_of(rates):
            concerned = record["importer"] == self.importer and record["measure"] in self.measures
            ends, begins = record["effective_to"], record["effective_from"]
            if not concerned or (ends and ends <= day):
                kept.append(record)
                continue
            if not begins or begins < day:
                kept.append({**record, "effective_to": day})
            staying = self._staying(record)
            if staying is not None:
                start = max(day, begins) if begins else day
                kept.append({**record, **staying, "rate_id": f"{record['rate_id']}_{self.id}", "effective_from": start})
        frame = pd.DataFrame(kept, columns=rates.columns).astype(rates.dtypes.to_dict())
        return network.replace(duty_rates=frame)

    def _staying(self, record: dict[str, Any]) -> dict[str, Any] | None:
        """Origins that go on paying; None where none does."""
        if not self.origins:
            return None
        if not record["origins"]:
            return {"except_origins": tuple(dict.fromkeys([*record["except_origins"], *self.origins]))}
        rest = tuple(name for name in record["origins"] if name not in self.origins)
        return {"origins": rest} if rest else None

    def effect(self, network: Network) -> str:
        """Say what ends for whom, and when."""
        del network  # the end speaks for itself
        whom = f" for {listed(self.origins)}" if self.origins else ""
        return f"{self.importer} charges {listed(self.measures)} no longer{whom}, from {self.first_year}"


def countries(network: Network) -> set[str]:
    """Countries and territories that the tables name."""
    of_zones = {name for names in network.zones["countries"] for name in names}
    of_rates = {name for column in ("origins", "except_origins") for row in network.duty_rates[column] for name in row}
    return of_zones | of_rates | set(network.zones["customs_territory"]) | set(network.ntr_status["country"])
