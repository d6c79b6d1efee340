"""A portfolio as a person hands it in: what is built when, who pays for it, and the sheets in which it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from network.schema import table
from network.schema_finance import RECOURSE
from network.schema_types import Field, Table

BUILDS, FINANCE, SETTINGS = "builds", "finance", "settings"
ENVELOPES = ("low", "base", "high")
_TERMS = table("funder_terms")

BUILD_SHEET = Table(
    BUILDS,
    "",
    (),
    (
        Field("project_id", "str", "Project of the sheet Projects."),
        Field("name", "str", "Name of the project; never read.", required=False),
        Field("start_year", "year", "First year of construction.", "year", required=False),
        Field("start_period", "year", "Milestone year of the period of the start, in place of start_year.", "year",
              required=False),
        Field("units", "int", "Units built, such as vessels.", "units", required=False, minimum=1, default=1),
        Field("mode", "str", "Concession mode; empty = that of the asset class.", required=False),
        Field("toll_level", "str", "Level of its toll, of finance/toll_levels.csv; empty = the charge of today.",
              required=False),
        Field("note", "str", "Remark; never read.", required=False),
    ),
    "What is built: one row a project, or one for each start of a project that is bought in units.",
    required=True,
)  # fmt: skip

FINANCE_SHEET = Table(
    FINANCE,
    "",
    (),
    (
        Field("project_id", "str", "Project of the sheet builds."),
        Field("funder_id", "str", "Funder of the sheet Funders."),
        Field("instrument", "str", "Instrument that the funder offers, see the sheet Terms."),
        Field("recourse", "str", "Who answers for it; empty = the only one that the funder offers.", required=False,
              choices=RECOURSE),
        Field("amount_musd", "float", "Commitment; or give share.", "million USD of 2025", required=False, minimum=0),
        Field("share", "float", "Part of the cost, such as 0.4, in place of amount_musd.", "share", required=False,
              minimum=0, maximum=1),
        Field("start_year", "year", "Start that it pays for; empty = all starts of the project, by their cost.", "year",
              required=False),
        *(
            Field(name, "float", f"{what}; empty = as the funder offers.", _TERMS.field(name).unit, required=False,
                  minimum=_TERMS.field(name).minimum, maximum=_TERMS.field(name).maximum)
            for name, what in (
                ("margin_bp", "Margin over the reference rate; of equity the return asked"),
                ("tenor_years", "Years from signature to the last payment"),
                ("grace_years", "Years of them before the first repayment"),
            )
        ),
        Field("note", "str", "Remark; never read.", required=False),
    ),
    "Who pays: one row a commitment. The financing of projects without a row is chosen by the model.",
)  # fmt: skip

SETTINGS_SHEET = Table(
    SETTINGS,
    "",
    (),
    (
        Field("setting", "str", "What is set."),
        Field("value", "str", "Its value; empty = as the rules of the bank have it.", required=False),
        Field("note", "str", "Remark; never read.", required=False),
    ),
    "What holds for the whole portfolio.",
)

SETTING_FIELDS = (
    Field("name", "str", "Name of the portfolio in reports; empty = that of the file."),
    Field("power_cap", "float", "Largest share of any one power; 1 = no cap.", "share", minimum=0, maximum=1),
    Field("host_exempt", "int", "1 = money of the host country is free of the cap at home.", choices=(0, 1)),
    Field("envelopes", "str", "Which envelopes of the funders count: low, base or high.", choices=ENVELOPES),
    Field("budget_musd_per_year", "float", "Most spending of all projects.", "million USD/year", minimum=0),
    Field("with_bank", "int", "0 = the proposed bank takes no part.", choices=(0, 1)),
)
SHEETS = (BUILD_SHEET, FINANCE_SHEET, SETTINGS_SHEET)
TERMS = ("margin_bp", "tenor_years", "grace_years")


@dataclass(frozen=True)
class Portfolio:
    """Builds with their financing.

    Attributes:
        name: for people.
        builds: one row a start: project_id, decision (always "built"), start_period (milestone year), start_year and
            in_service_year (of the model: a period starts its projects in its first year), units, mode, asset_class,
            cost_musd (of these units, without interest during construction), toll_level (of the menu; "" = today's
            charge). ``model.plans.plan_of`` reads it.
        finance: one row a commitment: project_id, funder_id, instrument, recourse, amount_musd, and margin_bp,
            tenor_years, grace_years where they differ from the funder's (NaN = as offered); start_year of the start
            that it pays for (NaN = all starts of the project, by their cost).
        chosen: projects without a row of finance, whose financing is to be chosen.
        settings: power_cap, host_exempt, envelopes, budget_musd_per_year, with_bank, where the portfolio sets them.
        notices: what a reader of the file should know, sentences.
    """

    name: str
    builds: pd.DataFrame
    finance: pd.DataFrame
    chosen: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
