"""The page on the format of a world says what the declarations say."""

from pathlib import Path

import pytest

from network.schema import TABLES, Table

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "format.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", [t for t in TABLES if t.required], ids=lambda t: t.name)
def test_required_tables_are_listed_with_their_required_columns(table: Table) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{table.path}` |"))
    columns = row.split("|")[2]
    for field in table.fields:
        assert (f"`{field.name}`" in columns) or not field.required, field.name


@pytest.mark.parametrize("table", [t for t in TABLES if not t.required], ids=lambda t: t.name)
def test_other_tables_are_listed_too(table: Table) -> None:
    assert table.path.split("/")[1] in PAGE


def test_links_of_the_page_lead_somewhere() -> None:
    for target in PAGE.split("](")[1:]:
        file = target.split(")")[0].split("#")[0]
        assert (ROOT / "docs" / file).exists(), file
