"""Tables of the bank: sums of shares, order of ranges and years, terms that fit their instrument, rules that exist."""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import isnan

import pandas as pd

from network.bank_rules import BANK_RULE_UNITS
from network.cell_checks import show
from network.problems import Problem, closest, nearest
from network.schema_types import FIRST_YEAR, LAST_YEAR
from network.typed_frame import TypedTable

Tables = Mapping[str, TypedTable]
_TOLERANCE = 1e-6  # of sums of shares: figures have six digits
_COUNTRY = re.compile(r"^[A-Z]{2}$")
_CURRENCY = re.compile(r"^([A-Z]{3}|local)$")
_ONE_RECOURSE = {"grant": "none", "equity": "project"}
_BOUNDS = {"share": (0.0, 1.0), "index": (0.0, 1.0), "flag": (0.0, 1.0), "year": (float(FIRST_YEAR), float(LAST_YEAR))}
_WHOLE = ("flag", "year", "count")
# Columns of a table that may not fall from one to the next; empty ones say nothing.
_RISING = (
    ("funders", ("envelope_low_musd_per_year", "envelope_musd_per_year", "envelope_high_musd_per_year")),
    ("funders", ("first_year", "last_year")),
    ("funder_terms", ("grace_years", "tenor_years")),
    ("funder_terms", ("ticket_min_musd", "ticket_max_musd")),
)


def figures_out_of_order(tables: Tables) -> list[Problem]:
    """Envelopes whose low end is above their high end, funders that end before they begin, grace beyond the tenor."""
    problems = []
    for name, columns in _RISING:
        typed = tables[name]
        for low, high in pairwise(columns):
            rows = typed.sound_rows(low, high)
            problems += [
                typed.problem(int(str(row)), high, show(rows[high][row]), f"at least {show(rows[low][row])}, {low}")
                for row in rows.index[rows[high] < rows[low]]
            ]
    return problems


def countries_of_powers(tables: Tables) -> list[Problem]:
    """Countries of powers that are no code, or that two powers have."""
    typed = tables["powers"]
    rows = typed.sound_rows("power_id", "countries")
    problems, power_of = [], dict[str, str]()
    for row, name, countries in zip(rows.index, rows["power_id"], rows["countries"], strict=True):
        for country in countries:
            first = power_of.setdefault(country, name)
            if not _COUNTRY.match(country):
                problems.append(typed.problem(row, "countries", country, "a country code of two capital letters"))
            elif first != name:
                problems.append(typed.problem(row, "countries", country, f"a country of one power: {first} has it too"))
    return problems


def shares_of_owners(tables: Tables) -> list[Problem]:
    """Funders whose owners have more than all of them."""
    typed = tables["funder_owners"]
    problems = []
    for name, rows in typed.sound_groups("funder_id", "share"):
        total = float(rows["share"].sum())
        if total > 1.0 + _TOLERANCE:
            expected = f"at most 1: the sum of share over all rows of {name}"
            problems.append(typed.problem(int(rows.index[-1]), "share", f"sum {total:.6g}", expected))
    return problems


def several_banks(tables: Tables) -> list[Problem]:
    """Funders of kind bank beside the first."""
    typed = tables["funders"]
    rows = typed.sound_rows("funder_id", "kind")
    banks = rows.index[rows["kind"] == "bank"]
    return [
        typed.problem(int(str(row)), "kind", "bank", f"one bank at most: {rows['funder_id'][banks[0]]} is one")
        for row in banks[1:]
    ]


def shareholders_of_the_bank(tables: Tables) -> list[Problem]:
    """Shares of the bank that do not sum to one, and a look-through of the bank that is not that of its shares."""
    typed, owners, funders = tables["bank_shareholders"], tables["funder_owners"], tables["funders"].frame
    if typed.frame.empty or typed.faulty["share"].any() or typed.faulty["power_id"].any():
        return []
    total = float(typed.frame["share"].sum())
    if abs(total - 1.0) > _TOLERANCE:
        expected = "1: the sum of share over all shareholders"
        return [typed.problem(len(typed.frame) - 1, "share", f"sum {total:.6g}", expected)]
    banks = funders.loc[funders["kind"] == "bank", "funder_id"]
    if len(banks) != 1 or not owners.usable:
        return []
    held = typed.frame.groupby("power_id")["share"].sum()
    rows = owners.sound_rows("funder_id", "power_id", "share")
    rows = rows[rows["funder_id"] == banks.iloc[0]]
    problems = []
    for row, power, share in zip(rows.index, rows["power_id"], rows["share"], strict=True):
        wanted = float(held.get(power, 0.0))
        if abs(share - wanted) > _TOLERANCE:
            expected = f"{wanted:.6g}, what {typed.table.path} gives {power or 'nobody'}"
            problems.append(owners.problem(row, "share", show(share), expected))
    faulty = owners.frame.loc[owners.faulty["share"], "power_id"]
    without = sorted(set(held.index) - set(rows["power_id"]) - set(faulty))
    for power in without:
        row = int(typed.frame.index[typed.frame["power_id"] == power][0])
        expected = f"a power with a row of {banks.iloc[0]} in {owners.table.path}"
        problems.append(typed.problem(row, "power_id", power, expected))
    return problems


def rules_of_the_bank(tables: Tables) -> list[Problem]:
    """Rules that nothing reads, rules that are missing, figures in another unit or out of its bounds."""
    typed = tables["bank_rules"]
    if typed.frame.empty:
        return []
    problems, meant = [], set(typed.frame["rule_id"])
    rows = typed.sound_rows("rule_id", "unit", "value")
    for row, (rule, unit, value) in zip(rows.index, rows.to_numpy(), strict=True):
        wanted = BANK_RULE_UNITS.get(rule, "")
        low, high = _BOUNDS.get(unit, (0.0, float("inf")))
        if not wanted:
            meant.add(closest(rule, set(BANK_RULE_UNITS)))
            problems.append(
                typed.problem(row, "rule_id", rule, "a rule of the bank", nearest(rule, set(BANK_RULE_UNITS)))
            )
        elif unit != wanted:
            problems.append(typed.problem(row, "unit", unit, f"{wanted}, the unit of {rule}"))
        elif not low <= value <= high:
            problems.append(typed.problem(row, "value", show(value), f"{low:g} to {high:g}: {rule} is a {unit}"))
        elif unit in _WHOLE and not float(value).is_integer():
            problems.append(typed.problem(row, "value", show(value), f"a whole number: {rule} is a {unit}"))
    return problems + [
        Problem(typed.table.path, None, "rule_id", f"no row {rule}", "a row for each rule of the bank")
        for rule in BANK_RULE_UNITS
        if rule not in meant
    ]


def instruments_of_their_kind(tables: Tables) -> list[Problem]:
    """Guarantees that fund, and equity and grants that are debt."""
    typed = tables["instruments"]
    rows = typed.sound_rows("instrument", "is_debt", "is_funding")
    problems = []
    for row, (name, is_debt, is_funding) in zip(rows.index, rows.to_numpy(), strict=True):
        if name == "guarantee" and is_funding == 1:
            problems.append(typed.problem(row, "is_funding", "1", "0: a guarantee stands behind a loan"))
        if name in ("guarantee", *_ONE_RECOURSE) and is_debt == 1:
            problems.append(typed.problem(row, "is_debt", "1", f"0: nothing is lent by {name}"))
    return problems


def terms_of_instruments(tables: Tables) -> list[Problem]:
    """Terms without what their instrument needs, with the wrong recourse, or beyond what the funder takes at most."""
    typed, instruments = tables["funder_terms"], tables["instruments"].frame.set_index("instrument")
    most = dict(zip(*(tables["funders"].frame[c] for c in ("funder_id", "max_share_of_cost")), strict=True))
    columns = ("funder_id", "instrument", "recourse", "margin_bp", "tenor_years", "max_share_of_cost")
    rows = typed.sound_rows(*columns)
    problems = []
    for row, record in rows.iterrows():
        at, name, recourse, share = int(str(row)), record["instrument"], record["recourse"], record["max_share_of_cost"]
        single = _ONE_RECOURSE.get(name)
        if single and recourse != single:
            problems.append(typed.problem(at, "recourse", recourse, f"{single}: the recourse of {name}"))
        if not single and recourse == "none":
            problems.append(typed.problem(at, "recourse", recourse, f"sovereign or project: somebody repays {name}"))
        if name and not single:
            problems += [
                typed.problem(at, column, "", f"a value: {name} needs it")
                for column in ("margin_bp", "tenor_years")
                if isnan(record[column])
            ]
        if name == "equity" and isnan(record["margin_bp"]) and not _has_return(instruments, name):
            expected = "a value: equity has no required_return in finance/instruments.csv"
            problems.append(typed.problem(at, "margin_bp", "", expected))
        if share > most.get(record["funder_id"], 1.0) + _TOLERANCE:
            expected = f"at most {show(most[record['funder_id']])}, max_share_of_cost of {record['funder_id']}"
            problems.append(typed.problem(at, "max_share_of_cost", show(share), expected))
    return problems


def _has_return(instruments: pd.DataFrame, name: str) -> bool:
    """Whether an instrument that is declared says what return it asks."""
    return name not in instruments.index or not isnan(instruments["required_return"][name])


def classes_of_projects(tables: Tables) -> list[Problem]:
    """Types of projects and steps of the chain that no asset class has, or that two have."""
    typed = tables["asset_classes"]
    if typed.frame.empty:
        return []
    problems = []
    for column, users, name in (
        ("project_types", tables["projects"], "project_type"),
        ("chain_steps", tables["chain_processes"], "step"),
    ):
        class_of = dict[str, str]()
        rows = typed.sound_rows("asset_class", column)
        for row, one, items in zip(rows.index, rows["asset_class"], rows[column], strict=True):
            for item in items:
                if class_of.setdefault(item, one) != one:
                    expected = f"a name in one asset class: {class_of[item]} has it too"
                    problems.append(typed.problem(row, column, item, expected))
        if not typed.faulty[column].any() and (class_of or column == "project_types"):  # a chain need not be financed
            problems += _strangers(users, name, class_of, f"one of {column} of {typed.table.path}")
    return problems


def _strangers(typed: TypedTable, column: str, known: Iterable[str], expected: str) -> list[Problem]:
    """Cells that are not known, empty ones too."""
    valid = set(known)
    return [
        typed.problem(int(str(row)), column, cell, expected, nearest(cell, valid) if cell else "")
        for row, cell in typed.sound_rows(column)[column].items()
        if cell not in valid
    ]


def rates_of_borrowers(tables: Tables) -> list[Problem]:
    """Default rates given twice, and borrowers of asset classes without a rate for all ratings."""
    typed, classes = tables["default_rates"], tables["asset_classes"]
    rows = typed.sound_rows("borrower", "rating")
    problems = [
        typed.problem(int(str(row)), "rating", rows["rating"][row], f"each rating of {rows['borrower'][row]} once")
        for row in rows.index[rows.duplicated()]
    ]
    for_all = set(rows.loc[rows["rating"] == "", "borrower"])
    of_classes = classes.sound_rows("borrower")["borrower"]
    return problems + [
        classes.problem(int(str(row)), "borrower", name, f"a borrower with a row for all ratings in {typed.table.path}")
        for row, name in of_classes.items()
        if name in set(rows["borrower"]) - for_all
    ]


def ratings_of_countries(tables: Tables) -> list[Problem]:
    """Ratings in two classes of risk, and countries whose rating no class has."""
    typed, countries = tables["risk_weights"], tables["country_finance"]
    if typed.frame.empty:
        return []
    problems, class_of = [], dict[str, str]()
    rows = typed.sound_rows("risk_class", "recourse", "ratings")
    for row, (name, recourse, ratings) in zip(rows.index, rows.to_numpy(), strict=True):
        if ratings and recourse != "sovereign":
            problems.append(typed.problem(row, "ratings", "|".join(ratings), "nothing: projects are not rated"))
        for rating in ratings:
            if class_of.setdefault(rating, name) != name:
                expected = f"a rating of one class: {class_of[rating]} has it too"
                problems.append(typed.problem(row, "ratings", rating, expected))
    expected = f"a rating in ratings of {typed.table.path}"
    return problems + (_strangers(countries, "rating", class_of, expected) if class_of else [])


def currencies(tables: Tables) -> list[Problem]:
    """Currencies that are no code, given twice, and shares of a funder or of a flow that do not sum to one."""
    problems = []
    for name, keys in (
        ("funder_currencies", ["funder_id"]),
        ("class_currencies", ["asset_class", "country", "flow"]),
    ):
        typed = tables[name]
        rows = typed.sound_rows(*keys, "currency")
        problems += [
            typed.problem(int(str(row)), "currency", code, "a code of three capital letters, or local")
            for row, code in rows["currency"].items()
            if not _CURRENCY.match(code)
        ]
        problems += [
            typed.problem(int(str(row)), "currency", rows["currency"][row], "each currency once")
            for row in rows.index[rows.duplicated()]
        ]
        if typed.faulty["share"].any():
            continue
        for key, own in typed.sound_rows(*keys, "share").groupby(keys, sort=False):
            total = float(own["share"].sum())
            if abs(total - 1.0) > _TOLERANCE:
                what = " ".join(filter(None, map(str, key)))
                expected = f"1: the sum of share over all rows of {what}"
                problems.append(typed.problem(int(str(own.index[-1])), "share", f"sum {total:.6g}", expected))
    return problems


FINANCE_CHECKS = (
    figures_out_of_order,
    countries_of_powers,
    shares_of_owners,
    several_banks,
    shareholders_of_the_bank,
    rules_of_the_bank,
    instruments_of_their_kind,
    terms_of_instruments,
    classes_of_projects,
    rates_of_borrowers,
    ratings_of_countries,
    currencies,
)
