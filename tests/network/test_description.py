"""The descriptor and the dictionary say what the declarations say, and those in the repository are up to date."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from network.description import data_dictionary, data_package
from network.parameters import PARAMETERS
from network.schema import TABLES, Field, Table

ROOT = Path(__file__).resolve().parents[2]
PORTS = Table("ports", "a/ports.csv", ("port",), (Field("port", "str", "Port."),), "Ports.", required=True)
CALLS = Table(
    "calls",
    "a/calls.csv",
    ("call",),
    (
        Field("call", "int", "Number.", minimum=1),
        Field("port", "str", "Where.", references="ports.port"),
        Field("tags", "list", "Tags, a|b.", required=False, choices=("a", "b")),
        Field("wait_h", "float", "Wait.", "h", required=False, minimum=0, maximum=99, default=0),
        Field("side", "str", "Side.", required=False, choices=("left", "right")),
    ),
    "Calls.",
)


def test_a_resource_describes_the_columns_of_the_file() -> None:
    package = json.loads(data_package([PORTS, CALLS], {"ports": ["port"], "calls": ["port", "call", "tags", "wait_h"]}))
    resource = package["resources"][1]
    assert (resource["name"], resource["path"], resource["type"]) == ("calls", "a/calls.csv", "table")
    assert resource["schema"]["primaryKey"] == ["call"]
    assert resource["schema"]["foreignKeys"] == [
        {"fields": ["port"], "reference": {"resource": "ports", "fields": ["port"]}}
    ]
    assert resource["schema"]["fields"] == [
        {
            "name": "port",
            "type": "string",
            "description": "Where.",
            "references": "ports.port",
            "constraints": {"required": True},
        },
        {
            "name": "call",
            "type": "integer",
            "description": "Number.",
            "constraints": {"required": True, "minimum": 1},
        },
        {"name": "tags", "type": "list", "description": "Tags, a|b.", "delimiter": "|", "itemType": "string"},
        {
            "name": "wait_h",
            "type": "number",
            "description": "Wait.",
            "unit": "h",
            "default": 0,
            "constraints": {"minimum": 0, "maximum": 99},
        },
    ]


def test_a_table_without_a_file_is_neither_described_nor_referred_to() -> None:
    package = json.loads(data_package([PORTS, CALLS], {"calls": ["call", "port"]}))
    assert [resource["name"] for resource in package["resources"]] == ["calls"]
    assert "foreignKeys" not in package["resources"][0]["schema"]


def test_the_dictionary_has_a_row_a_field() -> None:
    text = data_dictionary([CALLS])
    assert "| `wait_h` | float | h | 0 | 0 to 99 | Wait. |" in text
    assert "| `port` | str |  | needed | a value of ports.port | Where. |" in text
    assert "| `tags` | list |  | empty | a, b | Tags, a\\|b. |" in text
    assert "| `call` | int |  | needed | at least 1 | Number. |" in text


def test_the_dictionary_names_every_table_field_and_parameter() -> None:
    text = data_dictionary(TABLES)
    for table in TABLES:
        assert f"## {table.name}\n\n`{table.path}`" in text
        for field in table.fields:
            assert f"| `{field.name}` |" in text
    for parameter in PARAMETERS:
        assert f"| `{parameter.name}` | {parameter.default:g} |" in text


@pytest.mark.parametrize("name", ["data/datapackage.json", "docs/data-dictionary.md"])
def test_the_descriptions_in_the_repository_are_up_to_date(name: str) -> None:
    script = [sys.executable, str(ROOT / "scripts" / "describe_data.py"), "--check"]
    result = subprocess.run(script, capture_output=True, text=True, check=False)  # noqa: S603
    assert f"{name}: out of date" not in result.stdout, "run: python scripts/describe_data.py"
    assert result.returncode == 0 or "out of date" in result.stdout, result.stderr
