"""What capital costs, and in which money: WACC, cost of equity with country risk, inflation, exchange rates.

Nominal rates hold inflation, real ones do not; a cash flow is discounted at the rate of its own kind and currency.
Exchange rates are local money per unit of hard currency, so that they rise when the local currency falls. Series are by
year and start one year after the known price or spot rate.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CurrencyMismatch:
    """Revenue in local money against debt in hard currency, by year.

    Attributes:
        exchange_rate: local money per unit of hard currency. service: of the debt, in local money.
        dscr: cover of the service, nan where nothing is due. shortfall: local money that lacks for a cover of 1.
    """

    exchange_rate: Floats
    service: Floats
    dscr: Floats
    shortfall: Floats


def wacc(shares: ArrayLike, costs: ArrayLike, tax_rates: ArrayLike) -> float:
    """Nominal cost of capital after tax, sum of share_i x cost_i x (1 - tax_i) (ADB, Financial Management).

    Args:
        shares: of each source in the capital, summing to 1. costs: nominal, in one currency, share a year.
        tax_rates: at which a source's cost lowers taxes: the profit tax for debt, 0 for equity and grants.

    Raises:
        ValueError: shares that are negative or do not sum to 1, tax rates outside 0 .. 1.
    """
    parts, rates, taxes = np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in (shares, costs, tax_rates)))
    if (parts < 0).any() or not np.isclose(parts.sum(), 1.0):
        raise ValueError(f"shares of capital sum to {parts.sum():.6g}; expected shares of 0 or more that sum to 1")
    if not ((taxes >= 0) & (taxes <= 1)).all():
        raise ValueError("a tax rate is outside 0 to 1; expected the profit tax for debt, 0 for equity")
    return float(np.sum(parts * rates * (1.0 - taxes)))


def real_rate(nominal: float, inflation: float) -> float:
    """Real rate of a nominal one, (1 + nominal) / (1 + inflation) - 1 (Fisher)."""
    _check_inflation(np.asarray(inflation))
    return (1.0 + nominal) / (1.0 + inflation) - 1.0


def nominal_rate(real: float, inflation: float) -> float:
    """Nominal rate of a real one, (1 + real)(1 + inflation) - 1 (Fisher)."""
    _check_inflation(np.asarray(inflation))
    return (1.0 + real) * (1.0 + inflation) - 1.0


def cost_of_equity(
    risk_free: float, beta: float, mature_premium: float, country_premium: float, exposure: float = 1.0
) -> float:
    """Cost of equity with country risk, rf + beta x ERP + lambda x CRP (Damodaran, Equity Risk Premiums).

    Args:
        risk_free: of the currency of the cash flow, share a year. mature_premium: ERP of a mature market.
        country_premium: CRP, default spread x volatility of equity over that of bonds.
        exposure: lambda, how far the project's income comes from the country, 1 for the average firm there.
    """
    return risk_free + beta * mature_premium + exposure * country_premium


def forward_exchange_rate(spot: float, local_inflation: ArrayLike, foreign_inflation: ArrayLike) -> Floats:
    """Exchange rate by year by relative purchasing power parity, spot x product of (1 + local) / (1 + foreign).

    Args:
        spot: today, local per hard. local_inflation, foreign_inflation: of years 1 .. n, shares a year.

    Raises:
        ValueError: a spot rate that is not above 0, an inflation of -1 or less.
    """
    return _exchange_path(spot, price_index(local_inflation) / price_index(foreign_inflation))


def currency_mismatch(
    cfads: ArrayLike,
    service: ArrayLike,
    spot: float,
    depreciation: ArrayLike,
    *,
    hard_cfads: ArrayLike = 0.0,
    local_service: ArrayLike = 0.0,
) -> CurrencyMismatch:
    """Cover of debt service in hard and local currency by cash in both while the exchange rate moves.

    DSCR_t = (CFADS_t + hard CFADS_t x rate_t) / (local service_t + service_t x rate_t).

    Args:
        cfads: cash flow available for debt service of years 1 .. n, local money. service: of the debt, hard currency.
        spot: today, local per hard. depreciation: rise of the exchange rate in each year, one or a series; 0.1 means
            that hard currency costs 10 % more than a year before.
        hard_cfads: cash in hard currency. local_service: of debt in local money. Both one or a series.

    Raises:
        ValueError: a spot rate that is not above 0, a depreciation of -1 or less, series of unequal length.
    """
    cash, due, falls, earned, owed = (
        np.asarray(x, dtype=float) for x in (cfads, service, depreciation, hard_cfads, local_service)
    )
    if cash.shape != due.shape or cash.ndim != 1 or any(x.shape not in ((), cash.shape) for x in (falls, earned, owed)):
        raise ValueError(
            f"cfads {cash.shape}, service {due.shape} and depreciation {falls.shape}; expected an entry a year each"
        )
    rate = _exchange_path(spot, price_index(np.broadcast_to(falls, cash.shape)))
    local, all_cash = due * rate + owed, cash + earned * rate
    cover = np.divide(all_cash, local, out=np.full(cash.shape, np.nan), where=local > 0)
    return CurrencyMismatch(rate, local, cover, np.maximum(local - all_cash, 0.0))


def price_index(inflation: ArrayLike) -> Floats:
    """Price level of years 1 .. n against that of year 0, the product of (1 + inflation).

    Raises:
        ValueError: an inflation of -1 or less.
    """
    rises = np.asarray(inflation, dtype=float)
    _check_inflation(rises)
    return np.asarray(np.cumprod(1.0 + rises, axis=-1))


def inflate(real: ArrayLike, inflation: ArrayLike) -> Floats:
    """Amounts of years 1 .. n in money of their year, from amounts in money of year 0; inflation by year."""
    return np.asarray(np.asarray(real, dtype=float) * price_index(inflation))


def deflate(nominal: ArrayLike, inflation: ArrayLike) -> Floats:
    """Amounts of years 1 .. n in money of year 0, from amounts in money of their year; inflation by year."""
    return np.asarray(np.asarray(nominal, dtype=float) / price_index(inflation))


def _exchange_path(spot: float, index: Floats) -> Floats:
    if not spot > 0:
        raise ValueError(
            f"the spot exchange rate is {spot:.6g}; expected local money per unit of hard currency, above 0"
        )
    return spot * index


def _check_inflation(inflation: Floats) -> None:
    if not (inflation > -1).all():
        raise ValueError(f"an inflation is {inflation.min():.6g}; expected a share a year above -1 (0.05 is 5 %)")
