"""Layers of QGIS as the engine reads them: a file where the file says the same, else a copy of what QGIS shows.

What exists only in QGIS is written into a GeoPackage under the layer's own name and with its own feature ids, so that
results name what the user sees.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import (
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFeatureRequest,
    QgsField,
    QgsFields,
    QgsProcessingUtils,
    QgsVectorFileWriter,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QMetaType

from ...delineation.core.errors import BadInput, Cancelled, visible
from ...delineation.core.messages import Message, at
from ...delineation.core.text import free_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    from .taking import Taken

BLOCK = 1000  # features between two looks at the cancel button


def reader_in(context: QgsProcessingContext, name: str = "layers.gpkg", *, kept: bool = False) -> Reader:
    """Make a reader whose copies last as long as the run, or longer where they are ``kept``."""
    return Reader(Path(QgsProcessingUtils.generateTempFilename(name, context)), kept=kept)


class Reader:
    """Lays taken layers down where the engine can read them, and knows whose they are.

    Parameters
    ----------
    copies : Path
        GeoPackage for those that are no plain files; made with the first of them.
    kept : bool
        The copies outlive the run, so they say what they were taken from.

    Attributes
    ----------
    owners : dict of str to Taken
        Layer of ``copies`` → what it is a copy of.
    ids : dict of str to list of int
        The same → the ids of its features.
    """

    def __init__(self, copies: Path, *, kept: bool = False) -> None:
        self.copies, self.kept = copies, kept
        self.owners: dict[str, Taken] = {}
        self.ids: dict[str, list[int]] = {}
        self._names: dict[str, str] = {}

    def lay_down(self, taken: Taken, feedback: QgsProcessingFeedback) -> str:
        """Give ``FILE`` or ``FILE|layername=L`` with the layer's features.

        Raises
        ------
        Cancelled
        BadInput
            The copy cannot be written.
        """
        if taken.file:
            return taken.file
        layer = free_column(taken.name.strip() or "layer", {one.lower() for one in self.owners})
        self.ids[layer] = self._write(taken, layer, feedback)
        self.owners[layer] = taken
        spec = f"{self.copies}|layername={layer}"
        places = (spec, f"{self.copies}|{layer}", f"{self.copies.name}|{layer}")
        self._names |= dict.fromkeys([*places, *map(visible, places)], visible(taken.name))
        return spec

    def lay_down_all(self, layers: Sequence[Taken], feedback: QgsProcessingFeedback) -> list[str]:
        """Lay down several, in their order."""
        return [self.lay_down(taken, feedback) for taken in layers]

    def named(self, text: str) -> str:
        """Call copies by the names of their layers wherever a text speaks of them."""
        for place, name in sorted(self._names.items(), key=lambda item: -len(item[0])):
            text = text.replace(place, name)
        return text

    def _write(self, taken: Taken, layer: str, feedback: QgsProcessingFeedback) -> list[int]:
        """Write the features, and give their ids."""
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName = "GPKG"
        options.layerName = layer
        options.layerOptions = ["FID=fid", "GEOMETRY_NAME=geom"]
        if self.copies.exists():
            options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
        fields, rows = _fields_of(taken)
        # A layer of polygons may hold features of several parts.
        kind = QgsWkbTypes.multiType(QgsWkbTypes.dropZ(QgsWkbTypes.dropM(taken.wkb_type)))
        writer = QgsVectorFileWriter.create(
            str(self.copies), fields, kind, taken.crs, QgsCoordinateTransformContext(), options
        )
        request = QgsFeatureRequest()
        if taken.selected is not None:
            request.setFilterFids(list(taken.selected))
        if taken.expression:
            request.combineFilterExpression(taken.expression)
        request.setLimit(taken.limit)
        added, ids = True, []
        for number, feature in enumerate(taken.source.getFeatures(request)):
            if number % BLOCK == 0 and feedback.isCanceled():
                raise Cancelled
            values = feature.attributes()
            ids.append(feature.id())
            copy = QgsFeature(fields)
            copy.setAttributes([feature.id(), *(values[row] for row in rows)])
            copy.setGeometry(feature.geometry())
            added = added and writer.addFeature(copy, QgsVectorFileWriter.FastInsert)
        failed, why = not added or writer.hasError(), writer.errorMessage()
        del writer
        if failed:
            reason = at(why.splitlines()[0]) if why else Message("features were refused")
            raise BadInput(
                Message("cannot be copied ({reason})", reason=reason),
                where=at(taken.name),
                wanted=Message("a layer that can be saved as GeoPackage"),
            )
        if self.kept:
            with closing(sqlite3.connect(self.copies)) as base, base:
                told = taken.description(len(ids)), layer
                base.execute("UPDATE gpkg_contents SET description = ? WHERE table_name = ?", told)
        return ids


def _fields_of(taken: Taken) -> tuple[QgsFields, list[int]]:
    """Fields of a copy, the feature id first, and the rows of the layer's fields that follow; no name stands twice."""
    out, rows = QgsFields(), []
    out.append(QgsField("fid", QMetaType.Type.LongLong))
    used = {"fid", "geom"}
    for row, field in enumerate(taken.fields.toList()):
        if row in taken.keys:
            continue
        copy = QgsField(field)
        copy.setName(free_column(field.name(), used))
        out.append(copy)
        rows.append(row)
    return out, rows
