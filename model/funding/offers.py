"""From the tables to :class:`model.funding.problem.Funding`: needs of starts, offers of funders, limits by period."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.finance.concessional import grant_element
from model.funding.problem import Funding
from model.funding.ramp_up import cash_columns, reward_columns, service_columns
from model.funding.revenue import adds_capacity, most_cash
from model.funding.risk import expected_loss_rate, risk_weight
from model.funding.rules import FundingRequest, Rules, bank_rules
from model.funding.schedules import by_period, schedule
from model.problem import Problem
from network.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PUBLIC = "public"
_STATES = ("state", "enterprise")
_NEED = ["project_id", "countries", "country", "asset_class", "mode", "may_borrow", "capex_musd", "start_year",
         "in_service_year"]  # fmt: skip


def build_funding(
    problem: Problem, network: Network, request: FundingRequest, own_terms: pd.DataFrame | None = None
) -> Funding:
    """Everything that the financing of a problem's starts hangs on.

    Args:
        network: the scenario's world, with the bank's tables.
        own_terms: terms that differ from the funders': project_id, funder_id, instrument, recourse, and margin_bp,
            tenor_years, grace_years (NaN = as offered).

    Raises:
        InputError: the world has no bank.
    """
    rules = bank_rules(network, request)
    first, last = (problem.periods[c].to_numpy(np.int64) for c in ("first_year", "last_year"))
    years = np.arange(first[0], last[-1] + 1)
    funders = _funders(network, request)
    needs = _needs(problem, network, rules)
    offers = _offers(network, needs, funders, rules, own_terms)
    plan = schedule(offers, rules.inflation, years)
    length = (last - first + 1).astype(float)
    powers = network.powers.reset_index(drop=True)
    countries, guarantee_cap = _countries(network, length)
    classes = network.asset_classes
    return Funding(
        rules=rules,
        years=years,
        needs=needs,
        offers=offers.assign(idc=plan.idc),
        drawn=by_period(plan.drawn, years, first, last),
        outstanding=plan.outstanding,
        interest=plan.interest,
        service=service_columns(network, needs, offers, plan.service, years, first, last),
        reward=reward_columns(network, needs, offers, _reward(offers, rules, years), years, first, last),
        funders=funders,
        envelope=_envelopes(funders, first, last, request),
        powers=powers,
        look_through=_look_through(network, funders, powers),
        ends=tuple((last - first[0]).tolist()),
        host=_hosts(needs, powers),
        countries=countries,
        guarantee_cap=guarantee_cap,
        sensitive=tuple(classes.loc[classes["is_sensitive"] == 1, "asset_class"]),
        cash=cash_columns(problem, network, needs, most_cash(problem, network)),
        budget_musd=None if request.budget_musd_per_year is None else request.budget_musd_per_year * length,
    )


def _funders(network: Network, request: FundingRequest) -> pd.DataFrame:
    """Funders that take part."""
    funders = network.funders[network.funders["is_included"] == 1]
    if not request.with_bank:
        funders = funders[funders["kind"] != "bank"]
    opened = np.where(funders["kind"] == "bank", bank_rules(network, request)["first_year"], funders["first_year"])
    return funders.assign(first_year=opened, last_year=funders["last_year"].fillna(np.inf)).reset_index(drop=True)


def _needs(problem: Problem, network: Network, rules: Rules) -> pd.DataFrame:
    """Starts of whole projects by concession mode, in countries whose finance is known; others need no bank.

    A company may bear the risk of traffic only where the project adds capacity that somebody pays for.
    """
    strategy = problem.strategy
    starts = strategy.starts.assign(start=np.arange(len(strategy.starts)))[strategy.is_whole]
    project = starts["project"].to_numpy(np.int64)
    table = strategy.projects.iloc[project]
    begun = starts["start_year"].to_numpy(np.int64)
    frame = pd.DataFrame(
        {
            "start": starts["start"].to_numpy(np.int64),
            "project": project,
            "period": starts["period"].to_numpy(np.int64),
            "project_id": table["module_of"].to_numpy(object),
            "countries": [tuple(str(text).split("|")) for text in table["country"]],
            "asset_class": table["project_type"].map(asset_class_of(network)).to_numpy(object),
            "capex_musd": table["capex_musd"].to_numpy(float),
            "start_year": begun,
            "in_service_year": np.maximum(starts["in_service_year"].to_numpy(np.int64), begun + 1),
        }
    )
    finance, classes = network.country_finance.set_index("country"), network.asset_classes.set_index("asset_class")
    known = set(finance.index)
    frame["country"] = [next((c for c in countries if c in known), "") for countries in frame["countries"]]
    frame = frame[frame["country"] != ""]
    earning = frame["asset_class"].map(classes["charge_share"]).to_numpy(float) > 0
    earning &= adds_capacity(problem)[frame["project"].to_numpy(np.int64)]
    modes = network.concession_modes.reset_index(drop=True)
    both = frame.assign(earning=earning).merge(
        modes[["mode", "traffic_risk_share", "revenue_guarantee_share", "dscr_floor", "may_borrow_on_project"]],
        how="cross",
    )
    both["earns"] = both["traffic_risk_share"] > 0
    both = both[both["earning"] | ~both["earns"]].reset_index(drop=True)
    own = both["asset_class"].map(classes["concession_mode"]) == both["mode"]
    both["dscr_floor"] = np.where(own, both["asset_class"].map(classes["dscr_floor"]), both["dscr_floor"])
    both["liability"] = both["revenue_guarantee_share"]
    both["guaranteed"] = np.where(both["earns"], both["revenue_guarantee_share"], 0.0)
    both["may_borrow"] = both["may_borrow_on_project"] == 1
    safe = both["country"].map(finance["default_spread"]) <= rules["investment_grade_spread"]
    both["uncovered"] = np.where(safe, 1.0, rules["uncovered_commercial_share"])
    kept = ["start", "project", "period", *_NEED, "earns", "liability", "guaranteed", "dscr_floor", "uncovered"]
    return both[kept].sort_values(["start", "mode"], ignore_index=True)


def asset_class_of(network: Network) -> dict[str, str]:
    """Asset class by type of project, or step of the rare-earth chain."""
    table = network.asset_classes
    return {
        str(kind): str(name)
        for name, *both in zip(table["asset_class"], table["project_types"], table["chain_steps"], strict=True)
        for kinds in both
        for kind in kinds
    }


def _offers(
    network: Network, needs: pd.DataFrame, funders: pd.DataFrame, rules: Rules, own_terms: pd.DataFrame | None
) -> pd.DataFrame:
    """Terms that are open to each need: country, asset class, date, recourse and mode fit."""
    own = ["funder_id", "kind", "sectors", "is_private", "first_year", "last_year"]
    terms = network.funder_terms.merge(
        funders[own].assign(
            funder=funders.index, lends_in=funders["countries"], funder_share=funders["max_share_of_cost"]
        ),
        on="funder_id",
    ).merge(
        network.instruments[["instrument", "is_debt", "is_funding", "credit_conversion_factor", "required_return"]],
        on="instrument",
    )
    # Cost, source and year of the terms stay behind: the columns of needs must not meet their like.
    columns = ["funder", "funder_id", "kind", "sectors", "is_private", "first_year", "last_year", "lends_in",
               "instrument", "recourse", "margin_bp", "tenor_years", "grace_years", "max_share_of_cost", "funder_share",
               "ticket_min_musd", "ticket_max_musd", "is_debt", "is_funding", "credit_conversion_factor",
               "required_return"]  # fmt: skip
    frame = needs[["start", "period", *_NEED]].assign(need=needs.index).merge(terms[columns], how="cross")
    frame = _with_own(frame[_is_open(frame)].reset_index(drop=True), own_terms)
    debt, commercial = frame["is_debt"] == 1, (frame["kind"] == "commercial") & (frame["is_debt"] == 1)
    spread = frame["country"].map(network.country_finance.set_index("country")["default_spread"])
    margin = frame["margin_bp"].fillna(0.0) / 1e4 + np.where(commercial & (frame["recourse"] == "project"), spread, 0.0)
    most = frame[["max_share_of_cost", "funder_share"]].min(axis=1) * frame["capex_musd"]
    offers = pd.DataFrame(
        {
            **{c: frame[c] for c in ("need", "start", "period", "funder", "funder_id", "instrument", "recourse")},
            "is_funding": frame["is_funding"] == 1,
            "is_debt": debt,
            "is_commercial": commercial,
            "is_private": frame["is_private"] == 1,
            "is_sovereign": frame["recourse"] == "sovereign",
            "most_musd": np.minimum(most, frame["ticket_max_musd"].fillna(np.inf)),
            "ticket_min_musd": frame["ticket_min_musd"].fillna(0.0),
            "conversion": frame["credit_conversion_factor"].astype(float),
            "nominal_rate": np.where(debt, np.maximum(rules.reference_rate + margin, 0.0), 0.0),
            "margin": np.where(debt | (frame["instrument"] == "guarantee"), margin, 0.0),
            "required_return": _asked(frame, rules),
            "is_patient": (frame["instrument"] == "equity") & frame["kind"].isin(_STATES),
            "tenor_years": frame["tenor_years"].fillna(0).astype(np.int64),
            "grace_years": frame["grace_years"].fillna(0).astype(np.int64),
            "start_year": frame["start_year"],
            "in_service_year": frame["in_service_year"],
        }
    )
    offers["grant_element"] = _grant_elements(offers, rules)
    need = needs.iloc[offers["need"].to_numpy(np.int64)].reset_index(drop=True)
    exposed = (offers["instrument"] != "grant").to_numpy(float)
    lent = offers["instrument"].isin(["grant", "equity"]).to_numpy()
    weight = risk_weight(network, rules, offers, need)
    return offers.assign(
        capital=rules["risk_capital_ratio"] * weight * exposed,
        expected_loss=np.where(lent, 0.0, expected_loss_rate(network, offers, need)),
    )


def _asked(frame: pd.DataFrame, rules: Rules) -> Floats:
    """Return that equity asks, nominal: the funder's own, else that of the instrument; NaN for what is no equity."""
    own = rules.reference_rate + frame["margin_bp"].to_numpy(float) / 1e4
    asked = np.where(np.isnan(own), frame["required_return"].to_numpy(float), own)
    return np.where(frame["instrument"] == "equity", asked, np.nan)


def _with_own(frame: pd.DataFrame, own_terms: pd.DataFrame | None) -> pd.DataFrame:
    """The terms with those that are agreed for a project in place of the funder's."""
    if own_terms is None or own_terms.empty:
        return frame
    key, names = ["project_id", "funder_id", "instrument", "recourse"], ["margin_bp", "tenor_years", "grace_years"]
    agreed = frame[key].merge(own_terms.drop_duplicates(key)[[*key, *names]], on=key, how="left").set_index(frame.index)
    return frame.assign(**{name: agreed[name].fillna(frame[name]) for name in names})


def _reward(offers: pd.DataFrame, rules: Rules, years: Ints) -> Floats:
    """What equity that is not a state's own expects in each year from service on: its real return."""
    asked = (1.0 + offers["required_return"].fillna(0.0).to_numpy(float)) / (1.0 + rules.inflation) - 1.0
    asked = np.where((offers["instrument"] == "equity") & ~offers["is_patient"], np.maximum(asked, 0.0), 0.0)
    serving = years[None, :] >= offers["in_service_year"].to_numpy(np.int64)[:, None]
    reward: Floats = asked[:, None] * serving
    return reward


def _is_open(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether a funder's terms are open to a need."""
    there = np.array([bool(set(a) & set(b)) for a, b in zip(frame["countries"], frame["lends_in"], strict=True)])
    lends = np.array([a in b for a, b in zip(frame["asset_class"], frame["sectors"], strict=True)])
    dated = (frame["start_year"] >= frame["first_year"]) & (frame["start_year"] <= frame["last_year"])
    own_money = (frame["instrument"] == "equity") & frame["kind"].isin(_STATES)
    fits = (frame["recourse"] == "none") | own_money
    fits |= (frame["recourse"] == "sovereign") & (frame["mode"] == PUBLIC)
    fits |= (frame["recourse"] == "project") & frame["may_borrow"]
    result: NDArray[np.bool_] = there & lends & dated.to_numpy(bool) & fits.to_numpy(bool)
    return result


def _grant_elements(offers: pd.DataFrame, rules: Rules) -> Floats:
    """Grant element of each offer, share of its face value; 1 for grants, 0 for equity."""
    debt = offers["is_debt"].to_numpy(bool)
    terms = offers.assign(start_year=0, in_service_year=1)
    years = np.arange(int(offers["tenor_years"].max()) + 3 if len(offers) else 3)
    plan = schedule(terms, 0.0, years)
    service = plan.service.copy()
    service[:, 0] += plan.idc
    element = np.zeros(len(offers))
    if debt.any():
        element[debt] = grant_element(service[debt], plan.drawn[debt], years, rules["grant_element_rate"])
    return np.where(offers["instrument"] == "grant", 1.0, element)


def _envelopes(funders: pd.DataFrame, first: Ints, last: Ints, request: FundingRequest) -> Floats:
    """Most that each funder pays out in each period, million USD: by its years that fall in it."""
    name = {"low": "envelope_low_musd_per_year", "high": "envelope_high_musd_per_year"}
    yearly = funders[name.get(request.envelopes, "envelope_musd_per_year")].to_numpy(float)
    begin, end = (funders[c].to_numpy(float) for c in ("first_year", "last_year"))
    both = np.minimum(end[:, None], last[None, :]) - np.maximum(begin[:, None], first[None, :]) + 1.0
    envelope: Floats = yearly[:, None] * np.maximum(both, 0.0)
    return envelope


def _look_through(network: Network, funders: pd.DataFrame, powers: pd.DataFrame) -> Floats:
    table = network.funder_owners.pivot_table(index="funder_id", columns="power_id", values="share", aggfunc="sum")
    found = table.reindex(index=funders["funder_id"], columns=powers["power_id"]).fillna(0.0)
    return found.to_numpy(float)


def _hosts(needs: pd.DataFrame, powers: pd.DataFrame) -> NDArray[np.bool_]:
    owned = [set(countries) for countries in powers["countries"]]
    found = [[bool(own & set(mine)) for own in owned] for mine in needs["countries"]]
    return np.array(found, dtype=bool).reshape(len(needs), len(powers))


def _countries(network: Network, years: Floats) -> tuple[pd.DataFrame, Floats]:
    """Headroom of each borrower, and what it may guarantee in each period."""
    table = network.country_finance.reset_index(drop=True)
    cap: Floats = table["guarantee_cap_musd_per_year"].to_numpy(float)[:, None] * years[None, :]
    return table[["country", "guarantee_headroom_musd", "grant_element_min"]], cap
