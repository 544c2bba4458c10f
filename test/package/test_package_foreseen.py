"""A package before it is made: its folder's name, what nobody says of the place, documents; reasons for errors."""

from __future__ import annotations

from dataclasses import replace

import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.filled_tables import read_rows
from control_units.delineation.package.accepting import write_reasons
from control_units.delineation.package.build import package
from control_units.delineation.package.foreseen import Slot, documents_for, foresee
from control_units.delineation.package.profile import read_package_profile
from control_units.delineation.plan.file import read_plan
from sample_plan import sample_plan, write_sample_plan

LAYOUT = """title = "简"
folder = "{code}{province}{city}成果"
[[file]]
path = "单元.gpkg"
kind = "layer"
of = "units"
[[file]]
path = "单元.gpkg"
kind = "layer"
of = "zones"
[[file]]
path = "附件/批准"
kind = "slot"
title = "批准文件"
words = "批准"
[[file]]
path = "附件/评审"
kind = "slot"
words = "评审"
"""


@pytest.fixture
def layout(tmp_path):
    (tmp_path / "layout.toml").write_text(LAYOUT, encoding="utf-8")
    return read_package_profile(tmp_path / "layout.toml")


def test_the_place_is_what_the_plan_states_and_the_layout_goes_first(layout):
    plan = sample_plan()
    # The province is that of the counties' codes.
    assert foresee(plan, layout).folder == "330800浙江省成果"
    plan.meta["city"] = "甲市"
    assert foresee(plan, layout).folder == "330800浙江省甲市成果"
    said = replace(layout, place=replace(layout.place, province="乙省"))
    assert foresee(plan, said).folder == "330800乙省甲市成果"


def test_its_name_is_the_one_that_the_package_gets(layout, tmp_path):
    plan = write_sample_plan(tmp_path / "plan.gpkg")
    folder = foresee(read_plan(plan), layout).folder
    made = package(plan, tmp_path / folder, profile=layout.path, city="某市")
    write_reasons(tmp_path / "accept.csv", [(row, "已核实") for row in made.open_errors])
    made = package(plan, tmp_path / folder, profile=layout.path, city="某市", accept=tmp_path / "accept.csv")
    assert not made.refused
    assert "P09" not in [row["id"] for row in made.findings]
    made = package(plan, tmp_path / "nobody said", profile=layout.path, accept=tmp_path / "accept.csv")
    assert "P09" in [row["id"] for row in made.findings]  # of the city


def test_places_and_slots_are_counted(layout):
    found = foresee(sample_plan(), layout)
    assert found.places == 1  # two layers of one file
    assert found.slots == ("批准文件", "评审")


def test_a_name_that_no_folder_takes_is_mended(layout):
    assert foresee(sample_plan(), replace(layout, folder=" {plan}. ")).folder == "甲县"


def test_a_token_that_nobody_knows_is_one_sentence(layout):
    with pytest.raises(BadInput, match="unknown token"):
        foresee(sample_plan(), replace(layout, folder="{town}"))


def test_documents_go_where_the_package_will_put_them(layout, tmp_path):
    scans = tmp_path / "scans"
    (scans / "deep").mkdir(parents=True)
    for name, data in (("批准函.pdf", b"%PDF-"), ("deep/批准单.png", b"no picture"), ("letter.pdf", b"%PDF-")):
        (scans / name).write_bytes(data)
    slots, others = documents_for(layout, scans)
    assert slots == (Slot("批准文件", (scans / "批准函.pdf",), (scans / "deep" / "批准单.png",)), Slot("评审"))
    assert others == (scans / "letter.pdf",)


def test_reasons_are_a_table_with_places_to_the_millimetre(tmp_path):
    rows = [
        {"id": "Q05", "where": "POINT (500000.1234 3200000.5)"},
        {"id": "Q06", "where": "MULTIPOINT ((1 2), (3 4))"},
        {"id": "Q03", "where": ""},
        {"id": "Q04", "where": "POINT EMPTY"},
    ]
    reasons = ['因为“a", b”', " 已核实 ", "x", "y"]
    write_reasons(tmp_path / "a.csv", zip(rows, reasons, strict=True))
    found = read_rows(tmp_path / "a.csv", ("rule", "x", "y", "reason"))
    assert [tuple(row.cells.values()) for row in found] == [
        ("Q05", "500000.123", "3200000.500", '因为“a", b”'),
        ("Q06", "1.000", "2.000", "已核实"),
        ("Q03", "", "", "x"),
        ("Q04", "", "", "y"),
    ]
