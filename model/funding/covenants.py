"""Every limit of a financed portfolio with what is left of it, in money and as a light."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.finance.ratios import covenant_headroom
from model.funding.cash import AVAILABILITY
from model.funding.closing import Closing, Financing
from model.funding.problem import Funding
from model.funding.tickets import MEMBERS, TICKET, ticket_limits
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
_AMBER = 0.1  # of a limit: less is left
_UNFUNDED = 1e-4  # of the cost: less is rounding
_LEAST = 1e-3  # million USD: smaller overruns are the solver's tolerance
TITLES = {
    "dscr": "Debt service cover",
    "llcr": "Loan life cover",
    "plcr": "Project life cover",
    "envelope": "Envelope of the funder",
    "funder_share": "Largest share of the funder in the project",
    "offer_limit": "Most that the funder's terms allow in the project",
    "commercial_cover": "Commercial loans without a guarantee",
    "guarantee_cover": "Guarantees on commercial loans",
    "guarantee_cap": "New obligations of the state in the period",
    "guarantee_headroom": "Obligations of the state outstanding",
    "grant_element": "Softness of what the state borrows",
    "programme_budget": "Budget of the programme",
    "bank_capital": "Economic capital of the bank",
    "bank_equity_to_loans": "Equity to loans of the bank",
    "bank_gearing": "Gearing of the bank",
    "bank_liquidity": "Liquidity of the bank",
    "bank_equity_investments": "Equity investments of the bank",
    "bank_country": "Bank's share in the country",
    "bank_country_equity": "Bank's exposure to the country against its equity",
    "bank_sector": "Bank's share in the sector",
    "bank_obligor_sovereign": "Bank's exposure to the state",
    "bank_obligor_private": "Bank's exposure to the company",
    "power_cap_project": "Power's share of the project",
    "power_cap_portfolio": "Power's share of the portfolio",
    "power_cap_country": "Power's share in the country",
    "power_cap_asset_class": "Power's share of the asset class",
    "power_cap_period": "Power's share of the period",
    "debt_service": "Debt service that revenue can carry",
    "equity_return": "Return on equity that revenue can carry",
    "eligibility": "Commitment outside the terms of the funder",
    "sources_uses": "Uses of funds without a source",
    "surplus": "Funds beyond the uses of the project",
    TICKET: "Least commitment of the funder",
    MEMBERS: "Number of funders of the project",
}
_BY_YEAR = ("bank_capital", "bank_equity_to_loans", "bank_gearing", "bank_liquidity", "bank_equity_investments",
            "bank_country", "bank_country_equity", "bank_sector", "bank_obligor_sovereign", "bank_obligor_private",
            "guarantee_headroom")  # fmt: skip
_BY_PERIOD = ("envelope", "guarantee_cap", "grant_element", "programme_budget", "debt_service", "equity_return")
_BY_START = (TICKET, MEMBERS)
PER_YEAR = ("debt_service", "equity_return")  # limits in million USD a year
COLUMNS = ["family", "title", "key", "year", "value", "limit", "unit", "headroom_musd", "light"]


def covenants_table(
    network: Network,
    closing: Closing,
    financing: Financing,
    projects: pd.DataFrame,
    cash: pd.DataFrame,
    powers: pd.DataFrame,
    periods: pd.DataFrame,
    lost: pd.DataFrame,
) -> pd.DataFrame:
    """Table ``portfolio_covenants`` without scenario.

    Of a limit that holds in every year the tightest is shown.

    Args:
        projects, cash, powers: tables of the portfolio. periods: of the problem.
        lost: commitments that no terms of their funders fit: project_id, funder_id, musd.
    """
    parts = [
        _cover_rows(network, projects, cash),
        _power_rows(powers, periods),
        _limit_rows(closing, financing, periods),
        _missing_rows(projects, lost),
        _framed(ticket_limits(closing.funding, financing.amount)),
    ]
    full = [part for part in parts if len(part)]
    if not full:
        return pd.DataFrame(columns=COLUMNS)
    frame = pd.concat(full, ignore_index=True)
    broken = frame["headroom_musd"] < -_LEAST
    near = frame["headroom_musd"] < _AMBER * _scale(frame)
    near |= frame["family"] == "surplus"  # money that nobody needs breaks nothing, yet somebody should know of it
    frame["light"] = np.where(broken, "red", np.where(near, "amber", "green"))
    frame["title"] = frame["family"].map(TITLES).fillna(frame["family"])
    return frame[COLUMNS].sort_values(["light", "family", "key"], key=_order, ignore_index=True)


def _order(column: "pd.Series[Any]") -> "pd.Series[Any]":
    return column.map({"red": 0, "amber": 1, "green": 2}) if column.name == "light" else column.astype(str)


def _scale(frame: pd.DataFrame) -> Floats:
    """The limit in money, by which a headroom is judged to be small."""
    money = np.where(frame["unit"] == "musd", frame["limit"], frame["scale_musd"])
    scale: Floats = np.abs(money.astype(float))
    return scale


def _cover_rows(network: Network, projects: pd.DataFrame, cash: pd.DataFrame) -> pd.DataFrame:
    classes = network.asset_classes.set_index("asset_class")
    rows: list[tuple[object, ...]] = []
    for one in each_row(projects):
        if np.isnan(one.dscr_min):
            continue
        flow = cash[cash["project_id"] == one.project_id]
        service = (flow["interest_musd"] + flow["principal_musd"]).to_numpy(float)
        due = service > 0
        room = np.where(due, covenant_headroom(flow["cfads_musd"], service, one.dscr_floor), np.inf)
        rows.append(("dscr", one.project_id, one.dscr_min_year, one.dscr_min, one.dscr_floor, "ratio",
                     float(room.min()), float(service.max(initial=0.0) * one.dscr_floor)))  # fmt: skip
        if one.mode == AVAILABILITY:
            continue  # the state pays what lenders ask in each year; cover over the life of loan or project is that
        before = flow.loc[flow["year"] < one.in_service_year, "outstanding_musd"]
        owed = float(before.iloc[-1]) if len(before) else 0.0  # of all ranks: the debt that the ratio is of
        for family, value in (("llcr", one.llcr), ("plcr", one.plcr)):
            floor = float(classes[f"{family}_floor"].get(one.asset_class, np.nan))
            if np.isfinite(value) and np.isfinite(floor):
                rows.append((family, one.project_id, float(one.in_service_year), value, floor, "ratio",
                             (value - floor) * owed, floor * owed))  # fmt: skip
    return _framed(rows)


def _power_rows(powers: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    if powers.empty:
        return _framed([])
    capped = powers[(powers["cap"] < 1) & (powers["amount_musd"] > 0)]
    total = capped["amount_musd"] / capped["share"]
    of_period = capped["part"] == "period"
    first_year = periods["first_year"].to_numpy(float)
    of_all = (capped["part"] == "portfolio") | of_period
    return pd.DataFrame(
        {
            "family": "power_cap_" + capped["part"],
            "key": capped["power"] + np.where(of_all, "", ": " + capped["key"]),
            "year": [
                first_year[int(key)] if own else np.nan for key, own in zip(capped["key"], of_period, strict=True)
            ],
            "value": capped["share"],
            "limit": capped["cap"],
            "unit": "share",
            "headroom_musd": (capped["cap"] - capped["share"]) * total,
            "scale_musd": capped["cap"] * total,
        }
    )


def _limit_rows(closing: Closing, financing: Financing, periods: pd.DataFrame) -> pd.DataFrame:
    """Limits of the program itself, from the activity of its rows."""
    found = closing.limits(financing)
    found = found[found["family"].isin(set(TITLES)) & ~found["family"].str.startswith("power_cap")]
    broken = found["value"] > found["limit"] + _LEAST
    found = found[broken | ((found["value"] > _LEAST) & (found["family"] != "offer_limit"))]
    labels = [label(closing.funding, periods, f, k) for f, k in zip(found["family"], found["key"], strict=True)]
    frame = found.assign(
        key=[name for name, _ in labels],
        year=[year for _, year in labels],
        unit="musd",
        headroom_musd=found["limit"] - found["value"],
        scale_musd=found["limit"],
    )
    return frame.sort_values("headroom_musd").drop_duplicates(["family", "key"])


def _missing_rows(projects: pd.DataFrame, lost: pd.DataFrame) -> pd.DataFrame:
    """Uses without a source, sources without a use, and commitments outside the terms of their funders."""
    rows: list[tuple[object, ...]] = [
        ("eligibility", f"{row.project_id}: {row.funder_id}", np.nan, row.musd, 0.0, "musd", -row.musd, 0.0)
        for row in each_row(lost)
    ]
    rows += [
        ("sources_uses", one.project_id, float(one.start_year), one.unfunded_musd, 0.0, "musd", -one.unfunded_musd, 0.0)
        for one in each_row(projects)
        if one.unfunded_musd > _UNFUNDED * one.capex_musd
    ]
    rows += [
        ("surplus", one.project_id, float(one.start_year), one.surplus_musd, 0.0, "musd", 0.0, 0.0)
        for one in each_row(projects)
        if one.surplus_musd > _UNFUNDED * one.capex_musd
    ]
    return _framed(rows)


def label(funding: Funding, periods: pd.DataFrame, family: str, key: str) -> tuple[str, float]:
    """Who a row binds, and its year."""
    parts = key.split(",")
    if family in _BY_YEAR:
        year = float(funding.years[int(parts[-1])])
        return (parts[0] if len(parts) > 1 else "the bank"), year
    if is_of_ramp_up(periods, family, key):
        need = funding.needs.iloc[int(parts[0])]
        return str(need["project_id"]), float(need["in_service_year"] + int(parts[-1]) - len(periods))
    if family in _BY_PERIOD:
        year = float(periods["first_year"].iloc[int(parts[-1])])
        if family == "envelope":
            return str(funding.funders["funder_id"].iloc[int(parts[0])]), year
        if family in ("debt_service", "equity_return"):
            return str(funding.needs["project_id"].iloc[int(parts[0])]), year
        return (parts[0] if len(parts) > 1 else "all projects"), year
    if family.startswith("power_cap"):
        return _label_of_cap(funding, periods, family, parts[0], str(funding.powers["power_id"].iloc[int(parts[1])]))
    if family in _BY_START:
        need = _need_of_start(funding, int(parts[0]))
        funder = f": {funding.funders['funder_id'].iloc[int(parts[1])]}" if len(parts) > 1 else ""
        return f"{need['project_id']}{funder}", float(need["start_year"])
    need = funding.needs.iloc[int(parts[0])]
    name = str(need["project_id"])
    if family == "funder_share":
        name = f"{name}: {funding.funders['funder_id'].iloc[int(parts[1])]}"
    if family == "offer_limit":
        offer = funding.offers.iloc[int(parts[1])]
        name = f"{name}: {offer['funder_id']} {offer['instrument']}"
    return name, float(need["start_year"])


def _label_of_cap(funding: Funding, periods: pd.DataFrame, family: str, part: str, power: str) -> tuple[str, float]:
    """Part of the portfolio and power that a cap binds, and its year; NaN where it holds over all years."""
    if family == "power_cap_project":
        need = _need_of_start(funding, int(part))
        return f"{need['project_id']}: {power}", float(need["start_year"])
    if family == "power_cap_period":
        return f"all projects: {power}", float(periods["first_year"].iloc[int(part)])
    return f"{'all projects' if family == 'power_cap_portfolio' else part}: {power}", np.nan


def _need_of_start(funding: Funding, start: int) -> pd.Series:
    return funding.needs.iloc[int(np.flatnonzero(funding.needs["start"].to_numpy(np.int64) == start)[0])]


def is_of_ramp_up(periods: pd.DataFrame, family: str, key: str) -> bool:
    """Whether a row is of one year of a ramp-up, and not of a period."""
    return family in PER_YEAR and int(key.split(",")[-1]) >= len(periods)


def _framed(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    names = ["family", "key", "year", "value", "limit", "unit", "headroom_musd", "scale_musd"]
    return pd.DataFrame(rows, columns=names)


def first_breach(covenants: pd.DataFrame) -> tuple[str, float, float]:
    """The first limit that breaks, in words, with its year and the money by which; empty where all hold."""
    broken = covenants[covenants["light"] == "red"]
    if broken.empty:
        return "", np.nan, 0.0
    row = broken.sort_values(["year", "headroom_musd"], na_position="last").iloc[0]
    return f"{row['title']}: {row['key']}", float(row["year"]), float(-row["headroom_musd"])
