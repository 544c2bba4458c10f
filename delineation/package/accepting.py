"""Reasons why errors may stand: the table that a package is made with (``--accept``), read and written."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..core.atomic_files import replacing
from ..core.errors import BadInput
from ..core.filled_tables import read_rows
from ..core.messages import Message, joined
from ..plan.acceptance import acceptance_of
from ..plan.statement import NEEDED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from ..core.findings import Finding

_COLUMNS = ("rule", "x", "y", "reason")
_SAME_PLACE = 1.0  # m: coordinates are copied from a table, and may be rounded there
_OF_PACKAGE = "P"
FIRM = frozenset({*NEEDED, "P30"})
"""Errors that no reason makes good."""


@dataclass(frozen=True)
class Reason:
    """A line of the table.

    Attributes
    ----------
    rule, x, y, reason : str
        As written; x and y are empty of a finding without a place.
    where : Message
        Which line.
    """

    rule: str
    x: str
    y: str
    reason: str
    where: Message


def read_reasons(file: Path | None) -> list[Reason]:
    """Read the table; none where there is no file.

    Raises
    ------
    BadInput
        No table, an unknown column, a line without a reason.
    """
    if file is None:
        return []
    out = []
    for row in read_rows(file, _COLUMNS):
        line, where = row.cells, Message("{file}, line {number}", file=file, number=row.number)
        if not line["reason"]:
            raise BadInput(
                Message("no reason"), where=where, wanted=Message("a sentence that says why the finding may stay")
            )
        out.append(Reason(line["rule"], line["x"], line["y"], line["reason"], where))
    return out


def reasons_of_package(own: Sequence[Finding], reasons: Sequence[Reason]) -> dict[int, str]:
    """Give the reason of each finding of the package itself that a line accepts, by its number.

    Raises
    ------
    BadInput
        A line that speaks of no such finding.
    """
    out: dict[int, str] = {}
    for one in reasons:
        if one.rule in FIRM:
            raise BadInput(
                Message("no reason makes rule {rule} good", rule=one.rule),
                where=one.where,
                wanted=Message("what it names put right, and no line for it"),
            )
        number = next((n for n, found in enumerate(own) if found.id == one.rule and n not in out), None)
        if number is None:
            raise BadInput(
                Message("no open finding of rule {rule} without a place", rule=one.rule),
                where=one.where,
                wanted=Message("a rule that the package reports"),
            )
        out[number] = one.reason
    return out


def with_reasons(
    findings: pd.DataFrame, accepted: pd.DataFrame, reasons: Sequence[Reason]
) -> tuple[pd.DataFrame, list[Reason]]:
    """Give each finding its state: accepted in the plan, or by a line of the table; a reason goes with it.

    Parameters
    ----------
    findings : pandas.DataFrame
        As the plan's layer.
    accepted : pandas.DataFrame
        The plan's table.
    reasons : sequence of Reason

    Returns
    -------
    findings : pandas.DataFrame
        With columns ``state`` and ``reason``.
    left : list of Reason
        Those of rules of the package itself (``P…``): see `reasons_of_package`.

    Raises
    ------
    BadInput
        A line that speaks of no open finding.
    """
    state = ["open"] * len(findings)
    reason = [""] * len(findings)
    accepted = accepted.fillna("")
    for row, found in enumerate(acceptance_of(findings, accepted)):
        if found >= 0:
            state[row], reason[row] = "accepted", str(accepted["reason"].iloc[found])
    left = []
    for one in reasons:
        if one.rule.startswith(_OF_PACKAGE):
            left.append(one)
            continue
        row = _meant(findings, state, one)
        state[row], reason[row] = "accepted", one.reason
    return findings.assign(state=state, reason=reason), left


def _meant(findings: pd.DataFrame, state: Sequence[str], line: Reason) -> int:
    """Find the finding that a line speaks of: of that rule, the nearest within a metre that is not accepted yet."""
    rows = np.flatnonzero((findings["id"] == line.rule).to_numpy(dtype=bool))
    rows = np.array([row for row in rows if state[row] != "accepted"], dtype=np.int64)
    points = findings["geometry"].to_numpy(dtype=object)[rows]
    placed = np.array([point is not None and not point.is_empty for point in points], dtype=bool)
    if bool(line.x) != bool(line.y):
        raise BadInput(Message("x or y is missing"), where=line.where, wanted=Message("both, or none"))
    if not line.x:
        rows = rows[~placed]
        if len(rows):
            return int(rows[0])
        what = Message("no open finding of rule {rule} without a place", rule=line.rule)
    else:
        try:
            point = shapely.Point(float(line.x), float(line.y))
        except ValueError as error:
            what = Message("'{x}', '{y}' are no coordinates", x=line.x, y=line.y)
            raise BadInput(what, where=line.where, wanted=Message("numbers in the plan's coordinate system")) from error
        distance = shapely.distance(points[placed], point) if placed.any() else np.array([])
        if len(distance) and distance.min() <= _SAME_PLACE:
            return int(rows[placed][distance.argmin()])
        what = Message("no open finding of rule {rule} at {x}, {y}", rule=line.rule, x=line.x, y=line.y)
    known = sorted({str(rule) for rule in findings["id"]})
    wanted = Message("rule, x and y as findings of the plan have them; there are {rules}", rules=joined(known))
    raise BadInput(what, where=line.where, wanted=wanted)


def write_reasons(path: Path, reasons: Iterable[tuple[Mapping[str, Any], str]]) -> None:
    """Write a table of accepted errors, a line each, in the order of the findings.

    Parameters
    ----------
    path : Path
        CSV with columns rule, x, y, reason.
    reasons : iterable of (finding, reason)
        A finding is a row as of ``Packaged.findings``.
    """
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for finding, reason in reasons:
            x, y = _place(finding["where"])
            writer.writerow([finding["id"], x, y, reason.strip()])


def _place(where: str) -> tuple[str, str]:
    """Give the coordinates of a finding's point; nothing of one without a place."""
    found = shapely.get_coordinates(shapely.from_wkt(where)) if where else []
    return (f"{found[0][0]:.3f}", f"{found[0][1]:.3f}") if len(found) else ("", "")
