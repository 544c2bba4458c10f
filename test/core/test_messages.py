"""Messages: templates with named facts, each with its Chinese, worded by whoever speaks to a reader."""

from __future__ import annotations

import ast
import functools
import gettext
import json
import re
import shutil
import string
import subprocess
from pathlib import Path

import numpy as np
import pytest
from control_units.delineation.case.names import glossary
from control_units.delineation.core import messages
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import (
    NOTHING,
    Message,
    area_text,
    at,
    counted,
    facts_of,
    first_few,
    foreign,
    joined,
    one_of,
    plain_facts,
    word,
    word_text,
)
from control_units.delineation.core.text import nearest
from control_units.delineation.plan.summary import reason_in_words

ROOT = Path(messages.__file__).resolve().parents[2]
PO, MO = ROOT / "i18n" / "engine_zh_CN.po", ROOT / "i18n" / "engine_zh_CN.mo"
SOURCES = [path for house in ("delineation", "ui") for path in sorted((ROOT / house).rglob("*.py"))]
HOME = ROOT / "delineation" / "core" / "messages.py"
# What makes a message of templates, and which of its arguments they are.
MAKERS = {"Message": (0,), "counted": (1, 2)}
# Facts that are not said: the number that chooses the plural, and whose zone it is that is named.
BESIDE = {"n", "role", "element", "filled"}


@functools.cache
def calls(path):
    """Every call that takes a template, with these."""
    return [
        (node, [node.args[place] for place in MAKERS[node.func.id] if place < len(node.args)])
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS
    ]


def facts_in(template):
    """Names of the facts of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def has_words(template):
    """Whether there is anything to translate beside facts and marks."""
    return bool(re.search(r"[A-Za-z]", re.sub(r"\{[^{}]*\}", "", template)))


def catalogue():
    """Templates with their Chinese: singular → Chinese."""
    with MO.open("rb") as file:
        held = gettext.GNUTranslations(file)._catalog
    return {key[0] if isinstance(key, tuple) else key: text for key, text in held.items() if key}


def templates():
    """Every template of the sources: those that take facts, and those that take none."""
    with_facts, without = set(), set()
    for path in SOURCES:
        for call, given in calls(path):
            if path == HOME and not all(isinstance(one, ast.Constant) for one in given):
                continue
            filled = len(call.keywords) > 0 or call.func.id == "counted"
            (with_facts if filled else without).update(one.value for one in given)
    return with_facts, without


def test_a_template_is_a_literal_that_the_extractor_can_read():
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno}: {ast.unparse(call)[:80]}"
        for path in SOURCES
        if path != HOME
        for call, given in calls(path)
        if not all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in given)
    ]
    assert not wrong, "\n".join(wrong)


def test_a_template_has_the_facts_that_its_call_gives():
    wrong = []
    for path in SOURCES:
        for call, given in calls(path):
            if any(one.arg is None for one in call.keywords) or not all(isinstance(one, ast.Constant) for one in given):
                continue
            named = {one.arg for one in call.keywords} | ({"n"} if call.func.id == "counted" else set())
            for one in given:
                if (named and facts_in(one.value) - named) or (named - BESIDE) - facts_in(one.value):
                    wrong.append(f"{path.relative_to(ROOT)}:{call.lineno}: {one.value!r} and {sorted(named)}")
    assert not wrong, "\n".join(wrong)


def test_every_template_has_its_chinese_with_the_same_facts():
    chinese = catalogue()
    with_facts, without = templates()
    assert len(with_facts) > 300
    assert len(without) > 400
    many = {given[1].value for path in SOURCES for call, given in calls(path) if call.func.id == "counted"}
    missing = sorted(one for one in (with_facts | without) - many - chinese.keys() if has_words(one))
    assert not missing, "to i18n/engine_zh_CN.po (make i18n):\n" + "\n".join(missing)
    there = (with_facts - many) & chinese.keys()
    wrong = {one: chinese[one] for one in there if facts_in(chinese[one]) != facts_in(one)}
    assert not wrong, "facts differ:\n" + "\n".join(f"{one!r}: {text!r}" for one, text in wrong.items())


def test_the_catalogue_holds_nothing_that_nobody_says():
    with_facts, without = templates()
    assert not sorted(catalogue().keys() - with_facts - without)


def test_the_catalogue_compiles_to_the_same_bytes(tmp_path):
    if shutil.which("msgfmt") is None:
        pytest.fail("msgfmt is not installed (Debian: gettext)")
    made = tmp_path / "engine.mo"
    subprocess.run(["msgfmt", "--check-header", str(PO), "-o", str(made)], check=True)
    assert made.read_bytes() == MO.read_bytes(), "make setup compiles it"


def test_a_message_is_worded_when_it_is_said():
    said = Message("no layer '{layer}'", layer="地块")
    assert str(said) == word(said, "en") == "no layer '地块'"
    assert word(said, "zh") == "没有图层“地块”"
    assert not NOTHING
    assert word(NOTHING, "zh") == ""


def test_a_message_within_a_message_speaks_the_same_language():
    error = BadInput(Message("is a folder"), where=at("a/b.gpkg"), wanted=nearest("x", []))
    assert error.sentence("en") == "a/b.gpkg: is a folder"
    assert error.sentence("zh") == "a/b.gpkg：这是文件夹"
    listed = joined([Message("is a folder"), "b"])
    assert [word(listed, one) for one in ("en", "zh")] == ["is a folder, b", "这是文件夹、b"]


def test_nothing_is_said_of_nothing():
    """A catalogue keeps its head under the empty text."""
    assert word(Message("{where}: {what}", where=NOTHING, what="x"), "zh") == "：x"


def test_a_reason_stays_as_it_was_written_in_its_own_language():
    """A plan may be older than a template: what nobody says any more has no Chinese, and needs none."""
    facts = json.dumps({"message": "what nobody says any more", "facts": {}})
    assert reason_in_words("旧的说法", facts, "zh", glossary()) == "旧的说法"
    assert reason_in_words("旧的说法", facts, "en", glossary()) == "what nobody says any more"
    assert reason_in_words("旧的说法", "", "en", glossary()) == "旧的说法"


def test_english_knows_one_and_many():
    assert [str(counted(n, "{n} error", "{n} errors")) for n in (0, 1, 2)] == ["0 errors", "1 error", "2 errors"]


def test_of_many_things_some_are_named():
    assert str(first_few("abc", 3)) == "a, b, c"
    assert str(first_few("abcd", 3)) == "a, b, c … (4)"
    assert word(first_few("abcd", 3), "zh") == "a、b、c 等 4 个"
    assert str(one_of(["rook", "queen"])) == "rook | queen"


@pytest.mark.parametrize(
    ("area", "english", "chinese"),
    [
        (249_803_996.23, "249.8040 km²", "249.8040 km²"),
        (12_345.6, "1.23 ha", "1.23 公顷"),
        (-12_345.6, "-1.23 ha", "-1.23 公顷"),
        (999.994, "999.99 m²", "999.99 m²"),
        (0.0, "0.00 m²", "0.00 m²"),
        (0.000_4, "0.000400 m²", "0.000400 m²"),
    ],
)
def test_areas_are_at_a_persons_scale(area, english, chinese):
    assert (area_text(area), area_text(area, "zh")) == (english, chinese)


def test_an_id_is_worded_by_what_the_profile_calls_it():
    text, facts = (
        "{role:role}, {zone:zone}, {category:category}",
        {
            "role": "water_zone",
            "zone": "industrial",
            "category": 2,
        },
    )
    assert word_text(text, facts, "en", glossary()) == "water environment zone, industrial pollution, key control"
    assert word_text(text, facts, "zh", glossary()) == "水环境管控分区, 工业污染重点管控区, 重点管控"
    # Nobody has named it: it goes by its id.
    assert word_text("{x:raster}", {"x": "my_raster"}, "zh", glossary()) == "my_raster"


def test_a_message_is_no_part_of_an_f_string():
    with pytest.raises(TypeError, match="f-string"):
        f"{Message('is a folder')}"


def test_messages_are_compared_by_what_they_are_made_of():
    one = Message("is a folder")
    assert one == Message("is a folder")
    assert one != "is a folder"
    assert Message("k = {k}", k=1) != Message("k = {k}", k=2)
    assert counted(1, "{n} field", "{n} fields") != Message("{n} field", n=1)
    assert len({one, Message("is a folder")}) == 1


def test_facts_go_through_json_and_come_back():
    facts = {
        "path": Path("a/b"),
        "count": np.int64(3),
        "area": np.float64(2.5),
        "rest": float("inf"),
        "listed": first_few([Message("feature {feature}", feature=7)]),
        "sizes": [counted(2, "{n} field", "{n} fields"), "x"],
    }
    back = facts_of(json.loads(json.dumps(plain_facts(facts), allow_nan=False)))
    assert back["path"] == "a/b"
    assert (back["count"], back["area"], back["rest"]) == (3, 2.5, float("inf"))
    assert word_text("{rest:.1f}", back, "zh") == "inf"
    assert word(back["listed"], "zh") == "要素 7"
    assert str(back["sizes"][0]) == "2 fields"


def test_what_the_system_says_is_known_word_for_word():
    assert word(foreign(OSError(28, "No space left on device")), "zh") == "磁盘已满"
    assert word(foreign("nobody has worded this"), "zh") == "nobody has worded this"


def test_a_missing_catalogue_means_english(monkeypatch, tmp_path):
    monkeypatch.setattr(messages, "_CATALOGUES", tmp_path)
    messages._catalogue.cache_clear()
    try:
        assert word(Message("is a folder"), "zh") == "is a folder"
        assert word(counted(1, "{n} error", "{n} errors"), "zh") == "1 error"
    finally:
        messages._catalogue.cache_clear()


def test_the_process_keeps_its_own_language():
    """QGIS shares the process: nothing is installed into builtins, and the locale stays."""
    for path in SOURCES:
        source = path.read_text(encoding="utf-8")
        found = re.search(r"\b(gettext\.(install|textdomain|bindtextdomain)|locale\.setlocale|builtins\._)\b", source)
        assert not found, f"{path}: {found and found[0]}"


def test_an_error_is_a_document_too():
    error = BadInput(Message("no layer '{layer}'", layer="x"), where=at("a.gpkg"), wanted=Message("is a folder"))
    english, chinese = error.document(), error.document("zh")
    assert english["id"] == chinese["id"] == "no layer '{layer}'"
    assert english["facts"] == chinese["facts"] == {"at": "a.gpkg", "layer": "x"}
    assert (english["what"], chinese["what"]) == ("no layer 'x'", "没有图层“x”")
    assert chinese["where"] == "a.gpkg"
