"""A finding accepted with a reason stays accepted: through other findings, another run, and a killed process."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput, ChangedElsewhere
from control_units.delineation.core.messages import Message, plain_facts
from control_units.delineation.plan.acceptance import accept, acceptance_of, withdraw
from control_units.delineation.plan.file import read_meta, read_plan, write_plan
from control_units.delineation.plan.replaced import replaced_plan
from control_units.delineation.verbs.adopting import adopt
from control_units.delineation.verbs.rerunning import run_again
from control_units.delineation.verbs.running import run
from hand import CASE, hand
from other_program import restated
from sample_plan import sample_plan

ROOT = Path(__file__).resolve().parents[2]
WHO = {"reason": "园区已批复", "author": "张三", "time": "2026-01-02T03:04:05Z"}


def finding(number: str, units: str = "", place=None, facts: str = "{}") -> dict:
    return {
        "id": number,
        "severity": "warning",
        "message": number,
        "value": 1.0,
        "units": units,
        "facts": facts,
        "shape": "",
        "geometry": place,
    }


@pytest.fixture
def findings():
    point = shapely.Point(507_500, 3_207_500)
    rows = [
        finding("Q07", "A、B", point),
        finding("Q07", "A、B", shapely.Point(507_500, 3_217_500)),
        finding("Q07", "C", point),
        finding("S11", facts='{"area": 12.5, "count": 3}'),
        finding("S13", facts='{"rules": "R01"}'),
        finding("S13", facts='{"rules": "R02"}'),
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def file(tmp_path, findings):
    plan = replace(sample_plan(), findings=findings)
    plan.meta.update(
        crs="EPSG:4549",
        area_method="planar",
        profile="national",
        method="overlay",
        imbalance="0",
        method_parameters="{}",
        capture="[]",
        county_names="{}",
    )
    write_plan(plan, tmp_path / "plan.gpkg")
    return tmp_path / "plan.gpkg"


def answered(file: Path) -> list[int]:
    plan = read_plan(file)
    return np.flatnonzero(acceptance_of(plan.findings, plan.accepted) >= 0).tolist()


@pytest.mark.parametrize("row", range(6))
def test_one_finding_is_accepted_and_no_other(file, row):
    assert answered(file) == []
    accept(file, read_plan(file).findings.iloc[[row]], **WHO)
    assert answered(file) == [row]
    plan = read_plan(file)
    assert plan.accepted[["reason", "author", "time"]].iloc[0].to_dict() == WHO
    withdraw(file, plan.findings.iloc[[row]])
    assert answered(file) == []


def test_a_second_reason_replaces_the_first(file):
    findings = read_plan(file).findings
    accept(file, findings, **WHO)
    table = accept(file, findings.iloc[[0]], **{**WHO, "reason": "另有说明"})
    assert len(table) == len(findings)
    assert answered(file) == [0, 1, 2, 3, 4, 5]
    assert sorted(set(read_plan(file).accepted["reason"])) == ["另有说明", "园区已批复"]


def test_measures_may_change_a_little_and_places_may_not(file, findings):
    accept(file, read_plan(file).findings, **WHO)
    accepted = read_plan(file).accepted
    moved = findings.copy()
    moved.loc[3, "facts"] = '{"area": 13.1, "count": 3}'
    moved.loc[0, "geometry"] = shapely.Point(507_500.4, 3_207_500.4)
    assert (acceptance_of(moved, accepted) >= 0).all()
    moved.loc[0, "geometry"] = shapely.Point(507_505, 3_207_500)
    moved.loc[2, "geometry"] = None
    moved.loc[4, "facts"] = '{"rules": "R03"}'
    assert (acceptance_of(moved, accepted) >= 0).tolist() == [False, True, False, True, False, True]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason_nothing_is_accepted(file, reason):
    before = file.read_bytes()
    with pytest.raises(BadInput, match="no reason"):
        accept(file, read_plan(file).findings, **{**WHO, "reason": reason})
    assert file.read_bytes() == before


def test_the_table_is_registered_and_the_rest_untouched(file):
    def rest():
        with closing(sqlite3.connect(file)) as connection, connection:
            names = [row[0] for row in connection.execute("SELECT table_name FROM gpkg_contents ORDER BY 1")]
            assert "accepted" in names
            rest = [name for name in names if name not in ("accepted", "journal")]
            tables = [connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in rest]  # noqa: S608
            # What the file says of its own content is said anew.
            return [[row for row in rows if not str(row[1]).startswith("content")] for rows in tables]

    before = rest()
    accept(file, read_plan(file).findings, **WHO)
    assert rest() == before


def test_a_file_that_cannot_be_written_is_one_sentence(file):
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    findings = pd.DataFrame([finding("Q07")])
    try:
        with pytest.raises(BadInput):
            accept(file, findings, **WHO)
    finally:
        holder.close()
    with pytest.raises(BadInput):
        accept(file.with_name("none.gpkg"), findings, **WHO)
    assert not file.with_name("none.gpkg").exists()


KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from delineation.core import database_file
from delineation.core.geopackage import insert_rows
from delineation.plan.tables import TABLES

def spilling(*arguments, connect=database_file._connect):
    # A cache of one page that may spill: what is not committed yet is in the file already.
    connection = connect(*arguments)
    connection.execute("PRAGMA cache_size = 1")
    keeps = sqlite3.SQLITE_PRAGMA, "cache_spill"
    connection.set_authorizer(lambda *asked: sqlite3.SQLITE_IGNORE if asked[:2] == keeps else sqlite3.SQLITE_OK)
    return connection

database_file._connect = spilling
with database_file.transaction(Path(sys.argv[1])) as connection:
    rows = [("Q07", str(number), "{}", "", "x" * 500, "", "") for number in range(2_000)]
    insert_rows(connection, "accepted", TABLES["accepted"].plain, rows)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_killed_in_the_middle_the_plan_is_as_before(file):
    accept(file, read_plan(file).findings.iloc[[2]], **WHO)
    size = file.stat().st_size
    done = subprocess.run([sys.executable, "-c", KILLED, file], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert file.stat().st_size > size, "the kill struck before anything was written: this tests nothing"
    assert file.with_name("plan.gpkg-journal").is_file()
    assert answered(file) == [2]
    assert not file.with_name("plan.gpkg-journal").exists()


def test_another_run_keeps_what_was_accepted(tmp_path):
    text = CASE.replace('layer = "red_line"', 'layer = "red_line"\nofficial_area = 5_000_000.0')
    case, target = hand(tmp_path, text), tmp_path / "plan.gpkg"
    run(case, target)
    findings = read_plan(target).findings
    assert len(findings), "the county has a finding"
    accept(target, findings.iloc[[0]], **WHO)
    run(case, target)
    assert answered(target) == [0]
    once = target.read_bytes()
    run(case, target)
    assert target.read_bytes() == once
    outcome = run_again(read_case(case), target)
    assert len(outcome.plan.accepted) == 1
    assert outcome.put_in_place() == target
    assert target.read_bytes() == once


def facts_of_messages(listed: object) -> str:
    return json.dumps(
        plain_facts({"rules": listed, "why": Message("no role {role:role}", role="red_line"), "area": 1.5})
    )


def test_words_in_lists_and_messages_tell_findings_apart():
    rows = [finding("S13", facts=facts_of_messages(("R01", "R02"))), finding("S13", facts=facts_of_messages(("R01",)))]
    accepted = pd.DataFrame([{"id": "S13", "units": "", "place": "", "facts": ""}])
    accepted["facts"] = facts_of_messages(("R01", "R02"))
    assert acceptance_of(pd.DataFrame(rows), accepted).tolist() == [0, -1]


PIECES = {"count": 4, "area": 980_800.0}
SHARE = {"role": "red_line", "share": 0.61}


@pytest.mark.parametrize(
    ("rule", "facts", "changes", "known"),
    [
        ("S11", PIECES, {"area": 1_010_000.0}, True),
        ("S11", PIECES, {"area": 1_120_000.0}, False),
        ("S11", PIECES, {"count": 5}, False),
        ("Q13", SHARE, {"share": 0.6}, True),
        ("Q13", SHARE, {"share": 0.006}, False),
        ("Q13", {**SHARE, "share": 1}, {"share": 0.98}, True),
        (
            "S13",
            plain_facts({"why": Message("{n} pieces", n=4)}),
            plain_facts({"why": Message("{n} pieces", n=5)}),
            False,
        ),
    ],
)
@pytest.mark.parametrize("units", ["", "A、B"])
def test_a_finding_whose_facts_are_others_is_open_again_though_its_units_are_the_same(
    rule, facts, changes, known, units
):
    accepted = pd.DataFrame([{"id": rule, "units": units, "place": "", "facts": json.dumps(facts), "reason": "看过"}])
    now = pd.DataFrame([finding(rule, units, facts=json.dumps({**facts, **changes}))])
    assert bool(acceptance_of(now, accepted)[0] >= 0) is known


def test_what_is_withdrawn_is_open_though_it_was_accepted_at_other_measures_before(file, findings):
    def now(area):
        return findings.iloc[[3]].assign(facts=json.dumps({"area": area, "count": 3}))

    for area in (100.0, 108.0):
        accept(file, now(area), **WHO)
    assert len(read_plan(file).accepted) == 2
    withdraw(file, now(104.0))
    assert acceptance_of(now(104.0), read_plan(file).accepted).tolist() == [-1]


# ── the journal, and units that are others by now ───────────────────────────────────────────────────────────────────


def entries(file: Path) -> list[tuple[str, str, str, int]]:
    return [
        (json.loads(row["op"])["op"], row["author"], row["reason"], int(row["undone"]))
        for row in read_plan(file).journal.to_dict("records")
    ]


def test_each_acceptance_and_its_withdrawal_stand_in_the_journal_and_are_no_edits(file):
    findings = read_plan(file).findings
    accept(file, findings.iloc[[0, 3]], **WHO)
    accept(file, findings.iloc[[0]], **{**WHO, "reason": "另有说明"})
    withdraw(file, findings.iloc[[3]], author="李四", time="2026-02-02T00:00:00Z", reason="面积变大")
    assert entries(file) == [
        ("accept", "张三", "园区已批复", 1),
        ("accept", "张三", "园区已批复", 1),
        ("accept", "张三", "另有说明", 0),
        ("withdraw", "李四", "面积变大", 0),
    ]
    first = json.loads(read_plan(file).journal["op"].iloc[1])
    assert {key: first[key] for key in ("rule", "at", "facts")} == {
        "rule": "S11",
        "at": None,
        "facts": {"area": 12.5, "count": 3},
    }
    assert json.loads(read_plan(file).journal["op"].iloc[0])["at"] == [507_500.0, 3_207_500.0]
    assert read_meta(file)["edits"] == "0"
    assert replaced_plan(file).edits == 0
    assert replaced_plan(file).changes == {}


def test_of_two_findings_in_one_place_each_has_its_own_entry(file):
    findings = read_plan(file).findings
    for row in (0, 2):
        accept(file, findings.iloc[[row]], **WHO)
    assert answered(file) == [0, 2]
    withdraw(file, findings.iloc[[0]])
    assert answered(file) == [2]
    assert [undone for *_, undone in entries(file)] == [1, 0, 0]


PIECE = {"problem": "tiny", "n": 1, "area_m2": 51.69}


@pytest.mark.parametrize(
    ("facts", "moved", "known"),
    [
        (PIECE, 0.0, True),
        ({**PIECE, "area_m2": 51.7}, 0.4, True),
        ({**PIECE, "area_m2": 5_169.0}, 0.0, False),
        ({**PIECE, "n": 2, "area_m2": 51.7}, 0.0, False),
        ({**PIECE, "problem": "sliver"}, 0.0, False),
        (PIECE, 30.0, False),
    ],
)
def test_a_piece_is_known_by_rule_place_and_facts_whatever_unit_it_is_of_now(facts, moved, known):
    place = shapely.Point(507_500, 3_207_500)
    before = pd.DataFrame([finding("Q14", "ZH33082410001", place, json.dumps(PIECE))])
    accepted = before.assign(place=[shapely.to_wkt(place)], reason="河心洲").drop(columns="geometry")
    now = pd.DataFrame([finding("Q14", "ZH33082430007", shapely.Point(507_500 + moved, 3_207_500), json.dumps(facts))])
    assert bool(acceptance_of(now, accepted)[0] >= 0) is known


@pytest.mark.parametrize("how", ["run", "again", "adopt"])
def test_acceptances_outlive_a_run_and_an_adoption_in_table_and_journal(tmp_path, how):
    text = CASE.replace('layer = "red_line"', 'layer = "red_line"\nofficial_area = 5_000_000.0')
    case, target = hand(tmp_path, text), tmp_path / "plan.gpkg"
    run(case, target)
    accept(target, read_plan(target).findings.iloc[[0]], **WHO)
    if how == "run":
        run(case, target)
    elif how == "again":
        run_again(read_case(case), target).put_in_place()
    else:
        adopt(target, "ward:k=4,variables=x+y", case=case, author="王五", reason="更紧凑")
        run(case, target, replay=True)
    found = entries(target)
    assert ("accept", "张三", "园区已批复", 0) in found
    assert len(found) == 1 + (how == "adopt")
    assert read_meta(target)["edits"] == str(int(how == "adopt"))
    assert answered(target) == [0]


def test_a_run_that_discards_edits_keeps_acceptances(tmp_path):
    case, target = hand(tmp_path), tmp_path / "plan.gpkg"
    run(case, target)
    adopt(target, "ward:k=4,variables=x+y", case=case)
    accept(target, pd.DataFrame([finding("Q07")]), **WHO)
    with pytest.raises(BadInput, match="holds 1 edit"):
        run(case, target)
    run(case, target, discard_edits=True)
    assert entries(target) == [("accept", "张三", "园区已批复", 0)]
    assert len(read_plan(target).accepted) == 1


def test_an_edit_made_meanwhile_is_not_taken_for_an_acceptance(tmp_path):
    case, target = hand(tmp_path), tmp_path / "plan.gpkg"
    run(case, target)

    def meanwhile(fraction, message):  # noqa: ARG001 - the signature of a progress
        if 0.3 < fraction < 0.6 and not len(read_plan(target).journal):
            adopt(target, "ward:k=4,variables=x+y", case=case)

    with pytest.raises(ChangedElsewhere):
        run(case, target, progress=meanwhile)
    assert read_meta(target)["edits"] == "1"


def test_entries_that_somebody_has_written_by_hand_are_no_stumbling_block(file):
    op = json.dumps({"op": "accept", "rule": "Q07", "at": ["x"], "facts": [1], "units": 3})
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO journal (seq, op, undone) VALUES (1, ?, 0), (2, 'no edit', 0)", (op,))
    restated(file)
    accept(file, read_plan(file).findings.iloc[[0]], **WHO)
    assert answered(file) == [0]
    assert read_plan(file).journal["seq"].tolist() == [1, 2, 3]
    assert read_meta(file)["edits"] == "1", "what cannot be read may be an edit"


def test_facts_that_are_none_are_compared_as_they_stand(findings):
    one = findings.iloc[[3]].assign(facts="seen")
    accepted = one.assign(place="").drop(columns="geometry")
    assert acceptance_of(one, accepted).tolist() == [0]
    for other in ("[1]", '{"why": {"a": 1}}'):
        assert acceptance_of(one.assign(facts=other), accepted).tolist() == [-1]
