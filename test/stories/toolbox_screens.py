"""Pictures of toolbox, dialogs, a batch run and the example model in a real, Chinese QGIS: build/screens/*.png.

Run it as ``.venv/bin/python test/stories/toolbox_screens.py [LOCALE]``; it starts QGIS under Xvfb in a profile of its
own, which runs this same file.
"""

from __future__ import annotations

import faulthandler
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

# QGIS runs the text of this file, which then has no name of its own.
ROOT = Path(os.environ["SCREENS_ROOT"]) if "SCREENS_ROOT" in os.environ else Path(__file__).resolve().parents[2]
SCREENS = ROOT / "build" / "screens"
DEMO = ROOT / "resources" / "demo"
ALGORITHMS = (
    *sorted(path.stem for path in (ROOT / "ui" / "processing" / "algorithms").glob("[a-z]*.py")),
    "control_units_example",
)
LIMIT = 150  # seconds for the whole session


def start(locale: str) -> int:
    """Start QGIS on a screen that nobody sees, with the plugin switched on."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="control_units_screens") as folder:
        profile = Path(folder) / "profiles" / "default"
        plugins = profile / "python" / "plugins"
        plugins.mkdir(parents=True)
        (plugins / "control_units").symlink_to(ROOT)
        (profile / "QGIS").mkdir()
        (profile / "QGIS" / "QGIS3.ini").write_text(
            f"[locale]\noverrideFlag=true\nuserLocale={locale}\n"
            "[PythonPlugins]\ncontrol_units=true\nprocessing=true\n"
            "[app]\nnewsFeed\\disabled=true\n[qgis]\ncheckVersion=false\nshowTips=false\n[core]\nNewsFeed\\disabled=true\n",
            encoding="utf-8",
        )
        runtime = Path(folder) / "runtime"
        runtime.mkdir(mode=0o700)
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("VIRTUAL_ENV", "PYTHON", "QT_QPA"))}
        environment |= {
            "LC_ALL": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(runtime),
            "SCREENS_WORK": folder,
            "SCREENS_LOCALE": locale,
            "SCREENS_ROOT": str(ROOT),
        }
        command = [
            "xvfb-run",
            "-a",
            "-s",
            "-screen 0 1600x1000x24",
            "qgis",
            "--nologo",
            "--noversioncheck",
            "--profiles-path",
            folder,
            "--profile",
            "default",
            "--code",
            str(Path(__file__).resolve()),
        ]
        log = SCREENS / "qgis.log"
        with log.open("w", encoding="utf-8") as stream:
            process = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream, start_new_session=True)
            try:
                process.wait(LIMIT)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
                print(f"screens: failed, QGIS did not end within {LIMIT} s")
        text = log.read_text(encoding="utf-8", errors="replace")
        said = [line for line in text.splitlines() if line.startswith("screens:")]
        print("\n".join(said) or text[-2000:])
        return 0 if process.returncode == 0 and "screens: done" in said and not any("failed" in x for x in said) else 1


class Session:
    """What is done in QGIS, one picture after the other."""

    def __init__(self, iface: Any) -> None:
        from qgis.PyQt.QtWidgets import QApplication

        self.iface = iface
        self.work = Path(os.environ["SCREENS_WORK"])
        self.suffix = "" if os.environ["SCREENS_LOCALE"] == "zh-Hans" else f"_{os.environ['SCREENS_LOCALE']}"
        self.app = QApplication.instance()

    def settle(self, seconds: float = 0.6) -> None:
        """Let QGIS do what it has to."""
        stop = time.monotonic() + seconds
        while time.monotonic() < stop:
            self.app.processEvents()
            time.sleep(0.01)

    def shoot(self, widget: Any, name: str) -> None:
        """Save the picture of a widget."""
        self.settle()
        widget.grab().save(str(SCREENS / f"{name}{self.suffix}.png"))
        print(f"screens: {name}", file=sys.stderr)

    def layers(self) -> list[Any]:
        """Load the demo's layers."""
        from qgis.core import QgsProject, QgsVectorLayer

        found = []
        for name in ("county", "township", "red_line", "industrial_park", "water_zone"):
            layer = QgsVectorLayer(f"{DEMO / 'urumqi.gpkg'}|layername={name}", name, "ogr")
            if layer.isValid():
                found.append(QgsProject.instance().addMapLayer(layer))
        return found

    def toolbox(self) -> None:
        """The provider unfolded in the toolbox."""
        import processing
        from qgis.PyQt.QtCore import QRect, Qt
        from qgis.PyQt.QtWidgets import QDockWidget
        from qgis.utils import plugins

        self.iface.mainWindow().resize(1500, 900)
        for other in self.iface.mainWindow().findChildren(QDockWidget):
            if "control_units" in other.objectName():
                other.hide()
        dock = plugins["processing"].toolbox
        dock.setUserVisible(True)
        self.settle(1.5)
        tree = dock.algorithmTree
        model = tree.model()
        for row in range(model.rowCount()):
            index = model.index(row, 0)
            if str(model.data(index)) in ("管控单元", "Control units"):
                tree.expandRecursively(index) if hasattr(tree, "expandRecursively") else tree.expand(index)
                tree.scrollTo(index, tree.ScrollHint.PositionAtTop)
        assert isinstance(dock, QDockWidget)
        assert processing is not None
        self.iface.mainWindow().resizeDocks([dock], [420], Qt.Orientation.Horizontal)
        self.shoot(self.iface.mainWindow(), "toolbox_in_qgis")
        # As one finds it: by its name. The picture ends where the tree does.
        dock.searchBox.setText("管控单元" if self.suffix == "" else "control units")
        self.settle(1)
        tree.expandAll()
        self.settle()
        last = tree.model().index(tree.model().rowCount() - 1, 0)
        while tree.model().rowCount(last):
            last = tree.model().index(tree.model().rowCount(last) - 1, 0, last)
        below = tree.viewport().mapTo(dock, tree.visualRect(last).bottomLeft()).y() + 16
        dock.grab(QRect(0, 0, dock.width(), below)).save(str(SCREENS / f"toolbox{self.suffix}.png"))
        print("screens: toolbox", file=sys.stderr)
        dock.searchBox.clear()

    def dialogs(self) -> None:
        """The dialog of each algorithm with its help."""
        import processing

        for name in ALGORITHMS:
            dialog = processing.createAlgorithmDialog(f"control_units:{name}", {})
            dialog.resize(980, 760)
            dialog.show()
            self.shoot(dialog, f"dialog_{name}")
            dialog.close()

    def batch(self) -> None:
        """Two cases delineated in one batch."""
        from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog
        from qgis.core import QgsApplication, QgsProject
        from qgis.PyQt.QtCore import Qt
        from qgis.PyQt.QtWidgets import QDockWidget

        algorithm = QgsApplication.processingRegistry().createAlgorithmById("control_units:delineate")
        dialog = BatchAlgorithmDialog(algorithm, parent=self.iface.mainWindow())
        dialog.resize(1300, 620)
        dialog.show()
        panel = dialog.mainWidget()
        while len(panel.wrappers) < 2:
            panel.addRow(1)
        self.settle()
        case, plans = DEMO / "case.toml", self.work / "某县生态环境分区管控动态更新" / "划定成果" / "批处理示例"
        plans.mkdir(parents=True)
        for row, method in enumerate(("overlay", "fitting")):
            for name, value in (("CASE", str(case)), ("METHOD", method)):
                wrapper = panel.wrappers[row][panel.parameter_to_column[name]]
                wrapper.setParameterValue(value, dialog.processingContext())
            output = panel.tblParameters.cellWidget(row + 1, panel.parameter_to_column["OUTPUT"])
            output.setValue(str(plans / f"{method}.gpkg"))
        panel.checkLoadLayersOnCompletion.setChecked(True)
        dialog.resize(1000, 380)
        self.shoot(dialog, "batch_filled")
        dialog.runButton().click()
        stop = time.monotonic() + 90
        while time.monotonic() < stop and not (plans / "fitting.gpkg").exists():
            self.settle(0.3)
        self.settle(4)
        dialog.resize(1000, 640)
        self.shoot(dialog, "batch_done")
        dialog.close()
        for layer in QgsProject.instance().mapLayers().values():
            QgsProject.instance().layerTreeRoot().findLayer(layer).setItemVisibilityChecked(layer.readOnly())
        self.iface.mainWindow().resizeDocks(
            [self.iface.mainWindow().findChild(QDockWidget, "Layers")], [330], Qt.Orientation.Horizontal
        )
        for other in self.iface.mainWindow().findChildren(QDockWidget):
            if other.objectName() != "Layers":
                other.hide()
        self.iface.messageBar().clearWidgets()
        self.iface.mainWindow().resize(1150, 800)
        self.iface.mapCanvas().zoomToFullExtent()
        self.settle(3)
        self.shoot(self.iface.mainWindow(), "batch_loaded")

    def designer(self) -> None:
        """The example model in the model designer."""
        from processing.modeler.ModelerDialog import ModelerDialog
        from qgis.PyQt.QtCore import Qt

        dialog = ModelerDialog()
        dialog.resize(1400, 850)
        dialog.loadModel(str(ROOT / "resources" / "models" / "control_units_example.model3"))
        dialog.show()
        self.settle(1)
        dialog.view().fitInView(dialog.view().scene().itemsBoundingRect(), Qt.AspectRatioMode.KeepAspectRatio)
        dialog.view().scale(0.9, 0.9)
        dialog.view().centerOn(dialog.view().scene().itemsBoundingRect().center())
        self.shoot(dialog, "designer")
        dialog.setDirty(False)
        dialog.close()

    def run(self) -> None:
        """Everything, then quit; what fails is said and does not stop the rest."""
        from qgis.core import QgsProject

        self.settle(2)
        try:
            self.layers()
            for step in (self.toolbox, self.dialogs, self.batch, self.designer):
                try:
                    step()
                except Exception:
                    print(f"screens: {step.__name__} failed", file=sys.stderr)
                    lines = traceback.format_exc().splitlines()
                    print("\n".join(f"screens: {line}" for line in lines), file=sys.stderr)
            print("screens: done", file=sys.stderr)
        finally:
            # Layers in a temporary folder would make QGIS ask whether they may go.
            QgsProject.instance().clear()
            QgsProject.instance().setDirty(False)
            self.iface.actionExit().trigger()


if "SCREENS_WORK" in os.environ:
    faulthandler.enable()
    from qgis.PyQt.QtCore import QTimer
    from qgis.utils import iface as interface

    session = Session(interface)
    QTimer.singleShot(1500, session.run)
elif __name__ == "__main__":
    if not shutil.which("xvfb-run") or not shutil.which("qgis"):
        raise SystemExit("xvfb-run and qgis are needed")
    raise SystemExit(start(sys.argv[1] if len(sys.argv) > 1 else "zh-Hans"))
