"""Townships as base units: polygons of one value, or those of another layer."""

from __future__ import annotations

import numpy as np
import pyogrio
import pytest
import shapely
from base_samples import catchments_of, land, of, tent, villages  # noqa: F401
from control_units.delineation.case.made_sources import Maker
from control_units.delineation.checks import load_texts, to_rows
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.findings import Finding
from control_units.delineation.regionalise.polygons import over_base, read_polygons
from control_units.delineation.sources.coordinates.crs import parse_crs, to_crs
from control_units.delineation.sources.made import heights
from control_units.delineation.verbs.regions import regions
from hand import CRS, write_layer
from shapely import box

pytestmark = pytest.mark.touches("rasterio")


def test_townships_of_a_field(villages):  # noqa: F811
    layer = read_polygons(villages / "villages.gpkg")
    found = over_base(layer, Maker("townships", field="Town"), means=["score"], sums=["people"])
    assert found.columns["town"].tolist() == list(found.names) == ["甲", "乙", "feature 4", "丙"]
    assert found.columns["score"].tolist() == [2.0, 8.0, 7.0, 9.0]
    assert found.sums["people"].tolist() == [30.0, 90.0, 40.0, 50.0]
    assert shapely.get_num_geometries(found.geometry).tolist() == [1, 2, 1, 1]
    assert [(one.id, one.facts.get("problem")) for one in found.findings] == [("S86", None), ("S86", "empty")]
    assert str(found.findings[0].facts["listed"]) == "乙"
    # Only what was a border between two values is left of the lines.
    assert shapely.get_coordinates(found.geometry[0]).shape[0] <= 7
    with pytest.raises(BadInput, match="no field 'towns'"):
        over_base(layer, Maker("townships", field="towns"))


def test_overlapping_polygons_of_two_townships_are_told(tmp_path):
    shapes = [box(500_000, 0, 502_000, 1000), box(501_000, 0, 503_000, 1000)]
    write_layer(tmp_path / "o.gpkg", "o", shapes, {"town": ["甲", "乙"]})
    found = over_base(read_polygons(tmp_path / "o.gpkg"), Maker("townships", field="town"))
    assert shapely.area(found.geometry).tolist() == [2e6, 1e6]
    (said,) = found.findings
    assert said.facts["problem"] == "overlap"
    assert said.facts["share"] == pytest.approx(1 / 3)


def test_townships_of_another_layer_cut_the_outline(villages):  # noqa: F811
    west, south = 500_000.0, 3_400_000.0
    towns = [box(west - 500, south - 500, west + 1500, south + 5000), box(west + 1500, south, west + 4000, south + 500)]
    write_layer(villages / "towns.gpkg", "towns", towns, {"code": ["A", "B"]})
    write_layer(villages / "towns.gpkg", "far", [box(0, 0, 9, 9)], {"code": ["C"]})
    layer = read_polygons(villages / "villages.gpkg")
    maker = Maker("townships", file=str(villages / "towns.gpkg"), layer="towns", field="code")
    found = over_base(layer, maker, sums=["people"])
    # What no township covers: north of B and all east of it hang together.
    assert [str(name) for name in found.names] == ["A", "B", "rest 1"]
    assert shapely.area(found.geometry) == pytest.approx([1.5e6, 1.25e6, 3.25e6])
    assert found.sums["people"].sum() == pytest.approx(210)
    (said,) = found.findings
    assert (said.id, said.facts["problem"], said.facts["count"]) == ("S84", "file", 1)
    assert said.facts["area"] == pytest.approx(3.25e6)
    with pytest.raises(BadInput, match="no overlap with the layer"):
        over_base(layer, Maker("townships", file=str(villages / "towns.gpkg"), layer="far"))
    with pytest.raises(BadInput, match="no field 'nothing'"):
        over_base(layer, Maker("townships", file=str(villages / "towns.gpkg"), layer="towns", field="nothing"))


def test_slivers_along_a_border_drawn_twice_become_no_units(villages):  # noqa: F811
    """The townships in another CRS, and a little off: what they leave is shared out along its way."""
    layer = read_polygons(villages / "villages.gpkg")
    outline = shapely.union_all(layer.geometry)
    parts = [outline.intersection(box(500_000 + 2000 * x, 0, 502_000 + 2000 * x, 1e7)) for x in range(3)]
    towns = [shapely.segmentize(one, 90.0) for one in parts]
    towns = [
        shapely.transform(one, lambda xy, turn=turn: xy + 0.3 * np.sin(xy[:, ::-1] / 37 + turn))
        for turn, one in enumerate(towns)
    ]
    placed, _ = to_crs(np.array(towns, dtype=object), parse_crs(CRS), parse_crs("EPSG:4490"), "")
    write_layer(villages / "off.gpkg", "off", list(placed), {"name": ["甲", "乙", "丙"]}, crs="EPSG:4490")
    found = over_base(layer, Maker("townships", file=str(villages / "off.gpkg"), field="name"))
    assert list(found.names) == ["甲", "乙", "丙"]
    assert shapely.area(found.geometry) == pytest.approx(2e6, rel=0.01)
    assert shapely.union_all(found.geometry).symmetric_difference(outline).area < 1e-3
    said = next(one for one in found.findings if one.id == "S84")
    assert said.facts["count"] == 0
    assert 0 < said.facts["share"] < 0.01


def test_every_finding_has_its_words(land, villages, monkeypatch):  # noqa: F811
    monkeypatch.setattr(heights, "MOST", 400)
    dem = tent(land / "dem.tif", columns=20)
    found = [*over_base(read_polygons(land / "land.gpkg"), catchments_of(dem, 4e5)).findings]
    found += over_base(read_polygons(villages / "villages.gpkg"), Maker("townships", field="town")).findings
    found += [
        Finding("S84", {"path": "p", "area": 5.0, "share": 0.5, "count": 1, "problem": one}) for one in ("case", "file")
    ]
    found.append(Finding("S86", {"source": "s", "field": "f", "share": 0.5, "problem": "overlap"}))
    assert {one.id for one in found} == {"S84", "S85", "S86"}
    for language in ("zh", "en"):
        for row in to_rows(found, load_texts(), language):
            assert row["severity"] == "warning"
            assert "{" not in row["message"]


def test_regions_over_catchments_and_townships(land, villages):  # noqa: F811
    dem = tent(land / "dem.tif")
    found = regions(land / "land.gpkg", method="skater", k=2, variables="score", base=f"catchments:dem={dem},area=2e5")
    assert found["labels"] == [0, 0, 1, 1]
    layer = villages / "villages.gpkg"
    found = regions(layer, villages / "o.gpkg", method="skater", k=2, variables="score", base="townships:field=town")
    assert found["k"] == 2
    assert pyogrio.read_dataframe(villages / "o.gpkg", layer="features")["town"].tolist()[:2] == ["甲", "乙"]
