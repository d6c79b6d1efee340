"""What duties are a share of, by valuation of the importer; and whose goods they are: processing against transit."""

from typing import Any

import pytest

from network.network import Network

VALUE, RATE, INSURANCE = 100.0, 0.1, 0.003
TRANSPORT = 7 + 2 + 20  # to the border: by road, over the quay abroad, by sea; then as much over the quay and 5 by road
PLACES = [{"place_id": "MINE", "country": "A"}, {"place_id": "OUT", "country": "T"},
          {"place_id": "QUAY", "country": "B"}, {"place_id": "CITY", "country": "D"}]  # fmt: skip
LINKS = [
    {"link_id": "ROAD", "a": "MINE", "b": "OUT", "cost": 7, "kt": None, "transit_time_h": 24},
    {"link_id": "SEA", "a": "OUT", "b": "QUAY", "cost": 20, "kt": None, "mode": "deep_sea", "transit_time_h": 240},
    {"link_id": "INLAND", "a": "QUAY", "b": "CITY", "cost": 5, "kt": None},
]


def goods(name: str, value: float = VALUE, time_value: float = 0.5) -> dict[str, Any]:
    return {"commodity_id": name, "name": name, "handling_class": "bagged", "cargo_kind": "general",
            "value_usd_per_t": value, "time_value_pct_per_day": time_value, "own_price_elasticity": -0.5}  # fmt: skip


def base_rate(importer: str, pct: float, **more: Any) -> dict[str, Any]:
    return {"rate_id": f"{importer}-{pct}-{len(more)}", "importer": importer, "product": "general_cargo",
            "layer": "base", "measure": "mfn", "legal_basis": "law", "ad_valorem_pct": pct, **more}  # fmt: skip


def shipped(worlds: Any, valuation: str, links: list[dict[str, Any]] = LINKS) -> Network:
    """60 kt from the mine in A through T by sea to the union of B and D, which asks 10 %."""
    union = {"territory": "UNION", "name": "Union", "kind": "union", "countries": ("B", "D"), "valuation": valuation}
    zones = [{"zone_id": row["place_id"], "name": row["place_id"], "countries": (row["country"],),
              "customs_territory": "UNION" if row["country"] in "BD" else ""} for row in PLACES]  # fmt: skip
    made: Network = worlds.make(
        links,
        [{"a": "MINE", "b": "CITY", "kt": 60}],
        PLACES,
        zones=zones,
        commodities=[goods("goods")],
        handling=[{"mode": "deep_sea", "cargo_kind": "general", "cost_usd_per_t": 2}],
        customs_territories=[union],
        duty_rates=[base_rate("UNION", 100 * RATE)],
        parameters=[{"parameter": "choke_cost_multiple", "value": 2.5}],
    )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("valuation", "base"), [("fob", VALUE), ("", VALUE), ("cif", VALUE * (1 + INSURANCE) + TRANSPORT)]
)
@pytest.mark.parametrize("objective", ["shipper", "world", "national:D"])
def test_duty_is_a_share_of_the_value_at_the_border(worlds: Any, valuation: str, base: float, objective: str) -> None:
    trade = worlds.problem(shipped(worlds, valuation), objective=objective).blocks[0].trade
    assert trade.duty.tolist() == [pytest.approx(RATE * base)]


def test_the_way_of_the_reference_is_valued_whatever_is_closed(worlds: Any) -> None:
    usual = shipped(worlds, "cif", [*LINKS, {"link_id": "AIR", "a": "OUT", "b": "CITY", "cost": 90, "kt": None}])
    closed = usual.replace(links=usual.links[usual.links["link_id"] != "SEA"].reset_index(drop=True))
    duty = RATE * (VALUE * (1 + INSURANCE) + TRANSPORT)
    assert worlds.problem(usual).blocks[0].trade.duty.tolist() == [pytest.approx(duty)]
    assert worlds.problem(closed).blocks[0].trade.duty.tolist() == [pytest.approx(RATE * (100.3 + 97))]
    kept = usual.links.assign(cost_usd_per_t_general=lambda frame: frame["cost_usd_per_t_general"] * 3)
    assert worlds.problem(usual.replace(links=kept), usual).blocks[0].trade.duty.tolist() == [pytest.approx(duty)]


def test_duty_is_paid_on_it_and_goes_to_the_importer(worlds: Any) -> None:
    """The charge is there at the reference too: demand is through the usual price, so all 60 kt still move."""
    solved = worlds.solve(shipped(worlds, "cif"))
    accounts = solved.tables["accounts"]
    duty = accounts[accounts["account"] == "duty"]
    assert duty["country"].unique().tolist() == ["D"]
    assert duty["amount"].sum() == pytest.approx(60 * RATE * (100.3 + TRANSPORT) / 1000)


ORIGIN_LINKS = [
    {"link_id": "FIRST", "a": "A", "b": "B", "cost": 4, "kt": None},
    {"link_id": "SECOND", "a": "B", "b": "C", "cost": 5, "kt": None},
]


@pytest.fixture
def chain(worlds: Any) -> Network:
    """A mines ore; B makes metal of it; C buys metal of B, and metal and ore of A that cross B in bond.

    C asks 10 % of all goods, nothing from B, and 30 % more from A.
    """
    lanes = [
        {"lane_id": "feed", "a": "A", "b": "B", "commodity_id": "ore", "origin_facility": "MINE",
         "destination_facility": "SMELTER"},
        {"lane_id": "made_in_b", "a": "B", "b": "C", "commodity_id": "metal", "kt": 10, "origin_facility": "SMELTER"},
        {"lane_id": "made_in_a", "a": "A", "b": "C", "commodity_id": "metal", "kt": 10},
        {"lane_id": "raw", "a": "A", "b": "C", "commodity_id": "ore", "kt": 20},
    ]  # fmt: skip
    plant = {"capacity_t_per_year": 500_000, "cost_usd_per_t": 20}
    made: Network = worlds.make(
        ORIGIN_LINKS,
        lanes,
        commodities=[goods(name, value) | {"own_price_elasticity": 0} for name, value in (("ore", 50), ("metal", 400))],
        facilities=[{"facility_id": "MINE", "name": "Mine", "place_id": "A", "recipe_id": "DIG", **plant},
                    {"facility_id": "SMELTER", "name": "Smelter", "place_id": "B", "recipe_id": "MELT", **plant}],
        recipes=[{"recipe_id": "DIG", "side": "output", "commodity_id": "ore", "t_per_t": 1},
                 {"recipe_id": "MELT", "side": "input", "commodity_id": "ore", "t_per_t": 1},
                 {"recipe_id": "MELT", "side": "output", "commodity_id": "metal", "t_per_t": 0.5}],
        duty_rates=[base_rate("C", 10),
                    base_rate("C", 0, layer="preference", measure="agreement", origins=("B",)),
                    base_rate("C", 30, layer="country", measure="surcharge", origins=("A",))],
        parameters=[{"parameter": "choke_cost_multiple", "value": 2.5}],
    )  # fmt: skip
    return made


def test_processing_confers_origin_and_transit_in_bond_does_not(worlds: Any, chain: Network) -> None:
    solved = worlds.solve(chain)
    block = solved.problem.blocks[0]
    lane = chain.lanes["lane_id"].to_numpy()[solved.problem.classes.classes["lane"].to_numpy()]
    frame = block.trade.frame.assign(lane=lane, duty=block.trade.duty).set_index("lane")
    assert frame["origin"].to_dict() == {"feed": "A", "made_in_b": "B", "made_in_a": "A", "raw": "A"}
    assert frame["duty"].to_dict() == pytest.approx({"feed": 0, "made_in_b": 0, "made_in_a": 160, "raw": 20})
    moved = solved.tables["demand"].set_index("lane_id")["served_kt"]
    assert moved["made_in_b"] == pytest.approx(10)  # of 20 kt of A's ore, which clear as goods of B
    assert moved["feed"] == pytest.approx(20)
    accounts = solved.tables["accounts"]
    duty = accounts[accounts["account"] == "duty"]
    assert duty.groupby("country")["amount"].sum().to_dict() == {"C": pytest.approx((10 * 160 + 20 * 20) / 1000)}


def test_a_limit_on_the_origin_of_the_material_stops_at_the_plant(worlds: Any, chain: Network) -> None:
    """C bans goods of A: what crosses B in bond is stopped, what B makes of A's ore is not."""
    ban = {"limit_id": "ban", "title": "Ban", "imposed_by": "C", "exporters": ("A",), "importers": ("C",),
           "instrument": "ban"}  # fmt: skip
    solved = worlds.solve(chain.replace(trade_limits=worlds.frame("trade_limits", [ban])), chain)
    moved = solved.tables["demand"].set_index("lane_id")["served_kt"].to_dict()
    assert moved == pytest.approx({"feed": 20, "made_in_b": 10, "made_in_a": 0, "raw": 0}, abs=1e-6)
