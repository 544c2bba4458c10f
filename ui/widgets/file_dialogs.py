"""Asking for files, folders and layers: the only dialogs that wait for an answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.PyQt.QtCore import QStandardPaths, Qt
from qgis.PyQt.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget

from ...delineation.core.errors import visible
from ..text import fit_for_file, tr
from ..work.settings import PanelSetting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qgis.core import QgsMapLayer


def documents() -> str:
    """Give the user's documents folder."""
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or str(Path.home())


def project_home() -> str:
    """Give the folder of the open project, "" where it has none."""
    return QgsProject.instance().homePath()


def _start() -> str:
    return PanelSetting.FOLDER.get() or project_home() or documents()


def _remember(path: str) -> None:
    if path:
        PanelSetting.FOLDER.set(str(Path(path) if Path(path).is_dir() else Path(path).parent))


def _kinds() -> str:
    return ";;".join(
        [
            tr(
                "Layers and rasters (*.shp *.gpkg *.geojson *.json *.kml *.tab *.mif *.fgb *.csv *.zip *.tif *.tiff *.img)",  # noqa: E501
            ),
            tr("All files (*)"),
        ]
    )


def ask_files(parent: QWidget) -> list[str]:
    """Ask for files with layers or rasters."""
    files, _ = QFileDialog.getOpenFileNames(parent, tr("Add sources"), _start(), _kinds())
    _remember(files[0] if files else "")
    return list(files)


def ask_file(parent: QWidget, name: str) -> str:
    """Ask for the file that a source is to have from now on."""
    title = tr("Another file for {name}", name=name)
    return str(ask_open(parent, title, _kinds()) or "")


def ask_folder(parent: QWidget, title: str = "", start: Path | None = None) -> str:
    """Ask for a folder: with layers, unless a title says of what."""
    title = title or tr("Folder with layers")
    folder = QFileDialog.getExistingDirectory(parent, title, _start() if start is None else str(start))
    _remember(folder)
    return str(folder)


def ask_open(parent: QWidget, title: str, kinds: str, start: Path | None = None) -> Path | None:
    """Ask for a file that is there, in the folder ``start`` at first."""
    file, _ = QFileDialog.getOpenFileName(parent, title, str(start or _start()), kinds)
    _remember(file)
    return Path(file) if file else None


def ask_plan(parent: QWidget) -> Path | None:
    """Ask for a plan or a case to open."""
    kinds = tr("Plan or case (*.gpkg *.toml)")
    return ask_open(parent, tr("Open a plan"), kinds)


def ask_save_case(parent: QWidget, name: str) -> Path | None:
    """Ask where to save the case."""
    kinds = tr("Case (*.toml)")
    proposed = str(Path(_start()) / f"{fit_for_file(name) or 'case'}.toml")
    file, _ = QFileDialog.getSaveFileName(parent, tr("Save the case; its plan goes beside it"), proposed, kinds)
    _remember(file)
    return (Path(file) if file.lower().endswith(".toml") else Path(f"{file}.toml")) if file else None


def ask_save_as(parent: QWidget, title: str, proposed: Path, kind: str, suffix: str) -> Path | None:
    """Ask where to save something; whoever names a file that is there is asked whether to replace it.

    Parameters
    ----------
    parent : QWidget
    title : str
    proposed : Path
    kind, suffix : str
        The filter for its kind of file, and what its name has to end with.
    """
    file, _ = QFileDialog.getSaveFileName(parent, title, str(proposed), kind)
    if not file:
        return None
    path = Path(file)
    if path.suffix.lower() != suffix:
        path = Path(file + suffix)
        question = tr("{file} is there already. Replace it?", file=visible(path.name))
        if path.exists() and not sure(parent, question, tr("Replace it")):
            return None
    return path


def sure(parent: QWidget, question: str, action: str, otherwise: str = "") -> bool:
    """Ask before something is lost; the way back is the default."""
    box = QMessageBox(QMessageBox.Icon.Question, tr("Control units"), question, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setStandardButtons(QMessageBox.StandardButton.Cancel)
    button = box.addButton(action, QMessageBox.ButtonRole.DestructiveRole)
    if otherwise:
        box.button(QMessageBox.StandardButton.Cancel).setText(otherwise)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    box.exec()
    return box.clickedButton() is button


def project_layers_menu(parent: QWidget, take: Callable[[Sequence[QgsMapLayer]], None]) -> QMenu:
    """Give a menu of the project's layers, made anew each time it opens."""
    menu: QMenu = QMenu(parent, aboutToShow=lambda: _fill(menu, take))
    return menu


def _fill(menu: QMenu, take: Callable[[Sequence[QgsMapLayer]], None]) -> None:
    menu.clear()
    layers = [
        node.layer()
        for node in QgsProject.instance().layerTreeRoot().findLayers()
        if isinstance(node.layer(), QgsVectorLayer | QgsRasterLayer)
        and not node.layer().customProperty("control_units/layer")
        and not (isinstance(node.layer(), QgsVectorLayer) and not node.layer().isSpatial())
    ]
    if not layers:
        menu.addAction(tr("The project has no layers yet", "of QGIS")).setEnabled(False)
        return
    whole = menu.addAction(tr("All {count} layers", count=len(layers)))
    whole.triggered.connect(lambda *_: take(layers))
    menu.addSeparator()
    for layer in layers:
        action = menu.addAction(layer.name().replace("&", "&&"))
        action.triggered.connect(lambda *_, one=layer: take([one]))
