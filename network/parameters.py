"""Parameters of a run: what each means, and the value where the data folder gives none."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """A figure that holds for a whole run.

    Attributes:
        name: its name in finance/parameters.csv.
        default: value where the table has no row for it.
        unit: its unit.
        description: what it is.
        basis: where the default comes from.
        minimum, maximum: inclusive bounds.
    """

    name: str
    default: float
    unit: str
    description: str
    basis: str
    minimum: float = 0.0
    maximum: float | None = None


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("discount_rate", 0.06, "1/year", "Real discount rate.", "development banks use 6 to 9 %", 0, 1),
    Parameter("price_base_year", 2025, "year", "Year whose prices all money is in.", "convention", 1900, 2150),
    Parameter(
        "carbon_price_usd_per_t", 0, "USD/t CO2", "Carbon price that carriers pay.", "none is charged on these routes"
    ),
    Parameter(
        "social_cost_of_carbon_usd_per_t",
        60,
        "USD/t CO2",
        "Damage of emissions, counted by the world objective.",
        "estimate: low end of development banks' shadow prices",
    ),
    Parameter(
        "reliability_ratio",
        0.8,
        "h/h",
        "Worth of an hour of standard deviation over an hour of mean time.",
        "estimate: freight value-of-reliability literature",
    ),
    Parameter(
        "choke_cost_multiple",
        2.5,
        "",
        "Generalised cost above which a lane is unserved, over its reference cost.",
        "estimate: no lane is known to pay more for long",
        1,
    ),
    Parameter(
        "preference_compliance_cost",
        0.03,
        "",
        "What the papers of a preference cost, as a share of the value: a smaller margin is not used.",
        "memory: 2 to 4 % in studies of utilisation",
        0,
        1,
    ),
    Parameter(
        "cargo_insurance_rate",
        0.003,
        "",
        "Insurance of cargo, as a share of its value; part of the customs value where that is cif.",
        "memory: 0.1 to 0.5 % of the value",
        0,
        1,
    ),
    Parameter(
        "hurdle_rate",
        0.10,
        "1/year",
        "Return that builders of capacity for an export market ask without the risk of losing it.",
        "estimate: real cost of capital of mining and metals in the region",
        0,
        1,
    ),
    Parameter(
        "chain_road_usd_per_tkm",
        0.12,
        "USD/t-km",
        "Way of a rare-earth facility to the network by road.",
        "estimate: truck rates of mines in Central Asia, Australia and Africa",
    ),
    Parameter(
        "chain_sea_usd_per_tkm",
        0.008,
        "USD/t-km",
        "Way of a rare-earth facility to the network by sea, in boxes.",
        "estimate: 2,000 USD a TEU of 16 t over 15,000 km",
    ),
    Parameter(
        "chain_residue_usd_per_t",
        200,
        "USD/t",
        "Keeping of residue with thorium or uranium.",
        "estimate: 100 USD in China to 300 USD elsewhere, with liner and cover",
    ),
    Parameter(
        "chain_bought_share",
        0.45,
        "",
        "Part of operating cost of the chain that pays for reagents and services, for value added.",
        "estimate: separation of light oxides outside China takes 6.5 t HCl at 90 and 5.5 t NaOH at 400 USD, of 6,190",
    ),
    Parameter(
        "chain_energy_usd_per_mwh",
        60,
        "USD/MWh",
        "Energy of the chain, power and heat, for value added.",
        "estimate: heat at 20 to 40, industrial power at 40 in Kazakhstan to 150 in Europe",
    ),
    Parameter(
        "chain_water_usd_per_m3",
        0.5,
        "USD/m3",
        "Water of the chain, for value added.",
        "estimate: pumping and fees of industrial water, 0.2 to 1",
    ),
    Parameter(
        "chain_class7_usd_per_t",
        150,
        "USD/t",
        "What radioactive concentrate costs more to move.",
        "estimate: permits, escorts, few carriers and ports that take it",
    ),
    Parameter(
        "chain_holding_rate",
        0.005,
        "1/year",
        "Keeping of stock, share of its value, without the capital in it.",
        "estimate: storage and insurance of sealed drums",
        0,
        1,
    ),
    Parameter(
        "chain_growth_after",
        0.5,
        "",
        "Growth of demand after the last year of its table, over its last growth.",
        "estimate: growth slows as electric drives saturate",
        0,
        2,
    ),
    Parameter(
        "chain_growth_before",
        0.07,
        "1/year",
        "Growth of magnet sales before the first year of the table.",
        "memory: 5 to 9 % a year from 2010 to 2024",
        0,
        1,
    ),
    Parameter(
        "chain_contracted_use",
        0.6,
        "",
        "Part of standing metal, alloy and magnet works outside China that customers keep in use, whatever it costs.",
        "estimate: Japan's works ran at half to three quarters of capacity in 2024 against magnets at half their cost",
        0,
        1,
    ),
    Parameter(
        "chain_collected_today",
        0.06,
        "",
        "Collection of end-of-life magnets in the first year, over what it can become.",
        "estimate: 1 to 5 per cent of old magnets are won back today, half can be",
        0,
        1,
    ),
    Parameter(
        "chain_collection_years",
        15,
        "years",
        "Years until collection is what it can become.",
        "estimate: rules on motors and drives of 2026 to 2030, and vehicles that come to scrap after them",
        1,
        50,
    ),
    Parameter(
        "chain_magnet_life_years",
        12,
        "years",
        "Years from sale of a magnet to its scrap.",
        "estimate: 5 in electronics, 15 in vehicles, 25 in wind",
        1,
        40,
    ),
    Parameter("fuel_share_rail", 0.15, "", "Share of fuel in rail freight.", "estimate: mixed traction", 0, 1),
    Parameter("fuel_share_sea", 0.4, "", "Share of fuel in sea freight.", "estimate: bunkers in liner cost", 0, 1),
    Parameter("fuel_share_road", 0.3, "", "Share of fuel in road freight.", "estimate: diesel in truck cost", 0, 1),
)


def parameter(name: str) -> Parameter:
    """The parameter of a name; KeyError with the known names where there is none."""
    for declared in PARAMETERS:
        if declared.name == name:
            return declared
    raise KeyError(f"no parameter is called {name}; parameters: {', '.join(p.name for p in PARAMETERS)}")
