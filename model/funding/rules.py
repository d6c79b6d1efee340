"""What is asked of the financing of a portfolio: the bank's rules, as the data or the user has them."""

from dataclasses import dataclass, field

import numpy as np

from model.errors import InputError
from network.frames import each_row
from network.network import Network
from network.problems import nearest

CAPS = ("project", "portfolio", "country", "asset_class", "period")
ENVELOPES = ("low", "base", "high")
_CAP_RULES = {
    "project": "power_cap_project",
    "portfolio": "power_cap_portfolio",
    "country": "power_cap_country",
    "asset_class": "power_cap_asset_class",
    "period": "power_cap_portfolio",
}


@dataclass(frozen=True)
class FundingRequest:
    """How a portfolio is to be financed.

    Attributes:
        power_cap: largest share of any one power in each project, the whole portfolio, each country, asset class and
            period; None = the shares of the bank's rules; 1 = no cap.
        host_exempt: whether money of the host country is exempt in its own country; None = as the rules have it.
        envelopes: which of the funders' envelopes counts: low, base or high.
        budget_musd_per_year: of all projects together; None = none.
        with_bank: whether the bank takes part at all.
    """

    power_cap: float | None = None
    host_exempt: bool | None = None
    envelopes: str = "base"
    budget_musd_per_year: float | None = None
    with_bank: bool = True

    def __post_init__(self) -> None:
        problems = []
        if self.power_cap is not None and not 0 <= self.power_cap <= 1:
            problems.append(f"--power-cap is {self.power_cap:g}; expected a share from 0 to 1, such as 0.4")
        if self.envelopes not in ENVELOPES:
            hint = nearest(self.envelopes, ENVELOPES)
            problems.append(f"--envelopes is '{self.envelopes}'; expected {', '.join(ENVELOPES)}. {hint}".strip())
        if self.budget_musd_per_year is not None and not self.budget_musd_per_year >= 0:
            problems.append(f"--budget is {self.budget_musd_per_year:g}; expected million USD a year, 0 or more")
        if problems:
            raise InputError(problems)


@dataclass(frozen=True)
class Rules:
    """Figures of the bank's rules, all of them design defaults, with what the user changed.

    Attributes:
        value: by rule. caps: largest share of one power, by the part of the portfolio that it holds for.
        host_exempt: whether money of the host country is exempt in its own country.
    """

    value: dict[str, float]
    caps: dict[str, float] = field(default_factory=dict)
    host_exempt: bool = True

    def __getitem__(self, rule: str) -> float:
        """Figure of a rule."""
        return self.value[rule]

    @property
    def reference_rate(self) -> float:
        """Nominal rate in USD over which margins are charged, share a year."""
        return self.value["reference_rate"]

    @property
    def inflation(self) -> float:
        """Of the USD, share a year: by it nominal payments become constant USD."""
        return self.value["reference_inflation"]

    def equity_to_loans(self, years: np.ndarray) -> np.ndarray:
        """Least equity over loans in each year: falls from the start's to the end's over the years of the ramp."""
        passed = (np.asarray(years, float) - self["first_year"]) / self["equity_ramp_years"]
        return np.interp(passed, [0.0, 1.0], [self["equity_to_loans_start"], self["equity_to_loans_end"]])


def bank_rules(network: Network, request: FundingRequest) -> Rules:
    """Rules of the bank for a request.

    Raises:
        InputError: the world has no bank.
    """
    if network.bank_rules.empty:
        raise InputError("finance/bank_rules.csv: this world has no rules of a bank, so no portfolio can be financed")
    value = {str(row.rule_id): float(row.value) for row in each_row(network.bank_rules)}
    caps = {part: value[rule] if request.power_cap is None else request.power_cap for part, rule in _CAP_RULES.items()}
    exempt = bool(value["host_exempt"]) if request.host_exempt is None else request.host_exempt
    return Rules(value, caps, exempt)
