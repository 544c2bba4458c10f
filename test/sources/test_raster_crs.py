"""Coordinate systems of rasters: missing, contradicted, given by the case, of another datum."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from control_units.delineation.basis.evidence import collect
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.sources.rasters.raster import open_raster
from control_units.delineation.verbs.running import delineate
from hand import CASE, hand

pytestmark = pytest.mark.uses("rasterio", "exactextract")

rasterio = pytest.importorskip("rasterio")
pytest.importorskip("exactextract")

VALUES = np.arange(1.0, 17.0).reshape(4, 4)


class Setting:
    def __init__(self, path, crs=""):
        self.name, self.path, self.band, self.crs = "r", str(path), 1, crs


def raster(path, west, north, cell, crs):
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=4,
        height=4,
        count=1,
        dtype="float64",
        crs=crs,
        transform=rasterio.Affine(cell, 0, west, 0, -cell, north),
    ) as file:
        file.write(VALUES, 1)
    return path


@pytest.fixture
def faces():
    return np.array([shapely.box(600_000, 2_700_000, 604_000, 2_704_000)], dtype=object)


@pytest.mark.parametrize(
    ("west", "north", "cell", "code"),
    [
        (118.0, 24.5, 0.01, "EPSG:4490"),
        (39_600_000, 2_704_000, 1000, "EPSG:4527"),
        (20_350_000, 2_704_000, 1000, "EPSG:4498"),
    ],
)
def test_a_raster_without_crs_names_the_line(tmp_path, west, north, cell, code):
    path = raster(tmp_path / "a.tif", west, north, cell, None)
    with pytest.raises(BadInput, match="raster has no CRS") as caught:
        open_raster(path)
    assert f'crs = "{code}" in its [[raster]]' in str(caught.value.wanted)
    assert open_raster(path, crs=code).crs == code


def test_the_case_gives_the_crs(tmp_path, faces):
    bare = raster(tmp_path / "bare.tif", 600_000, 2_704_000, 1000, None)
    stated = raster(tmp_path / "stated.tif", 600_000, 2_704_000, 1000, "EPSG:4548")
    one, findings = collect(faces, shapely.area(faces), "EPSG:4548", [Setting(bare, "EPSG:4548")])
    other, _ = collect(faces, shapely.area(faces), "EPSG:4548", [Setting(stated)])
    assert one["mean"].tolist() == other["mean"].tolist() == [8.5]
    assert findings == []


def test_a_label_that_lies(tmp_path):
    degrees = raster(tmp_path / "degrees.tif", 118.0, 24.5, 0.01, "EPSG:4548")
    with pytest.raises(BadInput, match="coordinates are degrees") as caught:
        open_raster(degrees)
    assert 'crs = "EPSG:4490" in its [[raster]]' in str(caught.value.wanted)
    metres = raster(tmp_path / "metres.tif", 39_600_000, 2_704_000, 1000, "EPSG:4490")
    with pytest.raises(BadInput, match="coordinates are metres") as caught:
        open_raster(metres)
    assert 'crs = "EPSG:4527"' in str(caught.value.wanted)


def test_off_the_study_area_is_an_error(tmp_path, faces):
    path = raster(tmp_path / "far.tif", 300_000, 2_704_000, 1000, "EPSG:4548")
    with pytest.raises(BadInput, match="lies outside the study area"):
        collect(faces, shapely.area(faces), "EPSG:4548", [Setting(path)])


def test_another_datum_is_said(tmp_path, faces):
    old = raster(tmp_path / "old.tif", 600_000, 2_704_000, 1000, "EPSG:2436")
    _, findings = collect(faces, shapely.area(faces), "EPSG:4548", [Setting(old)])
    assert [(one.id, one.facts["problem"]) for one in findings] == [("S30", "old")]
    alike = raster(tmp_path / "wgs.tif", 117.5, 25.0, 0.5, "EPSG:4326")
    _, findings = collect(faces, shapely.area(faces), "EPSG:4548", [Setting(alike)])
    assert findings == []


def test_modis_is_an_unknown_datum_once(data, faces):
    path = data / "CN-xiamen" / "landcover_mcd12c1_2019_005deg.tif"
    _, findings = collect(faces, shapely.area(faces), "EPSG:4548", [Setting(path)])
    ids = [one.id for one in findings]
    assert ids.count("S60") == 1
    assert not {"S03", "S30"} & set(ids)


def test_the_plan_says_which_crs_a_raster_has(tmp_path):
    raster(tmp_path / "bare.tif", 500_000, 3_410_000, 2_500, None)
    raster(tmp_path / "stated.tif", 500_000, 3_410_000, 2_500, "EPSG:4547")
    text = CASE + "".join(
        f'\n[[raster]]\nname = "{name}"\npath = "{name}.tif"\n{crs}\n'
        for name, crs in (("bare", 'crs = "EPSG:4547"'), ("stated", ""))
    )
    plan = delineate(read_case(hand(tmp_path, text)))
    crs = dict(zip(plan.sources["role"], plan.sources["crs"], strict=True))
    assert (crs["bare"], crs["stated"]) == ("EPSG:4547", "EPSG:4547")
    means = plan.evidence.pivot(index="face_id", columns="raster", values="mean")
    assert means["bare"].tolist() == means["stated"].tolist()
    assert means["bare"].notna().any()
    with pytest.raises(BadInput, match="raster has no CRS"):
        delineate(read_case(hand(tmp_path, text.replace('crs = "EPSG:4547"\n\n[[raster]]', "\n[[raster]]"))))
