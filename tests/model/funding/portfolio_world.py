"""A small world with projects, funders and their terms, and portfolios written for it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from network.network import Network
from tests.model.conftest import make_world

Rows = Sequence[Mapping[str, Any]]
BUILDS = ({"project_id": "QUAY", "start_year": 2028}, {"project_id": "LINE", "start_year": 2030})


def portfolio_world() -> Network:
    """Five projects, three funders; periods 2025-2027, 2028-2034, 2035-2042."""
    project = {"construction_years": 2, "lifetime_years": 30}
    return make_world(
        [{"link_id": "L", "a": "A", "b": "B", "cost": 10}],
        [{"a": "A", "b": "B", "kt": 100}],
        periods=[
            {"resolution": "fast", "period": p, "first_year": first, "last_year": last}
            for p, first, last in ((2025, 2025, 2027), (2030, 2028, 2034), (2040, 2035, 2042))
        ],
        projects=[
            {**project, "project_id": "QUAY", "name": "New quay", "country": "KZ", "project_type": "port",
             "capex_musd": 100, "earliest_start_year": 2026},
            {**project, "project_id": "LINE", "name": "Railway line", "country": "AZ", "project_type": "rail",
             "capex_musd": 1000, "earliest_start_year": 2028, "all_of": ("QUAY",), "excludes": ("ROAD",)},
            {**project, "project_id": "SHIPS", "name": "Ferries", "country": "AZ|KZ", "project_type": "vessels",
             "capex_musd": 80, "units_max": 4, "any_of": ("QUAY", "ROAD")},
            {**project, "project_id": "ROAD", "name": "Motorway", "country": "AZ", "project_type": "road",
             "capex_musd": 500, "construction_years": 8},
            {**project, "project_id": "OLD", "name": "Old port", "country": "KZ", "project_type": "port",
             "capex_musd": 10, "is_sunk": 1, "in_service_year": 2020},
            {**project, "project_id": "CABLE", "name": "Cable", "country": "KZ", "project_type": "cable",
             "capex_musd": 10, "is_modelled": 0},
            {**project, "project_id": "UNDERWAY", "name": "Bypass", "country": "KZ", "project_type": "rail",
             "capex_musd": 50, "earliest_start_year": 2023, "in_service_year": 2026},
        ],
        asset_classes=[
            {"asset_class": name, "project_types": (kind,), "charge_share": 0.5, "variable_cost_share": 0.4,
             "concession_mode": mode, "dscr_floor": 1.3, "llcr_floor": 1.3, "plcr_floor": 1.5, "tax_rate": 0.2,
             "borrower": "public", "is_sensitive": 0}
            for name, kind, mode in (("port", "port", "traffic_risk"), ("rail", "rail", "public"),
                                     ("fleet", "vessels", "traffic_risk"))
        ],
        concession_modes=[
            {"mode": mode, "name": mode, "traffic_risk_share": share, "revenue_guarantee_share": 0, "dscr_floor": 1.2,
             "may_borrow_on_project": share}
            for mode, share in (("public", 0), ("traffic_risk", 1))
        ],
        funders=[
            {"funder_id": funder, "name": name, "kind": kind, "envelope_low_musd_per_year": 10,
             "envelope_musd_per_year": 100, "envelope_high_musd_per_year": 200, "max_share_of_cost": 0.5,
             "countries": countries, "sectors": ("port", "rail"), "is_private": 0, "is_host": 0,
             "is_included": included, "first_year": 2027, "last_year": last}
            for funder, name, kind, countries, included, last in (
                ("MDB", "Regional development bank", "multilateral", ("KZ", "AZ"), 1, None),
                ("STATE", "Ministry of finance", "state", ("KZ",), 1, 2034),
                ("LEFT", "Left out", "dfi", (), 0, None),
            )
        ],
        funder_terms=[
            {"funder_id": funder, "instrument": instrument, "recourse": recourse, "margin_bp": margin,
             "tenor_years": tenor, "grace_years": grace, "max_share_of_cost": 0.5}
            for funder, instrument, recourse, margin, tenor, grace in (
                ("MDB", "senior", "sovereign", 100, 20, 5),
                ("MDB", "senior", "project", 300, 15, 4),
                ("MDB", "guarantee", "project", 300, 15, 0),
                ("MDB", "grant", "none", None, None, None),
                ("STATE", "equity", "project", None, None, None),
            )
        ],
        instruments=[
            {"instrument": name, "name": name, "is_debt": debt, "is_funding": funding, "seniority": 1,
             "credit_conversion_factor": 0.5}
            for name, debt, funding in (("senior", 1, 1), ("guarantee", 0, 0), ("equity", 0, 1), ("grant", 0, 1))
        ],
    )  # fmt: skip


def write_workbook(path: Path, sheets: Mapping[str, Rows | Sequence[Sequence[Any]]]) -> Path:
    """Write sheets of rows, by column name or as they stand, into a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        columns = list(dict.fromkeys(key for row in rows if isinstance(row, Mapping) for key in row))
        if columns:
            sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column) for column in columns] if isinstance(row, Mapping) else list(row))
    if not book.worksheets:
        book.create_sheet("Sheet1")
    book.save(path)
    return path
