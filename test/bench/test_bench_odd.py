"""Odd counties and odd folders: a bench gives what can be told of them, and refuses in one sentence what it cannot."""

from __future__ import annotations

import pyogrio
import pytest
import shapely
from bench_runs import county, rows_of
from command import ask, refusal
from control_units.delineation.bench.runs import labels
from hand import CASE, box, hand

ISLANDS = shapely.MultiPolygon([box(0, 0, 3_000, 3_000), box(5_000, 0, 2_000, 2_000), box(9_000, 9_000, 900, 900)])
ALONE = CASE.partition("[[source]]")[0] + "".join(
    f"[[source]]{part}" for part in CASE.split("[[source]]")[1:] if '"county"' in part
)
ALONE += "" if "[rules]" in ALONE else '\n[rules]\nprofile = "national"\n'


@pytest.mark.slow
def test_a_county_of_one_face(tmp_path):
    case = hand(tmp_path / "case", ALONE)
    answer = ask(
        "bench",
        case,
        "--methods",
        "overlay,fitting:threshold=0.3,ward:k=2,variables=x+y",
        "--nulls",
        3,
        "--samples",
        1,
        "-o",
        tmp_path / "out",
    )
    assert answer.code == 1
    overlay, fitting, ward = answer.document["methods"]
    assert overlay["units"] == fitting["units"] == 1
    assert overlay["polsby_popper"] == pytest.approx(3.14159265 / 4)
    assert overlay["boundary_length"] == 0
    assert ward["units"] is None and "easting, northing is the same everywhere" in ward["error"]
    assert {row["p"] for row in rows_of(tmp_path / "out" / "null.csv") if row["value"]} == {"1.0"}
    assert pyogrio.read_info(tmp_path / "out" / "comparison.gpkg", layer="boundary_confidence")["features"] == 0


@pytest.mark.slow
def test_a_county_of_islands(tmp_path):
    layers = {
        "county": ([ISLANDS], {"code": ["999901"], "name": ["群岛县"]}),
        "township": ([ISLANDS], {"code": ["999901001"], "name": ["海镇"]}),
        "red_line": ([box(500, 500, 1_000, 1_000)], {"id": ["R1"]}),
        "water": ([box(5_200, 200, 400, 400)], {"zone": ["工业污染重点管控区"]}),
    }
    case = hand(tmp_path / "case", CASE, **layers)
    answer = ask(
        "bench",
        case,
        "--methods",
        "overlay,skater:k=3,variables=x+y,scope=whole,skater:k=2,variables=x+y,scope=whole",
        "--seeds",
        2,
        "--nulls",
        3,
        "--samples",
        1,
        "--no-curve",
        "-o",
        tmp_path / "out",
    )
    assert answer.code == 1
    overlay, three, two = answer.document["methods"]
    # What is left lies on three islands; a region lies on one.
    assert overlay["parts_per_unit"] == pytest.approx(5 / 3)
    assert (three["units"], three["parts_per_unit"]) == (3, 1)
    assert "k = 2 is below the 3 parts that do not touch" in two["error"]
    file = tmp_path / "out" / "comparison.gpkg"
    assert pyogrio.read_info(file, layer="units_overlay")["features"] == overlay["units"]


def test_a_folder_of_other_files_is_left_alone(tmp_path):
    case, folder = county(tmp_path / "case"), tmp_path / "mine"
    folder.mkdir()
    for name in ("methods.csv", "null.csv", "论文.docx", "z.txt"):
        (folder / name).write_text(name, encoding="utf-8")
    error = refusal("bench", case, "--methods", "overlay", "-o", folder)
    assert error["what"] == "holds files that do not come from a bench run: methods.csv, null.csv, z.txt … (4)"
    assert error["wanted"] == "a folder used for nothing but the bench"
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == {
        name: name for name in ("methods.csv", "null.csv", "论文.docx", "z.txt")
    }


def test_a_folder_that_only_looks_used_is_taken(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in (".DS_Store", "Thumbs.db", "desktop.ini"):
        (folder / name).touch()
    given = ("bench", county(tmp_path / "case"), "--methods", "overlay", "--nulls", 0, "--no-curve", "-o", folder)
    assert ask(*given).code == 0
    # One of a bench is continued.
    assert ask(*given).code == 0


def test_memory_of_what_takes_long_is_not_measured(tmp_path, monkeypatch):
    """A tracer slows it down: what takes long is not run a second time, and the table says so by saying nothing."""
    monkeypatch.setattr(labels, "TRACED", 0.0)
    given = ("bench", county(tmp_path / "case"), "--methods", "overlay", "--nulls", 0, "--no-curve")
    (row,) = ask(*given, "-o", tmp_path / "out").document["methods"]
    assert row["seconds"] > 0 and row["peak_bytes"] is None
    (cost,) = rows_of(tmp_path / "out" / "costs.csv")
    assert float(cost["seconds"]) == pytest.approx(row["seconds"], rel=1e-9) and cost["peak_bytes"] == ""
