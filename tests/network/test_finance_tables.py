"""Tables of the bank: bad rows are named, and the shipped ones add up, keep the bank's design and say what is weak."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from network.bank_rules import BANK_RULE_UNITS
from network.network import Network, read_network
from network.schema_finance import FINANCE_TABLES
from network.tables import DataError

Edit = Callable[[str, str, str], None]
DATA = Path(__file__).resolve().parents[2] / "data"
BAD = [
    ("powers", "China,CN", "China,CHN", "row 3, column countries", "a country code of two capital letters"),
    ("powers", "China,CN", "China,CN|KZ", "row 3, column countries", "KZ has it too"),
    ("funders", "10,20,40", "25,20,40", "row 2, column envelope_musd_per_year", "at least 25, envelope_low"),
    ("funders", "10,20,40", "10,20,15", "row 2, column envelope_high_musd_per_year", "at least 20, envelope_musd"),
    ("funders", "40,0.5", "40,1.5", "row 2, column max_share_of_cost", "at most 1"),
    ("funders", "2025,2040", "2025,2020", "row 2, column last_year", "at least 2025, first_year"),
    ("funders", "0.5,KZ|AZ", "0.5,KZ|AX", "row 2, column countries", "There are AZ, KZ."),
    ("funders", "quays|chain", "quay|chain", "row 2, column sectors", "Did you mean quays?"),
    ("funders", "State,state", "State,stat", "row 3, column kind", "Did you mean state?"),
    ("funders", "State,state", "State,bank", "row 4, column kind", "one bank at most: STATE is one"),
    ("funders", "STATE,State", "LENDER,State", "row 3, column funder_id", "a key used once; row 2 has it"),
    ("funder_owners", "LENDER,CN,0.3", "LENDR,CN,0.3", "row 2, column funder_id", "Did you mean LENDER?"),
    ("funder_owners", "STATE,KZ", "STATE,KZZ", "row 3, column power_id", "Did you mean KZ?"),
    ("funder_owners", "LENDER,CN,0.3", "LENDER,CN,-0.3", "row 2, column share", "at least 0"),
    ("funder_owners", "LENDER,CN,0.3", "STATE,CN,0.3", "row 3, column share", "sum of share over all rows of STATE"),
    ("funder_owners", "TCDB,KZ,0.6", "TCDB,KZ,0.5", "row 4, column share", "0.6, what finance/bank_shareholders.csv"),
    (
        "funder_owners",
        "TCDB,CN,0.4\n",
        "",
        "row 4, column power_id",
        "a power with a row of TCDB in finance/funder_own",
    ),
    ("funder_terms", "senior,project", "seniro,project", "row 2, column instrument", "Did you mean senior?"),
    ("funder_terms", "senior,project", "senior,none", "row 2, column recourse", "somebody repays senior"),
    ("funder_terms", "equity,project", "equity,sovereign", "row 4, column recourse", "project: the recourse of equity"),
    ("funder_terms", "250,20,5", "250,4,5", "row 2, column tenor_years", "at least 5, grace_years"),
    ("funder_terms", "250,20,5", "250,,5", "row 2, column tenor_years", "a value: senior needs it"),
    ("funder_terms", "250,20,0", ",20,0", "row 3, column margin_bp", "a value: guarantee needs it"),
    ("funder_terms", "0.5,10,40", "0.5,10,4", "row 2, column ticket_max_musd", "at least 10, ticket_min_musd"),
    ("funder_terms", "0.5,10,40", "0.6,10,40", "row 2, column max_share_of_cost", "at most 0.5, max_share_of_cost of"),
    ("funder_terms", "guarantee,project", "senior,project", "row 3, column funder_id + instrument", "row 2 has it"),
    ("instruments", "Guarantee,0,0", "Guarantee,0,1", "row 3, column is_funding", "stands behind a loan"),
    ("instruments", "Equity,0,1", "Equity,1,1", "row 4, column is_debt", "nothing is lent by equity"),
    ("instruments", "1,3,1,0.15", "1,3,1,", "row 4, column margin_bp", "equity has no required_return"),
    ("instruments", "senior,Senior", "snior,Senior", "row 2, column instrument", "Did you mean senior?"),
    ("country_finance", "AZ,BBB-", "AZ,BB-", "row 3, column rating", "Did you mean BBB-?"),
    ("country_finance", "0,0.05,AZN", "1.5,0.05,AZN", "row 3, column grant_element_min", "at most 1"),
    ("country_finance", "AZN,upper_middle", "AZN,upper", "row 3, column income_group", "lower_middle"),
    ("bank_rules", "gearing,1", "gearings,1", "column rule_id", "Did you mean gearing?"),
    ("bank_rules", "gearing,1,multiple,Rule.\n", "", "column rule_id", "no row gearing"),
    ("bank_rules", "gearing,1,multiple", "gearing,1,share", "column unit", "multiple, the unit of gearing"),
    ("bank_rules", "host_exempt,1", "host_exempt,2", "column value", "0 to 1: host_exempt is a flag"),
    ("bank_rules", "country_share,1", "country_share,25", "column value", "0 to 1: country_share is a share"),
    ("bank_rules", "max_funders_per_project,1", "max_funders_per_project,1.5", "column value", "a whole number"),
    ("bank_shareholders", "Ministry,KZ,0.35", "Ministry,KZ,0.3", "row 4, column share", '"sum 0.95"; expected 1'),
    ("bank_shareholders", "Ministry,KZ", "Ministry,KX", "row 2, column power_id", "There are CN, KZ."),
    ("default_rates", "private,BB", "private,", "row 4, column rating", "each rating of private once"),
    ("default_rates", "private,,", "private,B,", "column borrower", "a row for all ratings"),
    ("risk_weights", "BBB+|BBB-", "BBB+|BBB", "row 3, column rating", "Did you mean BBB"),
    ("risk_weights", "project,,", "project,BB,", "row 3, column ratings", "projects are not rated"),
    ("risk_weights", "works,project,,", "works,sovereign,BBB-,", "row 3, column ratings", "good has it too"),
    ("reference_classes", "quays,capex", "quays,price", "row 2, column quantity", "capex, delay, traffic"),
    ("reference_classes", "quays,capex", "quay,capex", "row 2, column asset_class", "Did you mean quays?"),
    ("asset_classes", "ships,vessels", "ships,vessel", "row 3, column project_type", "Did you mean vessel?"),
    ("asset_classes", "ships,vessels", "ships,vessels|port", "row 3, column project_types", "quays has it too"),
    ("asset_classes", "mine|separation|", "mine|", "row 3, column step", "one of chain_steps"),
    ("asset_classes", "1.6,0.2,private,1", "1.6,0.2,privat,1", "row 2, column borrower", "Did you mean private?"),
    ("asset_classes", "public,1.3", "publik,1.3", "row 3, column concession_mode", "Did you mean public?"),
    ("asset_classes", "port,,0.8", "port,,1.8", "row 2, column charge_share", "at most 1"),
    ("concession_modes", "Company,1,0,1.5", "Company,1,0,0.5", "row 3, column dscr_floor", "at least 1"),
    ("concession_modes", "Company,1,0,1.5", "Company,2,0,1.5", "row 3, column traffic_risk_share", "at most 1"),
    ("toll_levels", "low,0.8", "low,-0.8", "row 2, column factor", "at least 0"),
    ("funder_currencies", "USD,0.6", "usd,0.6", "row 2, column currency", "a code of three capital letters"),
    ("funder_currencies", "USD,0.6", "local,0.6", "row 3, column funder_id + currency", "row 2 has it"),
    ("funder_currencies", "USD,0.6", "USD,0.5", "row 3, column share", "1: the sum of share over all rows of LENDER"),
    ("funder_currencies", "LENDER,USD", "LENDR,USD", "row 2, column funder_id", "Did you mean LENDER?"),
    (
        "class_currencies",
        "KZ,revenue,local,1",
        "KZ,revenue,local,0.4",
        "row 3, column share",
        "rows of quays KZ revenue",
    ),
    ("class_currencies", "KZ,revenue,local", ",revenue,USD", "row 3, column currency", "each currency once"),
    ("class_currencies", ",revenue,USD", ",revenues,USD", "row 2, column flow", "Did you mean revenue?"),
    ("projects", "Quay,KZ,port", "Quay,KZ,", "row 2, column project_type", "empty; expected one of project_types"),
]


@pytest.mark.parametrize(("table", "old", "new", "where", "sentence"), BAD)
def test_bad_rows_are_named(
    folder: Path, edit: Edit, table: str, old: str, new: str, where: str, sentence: str
) -> None:
    edit(f"finance/{table}.csv", old, new)
    with pytest.raises(DataError) as bad:
        read_network(folder)
    assert "finance/" in str(bad.value) or "rare_earths/" in str(bad.value)
    assert where in str(bad.value)
    assert sentence in str(bad.value)


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("funders", "10,20,40", "10,twenty,40"),
        ("funder_owners", "TCDB,KZ,0.6", "TCDB,KZ,x"),
        ("bank_shareholders", "Ministry,KZ,0.35", "Ministry,KZ,x"),
        ("bank_rules", "gearing,1", "gearings,1"),
        ("bank_rules", "gearing,1", "gearing,x"),
    ],
)
def test_one_wrong_cell_is_one_problem(folder: Path, edit: Edit, table: str, old: str, new: str) -> None:
    edit(f"finance/{table}.csv", old, new)
    with pytest.raises(DataError) as bad:
        read_network(folder)
    assert len(bad.value.problems) == 1, str(bad.value)


def test_a_right_bank_is_not_refused(folder: Path) -> None:
    network = read_network(folder)
    assert network.funders["last_year"].tolist() == [2040, 2150, 2150]
    assert network.funder_terms["margin_bp"].isna().tolist() == [False, False, True, False]


def test_a_world_without_a_bank_has_empty_tables(folder: Path) -> None:
    for table in FINANCE_TABLES:
        (folder / table.path).unlink()
    network = read_network(folder)
    assert all(getattr(network, table.name).empty for table in FINANCE_TABLES)


def test_a_chain_need_not_be_financed(folder: Path, edit: Edit) -> None:
    edit("finance/asset_classes.csv", "mine|separation|metal|collection", "")
    assert read_network(folder).asset_classes["chain_steps"].tolist() == [(), (), ()]


@pytest.fixture(scope="module")
def shipped() -> Network:
    return read_network(DATA)


def test_every_row_says_where_it_is_from(shipped: Network) -> None:
    for table in FINANCE_TABLES:
        frame = getattr(shipped, table.name)
        assert len(frame), table.name
        for column in (name for name in table.columns if name.endswith("confidence")):
            text = frame[column.replace("confidence", "source")]
            assert frame.loc[text != "", column].isin(["sourced", "estimate", "memory"]).all(), (table.name, column)
        assert (frame["source"] != "").all(), table.name
        assert frame["year"].notna().all(), table.name


def test_the_bank_is_a_design_default_in_every_row(shipped: Network) -> None:
    bank = shipped.funders.loc[shipped.funders["kind"] == "bank", "funder_id"].tolist()
    assert bank == ["TCDB"]
    for name in ("funders", "funder_owners", "funder_terms"):
        frame = getattr(shipped, name)
        rows = frame[frame["funder_id"] == "TCDB"]
        assert len(rows)
        assert rows["source"].str.contains("design default").all(), name
        assert rows["note"].str.contains("design default").all(), name
    for name in ("bank_rules", "bank_shareholders"):
        frame = getattr(shipped, name)
        assert frame["source"].str.contains("design default").all(), name
        assert frame["note"].str.contains("design default").all(), name


def test_shareholders_keep_the_rules_of_the_bank(shipped: Network) -> None:
    rule = shipped.bank_rules.set_index("rule_id")["value"]
    assert set(rule.index) == set(BANK_RULE_UNITS)
    holders = shipped.bank_shareholders
    by_power = holders.groupby("power_id")["share"].sum()
    assert by_power.sum() == pytest.approx(1)
    assert by_power.max() <= rule["vote_cap_power"]
    assert by_power.max() < 1 - rule["majority_qualified"], "one power could block"
    assert by_power[["EU27", "US", "GB", "JP", "KR"]].sum() <= rule["vote_cap_bloc"]
    assert holders.loc[holders["is_regional"] == 1, "share"].sum() >= rule["regional_votes_min"]
    owners = shipped.funder_owners.query("funder_id == 'TCDB'").set_index("power_id")["share"]
    assert owners.to_dict() == pytest.approx(by_power.to_dict())


def test_owners_of_the_lenders(shipped: Network) -> None:
    share = shipped.funder_owners.pivot_table(index="funder_id", columns="power_id", values="share").fillna(0.0)
    assert share.sum(axis=1).max() <= 1 + 1e-9
    assert share.loc["EDB", "RU"] == pytest.approx(0.447878)
    assert share.loc["AIIB", "CN"] == pytest.approx(0.3034)
    assert share.loc["BSTDB", "EU27"] == pytest.approx(0.165 + 0.14 + 0.135)
    assert share.loc["TIF"].sum() == pytest.approx(1)
    assert (share.loc[["CDB", "CEXIM", "SRF", "CN_RAIL"], "CN"] == 1).all()
    dispersed = set(shipped.funders["funder_id"]) - set(share.index)
    assert dispersed == set(shipped.funders.loc[shipped.funders["is_private"] == 1, "funder_id"])


def test_a_host_is_owned_by_its_own_state(shipped: Network) -> None:
    hosts = shipped.funders[shipped.funders["is_host"] == 1].merge(shipped.funder_owners, on="funder_id")
    countries = shipped.powers.set_index("power_id")["countries"]
    assert (hosts["share"] == 1).all()
    for funder in hosts.itertuples():
        assert set(countries[funder.power_id]) & set(funder.countries), funder.funder_id


def test_sums_that_were_split_are_whole(shipped: Network) -> None:
    funders = shipped.funders.set_index("funder_id")
    levels = [f"envelope_{level}musd_per_year" for level in ("low_", "", "high_")]
    for parts, whole in (
        (["KG_STATE", "TJ_STATE", "TM_STATE"], [50, 200, 500]),
        (["IBRD", "IDA"], [300, 600, 1200]),
        (["ADB", "ADF"], [300, 600, 1000]),
    ):
        assert funders.loc[parts, levels].sum().tolist() == whole
    assert funders.loc["EU_GG", levels].tolist() == [30, 75, 150], "half: the rest is lent by EIB and EBRD"


def test_nobody_is_counted_twice(shipped: Network) -> None:
    terms = shipped.funder_terms
    assert set(terms.loc[terms["instrument"] == "grant", "funder_id"]) == {"EU_GG"}
    assert set(terms.loc[terms["funder_id"] == "EU_GG", "instrument"]) == {"grant"}
    assert set(terms.loc[terms["funder_id"] == "MIGA", "instrument"]) == {"guarantee"}
    left_out = shipped.funders.loc[shipped.funders["is_included"] == 0, "funder_id"]
    assert left_out.tolist() == ["BII", "VEB"]
    without = set(shipped.funders["funder_id"]) - set(terms["funder_id"])
    assert without == {"VEB"}


def test_states_of_low_income_have_concessional_money(shipped: Network) -> None:
    need = shipped.country_finance.query("grant_element_min > 0")["country"]
    assert sorted(need) == ["KG", "TJ"]
    soft = shipped.funder_terms.query("instrument in ['concessional', 'grant']")["funder_id"]
    for country in need:
        mine = [country in countries for countries in shipped.funders["countries"]]
        assert len(set(shipped.funders.loc[mine, "funder_id"]) & set(soft)) >= 4


def test_default_rates_are_those_of_the_pool(shipped: Network) -> None:
    rates = shipped.default_rates.set_index("borrower")
    loss = rates["default_rate"] * (1 - rates["recovery"])
    assert loss["private"] == pytest.approx(0.0096, abs=1e-4)
    assert loss["sovereign"] == pytest.approx(0.0004, abs=1e-4)
    assert (rates["confidence"] == "sourced").all()
    assert (rates["correlation_confidence"] == "memory").all()


def test_classes_cover_projects_and_chain(shipped: Network) -> None:
    types = [kind for kinds in shipped.asset_classes["project_types"] for kind in kinds]
    assert sorted(types) == sorted(set(shipped.projects["project_type"]))
    steps = [step for steps in shipped.asset_classes["chain_steps"] for step in steps]
    assert sorted(steps) == sorted(set(shipped.chain_processes["step"]))
    floors = shipped.asset_classes.set_index("asset_class")
    assert (floors["dscr_floor"] >= 1.2).all()
    assert (floors["llcr_floor"] < floors["plcr_floor"]).all()
    assert floors.loc["rail", "charge_share"] == pytest.approx((0.12 + 0.15) / 2 / 0.32, abs=0.05)


def test_every_class_has_overruns_and_delays(shipped: Network) -> None:
    found = shipped.reference_classes.pivot_table(index="asset_class", columns="quantity", values="mean")
    assert found.loc[shipped.asset_classes["asset_class"], ["capex", "delay"]].notna().all().all()
    assert found.loc["rail", "traffic"] == pytest.approx(-0.51 / 2)
    assert found.loc["rail", "capex"] == pytest.approx(0.447)


def test_headroom_is_what_the_ceiling_leaves(shipped: Network) -> None:
    country = shipped.country_finance
    left = (country["debt_ceiling_share_of_gdp"] - country["debt_share_of_gdp"]) * country["gdp_musd"]
    assert country["guarantee_headroom_musd"].tolist() == pytest.approx(left.tolist(), rel=0.03)
    assert (country["guarantee_cap_musd_per_year"] <= country["guarantee_headroom_musd"]).all()
    worse = country.sort_values("default_spread")
    assert worse["country_risk_premium"].is_monotonic_increasing


def test_the_reference_rate_is_what_yields_less_spreads_leave(shipped: Network) -> None:
    rule = shipped.bank_rules.set_index("rule_id")["value"]
    states = pd.Series({"KZ": 0.0130, "UZ": 0.0220, "GE": 0.0152, "TR": 0.0250})  # spreads over Treasuries
    base = shipped.country_finance.set_index("country")["sovereign_yield"][states.index] - states
    assert base.min() - 0.001 <= rule["reference_rate"] <= base.max() + 0.001
