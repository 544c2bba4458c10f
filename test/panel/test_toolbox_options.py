"""Options that are declared once are parameters of the toolbox too, and what is said of them reaches the verb."""

from __future__ import annotations

from dataclasses import replace

import pytest
from control_units.delineation.cli.verbs import VERBS
from control_units.delineation.core.messages import Message
from control_units.delineation.core.options import Option
from control_units.ui.processing import algorithm as shared
from control_units.ui.processing.algorithms import ALGORITHMS
from qgis.core import QgsProcessing, QgsProcessingContext, QgsProcessingFeedback

NAMES = [one.NAME for one in ALGORITHMS]
WITH_OPTIONS = [verb for verb in VERBS if verb.name in {one.VERB for one in ALGORITHMS}]


def lacking(verb, made):
    """The options with a title that no algorithm of their verb has a parameter for, titled and explained."""
    there = set()
    for name in (one.NAME for one in ALGORITHMS if verb.name == one.VERB):
        algorithm = made(name)
        there |= {one.name() for one in algorithm.parameterDefinitions() if one.description() and one.help()}
    return {option.name.upper() for option in verb.options if option.title} - there


@pytest.mark.parametrize("verb", WITH_OPTIONS, ids=lambda verb: verb.name)
def test_every_option_with_a_title_is_a_parameter(toolbox, verb):
    assert lacking(verb, toolbox) == set()
    unheard = Option("unheard", Message("a word of nobody's"), title=Message("Unheard"))
    assert lacking(replace(verb, options=(unheard,)), toolbox) == {"UNHEARD"}


@pytest.mark.parametrize("name", NAMES)
def test_in_chinese_what_is_declared_is_chinese(chinese, name):
    from control_units.ui.processing.algorithm import options_of

    algorithm = chinese(name)
    for option in options_of(type(algorithm)).values():
        one = algorithm.parameterDefinition(option.name.upper())
        if option.title and one is not None:
            assert not one.description().isascii(), option.name
            assert not one.help().isascii(), option.name


def test_a_line_more_is_a_parameter_that_reaches_the_verb(toolbox, monkeypatch, tmp_path):
    from control_units.delineation.verbs import overlaying
    from hand import box, write_layer

    more = Option("nodes", Message("Not fewer."), "N", kind="whole", title=Message("Corners"), default=4, least=3)
    changed = [replace(one, options=(*one.options, more)) if one.name == "partition" else one for one in VERBS]
    assert toolbox("partition").parameterDefinition("NODES") is None
    monkeypatch.setattr(shared, "VERBS", tuple(changed))
    shared.options_of.cache_clear()
    try:
        algorithm = toolbox("partition")
        added = algorithm.parameterDefinition("NODES")
        assert (added.description(), added.help(), added.minimum(), added.defaultValue()) == (
            *("Corners", "Not fewer.", 3, 4),
        )
        asked, overlay = [], overlaying.overlay
        monkeypatch.setattr(
            overlaying, "overlay", lambda *_, nodes, **how: (asked.append(nodes), overlay(*_, **how))[1]
        )
        layer = write_layer(tmp_path / "a.gpkg", "a", [box(0, 0, 100, 100)], {"id": [1]})
        given = {"LAYERS": [str(layer)], "NODES": 7, "FACES": QgsProcessing.TEMPORARY_OUTPUT}
        _, ok = algorithm.run(given, QgsProcessingContext(), QgsProcessingFeedback())
        assert ok
        assert asked == [7]
    finally:
        monkeypatch.undo()
        shared.options_of.cache_clear()


def test_an_algorithm_without_pictures_has_those_of_all(toolbox, monkeypatch):
    algorithm = toolbox("partition")
    assert "partition.svg" in algorithm.shortHelpString()
    assert algorithm.svgIconPath().endswith("partition.svg")
    monkeypatch.setattr(type(algorithm), "NAME", "new_one")
    assert "<img" not in algorithm.shortHelpString()
    assert algorithm.svgIconPath().endswith("control_units.svg")
    assert not algorithm.icon().isNull()
