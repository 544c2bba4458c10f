"""Choices in dialogs of the toolbox: words of the user's language to read, the engine's names as values."""

from __future__ import annotations

import re

import pytest
from control_units.ui.processing.choices import WIDGET
from processing.gui import ParametersPanel
from processing.gui.AlgorithmDialog import AlgorithmDialog
from processing.gui.wrappers import WidgetWrapperFactory
from processing.modeler.ModelerParametersDialog import ModelerParametersDialog
from qgis.core import QgsProcessingContext, QgsProcessingModelAlgorithm, QgsProcessingParameterEnum
from qgis.gui import QgsProcessingModelerParameterWidget
from qgis.PyQt.QtWidgets import QComboBox

CHINESE = re.compile(r"[一-鿿]")
ALGORITHMS = ("suggest_units", "regionalise")


def choices(algorithm):
    return [one for one in algorithm.parameterDefinitions() if isinstance(one, QgsProcessingParameterEnum)]


class Dialog:
    """As much of Processing's dialog as a widget asks for."""


class BatchAlgorithmDialog(Dialog):
    pass


@pytest.mark.parametrize("name", ALGORITHMS)
def test_every_choice_has_words_in_both_languages(toolbox, name):
    algorithm = toolbox(name)
    for parameter in choices(algorithm):
        words = parameter.metadata()["widget_wrapper"]["words"]
        assert set(words) == set(parameter.options())
        assert not any(CHINESE.search(text) for text in words.values())
        assert len(set(words.values())) == len(words)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_in_chinese_every_choice_is_chinese(chinese, name):
    algorithm = chinese(name)
    found = choices(algorithm)
    assert len(found) >= 3
    for parameter in found:
        words = parameter.metadata()["widget_wrapper"]["words"]
        assert all(CHINESE.search(text) for text in words.values()), parameter.name()
        assert len(set(words.values())) == len(words)
        assert all(option.isascii() for option in parameter.options()), "what scripts give stays what it is"


@pytest.mark.parametrize("dialog", [Dialog, BatchAlgorithmDialog])
def test_a_dialog_shows_words_and_gives_names(chinese, dialog):
    algorithm, context = chinese("suggest_units"), QgsProcessingContext()
    parameter = algorithm.parameterDefinition("SCOPE")
    wrapper = WidgetWrapperFactory.create_wrapper(parameter, dialog())
    combo = wrapper.createWrappedWidget(context)
    assert isinstance(combo, QComboBox)
    words = parameter.metadata()["widget_wrapper"]["words"]
    assert [combo.itemText(n) for n in range(combo.count())] == [words[one] for one in parameter.options()]
    assert wrapper.parameterValue() == "category"
    told = []
    wrapper.widgetValueHasChanged.connect(lambda _: told.append(True))
    combo.setCurrentIndex(1)
    assert wrapper.parameterValue() == "whole"
    assert told
    wrapper.setParameterValue("category", context)
    assert combo.currentText() == words["category"]
    wrapper.setParameterValue(None, context)
    assert wrapper.parameterValue() == "category"
    # Nothing is offered twice: the engine has another word for the second.
    assert parameter.options() == ["category", "whole"]


def test_in_a_model_a_choice_may_still_come_from_elsewhere(chinese):
    """QGIS's own widget with its way to inputs and expressions, worded."""
    model = QgsProcessingModelAlgorithm("m", "m")
    algorithm = chinese("suggest_units")
    words = algorithm.parameterDefinition("SCOPE").metadata()["widget_wrapper"]["words"]
    dialog = ModelerParametersDialog(algorithm, model)
    wrapper = dialog.widget.widget.wrappers["SCOPE"]
    assert isinstance(wrapper, QgsProcessingModelerParameterWidget)
    texts = [combo.itemText(n) for combo in wrapper.findChildren(QComboBox) for n in range(combo.count())]
    assert set(words.values()) <= set(texts)
    assert "whole" not in texts
    dialog.close()


def test_processing_makes_its_dialog_of_them(chinese, monkeypatch):
    monkeypatch.setattr(ParametersPanel, "iface", None)  # of pytest-qgis, which has no browser
    algorithm = chinese("suggest_units")
    words = algorithm.parameterDefinition("SCOPE").metadata()["widget_wrapper"]["words"]
    dialog = AlgorithmDialog(algorithm)
    dialog.setParameters({"CASE": "c.toml", "METHOD": "ward", "SCOPE": "category"})
    found = dialog.createProcessingParameters()
    assert (found["METHOD"], found["SCOPE"], found["CORES"]) == ("ward", "category", "grow")
    shown = {combo.currentText() for combo in dialog.findChildren(QComboBox)}
    assert words["category"] in shown
    assert "ward" not in shown
    dialog.close()


def test_the_widget_is_found_by_its_name():
    module, _, name = WIDGET.rpartition(".")
    assert hasattr(__import__(module, fromlist=[name]), name)
