"""Bad rows of the tables of trade, each named with file, row and column."""

from collections.abc import Callable
from pathlib import Path

import pytest

from network.network import read_network
from network.tables import DataError

LIMITS = (
    "limit_id,title,imposed_by,exporters,importers,commodity_ids,instrument,quota_t_per_year,grant_share,max_share,"
    "tax_pct,delay_days,first_year,last_year\n"
)
SANCTIONS = "sanction_id,title,imposed_by,shippers,closed_countries,closed_modes,closed_places,first_year,last_year\n"
ELASTICITIES = "commodity_id,substitution_low,substitution,substitution_high\n"
CURVES = "side,zone_id,commodity_id,price_usd_per_t,quantity_t,elasticity\n"
COVERAGE = "importer,commodity_id,modelled_share\n"


@pytest.mark.parametrize(
    ("table", "text", "sentence"),
    [
        ("trade_limits", LIMITS + "q,Q,KZ,KZ,,wheat,quota,-5,,,,,,\n", 'row 2, column quota_t_per_year: "-5"'),
        ("trade_limits", LIMITS + "q,Q,KZ,KZ,,wheat,quota,,,,,,,\n", "column quota_t_per_year: empty"),
        ("trade_limits", LIMITS + "q,Q,KZ,KZ,,wheat,licence,,1.5,,,,,\n", "at most 1"),
        ("trade_limits", LIMITS + "q,Q,KZ,KZ,,wheat,licence,,,,,,,\n", "a licence needs it"),
        ("trade_limits", LIMITS + "q,Q,KZ,KZ,,wheat,ban,9,,,,,,\n", "nothing: a ban has none"),
        ("trade_limits", LIMITS + "q,Q,KZ,,,wheat,share,,,0.5,,,,\n", "a share is of some origins"),
        ("trade_limits", LIMITS + "q,Q,KZ,KZ,,wheat,formality,,,,,,,\n", "a formality takes one"),
        ("trade_limits", LIMITS + "q,Q,KZ,,,,ban,,,,,,,\n", "all are empty"),
        ("trade_limits", LIMITS + "q,Q,KZ,KZ,,wheat,tax,,,,1001,,,\n", "at most 1000"),
        ("trade_limits", LIMITS + "q,Q,KZ,KZ,,wheat,ban,,,,,,2030,2029\n", "at least 2030, first_year"),
        ("trade_limits", LIMITS + "q,Q,KZ,KAZ,,wheat,ban,,,,,,,\n", "Did you mean KZ?"),
        ("trade_limits", LIMITS + "q,Q,KZ,KZ,,weat,ban,,,,,,,\n", "Did you mean wheat?"),
        ("sanctions", SANCTIONS + "s,S,GE,GE,,,,,\n", "it closes nothing"),
        ("sanctions", SANCTIONS + "s,S,GE,GE,AZ,rial_1520,,,\n", "Did you mean rail_1520?"),
        ("sanctions", SANCTIONS + "s,S,GE,GE,,road,ALAT,,\n", "modes close in some"),
        ("sanctions", SANCTIONS + "s,S,GE,GX,AZ,,,,\n", "row 2, column shippers"),
        ("sanctions", SANCTIONS + "s,S,GE,GE,AZ,,,2030,2029\n", "row 2, column last_year"),
        ("sanctions", SANCTIONS + "s,S,GE,GE,,,ALTA,,\n", "Did you mean ALAT?"),
        ("trade_elasticities", ELASTICITIES + "wheat,9,8,10\n", "at least 9, substitution_low"),
        ("trade_elasticities", ELASTICITIES + "wheat,4,18,10\n", "at most 10, substitution_high"),
        ("market_curves", CURVES + "demand,WEST,wheat,0,5,1\n", "column price_usd_per_t"),
        ("market_coverage", COVERAGE + "GG,wheat,0.5\n", "a country or territory of the world"),
        ("market_coverage", COVERAGE + "GE,wheat,1.5\n", "at most 1"),
    ],
)
def test_bad_rows_are_named(write_trade_world: Callable[..., Path], table: str, text: str, sentence: str) -> None:
    with pytest.raises(DataError) as bad:
        read_network(write_trade_world({f"policy/{table}.csv": text}))
    assert len(bad.value.problems) == 1, str(bad.value)
    assert f"policy/{table}.csv, row 2" in str(bad.value)
    assert sentence in str(bad.value)


def test_what_is_right_is_not_refused(write_trade_world: Callable[..., Path]) -> None:
    network = read_network(write_trade_world({}))
    assert network.trade_limits["limit_id"].tolist() == ["grain", "boxes_in"]
    assert network.sanctions["share"].tolist() == [0.4]
