"""Axes of a batch: a name, and the figure of the world that its values replace.

An axis changes either a figure of a lever of the scenarios (as ``--set`` does), or brings a lever of its own, which
acts after those of the scenario. Its name says which: a declared range; a kind of lever where one figure is meant
(``carbon_price``); kind and field (``demand.factor``); or a lever's id and field (``suez.factor``).
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from model.errors import InputError
from model.explain import explain
from model.levers import LEVERS, Lever
from model.levers.base import Window, listed
from network.network import Network
from network.problems import closest

LEVER_OF_KIND: dict[str, type[Lever]] = {lever.kind: lever for lever in LEVERS}
PREFIX = "axis_"

Value = float | str


@dataclass(frozen=True)
class Target:
    """What the values of an axis replace.

    Attributes:
        lever: kind of a lever that comes after those of the scenario; '' = the figure of a lever that it has.
        field: field of the lever, or ``lever.field`` of the scenario's; one more name for a part of a field that has
            parts (``musd.2030``).
        choice: other fields of the lever that comes.
    """

    lever: str
    field: str
    choice: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def owner(self) -> str:
        """Id of the scenario's lever whose figure it replaces; '' where a lever comes."""
        return "" if self.lever else self.field.partition(".")[0]

    def setting(self, value: Value) -> str:
        """Text ``lever.field=value`` that replaces the figure of the scenario's lever."""
        return f"{self.field}={value!r}" if isinstance(value, float) else f"{self.field}={value}"

    def fields(self, axis: str, value: Value, periods: Sequence[int]) -> dict[str, Any]:
        """The lever that comes, as in a scenario file; a figure by period that is given once holds in all of them.

        Args:
            axis: name of the axis, which names the lever.
            periods: milestone years of the world.
        """
        name, _, part = self.field.partition(".")
        given: object = value
        if part:
            given = {int(part) if part.isdigit() else part: value}
        elif _is_by_part(LEVER_OF_KIND[self.lever], name):
            given = dict.fromkeys(periods, value)
        return {"lever": self.lever, "id": lever_id(axis), **self.choice, name: given}

    def problems(self, axis: str, values: Sequence[Value], network: Network) -> list[str]:
        """What is wrong with the lever that comes, at any of the values."""
        if self.owner:
            return []  # seen when the scenario is read with the setting
        model, periods = LEVER_OF_KIND[self.lever], [int(period) for period in network.periods["period"].unique()]
        found: dict[str, None] = {}
        for value in values:
            fields = {name: given for name, given in self.fields(axis, value, periods).items() if name != "lever"}
            try:
                lever = model.model_validate(fields)
            except ValidationError as error:
                found |= dict.fromkeys(f"{self.lever}, {text}" for text in explain(error, model, self.lever))
            else:
                found |= dict.fromkeys(f"{self.lever}, {text}" for text in lever.problems(network))
        return list(found)


def lever_id(axis: str) -> str:
    """Id of the lever that an axis brings, with a beginning that no lever of a scenario file should have.

    >>> lever_id("demand.factor")
    'axis_demand_factor'
    """
    return PREFIX + "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in axis.lower())


def target_of(name: str, owners: Mapping[str, str], ranges: Mapping[str, Target]) -> Target:
    """What an axis of a name changes.

    Args:
        owners: kind of each lever of the scenarios of the batch, by its id.
        ranges: what the declared ranges change, by their names.

    Raises:
        InputError: the name is of nothing, or of more than one thing.
    """
    if name in ranges:
        return ranges[name]
    head, _, rest = name.partition(".")
    if head in owners and head in LEVER_OF_KIND:
        raise InputError(f"{head} is both a kind of lever and a lever of the scenarios; give the latter another id")
    if head in LEVER_OF_KIND:
        return Target(head, rest or _single_figure(head))
    if head in owners and rest:
        return Target("", name)
    if head in owners:
        raise InputError(f"{head} is a lever of the scenarios; say which of its figures: {_of(head, owners[head])}")
    raise InputError(_unknown(name, owners, ranges))


def _unknown(name: str, owners: Mapping[str, str], ranges: Mapping[str, Target]) -> str:
    """What a name that is of nothing may have meant."""
    head, _, rest = name.partition(".")
    single = sorted(kind for kind, lever in LEVER_OF_KIND.items() if len(figures(lever)) == 1)
    alike = "" if rest else closest(name, [*ranges, *single])
    if not alike:
        owner = closest(head, [*LEVER_OF_KIND, *owners])
        alike = f"{owner}.{rest or 'FIELD'}" if owner else ""
    if alike:
        return f"nothing is called so. Did you mean {alike}?"
    return (
        f"nothing is called so. Expected a declared range ({_list(ranges)}), a kind of lever with one figure "
        f"({_list(single)}), another kind.field, or lever.field of the scenarios' levers ({listed(sorted(owners))})."
    )


def figures(lever: type[Lever]) -> list[str]:
    """Fields of a lever that hold numbers, its years aside.

    >>> figures(LEVER_OF_KIND["carbon_price"])
    ['usd_per_t']
    """
    fields = lever.model_fields.items()
    return [name for name, info in fields if name not in Window.model_fields and _is_number(info.annotation)]


def _single_figure(kind: str) -> str:
    names = figures(LEVER_OF_KIND[kind])
    if len(names) != 1:
        what = f"say which of its figures: {_of(kind, kind)}" if names else "no figure of it can be varied"
        raise InputError(f"a {kind} has {len(names) or 'no'} figures; {what}")
    return names[0]


def _of(owner: str, kind: str) -> str:
    names = figures(LEVER_OF_KIND[kind]) or list(LEVER_OF_KIND[kind].model_fields)
    return " or ".join(f"{owner}.{name}" for name in names)


def _list(names: Mapping[str, Any] | Sequence[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _is_number(annotation: Any) -> bool:
    return bool({float, int} & set(_parts(annotation)))


def _is_by_part(lever: type[Lever], name: str) -> bool:
    return name in lever.model_fields and get_origin(lever.model_fields[name].annotation) is dict


def _parts(annotation: Any) -> Iterator[Any]:
    """Types that a field may hold: the choices of a union, and the values of a mapping."""
    arguments = get_args(annotation)
    if get_origin(annotation) is dict:
        yield from _parts(arguments[1])
    elif (
        arguments and not any(isinstance(one, (str, int)) for one in arguments) and get_origin(annotation) is not tuple
    ):
        for one in arguments:
            yield from _parts(one)
    else:
        yield annotation
