"""Story: a plan is edited in QGIS itself, saved, and run again from panel, toolbox and command line; all is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import processing
from driver import PLUGIN, report
from hands import press, press_button, settle_window, until
from planner import clear_desk, open_panel, pictured, sources_read, unpack
from qgis.core import QgsProcessingException, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QPoint
from qgis.utils import iface
from sight import page, shot, to_page

if TYPE_CHECKING:
    from collections.abc import Generator

NEW_NAME = "由人改名的单元"


@pictured
def edited_plan() -> Generator[float | None]:
    """From a plan of the demo to one that takes its place, with somebody's edits between."""
    settle_window()
    clear_desk()
    yield from unpack()
    yield from open_panel()
    yield from sources_read()
    yield from to_page("run")
    yield from run_it()
    yield from until(lambda: page("run").session.plan_path is not None, "a plan")
    plan = page("run").session.plan_path
    layer = iface.addVectorLayer(f"{plan}|layername=units", "我的单元", "ogr")
    styled = QgsVectorLayer(f"{plan}|layername=units", "with a style", "ogr")
    report["saved_style"] = styled.saveStyleToDatabase("打印用", "", False, "")
    del styled
    report["layers"] = len(QgsProject.instance().mapLayers())
    report["as_made"] = names_in(plan)

    # In edit mode, with something that is not saved yet.
    layer.startEditing()
    (first, *_) = layer.getFeatures()
    layer.changeAttributeValue(first.id(), layer.fields().indexOf("name"), NEW_NAME)
    yield 0.5
    report["editing"] = yield from try_all(plan, "editing")
    report["still_editing"] = layer.isEditable() and layer.getFeature(first.id())["name"] == NEW_NAME

    # Saved; the layer stays in the project, and QGIS keeps the file in write-ahead mode.
    report["saved"] = layer.commitChanges()
    yield 0.5
    report["log_beside"] = plan.with_name(plan.name + "-wal").exists()
    report["after_saving"] = names_in(plan)
    report["changed"] = yield from try_all(plan, "changed")
    report["discarding_from_outside"] = outside("run", case_of(plan), "-o", plan, "--discard-edits")
    report["after_trying"] = names_in(plan)
    yield from to_page("run")
    report["can_discard"] = page("run").discard.isVisible()
    press(page("run").discard, QPoint(10, page("run").discard.height() // 2))
    yield 0.3
    shot("discard")
    yield from run_it()
    report["after_discarding"] = names_in(plan)
    report["kept"] = names_in(plan.with_name(f"{plan.stem}.before.gpkg"))
    report["shown"] = [str(feature["name"]) for feature in layer.getFeatures()]
    report["styles"] = [name for (name,) in rows(plan, "SELECT styleName FROM layer_styles")]
    report["files"] = sorted(one.name for one in plan.parent.iterdir() if one.name.startswith(plan.stem))
    shot("replaced")
    # All others may go on as well, now that nobody edits: the layer is still shown.
    report["algorithm_at_last"] = algorithm(plan)
    report["outside_at_last"] = outside("run", case_of(plan), "-o", plan)
    report["valid"] = [one.name() for one in QgsProject.instance().mapLayers().values() if not one.isValid()]


def run_it() -> Generator[float]:
    """Press Run, and wait until it is over."""
    press_button("control_units_run")
    yield 0.1
    yield from until(lambda: not page("run").session.busy, "the end of a run")
    yield 0.3


def try_all(plan: Path, name: str) -> Generator[float, None, dict[str, str]]:
    """Run the plan again by every door, and give what each one says."""
    said = {"algorithm": algorithm(plan), "outside": outside("run", case_of(plan), "-o", plan)}
    said["adopt"] = outside("adopt", plan, "fitting:threshold=0.4", "--reason", "x")
    yield from to_page("run")
    yield from run_it()
    said["panel"] = page("run").now.text()
    shot(name)
    iface.messageBar().clearWidgets()
    return said


def algorithm(plan: Path) -> str:
    """Run the toolbox's algorithm; what it refuses with, else how many units it made."""
    try:
        made = processing.run(f"{PLUGIN}:delineate", {"CASE": str(case_of(plan)), "OUTPUT": str(plan), "LOAD": False})
    except QgsProcessingException as error:
        return str(error)
    return str(made["UNITS"])


def outside(*arguments: object) -> str:
    """Run the command line in a process of its own; exit code and what it says on standard error."""
    plugins = Path(sys.modules[PLUGIN].__file__).parents[1]
    done = subprocess.run(
        ["/usr/bin/python3", "-m", f"{PLUGIN}.delineation", *map(str, arguments)],
        cwd=plugins,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return f"{done.returncode} {done.stderr.strip()}"


def case_of(plan: Path) -> Path:
    """The case beside a plan."""
    return plan.with_name(plan.name.replace(".plan.gpkg", ".toml"))


def names_in(plan: Path) -> list[str]:
    """Names of the units in a file, as whoever opens it next reads them."""
    return [name for (name,) in rows(plan, "SELECT name FROM units ORDER BY fid")]


def rows(plan: Path, query: str) -> list[tuple[str]]:
    """Ask a file in a process of its own: opening and closing it here would drop the locks of QGIS."""
    code = "import json, sqlite3, sys; print(json.dumps(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall()))"
    done = subprocess.run(
        ["/usr/bin/python3", "-c", code, str(plan), query], capture_output=True, encoding="utf-8", check=True
    )
    return [tuple(row) for row in json.loads(done.stdout)]
