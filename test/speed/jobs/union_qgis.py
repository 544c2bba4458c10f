"""QGIS's union: `union_qgis.py chain|multi COUNTY.gpkg UNION.gpkg LAYER…`."""

from __future__ import annotations

import json
import sys

from qgis.core import QgsApplication, QgsVectorLayer


def unite(mode: str, source: str, target: str, layers: list[str]) -> int:
    """Unite the layers into a file; returns the number of features."""
    import processing

    inputs = [QgsVectorLayer(f"{source}|layername={name}", name, "ogr") for name in layers]
    if mode == "multi":
        processing.run("native:multiunion", {"INPUT": inputs[0], "OVERLAYS": inputs[1:], "OUTPUT": target})
    else:
        union = inputs[0]
        for i, overlay in enumerate(inputs[1:], 2):
            output = target if i == len(inputs) else "TEMPORARY_OUTPUT"
            union = processing.run("native:union", {"INPUT": union, "OVERLAY": overlay, "OUTPUT": output})["OUTPUT"]
    return QgsVectorLayer(target, "union", "ogr").featureCount()


application = QgsApplication([], False)
application.initQgis()
sys.path.append(f"{application.pkgDataPath()}/python/plugins")
from processing.core.Processing import Processing  # noqa: E402 - QGIS has to run before

Processing.initialize()
# the layers live in the function: they must be gone before QGIS is
pieces = unite(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
Processing.deinitialize()
application.exitQgis()
print(json.dumps({"pieces": pieces}))
