"""Budget: how much may be spent on projects that start in a period."""

from typing import ClassVar

import pandas as pd
from pydantic import Field

from model.levers.base import Lever, unknown_names, with_rows
from network.network import Network


class Budget(Lever):
    """Limit the spending on projects by period; periods that are not named keep the limit they had."""

    kind: ClassVar[str] = "budget"

    musd: dict[int, float] = Field(
        min_length=1,
        description="period (milestone year): million constant USD for the whole period, such as 2030: 4000",
    )

    def problems(self, network: Network) -> list[str]:
        """Periods the world does not have, and amounts below zero."""
        known = [str(period) for period in network.periods["period"]]
        return [
            *unknown_names("musd", [str(period) for period in self.musd], known, "period"),
            *(f"musd: {amount:g} in {period} is negative" for period, amount in self.musd.items() if amount < 0),
        ]

    def apply(self, network: Network) -> Network:
        """Replace the rows of the periods named."""
        kept = network.budgets[~network.budgets["period"].isin(self.musd)].reset_index(drop=True)
        rows = pd.DataFrame(
            {
                "period": list(self.musd),
                "budget_musd": list(self.musd.values()),
                **self.provenance(),
            }
        )
        return network.replace(budgets=with_rows("budgets", kept, rows))

    def effect(self, network: Network) -> str:
        """List the limits."""
        del network  # the limits speak for themselves
        limits = ", ".join(f"{amount:,.0f} million USD in {period}" for period, amount in sorted(self.musd.items()))
        return f"spending on projects at most {limits}"
