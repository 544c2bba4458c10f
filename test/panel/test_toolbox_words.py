"""The toolbox speaks Chinese and English: every text is translated, names for scripts are not, and the engine's too."""

from __future__ import annotations

import ast
import re
import runpy
import xml.etree.ElementTree as ET
from pathlib import Path

import control_units
import pytest
from control_units.delineation.core.errors import BadInput, MissingLibrary
from control_units.delineation.core.messages import Message, at
from control_units.ui.processing import algorithms

ROOT = Path(control_units.__file__).parent
TRANSLATION = ROOT / "i18n" / "control_units_zh_CN.ts"
CHINESE = re.compile(r"[一-鿿]")
ALGORITHMS = (*(one.NAME for one in algorithms.ALGORITHMS), "control_units_example")
SOURCES = [ROOT / "plugin.py", *sorted((ROOT / "ui").rglob("*.py"))]


def messages():
    return ET.parse(TRANSLATION).iter("message")  # noqa: S314 - our own file


def calls(path, *names):
    return calls_in(path.read_text(encoding="utf-8"), *names)


def calls_in(text, *names):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in names:
                yield node


def test_every_text_is_translated_and_keeps_its_facts():
    wrong = []
    for message in messages():
        source, translation = message.findtext("source"), message.find("translation")
        if translation.get("type") or not translation.text:
            wrong.append(f"unfinished: {source}")
            continue
        facts = [sorted(re.findall(r"\{\w*\}", text)) for text in (source, translation.text)]
        if facts[0] != facts[1]:
            wrong.append(f"other facts: {source}")
    assert not wrong, "\n".join(wrong)


def test_every_text_of_the_interface_is_in_the_translation_file():
    known = {message.findtext("source") for message in messages()}
    missing = {
        f"{path.name}:{node.lineno} {text.value}"
        for path in SOURCES
        for name, place in (("tr", 0), ("translate", 1))
        for node in calls(path, name)
        for text in node.args[place : place + 1]
        if isinstance(text, ast.Constant) and text.value not in known
    }
    assert not missing, "make i18n, then translate:\n" + "\n".join(sorted(missing))


def test_make_i18n_gathers_what_is_in_the_translation_file():
    texts = runpy.run_path(str(ROOT / ".ci" / "panel_texts.py"))["texts"]
    gathered = set()
    for path in SOURCES:
        for call in calls_in(texts(path), "translate"):
            context, source, *meaning = (one.value for one in call.args)
            gathered.add((context, source, *filter(None, meaning)))
    known = {
        ("ControlUnits", *filter(None, (message.findtext("source"), message.findtext("comment"))))
        for message in messages()
    }
    assert gathered == known


def test_no_text_is_put_together_before_it_is_translated():
    wrong = [
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        for node in calls(path, "translate", "tr")
        if any(isinstance(arg, ast.JoinedStr | ast.BinOp | ast.Call) for arg in node.args)
    ]
    assert not wrong


@pytest.mark.parametrize("name", ALGORITHMS)
def test_an_algorithm_is_chinese_where_qgis_is_and_english_elsewhere(chinese, name):
    algorithm = chinese(name)
    definitions = [*algorithm.parameterDefinitions(), *algorithm.outputDefinitions()]
    assert algorithm.name() == name
    assert all(one.name().isascii() for one in definitions)
    texts = [algorithm.displayName(), algorithm.group(), algorithm.shortHelpString() or algorithm.shortDescription()]
    texts += [one.description() for one in definitions]
    texts += [one.help() for one in algorithm.parameterDefinitions() if one.help()]
    if name != "control_units_example":
        texts += [one.help() for one in algorithm.parameterDefinitions()]
        texts.append(algorithm.shortDescription())
    without = [text for text in texts if not CHINESE.search(text)]
    assert not without


@pytest.mark.parametrize("name", ALGORITHMS)
def test_in_english_nothing_is_chinese(toolbox, name):
    algorithm = toolbox(name)
    texts = [algorithm.displayName(), algorithm.group(), algorithm.groupId(), algorithm.shortHelpString()]
    texts += [one.description() for one in [*algorithm.parameterDefinitions(), *algorithm.outputDefinitions()]]
    texts += [one.help() for one in algorithm.parameterDefinitions()]
    assert not [text for text in texts if CHINESE.search(text)]
    assert all(texts[:3])


@pytest.mark.parametrize("name", ALGORITHMS[:-1])
def test_help_has_a_picture_that_is_there_and_fits_the_pane(toolbox, name):
    from qgis.PyQt.QtCore import QUrl
    from qgis.PyQt.QtSvg import QSvgRenderer

    # An algorithm may have none.
    for address in re.findall(r'<img src="([^"]+)"', toolbox(name).shortHelpString()):
        picture = QSvgRenderer(QUrl(address).toLocalFile())
        assert picture.isValid()
        assert picture.defaultSize().width() <= 240
    assert not toolbox(name).icon().isNull()
    assert any(CHINESE.search(tag) for tag in toolbox(name).tags())
    assert any(tag.isascii() for tag in toolbox(name).tags())


ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{2,}")
KASHGAR, XIAMEN = (75.0, 38.0, 76.5, 40.0), (117.8, 24.2, 118.5, 24.9)
# Metres and degrees as files without a CRS have them, either way round.
BOUNDS = (
    XIAMEN, (24.2, 117.8, 24.9, 118.5), (39.5e6, 2.7e6, 39.6e6, 2.8e6), (2.7e6, 39.5e6, 2.8e6, 39.6e6),
    (5.0e5, 2.7e6, 5.5e5, 2.8e6), (2.7e6, 5.0e5, 2.8e6, 5.5e5), (1.312e7, 2.8e6, 1.32e7, 2.85e6),
    (2.8e6, 1.312e7, 2.85e6, 1.32e7), (1.35e7, 4.3e6, 1.36e7, 4.4e6), (1.0, 5.0, 8.0, 8.0),
    (200.0, 200.0, 400.0, 400.0),
)  # fmt: skip


def test_what_is_said_of_a_missing_or_wrong_crs_is_chinese_to_the_last_word(monkeypatch):
    from control_units.delineation.sources.coordinates.crs import parse_crs
    from control_units.delineation.sources.coordinates.crs_candidates import no_crs
    from control_units.delineation.sources.coordinates.stated_crs import contradiction
    from control_units.ui import text

    monkeypatch.setattr(text, "language", lambda: "zh")
    degrees = parse_crs("EPSG:4490")
    found = [
        no_crs(bounds, near, key, unread=unread)
        for bounds in BOUNDS
        for near in (
            (),
            [(degrees, KASHGAR)],
            [(degrees, XIAMEN)],
            [(parse_crs("EPSG:4527"), (39.5e6, 2.7e6, 39.6e6, 2.8e6))],
        )
        for key in ("[[source]]", "[[raster]]")
        for unread in ("", "“乱码”")
    ]
    for code in ("EPSG:4490", "EPSG:4548", "EPSG:3857"):
        found += filter(None, [contradiction(bounds, parse_crs(code), "[[source]]") for bounds in BOUNDS])
    names = re.compile(
        r"CGCS2000 / [\w -]+|(Xian 1980|Beijing 1954|WGS 84) / [\w -]+|China Geodetic Coordinate System 2000"
    )
    for what, wanted in found:
        for phrase in (what, wanted):
            chinese = text.said(phrase)
            assert CHINESE.search(chinese), str(phrase)
            assert not ENGLISH.search(names.sub("", chinese)), chinese


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_error_is_one_sentence_in_the_users_language(monkeypatch, language):
    from control_units.ui import text

    monkeypatch.setattr(text, "language", lambda: language)
    what = Message("no layer '{layer}'", layer="redline")
    error = BadInput(what, where=at("a.gpkg"), wanted=at("red_line"))
    sentences = {
        "zh": "a.gpkg：没有图层“redline”；需要：red_line",
        "en": "a.gpkg: no layer 'redline'; wanted: red_line",
    }
    assert text.sentence(error) == sentences[language]
    missing = MissingLibrary(Message("{name} is not installed", name="pyogrio"), wanted=at("pyogrio"))
    assert ("未安装 pyogrio" in text.sentence(missing)) == (language == "zh")
    assert text.said(Message("a phrase that nobody knows")) == "a phrase that nobody knows"
