"""From the zip into a fresh profile: it comes without a warning, reloads ten times, and goes without a trace."""

from __future__ import annotations

import re

import pytest

WORDS = {
    "en": ("Control units", "Delineate control units"),
    "zh-Hans": ("管控单元", "划定管控单元"),
}


@pytest.fixture(scope="module")
def installed(qgis, archive):
    return qgis.tell("install", CONTROL_UNITS_ZIP=str(archive))


@pytest.fixture(scope="module")
def lived(qgis, installed):
    assert installed.code == 0
    return qgis.tell("live")


def complaints(told) -> list[str]:
    """Whatever names the plugin among warnings, messages and what QGIS wrote to standard error."""
    lines = [*told.report["heard"], *told.report["log"], *told.err.splitlines()]
    pattern = re.compile(r"control.?units|管控|Traceback|QObject::connect|translat(or|ion) .*(fail|not)", re.IGNORECASE)
    said = [line for text in lines for line in text.splitlines() if pattern.search(line)]
    return [line for line in said if "Plugin installed successfully" not in line]


def changed(before: dict, after: dict) -> dict:
    """What differs, one by one: actions and listeners are many."""
    one, other = ({**count, **count["actions"], **count["listeners"]} for count in (before, after))
    keys = {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)} - {"actions", "listeners"}
    return {key: (one.get(key), other.get(key)) for key in keys}


def test_it_installs_through_the_installer_of_qgis(installed, qgis):
    report = installed.report
    assert installed.code == 0, installed.err
    assert report["folder"].startswith(str(qgis.folder))
    assert report["enabled"]
    assert "control_units" in report["after"]["providers"]
    assert "control_units" not in report["before"]["providers"]
    assert complaints(installed) == []


def test_it_is_there_when_qgis_starts(lived, qgis):
    name, title = WORDS[qgis.locale]
    report = lived.report
    assert report["locale"] == qgis.locale
    assert "control_units:delineate" in report["counts"][0]["algorithms"]
    assert report["provider"] == name
    assert report["entries"][0] == name
    assert any(entry.startswith(title) for entry in report["entries"][1:])
    assert report["counts"][0]["translation"] == title
    # QGIS writes the titles of English dialogs with capitals.
    assert any(title.casefold() in dialog.casefold() for dialog in report["dialogs"])


def test_it_says_nothing_to_complain_of(lived):
    assert complaints(lived) == []


def test_ten_reloads_leave_no_trace(lived):
    first, *others = lived.report["counts"]
    assert lived.report["reloaded"] == [True] * 10
    assert len(others) == 10
    assert lived.report["alive"] == 0, "plugin objects that outlive their unloading"
    for number, count in enumerate(others, 1):
        assert changed(first, count) == {}, f"after reload {number}"


def test_a_reload_after_use_leaves_no_trace(lived):
    assert changed(*lived.report["used"]) == {}


def test_unloading_leaves_nothing(lived, installed):
    never, empty = installed.report["before"], lived.report["empty"]
    assert lived.report["unloaded"]
    assert not lived.report["last_alive"]
    assert empty["modules"] == 0
    assert empty["own_actions"] == []
    assert empty["algorithms"] == []
    assert empty["translation"] == "Delineate control units"
    assert changed(never, empty) == {}


def test_qgis_leaves_with_exit_code_0(lived):
    assert lived.report["again"]
    assert lived.code == 0, lived.err


def test_the_demo_runs_from_the_toolbox(qgis, installed, tmp_path):
    """The plan's layers come into the project, styled; QGIS's own Python does the work."""
    assert installed.code == 0
    told = qgis.tell("first_run", CONTROL_UNITS_PLAN=str(tmp_path / "plan.gpkg"))
    assert told.code == 0, told.err
    assert told.report["toolbox"]
    assert told.report["results"]["UNITS"] > 20
    assert len(told.report["layers"]) >= 3
    assert all(told.report["layers"].values()), told.report["layers"]
    assert told.report["renderer"] == "RuleRenderer"
    assert not [line for line in complaints(told) if "Traceback" in line or "rror" in line]
