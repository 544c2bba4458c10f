"""Tests in this folder need a running QGIS: without pytest-qgis they are not collected.

Without a screen: ``QT_QPA_PLATFORM=offscreen``, as ``make test-qgis`` says; QGIS starts before this file is read.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:  # noqa: ARG001 - a hook
    return None if config.pluginmanager.hasplugin("pytest_qgis") else True


@pytest.fixture(scope="session", autouse=True)
def translation():
    """Compile the Chinese translation where it is missing or older than its source, as ``make test-qgis`` does."""
    source = ROOT / "i18n" / "control_units_zh_CN.ts"
    compiled = source.with_suffix(".qm")
    if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
        return
    tool = shutil.which("lrelease")
    if tool is None:
        pytest.skip("the Chinese translation is not compiled, and there is no lrelease (package qttools5-dev-tools)")
    command, environment = [tool, "-silent", str(source), "-qm", str(compiled)], {**os.environ, "QT_SELECT": "qt5"}
    subprocess.run(command, env=environment, check=True)


@pytest.fixture(scope="session")
def sample_plan_file(tmp_path_factory):
    from sample_plan import write_sample_plan

    return write_sample_plan(tmp_path_factory.mktemp("sample") / "plan.gpkg")


@pytest.fixture(scope="session")
def plan_file(tmp_path_factory):
    """A plan to revise; what edits it opens a copy."""
    from revision_plan import revision_plan

    return revision_plan(tmp_path_factory.mktemp("revision"))


@pytest.fixture
def plan_place(plan_file, tmp_path):
    """A copy of that plan, open; who edits it is called 张三."""
    from control_units.ui.work.settings import PanelSetting
    from fakes import workplace
    from qgis.core import QgsProject

    PanelSetting.AUTHOR.set("张三")
    shutil.copy(plan_file, tmp_path / "plan.gpkg")
    place = workplace()
    assert place.session.open_case(tmp_path / "plan.gpkg")
    yield place
    place.session.revision.shut()
    PanelSetting.AUTHOR.set("")
    QgsProject.instance().clear()


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A small case with its plan beside it; what would change it opens a copy."""
    from candidate_page import case_with_plan

    return case_with_plan(tmp_path_factory.mktemp("rich"))


@pytest.fixture(scope="session")
def laid(folder):
    """The basis of that case."""
    from candidate_page import laid_basis

    return laid_basis(folder)


@pytest.fixture
def chinese(monkeypatch):
    """Makes an algorithm as it is in Chinese, by its name."""
    import control_units
    from qgis.core import QgsApplication

    monkeypatch.setattr(QgsApplication, "locale", staticmethod(lambda: "zh-Hans"))
    plugin = control_units.classFactory(None)
    plugin.initProcessing()
    registry = QgsApplication.processingRegistry()
    yield lambda name: registry.createAlgorithmById(f"control_units:{name}")
    plugin.unload()


@pytest.fixture
def place(folder, tmp_path):
    """A copy of that case, open; what was put into the project goes."""
    from candidate_page import place_in
    from qgis.core import QgsProject

    yield place_in(folder, tmp_path)
    QgsProject.instance().clear()


@pytest.fixture(scope="session")
def process_in(tmp_path_factory):
    """qgis_process by locale, in a profile of its own with the plugin switched on, as an administrator has it."""
    if shutil.which("qgis_process") is None:
        pytest.skip("no qgis_process on this system")
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    outer = {key: value for key, value in os.environ.items() if not key.startswith(("VIRTUAL_ENV", "PYTHON", "QGIS_"))}
    known: dict[str, Callable[..., subprocess.CompletedProcess[str]]] = {}

    def make(locale: str) -> Callable[..., subprocess.CompletedProcess[str]]:
        if locale in known:
            return known[locale]
        folder = tmp_path_factory.mktemp("profile")
        profile = folder / "profiles" / "default"
        (profile / "python" / "plugins").mkdir(parents=True)
        (profile / "QGIS").mkdir()
        (profile / "python" / "plugins" / "control_units").symlink_to(ROOT)
        (profile / "QGIS" / "QGIS3.ini").write_text(
            f"[locale]\noverrideFlag=true\nuserLocale={locale}\n", encoding="utf-8"
        )
        environment = outer | {
            "QGIS_CUSTOM_CONFIG_PATH": str(folder),
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_RUNTIME_DIR": str(runtime),
            "LC_ALL": "C.UTF-8",
        }

        def run(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                ["qgis_process", *arguments],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=300,
                input=given,
            )

        enabled = run("plugins", "enable", "control_units")
        assert enabled.returncode == 0, enabled.stdout + enabled.stderr
        known[locale] = run
        return run

    return make


@pytest.fixture(scope="session")
def qgis_process(process_in):
    return process_in("en_US")


@pytest.fixture
def toolbox():
    """The plugin's algorithms by name, as a QGIS in English has them."""
    import control_units
    from qgis.core import QgsApplication, QgsProject

    registry = QgsApplication.processingRegistry()
    if registry.providerById("control_units"):
        registry.removeProvider("control_units")  # what a test that failed has left behind
    plugin = control_units.classFactory(None)
    plugin.initProcessing()
    yield lambda name: registry.createAlgorithmById(f"control_units:{name}")
    plugin.unload()
    QgsProject.instance().clear()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Keep what a failed test's traceback still holds: a layer collected after QGIS has gone crashes the report."""
    gc.freeze()
