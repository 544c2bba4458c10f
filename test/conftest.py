"""Registers the checkout under its package name and finds the real data."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _register() -> None:
    spec = importlib.util.spec_from_file_location(
        "control_units", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["control_units"] = module
    spec.loader.exec_module(module)


_register()
DATA = Path(os.environ.get("CONTROL_UNITS_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data; tests that need it are skipped, with a reason, where it is absent."""
    if not DATA.is_dir():
        pytest.skip(f"real data not found at {DATA}; set CONTROL_UNITS_DATA")
    return DATA
