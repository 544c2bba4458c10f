"""A method's division adopted as the plan's labels: one journal entry, replayed by a new run, whole or not at all."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command import ROOT, ask, refusal
from control_units.delineation.basis.build import lay_basis
from control_units.delineation.case.reading import method_of, method_text, read_case
from control_units.delineation.cli import main
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.labelling.label import label
from control_units.delineation.methods.of_case import with_method
from control_units.delineation.plan.acceptance import accept
from control_units.delineation.plan.file import read_meta, read_plan, write_plan
from control_units.delineation.plan.journal import relabel_of
from control_units.delineation.plan.provenance import case_of_plan
from control_units.delineation.verbs.adopting import adopt, adopt_beside
from control_units.delineation.verbs.editing import edit
from control_units.delineation.verbs.rerunning import run_again
from control_units.delineation.verbs.running import delineate, run
from rich import rich

WARD, SKATER = "ward:k=8,scope=category,variables=x+y", "skater:k=9,scope=category,variables=x+y:2"
EPOCH = "1767225600"  # 2026-01-01


@pytest.fixture(scope="module", autouse=True)
def epoch():
    """What is done twice is done at the same time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        yield


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """The run that made the plan."""
    folder = tmp_path_factory.mktemp("rich")
    outcome = run_again(read_case(rich(folder)), folder / "plan.gpkg")
    outcome.put_in_place()
    return outcome


@pytest.fixture(scope="module")
def laid(base):
    return base.laid


@pytest.fixture(scope="module")
def case(base):
    return base.case


@pytest.fixture
def plan(case, tmp_path):
    """A copy of the plan, beside a copy of the case."""
    shutil.copytree(case.folder, tmp_path / "at")
    return tmp_path / "at" / "plan.gpkg"


def labels(plan):
    """Unit number and category of each face, whatever the units are called."""
    return pd.factorize(plan.faces["unit_id"])[0], plan.faces["category"].to_numpy(dtype=np.int64)


def divided(case, method="overlay", seed=1, basis=None):
    """The same of the case by a method, on a basis."""
    name, parameters = method_of({}, method, "test")
    basis = lay_basis(case) if basis is None else basis
    units = label(replace(case, method=name, method_parameters=parameters, seed=seed), basis).units
    return pd.factorize(units.of_face)[0], units.category[units.of_face]


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def entry(plan, number=-1):
    row = plan.journal.iloc[number]
    return json.loads(row["op"]), json.loads(row["inverse"])


def test_labels_units_and_all_that_hangs_on_them_are_those_of_the_method(case, plan, laid):
    old = read_plan(plan)
    told = adopt(plan, WARD, seed=3, author="张三", reason="聚类更紧凑", basis="环评〔2026〕1 号", laid=laid)
    new = read_plan(plan)
    fresh = delineate(replace(case, method="ward", method_parameters={"k": 8, "variables": "x+y"}, seed=3))
    assert same(labels(new), labels(fresh))
    assert not same(labels(new), labels(old))
    assert len(new.units) == told["units"]
    columns = ["category", "kind", "county", "townships", "parts", "area_m2", "reasons", "geometry"]
    pd.testing.assert_frame_equal(new.units[columns], fresh.units[columns], check_dtype=False)
    for name in ("borders", "element_zones", "coverage", "ledger", "lineage", "sources", "rules"):
        pd.testing.assert_frame_equal(getattr(new, name), getattr(fresh, name), check_dtype=False, obj=name)
    assert set(new.clauses["code"]) == set(new.units["code"])
    assert (new.meta["method"], new.meta["seed"]) == ("ward", "3")
    assert json.loads(new.meta["capture"]) == json.loads(fresh.meta["capture"])
    assert "Q01" not in set(new.findings["id"])
    row = new.journal.iloc[0].to_dict()
    assert {key: row[key] for key in ("seq", "time", "author", "reason", "basis", "undone")} == {
        "seq": 1,
        "time": "2026-01-01T00:00:00Z",
        "author": "张三",
        "reason": "聚类更紧凑",
        "basis": "环评〔2026〕1 号",
        "undone": 0,
    }
    assert entry(new) == (
        {"op": "relabel", "method": WARD, "seed": 3},
        {"op": "relabel", "method": "overlay", "seed": 1},
    )
    assert read_meta(plan)["edits"] == "1"


def test_codes_go_on_and_what_was_used_is_not_used_again(plan, laid):
    seen, numbers = set(), 0
    before, wanted = read_plan(plan), (WARD, SKATER, "overlay")
    for method in wanted:
        told = adopt(plan, method, laid=laid)["adopted"]
        now = read_plan(plan)
        seen |= set(before.units["code"])
        codes, old = set(now.units["code"]), set(before.units["code"])
        assert told["kept"] == len(codes & old)
        assert told["kept"] + told["new"] == len(codes) == len(now.units)
        assert told["retired"] == len(old - codes)
        # Neither a code nor an id of any version before comes back.
        assert not (codes - old) & seen
        assert set(json.loads(now.meta["retired_codes"])) == (seen | codes) - codes
        ids = now.units.set_index("code")["unit_id"]
        assert (ids[list(codes & old)] == before.units.set_index("code")["unit_id"][list(codes & old)]).all()
        new = {int(text[1:]) for text in ids[list(codes - old)]}
        assert all(number > numbers for number in new)
        numbers = max(int(now.meta["last_unit_id"]), numbers)
        before = now
    assert [entry(before, number)[0]["method"] for number in range(3)] == [*wanted]
    assert [entry(before, number)[1]["method"] for number in range(3)] == ["overlay", WARD, SKATER]
    assert list(before.journal["seq"]) == [1, 2, 3]


def test_units_that_stay_much_the_same_keep_code_id_and_name(case, plan, laid):
    named = read_plan(plan)
    named.units["name"] = [f"{name}（改）" for name in named.units["name"]]
    write_plan(named, plan)
    adopt(plan, "overlay", laid=laid)
    again = read_plan(plan)
    pd.testing.assert_frame_equal(again.units, named.units)
    # A park is a unit under the rules and under a method that leaves it apart.
    adopt(plan, WARD + ",cores=apart", case=case, laid=laid)
    columns = ["unit_id", "code", "name"]
    both = read_plan(plan).units.merge(named.units, on=columns, suffixes=("", "_old"))
    assert 0 < len(both) < len(named.units)
    assert (both["category"] == both["category_old"]).all()


def test_a_run_without_a_word_is_refused_and_with_one_replays_or_discards(base, plan, laid):
    adopt(plan, WARD, laid=laid)
    adopt(plan, SKATER, seed=4, laid=laid)
    held, case = plan.read_bytes(), plan.with_name("case.toml")
    with pytest.raises(BadInput, match=r"holds 2 edits.*--replay or --discard-edits"):
        run(case, plan)
    with pytest.raises(BadInput, match=r"holds 2 edits.*the edits discarded"):
        run_again(read_case(case), plan)
    assert plan.read_bytes() == held
    # Replaying keeps people's work, so it goes before discarding.
    run(case, plan, replay=True, discard_edits=True)
    assert plan.read_bytes() == held
    outcome = run_again(read_case(case), plan, laid=laid, replay=True)
    assert plan.read_bytes() == held
    outcome.put_in_place()
    assert plan.read_bytes() == held
    run(case, plan, discard_edits=True)
    assert len(read_plan(plan).journal) == 0
    assert plan.read_bytes() == base.target.read_bytes()


def test_on_sources_that_have_changed_the_method_is_what_is_replayed(case, plan, laid):
    adopt(plan, SKATER, seed=4, laid=laid)
    old = read_plan(plan)
    text = plan.with_name("case.toml").read_text(encoding="utf-8")
    # One source less: other faces, and another base.
    blocks = text.split("[[source]]")
    fewer = "[[source]]".join(block for block in blocks if "more_soil_zone" not in block)
    fewer = fewer.replace('name = "overlay"', 'name = "fitting"\nthreshold = 0.3')
    plan.with_name("case.toml").write_text(fewer, encoding="utf-8")
    with pytest.raises(BadInput, match="the case now gives other faces"):
        adopt(plan, WARD)
    run(plan.with_name("case.toml"), plan, replay=True)
    new = read_plan(plan)
    assert len(new.faces) < len(old.faces)
    assert same(labels(new), divided(read_case(plan.with_name("case.toml")), SKATER, 4))
    # Units lie where they lay, so most go on; the base below the relabel is the case's of now.
    common = set(new.units["unit_id"]) & set(old.units["unit_id"])
    assert len(common) >= len(old.units) // 2
    codes = [one.units.set_index("unit_id")["code"] for one in (old, new)]
    assert all(codes[0][one] == codes[1][one] for one in common)
    assert entry(new)[1] == {"op": "relabel", "method": "fitting:threshold=0.3", "seed": 1}
    assert new.journal.drop(columns="inverse").equals(old.journal.drop(columns="inverse"))
    assert case.path.is_file()


def test_what_was_undone_is_not_replayed_but_stays_in_the_journal(case, plan, laid):
    adopt(plan, WARD, laid=laid)
    adopt(plan, SKATER, laid=laid)
    held = read_plan(plan)

    def replayed(*undone):
        journal = held.journal.assign(undone=list(undone))
        write_plan(replace(held, journal=journal), plan)
        run(plan.with_name("case.toml"), plan, replay=True)
        found = read_plan(plan)
        pd.testing.assert_frame_equal(found.journal, journal, check_dtype=False)
        return found

    assert same(labels(replayed(0, 1)), divided(case, WARD, basis=laid.basis))
    base = replayed(1, 1)
    assert same(labels(base), divided(case, basis=laid.basis))
    assert base.meta["method"] == "overlay"


def test_edits_that_nobody_can_read_are_neither_replayed_nor_written_over(plan, laid):
    adopt(plan, WARD, laid=laid)
    held, case = read_plan(plan), read_case(plan.with_name("case.toml"))
    for op in ('{"op": "relabel"}', "?", None):
        more = held.journal.assign(seq=2, op=op)
        write_plan(replace(held, journal=pd.concat([held.journal, more], ignore_index=True)), plan)
        before = plan.read_bytes()
        for call in (
            lambda: run(case.path, plan, replay=True),
            lambda: run_again(case, plan, laid=laid, replay=True),
            lambda: adopt(plan, SKATER, laid=laid),
        ):
            with pytest.raises(BadInput) as caught:
                call()
            assert str(caught.value.where) == "journal, entry 2"
        assert plan.read_bytes() == before


def test_edits_are_done_again_on_a_division_that_is_adopted_after_them(plan, laid):
    unit = read_plan(plan).units["unit_id"].iloc[0]
    edit(plan, [{"op": "rename", "unit": unit, "name": "东山"}])
    adopt(plan, SKATER, laid=laid)
    after = read_plan(plan)
    assert "东山" in set(after.units["name"])
    assert [json.loads(op)["op"] for op in after.journal["op"]] == ["rename", "relabel"]


def test_edits_on_an_adopted_division_are_replayed_with_it(plan, laid):
    adopt(plan, WARD, laid=laid)
    unit = read_plan(plan).units["unit_id"].iloc[-1]
    edit(plan, [{"op": "rename", "unit": unit, "name": "东山"}])
    labels_before = labels(read_plan(plan))
    run(plan.with_name("case.toml"), plan, replay=True)
    after = read_plan(plan)
    assert same(labels(after), labels_before)
    assert "东山" in set(after.units["name"])
    assert [json.loads(op)["op"] for op in after.journal["op"]] == ["relabel", "rename"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sliver_area = 10_000", "sliver_area = 20_000", r"settings in \[cleaning\]"),
        ("[method]", '[grouping]\nkey = "township"\n[method]', r"settings in \[grouping\]"),
        ('profile = "national"', 'profile = "national"\nswitches = { park_over_eco = true }', "other rules"),
        ("sliver_area", "snap = 0.5\nsliver_area", r"other faces|settings in \[cleaning\]"),
    ],
)
def test_a_case_that_would_change_more_than_labels_is_refused(plan, old, new, said):
    before, file = plan.read_bytes(), plan.with_name("case.toml")
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        adopt(plan, WARD)
    assert plan.read_bytes() == before


def test_so_is_a_source_with_other_attributes(plan, laid):
    with plan.with_name("hand.gpkg").open("ab") as stream:
        stream.write(b"\0")
    with pytest.raises(BadInput, match="the case now has other sources"):
        adopt(plan, WARD, laid=laid)


def test_what_cannot_be_adopted_is_one_sentence(plan, case, tmp_path):
    before = plan.read_bytes()
    wrong = [
        {"method": "wrad:k=6"},
        {"method": "ward:K=6"},
        {"method": "ward"},
        {"method": WARD, "seed": -1},
        {"method": "ward:k=6"},
        {"method": WARD, "case": tmp_path / "none.toml"},
    ]
    for given in wrong:
        with pytest.raises(BadInput) as caught:
            adopt(plan, **given)
        assert caught.value.wanted
    assert plan.read_bytes() == before
    assert [path.name for path in plan.parent.iterdir() if path.name.startswith(".")] == []
    with pytest.raises(BadInput, match="the output is an input"):
        adopt(
            plan,
            WARD,
            case=replace(case, path=plan.with_name("case.toml"), admin=replace(case.admin, changes="plan.gpkg")),
        )


def test_the_case_is_looked_for_beside_the_plan_and_above_it(plan, laid, tmp_path):
    found = read_plan(plan)
    assert found.meta["case"] == "case.toml"
    assert case_of_plan(plan, found).path == plan.with_name("case.toml")
    (tmp_path / "at" / "out").mkdir()
    below = Path(shutil.move(plan, tmp_path / "at" / "out" / "other.gpkg"))
    assert case_of_plan(below, found).path == tmp_path / "at" / "case.toml"
    away = Path(shutil.move(below, tmp_path / "plan.gpkg"))
    with pytest.raises(BadInput, match=r"case 'case\.toml' is not beside it"):
        adopt(away, WARD)
    assert adopt(away, WARD, case=tmp_path / "at" / "case.toml", laid=laid)["adopted"]["seq"] == 1


def test_the_same_twice_is_the_same_bytes_whoever_laid_the_basis(plan, laid):
    other = Path(shutil.copy(plan, plan.with_name("other.gpkg")))
    adopt(plan, WARD, laid=laid)
    adopt(other, WARD, workers=2)
    assert plan.read_bytes() == other.read_bytes()


def test_accepted_findings_stay_accepted(plan, laid):
    found = read_plan(plan).findings
    accept(plan, found.iloc[[0]], reason="已核实", author="张三", time="2026-01-02T03:04:05Z")
    adopt(plan, WARD, laid=laid)
    assert list(read_plan(plan).accepted["reason"]) == ["已核实"]


def test_lineage_goes_on_being_that_of_the_version_before(plan):
    last = Path(shutil.copy(plan, plan.with_name("last.gpkg")))
    with plan.with_name("case.toml").open("a", encoding="utf-8") as stream:
        stream.write('\n[previous]\npath = "last.gpkg"\n')
    case = plan.with_name("case.toml")
    run(case, plan)
    old = read_plan(plan)
    assert set(old.units["code"]) == set(read_plan(last).units["code"])
    adopt(plan, WARD)
    new = read_plan(plan)
    assert set(new.lineage["old"]) - {""} == set(old.units["code"])
    assert set(new.lineage["new"]) - {""} == set(new.units["code"])
    assert "previous" in set(new.sources["role"])
    held = plan.read_bytes()
    run(case, plan, replay=True)
    assert plan.read_bytes() == held


def test_for_the_panel_it_waits_beside_the_plan(case, plan, laid):
    before, said = plan.read_bytes(), []
    outcome = adopt_beside(plan, WARD, case=case, laid=laid, progress=lambda fraction, _: said.append(fraction))
    assert plan.read_bytes() == before
    assert outcome.kept
    assert outcome.laid.basis is laid.basis
    assert outcome.laid.inputs.changed_since(laid.inputs) == ()
    assert said == sorted(said)
    assert said[-1] == 1.0
    outcome.put_in_place()
    assert entry(read_plan(plan))[0]["method"] == WARD
    assert entry(outcome.plan) == entry(read_plan(plan))


def test_another_division_than_the_one_that_was_shown_is_not_written(case, plan, laid):
    before = plan.read_bytes()
    shown = label(with_method(case, WARD), laid.basis).division
    with pytest.raises(BadInput, match="differs from the one that was shown"):
        adopt_beside(plan, SKATER, case=case, laid=laid, shown=shown)
    assert plan.read_bytes() == before
    adopt_beside(plan, WARD, case=case, laid=laid, shown=shown).discard()
    cleaned = replace(case, cleaning=replace(case.cleaning, sliver_area=200_000.0, sliver_thinness=1.0))
    assert label(with_method(cleaned, WARD), laid.basis).division != shown


def test_of_two_at_a_time_none_loses_its_entry(plan, laid):
    """Somebody else adopts while the new plan is being made: theirs stays, and who comes last is told."""
    theirs = plan.with_name("theirs.gpkg")
    shutil.copy(plan, theirs)
    adopt(theirs, SKATER, reason="theirs", laid=laid, case=case_of_plan(plan, read_plan(plan)))

    def meanwhile(fraction, message):  # noqa: ARG001 - the signature of a progress
        if fraction > 0.5 and theirs.exists():
            theirs.replace(plan)

    with pytest.raises(BadInput, match="another program has changed the plan meanwhile"):
        adopt(plan, WARD, reason="ours", laid=laid, progress=meanwhile)
    assert read_plan(plan).journal["reason"].tolist() == ["theirs"]
    adopt(plan, WARD, reason="ours", laid=laid)
    assert read_plan(plan).journal["reason"].tolist() == ["theirs", "ours"]
    assert not [path.name for path in plan.parent.iterdir() if path.name.startswith(".")]


def test_what_waits_for_the_panel_does_not_replace_somebody_elses_entry(case, plan, laid):
    outcome = adopt_beside(plan, WARD, reason="ours", case=case, laid=laid)
    adopt(plan, SKATER, reason="theirs", laid=laid)
    with pytest.raises(BadInput, match="another program has changed the plan meanwhile"):
        outcome.put_in_place()
    outcome.discard()
    assert read_plan(plan).journal["reason"].tolist() == ["theirs"]
    rerun = run_again(case, plan, laid=laid, discard_edits=True)
    adopt(plan, WARD, reason="more", laid=laid)
    with pytest.raises(BadInput, match="meanwhile"):
        rerun.put_in_place()
    rerun.discard()
    rerun = run_again(case, plan, laid=laid, discard_edits=True)
    plan.unlink()  # nothing is lost by it
    assert rerun.put_in_place() == plan
    assert read_plan(plan).journal.empty


def test_cancelled_at_any_step_the_old_plan_is_there(plan, laid):
    before, words = plan.read_bytes(), []
    adopt_beside(plan, WARD, laid=laid, progress=lambda *word: words.append(word)).discard()

    def stop_at(last, steps):
        def progress(_fraction, _message):
            if next(steps) == last:
                raise Cancelled

        return progress

    for last in np.linspace(0, len(words) - 3, 6, dtype=int):
        with pytest.raises(Cancelled):
            adopt(plan, WARD, laid=laid, progress=stop_at(last, itertools.count()))
        assert plan.read_bytes() == before
    assert [path.name for path in plan.parent.iterdir() if path.name.startswith(".")] == []


KILLS = """
import os, signal, sys, time
from pathlib import Path
from delineation.verbs.adopting import adopt
plan, method = Path(sys.argv[1]), sys.argv[2]
old = plan.read_bytes()
started = time.perf_counter()
adopt(plan, method)
took, new = time.perf_counter() - started, plan.read_bytes()
for in_write, delay in [(False, took * n / 3) for n in range(3)] + [(True, took * n / 60) for n in range(4)]:
    plan.write_bytes(old)
    child = os.fork()
    if not child:
        adopt(plan, method)
        os._exit(0)
    while in_write and not list(plan.parent.glob(".*.draft.gpkg")) and os.waitpid(child, os.WNOHANG) == (0, 0):
        time.sleep(0.0002)
    time.sleep(delay)
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        pass
    now = plan.read_bytes()
    print("old" if now == old else "new" if now == new else "neither", bool(list(plan.parent.glob(".*"))))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_killed_at_any_moment_the_plan_is_the_old_or_the_new_one(plan):
    done = subprocess.run(
        [sys.executable, "-c", KILLS, str(plan), WARD],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 7
    assert not [line for line in lines if line.startswith("neither")]
    assert [line.split()[0] for line in lines].count("old") >= 3
    # A kill in the middle of the write, or this has tested nothing.
    assert "old True" in lines[3:]
    run(plan.with_name("case.toml"), plan, discard_edits=True)
    assert [path.name for path in plan.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("name", "parameters", "text"),
    [
        ("overlay", {}, "overlay"),
        ("skater", {"k": 60, "variables": "dem:2+x"}, "skater:k=60,variables=dem:2+x"),
        (
            "fitting",
            {"threshold": {"mountain": 0.4, "default": 0.3}, "carve": False},
            "fitting:threshold.mountain=0.4,threshold.default=0.3,carve=false",
        ),
        ("maxp", {"floor": 5e6, "trials": 1e300}, "maxp:floor=5000000.0,trials=1e+300"),
    ],
)
def test_a_method_and_its_string_are_the_same(name, parameters, text):
    assert method_text(name, parameters) == text
    assert method_of({}, text, "here") == (name, parameters)
    assert relabel_of(name, parameters, 2) == {"op": "relabel", "method": text, "seed": 2}


def test_what_no_string_can_say_stands_in_the_journal_by_itself(plan, laid):
    odd = {"k": 6, "variables": "x+y", "align": "township", "missing": "mean", "scope": "whole"}
    assert relabel_of("fitting", {"terrain": "a,b"}, 1)["parameters"] == {"terrain": "a,b"}
    assert "parameters" not in relabel_of("ward", odd, 1)
    # As the inverse of what is adopted over it, it comes from the plan.
    held = read_plan(plan)
    meta = {**held.meta, "method": "fitting", "method_parameters": '{"terrain": "a,b"}'}
    write_plan(replace(held, meta=meta), plan)
    adopt(plan, WARD, laid=laid)
    inverse = entry(read_plan(plan))[1]
    assert inverse == {"op": "relabel", "method": "fitting", "parameters": {"terrain": "a,b"}, "seed": 1}


def test_the_command_line_adopts_and_replays(plan, capsys):
    answer = ask("adopt", plan, WARD, "--seed", 2, "--reason", "试算", "--author", "李四")
    assert answer.code in (0, 1)
    assert {"units", "by_county", "ledger", "findings", "adopted"} <= set(answer.document)
    assert answer.document["adopted"]["method"] == WARD
    assert read_plan(plan).journal.iloc[0]["author"] == "李四"
    held, case = plan.read_bytes(), plan.with_name("case.toml")
    assert "1 edit" in refusal("run", case, "-o", plan)["what"]
    assert ask("run", case, "-o", plan, "--replay").code in (0, 1)
    assert plan.read_bytes() == held
    assert "unknown method" in refusal("adopt", plan, "x")["what"]
    assert main(["adopt", str(plan), "overlay"]) in (0, 1)
    assert "entry 2 of the journal: relabel by overlay, seed 1" in capsys.readouterr().out


def test_edits_are_done_again_on_an_adopted_division(plan, laid):
    """One that still fits is there, one that does not is told with a proposal; both stay in the journal."""
    units = read_plan(plan).units
    first, second = units["unit_id"].iloc[0], units["unit_id"].iloc[1]
    clause = {"id": "H-1", "dimension": "space", "text": "自行增加的一条管控要求。"}
    edit(plan, [{"op": "clause", "unit": first, "add": clause}, {"op": "rename", "unit": second, "name": "改过的名称"}])
    adopt(plan, WARD, laid=laid, reason="试")
    after = read_plan(plan)
    told = after.findings[after.findings["id"] == "S56"]
    for seq, unit in ((1, first), (2, second)):
        (entry,) = after.journal[after.journal["seq"] == seq].to_dict("records")
        assert (unit in set(after.units["unit_id"])) == (not entry["undone"])
    stand = int((after.journal["undone"] == 0).sum()) - 1
    assert len(told) == 2 - stand
    assert ("H-1" in set(after.clauses["clause_id"])) == (first in set(after.units["unit_id"]))
    assert json.loads(after.journal.sort_values("seq")["op"].iloc[-1])["op"] == "relabel"
