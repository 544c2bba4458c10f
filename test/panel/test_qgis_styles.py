"""A plan opened in QGIS shows its three colours and its names, with nothing but the file."""

from __future__ import annotations

import numpy as np
import pytest
from control_units.delineation.export.map_figure import COLOURS, SEA_COLOURS
from control_units.delineation.plan.styles import styles
from qgis.core import QgsMapRendererParallelJob, QgsMapSettings, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage

WIDTH, HEIGHT = 900, 600


def opened(path, name):
    layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
    assert layer.isValid(), name
    return layer


def rendered(layer, extent, *, size=(WIDTH, HEIGHT)):
    """The picture as (height, width, 3) and the scale it was drawn at."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(*size))
    settings.setOutputDpi(96)
    settings.setExtent(extent)
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage().convertToFormat(QImage.Format.Format_RGB888)
    bits = picture.constBits()
    bits.setsize(picture.sizeInBytes())
    rows = np.frombuffer(bits, np.uint8).reshape(picture.height(), picture.bytesPerLine())
    pixels = rows[:, : 3 * picture.width()].reshape(picture.height(), picture.width(), 3)
    return pixels.astype(int), settings.scale()


def share(picture, colour, tolerance=1):
    wanted = np.array(QColor(colour).getRgb()[:3])
    return float((np.abs(picture - wanted).max(axis=2) <= tolerance).mean())


def test_units_show_three_colours_and_the_seas_paler_one(sample_plan_file):
    layer = opened(sample_plan_file, "units")
    picture, _ = rendered(layer, layer.extent())
    shares = {key: share(picture, colour) for key, colour in COLOURS.items()} | {"sea": share(picture, SEA_COLOURS[1])}
    wanted = {1: 4 / 24, 2: 1 / 24, 3: 15 / 24, "sea": 4 / 24}
    assert shares == pytest.approx(wanted, rel=0.15)  # outlines and names take their part


def test_key_units_can_be_hatched_for_grey_prints(sample_plan_file):
    from qgis.core import QgsExpressionContextUtils

    layer = opened(sample_plan_file, "units")
    plain, _ = rendered(layer, layer.extent())
    QgsExpressionContextUtils.setLayerVariable(layer, "hatch_key", 1)
    hatched, _ = rendered(layer, layer.extent())
    assert share(hatched, COLOURS[2]) < 0.95 * share(plain, COLOURS[2])
    assert share(hatched, COLOURS[1]) == share(plain, COLOURS[1])


def test_names_show_from_1_to_200000_on_with_a_white_halo(sample_plan_file):
    layer = opened(sample_plan_file, "units")
    centre = layer.extent().center()

    def seen(half_width):
        half_height = half_width * HEIGHT / WIDTH
        x, y = centre.x() + 5_000, centre.y() + 5_000  # inside the general unit of the first county
        extent = QgsRectangle(x - half_width, y - half_height, x + half_width, y + half_height)
        labelled, scale = rendered(layer, extent)
        layer.setLabelsEnabled(False)
        bare, _ = rendered(layer, extent)
        layer.setLabelsEnabled(True)
        return labelled, bare, scale

    near, bare, scale = seen(20_000)
    assert scale < 200_000
    assert (near != bare).any()
    assert share(near, "white") > share(bare, "white")
    assert layer.labeling().settings().format().buffer().color() == QColor("white")
    far, bare, scale = seen(60_000)
    assert scale > 200_000
    assert (far == bare).all()


def test_faces_borders_and_findings_have_their_looks(sample_plan_file):
    faces = opened(sample_plan_file, "faces")
    near, _ = rendered(faces, QgsRectangle(500_000, 3_200_000, 530_000, 3_220_000))
    assert min(share(near, colour) for colour in COLOURS.values()) > 0.03
    far, scale = rendered(faces, QgsRectangle(400_000, 3_140_000, 580_000, 3_260_000))
    assert scale > 250_000
    assert share(far, "white", 0) == 1
    borders = opened(sample_plan_file, "borders")
    near, _ = rendered(borders, QgsRectangle(503_000, 3_201_000, 507_000, 3_204_000))
    assert 0 < 1 - share(near, "white", 0) < 0.01
    findings = opened(sample_plan_file, "findings|geometrytype=Point")
    near, _ = rendered(findings, QgsRectangle(507_000, 3_207_200, 508_000, 3_207_800))
    assert share(near, "#e6007e") > 0


def test_element_zones_are_coloured_by_the_digit_of_their_code(sample_plan_file):
    layer = opened(sample_plan_file, "element_zones")
    layer.setOpacity(1)
    picture, _ = rendered(layer, layer.extent())
    assert share(picture, COLOURS[1]) > 0.1
    assert share(picture, COLOURS[3]) > 0.1
    assert share(picture, COLOURS[2]) == 0


@pytest.mark.parametrize("name", sorted(styles()))
def test_every_style_file_is_what_qgis_loads(sample_plan_file, tmp_path, name):
    # Styles of layers that a plan does not hold are tried on one of the same kind.
    of = {
        "findings": "findings|geometrytype=Point",
        "county_borders": "borders",
        "boundary_confidence": "borders",
        "disagreement": "faces",
        "method_units": "units",
        "regions": "units",
        "region_outlines": "units",
    }
    layer = opened(sample_plan_file, of.get(name, name))
    qml, sld = styles()[name]

    def load_qml(file):
        return layer.loadNamedStyle(file, True)  # from this file, and not what the plan brings

    for suffix, text, load in (("qml", qml, load_qml), ("sld", sld, layer.loadSldStyle)):
        path = tmp_path / f"{name}.{suffix}"
        path.write_text(text, encoding="utf-8")
        message, ok = load(str(path))
        assert ok, message
