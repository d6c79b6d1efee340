"""A portfolio's run: its result tables and facts, written to and read from a folder as those of a scenario are."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from model.funding.tables import PORTFOLIO_TABLE_BY_NAME, PORTFOLIO_TABLES
from model.solution import RUN_FILE, TABLE_FOLDER, SolutionError, plain


@dataclass(frozen=True)
class PortfolioRun:
    """Result tables by name (see ``PORTFOLIO_TABLES``) and the facts of the run.

    Attributes:
        run: ``command`` (test, optimise, frontier, compare), ``portfolio`` (its name), ``scenarios`` (names),
            ``scenario_titles``, ``objective``, ``power_caps`` (by part), ``host_exempt``, ``budget_musd_per_year``,
            ``envelopes``, ``inflation`` (of the USD, share a year), ``price_base_year``, ``gain``, ``bound``,
            ``gap_of_gain``, ``status``, ``seconds`` (by phase), ``periods``, ``sentences`` (findings made from the
            figures), ``notices``, ``versions``, ``created``.
    """

    tables: dict[str, pd.DataFrame]
    run: dict[str, Any]

    def __post_init__(self) -> None:
        unknown = [name for name in self.tables if name not in PORTFOLIO_TABLE_BY_NAME]
        if unknown:
            raise SolutionError(f"table {unknown[0]} is unknown; known are {', '.join(PORTFOLIO_TABLE_BY_NAME)}")
        for name, table in self.tables.items():
            lacking = [c for c in PORTFOLIO_TABLE_BY_NAME[name].column_names if c not in table.columns]
            if lacking:
                raise SolutionError(f"table {name} lacks the column {', '.join(lacking)}")

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a table; without rows where the command makes none."""
        found = self.tables.get(name)
        return PORTFOLIO_TABLE_BY_NAME[name].empty() if found is None else found

    def write(self, folder: Path) -> None:
        """Write ``run.json`` (last) and ``tables/*.parquet`` into an existing folder."""
        tables = folder / TABLE_FOLDER
        tables.mkdir()
        for table in PORTFOLIO_TABLES:
            self[table.name].to_parquet(tables / f"{table.name}.parquet", index=False)
        text = json.dumps(plain(self.run), indent=2, ensure_ascii=False, allow_nan=False)
        (folder / RUN_FILE).write_text(text + "\n", encoding="utf-8")


def read_portfolio_run(folder: Path) -> PortfolioRun:
    """Read the run that ``PortfolioRun.write`` left in a folder.

    Raises:
        SolutionError: unfinished or damaged.
    """
    file = folder / RUN_FILE
    if not file.is_file():
        raise SolutionError(f"{folder} holds no finished portfolio (no {RUN_FILE}): run scripts/portfolio.py first")
    try:
        run = json.loads(file.read_text(encoding="utf-8"))
        tables = {t.name: pd.read_parquet(folder / TABLE_FOLDER / f"{t.name}.parquet") for t in PORTFOLIO_TABLES}
    except (ValueError, OSError) as error:
        raise SolutionError(f"{folder} holds a damaged portfolio: {error}; run scripts/portfolio.py again") from error
    return PortfolioRun(tables, run)
