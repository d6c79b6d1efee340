"""What a batch is called."""

from collections.abc import Mapping
from typing import Any

import pytest

from network.network import Network
from report.comparison_title import batch_title
from tests.report.comparison.made import MadeBatch, made_batch

PRICES = [{"carbon_price": price} for price in (0.0, 50.0)]
SAMPLES = [{"sample": n, "fuel_price": 0.5 + n / 10, "suez.factor": 1.0 - n / 10} for n in range(4)]


def made(network: Network, runs: list[dict[str, Any]], spec: str) -> MadeBatch:
    axes = list(dict.fromkeys(name for run in runs for name in run if name not in ("scenario", "sample", "portfolio")))
    whole = [{"key": f"k{n}", "scenario": "baseline", **dict.fromkeys(axes), **run} for n, run in enumerate(runs)]
    batch = made_batch(network, whole, axes=axes)
    return MadeBatch(network, {**batch.spec, "spec": spec}, batch.catalogue, batch.indicators, batch.axes)


def of(scenarios: str, runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"scenario": name, **run} for name in scenarios.split() for run in runs]


@pytest.mark.parametrize(
    ("runs", "spec", "title"),
    [
        (of("a", [{}]), "title: Stress of the corridor", "Stress of the corridor"),
        (of("a b c d", PRICES), "", "4 scenarios \u00d7 carbon price 0, 50"),
        (of("baseline red_sea_closed", [{}]), "", "Baseline and Red sea closed"),
        (of("baseline", PRICES), "grid: {carbon_price: [0, 50]}", "Baseline \u00d7 carbon price 0, 50"),
        (of("a", [{"suez.factor": n / 10} for n in range(8)]), "", "A \u00d7 suez 0 to 0.7 (8 values)"),
        (of("a", [{"demand.variant": v} for v in ("low", "high")]), "", "A \u00d7 demand, variant low, high"),
        (of("a b c", SAMPLES), "", "3 scenarios \u00d7 4 samples of 2 uncertain figures"),
        (
            of("a", [{**price, **point} for price in PRICES for point in SAMPLES]),
            "grid: {carbon_price: [0, 50]}",
            "A \u00d7 carbon price 0, 50 \u00d7 4 samples of 2 uncertain figures",
        ),
        (of("a", [{"portfolio": f"/x/{n}.xlsx"} for n in ("green", "lean")]), "",
         "A \u00d7 portfolio green and portfolio lean"),
        (of("a", [{"portfolio": f"/x/{n}.xlsx"} for n in "pqr"]), "", "A \u00d7 3 portfolios"),
    ],
)  # fmt: skip
def test_without_a_title_it_says_what_was_asked(
    network: Network, runs: list[dict[str, Any]], spec: str, title: str
) -> None:
    assert batch_title(made(network, runs, spec)) == title


def test_the_folder_is_not_its_name(network: Network) -> None:
    batch = made(network, of("a b c", [{}]), "scenarios: all")
    named: Mapping[str, Any] = {**batch.spec, "name": "batch-x1"}
    assert batch_title(MadeBatch(network, named, batch.catalogue, batch.indicators)) == "3 scenarios"
