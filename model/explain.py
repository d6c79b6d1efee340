"""Pydantic's validation errors as sentences for the writer of a scenario file."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from network.problems import nearest

_EXPECTED = {
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": 'a text (write names such as "NO" in quotes)',
    "tuple_type": "a list, such as [A, B]",
    "list_type": "a list",
    "dict_type": "a mapping, such as {2030: 4000}",
    "string_pattern_mismatch": "small letters, digits and _ only, a letter first",
    "greater_than": "a number above {gt:g}",
    "greater_than_equal": "a number of at least {ge:g}",
    "less_than": "a number below {lt:g}",
    "less_than_equal": "a number of at most {le:g}",
    "literal_error": "{expected}",
    "too_short": "at least one",
}


def explain(error: ValidationError, model: type[BaseModel], what: str) -> list[str]:
    """Turn every error of a validation into a sentence.

    Args:
        error: what pydantic found.
        model: the model that was validated; the descriptions of its fields explain what was meant.
        what: what the fields belong to, in words ("capacity").
    """
    fields = list(model.model_fields)
    return [sentence(dict(details), model, what, fields) for details in error.errors()]


def known_names(title: str, name: str, known: Iterable[str]) -> str:
    """Return the name most like one that is not known, and the list of all: the end of a message.

    >>> known_names("Levers", "closre", ["cost", "closure"])
    'Did you mean closure? Levers: cost, closure.'
    """
    names = list(known)
    return f"{nearest(name, names)} {title}: {', '.join(names) or 'none'}.".strip()


def sentence(details: dict[str, Any], model: type[BaseModel], what: str, fields: list[str]) -> str:
    """One error of a validation as a sentence that begins with the place.

    Args:
        details: the error as pydantic gives it, its place (``loc``) as seen from ``model``.
        fields: known fields, for one that is not.
    """
    place = ".".join(str(part) for part in details["loc"])
    if details["type"] == "extra_forbidden":
        return f"{place}: unknown field. {known_names(f'Fields of {what}', place, fields)}"
    if details["type"] == "missing":
        return f"{place}: missing{_meaning(place, model)}"
    if details["type"] == "value_error":
        text = str(details["ctx"]["error"])
        return f"{place}: {text}" if place else text
    expected = _EXPECTED.get(details["type"])
    if expected is None:
        expected = str(details["msg"])
    elif "{" in expected and details["type"] != "dict_type":
        expected = expected.format(**details["ctx"])
    return f"{place}: {_shown(details['input'])}; expected {expected}{_meaning(place, model)}"


def _meaning(place: str, model: type[BaseModel]) -> str:
    field = model.model_fields.get(place.split(".")[0])
    return f" ({field.description})" if field is not None and field.description else ""


def _shown(value: object) -> str:
    return "empty" if value in (None, "", [], {}) else repr(value)
