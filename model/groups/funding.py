r"""Financing: who pays for every start, under caps, envelopes, covenants and the bank's own balance sheet.

``finance[o] >= 0``: million USD of offer o (a funder's instrument for one start under one concession mode).
``mode[k]`` 0 or 1: whether the start of need k is done under its mode. ``bank_equity[y]``, ``bank_borrowing[y]``:
of the bank at the end of year y. With ``x`` for ``finance``:

* mode choice: sum of ``mode`` over the modes of a start = ``build / units``.
* sources and uses: ``sum of (1 - idc) x`` over funding offers ``= capex x mode``; draw-down is pro rata, so that
  sources equal uses in every year; guarantees do not fund.
* limits of an offer and shares of a funder in one start: ``<= most x mode``, so that no part of one mode is paid for
  on the terms of another; envelopes of a funder over a period (``drawn``).
* commercial cover: loans of commercial lenders ``<= uncovered share x capex x mode + guarantees``; guarantees
  ``<= commercial loans``.
* power cap: ``sum over offers of look_through[f, g] x <= cap x sum of x`` for every power g, in each start, in the
  whole portfolio, in each country, sensitive asset class and period; a host's money at home may be exempt.
* sovereign headroom: new guarantees of a period and what is outstanding at its end; grant element of states' loans.
* debt service: ``sum of service[o, t] x <= cash[k, t] / DSCR x mode[k]`` where the company bears the traffic, t over
  periods at full traffic and years of ramp-up (``model.funding.ramp_up``); ``cash`` is an upper bound over all
  routings, and cuts say what it is at plans whose routing is known: ``<= cash at the plan / DSCR x mode + M x (starts
  that differ)`` (combinatorial Benders cuts, Codato and Fischetti 2006).
* return on equity: debt service and the return that equity asks ``<= cash x mode``; states are patient with their own.
* bank: equity grows by paid-in capital and by income of the year before; it covers economic capital and a share of the
  loans; gearing on subscribed capital; limits by country, obligor and sector with a floor while the book is young.

All rows are in million USD, so that the slack of a row is money. Without ``strategy.funding`` the group is inert.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.core.expr import LinearExpression

from model.funding.problem import Funding
from model.problem import Problem, Strategy
from network.frames import each_row

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def build(model: pyo.ConcreteModel, problem: Problem) -> Any:
    """Variables ``finance``, ``mode``, ``bank_equity``, ``bank_borrowing`` and the constraints above."""
    funding = problem.strategy.funding
    if funding is None:
        return 0.0
    offers, needs = funding.offers, funding.needs
    model.finance = pyo.Var(range(len(offers)), domain=pyo.NonNegativeReals)
    model.mode = pyo.Var(range(len(needs)), domain=pyo.Binary)
    _sources_and_uses(model, problem.strategy, funding)
    _shares(model, funding)
    _cover(model, funding)
    _power_caps(model, funding)
    _sovereigns(model, funding)
    _covenants(model, problem.strategy, funding)
    if funding.bank is not None:
        _bank(model, funding)
    _budget(model, funding)
    if funding.tickets:
        _tickets(model, funding)
    return 0.0


def _sum(variable: Any, index: Iterable[int], factor: Floats) -> Any:
    """Sum of factor times variable, where the factor is not 0."""
    pairs = [(float(f), variable[i]) for f, i in zip(factor, index, strict=True) if f != 0.0]
    return LinearExpression(linear_coefs=[f for f, _ in pairs], linear_vars=[v for _, v in pairs])


def _rows(funding: Funding, *columns: str) -> dict[Any, Ints]:
    """Rows of the offers by columns of their needs and their own."""
    frame = funding.offers.join(funding.needs[["project_id", "country", "asset_class"]], on="need")
    key = columns[0] if len(columns) == 1 else list(columns)
    return {k: np.asarray(rows, np.int64) for k, rows in frame.groupby(key).indices.items()}


def _sources_and_uses(model: pyo.ConcreteModel, strategy: Strategy, funding: Funding) -> None:
    needs, offers = funding.needs, funding.offers
    capex = needs["capex_musd"].to_numpy(float)
    use = np.where(offers["is_funding"], 1.0 - offers["idc"].to_numpy(float), 0.0)
    of_need = _rows(funding, "need")
    starts = strategy.starts
    key = list(zip(starts["project"], starts["period"], strict=True))

    def choice(m: pyo.ConcreteModel, start: int) -> Any:
        mine = np.flatnonzero(needs["start"].to_numpy() == start)
        units = int(strategy.units[int(starts["project"].iloc[start])])
        return pyo.quicksum(m.mode[k] for k in mine) == m.build[key[start]] / units

    def balance(m: pyo.ConcreteModel, k: int) -> Any:
        mine = of_need.get(k, np.empty(0, np.int64))
        return _sum(m.finance, mine, use[mine]) - float(capex[k]) * m.mode[k] == 0

    model.mode_choice = pyo.Constraint(sorted(set(needs["start"])), rule=choice)
    model.sources_uses = pyo.Constraint(range(len(needs)), rule=balance)


def _shares(model: pyo.ConcreteModel, funding: Funding) -> None:
    """A funder's share of a start over all its instruments, and its envelope over a period."""
    offers, funders = funding.offers, funding.funders
    share = funders["max_share_of_cost"].to_numpy(float)
    capex = funding.needs["capex_musd"].to_numpy(float)
    several = {key: mine for key, mine in _rows(funding, "need", "funder").items() if len(mine) > 1}
    model.funder_share = pyo.Constraint(
        list(several),
        rule=lambda m, k, f: (
            _sum(m.finance, several[k, f], np.ones(len(several[k, f]))) <= float(share[f] * capex[k]) * m.mode[k]
        ),
    )
    need, most = offers["need"].to_numpy(np.int64), offers["most_musd"].to_numpy(float)
    model.offer_limit = pyo.Constraint(
        [(k, o) for o, k in enumerate(need.tolist())],
        rule=lambda m, k, o: m.finance[o] - float(most[o]) * m.mode[k] <= 0,
    )
    of_funder = _rows(funding, "funder")
    drawn = np.where(offers["is_funding"].to_numpy(bool)[:, None], funding.drawn, 0.0)
    guaranteed = ~offers["is_funding"].to_numpy(bool)
    begun = offers["period"].to_numpy(np.int64)

    def use(f: int, t: int) -> Floats:
        mine = of_funder[f]
        return np.asarray(drawn[mine, t] + (guaranteed[mine] & (begun[mine] == t)))

    def envelope(m: pyo.ConcreteModel, f: int, t: int) -> Any:
        return _sum(m.finance, of_funder[f], use(f, t)) <= float(funding.envelope[f, t])

    pairs = [(f, t) for f in of_funder for t in range(funding.envelope.shape[1]) if _used(use(f, t))]
    model.envelope = pyo.Constraint(pairs, rule=envelope)


def _used(factor: Floats) -> bool:
    return bool((factor != 0).any())


def _cover(model: pyo.ConcreteModel, funding: Funding) -> None:
    offers = funding.offers
    loan = offers["is_commercial"].to_numpy(bool)
    guarantee = ~offers["is_funding"].to_numpy(bool)
    most = (funding.needs["uncovered"] * funding.needs["capex_musd"]).to_numpy(float)
    of_need = {k: mine for k, mine in _rows(funding, "need").items() if (loan[mine] | guarantee[mine]).any()}

    def uncovered(m: pyo.ConcreteModel, k: int) -> Any:
        mine = of_need[k]
        return _sum(m.finance, mine, loan[mine].astype(float) - guarantee[mine]) <= float(most[k]) * m.mode[k]

    def attached(m: pyo.ConcreteModel, k: int) -> Any:
        mine = of_need[k]
        return _sum(m.finance, mine, guarantee[mine].astype(float) - loan[mine]) <= 0

    lent = [k for k, mine in of_need.items() if loan[mine].any() and funding.needs["uncovered"].iloc[k] < 1]
    model.commercial_cover = pyo.Constraint(lent, rule=uncovered)
    backed = [k for k, mine in of_need.items() if guarantee[mine].any()]
    model.guarantee_cover = pyo.Constraint(backed, rule=attached)


def _power_caps(model: pyo.ConcreteModel, funding: Funding) -> None:
    """One family a part of the portfolio: ``power_cap_project``, ``_portfolio``, ``_country``, ``_asset_class``, ...

    ``funds[s]`` is all that funds start s, ``held[s, g]`` what counts there as power g's; parts are sums of these.
    """
    rules, counted = funding.rules, counted_by_power(funding)
    if min(rules.caps.values()) >= 1:
        return
    of_start = _rows(funding, "start")
    funds = funding.offers["is_funding"].to_numpy(float)
    pairs = [(s, g) for s, mine in of_start.items() for g in range(len(funding.powers)) if _used(counted[mine, g])]
    model.funds, model.held = pyo.Var(list(of_start)), pyo.Var(pairs)
    model.funds_of = pyo.Constraint(
        list(of_start), rule=lambda m, s: _sum(m.finance, of_start[s], funds[of_start[s]]) - m.funds[s] == 0
    )
    model.held_by = pyo.Constraint(
        pairs, rule=lambda m, s, g: _sum(m.finance, of_start[s], counted[of_start[s], g]) - m.held[s, g] == 0
    )
    starts = funding.needs.drop_duplicates("start").set_index("start").loc[list(of_start)]
    parts: dict[str, dict[Any, list[int]]] = {
        "project": {s: [s] for s in of_start},
        "portfolio": {"all": list(of_start)},
    }
    for part in ("country", "asset_class", "period"):
        parts[part] = {key: list(rows.index) for key, rows in starts.groupby(part)}
    parts["asset_class"] = {c: mine for c, mine in parts["asset_class"].items() if c in funding.sensitive}
    known = set(pairs)
    for part, members in parts.items():
        cap = rules.caps[part]
        index = [(key, g) for key, mine in members.items() for g in range(len(funding.powers))
                 if cap < 1 and any((s, g) in known for s in mine)]  # fmt: skip

        def rule(m: pyo.ConcreteModel, *at: Any, members: dict[Any, list[int]] = members, cap: float = cap) -> Any:
            key, g = at
            own = pyo.quicksum(m.held[s, g] for s in members[key] if (s, g) in known)
            return own - cap * pyo.quicksum(m.funds[s] for s in members[key]) <= 0

        setattr(model, f"power_cap_{part}", pyo.Constraint(index, rule=rule))


def counted_by_power(funding: Funding) -> Floats:
    """Offers x powers: part of a million that counts as the power's; 0 where it is the host and hosts are exempt."""
    offers = funding.offers
    share = funding.look_through[offers["funder"].to_numpy(np.int64)]
    if funding.rules.host_exempt:
        share = np.where(funding.host[offers["need"].to_numpy(np.int64)], 0.0, share)
    counted: Floats = share * offers["is_funding"].to_numpy(float)[:, None]
    return counted


def _sovereigns(model: pyo.ConcreteModel, funding: Funding) -> None:
    """What states borrow and back: new in a period, outstanding by year, and how soft what they borrow is."""
    offers = funding.offers
    debt = offers["is_debt"].to_numpy(bool)
    company = debt | funding.reward.any(axis=1)
    liability = funding.needs["liability"].to_numpy(float)[offers["need"]]
    backed = np.where(offers["is_sovereign"], debt, liability * company)
    owed, borrowed = backed > 0, (offers["is_sovereign"] & offers["is_debt"]).to_numpy(bool)
    at = {str(row.country): (number, row) for number, row in enumerate(each_row(funding.countries))}
    by_country = {c: mine[owed[mine]] for c, mine in _rows(funding, "country").items() if c in at}
    by_country = {c: mine for c, mine in by_country.items() if len(mine)}
    begun, periods = offers["period"].to_numpy(np.int64), range(funding.guarantee_cap.shape[1])
    soft = offers["grant_element"].to_numpy(float)

    def new(m: pyo.ConcreteModel, country: str, t: int) -> Any:
        mine = by_country[country]
        mine = mine[begun[mine] == t]
        return _sum(m.finance, mine, backed[mine]) <= float(funding.guarantee_cap[at[country][0], t])

    def stock(m: pyo.ConcreteModel, country: str, y: int) -> Any:
        mine = by_country[country]
        limit = float(at[country][1].guarantee_headroom_musd)
        return _sum(m.finance, mine, backed[mine] * funding.outstanding[mine, y]) <= limit

    def grants(m: pyo.ConcreteModel, country: str, t: int) -> Any:
        mine = by_country[country]
        mine = mine[(begun[mine] == t) & borrowed[mine]]
        return _sum(m.finance, mine, float(at[country][1].grant_element_min) - soft[mine]) <= 0

    pairs = [(c, t) for c, mine in by_country.items() for t in periods if (begun[mine] == t).any()]
    model.guarantee_cap = pyo.Constraint(pairs, rule=new)
    years = [(c, y) for c, mine in by_country.items() for y in funding.ends if _used(funding.outstanding[mine, y])]
    model.guarantee_headroom = pyo.Constraint(years, rule=stock)
    floors = [(c, t) for c, t in pairs if at[c][1].grant_element_min > 0
              and (borrowed & (begun == t))[by_country[c]].any()]  # fmt: skip
    model.grant_element = pyo.Constraint(floors, rule=grants)


def _covenants(model: pyo.ConcreteModel, strategy: Strategy, funding: Funding) -> None:
    """Debt service covered by cash, and what is known of cash at plans visited."""
    needs, offers = funding.needs, funding.offers
    owed = (offers["is_debt"] & ~offers["is_sovereign"]).to_numpy(bool)
    floor = needs["dscr_floor"].to_numpy(float)
    debts = {k: mine[owed[mine]] for k, mine in _rows(funding, "need").items() if needs["earns"].iloc[k]}
    pairs = [(k, t) for k, mine in debts.items() for t in range(funding.service.shape[1])
             if len(mine) and _used(funding.service[mine, t])]  # fmt: skip

    def covered(m: pyo.ConcreteModel, k: int, t: int) -> Any:
        mine = debts[k]
        return _sum(m.finance, mine, funding.service[mine, t]) <= float(funding.cash[k, t] / floor[k]) * m.mode[k]

    model.debt_service = pyo.Constraint(pairs, rule=covered)
    expected = funding.service * owed[:, None] + funding.reward
    sharing = {k: mine for k, mine in _rows(funding, "need").items() if k in debts}

    def earned(m: pyo.ConcreteModel, k: int, t: int) -> Any:
        mine = sharing[k]
        return _sum(m.finance, mine, expected[mine, t]) <= float(funding.cash[k, t]) * m.mode[k]

    asked = [(k, t) for k, mine in sharing.items() for t in range(expected.shape[1]) if _used(funding.reward[mine, t])]
    model.equity_return = pyo.Constraint(asked, rule=earned)
    model.debt_cut = pyo.ConstraintList()
    starts = list(zip(strategy.starts["project"], strategy.starts["period"], strict=True))
    whole = np.flatnonzero(strategy.is_whole)
    for cut in funding.cuts:
        away = pyo.quicksum(
            1 - model.build[starts[n]] if cut.plan[n] > 0 else model.build[starts[n]] for n in whole
        )  # all projects come in one unit here
        most = offers["most_musd"].to_numpy(float)
        begun = cut.plan[needs["start"].to_numpy(np.int64)] > 0
        limits = [(k, t, debts[k], funding.service, floor[k]) for k, t in pairs if begun[k]]
        limits += [(k, t, sharing[k], expected, 1.0) for k, t in asked if begun[k]]
        for k, t, mine, claim, least in limits:
            allowed = float(cut.cash[k, t] / least)
            reach = float(claim[mine, t] @ most[mine])
            if reach > allowed:
                paid = _sum(model.finance, mine, claim[mine, t])
                model.debt_cut.add(paid <= allowed * model.mode[k] + (reach - allowed) * away)


def _bank(model: pyo.ConcreteModel, funding: Funding) -> None:
    """The bank's balance sheet by year and its limits."""
    rules, years = funding.rules, funding.years
    own = funding.of_bank()
    offers = funding.offers.iloc[own]
    held = funding.outstanding[own]
    debt = offers["is_debt"].to_numpy(float)
    subscribed = rules["authorised_capital_musd"]
    paid_in = subscribed * rules["paid_in_share"] / rules["paid_in_years"]
    earns = offers["margin"].to_numpy(float) - offers["expected_loss"].to_numpy(float) - rules["operating_cost_share"]
    equity_share = np.where(offers["instrument"] == "equity", 1.0, 0.0)
    capital = offers["capital"].to_numpy(float)
    undrawn = np.maximum(1.0 - np.cumsum(_drawn_by_year(funding, own), axis=1), 0.0) * _committed(funding, own)
    ahead = np.pad(_drawn_by_year(funding, own)[:, 1:], ((0, 0), (0, 1)))
    conversion = offers["conversion"].to_numpy(float)
    ratio = rules.equity_to_loans(years)
    model.bank_equity = pyo.Var(range(len(years)), domain=pyo.NonNegativeReals)
    model.bank_borrowing = pyo.Var(range(len(years)), bounds=(0, rules["gearing"] * subscribed))
    active = [y for y in range(len(years)) if years[y] >= rules["first_year"]]

    def equity(m: pyo.ConcreteModel, y: int) -> Any:
        age = years[y] - rules["first_year"]
        new = paid_in if 0 <= age < rules["paid_in_years"] else 0.0
        if y == 0:
            return m.bank_equity[y] == float(max(new, 0.0))
        growth = 1.0 + rules["treasury_yield"] - rules.inflation
        return m.bank_equity[y] - growth * m.bank_equity[y - 1] - _sum(m.finance, own, held[:, y - 1] * earns) == new

    def of_book(factor: Floats, y: int) -> Any:
        return _sum(model.finance, own, held[:, y] * factor)

    model.bank_account = pyo.Constraint(range(len(years)), rule=equity)
    model.bank_capital = pyo.Constraint(active, rule=lambda m, y: of_book(capital, y) <= m.bank_equity[y])
    model.bank_equity_to_loans = pyo.Constraint(
        active, rule=lambda m, y: of_book(float(ratio[y]) * debt, y) <= m.bank_equity[y]
    )
    model.bank_gearing = pyo.Constraint(
        active,
        rule=lambda m, y: (
            _sum(m.finance, own, held[:, y] + conversion * undrawn[:, y]) - rules["gearing"] * m.bank_equity[y]
            <= rules["gearing"] * subscribed * (1.0 - rules["paid_in_share"])
        ),
    )
    model.bank_equity_investments = pyo.Constraint(
        active, rule=lambda m, y: of_book(equity_share, y) <= rules["equity_investment_share"] * m.bank_equity[y]
    )
    months = rules["liquidity_months"] / 12.0
    model.bank_liquidity = pyo.Constraint(
        active,
        rule=lambda m, y: (
            _sum(m.finance, own, held[:, y] + months * ahead[:, y]) <= m.bank_equity[y] + m.bank_borrowing[y]
        ),
    )
    _bank_limits(model, funding, own, held, active)


def _drawn_by_year(funding: Funding, own: Ints) -> Floats:
    """Draw-down of offers by year: even over the years of construction."""
    offers, years = funding.offers.iloc[own], funding.years
    begin, end = (offers[c].to_numpy(np.int64)[:, None] for c in ("start_year", "in_service_year"))
    drawn: Floats = ((years[None, :] >= begin) & (years[None, :] < end)) / (end - begin)
    return drawn


def _committed(funding: Funding, own: Ints) -> Floats:
    begin = funding.offers.iloc[own]["start_year"].to_numpy(np.int64)[:, None]
    committed: Floats = (funding.years[None, :] >= begin).astype(float)
    return committed


def _bank_limits(model: pyo.ConcreteModel, funding: Funding, own: Ints, held: Floats, active: list[int]) -> None:
    """Limits by country, sector and obligor; a share of the book with a floor while it is young."""
    rules, offers = funding.rules, funding.offers.iloc[own]
    needs = funding.needs.iloc[offers["need"].to_numpy(np.int64)]
    sovereign = offers["is_sovereign"].to_numpy(bool)
    anyone = np.ones(len(own), dtype=bool)

    def members(column: str, extra: NDArray[np.bool_]) -> dict[Any, NDArray[np.bool_]]:
        values = needs[column].to_numpy(object)
        return {v: (values == v) & extra for v in sorted(set(values)) if ((values == v) & extra).any()}

    def index(groups: dict[Any, NDArray[np.bool_]]) -> list[tuple[Any, int]]:
        return [(key, y) for key, mine in groups.items() for y in active if _used(held[mine, y])]

    def exposure(y: int, mine: NDArray[np.bool_]) -> Any:
        return _sum(model.finance, own, held[:, y] * mine)

    countries = members("country", anyone)
    model.bank_in = pyo.Var(index(countries))
    model.bank_exposure = pyo.Constraint(
        list(model.bank_in), rule=lambda m, c, y: exposure(y, countries[c]) - m.bank_in[c, y] == 0
    )

    def book(m: pyo.ConcreteModel, y: int) -> Any:
        return pyo.quicksum(m.bank_in[c, y] for c in countries if (c, y) in m.bank_in)

    model.bank_country = pyo.Constraint(
        list(model.bank_in),
        rule=lambda m, c, y: m.bank_in[c, y] - rules["country_share"] * book(m, y) <= rules["country_floor_musd"],
    )
    model.bank_country_equity = pyo.Constraint(
        list(model.bank_in),
        rule=lambda m, c, y: m.bank_in[c, y] <= rules["country_equity_multiple"] * m.bank_equity[y],
    )
    sectors = members("asset_class", anyone)
    model.bank_sector = pyo.Constraint(
        index(sectors),
        rule=lambda m, c, y: exposure(y, sectors[c]) - rules["sector_share"] * book(m, y) <= rules["sector_floor_musd"],
    )
    for name, groups, rule in (
        ("bank_obligor_sovereign", members("country", sovereign), "obligor_share_sovereign"),
        ("bank_obligor_private", members("project_id", ~sovereign), "obligor_share_private"),
    ):

        def obligor(m: pyo.ConcreteModel, key: Any, y: int, groups: Any = groups, share: float = rules[rule]) -> Any:
            return exposure(y, groups[key]) <= share * m.bank_equity[y]

        setattr(model, name, pyo.Constraint(index(groups), rule=obligor))


def _budget(model: pyo.ConcreteModel, funding: Funding) -> None:
    """Spending of all projects together, by period."""
    budget = funding.budget_musd
    if budget is None:
        return
    drawn = np.where(funding.offers["is_funding"].to_numpy(bool)[:, None], funding.drawn, 0.0)
    everything = np.arange(len(funding.offers))
    model.programme_budget = pyo.Constraint(
        range(drawn.shape[1]),
        rule=lambda m, t: _sum(m.finance, everything, drawn[:, t]) <= float(budget[t]),
    )


def _tickets(model: pyo.ConcreteModel, funding: Funding) -> None:
    """Least tickets and the number of funders of a start: only once the projects are chosen."""
    offers = funding.offers
    groups = _rows(funding, "start", "funder")
    least = {key: float(value) for key, value in funding.least_tickets().items()}
    most = {key: float(offers["most_musd"].to_numpy(float)[mine].sum()) for key, mine in groups.items()}
    model.takes_part = pyo.Var(list(groups), domain=pyo.Binary)

    def amount(m: pyo.ConcreteModel, start: int, funder: int) -> Any:
        mine = groups[start, funder]
        return _sum(m.finance, mine, np.ones(len(mine)))

    model.ticket_min = pyo.Constraint(
        list(groups), rule=lambda m, s, f: least[s, f] * m.takes_part[s, f] - amount(m, s, f) <= 0
    )
    model.ticket_max = pyo.Constraint(
        list(groups), rule=lambda m, s, f: amount(m, s, f) - most[s, f] * m.takes_part[s, f] <= 0
    )
    by_start: dict[int, list[int]] = {}
    for start, funder in groups:
        by_start.setdefault(int(start), []).append(int(funder))
    model.funders_of_project = pyo.Constraint(
        list(by_start),
        rule=lambda m, s: (
            pyo.quicksum(m.takes_part[s, f] for f in by_start[s]) <= funding.rules["max_funders_per_project"]
        ),
    )
