"""What is dropped on the panel, or picked from the project: files as they are, layers as QGIS shows them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsMapLayer, QgsMimeDataUtils, QgsProject, QgsRasterLayer, QgsVectorLayer

from ...delineation.core.messages import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qgis.PyQt.QtCore import QMimeData

    from ...delineation.core.progress import Progress


def dropped(mime: QMimeData) -> tuple[list[str], list[QgsMapLayer]]:
    """Give the files and the project's layers in what is dragged; both empty where there are none."""
    files: list[str] = []
    layers: list[QgsMapLayer] = []
    if QgsMimeDataUtils.isUriList(mime):
        for uri in QgsMimeDataUtils.decodeUriList(mime):
            layer = QgsProject.instance().mapLayer(uri.layerId) if uri.layerId else None
            if layer is not None:
                layers.append(layer)
            elif uri.uri:
                files.append(uri.uri)
    elif mime.hasUrls():
        files = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
    return files, layers


def copies_beside(case_path: Path | None, project_home: str, documents: str) -> Path:
    """Where layers that are no files go: beside the case, else with the project, else in the user's documents."""
    if case_path is not None:
        return case_path.with_name(f"{case_path.stem}.layers.gpkg")
    folder = Path(project_home or documents) / "" if project_home else Path(documents) / "control_units"
    return folder / "layers.gpkg"


class _Going:
    """The part of a feedback that copying asks."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def isCanceled(self) -> bool:
        self._progress(0.0, Message("copying layers"))  # raises where the work was stopped
        return False


def preparing(files: Sequence[str], layers: Sequence[QgsMapLayer], copies: Path) -> Callable[[Progress], Sequence[str]]:
    """Take layers now, on the main thread; the answer lays them down as files in any other.

    Parameters
    ----------
    files : sequence of str
    layers : sequence of QgsMapLayer
        A filter, unsaved edits, joins or a memory layer make a copy; a plain file is read itself.
    copies : Path
        GeoPackage for the copies.

    Raises
    ------
    BadInput
        A layer that cannot be read.
    """
    from .inputs import Reader
    from .taking import take

    rasters = [layer.source().split("|")[0] for layer in layers if isinstance(layer, QgsRasterLayer)]
    taken = [take(layer) for layer in layers if isinstance(layer, QgsVectorLayer)]

    def prepare(progress: Progress) -> Sequence[str]:
        if any(not one.file for one in taken):
            copies.parent.mkdir(parents=True, exist_ok=True)
        reader = Reader(copies, kept=True)
        return [*files, *reader.lay_down_all(taken, _Going(progress)), *rasters]

    return prepare
