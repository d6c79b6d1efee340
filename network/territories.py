"""Customs territories: which union a country belongs to, and by which names rates of duty may mean it."""

from dataclasses import dataclass, field

import pandas as pd

from network.frames import each_row

FOB, CIF = "fob", "cif"
_OUTSIDE = ("", "ROW")  # names of zones that stand for no one territory


@dataclass(frozen=True)
class Territories:
    """Unions of countries within which goods circulate freely, and groups that agreements name.

    Attributes:
        union: territory of each country that is in a customs union. groups: names of the groups of each country.
        known: every country, union and group.
        valuation: "fob" or "cif" of each territory of which it is known.
    """

    union: dict[str, str] = field(default_factory=dict)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    valuation: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, territories: pd.DataFrame, zones: pd.DataFrame) -> "Territories":
        """Territories of a world: its table, and for countries that are not in it those of its zones."""
        union: dict[str, str] = {}
        groups: dict[str, set[str]] = {}
        known: set[str] = set()
        for row in each_row(territories):
            known.update({row.territory, *row.countries})
            for country in row.countries:
                if row.kind == "union":
                    union[country] = row.territory
                elif row.kind == "group":
                    groups.setdefault(country, set()).add(row.territory)
        listed = {country for countries in territories["countries"] for country in countries}
        for zone in each_row(zones):
            known.update(zone.countries)
            if zone.customs_territory not in _OUTSIDE:
                known.add(zone.customs_territory)
                for country in set(zone.countries) - listed - {zone.customs_territory}:
                    union.setdefault(country, zone.customs_territory)
        said = territories[territories["valuation"] != ""]
        valuation = dict(zip(said["territory"], said["valuation"], strict=True))
        return cls(union, {name: frozenset(of) for name, of in groups.items()}, frozenset(known), valuation)

    @property
    def with_freight(self) -> frozenset[str]:
        """Territories whose customs value holds transport and insurance up to the border."""
        return frozenset(name for name, basis in self.valuation.items() if basis == CIF)

    def territory_of(self, country: str) -> str:
        """Customs territory of a country; itself where it is in no union."""
        return self.union.get(country, country)

    def members(self, territory: str) -> tuple[str, ...]:
        """Countries of a union; none where it is none."""
        return tuple(sorted(country for country, union in self.union.items() if union == territory))

    def names_of(self, origin: str) -> frozenset[str]:
        """Names by which a row of duty may mean goods of an origin: its own, its union's, its groups'."""
        return self.groups.get(origin, frozenset()) | {origin, self.territory_of(origin)}
