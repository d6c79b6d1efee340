"""Whether a funder's terms are open to a build: where, for what, when, and who answers for it.

The same as ``model.funding.offers`` leaves out of the program, in the words of a person who names one commitment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from model.funding.offers import PUBLIC
from network.network import Network
from network.schema_types import LAST_YEAR

_OWN_MONEY = ("state", "enterprise")


@dataclass(frozen=True)
class Obstacle:
    """Why terms are closed.

    Attributes:
        expected: what would be open. hint: what the funder does instead.
    """

    expected: str
    hint: str


def obstacles_of_funder(network: Network, funder: Any, build: Any) -> Iterator[Obstacle]:
    """Why a funder does not pay for a build, whatever the instrument.

    Args:
        funder: row of funders. build: row of builds (project_id, asset_class, start_year).
    """
    rows = network.projects.loc[network.projects["project_id"] == build.project_id, "country"]
    countries = [country for country in str(rows.iloc[0]).split("|") if country]
    if countries and not {*countries} & {*funder.countries}:
        hint = f"{funder.funder_id} funds in {', '.join(funder.countries) or 'no country'}."
        yield Obstacle(f"a funder in {', '.join(countries)} for {build.project_id}", hint)
    if build.asset_class and build.asset_class not in funder.sectors:
        hint = f"{funder.funder_id} funds {', '.join(funder.sectors)}."
        yield Obstacle(f"a funder of {build.asset_class} for {build.project_id}", hint)
    first = _first_year(network, funder)
    if not first <= build.start_year <= funder.last_year:
        hint = f"{funder.funder_id} commits from {first} {_end(funder)}."
        yield Obstacle(f"a funder of works that start in {build.start_year}", hint)


def obstacles_of_recourse(
    network: Network, funder: Any, instrument: str, recourse: str, build: Any
) -> Iterator[Obstacle]:
    """Why nobody may answer for a commitment in the way asked: a state borrows for its own works alone.

    Args:
        build: row of builds (project_id, mode).
    """
    modes = network.concession_modes
    on_project = modes.loc[modes["may_borrow_on_project"] == 1, "mode"].tolist()
    is_own = instrument == "equity" and funder.kind in _OWN_MONEY
    hint = f"{build.project_id} has the mode {build.mode}."
    if recourse == "sovereign" and build.mode != PUBLIC and not is_own:
        yield Obstacle(f"project, as a state borrows for works of mode {PUBLIC} alone", hint)
    if recourse == "project" and build.mode not in on_project and not is_own:
        yield Obstacle(f"sovereign, as projects of mode {', '.join(on_project)} alone borrow themselves", hint)


def is_open(network: Network, funder: Any, instrument: str, recourse: str, build: Any) -> bool:
    """Whether terms of a funder are open to a build."""
    funder_closed = any(True for _ in obstacles_of_funder(network, funder, build))
    return not funder_closed and not any(
        True for _ in obstacles_of_recourse(network, funder, instrument, recourse, build)
    )


def _first_year(network: Network, funder: Any) -> int:
    """First year of commitments; of the bank that of its rules."""
    rules = network.bank_rules.loc[network.bank_rules["rule_id"] == "first_year", "value"]
    return int(rules.iloc[0]) if funder.kind == "bank" and len(rules) else int(funder.first_year)


def _end(funder: Any) -> str:
    return "on" if funder.last_year == LAST_YEAR else f"to {funder.last_year}"
