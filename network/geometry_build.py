"""Builds data/geography: reads its tables, draws links and countries, checks lengths, writes the files."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from network.cell_checks import check_cells
from network.geography import COUNTRIES_FILE, LINKS_FILE
from network.geometry_countries import build_countries, write_topology
from network.geometry_links import LENGTH_TOLERANCE, DrawnLink, check_lengths, draw_links, write_links
from network.geometry_sea import sea_route
from network.problems import DataError, Problem
from network.schema import table
from network.schema_geography import COUNTRY_CODES, LENGTH_CHECK, LENGTH_REASONS, OPEN_CANALS, VIA_POINTS
from network.schema_types import Table
from network.sheet import read_sheet
from network.typed_frame import fill_defaults, type_table

SOURCE_FILE = "source/world-50m.topojson.gz"


@dataclass(frozen=True, eq=False)
class BuiltGeography:
    """What was drawn.

    Attributes:
        folder: where the files are.
        links: one line a link.
        length_check: links whose length differs from the table's (columns of ``LENGTH_CHECK``).
        countries: number of country shapes; 0 where the folder holds no source of shapes.
    """

    folder: Path
    links: list[DrawnLink]
    length_check: pd.DataFrame
    countries: int

    def summary(self) -> str:
        """A few lines for a terminal; names the links whose difference nobody has explained yet."""
        by = ", ".join(f"{count} by {how}" for how, count in Counter(one.drawn_by for one in self.links).most_common())
        unexplained = self.length_check.loc[self.length_check["reason"] == "", "link_id"]
        lines = [
            f"{len(self.links)} links drawn: {by}.",
            f"{len(self.length_check)} lengths differ from the table by more than {LENGTH_TOLERANCE:.0%}: "
            f"{self.folder / Path(LENGTH_CHECK.path).name}.",
            f"{self.countries} countries.",
        ]
        if len(unexplained):
            lines.append(f"No reason in {Path(LENGTH_REASONS.path).name} for: {', '.join(unexplained)}.")
        return "\n".join(lines)


def build_geography(data: Path) -> BuiltGeography:
    """Draw the geometry of a data folder and write it to its folder ``geography``.

    Args:
        data: data folder with tables of places and links; ``geography`` may hold via-points, open canals, reasons,
            country codes and a source of shapes.

    Returns:
        What was drawn; the files are written.

    Raises:
        DataError: a table cannot be used, or a link cannot be drawn; nothing is written then.
    """
    tables = (table("places"), table("links"), VIA_POINTS, OPEN_CANALS, LENGTH_REASONS, COUNTRY_CODES)
    frames = _read(data, tables)
    drawn = draw_links(frames["links"], frames["places"], frames["via_points"], frames["open_canals"], sea_route)
    check = check_lengths(drawn, frames["links"], frames["length_reasons"])
    folder = data / "geography"
    source = folder / SOURCE_FILE
    countries = build_countries(source, frames["country_codes"]) if source.is_file() else None
    folder.mkdir(exist_ok=True)
    write_links(drawn, folder / LINKS_FILE)
    check.to_csv(data / LENGTH_CHECK.path, index=False, lineterminator="\n")
    if countries is not None:
        write_topology(countries, folder / COUNTRIES_FILE)
    shapes = len(countries["objects"]["countries"]["geometries"]) if countries is not None else 0
    return BuiltGeography(folder, drawn, check, shapes)


def _read(data: Path, tables: tuple[Table, ...]) -> dict[str, pd.DataFrame]:
    frames: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for declared in tables:
        sheet = read_sheet(data, declared)
        read, unread = type_table(declared, sheet)
        typed, bad = check_cells(read)
        problems += [*sheet.problems, *unread, *bad]
        frames[declared.name] = fill_defaults(declared, typed.frame)
    if problems:
        raise DataError(problems)
    return frames
