"""What the engine says is Chinese to the last word: each sentence has a template of its own."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from string import Formatter

import control_units
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.findings import counted, names_in_chinese, sum_in_chinese
from control_units.ui import text
from engine_sentences import Engine

ROOT = Path(control_units.__file__).parent
TABLE = tomllib.loads((ROOT / "i18n" / "engine_zh_CN.toml").read_text(encoding="utf-8"))
LATIN = re.compile(r"[A-Za-z]{2,}")
# Facts of a template, of any kind.
FACT = re.compile(r"\{\w?\}")
# What stays as it is: texts in quotes, keys of a file, its tables, choices to type, options of the command line.
AS_TYPED = re.compile(r"\{\}|\"[^\"]*\"|[a-z_.]+ = |\[[^]]*\]|--[a-z-]+")
CHOICES = re.compile(r"[\w.|= ]*\|[\w.|= ]*")
# Keys of the case file and names of files as places.
NAMED = re.compile(
    r"[\w*.-]+\.toml|[a-z_]*_zones|GCJ-02|SOURCE_DATE_EPOCH|(\{\} )?\[(?!method)\w+\] [a-z]+(\.\{\})?"
    r"|(\{\} )?(fields|name|made|base|counties)"
)


@cache
def said(names, keys, place=None):
    """What the engine says, without sentences of the command line alone, and what the panel says as it does."""
    found = {}
    for folder in ("delineation", "ui"):
        found |= Engine(ROOT / folder).said(names, keys, place)
    return {one: where for one, where in found.items() if not where.startswith("cli/")}


def has_words(phrase):
    bare = AS_TYPED.sub(" ", phrase)
    return bool(LATIN.search(bare)) and not CHOICES.fullmatch(bare.strip())


def english(fact, kind, phrase):
    """Whether a fact has words: more than names, of which a place may be one, and those in quotes are some."""
    bare = names_in_chinese(fact) if kind == "names" else fact
    return bool(LATIN.search(bare)) and f"'{fact}'" not in phrase


def left_in_english(phrase, table="zh"):
    """Parts of a phrase that a template takes for facts, and that have words; all of it where there is no template."""
    known = text.matched(phrase, table)
    if known is None:
        return [phrase] if has_words(phrase) else []
    out, count = [], 0
    for _, name, kind, _ in Formatter().parse(known[0]):
        if name is None:
            continue
        fact = known[1][int(name) if name else count]
        count += 1
        if kind in ("part", "parts", "words", "place"):
            parts = fact.split(", ") if kind == "parts" else [fact]
            out += [one for part in parts for one in left_in_english(part, "zh_places" if kind == "place" else "zh")]
        elif english(fact, kind, phrase) and (" " in fact or table == "zh"):
            out.append(fact)
    return out


def test_every_sentence_and_stage_of_the_engine_has_a_template_of_its_own():
    errors = ("BadInput", "ChangedElsewhere", "DelineationError", "HeldOpen", "MissingLibrary")
    found = said(errors, ("wanted",), 0)
    found |= said(("progress", "Watch"), (), 1)
    assert len(found) > 700
    missing = {
        f"{where}: {one}": left
        for one, where in found.items()
        if has_words(one) and (left := left_in_english(one.replace("{}", "7")))
    }
    assert not missing, "to i18n/engine_zh_CN.toml:\n" + "\n".join(f"{one}  {left}" for one, left in missing.items())


def test_every_place_has_its_chinese():
    found = said(("BadInput", "ChangedElsewhere", "HeldOpen", "MissingLibrary"), ("where",))
    missing = {
        f"{where}: {one}"
        for one, where in found.items()
        if has_words(one) and not NAMED.fullmatch(one) and left_in_english(one.replace("{}", "7"), "zh_places")
    }
    assert not missing, "to [zh_places] of i18n/engine_zh_CN.toml:\n" + "\n".join(sorted(missing))


def test_every_chinese_sentence_can_take_its_facts():
    for tongue in TABLE.values():
        for source, translation in tongue.items():
            facts = [f"<{number}>" for number in range(len(FACT.findall(source)))]
            said = re.sub(r":\w+}", "}", translation).format(*facts)
            # Where a position is all that can be said in Chinese of what another program said.
            words = source.startswith("{} (at ")
            assert all(fact in said for fact in facts[words:]), source


@pytest.mark.parametrize(
    "unknown",
    [
        "no thing that anybody has to reach",
        "thing = what nobody has heard of",
        "nothing, or 7 of it, or more",
        "something from here to there",
        "unknown thing of kind '7'",
        "the thing that is missing is empty",
    ],
)
def test_a_template_of_few_words_takes_no_sentence_that_has_none(unknown):
    assert text.said(unknown, "zh") == unknown


def test_the_template_with_most_words_of_its_own_is_taken(tmp_path, monkeypatch):
    words = tmp_path / "words.toml"
    words.write_text('[xx]\n"no {}" = "A {}"\n"no {} of {}" = "B {} {}"\n"no floor of {}" = "C {}"\n', encoding="utf-8")
    monkeypatch.setattr(text, "ENGINE_WORDS", words)
    text._phrases.cache_clear()
    said = [text.said(one, "xx") for one in ("no roof", "no roof of 2", "no floor of 2")]
    text._phrases.cache_clear()
    assert said == ["A roof", "B roof 2", "C 2"]


REFUSALS = [
    (
        "no floor that a region has to reach",
        "[method] maxp",
        "floor = the least area of a region in m², or a lower bound on another sum",
        "划分方法 maxp：没有给出分区的下限；应为：分区面积下限（floor，m²），或其他合计的下限",
    ),
    (
        "no division into about 45 regions was found that keeps the bounds of area, people",
        "[method]",
        "",
        "划分方法：没有找到满足面积, people 上下限、约 45 个分区的划分",
    ),
    (
        "no evidence or role 'foo'",
        "[method] ward variables",
        "a, b, … (21 in all)",
        "划分方法 ward，评价指标：没有名为“foo”的评价指标或角色；应为：a, b, …（共 21 个）",
    ),
    (
        "the component of face 3 at 20500, 500 (5 polygons) has area 170813072.3 m² in all, less than the 900000000000 m² "  # noqa: E501
        "that every region is to have; likewise 7 more components",
        "[method]",
        "small = keep, or a lower bound on area of 170813072.3 m² or less",
        "划分方法：图斑 3（20500, 500）所在的部分（共 5 个图斑）的面积合计只有 170813072.3 m²，"
        "低于每个分区的下限 900000000000 m²；另有 7 个部分也不足；应为：把整块低于下限的部分按原样保留（small = keep），"  # noqa: E501
        "或把面积的下限定为不超过 170813072.3 m²",
    ),
    (
        "feature 1 alone has people 9, more than the 5 that a region may have; likewise 1655 more polygons",
        "",
        "an upper bound on people of 9 or more",
        "仅要素 1 的 people 就有 9，超过每个分区的上限 5；另有 1655 个图斑也超过；应为：people 的上限不小于 9",
    ),
    (
        "k = 3 is too few for 20 fixed units",
        "[method] k",
        "at least 20",
        "分区个数：3 个分区太少，容不下 20 个固定单元；应为：至少 20",
    ),
    (
        "k = 3 is too few for feature 1, which has to be 2 regions or more (faces 9, at most 5 a region), and 2 other "
        "components",
        "[method] k",
        "at least 4",
        "分区个数：3 个分区太少：要素 1 至少要分成 2 个（图斑数合计 9，每个分区至多 5），另外还有 2 个部分；应为：至少 4",  # noqa: E501
    ),
    (
        "k = 999999",
        "[method] k",
        "1 to 45, as many as there are polygons and fixed units",
        "分区个数：要求 999999 个分区；应为：1 至 45（图斑与固定单元的个数）",
    ),
    (
        "feature 2 has to be 2 regions or more (2 fixed units), and there is room for 1 (area 420416415.8 m², at least "
        "300000000 m² a region)",
        "",
        "a smaller lower bound on area",
        "要素 2 至少要分成 2 个分区（2 个固定单元），而只容得下 1 个（面积合计 420416415.8 m²，"
        "每个分区至少 300000000 m²）；应为：更小的面积下限",
    ),
    (
        "no division of feature 2 found in which each region has area no less than 5 m², at most one fixed unit",
        "",
        "",
        "要素 2 没有找到这样的划分：每个分区面积不小于 5 m²，至多含一个固定单元",
    ),
    (
        "feature 1 has 'x' in field 'people'",
        "variables",
        "a field with numbers",
        "变量：要素 1 的字段“people”为“x”；应为：数值字段",
    ),
    (
        "alignment without align",
        "[method] ward",
        "align = the roles to keep to, such as township+road",
        "划分方法 ward：给了贴合界线权重（alignment），却没有给贴合的界线（align）；"
        "应为：贴合的界线（align）：角色名，如 township+road",
    ),
    ("no metric", "Pareto front", "", "帕累托前沿：没有指标"),
    ("1 field", "a.csv line 3", "2 fields, as in the header", "a.csv 第 3 行：1 个字段；应为：2 个字段，与表头一致"),
]


@pytest.mark.parametrize(("what", "where", "wanted", "said"), REFUSALS, ids=lambda one: one[:24])
def test_refusals_of_a_division_are_said_in_the_words_of_the_page(what, where, wanted, said):
    assert text.sentence(BadInput(what, where=where, wanted=wanted), "zh") == said


def test_a_field_that_is_called_as_a_place_or_a_sum_keeps_its_name():
    error = BadInput("no field 'aera'", where="a.gpkg", wanted="area")
    assert text.sentence(error, "zh") == "a.gpkg：没有字段“aera”；应为：area"
    assert sum_in_chinese("area 5 m², area_2 3, faces") == "面积 5 m², area_2 3, 图斑数"


def test_one_thing_is_no_plural():
    assert [counted(count, "fixed unit") for count in (0, 1, 2)] == ["0 fixed units", "1 fixed unit", "2 fixed units"]
