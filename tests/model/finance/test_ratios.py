"""Cover ratios worked by hand."""

import numpy as np
import pytest

from model.finance.ratios import (
    Minimum,
    covenant_headroom,
    covenant_shortfall,
    dscr,
    llcr,
    minimum_ratio,
    plcr,
)

CFADS = [0.0, 110.0, 121.0, 133.1]
OUTSTANDING = [100.0, 50.0, 0.0, 0.0]  # repaid in two years of a life of three


def test_cover_of_the_year() -> None:
    np.testing.assert_allclose(dscr([100, 60, 5], [50, 50, 0]), [2.0, 1.2, np.nan])


def test_cover_over_the_life_of_the_loan_and_of_the_project() -> None:
    np.testing.assert_allclose(llcr(CFADS, OUTSTANDING, 0.1), [np.nan, 2.0, 2.2, np.nan])
    np.testing.assert_allclose(plcr(CFADS, OUTSTANDING, 0.1), [np.nan, 3.0, 4.4, np.nan])
    both = llcr([CFADS, CFADS], [OUTSTANDING, OUTSTANDING], [0.1, 0.0])
    np.testing.assert_allclose(both[:, 1], [2.0, 2.31])


def test_what_rounding_leaves_of_a_debt_is_no_debt() -> None:
    assert np.isnan(llcr(CFADS, [100.0, 50.0, 1e-12, 0.0], 0.1)[3])


def test_lowest_ratio_with_its_year() -> None:
    assert minimum_ratio([np.nan, 1.5, 1.2, 1.2], [2030, 2031, 2032, 2033]) == Minimum(1.2, 2032)
    assert minimum_ratio([np.nan, np.nan], [2030, 2031]) is None
    with pytest.raises(ValueError, match="equally many"):
        minimum_ratio([1.2], [2030, 2031])


def test_money_that_lacks_for_a_covenant() -> None:
    np.testing.assert_allclose(covenant_headroom([100, 60, -5], [50, 50, 0], 1.3), [35, -5, -5])
    np.testing.assert_allclose(covenant_shortfall([100, 60, -5], [50, 50, 0], 1.3), [0, 5, 0])
    with pytest.raises(ValueError, match="required DSCR"):
        covenant_headroom([1], [1], -1)
