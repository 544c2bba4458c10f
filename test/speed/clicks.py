"""From a click to its visible result, in a real window on the demo's plan and on one of 40,000 faces.

    .venv/bin/python test/speed/clicks.py [TIMES [STORY …]]

Starts QGIS with this checkout in a fresh profile on a screen of its own and prints, for each click, the middle and the
longest time of TIMES tries (9), in milliseconds, until what the user waits for has been painted: 100 ms are the aim,
1 s for a preview. “Blocked” is the longest time in which the window took no event. Timed, so no test.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from waits import Beat, blocked, measure

ROOT = Path(__file__).resolve().parents[2]
STORIES = ROOT / "test" / "stories"
TIMES = 9
STROKES = 100
LONGEST = 1_800  # seconds of a story
LEAST = 20_000.0  # m²: a smaller face may lie between two pixels
FEW = 20  # clicks from an empty QGIS to a printed map and a workbook
PARKS = "R05"  # the rule whose switch changes most in the generated county: parks in ecological space
VERTICES = 640_000  # of the generated county: about 40,000 faces

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


def opened() -> Generator[float]:
    """Start the plugin and open its panel."""
    import planner
    import qgis.utils
    from hands import press_action, settle_window, until
    from qgis.PyQt.QtWidgets import QAction
    from qgis.utils import iface

    qgis.utils.loadPlugin("control_units")
    qgis.utils.startPlugin("control_units")
    settle_window()
    planner.clear_desk()
    press_action(iface.mainWindow().findChild(QAction, "control_units_panel"))
    yield from until(planner.dock().isVisible, "the panel")


def clicks() -> Generator[float | None]:
    """The story: the demo is run, then each click is tried."""
    import planner
    from driver import report
    from hands import find, press, press_action, press_box, press_item, press_map, press_tab, until
    from qgis.core import QgsProject
    from qgis.PyQt.QtWidgets import QPushButton
    from qgis.utils import iface

    yield from opened()
    times = report.setdefault("times", {})
    # At once, before anything is loaded.
    button, started = find(QPushButton, "control_units_demo"), time.perf_counter()
    took = yield from blocked(lambda: bool(planner.dock().pages), lambda: press(button))
    times["the first demo click: blocked"] = [took]
    times["the first demo click → the sources (libraries are loaded meanwhile)"] = [
        1000 * (time.perf_counter() - started)
    ]
    yield from planner.sources_read()
    yield from source_lines()
    window: list[object] = []
    took = yield from blocked(
        lambda: bool(window) and "…" not in window[0].heading.text(),
        lambda: window.append(installation(planner.dock())),
    )
    times["check installation: blocked"] = [took]
    window[0].close()
    yield from planner.to_page("run")
    running = planner.page("run")
    for _ in range(int(os.environ["CONTROL_UNITS_TIMES"])):
        press(find(QPushButton, "control_units_run"))
        yield from until(lambda: running.bar.isVisible() and running.bar.value() > 250, "a run on its way")
        took = yield from measure(
            lambda: not planner.dock().session.busy, lambda: press(find(QPushButton, "control_units_cancel"))
        )
        times.setdefault("Cancel in a run → it has ended (2 s is the aim)", []).append(took)
    press(find(QPushButton, "control_units_run"))
    yield from until(lambda: planner.dock().session.plan is not None, "the plan", 60)
    yield from planner.map_drawn()
    yield 1

    dock = planner.dock()
    result, rules, canvas = planner.page("result"), planner.page("rules"), iface.mapCanvas()
    units = sorted(planner.units_layer().getFeatures(), key=lambda one: -one["area_m2"])[:TIMES]
    spots = [one.geometry().poleOfInaccessibility(100)[0].asPoint() for one in units]
    tries = int(os.environ["CONTROL_UNITS_TIMES"])

    def step(name: str) -> Callable[[], None]:
        row = [one.NAME for one in dock.pages].index(name)
        return lambda: press_item(dock.steps, dock.steps.model().index(row, 0))

    result.ask.trigger()  # in a narrow panel its button is in a menu
    for number in range(tries):
        unit, spot = units[number % len(units)], spots[number % len(units)]
        result.card.clear()
        took = yield from measure(
            lambda unit=unit: unit["code"] in result.card.toPlainText(), lambda spot=spot: press_map(canvas, spot)
        )
        times.setdefault("a click on the map → why card", []).append(took)
    press_action(result.ask)
    press_tab(result.tabs.tabBar(), 1)
    for number in range(tries):
        result.card.clear()
        index = result.units.view.rows.index(number, 0)
        took = yield from measure(
            lambda: bool(result.card.toPlainText()), lambda index=index: press_item(result.units.view, index)
        )
        times.setdefault("a unit in the table → why card", []).append(took)
    press_tab(result.tabs.tabBar(), 2)
    model = result.findings.model
    placed = [row for row in range(model.rowCount()) if model.listed([row])["geometry"].iloc[0] is not None]
    for number in range(tries):
        press_item(result.findings.view, model.index(placed[number % len(placed)], 0))
        extent = canvas.extent()
        took = yield from measure(
            lambda extent=extent: canvas.extent() != extent, lambda: press(result.findings.zoom_button)
        )
        times.setdefault("zoom to a finding → the map's new extent", []).append(took)
        canvas.setExtent(QgsProject.instance().mapLayers()[planner.units_layer().id()].extent())
        yield from planner.map_drawn()
    for name in ("sources", "rules", "method", "run", "result", "output"):
        for _ in range(tries):
            yield from planner.to_page("sources" if name == "result" else "result")
            took = yield from measure(planner.page(name).isVisible, step(name))
            times.setdefault(f"page {name}", []).append(took)
    yield from planner.to_page("rules")
    yield 0.5
    item = next(one for one in planner.lines(rules.tree) if one.text(0).startswith(f"{planner.SWITCHED} "))
    shown = {
        "a switch → ticked, “labelling anew” shown": rules.bar.discard.isVisible,
        "a switch → areas and map of what would be (in a task; 1 s is the aim)": (
            lambda: bool(rules.bar.bars.after) and rules.preview.item.isVisible()
        ),
    }
    for name, there in shown.items():
        for _ in range(tries):
            ticked = item.checkState(0)
            took = yield from measure(
                lambda ticked=ticked, there=there: item.checkState(0) != ticked and there(),
                lambda: press_box(rules.tree, item),
            )
            times.setdefault(name, []).append(took)
            press(rules.bar.discard)
            yield from until(lambda ticked=ticked: item.checkState(0) == ticked, "the switch as it was")
            yield 0.3
    yield from clustering()


def source_lines() -> Generator[float | None]:
    """A line of the sources is opened: what the case says of it."""
    import planner
    from driver import report
    from hands import press_item

    sources = planner.page("sources")
    for _ in range(int(os.environ["CONTROL_UNITS_TIMES"])):
        took = yield from measure(
            sources.details.isVisible,
            lambda: press_item(sources.list, sources.list.indexFromItem(planner.line_of(planner.PARK))),
        )
        report["times"].setdefault("a line of the sources → what the case says of it", []).append(took)
        yield from planner.back()


def clustering() -> Generator[float | None]:
    """The clustering methods on the plan of the story before: the card, a candidate and the curve asked for."""
    import planner
    import suggesting
    from driver import report
    from hands import press, until
    from qgis.PyQt.QtCore import QPoint

    times = report.setdefault("times", {})
    yield from planner.to_page("method")
    method, box, form = planner.page("method"), suggesting.box, suggesting.form
    yield from suggesting.bring(method.clustering)
    took = yield from measure(
        method.cluster.isVisible, lambda: press(method.clustering, QPoint(10, method.clustering.height() // 2))
    )
    times["the card of the clustering methods, opened for the first time"] = [took]
    yield from until(lambda: form().least > 1, "the least number of regions")
    for _ in range(int(os.environ["CONTROL_UNITS_TIMES"])):
        for name, button in (("Suggest", box().suggest), ("Curve of k", box().ask_curve)):
            yield from suggesting.bring(button)
            took = yield from measure(box().cancel.isVisible, lambda button=button: press(button))
            times.setdefault(f"{name} → at work, with a button to cancel", []).append(took)
            yield from until(lambda: not box().cancel.isVisible(), "the end of it")
            yield 0.3


def installation(dock: object) -> object:
    """Open the window as the menu does."""
    from control_units.ui.frame.installation import show_installation

    return show_installation(dock.session.runner, dock.window())


def large() -> Generator[float | None]:
    """A plan of 40,000 faces: opened, a rule switched as soon as its page is there, and later; then run."""
    import planner
    from driver import report
    from hands import find, press, press_box, until
    from qgis.PyQt.QtWidgets import QPushButton
    from qgis.utils import iface

    yield from opened()
    times, dock = report.setdefault("times", {}), planner.dock()
    case = os.environ["CONTROL_UNITS_LARGE"]
    yield from until(lambda: dock.opener.engine.loaded, "the engine")
    yield 1

    def whole() -> bool:
        return dock.session.plan is not None and not dock.header.opening and not iface.mapCanvas().isDrawing()

    started = time.perf_counter()
    ended: list[float] = []

    def shown() -> bool:
        if whole() and not ended:
            ended.append(1000 * (time.perf_counter() - started))
        return bool(ended) and all(one.mark == "present" for one in planner.page("sources").book.entries)

    took = yield from blocked(shown, lambda: dock.opener.open_file(case))
    faces = f"{len(dock.session.plan.faces):,} faces"
    times[f"{faces}: opening the plan → result and map (3 s is the aim)"] = ended
    times[f"{faces}: opening the plan, all sources read: blocked (300 ms is the aim)"] = [took]
    yield from planner.map_drawn()
    rules = planner.page("rules")
    started = time.perf_counter()
    took = yield from blocked(lambda: not rules.trial.laying.busy, lambda: dock.turn_to("rules"), 120)
    times[f"{faces}: the page Rules until previews are ready: blocked"] = [took]
    times[f"{faces}: the page Rules until previews are ready (in a task)"] = [1000 * (time.perf_counter() - started)]
    yield 0.5
    item = next(one for one in planner.lines(rules.tree) if one.text(0).startswith(f"{PARKS} "))
    for number in range(1 + int(os.environ["CONTROL_UNITS_TIMES"])):
        took = yield from measure(
            lambda: bool(rules.bar.bars.after) and rules.preview.item.isVisible(),
            lambda: press_box(rules.tree, item),
        )
        name = "the first switch" if not number else "a later switch"
        times.setdefault(f"{faces}: {name} → areas and map (1 s is the aim)", []).append(took)
        press(rules.bar.discard)
        yield from until(lambda: not rules.preview.item.isVisible(), "the map as it was")
        yield 0.3
    yield from revised(faces)
    yield from planner.to_page("run")
    took = yield from blocked(
        lambda: dock.session.outcome is not None and not dock.session.busy,
        lambda: press(find(QPushButton, "control_units_run")),
        180,
    )
    times[f"{faces}: a run and its end: blocked"] = [took]


def revised(faces: str) -> Generator[float | None]:
    """Strokes of the mouse in the Revision desk: until on disk, how long moves take, until the map shows them."""
    import numpy as np
    import planner
    from driver import report
    from hands import draw_along, let_go, press_action, press_down
    from qgis.core import QgsPointXY, QgsRectangle
    from qgis.utils import iface

    times, dock, canvas = report["times"], planner.dock(), iface.mapCanvas()
    revision = dock.session.revision
    yield from planner.to_page("revision")
    started = time.perf_counter()
    tools = planner.page("revision").bar.actions_by_key
    took = yield from blocked(lambda: revision.is_open, lambda: press_action(tools["P"]))
    times[f"{faces}: a tool is taken → the plan is under revision (read once more by nobody)"] = [
        1000 * (time.perf_counter() - started) - 300
    ]
    times[f"{faces}: the plan comes under revision: blocked"] = [took]
    drawn: list[float] = []
    canvas.mapCanvasRefreshed.connect(lambda: drawn.append(time.perf_counter()))
    told: list[float] = []
    revision.changed.connect(lambda _: told.append(time.perf_counter()))
    revision.refused.connect(lambda _: told.append(-1.0))
    done, rng = 0, np.random.default_rng(7)
    while done < STROKES:
        state = revision.state
        pair = strokes_at(state, int(rng.integers(len(state.mesh.left))))
        if pair is None:
            continue
        unit, spots = pair
        revision.set_target(unit)
        west, south, east, north = np.concatenate((spots.min(axis=0), spots.max(axis=0)))
        extent = QgsRectangle(west, south, east, north)
        extent.scale(3)
        extent.grow(300)
        canvas.setExtent(extent)
        canvas.refresh()
        yield 0.05
        yield from planner_until(lambda: not canvas.isDrawing())
        press_down(canvas, QgsPointXY(*spots[0]))
        points, moved = [QgsPointXY(*spot) for spot in spots], []
        for one, other in itertools.pairwise(points):
            since = time.perf_counter()
            draw_along(canvas, [one, other], steps=1)
            moved.append(1000 * (time.perf_counter() - since))
            yield 0.01
        before, since = len(told), time.perf_counter()
        beat = Beat()
        let_go(canvas, points[-1])
        yield from planner_until(lambda before=before: len(told) > before)
        yield from planner_until(lambda since=since: drawn and drawn[-1] > since and not canvas.isDrawing())
        if told[-1] < 0:
            continue
        done += 1
        for name, took in (
            ("a stroke let go → on disk and acknowledged (100 ms is the aim)", 1000 * (told[-1] - since)),
            ("a stroke let go → the map drawn again (1.5 s is the aim)", 1000 * (drawn[-1] - since)),
            ("a stroke: blocked after it was let go", beat.stop()),
        ):
            times.setdefault(f"{faces}: {name}", []).append(took)
        times.setdefault(f"{faces}: a stroke: one move of the pointer (16 ms is the aim)", []).extend(moved)
    yield from planner_until(lambda: not revision.behind, 60)


def strokes_at(state: object, border: int) -> tuple[str, object] | None:
    """A unit and a line through faces of its neighbour, beginning at a border of both; None where they may not mix."""
    import numpy as np

    mesh = state.mesh
    one, other = int(mesh.left[border]), int(mesh.right[border])
    units = [state.units[state.counters.ids[state.label[row]]] for row in (one, other)]
    places = [(unit.county, unit.category, unit.code[:2]) for unit in units]
    if places[0] != places[1] or units[0] is units[1] or mesh.area[[one, other]].min() < LEAST:
        return None
    spots = [mesh.point[one], mesh.point[other]]
    for _ in range(6):
        here = np.flatnonzero(state.label == state.label[other])
        order = np.argsort(((mesh.point[here] - spots[-1]) ** 2).sum(axis=1))[1:3]
        spots.append(mesh.point[here[order[-1]]])
    return units[0].unit_id, np.array(spots)


def planner_until(condition: Callable[[], bool], seconds: float = 30) -> Generator[float]:
    """Wait in short steps: what is measured ends between two of them."""
    stop = time.perf_counter() + seconds
    while not condition():
        if time.perf_counter() > stop:
            raise TimeoutError
        yield 0.005


def handed_in() -> Generator[float | None]:
    """From an empty QGIS to a printed map and a workbook, with the demo; each click counts."""
    import handing_in
    import qgis.utils
    from driver import report
    from hands import settle_window
    from planner import clear_desk

    qgis.utils.loadPlugin("control_units")
    qgis.utils.startPlugin("control_units")
    settle_window()
    clear_desk()
    with handing_in.counted() as clicks:
        yield from handing_in.shortest_way()
    report["counts"] = {"the demo: from an empty QGIS to lists, units and a map as files": clicks[0]}


def county(folder: Path) -> Path:
    """Generate a county with its plan; the case file."""
    case = folder / "case.toml"
    for command in (
        (ROOT / "test/speed/generate.py", folder, "--vertices", VERTICES),
        ("-m", "delineation", "run", case, "-o", case.with_name("case.plan.gpkg")),
    ):
        subprocess.run([sys.executable, *map(str, command)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return case


def main() -> int:
    """Start QGIS for each story, print the table."""
    sys.path[:0] = [str(STORIES), str(ROOT / "test" / "support")]
    import conftest

    times: dict[str, list[float]] = {}
    counts: dict[str, int] = {}
    conftest.LONGEST = LONGEST
    with tempfile.TemporaryDirectory(prefix="control_units_clicks") as scratch:
        profile = conftest.Qgis(Path(scratch), "en")
        plugins = Path(scratch) / "profiles" / "default" / "python" / "plugins"
        plugins.mkdir(parents=True)
        (plugins / "control_units").symlink_to(ROOT)
        home = Path(scratch) / "home"
        home.mkdir()
        case = county(Path(scratch) / "county")
        for story in sys.argv[2:] or ("handed_in", "clicks", "large"):
            told = profile.tell(
                f"clicks.{story}",
                screen="1366x768",
                HOME=str(home),
                PYTHONPATH=str(Path(__file__).parent),
                CONTROL_UNITS_TIMES=sys.argv[1] if len(sys.argv) > 1 else str(TIMES),
                CONTROL_UNITS_LARGE=str(case),
            )
            times |= told.report.get("times", {})
            counts |= told.report.get("counts", {})
    print(f"{'click':90}  middle ms      p95  longest ms")
    for name, took in times.items():
        late = sorted(took)[int(0.95 * (len(took) - 1))]
        print(f"{name:90}  {statistics.median(took):9.0f}  {late:7.0f}  {max(took):10.0f}")
    print(f"\n{'clicks':90}  counted  at most")
    for name, count in counts.items():
        print(f"{name:90}  {count:7}  {FEW:7}")
    (ROOT / "build" / "clicks.json").write_text(json.dumps(times | counts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
