"""A real QGIS with a window, on a screen of its own (Xvfb) and in a profile of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCREENS = ROOT / "build" / "screens"
# Seconds of a processor that each story takes, about: the longest begin first, or the others would wait for their end.
# One that is not here yet may be long.
TAKES = {
    "test_walking": 80,
    "test_listing": 60,
    "test_filing": 48,
    "test_handing_in": 46,
    "test_planner": 43,
    "test_strange_filing": 45,
    "test_edited_plan": 28,
    "test_life_cycle": 24,
    "test_first_aid": 16,
    "test_remembering": 15,
    "test_asking": 13,
}
# What these do with hands, tests in QGIS do with events; they are for make test-all.
LATER = {
    "test_walking",
    "test_listing",
    "test_handing_in",
    "test_strange_filing",
    "test_edited_plan",
    "test_updating",
    "test_filing",
}
# The language of those that are told in both; the other is for make test-all.
FIRST = {"test_planner": "zh-Hans", "test_remembering": "zh-Hans", "test_handing_in": "en", "test_life_cycle": "en"}
LONGEST = 600  # seconds after which a story hangs; it takes a tenth of that
# Neither news nor fonts are fetched: a thread of QGIS's task manager that has been on the network outlives what it
# tells of its end, and once in some dozen times QGIS 3.40 dies of that as it goes.
SETTINGS = """\
[locale]
overrideFlag=true
userLocale={locale}
[app]
minTaskLengthForSystemNotification=0
plugin_installer\\checkOnStart=false
[fonts]
downloadMissingFonts=false
[core]
httpsfeedqgisorg\\disabled=true
[qgis]
checkVersion=false
askToSaveProjectChanges=false
showTips312=false
"""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:  # noqa: ARG001 - a hook
    """Only where it is asked for: each story is a QGIS that starts and ends."""
    return None if any("stories" in str(argument) for argument in config.args) else True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each file in each language is a QGIS of its own, which may run beside the others."""
    items.sort(key=lambda item: -TAKES.get(item.path.stem, max(TAKES.values())))
    for item in items:
        if item.path.parent == HERE:
            language = item.callspec.params.get("qgis") if hasattr(item, "callspec") else ""
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem} {language}"))
            if item.path.stem in LATER or (language and FIRST.get(item.path.stem, language) != language):
                item.add_marker(pytest.mark.all)


@dataclass(frozen=True)
class Told:
    """How a story ended: exit code, what QGIS said on standard error, and the story's report."""

    code: int
    err: str
    report: dict[str, Any]


class Qgis:
    """A profile, fresh at first, in which QGIS is started as often as a test wants."""

    def __init__(self, folder: Path, locale: str) -> None:
        self.folder, self.locale = folder, locale
        settings = folder / "profiles" / "default" / "QGIS" / "QGIS3.ini"
        settings.parent.mkdir(parents=True)
        settings.write_text(SETTINGS.format(locale=locale), encoding="utf-8")
        self.libraries = measuring(folder / "libraries")

    def tell(self, story: str, *, screen: str = "1600x1000", project: str = "", **environment: str) -> Told:
        """Start QGIS, with a project or without, run a story in it, and wait until QGIS has gone."""
        report = self.folder / f"{story}.json"
        foreign = ("VIRTUAL_ENV", "PYTHON", "QT_")
        outer = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        runtime = self.folder / "runtime"
        runtime.mkdir(mode=0o700, exist_ok=True)
        # QGIS's own Python, and with it what an offline kit would have added to it.
        python = os.pathsep.join(filter(None, [str(self.libraries), environment.pop("PYTHONPATH", "")]))
        # What lies below QGIS's folder for temporary files counts as temporary, and QGIS asks before it leaves.
        (self.folder / "tmp").mkdir(exist_ok=True)
        own = {
            "CONTROL_UNITS_STORIES": str(HERE),
            "CONTROL_UNITS_STORY": story,
            "CONTROL_UNITS_REPORT": str(report),
            "CONTROL_UNITS_SCREENS": str(SCREENS),
            "CONTROL_UNITS_LANGUAGE": self.locale,
            "LC_ALL": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(runtime),
            "TMPDIR": str(self.folder / "tmp"),
            "PYTHONPATH": python,
        }
        command = ["xvfb-run", "-a", "-s", f"-screen 0 {screen}x24", "qgis", "--profiles-path", str(self.folder)]
        command += ["--profile", "default", "--nologo", "--noversioncheck", "--code", str(HERE / "start.py")]
        command += ["--project", project] if project else []
        process = subprocess.Popen(
            command,
            env=outer | own | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        try:
            _, said = process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            # xvfb-run, Xvfb and QGIS are one group: none of them may stay behind.
            os.killpg(process.pid, signal.SIGKILL)
            _, said = process.communicate()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        assert report.is_file(), f"the story {story} did not end; QGIS said:\n{said[-4000:]}"
        told = json.loads(report.read_text(encoding="utf-8"))
        assert "error" not in told, told["error"]
        return Told(process.returncode, said, told)

    def story(self, name: str, archive: Path, shots: str, *, screen: str = "1366x768", **environment: str) -> Told:
        """Tell a story with the plugin's zip and a home of its own, with pictures under a name."""
        home = self.folder / "home"
        (home / "Documents").mkdir(parents=True)
        own = {"CONTROL_UNITS_SHOTS": shots, "CONTROL_UNITS_ZIP": str(archive), "HOME": str(home)}
        return self.tell(name, screen=screen, **own, **environment)


def measuring(folder: Path) -> Path:
    """Give a folder with the library that measures rasters, which QGIS does not carry, and nothing else."""
    folder.mkdir()
    here = distribution("exactextract")
    for part in {file.parts[0] for file in here.files or () if file.parts[0] not in ("..", "__pycache__")}:
        (folder / part).symlink_to(Path(str(here.locate_file(part))))
    return folder


@pytest.fixture(scope="session")
def archive(tmp_path_factory):
    """The plugin's zip of the files as they lie here, committed or not."""
    from plugin_archive import Tree, package

    path = tmp_path_factory.mktemp("zip") / "control_units.zip"
    tree = Tree(tmp_path_factory.mktemp("git"))
    package.build(tree.name, path, tree.environment)
    return path


@pytest.fixture(scope="session")
def fresh_qgis(tmp_path_factory):
    """Make a QGIS in a fresh profile, in a language as its own options call it."""

    def make(locale: str) -> Qgis:
        for program in ("xvfb-run", "qgis", "lrelease"):
            if shutil.which(program) is None:
                pytest.skip(f"no {program} on this system, and the story needs a real QGIS on a screen")
        return Qgis(tmp_path_factory.mktemp(f"profile-{locale}"), locale)

    return make


@pytest.fixture(scope="module", params=["en", "zh-Hans"])
def qgis(request, fresh_qgis):
    """QGIS in English and in Chinese."""
    return fresh_qgis(request.param)
