"""Declared tables of the development bank: powers, funders and their owners, terms, countries, rules, risk.

Money is million USD of 2025, rates are shares a year, margins basis points over the reference rate. Empty tables mean
that projects are paid from budgets alone.
"""

from network.bank_rules import BANK_RULE_UNITS
from network.schema_rare_earths import STEPS
from network.schema_types import FIRST_YEAR, LAST_YEAR, Field, Table, provenance

FUNDER_KINDS = (
    "bank",
    "multilateral",
    "dfi",
    "export_credit",
    "state",
    "enterprise",
    "commercial",
    "equity_fund",
    "grant_facility",
)
INSTRUMENTS = ("senior", "export_credit", "concessional", "guarantee", "subordinated", "equity", "grant")
RECOURSE = ("sovereign", "project", "none")
BORROWERS = ("sovereign", "public", "private", "private_infrastructure")
FLOWS = ("revenue", "operating_cost")
MODES = ("public", "availability", "minimum_revenue", "traffic_risk")

_POWER = "powers.power_id"
_FUNDER = "funders.funder_id"
_CLASS = "asset_classes.asset_class"
_COUNTRY = "country_finance.country"
_YEARLY = "million USD/year"


def _share(name: str, description: str, *, required: bool = True) -> Field:
    return Field(name, "float", description, required=required, minimum=0, maximum=1)


def _money(name: str, description: str, unit: str = "million USD", *, required: bool = True) -> Field:
    return Field(name, "float", description, unit, required=required, minimum=0)


POWERS = Table(
    "powers",
    "finance/powers.csv",
    ("power_id",),
    (
        Field("power_id", "str", "A party whose influence is counted."),
        Field("name", "str", "Name for people."),
        Field("countries", "list", "Its countries, ISO 3166-1 alpha-2."),
        *provenance(),
    ),
    "A state, a union or a group of states that acts as one.",
)

FUNDERS = Table(
    "funders",
    "finance/funders.csv",
    ("funder_id",),
    (
        Field("funder_id", "str", "Funder."),
        Field("name", "str", "Name for people."),
        Field("kind", "str", "Kind of funder; bank = the proposed bank itself, at most one.", choices=FUNDER_KINDS),
        _money("envelope_low_musd_per_year", "Low end of what it could commit a year.", _YEARLY),
        _money("envelope_musd_per_year", "What it could commit a year.", _YEARLY),
        _money("envelope_high_musd_per_year", "High end of it.", _YEARLY),
        _share("max_share_of_cost", "Most it takes of the cost of a project, all instruments together."),
        Field("countries", "list", "Countries where it may fund; empty = none.", required=False, references=_COUNTRY),
        Field("sectors", "list", "Asset classes that it may fund.", references=_CLASS),
        Field("is_private", "int", "1 = private money, which counts as mobilised.", choices=(0, 1)),
        Field("is_host", "int", "1 = money of a state, host money in the countries of that power.", choices=(0, 1)),
        Field("is_included", "int", "0 = left out by default.", choices=(0, 1), required=False, default=1),
        Field("first_year", "year", "First year of commitments.", required=False, default=FIRST_YEAR),
        Field("last_year", "year", "Last year of commitments.", required=False, default=LAST_YEAR),
        *provenance(),
    ),
    "Who could finance projects, with how much a year, where and what.",
)

FUNDER_OWNERS = Table(
    "funder_owners",
    "finance/funder_owners.csv",
    ("funder_id", "power_id"),
    (
        Field("funder_id", "str", "Funder.", references=_FUNDER),
        Field("power_id", "str", "Power that stands behind it.", references=_POWER),
        _share("share", "Part of the funder that counts for the power; what is left of 1 is dispersed."),
        *provenance(),
    ),
    "Look-through: whose influence the money of a funder is.",
)

FUNDER_TERMS = Table(
    "funder_terms",
    "finance/funder_terms.csv",
    ("funder_id", "instrument", "recourse"),
    (
        Field("funder_id", "str", "Funder.", references=_FUNDER),
        Field("instrument", "str", "Instrument.", references="instruments.instrument"),
        Field("recourse", "str", "Who answers for it: sovereign, project, none (a grant).", choices=RECOURSE),
        Field("margin_bp", "float", "Over the reference rate; of a guarantee its fee, of equity the return asked; "
              "empty = required_return of instruments.", "basis points", required=False, minimum=-500, maximum=3000),
        Field("tenor_years", "float", "Years from signature to the last payment; empty = none.", "years",
              required=False, minimum=0, maximum=60),
        Field("grace_years", "float", "Years of them before the first repayment.", "years", required=False, minimum=0),
        _share("max_share_of_cost", "Most of the cost of a project by this instrument."),
        _money("ticket_min_musd", "Least commitment.", required=False),
        _money("ticket_max_musd", "Most a project; empty = shares and envelope alone limit it.", required=False),
        *provenance(),
    ),
    "What a funder offers and on what terms.",
)  # fmt: skip

INSTRUMENT_TABLE = Table(
    "instruments",
    "finance/instruments.csv",
    ("instrument",),
    (
        Field("instrument", "str", "Instrument.", choices=INSTRUMENTS),
        Field("name", "str", "Name for people."),
        Field("is_debt", "int", "1 = paid back with interest.", choices=(0, 1)),
        Field("is_funding", "int", "1 = pays for works; 0 = stands behind a loan.", choices=(0, 1)),
        Field("seniority", "int", "Rank in payment, 1 first.", minimum=1, maximum=9),
        _share("credit_conversion_factor", "Part of the undrawn commitment that counts as exposure."),
        _share("required_return", "Return asked where terms name no margin, nominal USD, a year.", required=False),
        *provenance(),
    ),
    "Instruments of finance.",
)

COUNTRY_FINANCE = Table(
    "country_finance",
    "finance/country_finance.csv",
    ("country",),
    (
        Field("country", "str", "Country, ISO 3166-1 alpha-2."),
        Field("moodys", "str", "Moody's rating and outlook; empty = not rated.", required=False),
        Field("sp", "str", "S&P's.", required=False),
        Field("fitch", "str", "Fitch's.", required=False),
        Field("rating_date", "str", "Day or year of the ratings.", required=False),
        Field("rating", "str", "Rating that premium and risk weight go by, on S&P's scale."),
        _share("default_spread", "Default spread of the sovereign, a year."),
        _share("country_risk_premium", "Addition to the cost of equity, a year."),
        _share("sovereign_yield", "Yield of dollar bonds; empty = none.", required=False),
        _money("gdp_musd", "Gross domestic product of the year.", "million USD"),
        Field("debt_share_of_gdp", "float", "Public debt.", minimum=0, maximum=3),
        Field("debt_ceiling_share_of_gdp", "float", "Most debt by rule or habit.", minimum=0, maximum=3),
        _money("guarantee_headroom_musd", "Most that the state may guarantee and pass on in all."),
        _money("guarantee_cap_musd_per_year", "Most a year for the corridor.", _YEARLY),
        _share("grant_element_min", "Least grant element of what the state borrows."),
        Field("inflation", "float", "Inflation of the local currency.", "1/year", minimum=-0.1, maximum=2),
        Field("currency", "str", "Currency, ISO 4217."),
        Field("income_group", "str", "Income group.", choices=("low", "lower_middle", "upper_middle", "high")),
        _share("tax_rate", "Corporate tax."),
        *provenance("rating_", "the ratings"),
        *provenance("gdp_", "the gross domestic product"),
        *provenance("debt_", "the debt"),
        *provenance("yield_", "the yield"),
        *provenance("guarantee_", "ceiling, headroom, yearly cap and grant element"),
        *provenance("macro_", "inflation and income group"),
        *provenance("tax_", "the tax rate"),
        *provenance(),
    ),
    "What a state may borrow and guarantee and at what price; source and confidence of the row are of the premiums.",
)

BANK_RULES = Table(
    "bank_rules",
    "finance/bank_rules.csv",
    ("rule_id",),
    (
        Field("rule_id", "str", "Rule."),
        Field("value", "float", "Its figure.", minimum=0),
        Field("unit", "str", "Unit of the figure.", choices=tuple(dict.fromkeys(BANK_RULE_UNITS.values()))),
        Field("meaning", "str", "What it says."),
        *provenance(),
    ),
    "Rules of the proposed bank and of the whole portfolio: design defaults.",
)

BANK_SHAREHOLDERS = Table(
    "bank_shareholders",
    "finance/bank_shareholders.csv",
    ("shareholder_id",),
    (
        Field("shareholder_id", "str", "Shareholder."),
        Field("name", "str", "Name for people."),
        Field("power_id", "str", "Power that it counts for.", references=_POWER),
        _share("share", "Part of capital and votes; the shares sum to 1."),
        Field("is_regional", "int", "1 = of the Caspian, the Caucasus, Central Asia or Turkey.", choices=(0, 1)),
        Field("is_founder", "int", "1 = founding member.", choices=(0, 1)),
        *provenance(),
    ),
    "Who owns the proposed bank: a design default.",
)

DEFAULT_RATES = Table(
    "default_rates",
    "finance/default_rates.csv",
    (),
    (
        Field("borrower", "str", "Kind of borrower.", choices=BORROWERS),
        Field("rating", "str", "Rating on S&P's scale; empty = all.", required=False),
        _share("default_rate", "Part that defaults in a year."),
        _share("recovery", "Part of a loan in default that is recovered."),
        _share("asset_correlation", "Correlation of borrowers by which losses of a portfolio are drawn."),
        *provenance("correlation_", "the correlation"),
        *provenance(),
    ),
    "Defaults and recoveries of loans of development banks.",
)

RISK_WEIGHTS = Table(
    "risk_weights",
    "finance/risk_weights.csv",
    ("risk_class",),
    (
        Field("risk_class", "str", "Class of exposure."),
        Field("recourse", "str", "Who answers for it.", choices=("sovereign", "project")),
        Field("ratings", "list", "Ratings of sovereigns in it, S&P's scale; empty of projects.", required=False),
        Field("risk_weight", "float", "Weight on exposure.", minimum=0, maximum=20),
        Field("addition_below_b_plus", "float", "Addition in countries rated below B+.", required=False, minimum=0,
              default=0),
        *provenance(),
    ),
    "Weights of exposures in the capital that they need.",
)  # fmt: skip

REFERENCE_CLASSES = Table(
    "reference_classes",
    "finance/reference_classes.csv",
    ("asset_class", "quantity"),
    (
        Field("asset_class", "str", "Asset class.", references=_CLASS),
        Field("quantity", "str", "What was forecast.", choices=("capex", "delay", "traffic")),
        Field("mean", "float", "Actual over estimate less 1, mean; delay of the time of construction.", minimum=-1),
        Field("standard_deviation", "float", "Its standard deviation.", minimum=0),
        Field("p80", "float", "What 80 per cent stay below, of another set.", required=False, minimum=-1),
        Field("distribution", "str", "Distribution of actual over estimate.", choices=("lognormal", "normal")),
        *provenance("p80_", "the 80 per cent figure"),
        *provenance(),
    ),
    "How estimates of projects of a class turned out.",
)

FUNDER_CURRENCIES = Table(
    "funder_currencies",
    "finance/funder_currencies.csv",
    ("funder_id", "currency"),
    (
        Field("funder_id", "str", "Funder.", references=_FUNDER),
        Field("currency", "str", "Currency that it lends in, ISO 4217; local = that of the project's country."),
        _share("share", "Part of its loans; the shares of a funder sum to 1."),
        *provenance(),
    ),
    "Currencies of the loans of funders; a funder without a row lends in USD.",
)

CLASS_CURRENCIES = Table(
    "class_currencies",
    "finance/class_currencies.csv",
    (),
    (
        Field("asset_class", "str", "Asset class.", references=_CLASS),
        Field("country", "str", "Country that it holds for; empty = all that have no row of their own.",
              required=False, references=_COUNTRY),
        Field("flow", "str", "What is received or paid.", choices=FLOWS),
        Field("currency", "str", "Currency, ISO 4217; local = that of the project's country."),
        _share("share", "Part of the flow; the shares of a class, country and flow sum to 1."),
        *provenance(),
    ),
    "Currencies in which projects earn and spend; a class without a row does both in USD.",
)  # fmt: skip

ASSET_CLASSES = Table(
    "asset_classes",
    "finance/asset_classes.csv",
    ("asset_class",),
    (
        Field("asset_class", "str", "Asset class."),
        Field("project_types", "list", "Types of projects.csv that belong to it.", required=False),
        Field("chain_steps", "list", "Steps of the rare-earth chain that belong to it.", required=False, choices=STEPS),
        _share("charge_share", "Part of what freight pays on the link or at the place that its owner gets."),
        _share("variable_cost_share", "Part of that charge that running costs take."),
        Field("concession_mode", "str", "How it is usually built.", references="concession_modes.mode"),
        Field("dscr_floor", "float", "Least cover of debt service where the borrower bears the traffic.", minimum=1),
        Field("llcr_floor", "float", "Least cover over the life of the loan.", minimum=1),
        Field("plcr_floor", "float", "Least cover over the life of the project.", minimum=1),
        _share("tax_rate", "Corporate tax in countries that country_finance does not have."),
        Field("borrower", "str", "Kind of borrower without a state guarantee.", references="default_rates.borrower"),
        Field("ramp_up_years", "int", "Years of service before all of the traffic has come.", "years", required=False,
              minimum=0, maximum=15, default=0),
        Field("ramp_up_first_share", "float", "Part of it in the first year; it rises evenly to all of it.",
              required=False, minimum=0, maximum=1, default=1),
        Field("is_sensitive", "int", "1 = a ceiling on the share of a power in the class makes sense.", choices=(0, 1)),
        *provenance(),
    ),
    "Classes of projects: what their owner earns, how they are financed.",
)  # fmt: skip

CONCESSION_MODES = Table(
    "concession_modes",
    "finance/concession_modes.csv",
    ("mode",),
    (
        Field("mode", "str", "Way to build and run.", choices=MODES),
        Field("name", "str", "Name for people."),
        _share("traffic_risk_share", "Part of the traffic risk that the company bears."),
        _share("revenue_guarantee_share", "Part of the forecast revenue that the state makes good."),
        Field("dscr_floor", "float", "Least cover of debt service.", minimum=1),
        Field("may_borrow_on_project", "int", "1 = lenders may look to the project alone.", choices=(0, 1)),
        *provenance(),
    ),
    "Ways to share a project between state and company.",
)

TOLL_LEVELS = Table(
    "toll_levels",
    "finance/toll_levels.csv",
    ("level",),
    (
        Field("level", "str", "Level."),
        Field("factor", "float", "Factor on the charge of the infrastructure.", minimum=0, maximum=5),
        *provenance(),
    ),
    "Tolls that may be chosen.",
)

FINANCE_TABLES = (
    POWERS,
    FUNDERS,
    FUNDER_OWNERS,
    FUNDER_TERMS,
    INSTRUMENT_TABLE,
    COUNTRY_FINANCE,
    BANK_RULES,
    BANK_SHAREHOLDERS,
    DEFAULT_RATES,
    RISK_WEIGHTS,
    REFERENCE_CLASSES,
    ASSET_CLASSES,
    CONCESSION_MODES,
    TOLL_LEVELS,
    FUNDER_CURRENCIES,
    CLASS_CURRENCIES,
)
