"""The smallest worlds that a batch can run on, and what its parts are tested with."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from model.batch.runs import Run
from model.batch.spec import spec_of
from model.batch.start import Asked
from network.network import read_network
from tests.model.batch.processes import Command

SMALL_WORLD: Mapping[str, str] = {
    "network/places.csv": "place_id,name,country,lat_deg,lon_deg\nA,A,KZ,43,51\nB,B,GE,42,41\n",
    "network/links.csv": """\
link_id,from_place,to_place,mode,distance_km,transit_time_h,cost_usd_per_t_general,capacity_t_per_year
CHEAP,A,B,rail_1520,900,48,10,60000
DEAR,A,B,road,900,48,14,
""",
    "commodities/commodities.csv": """\
commodity_id,name,handling_class,cargo_kind,value_usd_per_t,time_value_pct_per_day,own_price_elasticity
goods,Goods,bagged,general,0,0,0
""",
    "commodities/lanes.csv": "lane_id,origin_zone,destination_zone,commodity_id,quantity_t\nL,A,B,goods,100000\n",
    "scenarios/baseline.yaml": """\
title: Baseline
question: What if nothing changes?
levers:
  - {lever: capacity, id: rail, links: [CHEAP], unit: t, factor: 1}
""",
    "scenarios/cut.yaml": """\
title: Both ways cut
question: What if nothing moves?
extends: baseline
levers:
  - {lever: closure, id: closed, links: [CHEAP, DEAR]}
""",
}


@pytest.fixture
def small_world(tmp_path: Path) -> Path:
    """Folder of a world of two places and two links; railway (60 kt, 10 USD/t) or road (14 USD/t) carry 100 kt."""
    for name, text in SMALL_WORLD.items():
        path = tmp_path / "small" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "small"


@pytest.fixture
def ask(small_world: Path) -> Callable[..., Asked]:
    """What a batch is asked with: the railway's capacity times some factors, on the small world."""

    def make(
        factors: tuple[float, ...] = (0.5, 1.0), more: tuple[Run, ...] = (), axis: str = "rail", **how: object
    ) -> Asked:
        runs = [Run("baseline", settings=(f"rail.factor={one}",), values={axis: one}) for one in factors]
        given = replace(spec_of({"options": {"gap": 0.0}}).how(small_world), **how)  # type: ignore[arg-type]
        return Asked("railway", "rail.factor", [*runs, *more], given, read_network(small_world))

    return make


@pytest.fixture
def command(small_world: Path) -> Iterator[Command]:
    """The command on the small world; what is still at work at the end of the test is ended."""
    made = Command(small_world)
    yield made
    made.end()
