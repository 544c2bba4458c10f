"""Only what changed is run again, nothing is left behind, and the result is that of a whole run."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from control_units.delineation.case.profile import read_profile
from control_units.delineation.case.reading import read_case
from control_units.delineation.core import database_file
from control_units.delineation.core.errors import BadInput, Cancelled, HeldOpen
from control_units.delineation.plan.file import read_plan
from control_units.delineation.run.run import ENDS
from control_units.delineation.sources.inputs import Inputs, divided_from, inputs_of, settings_of
from control_units.delineation.verbs.rerunning import run_again
from control_units.delineation.verbs.running import run
from hand import hand


@pytest.fixture
def case(tmp_path):
    return read_case(_hand(tmp_path / "hand"))


def _hand(folder: Path) -> Path:
    folder.mkdir()
    return hand(folder)


def said_by(case, target, **options):
    said = []
    outcome = run_again(case, target, progress=lambda fraction, message: said.append((fraction, message)), **options)
    return outcome, said


def test_it_is_the_run_of_the_command_line(case, tmp_path):
    run(case.path, tmp_path / "one.gpkg")
    outcome, said = said_by(case, tmp_path / "two.gpkg")
    assert not (tmp_path / "two.gpkg").exists()
    assert outcome.put_in_place() == tmp_path / "two.gpkg"
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()
    fractions = [fraction for fraction, _ in said]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert set(outcome.seconds) <= set(ENDS)
    assert (outcome.kept, outcome.changed) == (False, None)


def test_a_rule_changed_keeps_the_basis_and_gives_what_a_whole_run_gives(case, tmp_path):
    first, _ = said_by(case, tmp_path / "p.gpkg")
    first.discard()
    other = replace(case, rules=replace(case.rules, switches={"park_over_eco": True}))
    told = []
    second, said = said_by(other, tmp_path / "p.gpkg", laid=first.laid, kept=lambda: told.append(True))
    assert second.kept and told == [True]
    assert second.laid.basis is first.laid.basis
    assert second.changed == ("rules",)
    assert ENDS["evidence"] in [fraction for fraction, _ in said]
    second.put_in_place()
    whole, _ = said_by(other, tmp_path / "q.gpkg")
    whole.put_in_place()
    assert (tmp_path / "p.gpkg").read_bytes() == (tmp_path / "q.gpkg").read_bytes()


@pytest.mark.parametrize("change", ["snap", "source", "content"])
def test_what_the_basis_is_laid_from_lays_it_again(case, tmp_path, change):
    first, _ = said_by(case, tmp_path / "p.gpkg")
    first.discard()
    if change == "snap":
        case = replace(case, cleaning=replace(case.cleaning, snap=0.01))
        wanted = {"frame"}
    elif change == "source":
        case = replace(case, sources=case.sources[:-1])
        wanted = {"order", next(iter(set(settings_of(read_case(case.path)).parts) - set(settings_of(case).parts)))}
    else:
        file = case.file(case.sources[0].path)
        with file.open("ab") as stream:
            stream.write(b"\0")
        wanted = {f"file:{case.sources[0].path}"}
    second, _ = said_by(case, tmp_path / "p.gpkg", laid=first.laid)
    second.discard()
    assert not second.kept
    assert set(second.changed) == wanted


def test_a_library_of_the_case_is_joined_and_told_where_it_changes(case, tmp_path):
    library = case.folder / "own.csv"
    library.write_text(
        "条目编号,层级,要素类型,维度,管控效力,管控要求,依据\nOWN-1,市,生态保护红线,空间布局约束,禁止,禁止甲。,《某市条例》\n",
        encoding="gbk",
    )
    with case.path.open("a", encoding="utf-8") as file:
        file.write('\n[lists]\nlibrary = ["own.csv"]\n')
    own = read_case(case.path)
    assert settings_of(own).changed_since(inputs_of(case), content=False) == ("lists",)
    first, _ = said_by(own, tmp_path / "p.gpkg")
    first.put_in_place()
    plan = read_plan(tmp_path / "p.gpkg")
    (row,) = plan.library[plan.library["clause_id"] == "OWN-1"].to_dict("records")
    assert (row["level"], row["terms"]) == ("市", '{"scope": ["role:red_line"]}')
    joined = plan.clauses[plan.clauses["clause_id"] == "OWN-1"].merge(plan.units, on="unit_id")
    assert "red_line" in set(joined["kind"])
    library.write_bytes(library.read_bytes().replace("甲".encode("gbk"), "乙".encode("gbk")))
    second, _ = said_by(own, tmp_path / "p.gpkg", laid=first.laid)
    second.discard()
    assert second.kept
    assert second.changed == ("table:own.csv",)


def test_a_further_table_of_the_profile_is_looked_at(case, tmp_path):
    folder = tmp_path / "profile" / "national"
    shutil.copytree(case.profile.folder, folder)
    shutil.copy(case.profile.path, folder.parent)
    own = replace(case, profile=read_profile(folder.parent / "national.toml"))
    before = settings_of(own)
    for name in ("clauses_city.csv", "laws.csv", "facts.toml", "industries_own.csv"):
        (folder / name).write_bytes(b"changed")
        now = settings_of(own)
        assert now.changed_since(before) == ("tables",)
        before = now


def test_the_cheap_look_sees_what_the_case_says(case):
    whole = inputs_of(case)
    assert settings_of(case).changed_since(whole, content=False) == ()
    other = replace(case, cleaning=replace(case.cleaning, sliver_area=1.0), seed=5)
    assert set(settings_of(other).changed_since(whole, content=False)) == {"cleaning", "seed"}


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.3, 0.6, 0.75, 0.9, 1.0])
def test_cancelled_at_any_moment_it_leaves_nothing(case, tmp_path, moment):
    folder = tmp_path / "out"
    folder.mkdir()

    def stop(fraction, message):  # noqa: ARG001 - what progress is called with
        if fraction >= moment:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_again(case, folder / "p.gpkg", progress=stop)
    assert list(folder.iterdir()) == []


def test_an_old_plan_stays_until_the_new_one_is_put_in_place(case, tmp_path):
    target = tmp_path / "p.gpkg"
    first, _ = said_by(case, target)
    first.put_in_place()
    before = target.read_bytes()
    second, _ = said_by(replace(case, name="another"), target)
    assert target.read_bytes() == before
    second.discard()
    assert target.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["hand", "p.gpkg"]


def test_a_plan_that_is_held_open_goes_beside_it(case, tmp_path, monkeypatch):
    target = tmp_path / "p.gpkg"
    outcome, _ = said_by(case, target)
    replaces = os.replace

    def held(source, other):
        if Path(other) == target:
            raise PermissionError(13, "held", str(other))
        return replaces(source, other)

    monkeypatch.setattr(database_file, "_REPLACING", 0.1)
    monkeypatch.setattr(database_file, "_WINDOWS", True)
    monkeypatch.setattr(os, "replace", held)
    with pytest.raises(HeldOpen):
        outcome.put_in_place(elsewhere=False)
    assert outcome.put_in_place() == tmp_path / "p_2.gpkg"
    assert not target.exists()


def test_it_does_not_write_over_its_own_source(case):
    with pytest.raises(BadInput, match="the output is an input"):
        run_again(case, case.file(case.sources[0].path))


def test_a_lost_source_is_one_sentence(case, tmp_path):
    file = case.file(case.sources[0].path)
    shutil.move(file, file.with_suffix(".away"))
    with pytest.raises(BadInput):
        run_again(case, tmp_path / "p.gpkg")


def test_what_a_division_is_made_from_is_neither_its_method_nor_codes_and_names(case):
    laid = inputs_of(case)
    made = divided_from(case, laid)
    assert made.agrees_with(made)
    for same in (
        replace(case, name="another"),
        replace(case, method="ward", method_parameters={"k": 3}),
        replace(case, admin=replace(case.admin, changes="changes.csv")),
    ):
        assert made.agrees_with(divided_from(same, laid))
    for other in (
        replace(case, seed=7),
        replace(case, sources=case.sources[:-1]),
        replace(case, crs="EPSG:4546"),
        replace(case, cleaning=replace(case.cleaning, sliver_area=5.0)),
        replace(case, cleaning=replace(case.cleaning, snap=0.5)),
        replace(case, grouping=replace(case.grouping, general="part")),
        replace(case, rules=replace(case.rules, switches={"park_over_eco": True})),
        replace(case, path=case.path.parent / "elsewhere" / case.path.name),
    ):
        assert not made.agrees_with(divided_from(other, laid)), "made from something else"


def test_of_files_only_what_both_know_is_held_against_each_other(case):
    laid = inputs_of(case)
    made = divided_from(case, laid)
    (file,) = [key for key in made.parts if key.startswith("file:")]
    assert not made.agrees_with(divided_from(case, Inputs({**laid.parts, file: "other"})))
    unknown = divided_from(case)
    assert file not in unknown.parts
    assert made.agrees_with(unknown)
    assert unknown.agrees_with(made)
