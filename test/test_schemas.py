"""A plan file can grow: plans of every schema are read, one of a later schema is refused and left as it is."""

from __future__ import annotations

import json
import lzma
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from command import ask, refusal
from control_units.delineation.case.names import glossary
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message, word
from control_units.delineation.plan import file, tables
from control_units.delineation.plan.acceptance import accept, carry_acceptances
from control_units.delineation.plan.file import read_meta, read_plan, read_table
from control_units.delineation.plan.summary import reason_in_words
from control_units.delineation.plan.tables import LAYERS, SCHEMA, TABLES, Column, Table
from control_units.delineation.verbs.adopting import adopt
from control_units.delineation.verbs.checking import findings_in_words
from control_units.delineation.verbs.running import run
from hand import hand

STORED = sorted((Path(__file__).parent / "data" / "schemas").glob("*.gpkg.xz"))
EPOCH = "1738281600"
# What is said is worded otherwise since schema 3, which has the facts of it; findings have their shapes since 4.
WORDED = {"units": ["facts"], "ledger": ["reason", "facts"], "findings": ["message", "shape"]}


def unpacked(name: str, folder: Path) -> Path:
    """A plan that the version of its schema wrote of the county of ``hand``: as it is, or clustered with a journal."""
    (stored,) = [path for path in STORED if path.name.startswith(name)]
    (folder / f"{name}.gpkg").write_bytes(lzma.decompress(stored.read_bytes()))
    return folder / f"{name}.gpkg"


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


def test_there_is_a_plan_of_every_schema_before_this_one():
    there = {int(path.name.split(".")[0].rpartition("_")[2]) for path in STORED}
    assert there >= set(range(1, SCHEMA))
    assert there <= set(range(1, SCHEMA + 1))


def test_a_plan_says_its_schema_in_the_file_and_not_in_memory(today):
    with closing(sqlite3.connect(today)) as connection:
        stated = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    assert stated["schema"] == str(SCHEMA)
    assert "schema" not in read_plan(today).meta


@pytest.mark.parametrize("name", ["hand_1", "hand_2", "hand_3", "hand_4", "hand_5", "hand_6"])
def test_an_older_plan_reads_as_one_of_today(name, today, tmp_path):
    new = read_plan(today)
    old = read_plan(unpacked(name, tmp_path))
    for name in {**LAYERS, **TABLES}:
        # Sources carry paths and digests of files that were made anew; features came with schema 4, libraries with 7;
        # clauses are those of the library of then, and findings tell what is wrong with that of today.
        if name not in ("meta", "sources", "features", "library", "clauses", "findings"):
            before, now = (getattr(plan, name).drop(columns=WORDED.get(name, [])) for plan in (old, new))
            if name == "findings":  # entry lists and their library are looked at since 7
                now = now[~now["id"].str.startswith("L")].reset_index(drop=True)
            pd.testing.assert_frame_equal(before, now, check_dtype=False, obj=name)
    assert old.meta.keys() <= new.meta.keys()
    assert old.clauses.columns.tolist() == new.clauses.columns.tolist()


@pytest.mark.parametrize("name", ["hand_1", "hand_2"])
def test_reasons_of_an_older_plan_stand_as_they_were_said(name, tmp_path):
    plan = read_plan(unpacked(name, tmp_path))
    assert set(plan.units["facts"]) == {""}
    assert not plan.ledger["facts"].any()
    said = [reason_in_words(row.reasons, row.facts, "en") for row in plan.units.itertuples()]
    assert said == plan.units["reasons"].tolist()


def test_reasons_are_worded_anew_from_their_facts(today):
    plan = read_plan(today)
    english = [reason_in_words(row.reasons, row.facts, "en", glossary()) for row in plan.units.itertuples()]
    chinese = [word(Message.read(json.loads(facts)), "zh", glossary()) for facts in plan.units["facts"]]
    assert chinese == plan.units["reasons"].tolist()
    assert "R01 ecological red line 100.00%" in english
    stages = [word(Message.read(json.loads(facts)), "zh", glossary()) for facts in plan.ledger["facts"]]
    assert stages == plan.ledger["reason"].tolist()


@pytest.mark.parametrize("name", [path.name.split(".")[0] for path in STORED])
def test_every_verb_takes_it(name, tmp_path):
    plan = unpacked(name, tmp_path)
    found = ask("info", plan)
    assert (found.code, found.document["units"]) == (0, 3 if name.startswith("hand") else 5)
    assert ask("why", plan, read_plan(plan).units["code"].iloc[0]).code == 0
    assert ask("check", plan).code in (0, 1)
    assert ask("lists", plan, "-o", tmp_path / "lists.xlsx").code == 0
    assert ask("export", plan, "--format", "map-png", "-o", tmp_path / "map.png").code == 0
    row = pd.DataFrame({"id": ["Q10"], "units": [""], "facts": ["{}"], "geometry": [None]})
    assert len(accept(plan, row, reason="看过")) == 1
    assert read_plan(plan).accepted["reason"].tolist() == ["看过"]
    assert "看过" in {one["reason"] for one in ask("log", plan).document}
    assert ask("why", plan, read_plan(plan).units["code"].iloc[0]).code == 0


@pytest.mark.parametrize("name", ["clustered_1", "clustered_2", "clustered_3", "clustered_4", "clustered_5"])
def test_its_journal_is_replayed_and_added_to(name, case, tmp_path):
    plan = unpacked(name, tmp_path)
    codes = set(read_plan(plan).units["code"])
    if name == "clustered_1":  # it does not say what it held, so that others may have changed it
        run(case, plan, discard_edits=True)
        assert (tmp_path / f"{name}.before.gpkg").is_file()
    else:
        run(case, plan, replay=True)
        assert set(read_plan(plan).units["code"]) == codes
    assert read_meta(plan)["edits"] == ("0" if name == "clustered_1" else "1")
    adopt(plan, "ward:k=4,variables=x+y", case=case, reason="再分")
    assert read_table(plan, "journal")["seq"].tolist()[-1] == int(read_meta(plan)["edits"])


@pytest.mark.parametrize("name", ["hand_1", "hand_2", "hand_4"])
def test_what_was_accepted_is_carried_into_it_and_it_stays_of_its_schema(name, today, tmp_path):
    plan = unpacked(name, tmp_path)
    row = pd.DataFrame({"id": ["Q10"], "units": [""], "facts": ["{}"], "geometry": [None]})
    accept(today, row, reason="看过")
    carry_acceptances(today, plan)
    carried = plan.read_bytes()
    carry_acceptances(today, plan)
    assert plan.read_bytes() == carried
    found = read_plan(plan, summed=True)
    assert (found.accepted["reason"].tolist(), found.journal["reason"].tolist()) == (["看过"], ["看过"])
    assert not found.changes
    with closing(sqlite3.connect(plan)) as connection:
        assert "parent" not in {one for _, one, *_ in connection.execute("PRAGMA table_info(journal)")}


def test_a_finding_with_facts_of_before_stays_as_it_was_said(tmp_path):
    plan = read_plan(unpacked("hand_2", tmp_path))
    facts = '{"problem": "unreachable", "role": "red_line", "rules": "X1", "text": "X1 is never reached", "zone": "*"}'
    row = {"id": "S13", "severity": "warning", "message": "规则 X1 永远不会起作用", "value": None, "units": ""}
    (said,) = findings_in_words(replace(plan, findings=pd.DataFrame([row | {"facts": facts, "geometry": None}])), "en")
    assert (said["message"], said["severity"]) == ("规则 X1 永远不会起作用", "warning")


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
    """The version after this one: a column more in units, and a table."""
    added = Column("told", "TEXT", "说明", "Told", default="{}", since=SCHEMA + 1)
    counted = Column("checked", "INTEGER", "已核", "Checked", default=7, since=SCHEMA + 1)
    units = replace(
        LAYERS["units"], columns=(*LAYERS["units"].columns[:3], added, *LAYERS["units"].columns[3:], counted)
    )
    scenarios = Table("情景", "Scenarios", (Column("name", "TEXT", "名称", "Name"),), since=SCHEMA + 1)
    for module in (file, tables):
        monkeypatch.setattr(module, "LAYERS", {**LAYERS, "units": units})
        monkeypatch.setattr(module, "TABLES", {**TABLES, "accepted": replace(TABLES["accepted"], since=SCHEMA + 1)})
        monkeypatch.setattr(module, "SCHEMA", SCHEMA + 1)
    return scenarios


@pytest.mark.usefixtures("grown")
def test_what_an_older_plan_lacks_is_filled_in(tmp_path):
    plan = read_plan(unpacked("clustered_2", tmp_path))
    assert list(plan.units.columns)[:5] == ["unit_id", "code", "name", "told", "category"]
    assert set(plan.units["told"]) == {"{}"}
    assert set(plan.units["checked"]) == {7}
    with closing(sqlite3.connect(tmp_path / "clustered_2.gpkg")) as connection, connection:
        connection.execute("DROP TABLE accepted")
    assert len(read_plan(tmp_path / "clustered_2.gpkg").accepted) == 0


@pytest.mark.usefixtures("grown")
def test_a_plan_that_says_it_has_a_column_has_to_have_it(tmp_path):
    plan = unpacked("clustered_2", tmp_path)
    set_meta(plan, "schema", str(SCHEMA + 1))
    with pytest.raises(BadInput, match="no column 'told'"):
        read_plan(plan)


@pytest.mark.parametrize("name", [*LAYERS, *TABLES])
def test_every_column_has_titles_and_a_default_of_its_type(name):
    table = LAYERS.get(name) or TABLES[name]
    assert table.zh and table.en and bool(table.geometry) == (name in LAYERS)
    assert len(set(table.names)) == len({column.zh for column in table.columns}) == len(table.columns)
    for column in table.columns:
        assert column.zh and column.en and column.since <= SCHEMA
        assert isinstance(column.default, {"TEXT": str, "INTEGER": int | None, "REAL": float | None}[column.type])
        assert column.name.endswith("_m2") == (column.unit == "m²") or column.name == "min_area"
