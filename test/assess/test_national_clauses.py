"""The national clause library: which projects its clauses forbid, restrict, ask or end, and which they leave alone."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from control_units.delineation.assess.verdict import judge
from control_units.delineation.lists.laws import read_laws
from national_library import AS_OF, CLAUSES, FACTS, INDUSTRIES, LIBRARY, PROFILE, compiled, facts

COMPILED = compiled()
EFFECT = dict(zip(LIBRARY["id"], LIBRARY["effect"], strict=True))
# Of the whole country: limited by industry, nature and facts, not by a zone or a category.
NATIONWIDE = {clause for clause, terms in CLAUSES.items() if not terms.get("scope")}
TOLD = {clause for clause in NATIONWIDE if EFFECT[clause] == "inform"}
GRAVE = ("prohibit", "restrict", "exit")


def at(category: int | None, *tokens: str) -> dict[str, str]:
    """Give a place in a unit of a category, on zones whose roles it is in as well."""
    place = {f"category:{category}": "in"} if category else {}
    for token in tokens:
        place |= {token: "in"}
        if token.count(":") > 1:
            _, role, zone = token.split(":")
            place |= {f"role:{role}": "in"}
            if (role, zone) in PROFILE.zone_classes:
                place |= {f"role:{role}:{PROFILE.zone_classes[role, zone]}": "in"}
    return place


def project(words: str) -> dict[str, Any]:
    """Read ``C1411 new fuel=coal discharge_change=5``."""
    industry, nature, *said = words.split()
    return {"industry": industry, "nature": nature, **facts(said)}


def applying(place: dict[str, str], words: str) -> tuple[str, dict[str, str]]:
    """Give the verdict, and of each clause that applies or may apply which of both."""
    found = judge(COMPILED, place, project(words), as_of=AS_OF)
    return found.verdict, {one.id: one.applies for one in found.clauses if one.applies in ("yes", "maybe", "met")}


GENERAL = at(3, "kind:general")
KEY, PRIORITY = at(2), at(1)
PARK = at(2, "role:industrial_park")
URBAN = at(2, "role:urban_boundary")
RED = at(1, "role:red_line")
WATER_1, WATER_2 = at(1, "role:drinking_water:1"), at(1, "role:drinking_water:2")
WATER_3, WATER_ANY = at(3, "role:drinking_water:3"), at(1, "role:drinking_water:priority")
NATIONAL_PARK = at(1, "role:protected_area:national_park")
RESERVE = at(1, "role:protected_area:nature_reserve")
CORE = RESERVE | {"role:protected_area:nature_reserve+core": "in"}
NATURE_PARK = at(1, "role:protected_area:nature_park")
ECO = at(1, "role:general_eco_space")
RIVER_PRIORITY, RIVER_KEY = at(1, "role:water_zone:priority"), at(2, "role:water_zone:key")
RIVER_INDUSTRIAL, RIVER_FARMS = at(2, "role:water_zone:industrial"), at(2, "role:water_zone:agricultural")
AIR_PRIORITY, AIR_HIGH = at(1, "role:air_zone:priority"), at(2, "role:air_zone:high_emission")
AIR_LAYOUT, AIR_WEAK = at(2, "role:air_zone:layout_sensitive"), at(2, "role:air_zone:weak_dispersion")
AIR_HOMES = at(2, "role:air_zone:receptor_sensitive")
GROUNDWATER = at(2, "role:resource_zone:groundwater")
RIVER_URBAN, WATER_FLOW = at(2, "role:water_zone:urban"), at(2, "role:resource_zone:ecological_flow")
LAND = at(2, "role:resource_zone:land")
FUEL_BAN = at(2, "role:resource_zone:fuel_ban")
FARM_SOIL, PLOT = at(3, "role:soil_zone:farmland_priority"), at(2, "role:soil_zone:construction_risk")
FARMLAND, SHORE = at(3, "role:farmland"), at(2, "role:shoreline")
SHORE_STRICT, SHORE_LIMITED = at(2, "role:shoreline:priority"), at(2, "role:shoreline:key")
GROUNDWATER_CLOSED, GROUNDWATER_LIMITED = (
    GROUNDWATER | {f"role:resource_zone:groundwater+{grade}": "in"} for grade in ("banned", "limited")
)
SEA_1, SEA_2, SEA_3 = (at(category, "kind:sea") for category in (1, 2, 3))

# What a project on built land, which harms nothing, says of itself in a priority unit.
HARMLESSLY = "land_take=no ecological_damage=no"
CALM = f"{HARMLESSLY} waste_site=none"
BUILT = "land_take=no outlet=no"
DRY = "fills_water=no shoreline_use=no land_take=no"

# Project, place, clauses that forbid, restrict or end it for certain, and those that may.
PROBES = [
    # A bakery, a school, a road, homes, a dentist that have nothing to do with it.
    ("C1411 new", GENERAL, "", ""),
    ("C1411 new", KEY, "", ""),
    ("C1411 new", PARK, "", ""),
    ("C1411 new", URBAN, "", ""),
    ("C1411 new noise=no", URBAN, "", ""),
    ("C1411 new noise=yes noise_area=yes", URBAN, "", ""),
    ("C1411 expand noise=yes noise_area=yes", URBAN, "", ""),
    ("C3311 new noise=yes noise_area=yes", URBAN, "N-UB-S1", ""),
    ("C3311 new", URBAN, "", "N-UB-S1"),
    ("C3311 new noise=yes noise_area=no", URBAN, "", ""),
    ("C1411 new near_sensitive=yes noise=no", URBAN, "", ""),
    ("P8321 new", URBAN, "", ""),
    ("Q8415 new", GENERAL, "", ""),
    ("E4812 new", KEY, "", ""),
    ("K7010 new", PARK, "", ""),
    ("C1411 new", at(None), "", ""),
    ("C1411 new", PRIORITY, "", "N-C1-S1"),
    ("C1411 new land_take=no", PRIORITY, "", ""),
    ("C1411 new land_take=yes", PRIORITY, "N-C1-S1", ""),
    ("C1411 rebuild", PRIORITY, "", ""),
    # Key units.
    ("C2614 new", KEY, "", ""),
    ("C2614 existing listed_for_withdrawal=yes", KEY, "", ""),
    ("C2614 existing listed_for_withdrawal=no", KEY, "", ""),
    ("C2614 new listed_for_withdrawal=yes", KEY, "", ""),
    ("P8321 existing", KEY, "", ""),
    # The red line.
    (f"C2614 new activity=factory {CALM}", RED, "N-RL-S2", ""),
    (f"C2614 new {CALM}", RED, "N-RL-S2", ""),
    (f"C2614 new activity=national_major_project {CALM}", RED, "", "N-RL-S2"),
    (f"C2614 new activity=listed_limited_activity {CALM}", RED, "N-RL-S2", ""),
    (f"E4812 new activity=listed_limited_activity {CALM}", RED, "", "N-RL-S2"),
    (f"E4812 new activity=infrastructure {CALM}", RED, "", "N-RL-S2"),
    (f"C1411 new activity=factory {CALM}", RED, "N-RL-S2", ""),
    (
        f"N7820 new activity=listed_limited_activity waste_site=landfill {HARMLESSLY}",
        RED,
        "N-RL-S6",
        "N-RL-S2",
    ),
    (
        f"N7724 expand activity=waste_facility waste_site=hazardous {HARMLESSLY}",
        RED,
        "N-RL-S2 N-RL-S6",
        "",
    ),
    ("K7010 existing rules_kept=no ecological_damage=no", RED, "N-RL-S4", ""),
    ("K7010 existing rules_kept=yes ecological_damage=no", RED, "", ""),
    ("B1012 existing rules_kept=yes ecological_damage=yes", RED, "", ""),
    (
        "A0121 new activity=land_reclaim land_take=yes ecological_damage=yes waste_site=none unused_land=yes",
        RED,
        "N-C1-S1 N-RL-S1 N-RL-S2 N-RL-E1",
        "",
    ),
    # Drinking water.
    (f"C1411 new {BUILT}", WATER_1, "N-DW1-S1", ""),
    (f"D4610 new activity=water_supply_facility {BUILT}", WATER_1, "", ""),
    (f"D4610 new {BUILT}", WATER_1, "N-DW1-S1", ""),
    ("D4610 new activity=water_supply_facility land_take=no outlet=yes", WATER_1, "", ""),
    ("E4812 new land_take=no outlet=no", WATER_1, "N-DW1-S1", ""),
    (f"A0412 new {BUILT}", WATER_1, "N-DW1-S1 N-DW1-S3", ""),
    ("A0412 existing", WATER_1, "N-DW1-S2 N-DW1-S3", ""),
    ("N7861 existing", WATER_1, "N-DW1-S2 N-DW1-S3", ""),
    ("D4620 new land_take=no", WATER_1, "N-DW1-S1", ""),
    (f"A0313 new discharge=water {BUILT}", WATER_2, "N-DW2-S1", ""),
    (f"A0313 new discharge=none {BUILT}", WATER_2, "", ""),
    ("A0313 existing discharge=sewer", WATER_2, "N-DW2-S2", ""),
    ("A0313 existing discharge=none", WATER_2, "", ""),
    ("D4620 expand discharge=water land_take=no", WATER_2, "N-DW2-S1", ""),
    ("C1411 new land_take=no", WATER_2, "", "N-DW2-S1"),
    (f"C1411 new discharge=sewer {BUILT}", WATER_ANY, "N-DWP-S1", "N-DWP-S2"),
    (f"E4812 new discharge=none {BUILT}", WATER_ANY, "", "N-DWP-S2"),
    ("H6110 new discharge=water land_take=no", WATER_ANY, "N-DWP-S1", "N-DWP-S2"),
    ("C1713 new heavy_water_pollution=yes", WATER_3, "N-DW3-S1", ""),
    ("C1713 rebuild heavy_water_pollution=yes", WATER_3, "", ""),
    ("C1411 new heavy_water_pollution=no", WATER_3, "", ""),
    ("P8321 new", WATER_3, "", ""),
    # Protected areas.
    ("C1411 new land_take=no outlet=no", NATIONAL_PARK, "N-PA-S3", ""),
    (f"N7712 new activity=listed_limited_activity {BUILT}", NATIONAL_PARK, "", "N-PA-S3"),
    ("C2211 new land_take=no outlet=no", RESERVE, "N-PA-S7", ""),
    (f"P8321 new {BUILT}", RESERVE, "N-PA-S7", ""),
    ("B1012 new land_take=yes outlet=no", NATURE_PARK, "N-C1-S1 N-PA-S5 N-PA-S8", ""),
    ("B1012 existing", NATURE_PARK, "N-PA-S5", ""),
    (f"A0121 new activity=land_reclaim {BUILT}", NATURE_PARK, "N-PA-S6 N-PA-S8", ""),
    (f"A0121 new activity=other {BUILT}", NATURE_PARK, "N-PA-S8", ""),
    (f"A0121 new {BUILT}", NATURE_PARK, "N-PA-S8", "N-PA-S6"),
    ("H6110 new land_take=no outlet=yes", NATURE_PARK, "N-PA-D1 N-PA-S8", ""),
    (f"N7861 new aim_conflict=yes {BUILT}", NATURE_PARK, "N-PA-S2 N-PA-S8", ""),
    (f"P8321 new {BUILT}", NATURE_PARK, "N-PA-S8", ""),
    (f"A0330 new {BUILT}", NATURE_PARK, "N-PA-E1 N-PA-S8", ""),
    # General ecological space.
    ("B1012 new land_take=yes", ECO, "N-C1-S1 N-ES-S1 N-ES-S2", ""),
    ("A0121 new land_take=yes slope=24", ECO, "N-C1-S1 N-ES-S1 N-ES-S2", ""),
    ("A0121 new land_take=no eco_land=no slope=25", ECO, "N-ES-S3", ""),
    ("A0212 new land_take=no eco_land=no slope=30", ECO, "", ""),
    ("E4812 new land_take=yes", ECO, "N-C1-S1 N-ES-S1", ""),
    ("E4812 new land_take=no eco_land=no", ECO, "", ""),
    ("A0241 existing eco_land=yes", ECO, "N-ES-E1", ""),
    ("A0313 existing", ECO, "", ""),
    ("H6110 new land_take=no outlet=no", CORE, "N-PA-S4 N-PA-S7", ""),
    ("M7310 new activity=listed_limited_activity land_take=no outlet=no", CORE, "", "N-PA-S4 N-PA-S7"),
    ("E4812 new activity=infrastructure land_take=no outlet=no", CORE, "N-PA-S4", "N-PA-S7"),
    ("A0252 existing activity=other", NATURE_PARK, "N-PA-E2", ""),
    ("A0252 existing activity=listed_limited_activity", NATURE_PARK, "", "N-PA-E2"),
    # Waters.
    ("C2614 new", at(2, "role:main_river"), "N-MR-S1", ""),
    ("C2614 rebuild", at(2, "role:main_river"), "", ""),
    ("I6511 new discharge=none source_grade=first land_take=no", WATER_ANY, "N-DWP-S2", ""),
    ("H6210 existing discharge=water", WATER_ANY, "N-DWP-S3", ""),
    (
        "K7010 new shoreline_use=yes land_take=yes outlet=no",
        RIVER_PRIORITY,
        "N-C1-S1 N-WP-S2",
        "",
    ),
    ("C1411 new outlet=yes fishery_water=yes land_take=no", RIVER_PRIORITY, "N-WP-S3", ""),
    (f"C1411 new {DRY}", RIVER_PRIORITY, "", "N-WP-S3"),
    (f"C1411 new outlet=yes fishery_water=no {DRY}", RIVER_PRIORITY, "", ""),
    (f"C1411 new outlet=no {DRY}", RIVER_PRIORITY, "", ""),
    ("C2614 new outlet=yes water_failing=yes", RIVER_KEY, "N-WK-D1", ""),
    ("D4620 new outlet=yes water_failing=yes activity=sewage_facility", RIVER_KEY, "", ""),
    ("C2221 new conforms_to_policy=no", RIVER_INDUSTRIAL, "", "N-WK-D1"),
    ("C2221 new conforms_to_policy=yes", RIVER_INDUSTRIAL, "", "N-WK-D1"),
    ("C2221 new", RIVER_INDUSTRIAL, "", "N-WK-D1"),
    ("C22 new conforms_to_policy=no", RIVER_INDUSTRIAL, "", "N-WK-D1"),
    ("C2614 new conforms_to_policy=no", RIVER_INDUSTRIAL, "", "N-WK-D1"),
    ("A0313 new", RIVER_FARMS, "", "N-WK-D1"),
    # Air.
    ("D4430 new air_emissions=yes land_take=no", AIR_PRIORITY, "N-AP-S1", ""),
    ("D4430 rebuild air_emissions=yes land_take=no", AIR_PRIORITY, "", ""),
    ("P8321 new air_emissions=no land_take=no", AIR_PRIORITY, "", ""),
    ("C3011 new", AIR_HIGH, "", ""),
    ("C2614 rebuild", AIR_HIGH, "", ""),
    ("D4416 new", AIR_HIGH, "", ""),
    ("C1411 new", AIR_HIGH, "", ""),
    ("C3110 new heavy_air_pollution=yes", AIR_LAYOUT, "N-AL-S1", ""),
    ("C3110 new heavy_air_pollution=yes", AIR_WEAK, "N-AW-S1", ""),
    ("E4812 new", AIR_WEAK, "", ""),
    ("H6210 new dwelling_block=yes cooking_fumes=yes boiler=none", AIR_HOMES, "N-AR-S1", ""),
    ("H6210 new dwelling_block=no cooking_fumes=yes boiler=none", AIR_HOMES, "", ""),
    ("C1411 new dwelling_block=yes cooking_fumes=yes boiler=none", AIR_HOMES, "", ""),
    ("D4430 new boiler=coal_heating heat_network=yes", AIR_HOMES, "", ""),
    ("D4430 new boiler=coal_heating heat_network=no", AIR_HOMES, "", ""),
    ("P8321 existing boiler=coal_heating heat_network=yes standards_met=no", AIR_HOMES, "N-AR-E2", ""),
    # Towns, resources, soil.
    ("C3360 new near_sensitive=yes soil_pollution=yes noise=no", URBAN, "", ""),
    ("C3360 new near_sensitive=no soil_pollution=yes noise=no", URBAN, "", ""),
    ("D4610 new groundwater=yes", GROUNDWATER, "N-GW-S1 N-GW-E1", ""),
    ("D4610 new groundwater=no", GROUNDWATER, "", ""),
    ("D4610 existing groundwater=yes", GROUNDWATER, "N-GW-S1 N-GW-E1", "N-GW-E2"),
    ("D4610 existing groundwater=yes groundwater_zone=banned", GROUNDWATER, "N-GW-S1 N-GW-E1 N-GW-E2", ""),
    ("D4610 expand groundwater=yes", GROUNDWATER_CLOSED, "N-GW-S1 N-GW-E1 N-GW-E4", ""),
    ("D4610 expand groundwater=yes", GROUNDWATER_LIMITED, "N-GW-S1 N-GW-E1 N-GW-E5", ""),
    ("K7010 new farmland_conversion=yes", LAND, "N-LD-S1", ""),
    ("D4430 new fuel=coal", FUEL_BAN, "N-FB-S2", ""),
    ("D4430 new", FUEL_BAN, "", "N-FB-S2"),
    ("C1411 expand fuel=petcoke", FUEL_BAN, "", ""),
    ("D4430 new fuel=gas", FUEL_BAN, "", ""),
    ("C1411 new fuel=electricity", FUEL_BAN, "", ""),
    ("D4430 existing fuel=coal listed_for_withdrawal=no", FUEL_BAN, "N-FB-E1", ""),
    ("C2614 new soil_pollution=yes", FARM_SOIL, "N-SP-S1", ""),
    ("C2614 existing soil_pollution=yes", FARM_SOIL, "N-SP-S2", ""),
    ("A0313 new soil_pollution=no", FARM_SOIL, "", ""),
    ("C1411 new", FARM_SOIL, "", ""),
    ("K7010 new soil_listed=yes land_use=residential soil_target_met=yes", PLOT, "N-SC-S1", ""),
    ("K7010 new soil_listed=no", PLOT, "", ""),
    ("C3411 new soil_listed=yes land_use=industrial soil_target_met=no", PLOT, "N-SC-R2", ""),
    ("N7726 new soil_listed=yes land_use=other soil_target_met=no activity=soil_remediation", PLOT, "", ""),
    ("C2614 new soil_pollution=yes", FARMLAND, "N-FL-S1 N-FL-S2", ""),
    ("E4812 new", FARMLAND, "", "N-FL-S1 N-FL-S3"),
    ("C1411 new", FARMLAND, "N-FL-S1", ""),
    ("C1411 new farmland_approved=yes", FARMLAND, "", "N-FL-S1"),
    ("D4420 new farmland_approved=no", FARMLAND, "N-FL-S1", ""),
    ("N7820 new waste_site=landfill soil_pollution=no", FARMLAND, "N-FL-S1 N-FL-S3", ""),
    ("A0111 new", FARMLAND, "", ""),
    # Sea and shores.
    ("A0411 existing farming_ban=yes", SEA_3, "N-SE3-S2", ""),
    ("E4823 new fills_water=yes", SEA_3, "N-SE-S2", ""),
    ("B1019 new strict_shoreline=yes fills_water=no", SEA_3, "N-SE-S3", ""),
    ("C2614 new outlet=yes special_sea=yes ecological_damage=no fills_water=no land_take=no", SEA_1, "", ""),
    ("E4823 new outlet=no special_sea=yes ecological_damage=yes fills_water=no land_take=no", SEA_1, "N-SE1-S1", ""),
    ("A0411 new feeding=yes sea_over_nutrient=yes outlet=no fills_water=no", SEA_2, "", ""),
    ("C2614 new outlet=yes poor_flushing=yes fills_water=no", SEA_2, "N-SE2-D2", ""),
    ("K7010 new natural_shoreline=yes shoreline_use=no", SHORE, "N-SL-S1", ""),
    ("G5532 new natural_shoreline=no shoreline_use=yes", SHORE, "N-SL-S2", ""),
    # What stands, or is not what the clause means.
    ("N7861 existing aim_conflict=yes", NATURE_PARK, "", ""),
    ("C2211 existing reserve_harm=yes", RESERVE, "", ""),
    ("A0121 existing eco_land=yes", ECO, "", ""),
    ("B1012 new eco_land=no land_take=no", ECO, "", ""),
    ("C2221 existing conforms_to_policy=no listed_for_withdrawal=no", RIVER_INDUSTRIAL, "", ""),
    ("C3110 existing heavy_air_pollution=yes listed_for_withdrawal=no", AIR_LAYOUT, "", ""),
    ("C3110 existing heavy_air_pollution=yes listed_for_withdrawal=no", AIR_WEAK, "", ""),
    ("C2614 existing outlet=yes special_sea=yes ecological_damage=no", SEA_1, "", ""),
    ("C2614 new outlet=no special_sea=yes ecological_damage=no fills_water=no land_take=no", SEA_1, "", ""),
    ("A0411 existing feeding=yes sea_over_nutrient=yes", SEA_2, "", ""),
    ("A0411 new farming_ban=yes fills_water=no", SEA_3, "", ""),
    # Paints and glues high in VOCs among homes; sand of the strictly protected shore.
    ("C2641 new boiler=none", AIR_HOMES, "", "N-AR-S3"),
    ("C2641 new high_voc=yes boiler=none", AIR_HOMES, "N-AR-S3", ""),
    ("C2641 existing high_voc=yes boiler=none listed_for_withdrawal=no", AIR_HOMES, "", ""),
    ("C1411 new high_voc=yes boiler=none", AIR_HOMES, "", ""),
    ("B1019 existing listed_for_withdrawal=no", SHORE_STRICT, "N-SL-S6", ""),
    ("H6110 new", SHORE_STRICT, "", "N-SL-S1 N-SL-S2 N-SL-S3"),
    ("H6110 new strict_shoreline=yes natural_shoreline=no shoreline_use=no", SHORE_STRICT, "N-SL-S3", ""),
    (
        "H6110 new strict_shoreline=yes activity=national_defence natural_shoreline=no shoreline_use=no",
        SHORE_STRICT,
        "",
        "",
    ),
    ("H6110 new coast_change=yes natural_shoreline=no shoreline_use=no", SHORE_LIMITED, "N-SL-S4", ""),
    ("H6110 new coast_change=no natural_shoreline=no shoreline_use=no", SHORE_LIMITED, "", ""),
    ("B1019 existing listed_for_withdrawal=no", SHORE, "", ""),
    ("B1012 existing listed_for_withdrawal=no", SHORE_STRICT, "", ""),
]


@pytest.mark.parametrize(("words", "place", "certain", "maybe"), PROBES)
def test_a_project_is_forbidden_or_restricted_by_these_clauses_and_by_no_other(words, place, certain, maybe):
    found = {clause: state for clause, state in applying(place, words)[1].items() if EFFECT[clause] in GRAVE}
    found = {clause: state for clause, state in found.items() if clause not in NATIONWIDE}
    assert found == dict.fromkeys(certain.split(), "yes") | dict.fromkeys(maybe.split(), "maybe")


# Project, place, clauses of other effects that apply for certain, beside the two that hold everywhere.
ASKS = [
    ("C1411 new", GENERAL, "N-C3-S1 N-C3-E1 N-GE-R1"),
    ("A0313 new discharge=water", GENERAL, "N-C3-S1 N-C3-D1 N-C3-E1 N-GE-S1 N-GE-D1 N-GE-R1 N-GE-E1"),
    ("Q8415 existing discharge=sewer", GENERAL, "N-C3-D1 N-GE-R1"),
    ("C1411 new eia=none", KEY, ""),
    ("C2614 existing permit=key risk_source=yes", KEY, "N-C2-D2 N-C2-R1 N-C2-E1"),
    ("E4812 new activity=listed_limited_activity land_take=no", RED, "N-RL-S3 N-RL-R1"),
    ("D4430 new key_air_region=yes fuel=coal air_emissions=yes", AIR_LAYOUT, "N-AL-R1 N-AK-D1"),
    ("D4430 new fuel=gas air_emissions=yes", AIR_LAYOUT, "N-AL-R1 N-AK-D1"),
    ("C1411 expand noise=yes noise_area=yes", URBAN, ""),
    ("D4610 new takes_water=yes", WATER_FLOW, "N-EF-S1 N-EF-E1"),
    ("E4812 new", FARMLAND, "N-C3-S1 N-C3-E1"),
    ("D4620 new outlet=yes fishery_water=no", RIVER_PRIORITY, "N-WZ-D1"),
    ("A0313 new", RIVER_FARMS, "N-WA-S1 N-WA-D1 N-WA-R1"),
    ("B0610 new", at(2, "role:resource_zone:natural"), "N-NR-E1"),
    ("C2614 existing discharge=water risk_source=yes", PRIORITY, "N-C1-D1 N-C1-R1"),
    ("B1012 new", PRIORITY, "N-C1-E1"),
    ("A0121 existing", WATER_2, "N-C1-E1 N-DW2-D2"),
    ("A0412 existing", WATER_2, "N-C1-E1 N-DW2-R1"),
    ("D4610 existing", WATER_1, "N-C1-E1 N-DW-R1 N-DW-E1"),
    ("N7620 existing", WATER_3, "N-DW-R1 N-DW-E1 N-DW3-R1"),
    ("N7711 existing", NATURE_PARK, "N-PA-R1 N-PA-R2"),
    ("H6110 new outlet=yes", NATURE_PARK, "N-PA-S1 N-PA-D2 N-PA-R1"),
    ("A0251 existing", NATURE_PARK, "N-C1-E1 N-PA-R1"),
    ("E4812 new soil_erosion=yes", ECO, "N-ES-D1 N-ES-R1"),
    ("D4413 existing risk_source=yes", RIVER_PRIORITY, "N-C1-R1 N-C1-E1 N-WP-R1 N-WP-E1"),
    (
        "C2614 existing discharge=sewer toxic_pollutants=yes",
        RIVER_INDUSTRIAL,
        "N-C2-E1 N-WI-D1 N-WI-R1 N-WI-E1",
    ),
    ("D4620 existing", RIVER_URBAN, "N-C2-E1 N-WU-S1 N-WU-D1 N-WU-R1 N-WU-E1"),
    ("P8321 new", RIVER_URBAN, ""),
    ("A0121 existing", RIVER_FARMS, "N-WA-R1 N-WA-E1"),
    ("D4430 existing fuel=coal air_emissions=yes", AIR_PRIORITY, "N-AP-D1 N-AP-R1 N-AP-E1"),
    ("C2614 existing air_emissions=yes", at(2, "role:air_zone:key"), "N-C2-E1 N-AK-D1"),
    ("C3011 existing toxic_pollutants=yes", AIR_HIGH, "N-C2-E1 N-AH-D1 N-AH-R1"),
    ("C3011 new key_air_region=yes fuel=coal", AIR_HIGH, "N-AH-D1"),
    ("C2641 new voc_emissions=yes", AIR_LAYOUT, "N-AK-D2"),
    ("C3011 new fuel=coal", AIR_WEAK, "N-AW-D1 N-AW-R1 N-AW-E1"),
    ("P8321 new construction=yes", AIR_HOMES, "N-AR-D1"),
    ("A0313 existing odour=yes", AIR_HOMES, "N-AR-S2"),
    ("N7724 existing toxic_pollutants=yes", AIR_HOMES, "N-AR-R1"),
    (
        "C2614 new discharge=sewer eia=form soil_key_unit=yes",
        PARK,
        "N-C2-S1 N-IP-S1 N-IP-D1 N-IP-D2 N-IP-R1 N-IP-R2 N-IP-E1",
    ),
    ("K7010 new land_use=residential land_change=yes land_take=yes", URBAN, "N-UB-R1 N-UB-E1"),
    ("H6210 existing", URBAN, "N-UB-D1"),
    ("D4413 existing", WATER_FLOW, "N-C2-E1 N-EF-R1"),
    ("C2614 new outlet=yes", WATER_FLOW, "N-EF-D1"),
    ("D4610 existing groundwater=yes", GROUNDWATER, "N-C2-E1 N-GW-D1 N-GW-R1"),
    ("D4610 new groundwater=yes", GROUNDWATER, "N-GW-D1 N-GW-R1 N-GW-E3"),
    ("C2614 new adds_key_pollutant=yes", at(None, "role:air_zone:key"), "N-AK-D3"),
    ("H6110 new coast_change=yes", at(None, "role:shoreline:general"), "N-SL-S5"),
    ("K7010 new land_take=yes", LAND, "N-LD-E1"),
    ("P8321 new", FUEL_BAN, "N-FB-D1 N-FB-S1"),
    ("A0121 existing", FARM_SOIL, "N-SP-D1 N-SP-R1"),
    ("A0121 existing", at(3, "role:soil_zone:farmland_risk"), "N-SF-D1 N-SF-R1"),
    ("N7726 new soil_listed=yes", PLOT, "N-SC-R1 N-SC-D1"),
    (
        "A0411 new outlet=yes risk_source=yes",
        SEA_3,
        "N-C3-S1 N-C3-R1 N-C3-E1 N-SE-S1 N-SE-D1 N-SE-D2 N-SE-R1 N-SE3-S1",
    ),
    ("A0421 existing", SEA_3, "N-SE-D1 N-SE-E1"),
    ("A0171 existing", NATURE_PARK, "N-C1-E1 N-PA-R1"),
]


@pytest.mark.parametrize(("words", "place", "certain"), ASKS)
def test_a_project_is_asked_and_told_this_for_certain(words, place, certain):
    found = applying(place, words)[1]
    said = {one for one, state in found.items() if state == "yes" and EFFECT[one] not in GRAVE}
    assert said - NATIONWIDE == set(certain.split())


# A project anywhere, the nation-wide clauses that forbid, restrict or end it, and those that ask something of it.
ANYWHERE = [
    ("C1411 new", "", "N-ALL-S3"),
    ("P8321 new", "", ""),
    ("A0111 existing", "", ""),
    ("C2614 existing listed_for_withdrawal=yes", "N-ALL-S2", ""),
    ("C2221 new conforms_to_policy=no", "N-ALL-S4", "N-ALL-S3"),
    ("C3011 rebuild", "N-ALL-S6", "N-ALL-S3 N-ALL-S14"),
    ("C3311 expand noise=yes noise_area=yes", "", "N-ALL-S3 N-ALL-S9"),
    ("H6210 new cooking_fumes=yes dwelling_block=no", "", "N-ALL-D4"),
    ("D4430 new fuel=coal key_air_region=yes", "", "N-ALL-S3 N-ALL-E1"),
    ("E4831 new fills_water=yes", "", ""),
]


@pytest.mark.parametrize(("words", "grave", "asked"), ANYWHERE)
def test_what_holds_in_the_whole_country_is_limited_by_industry_nature_and_facts(words, grave, asked):
    found = {one for one, state in applying(at(None), words)[1].items() if state == "yes"} - TOLD
    assert found == {*grave.split(), *asked.split()}
    assert applying(GENERAL, words)[1].keys() >= found


def test_these_alone_ask_every_new_project():
    asking = LIBRARY[LIBRARY["effect"].isin(["condition", "offset"])].itertuples()
    everyone = {row.id for row in asking if not {"industries", "when", "limit"} & set(row.terms)}
    assert everyone == {"N-C3-S1", "N-C3-E1", "N-PA-S1", "N-IP-S1", "N-SE-S1"}


NO_SHORE = "fills_water=no outlet=no"
# What an approval hangs on: kept, not known, broken.
LIMITS = [
    ("N-C2-S1", KEY, "C2614 new eia=form", "siting_conforms=yes", "siting_conforms=no"),
    ("N-ALL-S3", GENERAL, "C1411 new", "listed_for_withdrawal=no", "listed_for_withdrawal=yes"),
    ("N-ALL-S5", PARK, "C2614 new", "in_park=yes", "in_park=no"),
    ("N-ALL-S7", GENERAL, "C2614 rebuild soil_pollution=yes", "near_sensitive=no", "near_sensitive=yes"),
    ("N-ALL-S8", URBAN, "C1411 new noise=yes", "noise_area=no", "noise_area=yes"),
    ("N-ALL-S10", KEY, "H6210 new cooking_fumes=yes", "dwelling_block=no", "dwelling_block=yes"),
    ("N-ALL-S11", GENERAL, "A0313 new", "farming_ban=no", "farming_ban=yes"),
    ("N-ALL-S12", GENERAL, "K7010 new", "fills_water=no", "fills_water=yes"),
    ("N-ALL-S13", GENERAL, "D4430 new boiler=coal_heating", "heat_network=no", "heat_network=yes"),
    ("N-ALL-S14", GENERAL, "C3011 new", "conforms_to_policy=yes", "conforms_to_policy=no"),
    ("N-ALL-S15", GENERAL, "C2614 new", "karst_or_spring=no", "karst_or_spring=yes"),
    ("N-ALL-D2", AIR_WEAK, "C1411 new eia=report", "measures_enough=yes", "measures_enough=no"),
    ("N-ALL-D3", GENERAL, "C2614 new adds_key_pollutant=yes", "over_total=no", "over_total=yes"),
    ("N-RL-S5", RED, "A0111 existing rules_kept=yes", "ecological_damage=no", "ecological_damage=yes"),
    ("N-DW1-D1", WATER_1, "D4610 new activity=water_supply_facility land_take=no", "outlet=no", "outlet=yes"),
    ("N-DW2-D1", WATER_2, "I6511 new discharge=none land_take=no", "outlet=no", "outlet=yes"),
    ("N-DWP-D1", WATER_ANY, "I6511 new discharge=none source_grade=second land_take=no", "outlet=no", "outlet=yes"),
    ("N-DW3-D1", WATER_3, "C2614 rebuild", "discharge_change=0", "discharge_change=0.5"),
    ("N-WP-D2", RIVER_PRIORITY, "C3311 new outlet=yes land_take=no", "fishery_water=no", "fishery_water=yes"),
    ("N-FB-S1", FUEL_BAN, "C1411 new", "fuel=gas", "fuel=petcoke"),
    ("N-SE-D3", SEA_1, f"C1411 new outlet=yes fills_water=no {HARMLESSLY}", "special_sea=no", "special_sea=yes"),
    ("N-SE-D4", SEA_2, f"A0411 new feeding=yes {NO_SHORE}", "sea_over_nutrient=no", "sea_over_nutrient=yes"),
]  # fmt: skip
MILDER = ("no_conflict", "conditional", "restrict")


@pytest.mark.parametrize(("clause", "place", "words", "kept", "broken"), LIMITS)
def test_a_project_that_breaks_what_its_approval_hangs_on_is_prohibited(clause, place, words, kept, broken):
    assert applying(place, words)[0] in MILDER
    verdict, found = applying(place, f"{words} {kept}")
    assert (verdict in MILDER, found[clause]) == (True, "met")
    verdict, found = applying(place, f"{words} {broken}")
    assert (verdict, found[clause]) == ("prohibit", "yes")


def test_each_clause_is_met_by_a_project_of_these_tables():
    met = {clause for *_, certain, _ in PROBES for clause in certain.split()}
    met |= {clause for *_, certain in ASKS for clause in certain.split()}
    met |= {clause for _, *both in ANYWHERE for certain in both for clause in certain.split()}
    met |= TOLD | {clause for clause, *_ in LIMITS}
    assert set(EFFECT) - met == set()


@pytest.mark.parametrize(
    ("place", "words", "verdict"),
    [
        (GROUNDWATER, "new", "restrict"),
        (GROUNDWATER, "new groundwater_zone=other", "restrict"),
        (GROUNDWATER, "new groundwater_zone=limited", "prohibit"),
        (GROUNDWATER, "new groundwater_zone=banned", "prohibit"),
        (GROUNDWATER, "existing groundwater_zone=banned", "restrict"),
        (GROUNDWATER_LIMITED, "new", "prohibit"),
        (GROUNDWATER_LIMITED, "rebuild", "restrict"),
        (GROUNDWATER_LIMITED, "existing", "restrict"),
        (GROUNDWATER_CLOSED, "rebuild", "prohibit"),
        (GROUNDWATER_CLOSED, "existing", "restrict"),
        (GROUNDWATER_CLOSED, "new groundwater_emergency=yes", "needs_review"),
    ],
)
def test_where_groundwater_is_closed_none_is_taken_and_where_it_is_limited_no_more(place, words, verdict):
    assert applying(place, f"C1411 {words} groundwater=yes")[0] == verdict


CASES = [*((words, place, certain) for words, place, certain, _ in PROBES), *ASKS]


def test_each_fact_that_is_said_decides_something():
    for words, place, certain in CASES:
        said = words.split() if certain else []
        for fact in said[2:]:
            fewer = " ".join(one for one in said if one != fact)
            assert applying(place, fewer)[1] != applying(place, words)[1], (words, fact)


def test_without_its_zone_only_the_clauses_of_the_category_are_left():
    for words, place, _ in CASES:
        assert set(applying(at(None), words)[1]) <= NATIONWIDE, words
        for category in (token[-1] for token in place if token.startswith("category:")):
            left = applying(at(int(category)), words)[1]
            assert all(clause in NATIONWIDE or clause.startswith(f"N-C{category}-") for clause in left), words


def test_the_kinds_of_building_are_those_the_text_names():
    said = {"新建": "new", "扩建": "expand", "改建": "rebuild"}
    checked = 0
    for row in LIBRARY.itertuples():
        stands = any(word in row.text for word in ("现有", "既有", "已建成"))
        named = {"existing"} if stands else {nature for word, nature in said.items() if word in row.text}
        if named:
            assert set(row.terms["applies_to"]) == named, row.id
            checked += 1
    assert checked == 38


# Facts of which yes is the harmless answer.
GOOD = {
    "rules_kept",
    "standards_met",
    "soil_target_met",
    "conforms_to_policy",
    "siting_conforms",
    "in_park",
    "measures_enough",
    "farmland_approved",
}
HARMLESS = {"bakery": "C1411", "school": "P8321", "road": "E4812", "homes": "K7010", "dentist": "Q8415"}
# A whole place is closed to building here, not to a kind of project; the rest may only ask.
CLOSED = {"N-DW1-S1", "N-RL-S2", "N-PA-S3", "N-PA-S4", "N-PA-S7", "N-PA-S8", "N-FL-S1"}


def every_place() -> dict[str, dict[str, str]]:
    """Give a place for each scope that the library names."""
    places = {"": at(None)}
    for row in LIBRARY.itertuples():
        kinds = [token for token in row.terms.get("scope", ()) if token.startswith(("role:", "kind:"))]
        places[f"{row.category} {kinds}"] = at(row.category or None, *kinds)
    return places


@pytest.mark.parametrize("code", HARMLESS.values(), ids=HARMLESS)
def test_nothing_unrelated_is_forbidden_or_restricted_for_certain_where_no_fact_is_known(code):
    for name, place in every_place().items():
        found = applying(place, f"{code} new")[1]
        certain = {one for one, state in found.items() if state == "yes" and EFFECT[one] in GRAVE}
        assert certain <= {*CLOSED, "N-ES-S1"}, (
            name
        )  # general ecological space is such land, unless somebody says otherwise


@pytest.mark.parametrize("code", HARMLESS.values(), ids=HARMLESS)
def test_nothing_unrelated_is_even_in_doubt_once_its_facts_are_denied(code):
    known = [f"{key}={'yes' if key in GOOD else 'no'}" for key, fact in FACTS.by_id.items() if fact.kind == "yes_no"]
    known += [
        "discharge=none",
        "fuel=electricity",
        "boiler=none",
        "waste_site=none",
        "land_use=other",
        "activity=other",
        "source_grade=second",
    ]
    for name, place in every_place().items():
        found = {one for one in applying(place, f"{code} new {' '.join(known)}")[1] if EFFECT[one] in GRAVE}
        assert found <= CLOSED, name


# Clauses that forbid, restrict or end projects of any trade, where all that they ask for is so.
ANY_TRADE = {
    "new": """
        N-C1-S1 N-RL-S1 N-RL-S2 N-RL-S6 N-RL-E1 N-DW1-S1 N-DW2-S1 N-DWP-S1 N-DWP-S2 N-PA-S3 N-PA-S4 N-PA-S7 N-PA-S8
        N-PA-D1 N-ES-S1 N-WK-D1 N-GW-S1 N-GW-E1 N-GW-E4 N-GW-E5 N-LD-S1 N-SC-S1 N-SC-R2 N-FL-S1 N-SE-S2
        N-SE1-S1 N-SE2-D2 N-SL-S1 N-SL-S2
    """,
    "existing": "N-RL-S4 N-DW1-S2 N-DW2-S2 N-DWP-S3 N-AR-E2 N-GW-S1 N-GW-E1 N-GW-E2 N-FB-E1",
}


@pytest.mark.parametrize("nature", ANY_TRADE)
def test_these_alone_mean_projects_of_any_trade(nature):
    known = [f"{key}={'no' if key in GOOD else 'yes'}" for key, fact in FACTS.by_id.items() if fact.kind == "yes_no"]
    known += ["discharge=water", "fuel=coal", "boiler=coal_heating", "waste_site=landfill", "land_use=residential"]
    known.append("groundwater_zone=banned")
    everywhere = {token: "in" for place in every_place().values() for token in place}
    found = applying(everywhere, f"T9700 {nature} activity=other {' '.join(known)}")[1]
    assert {one for one in found if EFFECT[one] in GRAVE} == set(ANY_TRADE[nature].split())


def test_a_clause_of_a_whole_category_that_forbids_or_restricts_says_which_projects():
    for row in LIBRARY.itertuples():
        scope = row.terms.get("scope", [])
        if row.effect in GRAVE and all(token.startswith("category:") for token in scope):
            assert row.terms.get("industries") or row.terms.get("when"), row.id


def test_a_clause_of_a_zone_holds_in_the_zone_whatever_the_unit_is():
    zoned = [row for row in LIBRARY.itertuples() if any(one.startswith("role:") for one in row.terms.get("scope", ()))]
    assert zoned
    assert [row.id for row in zoned if row.category] == []


def test_what_ends_is_what_stands():
    for row in LIBRARY[LIBRARY["effect"] == "exit"].itertuples():
        assert "existing" in row.terms["applies_to"], row.id
        assert "new" not in row.terms["applies_to"], row.id


def test_each_clause_rests_on_a_known_law_and_says_its_part_of_the_dimension():
    laws = read_laws(PROFILE).by_id
    for row in LIBRARY.itertuples():
        assert row.law in laws, row.id
        assert row.sub.startswith(f"{row.dimension}_"), row.id
        assert not (row.verified and "待核" in row.basis), row.id
        assert row.verified == bool(row.checked_source and row.checked_on), row.id


def test_each_industry_and_fact_of_a_clause_is_known():
    for clause, terms in CLAUSES.items():
        exempt = [code for one in terms.get("unless", ()) for code in one.get("industries", ())]
        named = [*terms.get("industries", ()), *exempt]
        assert not INDUSTRIES.empty_groups(named), clause
        assert all(INDUSTRIES.known(code) for code in INDUSTRIES.expand(named)), clause
        limit = [terms["limit"]] if "limit" in terms else []
        for condition in (*terms.get("when", ()), *terms.get("unless", ()), *limit):
            assert condition["fact"] in FACTS.by_id, clause


def test_only_the_offset_of_coal_has_a_ratio():
    offsets = LIBRARY[(LIBRARY["pollutant"] != "") | (LIBRARY["ratio"] != "")]
    assert offsets["id"].tolist() == ["N-ALL-E1"]
    assert set(offsets["effect"]) == {"offset"}
    assert [terms["ratio"] for terms in offsets["terms"]] == [1]


def test_the_clauses_are_so_many_of_each_effect():
    assert Counter(LIBRARY["effect"]) == {
        "prohibit": 41,
        "restrict": 17,
        "condition": 95,
        "offset": 1,
        "exit": 10,
        "inform": 18,
        "allow": 1,
    }
