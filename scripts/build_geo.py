"""Draw the geometry of a data folder: the line of every link, the check of its length, the countries of the map.

Needs the extra ``geo``: pip install -e .[geo]. Nothing is downloaded: the source of the country shapes lies in the
folder. Exit codes: 0 written; 2 the folder or one of its tables cannot be used, or the extra is not installed.
"""

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console


def main(
    data: Annotated[Path, typer.Option(help="Data folder; results go to its folder geography.")] = Path("data"),
) -> None:
    """Draw the geometry of a data folder."""
    try:
        from network.geometry_build import build_geography
    except ModuleNotFoundError as error:
        _stop(f"{error.name} is not installed: pip install -e .[geo]")
    from network.tables import DataError

    try:
        built = build_geography(data)
    except DataError as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"{error.filename}: {error.strerror}")
    Console(soft_wrap=True).print(built.summary(), highlight=False)


def _stop(message: str) -> NoReturn:
    Console(stderr=True, soft_wrap=True).print(message, style="red", highlight=False, markup=False)
    raise typer.Exit(2)


if __name__ == "__main__":
    typer.run(main)
