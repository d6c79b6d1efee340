"""Tables of the rare-earth chain: mass, order of ranges and years, names that exist, figures that rules need."""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import isnan

import pandas as pd

from network.problems import Problem, nearest
from network.typed_frame import TypedTable

Tables = Mapping[str, TypedTable]
_TOLERANCE = 1e-6  # of shares and of masses: figures have six digits
_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")
_WITH_FEED = ("mine", "crack")
_FROM_PROFILES = ("mine", "crack", "separation")
_FROM_NOTHING = "collection"  # makes scrap of goods sold years ago, which are no input
_STANDING = ("operating", "construction")
_NEEDS = {
    "licence": "grant_share",
    "quota": "quota_t_per_year",
    "production_quota": "quota_t_per_year",
    "offtake": "quota_t_per_year",
    "price_floor": "floor_usd_per_t",
    "share": "max_share",
    "benchmark": "min_share",
}
_FIGURES = tuple(dict.fromkeys(_NEEDS.values()))
# Columns of a table that may not fall from one to the next.
_RISING = (
    ("chain_processes", ("recovery_low", "recovery", "recovery_high")),
    ("chain_demand", ("quantity_low_t", "quantity_t", "quantity_high_t")),
    ("chain_demand", ("elasticity_short", "elasticity_long")),
    ("chain_demand", ("tier1_share", "tier2_share")),
    ("chain_demand", ("tier1_usd_per_t", "tier2_usd_per_t", "tier3_usd_per_t")),
    ("chain_stocks", ("stock_t", "most_t")),
)


def profiles_not_one(tables: Tables) -> list[Problem]:
    """Profiles whose shares do not sum to one."""
    typed = tables["chain_profiles"]
    problems = []
    for name, rows in typed.sound_groups("profile_id", "share"):
        total = float(rows["share"].sum())
        if abs(total - 1.0) > _TOLERANCE:
            expected = f"1: the sum of share over all rows of {name}"
            problems.append(typed.problem(int(rows.index[0]), "share", f"sum {total:.6g}", expected))
    return problems


def elements_without_oxide(tables: Tables) -> list[Problem]:
    """Elements whose oxide is no good: what separation wins of them would go nowhere."""
    typed, goods = tables["chain_elements"], set(tables["chain_goods"].frame["good_id"])
    rows = typed.sound_rows("element_id")
    return [
        typed.problem(int(str(row)), "element_id", name, f"an element with a good ox_{name.lower()}")
        for row, name in rows["element_id"].items()
        if name and goods and f"ox_{name.lower()}" not in goods
    ]


def mass_from_nothing(tables: Tables) -> list[Problem]:
    """Recipes that give more of an element than they take."""
    typed = tables["chain_recipes"]
    columns = ("process_id", "side", "good_id", "t_per_t")
    rows = typed.sound_rows(*columns)
    contents = tables["chain_contents"].sound_rows("good_id", "element_id", "t_per_t")
    held = rows.reset_index(names="row").merge(contents, on="good_id", suffixes=("", "_held"))
    held["oxide"] = held["t_per_t"] * held["t_per_t_held"] * held["side"].map({"output": 1.0, "input": -1.0})
    steps = dict(zip(*(tables["chain_processes"].frame[c] for c in ("process_id", "step")), strict=True))
    faulty = set(typed.frame["process_id"]) - {name for name, _ in typed.sound_groups("process_id", *columns[1:])}
    problems = []
    for (process, element), part in held.groupby(["process_id", "element_id"], sort=False):
        excess = float(part["oxide"].sum())
        if excess > _TOLERANCE and steps.get(process) != _FROM_NOTHING and process not in faulty:
            row = int(part.loc[part["side"] == "output", "row"].iloc[0])
            found, taken = (float(part.loc[part["side"] == side, "oxide"].abs().sum()) for side in ("output", "input"))
            expected = f"at most {taken:.6g} t of {element}, what the inputs of {process} hold"
            problems.append(typed.problem(row, "t_per_t", f"{found:.6g} t of {element}", expected))
    return problems


def figures_out_of_order(tables: Tables) -> list[Problem]:
    """Ranges whose low end is above their middle or high end, and tiers of shortage that fall."""
    problems = []
    for name, columns in _RISING:
        typed = tables[name]
        for low, high in pairwise(columns):
            rows = typed.sound_rows(low, high)
            problems += [
                typed.problem(int(str(row)), high, f"{rows[high][row]:g}", f"at least {rows[low][row]:g}, {low}")
                for row in rows.index[rows[high] < rows[low]]
            ]
    return problems


def steps_of_processes(tables: Tables) -> list[Problem]:
    """Mines and crackers without a feed, feeds that are none, and steps with the wrong kind of recipe."""
    typed = tables["chain_processes"]
    stages = dict(zip(*(tables["chain_goods"].frame[c] for c in ("good_id", "stage")), strict=True))
    recipes = tables["chain_recipes"].frame
    made = set(recipes.loc[recipes["side"] == "output", "process_id"])
    rows = typed.sound_rows("process_id", "step", "feed")
    problems = []
    for row, record in rows.iterrows():
        at, step, feed = int(str(row)), record["step"], record["feed"]
        if step in _WITH_FEED and not feed:
            problems.append(typed.problem(at, "feed", "", f"a good of the stage feed: a {step} has one"))
        if feed and stages.get(feed, "feed") != "feed":
            feeds = [good for good, stage in stages.items() if stage == "feed"]
            problems.append(typed.problem(at, "feed", feed, "a good of the stage feed", nearest(feed, feeds)))
        if step in _FROM_PROFILES and record["process_id"] in made:
            expected = f"a process without recipe: what a {step} gives follows from profiles and recoveries"
            problems.append(typed.problem(at, "process_id", record["process_id"], expected))
        if step not in _FROM_PROFILES and record["process_id"] not in made:
            expected = "a process with an output in rare_earths/recipes.csv"
            problems.append(typed.problem(at, "process_id", record["process_id"], expected))
    return problems


def units_of_facilities(tables: Tables) -> list[Problem]:
    """Mines without a distribution, and output above capacity."""
    typed = tables["chain_units"]
    profile = dict(zip(*(tables["chain_facilities"].frame[c] for c in ("facility_id", "profile_id")), strict=True))
    step = dict(zip(*(tables["chain_processes"].frame[c] for c in ("process_id", "step")), strict=True))
    rows = typed.sound_rows("facility_id", "process_id", "capacity_t_per_year", "output_2024_t")
    problems = []
    for row, record in rows.iterrows():
        at, facility = int(str(row)), record["facility_id"]
        if step.get(record["process_id"]) == "mine" and profile.get(facility, "known") == "":
            expected = "a facility with a profile_id: a mine has a distribution"
            problems.append(typed.problem(at, "facility_id", facility, expected))
        if record["output_2024_t"] > record["capacity_t_per_year"]:
            expected = f"at most {record['capacity_t_per_year']:g}, capacity_t_per_year"
            problems.append(typed.problem(at, "output_2024_t", f"{record['output_2024_t']:g}", expected))
    return problems


def costs_of_candidates(tables: Tables) -> list[Problem]:
    """Facilities that may be built for nothing: neither they nor their processes have an investment."""
    typed = tables["chain_facilities"]
    processes = tables["chain_processes"].frame
    free = set(processes.loc[~(processes["capex_usd_per_tpy"] > 0), "process_id"])
    units = tables["chain_units"].frame
    units = units[(units["capacity_t_per_year"] > 0) & units["process_id"].isin(free)]
    without = dict(zip(units["facility_id"], units["process_id"], strict=True))
    rows = typed.sound_rows("facility_id", "status", "first_year", "capex_musd")
    rows = rows[~rows["status"].isin([*_STANDING, "stalled"]) & rows["first_year"].notna() & ~(rows["capex_musd"] > 0)]
    return [
        typed.problem(int(str(row)), "capex_musd", "", f"an investment: its process {without[name]} has none")
        for row, name in rows["facility_id"].items()
        if name in without
    ]


def places_of_the_chain(tables: Tables) -> list[Problem]:
    """Countries in no region or in two, parties of controls that are none, owner groups without a facility."""
    regions, facilities, controls = (tables[f"chain_{name}"] for name in ("regions", "facilities", "controls"))
    problems, region_of = [], dict[str, str]()
    rows = regions.sound_rows("region_id", "countries")
    for row, name, countries in zip(rows.index, rows["region_id"], rows["countries"], strict=True):
        for country in countries:
            if region_of.setdefault(country, name) != name:
                expected = f"a country of one region: it is in {region_of[country]} too"
                problems.append(regions.problem(row, "countries", country, expected))
    problems += _strangers(facilities, "country", region_of, "a country of a region of rare_earths/regions.csv")
    parties = {*region_of, *regions.frame["region_id"]}
    for column in ("exporters", "importers"):
        problems += _strangers(controls, column, parties, "a region of rare_earths/regions.csv or a country of one")
    territories = tables["customs_territories"].frame
    known = {*parties, *territories["territory"], *(c for names in territories["countries"] for c in names)}
    for typed, column in ((controls, "imposed_by"), (regions, "importer")):
        problems += _strangers(typed, column, known, "a country or territory of the world")
    groups = set(facilities.frame["owner_group"]) - {""}
    return problems + _strangers(controls, "owner_groups", groups, "an owner_group of rare_earths/facilities.csv")


def _strangers(typed: TypedTable, column: str, known: Iterable[str], expected: str) -> list[Problem]:
    """Cells, or items of lists, that are not known."""
    valid = set(known)
    return [
        typed.problem(int(str(row)), column, name, expected, nearest(name, valid))
        for row, cell in typed.sound_rows(column)[column].items()
        for name in (cell if isinstance(cell, tuple) else (cell,))
        if name and name not in valid
    ]


def years_of_demand(tables: Tables) -> list[Problem]:
    """Demand without a year, or whose years do not rise from row to row of a region and good."""
    typed = tables["chain_demand"]
    rows = typed.sound_rows("region_id", "good_id", "year")
    problems = [typed.problem(int(str(row)), "year", "", "a year") for row in rows.index[rows["year"].isna()]]
    before = rows.groupby(["region_id", "good_id"], sort=False)["year"].shift()
    for row in rows.index[rows["year"] < before]:
        expected = (
            f"a year after {before[row]:.0f}, of the row before of {rows['region_id'][row]}, {rows['good_id'][row]}"
        )
        problems.append(typed.problem(int(str(row)), "year", f"{rows['year'][row]:.0f}", expected))
    return problems


def months_of_controls(tables: Tables) -> list[Problem]:
    """Months that are none, and controls that end before they begin."""
    typed = tables["chain_controls"]
    rows = typed.sound_rows("first_month", "last_month")
    problems = []
    for row, (first, last) in zip(rows.index, rows.to_numpy(), strict=True):
        bad = [(column, text) for column, text in (("first_month", first), ("last_month", last))
               if text and not _MONTH.match(text)]  # fmt: skip
        problems += [typed.problem(row, column, text, "a month such as 2026-07") for column, text in bad]
        if not bad and first and last and last < first:
            problems.append(typed.problem(row, "last_month", last, f"{first} or later, first_month"))
    return problems


def figures_of_controls(tables: Tables) -> list[Problem]:
    """Controls without the figure that their kind needs, with that of another kind, or on nothing in particular."""
    typed = tables["chain_controls"]
    parties = ("exporters", "importers", "owner_groups")
    rows = typed.sound_rows("instrument", *parties, *_FIGURES)
    problems = []
    for row, record in rows.iterrows():
        at, kind = int(str(row)), record["instrument"]
        needed = _NEEDS.get(kind, "")
        if needed and isnan(record[needed]):
            problems.append(typed.problem(at, needed, "", f"a value: a {kind} needs it"))
        problems += [
            typed.problem(at, other, f"{record[other]:g}", f"nothing: a {kind} has none")
            for other in _FIGURES
            if other != needed and record[other] > 0
        ]
        if not any(record[column] for column in parties):
            problems.append(typed.problem(at, "exporters", "", "exporters, importers or owner_groups: all are empty"))
    return problems


def sizes_of_stocks(tables: Tables) -> list[Problem]:
    """Stocks with neither or both of days and tonnes."""
    typed = tables["chain_stocks"]
    rows: pd.DataFrame = typed.sound_rows("days", "stock_t")
    both, none = rows["days"].notna() & rows["stock_t"].notna(), rows["days"].isna() & rows["stock_t"].isna()
    problems = [typed.problem(int(str(row)), "days", "", "days or stock_t: both are empty") for row in rows.index[none]]
    return problems + [
        typed.problem(int(str(row)), "stock_t", f"{rows['stock_t'][row]:g}", "nothing: days say how much it is")
        for row in rows.index[both]
    ]


CHAIN_CHECKS = (
    profiles_not_one,
    elements_without_oxide,
    mass_from_nothing,
    figures_out_of_order,
    steps_of_processes,
    units_of_facilities,
    costs_of_candidates,
    places_of_the_chain,
    years_of_demand,
    months_of_controls,
    figures_of_controls,
    sizes_of_stocks,
)
