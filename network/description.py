"""The declared tables described for others: a Data Package descriptor and a data dictionary, both from the schema."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from network.parameters import PARAMETERS
from network.schema_types import LIST_SEPARATOR, Field, Table

_TYPES = {"str": "string", "int": "integer", "float": "number", "list": "list", "year": "year"}
_PACKAGE: dict[str, Any] = {
    "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
    "name": "kervan",
    "title": "Trade routes between China, Central Asia, the Caucasus, Turkey and Europe",
    "description": "Places, links, cargo, projects and history of the corridor and its rivals. Every row of figures "
    "names its source, its year and how it is known: sourced (read in the source named), estimate (basis stated) or "
    "memory (general knowledge, not checked).",
    "licenses": [{"name": "MIT", "title": "MIT License", "path": "https://opensource.org/license/mit"}],
    "sources": [{"title": "Named row by row in the columns source and cost_source"}],
}


def data_package(tables: Sequence[Table], headers: Mapping[str, Sequence[str]]) -> str:
    """Text of a Data Package descriptor (version 2) of the tables that a data folder holds.

    Args:
        tables: declarations; those with a header become a tabular resource each.
        headers: columns of the file, by table name. Columns that the file leaves out are not described.

    Returns:
        JSON, indented, with a newline at its end.
    """
    resources = [_resource(table, headers) for table in tables if table.name in headers]
    return json.dumps({**_PACKAGE, "resources": resources}, indent=2, ensure_ascii=False) + "\n"


def data_dictionary(tables: Sequence[Table]) -> str:
    """Text of a data dictionary of tables in Markdown, with the parameters and their defaults.

    Args:
        tables: declarations, one section each.
    """
    parts = [_INTRODUCTION, _contents(tables)]
    parts += [_section(table) for table in tables]
    parts.append(_parameters())
    return "\n".join(parts)


_INTRODUCTION = f"""# Data dictionary

Every table of a data folder. This page and `data/datapackage.json` are made from the declarations in
`network/schema*.py` by `python scripts/describe_data.py`; change those, not this page.

Files are CSV in UTF-8: cells separated by commas, a point for decimals, no thousands separator, empty where there is
no figure. Lists in a cell are separated by `{LIST_SEPARATOR}`. A table that is not required may be missing. *needed*
means that the column may not be missing nor its cell be empty; else the column says what an empty cell means. What a
folder needs at least, and how textbook problems are written as one, is in [format](format.md).
"""


def _contents(tables: Sequence[Table]) -> str:
    lines = ["| table | file | required | what it holds |", "| --- | --- | --- | --- |"]
    for table in tables:
        required = "yes" if table.required else "no"
        lines.append(f"| [{table.name}](#{table.name}) | `{table.path}` | {required} | {_cell(table.description)} |")
    return "\n".join(lines) + "\n"


def _section(table: Table) -> str:
    lines = [f"## {table.name}", "", f"`{table.path}`. {table.description}", ""]
    if table.key:
        lines += [f"Key: {', '.join(f'`{name}`' for name in table.key)}.", ""]
    lines += ["| field | type | unit | empty cell | allowed | meaning |", "| --- | --- | --- | --- | --- | --- |"]
    for field in table.fields:
        cells = (f"`{field.name}`", field.dtype, field.unit, _empty(field), _allowed(field), field.description)
        lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _parameters() -> str:
    lines = [
        "## Names of parameters",
        "",
        "Values of `parameter` in `finance/parameters.csv`. The default holds where the table has no row.",
        "",
        "| parameter | default | unit | meaning | basis of the default |",
        "| --- | --- | --- | --- | --- |",
    ]
    for parameter in PARAMETERS:
        cells = (
            f"`{parameter.name}`",
            f"{parameter.default:g}",
            parameter.unit,
            parameter.description,
            parameter.basis,
        )
        lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _empty(field: Field) -> str:
    if field.required:
        return "needed"
    return "empty" if field.default is None else f"{field.default}"


def _allowed(field: Field) -> str:
    parts = []
    if field.choices:
        parts.append(", ".join(str(choice) for choice in field.choices))
    if field.minimum is not None and field.maximum is not None:
        parts.append(f"{field.minimum:g} to {field.maximum:g}")
    elif field.minimum is not None:
        parts.append(f"at least {field.minimum:g}")
    elif field.maximum is not None:
        parts.append(f"at most {field.maximum:g}")
    if field.targets:
        parts.append("a value of " + " or ".join(f"{table}.{column}" for table, column in field.targets))
    return "; ".join(parts)


def _resource(table: Table, headers: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    fields = [table.field(name) for name in headers[table.name]]
    schema: dict[str, Any] = {"fields": [_field(field) for field in fields], "missingValues": [""]}
    # Validators of the standard cannot compare lists: a key with a list in it stands in the dictionary only.
    if table.key and all(table.field(name).dtype != "list" for name in table.key):
        schema["primaryKey"] = list(table.key)
    foreign_keys = [
        {
            "fields": [field.name],
            "reference": {"resource": "" if target == table.name else target, "fields": [column]},
        }
        for field in fields
        if field.dtype != "list" and len(field.targets) == 1
        for target, column in field.targets
        if target in headers
    ]
    if foreign_keys:
        schema["foreignKeys"] = foreign_keys
    return {
        "name": table.name,
        "type": "table",
        "path": table.path,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": field.name,
        "type": _TYPES[field.dtype],
        "description": field.description,
    }
    if field.unit:
        described["unit"] = field.unit
    if field.dtype == "list":
        described |= {"delimiter": LIST_SEPARATOR, "itemType": "integer" if field.items == "int" else "string"}
    if field.default is not None:
        described["default"] = field.default
    if field.references:
        described["references"] = field.references
    constraints = _constraints(field)
    if constraints:
        described["constraints"] = constraints
    return described


def _constraints(field: Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if field.required else {}
    if field.dtype == "list":
        return constraints  # the standard's other constraints hold for the cell as a whole, not for its items
    if field.minimum is not None:
        constraints["minimum"] = field.minimum
    if field.maximum is not None:
        constraints["maximum"] = field.maximum
    if field.choices:
        constraints["enum"] = list(field.choices)
    return constraints
