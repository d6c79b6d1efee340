"""Duties: a layer that comes, or a measure that ends."""

from typing import Any, ClassVar, Literal, Self

import pandas as pd
from pydantic import Field, model_validator

from model.levers.base import (
    FIRST_POSSIBLE_YEAR,
    LAST_POSSIBLE_YEAR,
    Lever,
    Window,
    listed,
    rows_of,
    unknown_names,
    with_rows,
)
from network.network import Network
from network.territories import Territories

MOST_PCT = 1000.0


class Duty(Window, Lever):
    """Add a duty to the stack of an importer: on top of what is charged already, or as a preference in place of it."""

    kind: ClassVar[str] = "duty"

    importer: str = Field(description="customs territory that charges it, such as US, EU27, CN")
    origins: tuple[str, ...] = Field(default=(), description="countries of origin that pay; empty = all")
    except_origins: tuple[str, ...] = Field(default=(), description="countries of origin that do not pay")
    products: tuple[str, ...] = Field(default=(), description="product groups of the duty table; empty = all goods")
    commodities: tuple[str, ...] = Field(default=(), description="commodities in place of products: all their lines")
    except_products: tuple[str, ...] = Field(default=(), description="product groups left out of a duty on all goods")
    rate_pct: float = Field(ge=0, le=MOST_PCT, description="rate, per cent of the customs value")
    exclusions_of: str = Field(default="", description="measure whose excluded lines are left out here too")
    replaces: tuple[str, ...] = Field(default=(), description="measures that it takes the place of")
    on_column2: Literal[0, 1] = Field(default=1, description="1 = adds to column 2 as well, 0 = not")
    layer: Literal["country", "product", "preference"] = Field(
        default="country",
        description="country, product: on top of the base; preference: in its place if lower",
    )

    @model_validator(mode="after")
    def _goods_once(self) -> Self:
        if self.products and self.commodities:
            raise ValueError("give either products or commodities")
        if self.except_products and (self.products or self.commodities):
            raise ValueError("except_products: leaves goods out of a duty on all goods, which this is not")
        if self.layer == "preference" and (self.replaces or self.exclusions_of):
            raise ValueError("layer: a preference replaces the base and nothing else")
        return self

    def problems(self, network: Network) -> list[str]:
        """Unknown importers, origins, products and measures."""
        rates = network.duty_rates
        both = sorted(set(self.origins) & set(self.except_origins))
        return [
            *unknown_names("importer", [self.importer], rates["importer"], "territory of the duty table"),
            *unknown_names("origins", self.origins, countries(network), "country"),
            *unknown_names("except_origins", self.except_origins, countries(network), "country"),
            *(f"except_origins: {name} is among origins too" for name in both),
            *unknown_names("products", self.products, rates["product"], "product group"),
            *unknown_names("except_products", self.except_products, rates["product"], "product group"),
            *unknown_names("commodities", self.commodities, network.duty_lines["commodity_id"],
                           "commodity with lines in duty_lines"),
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
            "layer": self.layer,
            "measure": self.id,
            "legal_basis": f"scenario: {self.note or self.id}",
            "on_column2": self.on_column2,
            "replaces": self.replaces,
            "effective_from": "" if self.first_year is None else f"{self.first_year}-01-01",
            "effective_to": "" if self.last_year is None else f"{self.last_year + 1}-01-01",
            **self.provenance(),
        }
        rows: list[dict[str, Any]] = [
            {**common, "product": product, "hs_codes": codes, "except_products": self.except_products,
             "ad_valorem_pct": self.rate_pct}
            for product, codes in self._goods(network)
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

    def _goods(self, network: Network) -> list[tuple[str, tuple[str, ...]]]:
        """Product groups, with the lines of them that are meant; no lines = the whole group."""
        if not self.commodities:
            return [(product, ()) for product in self.products or ("general_cargo",)]
        lines = network.duty_lines
        mine = lines[lines["commodity_id"].isin(self.commodities)]
        goods: dict[str, list[str]] = {}
        for product, code in zip(mine["product"], mine["hs_code"], strict=True):
            goods.setdefault(product, []).append(code)
        return [(product, () if "" in codes else tuple(sorted(set(codes)))) for product, codes in goods.items()]

    def effect(self, network: Network) -> str:
        """Say who charges what on what, and when."""
        del network  # the duty speaks for itself
        goods = listed(self.products or self.commodities) or "all goods"
        if self.except_products:
            goods += f" but {listed(self.except_products)}"
        whose = f" of {listed(self.origins)}" if self.origins else ""
        whose += f" of all but {listed(self.except_origins)}" if self.except_origins else ""
        much = "in place of the base" if self.layer == "preference" else "more"
        return f"{self.importer} charges {self.rate_pct:g} % {much} on {goods}{whose}, {self.years()}"


class DutyEnd(Lever):
    """End a measure of an importer for some origins or all."""

    kind: ClassVar[str] = "duty_end"

    importer: str = Field(description="customs territory that charges it")
    measures: tuple[str, ...] = Field(min_length=1, description="measures that end, such as s301_forced_labour")
    origins: tuple[str, ...] = Field(default=(), description="countries of origin for which it ends; empty = all")
    first_year: int = Field(ge=FIRST_POSSIBLE_YEAR, le=LAST_POSSIBLE_YEAR, description="first year without it")

    def problems(self, network: Network) -> list[str]:
        """Unknown importers, and measures that the importer does not have."""
        rates = network.duty_rates
        own = rates.loc[rates["importer"] == self.importer, "measure"]
        based = rates.loc[(rates["importer"] == self.importer) & rates["layer"].isin(["base", "column2"]), "measure"]
        return [
            *(
                f"measures: {name} is a base rate, which cannot end; give a duty with layer preference and rate_pct 0"
                for name in self.measures
                if name in set(based)
            ),
            *unknown_names("importer", [self.importer], rates["importer"], "territory of the duty table"),
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
        if not rest:
            return None
        # A union or a group among the rest may hold one for which it ends.
        return {"origins": rest, "except_origins": tuple(dict.fromkeys([*record["except_origins"], *self.origins]))}

    def effect(self, network: Network) -> str:
        """Say what ends for whom, and when."""
        del network  # the end speaks for itself
        whom = f" for {listed(self.origins)}" if self.origins else ""
        return f"{self.importer} charges {listed(self.measures)} no longer{whom}, from {self.first_year}"


def countries(network: Network) -> set[str]:
    """Countries, territories and groups that the tables name."""
    of_rates = {name for column in ("origins", "except_origins") for row in network.duty_rates[column] for name in row}
    known = set(Territories.of(network.customs_territories, network.zones).known)
    return known | of_rates | set(network.duty_rates["importer"]) | set(network.ntr_status["country"])
