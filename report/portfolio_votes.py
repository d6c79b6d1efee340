"""Power in the votes of the bank's members, for the terminal: Banzhaf, Shapley-Shubik and who can block."""

from __future__ import annotations

from math import ceil

import numpy as np
import pandas as pd
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from model.finance.voting import banzhaf, blocking_shares, enumerated_power, integer_votes, shapley_shubik
from network.network import Network
from report.frames import records
from report.portfolio_facts import DESIGN_DEFAULT
from report.trade_terminal import figure_table
from report.words import counted, listing, percent, sentence

COLUMNS = ("name", "share", "banzhaf", "shapley", "qualified_banzhaf", "qualified_shapley", "blocks", "blocks_with")
RESOLUTION = 0.0001
"""Share of votes that is counted as one vote, at the finest."""


def voting_power(network: Network) -> pd.DataFrame:
    """Return the power of every member of the bank, votes as shares of capital.

    Columns: name, share; banzhaf and shapley (shares of all power) at the simple majority, and qualified_banzhaf and
    qualified_shapley where the qualified majority of votes and that of members are both needed; blocks (whether it
    alone stops a qualified decision), blocks_with (names of those
    with whom it does by votes). No rows where the world has no shareholders.
    """
    members = network.bank_shareholders
    if members.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    rules = dict(zip(network.bank_rules["rule_id"], network.bank_rules["value"].astype(float), strict=True))
    shares = members["share"].round(4).to_numpy(float)
    votes, simple = integer_votes(shares, rules["majority_simple"], resolution=RESOLUTION, more_than=True)
    _, qualified = integer_votes(shares, rules["majority_qualified"], resolution=RESOLUTION)
    heads = ceil(round(rules["members_qualified"] * len(members), 2))
    both, orders = enumerated_power(np.array([votes, np.ones(len(votes), dtype=int)]), np.array([qualified, heads]))
    blocking = blocking_shares(votes, qualified)
    names = [str(name) for name in members["name"]]
    frame = pd.DataFrame(
        {
            "name": names,
            "share": shares,
            "banzhaf": banzhaf(votes, simple).normalised,
            "shapley": shapley_shubik(votes, simple),
            "qualified_banzhaf": both.normalised,
            "qualified_shapley": orders,
            "blocks": [n in blocking.alone for n in range(len(votes))],
            "blocks_with": [[names[sum(pair) - n] for pair in blocking.pairs if n in pair] for n in range(len(votes))],
        }
    )
    return frame.sort_values("share", ascending=False, kind="stable", ignore_index=True)


def as_powers(network: Network) -> Network:
    """Return the network with one shareholder a power: its members vote as one, and count as one head."""
    members = network.bank_shareholders
    titles = dict(zip(network.powers["power_id"], network.powers["name"], strict=True))
    own = members.assign(power_id=members["power_id"].where(members["power_id"] != "", members["shareholder_id"]))
    named = own.assign(name=own["power_id"].map(titles).fillna(own["name"]))
    united = named.groupby("power_id", as_index=False, sort=False).agg({"name": "first", "share": "sum"})
    return network.replace(bank_shareholders=united.assign(shareholder_id=united["power_id"]))


def design_sentences(network: Network) -> list[str]:
    """Return whether the shares keep the caps on votes that the rules of the bank set."""
    rules = dict(zip(network.bank_rules["rule_id"], network.bank_rules["value"].astype(float), strict=True))
    powers = as_powers(network).bank_shareholders
    largest = records(powers.sort_values("share", ascending=False, kind="stable").head(1))[0]
    cap, least = rules["vote_cap_power"], rules["regional_votes_min"]
    regional = float(network.bank_shareholders.loc[network.bank_shareholders["is_regional"] == 1, "share"].sum())
    kept = "keeps" if largest["share"] <= cap + RESOLUTION else "breaks"
    said = [f"The largest power, {largest['name']}, has {percent(largest['share'])} of votes and {kept} the cap of "
            f"{percent(cap)}."]  # fmt: skip
    if network.bank_shareholders["is_regional"].any():
        held = "keep" if regional >= least - RESOLUTION else "break"
        said.append(f"Regional members have {percent(regional)} and {held} the least of {percent(least)}.")
    return said


def votes_sentences(power: pd.DataFrame) -> list[str]:
    """Return who has most power at both majorities, and who can stop a qualified decision alone."""
    if power.empty:
        return []
    most = records(power.sort_values("shapley", ascending=False, kind="stable").head(1))[0]
    said = [
        f"Most power at the simple majority has {most['name']}: {percent(most['shapley'])} of the orders of joining "
        f"(Shapley-Shubik) and {percent(most['banzhaf'])} of the swings (Banzhaf), with {percent(most['share'])} of "
        "votes."
    ]
    alone = power.loc[power["blocks"], "name"].tolist()
    said.append(
        f"{listing(alone, len(alone))} can stop a qualified decision alone."
        if alone
        else f"None of {counted(len(power), 'member')} can stop a qualified decision alone."
    )
    pairs = {frozenset((row["name"], other)) for row in records(power) for other in row["blocks_with"]}
    if pairs:
        said[-1] += f" {counted(len(pairs), 'pair')} of members can together."
    return said


def votes_summary(network: Network) -> RenderableType:
    """Return the power of the bank's members for the terminal; print it with a rich Console of 120 columns."""
    power = voting_power(network)
    heads = ("Votes", "Banzhaf", "Shapley-Shubik", "Banzhaf, qualified", "Shapley-Shubik, qualified", "Blocks alone")
    tables: list[RenderableType] = []
    both = [("Member", power)]
    united = as_powers(network)
    if len(united.bank_shareholders) < len(power):
        both.append(("Power, its members voting as one", voting_power(united)))
    for title, members in both:
        table = figure_table(118, title, *heads)
        for row in records(members):
            figures = (row[c] for c in ("share", "banzhaf", "shapley", "qualified_banzhaf", "qualified_shapley"))
            table.add_row(str(row["name"]), *[percent(float(v)) for v in figures], "yes" if row["blocks"] else "no")
        tables += [Text(""), Padding(table, (0, 0, 0, 2))]
    said = [Text(f"- {text}") for text in votes_sentences(power)]
    label = Text(f"{sentence(DESIGN_DEFAULT)}; votes are shares of capital.", style="italic")
    said += [Text(f"- {text}") for text in design_sentences(network)]
    return Group(Text("Power in the bank", style="bold"), label, *said, *tables)
