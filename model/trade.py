r"""Trade: duties, the curves of buyers and sellers, and limits, as they act on the lane classes of a block.

A class clears customs where it ends, by the country where it starts; on the way it is in bond. Its demand is a curve in
the *delivered price*, value + generalised cost + duty, through the reference (the world before the levers): a duty
moves along the curve. Cargo whose way costs more than the choke cost takes one outside the model, at that cost.

Buyers who tell origins apart have the value

    sum over origins i of G_i(q_i) + A(sum of q_i),

with a curve G_i for each lane and one curve A for the market, whose slope is what is left when the elasticity of all
together, e, is taken from that of substitution, s: 1/e - 1/s. So one origin alone reacts by s and all together by e
(the additive form of Ottaviano, Tabuchi and Thisse 2002; elasticities after Armington 1969). Where the model holds only
the part c of what a territory imports, e = c x demand elasticity + (1 - c) x s: the rest is bought elsewhere. Sellers
have a curve of cost for all that leaves a country. Homogeneous goods have straight curves at both ends of lanes that
carry any quantity: spatial price equilibrium (Samuelson 1952; Takayama and Judge 1964). All curves are followed in
steps, at the price in the middle of each.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.classes import LaneClasses
from model.parties import Customs, lane_parties
from model.problem import CurveRows
from model.year_parts import YearParts
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
KILO = 1000.0
# Steps of the curve of a lane, its sellers and its market, as changes of price over the reference.
_NEAR = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]
_LANE = np.array([*(-x for x in reversed(_NEAR)), *_NEAR, 0.4, 0.7])
_SELLERS = np.array([-0.4, *(-x for x in reversed(_NEAR)), 0.0, *_NEAR, 0.4, 0.8])
_MARKET = _SELLERS
_TOP = 1.5  # of the value, over the reference price: what is bought even then counts at that price
_MOST = 2.0  # times its reference that a lane carries when it gets cheaper
_LEAST = 1e-6


def customs(network: Network, classes: LaneClasses, free: Flags) -> Customs:
    """Origin, importer and reaction of every class.

    Args:
        free: lanes whose demand reacts to their own cost.
    """
    frame = lane_parties(network).frame
    frame["is_homogeneous"] = homogeneous(network)
    frame["is_free"] = free & ~frame["is_homogeneous"]
    reaction = network.trade_elasticities.set_index("commodity_id")
    reaction = reaction[reaction["origins_compete"] == 1]
    for name in ("substitution", "supply"):
        frame[name] = frame["commodity_id"].map(reaction[name]).to_numpy(float)
    lane = classes.classes["lane"].to_numpy()
    return Customs(frame.iloc[lane].reset_index(drop=True).assign(lane=lane))


def homogeneous(network: Network) -> Flags:
    """Lanes between zones with a supply and a demand curve of their commodity."""
    curves = network.market_curves
    keys = {side: set(zip(rows["zone_id"], rows["commodity_id"], strict=True)) for side, rows in curves.groupby("side")}
    lanes = network.lanes
    return np.array(
        [
            (origin, good) in keys.get("supply", set()) and (end, good) in keys.get("demand", set())
            for origin, end, good in zip(
                lanes["origin_zone"], lanes["destination_zone"], lanes["commodity_id"], strict=True
            )
        ],
        dtype=bool,
    )


def lane_steps(
    reference: Floats,
    price: Floats,
    elasticity: Floats,
    breaks: Floats,
    top: Floats,
) -> tuple[Floats, Floats]:
    """Steps of iso-elastic curves between given prices.

    Args:
        reference: kt at ``price``. price: delivered price at the reference, USD per t, by class.
        elasticity: size >= 0. breaks: classes x n, delivered prices between which demand is constant.
        top: highest price; what is bought even then is the first step, at that price.

    Returns:
        Widths (kt) and delivered prices (USD per t), classes x (n + 1), prices falling.
    """
    ordered = np.sort(np.clip(breaks, _LEAST, top[:, None]), axis=1)
    ordered = np.column_stack([ordered, top])
    ratio = np.minimum((ordered / price[:, None]) ** -elasticity[:, None], _MOST)
    bought = reference[:, None] * ratio
    width = np.column_stack([bought[:, -1], -np.diff(bought, axis=1)[:, ::-1]])
    middle = (ordered[:, :-1] + ordered[:, 1:]) / 2
    return width, np.column_stack([top, middle[:, ::-1]])


def lane_breaks(
    price: Floats, cost: Floats, changes: list[Floats], choke: float, coupled: Flags, multiples: Floats
) -> Floats:
    """Delivered prices at which the steps of each class end: where transport gets dearer, and where the duty moves it.

    The steps end just where a change of duty takes the price, and half way, so that the quantity there is exact.

    Args:
        price: at the reference. cost: of transport there. changes: of what is charged at the border, all USD per t.
        coupled: classes whose price moves with those of other origins too: finer steps.
    """
    of_transport = price[:, None] + (np.append(multiples, choke)[None, :] - 1.0) * cost[:, None]
    of_duty = np.column_stack([price + part * change for change in changes for part in (0.5, 1.0)])
    if not coupled.any():
        return np.column_stack([of_transport, of_duty])
    of_market = price[:, None] * (1.0 + np.where(coupled[:, None], _LANE[None, :], 0.0))
    return np.column_stack([of_transport, of_duty, of_market])


def top_price(price: Floats, value: Floats, cost: Floats, choke: float) -> Floats:
    """Delivered price above which steps end, the same in every scenario."""
    return price + np.maximum(_TOP * value, (choke - 1.0) * cost)


def together(network: Network, owner: Customs, own: Floats) -> Floats:
    """Elasticity by which all origins of a class's market react together; its own where origins do not compete.

    Args:
        own: elasticity of each class's demand by itself, size.
    """
    frame = owner.frame
    share = {(row.importer, row.commodity_id): float(row.modelled_share) for row in each_row(network.market_coverage)}
    keys = zip(frame["payer"], frame["commodity_id"], strict=True)
    covered = np.array([share.get(key, 1.0) for key in keys])
    substitution = frame["substitution"].to_numpy(float)
    whole = covered * own + (1.0 - covered) * substitution
    return np.where(np.isnan(substitution), own, whole)


def curve_rows(
    network: Network, owner: Customs, reference: Floats, price: Floats, value: Floats, all_together: Floats,
    months_share: float, years: YearParts,
) -> CurveRows:  # fmt: skip
    """Curves of markets and sellers of a block.

    Args:
        reference: kt of each class in the block. price, value: delivered and producer's price, USD per t.
        all_together: elasticity of each class's market. months_share: season's part of the year.
        years: that the classes stand for; those of other years have curves of their own.
    """
    frame = owner.frame.assign(
        kt=reference, paid=reference * price, worth=reference * value, weighed=reference * all_together,
        year=years.year, part=years.part,
    )  # fmt: skip
    competes = frame["is_free"] & (frame["kt"] > 0)
    parts = [
        *_markets(frame[competes & (frame["substitution"] > all_together + _LEAST)]),
        *_sellers(frame[competes & (frame["supply"] > 0) & (frame["worth"] > 0)]),
        *_straight(network, frame, network.lanes, months_share),
    ]
    return _stack(parts, len(frame))


def no_curves(classes: int) -> CurveRows:
    """Rows of a block without curves."""
    labels = pd.DataFrame(columns=["side", "owner", "commodity_id"])
    return CurveRows(labels, np.zeros((0, 0)), np.zeros((0, 0)), csr_matrix((0, classes)), np.zeros(0))


@dataclass(frozen=True)
class _Curve:
    side: str
    owner: str
    commodity_id: str
    width: Floats
    value: Floats
    members: NDArray[np.int64]
    is_change: bool = True  # its worth is over that of the reference


def _markets(frame: pd.DataFrame) -> list[_Curve]:
    """What one more tonne of all origins together is worth, less than at the reference: a curve by market."""
    curves = []
    for (importer, good, _), rows in frame.groupby(["payer", "commodity_id", "year"], sort=True):
        kt = float(rows["kt"].sum())
        mean, all_of_it = float(rows["paid"].sum()) / kt, float(rows["weighed"].sum()) / kt
        own = 1.0 / (1.0 / max(all_of_it, 1e-3) - 1.0 / float(rows["substitution"].iloc[0]))
        bought = kt * np.minimum((1.0 + _MARKET) ** -own, 4.0)
        width = np.concatenate([[bought[-1]], -np.diff(bought)[::-1]])
        middle = np.concatenate([[_MARKET[-1]], (_MARKET[:-1] + _MARKET[1:])[::-1] / 2]) * mean
        width, middle = np.append(width, _MOST * kt), np.append(middle, _MARKET[0] * mean)
        curves.append(_Curve("demand", str(importer), str(good), width, middle, rows.index.to_numpy(np.int64)))
    return curves


def _sellers(frame: pd.DataFrame) -> list[_Curve]:
    """Minus what one more tonne costs its makers, over the reference: a curve by country of origin."""
    curves = []
    for (origin, good, _), rows in frame.groupby(["seller", "commodity_id", "year"], sort=True):
        kt = float(rows["kt"].sum())
        made = kt * (1.0 + _SELLERS) ** float(rows["supply"].iloc[0])
        width = np.concatenate([[made[0]], np.diff(made), [4.0 * kt]])
        middle = np.concatenate([[_SELLERS[0]], (_SELLERS[:-1] + _SELLERS[1:]) / 2, [_SELLERS[-1]]])
        value = -middle * float(rows["worth"].sum()) / kt
        curves.append(_Curve("supply", str(origin), str(good), width, value, rows.index.to_numpy(np.int64)))
    return curves


def _straight(network: Network, frame: pd.DataFrame, lanes: pd.DataFrame, share: float) -> list[_Curve]:
    """Curves of the table ``market_curves``; of a homogeneous good every tonne has the price of its zone."""
    curves = []
    lane = frame["lane"].to_numpy()
    for row in each_row(network.market_curves):
        zone = lanes["destination_zone" if row.side == "demand" else "origin_zone"].to_numpy()[lane]
        mine = (zone == row.zone_id) & (frame["commodity_id"] == row.commodity_id) & frame["is_homogeneous"]
        width, value = straight_steps(row.side, row.price_usd_per_t, row.quantity_t, row.elasticity, int(row.steps))
        for _, rows in frame[mine].groupby("year"):
            own = width * share * float(rows["part"].iloc[0])
            members = rows.index.to_numpy(np.int64)
            curves.append(_Curve(row.side, row.zone_id, row.commodity_id, own, value, members, False))
    return curves


def straight_steps(side: str, price: float, quantity: float, elasticity: float, steps: int) -> tuple[Floats, Floats]:
    """A straight line through a point, in equal steps: widths (kt a year) and worth of a tonne (USD, falling).

    Demand ends where its price is 0, or at twice the point where it does not fall; supply has as many steps again
    beyond the point, and a tonne of it is worth minus its cost.
    """
    kt = quantity / KILO
    if side == "demand":
        end = kt * (1.0 + elasticity)  # where the line meets price 0
        middle = (np.arange(steps) + 0.5) / steps * end
        slope = price / (elasticity * kt) if elasticity > 0 else 0.0
        return np.full(steps, end / steps), price + slope * (kt - middle)
    least = max(0.0, kt * (1.0 - elasticity))  # where the line meets price 0: below, a tonne costs nothing
    width = np.full(2 * steps, 2.0 * (kt - least) / (2 * steps)) if elasticity > 0 else np.full(1, 2.0 * kt)
    if elasticity <= 0:
        return width, np.full(1, -price)
    middle = least + (np.arange(2 * steps) + 0.5) * width[0]
    cost = price + price / (elasticity * kt) * (middle - kt)
    if least > 0:
        width, cost = np.concatenate([[least], width]), np.concatenate([[0.0], cost])
    return width, -cost


def _stack(curves: list[_Curve], classes: int) -> CurveRows:
    steps = max((len(curve.width) for curve in curves), default=0)
    width, value = np.zeros((len(curves), steps)), np.zeros((len(curves), steps))
    for number, curve in enumerate(curves):
        width[number, : len(curve.width)], value[number, : len(curve.value)] = curve.width, curve.value
    labels = pd.DataFrame(
        [(curve.side, curve.owner, curve.commodity_id) for curve in curves], columns=["side", "owner", "commodity_id"]
    )
    row = np.repeat(np.arange(len(curves)), [len(curve.members) for curve in curves]) if curves else np.empty(0, int)
    column = np.concatenate([curve.members for curve in curves]) if curves else np.empty(0, int)
    members = csr_matrix((np.ones(len(row)), (row, column)), shape=(len(curves), classes))
    changes = np.array([curve.is_change for curve in curves], dtype=bool)
    level = width[:, 0] * value[:, 0] / KILO if steps else np.zeros(len(curves))
    return CurveRows(labels, width, value, members, np.where(changes, level, 0.0))
