"""A template or a portfolio that is written and read back is what it was."""

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.funding.portfolio import Portfolio
from model.funding.portfolio_example import example_portfolio
from model.funding.portfolio_file import read_portfolio
from model.funding.portfolio_reference import funder_list, project_list, term_list
from model.funding.portfolio_template import EXAMPLE, write_portfolio, write_template
from network.network import Network, read_network
from tests.model.funding.portfolio_world import BUILDS, portfolio_world, write_workbook

DATA = Path(__file__).resolve().parents[3] / "data"
LOANS = st.builds(
    lambda amount, margin, tenor, grace: (amount, margin, tenor, min(grace, tenor)),
    st.floats(0, 50, allow_subnormal=False),
    st.none() | st.floats(-500, 3000),
    st.floats(5, 60),
    st.floats(0, 60),
)


@pytest.fixture(scope="module")
def world() -> Network:
    return portfolio_world()


@pytest.fixture(scope="module")
def shipped() -> Network:
    return read_network(DATA)


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other, check_dtype=False, rtol=1e-12)


@pytest.mark.parametrize("resolution", ["fast", "full"])
def test_the_template_of_the_shipped_world_is_its_example(shipped: Network, tmp_path: Path, resolution: str) -> None:
    path = tmp_path / "template.xlsx"
    write_template(shipped, path, resolution)
    read, example = read_portfolio(path, shipped, resolution), example_portfolio(shipped, resolution)
    same(read.builds, example.builds)
    same(read.finance, example.finance)
    assert read.chosen == example.chosen
    assert read.notices == ()
    assert len(example.builds) == 3
    assert len(example.chosen) == 1
    paid = example.finance.groupby("project_id")["amount_musd"].sum()
    cost = example.builds.set_index("project_id")["cost_musd"]
    assert paid.to_dict() == pytest.approx(cost[paid.index].to_dict())


def test_the_template_helps_its_reader(shipped: Network, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(shipped, path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Read me", "builds", "finance", "settings", "Projects", "Funders", "Terms", "lists"]
    assert book["lists"].sheet_state == "hidden"
    builds = book["builds"]
    assert [cell.value for cell in builds["A"][1:4]] == example_portfolio(shipped).builds["project_id"].tolist()
    assert {cell.value for cell in builds["H"][1:4]} == {EXAMPLE}
    assert all(cell.comment for cell in book["finance"][1])
    assert "million USD" in book["finance"]["E1"].comment.text
    choices = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in book["finance"].data_validations.dataValidation}
    lists = {cell.value: cell.column_letter for cell in book["lists"][1]}
    for cell, name in (("A2", "project_id"), ("B2", "funder_id"), ("C2", "instrument"), ("D2", "recourse")):
        column = lists[name]
        filled = [entry.value for entry in book["lists"][column] if entry.value is not None]
        assert choices[cell] == f"lists!${column}$2:${column}${len(filled)}"
    assert builds["B2"].value.startswith("=IFERROR(VLOOKUP(A2,Projects!$A$4:$B$")
    shown = openpyxl.load_workbook(path, data_only=True)["builds"]["B2"].value
    assert shown == dict(zip(shipped.projects["project_id"], shipped.projects["name"], strict=True))[builds["A2"].value]


def test_lists_have_what_may_be_chosen_and_how_sure_it_is(shipped: Network) -> None:
    projects, funders, terms = project_list(shipped), funder_list(shipped), term_list(shipped)
    assert "P001" not in set(projects["project_id"])  # in service
    assert "P053" not in set(projects["project_id"])  # not modelled
    assert "VEB" not in set(funders["funder_id"])  # left out
    assert set(terms["funder_id"]) <= set(funders["funder_id"])
    for frame in (projects, funders, terms):
        assert set(frame["confidence"]) <= {"sourced", "estimate", "memory"}
    needs = projects.set_index("project_id")["needs"]
    assert needs["P028"] == "P027"
    assert needs["P032"] == ""  # one of its two alternatives is in service
    assert (projects["earliest_start"] <= projects["latest_start"]).all()


def test_a_world_without_funders_has_a_template_too(world: Network, tmp_path: Path) -> None:
    empty = {name: getattr(world, name).iloc[:0] for name in ("funders", "funder_terms", "funder_owners")}
    bare = world.replace(**empty)
    write_template(bare, tmp_path / "template.xlsx")
    assert read_portfolio(tmp_path / "template.xlsx", bare).finance.empty


@given(
    st.lists(LOANS, min_size=1, max_size=2),
    st.sampled_from([2028, 2030, 2034, 2035, 2038]),
    st.integers(1, 4),
    st.sampled_from(["public", "traffic_risk"]),
    st.none() | st.floats(0, 1),
    st.none() | st.sampled_from([0, 1]),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_portfolio_survives_writing(
    world: Network, tmp_path: Path, loans: list[tuple[float, ...]], year: int, units: int, mode: str,
    cap: float | None, bank: int | None,
) -> None:  # fmt: skip
    builds = [{"project_id": "QUAY", "start_year": year, "mode": mode},
              {"project_id": "SHIPS", "start_year": 2038, "units": units}]  # fmt: skip
    recourse = "sovereign" if mode == "public" else "project"
    rows = zip((("senior", recourse), ("grant", "none")), loans, strict=False)
    terms = ("amount_musd", "margin_bp", "tenor_years", "grace_years")
    finance = [
        {"project_id": "QUAY", "funder_id": "MDB", "instrument": instrument, "recourse": answers,
         **dict(zip(terms if instrument == "senior" else terms[:1], loan, strict=False))}
        for (instrument, answers), loan in rows
    ]  # fmt: skip
    given_settings = [{"setting": "power_cap", "value": cap}, {"setting": "with_bank", "value": bank}]
    content = {"builds": builds, "finance": finance, "settings": given_settings}
    first = read_portfolio(write_workbook(tmp_path / "first.xlsx", content), world)
    write_portfolio(first, world, tmp_path / "again.xlsx")
    again = read_portfolio(tmp_path / "again.xlsx", world)
    same(again.builds, first.builds)
    same(again.finance, first.finance)
    assert (again.name, again.chosen, again.settings) == (first.name, first.chosen, first.settings)
    tiny = [notice for notice in first.notices if "counts for nothing" in notice]
    assert list(again.notices) == tiny  # it names the years of the model


def test_what_an_optimisation_found_can_be_edited(world: Network, tmp_path: Path) -> None:
    found = read_portfolio(write_workbook(tmp_path / "start.xlsx", {"builds": BUILDS}), world)
    funds = {"project_id": "QUAY", "funder_id": "STATE", "instrument": "equity", "recourse": "project"}
    finance = pd.DataFrame([{**funds, "amount_musd": 100 / 3, "margin_bp": np.nan, "tenor_years": np.nan,
                             "grace_years": np.nan}])  # fmt: skip
    write_portfolio(Portfolio("best", found.builds, finance, ("LINE",)), world, tmp_path / "best.xlsx")
    book = openpyxl.load_workbook(tmp_path / "best.xlsx")
    book["finance"]["E2"] = 50
    book["finance"]["I2"] = None
    book.save(tmp_path / "edited.xlsx")
    edited = read_portfolio(tmp_path / "edited.xlsx", world)
    assert edited.name == "best"
    assert edited.finance["amount_musd"].tolist() == [50]
    assert edited.chosen == ("LINE",)


def test_what_pays_for_one_start_still_does(world: Network, tmp_path: Path) -> None:
    ships = [{"project_id": "SHIPS", "start_year": year, "mode": "public"} for year in (2030, 2035)]
    loan = {"project_id": "SHIPS", "funder_id": "MDB", "instrument": "senior", "recourse": "sovereign"}
    finance = [{**loan, "amount_musd": 7 + year % 10, "start_year": year} for year in (2030, 2035)]
    fleet = world.replace(funders=world.funders.assign(sectors=[("fleet",)] * len(world.funders)))
    content = {"builds": [BUILDS[0], *ships], "finance": finance}
    first = read_portfolio(write_workbook(tmp_path / "first.xlsx", content), fleet)
    assert first.finance["start_year"].tolist() == [2028, 2035]
    write_portfolio(first, fleet, tmp_path / "again.xlsx")
    same(read_portfolio(tmp_path / "again.xlsx", fleet).finance, first.finance)
