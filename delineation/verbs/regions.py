"""``regions``: any polygon layer divided into contiguous regions by any method, from a file to a file."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.connections import is_database
from ..core.messages import Message
from ..core.progress import Progress, silent, within
from ..plan.outputs import guarded_geopackage
from ..regionalise.division import divide
from ..regionalise.output import renamed, write
from ..regionalise.request import Request
from ..sources.files import checksum, split_layer

if TYPE_CHECKING:
    from ..regionalise.division import LayerDivision

_FILES = ("align", "base", "rasters")  # options that may name files
_FOLDERS = re.compile(r"(?:^|(?<=[=,]))[^=,]*[/\\]")


def regions(
    layer: str | Path,
    output: str | Path | None = None,
    *,
    force: bool = False,
    progress: Progress = silent,
    **given: Any,
) -> dict[str, Any]:
    """Divide a polygon layer into contiguous regions, and write them.

    Parameters
    ----------
    layer : str or Path
        ``FILE`` or ``FILE|layername=L``.
    output : str or Path, optional
        GeoPackage to write, in place of one that this made: layer ``features``, the layer's polygons with their fields
        and ``region`` (as in ``labels``; NULL where left out), and layer ``regions``, the dissolved regions with number
        of polygons, area_m2, perimeter_m, compactness (4πA/P²), the mean of each variable and the sum of each bounded
        field. Table ``meta`` (key, value) says how they were made: the layer's file and SHA-256, each option that was
        given, the seed, what polygons count by, and what came of it. QGIS finds the layers' styles in the file.
    force : bool
        Replace any GeoPackage but a plan or an input.
    progress : callable
    **given
        Method, variables, number of regions and all else: the attributes of `Request` (``verbs.Request``), each with
        its default there; a file also as a `Path`.

    Returns
    -------
    dict
        ``labels`` (feature order, 0 … k − 1, None for features that were left out or have no polygon), ``k``,
        ``ratio`` (between ÷ total, 0–1), ``within_ss``, ``between_ss``, ``total_ss``, ``mass`` (what polygons count by
        in these: "equal" or "area"), ``sizes`` (polygons of each region), ``findings`` (list of Finding); where a range
        of k was asked for also ``curve`` (a dict a number of regions: ``k``, ``within_ss``, ``pseudo_f``, None for one
        region) and ``knee``.

    Raises
    ------
    BadInput
        Whatever cannot be used or met, in one sentence.
    Cancelled
        ``progress`` asked to stop.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> layer = "hand.gpkg|layername=township"
    >>> verbs.divide(layer, base="grid:size=2500", method="ward", k=2, variables=["code"])["sizes"]
    [8, 8]
    """
    given = {key: _texts(value) for key, value in given.items()}
    request = Request(**given)
    if output is not None:
        output = Path(output)
        guard = guarded_geopackage(output, [split_layer(str(layer))[0], *request.files()], force=force)
    division = divide(layer, request, progress=within(progress, 0.0, 0.9) if output is not None else progress)
    if output is not None:
        write(output, division, _meta(layer, division, given), guard=guard, progress=within(progress, 0.9, 1.0))
    progress(1.0, Message("done"))
    document: dict[str, Any] = {
        "labels": division.labels(),
        "k": division.k,
        "ratio": division.found.ratio,
        "within_ss": division.found.within,
        "between_ss": division.found.between,
        "total_ss": division.found.total,
        "mass": division.weighed,
        "sizes": division.sizes(),
        "findings": [*division.findings, *(renamed(division) if output is not None else ())],
    }
    if division.choice is not None:
        choice = division.choice
        document["curve"] = [
            {"k": int(k), "within_ss": float(inner), "pseudo_f": float(ratio) if np.isfinite(ratio) else None}
            for k, inner, ratio in zip(choice.k, choice.within, choice.pseudo_f, strict=True)
        ]
        document["knee"] = choice.knee
    return document


def _signature() -> inspect.Signature:
    """Give the parameters of ``regions``, those of `Request` in place of ``given``."""
    own = inspect.signature(regions)
    said = [one for one in own.parameters.values() if one.kind is not one.VAR_KEYWORD]
    for one in inspect.signature(Request).parameters.values():
        files = one.annotation.replace("str", "str | Path") if one.name in _FILES else one.annotation
        default = {} if one.name == "rasters" else one.default
        said.append(one.replace(kind=one.KEYWORD_ONLY, annotation=files, default=default))
    return own.replace(parameters=said)


regions.__signature__ = _signature()  # type: ignore[attr-defined]


def _texts(value: Any) -> Any:
    """Give an option with its files as texts."""
    if isinstance(value, Mapping):
        return {key: _texts(one) for key, one in value.items()}
    return str(value) if isinstance(value, Path) else value


def _meta(layer: str | Path, division: LayerDivision, given: Mapping[str, Any]) -> dict[str, str]:
    """Say how a division was made, and what it is worth; empty options say nothing, files go by their names alone."""
    path, name = split_layer(str(layer))
    told = {"layer": str(path) if is_database(path) else path.name, "layername": name, "sha256": checksum(path, name)}
    told |= {option: _text(option, value) for option, value in sorted(given.items())}
    told.setdefault("seed", "1")
    told["mass"] = division.weighed
    found = division.found
    worth = {"ratio": found.ratio, "within_ss": found.within, "between_ss": found.between, "total_ss": found.total}
    told |= {"regions": str(division.k)} | {key: f"{value:.17g}" for key, value in worth.items()}
    return {key: text for key, text in told.items() if text}


def _text(option: str, value: Any) -> str:
    """Write an option as one writes it on the command line."""
    if isinstance(value, Mapping):
        sign = ":" if option == "variables" else "="
        value = [f"{key}{sign}{one}" for key, one in value.items()]
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = ",".join(map(str, value))
    text = "" if value is None else str(value)
    return _FOLDERS.sub("", text) if option in _FILES else text
