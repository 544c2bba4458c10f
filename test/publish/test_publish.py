"""``publish``: the JSON Schemas that ship, and their way into a folder, together or not at all."""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from command import ask, refusal
from control_units.delineation.bench.measures.metrics import METRICS
from control_units.delineation.bench.runs.stability import STABILITY
from control_units.delineation.cli.verbs import VERBS
from control_units.delineation.core.messages import Message, at
from control_units.delineation.publish.schemas import ID, made_files, schema_files, write_schemas
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = schema_files()
SHIPPED = dict(sorted({**{path.name: path.read_bytes() for path in FILES.values()}, **made_files()}.items()))
SCHEMAS = {name.removesuffix(".schema.json"): json.loads(text) for name, text in SHIPPED.items()}


# ── The schemas themselves ──────────────────────────────────────────────────────────────────────────────────────────


def test_each_verb_has_a_schema_and_so_have_refusals():
    assert {verb.name for verb in VERBS} | {"error"} <= set(SCHEMAS)


def parts(schema: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema in a schema, with the name of the property or definition it is."""
    if isinstance(schema, dict):
        yield name, schema
        for key, value in schema.items():
            named = key in ("properties", "patternProperties", "$defs")
            for inner, one in value.items() if named else [(name, value)] if key not in ("enum", "const") else ():
                yield from parts(one, inner)
    elif isinstance(schema, list):
        for one in schema:
            yield from parts(one, name)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_and_says_whose_it_is(name):
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert re.fullmatch(rf"{ID}{name}:[1-9]\d*", schema["$id"])
    assert schema["title"]
    assert schema["description"].endswith(".")


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_stands_by_itself(name):
    schema = SCHEMAS[name]
    asked = {part["$ref"] for _, part in parts(schema) if "$ref" in part}
    assert asked == {f"#/$defs/{one}" for one in schema.get("$defs", ())}


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_object_is_closed_or_a_mapping(name):
    for key, part in parts(SCHEMAS[name]):
        if part.get("type") != "object" or key == "parameters":  # those are a method's own
            continue
        assert "additionalProperties" in part, key
        if "properties" in part:
            assert part["additionalProperties"] is False, key
            assert set(part["required"]) <= set(part["properties"]), key


@pytest.mark.parametrize("name", SCHEMAS)
def test_areas_and_shares_say_their_unit(name):
    """At the key, or at what it is made of."""
    definitions = SCHEMAS[name].get("$defs", {})
    for key, part in parts(SCHEMAS[name]):
        said = part.get("description", "") + definitions.get(part.get("$ref", "").rpartition("/")[2], {}).get(
            "description", ""
        )
        if key.endswith("_m2"):
            assert "m²" in said, key
        if key in ("share", "covered", "captured", "omission", "commission", "ratio", "confidence", "threshold"):
            assert "0–1" in said or said == "1 − captured.", key


def test_what_is_in_several_documents_is_said_alike():
    definitions: dict[str, Any] = {}
    for name, schema in SCHEMAS.items():
        for key, part in schema.get("$defs", {}).items():
            assert definitions.setdefault(key, part) == part, f"{name}: {key}"
    keys = [SCHEMAS[name]["properties"] for name in ("run", "info", "adopt")]
    shared = set(keys[0]) & set(keys[1]) & set(keys[2])
    assert len(shared) >= 10
    assert all(keys[0][key] == other[key] for key in shared for other in keys)
    judged = SCHEMAS["package"]["properties"]["findings"]["items"]["properties"]
    assert {**judged, **definitions["finding"]["properties"]} == judged


def test_the_schema_of_bench_names_every_metric():
    row = SCHEMAS["bench"]["properties"]["methods"]["items"]
    assert {*METRICS, *STABILITY} <= set(row["required"])
    for name, metric in {**METRICS, **STABILITY}.items():
        unit = {"m²": ", m²", "m": ", m", "share": ", share, 0–1"}.get(metric.unit, f", {metric.unit}")
        assert f"{unit};" in row["properties"][name]["description"], name


def test_every_kind_of_fact_is_one():
    facts = {"n": 1, "x": float("inf"), "at": Path("a"), "each": (at("a"), Message("{b}", b=(1.5, True, None)))}
    document = {**Message("{n}", **facts).document(), "many": "{n} and more"}
    said = {"id": "said", "what": "said", "where": "", "wanted": ""}
    check = Draft202012Validator(SCHEMAS["error"])
    assert check.is_valid({"error": {**said, "facts": {"said": document}}})
    assert not check.is_valid({"error": {**said, "facts": {"said": {"x": 1}}}})


# ── Written into a folder ───────────────────────────────────────────────────────────────────────────────────────────


def contents(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.parametrize("there", [False, True])
def test_all_schemas_are_written_as_they_ship(tmp_path, there):
    folder = tmp_path / "schemas.v1"
    if there:
        folder.mkdir()
    answer = ask("publish", "schema", folder)
    assert (answer.code, answer.err) == (0, "")
    assert answer.document == {"files": [str(folder / name) for name in SHIPPED]}
    assert contents(folder) == SHIPPED
    assert [path.name for path in tmp_path.iterdir()] == ["schemas.v1"]


def test_older_schemas_are_replaced_and_all_else_stays(tmp_path):
    (tmp_path / "run.schema.json").write_text(f'\ufeff{{"$id": "{ID}run:0"}}', encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "deep").mkdir()
    write_schemas(tmp_path)
    assert contents(tmp_path) == {**SHIPPED, "notes.txt": b"mine", "deep": None}
    write_schemas(tmp_path)
    assert contents(tmp_path) == {**SHIPPED, "notes.txt": b"mine", "deep": None}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"no JSON",
        b"[1]",
        b'{"$id": 1}',
        b'{"$id": "https://example.org/run"}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b'{"$id": "urn:control-units:json:run:1", "x": "' + b"x" * 1_000_000 + b'"}',
    ],
    ids=["empty", "text", "list", "number", "other", "deep", "bytes", "large"],
)
def test_what_is_no_schema_of_ours_is_not_replaced(tmp_path, text):
    (tmp_path / "run.schema.json").write_bytes(text)
    error = refusal("publish", "schema", tmp_path)
    assert error["what"] == "is no JSON Schema of the command line, and would be lost"
    assert error["where"].endswith("run.schema.json")
    assert contents(tmp_path) == {"run.schema.json": text}


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo] if os.name == "posix" else [])
def test_a_folder_or_a_pipe_under_the_name_of_a_schema_stays(tmp_path, make):
    make(tmp_path / "why.schema.json")
    assert "would be lost" in refusal("publish", "schema", tmp_path)["what"]
    assert [path.name for path in tmp_path.iterdir()] == ["why.schema.json"]


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("file", "is no folder"),
        ("none/schemas", "folder not found"),
        ("x" * 300, "cannot be written"),
    ],
)
def test_what_can_be_no_folder_is_told(tmp_path, place, what):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert what in refusal("publish", "schema", tmp_path / place)["what"]
    assert contents(tmp_path) == {"file": b"mine"}


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert refusal("publish", "schema", tmp_path)["what"] == "no write permission"


@pytest.mark.parametrize("kind", ["", "db"])
def test_what_is_not_published_is_told(tmp_path, kind):
    error = refusal("publish", *filter(None, [kind]), *([tmp_path / "schemas"] if kind else []))
    assert "KIND" in error["what"]
    assert not contents(tmp_path)


@pytest.mark.parametrize("there", [False, True])
def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch, there):
    folder, write, left = tmp_path / "schemas", Path.write_bytes, iter(range(3))
    if there:
        write_schemas(folder)

    def full(target, content):
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        return write(target, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    error = refusal("publish", "schema", folder)
    assert error["wanted"] == "a place with free disk space and write permission"
    assert contents(tmp_path) == (
        {"schemas": None} | {f"schemas/{name}": SHIPPED[name] for name in SHIPPED} if there else {}
    )


@pytest.mark.parametrize(
    "stop", [PermissionError(13, "Permission denied"), KeyboardInterrupt()], ids=["held", "ctrl-c"]
)
@pytest.mark.parametrize("where", ["before", "placing"])
def test_what_stops_in_between_leaves_all_old_ones(tmp_path, monkeypatch, stop, where):
    old = {name: f'{{"$id": "{ID}old"}}'.encode() for name in SHIPPED}
    for name, text in old.items():
        (tmp_path / name).write_bytes(text)
    move = Path.replace

    def held(self, target):
        there = "before" if "before" in (self.parent.name, Path(target).parent.name) else "placing"
        if self.name.endswith("info.schema.json") and self.parent.name != "before" and there == where:
            raise stop
        return move(self, target)

    monkeypatch.setattr(Path, "replace", held)
    assert ask("publish", "schema", tmp_path).code == (130 if isinstance(stop, KeyboardInterrupt) else 2)
    assert contents(tmp_path) == old


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_a_link_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "kept.json").write_text(f'{{"$id": "{ID}run:0"}}', encoding="utf-8")
    (tmp_path / "real" / "run.schema.json").symlink_to(tmp_path / "kept.json")
    write_schemas(tmp_path / "link")
    assert contents(tmp_path / "real") == SHIPPED
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "run.schema.json").is_symlink()
    assert (tmp_path / "kept.json").read_bytes() == SHIPPED["run.schema.json"]


def test_a_broken_installation_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("control_units.delineation.publish.schemas._FOLDER", tmp_path / "none")
    assert "cannot be used" in refusal("publish", "schema", tmp_path / "schemas")["what"]
    assert not contents(tmp_path)
