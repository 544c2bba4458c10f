"""Reasons why errors may stand, as the table that a package is made with (``--accept``)."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["write_reasons"]


def write_reasons(path: Path, reasons: Iterable[tuple[Mapping[str, Any], str]]) -> None:
    """Write a table of accepted errors, a line each, in the order of the findings.

    Parameters
    ----------
    path : Path
        CSV with columns rule, x, y, reason.
    reasons : iterable of (finding, reason)
        A finding is a row as of ``Packaged.findings``.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["rule", "x", "y", "reason"])
        for finding, reason in reasons:
            x, y = _place(finding["where"])
            writer.writerow([finding["id"], x, y, reason.strip()])


def _place(where: str) -> tuple[str, str]:
    """Give the coordinates of a finding's point; nothing of one without a place."""
    found = shapely.get_coordinates(shapely.from_wkt(where)) if where else []
    return (f"{found[0][0]:.3f}", f"{found[0][1]:.3f}") if len(found) else ("", "")
