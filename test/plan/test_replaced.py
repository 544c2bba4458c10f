"""What other programs put into a plan: a new plan takes nothing of it away without a word, and styles go on."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pandas as pd
import pytest
from command import ROOT, ask, refusal
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput, ChangedElsewhere
from control_units.delineation.plan.acceptance import accept, withdraw
from control_units.delineation.plan.attribute_tables import TITLED
from control_units.delineation.plan.content import content_of, stated_content, unchanged
from control_units.delineation.plan.file import read_plan
from control_units.delineation.plan.replaced import replaced_plan
from control_units.delineation.verbs.adopting import adopt, adopt_beside
from control_units.delineation.verbs.editing import edit
from control_units.delineation.verbs.rerunning import run_again
from control_units.delineation.verbs.running import run
from hand import CASE, hand
from other_program import written

METHOD = "fitting:threshold=0.4"


@pytest.fixture(scope="module", autouse=True)
def epoch():
    """What is done twice is done at the same time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1767225600")
        yield


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    text = CASE.replace('layer = "red_line"', 'layer = "red_line"\nofficial_area = 5_000_000.0')
    return hand(tmp_path_factory.mktemp("former"), text)


@pytest.fixture(scope="module")
def made(case):
    run(case, case.with_name("made.gpkg"))
    return case.with_name("made.gpkg")


STYLE = (
    "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,"
    " styleSLD, useAsDefault, description, owner) VALUES ('', '', 'units', 'geom', '打印', '<qgis/>', '', 1, '', '')"
)
# What somebody did → what is told of it.
CHANGES = {
    "a value": ("UPDATE units SET name = 'by hand' WHERE fid = 1", "units (values in its 3 rows)"),
    "a number by its last bit": ("UPDATE faces SET area_m2 = area_m2 * 1.0000000000000003", "faces (values in"),
    "nothing for a text": ("UPDATE units SET subtype = NULL", "units (values in"),
    "two values that change places": (
        "UPDATE faces SET category = CASE category WHEN 1 THEN 3 WHEN 3 THEN 1 ELSE 2 END",
        "faces (values",
    ),
    "a shape": ("UPDATE units SET geom = (SELECT geom FROM units WHERE fid = 2) WHERE fid = 1", "units (values in"),
    "a row more": ("INSERT INTO clauses (unit_id, text) VALUES ('U1', '一条')", "clauses ("),
    "a row less": ("DELETE FROM units WHERE fid = 3", "units (3 → 2 rows)"),
    "an entry in the journal": ("INSERT INTO journal (seq, op, undone) VALUES (1, '{}', 0)", "journal (0 → 1 row)"),
    "a line in meta": ("INSERT INTO meta (key, value) VALUES ('note', 'x')", "meta ("),
    "the status": ("UPDATE meta SET value = '送审' WHERE key = 'status'", "meta (values in"),
    "a column": ("ALTER TABLE units ADD COLUMN remark TEXT", "units (values in"),
    "another name of a column": ("ALTER TABLE lineage RENAME COLUMN relation TO kind", "lineage (values in"),
    "a table gone": ("DROP TABLE accepted", "accepted (gone)"),
    "bytes that are no text": ("UPDATE sources SET provider = CAST(x'ff' AS TEXT)", "sources (values in"),
    "what the file says of itself": ("UPDATE meta SET value = '1' WHERE key = 'content'", "accepted (new"),
    "all that it says of itself": ("UPDATE meta SET value = '{}' WHERE key = 'content_by_table'", "and 16 more"),
}


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
@pytest.mark.parametrize("change", CHANGES)
def test_what_another_program_changed_is_told_and_not_lost(case, plan, change, mode):
    statement, told = CHANGES[change]
    written(plan, *statement.split("; "), mode=mode)
    before = plan.read_bytes()
    error = refusal("run", case, "-o", plan)
    assert error["what"].startswith("other programs have changed the plan since it was made: ")
    assert told in error["what"]
    assert "--discard-edits, which keeps it as plan.before.gpkg" in error["wanted"]
    with pytest.raises(ChangedElsewhere):
        run_again(read_case(case), plan)
    with pytest.raises(ChangedElsewhere):
        run(case, plan, replay=True)
    with pytest.raises(BadInput):
        adopt(plan, METHOD, case=case)
    assert plan.read_bytes() == before
    assert [one.name for one in plan.parent.iterdir()] == ["plan.gpkg"]


# What others keep in the same file: no part of what the plan holds.
OTHERS = {
    "a table": "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)",
    "a table with rows": "CREATE TABLE notes AS SELECT fid, code FROM units",
    "a project of QGIS": "CREATE TABLE qgis_projects AS SELECT 'p' AS name, x'00ff' AS content",
}


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
@pytest.mark.parametrize("what", OTHERS)
def test_tables_of_others_stop_nobody_and_the_plan_that_had_them_is_kept(case, plan, made, what, mode):
    written(plan, OTHERS[what], mode=mode)
    before = plan.read_bytes()
    run(case, plan)
    assert plan.read_bytes() == made.read_bytes()
    assert plan.with_name("plan.before.gpkg").read_bytes() == before


@pytest.mark.parametrize("change", ["a value", "a column", "bytes that are no text"])
def test_what_is_discarded_is_kept_once(case, plan, made, change):
    kept = plan.with_name("plan.before.gpkg")
    for turn in range(2):
        turned = f"UPDATE meta SET value = 'turn {turn}' WHERE key = 'name'"  # noqa: S608 - a number
        written(plan, CHANGES[change][0], turned)
        discarded = plan.read_bytes()
        assert ask("run", case, "-o", plan, "--discard-edits").code == 1, "1: the plan has a finding"
        assert plan.read_bytes() == made.read_bytes()
        assert kept.read_bytes() == discarded
    names = sorted(one.name for one in plan.parent.iterdir())
    assert names == ["plan.before.gpkg", "plan.gpkg", "plan.history.jsonl", "plan.undo.gpkg"]
    # Nothing to discard: what was kept stays.
    run(case, plan, discard_edits=True)
    assert kept.read_bytes() == discarded


def test_edits_that_are_discarded_are_kept_too_and_those_that_are_replayed_need_not_be(case, plan):
    adopt(plan, METHOD, case=case)
    edited = plan.read_bytes()
    run(case, plan, replay=True, discard_edits=True)
    assert plan.read_bytes() == edited
    assert not plan.with_name("plan.before.gpkg").exists()
    outcome = run_again(read_case(case), plan, discard_edits=True)
    assert not plan.with_name("plan.before.gpkg").exists()
    outcome.put_in_place()
    assert plan.with_name("plan.before.gpkg").read_bytes() == edited


def test_replaying_keeps_the_journal_and_refuses_what_others_changed(case, plan):
    adopt(plan, METHOD, case=case)
    written(plan, CHANGES["a value"][0])
    changed = plan.read_bytes()
    assert "units (values" in refusal("run", case, "-o", plan, "--replay")["what"]
    assert plan.read_bytes() == changed
    # Codes and names of the old plan go on in a replay: changed ones would be taken for those of a run.
    with pytest.raises(ChangedElsewhere):
        run(case, plan, replay=True, discard_edits=True)
    assert plan.read_bytes() == changed


# Things that change the file and nothing that people put into it.
HARMLESS = {
    "read": "SELECT count(*) FROM faces",
    "touched": "UPDATE gpkg_contents SET last_change = '2030-01-01T00:00:00.000Z'",
    "counted": "UPDATE gpkg_ogr_contents SET feature_count = feature_count",
    "packed": "VACUUM",
    "analysed": "ANALYZE",
    "written and taken back": "UPDATE units SET name = name",
    "an index": "CREATE INDEX mine ON faces (unit_id)",
}


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
@pytest.mark.parametrize("what", HARMLESS)
def test_what_changes_no_row_stops_nobody(case, plan, made, what, mode):
    written(plan, HARMLESS[what], mode=mode)
    assert replaced_plan(plan).changes == {}
    run(case, plan)
    assert plan.read_bytes() == made.read_bytes()
    written(plan, HARMLESS[what], mode=mode)
    adopt(plan, METHOD, case=case)
    assert len(read_plan(plan).journal) == 1


def test_the_file_says_what_it_holds_and_our_own_edits_keep_it_up(case, plan):
    def state():
        with closing(sqlite3.connect(plan)) as connection:
            stated = dict(connection.execute("SELECT key, value FROM meta WHERE key LIKE 'content%'"))
            assert int(stated["content"]) == content_of(connection).total == stated_content(connection).total
            assert stated_content(connection) == content_of(connection)
            names = set(json.loads(stated["content_by_table"]))
            assert names >= {"faces", "units", "accepted", "meta"}
            assert "layer_styles" not in names
            return unchanged(connection)

    assert state()
    findings = read_plan(plan).findings
    accept(plan, findings.iloc[[0]], reason="看过")
    assert state()
    accept(plan, findings.iloc[[0]], reason="又看过")
    state()
    withdraw(plan, findings.iloc[[0]])
    state()
    accept(plan, findings.iloc[[0]], reason="还是留下")
    run(case, plan)
    assert state()
    assert read_plan(plan).accepted["reason"].tolist() == ["还是留下"]
    adopt(plan, METHOD, case=case)
    assert state()


def test_of_what_others_changed_no_finding_is_accepted(plan):
    findings = read_plan(plan).findings.iloc[[0]]
    accept(plan, findings, reason="看过")
    written(plan, CHANGES["a value"][0])
    before = plan.read_bytes()
    for change in (lambda: accept(plan, findings, reason="又看过"), lambda: withdraw(plan, findings)):
        with pytest.raises(ChangedElsewhere, match="units"):
            change()
    assert plan.read_bytes() == before


def test_a_plan_that_lost_its_sums_is_one_that_others_have_changed(case, plan):
    written(plan, "DELETE FROM meta WHERE key LIKE 'content%'", CHANGES["a value"][0])
    changed = plan.read_bytes()
    assert "other programs have changed the plan" in refusal("run", case, "-o", plan)["what"]
    run(case, plan, discard_edits=True)
    assert plan.with_name("plan.before.gpkg").read_bytes() == changed


def styles(path):
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT styleName, f_table_name, useAsDefault, styleQML FROM layer_styles").fetchall()
    return {name: (table, bool(default), qml) for name, table, default, qml in rows}


@pytest.mark.parametrize("how", ["run", "discard", "adopt", "beside"])
def test_styles_of_people_go_with_the_new_plan(case, plan, made, how):
    shipped = styles(made)
    written(plan, STYLE, "UPDATE layer_styles SET styleQML = '<qgis mine/>' WHERE styleName = 'faces'")
    if how == "discard":
        written(plan, CHANGES["a value"][0])
    for _ in range(2):
        if how == "adopt":
            adopt(plan, METHOD, case=case)
        elif how == "beside":
            adopt_beside(plan, METHOD, case=case).put_in_place()
        else:
            run(case, plan, discard_edits=how == "discard")
        found = styles(plan)
        assert found["打印"] == ("units", True, "<qgis/>")
        assert found["faces"] == ("faces", True, "<qgis mine/>")
        assert found["units"] == ("units", False, shipped["units"][2]), "one style of a layer is the default"
        assert {name: found[name] for name in ("borders", "findings", "element_zones")} == {
            name: shipped[name] for name in ("borders", "findings", "element_zones")
        }
        assert len(found) == len(shipped) + 1
        assert replaced_plan(plan).changes == {}
    bare = plan.with_name("bare.gpkg")
    run(case, bare)
    assert styles(bare) == shipped


@pytest.mark.parametrize("how", ["run", "adopt", "beside", "again"])
def test_what_is_saved_while_the_new_plan_is_made_is_not_lost(case, plan, how):
    """The last look is under the lock: here somebody saves when the new plan is all but there."""
    saved = "UPDATE units SET name = 'meanwhile' WHERE fid = 1"

    def meanwhile(fraction, message):  # noqa: ARG001 - the signature of a progress
        if fraction >= 0.99 and "meanwhile" not in set(read_plan(plan).units["name"]):
            written(plan, saved)

    with pytest.raises(ChangedElsewhere, match=r"meanwhile: units \(values"):
        if how == "run":
            run(case, plan, progress=meanwhile)
        elif how == "adopt":
            adopt(plan, METHOD, case=case, progress=meanwhile)
        elif how == "beside":
            outcome = adopt_beside(plan, METHOD, case=case)
            written(plan, saved)
            outcome.put_in_place()
        else:
            outcome = run_again(read_case(case), plan)
            written(plan, saved)
            outcome.put_in_place()
    assert "meanwhile" in set(read_plan(plan).units["name"])


def test_a_style_that_is_saved_while_the_new_plan_is_made_is_not_lost(case, plan):
    outcome = run_again(read_case(case), plan)
    written(plan, STYLE)
    with pytest.raises(ChangedElsewhere, match="meanwhile; wanted: a retry"):
        outcome.put_in_place()
    assert "打印" in styles(plan)


def test_where_there_was_no_plan_one_that_somebody_has_worked_on_meanwhile_is_not_replaced(case, tmp_path, made):
    target = tmp_path / "plan.gpkg"
    outcome = run_again(read_case(case), target)
    shutil.copy(made, target)
    adopt(target, METHOD, case=case)
    with pytest.raises(ChangedElsewhere, match="meanwhile"):
        outcome.put_in_place()
    shutil.copy(made, target)
    assert outcome.put_in_place() == target
    pd.testing.assert_frame_equal(read_plan(target).units, read_plan(made).units)


@pytest.mark.parametrize("door", ["run", "put in place"])
def test_of_a_link_the_plan_is_replaced_and_kept(case, plan, tmp_path, door):
    written(plan, CHANGES["a value"][0])
    changed = plan.read_bytes()
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "plan.gpkg"
    link.symlink_to(plan)
    if door == "run":
        run(case, link, discard_edits=True)
    else:
        assert run_again(read_case(case), link, discard_edits=True).put_in_place() == link
    assert link.is_symlink()
    assert not plan.is_symlink()
    assert replaced_plan(plan).changes == {}
    kept = plan.with_name("plan.before.gpkg")
    assert not kept.is_symlink()
    assert kept.read_bytes() == changed
    assert [one.name for one in link.parent.iterdir()] == ["plan.gpkg"]


def test_a_plan_without_its_table_meta_is_not_taken_for_nothing(case, plan):
    written(plan, "ALTER TABLE meta RENAME TO meta2")
    before = plan.read_bytes()
    for more in ((), ("--discard-edits",)):
        assert refusal("run", case, "-o", plan, *more)["what"] == "no table 'meta'"
    assert plan.read_bytes() == before


@pytest.mark.parametrize(
    ("table", "kept"),
    [
        ("CREATE TABLE layer_styles (f_table_name TEXT, other TEXT)", False),
        ("CREATE TABLE layer_styles (styleName TEXT, f_table_name TEXT, styleQML TEXT, useAsDefault, id INT)", True),
        ("CREATE TABLE layer_styles (id INT, styleName TEXT, f_table_name TEXT, more TEXT, styleQML TEXT)", True),
    ],
)
def test_a_table_of_styles_in_another_shape(case, plan, table, kept):
    written(plan, "DROP TABLE layer_styles", table)
    if kept:
        columns = "id, styleName, f_table_name, styleQML"
        written(plan, f"INSERT INTO layer_styles ({columns}) VALUES (1, 'my', 'units', '<q/>')")  # noqa: S608 - constant
    run(case, plan)
    assert ("my" in styles(plan)) is kept
    assert len(styles(plan)) == len(TITLED) + kept


ACCEPTS = """
import sys
from pathlib import Path
from delineation.plan.acceptance import accept
from delineation.plan.file import read_plan
path, number = Path(sys.argv[1]), int(sys.argv[2])
findings = read_plan(path).findings
for turn in range(4):
    one = findings.iloc[[0]].assign(id=f"X{number}{turn}")
    accept(path, one, reason="seen")
    print("accepted", flush=True)
"""


def test_of_acceptances_at_the_same_time_none_is_lost(plan):
    commands = [[sys.executable, "-c", ACCEPTS, str(plan), str(number)] for number in range(4)]
    running = [subprocess.Popen(one, cwd=ROOT, stdout=subprocess.PIPE, text=True) for one in commands]
    said = sum(one.communicate()[0].count("accepted") for one in running)
    assert said == 16
    assert len(read_plan(plan).accepted) == 16
    assert replaced_plan(plan).changes == {}


@pytest.mark.parametrize("how", ["run", "adopt", "again"])
def test_what_is_accepted_while_the_new_plan_is_made_goes_with_it(case, plan, how):
    finding = read_plan(plan).findings.iloc[[0]]

    def meanwhile(fraction, message):  # noqa: ARG001 - the signature of a progress
        if 0.3 < fraction < 0.7 and not len(read_plan(plan).accepted):
            accept(plan, finding, reason="meanwhile")

    if how == "run":
        run(case, plan, progress=meanwhile)
    elif how == "adopt":
        adopt(plan, METHOD, case=case, progress=meanwhile)
    else:
        run_again(read_case(case), plan, progress=meanwhile).put_in_place()
    assert read_plan(plan).accepted["reason"].tolist() == ["meanwhile"]


def test_our_own_edits_cost_no_reading_of_it_all(plan):
    def known():
        with closing(sqlite3.connect(plan)) as connection:
            return unchanged(connection)

    findings = read_plan(plan).findings
    accept(plan, findings.iloc[[0]], reason="看过")
    assert known()
    written(plan, HARMLESS["touched"])
    assert not known()
    edit(plan, [{"op": "lock", "unit": "U000001"}])
    assert known(), "an edit has summed it up"


def test_a_geopackage_of_something_else_is_not_written_over_without_a_word(case, tmp_path):
    target = tmp_path / "mine.gpkg"
    shutil.copy(case.with_name("hand.gpkg"), target)
    before = target.read_bytes()
    error = refusal("run", case, "-o", target)
    assert error["what"].startswith("is a GeoPackage, but no plan: county (new, 1 row)")
    with pytest.raises(ChangedElsewhere):
        run_again(read_case(case), target)
    assert target.read_bytes() == before
    run(case, target, discard_edits=True)
    assert tmp_path.joinpath("mine.before.gpkg").read_bytes() == before
    assert len(read_plan(target).units) == 3
