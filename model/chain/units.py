"""Units of the chain's facilities: capacity by slice, what candidates add, and what that costs.

A unit is one process of one facility. What stands, or is being built, has capacity from its first year, less while it
ramps up. A candidate is a project in two or three sizes, of which one is built: investment grows with size to the power
of its process's exponent (economies of scale), spread over the years of construction; at the horizon the straight-line
rest of its life is taken off.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.slices import Slices
from model.strategy import discount_factor
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
KILO = 1000.0
LIFE_YEARS = 25.0
BASE_YEAR = 2024
STANDING = ("operating", "construction")
# Over the announced size: a deposit or a plant may be smaller than announced, an option that nobody owns larger too.
SIZES, OPEN_SIZES = (0.5, 1.0), (0.5, 1.0, 2.0)
OPEN = "open"
_YEARS_TO_NAMEPLATE = 5.0  # estimate: ramps of Lynas, MP and Serra Verde took four to seven years


@dataclass(frozen=True)
class Units:
    """Units, projects and what these add.

    Attributes:
        frame: one row a unit: facility_id, process_id, step, basis, feed, region, country, place_id, owner_group,
            profile_id, takes_others, opex_usd_per_t, access_usd_per_t, status.
        capacity: units x slices, kt a year without projects.
        projects: one row a project: facility_id, name, country, size, capex_musd, permit_years (to come).
        starts: one row a possible start: project (position), slice, start_year, service_year, cost_musd.
        add_unit, add_start, add_slice, add_kt: what a start adds to the capacity of a unit in a slice, kt a year.
    """

    frame: pd.DataFrame
    capacity: Floats
    projects: pd.DataFrame
    starts: pd.DataFrame
    add_unit: Ints
    add_start: Ints
    add_slice: Ints
    add_kt: Floats

    def of_step(self, *steps: str) -> Ints:
        """Positions of the units of some steps."""
        return np.flatnonzero(self.frame["step"].isin(steps).to_numpy())


def regions_of(network: Network) -> dict[str, str]:
    """Region of each country."""
    return {c: str(r.region_id) for r in each_row(network.chain_regions) for c in r.countries}


def build_units(network: Network, slices: Slices, periods: pd.DataFrame) -> Units:
    """Units of a world; those of stalled facilities are left out."""
    frame = _frame(network)
    capacity = _standing(frame, slices)
    projects = _projects(frame)
    starts = _starts(network, projects, slices, periods)
    adds = _adds(frame, projects, starts, slices)
    return Units(frame, capacity, projects, starts, *adds)


def _frame(network: Network) -> pd.DataFrame:
    units = network.chain_units.drop(columns=["year", "source", "confidence", "note"], errors="ignore")
    facilities = network.chain_facilities.drop(columns=["year", "source", "note"], errors="ignore")
    processes = network.chain_processes.drop(columns=["year", "source", "confidence", "note", "name"], errors="ignore")
    frame = units.merge(facilities, on="facility_id").merge(processes, on="process_id")
    frame = frame[frame["status"] != "stalled"].reset_index(drop=True)
    region = regions_of(network)
    frame["region"] = frame["country"].map(region)
    china = frame["country"] == "CN"
    frame["opex_usd_per_t"] = frame["opex_usd_per_t"].mask(china, frame["opex_china_usd_per_t"])
    rate = {"road": network.parameter("chain_road_usd_per_tkm"), "sea": network.parameter("chain_sea_usd_per_tkm")}
    frame["access_usd_per_t"] = frame["access_km"] * frame["access_mode"].map(rate).astype(float)
    return frame


def _ramp(age_start: Floats, age_end: Floats, years: Floats) -> Floats:
    """Mean part of capacity between two ages, rising in a straight line over ``years``."""
    years = np.maximum(years, 1e-9)

    def area(age: Floats) -> Floats:
        clipped = np.clip(age, 0.0, None)
        return np.asarray(np.where(clipped < years, clipped**2 / (2 * years), clipped - years / 2))

    return np.asarray((area(age_end) - area(age_start)) / np.maximum(age_end - age_start, 1e-9))


def _standing(frame: pd.DataFrame, slices: Slices) -> Floats:
    first = frame["first_year"].fillna(-np.inf).to_numpy(float)[:, None]
    age_start, age_end = slices.start[None, :] - first, slices.end[None, :] - first
    ramp = np.where(
        np.isfinite(first),
        _ramp(np.nan_to_num(age_start, posinf=1e6), np.nan_to_num(age_end, posinf=1e6 + 1),
              frame["ramp_years"].to_numpy(float)[:, None]),
        1.0,
    )  # fmt: skip
    since = np.maximum(slices.middle[None, :] - BASE_YEAR - 0.5, 0.0)
    growth = (1.0 + frame["growth_per_year"].to_numpy(float)[:, None]) ** since
    nameplate = frame["capacity_t_per_year"].to_numpy(float)[:, None]
    made = frame["output_2024_t"].to_numpy(float)[:, None]
    # What made less than its nameplate in the base year comes to it in a straight line.
    reached = np.clip(since / _YEARS_TO_NAMEPLATE, 0.0, 1.0)
    able = np.where(np.isnan(made), nameplate, made + (nameplate - made) * reached)
    stands = frame["status"].isin(STANDING).to_numpy()[:, None]
    return np.asarray(np.where(stands, able / KILO * ramp * growth, 0.0))


def _projects(frame: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for facility, units in frame[~frame["status"].isin(STANDING)].groupby("facility_id", sort=True):
        first = units.iloc[0]
        if pd.isna(first["first_year"]) or not (units["capacity_t_per_year"] > 0).any():
            continue
        own = units["capex_usd_per_tpy"].fillna(0.0) * units["capacity_t_per_year"] / 1e6
        scale = units["reference_size_tpy"].fillna(units["capacity_t_per_year"])
        exponent = units["scale_exponent"].to_numpy(float)
        own = own * (units["capacity_t_per_year"] / scale.where(scale > 0, 1.0)) ** (exponent - 1.0)
        capex = float(first["capex_musd"]) if first["capex_musd"] > 0 else float(own.sum())
        mean = float(np.average(exponent, weights=np.maximum(own, 1e-9)))
        rows += [
            (facility, first["name"], first["country"], first["status"], size, capex * size**mean,
             int(first["first_year"]), float(units["build_years"].max()), float(first["ramp_years"]),
             float(units["permit_years"].max()) if first["owner"] == OPEN else 0.0)
            for size in (OPEN_SIZES if first["owner"] == OPEN else SIZES)
        ]  # fmt: skip
    columns = ["facility_id", "name", "country", "status", "size", "capex_musd", "first_year", "build_years",
               "ramp_years", "permit_years"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _starts(network: Network, projects: pd.DataFrame, slices: Slices, periods: pd.DataFrame) -> pd.DataFrame:
    """A start at the beginning of each planning period from the earliest on: ``first_year`` is the first of output.

    It is the owner's word and has the permits in it; those of an option that nobody owns are asked for from the first
    year of the horizon on.
    """
    rate = network.parameter("discount_rate")
    base, horizon = int(periods["first_year"].iloc[0]), float(slices.end[-1])
    rows = []
    for number, project in enumerate(each_row(projects)):
        earliest = max(float(project.first_year), base + project.permit_years + project.build_years)
        service = {earliest, *(float(y) for y in periods["first_year"] if y > earliest)}
        for year in sorted(service):
            if year >= horizon:
                continue
            begin = max(year - project.build_years, float(base))
            paid = np.arange(np.floor(begin), max(np.ceil(year), np.floor(begin) + 1))
            cost = project.capex_musd * float(discount_factor(paid.astype(np.int64), base, rate).mean())
            rest = max(0.0, 1.0 - (horizon - year) / LIFE_YEARS)
            cost -= project.capex_musd * rest * float(discount_factor(int(horizon), base, rate))
            rows.append((number, begin, year, cost))
    return pd.DataFrame(rows, columns=["project", "start_year", "service_year", "cost_musd"])


def _adds(
    frame: pd.DataFrame, projects: pd.DataFrame, starts: pd.DataFrame, slices: Slices
) -> tuple[Ints, Ints, Ints, Floats]:
    empty = np.empty(0, dtype=np.int64)
    if starts.empty:
        return empty, empty, empty, np.empty(0)
    owner = projects.iloc[starts["project"].to_numpy()].reset_index(drop=True)
    service = starts["service_year"].to_numpy(float)[:, None]
    ramp = _ramp(slices.start[None, :] - service, slices.end[None, :] - service,
                 owner["ramp_years"].to_numpy(float)[:, None])  # fmt: skip
    share = ramp * owner["size"].to_numpy(float)[:, None]
    match = frame["facility_id"].to_numpy()[:, None] == owner["facility_id"].to_numpy()[None, :]
    unit, start = np.nonzero(match)
    kt = frame["capacity_t_per_year"].to_numpy(float)[unit][:, None] / KILO * share[start]
    at, when = np.nonzero(kt > 0)
    return unit[at], start[at], when.astype(np.int64), kt[at, when]
