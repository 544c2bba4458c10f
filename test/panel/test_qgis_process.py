"""The algorithm by qgis_process, in a profile of its own, as an administrator would run it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyogrio
import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "resources" / "demo" / "case.toml"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("qgis_process") is None, reason="no qgis_process on this system"),
]


def test_the_algorithm_is_listed(qgis_process):
    done = qgis_process("--json", "list")
    providers = json.loads(done.stdout)["providers"]
    assert "control_units:delineate" in providers["control_units"]["algorithms"]


def test_the_hand_solved_county_comes_out_as_by_hand(qgis_process, data, tmp_path):
    expected = json.loads((data / "HAND" / "expected.json").read_text(encoding="utf-8"))
    output = tmp_path / "plan.gpkg"
    case = data / "HAND" / "case.toml"
    done = qgis_process("--json", "run", "control_units:delineate", "--", f"CASE={case}", f"OUTPUT={output}")
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(done.stdout)["results"]
    assert results["UNITS"] == len(expected["units"])
    assert results["AREA"] == pytest.approx(expected["county_area_m2"], rel=1e-9)
    units = pyogrio.read_dataframe(output, layer="units", read_geometry=False)
    found = sorted(zip(units["category"], units["kind"], units["area_m2"].round(), strict=True))
    assert found == sorted((one["category"], one["kind"], float(one["area_m2"])) for one in expected["units"])


def test_a_wrong_case_gets_one_sentence_and_no_plan(qgis_process, tmp_path):
    case = tmp_path / "case.toml"
    case.write_text('[case]\nname = "x"\ncolour = "red"\n', encoding="utf-8")
    output = tmp_path / "plan.gpkg"
    done = qgis_process("run", "control_units:delineate", "--", f"CASE={case}", f"OUTPUT={output}")
    assert done.returncode != 0
    assert "colour" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr + done.stdout
    assert not output.exists()


@pytest.mark.skipif(not DEMO.is_file(), reason="the demo case is not there")
def test_the_demo_case_runs(qgis_process, tmp_path):
    output = tmp_path / "plan.gpkg"
    done = qgis_process("--json", "run", "control_units:delineate", "--", f"CASE={DEMO}", f"OUTPUT={output}")
    assert done.returncode == 0, done.stdout + done.stderr
    units = pyogrio.read_dataframe(output, layer="units", read_geometry=False)
    assert len(units) == json.loads(done.stdout)["results"]["UNITS"]
    assert set(units["category"]) == {1, 2, 3}
