"""A plan file can grow: what one of a lower schema lacks is filled in, one of a later is refused and left as it is."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import pytest
from command import refusal
from control_units.delineation.case.names import glossary
from control_units.delineation.core.columns import Column
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message, word
from control_units.delineation.plan import file, tables
from control_units.delineation.plan.acceptance import accept
from control_units.delineation.plan.file import read_plan
from control_units.delineation.plan.summary import reason_in_words
from control_units.delineation.plan.tables import LAYERS, SCHEMA, TABLES, UnitRow
from control_units.delineation.verbs.checking import findings_in_words
from control_units.delineation.verbs.running import run
from hand import hand

if TYPE_CHECKING:
    from pathlib import Path

EPOCH = "1738281600"


def set_meta(path: Path, key: str, value: str | None) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM meta WHERE key = ?", (key,))
        if value is not None:
            connection.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (key, value))


@pytest.fixture
def case(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    return hand(tmp_path / "case")


@pytest.fixture
def today(case, tmp_path):
    run(case, tmp_path / "today.gpkg")
    return tmp_path / "today.gpkg"


def test_a_plan_says_its_schema_in_the_file_and_not_in_memory(today):
    with closing(sqlite3.connect(today)) as connection:
        stated = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    assert stated["schema"] == str(SCHEMA)
    assert "schema" not in read_plan(today).meta


def test_reasons_are_worded_anew_from_their_facts(today):
    plan = read_plan(today)
    english = [reason_in_words(row.reasons, row.facts, "en", glossary()) for row in plan.units.itertuples()]
    chinese = [word(Message.read(json.loads(facts)), "zh", glossary()) for facts in plan.units["facts"]]
    assert chinese == plan.units["reasons"].tolist()
    assert "R01 ecological red line 100.00%" in english
    stages = [word(Message.read(json.loads(facts)), "zh", glossary()) for facts in plan.ledger["facts"]]
    assert stages == plan.ledger["reason"].tolist()


def test_a_finding_with_facts_that_no_text_names_stays_as_it_was_said(today):
    plan = read_plan(today)
    facts = '{"problem": "unreachable", "role": "red_line", "rules": "X1", "text": "X1 is never reached", "zone": "*"}'
    row = {"id": "S13", "severity": "warning", "message": "规则 X1 永远不会起作用", "value": None, "units": ""}
    (said,) = findings_in_words(replace(plan, findings=pd.DataFrame([row | {"facts": facts, "geometry": None}])), "en")
    assert (said["message"], said["severity"]) == ("规则 X1 永远不会起作用", "warning")


@dataclass(frozen=True, kw_only=True)
class GrownUnit(UnitRow):
    told: Annotated[str, Column("说明", "Told", since=SCHEMA + 1)] = "{}"
    checked: Annotated[int, Column("已核", "Checked", since=SCHEMA + 1)] = 7


NEWER = f"a plan of schema {SCHEMA + 1}, and this version reads up to {SCHEMA}"


@pytest.mark.parametrize(
    "verb", ["info", "why", "check", "lists", "run", "discard", "adopt", "accept", "map", "previous"]
)
def test_a_newer_one_is_refused_in_one_sentence_and_left_as_it_is(verb, case, today, tmp_path):
    set_meta(today, "schema", str(SCHEMA + 1))
    before = today.read_bytes()
    if verb == "accept":
        row = pd.DataFrame({"id": ["Q10"], "units": [""], "facts": ["{}"], "geometry": [None]})
        with pytest.raises(BadInput) as raised:
            accept(today, row, reason="看过")
        what = str(raised.value.what)
    elif verb == "map":
        with pytest.raises(BadInput) as raised, file.opened_plan(today):
            pass
        what = str(raised.value.what)
    elif verb == "previous":
        case.write_text(
            case.read_text("utf-8") + f'\n[previous]\npath = "{today.as_posix()}"\nlayer = "units"\n', "utf-8"
        )
        what = refusal("run", case, "-o", tmp_path / "next.gpkg")["what"]
    else:
        what = refusal(
            *{
                "info": ("info", today),
                "why": ("why", today, "ZH"),
                "check": ("check", today),
                "lists": ("lists", today, "-o", tmp_path / "lists.xlsx"),
                "run": ("run", case, "-o", today),
                "discard": ("run", case, "-o", today, "--discard-edits"),
                "adopt": ("adopt", today, "ward:k=4,variables=x+y", "--case", case, "--reason", "x"),
            }[verb]
        )["what"]
    assert what == NEWER
    assert today.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"case", "today.gpkg", "today.history.jsonl"}
    assert len((tmp_path / "today.history.jsonl").read_bytes().splitlines()) == 1, "the run that made it"


@pytest.mark.parametrize("text", ["two", "", "-1", "2.0", "²", "0" * 30 + "x"])
def test_a_schema_that_is_no_number_is_told(text, today):
    set_meta(today, "schema", text)
    assert "schema = " in refusal("info", today)["what"]


@pytest.fixture
def grown(monkeypatch):
    """The version after this one: two columns more in units, and a table."""
    units = replace(LAYERS["units"], row=GrownUnit)
    for module in (file, tables):
        monkeypatch.setattr(module, "LAYERS", {**LAYERS, "units": units})
        monkeypatch.setattr(module, "TABLES", {**TABLES, "accepted": replace(TABLES["accepted"], since=SCHEMA + 1)})
        monkeypatch.setattr(module, "SCHEMA", SCHEMA + 1)


def test_what_a_plan_of_a_lower_schema_lacks_is_filled_in(today, request):
    with closing(sqlite3.connect(today)) as connection, connection:
        connection.execute("DROP TABLE accepted")
    request.getfixturevalue("grown")
    plan = read_plan(today)
    assert list(plan.units.columns)[-4:] == ["locked", "told", "checked", "geometry"]
    assert set(plan.units["told"]) == {"{}"}
    assert set(plan.units["checked"]) == {7}
    assert len(plan.accepted) == 0


def test_a_plan_that_says_it_has_a_column_has_to_have_it(today, request):
    request.getfixturevalue("grown")
    set_meta(today, "schema", str(SCHEMA + 1))
    with pytest.raises(BadInput, match="no column 'told'"):
        read_plan(today)


@pytest.mark.parametrize("name", [*LAYERS, *TABLES])
def test_every_column_has_titles_and_a_default_of_its_type(name):
    table = LAYERS.get(name) or TABLES[name]
    assert table.zh and table.en and bool(table.geometry) == (name in LAYERS)
    assert len(set(table.names)) == len({column.zh for column in table.columns}) == len(table.columns)
    for column in table.columns:
        assert column.zh and column.en and column.since <= SCHEMA
        kinds = {"TEXT": str, "INTEGER": int | None, "REAL": float | None}
        assert column.needed or isinstance(column.default, kinds[column.type])
        assert column.name.endswith("_m2") == (column.unit == "m²") or column.name == "min_area"
