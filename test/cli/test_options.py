"""Options are declared once: what a verb's list says is on the command line, in its schema and on the page of all."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from command import ask, refusal
from control_units.delineation.cli import main, verbs
from control_units.delineation.cli.main import parser
from control_units.delineation.cli.options import OF_ALL
from control_units.delineation.cli.verbs import VERBS
from control_units.delineation.cli.voice import voice_for
from control_units.delineation.core.messages import Message
from control_units.delineation.core.options import Option, told
from control_units.delineation.export.options import FORMAT_OPTIONS
from control_units.delineation.export.registry import exporters
from control_units.delineation.publish.options import option_files, options_page, options_schema
from jsonschema import Draft202012Validator
from sample_plan import write_sample_plan

LANGUAGES = ("en", "zh")


def help_of(verb, language):
    """What ``VERB --help`` says, on one line."""
    found = next(one for one in parser(voice_for(language))._actions if one.dest == "verb").choices[verb]
    return re.sub(r"\s+", "", found.format_help())


def lacking(verb, options):
    """The doors at which an option is not found, with its name."""
    schema, found = options_schema(verb, options), []
    for option in options:
        if option.name not in schema["properties"]:
            found.append((option.name, "schema"))
        for language in LANGUAGES:
            said, page = help_of(verb, language), options_page({verb: options}, language)
            words = re.sub(r"\s+", "", told(option, language))
            if not all(part in said for part in (*(() if option.place else option.flags), words)):
                found.append((option.name, "--help", language))
            if f"`{', '.join(option.flags)}`" not in page or told(option, language).replace("|", "\\|") not in page:
                found.append((option.name, "page", language))
    return found


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_option_is_at_each_door(verb):
    assert lacking(verb.name, verb.options) == []
    Draft202012Validator.check_schema(options_schema(verb.name, verb.options))


def test_an_option_that_a_door_does_not_have_is_noticed():
    unknown = Option("unheard_of", Message("a word of nobody's"))
    assert {door for _, door, *_ in lacking("run", [unknown])} == {"--help"}


def test_one_line_more_is_everywhere(monkeypatch, tmp_path):
    more = Option("nodes", Message("Not fewer."), "N", kind="whole", title=Message("Corners"), least=3)
    changed = [replace(one, options=(*one.options, more)) if one.name == "verify" else one for one in VERBS]
    assert "--nodes" not in help_of("verify", "en")
    for module in (verbs, main.__globals__["verbs"]):
        monkeypatch.setattr(module, "VERBS", tuple(changed))
    verify = next(one for one in changed if one.name == "verify")
    assert lacking("verify", verify.options) == []
    assert "corners:notfewer" in help_of("verify", "en")
    error = ask("verify", tmp_path, "--nodes", "2").document["error"]
    assert "--nodes" in error["what"]
    assert "3" in error["what"]
    found = ask("publish", "options", tmp_path / "options").document["files"]
    written = {name.rpartition("/")[2]: (tmp_path / "options" / name).read_text(encoding="utf-8") for name in found}
    said = json.loads(written["verify.options.schema.json"])["properties"]["nodes"]
    assert said == {"description": "corners: not fewer", "type": "integer", "minimum": 3}
    assert "| `--nodes` |  | `NODES` | corners: not fewer |" in written["options.md"]


def test_what_is_published_of_options_is_replaced_and_nothing_else(tmp_path):
    folder = tmp_path / "options"
    assert ask("publish", "options", folder).code == 0
    files = option_files({verb.name: (*OF_ALL, *verb.options) for verb in VERBS})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    assert ask("publish", "options", folder).code == 0
    (folder / "options.md").write_text("# Notes of mine\n", encoding="utf-8")
    answer = ask("publish", "options", folder)
    assert answer.code == 2
    assert "would be lost" in answer.document["error"]["what"]
    assert (folder / "options.md").read_text(encoding="utf-8") == "# Notes of mine\n"


def test_a_schema_of_options_says_what_may_be_given():
    options = next(verb.options for verb in VERBS if verb.name == "regions")
    validator = Draft202012Validator(options_schema("regions", options))
    said = {"layer": "a.shp", "output": "b.gpkg", "method": "skater", "k": "3", "floor": ["area=5"], "scale": "range"}
    assert not list(validator.iter_errors(said))
    for wrong in ({"scale": "none of them"}, {"snap": "1"}, {"floor": "area=5"}, {"colour": "red"}):
        assert list(validator.iter_errors(said | wrong)), wrong
    del said["method"]
    assert list(validator.iter_errors(said))


def test_each_option_of_a_format_has_its_words():
    asked = {option.name for one in exporters().values() for option in one.settings}
    assert asked == set(FORMAT_OPTIONS)
    for one in exporters().values():
        for option in one.settings:
            assert option.title
            assert option.about
            assert set(option.words) <= set(option.choices)


def test_facts_are_said_one_by_one_or_together_with_semicolons(tmp_path):
    """As ``assess --help`` says it, with the Chinese sign too."""
    plan = write_sample_plan(tmp_path / "plan.gpkg")
    facts = ("capacity=2000 t/d", "water_use=150 m3/d")
    said = [
        [part for fact in facts for part in ("--fact", fact)],
        *(["--fact", f"{mark} ".join(facts)] for mark in ";；"),
    ]
    answers = [ask("assess", plan, "502500,3202500,10", "--industry", "C2614", *one) for one in said]
    assert {one.code for one in answers} == {0}
    documents = [one.document for one in answers]
    told = {one["fact"]: f"{one['value']} {one['unit']}" for one in documents[0]["project"]["facts"]}
    assert told == dict(fact.split("=") for fact in facts)
    for one in documents:
        del one["time"]  # of the answer
    assert documents[0] == documents[1] == documents[2]


def test_help_shows_what_is_required_as_a_refusal_does(capsys):
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert " -o PLAN.gpkg" in told
    assert "[-o PLAN.gpkg]" not in told
    assert "-o PLAN.gpkg" in refusal("run", "case.toml")["wanted"]


def test_an_option_that_is_not_there_is_told_before_one_that_is_missing():
    assert refusal("run", "--methods", "x", "case.toml")["what"] == "unknown arguments: --methods, case.toml"
    assert refusal("run", "case.toml")["what"] == "missing arguments: -o/--output"
    assert refusal("run", "-o", "plan.gpkg", "case.toml", "--methods", "x")["what"] == "unknown arguments: --methods, x"
