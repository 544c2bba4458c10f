"""What the verbs print with ``--json`` is what the JSON Schemas say, and whatever is changed in it they see."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from command import ask
from control_units.delineation.cli.verbs import VERBS
from control_units.delineation.core.errors import Cancelled
from control_units.delineation.core.messages import Message
from control_units.delineation.plan.acceptance import accept
from control_units.delineation.plan.file import read_plan
from control_units.delineation.publish.schemas import schema_files
from control_units.delineation.revision.editor import editing
from hand import CASE, SOUTH, WATER, WEST, box, hand, write_layer
from jsonschema import Draft202012Validator
from jsonschema.validators import extend
from other_program import written
from rich import rich
from sample_plan import write_sample_plan
from verb_calls import JOBS, calls_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.uses("rasterio", "exactextract", "sklearn"), pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = {name: json.loads(path.read_text(encoding="utf-8")) for name, path in schema_files().items()}
# A package without maps, of which other tests tell.
LAYOUT = """title = "plain"
[[file]]
path = "units.gpkg"
kind = "layer"
of = "units"
[[file]]
path = "approval"
kind = "slot"
title = "approval"
words = "approval"
"""

SEA = '\n[[source]]\nrole = "sea"\npath = "hand.gpkg"\nlayer = "sea"\n'
SWITCHED = CASE.replace("[rules]", "[rules]\nswitches = { soil_priority = false, udb_min_area = 1_000_000 }") + (
    '\n[[source]]\nrole = "soil_zone"\npath = "hand.gpkg"\nlayer = "soil"\nfields = { zone = "zone" }\n'
    '\n[[source]]\nrole = "urban_boundary"\npath = "hand.gpkg"\nlayer = "urban"\nfields = { zone = "zone" }\n'
)


def _list_of_others(path: Path, plan: Any) -> Path:
    """Write a list with a clause for one of a plan's units, and one for a unit that it does not have."""
    book = openpyxl.Workbook()
    for row in (["单元编码", "空间布局约束"], [plan.units["code"].iloc[0], "禁止甲。"], ["ZH99999910001", "禁止乙。"]):
        book.active.append(row)
    book.save(path)
    return path


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    """What the verbs print, by name of the document: each was printed with ``--json`` just now."""
    folder = tmp_path_factory.mktemp("printed")
    found: dict[str, list[Any]] = {}

    def put(verb: str, *arguments: object, codes: tuple[int, ...] = (0, 1)) -> Any:
        answer = ask(verb, *arguments)
        assert answer.code in codes, answer
        found.setdefault("error" if answer.code in (2, 130) else verb, []).append(answer.document)
        return answer.document

    # A red line that the study area cuts, slivers on its edge, and a bay.
    red_line = (
        [box(1_000, 1_000, 2_000, 2_000), box(-500, 6_000, 1_500, 1_000), box(8_000, 8_000, 60, 60)],
        {"id": list("abc")},
    )
    bay = ([box(8_000, -1_000, 3_000, 3_000)], {"name": ["湾"]})
    case, plan = hand(folder / "sea", CASE + SEA, red_line=red_line, sea=bay), folder / "sea" / "plan.gpkg"
    put("run", case, "-o", plan)
    put("info", plan)
    put("check", plan)
    for unit in _units(plan):
        put("why", plan, unit["code"])
        put("why", plan, unit["unit_id"])
    plain = folder / "plain"
    put("run", hand(plain), "-o", plain / "plan.gpkg")
    put("check", plain / "plan.gpkg")

    adopted = shutil.copy(plan, folder / "sea" / "adopted.gpkg")
    put("adopt", adopted, "fitting:threshold=0.3", "--case", case)
    put("why", adopted, f"{WEST + 6_000},{SOUTH + 9_000}")
    told = ("--author", "甲", "--reason", "连片", "--basis", "环评〔2026〕1 号", "--seed", 7)
    put("adopt", adopted, "ward:k=3,variables=x+y,scope=whole", "--case", case, *told)
    put("why", adopted, f"{WEST + 5_500},{SOUTH + 5_000}")
    put("info", adopted)
    findings = read_plan(Path(adopted)).findings
    accept(Path(adopted), findings.iloc[[0]], reason="看过", author="甲", time="2026-01-02T03:04:05Z")
    accept(Path(adopted), findings.iloc[[0]], reason="又看过")
    put("export", adopted, "--format", "areas-xlsx", "-o", folder / "areas.xlsx")
    put("log", adopted)
    put("log", adopted, "--take-back", "--author", "甲", "--reason", "试错")
    put("log", plan)

    # Everything that a rule can be from holding: switched off, too small, under a condition, some way off.
    soil, urban = (
        ([box(500, 7_000, 2_000, 1_000)], ["农用地优先保护区"]),
        ([box(8_000, 8_000, 500, 500)], ["城镇集中建设区"]),
    )
    strip = [*WATER[0], box(9_000, 5_000, 2, 1_000)], ["工业污染重点管控区"] * 2  # of which the second rides
    zoned = {"water": strip, "soil": soil, "urban": urban}
    layers = {name: (shapes, {"zone": zones}) for name, (shapes, zones) in zoned.items()}
    switched = hand(folder / "switched", SWITCHED, **layers)
    put("run", switched, "-o", folder / "switched" / "plan.gpkg")
    for x, y in ((1_000, 7_500), (8_100, 8_100), (9_900, 100), (9_001, 5_500)):
        put("why", folder / "switched" / "plan.gpkg", f"{WEST + x},{SOUTH + y}")
    put("run", rich(folder / "rich"), "-o", folder / "rich" / "plan.gpkg")
    put("info", folder / "rich" / "plan.gpkg")
    for x, y in ((1_000, 500), (3_500, 2_500), (5_000, 5_000)):
        put("why", folder / "rich" / "plan.gpkg", f"{WEST + x},{SOUTH + y}")

    # A plan that another program has changed.
    changed = shutil.copy(plan, folder / "changed.gpkg")
    written(changed, "DELETE FROM ledger", "CREATE TABLE notes (text TEXT)")
    here = f"{WEST + 6_000},{SOUTH + 9_000}"
    told = [put("info", changed), put("why", changed, here), put("assess", changed, here)["plan"]]
    told.append(put("export", changed, "--format", "areas-xlsx", "-o", folder / "changed.xlsx"))
    told.append(put("lists", changed, "-o", folder / "changed lists.xlsx"))
    assert [set(one["changed"]) for one in told] == [{"ledger"}] * 5
    assert put("check", changed)[0]["id"] == "Q01"
    units = [box(0, 0, 600, 500), box(300, 0, 500, 500)]
    fields = {"HJGKDYBM": ["ZH99990110001", "ZH99990110001"], "HJGKDYMC": ["甲", "乙"]}
    put("check", write_layer(folder / "handed.gpkg", "units", units, fields))
    (folder / "sea" / "rules.csv").write_text("id,precedence,role,zone,effect\nX1,50,red_line,,2\n", encoding="utf-8")
    text = case.read_text(encoding="utf-8").replace("[rules]", '[rules]\nextra = "rules.csv"')
    (folder / "sea" / "ruled.toml").write_text(text, encoding="utf-8")
    assert put("check", folder / "sea" / "ruled.toml")

    _edited(put, shutil.copy(plain / "plan.gpkg", folder / "edited.gpkg"))

    package = folder / "sea" / "hand.gpkg"
    put("partition", f"{package}|layername=red_line", f"{package}|layername=township", "-o", folder / "faces.gpkg")
    cells = [box(x * 1_000.0, y * 1_000.0, 1_000.0, 1_000.0) for x in range(4) for y in range(3)]
    board = write_layer(
        folder / "board.gpkg", "board", [*cells, None], {"a": [*(float(number // 6) for number in range(12)), 0.0]}
    )
    for k in ("3", "1..3"):
        put("regions", board, "--method", "skater", "--k", k, "--variables", "a", "-o", folder / "regions.gpkg")

    put("lists", plan, "-o", folder / "lists.xlsx")
    put("lists", plan, "--import", folder / "lists.xlsx")
    put("lists", plan, "--import", _list_of_others(folder / "others.xlsx", read_plan(plan)))
    put("export", plan)
    put("export", plan, "--format", "units-shp", "-o", folder / "units.shp")
    drawn = ("--drawn-by", "matplotlib", "--paper", "A4", "--dpi", 50)
    put("export", plan, "--format", "map-png", "-o", folder / "map.png", *drawn)

    demo = ROOT / "resources" / "demo"
    put("run", demo / "case.toml", "-o", folder / "demo.gpkg")
    put("info", folder / "demo.gpkg")
    put("check", folder / "demo.gpkg")
    for code in [unit["code"] for unit in _units(folder / "demo.gpkg")][:9:4]:
        put("why", folder / "demo.gpkg", code)
    put("export", folder / "demo.gpkg", "--format", "map-png", "-o", folder / "demo.png", *drawn)

    given = folder / "given"
    hand(given)
    shutil.copy(demo / "koppen.tif", given)
    shutil.copy(plan, given)
    shutil.copy(board, given)
    for part in folder.glob("units.*"):
        shutil.copy(part, given)
    (given / "broken.shp").write_text("no shapes", encoding="utf-8")
    put("guess", given, "-o", given / "guessed.toml")
    assert put("guess", f"{given / 'hand.gpkg'}|layername=red_line", "-o", folder / "guessed.toml")["missing"]

    few = ("--nulls", 0, "--no-curve")
    put("bench", case, "--methods", "overlay,ward:k=500", *few, "-o", folder / "bench")
    put("bench", plain / "case.toml", "--methods", "fitting:threshold=0.3", *few, "-o", folder / "bench_plain")
    put("publish", "schema", folder / "schemas")
    last = folder / "last"
    last.mkdir()
    put("export", plan, "--format", "units-shp", "-o", last / "units.shp")
    (last / "notes.zip").write_bytes(b"")
    assert put("profile", "--like", last, "-o", folder / "learned.toml")["matched"]

    # Another file for a source, with all that may have become of a feature.
    zones = [box(2_500 * place, 0, 2_000, 2_000) for place in range(4)]
    values = ["水环境一般管控区", "工业污染重点管控区", "甲", "水环境一般管控区"]
    before = hand(folder / "before", water=(zones, {"zone": values, "name": list("abcd")}))
    mapped = before.read_text(encoding="utf-8").replace(
        '{ zone = "zone" }', '{ zone = "zone" }\nzones = { "甲" = "urban" }'
    )
    before.write_text(mapped, encoding="utf-8")
    zones = [*zones[:2], box(5_000, 0, 2_000, 1_500), box(0, 8_000, 500, 500)]
    fields = {
        "zone": ["工业污染重点管控区", "水环境一般管控区", "甲", "怪区"],
        "MC": list("abcx"),
        "more": list("1234"),
    }
    assert put("sources", before, "water_zone", write_layer(folder / "after.gpkg", "water", zones, fields))["problem"]
    assert put("sources", before, "red_line", write_layer(folder / "line.gpkg", "red", [box(0, 0, 9, 9)], {"a": ["b"]}))
    put("run", before, "-o", folder / "before.gpkg")
    line = f"red_line={folder / 'line.gpkg'}"
    fields |= {"zone": [*fields["zone"][:3], "优先保护区"]}
    later = f"water_zone={write_layer(folder / 'later.gpkg', 'water', zones, fields)}"
    told = put("impact", folder / "before.gpkg", line, later, "--case", before)
    assert told["units"] and told["new"] and told["clauses"] and told["findings"]

    _assessed(put, plain / "plan.gpkg", folder)

    filed, papers = folder / "filed", folder / "papers"
    papers.mkdir()
    (papers / "approval.pdf").write_bytes(b"%PDF-1.4")
    (folder / "layout.toml").write_text(LAYOUT, encoding="utf-8")
    layout = ("--profile", folder / "layout.toml")
    assert put("package", plan, "-o", filed, *layout, "--documents", papers)["slots"][0]["files"]
    refused = write_sample_plan(folder / "faulty.gpkg")
    assert not put("package", refused, "-o", folder / "none", *layout)["files"]
    rows = [row for row in put("package", refused, "-o", folder / "none", *layout)["findings"] if row["where"]]
    places = [[row["id"], *re.findall(r"[\d.]+", row["where"])] for row in rows if row["severity"] == "error"]
    lines = ["rule,x,y,reason", *(",".join([*one, "as filed before"]) for one in places)]
    (folder / "accepted.csv").write_text("\n".join(lines), encoding="utf-8")
    assert put("package", refused, "-o", folder / "accepted", *layout, "--accept", folder / "accepted.csv")["files"]
    put("verify", filed)
    (filed / "units.gpkg").write_bytes(b"another")
    (filed / "approval.pdf").unlink()
    (filed / "notes.txt").write_text("more", encoding="utf-8")
    assert put("verify", filed)["missing"]
    (filed / "signature.json").write_text("{}", encoding="utf-8")
    put("verify", filed)

    if others := set(JOBS) - set(found):  # verbs that came later
        there = folder / "calls"
        there.mkdir()
        calls_folder(there)
        for verb in sorted(others):
            put(verb, *JOBS[verb](there, there))

    put("run", codes=(2,))
    put("package", plan, "-o", folder / "sea", codes=(2,))
    put("verify", folder / "sea", codes=(2,))
    put("run", folder / "none.toml", "-o", plan, codes=(2,))
    put("adopt", plan, "overlai", codes=(2,))
    put("info", package, codes=(2,))
    put("why", plan, "0,0", codes=(2,))
    put("check", f"{package}|layername=red_line", codes=(2,))
    put("partition", board, "--crs", "EPSG:0", "-o", folder / "faces.gpkg", codes=(2,))
    put("regions", board, "--method", "skater", "--k", "99", "--variables", "a", "-o", folder / "r.gpkg", codes=(2,))
    put("bench", case, "--methods", "overlay", "--sigma", "5", "-o", folder / "bench", codes=(2,))
    put("sources", case, "farmland", package, codes=(2,))
    put("guess", folder / "none", "-o", folder / "guessed.toml", codes=(2,))
    put("lists", plan, "-o", folder / "lists.txt", codes=(2,))
    put("export", plan, "--format", "units-shp", "-o", folder / "units.txt", codes=(2,))
    put("publish", "schema", plan, codes=(2,))
    put("profile", "--like", folder / "none", "-o", folder / "learned.toml", codes=(2,))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("control_units.delineation.verbs.running.run", _stopped)
        put("run", case, "-o", folder / "stopped.gpkg", codes=(130,))
    return found


def _assessed(put: Callable[..., Any], plan: Path, folder: Path) -> None:
    """A plot half in the red line, a line, a point outside; other places; a table with a row that cannot be read."""
    plot = f"{WEST + 3_000},{SOUTH + 2_000},100"
    lacking = ("--none-here", "drinking_water", "--none-here", "protected_area")
    put("assess", plan, plot, "--industry", "C2614", "--fact", "capacity=5 t/d", "--where-else", 2, *lacking)
    put("assess", plan, f"LINESTRING({WEST} {SOUTH + 2_000}, {WEST + 9_000} {SOUTH + 2_000})", "--nature", "expand")
    put("assess", plan, f"{WEST - 500},{SOUTH}")
    table = folder / "projects.csv"
    table.write_text(f"id,x,y,radius\nA,{plot}\nB,0,,\n", encoding="utf-8")
    put("assess", plan, "--batch", table)
    put("assess", plan, codes=(2,))


def _edited(put: Callable[..., Any], plan: Path) -> None:
    """Edits with all that they may change, scenarios and a new version of a plan of three units and a red line."""

    def edits(*rows: dict[str, Any]) -> Path:
        path = plan.with_name("edits.jsonl")
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
        return path

    inside = [WEST + 2_000, SOUTH + 2_000]
    protected = {"op": "create", "faces": [{"at": inside}], "category": 1, "name": "甲"}
    away = {"op": "merge", "units": ["U000002", "U000003"], "category": 2}
    lowered = {"op": "categorize", "unit": "U000001", "category": 3}
    told = put("edit", plan, edits({**protected, "basis": "文"}, away, lowered), "--dry-run", codes=(1,))
    assert {key for key, value in told.items() if not value} == {"lowered_m2", "to_review"}
    assert put("edit", plan, edits({"op": "status", "to": "征求意见"}), "--dry-run")["to_review"]["n"]
    put("edit", plan, edits(lowered), codes=(1,))
    plan.with_name(f"{plan.name}.lock").write_text("nobody's", encoding="utf-8")
    put("edit", plan, edits(protected), codes=(2,))
    assert put("edit", plan, edits(protected, away), "--break-lock", "--author", "甲", "--reason", "调整")["taken_over"]
    put("undo", plan, 2)
    put("undo", plan, codes=(2,))
    put("redo", plan)
    put("scenario", plan, "branch", "大分区")
    put("redo", plan)
    put("edit", plan, edits({"op": "lock", "unit": "U000002"}))
    put("scenario", plan, "list")
    for names in (("main", "大分区"), ("大分区", "main")):
        assert put("scenario", plan, "compare", *names)["units"]
    put("scenario", plan, "switch", "main")
    put("scenario", plan, "switch", "none", codes=(2,))
    former = put("scenario", plan, "adopt", "大分区")["former"]
    put("scenario", plan, "branch", "乙案")
    assert put("scenario", plan, "adopt", "乙案")["former"] is None
    put("scenario", plan, "adopt", former)
    with editing(plan) as editor:
        editor.undo()
        editor.redo()
    assert put("info", plan)["findings_at"] is not None
    put("log", plan)
    put("version", plan, "-o", plan.with_name("draft.gpkg"), "--reason", "五年更新")
    put("log", plan.with_name("draft.gpkg"))
    put("version", plan, "-o", plan, "--reason", "五年更新", codes=(2,))


def _units(plan: Path) -> list[dict[str, Any]]:
    from control_units.delineation.plan.file import read_plan

    return read_plan(plan).units.to_dict("records")


def _stopped(*_: object, **__: object) -> None:
    raise Cancelled(Message("interrupted; nothing was written"))


def _is_whole(_: object, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# JSON Schema takes 1.0 for an integer; the documents do better.
Strict = extend(Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_whole))
CHECKS = {name: Strict(schema) for name, schema in SCHEMAS.items()}


def wrong(name: str, document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:300]}" for error in CHECKS[name].iter_errors(document)]


# ── What the verbs print is what the schemas say ─────────────────────────────────────────────────────────────────────


def test_each_verb_has_printed_something(documents):
    """A verb that comes brings its schema and a document of its own, in `documents`."""
    assert set(documents) == {verb.name for verb in VERBS} | {"error"}
    assert set(SCHEMAS) == set(documents)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_document_is_as_its_schema_says(documents, name):
    for document in documents[name]:
        assert not wrong(name, document), document


@pytest.mark.parametrize("name", sorted(set(SCHEMAS) - {"error"}))
def test_a_refusal_is_no_document_of_a_verb(documents, name):
    assert wrong(name, documents["error"][0])


def test_all_that_a_document_may_hold_has_been_printed(documents):
    """So that no key is only in a schema: which ones there are, depends on the plan."""
    assert {bool(one["sea"]) for one in documents["run"]} == {True, False}
    assert {one["category"] is None for document in documents["info"] for one in document["ledger"]["rows"]} == {
        True,
        False,
    }
    assert True in {bool(one) for one in documents["check"]}
    assert {document["imported"] is None for document in documents["lists"]} == {True, False}
    assert {row["value"] is None for document in documents["check"] for row in document} == {True, False}
    following = [one["next_facts"] for one in documents["why"]]
    assert {one and one["why"] for one in following} >= {None, "gone", "share", "area", "switch", "beside"}
    assert {type(one["adopted"]) for one in documents["why"]} == {dict, type(None)}
    effects = {row["effect"] for one in documents["why"] for row in one["reasons"]}
    assert effects >= {1, 2, "attribute", "rides"}
    assert any(one["evidence"] for one in documents["why"])
    assert {"curve" in one for one in documents["regions"]} == {True, False}
    assert None in documents["regions"][0]["labels"]
    assert {tuple(one) for one in documents["export"]} == {
        ("formats",),
        ("format", "files", "layers"),
        ("format", "files", "layers", "changed"),
        ("format", "files", "layers", "drawn_by"),
        ("format", "files", "layers", "drawn_by", "unlabelled"),
    }
    assert {row["kind"] for one in documents["guess"] for row in one["sources"]} == {
        *("source", "previous", "none", "raster", "plan"),
    }
    assert documents["guess"][0]["errors"]
    changes = [row["change"] for one in documents["sources"] for row in one["changes"]]
    assert set(changes) == {"moved", "relabelled", "gone", "new"}
    assert {one["key"] is None for one in documents["sources"]} == {True, False}
    units = [row for one in (*documents["edit"], *documents["scenario"]) if "units" in one for row in one["units"]]
    assert {row["change"] for row in units} == {"new", "gone", "changed"}
    assert {one["taken_over"] is None for one in documents["edit"] if "applied" in one} == {True, False}
    entries = [row for one in documents["log"] for row in one]
    assert {row["can_be_taken_back"] for row in entries} == {"plan", "edit", "acceptance", ""}
    assert {row["scenario"] for row in entries} == {None, "main", "大分区"}
    rows = [row for one in documents["bench"] for row in one["methods"]]
    assert {row["error"] is None for row in rows} == {"sea_units_key" in row for row in rows} == {True, False}


# ── No rubber stamp: whatever is changed in a document, its schema sees it ──────────────────────────────────────────

# Keys that need not be there: those of mappings, and those that are told where there is something to tell.
MAY_GO = {
    "run": r"(by_county|sea|timings_s)\.[^.]+",
    "adopt": r"(by_county|sea)\.[^.]+",
    "version": r"(by_county|sea)\.[^.]+",
    "info": r"(by_county|sea|changed)\.[^.]+",
    "partition": r"inputs\.[^.]+",
    "why": r"changed\.[^.]+",
    "lists": r"(changed|imported\.rows\[\]\.(before|after))\.[^.]+",
    "export": r"layers\.[^.]+|drawn_by|unlabelled|changed(\.[^.]+)?",
    "assess": r"(\[\]\.)?(facts_missing\[\]\.choices|offsets|plan\.changed)\..+",
    "guess": r"sources\[\]\.(fields|zones)\.[^.]+|errors\[\]\.facts\..+",
    "sources": r"changes\[\]\.differs\..+",
    "bench": r"methods\[\]\.(sea_\w+|\w+\[.*\])",
    "error": r"error\.facts\..+",
}
# Facts of messages are of any kind.
ANY_KIND = r"(error|errors\[\])\.facts\..+"


def inside(document: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every value below a document: its path, what holds it, and its key or number there."""
    items = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in items:
        here = f"{path}[]" if isinstance(document, list) else f"{path}.{key}".removeprefix(".")
        yield here, document, key
        yield from inside(value, here)


def spoilt(document: Any, may_go: str) -> Iterator[str]:
    """Change one thing in a document after the other, tell what, and put it back; what is alike is changed once."""
    done = set()
    for path, holder, key in [("", None, None), *inside(document)]:
        value = document if holder is None else holder[key]
        siblings = frozenset(holder) if isinstance(holder, dict) else frozenset()
        if (path, type(value), siblings) in done:
            continue
        done.add((path, type(value), siblings))
        if isinstance(value, dict):
            value["unknown"] = {"unknown": "unknown"}
            yield f"{path}: an unknown key"
            del value["unknown"]
        if isinstance(holder, dict) and not re.fullmatch(may_go, path):
            del holder[key]
            yield f"{path}: is missing"
            holder[key] = value
        if holder is not None and value is not None and not re.fullmatch(ANY_KIND, path):
            holder[key] = (
                {"text": "of another kind"} if isinstance(value, list) else 7 if isinstance(value, str) else "7"
            )
            yield f"{path}: {holder[key]!r} in place of {value!r}"
            holder[key] = value


@pytest.mark.parametrize("name", SCHEMAS)
def test_whatever_is_changed_in_a_document_is_seen(documents, name):
    count = 0
    for document in documents[name]:
        before, check = json.loads(json.dumps(document)), CHECKS[name]
        for what in spoilt(document, MAY_GO.get(name, "")):
            assert not check.is_valid(document), f"{name}: {what}"
            count += 1
        assert document == before
    assert count >= 3


def test_a_whole_number_with_a_fraction_is_seen(documents):
    assert wrong("run", {**documents["run"][0], "units": 4.0})
    assert wrong("why", {**documents["why"][0], "category": 4})
    assert wrong("regions", {**documents["regions"][0], "labels": [-1]})


def test_a_share_beyond_its_ends_is_seen(documents):
    assert wrong("regions", {**documents["regions"][0], "ratio": 1.1})
    assert wrong("regions", {**documents["regions"][0], "ratio": -0.1})


def test_a_curve_without_its_knee_is_seen(documents):
    (curved,) = [one for one in documents["regions"] if "curve" in one]
    assert wrong("regions", {key: value for key, value in curved.items() if key != "knee"})


def test_a_list_of_formats_that_also_writes_is_seen(documents):
    listed, one = (next(each for each in documents["export"] if key in each) for key in ("formats", "format"))
    assert wrong("export", {**listed, **one})
