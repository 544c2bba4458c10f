"""Each number of the national profile is held on both sides of its value, or is a weight that others calibrate.

``checks.toml`` has a file of its own (`test_check_thresholds.py`).
"""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from command import ask
from control_units.delineation.case.profile import NATIONAL
from hand import box, write_layer
from own_profile import numbers, own_profile
from raster_files import write as write_raster

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parents[1]
TABLES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in NATIONAL.glob("*.toml")}
TABLES["national"] = tomllib.loads(NATIONAL.with_suffix(".toml").read_text("utf-8"))
del TABLES["checks"]
pytestmark = pytest.mark.uses("rasterio", "exactextract")

UNIT_FIELDS = TABLES["unit_fields"]["fields"]
LENGTHS = {name: field["length"] for name, field in UNIT_FIELDS.items() if "length" in field}
HELD = {
    "assess.tolerance_m": "assess/test_assess_places.py",
    "lists.joining.least_share": "scenarios/joining",
    "national.switches.udb_min_area": "rules/test_rules.py",
    "national.cleaning.belt_thinness": "scenarios/thresholds",
    **{f"national.{name}": "scenarios/thresholds" for name, _ in numbers({"defects": TABLES["national"]["defects"]})},
}
# How much a sign or a word counts, which the calibration of the guesses holds; and how a province wants its tables.
WEIGHTS = (
    "guess.strength.*",
    "guess.*.cap",
    "guess.*.strength",
    "guess.codes.*",
    "layers.*.width",
    "layers.*.decimals",
)
# Not held on both sides by anything yet.
OPEN = {
    *(f"national.{one}" for one in ("codes.keep_code_iou", "codes.lineage_min_share", "evidence.covered_min")),
    *(f"national.{one}" for one in ("cleaning.update_width", "transfer.outside_min", "transfer.outside_share")),
    *(f"national.defects.{one}" for one in ("edge_stray", "area_stray")),
}


def holds(*names: str) -> Callable[[Any], Any]:
    """Say of a test which numbers it holds on both sides."""

    def keep(test: Any) -> Any:
        HELD.update(dict.fromkeys(names, test.__name__))
        return test

    return keep


def guessed(*given: object, output: Path) -> dict[str, Any]:
    answer = ask("guess", *given, "-o", output)
    assert answer.code == 0, answer
    (source,) = answer.document["sources"]
    return source


@holds(*(f"unit_fields.fields.{name}.length" for name in LENGTHS))
@pytest.mark.parametrize("more", [0, 1])
def test_a_text_that_is_longer_than_its_field_is_told(tmp_path, more):
    texts = {UNIT_FIELDS[name]["names"][0]: ["甲" * (most + more)] for name, most in LENGTHS.items()}
    found = ask("check", write_layer(tmp_path / "units.gpkg", "units", [box(0, 0, 1_000, 1_000)], texts)).document
    told = {one["message"].partition(" (")[0] for one in found if "values longer than" in one["message"]}
    fields = zip(texts, LENGTHS.values(), strict=True)
    wanted = {f"field {field}: values longer than {most} characters: 1" for field, most in fields}
    assert told == (wanted if more else set())


@holds("unit_fields.restore.digits")
@pytest.mark.parametrize(("code", "restored"), [(33010110001, True), (330101100011, False)])
def test_a_code_that_was_a_number_has_its_letters_again(tmp_path, code, restored):
    layer = write_layer(tmp_path / "units.gpkg", "units", [box(0, 0, 1_000, 1_000)], {"HJGKDYBM": [code]})
    found = ask("check", layer).document
    assert any("the lost prefix was put back (codes: 1)" in one["message"] for one in found) == restored
    assert any(f"ZH{code}" in one["units"] for one in found) == restored


@holds("guess.zone_values", "guess.many_words")
@pytest.mark.parametrize(("limit", "text"), [("zone_values", "重点管控区（{}片）"), ("many_words", "YS330101221{:04}")])
def test_a_column_of_too_many_values_holds_no_zones(tmp_path, limit, text):
    for more in (0, 1):
        count = TABLES["guess"][limit] + more
        shapes = [box(100 * number, 0, 100, 100) for number in range(count)]
        values = {"分区": [text.format(number) for number in range(count)]}
        (tmp_path / str(more)).mkdir()
        layer = write_layer(tmp_path / str(more) / "水环境管控分区.gpkg", "水环境管控分区", shapes, values)
        source = guessed(layer.parent, output=tmp_path / f"{more}.toml")
        assert source["role"] == "water_zone"
        assert (source["fields"].get("zone") == "分区") == (not more), source


@holds("guess.rasters.class_most", "guess.rasters.grade_most")
@pytest.mark.parametrize(("top", "kind"), [(10, "grade"), (11, "class"), (40, "class"), (41, "score")])
def test_a_raster_of_too_many_values_has_no_grades_and_no_classes(tmp_path, top, kind):
    values = np.resize(np.arange(1, top + 1), (10, 10))
    (tmp_path / "in").mkdir()
    write_raster(tmp_path / "in" / "适宜性等级.tif", values.astype(np.uint8))
    assert guessed(tmp_path / "in", output=tmp_path / "case.toml")["raster"] == kind


@holds("guess.whole")
def test_a_latin_word_of_five_letters_is_found_at_the_end_of_another(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("XMYYSSY", "XMGYYQ"):
        write_layer(tmp_path / "in" / f"{name}.gpkg", name, [box(0, 0, 100, 100)], {"n": ["a"]})
    rows = ask("guess", tmp_path / "in", "-o", tmp_path / "case.toml").document["sources"]
    assert {row["path"]: row["role"] for row in rows} == {"in/XMYYSSY.gpkg": "drinking_water", "in/XMGYYQ.gpkg": ""}


@holds("guess.used", "guess.sure")
@pytest.mark.parametrize("limit", ["used", "sure"])
def test_a_guess_under_the_bar_is_no_more_than_one(tmp_path, limit):
    (tmp_path / "in").mkdir()
    write_layer(tmp_path / "in" / "产业园区.gpkg", "产业园区", [box(0, 0, 100, 100)], {"n": ["a"]})
    least = guessed(tmp_path / "in", output=tmp_path / "case.toml")["confidence"]
    for bar, passes in ((least - 0.01, True), (least + 0.01, False)):
        (tmp_path / f"{passes}").mkdir()
        before = f"\n{limit} = {TABLES['guess'][limit]}"
        own = own_profile(tmp_path / f"{passes}", "own/guess.toml", before, f"\n{limit} = {bar:.2f}")
        source = guessed(tmp_path / "in", "--profile", own, output=tmp_path / f"{passes}.toml")
        assert source["confidence"] == least
        assert (source["used"] if limit == "used" else not source["uncertain"]) == passes, source


def test_each_number_of_the_profile_is_held_or_is_a_weight():
    found = {f"{stem}.{name}" for stem, table in TABLES.items() for name, _ in numbers(table)}
    held = {name for name in found if name in HELD and name not in OPEN}
    weights = {name for name in found if any(fnmatch(name, pattern) for pattern in WEIGHTS)}
    assert held | weights | OPEN == found
    assert not held & weights
    assert HELD.keys() <= found
    assert [place for place in HELD.values() if not place.startswith("test_a_") and not (HERE / place).exists()] == []
