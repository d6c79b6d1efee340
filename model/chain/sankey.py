"""What flows from mine to market: the elements of magnets by stage and region, in oxide equivalent.

Every tonne is traced back to who made it: a good that crosses several regions goes from its maker to its user, and what
meets in a region leaves it mixed. It is restricted as its maker made it; what is taken as restricted although it is
free stays free here. Of what enters a node and does not leave it, recovery is short.

Content is that of ``chain_contents``, but of magnets: these carry what went into them less their swarf, for the same
magnet is made by recipes of more and of less dysprosium.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.feeds import LIGHT, NONE
from model.chain.pools import RESTRICTED
from model.chain.problem import Chain
from model.chain.solve import ChainAnswer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ELEMENTS = ("NDPR", "DY", "TB")
COLUMNS = ["slice", "year", "element", "from_stage", "from_region", "to_stage", "to_region", "restricted",
           "quantity_kt"]  # fmt: skip
_HAIR = 1e-13
_LEAST_KT = 1e-9
_KEYS = COLUMNS[:-1]


@dataclass(frozen=True)
class _Flows:
    """All flows of a chain: items x slices, kt a year.

    Attributes:
        made: pools x slices, by works and plants. stock, kept: pools x slices, out of and into stocks.
        inputs: units of works and what they take: pool, unit, stage made there; took: kt a year.
        moves: pools that goods leave and reach; moved: kt a year. sold, disposed: pools x slices.
    """

    made: Floats
    stock: Floats
    kept: Floats
    inputs: pd.DataFrame
    took: Floats
    moves: pd.DataFrame
    moved: Floats
    sold: Floats
    disposed: Floats
    content: Floats


def sankey(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Table ``chain_sankey``: who makes what whom uses, by element and stage."""
    elements = [element for element in ELEMENTS if element in chain.elements]
    parts = []
    for element in elements:
        flows = _flows(chain, answer, element)
        parts.append(_mined(chain, answer, element))
        parts.append(_swarf(chain, flows).assign(element=element))
        parts += [_good(chain, flows, good).assign(element=element) for good in _carriers(chain, flows)]
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    table = pd.concat(parts, ignore_index=True)
    slot = table["slot"].to_numpy(np.int64)
    table["slice"] = np.array(chain.slices.labels, dtype=object)[slot]
    table["year"] = chain.slices.start[slot]
    table = pd.DataFrame(table.groupby(_KEYS, as_index=False, sort=False)["quantity_kt"].sum())
    return table[table["quantity_kt"] > _LEAST_KT][COLUMNS].reset_index(drop=True)


def _grid(values: Floats, chain: Chain) -> Floats:
    return values.reshape(-1, len(chain.slices))


def _mined(chain: Chain, answer: ChainAnswer, element: str) -> pd.DataFrame:
    """From mines to oxides; what no plant on the way separates stays in the mixed compound."""
    number, light = chain.elements.index(element), element in LIGHT
    frame = chain.feeds.frame
    mine = frame["mine"].to_numpy(np.int64)
    shares = chain.network.chain_profiles
    share = shares[shares["element_id"] == element].groupby("profile_id")["share"].sum()
    profile = chain.units.frame["profile_id"].iloc[mine]
    quantity = _grid(answer.value["feed"], chain) * profile.map(share).fillna(0.0).to_numpy(float)[:, None]
    way, slot = np.nonzero(quantity > _LEAST_KT)
    separated = chain.feeds.oxides[:, number] > 0
    return pd.DataFrame(
        {
            "slot": slot,
            "element": element,
            "from_stage": "mine",
            "from_region": chain.units.frame["region"].to_numpy(object)[mine][way],
            "to_stage": np.where(separated, "oxide", "compound")[way],
            "to_region": frame["region" if light else "heavy_region"].to_numpy(object)[way],
            "restricted": frame["restricted" if light else "heavy_restricted"].to_numpy(int)[way],
            "quantity_kt": quantity[way, slot],
        }
    )


def _flows(chain: Chain, answer: ChainAnswer, element: str) -> _Flows:
    count, pools = len(chain.slices), chain.pools
    size = len(pools.frame)
    made, sold = np.zeros((size, count)), np.zeros((size, count))
    _add_oxides(chain, answer, made)
    run = _grid(answer.value["run"], chain)
    recipes = by_class(chain)
    amount = run[recipes["run"].to_numpy(np.int64)] * recipes["t_per_t"].to_numpy(float)[:, None]
    output = (recipes["side"] == "output").to_numpy()
    np.add.at(made, recipes.loc[output, "pool"].to_numpy(np.int64), amount[output])
    _collect(chain, answer, made)
    demands = chain.demands
    market, _ = np.nonzero(demands.width > 0)
    if len(market):
        rows = demands.frame.iloc[market]
        pool = pools.at(rows["good"].tolist(), rows["region"].tolist(), [RESTRICTED] * len(market))
        np.add.at(sold, (pool, rows["slice"].to_numpy(np.int64)), answer.value["serve"])
    disposed = np.zeros((size, count))
    disposed[chain.disposals] = _grid(answer.value["dispose"], chain) if len(chain.disposals) else 0.0
    net = released(chain, answer)
    moves, moved = _moves(chain, answer)
    inputs = recipes[~output].reset_index(drop=True)
    content = _contents(chain, element, recipes, amount)
    return _Flows(made, np.maximum(net, 0.0), np.maximum(-net, 0.0), inputs, amount[~output], moves, moved, sold,
                  disposed, content)  # fmt: skip


def _add_oxides(chain: Chain, answer: ChainAnswer, made: Floats) -> None:
    feed, frame = _grid(answer.value["feed"], chain), chain.feeds.frame
    for number, element in enumerate(chain.elements):
        gives = np.flatnonzero(chain.feeds.oxides[:, number] > 0)
        light = element in LIGHT
        region = frame["region" if light else "heavy_region"].to_numpy(object)[gives].tolist()
        restricted = frame["restricted" if light else "heavy_restricted"].to_numpy(int)[gives].tolist()
        pool = chain.pools.at([f"ox_{element.lower()}"] * len(gives), region, restricted)
        np.add.at(made, pool, feed[gives] * chain.feeds.oxides[gives, number][:, None])


def by_class(chain: Chain) -> pd.DataFrame:
    """Recipes of units by class of content: side, pool, run (position of unit and class), stage made, region."""
    stage = chain.network.chain_goods.set_index("good_id")["stage"]
    recipes = chain.recipes
    outputs = recipes[recipes["side"] == "output"].assign(made=lambda t: t["good_id"].map(stage))
    main = outputs[outputs["made"] != "scrap"].drop_duplicates("process_id").set_index("process_id")["made"]
    frame = chain.units.frame.reset_index(names="unit")[["unit", "process_id", "region"]]
    joined = frame.merge(recipes, on="process_id")
    joined["made"] = joined["process_id"].map(main)
    both = pd.concat([joined.assign(restricted=c) for c in (0, 1)], ignore_index=True)
    keys = (both["good_id"].tolist(), both["region"].tolist(), both["restricted"].tolist())
    both["pool"] = chain.pools.at(*keys)
    both["run"] = both["unit"] * 2 + both["restricted"]
    return both.assign(stage=both["good_id"].map(stage))


def _collect(chain: Chain, answer: ChainAnswer, made: Floats) -> None:
    if "collect" in answer.value and len(chain.collected_into):
        np.add.at(made, chain.collected_into, _grid(answer.value["collect"], chain))


def released(chain: Chain, answer: ChainAnswer) -> Floats:
    """What stocks give to their pools, less what they take, kt a year."""
    net = np.zeros((len(chain.pools.frame), len(chain.slices)))
    if len(chain.stocks):
        held = _grid(answer.value["store"], chain)
        start = chain.stocks["start_kt"].to_numpy(float)[:, None]
        change = np.diff(np.hstack([start, held]), axis=1)
        np.add.at(net, chain.stocks["pool"].to_numpy(np.int64), -change / chain.slices.years)
    return net


def _moves(chain: Chain, answer: ChainAnswer) -> tuple[pd.DataFrame, Floats]:
    """Trade between regions, and free goods that are taken as restricted."""
    trades = chain.pools.trades
    source = np.concatenate([trades["source"].to_numpy(np.int64), chain.mixes])
    sink = np.concatenate([trades["sink"].to_numpy(np.int64), chain.mixed_into])
    empty = np.zeros(0)
    amounts = [_grid(answer.value.get(name, empty), chain) for name in ("trade", "mix")]
    return pd.DataFrame({"source": source, "sink": sink}), np.vstack(amounts)


def _contents(chain: Chain, element: str, recipes: pd.DataFrame, amount: Floats) -> Floats:
    """Tonnes of oxide a tonne of each pool's good, pools x slices."""
    frame, count = chain.pools.frame, len(chain.slices)
    table = chain.network.chain_contents
    by_good = table[table["element_id"] == element].groupby("good_id")["t_per_t"].sum()
    content = np.repeat(frame["good"].map(by_good).fillna(0.0).to_numpy(float)[:, None], count, axis=1)
    is_magnet = (recipes["made"] == "magnet").to_numpy()
    main = is_magnet & (recipes["stage"] == "magnet").to_numpy()
    sign = np.where(recipes["side"] == "input", 1.0, -1.0) * ~main
    carried = amount * content[recipes["pool"].to_numpy(np.int64)] * sign[:, None]
    inside = pd.DataFrame(carried[is_magnet]).groupby(recipes.loc[is_magnet, "run"].to_numpy()).sum()
    put, output = np.zeros_like(content), np.zeros_like(content)
    pool = recipes.loc[main, "pool"].to_numpy(np.int64)
    np.add.at(put, pool, inside.loc[recipes.loc[main, "run"]].to_numpy() if main.any() else np.zeros((0, count)))
    np.add.at(output, pool, amount[main])
    for good in frame["good"].iloc[pool].unique():
        mine = (frame["good"] == good).to_numpy()
        total = output[mine].sum(axis=0)
        mean = np.divide(put[mine].sum(axis=0), total, out=content[mine][0].copy(), where=total > _LEAST_KT)
        content[mine] = mean
    own = output > _LEAST_KT
    content[own] = put[own] / output[own]
    return np.asarray(np.maximum(content, 0.0))


def _carriers(chain: Chain, flows: _Flows) -> list[str]:
    """Goods that carry the element."""
    carries = flows.content.max(axis=1) > 0
    return [str(good) for good in chain.pools.frame.loc[carries, "good"].unique()]


def _swarf(chain: Chain, flows: _Flows) -> pd.DataFrame:
    """From magnet works into swarf, which returns as scrap (a source of its own, so that nothing runs in a circle)."""
    frame = chain.pools.frame
    stage = chain.network.chain_goods.set_index("good_id")["stage"]
    recipes = chain.recipes[chain.recipes["side"] == "output"]
    made = recipes["good_id"].map(stage)
    works = recipes.loc[made == "magnet", "process_id"]
    goods = recipes.loc[(made == "scrap") & recipes["process_id"].isin(works), "good_id"]
    quantity = flows.made * flows.content * frame["good"].isin(goods).to_numpy()[:, None]
    pool, slot = np.nonzero(quantity > _LEAST_KT)
    region = frame["region"].to_numpy(object)[pool]
    return pd.DataFrame(
        {"slot": slot, "from_stage": "magnet", "from_region": region, "to_stage": "swarf", "to_region": region,
         "restricted": frame["restricted"].to_numpy(int)[pool], "quantity_kt": quantity[pool, slot]}
    )  # fmt: skip


def _good(chain: Chain, flows: _Flows, good: str) -> pd.DataFrame:
    """From the makers and stocks of a good to its users in all slices."""
    frame = chain.pools.frame
    pools = np.flatnonzero((frame["good"] == good).to_numpy())
    stage = str(frame["stage"].iloc[pools[0]])
    uses = _uses(chain, flows, pools, stage)
    parts = []
    for slot in range(len(chain.slices)):
        active = uses[slot]
        if active.empty:
            continue
        share = _traced(flows, pools, slot)
        given = flows.made[pools, slot] + flows.stock[pools, slot]
        made = np.divide(flows.made[pools, slot], given, out=np.ones(len(pools)), where=given > _LEAST_KT)
        at = np.searchsorted(pools, active["pool"].to_numpy(np.int64))
        carried = active["kt"].to_numpy()[:, None] * share[at] * flows.content[pools, slot][None, :]
        for source, part in ((stage, made), ("stock", 1.0 - made)):
            user, maker = np.nonzero(carried * part > _LEAST_KT)
            rows = frame.iloc[pools[maker]]
            parts.append(
                pd.DataFrame(
                    {"slot": slot, "from_stage": source, "from_region": rows["region"].to_numpy(object),
                     "to_stage": active["stage"].to_numpy(object)[user],
                     "to_region": active["region"].to_numpy(object)[user],
                     "restricted": rows["restricted"].to_numpy(int),
                     "quantity_kt": (carried * part)[user, maker]}
                )
            )  # fmt: skip
    columns = ["slot", "from_stage", "from_region", "to_stage", "to_region", "restricted", "quantity_kt"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _uses(chain: Chain, flows: _Flows, pools: Ints, stage: str) -> list[pd.DataFrame]:
    """Who takes a good from which pool, by slice: pool, stage, region, kt."""
    inputs = flows.inputs["pool"].isin(pools).to_numpy()
    region = chain.pools.frame["region"].to_numpy(object)
    ends = [("market", flows.sold), ("kept", flows.kept), ("disposal", flows.disposed)]
    found = []
    for slot in range(len(chain.slices)):
        parts = [
            pd.DataFrame({"pool": flows.inputs["pool"], "stage": flows.inputs["made"],
                          "region": flows.inputs["region"], "kt": flows.took[:, slot]})[inputs]
        ]  # fmt: skip
        if stage != "scrap":
            parts += [pd.DataFrame({"pool": pools, "stage": name, "region": region[pools], "kt": kt[pools, slot]})
                      for name, kt in ends]  # fmt: skip
        rows = pd.concat(parts, ignore_index=True)
        found.append(rows[rows["kt"] > _LEAST_KT].reset_index(drop=True))
    return found


def _traced(flows: _Flows, pools: Ints, slot: int) -> Floats:
    """Share of each pool's good by the pool where it was made or stood in stock: users x makers.

    What goes round in a circle into which nothing comes has no maker.
    """
    place = np.full(int(pools.max()) + 1, NONE)
    place[pools] = np.arange(len(pools))
    inside = flows.moves["source"].isin(pools).to_numpy() & (flows.moved[:, slot] > _LEAST_KT)
    source = place[flows.moves["source"].to_numpy(np.int64)[inside]]
    sink = place[flows.moves["sink"].to_numpy(np.int64)[inside]]
    came = np.zeros((len(pools), len(pools)))
    np.add.at(came, (sink, source), flows.moved[inside, slot])
    given = flows.made[pools, slot] + flows.stock[pools, slot]
    total = given + came.sum(axis=1)
    # A hair more than what came, so that a circle does not leave the system without an answer.
    matrix = np.diag(np.where(total > _LEAST_KT, total * (1.0 + _HAIR), 1.0)) - came
    return np.asarray(np.linalg.solve(matrix, np.diag(given)))
