"""Risk of an exposure: risk weight by rating and rank, expected loss by class of borrower."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.funding.rules import Rules
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
_SPECULATIVE = ("B", "B-", "CCC+", "CCC", "CCC-")  # below B+
_OF_INSTRUMENT = {"equity": "equity", "guarantee": "guarantee"}


def risk_weight(network: Network, rules: Rules, offers: pd.DataFrame, needs: pd.DataFrame) -> Floats:
    """Risk weight of each offer: of the sovereign by its rating, of companies by instrument.

    Args:
        needs: the need of each offer, row by row.
    """
    table, rating = network.risk_weights, needs["country"].map(network.country_finance.set_index("country")["rating"])
    by_rating = {r: float(row.risk_weight) for row in each_row(table) for r in row.ratings}
    by_class = table.set_index("risk_class")[["risk_weight", "addition_below_b_plus"]]
    state = rating.map(by_rating).fillna(1.0).to_numpy(float) * rules["preferred_creditor_factor"]
    name = offers["instrument"].map(_OF_INSTRUMENT).fillna("project_greenfield")
    added = name.map(by_class["addition_below_b_plus"]).to_numpy(float) * rating.isin(_SPECULATIVE).to_numpy(float)
    company = name.map(by_class["risk_weight"]).to_numpy(float) + added
    weight: Floats = np.where(offers["is_sovereign"], state, company)
    return weight


def borrower_class(network: Network, offers: pd.DataFrame, needs: pd.DataFrame) -> NDArray[np.object_]:
    """Class of the borrower of each offer, as in the table of default rates."""
    classes = network.asset_classes.set_index("asset_class")["borrower"]
    own = needs["asset_class"].map(classes).to_numpy(object)
    found: NDArray[np.object_] = np.where(offers["is_sovereign"].to_numpy(bool), "sovereign", own)
    return found


def expected_loss_rate(network: Network, offers: pd.DataFrame, needs: pd.DataFrame) -> Floats:
    """Expected loss of each offer, share of what is outstanding a year: default rate x (1 - recovery)."""
    rates = network.default_rates[network.default_rates["rating"] == ""].set_index("borrower")
    loss = rates["default_rate"] * (1.0 - rates["recovery"])
    return pd.Series(borrower_class(network, offers, needs)).map(loss).fillna(0.0).to_numpy(float)
