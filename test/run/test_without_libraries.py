"""Where a library is absent: a stand-in, a finding and the run goes on, or one sentence. Never a traceback."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyogrio
import pytest
from control_units.delineation.core import libraries
from control_units.delineation.core.errors import MissingLibrary
from control_units.delineation.core.libraries import Status, check, demand, in_words, offline_command
from control_units.delineation.methods import ward
from control_units.delineation.sources import gate
from control_units.delineation.sources.rasters import cells
from hand import CASE, hand
from raster_files import write
from region_samples import lattice
from sample_plan import write_sample_plan

pytestmark = pytest.mark.uses("rasterio", "exactextract", "sklearn")

ROOT = Path(__file__).resolve().parents[2]
BLOCKER = ROOT / "test" / "support" / "absent"
SCORE = '\n[[raster]]\nname = "score"\npath = "score.tif"\nkind = "score"\nbetter = "high"\n'
ZONES = '\n[[raster]]\nname = "score"\npath = "score.tif"\nkind = "grade"\nzones = { "5" = "eco_important" }\n'


def without(*names: str) -> dict[str, str]:
    """Environment of a process in which these libraries are absent."""
    everything = [*names, *filter(None, os.environ.get("CONTROL_UNITS_WITHOUT", "").split(","))]
    return os.environ | {"PYTHONPATH": str(BLOCKER), "CONTROL_UNITS_WITHOUT": ",".join(everything)}


def engine(*arguments: object, absent: tuple[str, ...]) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "delineation", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env=without(*absent), capture_output=True, encoding="utf-8", check=False, timeout=300
    )


@pytest.fixture
def case(tmp_path):
    """The hand county with a raster of scores over it."""

    def make(raster: str = SCORE) -> Path:
        values = np.tile(np.arange(1, 11, dtype=np.float32).repeat(10), (100, 1))[None]
        grid = (100.0, 0.0, 500_000.0, 0.0, -100.0, 3_410_000.0)
        write(tmp_path / "score.tif", np.ceil(values / 2), transform=grid, crs="EPSG:4547")
        return hand(tmp_path, CASE + raster)

    return make


def findings(plan: Path) -> dict[str, str]:
    table = pyogrio.read_dataframe(plan, layer="findings", read_geometry=False)
    return dict(zip(table["id"], table["message"], strict=True))


def test_a_library_is_really_absent(tmp_path):
    code = """
import sys
try:
    import rasterio
except ImportError as error:
    print(error)
print("rasterio" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=without("rasterio"), cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["No module named 'rasterio': made absent for this test run", "False"]


@pytest.mark.slow
def test_without_rasterio_gdal_reads_and_the_plan_is_the_same(case, tmp_path):
    path = case()
    for name, absent in (("with", ()), ("without", ("rasterio",))):
        done = engine("run", path, "-o", tmp_path / f"{name}.gpkg", "--json", absent=absent)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "with.gpkg").read_bytes() == (tmp_path / "without.gpkg").read_bytes()


def test_without_exactextract_the_run_goes_on_and_says_so(case, tmp_path):
    done = engine("run", case(), "-o", tmp_path / "plan.gpkg", "--json", absent=("exactextract",))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["units"] == 3
    message = findings(tmp_path / "plan.gpkg")["S62"]
    assert "exactextract" in message
    assert "score" in message


def test_without_any_reader_of_rasters_evidence_is_missing_and_the_run_goes_on(case, tmp_path):
    done = engine("run", case(), "-o", tmp_path / "plan.gpkg", "--json", absent=("rasterio", "osgeo"))
    assert done.returncode == 0, done.stderr
    assert "rasterio, osgeo.gdal" in findings(tmp_path / "plan.gpkg")["S62"]


def test_without_any_reader_a_raster_that_cuts_is_refused_in_one_sentence(case, tmp_path):
    done = engine("run", case(ZONES), "-o", tmp_path / "plan.gpkg", absent=("rasterio", "osgeo"))
    assert done.returncode == 2
    assert done.stderr.strip().splitlines() == [
        "error: osgeo.gdal is not installed; wanted: rasterio, or GDAL's Python bindings (osgeo)"
    ]
    assert not (tmp_path / "plan.gpkg").exists()


@pytest.mark.parametrize("name", ["shapely", "pyogrio", "geopandas", "scipy"])
def test_without_what_all_need_there_is_one_sentence(case, tmp_path, name):
    done = engine("run", case(), "-o", tmp_path / "plan.gpkg", "--json", absent=(name,))
    assert done.returncode == 2
    error = json.loads(done.stdout)["error"]
    assert error["what"] == f"Python lacks {name} (missing)"
    assert "Traceback" not in done.stderr


def test_without_openpyxl_lists_are_refused_in_one_sentence(case, tmp_path):
    assert engine("run", case(), "-o", tmp_path / "plan.gpkg", absent=()).returncode == 0
    done = engine("lists", tmp_path / "plan.gpkg", "-o", tmp_path / "lists.xlsx", absent=("openpyxl",))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "openpyxl" in done.stderr


@pytest.mark.parametrize("name", ["matplotlib", "pyogrio"])
def test_without_a_library_a_map_is_refused_in_one_sentence(tmp_path, name):
    plan = write_sample_plan(tmp_path / "plan.gpkg")
    by = ("--drawn-by", "matplotlib")
    done = engine("export", plan, "--format", "map-png", *by, "-o", tmp_path / "map.png", absent=(name,))
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert name in done.stderr
    assert not (tmp_path / "map.png").exists()


def test_without_tqdm_a_terminal_shows_no_bar_and_no_error(case, tmp_path):
    """A terminal is what makes the bar; a pseudo-terminal is one."""
    outer, inner = pty.openpty()
    command = [sys.executable, "-m", "delineation", "run", str(case()), "-o", str(tmp_path / "plan.gpkg")]
    done = subprocess.run(
        command, cwd=ROOT, env=without("tqdm"), stdout=subprocess.PIPE, stderr=inner, check=False, timeout=300
    )
    os.close(inner)
    try:
        shown = os.read(outer, 10_000).decode()
    except OSError:  # a terminal that was never written to
        shown = ""
    os.close(outer)
    assert done.returncode == 0, shown
    assert "tqdm" not in shown
    assert "%" not in shown


# The marks by which the suites without a library choose


def test_what_meets_a_library_is_noticed(touched):
    """It has to be marked then: `touched` fails the test otherwise."""
    assert touched() == set()
    gate.library("osgeo.gdal")
    assert touched() == set()
    gate.library("rasterio.features")
    assert touched() == {"rasterio"}
    cells._adapters()
    ward.by_library(lattice(3), 2)
    assert touched() == {"rasterio", "exactextract", "sklearn"}


def test_what_a_process_of_its_own_loads_is_noticed(touched):
    for name in ("rasterio", "exactextract"):
        subprocess.run([sys.executable, "-c", f"import {name}"], check=True)
    assert touched() == {"rasterio", "exactextract"}


# The list of libraries


def status(name: str, state: str, version: str = "") -> Status:
    library = {one.name: one for one in libraries._libraries()}[name]
    return Status(library, state, version)


@pytest.mark.parametrize("load", [False, True])
@pytest.mark.touches("rasterio", "exactextract", "sklearn")
def test_the_check_sees_what_is_there(absent, load):
    found = {one.library.name: one for one in check(load=load)}
    names = {"sklearn": "scikit-learn"}
    for module in ("rasterio", "exactextract", "sklearn"):
        wanted = ("replaced" if module == "rasterio" else "missing") if module in absent else "found"
        assert found[names.get(module, module)].state == wanted
    assert found["shapely"].state == "found"
    assert found["shapely"].version.startswith("2.")
    demand()


def test_the_check_sees_what_is_too_old_and_what_is_broken(monkeypatch, tmp_path):
    (tmp_path / "tqdm").mkdir()
    (tmp_path / "tqdm" / "__init__.py").write_text("raise ValueError('numpy.dtype size changed')", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.split(".")[0] == "tqdm"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(libraries, "version", lambda name: "2.0.6" if name == "shapely" else "9999")
    found = {one.library.name: one for one in check(load=True)}
    assert (found["tqdm"].state, found["tqdm"].why) == ("broken", "ValueError: numpy.dtype size changed")
    found = {one.library.name: one for one in check()}
    assert (found["shapely"].state, found["shapely"].version) == ("too old", "2.0.6")
    with pytest.raises(MissingLibrary, match=r"shapely \(2\.0\.6 is too old\); wanted: shapely 2\.1 or newer"):
        demand(list(found.values()))


def test_the_next_step_is_a_command_for_what_is_missing_only():
    assert offline_command([status("shapely", "found"), status("rasterio", "missing")]) == ""
    command = offline_command([status("exactextract", "missing"), status("scikit-learn", "too old", "1.2")])
    wheels = "exactextract scikit-learn joblib threadpoolctl"
    assert command == f"python -m pip install --user --no-index --find-links wheels --no-deps {wheels}"
    for language, word in (("zh", "缺少时"), ("en", "without it")):
        text = in_words([status("exactextract", "missing"), status("shapely", "found", "2.1.0")], language=language)
        assert word in text
        assert "S62" in text
        assert text.rstrip().endswith("--no-deps exactextract")
