"""Every verb that writes: never over a plan or what it reads; over a GeoPackage of ours as we made it, else forced."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest
from command import ask, refusal
from control_units.delineation.cli import verbs
from control_units.delineation.export.registry import exporters
from hand import hand
from osgeo import ogr

LAYER = "hand.gpkg|layername={}"
# The verbs that write a GeoPackage for others, up to where it goes.
GEOPACKAGES = {
    "partition": ("partition", LAYER.format("county"), LAYER.format("red_line"), "-o"),
    "regions": ("regions", LAYER.format("township"), "--method", "skater", "--k", 2, "--variables", "code", "-o"),
    "impact": ("impact", "plan.gpkg", "red_line=hand.gpkg", "--layer", "red_line=red_line", "-o"),
    "export units-gpkg": ("export", "plan.gpkg", "--format", "units-gpkg", "-o"),
    "export zones-gpkg": ("export", "plan.gpkg", "--format", "zones-gpkg", "-o"),
    "version": ("version", "plan.gpkg", "--reason", "五年更新", "-o"),
}
# The verbs that write other files, with a name of such a file, and what of the folder they read.
OTHERS = {
    **{
        f"export {name}": (("export", "plan.gpkg", "--format", name, "-o"), one.suffix)
        for name, one in exporters().items()
        if one.suffix != ".gpkg"
    },
    "lists": (("lists", "plan.gpkg", "-o"), ".xlsx"),
    "assess": (("assess", "plan.gpkg", "1000,1000", "-o"), ".docx"),
    "assess --batch": (("assess", "plan.gpkg", "--batch", "projects.csv", "-o"), ".csv"),
    "guess": (("guess", "hand.gpkg", "--force", "-o"), ".toml"),
    "profile": (("profile", "--like", "filed", "-o"), ".toml"),
}
# Where a verb makes a plan, or a folder, others hold what may stand in its place.
ELSEWHERE = {"run", "bench", "package"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    hand(folder)
    assert ask("run", folder / "case.toml", "-o", folder / "plan.gpkg").code == 0
    edit = {"op": "rename", "unit": codes(folder)[0], "name": "改名后的单元", "reason": "更名"}
    (folder / "ops.jsonl").write_text(json.dumps(edit), encoding="utf-8")
    assert ask("edit", folder / "plan.gpkg", folder / "ops.jsonl").document["applied"] == 1
    (folder / "projects.csv").write_text("id,x,y\nA,1000,1000\n", encoding="utf-8")
    (folder / "filed").mkdir()
    shutil.copy(folder / "plan.gpkg", folder / "other.gpkg")
    return folder


def codes(folder):
    with sqlite3.connect(folder / "plan.gpkg") as connection:
        return [code for (code,) in connection.execute("SELECT code FROM units ORDER BY code")]


@pytest.fixture
def place(made, tmp_path, monkeypatch):
    """A copy of the folder, to stand in."""
    folder = shutil.copytree(made, tmp_path / "划定")
    monkeypatch.chdir(folder)
    return folder


def held(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(folder, *arguments):
    """A call is refused, in the end with ``--force`` too, and all files are as they were."""
    before = held(folder)
    error = refusal(*arguments)
    assert held(folder) == before
    return error


def test_no_verb_that_writes_is_forgotten():
    written = {one.name for one in verbs.VERBS if "output" in {option.name for option in one.options}}
    told = {name.partition(" ")[0] for name in (*GEOPACKAGES, *OTHERS)}
    assert written == told | ELSEWHERE


@pytest.mark.parametrize("name", GEOPACKAGES)
def test_a_plan_is_replaced_by_no_verb_that_makes_something_else(name, place):
    for force in ((), ("--force",)):
        for there in ("plan.gpkg", "other.gpkg"):
            error = refused(place, *GEOPACKAGES[name], there, *force)
            own = there in GEOPACKAGES[name]
            assert error["what"] == ("the output is an input" if own else "is a plan, and would be lost")
            assert error["where"].endswith(there)


READ = [name for name, call in GEOPACKAGES.items() if "hand.gpkg" in str(call)]


@pytest.mark.parametrize("name", [*READ, "run", "run after"])
def test_an_input_is_no_output_by_whatever_name(name, place):
    own = "other.gpkg" if name == "run after" else "hand.gpkg"
    if name == "run after":
        with (place / "case.toml").open("a", encoding="utf-8") as case:
            case.write('\n[previous]\npath = "other.gpkg"\n')
    call, force = (GEOPACKAGES[name], ["--force"]) if name in READ else (("run", "case.toml", "-o"), [])
    (place / "链接.gpkg").symlink_to(own)
    (place / "second.gpkg").hardlink_to(place / own)
    for there in (own, f"../划定/{own}", "链接.gpkg", "second.gpkg"):
        assert refused(place, *call, there, *force)["what"] == "the output is an input"


@pytest.mark.parametrize("name", GEOPACKAGES)
def test_a_geopackage_goes_where_it_is_ours_as_we_made_it(name, place):
    call = (*GEOPACKAGES[name], "out.gpkg")
    assert ask(*call).code == 0
    if name == "version":  # what it makes is a plan
        assert refused(place, *call, "--force")["what"] == "is a plan, and would be lost"
        return
    first = (place / "out.gpkg").read_bytes()
    with sqlite3.connect("out.gpkg") as connection:  # read, packed: nothing that it holds is changed
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("SELECT count(*) FROM gpkg_contents").fetchone()
        connection.execute("PRAGMA journal_mode=DELETE")
    assert ask(*call).code == 0
    assert (place / "out.gpkg").read_bytes() == first
    with sqlite3.connect("out.gpkg") as connection:
        connection.execute("CREATE TABLE 备注 (note TEXT)")
    error = refused(place, *call)
    assert (error["what"], error["wanted"]) == (
        "has been changed since it was made: 备注 (new, 0 rows)",
        "another output, or what is there replaced (--force)",
    )
    with sqlite3.connect("out.gpkg") as connection:
        connection.execute("DROP TABLE 备注")
    assert ask(*call).code == 0
    assert (place / "out.gpkg").read_bytes() == first


@pytest.mark.parametrize("name", GEOPACKAGES)
@pytest.mark.parametrize("kind", ["of another program", "no database"])
def test_what_others_made_goes_only_where_that_is_said(name, kind, place):
    there = place / "theirs.gpkg"
    if kind == "no database":
        there.write_bytes(b"three weeks of work")
    else:
        made = ogr.GetDriverByName("GPKG").CreateDataSource(str(there))
        made.CreateLayer("work")
        made = None
    call = (*GEOPACKAGES[name], there)
    error = refused(place, *call)
    assert error["what"] == "is a file that this product did not make"
    assert error["wanted"].endswith("(--force)")
    assert ask(*call, "--force").code == 0
    assert b"three weeks" not in there.read_bytes()


@pytest.mark.parametrize("name", OTHERS)
def test_files_of_other_kinds_never_take_the_place_of_a_database(name, place):
    call, suffix = OTHERS[name]
    for there, database in {"copy": "plan.gpkg", "strange": "hand.gpkg"}.items():
        shutil.copy(place / database, place / f"{there}{suffix}")
    (place / f"link{suffix}").symlink_to("plan.gpkg")
    (place / f"name{suffix}").hardlink_to(place / "plan.gpkg")
    for there in ("copy", "strange", "link", "name"):
        own = "plan.gpkg" in call and there in ("link", "name")
        found = "the output is an input" if own else "is a plan or another database"
        found = "is no profile of a package, and would be lost" if name == "profile" else found
        assert refused(place, *call, f"{there}{suffix}")["what"] == found


def test_what_a_plan_was_made_from_is_no_output_of_it(place):
    text = (place / "case.toml").read_text(encoding="utf-8")
    lines = '\n[lists]\nlibrary = ["library.xlsx"]\n'
    assert ask("export", "plan.gpkg", "--format", "clauses-xlsx", "-o", "library.xlsx").code == 0
    (place / "case.toml").write_text(text + lines, encoding="utf-8")
    for call in (("export", "plan.gpkg", "--format", "lists-xlsx"), ("lists", "plan.gpkg")):
        assert refused(place, *call, "-o", "library.xlsx")["what"] == "the output is an input"
    assert refused(place, "assess", "plan.gpkg", "--batch", "projects.csv", "-o", "projects.csv")["what"] == (
        "the output is an input"
    )
    assert refused(place, "lists", "plan.gpkg", "--import", "library.xlsx", "-o", "library.xlsx")["what"] == (
        "the output is an input"
    )
    for there in ("hand.gpkg", "case.toml"):
        refused(place, "run", "case.toml", "-o", there)


def test_the_folder_of_a_bench_holds_no_plan_of_anybody(place):
    call = ("bench", "case.toml", "--methods", "overlay", "--seeds", "1", "-o", "bench")
    assert ask(*call).code == 0
    shutil.copy(place / "plan.gpkg", place / "bench" / "comparison.gpkg")
    assert refused(place, *call)["what"] == "is a plan, and would be lost"
    shutil.copy(place / "hand.gpkg", place / "bench" / "comparison.gpkg")
    assert refused(place, *call)["what"] == "is a file that this product did not make"


def test_nothing_hidden_stays_whatever_puts_a_plan_in_its_place(place):
    for call in (
        ("run", "case.toml", "-o", "plan.gpkg"),  # refused: it holds an edit
        ("run", "case.toml", "-o", "plan.gpkg", "--replay"),
        ("adopt", "plan.gpkg", "ward:k=3,variables=x+y", "--reason", "x", "--basis", "y"),
        ("version", "plan.gpkg", "-o", "new.gpkg", "--reason", "x"),
        ("run", "case.toml", "-o", "plan.gpkg", "--discard-edits"),
        ("run", "case.toml", "-o", "plan.gpkg", "--discard-edits"),
    ):
        ask(*call)
        assert not [path.name for path in place.iterdir() if path.name.startswith(".")]
    names = {path.name for path in place.iterdir() if path.suffix == ".gpkg"}
    assert names == {"hand.gpkg", "plan.gpkg", "other.gpkg", "new.gpkg", "plan.undo.gpkg", "plan.before.gpkg"}
