r"""Customs value: what a duty is a share of.

The United States, Canada and Australia value goods free on board, at the place of export; most other members of the
World Trade Organization add what transport and insurance cost up to the border (cif; Article 8.2 of the Agreement on
Customs Valuation leaves the choice to the member). For a class that clears into a cif territory

    base = value (1 + insurance) + freight, handling and tolls on the arcs of its way that begin outside the territory,

USD per t; so the leg that crosses the border counts and what is behind it does not. The way is the cheapest of the
reference world and not the one that the plan takes, though rate x freight on each arc would be linear too: the usual
price and the steps of demand need the duty before the plan is known; a planner of the world, who pays no duty, would
value goods by another way than shippers; and the duty of two worlds would differ by their roads where the law is one.
What that leaves out is a rate times the change of freight, both small. Hours and emissions are no part of the value. A
territory of which nothing is said has the value in the tables.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.parties import Customs
from model.reference_cost import ReferenceCost
from network.network import Network
from network.supernetwork import Supernetwork
from network.territories import Territories

Floats = NDArray[np.float64]


def customs_values(
    reference: Network, supernetwork: Supernetwork, owner: Customs, value: Floats, priced: ReferenceCost
) -> Floats:
    """Customs value of each class, USD per t.

    Args:
        value: of the goods, USD per t by class. priced: transport of the classes in the reference world.
    """
    territories = Territories.of(reference.customs_territories, reference.zones)
    importer = owner.frame["importer_territory"].mask(owner.frame["importer_territory"] == "")
    importer = importer.fillna(owner.frame["importer_country"].map(territories.territory_of))
    adds = owner.frame["is_foreign"].to_numpy() & importer.isin(territories.with_freight).to_numpy()
    if not adds.any():
        return value
    country = reference.places["country"].to_numpy()[supernetwork.terminals["place"].to_numpy()]
    begins = pd.Series(country[supernetwork.arcs["tail"].to_numpy()]).map(territories.territory_of)
    outside = begins.to_numpy(object)[None, :] != importer.to_numpy(object)[:, None]
    paid = priced.paid_on(outside, adds)
    # A class without a way of its own, where shippers refuse, is valued as the dearest of its lane.
    paid = np.where(adds & (paid == 0), _of_lane(paid, owner.frame["lane"]), paid)
    return np.where(adds, value * (1.0 + reference.parameter("cargo_insurance_rate")) + paid, value)


def _of_lane(paid: Floats, lane: "pd.Series[int]") -> Floats:
    return pd.Series(paid).groupby(lane.to_numpy()).transform("max").to_numpy(float)
