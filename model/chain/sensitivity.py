"""What the answers on rare earths rest on: ten figures at 0.3, 0.7, 1.3 and 3 times their value.

Every run builds candidates in part (the linear relaxation), so that an answer moves with a figure and not with the
search. The figures are those of weakest confidence that the chain leans on: costs, recoveries, the share of heavy
elements, demand and how it reacts, what shortage costs, how capacity grows, what licences grant, what is in stock. An
eleventh bar has demand at the low and the high ends of its table, with their mean factor by value.
"""

import numpy as np
import pandas as pd

from model.chain.problem import Chain, build_chain
from model.chain.result_holders import dependence
from model.chain.results import markets, prices
from model.chain.solve import ChainAnswer, ChainProgram, only_committed
from model.chain.switching import switching_values
from model.levers.chain_figure import ChainFigure, Figure
from model.options import Options
from model.progress import Progress
from network.network import Network

FACTORS = (0.3, 0.7, 1.3, 3.0)
FIGURES: tuple[Figure, ...] = (
    "operating_cost_outside_china",
    "investment",
    "recovery",
    "heavy_share",
    "demand",
    "elasticity",
    "shortage_cost",
    "growth_of_capacity",
    "grant_share",
    "stock",
)
DEMAND_ENDS = "demand_ends"
FOCUS = "KZ"
_BUYERS = ("EU27", "US", "JP", "KR")
_MAGNETS = ("mag_std", "mag_hc")
INDICATORS = ("ndpr_usd_per_t", "dy_usd_per_t", "shortage", "power_share", "focus_rents_musd", "gain_musd")
COLUMNS = ["figure", "factor", *INDICATORS]


def sensitivity(world: Network, options: Options, progress: Progress) -> pd.DataFrame:
    """Table ``chain_sensitivity``: indicators at each figure and factor, the first row at none.

    Args:
        world: after the scenario's levers. progress: asked whether to stop; what is done is kept.
    """
    usual: list[tuple[str, float, ChainFigure | None]] = [("", 1.0, None)]
    cases = [*usual, *_ends(world), *((figure, f, _lever(figure, factor=f)) for figure in FIGURES for f in FACTORS)]
    rows = []
    for number, (figure, factor, lever) in enumerate(cases):
        progress.phase(f"Sensitivity of the rare-earth chain, {number + 1} of {len(cases)}")
        if progress.should_stop():
            break
        rows.append((figure, factor, *_indicators(lever.apply(world) if lever else world, options)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _lever(figure: str, **fields: object) -> ChainFigure:
    return ChainFigure.model_validate({"id": "sensitivity", "figure": figure, **fields})


def _ends(world: Network) -> list[tuple[str, float, ChainFigure]]:
    """Demand at its low and high ends, with their factor over its middle by value."""
    table = world.chain_demand[world.chain_demand["use"] == "final"]
    price = table["good_id"].map(world.chain_goods.set_index("good_id")["value_usd_per_t"])
    middle = float((table["quantity_t"] * price).sum())
    if middle <= 0:
        return []
    found = []
    for end in ("low", "high"):
        factor = float((table[f"quantity_{end}_t"] * price).sum()) / middle
        found.append((DEMAND_ENDS, factor, _lever("demand", end=end)))
    return found


def _indicators(world: Network, options: Options) -> tuple[float, ...]:
    """What is asked of every run, with candidates built in part."""
    chain = build_chain(world, options.resolution, options.objective)
    program = ChainProgram(chain, options.threads)
    nothing = program.fixed(only_committed(chain)).objective
    flows = program.relaxed()
    answer = ChainAnswer(flows.value[program.build], program.values(flows), program.prices(flows), flows.objective,
                         flows.objective, nothing)  # fmt: skip
    magnets = markets(chain, answer)
    magnets = magnets[magnets["good"].isin(_MAGNETS) & magnets["region"].isin(_BUYERS)]
    years = magnets["slice"].map(dict(zip(chain.slices.labels, chain.slices.years, strict=True)))
    lacks = float(
        (magnets["shortage"] * magnets["reference_kt"] * years).sum() / (magnets["reference_kt"] * years).sum()
    )
    switching = switching_values(chain, answer)
    rents = float(switching.loc[switching["country"] == FOCUS, "rents_npv_musd"].sum())
    return (
        _mean_price(chain, answer, "ox_ndpr"),
        _mean_price(chain, answer, "ox_dy"),
        lacks,
        _held(chain, answer, magnets),
        rents,
        answer.gain,
    )


def _mean_price(chain: Chain, answer: ChainAnswer, good: str) -> float:
    """Mean price of an oxide in the European Union over the horizon, USD per t."""
    table = prices(chain, answer)
    rows = table[(table["good"] == good) & (table["region"] == "EU27") & (table["restricted"] == 1)]
    return float(np.average(rows["price_usd_per_t"], weights=chain.slices.years)) if len(rows) else np.nan


def _held(chain: Chain, answer: ChainAnswer, magnets: pd.DataFrame) -> float:
    """Part of the magnets of the buyers that the power of content holds, over the horizon."""
    table = dependence(chain, answer).merge(
        magnets[["good", "region", "slice", "bought_kt"]], on=["good", "region", "slice"]
    )
    years = table["slice"].map(dict(zip(chain.slices.labels, chain.slices.years, strict=True)))
    weight = table["bought_kt"] * years
    return float((table["power_share"] * weight).sum() / max(float(weight.sum()), 1e-12))
