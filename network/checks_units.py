"""Figures whose units contradict each other, and costs below zero where they cannot be meant."""

from collections.abc import Mapping

import pandas as pd

from network.cell_checks import show
from network.problems import Problem
from network.typed_frame import TypedTable

LEAST_T_PER_TEU, MOST_T_PER_TEU = 1.0, 40.0  # an ISO container of 20 feet weighs 30.5 t at most, boxes are never empty
_FREIGHT = ("cost_usd_per_teu", "cost_usd_per_t_general", "cost_usd_per_t_bulk")


def weights_of_boxes(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Lanes whose tonnes and containers cannot be of the same cargo."""
    lanes = tables["lanes"]
    rows = lanes.sound_rows("quantity_t", "quantity_teu")
    boxed = rows[(rows["quantity_teu"] > 0) & rows["quantity_t"].notna()]
    weight = boxed["quantity_t"] / boxed["quantity_teu"]
    expected = f"{LEAST_T_PER_TEU:g} to {MOST_T_PER_TEU:g} t in each of the containers of quantity_teu"
    return [
        lanes.problem(row, "quantity_t", f"{show(boxed['quantity_t'][row])} t in {boxed['quantity_teu'][row]:g} TEU",
                      f"{expected}, not {weight[row]:.4g}")
        for row in boxed.index[(weight < LEAST_T_PER_TEU) | (weight > MOST_T_PER_TEU)]
    ]  # fmt: skip


def limits_of_boxes_without_boxes(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Limits in TEU alone, in a world where nothing moves in boxes: they would limit nothing."""
    commodities, lanes = tables["commodities"], tables["lanes"]
    boxes = (commodities.frame["cargo_kind"] == "container").any() or (lanes.frame["quantity_teu"] > 0).any()
    if boxes or not (commodities.usable and lanes.usable) or commodities.frame.empty:
        return []
    expected = "tonnes (capacity_t_per_year): no commodity or lane of the world moves in containers"
    problems = []
    for name in ("places", "links", "transfers"):
        typed = tables[name]
        rows = typed.sound_rows("capacity_teu_per_year", "capacity_t_per_year")
        alone = rows["capacity_teu_per_year"].notna() & rows["capacity_t_per_year"].isna()
        problems += [
            typed.problem(row, "capacity_teu_per_year", show(rows["capacity_teu_per_year"][row]), expected)
            for row in rows.index[alone]
        ]
    return problems


def costs_below_zero(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Links that pay for being used although they run both ways, or whose freight a project would save."""
    links, effects = tables["links"], tables["project_effects"]
    rows = links.sound_rows("link_id", "directed", *_FREIGHT)
    problems = []
    paying: set[str] = set()
    for column in _FREIGHT:
        below = rows[rows[column] < 0]
        paying |= set(below["link_id"])
        expected = (
            "at least 0 on a link that runs both ways; a link that pays for being used runs one way (directed = 1)"
        )
        problems += [
            links.problem(row, column, show(below[column][row]), expected)
            for row in below.index[below["directed"].fillna(0) == 0]
        ]
    saved: pd.DataFrame = effects.sound_rows("target", "target_id", "cost_saving_share")
    wrong = saved["target_id"].isin(paying) & (saved["target"] == "link") & (saved["cost_saving_share"] > 0)
    return problems + [
        effects.problem(row, "cost_saving_share", show(saved["cost_saving_share"][row]),
                        f"0: the cost of link {saved['target_id'][row]} is below zero, so there is none to save")
        for row in saved.index[wrong]
    ]  # fmt: skip
