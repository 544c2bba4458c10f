"""Registers the checkout under its package name, finds the real data, makes libraries absent where asked to.

Besides, it holds each test to its marks: what meets a library that may be absent has to say so (`touched`).
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
ABSENT = ROOT / "test" / "support" / "absent" / "sitecustomize.py"
LISTED = ROOT / "test" / "later.txt"  # what `make later` has found


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
# Nor are examples taken out of the modules that happen to be loaded: which these are hangs on the tests before, and to
# look for them costs each process seconds.
providers._get_local_constants = lambda: providers._local_constants

DATA = Path(os.environ.get("CONTROL_UNITS_DATA", ROOT.parent / "shared" / "data"))


# What a file with such marks has in its text; BOTH are the libraries of raster_files.py, one of them with its mark.
RUNS_WITHOUT = re.compile(r"touches|needs|\bBOTH\b")
OPTIONAL = {"rasterio", "exactextract", "sklearn"}
LATER = pytest.StashKey[int]()
# Seconds that the tests of a file have taken.
SPENT: Counter[Path] = Counter()


def _names(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split(",")))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--without", default="", metavar="LIBRARY,…", help="run as if these libraries were not installed")
    parser.addoption("--all", action="store_true", help="what takes minutes too, see the mark of that name")
    later = bool(os.environ.get("CONTROL_UNITS_LATER"))
    parser.addoption("--later", action="store_true", default=later, help="what test/later.txt leaves to test-all too")
    parser.addoption(
        "--chosen", type=Path, metavar="FILE", help="only the tests and files that stand there, one a line"
    )
    parser.addoption("--quick", type=float, metavar="SECONDS", help="leave a file once its tests have taken so long")


def pytest_configure(config: pytest.Config) -> None:
    for mark in (
        "needs(library): where it is absent, the test has to end in the engine's MissingLibrary",
        "touches(library, …): what it holds may be otherwise where one is absent; run without them as well",
        "uses(library, …): on the way to what it holds; not run again without them",
        "thirds(parameter): a third of that one's values, else of its examples or rounds; the rest with --all",
    ):
        config.addinivalue_line("markers", mark)
    names = _names(config.getoption("--without"))
    absent = _load("absent", ABSENT)
    if names:
        absent.make_absent(names)
        os.environ[absent.NAMES] = ",".join(sorted(names))
    else:
        number, os.environ[absent.LOADED] = tempfile.mkstemp(prefix="loaded-")
        os.close(number)
        config.add_cleanup(Path(os.environ[absent.LOADED]).unlink)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ABSENT.parent), os.environ.get("PYTHONPATH")]))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Without a library, files are not even imported that do not speak of the marks by which their tests would run."""
    if chosen := config.getoption("--chosen"):
        files = {name.partition("::")[0] for name in listed(chosen)}
        if collection_path.suffix == ".py" and collection_path.relative_to(ROOT).as_posix() not in files:
            return True
    if not config.getoption("--without") or collection_path.suffix != ".py":
        return None
    return None if RUNS_WITHOUT.search(collection_path.read_text(encoding="utf-8")) else True


def pytest_report_header(config: pytest.Config) -> str | None:
    names = config.getoption("--without")
    return f"without: {names}" if names else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a library, only what touches it runs, and what ``needs`` it has to say that it cannot.

    Files with slow tests begin first: of one that began last, the other worker would have to wait for the end.
    """
    if chosen := config.getoption("--chosen"):
        names = listed(chosen)
        config.hook.pytest_deselected(items=[item for item in items if not names & names_of(item)])
        items[:] = [item for item in items if names & names_of(item)]
    elif not config.getoption("--later") and not config.getoption("--without"):
        for item in items:
            if listed(LISTED) & names_of(item):
                item.add_marker("all")
    share(items, whole=config.getoption("--all"))
    if not config.getoption("--all"):
        later = [item for item in items if item.get_closest_marker("all")]
        config.stash[LATER] = getattr(config, "workeroutput", {})["later"] = len(later)
        config.hook.pytest_deselected(items=later)
        items[:] = [item for item in items if not item.get_closest_marker("all")]
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    absent = _names(config.getoption("--without"))
    if not absent:
        marks = {item.path for item in items if marked(item, "touches", "needs")}
        if silent := [path.name for path in marks if not RUNS_WITHOUT.search(path.read_text(encoding="utf-8"))]:
            # Their marks come from elsewhere, under names of their own.
            raise pytest.UsageError(f"without a library these would not be looked at: {', '.join(sorted(silent))}")
        return
    from control_units.delineation.core.errors import MissingLibrary

    config.hook.pytest_deselected(items=[item for item in items if not absent & marked(item, "touches", "needs")])
    items[:] = [item for item in items if absent & marked(item, "touches", "needs")]
    for item in items:
        if lacks := absent & marked(item, "needs"):
            reason = f"{', '.join(lacks)} is absent and the engine says so"
            item.add_marker(pytest.mark.xfail(raises=MissingLibrary, strict=True, reason=reason))


@cache
def listed(place: Path) -> frozenset[str]:
    """Give the lines of a file but for its remarks."""
    lines = place.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def names_of(item: pytest.Item) -> set[str]:
    """By what a list may name a test: itself, whatever it is repeated for, its file."""
    return {item.nodeid, item.nodeid.partition("[")[0], item.nodeid.partition("::")[0]}


def share(items: list[pytest.Item], *, whole: bool) -> None:
    """Of tests marked ``thirds``, leave all values of the parameter but the first third to ``--all``, or examples."""
    values: defaultdict[object, dict[object, None]] = defaultdict(dict)
    repeated = [(item, *mark.args) for item in items if (mark := item.get_closest_marker("thirds"))]
    for item, *names in repeated:
        values[item.function].setdefault(item.callspec.params[names[0]] if names else None)
    for test in {item.function for item, *names in repeated if not names and not whole}:
        if known := getattr(test, "_hypothesis_internal_use_settings", None):
            test._hypothesis_internal_use_settings = settings(known, max_examples=third(known.max_examples))
    for item, *names in repeated:
        drawn = list(values[item.function])
        if drawn.index(item.callspec.params[names[0]]) >= third(len(drawn)) if names else whole:
            item.add_marker("all")


def third(count: int) -> int:
    return -(-count // 3)


@pytest.fixture
def rounds(pytestconfig):
    """How often a test marked ``thirds`` repeats what it is to do so many times."""
    return (lambda count: count) if pytestconfig.getoption("--all") else third


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    # A worker that died has told nothing; which test it died of is said by the other end.
    node.config.stash[LATER] = max(node.config.stash.get(LATER, 0), getattr(node, "workeroutput", {}).get("later", 0))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in one line how many tests were left out, and why."""
    reasons = Counter(str(one.longrepr[2]) for one in terminalreporter.stats.get("skipped", []))
    reasons["kept for make test-all"] = config.stash.get(LATER, 0)
    told = [f"{count} {reason.removeprefix('Skipped: ')}" for reason, count in sorted(reasons.items()) if count]
    if told and not config.getoption("--quick"):
        terminalreporter.write_line(f"left out: {'; '.join(told)}")


def marked(item: pytest.Item, *marks: str) -> frozenset[str]:
    """The libraries that a test's marks name."""
    return frozenset(name for mark in marks for found in item.iter_markers(mark) for name in found.args)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    began = time.monotonic()
    try:
        return (yield)
    finally:
        SPENT[item.path] += time.monotonic() - began


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    limit = item.config.getoption("--quick")
    if limit and SPENT[item.path] > limit:
        pytest.skip("a first look at this file has taken its time")


def doors() -> dict[str, tuple[ModuleType, str]]:
    """Where the engine meets each library that may be absent; `test_architecture.py` holds that it is one file."""
    from control_units.delineation.methods import ward
    from control_units.delineation.sources import gate
    from control_units.delineation.sources.rasters import cells

    return {"rasterio": (gate, "library"), "exactextract": (cells, "_adapters"), "sklearn": (ward, "by_library")}


@pytest.fixture(scope="session")
def met():
    """The libraries that the engine has met, in this process, since this was last cleared."""
    names: set[str] = set()

    def noting(library: str, door: Callable[..., object]) -> Callable[..., object]:
        @wraps(door)
        def through(*arguments: object, **options: object) -> object:
            # The door of rasterio is that of osgeo as well.
            if library != "rasterio" or str(arguments[0]).startswith(library):
                names.add(library)
            return door(*arguments, **options)

        return through

    with pytest.MonkeyPatch.context() as patch:
        for library, (home, name) in doors().items():
            patch.setattr(home, name, noting(library, getattr(home, name)))
        yield names


@pytest.fixture(autouse=True)
def touched(request, met):
    """Hold a test of the engine to its marks; gives what it touches itself, by a fixture of its file, or by a child."""
    loaded = Path(os.environ.get("CONTROL_UNITS_LOADED", os.devnull))

    def names() -> set[str]:
        return met | OPTIONAL & set(loaded.read_text(encoding="utf-8").split())

    yield names
    unmarked = names() - marked(request.node, "touches", "needs", "uses")
    met.clear()
    if loaded.is_file():
        os.truncate(loaded, 0)
    if request.path.parent.name not in ("panel", "stories") and not request.config.getoption("--without"):
        told = ", ".join(sorted(unmarked))
        assert not unmarked, f"mark what touches {told}: as touches(…) or, if that alters nothing here, as uses(…)"


@pytest.fixture(scope="session")
def data():
    """The folder of real data; tests that need it are left out, with a reason, where it is absent."""
    if not DATA.is_dir():
        from cases import lacking

        lacking(f"real data not found at {DATA}; set CONTROL_UNITS_DATA")
    return DATA


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small plan to revise, which nobody changes; a file of tests may have another one by that name."""
    from revision_plan import revision_plan

    return revision_plan(tmp_path_factory.mktemp("revision"))


@pytest.fixture
def plan(made, tmp_path):
    """A copy of that plan."""
    return Path(shutil.copy(made, tmp_path / "plan.gpkg"))


@pytest.fixture(scope="module")
def listener(tmp_path_factory):
    """A server that counts who calls."""
    from listener import Listener

    there = Listener(tmp_path_factory.mktemp("listener") / "calls")
    yield there
    there.close()


@pytest.fixture(scope="module")
def of_hand(tmp_path_factory):
    """The folder of the county that is solved by hand: a plan without errors, its case beside it."""
    from control_units.delineation.verbs import run
    from hand import hand

    folder = tmp_path_factory.mktemp("hand")
    run(hand(folder), folder / "plan.gpkg")
    return folder


@pytest.fixture
def absent(pytestconfig):
    """The libraries this run makes absent."""
    return _names(pytestconfig.getoption("--without"))


@pytest.fixture(scope="module", autouse=True)
def methods_of_a_file():
    """Methods that fixtures of a whole file register are gone after it."""
    from control_units.delineation.methods.table import kept

    with kept():
        yield


@pytest.fixture(autouse=True)
def methods_of_a_test():
    """Methods that a test registers are gone after it."""
    from control_units.delineation.methods.table import kept

    with kept():
        yield
