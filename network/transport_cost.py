"""Generalised cost of an arc: freight, handling, fees, value of time and of unreliability, carbon.

generalised cost [USD/t] = freight + handling + fees
    + value of time [USD/t/h] x (run + dwell + reliability ratio x standard deviation)
    + carbon price [USD/t CO2] x emissions [t CO2/t]

Value of time = cargo value x (capital cost + depreciation), a share of value per day. The buffer for unreliability is
the reliability ratio times the sum of the standard deviations along the path: additive over arcs, hence above the
root of summed variances when delays are independent (they are not: queues and weather last for days).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from network.calendar import acts_in
from network.frames import each_row
from network.network import Network
from network.supernetwork import Supernetwork

Floats = NDArray[np.float64]

CARGO_KINDS = ("container", "general", "bulk")
FREIGHT_COLUMN = {
    "container": "cost_usd_per_teu",
    "general": "cost_usd_per_t_general",
    "bulk": "cost_usd_per_t_bulk",
}
# Of the links, what the cost and the time of their arcs follow from.
ARC_COLUMNS = (
    *FREIGHT_COLUMN.values(), "fee_usd_per_teu", "fee_usd_per_t", "transit_time_h", "dwell_from_h", "dwell_to_h",
    "wagonload_dwell_h", "dwell_from_sd_h", "dwell_to_sd_h", "distance_km", "gco2_per_tkm", "open",
)  # fmt: skip
_FIELDS = {
    "capacity": ("capacity_t_per_year", "capacity_teu_per_year"),
    "capacity_t": ("capacity_t_per_year",),
    "capacity_teu": ("capacity_teu_per_year",),
    "cost": tuple(FREIGHT_COLUMN.values()),
    **{column: (column,) for column in FREIGHT_COLUMN.values()},
    "fee_usd_per_teu": ("fee_usd_per_teu",),
    "fee_usd_per_t": ("fee_usd_per_t",),
    "time_h": ("transit_time_h",),
    "dwell_h": ("dwell_from_h", "dwell_to_h", "wagonload_dwell_h"),
    "quantity": ("quantity_t", "quantity_teu"),
    "open": ("open",),
}


@dataclass(frozen=True)
class ArcAttributes:
    """What one passage of each arc costs and takes, before the cargo is known. Arrays have one entry an arc.

    Attributes:
        freight, handling: USD per unit by cargo kind: per TEU for containers, per t otherwise; NaN = closed to it.
        fee_usd_per_teu, fee_usd_per_t: tolls and transit fees (transfers between payers, not resource costs).
        handling_h: hours of a move or transfer by cargo kind.
        run_h: line-haul hours. dwell_h: hours of waiting, containers; wagon_dwell_h: other cargo.
        deviation_h: standard deviation of the dwell, hours.
        co2_t_per_t: t CO2 per t of cargo.
        is_open: False where a lever closes the arc.
    """

    freight: dict[str, Floats]
    handling: dict[str, Floats]
    handling_h: dict[str, Floats]
    fee_usd_per_teu: Floats
    fee_usd_per_t: Floats
    run_h: Floats
    dwell_h: Floats
    wagon_dwell_h: Floats
    deviation_h: Floats
    co2_t_per_t: Floats
    is_open: NDArray[np.bool_]


@dataclass(frozen=True)
class CargoCost:
    """Cost of one tonne of one cargo on each arc, by component, USD per t (NaN-free; closed arcs are in ``allowed``).

    ``time`` and ``unreliability`` are hours; they become money by the value of time of the class that ships.
    """

    freight: Floats
    handling: Floats
    fees: Floats
    time_h: Floats
    buffer_h: Floats
    co2_t: Floats
    allowed: NDArray[np.bool_]

    def generalised(
        self, value_of_time_usd_per_t_h: float, carbon_price_usd_per_t: float, fee_weight: float | Floats
    ) -> Floats:
        """Generalised cost, USD per t, one entry an arc; meaningless where not ``allowed``."""
        cost: Floats = (
            self.freight
            + self.handling
            + fee_weight * self.fees
            + value_of_time_usd_per_t_h * (self.time_h + self.buffer_h)
            + carbon_price_usd_per_t * self.co2_t
        )
        return cost


def adjusted(network: Network, table: str, period: int, periods: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``links``, ``places`` or ``lanes`` as they stand in a period, after every lever's adjustments.

    Args:
        network: tables, with the adjustments that levers appended, applied in their order.
        table: "links", "places" or "lanes".
        period: milestone year; periods: all periods with first_year and last_year.

    Returns:
        A copy of the table; ``links`` gains the column ``open`` (1 or 0).
    """
    frame: pd.DataFrame = getattr(network, table).copy()
    if table == "links":
        frame["open"] = 1.0
    target = table[:-1]
    changes = network.adjustments
    changes = changes[changes["target"] == target]
    if changes.empty:
        return frame
    place = {name: number for number, name in enumerate(frame[f"{target}_id"])}
    of_period = int(np.flatnonzero(periods["period"].to_numpy() == period)[0])
    values = {  # as arrays, since there may be thousands of changes
        column: frame[column].to_numpy(float, copy=True)
        for field in changes["field"].unique()
        for column in _FIELDS[field]
        if column in frame
    }
    for change in each_row(changes):
        if change.target_id not in place or not acts_in(change.first_year, change.last_year, periods)[of_period]:
            continue
        row = place[change.target_id]
        for column in _FIELDS[change.field]:
            if column not in values:
                continue
            if change.operation == "multiply":
                values[column][row] *= change.value
            elif change.operation == "add":
                values[column][row] += change.value
            else:
                values[column][row] = change.value
    return frame.assign(**values)


def arc_attributes(network: Network, supernetwork: Supernetwork, links: pd.DataFrame) -> ArcAttributes:
    """Cost and time of each arc in one period.

    Args:
        network: tables (handling and transfers are read from it).
        supernetwork: arcs to describe.
        links: the links of the period (:func:`adjusted`); it takes ``ARC_COLUMNS`` alone.
    """
    arcs = supernetwork.arcs
    link = arcs["link"].to_numpy()
    is_link = link >= 0

    def by_link(column: str, fill: float = 0.0) -> Floats:
        values = np.full(len(arcs), fill)
        values[is_link] = links[column].to_numpy(float)[link[is_link]]
        return values

    freight = {kind: by_link(column) for kind, column in FREIGHT_COLUMN.items()}
    handling, handling_h = _handling(network, arcs)
    _add_transfers(network, arcs, handling, handling_h)
    dwell = np.nan_to_num(by_link("dwell_from_h")) + np.nan_to_num(by_link("dwell_to_h"))
    wagon = by_link("wagonload_dwell_h")
    deviation = np.nan_to_num(by_link("dwell_from_sd_h")) + np.nan_to_num(by_link("dwell_to_sd_h"))
    distance, intensity = by_link("distance_km"), np.nan_to_num(by_link("gco2_per_tkm"))
    return ArcAttributes(
        freight=freight,
        handling=handling,
        handling_h=handling_h,
        fee_usd_per_teu=np.nan_to_num(by_link("fee_usd_per_teu")),
        fee_usd_per_t=np.nan_to_num(by_link("fee_usd_per_t")),
        run_h=np.nan_to_num(by_link("transit_time_h")),
        dwell_h=dwell,
        wagon_dwell_h=np.where(np.isnan(wagon), dwell, np.where(is_link, wagon, 0.0)),
        deviation_h=deviation,
        co2_t_per_t=np.nan_to_num(distance) * intensity / 1e6,
        is_open=by_link("open", 1.0) > 0,
    )


def cargo_cost(
    attributes: ArcAttributes,
    allowed_by_handling: NDArray[np.bool_],
    cargo_kind: str,
    t_per_teu: float,
    reliability_ratio: float,
) -> CargoCost:
    """Cost of a tonne of a cargo on each arc.

    Args:
        attributes: arcs of the period.
        allowed_by_handling: arcs open to the cargo's handling class, one entry an arc.
        cargo_kind: "container", "general" or "bulk".
        t_per_teu: tonnes in a TEU (containers only).
        reliability_ratio: value of an hour of standard deviation over the value of an hour.
    """
    per_t = 1.0 / t_per_teu if cargo_kind == "container" else 1.0
    freight = attributes.freight[cargo_kind] * per_t
    handling = attributes.handling[cargo_kind] * per_t
    fees = attributes.fee_usd_per_teu * per_t if cargo_kind == "container" else attributes.fee_usd_per_t
    dwell = attributes.dwell_h if cargo_kind == "container" else attributes.wagon_dwell_h
    return CargoCost(
        freight=np.nan_to_num(freight),
        handling=np.nan_to_num(handling),
        fees=fees,
        time_h=attributes.run_h + dwell + attributes.handling_h[cargo_kind],
        buffer_h=reliability_ratio * attributes.deviation_h,
        co2_t=attributes.co2_t_per_t,
        allowed=attributes.is_open & allowed_by_handling & ~np.isnan(freight) & ~np.isnan(handling),
    )


def allowed_by_handling(network: Network, supernetwork: Supernetwork, handling_class: str) -> NDArray[np.bool_]:
    """Arcs open to a handling class: links without a list are open to all."""
    lists = network.links["allowed_handling"]
    link_open = np.array([not allowed or handling_class in allowed for allowed in lists], dtype=bool)
    link = supernetwork.arcs["link"].to_numpy()
    return np.where(link >= 0, link_open[np.maximum(link, 0)], True)


def _handling(network: Network, arcs: pd.DataFrame) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Cost and hours, by cargo kind, of each load and unload move; 0 where the table has no row."""
    moves = arcs["kind"].isin(["load", "unload"]).to_numpy()
    table = network.handling.set_index(["mode", "cargo_kind"])
    handling: dict[str, Floats] = {}
    hours: dict[str, Floats] = {}
    for kind in CARGO_KINDS:
        column = "cost_usd_per_teu" if kind == "container" else "cost_usd_per_t"
        rows = table.reindex(pd.MultiIndex.from_arrays([arcs["mode"], [kind] * len(arcs)]))
        handling[kind] = np.where(moves, rows[column].fillna(0.0).to_numpy(float), 0.0)
        hours[kind] = np.where(moves, rows["time_h"].fillna(0.0).to_numpy(float), 0.0)
    return handling, hours


def _add_transfers(network: Network, arcs: pd.DataFrame, handling: dict[str, Floats], hours: dict[str, Floats]) -> None:
    transfer = arcs["transfer"].to_numpy()
    rows = np.flatnonzero(transfer >= 0)
    table = network.transfers.iloc[transfer[rows]]
    for kind in CARGO_KINDS:
        column = "cost_usd_per_teu" if kind == "container" else "cost_usd_per_t"
        handling[kind][rows] += table[column].fillna(0.0).to_numpy(float)
        hours[kind][rows] += table["time_h"].fillna(0.0).to_numpy(float)
