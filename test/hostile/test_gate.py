"""Nothing that a stranger's file or a path says makes the engine call an address: calls are counted by a listener."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import gate_forms as forms
import pytest
import shapely
from command import ask, refusal
from control_units.delineation.core.errors import BadInput
from control_units.delineation.guessing.folder import guess_sources
from control_units.delineation.sources import files, gate
from control_units.delineation.sources.layer import read_layer
from control_units.delineation.sources.rasters import raster as rasters
from gate_forms import FORMS, TWINS, At, Form
from hand import CASE, RED_LINE, hand

if TYPE_CHECKING:
    from listener import Listener

pytestmark = pytest.mark.uses("rasterio", "exactextract", "sklearn")
ROOT = Path(__file__).resolve().parents[2]
RASTER = '\n[[raster]]\nname = "cc"\npath = {}\nkind = "score"\n'
BACKENDS = ["gdal"]
with contextlib.suppress(ImportError):
    importlib.import_module("rasterio")
    BACKENDS.insert(0, "rasterio")


@pytest.fixture(autouse=True)
def clouds(monkeypatch, listener):
    """What would go to a cloud goes to the listener, so that it is counted; and no proxy is gone round."""
    here = f"127.0.0.1:{listener.port}"
    for name, value in {
        "AWS_S3_ENDPOINT": here,
        "AWS_HTTPS": "NO",
        "AWS_VIRTUAL_HOSTING": "FALSE",
        "AWS_NO_SIGN_REQUEST": "YES",
        "CPL_GS_ENDPOINT": f"http://{here}/",
        "GS_NO_SIGN_REQUEST": "YES",
        "OSS_ENDPOINT": here,
        "AZURE_STORAGE_CONNECTION_STRING": f"BlobEndpoint=http://{here};AccountName=x;AccountKey=eA==",
        "SWIFT_STORAGE_URL": f"http://{here}",
        "SWIFT_AUTH_TOKEN": "x",
        "OGR_GEOCODE_QUERY_TEMPLATE": f"http://{here}/geocode?q=%s",
        "OGR_GEOCODE_DELAY": "0",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("no_proxy", "NO_PROXY", "PROJ_NETWORK"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def case_of(folder: Path, form: Form, path: str) -> Path:
    """The hand case with the form's file as its red line, or as its raster."""
    quoted = json.dumps(path, ensure_ascii=False)
    if form.raster:
        return hand(folder, CASE + RASTER.format(quoted))
    old = 'path = "hand.gpkg"\nlayer = "red_line"'
    new = f"path = {quoted}" + ('\ncrs = "EPSG:4547"' if path.endswith(".csv") else "")
    text = CASE.replace(old, new)
    assert text != CASE
    return hand(folder, text)


def right(path: Path, form: Form) -> None:
    """What the file holds is what was written into it."""
    if form.raster:
        for backend in BACKENDS:
            assert (rasters.open_raster(path, backend=backend).read() == 7).all()
        return
    layer = read_layer(path)
    shape = shapely.union_all(layer.geometry)
    wanted = RED_LINE[0][0] if layer.crs.to_epsg() == 4547 else shapely.box(114.01, 30.73, 114.03, 30.75)
    assert shape.equals_exact(wanted, 1e-6, normalize=True), shape


def listing(folder: Path) -> dict[Path, int]:
    files = (path for path in folder.rglob("*") if not path.name.startswith("plan."))
    return {path: path.lstat().st_mtime_ns for path in files if not path.is_dir() or path.is_symlink()}


def ran(folder: Path, form: Form, listener: Listener) -> None:
    """Run the form's case: zero calls, nothing written beside it; refused by name, or read rightly."""
    bureau = folder / "bureau"
    bureau.mkdir()
    at = At(listener.port, form.name.replace(" ", "-"))
    path = form.make(bureau, at)
    case = case_of(bureau, form, path)
    before, calls = listing(folder), listener.calls()
    arguments = ("run", case, "-o", bureau / "plan.gpkg")
    if form.read:
        answer = ask(*arguments)
        assert answer.code in (0, 1), answer.document
        right(bureau / path, form)
    else:
        error = refusal(*arguments)
        # The address, the file it stands in, or what is used to get there.
        said = error["where"] + error["what"]
        assert any(
            name in said
            for name in (str(listener.port), path[:5], "http", "WFS", *(item.name for item in bureau.iterdir()))
        ), error
        assert "/layer-" not in str(error), "the place of a copy"
        assert not (bureau / "plan.gpkg").exists()
    assert listener.calls() == calls
    assert listing(folder) == before


def named(every: tuple[Form, ...]) -> list:
    return [pytest.param(form, id=form.name) for form in every]


@pytest.mark.parametrize("form", named(FORMS))
def test_nothing_is_called(form, tmp_path, listener):
    ran(tmp_path, form, listener)


@pytest.mark.parametrize("form", named(TWINS))
def test_harmless_twins_are_read_rightly(form, tmp_path, listener):
    ran(tmp_path, form, listener)


def test_a_table_that_speaks_of_a_link_is_no_geojson(tmp_path):
    table = tmp_path / "t.csv"
    ring = "500100 3400100,500200 3400100,500200 3400200,500100 3400100"
    table.write_text(f'WKT,note\n"POLYGON(({ring}))","{{""crs"": {{""type"": ""link""}}}}"\n', encoding="utf-8")
    layer = read_layer(table, crs="EPSG:4547")
    assert layer.raw.columns["note"].tolist() == ['{"crs": {"type": "link"}}']


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("form", named(tuple(form for form in FORMS if form.raster)))
def test_no_backend_calls(form, backend, tmp_path, listener):
    path, calls = form.make(tmp_path, At(listener.port, f"{backend}-{form.name.replace(' ', '-')}")), listener.calls()
    place = path if path.startswith("/") or not (tmp_path / path).exists() else tmp_path / path
    with pytest.raises(BadInput):
        rasters.open_raster(place, backend=backend).read()
    assert listener.calls() == calls


# Opens what it is told with the libraries alone, and says of which the listener heard.
UNGATED = """
import json, sys, pathlib, warnings
warnings.simplefilter("ignore")
import pyogrio
from osgeo import gdal
gdal.UseExceptions()
log, forms = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2])
def raster(path):
    dataset = gdal.OpenEx(path, gdal.OF_RASTER)
    band = dataset.GetRasterBand(1)
    band.GetOverviewCount()
    band.ReadAsArray(), band.GetMaskBand().ReadAsArray()
def vector(path):
    for name, kind in pyogrio.list_layers(path):
        pyogrio.raw.read(path, layer=name)
for name, path, kind in forms:
    before = log.stat().st_size
    try:
        (raster if kind else vector)(path)
    except Exception:
        pass
    if log.stat().st_size > before:
        print(name)
"""


def test_without_the_gate_they_are_called(tmp_path, listener):
    """That the tests above can fail: the same forms, opened by the libraries alone, call."""
    made = []
    for number, form in enumerate(FORMS):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = form.make(folder, At(listener.port, f"control-{form.name.replace(' ', '-')}"))
        made.append((form.name, path if not (folder / path[:200]).exists() else str(folder / path), form.raster))
    command = [sys.executable, "-c", UNGATED, str(listener.log), json.dumps(made)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    called = done.stdout.splitlines()
    assert len(called) >= 100, (called, done.stderr[-2000:])
    assert {"path vsicurl", "WMS as tif", "VRT of vsicurl", "OGR VRT of PG", "GeoJSON link", "WFS as gml"} <= set(
        called
    )


# The same through the gate, but with nothing examined; without GDAL's own bindings where told so.
UNEXAMINED = """
import json, sys, pathlib, warnings
warnings.simplefilter("ignore")
from delineation.sources import gate
log, forms = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2])
gate._examine = lambda *_: None
if sys.argv[3] == "without":
    gate._osgeo = lambda: None
for name, path, raster in forms:
    before = log.stat().st_size
    try:
        if raster:
            with gate.raster(path, sys.argv[4]) as dataset:
                band = None if sys.argv[4] == "rasterio" else dataset.GetRasterBand(1)
                dataset.read_masks(1) if band is None else band.GetMaskBand().ReadAsArray()
        else:
            for layer, kind in gate.list_layers(path):
                gate.read(path, layer=layer)
    except Exception:
        pass
    if log.stat().st_size > before:
        print(name)
print("done")
"""


@pytest.mark.parametrize(("bindings", "backend"), [("with", "gdal"), ("with", "rasterio"), ("without", "rasterio")])
def test_the_closed_proxy_holds_where_nothing_is_examined(bindings, backend, tmp_path, listener):
    """The second line alone: of the web nothing is called. Databases are held by the first."""
    if backend not in BACKENDS:
        pytest.skip("made absent for this run")
    made = []
    for number, form in enumerate(FORMS):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = form.make(folder, At(listener.port, f"{bindings}-{backend}-{form.name.replace(' ', '-')}"))
        # Of a database it says nothing, nor where another one is drawn in between.
        if (folder / path[:200]).is_file() and not any(
            b"PG:" in one.read_bytes() for one in folder.glob("*.*") if one.is_file()
        ):
            made.append((form.name, str(folder / path), form.raster))
    assert len(made) > 60
    command = [sys.executable, "-c", UNEXAMINED, str(listener.log), json.dumps(made), bindings, backend]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout.splitlines() == ["done"], done.stderr[-2000:]


@pytest.fixture
def all_forms(tmp_path, listener):
    """A folder with every file of the family."""
    for number, form in enumerate(FORMS):
        folder = tmp_path / "all" / str(number)
        folder.mkdir(parents=True)
        path = form.make(folder, At(listener.port, f"{tmp_path.name}-{form.name.replace(' ', '-')}"))
        if not (folder / path[:200]).exists():
            folder.rmdir()
    return tmp_path / "all"


def test_guessing_a_folder_of_them_calls_nobody(all_forms, listener):
    before, calls = listing(all_forms), listener.calls()
    answer = ask("guess", all_forms, "-o", all_forms.parent / "guess.toml")
    assert answer.code == 0
    assert len(answer.document["errors"]) > 60
    assert listener.calls() == calls
    assert listing(all_forms) == before


def test_no_verb_calls(all_forms, listener):
    """The doors that take a layer or a raster by itself."""
    before, calls = listing(all_forms), listener.calls()
    kinds = dict.fromkeys((path.suffix, path.parent) for path in all_forms.rglob("*") if path.is_file())
    for path in [next(iter(sorted(parent.glob(f"*{suffix}")))) for suffix, parent in kinds if suffix]:
        out = all_forms.parent / "out.gpkg"
        for arguments in (
            ("check", path),
            ("partition", path, "-o", out),
            ("regions", path, "-o", out, "--k", "2"),
        ):
            answer = ask(*arguments)
            assert answer.code in (0, 1, 2), arguments
    assert listener.calls() == calls
    assert {path: time for path, time in listing(all_forms).items() if path in before} == before


KEYS = {
    "crs of a source": 'layer = "red_line"\ncrs = "{url}"',
    "encoding": 'layer = "red_line"\nencoding = "{url}"',
    "where": 'layer = "red_line"\nwhere = "ogr_geocode(\'{url}\') IS NULL"',
    "where that reads a cell": 'layer = "red_line"\n'
    "where = \"gdal_get_pixel_value('{curl}', 1, 'georef', 0, 0) = 1\"",
    "layer": 'layer = "{url}"',
}
TABLES = {
    "previous": '[previous]\npath = "{curl}.gpkg"',
    "previous by http": '[previous]\npath = "{url}.gpkg"',
    "upper": '[upper]\npath = "{curl}.gpkg"',
    "rules": 'extra = "{curl}.csv"',
    "changes": '[admin]\nchanges = "{url}.csv"',
    "changes by vsicurl": '[admin]\nchanges = "{curl}.csv"',
    "crs": 'crs = "{url}"',
    "grids": 'crs = "+proj=tmerc +lon_0=114 +x_0=500000 +ellps=krass +nadgrids={url} +type=crs"',
    "init": 'crs = "+init={url}:1"',
}


@pytest.mark.parametrize("key", [*KEYS, *TABLES])
def test_what_a_case_says_calls_nobody(key, tmp_path, listener):
    at = At(listener.port, f"key-{key.replace(' ', '-')}")
    said = (KEYS.get(key) or TABLES[key]).format(url=at.url, curl=at.curl)
    if key in KEYS:
        text = CASE.replace('layer = "red_line"', said)
    elif said.startswith("extra"):
        text = CASE.replace('profile = "national"', f'profile = "national"\n{said}')
    elif said.startswith("crs"):
        text = CASE.replace('crs = "EPSG:4547"', said, 1)
    else:
        text = f"{CASE}\n{said}\n"
    case, calls = hand(tmp_path, text), listener.calls()
    assert ask("run", case, "-o", tmp_path / "plan.gpkg").code in (0, 1, 2)
    assert listener.calls() == calls
    if key != "grids":
        refusal("run", case, "-o", tmp_path / "plan.gpkg")


def test_a_file_called_as_a_connection_is_a_file(tmp_path, listener, monkeypatch):
    """By its bare name, from the folder it lies in, as ``guess .`` comes upon it."""
    at, calls = At(listener.port, "bare"), listener.calls()
    forms.red(tmp_path).rename(tmp_path / f"{at.pg}.gpkg")
    (tmp_path / "http:").mkdir()
    forms.red(tmp_path, "http:/x.gpkg")
    monkeypatch.chdir(tmp_path)
    answer = ask("guess", ".", "-o", "guess.toml")
    assert answer.code == 0
    assert len(answer.document["sources"]) == 2
    assert not answer.document["errors"]
    assert {one.error is None for one in guess_sources(["."])} == {True}
    assert listener.calls() == calls


def test_the_users_own_layers_are_left_alone(tmp_path):
    """What confines GDAL holds for this thread, while a file is open."""
    from osgeo import gdal

    path = forms.red(tmp_path)
    before = {name: gdal.GetConfigOption(name) for name in gate._CONFINED}
    drivers = gdal.GetDriverCount()
    with gate.passed(path):
        assert gdal.GetConfigOption("GDAL_HTTP_PROXY") == "127.0.0.1:1"
        assert gdal.GetGlobalConfigOption("GDAL_HTTP_PROXY") is None
    assert {name: gdal.GetConfigOption(name) for name in gate._CONFINED} == before
    assert gdal.GetDriverCount() == drivers


def test_what_passed_once_is_examined_again_when_it_changes(tmp_path, listener):
    at, calls = At(listener.port, "changed"), listener.calls()
    path = tmp_path / forms.mosaic(tmp_path, forms.vrt("good.tif", attributes=forms.RELATIVE))
    assert (rasters.open_raster(path).read() == 7).all()
    (tmp_path / "good.tif.aux.xml").write_text(forms.overviews(at.curl), encoding="utf-8")
    with pytest.raises(BadInput, match="refers to /vsicurl/"):
        rasters.open_raster(path)
    assert listener.calls() == calls


def test_a_driver_of_no_plain_format_is_named(tmp_path):
    path = tmp_path / "a.gpx.osm"
    path.write_text('<?xml version="1.0"?><LvbagExtract/>', encoding="utf-8")
    with pytest.raises(BadInput):
        read_layer(path)


# --- sums ------------------------------------------------------------------------------------------------------------


def test_the_sum_of_a_raster_covers_what_lies_beside_it(tmp_path):
    path = forms.tif(tmp_path / "good.tif")
    bare = files.checksum(path)
    sums = [bare]
    for name in ("good.tif.aux.xml", "good.tfw", "good.tif.ovr", "good.tif.msk", "good.wld"):
        (tmp_path / name).write_bytes(name.encode())
        sums.append(files.checksum(path))
    assert len(set(sums)) == len(sums)
    (tmp_path / "good.prj").write_bytes(b"of another file")
    assert files.checksum(path) == sums[-1]
    import hashlib

    assert bare == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_raster_that_was_only_drawn_has_the_sum_it_had(tmp_path):
    """GDAL notes statistics beside what QGIS draws; a CRS that stands there too is content."""
    path = forms.tif(tmp_path / "good.tif")
    bare = files.checksum(path)
    band = '<PAMRasterBand band="1">\n<Metadata>\n<MDI key="STATISTICS_MEAN">3.3</MDI>\n</Metadata>\n</PAMRasterBand>\n'
    sums = []
    for stated, noted in (("", band), ("<SRS>a</SRS>\n", ""), ("<SRS>a</SRS>\n", band), ("<SRS>b</SRS>\n", band)):
        text = f"<PAMDataset>\n{stated}{noted}</PAMDataset>\n"
        (tmp_path / "good.tif.aux.xml").write_text(text, encoding="utf-8")
        sums.append(files.checksum(path))
    assert sums[0] == bare
    assert sums[1] == sums[2] != bare
    assert sums[3] not in sums[:3]


def test_the_sum_of_a_vrt_is_the_same_wherever_one_is(tmp_path, monkeypatch):
    path = tmp_path / forms._two(tmp_path, forms.vrt("good.tif", attributes=forms.RELATIVE))
    before = files.checksum(path)
    monkeypatch.chdir(tmp_path)
    assert files.checksum(path) == files.checksum(Path(path.name)) == before


def test_the_sum_of_a_vrt_covers_its_parts(tmp_path):
    path = tmp_path / forms._two(tmp_path, forms.vrt("good.tif", attributes=forms.RELATIVE))
    before, stamp = files.checksum(path), files.stamp(path)
    forms.tif(tmp_path / "good.tif", 9)
    os.utime(tmp_path / "good.tif", ns=(1, 1))
    assert files.checksum(path) != before
    assert files.stamp(path) != stamp
    (tmp_path / "m.vrt").write_text(forms.vrt("/vsicurl/http://127.0.0.1:1/x"), encoding="utf-8")
    assert files.stamp(path) == "missing"
