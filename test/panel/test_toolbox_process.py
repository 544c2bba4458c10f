"""Each algorithm by qgis_process, as a user would run it: files, layers of a saved project, a filter, the model."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pyogrio
import pytest
from cases import ROOT
from hand import hand
from qgis.core import QgsProject, QgsVectorLayer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hand")
    return hand(folder)


@pytest.fixture(scope="module")
def plan(run, case, tmp_path_factory):
    output = tmp_path_factory.mktemp("plan") / "plan.gpkg"
    results = run("delineate", CASE=case, OUTPUT=output)
    assert results["UNITS"] == 3
    return output


@pytest.fixture(scope="module")
def run(qgis_process):
    """Run an algorithm with inputs as JSON, as scripts do; gives its results."""

    def run(name, project=None, **inputs):
        document = {"inputs": {key: str(v) if hasattr(v, "suffix") else v for key, v in inputs.items()}}
        if project:
            document["project_path"] = str(project)
        done = qgis_process("--json", "run", f"control_units:{name}", "-", given=json.dumps(document))
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return json.loads(done.stdout)["results"]

    return run


@pytest.fixture(scope="module")
def project(case, tmp_path_factory):
    """A saved project whose layers have other names than their files, one of them with a filter."""
    path = tmp_path_factory.mktemp("project") / "工程.qgz"
    own = QgsProject()
    for name, title in (("county", "县界"), ("township", "乡镇"), ("red_line", "红线"), ("water", "水环境")):
        layer = QgsVectorLayer(f"{case.parent / 'hand.gpkg'}|layername={name}", title, "ogr")
        assert layer.crs().isValid()
        own.addMapLayer(layer)
    assert own.mapLayersByName("乡镇")[0].setSubsetString("\"code\" = '999901002'")
    assert own.write(str(path))
    return path


def rows(path, layer=None):
    return pyogrio.read_dataframe(path, layer=layer, read_geometry=False).to_dict("records")


def test_all_algorithms_and_the_model_are_listed(qgis_process):
    done = qgis_process("--json", "list")
    found = json.loads(done.stdout)["providers"]["control_units"]["algorithms"]
    own = {path.stem for path in (ROOT / "ui" / "processing" / "algorithms").glob("[a-z]*.py")}
    assert {name.split(":")[1] for name in found} == {*own, "control_units_example"}


def test_layers_of_a_project_are_overlaid_under_their_names_with_their_filter(run, project, tmp_path):
    results = run(
        "partition",
        project,
        LAYERS=["县界", "乡镇", "红线"],
        FACES=tmp_path / "f.gpkg",
        BORDERS=tmp_path / "b.gpkg",
        COVERAGE=tmp_path / "c.gpkg",
    )
    assert results["FACES_COUNT"] == 3
    assert results["IMBALANCE"] < 1e-12
    faces = {row["face_id"]: row for row in rows(tmp_path / "f.gpkg")}
    assert {"县界_id", "乡镇_id", "红线_id", "inputs", "area_m2"} <= set(faces[1])
    assert sum(row["area_m2"] for row in faces.values()) == pytest.approx(1e8)
    # The filter leaves the second township, under its own id.
    assert sorted(row["乡镇_id"] for row in faces.values() if row["乡镇_id"] == row["乡镇_id"]) == [2]
    assert {row["input"] for row in rows(tmp_path / "c.gpkg")} == {"县界", "乡镇", "红线"}
    lines = rows(tmp_path / "b.gpkg")
    assert sum(row["length_m"] for row in lines) == pytest.approx(10_000 + 8_000)


def test_a_plan_is_delineated_with_copies_of_its_layers(run, case, tmp_path):
    results = run("delineate", CASE=case, OUTPUT=tmp_path / "p.gpkg", UNITS_LAYER=tmp_path / "u.shp", LOAD=False)
    assert (results["UNITS"], results["ERRORS"]) == (3, 0)
    assert sorted(row["category"] for row in rows(tmp_path / "u.shp")) == [1, 2, 3]


def test_a_plan_is_checked(run, plan, tmp_path):
    results = run("check_plan", PLAN=plan, FINDINGS=tmp_path / "f.gpkg", REPORT=tmp_path / "r.html")
    # Of the national clauses some bases are unchecked, and most laws are younger than the plan.
    assert (results["ERRORS"], results["WARNINGS"]) == (0, 2)
    assert "Q21" in results["NOT_CHECKED"]
    assert [row["id"] for row in rows(tmp_path / "f.gpkg")] == ["L03", "L05"]
    assert "0 errors, 2 warnings" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_broken_layer_of_units_of_the_project_is_checked(run, plan, tmp_path):
    broken = tmp_path / "units.gpkg"
    frame = pyogrio.read_dataframe(plan, layer="units")
    frame.loc[frame["category"] == 2, "geometry"] = frame.loc[frame["category"] == 2, "geometry"].buffer(100)
    frame["code"] = frame["code"].where(frame["category"] != 1, "ZH99")
    pyogrio.write_dataframe(frame, broken, layer="单元")
    own = QgsProject()
    own.addMapLayer(QgsVectorLayer(f"{broken}|layername=单元", "上报单元", "ogr"))
    assert own.write(str(tmp_path / "p.qgz"))
    results = run("check_plan", tmp_path / "p.qgz", LAYER="上报单元", FINDINGS=tmp_path / "f.gpkg")
    found = pyogrio.read_dataframe(tmp_path / "f.gpkg")
    assert results["ERRORS"] == (found["severity"] == "error").sum() > 1
    overlap = found[found["id"] == "Q07"]
    assert len(overlap) >= 1
    assert overlap.geometry.iloc[0].geom_type == "Point"
    assert found.crs.to_epsg() == 4547
    assert "overlap" in overlap["message"].iloc[0]


def test_a_cases_rules_are_checked(run, case, tmp_path):
    results = run("check_plan", PLAN=case, FINDINGS=tmp_path / "f.gpkg")
    assert results["WARNINGS"] == len(rows(tmp_path / "f.gpkg"))


def test_a_plan_is_described(run, plan, tmp_path):
    tables = {name: tmp_path / f"{name}.csv" for name in ("UNITS_TABLE", "LEDGER_TABLE", "SOURCES_TABLE")}
    results = run("describe_plan", PLAN=plan, REPORT=tmp_path / "r.html", **tables)
    assert (results["UNITS"], results["FACES"], results["AREA"]) == (3, 5, 1e8)
    shares = [results[key] for key in ("SHARE_PRIORITY", "SHARE_KEY", "SHARE_GENERAL")]
    assert shares == pytest.approx([0.04, 0.06, 0.90])
    summary = json.loads(results["SUMMARY"])
    assert summary["by_county"]["999901"]["2"]["n"] == 1
    units = rows(tables["UNITS_TABLE"])
    assert [(int(row["category"]), float(row["area_km2"])) for row in units] == [(1, 4.0), (2, 6.0), (3, 90.0)]
    assert {row["role"] for row in rows(tables["SOURCES_TABLE"])} == {"county", "township", "red_line", "water_zone"}
    assert "试验县" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_roles_are_guessed_for_layers_of_the_project_and_the_case_runs(run, project, tmp_path):
    case = tmp_path / "case.toml"
    results = run(
        "guess_roles",
        project,
        LAYERS=["县界", "乡镇", "红线", "水环境"],
        NAME="试验",
        ROLES=tmp_path / "r.csv",
        CASE=case,
    )
    assert results["SOURCES"] == 4
    roles = {row["layer"]: row["role"] for row in rows(tmp_path / "r.csv")}
    assert set(roles.values()) == {"county", "township", "red_line", "water_zone"}
    # The filter is a condition of the case, so the file is read where it lies and no copy is kept.
    text = case.read_text(encoding="utf-8")
    assert "999901002" in text.split("where")[1]
    assert not (tmp_path / "case_sources.gpkg").exists()
    assert run("delineate", CASE=case, OUTPUT=tmp_path / "p.gpkg")["UNITS"] == 3


def test_the_example_model_runs_end_to_end(run, case, tmp_path):
    outputs = {
        "case": "case.toml",
        "roles": "roles.csv",
        "plan": "plan.gpkg",
        "findings": "f.gpkg",
        "units_table": "u.csv",
        "report": "r.html",
    }
    given = {key: tmp_path / name for key, name in outputs.items()}
    results = run("control_units_example", FOLDER=case.parent, NAME="试验", **given)
    assert set(outputs) <= set(results)
    for path in given.values():
        assert path.is_file(), path
    with closing(sqlite3.connect(given["plan"])) as connection, connection:
        assert connection.execute("SELECT value FROM meta WHERE key = 'name'").fetchone() == ("试验",)
        assert connection.execute("SELECT count(*) FROM units").fetchone() == (3,)


def test_bad_input_is_one_sentence_in_the_users_language(process_in, tmp_path):
    (tmp_path / "case.toml").write_text('[case]\ncolour = "red"\n', encoding="utf-8")
    given = [f"CASE={tmp_path / 'case.toml'}", f"OUTPUT={tmp_path / 'p.gpkg'}"]
    done = process_in("zh-Hans")("run", "control_units:delineate", "--", *given)
    assert done.returncode != 0
    assert "不认识的配置项“colour”；需要：" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not (tmp_path / "p.gpkg").exists()


def test_neither_plan_nor_layer_is_one_sentence(qgis_process, tmp_path):
    done = qgis_process("run", "control_units:check_plan", "--", f"FINDINGS={tmp_path / 'f.gpkg'}")
    assert done.returncode != 0
    assert "one of the two" in done.stdout + done.stderr
