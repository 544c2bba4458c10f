"""A comparison opened in QGIS: boundary confidence as line width, disagreement in shades, units in their colours."""

from __future__ import annotations

import pytest
from bench_runs import METHODS, comparison
from control_units.delineation.bench.report.layers import short_names, write_comparison
from control_units.delineation.plan.outputs import OutputGuard
from qgis.core import QgsGraduatedSymbolRenderer, QgsRenderContext, QgsRuleBasedRenderer, QgsVectorLayer

NAMES = short_names(METHODS)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("comparison") / "comparison.gpkg"
    write_comparison(comparison(), path, guard=OutputGuard(path))
    return path


def opened(path, name):
    layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
    assert layer.isValid(), name
    return layer


def looks(layer):
    """The symbol of each feature, as the map draws it."""
    context = QgsRenderContext()
    renderer = layer.renderer().clone()
    renderer.startRender(context, layer.fields())
    found = [(feature, renderer.symbolForFeature(feature, context)) for feature in layer.getFeatures()]
    out = [(feature, symbol.clone() if symbol is not None else None) for feature, symbol in found]
    renderer.stopRender(context)
    return out


def test_a_border_is_as_wide_as_it_is_sure(written):
    layer = opened(written, "boundary_confidence")
    assert isinstance(layer.renderer(), QgsGraduatedSymbolRenderer)
    assert layer.renderer().classAttribute() == "confidence"
    wide = [(feature["confidence"], symbol.width()) for feature, symbol in looks(layer)]
    for share, width in wide:
        # A border between two classes belongs to the lower one.
        step = next(number for number in range(5) if share <= (number + 1) / 5 + 1e-12)
        assert width == pytest.approx(0.1 + 0.3 * step), share
    assert len({width for _, width in wide}) > 1


def test_what_is_disputed_is_darker(written):
    layer = opened(written, "disagreement")
    assert layer.renderer().classAttribute() == "differ"
    shades = [(feature["differ"], symbol.color().lightness()) for feature, symbol in looks(layer)]
    light = dict(sorted(shades))
    assert list(light.values()) == sorted(light.values(), reverse=True)
    assert len(light) > 1


def test_units_of_every_method_have_the_colours_of_a_plan(written):
    for name in NAMES:
        layer = opened(written, f"units_{name}")
        assert isinstance(layer.renderer(), QgsRuleBasedRenderer)
        labels = [rule.filterExpression() for rule in layer.renderer().rootRule().children()]
        assert '"category" = 1 AND "sea" = 0' in labels
