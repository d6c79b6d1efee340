"""Flows of rare earths of every run, packed for a page: places once, links as four figures each."""

from __future__ import annotations

from typing import Any

from model.solution import Solution
from report.chain_candidates import CORRIDOR
from report.chain_flows import ELEMENTS, STAGES, picture
from report.chain_sentences import has_chain
from report.comparison_view import View


def sankey_data(view: View) -> dict[str, Any] | None:
    """Return the flows for JSON, see page/comparison_chain.js; None where no run has a chain.

    A picture is [from, to, free of restricted content, with it, ...] in kt of oxide a year, ends as places in `places`,
    which are [stage, region].
    """
    chained = {place: solution for place, solution in view.solutions.items() if has_chain(solution)}
    if not chained:
        return None
    regions = view.batch.network.chain_regions
    places: dict[tuple[int, str], int] = {}
    slices = {place: _slices(solution, view) for place, solution in chained.items()}
    drawn = {
        place: [[_links(solution, element, name, places) for name in slices[place]] for element in ELEMENTS]
        for place, solution in chained.items()
    }
    return {
        "stages": list(STAGES.values()),
        "elements": list(ELEMENTS.values()),
        "regions": {
            str(r): str(name).split(",")[0] for r, name in zip(regions["region_id"], regions["name"], strict=True)
        },
        "corridor": list(CORRIDOR),
        "views": [str(year) for year in shown_years(view)],
        "slices": slices,
        "places": [list(place) for place in places],
        "pictures": drawn,
    }


def _slices(solution: Solution, view: View) -> list[str]:
    """Return the slice of each year shown: the last that begins by then."""
    table = solution["chain_markets"].drop_duplicates("slice").sort_values("year")
    starts, names = table["year"].astype(float).tolist(), table["slice"].astype(str).tolist()
    return [names[max((i for i, start in enumerate(starts) if start <= year), default=0)] for year in shown_years(view)]


def shown_years(view: View) -> list[int]:
    """Return the periods of the page and the year in which runs differ most in rare earths."""
    return sorted({*view.periods, *([view.focus_periods[True]] if True in view.focus_periods else [])})


def _links(solution: Solution, element: str, name: str, places: dict[tuple[int, str], int]) -> list[Any]:
    table = solution["chain_sankey"]
    drawn = picture(table[(table["element"] == element) & (table["slice"] == name)])
    at = [places.setdefault((stage, region), len(places)) for stage, region in drawn["nodes"]]
    return [figure for source, target, free, held in drawn["links"] for figure in (at[source], at[target], free, held)]
