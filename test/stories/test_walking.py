"""A walk of mouse gestures over a generated county: what was done holds, what was not is told, all can be undone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HARD = [pytest.param(seed, marks=pytest.mark.all) for seed in range(2, 7)]


def run(*arguments):
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """A generated plan of some hundred faces that a hand can aim at, and slivers, in two counties."""
    folder = tmp_path_factory.mktemp("county")
    run(
        "test/speed/generate.py",
        folder,
        "--vertices",
        15_000,
        "--seed",
        4,
        "--no-rasters",
        "--townships",
        12,
        "--counties",
        2,
    )
    run("-m", "delineation", "run", folder / "case.toml", "-o", folder / "plan.gpkg")
    return folder


def errors(plan):
    found = json.loads(run("-m", "delineation", "check", plan, "--json"))
    return {(row["id"], row["message"]) for row in found if row["severity"] == "error"}


@pytest.fixture(scope="module", params=[1, *HARD])
def walk(request, fresh_qgis, archive, county, tmp_path_factory):
    folder = tmp_path_factory.mktemp("walk")
    for one in ("plan.gpkg", "county.gpkg"):
        (folder / one).write_bytes((county / one).read_bytes())
    plan, seed = folder / "plan.gpkg", str(request.param)
    qgis = fresh_qgis("en")
    own = {"CONTROL_UNITS_SEED": seed, "CONTROL_UNITS_PLAN": str(plan)}
    told = qgis.story("walking.walking", archive, f"walking-{seed}", screen="1366x768", **own)
    ends = [one["ended"] for one in told.report["trail"]]
    sums = {end: ends.count(end) for end in dict.fromkeys(ends)}
    print(f"\nwalk {seed}: {sums} in {told.report['walked']} s; {dict(sorted(told.report['counts'].items()))}")
    if trail := os.environ.get("CONTROL_UNITS_TRAIL"):
        Path(trail).write_text(json.dumps(told.report, ensure_ascii=False, indent=1), encoding="utf-8")
    return told, plan


def test_after_each_gesture_the_plan_holds_and_it_has_landed_or_said_why_not(walk):
    told, _ = walk
    wrong = [one for one in told.report["trail"] if one["wrong"]]
    assert not wrong, json.dumps(wrong, ensure_ascii=False, indent=1)
    ends = [one["ended"] for one in told.report["trail"]]
    assert len(ends) == 60 and ends.count("landed") >= 10 and ends.count("told") >= 10


def test_the_walk_brings_no_error_that_a_check_finds(walk, county):
    _, plan = walk
    walked = plan.with_name("plan.gpkg.walked").rename(plan.with_name("walked.gpkg"))
    assert not errors(walked) - errors(county / "plan.gpkg")


def test_when_all_is_undone_the_labels_are_those_of_the_beginning(walk):
    told, _ = walk
    assert told.report["undone"] == {"labels": True, "codes": True, "head": True}
    assert told.report["undone_wrong"] == []


def test_nothing_is_complained_of(walk):
    told, _ = walk
    assert told.code == 0
    assert [one for one in told.report["heard"] if "Traceback" in one or "box:" in one] == []
