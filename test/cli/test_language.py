"""The command line speaks its reader's language: what is asked for, else the system's, in documents English."""

from __future__ import annotations

import contextlib
import io
import json
import locale
import re
from typing import TYPE_CHECKING, Any

import pytest
from control_units.delineation.cli import main
from control_units.delineation.cli.verbs import VERBS
from control_units.delineation.core.errors import Cancelled
from control_units.delineation.core.messages import Message
from control_units.delineation.export.registry import exporters
from control_units.delineation.plan.status import STATUSES
from verb_calls import JOBS, REFUSED, calls_folder, say

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.uses("rasterio", "exactextract", "matplotlib", "openpyxl")

LANGUAGES = ("zh", "en")
# What a Chinese text may hold of English: names of sources, files and formats, what is typed, and signs of units.
TYPED = {
    *("red_line", "township", "county", "water", "hand", "board", "gpkg", "csv", "missing", "findings"),
    *("areas", "zones", "gdb", "kml", "pdf", "JSON", "Schema"),
    *("overlay", "fitting", "threshold", "skater", "check", "python", "delineation", "json", "run"),
    *(
        "TOML",
        "LISTS",
        "NAME",
        "lists",
        "xlsx",
        "docx",
        "units",
        "shp",
        "map",
        "atlas",
        "png",
        "Excel",
        "Shapefile",
        "GeoPackage",
        "PNG",
        "GBK",
        "UTF",
        "CSV",
    ),
    # Fields of the national profile's layers, as a profile learned of them names them.
    *("HJGKDYBM", "HJGKDYMC", "HJGKDYFL", "FLDM", "HJGKDYXL", "ZLX", "PROV", "CITY", "COUNTY", "XZQDM"),
    *("XZMC", "MJ", "HDYJ", "REMARKS"),
    *(part for name in exporters() for part in name.split("-")),
    *("EPSG", "SHA", "km", "MB", "Polsby", "Popper"),
    # Names of scenarios, steps and operations, and a file's.
    # Numbers of clauses, and the sheet or format that has them.
    *("ALL", "AH", "AK", "AL", "AP", "IP", "PA", "RL", "clauses"),
    *("main", "list", "branch", "switch", "adopt", "compare", "move", "edited"),
    *("cpg", "dbf", "prj", "national", "manifest", "filed", "PEM", "OpenSSH", "Base", "Ed"),
}
# What an English text may hold of Chinese: names of places, as the plan has them, and its status.
PLACES = re.compile(
    "待核|中华人民共和国自然保护区条例（2026年修订）|中华人民共和国国家公园法|中华人民共和国生态环境法典|试验县|甲镇|乙镇|公开|草稿|一般管控单元|生态保护红线|优先保护单元|水环境工业污染重点管控单元|水环境重点管控单元|重点管控单元"
)
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
# What is typed or a place: within quotes, or after a dash.
VERBATIM = re.compile(r"“[^”]*”|'[^']*'|--[a-z-]+( [A-Z]+)?|-o [\w.]+")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return calls_folder(tmp_path_factory.mktemp("said"))


def typed_apart(text: str, *folders: Path) -> str:
    """Take paths, and what stands in quotes as somebody typed it, out of a text."""
    for folder in folders:
        text = re.sub(re.escape(str(folder)) + r"[\w./|=-]*", " ", text)
    return VERBATIM.sub(" ", re.sub(r"\.\./\S+", " ", text))


def english_in(text: str) -> set[str]:
    # Codes, hashes and parameters are no words.
    text = re.sub(r"\b[0-9a-f]{12}\b|\b[A-Z]+\d\w*", " ", text)
    return {word for word in re.findall(r"[A-Za-z][A-Za-z_]+", text) if word not in TYPED}


def chinese_in(text: str) -> set[str]:
    return set(CHINESE.findall(PLACES.sub("", text)))


def test_every_verb_is_here():
    assert set(JOBS) == {verb.name for verb in VERBS} == {verb for verb, _ in REFUSED}


@pytest.mark.parametrize("verb", JOBS)
def test_a_verb_says_all_in_one_language(folder, tmp_path, verb):
    said = {}
    for language in LANGUAGES:
        new = tmp_path / language
        new.mkdir()
        said[language] = say(verb, *JOBS[verb](folder, new), "--lang", language)
    assert said["zh"].code == said["en"].code in (0, 1), said
    for answer in said.values():
        assert answer.out
    texts = {language: typed_apart(answer.out + answer.err, folder, tmp_path) for language, answer in said.items()}
    # A raster goes by its own name where sources are listed.
    assert english_in(texts["zh"]) <= ({"carrying_capacity"} if verb == "info" else set()), texts["zh"]
    assert not chinese_in(texts["en"]), texts["en"]
    assert CHINESE.search(texts["zh"])
    # The tables are the same ones.
    assert len(said["zh"].out.splitlines()) == len(said["en"].out.splitlines())


@pytest.mark.parametrize("verb", JOBS)
def test_a_document_is_english_unless_asked_and_has_the_same_keys(folder, tmp_path, monkeypatch, verb):
    monkeypatch.setattr(locale, "getlocale", lambda *_: ("zh_CN", "UTF-8"))
    documents = {}
    for language, asked in (("en", []), ("zh", ["--lang", "zh"])):
        new = tmp_path / language
        new.mkdir()
        answer = say(verb, *JOBS[verb](folder, new), "--json", *asked)
        assert answer.code in (0, 1)
        documents[language] = json.loads(answer.out)
    shapes = {language: keys_of(document) for language, document in documents.items()}
    assert shapes["zh"] == shapes["en"]
    messages = {language: sentences_of(document) for language, document in documents.items()}
    assert not chinese_in(typed_apart(" ".join(messages["en"]), folder, tmp_path))
    if messages["en"]:
        assert CHINESE.search(" ".join(messages["zh"]))


def keys_of(document: Any) -> Any:
    """Keys of a document and all below it."""
    if isinstance(document, dict):
        return {key: keys_of(value) for key, value in document.items()}
    return [keys_of(one) for one in document] if isinstance(document, list) else None


def sentences_of(document: Any) -> list[str]:
    """What a document says: sentences stand under keys that are known."""
    if isinstance(document, dict):
        own = [str(document["message"])] if "severity" in document and "message" in document else []
        own += [one for key in ("reasons", "uncertain") for one in _texts(document.get(key))]
        return own + [one for value in document.values() for one in sentences_of(value)]
    return [said for one in document for said in sentences_of(one)] if isinstance(document, list) else []


def _texts(found: Any) -> list[str]:
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


@pytest.mark.parametrize(("verb", "given"), REFUSED)
def test_a_refusal_is_said_in_one_language(folder, tmp_path, monkeypatch, verb, given):
    monkeypatch.setattr(locale, "getlocale", lambda *_: ("zh_CN", "UTF-8"))
    for language, asked in (("zh", []), ("zh", ["--lang", "zh"]), ("en", ["--lang=en"])):
        answer = say(verb, *given(folder, tmp_path), *asked)
        assert (answer.code, answer.out) == (2, "")
        text = typed_apart(answer.err, folder, tmp_path)
        assert text.startswith({"zh": "错误：", "en": "error: "}[language])
        assert not (english_in(text) if language == "zh" else chinese_in(text)), answer.err
    documents = {}
    for language, asked in (("", []), ("en", ["--lang", "en"]), ("zh", ["--lang", "zh"])):
        answer = say(verb, *given(folder, tmp_path), "--json", *asked)
        assert (answer.code, answer.err) == (2, "")
        documents[language] = json.loads(answer.out)["error"]
        assert list(documents[language]) == ["id", "facts", "what", "where", "wanted"]
    assert documents[""] == documents["en"]
    assert {key: documents["en"][key] for key in ("id", "facts")} == {
        key: documents["zh"][key] for key in ("id", "facts")
    }
    assert not chinese_in(documents["en"]["what"])
    assert documents["zh"]["what"] != documents["en"]["what"]


def test_a_complaint_of_argparse_stands_in_a_sentence_of_ours():
    answer = say("run", "--lang", "zh")
    assert answer.code == 2
    assert answer.err.startswith("错误：python -m delineation run：缺少参数：CASE.toml、-o/--output")
    assert "需要：python -m delineation run [-h]" in answer.err
    answer = say("run", "case.toml", "-o", "plan.gpkg", "--workers", "0", "--lang", "zh")
    assert "参数 --workers：“0”不符合要求，需要不小于 1 的整数" in answer.err
    error = json.loads(say("run", "--json").out)["error"]
    assert error["wanted"].startswith("python -m delineation run [-h]")
    # A language that is none is refused by the system's.
    answer = say("run", "case.toml", "-o", "plan.gpkg", "--lang", "fr")
    assert (answer.code, answer.err[:7]) == (2, "error: ")


@pytest.mark.parametrize("verb", ["", *JOBS])
def test_help_is_in_the_language_asked(monkeypatch, verb):
    monkeypatch.setenv("COLUMNS", "80")
    for asked in (["--lang", "zh", verb, "--help"], [verb, "--lang=zh", "--help"]):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), pytest.raises(SystemExit) as ended:
            main([one for one in asked if one])
        assert ended.value.code == 0
        text = out.getvalue()
        assert text.startswith("用法：")
        assert "选项:" in text
        for word in ("usage", "options:", "positional", "show this", "language of"):
            assert word not in text
        # Each option is said something of.
        assert not [line for line in text.splitlines() if re.fullmatch(r"  -\S.*", line) and len(line.split()) == 1]
    with contextlib.redirect_stdout(io.StringIO()) as out, pytest.raises(SystemExit):
        main([one for one in (verb, "--help") if one])
    # A status is written into an edit as it stands in the plan, whatever the language.
    assert not CHINESE.search(re.sub("|".join(STATUSES), "", out.getvalue()))


def test_what_was_interrupted_is_said_too(folder, tmp_path, monkeypatch):
    def stopped(*_, **__):
        raise Cancelled(Message("interrupted; nothing was written"))

    monkeypatch.setattr("control_units.delineation.verbs.running.run", stopped)
    given = ("run", folder / "case.toml", "-o", tmp_path / "plan.gpkg")
    assert say(*given, "--lang", "zh") == (130, "", "已中断；未写入任何文件\n")
    answer = say(*given, "--json")
    assert (answer.code, answer.err) == (130, "")
    assert json.loads(answer.out)["error"]["what"] == "interrupted; nothing was written"


def test_the_list_of_libraries_takes_a_language(capsys):
    from control_units.delineation.libraries import main as libraries

    for language, purpose in (("zh", "几何图形"), ("en", "geometry")):
        assert libraries(["--lang", language]) == 0
        assert purpose in capsys.readouterr().out
