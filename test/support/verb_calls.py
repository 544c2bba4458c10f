"""A call of each verb that works and calls that it refuses: what comes of them holds in both languages and its schema.

A verb that comes brings its rows here, and is tried wherever all verbs are.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from control_units.delineation import verbs
from control_units.delineation.case.profile import NATIONAL
from control_units.delineation.cli import main
from control_units.delineation.export.registry import export
from control_units.delineation.package.manifest import write_manifest
from control_units.delineation.plan.file import read_plan
from filed_package import key_file, public_bytes
from hand import CASE, CRS, SIZE, SOUTH, WEST, box, hand, write_layer
from raster_files import write as write_raster

if TYPE_CHECKING:
    from collections.abc import Callable

GRID = (SIZE / 10, 0, WEST, 0, -SIZE / 10, SOUTH + SIZE)
RASTER = """
[[raster]]
name = "carrying_capacity"
path = "score.tif"
kind = "score"
"""


PLUGIN = """
from control_units.delineation.methods import Labels
from control_units.delineation.methods.registry import method

@method("own", draws=False)
def own(situation, *, seed=1):
    return Labels(situation.category, situation.kind, situation.root * 0 - 1)
"""


class Answer(NamedTuple):
    code: int
    out: str
    err: str


def say(*arguments: object) -> Answer:
    """Run a verb in this process."""
    out, err = io.StringIO(), io.StringIO()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([str(item) for item in arguments])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return Answer(code, out.getvalue(), err.getvalue())


def calls_folder(folder: Path) -> Path:
    """Lay down what the calls read: a case, its plan, that plan edited, layers, a package and its layout."""
    # A red line that the study area cuts, a part too small to stay by itself, and a raster: each has something to say.
    red_line = (
        [box(1000, 1000, 2000, 2000), box(-500, 6000, 1500, 1000), box(8000, 8000, 60, 60)],
        {"id": list("abc")},
    )
    hand(folder, CASE + RASTER, red_line=red_line)
    write_raster(folder / "score.tif", np.arange(100.0).reshape(10, 10), crs=CRS, transform=GRID)
    cells = [box(x * 1000.0, y * 1000.0, 1000.0, 1000.0) for x in range(4) for y in range(3)]
    write_layer(folder / "board.gpkg", "board", cells, {"a": [float(n // 6) for n in range(len(cells))]})
    water = [box(4_000, 4_000, 3_000, 1_000), box(0, 0, 500, 500)]
    write_layer(folder / "changed.gpkg", "water", water, {"LX": ["工业污染重点管控区"] * 2, "code": ["W1", "W2"]})
    (folder / "last").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOGNAME", "A1")  # whose name stands in the history
        assert say("run", folder / "case.toml", "-o", folder / "plan.gpkg", "--lang", "en").code == 0
        written = folder / "last" / "units.shp"
        assert say("export", folder / "plan.gpkg", "--format", "units-shp", "-o", written).code == 0
        edits = [{"op": "categorize", "unit": "U000003", "category": 2}, {"op": "lock", "unit": "U000001"}]
        (folder / "edits.jsonl").write_text("\n".join(map(json.dumps, edits)), encoding="utf-8")
        edited = shutil.copy(folder / "plan.gpkg", folder / "edited.gpkg")
        assert say("edit", edited, folder / "edits.jsonl").code == 0
        assert say("undo", edited).code == 0
    refused = {"op": "categorize", "unit": "U000001", "category": 3}
    (folder / "more.jsonl").write_text("\n".join(map(json.dumps, [*edits, refused])), encoding="utf-8")
    (folder / "wrong.jsonl").write_text('{"op": "dissolve"}', encoding="utf-8")
    layout = 'title = "t"\n[[file]]\npath = "units.gpkg"\nkind = "layer"\nof = "units"\n'
    layout += '[[file]]\npath = "a"\nkind = "slot"\ntitle = "1"\n[[file]]\npath = "case"\nkind = "case"\n'
    (folder / "layout.toml").write_text(layout, encoding="utf-8")
    (folder / "filed").mkdir()
    (folder / "filed" / "units.csv").write_bytes(b"1")
    write_manifest(folder / "filed", {})
    (folder / "filed" / "units.csv").write_bytes(b"2")
    return folder


def public_folder(folder: Path) -> Path:
    """Lay down what the calls of the public verbs read beside that."""
    calls_folder(folder)
    write_layer(folder / "red.gpkg", "red_line", [box(1000, 1000, 2500, 2000)], {"id": ["a"]})
    (folder / "sites.csv").write_text('id,site,industry\nA,"502000,3402000,50",C2614\n', encoding="utf-8")
    (folder / "accepted.csv").write_text("rule,x,y,reason\n", encoding="utf-8")
    (folder / "own.py").write_text(PLUGIN, encoding="utf-8")
    (folder / "signed").mkdir()
    (folder / "signed" / "units.csv").write_bytes(b"1")
    write_manifest(folder / "signed", {}, key_file=key_file(folder, "key"))
    (folder / "key.pub").write_text(public_bytes("key").hex(), encoding="utf-8")
    export("lists-xlsx", read_plan(folder / "plan.gpkg"), folder / "lists.xlsx")
    shutil.copy(folder / "edited.gpkg", folder / "branched.gpkg")
    verbs.branch(folder / "branched.gpkg", "甲", author="A1")
    for method in ("overlay", "fitting:threshold=0.3"):
        verbs.run(folder / "case.toml", folder / "twice.gpkg", method=method)
    return folder


# Verb → its arguments in a folder, output last; what it writes goes to a new place each time.
JOBS: dict[str, Callable[[Path, Path], list[object]]] = {
    "run": lambda at, new: [at / "case.toml", "-o", new / "plan.gpkg"],
    "adopt": lambda at, new: [shutil.copy(at / "plan.gpkg", new), "fitting:threshold=0.3", "--case", at / "case.toml"],
    "edit": lambda at, new: [shutil.copy(at / "plan.gpkg", new), at / "more.jsonl", "--dry-run"],
    "undo": lambda at, new: [shutil.copy(at / "edited.gpkg", new), 2],
    "redo": lambda at, new: [shutil.copy(at / "edited.gpkg", new)],
    "scenario": lambda at, new: [shutil.copy(at / "edited.gpkg", new), "list"],
    "version": lambda at, new: [at / "edited.gpkg", "-o", new / "draft.gpkg", "--reason", "1"],
    "info": lambda at, _: [at / "plan.gpkg"],
    "log": lambda at, _: [at / "edited.gpkg"],
    "why": lambda at, _: [at / "plan.gpkg", "502000,3402000"],
    "check": lambda at, _: [at / "plan.gpkg"],
    "partition": lambda at, new: [
        *(f"{at / 'hand.gpkg'}|layername={name}" for name in ("red_line", "township")),
        "-o",
        new / "faces.gpkg",
    ],
    "regions": lambda at, new: [
        at / "board.gpkg",
        *("--method", "skater", "--k", "2..3", "--variables", "a", "-o", new / "out.gpkg"),
    ],
    "bench": lambda at, new: [
        at / "case.toml",
        *("--methods", "overlay,fitting:threshold=0.3", "--nulls", 0, "--no-curve", "-o", new / "bench"),
    ],
    "guess": lambda at, new: [f"{at / 'hand.gpkg'}", "-o", new / "guessed.toml"],
    "sources": lambda at, _: [at / "case.toml", "water_zone", at / "changed.gpkg"],
    "assess": lambda at, _: [at / "plan.gpkg", "499950,3405000,10", "--industry", "C2614"],  # outside: no clauses
    "impact": lambda at, _: [at / "plan.gpkg", f"water_zone={at / 'changed.gpkg'}"],
    "lists": lambda at, new: [at / "plan.gpkg", "-o", new / "lists.xlsx"],
    "export": lambda at, new: [at / "plan.gpkg", "--format", "units-shp", "-o", new / "units.shp"],
    "publish": lambda _, new: ["schema", new / "schemas"],
    "package": lambda at, new: [at / "plan.gpkg", "-o", new / "out", "--profile", at / "layout.toml"],
    "verify": lambda at, _: [at / "filed"],
    "profile": lambda at, new: ["--like", at / "last", "-o", new / "learned.toml"],
}
# Public verb → what it is called with: `FILE<` is read where it lies, `FILE=` in a copy, `FILE>` is written.
PUBLIC: dict[str, dict[str, Any]] = {
    "adopt": {"plan_path": "plan.gpkg=", "method": "fitting:threshold=0.3", "case": "case.toml<", "author": "A1"},
    "adopt_scenario": {"plan_path": "branched.gpkg=", "name": "甲"},
    "assess": {"plan": "plan.gpkg<", "site": "board.gpkg<"},
    "assess_batch": {"plan": "plan.gpkg<", "table": "sites.csv<"},
    "bench": {
        "case_path": "case.toml<",
        "methods": ["overlay"],
        "output": "bench>",
        "plugins": ["own.py<"],
        "nulls": 0,
        "curve": False,
    },
    "branch": {"plan_path": "edited.gpkg=", "name": "甲"},
    "check": {"text": "last/units.shp<"},
    "compare_scenarios": {"plan_path": "branched.gpkg<", "one": "main", "other": "甲"},
    "compare_source": {"case_path": "case.toml<", "source": "water_zone", "path": "changed.gpkg<"},
    "divide": {
        "layer": "board.gpkg<",
        "output": "out.gpkg>",
        "method": "ward:k=2",
        "variables": "score",
        "rasters": {"score": "score.tif<"},
        "align": "changed.gpkg<",
    },
    "edit": {"plan_path": "plan.gpkg=", "edits": "edits.jsonl<"},
    "foreseen": {"plan_path": "plan.gpkg<", "edits": "edits.jsonl<"},
    "go": {"plan_path": "edited.gpkg=", "seq": 0},
    "guess": {"paths": ["hand.gpkg<", "last<"], "profile": f"{NATIONAL}<"},
    "impact": {
        "plan": "plan.gpkg<",
        "newer": {"water_zone": "changed.gpkg<", "red_line": "red.gpkg<"},
        "case": "case.toml<",
        "output": "touched.gpkg>",
    },
    "import_lists": {"plan_path": "plan.gpkg=", "workbook": "lists.xlsx<", "author": "A1"},
    "learn": {"folder": "last<", "output": "learned.toml>"},
    "log": {"plan_path": "twice.gpkg<"},
    "package": {
        "plan": "plan.gpkg<",
        "output": "out>",
        "profile": "layout.toml<",
        "accept": "accepted.csv<",
        "documents": "last<",
        "key": "key.pem<",
        "author": "A1",
    },
    "partition": {"layers": ["board.gpkg<", "red.gpkg<"], "output": "faces.gpkg>"},
    "redo": {"plan_path": "edited.gpkg="},
    "run": {"case_path": "case.toml<", "output": "plan.gpkg>"},
    "scenarios": {"plan_path": "branched.gpkg<"},
    "suggest": {"case": "case.toml<", "method": "overlay", "plugins": ["own.py<"]},
    "switch": {"plan_path": "branched.gpkg=", "name": "main"},
    "take_back": {"plan_path": "twice.gpkg="},
    "undo": {"plan_path": "edited.gpkg="},
    "verify": {"folder": "signed<", "key": "key.pub<"},
    "version": {"plan_path": "edited.gpkg<", "output": "draft.gpkg>", "reason": "1"},
    "why": {"plan": "plan.gpkg<", "what": "502000,3402000"},
    "without_foreign": {"plan_path": "plan.gpkg<", "output": "alone.gpkg>"},
}


def placed(value: Any, at: Path, new: Path, kind: type) -> Any:
    """Put files in the place of what `PUBLIC` says of them, each as a path or as a text."""
    if isinstance(value, dict):
        return {key: placed(one, at, new, kind) for key, one in value.items()}
    if isinstance(value, list):
        return [placed(one, at, new, kind) for one in value]
    if not isinstance(value, str) or value[-1] not in "<=>":
        return value
    name = value[:-1]
    if value[-1] == "=":
        for file in at.glob(f"{Path(name).stem}.*"):  # its history, and the plan before, go along
            shutil.copy(file, new)
    return kind((at if value[-1] == "<" else new) / name)


# Verb → arguments that it refuses.
REFUSED: list[tuple[str, Callable[[Path, Path], list[object]]]] = [
    ("run", lambda at, new: [at / "none.toml", "-o", new / "plan.gpkg"]),
    ("run", lambda at, new: [at / "case.toml", "-o", new / "no" / "plan.gpkg"]),
    ("run", lambda at, new: [at / "case.toml", "-o", new / "plan.gpkg", "--method", "overlai"]),
    ("adopt", lambda _, new: [new / "none.gpkg", "overlay"]),
    ("adopt", lambda at, new: [shutil.copy(at / "plan.gpkg", new), "overlay"]),
    ("edit", lambda at, new: [shutil.copy(at / "plan.gpkg", new), at / "wrong.jsonl"]),
    ("edit", lambda _, new: [new / "none.gpkg", new / "none.jsonl"]),
    ("undo", lambda at, new: [shutil.copy(at / "plan.gpkg", new)]),
    ("redo", lambda at, new: [shutil.copy(at / "plan.gpkg", new)]),
    ("scenario", lambda at, new: [shutil.copy(at / "plan.gpkg", new), "switch", "none"]),
    ("scenario", lambda at, _: [at / "plan.gpkg", "compare", "main"]),
    ("version", lambda at, _: [at / "plan.gpkg", "-o", at / "plan.gpkg", "--reason", "1"]),
    ("info", lambda at, _: [at / "hand.gpkg"]),
    ("log", lambda _, new: [new / "none.gpkg"]),
    ("log", lambda at, new: [shutil.copy(at / "plan.gpkg", new), "--take-back"]),
    ("why", lambda at, _: [at / "plan.gpkg", "0,0"]),
    ("why", lambda at, _: [at / "plan.gpkg", "nothing"]),
    ("check", lambda at, _: [at / "none.gpkg"]),
    ("partition", lambda at, _: [at / "board.gpkg", "-o", at / "board.gpkg"]),
    ("partition", lambda at, new: [at / "board.gpkg", "--crs", "EPSG:0", "-o", new / "out.gpkg"]),
    ("regions", lambda at, new: [at / "board.gpkg", "--method", "skater", "--variables", "a", "-o", new / "o.gpkg"]),
    (
        "regions",
        lambda at, new: [
            at / "board.gpkg",
            *("--method", "skater", "--k", "2", "--suggest-k", "2..3"),
            "-o",
            new / "o",
        ],
    ),
    ("bench", lambda at, new: [at / "case.toml", "--methods", "overlay", "--sigma", "5", "-o", new / "bench"]),
    ("guess", lambda _, new: [new / "none", "-o", new / "guessed.toml"]),
    ("sources", lambda at, _: [at / "case.toml", "farmland", at / "changed.gpkg"]),
    ("assess", lambda at, _: [at / "plan.gpkg", "502000,3402000,50", "--industry", "C99"]),
    ("assess", lambda at, _: [at / "plan.gpkg", "0,0"]),
    ("impact", lambda at, _: [at / "plan.gpkg", f"farmland={at / 'changed.gpkg'}"]),
    ("lists", lambda at, new: [at / "plan.gpkg", "-o", new / "lists.txt"]),
    ("export", lambda at, new: [at / "plan.gpkg", "--format", "units-shp", "-o", new / "units.txt"]),
    ("export", lambda at, new: [at / "plan.gpkg", "-o", new / "units.txt"]),
    ("publish", lambda at, _: ["schema", at / "plan.gpkg"]),
    ("package", lambda at, _: [at / "plan.gpkg", "-o", at / "last", "--profile", at / "layout.toml"]),
    ("package", lambda at, new: [at / "plan.gpkg", "-o", new / "out", "--profile", "nationl"]),
    ("verify", lambda _, new: [new / "none"]),
    ("verify", lambda at, _: [at / "filed", "--key", "missing"]),
    ("profile", lambda _, new: ["--like", new / "none", "-o", new / "learned.toml"]),
    ("profile", lambda at, new: ["--like", at / "filed", "-o", new / "learned.toml"]),
    ("profile", lambda at, _: ["--like", at / "last", "-o", at / "case.toml"]),
]
