"""Scenarios as text for the terminal: the list of all, and one with its levers and their effects."""

import textwrap
from collections.abc import Iterator
from pathlib import Path

from model.errors import InputError
from model.levers.base import Window
from model.scenario import Scenario
from model.scenario_file import read_scenario_file, scenario_names
from network.network import Network

_WIDTH = 100


def scenario_list(folder: Path) -> str:
    """Return the scenarios of a folder with title and question, two lines each.

    Raises:
        InputError: with the problems of every file that cannot be read.
    """
    lines: list[str] = []
    problems: list[str] = []
    names = scenario_names(folder)
    width = max(len(name) for name in names)
    for name in names:
        try:
            file = read_scenario_file(folder, name)
        except InputError as error:
            problems += error.problems
            continue
        lines += [f"{name:<{width}}  {file.title}", *_wrapped(file.question, " " * (width + 2))]
    if problems:
        raise InputError(problems)
    return "\n".join(lines)


def scenario_text(scenario: Scenario, network: Network) -> str:
    """Return a scenario in full: question, description, and each lever with its effect, note and source.

    Raises:
        InputError: a lever names what the network does not have.
    """
    lines = [f"{scenario.title} ({scenario.name})", *_wrapped(scenario.question)]
    for paragraph in scenario.description.split("\n\n"):
        lines += ["", *_wrapped(paragraph)]
    lines += ["", "Levers, in order (change a figure with --set id.field=value):"]
    if not scenario.levers:
        lines.append("  none: the world as its tables describe it")
    for lever, effect in scenario.effects(network):
        figures = lever.model_dump(exclude_unset=True, exclude={"id", "note", "source", "confidence"}, mode="json")
        window_last = sorted(figures, key=lambda name: name in Window.model_fields)
        settings = ", ".join(f"{name}={_short(figures[name])}" for name in window_last)
        lines += [
            "",
            f"  {lever.id} ({lever.kind}, {lever.confidence})",
            *_wrapped(effect, " " * 4),
            *_wrapped(settings, " " * 4),
            *_wrapped(lever.note, " " * 4),
            *_wrapped(f"source: {lever.source}" if lever.source else "", " " * 4),
        ]
    return "\n".join(lines)


def _wrapped(text: str, indent: str = "") -> Iterator[str]:
    yield from textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _short(value: object) -> str:
    return f"[{', '.join(str(item) for item in value)}]" if isinstance(value, list) else str(value)
