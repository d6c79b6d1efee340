"""Conditions choose runs, and can do nothing else."""

import pandas as pd
import pytest

from model.batch.filters import choose, satisfied
from model.errors import InputError

RUNS = pd.DataFrame(
    {
        "scenario": ["baseline", "baseline", "closed", "closed+wet"],
        "carbon_price": [0.0, 50.0, 100.0, 100.0],
        "suez.factor": [0.2, 1.0, float("nan"), float("nan")],
        "demand.variant": ["low", "high", "low", "high"],
    }
)
NAMES = {"baseline", "closed", "wet", "low", "high"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("carbon_price > 50", [0, 0, 1, 1]),
        ("carbon_price > 50 and scenario == closed", [0, 0, 1, 0]),
        ('scenario in ["closed", "closed+wet"]', [0, 0, 1, 1]),
        ("scenario not in [closed, baseline]", [0, 0, 0, 1]),
        ("not scenario == baseline or carbon_price == 0", [1, 0, 1, 1]),
        ("0 < carbon_price <= 50", [0, 1, 0, 0]),
        ("suez.factor >= 0.5", [0, 1, 0, 0]),
        ("suez.factor < 0.5", [1, 0, 0, 0]),
        ("demand.variant == low and carbon_price + 1 > 50", [0, 0, 1, 0]),
        ("carbon_price / 100 > -suez.factor", [1, 1, 0, 0]),
        ("scenario != nothing_like_it", None),
    ],
)
def test_conditions(condition: str, expected: list[int] | None) -> None:
    if expected is None:
        with pytest.raises(InputError, match="'nothing_like_it' is unknown"):
            satisfied(RUNS, condition, NAMES)
    else:
        assert satisfied(RUNS, condition, NAMES).astype(int).tolist() == expected


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("carbon_prise > 50", "'carbon_prise' is unknown. Did you mean carbon_price?"),
        ("carbon_price = 50", "Write == for equal"),
        ("carbon_price >", "cannot be read"),
        ("", "cannot be read"),
        ("carbon_price", "is no condition"),
        ("carbon_price + 1", "is no condition"),
        ("1 < 2", "is no condition"),
        ("carbon_price > closed", "compares what does not compare"),
        ("scenario == closed + wet", "in quotes"),
        ("scenario == b'closed'", "is not allowed"),
        ("carbon_price.to_csv('x') == 1", "is not allowed"),
        ("carbon_price.values == 1", "'carbon_price.values' is unknown"),
        ("__import__('os').system('true') == 0", "is not allowed"),
        ("(lambda: 1)() == 1", "is not allowed"),
        ("[x for x in scenario] == 1", "is not allowed"),
        ("@scenario == 1", "cannot be read"),
        ("carbon_price ** 9 > 1", "is not allowed"),
        ("(carbon_price := 3) > 1", "is not allowed"),
        ("scenario[0] == baseline", "is not allowed"),
        ("f'{scenario}' == baseline", "is not allowed"),
        ("carbon_price > " + "(" * 300 + "1" + ")" * 300, "cannot be read"),
        ("not " * 3000 + "carbon_price > 1", "not not [...]"),
    ],
)
def test_what_is_no_condition_is_said(condition: str, says: str) -> None:
    with pytest.raises(InputError) as error:
        satisfied(RUNS, condition, NAMES)
    assert says in str(error.value)


def test_all_of_only_and_none_of_exclude() -> None:
    kept, idle = choose(RUNS, ["carbon_price > 0"], ["scenario == closed", "carbon_price > 500"], NAMES)
    assert kept.tolist() == [False, True, False, True]
    assert idle == ["carbon_price > 500"]
