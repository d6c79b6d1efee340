"""The page of the formulation, collected from the docstrings of the code that writes it."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from model import (
    block_solver,
    blocks,
    circles,
    classes,
    decomposition,
    diagnosis,
    duties,
    elastic,
    formulation,
    incentive,
    lifting,
    market_capacity,
    master,
    modules,
    pricing,
    problem,
    processing,
    reach,
    saving_bounds,
    saving_credits,
    states,
    stores,
    strategy,
    strong_rows,
    trade_limits,
    valuation,
    year_parts,
)
from model import trade as trade_model
from model.chain import control_goals as chain_control_goals
from model.chain import controls as chain_controls
from model.chain import demand as chain_demand
from model.chain import feeds as chain_feeds
from model.chain import pools as chain_pools
from model.chain import program as chain_program
from model.chain import ranges as chain_ranges
from model.chain import sensitivity as chain_sensitivity
from model.chain import slices as chain_slices
from model.chain import stops as chain_stops
from model.chain import switching as chain_switching
from model.chain import units as chain_units
from model.groups import BLOCK_GROUPS, ROUTING_GROUPS, STRATEGIC_GROUPS
from model.studies import policy_worth
from network import supernetwork, transport_cost

Part = ModuleType | Callable[..., object]
_SECTIONS = re.compile(r"^(Args|Attributes|Returns|Raises):$", re.MULTILINE)


@dataclass(frozen=True)
class Chapter:
    """A chapter of the page: title, what it is about, and the code whose docstrings are its sections."""

    title: str
    text: str
    parts: tuple[Part, ...]


def chapters() -> tuple[Chapter, ...]:
    """Return the chapters in the order of the page; groups come in the order of their tuples."""
    return (
        Chapter("Units and blocks", "What the index frames and arrays hold.", (problem,)),
        Chapter("What moves, and at what cost", "", (supernetwork, transport_cost, classes, blocks.demand_steps)),
        Chapter(
            "Operational groups",
            "Each is written for one block. The first two are the two ways of writing flows; a run uses one of them.",
            (
                *ROUTING_GROUPS.values(),
                *BLOCK_GROUPS,
                trade_model,
                duties,
                valuation,
                year_parts,
                trade_limits,
                processing,
                stores,
                saving_credits.saving_rows,
                saving_bounds.most_saved,
            ),
        ),
        Chapter(
            "Strategic groups", "Ordinary Pyomo, written once for all blocks.", (modules, strategy, *STRATEGIC_GROUPS)
        ),
        Chapter("Balance and objective", "", (formulation, states, market_capacity, incentive)),
        Chapter("What a policy is worth", "", (policy_worth,)),
        Chapter(
            "The rare-earth chain",
            "One program over all years beside the blocks; it takes the network's ways at their cost.",
            (
                chain_program,
                chain_slices,
                chain_units,
                chain_feeds,
                chain_pools,
                chain_demand,
                chain_controls,
                chain_control_goals,
                chain_ranges,
                chain_switching,
                chain_stops,
                chain_sensitivity,
            ),
        ),
        Chapter("How it is solved", "", (pricing, block_solver, master, strong_rows, lifting, decomposition)),
        Chapter("Where there is no plan, or no path", "", (elastic, diagnosis, reach, circles)),
    )


def formulation_page() -> str:
    """Return docs/formulation.md.

    Raises:
        ValueError: a part of the page has no docstring.
    """
    lines = [
        "# Formulation",
        "",
        "Collected from the docstrings of the code by `python scripts/describe_model.py`: change the text there,",
        "beside the code. Index letters: k class, j demand step, i project, p period of its start, q an earlier one,",
        "t period, n terminal, b block, u use of a store, f facility, g good. Words are explained in the",
        "[glossary](glossary.md).",
    ]
    for chapter in chapters():
        lines += ["", f"## {chapter.title}"]
        if chapter.text:
            lines += ["", chapter.text]
        for part in chapter.parts:
            lines += ["", *_section(part)]
    return "\n".join(lines) + "\n"


def _section(part: Part) -> list[str]:
    """Heading, source and text of one docstring, without its sections on arguments."""
    text = inspect.getdoc(part)
    if not text:
        raise ValueError(f"{part.__name__} has no docstring to describe it")
    module = part.__name__ if isinstance(part, ModuleType) else part.__module__
    name = "" if isinstance(part, ModuleType) else f", `{part.__name__}`"
    title, _, body = _SECTIONS.split(text)[0].strip().partition("\n")
    heading, end, rest = title.partition(":")
    source = f"*{module.replace('.', '/')}.py{name}*"
    said = rest.strip()[:1].upper() + rest.strip()[1:] if end else ""
    paragraphs = [text for text in (source, said, body.strip("\n")) if text]
    return [f"### {_plain(heading).rstrip('.')}", *_plain("\n\n".join(paragraphs)).split("\n")]


def _plain(text: str) -> str:
    """Markdown of a docstring: single backticks, no roles."""
    text = re.sub(r":\w+:`([^`]+)`", r"`\1`", text)
    return text.replace("``", "`")
