"""Every file of the MESSY folder gives values or one clear sentence, and the table in ``test/README.md`` says which."""

from __future__ import annotations

import re

import pytest
from messy import files, say, table, written

pytestmark = [pytest.mark.slow, pytest.mark.touches("exactextract"), pytest.mark.uses("rasterio")]


@pytest.fixture(scope="module")
def folder(data):
    return data / "MESSY"


@pytest.fixture(scope="module")
def said(folder):
    return list(say(folder))


@pytest.fixture
def measures(absent):
    """Whether the library is there that measures rasters."""
    return "exactextract" not in absent


def test_no_file_is_left_out(folder, said):
    assert {row.file for row in said} == {path.relative_to(folder).as_posix() for path in files(folder)}


def test_a_refusal_names_the_file_and_what_is_wanted(said):
    refused = [row for row in said if row.error]
    assert len(refused) >= 10
    for row in refused:
        (sentence,) = row.findings
        assert row.file in sentence
        assert "; wanted: " in sentence
        assert "Traceback" not in sentence
        assert not re.search(r"\b(Error|Exception)\b", sentence)


def test_texts_of_townships_are_the_same_in_every_encoding(folder):
    from control_units.delineation.sources.layer import read_layer

    whole = read_layer(folder / "xiamen_town.gdb").raw
    wanted = set(whole.columns["乡镇名称"].tolist())
    assert len(wanted) == 40
    for path in sorted(folder.glob("*/*.shp")):
        if "town" in path.stem or "乡镇" in path.stem:
            raw = read_layer(path).raw
            values = {text for column in raw.columns.values() for text in column.tolist() if isinstance(text, str)}
            assert wanted <= values, path.name


def test_the_table_says_what_the_engine_says(said, measures):
    told, wanted = table(said).splitlines(), written().splitlines()
    if not measures:
        told, wanted = ([line for line in lines if "| raster |" not in line] for lines in (told, wanted))
    assert told == wanted


@pytest.mark.parametrize(
    ("file", "sentences"),
    [
        ("county_defects.gpkg", ["a spike 8000.00 m long", "are the same shape", "overlap by", "crosses itself"]),
        ("county_gaps6m.gpkg", ["a gap of 26.01 ha (about 6.00 m wide) between 同安区 / 翔安区"]),
        ("county_overlap6m.gpkg", ["counties overlap by 74.45 ha; the feature that comes first keeps the overlap"]),
        ("town_bj54_epsg2437/town_bj54_epsg2437.shp", ["between Beijing 1954 and CGCS2000 are not public"]),
        ("xiamen_county.tab", ["WGS 84 and CGCS2000 differ by less than 1 m"]),
        (
            "town_zone39_noprj/town_zone39_noprj.shp",
            ["a case stops here: no CRS; coordinates are x 39589263 …", 'crs = "EPSG:4527"'],
        ),
    ],
)
def test_a_layer_is_told_what_a_case_of_it_is_told(said, file, sentences):
    (row,) = [row for row in said if row.file == file]
    for sentence in sentences:
        assert sentence in "\n".join(row.findings)


def test_a_raster_is_measured_in_a_case(said, measures):
    """Means as ``gdalinfo -stats`` gives them."""
    if not measures:
        told = [row.findings for row in said if row.layer == "raster" and not row.error]
        assert told, [row for row in said if row.layer == "raster"]
        assert all("not installed: no evidence was measured" in "".join(findings) for findings in told)
        return
    means = {row.file.rpartition("/")[2]: row.features.rpartition("mean ")[2] for row in said if row.layer == "raster"}
    assert means["dem.tif"] == "147.2"
    assert means["dem_zones.tif"] == means["dem_zones_crs.tif"] == "3.444"
