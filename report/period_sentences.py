"""The sentences of one period: what heads the map, the bottlenecks, the lanes and the costs when that year is shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.facilities import facility_goods
from report.frames import largest, of_period, ratio
from report.indicators import (
    corridor_shares,
    corridor_totals,
    costs_by_category,
    focus_corridor,
    focus_market,
    lanes,
    link_flows,
    periods,
    rivals_of,
)
from report.limits import FULL, bottlenecks, yearly_limits
from report.words import counted, listing, money, number, percent, short_name, tonnes, usd, within


def period_headlines(solution: Solution, network: Network) -> dict[str, dict[int, str]]:
    """Return a sentence by period for each of: map, bottlenecks, lanes, costs; and facilities where there are any."""
    years = periods(solution)
    flows, limits = link_flows(solution), yearly_limits(solution)
    tight, between, costs = bottlenecks(solution, network), lanes(solution, network), costs_by_category(solution)
    shares, totals = corridor_shares(solution, network), corridor_totals(solution, network)
    rivals = rivals_of(shares, focus_corridor(network)[0], network)
    focus, moved = focus_corridor(network), solution["flows"]
    said = {
        "map": {y: _map(y, of_period(flows, y), of_period(limits, y), of_period(totals, y), focus) for y in years},
        "bottlenecks": {
            y: _bottlenecks(y, of_period(tight, y), _parts_of_links(of_period(moved, y), focus[0]), focus[1])
            for y in years
        },
        "lanes": {
            y: _lanes(y, of_period(shares, y), of_period(rivals, y), focus[0], of_period(between, y)) for y in years
        },
        "costs": {y: _costs(y, of_period(costs, y)) for y in years},
    }
    if len(solution["balances"]):
        goods = facility_goods(solution, network)
        said["facilities"] = {y: _facilities(y, of_period(goods, y)) for y in years}
    return said


def _map(year: int, flows: pd.DataFrame, limits: pd.DataFrame, totals: pd.DataFrame, focus: tuple[str, str]) -> str:
    if not len(flows) or float(flows["flow_kt"].sum()) <= 0:
        return f"In {year} nothing moves."
    limited = limits[limits["target"] == "link"].groupby("target_id")["tightest"].max()
    full = int((limited >= FULL).sum())
    mine = float(totals.loc[totals["corridor_id"] == focus[0], "flow_kt"].sum())
    used = flows.loc[flows["flow_kt"] > 0, "link_id"].nunique()
    lead = f"In {year} {within(focus[1])} carries {tonnes(mine)};" if mine > 0 else f"In {year}"
    if not len(limited):
        return f"{lead} cargo uses {counted(used, 'link')}, none of them with a limit."
    verb = "is" if full == 1 else "are"
    return f"{lead} {full} of {counted(len(limited), 'link')} with a limit {verb} full."


def _bottlenecks(year: int, tight: pd.DataFrame, part: pd.Series, corridor: str) -> str:
    """Name the dearest bottleneck, and the one that costs the focus corridor most; `part`: its part of links' cargo."""
    if not len(tight):
        return f"In {year} no limit of the network costs anyone anything."
    row = largest(tight, "rent_musd")
    lead = f"In {year} the dearest bottleneck is {_worth(row)}"
    links = tight[tight["target"] == "link"]
    borne = links.assign(borne=links["rent_musd"] * links["target_id"].map(part).astype(float).fillna(0.0))
    if not len(borne) or borne["borne"].max() <= 0:
        return f"{lead}."
    own = largest(borne, "borne")
    if (own["target_id"], own["kind"]) == (row["target_id"], row["kind"]):
        return f"{lead}; it is also what costs {within(corridor)} most."
    return f"{lead}. What costs {within(corridor)} most is {_worth(own)}."


def _worth(row: dict[str, Any]) -> str:
    unit = "TEU" if row["kind"] == "TEU" else "tonne"
    worth, rent = usd(float(row["dual_usd_per_unit"])), money(float(row["rent_musd"]))
    return f"{row['name']}: one more {unit} a year is worth {worth}, and scarcity there {rent} a year"


def _parts_of_links(flows: pd.DataFrame, corridor: str) -> pd.Series:
    """Return what part of the cargo on each link, by its id, is the corridor's."""
    mine = flows["flow_kt"].where(flows["corridor_id"] == corridor, 0.0)
    sums = flows.assign(mine=mine).groupby("link_id")[["mine", "flow_kt"]].sum()
    return ratio(sums["mine"], sums["flow_kt"]).fillna(0.0)


def _lanes(year: int, shares: pd.DataFrame, rivals: pd.DataFrame, focus: str, between: pd.DataFrame) -> str:
    """Compare the focus corridor with the busiest other one in the market to speak of."""
    mine = shares[(shares["corridor_id"] == focus) & (shares["flow_kt"] > 0)]
    rivals = rivals[rivals["market_id"].isin(mine["market_id"])]
    if not len(rivals):
        return _busiest_lane(year, between)
    market = focus_market(shares[shares["market_id"].isin(rivals["market_id"])], focus)
    own = largest(mine[mine["market_id"] == market], "flow_kt")
    rival = largest(rivals[rivals["market_id"] == market], "flow_kt")
    boxed = own["share_basis"] == "kteu" and own["flow_kteu"] > 0 and rival["flow_kteu"] > 0
    cost, unit = ("cost_usd_per_teu", "box") if boxed else ("cost_usd_per_t", "tonne")
    dear, slow = own[cost] / rival[cost] - 1, own["time_days"] - rival["time_days"]
    price, days = usd(float(own[cost])), number(float(own["time_days"]), 2)
    against = f"{percent(abs(float(dear)))} {'more' if dear > 0 else 'less'}" if dear < 1 else _times(1 + float(dear))
    against += f" and {number(abs(float(slow)), 2)} days {'longer' if slow > 0 else 'faster'}"
    return (
        f"{own['market']}: in {year} a {unit} pays {price} by {within(own['corridor'])} and takes {days} days, "
        f"{against} than by {within(rival['corridor'])}."
    )


def _times(many: float) -> str:
    return f"{number(many, 2)} times as much"


def _busiest_lane(year: int, between: pd.DataFrame) -> str:
    """Say what the lane with the most cargo pays."""
    if not len(between):
        return f"In {year} nothing moves."
    row = between.iloc[0]
    dear = f"{usd(float(row['freight_usd_per_t']))} a tonne"
    days = number(float(row["time_days"]), 2)
    return (
        f"In {year} the busiest lane, {row['origin']} to {row['destination']}, pays {dear} in freight and charges and "
        f"takes {days} days door to door."
    )


def _facilities(year: int, goods: pd.DataFrame) -> str:
    """Say how much facilities make, of what most, and which good is worth most there."""
    made = goods[(goods["side"] == "output") & (goods["amount_kt"] > 0)]
    if not len(made):
        return f"In {year} the facilities stand idle."
    most, dearest = largest(made, "amount_kt"), largest(made, "price_usd_per_t")
    text = f"In {year} facilities make {tonnes(float(made['amount_kt'].sum()))} of goods, most of it {_good(most)}"
    left = float(made["surplus_kt"].sum())
    surplus = f"; {tonnes(left)} is left over" if left > 0 else ""
    return f"{text}{surplus}. Worth most is a tonne of {_good(dearest)}: {usd(float(dearest['price_usd_per_t']))}."


def _good(row: dict[str, Any]) -> str:
    return f"{str(row['good']).lower()} at {short_name(row['name'])}"


def _costs(year: int, costs: pd.DataFrame) -> str:
    """Say what a year costs in all, what most of it is spent on, and what projects save of it."""
    paid, total = costs[costs["musd"] > 0], float(costs["musd"].sum())
    spent = float(paid["musd"].sum())
    if spent <= 0:
        return f"In {year} nothing is spent."
    parts = paid.groupby("kind")["musd"].sum().sort_values(ascending=False) / spent
    said = listing([f"{percent(float(share))} {str(name).lower()}" for name, share in parts.head(3).items()])
    saved = -float(costs.loc[costs["category"] == "savings", "musd"].sum())
    end = f", less {money(saved)} saved by projects" if saved > 0 else ""
    return f"A year of {year} costs {money(total)}: {said}{end}."
