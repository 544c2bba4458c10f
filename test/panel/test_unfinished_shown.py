"""What nobody delivered is seen in QGIS: hatched on maps and printed sheets, named in legends and in the panel."""

from __future__ import annotations

import re

import numpy as np
import pytest
from control_units.delineation.case.profile import read_profile
from control_units.delineation.export.atlas import draw_atlas
from control_units.delineation.export.atlas_sheet import AtlasOptions
from control_units.delineation.export.map_sheet import MapOptions
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs.running import run
from control_units.ui.map.atlas import print_parts
from control_units.ui.map.layers import plan_layer, show_plan
from control_units.ui.map.look import hatch
from control_units.ui.map.printing import print_maps
from control_units.ui.pages.result.summary_tree import SummaryTree
from file_text import text_of
from hand import box
from qgis.core import QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage
from unfinished import case_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unfinished")
    run(case_of(folder), folder / "plan.gpkg")
    return folder / "plan.gpkg"


@pytest.fixture
def zones(plan):
    QgsProject.instance().clear()
    show_plan(plan, "hand")
    yield plan_layer(plan, "element_zones")
    QgsProject.instance().clear()


def pixels(picture):
    picture = picture.convertToFormat(QImage.Format.Format_RGB888)
    bits = picture.constBits()
    bits.setsize(picture.sizeInBytes())
    rows = np.frombuffer(bits, np.uint8).reshape(picture.height(), picture.bytesPerLine())
    return rows[:, : 3 * picture.width()].reshape(picture.height(), picture.width(), 3).astype(int)


def lines_of(layer, element, x, y):
    """Share of lines, and the way most of them run, on a square kilometre of an element's zones."""
    layer.setSubsetString(f"\"element\" = '{element}'")
    layer.setLabelsEnabled(False)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(300, 300))
    settings.setExtent(QgsRectangle(*box(x, y, 1_000, 1_000).bounds))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    picture = pixels(job.renderedImage()).sum(axis=2)
    dark = picture < np.median(picture) - 60
    # Of hatching that runs down to the right a pixel's lower right neighbour is dark too.
    down, up = (dark[:-1, :-1] & dark[1:, 1:]).sum(), (dark[:-1, 1:] & dark[1:, :-1]).sum()
    return float(dark.mean()), "down" if down > up else "up"


@pytest.mark.parametrize("keys", [False, True])
def test_filled_land_is_hatched_on_the_map_whether_or_not_key_units_are(zones, keys):
    hatch(zones, on=keys)
    share, way = lines_of(zones, "air", 7_000, 7_000)
    assert (share > 0.02, way) == (True, "down")
    assert lines_of(zones, "water", 12_000, 500)[0] > 0.02
    # Delivered as general, and delivered without general zones.
    for plain in (("air", 2_800, 500), ("soil", 7_000, 7_000), ("water", 500, 8_000)):
        assert lines_of(zones, *plain)[0] == 0


def test_the_legend_and_the_table_of_the_layer_have_words_for_it(zones):
    labels = [item.label() for item in zones.renderer().legendSymbolItems()]
    assert labels[-1] in ("一般管控区（按未提供补足）", "General control (not delivered)")
    assert len(labels) == len(set(labels)) == 4
    field = zones.fields().lookupField("filled")
    setup = zones.editorWidgetSetup(field)
    formatter = QgsApplication.fieldFormatterRegistry().fieldFormatter(setup.type())
    words = [formatter.representValue(zones, field, setup.config(), None, one) for one in ("", "undelivered")]
    assert words in (["As delivered", "Filled in, not delivered"], ["据来源图层", "按未提供补足"])


def test_the_panel_tells_what_was_filled_in(plan):
    tree = SummaryTree()
    tree.show_plan(read_plan(plan), read_profile())
    texts = [tree.topLevelItem(row).text(0) for row in range(tree.topLevelItemCount())]
    assert "Water environment: filled in, not delivered (100.0000 km²)" in texts
    assert sum("delivered without general zones" in one for one in texts) == 2  # ecology, soil


def test_a_printed_map_hatches_it_and_says_so_in_the_legend(plan, tmp_path):
    print_maps(plan, tmp_path / "m.pdf", MapOptions(paper="A4"))
    assert "水环境、大气环境（按未提供补足）" in text_of(tmp_path / "m.pdf")
    print_maps(plan, tmp_path / "m.png", MapOptions(paper="A4", dpi=100))
    picture = pixels(QImage(str(tmp_path / "m.png")))
    height, width, _ = picture.shape
    part = picture[int(0.52 * height) : int(0.58 * height), int(0.5 * width) : int(0.6 * width)]
    assert 0.05 < float((part.max(axis=2) < 150).mean()) < 0.5


def test_sheets_of_an_atlas_hatch_it_too_and_the_card_of_a_unit_says_it(plan, tmp_path):
    draw_atlas(
        plan, tmp_path / "a.pdf", AtlasOptions.read(), lambda *_: None,
        lambda one, folder, options, progress: print_parts(one, folder, options, progress=progress),
    )  # fmt: skip
    text = text_of(tmp_path / "a.pdf")
    assert "水环境、大气环境（按未提供补足）" in text
    shares = re.findall(r"环境一般管控区（按未提供补足）：[\d.]+km²（占([\d.]+)%）", text)
    assert sorted(shares) == ["100.00", "100.00", "50.00", "95.40"]
