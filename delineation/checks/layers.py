"""Layers: is the coordinate system the prescribed one, and do the coordinates lie where it says (Q02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from .registry import finding, rule

if TYPE_CHECKING:
    from ..core.findings import Finding
    from .subject import CheckSubject, LayerFacts


@rule("Q02")
def q02(subject: CheckSubject) -> list[Finding]:
    """Check that the CRS is CGCS2000 and the same in all layers, and the extent lies inside the profile's box.

    Returns
    -------
    list of Finding
        ``missing``, ``unknown``, ``datum`` (not CGCS2000), ``projection`` (a warning: CGCS2000, yet not a listed
        projection), ``differs`` (from the unit layer's), ``extent`` (coordinates outside the box: swapped axes, a wrong
        zone, a zone prefix too many).

    Notes
    -----
    Codes of CGCS2000: EPSG registry (4490 geographic; 4513–4533 and 4534–4554 Gauss-Kruger 3 degrees with and without
    zone prefix).
    """
    findings: list[Finding] = []
    first = subject.layers[0]
    for layer in subject.layers:
        findings += _one(subject, layer)
        if layer.crs and first.crs and not _same(layer.crs, first.crs):
            names = _name(layer.crs), _name(first.crs)
            findings.append(finding("Q02", "differs", layer=layer.name, crs=names[0], first=names[1]))
    return findings


def _one(subject: CheckSubject, layer: LayerFacts) -> list[Finding]:
    if not layer.crs:
        return [finding("Q02", "missing", layer=layer.name)]
    try:
        crs = CRS.from_user_input(layer.crs)
    except CRSError:
        return [finding("Q02", "unknown", layer=layer.name, crs=layer.crs[:80])]
    findings = []
    name = _name(layer.crs)
    geodetic = crs.geodetic_crs
    datum = geodetic.datum.name if geodetic is not None and geodetic.datum is not None else ""
    if datum not in subject.settings.of("Q02", "datums"):
        findings.append(finding("Q02", "datum", layer=layer.name, crs=name, datum=datum))
    else:
        epsg = crs.to_epsg(min_confidence=25)
        if epsg is None or not any(low <= epsg <= high for low, high in subject.settings.of("Q02", "epsg")):
            findings.append(finding("Q02", "projection", layer=layer.name, crs=name))
    west, south, east, north = (float(v) for v in subject.settings.of("Q02", "extent"))
    found = _degrees(crs, layer.bounds)
    if found is not None and not (west <= found[0] and south <= found[1] and found[2] <= east and found[3] <= north):
        text = ", ".join(f"{v:.4f}" if np.isfinite(v) else "?" for v in found)
        # No place: whatever is wrong with the axes or the zone is wrong with the place too.
        findings.append(finding("Q02", "extent", layer=layer.name, crs=name, extent=text))
    return findings


def _degrees(crs: CRS, bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float] | None:
    """Bounds in longitude and latitude; infinite where the projection cannot be undone, none for an empty layer."""
    if not np.isfinite(bounds).all():
        return None
    # Along the edges too: the corners of a projected box need not be the extremes.
    along = np.linspace(0, 1, 9)
    across, up = np.meshgrid(bounds[0] * (1 - along) + bounds[2] * along, bounds[1] * (1 - along) + bounds[3] * along)
    try:
        x, y = Transformer.from_crs(crs, "EPSG:4490", always_xy=True).transform(across.ravel(), up.ravel())
    except ProjError:
        return (np.inf, np.inf, np.inf, np.inf)
    return (float(np.min(x)), float(np.min(y)), float(np.max(x)), float(np.max(y)))


def _same(one: str, other: str) -> bool:
    try:
        return one == other or CRS.from_user_input(one).equals(CRS.from_user_input(other), ignore_axis_order=True)
    except CRSError:
        return False


def _name(crs: str) -> str:
    """``EPSG:n`` or the name in a WKT."""
    try:
        found = CRS.from_user_input(crs)
    except CRSError:
        return crs[:80]
    epsg = found.to_epsg(min_confidence=25)
    return f"EPSG:{epsg}" if epsg else str(found.name)
