"""The rare-earth chain in the terminal: prices and dependence by region, and candidates of the corridor."""

from __future__ import annotations

from rich.table import Table

from model.solution import Solution
from report.chain_sentences import has_chain
from report.frames import records
from report.trade_terminal import figure_table
from report.words import NOTHING, money, number, percent, short_name

MOST_SLICES, MOST_CANDIDATES = 3, 10
_REGIONS = ("CN", "EU27", "US", "JP", "KR")
_OXIDES = {"ox_ndpr": "NdPr oxide", "ox_dy": "Dy oxide", "ox_tb": "Tb oxide", "ox_y": "Y oxide"}
_MAGNETS = {"mag_std": "Standard magnets", "mag_hc": "High coercivity"}
_CORRIDOR = ("KZ", "KG", "UZ", "TJ", "MN", "AZ", "GE", "TR")


def chain_in_terminal(solution: Solution, width: int) -> list[Table]:
    """Return tables of the chain; none where the run has none."""
    if not has_chain(solution):
        return []
    slices = _shown(solution)
    tables = [_magnets(solution, slices, width), _candidates(solution, width)]
    return [table for table in tables if table.row_count]


def _shown(solution: Solution) -> list[str]:
    """Return a few slices from first to last, evenly."""
    names = [str(n) for n in solution["chain_markets"].drop_duplicates("slice").sort_values("year")["slice"]]
    if len(names) <= MOST_SLICES:
        return names
    places = {round(k * (len(names) - 1) / (MOST_SLICES - 1)) for k in range(MOST_SLICES)}
    return [names[k] for k in sorted(places)]


def _magnets(solution: Solution, slices: list[str], width: int) -> Table:
    """Show price, what lacks and the share of one power, of magnets by region."""
    table = figure_table(width, "USD a kg; magnets: lacking, Chinese", *slices, "Memory")
    sure = _sure(solution, slices)
    markets = solution["chain_markets"].set_index(["good", "region", "slice"])
    held = solution["chain_dependence"]
    shares = dict(zip(zip(held["good"], held["region"], held["slice"], strict=True), held["power_share"], strict=True))
    for good, title in _MAGNETS.items():
        for region in _REGIONS:
            cells = []
            for name in slices:
                key = (good, region, name)
                if key not in markets.index:
                    cells.append(NOTHING)
                    continue
                row = markets.loc[[key]].iloc[0]
                share = percent(float(shares[key])) if key in shares else NOTHING
                price = number(float(row["price_usd_per_t"]) / 1000, 3)
                cells.append(f"{price}, {percent(float(row['shortage']))}, {share}")
            if any(cell != NOTHING for cell in cells):
                table.add_row(f"{title}, {region}", *cells, sure.get((good, region), NOTHING))
    prices = solution["chain_prices"]
    of_all = prices[prices["restricted"] == 1]
    keyed = zip(of_all["good"], of_all["region"], of_all["slice"], strict=True)
    known = dict(zip(keyed, of_all["price_usd_per_t"], strict=True))
    for good, title in _OXIDES.items():
        for region in ("CN", "EU27"):
            keys = [(good, region, name) for name in slices]
            if all(key in known for key in keys):
                cells = [number(float(known[key]) / 1000, 3) for key in keys]
                table.add_row(f"{title}, {region}", *cells, sure.get((good, region), NOTHING))
    return table


def _sure(solution: Solution, slices: list[str]) -> dict[tuple[str, str], str]:
    """Return what part of the cost behind each good and region is from memory in the last slice shown."""
    table = solution["chain_confidence"]
    table = table[table["slice"] == slices[-1]]
    shares = [percent(share) if share == share else NOTHING for share in table["memory"]]
    return dict(zip(zip(table["good"], table["region"], strict=True), shares, strict=True))


def _candidates(solution: Solution, width: int) -> Table:
    """Show what would have to be true for the candidates of the corridor, those nearest to paying first."""
    table = figure_table(
        width, "Candidates of the corridor", "Plan", "Investment", "It could bear", "Prices or recovery"
    )
    switching = solution["chain_switching"]
    own = switching[switching["country"].isin(_CORRIDOR)].sort_values("breakeven_capex", ascending=False)
    for row in records(own.head(MOST_CANDIDATES)):
        need, bears = row["breakeven_price"], row["breakeven_capex"]
        table.add_row(
            f"{row['country']} {short_name(str(row['name']))}",
            "built" if row["decision"] == "built" else NOTHING,
            money(float(row["capex_musd"])),
            f"{number(float(bears))} times" if bears == bears else NOTHING,
            f"{number(float(need))} times" if need == need else NOTHING,
        )
    return table
