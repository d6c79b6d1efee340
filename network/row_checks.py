"""All checks across rows and tables, in the order in which they report."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from network import (
    checks_demand,
    checks_duties,
    checks_finance,
    checks_processing,
    checks_projects,
    checks_rare_earths,
    checks_references,
    checks_time,
    checks_trade,
    checks_units,
)
from network.problems import Problem
from network.typed_frame import TypedTable

RowCheck = Callable[[Mapping[str, TypedTable]], list[Problem]]


def ends_alike(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Links from a place to itself and transfers from a mode to itself."""
    problems = []
    for table, one, other in (("links", "from_place", "to_place"), ("transfers", "from_mode", "to_mode")):
        typed = tables[table]
        rows = typed.sound_rows(one, other)
        alike = rows.index[(rows[one] == rows[other]) & (rows[one] != "")]
        problems += [typed.problem(row, other, rows[other][row], f"another than in {one}") for row in alike]
    return problems


def transfers_twice(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Transfers that stand in the table in both directions: their capacities would add up, and each runs both ways."""
    typed = tables["transfers"]
    rows = typed.sound_rows("place_id", "from_mode", "to_mode")
    keys = pd.Series(zip(rows["place_id"], *np.sort(rows[["from_mode", "to_mode"]].to_numpy(str)).T, strict=True))
    again = rows.index[(keys.duplicated() & (rows["from_mode"] != rows["to_mode"]).to_numpy()).to_numpy()]
    ways = rows[["place_id", "from_mode", "to_mode"]].duplicated()  # the same way twice is a repeated key
    expected = "each transfer once: a row runs both ways"
    return [typed.problem(row, "to_mode", rows["to_mode"][row], expected) for row in again if not ways[row]]


ROW_CHECKS: tuple[RowCheck, ...] = (
    checks_references.unknown_references,
    checks_references.unknown_effect_targets,
    ends_alike,
    transfers_twice,
    checks_demand.shares_not_one,
    checks_demand.multiples_not_one,
    checks_demand.months_missing,
    checks_demand.ranges_out_of_order,
    checks_demand.growth_bases,
    checks_demand.incomplete_cargo,
    checks_demand.zones_without_places,
    checks_demand.stores_without_lanes,
    checks_processing.recipes_without_output,
    checks_processing.disposal_of_inputs,
    checks_processing.years_out_of_order,
    checks_processing.lanes_of_other_goods,
    checks_processing.lanes_of_other_places,
    checks_processing.firm_lanes,
    checks_processing.inputs_without_lanes,
    checks_units.weights_of_boxes,
    checks_units.limits_of_boxes_without_boxes,
    checks_units.costs_below_zero,
    checks_time.periods_out_of_order,
    checks_time.months_of_seasons,
    checks_time.overlapping_refusals,
    checks_projects.prerequisite_cycles,
    checks_projects.contradictory_projects,
    checks_projects.excessive_savings,
    checks_projects.unknown_parameters,
    *checks_duties.DUTY_CHECKS,
    *checks_trade.TRADE_CHECKS,
    *checks_rare_earths.CHAIN_CHECKS,
    *checks_finance.FINANCE_CHECKS,
)
