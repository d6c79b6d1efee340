"""Identifiers that no table declares."""

from collections.abc import Iterator, Mapping

from network.problems import Problem, nearest
from network.schema_types import Field
from network.transfers import transfer_ids
from network.typed_frame import TypedTable

_NAMES_LISTED = 12


def unknown_references(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Cells that name a row that does not exist. Nothing is said where the table named could not be read."""
    problems = []
    for typed in tables.values():
        for field in typed.table.fields:
            targets = field.targets
            if targets and all(tables[table].usable for table, _ in targets):
                valid = {name for table, column in targets for name in _names(tables[table], column)}
                problems += _unknown(tables, typed, field, targets, valid)
    return problems


def unknown_effect_targets(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Project effects on links, places, transfers or facilities that do not exist."""
    effects = tables["project_effects"]
    problems = []
    for target, table, what in (
        ("link", "links", "a link_id"),
        ("place", "places", "a place_id"),
        ("facility", "facilities", "a facility_id"),
        ("transfer", "transfers", "place_id:from_mode-to_mode of a row"),
    ):
        if not tables[table].usable:
            continue
        frame = tables[table].frame
        valid = set(transfer_ids(frame) if target == "transfer" else filter(None, frame[f"{target}_id"]))
        rows = effects.sound_rows("target", "target_id")
        for position, name in rows.loc[rows["target"] == target, "target_id"].items():
            if name and name not in valid:
                expected = f"{what} of {tables[table].table.path}, as target is {target}"
                problems.append(effects.problem(int(str(position)), "target_id", name, expected, nearest(name, valid)))
    return problems


def _names(typed: TypedTable, column: str) -> Iterator[str]:
    return (name for name in typed.frame[column] if name)


def _unknown(
    tables: Mapping[str, TypedTable],
    typed: TypedTable,
    field: Field,
    targets: tuple[tuple[str, str], ...],
    valid: set[str],
) -> list[Problem]:
    expected = " or ".join(f"{_article(column)} {column} of {tables[table].table.path}" for table, column in targets)
    return [
        typed.problem(position, field.name, name, expected, _hint(name, valid))
        for position, cell in enumerate(typed.frame[field.name])
        for name in (cell if isinstance(cell, tuple) else (cell,))
        if name and name not in valid
    ]


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _hint(name: str, valid: set[str]) -> str:
    if not valid:
        return "That table is missing or has no rows."
    listed = f"There are {', '.join(sorted(valid))}." if len(valid) <= _NAMES_LISTED else ""
    return nearest(name, valid) or listed
