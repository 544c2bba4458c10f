"""All sources of a case: its layers, and among them what is made on the spot, one table of features."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.progress import Progress, silent, within
from .features import concatenate
from .made.of_case import make_source
from .reading import Sources, read_layers

if TYPE_CHECKING:
    from ..case.model import Case

__all__ = ["read_sources"]


def read_sources(case: Case, *, progress: Progress = silent) -> Sources:
    """Read every ``[[source]]`` of the case, and make those that are made; in the case's order.

    Raises
    ------
    BadInput
        Whatever cannot be used, with file, layer, field and feature.
    """
    place = np.array([number for number, spec in enumerate(case.sources) if not spec.made], dtype=np.int64)
    made = [number for number, spec in enumerate(case.sources) if spec.made]
    if not made:
        return read_layers(case, progress=progress)[0]
    layers = replace(case, sources=tuple(case.sources[number] for number in place))
    read, given = read_layers(layers, progress=within(progress, 0.0, 0.6))
    parts, findings = [replace(read.features, source=place[read.features.source])], list(read.findings)
    infos = {int(number): info for number, info in zip(place, read.info, strict=True)}
    for turn, number in enumerate(made):
        here = within(progress, 0.6 + 0.4 * turn / len(made), 0.6 + 0.4 * (turn + 1) / len(made))
        part, infos[number], found = make_source(case, number, given, read.crs, progress=here)
        parts.append(part)
        findings += found
    every = concatenate(parts)
    return replace(
        read,
        features=every.take(np.argsort(every.source, kind="stable")),
        info=tuple(infos[number] for number in range(len(case.sources))),
        changes=tuple(replace(change, source=int(place[change.source])) for change in read.changes),
        cuts={int(place[number]): cut for number, cut in read.cuts.items()},
        guides={int(place[number]): lines for number, lines in read.guides.items()},
        findings=tuple(findings),
    )
