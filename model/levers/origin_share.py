"""A cap on the share that any one country may have in what a territory imports."""

from typing import ClassVar

import pandas as pd
from pydantic import Field

from model.levers.base import Lever, Window, listed, unknown_names, with_rows
from model.levers.duty import countries
from network.frames import each_row
from network.network import Network


class OriginShare(Window, Lever):
    """Let no one origin have more than a share of what an importer takes of a good, each good by itself."""

    kind: ClassVar[str] = "origin_share"

    importer: str = Field(description="customs territory or country that buys, such as EU27")
    commodities: tuple[str, ...] = Field(min_length=1, description="goods, each capped by itself")
    max_share: float = Field(ge=0, le=1, description="largest part of one origin in what the lanes bring, 0 to 1")
    origins: tuple[str, ...] = Field(default=(), description="origins that are capped; empty = every one abroad")

    def problems(self, network: Network) -> list[str]:
        """Unknown names, and goods that the importer does not buy from one of the origins."""
        known = countries(network)
        found = [
            *unknown_names("importer", [self.importer], known, "country"),
            *unknown_names("origins", self.origins, known, "country"),
            *unknown_names("commodities", self.commodities, network.commodities["commodity_id"], "commodity"),
        ]
        if found:
            return found
        whence = f" from {listed(self.origins)}" if self.origins else ""
        return [
            f"commodities: no lane brings {good} to {self.importer}{whence}"
            for good in self.commodities
            if not self._capped(network, good)
        ]

    def apply(self, network: Network) -> Network:
        """Append a limit of the kind share for each good and origin."""
        rows = [
            {
                "limit_id": f"{self.id}_{good}_{origin.lower()}",
                "title": self.note or f"At most {self.max_share:.0%} of the {good} of {self.importer} from {origin}",
                "imposed_by": self.importer,
                "exporters": (origin,),
                "importers": (self.importer,),
                "commodity_ids": (good,),
                "instrument": "share",
                "max_share": self.max_share,
                "first_year": self.first_year,
                "last_year": self.last_year,
                **self.provenance(),
            }
            for good in self.commodities
            for origin in self._capped(network, good)
        ]
        return network.replace(trade_limits=with_rows("trade_limits", network.trade_limits, pd.DataFrame(rows)))

    def _capped(self, network: Network, good: str) -> list[str]:
        """First countries of the zones abroad from which lanes bring a good to the importer."""
        zones = {row.zone_id: row for row in each_row(network.zones)}
        lanes = network.lanes[network.lanes["commodity_id"] == good]
        found = []
        for start, end in zip(lanes["origin_zone"], lanes["destination_zone"], strict=True):
            here, there = zones[end], zones[start]
            names = (here.customs_territory, *here.countries[:1])
            own = (there.customs_territory, *there.countries[:1])
            if self.importer in names and self.importer not in own:
                found += [there.countries[0]] if not self.origins or set(own) & set(self.origins) else []
        return sorted(set(found))

    def effect(self, network: Network) -> str:
        """Say who takes at most how much of what from one origin, and which are capped."""
        whose = {origin for good in self.commodities for origin in self._capped(network, good)}
        return (
            f"{self.importer} takes at most {self.max_share:.0%} of its {listed(self.commodities)} from one origin "
            f"({listed(sorted(whose))}), {self.years()}"
        )
