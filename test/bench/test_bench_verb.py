"""The verb ``bench``: what it writes, that it writes the same again, runs nothing twice, and what it refuses."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import sys

import pyogrio
import pytest
from bench_runs import county, rows_of
from command import ask, refusal
from control_units.delineation.bench.experiments import uncertainty, validation
from control_units.delineation.bench.report import chart_files
from control_units.delineation.bench.runs import run
from control_units.delineation.bench.runs.entries import split_methods
from control_units.delineation.cli import main
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.verbs import benchmarking
from control_units.delineation.verbs.benchmarking import bench

METHODS = "overlay,fitting:threshold=0.05,ward:k=3,variables=x+y,counted:shift=1"
# A method that writes a line into a file each time it runs, and draws.
COUNTED = """\
import os
import numpy as np
from delineation.methods import Labels, method

@method("counted")
def counted(situation, *, seed=1, shift=0):
    with open(os.environ["COUNTED"], "a") as file:
        file.write(f"{shift} {seed}\\n")
    unit = (np.arange(len(situation.area)) + np.random.default_rng(seed).integers(0, 2, len(situation.area))) % 3
    return Labels(np.full(len(unit), 3), np.full(len(unit), len(situation.kinds) - 1), unit)
"""
FILES = [
    "agreement.csv",
    "columns.csv",
    "comparison.gpkg",
    "costs.csv",
    "curve.csv",
    "curve_marks.csv",
    "findings.csv",
    "methods.csv",
    "methods.md",
    "methods.tex",
    "methods.xlsx",
    "missing.csv",
    "null.csv",
]
PLOTS = ["agreement", "areas", "curve", "maps", "metrics", "null", "pareto", "stability"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a case, a plugin, and what the plugin wrote."""
    folder = tmp_path_factory.mktemp("bench")
    county(folder / "case")
    (folder / "counted.py").write_text(COUNTED, encoding="utf-8")
    digest = run.code_digest()
    with pytest.MonkeyPatch.context() as patch:
        # Who works on the engine while its tests run changes its digest.
        patch.setattr(run, "code_digest", lambda: digest)
        patch.setenv("COUNTED", str(folder / "counted.txt"))
        yield folder


def arguments(place, output, *more):
    return (
        "bench",
        place / "case" / "case.toml",
        "--methods",
        METHODS,
        "--plugin",
        place / "counted.py",
        "--seeds",
        2,
        "--nulls",
        5,
        "-o",
        place / output,
        *more,
    )


def ran(place):
    path = place / "counted.txt"
    return path.read_text().splitlines() if path.exists() else []


@pytest.fixture(scope="module")
def first(place):
    answer = ask(*arguments(place, "one"))
    assert answer.code == 0, answer
    return answer, ran(place)


def listed(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# What comes out


def test_the_document_has_a_row_a_method(first):
    document = first[0].document
    assert list(document) == ["methods"]
    rows = document["methods"]
    assert [row["method"] for row in rows] == split_methods(METHODS)
    for row in rows:
        assert row["seconds"] > 0
        assert row["peak_bytes"] > 0
        assert isinstance(row["pareto_front"], bool)
        assert isinstance(row["units"], int)
    assert rows[0]["omission"] == 0
    assert rows[0]["variance_ratio"] is None
    assert rows[0]["ari_seeds"] == 1 > rows[3]["ari_seeds"]


def test_the_folder_holds_tables_plots_and_layers(place, first):
    assert first
    folder = place / "one"
    made = [path for path in listed(folder) if not path.startswith("labels/")]
    assert made == sorted([*FILES, *(f"plots/{name}.{suffix}" for name in PLOTS for suffix in ("png", "svg"))])
    told = first[0].document["methods"]
    for row, one in zip(rows_of(folder / "methods.csv"), told, strict=True):
        assert row["method"] == one["method"]
        assert float(row["units"]) == one["units"]
    assert len(rows_of(folder / "agreement.csv")) == 6
    assert [row["runs"] for row in rows_of(folder / "costs.csv")] == ["1", "1", "5", "2"]
    assert {row["method"] for row in rows_of(folder / "null.csv")} == set(split_methods(METHODS))
    assert {row["count"] for row in rows_of(folder / "null.csv")} <= {"5", "0", "1", "2", "3", "4"}


def test_a_second_folder_is_the_same_byte_by_byte(place, first):
    assert first
    before = len(ran(place))
    assert ask(*arguments(place, "two")).code == 0
    # Nothing was taken from the first folder.
    assert len(ran(place)) == 2 * before
    # Time and memory do not repeat: they are in costs.csv, and kept with the labels.
    one, two = ([name for name in listed(place / name) if not name.startswith("labels/")] for name in ("one", "two"))
    assert one == two
    for name in one:
        if name != "costs.csv":
            assert (place / "one" / name).read_bytes() == (place / "two" / name).read_bytes(), name


def test_a_finished_row_is_not_run_twice(place, first, monkeypatch):
    """A method more, plots and curve less: the rows that were there are read, and what is not made goes away."""
    monkeypatch.setattr(chart_files, "draw", lambda *_, **__: ())
    assert sorted(first[1]) == ["1 1", "1 1", "1 2"], "the first seed twice, once for the memory"
    before, costs = ran(place), rows_of(place / "one" / "costs.csv")
    methods = METHODS + ",fitting:threshold=0.9,counted:shift=2"
    answer = ask(
        "bench",
        place / "case" / "case.toml",
        "--methods",
        methods,
        "--plugin",
        place / "counted.py",
        "--seeds",
        3,
        "--nulls",
        0,
        "--no-curve",
        "-o",
        place / "one",
    )
    assert answer.code == 0, answer
    # Of the method that was there the third seed only.
    assert sorted(ran(place)[len(before) :]) == ["1 3", "2 1", "2 1", "2 2", "2 3"]
    rows = rows_of(place / "one" / "costs.csv")
    assert [row["seconds"] for row in rows[:4]] == [row["seconds"] for row in costs]
    made = listed(place / "one")
    assert "methods.csv" in made
    assert not {"null.csv", "curve.csv", "curve_marks.csv", "plots/null.svg", "plots/curve.png"} & set(made)
    assert len(rows_of(place / "one" / "methods.csv")) == 6


def test_another_case_is_another_run(place, first):
    """Labels of one case are not those of another, whatever the folder."""
    assert first
    shutil.copytree(place / "case", place / "other")
    case = place / "other" / "case.toml"
    case.write_text(case.read_text(encoding="utf-8").replace("sliver_area = 10_000", "sliver_area = 20_000"), "utf-8")
    before = len(ran(place))
    found = benchmarking.compare_methods(case, ["counted:shift=1"], place / "two", plugins=[place / "counted.py"])
    assert len(ran(place)) == before + 2
    assert len(found.rows) == 1


@pytest.mark.uses("sklearn")
def test_truth_and_errors_of_sources(place, first, monkeypatch):
    """What methods find of what was planted, and what errors of the sources leave of the areas; neither twice."""
    assert first
    monkeypatch.setattr(chart_files, "draw", lambda *_, **__: ())
    folder = place / "more"
    given = (
        "bench",
        place / "case" / "case.toml",
        "--methods",
        "overlay,ward:k=3,variables=x+y",
        "--nulls",
        0,
        "--no-curve",
        "--truth",
        1,
        "--samples",
        2,
        "--sigma",
        30,
        "-o",
        folder,
    )
    assert ask(*given).code == 0
    rows = rows_of(folder / "truth.csv")
    # Ward finds less where noise is stronger; overlay is held against categories.
    values = [row for row in rows if row["truth"] == "values"]
    assert {row["method"] for row in values} == {"ward:k=3,variables=x+y"}
    assert [float(row["noise"]) for row in values] == [0.25, 0.5, 1, 2]
    assert float(values[0]["ari"]) > 0.9 > float(values[3]["ari"])
    assert {row["truth"] for row in rows if row["method"] == "overlay"} == {"townships", "zones"}
    areas = rows_of(folder / "uncertainty.csv")
    assert [(row["method"], row["category"]) for row in areas[:3]] == [("overlay", number) for number in "123"]
    assert float(areas[0]["area"]) == pytest.approx(4e6)
    assert float(areas[0]["low"]) < float(areas[0]["mean"]) < float(areas[0]["high"])
    file = folder / "comparison.gpkg"
    layers = {str(name) for name in pyogrio.list_layers(file)[:, 0]}
    assert {"uncertainty_overlay", "uncertainty_ward_k_3_variables_x_y"} <= layers
    _, _, _, data = pyogrio.raw.read(file, layer="uncertainty_overlay", columns=["priority", "kept"])
    assert all(((values >= 0) & (values <= 1)).all() for values in data)

    def again(*_, **__):
        raise AssertionError("made twice")

    monkeypatch.setattr(validation, "truth_table", again)
    monkeypatch.setattr(uncertainty, "_sample", again)
    assert ask(*given).code == 0
    assert (rows_of(folder / "truth.csv"), rows_of(folder / "uncertainty.csv")) == (rows, areas)


# Text


def test_the_text_lists_metrics_by_method(place, first, monkeypatch):
    assert first
    monkeypatch.setattr(benchmarking, "fitting_curve", lambda *_, **__: ())
    monkeypatch.setattr(chart_files, "draw", lambda *_, **__: ())
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = main([str(item) for item in arguments(place, "three", "--nulls", 0, "--pareto", "omission,commission")])
    assert code == 0
    text = out.getvalue()
    assert "3  Agglomerative clustering (Ward): number of regions = 3" in text
    assert "ward:" not in text
    units = next(line for line in text.splitlines() if line.startswith("units "))
    assert len(units.split()) == 5
    assert str(place / "three") in text
    shutil.rmtree(place / "three")


# Method strings


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("overlay", ["overlay"]),
        ("overlay, fitting:threshold=0.3", ["overlay", "fitting:threshold=0.3"]),
        ("redcap:order=full,linkage=average,ward:k=6", ["redcap:order=full,linkage=average", "ward:k=6"]),
        ("ward:k=3,variables=x+y:2,overlay", ["ward:k=3,variables=x+y:2", "overlay"]),
        ("fitting:threshold.mountain=0.4,terrain=landform", ["fitting:threshold.mountain=0.4,terrain=landform"]),
    ],
)
def test_a_list_of_methods_is_split_where_a_method_begins(text, wanted):
    assert split_methods(text) == wanted


# Refusals


def refused(place, *changed):
    """Facts of a refusal; nothing is left in the folder's place."""
    given = ["bench", place / "case" / "case.toml", "--methods", "overlay", "-o", place / "none"]
    for key, value in zip(changed[::2], changed[1::2], strict=True):
        if key in given:
            given[given.index(key) + 1] = value
        else:
            given += [key, value]
    error = refusal(*given)
    assert not (place / "none").exists()
    return error


@pytest.mark.parametrize(
    ("changed", "what", "wanted"),
    [
        (("--methods", "overlai"), "unknown method 'overlai'", "overlay"),
        (("--methods", "overlay,overlay"), "'overlay' is given twice", "each method string once"),
        (("--methods", ","), "no method", "overlay"),
        (("--methods", "fitting:treshold=1"), "unknown parameter 'treshold' of method fitting", "threshold"),
        (("--methods", "ward:k=0,variables=x+y"), "k = 0", ""),
        (("--seeds", "0"), "0 seeds", "1 or more"),
        (("--seeds", "x"), "argument --seeds: found 'x', wanted a whole number of 0 or more", "usage"),
        (("--pareto", "omision"), "unknown metric 'omision'", "omission"),
        (("--pareto", "units"), "for metric 'units' neither high nor low is better", "omission"),
        (("--plugin", "none.py"), "file not found", "a Python file that registers methods"),
        (("--sigma", "50"), "--sigma without --samples", "--samples N"),
    ],
)
def test_what_cannot_be_compared_is_refused(place, changed, what, wanted):
    error = refused(place, *changed)
    assert what in error["what"]
    assert wanted in error["wanted"] or wanted == "usage"


def test_where_no_method_can_be_met_the_first_is_named(place):
    folder = place / "failed"
    error = refusal("bench", place / "case" / "case.toml", "--methods", "ward:k=2,skater:k=2", "-o", folder)
    assert error["where"].startswith("ward:k=2, ")
    assert not folder.exists()


def test_a_method_that_fails_is_in_nobodys_way(place):
    """The others have their rows, pictures and layers; its own says why there is nothing."""
    folder = place / "partly"
    answer = ask(
        "bench",
        place / "case" / "case.toml",
        "--methods",
        "overlay,ward:k=9999,variables=x+y,fitting:threshold=0.3",
        "--nulls",
        3,
        "--samples",
        1,
        "--truth",
        1,
        "-o",
        folder,
    )
    assert answer.code == 1
    rows = answer.document["methods"]
    assert [row["method"] for row in rows] == ["overlay", "ward:k=9999,variables=x+y", "fitting:threshold=0.3"]
    why = rows[1]["error"]
    assert "k = 9999; wanted: 1 to " in why
    assert {value for key, value in rows[1].items() if key not in ("method", "error", "pareto_front")} == {None}
    assert [row["error"] for row in rows[::2]] == [None, None]
    table = rows_of(folder / "methods.csv")
    # Files in the language of the profile, what the command says in that of its reader.
    written = table[1]["error"]
    assert "要求 9999 个分区；需要：1 至 " in written
    assert [row["error"] for row in table] == ["", written, ""]
    assert float(table[2]["units"]) == rows[2]["units"]
    assert {row["reason"] for row in rows_of(folder / "missing.csv") if row["method"] == rows[1]["method"]} == {written}
    (said,) = [row for row in rows_of(folder / "findings.csv") if row["id"] == "S90"]
    assert (said["method"], said["severity"]) == (rows[1]["method"], "error")
    assert written in said["message"] and why in answer.err
    assert "其他方法照常对比" in said["message"]
    assert "the other methods are compared" in answer.err
    assert {row["method"] for row in rows_of(folder / "null.csv")} == {"overlay", "fitting:threshold=0.3"}
    assert written in (folder / "methods.md").read_text(encoding="utf-8").replace("\\", "")
    layers = {str(name) for name in pyogrio.list_layers(folder / "comparison.gpkg")[:, 0]}
    assert {"units_overlay", "units_fitting_threshold_0_3"} <= layers and not any("ward" in name for name in layers)
    assert (folder / "plots" / "metrics.png").is_file()


def test_tables_are_in_the_language_asked_for_whatever_the_profile_says(place, monkeypatch):
    monkeypatch.setattr(chart_files, "draw", lambda *_, **__: ())
    said = {}
    for language in ("zh", "en", ""):
        folder = place / f"in_{language}"
        given = (
            "bench",
            place / "case" / "case.toml",
            "--methods",
            "overlay",
            "--nulls",
            0,
            "--no-curve",
            "-o",
            folder,
        )
        assert ask(*given, *(("--language", language) if language else ())).code == 0
        said[language] = (folder / "methods.md").read_text(encoding="utf-8")
    assert "omission of priority zones" in said["en"] and "优先区漏划率" not in said["en"]
    assert "优先区漏划率" in said["zh"] == said[""]
    found = refusal("bench", place / "case" / "case.toml", "--methods", "overlay", "--language", "fr", "-o", folder)
    assert "'fr'" in found["what"] or "fr" in found["what"]


def test_numbers_of_a_method_that_fails_are_dashes_in_the_text(place, monkeypatch):
    monkeypatch.setattr(chart_files, "draw", lambda *_, **__: ())
    out = io.StringIO()
    given = ["bench", str(place / "case" / "case.toml"), "--methods", "overlay,ward:k=1", "--nulls", "0", "--no-curve"]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        assert main([*given, "-o", str(place / "dashes")]) == 1
    (line,) = [line for line in out.getvalue().splitlines() if line.startswith("units ")]
    assert line.split()[-1] == "–"
    assert "Agglomerative clustering (Ward): number of regions = 1: " in out.getvalue()


def test_a_folder_of_sources_is_not_written_into(place):
    for folder in (place / "case", place):
        before = listed(place / "case")
        error = refusal(*arguments(place, folder))
        assert "holds an input of the case" in error["what"]
        assert error["wanted"] == "a folder used for nothing but the bench"
        assert listed(place / "case") == before


def test_a_file_is_no_folder(place):
    path = place / "file"
    path.write_text("x", encoding="utf-8")
    assert refusal(*arguments(place, "file"))["what"] == "is no folder"
    assert path.read_text(encoding="utf-8") == "x"


def test_a_negative_number_of_random_divisions_is_refused(place):
    with pytest.raises(BadInput, match="-1 random divisions"):
        bench(place / "case" / "case.toml", ["overlay"], place / "none", nulls=-1)
    with pytest.raises(BadInput, match="-1 samples"):
        bench(place / "case" / "case.toml", ["overlay"], place / "none", samples=-1)
    with pytest.raises(BadInput, match="-1 counties"):
        bench(place / "case" / "case.toml", ["overlay"], place / "none", truth=-1)
    assert not (place / "none").exists()


# Stopped


def test_stopped_while_it_writes_it_leaves_the_old_files(place, first):
    assert first
    folder = place / "stopped"
    shutil.copytree(place / "one", folder)
    before = {name: (folder / name).read_bytes() for name in listed(folder)}

    def stop(_, message):
        if str(message) == "plots":
            raise Cancelled

    with pytest.raises(Cancelled):
        bench(place / "case" / "case.toml", ["overlay"], folder, nulls=0, curve=False, progress=stop)
    after = {name: (folder / name).read_bytes() for name in listed(folder)}
    # A label more than before may be kept.
    assert {name: raw for name, raw in after.items() if name in before} == before
    assert all(name.startswith("labels/") for name in set(after) - set(before))


def test_stopped_before_anything_is_finished_it_leaves_no_folder(place):
    def stop(_, __):
        raise Cancelled

    with pytest.raises(Cancelled):
        bench(place / "case" / "case.toml", ["overlay"], place / "none", progress=stop)
    assert not (place / "none").exists()


def test_a_library_that_is_missing_is_said_before_anything_runs(place, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    for name in [
        one for one in sys.modules if re.search(r"delineation\.(bench\.report\.(chart|plots)|export\.map_)", one)
    ]:
        monkeypatch.delitem(sys.modules, name)
    error = refused(place)
    assert "cannot be loaded" in error["what"]
    assert "matplotlib" in error["wanted"]


def test_what_methods_say_goes_to_standard_error_and_the_file(place, first):
    assert first
    assert json.dumps(first[0].document)
    rows = rows_of(place / "one" / "findings.csv")
    said = [line for line in first[0].err.splitlines() if line]
    assert len(said) == len(rows)
