"""Chains small enough for paper: joint products, two stages, bans with and without stock, content that stays."""

import pytest

from model.chain.results import markets, output
from network.network import Network
from tests.model.chain.conftest import chain_world, demand, facility, grid, process, solved, table_of, unit


def test_a_joint_product_costs_what_all_of_it_costs(mine_to_oxide: Network) -> None:
    chain, program, answer = solved(mine_to_oxide)
    feed = grid(chain, answer, "feed").sum(axis=0)
    assert feed == pytest.approx([0.5, 0.5])  # 50 t of Dy are a tenth of 500 t
    market = markets(chain, answer)
    # 15,000 USD a t of oxides; 0.5 t of La and 0.4 t of NdPr are kept at 50: (15,000 + 45) / 0.1.
    assert market["price_usd_per_t"].to_numpy() == pytest.approx(150_450)
    costs = program.costs(answer.value)
    assert costs["treatment"] == pytest.approx(2 * 0.5 * 15_000 / 1000)
    assert costs["disposal"] == pytest.approx(2 * 0.5 * 0.9 * 50 / 1000)


def two_stages(**more: object) -> Network:
    """Dy oxide from China or from a mine in Kazakhstan twice as dear; wanted in Europe."""
    return chain_world(
        [process("leach", "mine", feed="mrec", opex_china_usd_per_t=10_000, opex_usd_per_t=20_000),
         process("sx", "separation", treats="heavy", opex_china_usd_per_t=0, opex_usd_per_t=0)],
        [facility("CNM", "CNP", profile_id="p", takes_others=0, owner_group="cn"),
         facility("CNX", "CNP", takes_others=0, owner_group="cn"),
         facility("KZM", "KZP", profile_id="p", owner_group="kz"),
            facility("KZX", "KZP", takes_others=0, owner_group="kz"),
        ],
        [unit("CNM", "leach", 2000), unit("CNX", "sx", 2000), unit("KZM", "leach", 200), unit("KZX", "sx", 200)],
        [demand("EU27", "ox_dy", 50)],
        **more,
    )  # fmt: skip


BAN = {
    "control_id": "stop", "title": "Stop", "instrument": "ban", "imposed_by": "CN", "exporters": ("CN",),
    "importers": ("EU27",), "stages": ("oxide",),
}  # fmt: skip


def test_the_cheaper_source_is_taken_first_and_a_ban_turns_to_the_other() -> None:
    chain, _, answer = solved(two_stages())
    made = output(chain, answer)
    assert set(table_of(made[made["output_kt"] > 0], step="mine")["country"]) == {"CN"}
    chain, _, banned = solved(two_stages(controls=[BAN]))
    made = output(chain, banned)
    assert set(table_of(made[made["output_kt"] > 0], step="mine")["country"]) == {"KZ"}
    # Kazakhstan has 20 t a year; the other 30 lack, of which 2.5 at the first tier, 5 at the second, 22.5 at the third.
    market = markets(chain, banned)
    assert market["bought_kt"].to_numpy() == pytest.approx(0.02)
    assert market["shortage"].to_numpy() == pytest.approx(0.6)
    lost = 2.5 * 2.2 + 5 * 4.2 + 22.5 * 8.2  # tiers above the price of 0.2 million USD a t
    # 50 t of China's cost 10,000 + 0.9 x 50 a t of oxides, ten times; 20 t of Kazakhstan's twice the mining.
    dearer = 20 * (20_045 - 10_045) * 10 / 1e6 - 30 * 10_045 * 10 / 1e6
    assert banned.objective - answer.objective == pytest.approx(2 * (lost + dearer), rel=1e-6)


def stop(months: int, days: float) -> tuple[float, float]:
    """What a stop of some months costs with some days in stock, million USD, and the part of a year that lacks."""
    last = {2: "2026-02", 6: "2026-06"}[months]
    stock = {"stock_id": "s", "region_id": "EU27", "good_id": "ox_dy", "holder": "company", "days": days}
    free = two_stages(
        last_year=2029,
        stocks=[stock],
        controls=[{**BAN, "grant_share": 1, "instrument": "licence", "first_month": "2026-01", "last_month": last}],
    )
    shut = two_stages(last_year=2029, stocks=[stock], controls=[{**BAN, "first_month": "2026-01", "last_month": last}])
    before, after = solved(free), solved(shut)
    market = markets(after[0], after[2])
    years = market["slice"].map(dict(zip(after[0].slices.labels, after[0].slices.years, strict=True)))
    return after[2].objective - before[2].objective, float((market["shortage"] * years).sum())


def test_a_short_stop_costs_nothing_with_enough_stock_and_a_long_one_does() -> None:
    assert stop(2, 90)[0] == pytest.approx(0.0, abs=1e-6)
    cost, lacks = stop(6, 90)
    # Half a year less 90 days of stock, less what Kazakhstan's 20 t a year bring meanwhile.
    assert lacks == pytest.approx(0.5 - 90 / 365 - 0.5 * 0.4, abs=1e-6)
    assert cost > 1
    assert stop(2, 0)[0] > 1


def test_stock_is_made_good_by_the_end() -> None:
    stock = {"stock_id": "s", "region_id": "EU27", "good_id": "ox_dy", "holder": "company", "days": 90}
    world = two_stages(last_year=2029, stocks=[stock], controls=[{**BAN, "first_month": "2026-01",
                                                                 "last_month": "2026-03"}])  # fmt: skip
    chain, _, answer = solved(world)
    held = grid(chain, answer, "store")[0]
    start = float(chain.stocks["start_kt"].iloc[0])
    assert held.min() < start - 1e-6
    assert held[-1] == pytest.approx(start)


def balance(dy: float, ndpr: float) -> dict[str, float]:
    """Prices of Dy and NdPr where both are wanted and 500 t of oxides can be made."""
    world = chain_world(
        [process("leach", "mine", feed="mrec", opex_usd_per_t=10_000),
         process("sx", "separation", treats="heavy")],
        [facility("MINE", "KZP", profile_id="p"), facility("SX", "KZP")],
        [unit("MINE", "leach", 500), unit("SX", "sx", 500)],
        [demand("EU27", "ox_dy", dy), demand("EU27", "ox_ndpr", ndpr)],
    )  # fmt: skip
    chain, _, answer = solved(world)
    market = markets(chain, answer)
    return {good: float(part["price_usd_per_t"].iloc[0]) for good, part in market.groupby("good")}


def test_the_balance_problem_flips_with_what_is_scarce() -> None:
    dy_scarce = balance(dy=40, ndpr=100)  # 400 t of oxides for Dy hold 160 t of NdPr
    assert dy_scarce["ox_ndpr"] == pytest.approx(-50)  # floods: it costs its keeping
    assert dy_scarce["ox_dy"] == pytest.approx((10_000 + 50 * 0.9) / 0.1)
    ndpr_scarce = balance(dy=20, ndpr=160)
    assert ndpr_scarce["ox_dy"] == pytest.approx(-50)
    assert ndpr_scarce["ox_ndpr"] == pytest.approx((10_000 + 50 * 0.6) / 0.4)


def works(place: str, country_of_mine: str, **more: object) -> Network:
    """Metal made at a place from oxide of a mine; wanted in Europe."""
    mine = {"CN": "CNP", "KZ": "KZP"}[country_of_mine]
    return chain_world(
        [process("leach", "mine", feed="mrec"), process("sx", "separation", treats="heavy"),
         process("reduce", "metal")],
        [facility("MINE", mine, profile_id="p"), facility("SX", mine), facility("MET", place)],
        [unit("MINE", "leach", 1000), unit("SX", "sx", 1000), unit("MET", "reduce", 1000)],
        [demand("EU27", "met_dy", 10)],
        recipes=[{"process_id": "reduce", "side": "input", "good_id": "ox_dy", "t_per_t": 1.2},
                 {"process_id": "reduce", "side": "output", "good_id": "met_dy", "t_per_t": 1}],
        **more,
    )  # fmt: skip


METAL_BAN = {**BAN, "stages": ("metal",)}


@pytest.mark.parametrize(
    ("mine", "follows", "served"),
    [("CN", 0, 1.0), ("CN", 1, 0.0), ("KZ", 1, 1.0)],
    ids=["made elsewhere: free", "content follows", "no content: free"],
)
def test_content_cannot_be_laundered(mine: str, follows: int, served: float) -> None:
    world = works("KZP", mine, controls=[{**METAL_BAN, "follows_content": follows}])
    chain, _, answer = solved(world)
    market = markets(chain, answer)
    assert market["bought_kt"].to_numpy() == pytest.approx(0.01 * served, abs=1e-9)
    made = table_of(output(chain, answer), step="metal")
    part = 1.0 if mine == "CN" else 0.0
    assert (made["restricted_kt"] <= part * made["output_kt"] + 1e-12).all()


def test_a_ban_on_an_owner_closes_its_works_to_restricted_goods() -> None:
    ban = {"control_id": "entity", "title": "Entity", "instrument": "ban", "imposed_by": "CN", "owner_groups": ("met",)}
    chain, _, answer = solved(works("KZP", "CN", controls=[ban]))
    assert grid(chain, answer, "run").sum() == pytest.approx(0, abs=1e-9)
    chain, _, answer = solved(works("KZP", "KZ", controls=[ban]))
    assert grid(chain, answer, "run").sum() > 0


def test_a_plant_that_does_not_toll_treats_its_own_feed_only(mine_to_oxide: Network) -> None:
    table = mine_to_oxide.chain_facilities
    shut = mine_to_oxide.replace(chain_facilities=table.assign(takes_others=0))
    chain, _, _ = solved(shut)
    assert not len(chain.feeds.frame)
    own = shut.replace(chain_facilities=table.assign(takes_others=0, owner_group="one"))
    chain, _, answer = solved(own)
    assert grid(chain, answer, "feed").sum() > 0


def magnets(**more: object) -> Network:
    """Magnets of Europe from Kazakh metal, with swarf and old magnets that are recycled."""
    return chain_world(
        [process("leach", "mine", feed="mrec", opex_usd_per_t=10_000), process("sx", "separation", treats="heavy"),
         process("reduce", "metal"), process("sinter", "magnet"), process("swarf", "recycling"),
         process("old", "recycling"), process("collect", "collection", recovery=0.5)],
        [facility("MINE", "KZP", profile_id="p"), facility("SX", "KZP"), facility("MET", "EUP"),
         facility("REC", "EUP")],
        [unit("MINE", "leach", 5000), unit("SX", "sx", 5000), unit("MET", "reduce", 5000),
         unit("MET", "sinter", 5000), unit("REC", "swarf", 5000), unit("REC", "old", 5000)],
        [demand("EU27", "mag_std", 1000)],
        recipes=[
            {"process_id": "reduce", "side": "input", "good_id": "ox_ndpr", "t_per_t": 1.2},
            {"process_id": "reduce", "side": "output", "good_id": "met_ndpr", "t_per_t": 1},
            {"process_id": "sinter", "side": "input", "good_id": "met_ndpr", "t_per_t": 0.4},
            {"process_id": "sinter", "side": "output", "good_id": "mag_std", "t_per_t": 1},
            {"process_id": "sinter", "side": "output", "good_id": "swarf", "t_per_t": 0.4},
            {"process_id": "swarf", "side": "input", "good_id": "swarf", "t_per_t": 4},
            {"process_id": "swarf", "side": "output", "good_id": "ox_ndpr", "t_per_t": 1},
            {"process_id": "old", "side": "input", "good_id": "eol_magnets", "t_per_t": 3},
            {"process_id": "old", "side": "output", "good_id": "ox_ndpr", "t_per_t": 1},
            {"process_id": "collect", "side": "output", "good_id": "eol_magnets", "t_per_t": 1},
        ],
        parameters={"chain_magnet_life_years": 10, "chain_growth_before": 0.0, "chain_collected_today": 1.0},
        **more,
    )  # fmt: skip


def test_recycling_never_exceeds_its_vintage_and_swarf_is_no_new_supply() -> None:
    chain, _, answer = solved(magnets())
    collected = grid(chain, answer, "collect")
    assert collected.sum(axis=0) == pytest.approx(0.5)  # half of the 1,000 t a year of ten years ago, all of it used
    made = output(chain, answer)
    by = made.groupby("process_id")["output_kt"].mean()
    need = 1.2 * 0.4  # oxide a year, kt
    swarf, old = 0.4 / 4, 0.5 / 3
    assert by["swarf"] == pytest.approx(swarf)
    assert by["leach"] * 0.4 == pytest.approx(need - swarf - old)


def test_a_vintage_of_the_horizon_follows_what_was_sold_in_it() -> None:
    world = magnets(last_year=2040)
    half = world.chain_demand.assign(quantity_t=500.0)
    chain, _, answer = solved(world.replace(chain_demand=half))
    collected = grid(chain, answer, "collect").sum(axis=0)
    assert collected == pytest.approx(0.25)
