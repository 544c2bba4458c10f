"""Shapefiles whose texts are in another encoding than they state, or state none."""

from __future__ import annotations

import pytest
from control_units.delineation.case.reading import read_case
from control_units.delineation.checks import subject_from_layer
from control_units.delineation.sources import read_sources
from hand import CASE, TOWNSHIP, hand, write_layer

SHAPES, FIELDS = TOWNSHIP
TITLES = ("乡镇代码", "乡镇名称")
OWN = 'layer = "township"\nfields = { code = "code", name = "name" }\n'


def sources(folder, *, written, stated, more=""):
    """Read the hand case with its townships from a Shapefile; ``stated`` is what its .cpg says, None for no .cpg."""
    case = hand(folder)
    shapefile = write_layer(folder / "towns.shp", "towns", SHAPES, FIELDS, encoding=written)
    label = shapefile.with_suffix(".cpg")
    label.unlink(missing_ok=True)
    table = bytearray(shapefile.with_suffix(".dbf").read_bytes())
    # Language driver: none.
    table[29] = 0
    for number, title in enumerate(TITLES, 1):
        # GDAL's Python readers do not write a name that is cut within a character; others do.
        table[32 * number : 32 * number + 11] = title.encode(written)[:10].ljust(11, b"\0")
    shapefile.with_suffix(".dbf").write_bytes(bytes(table))
    if stated is not None:
        label.write_text(stated, encoding="ascii")
    text = CASE.replace('path = "hand.gpkg"\n' + OWN, f'path = "towns.shp"\n{more}')
    assert "towns.shp" in text
    case.write_text(text, encoding="utf-8")
    return read_sources(read_case(case))


@pytest.mark.parametrize("stated", ["UTF-8", None])
@pytest.mark.parametrize("written", ["GBK", "UTF-8"])
def test_texts_are_read_whatever_the_file_states(tmp_path, written, stated):
    """Ten bytes hold three of the four characters of a field's name in UTF-8; values decide, and a finding says so.

    What states its encoding rightly needs no word.
    """
    found = sources(tmp_path, written=written, stated=stated)
    town = found.features.of("township")
    assert found.features.name[town].tolist() == FIELDS["name"]
    assert found.features.code[town].tolist() == FIELDS["code"]
    said = [finding.facts["encoding"] for finding in found.findings if finding.id == "S02"]
    assert said == ([] if written == stated else [{"GBK": "GB18030", "UTF-8": "UTF-8"}[written]])


def test_the_case_overrides_what_the_file_states(tmp_path):
    """An encoding of the case is no guess."""
    found = sources(tmp_path, written="GBK", stated="UTF-8", more='encoding = "GBK"\n')
    assert found.features.name[found.features.of("township")].tolist() == FIELDS["name"]
    assert not [finding for finding in found.findings if finding.id == "S02"]


def test_check_reads_a_layer_whose_names_are_cut(tmp_path):
    """A foreign layer of units comes with the same texts."""
    sources(tmp_path, written="UTF-8", stated="UTF-8")
    units = subject_from_layer(tmp_path / "towns.shp", fields={"code": "乡镇代", "name": "乡镇名"}).units
    assert units["name"].tolist() == FIELDS["name"]
