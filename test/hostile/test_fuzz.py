"""Three hundred damaged files, and those that once were too much, through all verbs; harmless twins are read rightly.

A failure names the mutant: ``python test/hostile/fuzz.py FAMILY:NUMBER`` repeats it. Thousands more: ``make fuzz``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import fuzz
import pytest
from command import Answer
from fuzz_world import DATE, FAMILIES

# Verbs on whole cases with rasters, and most formats: without a library they end in a sentence that others hold.
pytestmark = [pytest.mark.slow, pytest.mark.uses("rasterio", "exactextract", "sklearn")]

COUNT, CHUNK = 300, 10
MUTANTS = fuzz.names("suite", COUNT)
TWINS = [(family, *twin[:2]) for family, one in FAMILIES.items() for twin in one.harmless]
VERBS = {verb.split()[0] for family in FAMILIES.values() for verb in family.verbs}


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", DATE)
        yield fuzz.Fuzz(tmp_path_factory.mktemp("fuzz"))


def failures(tried: fuzz.Fuzz, names: list[str]) -> list[str]:
    found = []
    for name in names:
        family, _, number = name.partition(":")
        mutant, complaints = tried.mutant(family, int(number))
        found += [f"python test/hostile/fuzz.py {name}  # {mutant}: {one}" for one in complaints]
    return found


@pytest.mark.thirds("chunk")
@pytest.mark.parametrize("chunk", range(COUNT // CHUNK))
def test_damaged_files_are_refused_in_a_sentence_or_read_soundly(tried, chunk):
    assert not failures(tried, MUTANTS[chunk * CHUNK : (chunk + 1) * CHUNK])


def test_what_once_was_too_much(tried):
    assert not failures(tried, fuzz.kept())


@pytest.mark.parametrize("family", sorted(FAMILIES.keys() - {"kept"}))
def test_undamaged_files_give_the_same_answer_again(tried, family):
    verbs = [verb for verb in FAMILIES[family].verbs if not verb.startswith(("run", "adopt", "bench"))]
    for verb in verbs or list(FAMILIES[family].verbs)[:1]:
        assert not tried.attempt(family, verb, lambda _: None, same=True), verb
        assert tried.expected(FAMILIES[family].verbs[verb]).code != 2


@pytest.mark.parametrize(("family", "pattern", "name"), TWINS, ids=["-".join(one).replace("/", ".") for one in TWINS])
def test_harmless_damage_changes_no_answer(tried, family, pattern, name):
    one = FAMILIES[family]
    do = next(do for there, called, do in one.harmless if (there, called) == (pattern, name))
    files = tried.matching(pattern)
    verbs = [verb for verb in one.verbs if not verb.startswith(("bench", "run") if len(files) > 1 else "bench")]
    for number, file in enumerate(files):
        # Each form of a verb sees some of the files; all of them would see each in a minute.
        verb = verbs[(TWINS.index((family, pattern, name)) + number) % len(verbs)]

        def damage(place, file=file):
            (place / file).write_bytes(do((place / file).read_bytes()))

        assert not tried.attempt(family, verb, damage, same=True), (file, verb)


def test_mutants_are_the_same_in_each_run_and_reach_all_verbs(tried):
    assert fuzz.names("suite", COUNT) == MUTANTS
    assert len(set(MUTANTS)) == COUNT
    assert {name.partition(":")[0] for name in MUTANTS} | {"kept"} == set(FAMILIES)
    engine = {"run", "adopt", "info", "why", "check", "partition", "regions", "bench", "guess", "lists"}
    engine |= {"assess", "edit", "impact", "scenario", "log", "version"}
    assert engine | {"package", "verify"} == VERBS
    assert tried.mutant("case", 7) == tried.mutant("case", 7)


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        ("raises", "ZeroDivisionError"),
        ("refuses", "another answer: 2"),
        ("says nothing", "no refusal"),
        ("code", "exit 3"),
        ("leaves a file", "touched left.part"),
        ("alters an input", "touched case.toml"),
        ("talks", "a library said 'ERROR 1"),
        ("garbage", "faces do not add up"),
    ],
)
def test_what_does_not_hold_is_seen(tried, monkeypatch, behaviour, said):
    right, error = fuzz.ask, {"id": "x", "facts": {}, "what": "x", "where": "y", "wanted": "z"}
    tried.expected(FAMILIES["case"].verbs["run"])

    def ask(*arguments):
        answer = right(*arguments)
        if behaviour == "raises":
            raise ZeroDivisionError
        if behaviour in ("refuses", "says nothing"):
            Path("out.gpkg").unlink(missing_ok=True)
            return Answer(2, {"error": error} if behaviour == "refuses" else "", "")
        if behaviour == "garbage":
            answer.document["area_m2"] *= 2
        elif behaviour == "talks":
            os.write(2, b"ERROR 1: of GDAL\n")
        elif behaviour != "code":
            Path("left.part" if behaviour == "leaves a file" else "case.toml").write_text("x")
        return answer._replace(code=3) if behaviour == "code" else answer

    monkeypatch.setattr(fuzz, "ask", ask)
    complaints = tried.attempt("case", "run", lambda _: None, same=True)
    assert any(said in one for one in complaints), complaints


def test_a_changed_row_of_a_plan_is_told(tried):
    from fuzz_world import told

    change = told("UPDATE units SET name = 'x' WHERE fid = 1")
    for verb in ("info", "why", "check", "lists"):
        arguments = FAMILIES["plan"].verbs[verb]
        assert not tried.attempt("plan", verb, lambda _: None, same=True)
        heard = tried.answer(
            arguments, lambda place: (place / "plan.gpkg").write_bytes(change((place / "plan.gpkg").read_bytes()))
        )
        assert fuzz.tells(verb, heard), verb


def test_a_process_that_dies_or_hangs_is_counted(monkeypatch, tmp_path, capsys):
    server = tmp_path / "server.py"
    dies = "for line in sys.stdin:\n    os.abort() if 'case' in line else time.sleep(60)\n"
    server.write_text(f"import os, sys, time\n{dies}")
    monkeypatch.setattr(fuzz, "__file__", str(server))
    monkeypatch.setattr(fuzz, "LIMIT", 0.5)
    failed = fuzz.trial(["case:1", "plan:1"], 2)
    assert "ended with -6" in failed["case:1"]
    assert "no end within 1 s" in failed["plan:1"]
    assert re.search(r"python test/hostile/fuzz.py case:1  # ", capsys.readouterr().out)
