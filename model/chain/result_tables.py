"""All tables of a solved chain that follow from its flows and prices, by name."""

from collections.abc import Callable

import pandas as pd

from model.chain.problem import Chain
from model.chain.result_countries import countries
from model.chain.result_holders import controls, dependence, stocks, tolling
from model.chain.results import builds, markets, output, prices, trade
from model.chain.solve import ChainAnswer


def tables(chain: Chain, answer: ChainAnswer) -> dict[str, pd.DataFrame]:
    """All tables by name."""
    makers: dict[str, Callable[[Chain, ChainAnswer], pd.DataFrame]] = {
        "chain_builds": builds,
        "chain_output": output,
        "chain_trade": trade,
        "chain_markets": markets,
        "chain_prices": prices,
        "chain_dependence": dependence,
        "chain_countries": countries,
        "chain_controls": controls,
        "chain_stocks": stocks,
        "chain_tolling": tolling,
    }
    return {name: make(chain, answer) for name, make in makers.items()}
