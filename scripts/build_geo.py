"""Draw the geometry of a data folder: the line of every link, the check of its length, the countries of the map.

Needs the extra ``geo`` (searoute, topojson): pip install -e .[geo]. Nothing is downloaded: the source of the country
shapes lies in the folder. Exit codes: 0 written; 2 the folder or one of its tables cannot be used.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from network.geometry_build import build_geography
from network.tables import DataError


def main(
    data: Annotated[Path, typer.Option(help="Data folder; results go to its folder geography.")] = Path("data"),
) -> None:
    """Draw the geometry of a data folder."""
    console = Console()
    try:
        built = build_geography(data)
    except DataError as error:
        Console(stderr=True).print(str(error), style="red", highlight=False)
        raise typer.Exit(2) from None
    console.print(built.summary(), highlight=False)


if __name__ == "__main__":
    typer.run(main)
