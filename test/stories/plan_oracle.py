"""Looks at a plan's file from a process of its own, with sqlite3 and shapely alone, each time a line asks for it.

A line is ``look`` or ``copy PATH``; the answer is a line of JSON: where the journal stands, what is wrong, the labels.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import shapely

ENVELOPES = (0, 32, 48, 48, 64)  # bytes between header and geometry, by the kind of envelope
LEAST = 1.0  # m² that two sums may differ by
HAIR = 1e-3  # m² of an overlap that is a rounding of coordinates


def shapes(blobs: Any) -> Any:
    """Geometries of a GeoPackage."""
    return shapely.from_wkb([blob[8 + ENVELOPES[blob[3] >> 1 & 7] :] for blob in blobs])


class Oracle:
    """Knows a plan as it was at first, and says what is wrong with it now."""

    def __init__(self, plan: Path, sources: Path | None = None) -> None:
        self.plan = plan
        red: Any = []
        if sources is not None:
            with closing(self._opened(sources)) as database:
                red = shapes([one for (one,) in database.execute("SELECT geom FROM red_line")])
        self.red = shapely.union_all(shapely.make_valid(red))
        shapely.prepare(self.red)
        faces = self._faces()
        self.territory = shapely.union_all(faces["shape"])
        names = sorted(set(faces["county"]))
        counties = np.array(faces["county"])
        self.counties = shapely.STRtree([shapely.union_all(faces["shape"][counties == one]) for one in names])
        self.lowered = self._lowered(faces)

    def _opened(self, path: Path) -> sqlite3.Connection:
        return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)

    def _faces(self) -> dict[str, Any]:
        with closing(self._opened(self.plan)) as database:
            rows = database.execute("SELECT geom, face_id, county, category, unit_id, area_m2 FROM faces").fetchall()
        blobs, ids, county, category, unit, area = zip(*rows, strict=True)
        shape = shapes(blobs)
        inner = shapely.point_on_surface(shape)
        return {"shape": shape, "inner": inner, "id": ids, "county": county, "unit": unit} | {
            "category": np.array(category),
            "area": np.array(area),
        }

    def _lowered(self, faces: dict[str, Any]) -> float:
        """Land under a red line that is not of the strictest category, m²."""
        low = faces["category"] != 1
        return float(faces["area"][low][shapely.intersects(self.red, faces["inner"][low])].sum())

    def look(self) -> dict[str, Any]:
        """Look at the plan now."""
        faces = self._faces()
        with closing(self._opened(self.plan)) as database:
            unit_rows = database.execute("SELECT unit_id, code, category, county, area_m2, geom FROM units").fetchall()
            edits = database.execute("SELECT count(*) FROM journal").fetchone()[0]
            head = database.execute("SELECT value FROM meta WHERE key = 'head'").fetchone()
        units = {row[0]: row[1:] for row in unit_rows}
        return {
            "edits": edits,
            "head": int(head[0]) if head else 0,
            "wrong": list(self._wrong(faces, units)),
            "labels": sorted(zip(faces["id"], faces["unit"], strict=True)),
            "codes": sorted((key, *row[:3]) for key, row in units.items()),
        }

    def _wrong(self, faces: dict[str, Any], units: dict[str, Any]) -> Any:
        shape = faces["shape"]
        whole, area = shapely.union_all(shape), float(shapely.area(shape).sum())
        if not shapely.is_valid(shape).all():
            yield "a face is not valid"
        if area - whole.area > HAIR * len(shape):
            yield f"overlaps: {area - whole.area} m²"
        apart = shapely.symmetric_difference(whole, self.territory).area
        if apart > LEAST:
            yield f"gaps, or land that was not there: {apart} m²"
        if abs(area - faces["area"].sum()) > LEAST:
            yield "areas of faces are not theirs"
        for key, (code, category, county, told, blob) in units.items():
            mine = np.array([one == key for one in faces["unit"]])
            real = float(faces["area"][mine].sum())
            drawn = shapely.area(shapes([blob])[0])
            if not mine.any() or max(abs(real - told), abs(real - drawn)) > LEAST:
                yield f"{code}: {told} m² told, {drawn} drawn, {real} in its faces"
            if set(faces["category"][mine]) != {category}:
                yield f"{code}: its faces are of another category"
            lies_in = Counter(self.counties.query(faces["inner"][mine], "intersects")[1].tolist())
            if len(lies_in) != 1 or {one for one, own in zip(faces["county"], mine, strict=True) if own} != {county}:
                yield f"{code}: lies in {len(lies_in)} counties"
        if set(faces["unit"]) != set(units):
            yield "faces of no unit, or units of no face"
        if (lowered := self._lowered(faces)) > self.lowered + LEAST:
            yield f"land under a red line was lowered: {lowered - self.lowered} m²"

    def copy(self, path: str) -> dict[str, Any]:
        """Copy the plan as it stands, while others have it open."""
        with closing(self._opened(self.plan)) as database, closing(sqlite3.connect(path)) as copied:
            database.backup(copied)
        return {}


def main() -> None:
    """Answer line by line until there are no more."""
    oracle = Oracle(Path(sys.argv[1]), Path(sys.argv[2]))
    for line in sys.stdin:
        verb, _, rest = line.strip().partition(" ")
        print(json.dumps(oracle.copy(rest) if verb == "copy" else oracle.look()), flush=True)


if __name__ == "__main__":
    main()
