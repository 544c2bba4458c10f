"""Tests in this folder need a running QGIS: without pytest-qgis they are not collected.

Without a screen: ``QT_QPA_PLATFORM=offscreen``, as ``make test-qgis`` says; QGIS starts before this file is read.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:  # noqa: ARG001 - a hook
    return None if config.pluginmanager.hasplugin("pytest_qgis") else True


@pytest.fixture(scope="session")
def sample_plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from sample_plan import write_sample_plan

    return write_sample_plan(tmp_path_factory.mktemp("sample") / "plan.gpkg")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Keep what a failed test's traceback still holds: a layer collected after QGIS has gone crashes the report."""
    gc.freeze()
