"""Registers the checkout under its package name, finds the real data, and makes libraries absent where asked to."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
ABSENT = ROOT / "test" / "absent" / "sitecustomize.py"


def _load(name: str, path: Path, **options: object) -> object:
    spec = importlib.util.spec_from_file_location(name, path, **options)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


_load("control_units", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)])
# A suite that passed passes again, on a slow machine as well; `--hypothesis-profile exploring` draws other examples.
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("steady", deadline=None, derandomize=True, database=None, suppress_health_check=_SLOW)
settings.register_profile("exploring", deadline=None, derandomize=False, suppress_health_check=_SLOW)
settings.load_profile("steady")

DATA = Path(os.environ.get("CONTROL_UNITS_DATA", ROOT.parent / "shared" / "data"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--without", default="", metavar="LIBRARY,…", help="run as if these libraries were not installed")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "needs(library): where it is absent, the test has to end in the engine's MissingLibrary"
    )
    names = config.getoption("--without")
    if names:
        absent = _load("absent", ABSENT)
        absent.make_absent(frozenset(names.split(",")))
        os.environ[absent.NAMES] = names
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ABSENT.parent), os.environ.get("PYTHONPATH")]))


def pytest_report_header(config: pytest.Config) -> str | None:
    names = config.getoption("--without")
    return f"without: {names}" if names else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Turn ``needs`` round where the library is absent: what would compute then has to say that it cannot."""
    absent = set(filter(None, config.getoption("--without").split(",")))
    if not absent:
        return
    from control_units.delineation.errors import MissingLibrary

    for item in items:
        for mark in item.iter_markers("needs"):
            if mark.args[0] in absent:
                reason = f"{mark.args[0]} is absent and the engine says so"
                item.add_marker(pytest.mark.xfail(raises=MissingLibrary, strict=True, reason=reason))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data; tests that need it are skipped, with a reason, where it is absent."""
    if not DATA.is_dir():
        pytest.skip(f"real data not found at {DATA}; set CONTROL_UNITS_DATA")
    return DATA


@pytest.fixture
def absent(pytestconfig: pytest.Config) -> frozenset[str]:
    """The libraries this run makes absent."""
    return frozenset(filter(None, pytestconfig.getoption("--without").split(",")))


@pytest.fixture
def own_methods() -> Iterator[None]:
    """Methods that a test registers are gone after it."""
    from control_units.delineation.methods.table import kept

    with kept():
        yield
