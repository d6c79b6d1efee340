"""Write data/datapackage.json and docs/data-dictionary.md from the declared tables."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from network.description import data_dictionary, data_package
from network.schema import TABLES, Table
from network.schema_geography import GEOGRAPHY_TABLES
from network.schema_uncertainty import UNCERTAINTY_TABLES

ROOT = Path(__file__).resolve().parent.parent


def main(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail where a file is out of date.")] = False,
) -> None:
    """Describe every declared table that the data folder holds."""
    tables = (*TABLES, *UNCERTAINTY_TABLES, *GEOGRAPHY_TABLES)
    texts = {
        ROOT / "data" / "datapackage.json": data_package(tables, _headers(tables)),
        ROOT / "docs" / "data-dictionary.md": data_dictionary((*TABLES, *UNCERTAINTY_TABLES)),
    }
    stale = [path for path, text in texts.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if not check:
            path.write_text(texts[path], encoding="utf-8")
        typer.echo(f"{path.relative_to(ROOT)}: {'out of date' if check else 'written'}")
    if check and stale:
        typer.echo("Run: python scripts/describe_data.py")
        raise typer.Exit(1)


def _headers(tables: Iterable[Table]) -> dict[str, list[str]]:
    """Columns of the files that the data folder holds, by table name."""
    files = {table.name: ROOT / "data" / table.path for table in tables}
    return {name: _first_row(path) for name, path in files.items() if path.is_file()}


def _first_row(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))


if __name__ == "__main__":
    typer.run(main)
