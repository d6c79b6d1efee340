r"""What projects earn from the model's own flows, and the cash that this leaves for debt service.

The infrastructure's owner receives a part of what cargo pays on the link or at the place (``charge_share`` of freight
or handling, by asset class). A project that adds capacity there earns on its part of the whole capacity,

    revenue[p, t] = sum over targets of charge x flow x added capacity of p / capacity,

counted over the kinds of capacity it adds (boxes where it adds boxes alone). What only saves time earns nothing from a
toll: it is financed by states. At another level of its toll (``model.studies.tolled``) a project charges that many
times as much, for the same cost of carrying. Cash available for debt service is revenue less its variable cost, fixed
operating cost and the tax on what is left after straight-line depreciation. Tolls are transfers: they count here, not
in the economic worth.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.problem import Block, Problem
from model.result_flows import BlockFlows
from network.network import Network

Floats = NDArray[np.float64]
_KILO = 1000.0
_T_PER_TEU = 24.0  # in a box at most
TOLL_FACTOR = "toll_factor"
"""Column of the strategy's projects: charge over that of today; without it all charge as today."""


def asset_terms(problem: Problem, network: Network) -> pd.DataFrame:
    """Asset class, charge share and variable cost share of each project, by position, at the level of its toll.

    The charge is a share of freight or handling as they are today. The variable cost is a share of the charge: that of
    carrying a tonne stays what it is, whatever is charged for it.
    """
    table = network.asset_classes
    both = zip(table["project_types"], table["chain_steps"], strict=True)
    of_type = {str(k): n for n, kinds in enumerate(both) for part in kinds for k in part}
    row = problem.strategy.projects["project_type"].map(of_type)
    terms = table.reindex(row.to_numpy())[["asset_class", "charge_share", "variable_cost_share"]]
    terms = terms.reset_index(drop=True).fillna({"charge_share": 0.0, "variable_cost_share": 0.0})
    if TOLL_FACTOR not in problem.strategy.projects:
        return terms
    level = problem.strategy.projects[TOLL_FACTOR].to_numpy(float)
    variable = np.divide(terms["variable_cost_share"], level, out=np.zeros(len(terms)), where=level > 0)
    return terms.assign(charge_share=terms["charge_share"] * level, variable_cost_share=variable)


def tax_rates(problem: Problem, network: Network) -> Floats:
    """Tax on the profit of each project: of its country, or that of its asset class where no country is known."""
    of_country = network.country_finance.set_index("country")["tax_rate"].to_dict()
    of_class = network.asset_classes.set_index("asset_class")["tax_rate"].to_dict()
    classes = asset_terms(problem, network)["asset_class"]
    found = [
        next((of_country[c] for c in str(text).split("|") if c in of_country), of_class.get(name, 0.0))
        for text, name in zip(problem.strategy.projects["country"], classes, strict=True)
    ]
    rates: Floats = np.nan_to_num(np.array(found, dtype=float))
    return rates


def revenues(
    problem: Problem, network: Network, solved: list[BlockFlows], parts: Sequence[csr_matrix] | None = None
) -> Floats:
    """Revenue of each project by period, projects x periods, million USD a year, at solved flows.

    Args:
        parts: what each project has of what is paid on each row, by block (:func:`charged_parts`); None = as it is at
            these flows.
    """
    share = asset_terms(problem, network)["charge_share"].to_numpy(float)
    total = np.zeros(problem.strategy.given.shape)
    for number, item in enumerate(solved):
        paid = _paid(problem, item)
        part = charged_parts(problem, item, paid) if parts is None else parts[number]
        total[:, problem.block_period(item.block)] += (part @ paid) * item.block.probability
    revenue: Floats = total * share[:, None] + earnings(problem)[:, None] * _standing(problem, solved)
    return revenue


def charged_parts(problem: Problem, item: BlockFlows, paid: Floats | None = None) -> csr_matrix:
    """What each project has of what cargo pays on each capacity row of a solved block, projects x rows, share."""
    paid = _paid(problem, item) if paid is None else paid
    rows = item.block.capacity
    amount = rows.project_amount * item.built[rows.project]
    capacity = np.maximum(item.capacity[rows.project_row], 1e-9)
    part = np.minimum(amount / capacity, 1.0)
    part = np.where(_counted(rows.project, item.block, paid[rows.project_row] * part), part, 0.0)
    row, project, fleet = _of_fleets(item)
    return csr_matrix(
        (
            np.concatenate([part, fleet]),
            (np.concatenate([rows.project, project]), np.concatenate([rows.project_row, row])),
        ),
        shape=(len(problem.strategy.projects), len(rows.labels)),
    )


def earnings(problem: Problem) -> Floats:
    """What each project earns outside the network, million USD a year."""
    found: Floats = problem.strategy.projects["earnings_musd_per_year"].to_numpy(float)
    return found


def _standing(problem: Problem, solved: list[BlockFlows]) -> Floats:
    """Share of each project in service by period."""
    built = np.zeros(problem.strategy.given.shape)
    for item in solved:
        built[:, problem.block_period(item.block)] = item.built
    return built


def _paid(problem: Problem, item: BlockFlows) -> Floats:
    """What cargo pays on each capacity row, million USD in the season: freight on links, handling at places."""
    tonnage = item.tonnage.tocoo()
    rows = item.block.capacity
    count = problem.supernetwork.arc_count
    paid = np.zeros(len(rows.labels))
    for mine, usd in paid_kinds(problem, item.block):
        by_arc = np.bincount(tonnage.col, weights=tonnage.data * usd[tonnage.row, tonnage.col], minlength=count)
        paid[mine] = (rows.passage @ by_arc)[mine] / _KILO
    return paid


def paid_kinds(problem: Problem, block: Block) -> list[tuple[NDArray[np.bool_], Floats]]:
    """Kinds of capacity rows, each with what a tonne pays on every arc there, cost groups x arcs, USD.

    Freight on links, handling at places and transfers; on rows that count boxes boxes alone pay.
    """
    boxed = problem.classes.groups["t_per_teu"].notna().to_numpy()[:, None]
    freight, handling = (np.array([getattr(c, name) for c in block.cargo]) for name in ("freight", "handling"))
    on_link, teu = (block.capacity.labels["target"] == "link").to_numpy(), block.capacity.is_teu
    return [
        ((on_link == links) & (teu == boxes), np.where(boxed | (not boxes), freight if links else handling, 0.0))
        for links in (True, False)
        for boxes in (True, False)
    ]


def adds_capacity(problem: Problem) -> NDArray[np.bool_]:
    """Projects that somebody pays for using: they add capacity in some period, or earn outside the network."""
    found = np.asarray(earnings(problem) > 0)
    for block in problem.blocks:
        found[block.capacity.project[block.capacity.project_amount > 0]] = True
        found[block.spreads.project] = True
    return found


def _of_fleets(item: BlockFlows) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Rows, projects and parts of fleets: on the links of a group, of all that links and fleets can carry there.

    A plan needs only as much of a fleet as is used; the whole of it shares what is paid.
    """
    rows, fleets = item.block.capacity, item.block.spreads
    of_kind = np.where(rows.is_teu, "TEU", "t")[rows.spread_row]
    added = np.bincount(rows.project_row, rows.project_amount * item.built[rows.project], len(rows.capacity))
    of_links, offered = rows.capacity + added, fleets.amount * item.built[fleets.project]
    links = [
        rows.spread_row[(rows.spread_project == project) & (of_kind == kind)]
        for project, kind in zip(fleets.project, fleets.kind, strict=True)
    ]
    found: list[tuple[NDArray[np.int64], int, float]] = []
    for number, (project, kind) in enumerate(zip(fleets.project, fleets.kind, strict=True)):
        mine = links[number]
        beside = [np.isin(other, mine).any() for other in links]
        capacity = float(of_links[mine].sum() + offered[beside].sum())
        if capacity > 0 and (kind == "t" or (fleets.project == project).sum() == 1):  # in t where both are given
            found.append((mine, int(project), float(offered[number] / capacity)))
    row = np.concatenate([np.empty(0, np.int64), *(mine for mine, _, _ in found)])
    count = [len(mine) for mine, _, _ in found]
    project = np.repeat(np.array([one for _, one, _ in found], np.int64), count)
    return row, project, np.repeat(np.array([part for _, _, part in found], float), count)


def _counted(project: NDArray[np.int64], block: Block, paid: Floats) -> NDArray[np.bool_]:
    """Where a project adds capacity in t and in TEU to one target in one direction, the larger part alone counts."""
    labels = block.capacity.labels.iloc[block.capacity.project_row]
    keys = ["project", "target", "target_id", "direction"]
    frame = labels.reset_index(drop=True).assign(project=project, paid=paid)
    best = frame.sort_values("paid", ascending=False, kind="stable").drop_duplicates(keys).index.to_numpy()
    kept = np.zeros(len(paid), dtype=bool)
    kept[best] = True
    return kept


def most_cash(problem: Problem, network: Network) -> Floats:
    """Most cash for debt service that any routing leaves a project, projects x periods, million USD a year.

    Every tonne of the capacity that it adds pays the charge of the dearest cargo.
    """
    share = asset_terms(problem, network)["charge_share"].to_numpy(float)
    total = np.zeros(problem.strategy.given.shape)
    for block in problem.blocks:
        rows = block.capacity
        freight = np.max([np.where(c.allowed, c.freight, 0.0) for c in block.cargo], axis=0)
        handling = np.max([np.where(c.allowed, c.handling, 0.0) for c in block.cargo], axis=0)
        on_link = (rows.labels["target"] == "link").to_numpy()
        dearest = np.array(
            [
                (freight if link else handling)[rows.passage.indices[a:b]].max(initial=0.0)
                for link, a, b in zip(on_link, rows.passage.indptr[:-1], rows.passage.indptr[1:], strict=True)
            ]
        )
        tonnes = np.where(rows.is_teu, _T_PER_TEU, 1.0)[rows.project_row]
        part = rows.project_amount * tonnes * dearest[rows.project_row] / _KILO
        np.add.at(total[:, problem.block_period(block)], rows.project, part * block.probability)
        for project, kind, amount in zip(block.spreads.project, block.spreads.kind, block.spreads.amount, strict=True):
            most = dearest[rows.spread_row[rows.spread_project == project]].max(initial=0.0)
            tonnage = amount * (_T_PER_TEU if kind == "TEU" else 1.0)
            total[project, problem.block_period(block)] += tonnage * most / _KILO * block.probability
    return cash_flow(problem, network, total * share[:, None] + earnings(problem)[:, None])


def cash_flow(problem: Problem, network: Network, revenue: Floats) -> Floats:
    """Cash available for debt service, projects x periods, million USD a year.

    Args:
        revenue: projects x periods, of projects built in full.
    """
    terms, projects = asset_terms(problem, network), problem.strategy.projects
    capex = projects["capex_musd"].to_numpy(float)
    fixed = capex * projects["fixed_opex_share_per_year"].to_numpy(float)
    depreciation = capex / np.maximum(projects["lifetime_years"].to_numpy(float), 1.0)
    left = revenue * (1.0 - terms["variable_cost_share"].to_numpy(float))[:, None] - fixed[:, None]
    tax = tax_rates(problem, network)[:, None] * np.maximum(left - depreciation[:, None], 0.0)
    cash: Floats = np.maximum(left - tax, 0.0)
    return cash
