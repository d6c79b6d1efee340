"""What flows from mine to market: the elements of magnets by stage and region, in oxide equivalent.

Every tonne is traced back to who made it: a good that crosses several regions goes from its maker to its user, and what
meets in a region leaves it mixed. It is restricted as its maker made it; what is taken as restricted although it is
free stays free here. Of what enters a node and does not leave it, recovery is short. Content: ``model.chain.goods``.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.feeds import LIGHT, NONE
from model.chain.goods import Goods, content_of, goods_of
from model.chain.problem import Chain
from model.chain.results import LEAST_KT, grid
from model.chain.solve import ChainAnswer
from model.group_sums import stacked

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ELEMENTS = ("NDPR", "DY", "TB")
COLUMNS = ["slice", "year", "element", "from_stage", "from_region", "to_stage", "to_region", "restricted",
           "quantity_kt"]  # fmt: skip
_KEYS = COLUMNS[:-1]
_HAIR = 1e-13


Part = Mapping[str, Any]  # columns of rows of the table


def sankey(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Table ``chain_sankey``: who makes what whom uses, by element and stage."""
    elements = [element for element in ELEMENTS if element in chain.elements]
    if not elements:
        return pd.DataFrame(columns=COLUMNS)
    goods = goods_of(chain, answer)
    routes: dict[str, _Route] = {}
    parts: list[Part] = []
    for element in elements:
        content = content_of(chain, goods, element)
        found = [_mined(chain, answer, element), _swarf(chain, goods, content)]
        for good in _carriers(chain, content):
            if good not in routes:
                routes[good] = _Route(chain, goods, good)
            found += routes[good].carried(content)
        parts += [{"element": element, **part} for part in found]
    table = stacked(parts)
    slot = table.pop("slot").to_numpy(np.int64)
    table["slice"] = np.array(chain.slices.labels, dtype=object)[slot]
    table["year"] = chain.slices.start[slot]
    table = pd.DataFrame(table.groupby(_KEYS, as_index=False, sort=False)["quantity_kt"].sum())
    return table[table["quantity_kt"] > LEAST_KT][COLUMNS].reset_index(drop=True)


def _mined(chain: Chain, answer: ChainAnswer, element: str) -> Part:
    """From mines to oxides; what no plant on the way separates stays in the mixed compound."""
    number, light = chain.elements.index(element), element in LIGHT
    frame = chain.feeds.frame
    mine = frame["mine"].to_numpy(np.int64)
    shares = chain.network.chain_profiles
    share = shares[shares["element_id"] == element].groupby("profile_id")["share"].sum()
    held = chain.units.frame["profile_id"].map(share).fillna(0.0).to_numpy(float)
    way, slot = np.nonzero((quantity := grid(answer.value["feed"], chain) * held[mine][:, None]) > LEAST_KT)
    separated = chain.feeds.oxides[way, number] > 0
    return {
        "slot": slot,
        "from_stage": "mine",
        "from_region": chain.units.frame["region"].to_numpy(object)[mine[way]],
        "to_stage": np.where(separated, "oxide", "compound").astype(object),
        "to_region": frame["region" if light else "heavy_region"].to_numpy(object)[way],
        "restricted": frame["restricted" if light else "heavy_restricted"].to_numpy(int)[way],
        "quantity_kt": quantity[way, slot],
    }


def _carriers(chain: Chain, content: Floats) -> list[str]:
    """Goods that carry the element."""
    carries = content.max(axis=1) > 0
    return [str(good) for good in chain.pools.frame.loc[carries, "good"].unique()]


def _swarf(chain: Chain, goods: Goods, content: Floats) -> Part:
    """From magnet works into swarf, which returns as scrap (a source of its own, so that nothing runs in a circle)."""
    frame = chain.pools.frame
    stage = chain.network.chain_goods.set_index("good_id")["stage"]
    recipes = chain.recipes[chain.recipes["side"] == "output"]
    made = recipes["good_id"].map(stage)
    works = recipes.loc[made == "magnet", "process_id"]
    names = recipes.loc[(made == "scrap") & recipes["process_id"].isin(works), "good_id"]
    quantity = goods.made * content * frame["good"].isin(names).to_numpy()[:, None]
    pool, slot = np.nonzero(quantity > LEAST_KT)
    region = frame["region"].to_numpy(object)[pool]
    return {
        "slot": slot, "from_stage": "magnet", "from_region": region, "to_stage": "swarf", "to_region": region,
        "restricted": frame["restricted"].to_numpy(int)[pool], "quantity_kt": quantity[pool, slot],
    }  # fmt: skip


class _Route:
    """A good on its way from its makers and from stocks to its users, whatever it carries."""

    def __init__(self, chain: Chain, goods: Goods, good: str) -> None:
        frame = chain.pools.frame
        self._pools = np.flatnonzero((frame["good"] == good).to_numpy())
        self._stage = str(frame["stage"].iloc[self._pools[0]])
        self._region = frame["region"].to_numpy(object)[self._pools]
        self._restricted = frame["restricted"].to_numpy(int)[self._pools]
        self._users(chain, goods)
        self._slots = []
        for slot in range(len(chain.slices)):
            active = np.flatnonzero(self._kt[:, slot] > LEAST_KT)
            if len(active):
                self._slots.append((slot, active, *self._to(goods, slot, active)))

    def _users(self, chain: Chain, goods: Goods) -> None:
        """Who takes the good from which of its pools: works, and all but scrap ends at markets, stocks and disposal."""
        recipes, pools, count = chain.recipes_by_class, self._pools, len(self._pools)
        taken = (recipes["side"] != "output") & recipes["pool"].isin(pools)
        works = np.flatnonzero(taken.to_numpy())
        rows = recipes.iloc[works]
        place = [np.searchsorted(pools, rows["pool"].to_numpy(np.int64))]
        stage, region, kt = [rows["made"].to_numpy(object)], [rows["region"].to_numpy(object)], [goods.amount[works]]
        if self._stage != "scrap":
            for name, ends in (("market", goods.sold), ("kept", goods.kept), ("disposal", goods.disposed)):
                place.append(np.arange(count))
                stage.append(np.full(count, name, dtype=object))
                region.append(self._region)
                kt.append(ends[pools])
        self._place, self._kt = np.concatenate(place), np.vstack(kt)
        self._to_stage, self._to_region = np.concatenate(stage), np.concatenate(region)

    def _to(self, goods: Goods, slot: int, active: Ints) -> tuple[Floats, Floats]:
        """What users have of each maker or stock, users x makers, and the part of that which was made in the slice."""
        given = goods.made[self._pools, slot] + goods.stock[self._pools, slot]
        made = np.divide(goods.made[self._pools, slot], given, out=np.ones(len(self._pools)), where=given > LEAST_KT)
        return self._kt[active, slot][:, None] * _traced(goods, self._pools, slot)[self._place[active]], made

    def carried(self, content: Floats) -> list[Part]:
        """What it carries of an element.

        Args:
            content: of all pools, pools x slices.
        """
        parts: list[Part] = []
        for slot, active, kt, made in self._slots:
            carried = kt * content[self._pools, slot][None, :]
            for source, part in ((self._stage, made), ("stock", 1.0 - made)):
                quantity = carried * part
                user, maker = np.nonzero(quantity > LEAST_KT)
                parts.append(
                    {"slot": np.full(len(user), slot), "from_stage": source, "from_region": self._region[maker],
                     "to_stage": self._to_stage[active[user]], "to_region": self._to_region[active[user]],
                     "restricted": self._restricted[maker], "quantity_kt": quantity[user, maker]}
                )  # fmt: skip
        return parts


def _traced(goods: Goods, pools: Ints, slot: int) -> Floats:
    """Share of each pool's good by the pool where it was made or stood in stock: users x makers.

    What goes round in a circle into which nothing comes has no maker.
    """
    place = np.full(len(goods.made), NONE)
    place[pools] = np.arange(len(pools))
    inside = (place[goods.source] != NONE) & (goods.moved[:, slot] > LEAST_KT)
    came = np.zeros((len(pools), len(pools)))
    np.add.at(came, (place[goods.sink[inside]], place[goods.source[inside]]), goods.moved[inside, slot])
    given = goods.made[pools, slot] + goods.stock[pools, slot]
    total = given + came.sum(axis=1)
    # A hair more than what came, so that a circle does not leave the system without an answer.
    matrix = np.diag(np.where(total > LEAST_KT, total * (1.0 + _HAIR), 1.0)) - came
    return np.asarray(np.linalg.solve(matrix, np.diag(given)))
