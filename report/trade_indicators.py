"""Indicators of trade: who gains, what gets dearer, what duty is paid, what moves between countries; and their changes.

Every function takes one solution, or two of which the second is the one compared with, and returns a new frame with the
columns its docstring states. Figures are of a year of the period unless they are present values. Changes are of the
periods that both plans have; what one plan does not have counts as 0 in it.
"""

from __future__ import annotations

import pandas as pd

from model.solution import Solution
from report.difference import periods_of_both, side_by_side
from report.frames import plain_text, ratio
from report.partners import FOCUS, partners

GAINS = ("consumer_surplus", "producer_surplus", "market_capital", "duty", "export_tax", "transit_revenue",
         "limit_rent", "carrier_margin", "other_rents", "investment")  # fmt: skip
"""Accounts that add up to a gain; freight received is spent on carrying, emissions are no money."""
YEARLY, WORTH = "amount", "discounted_musd"
LEAST_PRICE_PCT = 0.05
"""Change of a price, in %, below which it counts as none."""
KILO = 1000.0
_MARKET = ["period", "country", "commodity_id"]
_WAY = ["period", "exporter", "importer", "commodity_id"]


def accounts_by(solution: Solution, key: str, figure: str = YEARLY) -> pd.DataFrame:
    """Return the accounts of `GAINS` and their `total`, million USD.

    Args:
        key: country or commodity_id. figure: `YEARLY`, a row a period and key; `WORTH`, present value, a row a key.
    """
    return _accounts_by(solution["accounts"], key, figure)


def _accounts_by(accounts: pd.DataFrame, key: str, figure: str) -> pd.DataFrame:
    keys = ["period", key] if figure == YEARLY else [key]
    table = plain_text(accounts)
    table = table[table["account"].isin(GAINS)]
    sums = table.pivot_table(index=keys, columns="account", values=figure, aggfunc="sum")
    wide = sums.reindex(columns=list(GAINS)).fillna(0.0).rename_axis(columns=None)
    return wide.assign(total=wide.sum(axis=1)).reset_index()


def accounts_by_commodity(solution: Solution) -> pd.DataFrame:
    """Return the accounts of goods, the largest first in each period: period, commodity_id, `GAINS`, total.

    What is of no good, as the rent of a scarce link, is left out.
    """
    table = accounts_by(solution, "commodity_id")
    table = table[table["commodity_id"] != ""]
    return table.sort_values(["period", "total"], ascending=[True, False], kind="stable", ignore_index=True)


def account_changes(plan: Solution, other: Solution, key: str, figure: str = YEARLY) -> pd.DataFrame:
    """Return the changes of `accounts_by`, the largest gain first."""
    shared = periods_of_both(plan, other)
    keys = ["period", key] if figure == YEARLY else [key]
    here, there = (_accounts_by(_accounts(one, shared), key, figure) for one in (plan, other))
    figures = [*GAINS, "total"]
    both = pd.concat([here, there.assign(**{name: -there[name] for name in figures})], ignore_index=True)
    change = both.groupby(keys, as_index=False)[figures].sum()
    order = [*keys[:-1], "total"]
    return change.sort_values(order, ascending=[True] * (len(keys) - 1) + [False], kind="stable", ignore_index=True)


def account_parts(plan: Solution, other: Solution) -> pd.DataFrame:
    """Return the change of every account of a country and good: period, country, commodity_id, account, musd."""
    keys = ["period", "country", "commodity_id", "account"]
    shared = periods_of_both(plan, other)
    here, there = (plain_text(_accounts(one, shared)) for one in (plan, other))
    both = pd.concat([here[[*keys, YEARLY]], there[[*keys, YEARLY]].assign(amount=-there[YEARLY])])
    both = both[both["account"].isin(GAINS)]
    return both.groupby(keys, as_index=False)[[YEARLY]].sum().rename(columns={YEARLY: "musd"})


def price_index(plan: Solution, other: Solution | None = None) -> pd.DataFrame:
    """Return the price index of each country's buyers, in per cent above the reference: Laspeyres, all that they buy.

    The reference quantities at the prices of the plan over the same at the reference prices. With `other`, also its
    index (`other_pct`) and by how much that of the plan is above it (`change_pct`); the largest change first.

    Columns: period, country, basket_musd (reference quantities at reference prices), index_pct.
    """
    frame = _index(plan, ["period", "country"])
    if other is None:
        return frame.drop(columns="level")
    both = frame.merge(_index(other, ["period", "country"]), on=["period", "country"], suffixes=("", "_other"))
    both["other_pct"] = both["index_pct_other"]
    both["change_pct"] = 100.0 * (both["level"] / both["level_other"] - 1.0)
    columns = ["period", "country", "basket_musd", "index_pct", "other_pct", "change_pct"]
    return _largest_first(both[columns], "change_pct")


def price_changes(plan: Solution, other: Solution) -> pd.DataFrame:
    """Return the markets whose price changes, the costliest change first in each period.

    The price is that of the reference quantities, mean over where they come from.

    Columns: period, country, commodity_id, price_usd_per_t, other_usd_per_t, change_pct, cost_musd (what the reference
    quantities cost more), quantity_kt, quantity_change_kt.
    """
    here, there = _index(plan, _MARKET), _index(other, _MARKET)
    both = here.merge(there, on=_MARKET, suffixes=("", "_other"))
    both["price_usd_per_t"] = ratio(both["paid_musd"], both["reference_kt"]) * KILO
    both["other_usd_per_t"] = ratio(both["paid_musd_other"], both["reference_kt_other"]) * KILO
    both["change_pct"] = 100.0 * (both["level"] / both["level_other"] - 1.0)
    both["cost_musd"] = both["paid_musd"] - both["basket_musd"] * both["level_other"]
    both["quantity_change_kt"] = both["quantity_kt"] - both["quantity_kt_other"]
    columns = [*_MARKET, "price_usd_per_t", "other_usd_per_t", "change_pct", "cost_musd", "quantity_kt",
               "quantity_change_kt"]  # fmt: skip
    return _largest_first(both.loc[both["change_pct"].abs() > LEAST_PRICE_PCT, columns], "cost_musd")


def prices_by_origin(plan: Solution, other: Solution) -> pd.DataFrame:
    """Return what goods of each origin cost where they are bought, in both plans, and the sellers' price.

    Columns: period, country, origin, commodity_id, and price_usd_per_t, producer_usd_per_t, duty_usd_per_t, quantity_kt
    each with `_other`, change_pct of the price, quantity_change_kt. A price is empty where nothing is bought.
    """
    keys = ["period", "country", "origin", "commodity_id"]
    figures = ["price_usd_per_t", "producer_usd_per_t", "duty_usd_per_t", "quantity_kt"]
    here, there = (plain_text(one["market_prices"])[[*keys, *figures]] for one in (plan, other))
    both = here.merge(there, on=keys, how="outer", suffixes=("", "_other"))
    both = both[both["period"].isin(periods_of_both(plan, other))]
    both = both.fillna({"quantity_kt": 0.0, "quantity_kt_other": 0.0})
    both["change_pct"] = 100.0 * (ratio(both["price_usd_per_t"], both["price_usd_per_t_other"]) - 1.0)
    both["quantity_change_kt"] = both["quantity_kt"] - both["quantity_kt_other"]
    return _largest_first(both, "quantity_change_kt")


def trade_changes(plan: Solution, other: Solution) -> pd.DataFrame:
    """Return what is bought from country to country and its change, the largest by value first in each period.

    Columns: period, exporter, importer, commodity_id, kt, kt_other, kt_change, musd, musd_other, musd_change.
    """
    both = side_by_side(_trade(plan), _trade(other), _WAY, ["kt", "musd"], periods_of_both(plan, other))
    return _largest_first(both, "musd_change")


def duties(solution: Solution) -> pd.DataFrame:
    """Return the duty of trade across borders, the largest trade first in each period.

    Columns: period, exporter, importer, commodity_id, kt, musd (value), duty_musd, rate_pct (mean, of the value).
    """
    prices = plain_text(solution["market_prices"]).rename(columns={"origin": "exporter", "country": "importer"})
    prices["duty_musd"] = prices["duty_usd_per_t"].fillna(0.0) * prices["quantity_kt"] / KILO
    paid = prices.groupby(_WAY, as_index=False)[["duty_musd"]].sum()
    both = _trade(solution).merge(paid, on=_WAY, how="left").fillna({"duty_musd": 0.0})
    both = both[both["exporter"] != both["importer"]]
    both["rate_pct"] = 100.0 * ratio(both["duty_musd"], both["musd"])
    return _largest_first(both, "musd")


def duty_changes(plan: Solution, other: Solution) -> pd.DataFrame:
    """Return `duties` of the plan with `rate_other_pct`, empty where the other plan has no such trade."""
    there = duties(other)[[*_WAY, "rate_pct"]].rename(columns={"rate_pct": "rate_other_pct"})
    return duties(plan).merge(there, on=_WAY, how="left")


def duty_by_country(solution: Solution) -> pd.DataFrame:
    """Return trade across borders and its duty: what each country receives, and what others charge on its goods.

    Columns: period, country, imports_musd, received_musd, exports_musd, charged_musd (abroad, on its goods).
    """
    table = duties(solution)
    into = table.rename(columns={"importer": "country", "musd": "imports_musd", "duty_musd": "received_musd"})
    out = table.rename(columns={"exporter": "country", "musd": "exports_musd", "duty_musd": "charged_musd"})
    figures = ["imports_musd", "received_musd", "exports_musd", "charged_musd"]
    return pd.concat([into, out]).groupby(["period", "country"], as_index=False)[figures].sum()


def partner_concentration(solution: Solution, country: str = FOCUS) -> pd.DataFrame:
    """Return the foreign trade of a country by partner and by corridor, the largest part first in each period.

    The sum of the squares of the shares is the Herfindahl-Hirschman index (`report.partners.spread`).

    Columns: period, by (partner or corridor_id), key, kt, musd, share_kt_pct, share_musd_pct.
    """
    table = partners(solution, country)
    parts = []
    for by in ("partner", "corridor_id"):
        part = table.groupby(["period", by], as_index=False)[["kt", "musd"]].sum().rename(columns={by: "key"})
        part.insert(1, "by", by)
        for figure in ("kt", "musd"):
            part[f"share_{figure}_pct"] = 100.0 * ratio(part[figure], part.groupby("period")[figure].transform("sum"))
        parts.append(part.sort_values(["period", "musd"], ascending=[True, False], kind="stable"))
    return pd.concat(parts, ignore_index=True).sort_values("period", kind="stable", ignore_index=True)


def _index(solution: Solution, keys: list[str]) -> pd.DataFrame:
    """Return reference baskets by keys: quantity_kt, reference_kt, paid_musd, basket_musd, level and index_pct."""
    figures = ["quantity_kt", "reference_kt", "basket_musd", "reference_basket_musd"]
    sums = plain_text(solution["market_prices"]).groupby(keys, as_index=False)[figures].sum()
    sums = sums.rename(columns={"basket_musd": "paid_musd", "reference_basket_musd": "basket_musd"})
    sums["level"] = ratio(sums["paid_musd"], sums["basket_musd"])
    sums["index_pct"] = 100.0 * (sums["level"] - 1.0)
    return sums[sums["basket_musd"] > 0]


def _trade(solution: Solution) -> pd.DataFrame:
    """Return what is bought by way and good, kt and million USD, at the value of what moves.

    That is more than moves over the network where buyers can still get goods by a way outside of it.
    """
    prices = plain_text(solution["market_prices"]).rename(columns={"origin": "exporter", "country": "importer"})
    bought = prices.groupby(_WAY, as_index=False)[["quantity_kt"]].sum().rename(columns={"quantity_kt": "kt"})
    moved = plain_text(solution["trade"]).groupby(_WAY, as_index=False)[["flow_kt", "value_musd"]].sum()
    of_good = moved.groupby("commodity_id")[["flow_kt", "value_musd"]].sum()
    usual = bought["commodity_id"].map(ratio(of_good["value_musd"], of_good["flow_kt"]))
    both = bought.merge(moved, on=_WAY, how="left")
    both["musd"] = both["kt"] * ratio(both["value_musd"], both["flow_kt"]).fillna(usual).fillna(0.0)
    return both[[*_WAY, "kt", "musd"]]


def _accounts(solution: Solution, shared: set[int]) -> pd.DataFrame:
    table = solution["accounts"]
    return table[table["period"].isin(shared)]


def _largest_first(frame: pd.DataFrame, figure: str) -> pd.DataFrame:
    """Return the rows of each period in the order of the size of `figure`."""
    order = frame.assign(_size=frame[figure].abs()).sort_values(
        ["period", "_size"], ascending=[True, False], kind="stable", ignore_index=True
    )
    return order.drop(columns="_size")
