"""What moving and building costs, and how the observed year compares: the costs and base-year tables."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.corridors import corridor_names
from model.group_sums import Columns, Labels, stacked, sums_by
from model.problem import Problem
from model.result_flows import BlockFlows, box_factor, lane_columns
from model.result_investment import investment_costs
from model.result_processing import processing_costs
from model.trade_blocks import fee_weight
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
KILO = 1000.0
_LABELS = ("category", "country", "cargo_kind", "confidence")
_SURE_OF = {  # column that says how sure a kind of cost is
    "cost_confidence": ("freight", "fees"),
    "confidence": ("handling", "time", "unreliability", "carbon"),
}


def costs_table(problem: Problem, solved: list[BlockFlows], plan: Floats, objective: str) -> pd.DataFrame:
    """Table ``costs``: operations by block, investment by period; adds up to the objective without the surplus."""
    network = problem.network
    carbon = network.parameter("social_cost_of_carbon_usd_per_t" if objective == "world" else "carbon_price_usd_per_t")
    where = {str(name): Labels.of(column) for name, column in arc_labels(problem).items()}
    parts: list[Columns] = []
    for item in solved:
        block = item.block
        of_block = [
            *_operations(problem, item, carbon, objective, where),
            _savings(problem, item),
            _storage(problem, item),
            *processing_costs(problem, item),
            *_borders(problem, item),
            _idle_capital(problem, item),
        ]
        parts += [
            {
                **{name: part[name] for name in _LABELS},
                "period": block.period,
                "musd": part["musd"] * block.probability,
                "discounted_musd": part["musd"] * block.weight,
            }
            for part in of_block
        ]
    invested = investment_costs(problem, plan)
    parts.append({name: invested[name].to_numpy() for name in parts[0]})
    keys = ["period", "category", "country", "cargo_kind", "confidence"]
    table = stacked(parts).groupby(keys, as_index=False)[["musd", "discounted_musd"]].sum()
    return table[(table["musd"] != 0) | (table["discounted_musd"] != 0)].reset_index(drop=True)


def _operations(
    problem: Problem, item: BlockFlows, carbon: float, objective: str, where: dict[str, Labels]
) -> list[Columns]:
    """What moving costs, by what it is paid for.

    Args:
        carbon: USD per t CO2. where: columns of ``arc_labels``.
    """
    tonnage = item.tonnage.tocoo()
    group, arc, kt = tonnage.row.astype(np.int64), tonnage.col.astype(np.int64), tonnage.data
    cargo = item.block.cargo
    vot = problem.classes.groups["value_of_time_usd_per_t_h"].to_numpy(float)[group]
    fees = fee_weight(problem, objective)[arc]
    amounts = {
        "freight": np.array([c.freight for c in cargo])[group, arc],
        "handling": np.array([c.handling for c in cargo])[group, arc],
        "fees": fees * np.array([c.fees for c in cargo])[group, arc],
        "time": vot * np.array([c.time_h for c in cargo])[group, arc],
        "unreliability": vot * np.array([c.buffer_h for c in cargo])[group, arc],
        "carbon": carbon * np.array([c.co2_t for c in cargo])[group, arc],
    }
    kind = Labels.of(problem.classes.groups["cargo_kind"]).at(group)
    parts: list[Columns] = []
    for sure, categories in _SURE_OF.items():
        keys = {"country": where["country"].at(arc), "cargo_kind": kind, "confidence": where[sure].at(arc)}
        sums = sums_by(keys, {name: kt * amounts[name] / KILO for name in categories})
        parts += [{**{key: sums[key] for key in keys}, "category": name, "musd": sums[name]} for name in categories]
    return parts


def _borders(problem: Problem, item: BlockFlows) -> list[Columns]:
    """What the objective counts of duties, taxes and papers, by country of the buyer; and ways outside the model."""
    keys = {
        "country": Labels.of(item.block.trade.frame["payer"]),
        "cargo_kind": Labels.of(problem.classes.classes["cargo_kind"]),
    }
    amounts = {
        "duties": item.served.sum(axis=1) * item.block.trade.charged / KILO,
        "outside": item.outside * np.nan_to_num(item.block.trade.outside) / KILO,
    }
    sums = sums_by(keys, amounts)
    labels = {name: sums[name] for name in keys}
    return [{**labels, "category": name, "confidence": "estimate", "musd": sums[name]} for name in amounts]


def _idle_capital(problem: Problem, item: BlockFlows) -> Columns:
    """Charge on the capital of what stands idle of the capacity for markets, in the country of the sellers."""
    rows = item.block.market_capacity
    kind = problem.network.commodities.set_index("commodity_id")["cargo_kind"]
    return {
        "category": "idle_capital",
        "country": rows.labels["seller"].to_numpy(object),
        "cargo_kind": rows.labels["commodity_id"].map(kind).to_numpy(object),
        "confidence": "estimate",
        "musd": item.idle * rows.charge / KILO,
    }


def arc_labels(problem: Problem) -> pd.DataFrame:
    """Country and confidence of each arc: of the link, or of the handling or transfer row behind it."""
    network, arcs = problem.network, problem.supernetwork.arcs
    place = network.places["country"].to_numpy()[arcs["place"].to_numpy()]
    link = arcs["link"].to_numpy()
    links = network.links
    handling = network.handling.drop_duplicates("mode").set_index("mode")["confidence"]
    moved = arcs["mode"].map(handling).astype(object).fillna("estimate").to_numpy()
    labels = {}
    for column in ("confidence", "cost_confidence"):
        own = links[column].to_numpy() if column in links else links["confidence"].to_numpy()
        labels[column] = np.where(link >= 0, own[np.maximum(link, 0)], moved)
        labels[column] = np.where(labels[column] == "", "estimate", labels[column])
    return pd.DataFrame({"country": place, **labels})


def _savings(problem: Problem, item: BlockFlows) -> Columns:
    labels = item.block.savings.labels
    projects = (
        problem.strategy.projects.iloc[labels["project"].to_numpy()] if len(labels) else problem.strategy.projects[:0]
    )
    return {
        "category": "savings",
        "country": np.array([str(c).split("|")[0] for c in projects["country"]], dtype=object),
        "cargo_kind": "",
        "confidence": "estimate",  # every time saving of the tables is one, whatever the capex is
        "musd": -item.saved,
    }


def _storage(problem: Problem, item: BlockFlows) -> Columns:
    """Holding cost of stores, in the country of the place or the first one of the zone."""
    network, labels = problem.network, item.block.storage.labels
    stores = network.storage.iloc[labels["store"].to_numpy()]
    country = {row.zone_id: next(iter(row.countries), "") for row in each_row(network.zones)}
    country |= dict(zip(network.places["place_id"], network.places["country"], strict=True))
    return {
        "category": "storage",
        "country": np.array([country[zone] for zone in stores["zone_id"]], dtype=object),
        "cargo_kind": problem.classes.classes["cargo_kind"].to_numpy()[labels["cls"].to_numpy()],
        "confidence": stores["confidence"].to_numpy(),
        "musd": item.level * item.block.storage.cost,
    }


def base_year_table(problem: Problem, solved: list[BlockFlows], network: Network) -> pd.DataFrame:
    """Table ``base_year``: flows of the modelled base year against each observed measure."""
    columns = ["measure_id", "title", "unit", "observed", "observed_low", "observed_high", "modelled", "error_pct",
               "confidence", "source"]  # fmt: skip
    if network.base_year.empty:
        return pd.DataFrame(columns=columns)
    names = np.array(corridor_names(problem), dtype=object)
    link = problem.supernetwork.arcs["link"].to_numpy()
    links = network.links["link_id"].to_numpy()
    paths = pd.concat([_labelled(problem, item.paths) for item in solved], ignore_index=True)
    paths["corridor_id"] = names[paths["corridor"].to_numpy(np.int64)]
    on_links = [item.steps[link[item.steps["arc"]] >= 0] for item in solved]
    steps = pd.concat([_labelled(problem, part) for part in on_links], ignore_index=True)
    steps["link_id"] = links[link[steps["arc"].to_numpy(np.int64)]]
    rows = []
    for measure in each_row(network.base_year):
        source = steps if measure.link_ids else paths
        keep = pd.Series(True, index=source.index)
        if measure.link_ids:
            keep &= source["link_id"].isin(measure.link_ids)
        if measure.corridor_id:
            keep &= (source["corridor_id"] == measure.corridor_id) if "corridor_id" in source else True
        if measure.market_ids:
            keep &= source["market_id"].isin(measure.market_ids)
        if measure.commodity_ids:
            keep &= source["commodity_id"].isin(measure.commodity_ids)
        modelled = float(source.loc[keep, "kteu" if measure.unit == "kTEU" else "kt"].sum())
        rows.append(
            {
                "measure_id": measure.measure_id,
                "title": measure.title,
                "unit": measure.unit,
                "observed": measure.observed,
                "observed_low": measure.observed_low,
                "observed_high": measure.observed_high,
                "modelled": modelled,
                "error_pct": 100.0 * (modelled / measure.observed - 1.0) if measure.observed else np.nan,
                "confidence": measure.confidence,
                "source": measure.source,
            }
        )
    return pd.DataFrame(rows, columns=columns)


def _labelled(problem: Problem, frame: pd.DataFrame) -> pd.DataFrame:
    cls = frame["cls"].to_numpy(np.int64)
    labels = lane_columns(problem, cls)
    labels.index = frame.index
    return pd.concat([frame, labels], axis=1).assign(kteu=frame["kt"].to_numpy() * box_factor(problem, cls))


def cost_share_by_confidence(costs: pd.DataFrame) -> dict[str, float]:
    """Share of the discounted cost that rests on sourced figures, estimates and memory."""
    gross = costs.assign(size=costs["discounted_musd"].abs()).groupby("confidence")["size"].sum()
    total = float(gross.sum())
    return {name: float(gross.get(name, 0.0)) / total if total else 0.0 for name in ("sourced", "estimate", "memory")}
