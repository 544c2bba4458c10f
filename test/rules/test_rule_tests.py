"""The rule-table tester: ten faulty tables all found, clean ones without a word."""

from __future__ import annotations

import csv
import dataclasses
import itertools

import pytest
from control_units.delineation.case.finding_texts import load_texts, message
from control_units.delineation.rules.table import read_rules
from control_units.delineation.rules.tester import check_rule_table as check_rules
from synthetic import national

TEXTS = load_texts()
SWITCHED = {
    name: (False, True)
    if isinstance(value, bool)
    else national()["switch_values"][name]
    if isinstance(value, str)
    else (0.0, 1e4)
    for name, value in national()["switches"].items()
}


def row(name: str, precedence: int, role: str, effect: str, **more: str) -> dict[str, str]:
    return {"id": name, "precedence": str(precedence), "role": role, "effect": effect, **more}


def remarks(folder, *rows: dict[str, str], extra_roles=(), **switches):
    """What the tester says of the national table with these rows added or replaced."""
    path = None
    if rows:
        path = folder / "extra.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(key for one in rows for key in one)))
            writer.writeheader()
            writer.writerows(rows)
    return check_rules(read_rules(national(), switches, path), national(), extra_roles)


def said(remark, language):
    return message(remark.finding(), TEXTS, language)


# What is wrong, the rows that make it so, the rows the remark names.
FAULTY = [
    ("contradictory", [row("X1", 60, "water_zone", "1", zone="urban")], ("R19", "X1")),
    ("contradictory", [row("X1", 80, "industrial_park", "attribute")], ("R14", "X1")),
    (
        "contradictory",
        [
            row("X1", 5, "catchment", "1", inside="sea"),
            row("X2", 5, "catchment", "2", inside="sea"),
        ],
        ("X1", "X2"),
    ),
    ("unreachable", [row("X1", 50, "red_line", "2")], ("X1",)),
    ("unreachable", [row("X1", 200, "farmland", "1"), row("X2", 100, "farmland", "2", inside="sea")], ("X2",)),
    ("unreachable", [row("X1", 9, "catchment", "1", inside="sea", outside="sea")], ("X1",)),
    ("unreachable", [row("X1", 9, "catchment", "1", switch="built_up_in_water_priority=general")], ("X1",)),
    ("unreachable", [row("X1", 60, "water_zone", "2", zone="urban|industrial")], ("X1",)),
    ("missing", [row("R20", 58, "air_zone", "2", zone="high_emission|layout_sensitive|weak_dispersion|key")], ()),
    ("missing", [row("R04", 110, "protected_area", "1", inside="township")], ()),
    ("unknown", [row("X1", 9, "wetland", "1")], ("X1",)),
    ("unknown", [row("X1", 9, "water_zone", "1", zone="industry")], ("X1",)),
    ("unknown", [row("X1", 9, "catchment", "1", inside="water_zone:industry")], ("X1",)),
    ("missing", [row("R14a", 79, "industrial_park", "attribute", grade="city")], ()),
    ("contradictory", [row("X1", 80, "industrial_park", "1", grade="province")], ("R14", "X1")),
    ("unreachable", [row("X1", 70, "industrial_park", "2", grade="province|national")], ("X1",)),
    ("unknown", [row("X1", 9, "industrial_park", "1", grade="village")], ("X1",)),
]


@pytest.mark.parametrize(("kind", "rows", "named"), FAULTY)
def test_every_faulty_table_is_found_and_nothing_else_said(tmp_path, kind, rows, named):
    found = remarks(tmp_path, *rows)
    assert {(remark.kind, remark.rules) for remark in found} == {(kind, named)}
    for language in ("zh", "en"):
        assert all(name in said(remark, language) for remark in found for name in named)
        assert not any("{" in said(remark, language) for remark in found)


def test_the_missing_zone_is_named(tmp_path):
    found = remarks(tmp_path, FAULTY[8][1][0])
    assert [(remark.role, remark.zones) for remark in found] == [("air_zone", ("receptor_sensitive",))]
    assert said(found[0], "en").endswith("air environment zone (sensitive receptors): it decides nothing")


def test_several_faults_are_all_found(tmp_path):
    rows = [FAULTY[number][1][0] | {"id": f"Y{number}"} for number in (0, 3, 5, 10, 11)]
    kinds = [remark.kind for remark in remarks(tmp_path, *rows)]
    assert sorted(kinds) == ["contradictory", "unknown", "unknown", "unreachable", "unreachable"]


def test_the_national_table_is_clean_under_every_combination_of_switches(tmp_path):
    alarms = set()
    for values in itertools.product(*SWITCHED.values()):
        for remark in remarks(tmp_path, **dict(zip(SWITCHED, values, strict=True))):
            alarms.add((remark.kind, said(remark, "en")))
    assert alarms == set()


CLEAN = [
    [row("X1", 80, "industrial_park", "1", grade="county")],
    [row("X1", 70, "industrial_park", "2", grade="province|county")],
    [row("X1", 10, "catchment", "2")],
    [row("X1", 10, "catchment", "attribute")],
    [row("X1", 200, "farmland", "1", inside="catchment")],
    # Stricter, and only in a part; at equal precedence and under another condition.
    [row("X1", 80, "industrial_park", "1", inside="water_zone:urban")],
    # Above an attribute, which decides nothing and shadows nothing.
    [row("X1", 10, "farmland", "2")],
    [row("X1", 65, "spatial_plan", "2", zone="矿产资源控制线")],
    [row("X1", 90, "drinking_water", "2", zone="3", inside="industrial_park")],
    [row("X1", 3, "unit", "2"), row("X2", 3, "village", "2")],
    [row("R16a", 70, "urban_boundary", "2", zone="elastic", switch="elastic_raises=true")],
    [row("X1", 5, "catchment", "1", inside="sea:key", outside="sea:priority")],
]


@pytest.mark.parametrize("rows", CLEAN)
def test_clean_tables_give_no_alarm(tmp_path, rows):
    assert remarks(tmp_path, *rows) == []


def test_the_names_of_rasters_are_known_roles(tmp_path):
    zoned = row("X1", 55, "carrying_capacity", "2", zone="eco_important")
    assert [remark.kind for remark in remarks(tmp_path, zoned)] == ["unknown"]
    assert remarks(tmp_path, zoned, extra_roles={"carrying_capacity": ["eco_important"]}) == []
    gap = remarks(tmp_path, zoned, extra_roles={"carrying_capacity": ["eco_important", "eco_other"]})
    assert [(remark.kind, remark.zones) for remark in gap] == [("missing", ("eco_other",))]


def test_inactive_rows_contradict_nobody():
    table = read_rules(national(), {})
    off = dataclasses.replace(table, active=tuple(False for _ in table.rows))
    kinds = {remark.kind for remark in check_rules(off, national())}
    assert kinds == {"missing"}
