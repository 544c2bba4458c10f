"""The registry of findings: an id is one finding, worded in both languages by facts that it has, and reported."""

from __future__ import annotations

import ast
import functools
import re
import shutil
import tomllib
from pathlib import Path
from string import Formatter

import pytest
from control_units.delineation.case.names import glossary
from control_units.delineation.case.profile import NATIONAL
from control_units.delineation.checks import RULES
from control_units.delineation.cli import main
from hand import CASE, hand

ROOT = Path(main.__code__.co_filename).resolve().parents[2]
ID = re.compile(r"[SPLQ]\d\d")
TABLES = {path.name: tomllib.loads(path.read_text("utf-8")) for path in sorted(NATIONAL.glob("findings*.toml"))}
OF_GUESS = ("S50", "S51", "S52")  # whose problems are words of `guess.toml`
ENTRIES = [(name, entry) for table in TABLES.values() for name, entry in table.items()]


@functools.cache
def said_in_code():
    """Every id that stands in the product's code, and every other text of one word there."""
    ids, words = set(), set()
    for path in (path for top in ("delineation", "ui") for path in sorted((ROOT / top).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                (ids if ID.fullmatch(node.value) else words).add(node.value)
    return ids, words


def texts(entry, problem=""):
    """The texts of an entry in a language each, with the problem that they word."""
    for key, value in entry.items():
        if isinstance(value, dict):
            yield from texts(value, key)
        elif key in ("zh", "en"):
            yield problem, key, value


def test_an_id_stands_for_one_finding():
    names = [name for name, _ in ENTRIES]
    assert sorted(name for name in names if names.count(name) > 1) == []
    assert [name for name in names if not ID.fullmatch(name)] == []


def test_what_is_reported_is_registered_and_what_is_registered_is_reported():
    assert {name for name, _ in ENTRIES} == said_in_code()[0]


def test_every_quality_rule_is_registered_and_run():
    """Q01, that a plan is as it was written, is asked of the file and not of its rows."""
    assert {name for name, _ in ENTRIES if name[0] in "QL"} == {*RULES, "Q01"}
    assert all(rule.run.__doc__ for rule in RULES.values())


@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=[name for name, _ in ENTRIES])
def test_texts_name_what_the_finding_has_in_both_languages(name, entry):
    facts = {*entry["facts"], "problem", "units", "value"}
    worded: dict[str, set[str]] = {}
    for problem, language, text in texts(entry):
        named = {re.split(r"[.\[]", field)[0] for _, field, _, _ in Formatter().parse(text) if field}
        assert named <= facts, f"{name}.{problem} {language}"
        worded.setdefault(problem, set()).add(language)
    assert worded, name
    assert all(languages == {"zh", "en"} for languages in worded.values()), worded


@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=[name for name, _ in ENTRIES])
def test_a_text_for_a_problem_is_of_one_that_the_code_names(name, entry):
    problems = {key for key, value in entry.items() if isinstance(value, dict)}
    assert problems <= said_in_code()[1] or name in OF_GUESS, name


@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=[name for name, _ in ENTRIES])
def test_lists_and_reports_call_a_finding_by_its_title_and_a_rule_by_what_it_asks(name, entry):
    kinds = {"finding": "title", "check": "asks"} if name in RULES else {"finding": "title"}
    for kind, key in kinds.items():
        for language in ("zh", "en"):
            said = glossary()(kind, name, language, {})
            assert said == entry[f"{key}_{language}"]
            assert said
            assert any(letter > "一" for letter in said) is (language == "zh")


@pytest.mark.parametrize(("fact", "code"), [("area", 0), ("landlord", 2)])
def test_a_text_of_a_bureau_that_names_another_fact_is_refused_by_name(tmp_path, capsys, fact, code):
    """What the finding has may be said in other words, what it has not is refused before anything is made."""
    case = hand(tmp_path, CASE.replace('profile = "national"', 'profile = "本局.toml"'))
    settings = NATIONAL.with_suffix(".toml").read_text("utf-8").replace('tables = "national"', 'tables = "本局"')
    (tmp_path / "本局.toml").write_text(settings, encoding="utf-8")
    own = shutil.copytree(NATIONAL, tmp_path / "本局") / "findings.toml"
    changed, count = re.subn(r'(\[S10\]\n(?:(?!zh = ).*\n)*zh = ")', rf"\g<1>{{{fact}}} ", own.read_text("utf-8"))
    assert count == 1
    own.write_text(changed, encoding="utf-8")
    plan = tmp_path / "plan.gpkg"
    assert main(["run", str(case), "-o", str(plan), "--lang", "en"]) == code
    told = capsys.readouterr().err
    assert plan.exists() is (code == 0)
    assert ("S10" in told, "'landlord'" in told, str(own) in told) == (code == 2,) * 3, told
