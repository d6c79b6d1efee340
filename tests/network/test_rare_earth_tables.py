"""Tables of the rare-earth chain: bad rows are named, and the shipped ones add up to the base year of 2024."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from network.network import Network, read_network
from network.policy import DutySchedule
from network.tables import DataError

Edit = Callable[[str, str, str], None]
DATA = Path(__file__).resolve().parents[2] / "data"
STANDING = ("operating", "construction")
BAD = [
    ("profiles", "DY,0.2", "DY,0.3", "row 2, column share", "expected 1: the sum of share over all rows of clay"),
    ("profiles", "DY,0.2", "DYY,0.2", "row 3, column element_id", "Did you mean DY?"),
    ("elements", "DY,Dys", "EU,Dys", "row 3, column element_id", "an element with a good ox_eu"),
    ("recipes", "met_ndpr,1\n", "met_ndpr,1.1\n", "row 3, column t_per_t", "at most 1.2 t of NDPR"),
    ("recipes", "input,ox_ndpr,1.2", "input,ox_dy,1.2", "row 3, column t_per_t", "1.176 t of NDPR"),
    ("processes", "0.6,0.5,0.7", "0.6,0.65,0.7", "row 2, column recovery", "at least 0.65, recovery_low"),
    ("processes", "0.6,0.5,0.7", "0.6,0.5,0.55", "row 2, column recovery_high", "at least 0.6, recovery"),
    ("processes", "0.98,,", "1.98,,", "row 4, column recovery", "at most 1"),
    ("processes", "t REO,mrec,,0.6", "t REO,,,0.6", "row 2, column feed", "a mine has one"),
    ("processes", "t REO,mrec,,0.6", "t REO,ox_dy,,0.6", "row 2, column feed", "a good of the stage feed"),
    ("processes", "t REO,mrec,,0.6", "t REO,mrce,,0.6", "row 2, column feed", "Did you mean mrec?"),
    ("processes", "melt,Metal,metal,t metal,,", "melt,Metal,crack,t metal,mrec,", "process_id", "without recipe"),
    ("recipes", "gather,output,scrap,1\n", "", "row 5, column process_id", "a process with an output in"),
    ("recoveries", "DY,0.4", "DY,-0.4", "row 2, column recovery", '"-0.4"; expected at least 0'),
    ("recoveries", "DY,0.4", "DY,1.4", "row 2, column recovery", "at most 1"),
    ("facilities", "2020,clay", "2020,", "row 2, column facility_id", "a mine has a distribution"),
    ("facilities", "2020,clay", "2020,caly", "row 2, column profile_id", "Did you mean clay?"),
    ("facilities", "firm,GE", "firm,GG", "row 3, column country", "a country of a region"),
    ("facilities", "2030,,50", "2030,,", "row 3, column capex_musd", "its process melt has none"),
    ("facilities", "candidate", "hopeful", "row 3, column status", "operating"),
    ("units", "1000,800", "1000,1200", "row 2, column output_2024_t", "at most 1000, capacity_t_per_year"),
    ("regions", "GE|AZ", "GE|KZ", "row 3, column countries", "it is in KZ too"),
    ("regions", "KZ,EAEU", "KZ,EAEUU", "row 2, column importer", "Did you mean EAEU?"),
    ("demand", "2030,final,150,120", "2030,final,150,160", "row 3, column quantity_t", "at least 160"),
    ("demand", "2030,final,150", "2020,final,150", "row 3, column year", "a year after 2024"),
    ("demand", "2030,final,150", ",final,150", "row 3, column year", "a year"),
    ("demand", "2030,final,150,120,180,0.1,0.6,0.05", "2030,final,150,120,180,0.1,0.6,0.25", "tier2_share", "0.25"),
    ("demand", "2030,final,150,120,180,0.1,", "2030,final,150,120,180,0.7,", "elasticity_long", "at least 0.7"),
    ("controls", "0.8,,2025-04", "0.8,,2025-4", "row 2, column first_month", "a month such as 2026-07"),
    ("controls", "2026-07,2026-12", "2026-07,2026-13", "row 3, column last_month", "a month such as 2026-07"),
    ("controls", "2026-07,2026-12", "2026-07,2026-06", "row 3, column last_month", "2026-07 or later"),
    ("controls", "KZ,REST,,0.8", "KZ,REST,,", "row 2, column grant_share", "a licence needs it"),
    ("controls", "KZ,REST,,0.8,", "KZ,REST,,0.8,9", "row 2, column quota_t_per_year", "a licence has none"),
    ("controls", "KZ,KZ,REST,,0.8", "KZ,,,,0.8", "row 2, column exporters", "all are empty"),
    ("controls", "KZ,KZ,REST", "KZ,KZ,RETS", "row 2, column importers", "Did you mean REST?"),
    ("controls", "KZ,KZ,,firm", "KZ,KZ,,fierm", "row 3, column owner_groups", "Did you mean firm?"),
    ("controls", "KZ,KZ,,firm", "KX,KZ,,firm", "row 3, column imposed_by", "a country or territory"),
    ("stocks", "60,,40", ",,40", "row 2, column days", "both are empty"),
    ("stocks", "60,,40", "60,50,40", "row 2, column stock_t", "days say how much it is"),
    ("stocks", "60,,40", ",50,40", "row 2, column most_t", "at least 50, stock_t"),
]


@pytest.mark.parametrize(("table", "old", "new", "where", "sentence"), BAD)
def test_bad_rows_are_named(
    folder: Path, edit: Edit, table: str, old: str, new: str, where: str, sentence: str
) -> None:
    edit(f"rare_earths/{table}.csv", old, new)
    with pytest.raises(DataError) as bad:
        read_network(folder)
    assert "rare_earths/" in str(bad.value)
    assert where in str(bad.value)
    assert sentence in str(bad.value)


def test_one_wrong_cell_is_one_problem(folder: Path, edit: Edit) -> None:
    edit("rare_earths/recipes.csv", "met_ndpr,1\n", "met_ndpr,one\n")
    with pytest.raises(DataError) as bad:
        read_network(folder)
    assert len(bad.value.problems) == 1, str(bad.value)


def test_a_right_chain_is_not_refused(folder: Path) -> None:
    network = read_network(folder)
    assert network.chain_processes["treats"].tolist() == ["light", "heavy", "light", "light"]
    assert network.chain_controls["is_active"].tolist() == [1, 1]


@pytest.fixture(scope="module")
def shipped() -> Network:
    return read_network(DATA)


@pytest.fixture(scope="module")
def units_2024(shipped: Network) -> pd.DataFrame:
    """Units that ran in 2024, with what they made; ore outside the Chinese quota, which nobody counts, is left out."""
    facilities = shipped.chain_facilities[["facility_id", "country", "status", "first_year", "profile_id"]]
    units = shipped.chain_units.merge(facilities, on="facility_id")
    units = units.merge(shipped.chain_processes[["process_id", "step", "recovery"]], on="process_id")
    units = units[(units["status"] == "operating") & (units["first_year"] <= 2024)]
    units = units[units["facility_id"] != "CN_OFF_QUOTA"]
    return units.assign(output=units["output_2024_t"].fillna(units["capacity_t_per_year"]))


def test_profiles_sum_to_one(shipped: Network) -> None:
    sums = shipped.chain_profiles.groupby("profile_id")["share"].sum()
    assert (sums - 1.0).abs().max() < 1e-9
    used = set(shipped.chain_facilities["profile_id"]) - {""}
    assert used <= set(sums.index)
    assert {"magnet", "seg"} <= set(sums.index)


def test_mines_give_what_the_world_mined(units_2024: pd.DataFrame) -> None:
    """USGS counts 390,000 t; 11,000 t more come of cerium that Australia does not sell."""
    mines = units_2024[units_2024["step"] == "mine"]
    assert mines["output"].sum() == pytest.approx(390_000, rel=0.04)
    assert mines.loc[mines["country"] == "CN", "output"].sum() == pytest.approx(270_000, rel=0.001)


@pytest.mark.parametrize(
    ("elements", "contained"),
    [
        (("NDPR",), 85_600),
        (("DY",), 3_250),
        (("TB",), 660),
        (("Y",), 17_000),
        (("SM",), 6_200),
        (("LA", "CE"), 270_000),
    ],
)
def test_oxides_of_2024(
    shipped: Network, units_2024: pd.DataFrame, elements: tuple[str, ...], contained: float
) -> None:
    """What mine output holds, and what is left of it after cracking and separation, by the tables' own recoveries."""
    mines = units_2024[units_2024["step"] == "mine"]
    share = shipped.chain_profiles.pivot_table(index="profile_id", columns="element_id", values="share")
    found = float((share.loc[mines["profile_id"], list(elements)].sum(axis=1).to_numpy() * mines["output"]).sum())
    assert found == pytest.approx(contained, rel=0.1)
    recovery = shipped.chain_processes.set_index("process_id")["recovery"]
    left = recovery["crack_bastnaesite"] * recovery["separation_light"]
    assert left == pytest.approx(0.88, abs=0.01)


def test_magnets_of_2024(shipped: Network, units_2024: pd.DataFrame) -> None:
    made = units_2024[(units_2024["step"] == "magnet") & (units_2024["process_id"] != "magnet_smco")]
    assert made["output"].sum() == pytest.approx(210_000, rel=0.02)
    wanted = shipped.chain_demand
    wanted = wanted[(wanted["year"] == 2024) & wanted["good_id"].isin(["mag_std", "mag_hc"])]
    assert wanted["quantity_t"].sum() == pytest.approx(212_000, rel=0.001)
    high = made.loc[made["process_id"].str.startswith("magnet_hc"), "output"].sum()
    assert high == pytest.approx(wanted.loc[wanted["good_id"] == "mag_hc", "quantity_t"].sum(), rel=0.05)


def test_oxides_that_magnets_of_2024_took(shipped: Network, units_2024: pd.DataFrame) -> None:
    """Oxides used by the recipes: 106,000 t of NdPr, of which 26,000 return as swarf; Dy and Tb meet their demand."""
    made = units_2024[units_2024["step"] == "magnet"].groupby("process_id")["output"].sum()
    recipes = shipped.chain_recipes.set_index(["process_id", "side", "good_id"])["t_per_t"]
    alloy = sum(t * recipes.get((process, "input", "alloy_ndfeb"), 0.0) for process, t in made.items())
    metal = alloy * recipes["alloy_stripcast", "input", "met_ndpr"]
    assert metal == pytest.approx(88_700, rel=0.03)
    assert metal * recipes["metal_ndpr", "input", "ox_ndpr"] == pytest.approx(106_000, rel=0.03)
    swarf = sum(t * recipes.get((process, "output", "swarf_std"), 0.0) for process, t in made.items())
    back = swarf / recipes["recycle_swarf_std", "input", "swarf_std"]
    swarf = sum(t * recipes.get((process, "output", "swarf_hc"), 0.0) for process, t in made.items())
    back += swarf / recipes["recycle_swarf_hc", "input", "swarf_hc"]
    assert back == pytest.approx(26_000, rel=0.05)
    wanted = shipped.chain_demand.query("use == 'check' and year == 2024").groupby("good_id")["quantity_t"].sum()
    for heavy, oxide in (("met_dy", "ox_dy"), ("met_tb", "ox_tb")):
        used = sum(t * recipes.get((process, "input", heavy), 0.0) for process, t in made.items())
        assert used * recipes[f"metal_{heavy[-2:]}", "input", oxide] == pytest.approx(wanted[oxide], rel=0.1)


def test_china_has_room_for_what_it_makes(shipped: Network, units_2024: pd.DataFrame) -> None:
    """Metal and alloy for all its magnets, separation for all feed of its mines."""
    here = units_2024[units_2024["country"] == "CN"].groupby("process_id")["capacity_t_per_year"].sum()
    magnets = here[["magnet_std", "magnet_hc_gbd", "magnet_hc_bulk"]].sum()
    assert here["alloy_stripcast"] >= 1.35 * magnets
    assert here["metal_ndpr"] >= 0.31 * here["alloy_stripcast"]
    assert here["metal_dy"] >= 0.012 * here["magnet_hc_gbd"] + 0.04 * here["magnet_hc_bulk"]
    assert here["metal_tb"] >= 0.005 * here["magnet_hc_gbd"] + 0.003 * here["magnet_hc_bulk"]
    mined = shipped.chain_controls.set_index("control_id")["quota_t_per_year"]["cn_mining_quota"]
    assert here["separation_light"] + here["separation_heavy"] >= mined


def test_facilities_of_kazakhstan(shipped: Network) -> None:
    own = shipped.chain_facilities[shipped.chain_facilities["country"] == "KZ"]
    assert len(own) == 18
    country = shipped.places.set_index("place_id")["country"]
    assert (country[own["place_id"]] == "KZ").all()
    without = set(own["facility_id"]) - set(shipped.chain_units["facility_id"])
    assert without == {"KZ_WKATPAR", "KZ_BOGUTY"}
    assert own.loc[own["facility_id"].isin(without), "note"].str.contains("Tungsten").all()


def test_candidates_have_a_cost_and_a_year(shipped: Network) -> None:
    facilities = shipped.chain_facilities
    chosen = facilities[~facilities["status"].isin([*STANDING, "stalled"])]
    chosen = chosen[chosen["facility_id"].isin(shipped.chain_units["facility_id"])]
    assert chosen["first_year"].notna().all()
    units = shipped.chain_units.merge(shipped.chain_processes[["process_id", "capex_usd_per_tpy"]], on="process_id")
    by_process = units.groupby("facility_id")["capex_usd_per_tpy"].min()
    own = chosen.set_index("facility_id")["capex_musd"]
    assert ((own > 0) | (by_process.reindex(own.index) > 0)).all()


def test_controls_name_what_they_bind(shipped: Network) -> None:
    controls = shipped.chain_controls.set_index("control_id")
    off = {"cn_licence_extension", "cn_extraterritorial", "eu_processing", "eu_one_origin", "eu_scrap", "mm_halt"}
    assert (controls.loc[sorted(off), "is_active"] == 0).all()
    assert controls.loc["cn_entities", "owner_groups"] == ("mp", "usa_rare_earth")
    named = set(shipped.chain_facilities.query("owner_group == 'usa_rare_earth'")["facility_id"])
    assert {"US_USAR_STILL", "GB_LCM", "BR_SERRAVERDE"} <= named
    elements = shipped.chain_elements
    licensed = set(elements.loc[elements["is_controlled"] == 1, "element_id"])
    assert set(controls["elements"]["cn_licence"]) == licensed


def test_duties_of_the_goods(shipped: Network) -> None:
    """Kazakhstan pays column 1 today: nothing on oxides, 5 per cent on metal, 2.1 on magnets of NdFeB."""
    schedule = DutySchedule.of(shipped)
    commodity = shipped.chain_goods.set_index("good_id")["commodity_id"]
    on = date(2026, 11, 22)
    rates = {good: schedule.rate("US", "KZ", commodity[good], on) for good in ("ox_dy", "met_dy", "mag_std", "mrec")}
    assert rates == pytest.approx({"ox_dy": 0.0, "met_dy": 0.05, "mag_std": 0.021, "mrec": 0.0388})
    for good, name in commodity.items():
        for importer in ("US", "EU27", "JP", "KR", "TR", "CN", "GB", "EAEU"):
            assert 0.0 <= schedule.rate(importer, "AU", name, on) <= 0.15, (good, importer)


def test_every_row_says_where_it_is_from(shipped: Network) -> None:
    tables = [name for name in vars(shipped) if name.startswith("chain_")]
    assert len(tables) == 13
    for name in tables:
        frame = getattr(shipped, name)
        assert (frame["source"] != "").all(), name
        assert frame["confidence"].isin(["sourced", "estimate", "memory"]).all(), name
