"""Indicators of the rare-earth chain: prices, dependence, shortage, value added, what is built.

Slices of the chain are named by the year in which they begin; quarters of one year become their mean.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from model.batch.indicators.confidence import by_group, of_weights
from model.batch.indicators.declaration import Figures, Indicator, whole
from model.chain.feeds import CONTENT_OF
from network.network import Network

BUYERS = ("EU27", "US", "JP", "KR")
"""Regions whose dependence and shortage are headline figures, where the world has them."""
PRICED = ("oxide", "magnet")
"""Stages whose goods have prices among the indicators."""
_EUROPE = "EU27"


def _home(network: Network) -> str:
    """Return the region of the country whose content is restricted; "" where no region has it."""
    table = network.chain_regions
    mine = [str(r) for r, c in zip(table["region_id"], table["countries"], strict=True) if CONTENT_OF in c]
    return mine[0] if mine else ""


def _year(table: pd.DataFrame) -> pd.Series:
    return (table["year"].astype(float) // 1).astype("Int64").rename("period")


def _prices(abroad: bool) -> Callable[[Figures, Network], pd.DataFrame]:
    """Return the computation of prices at home or in Europe, of goods with restricted content: the world's market."""

    def compute(solution: Figures, network: Network) -> pd.DataFrame:
        region = _EUROPE if abroad else _home(network)
        table = solution.once(_priced, network)
        rows = table[table["region"] == region].groupby(["period", "good"], as_index=False)
        frame = rows.agg(value=("price_usd_per_t", "mean"), confidence=("confidence", "first"))
        return frame.rename(columns={"good": "subject"})

    return compute


def _priced(solution: Figures, _: Network) -> pd.DataFrame:
    """Return prices of goods with restricted content by region and slice, with confidence; year as period."""
    table = solution["chain_prices"]
    table = table[(table["restricted"] == 1) & table["stage"].isin(PRICED)]
    sure = solution["chain_confidence"][["good", "region", "slice", "confidence"]]
    table = table.merge(sure, on=["good", "region", "slice"], how="left")
    return table.assign(period=_year(table))


def _magnets(solution: Figures, _: Network) -> pd.DataFrame:
    """Return what is bought of magnets by good, region and slice, with dependence and confidence; year as period."""
    stages = solution["chain_prices"][["good", "stage"]].drop_duplicates("good")
    markets = solution["chain_markets"]
    magnets = markets[markets["good"].isin(stages.loc[stages["stage"] == "magnet", "good"])]
    keys = ["good", "region", "slice"]
    held = solution["chain_dependence"][[*keys, "power_share"]]
    sure = solution["chain_confidence"][[*keys, "confidence"]]
    table = magnets.merge(held, on=keys, how="left").merge(sure, on=keys, how="left")
    table["lacking_kt"] = table["reference_kt"] * table["shortage"]
    table["known_kt"] = table["bought_kt"].where(table["power_share"].notna(), 0.0)
    table["held_kt"] = table["known_kt"] * table["power_share"].fillna(0.0)
    table["confidence"] = table["confidence"].fillna("").astype(str)
    return table.assign(period=_year(table))


def _share(above: str, below: str, by_region: bool) -> Callable[[Figures, Network], pd.DataFrame]:
    """Return the computation of a share of magnets by period: of each region, or of `BUYERS` together."""

    def compute(solution: Figures, network: Network) -> pd.DataFrame:
        table = solution.once(_magnets, network)
        if not by_region:
            table = table[table["region"].isin(BUYERS)]
        keys = ["period", "region"] if by_region else ["period"]
        sums = table.groupby(keys)[[above, below]].sum()
        sums = sums[sums[below] > 0]
        sure = by_group(table["confidence"], table[below], [table[key] for key in keys])
        frame = (sums[above] / sums[below]).rename("value").reset_index()
        return frame.assign(confidence=sure.reindex(sums.index).to_numpy()).rename(columns={"region": "subject"})

    return compute


def _value_added(solution: Figures, _: Network) -> pd.DataFrame:
    table = solution["chain_countries"]
    table = table.assign(period=_year(table))
    slices = table.groupby("period")["slice"].nunique()
    sums = table.groupby(["period", "country"])["value_added_musd"].sum(min_count=1)
    sure = by_group(table["confidence"], table["value_added_musd"], [table["period"], table["country"]])
    frame = sums.rename("value").reset_index().assign(confidence=sure.reindex(sums.index).to_numpy())
    frame["value"] = frame["value"] / frame["period"].map(slices).astype(float)  # figures are of a year of the slice
    return frame.rename(columns={"country": "subject"})


def _separation_at_home(solution: Figures, network: Network) -> pd.DataFrame:
    table = solution["chain_countries"]
    table = table[table["step"] == "separation"]
    table = table.assign(period=_year(table))
    home = set(network.chain_regions.loc[network.chain_regions["region_id"] == _home(network), "countries"].explode())
    mine = table["output_kt"].where(table["country"].isin(home), 0.0)
    total = table["output_kt"].groupby(table["period"]).sum()
    share = mine.groupby(table["period"]).sum() / total.where(total > 0)
    sure = by_group(table["confidence"], table["output_kt"], [table["period"]])
    return pd.DataFrame({"period": share.index, "value": share.to_numpy(), "confidence": sure.reindex(share.index)})


def _chain_gain(solution: Figures, _: Network) -> pd.DataFrame:
    value = (solution.run.get("chain") or {}).get("gain")
    return whole(math.nan if value is None else float(value))


def _chain_capex(solution: Figures, _: Network) -> pd.DataFrame:
    table = solution["chain_builds"]
    built = table[table["decision"] == "built"]
    found = float(built["capex_musd"].sum()) if len(table) else math.nan
    return whole(found, of_weights(built["confidence"], built["capex_musd"]))


def _chain_built(solution: Figures, _: Network) -> pd.DataFrame:
    table = solution["chain_builds"]
    return whole(float((table["decision"] == "built").sum()) if len(table) else math.nan)


RARE_EARTHS = (
    Indicator(
        "chain_gain", "Gain of the rare-earth chain", "million USD", _chain_gain, group="rare earths", better="more",
        is_present_value=True,
        meaning="Present value of all that the chain builds, above building nothing of it.",
    ),
    Indicator(
        "chain_capex", "Investment in the rare-earth chain", "million USD", _chain_capex, group="rare earths",
        headline=True, meaning="Investment cost of the candidates built, not discounted.",
    ),
    Indicator(
        "chain_built", "Rare-earth candidates built", "facilities", _chain_built, group="rare earths",
        meaning="Candidates of the chain that the plan builds.",
    ),
    Indicator(
        "magnet_dependence", "Magnets from China or with its content", "share",
        _share("held_kt", "known_kt", by_region=False), group="rare earths", better="less", digits=2, headline=True,
        meaning="Share of the magnets that the European Union, the United States, Japan and Korea use.",
    ),
    Indicator(
        "magnet_shortage", "Shortage of magnets", "share", _share("lacking_kt", "reference_kt", by_region=False),
        group="rare earths", better="less", digits=2, headline=True,
        meaning="Share of the reference demand of those four that is not bought; below 0 = more is bought.",
    ),
    Indicator(
        "dependence_by_region", "Magnets from China or with its content", "share",
        _share("held_kt", "known_kt", by_region=True), group="rare earths", subject_kind="region", better="less",
        digits=2, meaning="Share of the magnets that a region uses.",
    ),
    Indicator(
        "shortage_by_region", "Shortage of magnets", "share", _share("lacking_kt", "reference_kt", by_region=True),
        group="rare earths", subject_kind="region", better="less", digits=2,
        meaning="Share of the reference demand of a region that is not bought.",
    ),
    Indicator(
        "price_in_china", "Price in China", "USD per t", _prices(abroad=False), group="rare earths",
        subject_kind="good", meaning="What one more tonne of an oxide or magnet is worth in China.",
    ),
    Indicator(
        "price_in_europe", "Price in the European Union", "USD per t", _prices(abroad=True), group="rare earths",
        subject_kind="good", headline=True,
        meaning="What one more tonne of an oxide or magnet of the world market, Chinese content allowed, is worth.",
    ),
    Indicator(
        "separation_in_china", "Separation in China", "share", _separation_at_home, group="rare earths", digits=2,
        better="less", meaning="Part of the oxides that are separated in China.",
    ),
    Indicator(
        "chain_value_added", "Value added by rare earths", "million USD a year", _value_added, group="rare earths",
        subject_kind="country", better="more", headline=True,
        meaning="Output less feed, goods of the chain and purchases, a year of the period.",
    ),
)  # fmt: skip
"""Indicators of the rare-earth chain."""
