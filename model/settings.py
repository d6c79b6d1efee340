"""Settings of the command line, ``lever.field=value``: figures of a scenario changed for one run."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from model.errors import InputError
from model.explain import known_names

_FORM = re.compile(r"^(?P<lever>[^.=]+)\.(?P<path>[^=]+)=(?P<value>.*)$", re.DOTALL)
_FIXED = ("id", "lever")


def with_settings(levers: Mapping[str, dict[str, Any]], settings: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return levers, as written, with the settings in place of what the files say.

    Args:
        levers: fields of each lever by its id.
        settings: texts ``lever.field=value``; the value is YAML (``0.5``, ``[A, B]``, ``null``), and a field that is a
            mapping takes one more name (``cap.musd.2030=4000``). A later setting of the same field wins.

    Raises:
        InputError: with every setting that has another form or names no lever of the scenario.
    """
    changed = {name: dict(fields) for name, fields in levers.items()}
    problems: list[str] = []
    for setting in settings:
        match = _FORM.match(setting)
        if match is None:
            problems.append(f"--set {setting}: expected lever.field=value, such as suez.factor=0.5")
            continue
        lever, path = match["lever"].strip(), match["path"].strip()
        if lever not in changed:
            hint = known_names("Levers", lever, changed)
            problems.append(f"--set {setting}: the scenario has no lever '{lever}'. {hint}")
        elif path in _FIXED:
            problems.append(f"--set {setting}: '{path}' of a lever cannot be set")
        else:
            problems += _put(changed[lever], path.split("."), match["value"], setting)
    if problems:
        raise InputError(problems)
    return changed


def _put(fields: dict[str, Any], path: list[str], text: str, setting: str) -> list[str]:
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        return [f"--set {setting}: the value is not valid YAML, such as 0.5, [A, B] or null"]
    if len(path) == 1:
        fields[path[0]] = value
        return []
    if len(path) > 2:
        return [f"--set {setting}: expected lever.field=value or lever.field.name=value"]
    inner = fields.get(path[0])
    if not isinstance(inner, dict):
        return [f"--set {setting}: '{path[0]}' has no part '{path[1]}'; set it as a whole"]
    fields[path[0]] = {**inner, yaml.safe_load(path[1]): value}
    return []
