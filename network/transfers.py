"""How transfers are told apart and called: ``ALASHANKOU:rail_1520-rail_1435``, "gauge change at Alashankou, ..."."""

import pandas as pd

from network.frames import each_row


def transfer_ids(transfers: pd.DataFrame) -> list[str]:
    """Identifiers of the rows of a transfers table: place, both modes in the row's order."""
    columns = (transfers[name] for name in ("place_id", "from_mode", "to_mode"))
    return [f"{place}:{one}-{other}" for place, one, other in zip(*columns, strict=True)]


def transfer_names(transfers: pd.DataFrame, places: pd.DataFrame) -> dict[str, str]:
    """Name for people of each transfer, by its identifier; a change between two rail modes is one of gauge."""
    called = dict(zip(places["place_id"], places["name"], strict=True))
    names = {}
    for name, row in zip(transfer_ids(transfers), each_row(transfers), strict=True):
        modes = [str(mode).replace("_", " ") for mode in (row.from_mode, row.to_mode)]
        what = "gauge change" if all(mode.startswith("rail") for mode in modes) else "transfer"
        names[name] = f"{what} at {called[row.place_id]}, {' - '.join(modes)}"
    return names
