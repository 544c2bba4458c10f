"""The GeoPackage that the ``partition`` verb writes: the same bytes for the same inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from ..core.geopackage import Column, new_file, write_features, write_tables
from ..core.messages import Message
from ..core.office_files import file_time
from ..core.progress import Progress, silent, within
from ..sources.coordinates.crs import crs_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pyproj import CRS

    from ..core.arrays import Bools, Ints
    from ..core.geopackage import SigningGuard
    from ..partition.model import Partition
    from .overlaying import OverlayInput

_COVERAGE: tuple[Column, ...] = (("face_id", "INTEGER"), ("input", "TEXT"), ("feature_id", "INTEGER"))


def write(
    path: Path,
    partition: Partition,
    inputs: Sequence[OverlayInput],
    owner: Ints,
    crs: CRS | None,
    *,
    guard: SigningGuard,
    progress: Progress = silent,
) -> None:
    """Write faces and coverage beside ``path``, then put them in its place.

    Parameters
    ----------
    path : Path
    partition : Partition
    inputs : sequence of OverlayInput
    owner : (m,) int64
        Input of each feature.
    crs : CRS or None
    guard : SigningGuard
        As of `core.geopackage.new_file`.

    Raises
    ------
    BadInput
        No such folder, no right to write, no room.
    """
    feature_id = np.concatenate([layer.feature_id for layer in inputs])
    with new_file(path, guard=guard, date=file_time()) as draft:
        _write_faces(draft, partition, inputs, owner, feature_id, crs, within(progress, 0.0, 0.7))
        progress(0.7, Message("writing coverage"))
        _write_coverage(draft, partition, [layer.name for layer in inputs], owner, feature_id)
        # The last moment to stop: what follows puts the file in its place.
        progress(1.0, Message("written"))


def _write_faces(
    path: Path,
    partition: Partition,
    inputs: Sequence[OverlayInput],
    owner: Ints,
    feature_id: Ints,
    crs: CRS | None,
    progress: Progress,
) -> None:
    columns: list[Ints] = [np.arange(1, len(partition) + 1, dtype=np.int64)]
    masks: list[Bools | None] = [None]
    for row in range(len(inputs)):
        lowest, missing = lowest_ids(partition, owner == row, feature_id)
        columns.append(lowest)
        masks.append(missing if missing.any() else None)
    names = ["face_id", *(f"{layer.name}_id" for layer in inputs)]
    text = None if crs is None else crs_text(crs)
    wkb = shapely.to_wkb(partition.faces)
    write_features(path, "faces", "Polygon", wkb, columns, names, masks, text, progress=progress)


def lowest_ids(partition: Partition, mine: Bools, feature_id: Ints) -> tuple[Ints, Bools]:
    """Find for each face the lowest id among the features of ``mine`` that cover it, and where there is none.

    Parameters
    ----------
    partition : Partition
    mine : (m,) bool
        Features of one input.
    feature_id : (m,) int64

    Returns
    -------
    lowest : (n,) int64
        0 where no feature covers the face.
    missing : (n,) bool
    """
    coverage = partition.coverage
    use = mine[coverage.feature]
    lowest = np.full(len(partition), np.iinfo(np.int64).max)
    np.minimum.at(lowest, coverage.face[use], feature_id[coverage.feature[use]])
    missing = lowest == np.iinfo(np.int64).max
    return np.where(missing, 0, lowest), missing


def _write_coverage(
    path: Path,
    partition: Partition,
    names: Sequence[str],
    owner: Ints,
    feature_id: Ints,
) -> None:
    coverage = partition.coverage
    which = owner[coverage.feature]
    order = np.lexsort((feature_id[coverage.feature], which, coverage.face))
    face, feature = coverage.face[order] + 1, feature_id[coverage.feature[order]]
    name = np.array(names, dtype=object)[which[order]]
    frame = pd.DataFrame({"face_id": face, "input": name, "feature_id": feature})
    write_tables(path, {"coverage": (frame, _COVERAGE)})
