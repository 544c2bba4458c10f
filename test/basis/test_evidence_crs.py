"""Evidence over rasters in another CRS than the faces: real files against supersampling."""

from __future__ import annotations

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely
from control_units.delineation.basis.evidence import collect, findings_of, measure
from control_units.delineation.sources.coordinates.crs import parse_crs, to_crs
from control_units.delineation.sources.rasters.grids import bend, carry, shift, unknown_datum
from control_units.delineation.sources.rasters.raster import open_raster
from raster_files import write
from test_evidence import Setting, needs_cells

pytestmark = [pytest.mark.touches("exactextract"), pytest.mark.uses("rasterio")]


def read(path, layer, crs=None):
    frame = pyogrio.read_dataframe(path, layer=layer)
    geometry = shapely.make_valid(np.asarray(frame.geometry.values))
    return (
        (geometry, frame.crs.to_wkt()) if crs is None else (to_crs(geometry, frame.crs, parse_crs(crs), layer)[0], crs)
    )


def supersampled(polygon, crs, raster, points=6, shifted=True):
    """Mean and majority over points laid regularly in every cell, each weighing its area in the polygon's CRS."""
    dx, _, west, _, dy, north = raster.transform
    box = shapely.bounds(carry(np.array([polygon], dtype=object), crs, raster.crs, "", dx))[0]
    left, right = int((box[0] - west) / dx) - 1, int((box[2] - west) / dx) + 2
    top, bottom = int((box[3] - north) / dy) - 1, int((box[1] - north) / dy) + 2
    values = raster.read((top, bottom, left, right)).repeat(points, 0).repeat(points, 1)
    step = (np.arange(values.shape[1]) + 0.5) / points, (np.arange(values.shape[0]) + 0.5) / points
    x, y = np.meshgrid(west + dx * (left + step[0]), north + dy * (top + step[1]))
    source = raster.crs if shifted else parse_crs(crs).geodetic_crs
    there = pyproj.Transformer.from_crs(source, crs, always_xy=True)
    case_x, case_y = there.transform(x, y)
    shapely.prepare(polygon)
    inside = shapely.contains_xy(polygon, case_x, case_y)
    one, other = np.gradient(case_x), np.gradient(case_y)
    weight = np.where(inside, np.abs(one[0] * other[1] - one[1] * other[0]), 0)
    known = np.where(np.isnan(values), 0, weight)
    mean = (known * np.nan_to_num(values)).sum() / known.sum()
    kinds = np.unique(values[known > 0])
    return mean, kinds[np.argmax([known[values == kind].sum() for kind in kinds])], known.sum() / weight.sum()


@needs_cells
@pytest.mark.parametrize("name", ["srtm", "nlcd", "nlcd2011"])
@pytest.mark.touches("rasterio")
def test_zion(data, name):
    park, crs = read(data / "INTL-zion" / "zion.gpkg", "zion")
    raster = open_raster(data / "INTL-zion" / f"{name}.tif")
    # The park's CRS names no datum but says that it does not differ from WGS 84.
    assert not unknown_datum(crs)
    row = measure(park, crs, {"r": raster}).iloc[0]
    mean, majority, covered = supersampled(park[0], crs, raster, points=2)
    assert row["mean"] == pytest.approx(mean, rel=5e-5)
    if name != "srtm":
        assert row["majority"] == majority
    assert row["covered"] == pytest.approx(covered, abs=2e-5)


@needs_cells
@pytest.mark.parametrize("name", ["dem_globe_30s", "koppen_30s", "dem_globe_900m_gk", "slope_900m_gk"])
def test_urumqi(data, name):
    towns, crs = read(data / "CN-urumqi" / "CN-urumqi.gpkg", "town_voronoi", "EPSG:4538")
    raster = open_raster(data / "CN-urumqi" / f"{name}.tif")
    frame = measure(towns, crs, {"r": raster})
    largest = np.argsort(-shapely.area(towns))[:5]
    for town in largest:
        mean, majority, covered = supersampled(towns[town], crs, raster, points=15)
        row = frame.iloc[town]
        assert row["mean"] == pytest.approx(mean, rel=1e-3)
        assert row["covered"] == pytest.approx(covered, abs=2e-3)
        if name == "koppen_30s":
            assert row["majority"] == majority


@needs_cells
@pytest.mark.touches("rasterio")
def test_geographic_cells_weigh_by_their_area(data):
    """Over two degrees of latitude cells shrink by 3 %: their plain mean is metres off."""
    counties, crs = read(data / "CN-urumqi" / "CN-urumqi.gpkg", "county", "EPSG:4538")
    city = shapely.union_all(counties)
    raster = open_raster(data / "CN-urumqi" / "dem_globe_30s.tif")
    mean, _, _ = supersampled(city, crs, raster, points=4)
    row = measure(np.array([city], dtype=object), crs, {"r": raster}).iloc[0]
    values = raster.read()
    assert row["mean"] == pytest.approx(mean, abs=0.2)
    degrees = carry(np.array([city], dtype=object), crs, raster.crs, "", 0.008)[0]
    x, y = np.meshgrid(
        *(raster.transform[k] + raster.transform[j] * (np.arange(n) + 0.5) for k, j, n in ((2, 0, 273), (5, 4, 261)))
    )
    plain = values[shapely.contains_xy(degrees, x, y)].mean()
    assert abs(plain - mean) > 3


@pytest.mark.parametrize("name", ["landcover_mcd12c1_2019_005deg", "ndvi_max_005deg"])
@pytest.mark.touches("rasterio")
def test_unknown_datum_is_a_finding_and_no_shift(data, name, absent):
    towns, crs = read(data / "CN-urumqi" / "CN-urumqi.gpkg", "town_voronoi", "EPSG:4538")
    path = data / "CN-urumqi" / f"{name}.tif"
    frame, findings = collect(towns, shapely.area(towns), crs, [Setting("modis", str(path))])
    if "exactextract" in absent:
        assert [finding.id for finding in findings] == ["S62"]
        return
    unknown = [finding for finding in findings if finding.id == "S60"]
    assert len(unknown) == 1
    assert "Clarke 1866" in unknown[0].facts["datum"]
    raster = open_raster(path)
    town = int(np.argmax(shapely.area(towns)))
    mean, _, covered = supersampled(towns[town], crs, raster, points=40, shifted=False)
    assert frame["mean"][town] == pytest.approx(mean, rel=2e-3)
    assert frame["covered"][town] == pytest.approx(covered, abs=2e-3)
    # The longitudes and latitudes of the case's own datum, to the last digit.
    degrees = shift(towns, crs, raster.crs, "")
    own = to_crs(towns, parse_crs(crs), parse_crs("EPSG:4490"), "")[0]
    np.testing.assert_array_equal(shapely.get_coordinates(degrees), shapely.get_coordinates(own))


@needs_cells
@pytest.mark.touches("rasterio")
def test_ndvi_has_minus_3000_beside_nan(data):
    raster = open_raster(data / "CN-xiamen" / "ndvi_max_005deg.tif")
    values = raster.read()
    assert raster.nodata == -3000
    assert np.nanmin(values) > -1
    counties, crs = read(data / "CN-xiamen" / "CN-xiamen.gpkg", "county", "EPSG:4548")
    frame = measure(counties, crs, {"ndvi": raster})
    assert frame["mean"].dropna().between(-0.2, 1).all()


def test_a_datum_that_states_its_shift_is_known():
    bound = "+proj=utm +zone=12 +ellps=clrk66 +towgs84=-8,160,176 +type=crs"
    assert unknown_datum("+proj=longlat +ellps=clrk66 +type=crs")
    assert unknown_datum("EPSG:4008")
    assert unknown_datum("+proj=sinu +R=6371007.181 +type=crs")
    for known in (bound, "EPSG:4490", "EPSG:4326", "EPSG:2263", "EPSG:27572", "EPSG:4214"):
        assert not unknown_datum(known)


def test_projected_raster_of_unknown_datum_takes_longitude_and_latitude():
    sinusoidal = "+proj=sinu +R=6371007.181 +units=m +type=crs"
    point = np.array([shapely.Point(500_000, 4_850_000)], dtype=object)
    x, y = shapely.get_coordinates(shift(point, "EPSG:4538", sinusoidal, ""))[0]
    longitude, latitude = pyproj.Transformer.from_crs("EPSG:4538", "EPSG:4490", always_xy=True).transform(
        500_000, 4_850_000
    )
    # Sinusoidal projection of a sphere (Snyder 1987, equations 30-1 and 30-2).
    radius = 6371007.181
    assert y == pytest.approx(radius * np.radians(latitude), abs=1e-3)
    assert x == pytest.approx(radius * np.radians(longitude) * np.cos(np.radians(latitude)), abs=1e-3)


def test_long_edges_are_bent():
    """An edge of 1,000 km along a parallel of the projection strays by kilometres in degrees."""
    box = np.array([shapely.box(0, 3_000_000, 1_000_000, 4_000_000)], dtype=object)
    bent = bend(box, "EPSG:4538", "EPSG:4490", "", 0.01)
    assert shapely.get_num_coordinates(bent)[0] > 40
    assert shapely.area(bent) == pytest.approx(shapely.area(box), rel=1e-12)
    plain, few, many = shift(np.concatenate([box, bent, shapely.segmentize(box, 500)]), "EPSG:4538", "EPSG:4490", "")
    true = shapely.points(shapely.get_coordinates(many))
    # A hundredth of a cell of 0.01 degrees, and a little for edges that are not among the thousand longest.
    assert shapely.distance(true, few.exterior).max() < 1.2e-4
    assert shapely.distance(true, plain.exterior).max() > 0.01
    assert bend(box, "EPSG:4538", "EPSG:4490", "", 100.0) is box


@needs_cells
@pytest.mark.touches("rasterio")
def test_findings_of_a_known_raster_are_none(tmp_path):
    raster = open_raster(write(tmp_path / "a.tif", np.ones((1, 2, 2))))
    polygon = np.array([shapely.box(500_000, 3_999_980, 500_020, 4_000_000)], dtype=object)
    frame = measure(polygon, "EPSG:4549", {"a": raster})
    assert findings_of(frame, shapely.area(polygon), {"a": raster}, covered_min=0.5) == []
