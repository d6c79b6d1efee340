"""Columns of the plain sheets of a portfolio's workbook."""

from __future__ import annotations

from report.tables import Heading

MUSD, NPV, YEARLY = "million USD", "million USD, present value", "million USD a year"
SCENARIO = Heading("scenario_title", "Scenario")
_PROJECT = Heading("project", "Project")
_YEAR = Heading("year", "Year", kind="year")
_CONFIDENCE = Heading("confidence", "Confidence")


def _musd(key: str, header: str, unit: str = MUSD) -> Heading:
    return Heading(key, header, unit, "amount")


def _share(key: str, header: str, unit: str = "share") -> Heading:
    return Heading(key, header, unit, "share")


ASSUMPTIONS = (
    Heading("group", "Group"),
    Heading("figure", "Figure"),
    Heading("value", "Value"),
    Heading("unit", "Unit"),
    _YEAR,
    _CONFIDENCE,
    Heading("default_words", "Design default"),
    Heading("source", "Source"),
)
PROJECTS = (
    SCENARIO,
    Heading("project_id", "Project"),
    Heading("name", "Name"),
    Heading("country", "Country"),
    Heading("asset_class", "Asset class"),
    Heading("mode", "Concession mode"),
    Heading("start_year", "Start", kind="year"),
    Heading("in_service_year", "In service", kind="year"),
    Heading("end_year", "Life ends", kind="year"),
    _musd("capex_musd", "Investment"),
    _musd("idc_musd", "Interest during construction"),
    _musd("debt_musd", "Debt"),
    _musd("equity_musd", "Equity"),
    _musd("grant_musd", "Grants"),
    _musd("guarantee_musd", "Guarantees (do not fund)"),
    _musd("unfunded_musd", "Without a source"),
    _musd("surplus_musd", "Committed beyond the uses"),
    _musd("bank_musd", "Of it from the bank"),
    _musd("private_musd", "Of it private"),
    Heading("power", "Largest power"),
    _share("largest_power_share", "Its part"),
    Heading("funder_hhi", "Sum of squared shares of powers", "1 = all from one", "price"),
    _share("grant_element", "Grant element"),
    _musd("revenue_musd_per_year", "Revenue in the last period", YEARLY),
    _share("firr", "Financial return", "a year"),
    Heading("firr_note", "Note on it"),
    _share("wacc", "Cost of capital, real", "a year"),
    _musd("fnpv_musd", "Financial worth at the cost of capital", NPV),
    Heading("payback_years", "Payback, discounted", "years", "amount"),
    Heading("dscr_min", "Least debt service cover", "ratio", "price"),
    Heading("dscr_min_year", "In the year", kind="year"),
    Heading("dscr_floor", "Floor of it", "ratio", "price"),
    Heading("llcr", "Loan life cover", "ratio", "price"),
    Heading("plcr", "Project life cover", "ratio", "price"),
    _musd("enpv_musd", "Economic worth at 6 %", NPV),
    _musd("enpv_9_musd", "Economic worth at 9 %", NPV),
    _share("eirr", "Economic return", "a year"),
    Heading("eirr_note", "Note on it"),
    _musd("enpv_alone_musd", "Economic worth alone", NPV),
    _musd("complement_musd", "Worth as a complement of others", NPV),
    _musd("expected_loss_musd", "Expected loss of lenders"),
    Heading("confidence", "Confidence of the investment"),
)
COMMITMENTS = (
    SCENARIO,
    _PROJECT,
    Heading("start_year", "Committed in", kind="year"),
    Heading("funder", "Funder"),
    Heading("kind", "Kind"),
    Heading("instrument", "Instrument"),
    Heading("recourse", "Recourse"),
    _musd("amount_musd", "Commitment"),
    Heading("funding_words", "Funds"),
    _share("nominal_rate", "Interest, nominal USD", "a year"),
    Heading("tenor_years", "Tenor", "years", "count"),
    Heading("grace_years", "Grace", "years", "count"),
    _share("grant_element", "Grant element"),
    _musd("expected_loss_musd", "Expected loss"),
    _musd("capital_musd", "Economic capital"),
    Heading("confidence", "Confidence of the terms"),
)
COVENANTS = (
    SCENARIO,
    Heading("light_words", "Light"),
    Heading("family_words", "Kind of limit"),
    Heading("title", "Limit"),
    Heading("key_words", "Of"),
    _YEAR,
    Heading("value", "Value", "in the unit", "price"),
    Heading("limit", "Allowed", "in the unit", "price"),
    Heading("unit", "Unit"),
    _musd("headroom_musd", "Left, below 0 broken"),
)
CURRENCY = (
    SCENARIO,
    _PROJECT,
    Heading("currency", "Currency"),
    Heading("local_words", "Of the country"),
    _musd("debt_musd", "Loans in it"),
    _share("debt_share", "Part of the loans"),
    _share("revenue_share", "Part of the revenue"),
    _share("open_share", "Part of the loans without revenue in it"),
    _CONFIDENCE,
)
DEVALUATION = (
    SCENARIO,
    _PROJECT,
    Heading("currency", "Currency that falls"),
    _share("foreign_debt_share", "Loans in other currencies"),
    _share("foreign_revenue_share", "Revenue in other currencies"),
    _share("unhedged_share", "Unhedged part of the loans"),
    _share("devaluation", "Fall"),
    Heading("dscr_min", "Least debt service cover", "ratio", "price"),
    Heading("dscr_stressed", "After the fall", "ratio", "price"),
    Heading("dscr_floor", "Floor of it", "ratio", "price"),
    _share("breaking_devaluation", "Fall that breaks the floor (0 = broken, empty = none)"),
    _musd("state_musd_per_year", "More to pay for the state in the worst year", YEARLY),
)
POWERS = (
    SCENARIO,
    Heading("part_words", "Part"),
    Heading("key_words", "Of"),
    Heading("power", "Power"),
    _musd("amount_musd", "Counts as its own"),
    _musd("host_musd", "Its money as host, exempt"),
    _share("share", "Counted part of all funds"),
    _share("cap", "Cap"),
    _musd("over_musd", "Over the cap"),
    Heading("light_words", "Light"),
)
BANK = (
    SCENARIO,
    _YEAR,
    _musd("equity_musd", "Equity"),
    _musd("paid_in_musd", "Paid in this year"),
    _musd("loans_musd", "Loans outstanding"),
    _musd("investments_musd", "Equity investments"),
    _musd("guarantees_musd", "Guarantees"),
    _musd("undrawn_musd", "Committed, not drawn"),
    _musd("borrowing_musd", "Own debt at least"),
    _musd("income_musd", "Income", YEARLY),
    _musd("capital_need_musd", "Economic capital"),
    Heading("equity_to_loans", "Equity to loans", "ratio", "price"),
    Heading("equity_to_loans_min", "Least allowed", "ratio", "price"),
    Heading("gearing", "Gearing", "ratio", "price"),
    Heading("gearing_max", "Most allowed", "ratio", "price"),
    _musd("expected_loss_musd", "Expected loss of the year"),
    _musd("unexpected_loss_musd", "Unexpected loss, 99.9 %"),
    _share("raroc", "Return on economic capital", "a year"),
)
SCENARIOS = (
    Heading("title", "Scenario"),
    _musd("gain_musd", "Gain at 6 %", NPV),
    _musd("gain_9_musd", "Gain at 9 %", NPV),
    _share("eirr", "Economic return", "a year"),
    _musd("best_musd", "Best portfolio known", NPV),
    _musd("regret_musd", "Regret", NPV),
    _musd("capex_musd", "Investment"),
    Heading("dscr_min", "Least debt service cover", "ratio", "price"),
    Heading("projects_below_floor", "Projects below the floor", "", "count"),
    Heading("first_breach", "First to break"),
    Heading("first_breach_year", "In the year", kind="year"),
    _musd("breach_musd", "By how much"),
    Heading("co2_kt_per_year", "Emissions against nothing built", "kt CO2 a year", "amount"),
    Heading("corridor_kt", "Cargo on the Middle Corridor", "kt a year", "amount"),
)
WINNERS = (
    SCENARIO,
    Heading("party_name", "Whose"),
    Heading("account_words", "Account"),
    _musd("gain_musd", "Gain", NPV),
)
FRONTIER = (
    Heading("study_words", "Study"),
    _share("power_cap", "Cap on one power"),
    Heading("risk_weight", "Weight of the worst scenarios", "share", "share"),
    _musd("gain_musd", "Gain", NPV),
    _musd("bound_musd", "No portfolio gains more than", NPV),
    _share("gap", "Gap of the gain"),
    _musd("price_musd", "Price of independence", NPV),
    _musd("cvar_musd", "Mean gain of the worst scenarios", NPV),
    Heading("power_name", "Largest power"),
    _share("largest_power_share", "Its part"),
    Heading("funder_hhi", "Sum of squared shares of powers", "1 = all from one", "price"),
    _musd("capex_musd", "Investment"),
    _musd("bank_musd", "From the bank"),
    _musd("private_musd", "Private"),
    Heading("project_words", "Projects"),
)
TORNADO = (
    _PROJECT,
    Heading("driver", "Driver"),
    Heading("low", "Low", "times, or years", "price"),
    Heading("high", "High", "times, or years", "price"),
    _musd("enpv_low_musd", "Economic worth at the low value", NPV),
    _musd("enpv_base_musd", "As it is", NPV),
    _musd("enpv_high_musd", "At the high value", NPV),
    Heading("switching_value", "Value at which it is nothing", "times, or years", "price"),
    Heading("note", "Note"),
)
DRAWS = (
    _PROJECT,
    Heading("measure_words", "Measure"),
    Heading("mean", "Mean", "", "price"),
    Heading("standard_error", "Standard error", "", "price"),
    Heading("p5", "5 %", "of draws below", "price"),
    Heading("p50", "50 %", "of draws below", "price"),
    Heading("p80", "80 %", "of draws below", "price"),
    Heading("p95", "95 %", "of draws below", "price"),
    _share("probability_below", "Lose, or fall below the floor", "share of draws"),
    Heading("draws", "Draws", "", "count"),
    Heading("seed", "Seed", "", "count"),
)
REPAIRS = (
    _PROJECT,
    Heading("family_words", "Kind of limit"),
    Heading("what", "What"),
    Heading("period", "Period", kind="year"),
    _musd("amount_musd", "Amount"),
)
TOLLS = (
    SCENARIO,
    Heading("project_words", "Projects"),
    Heading("level_words", "Toll"),
    Heading("factor", "Charge over that of today", "times", "price"),
    Heading("chosen_words", "Chosen"),
    _musd("shippers_musd", "Gain of shippers, investment paid", NPV),
    _musd("revenue_musd", "Charges of projects with a toll", NPV),
    _musd("owners_musd", "Owners over today's charges, cost of carrying paid", NPV),
    _musd("welfare_musd", "Shippers and owners together", NPV),
    Heading("financed_words", "Can be financed"),
    _musd("private_musd", "Private money"),
    _musd("cash_musd_per_year", "Cash for debt service, last period", YEARLY),
    Heading("corridor_kt", "Cargo on the Middle Corridor", "kt a year", "amount"),
)
COMPARISON = (
    SCENARIO,
    Heading("measure_words", "Measure"),
    Heading("unit", "Unit"),
    Heading("first", "First portfolio", "in the unit", "fine"),
    Heading("second", "Second portfolio", "in the unit", "fine"),
    Heading("difference", "Second less first", "in the unit", "fine"),
)
NATIONAL = (
    Heading("country_name", "Plan of"),
    Heading("project_words", "Projects"),
    _musd("capex_musd", "Investment"),
    _musd("own_worth_musd", "Worth to the country; of the last rows, to all", NPV),
)
