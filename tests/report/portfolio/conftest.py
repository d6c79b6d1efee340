"""A made-up run of a portfolio on the shipped world, for the files that show one."""

import pytest

from model.funding.record import PortfolioRun
from network.network import Network
from tests.report.portfolio.made_run import made_up_run


@pytest.fixture(scope="session")
def portfolio_run(network: Network) -> PortfolioRun:
    return made_up_run(network.funder_owners)
