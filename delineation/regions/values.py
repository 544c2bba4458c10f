"""Attributes of polygons as methods compare them: fields read as numbers, scaled, weighted, none of them missing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.errors import BadInput
from ..core.findings import Facts, Finding
from ..core.messages import Message, first_few, one_of
from ..core.text import nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..core.arrays import Bools, Floats, Ints, Objects

_VARIABLES = Message("variables")

SCALES = ("zscore", "range", "none")
MISSING = ("error", "mean", "leave_out")
_LARGEST = 1e150  # whose square is still a number
_FLAT = 1e-12  # share of its size below which a field's spread is rounding


@dataclass(frozen=True)
class Attributes:
    """Attributes of the polygons that take part.

    Attributes
    ----------
    names : tuple of str
        Variables in use, in order; ``x`` and ``y`` last where coordinates are among them.
    raw : (m, p) float64
        As the fields have them, missing ones filled in.
    values : (m, p) float64
        Scaled and weighted; finite.
    row : (m,) int64
        Rows of the table that take part: all but those left out.
    findings : tuple of Finding
    """

    names: tuple[str, ...]
    raw: Floats
    values: Floats
    row: Ints
    findings: tuple[Finding, ...] = field(default=())


def weights_of(variables: str | Sequence[str] | Mapping[str, float], columns: Mapping[str, Any]) -> dict[str, float]:
    """Read ``"A,B"``, ``"A:2,B:0.5"``, a list of these, or field → weight; a weight left out is 1.

    Parameters
    ----------
    variables : str, sequence of str or mapping
    columns : mapping
        The fields there are; a field's name may hold a colon itself.

    Returns
    -------
    dict
        Field as the table spells it → weight.

    Raises
    ------
    BadInput
        No variable, one twice, an unknown field, or a weight that is no positive number.
    """
    if isinstance(variables, Mapping):
        given = [(str(name), float(weight)) for name, weight in variables.items()]
    else:
        texts = variables.split(",") if isinstance(variables, str) else [str(text) for text in variables]
        given = [_weighted(text.strip(), columns) for text in texts if text.strip()]
    if not given:
        raise BadInput(
            Message("no variable"),
            where=Message("variables"),
            wanted=Message("fields with numbers, such as A,B or A:2,B:0.5"),
        )
    out: dict[str, float] = {}
    for name, weight in given:
        found = field_named(name, columns, Message("variables"))
        if found in out:
            raise BadInput(
                Message("field '{field}' is given twice", field=found),
                where=Message("variables"),
                wanted=Message("each field once"),
            )
        if not 0 < weight < math.inf:
            raise BadInput(
                Message("weight {weight:g} of field '{field}'", weight=weight, field=found),
                where=Message("variables"),
                wanted=Message("a weight above 0"),
            )
        out[found] = weight
    return out


def _weighted(text: str, columns: Mapping[str, Any]) -> tuple[str, float]:
    name, colon, weight = text.rpartition(":")
    if not colon or text in columns:
        return text, 1.0
    try:
        return name.strip(), float(weight)
    except ValueError:
        return text, 1.0


def field_named(name: str, columns: Mapping[str, Any], where: Message) -> str:
    """Find a field by its name, or by its name in other letters of case where that is only one.

    Raises
    ------
    BadInput
        No such field; the nearest ones are named.
    """
    if name in columns:
        return name
    alike = [column for column in columns if column.lower() == name.lower()]
    if len(alike) == 1:
        return alike[0]
    none = Message("fields to choose from; there are none, as no variable is chosen or the layer has no fields")
    wanted = nearest(name, columns) if columns else none
    raise BadInput(Message("no field '{name}'", name=name), where=where, wanted=wanted)


def numbers_of(name: str, values: NDArray[Any], names: Objects, where: Message) -> Floats:
    """Read a field as numbers, NaN where it is empty.

    Raises
    ------
    BadInput
        A text that is no number, or a number that is not finite; the polygon is named.
    """
    if values.dtype.kind in "iufb":
        out = values.astype(np.float64)
    else:
        out = np.full(len(values), np.nan)
        for row, value in enumerate(values.tolist()):
            text = "" if value is None or value != value else str(value).strip()
            try:
                out[row] = float(text) if text else np.nan
            except ValueError:
                raise BadInput(
                    Message(
                        "{polygon} has '{text}' in field '{field}'", polygon=names[row], text=text[:40], field=name
                    ),
                    where=where,
                    wanted=Message("a field with numbers"),
                ) from None
            if text and math.isnan(out[row]):
                raise BadInput(
                    Message("{polygon} has '{text}' in field '{field}'", polygon=names[row], text=text, field=name),
                    where=where,
                    wanted=Message("a number, or none"),
                )
    endless = np.flatnonzero(np.isinf(out))
    if len(endless):
        raise BadInput(
            Message("{polygon} has an infinite value in field '{field}'", polygon=names[endless[0]], field=name),
            where=where,
            wanted=Message("a finite number"),
        )
    return out


def attributes(
    columns: Mapping[str, NDArray[Any]],
    weights: Mapping[str, float],
    names: Objects,
    *,
    scale: str = "zscore",
    missing: str = "error",
    centres: Floats | None = None,
    coordinates: float = 0.0,
    where: Message = _VARIABLES,
) -> Attributes:
    """Take fields as the attributes that regions are to be alike in.

    Parameters
    ----------
    columns : mapping of str to (n,) arrays
    weights : mapping of str to float
        As `weights_of` gives them. A weight counts a variable's sum of squares that many times: ``A:2`` is ``A`` listed
        twice, so values are multiplied by its root.
    names : (n,) object
        What messages call each polygon.
    scale : {"zscore", "range", "none"}
        ``zscore``: less the mean, divided by the sample standard deviation (n − 1), so that every variable weighs
        alike; ``range``: from 0 to 1, for scores whose scale is bounded and known; ``none``: as they are, for variables
        of one unit.
    missing : {"error", "mean", "leave_out"}
        What happens to polygons with an empty value: refused, given the variable's mean, or left without a region.
    centres : (n, 2) float64, optional
        Centroids in m.
    coordinates : float
        Weight of x and of y as variables, 0 for neither. Both are scaled by one number, so that the distance between
        two centroids does not depend on the direction.

    Raises
    ------
    BadInput
        A value that is no number, an empty one (``missing = "error"``), no variable that varies, nobody left, numbers
        whose squares are none.
    """
    for key, value, known in (("scale", scale, SCALES), ("missing", missing, MISSING)):
        if value not in known:
            raise BadInput(Message("{key} = '{value}'", key=key, value=value), where=where, wanted=one_of(known))
    if not 0 <= coordinates < math.inf:
        raise BadInput(
            Message("coordinates = {coordinates:g}", coordinates=coordinates),
            where=where,
            wanted=Message("a weight of 0 or more"),
        )
    raw: Floats = np.zeros((len(names), len(weights)))
    for column, name in enumerate(weights):
        raw[:, column] = numbers_of(name, columns[name], names, where)
    findings: list[Finding] = []
    row: Ints = np.arange(len(raw), dtype=np.int64)
    empty = np.isnan(raw)
    if empty.any():
        findings, row = _settle(raw, empty, tuple(weights), names, missing, where)
    raw = raw[row]
    kept, flat = _varying(raw, tuple(weights))
    if flat:
        findings.append(Finding("S77", {"count": len(flat), "fields": tuple(flat)}, value=float(len(flat))))
    used = tuple(name for name in weights if name not in flat)
    raw = raw[:, kept]
    if not (np.abs(raw) < _LARGEST).all():
        raise BadInput(
            Message("values of {fields:variable} are too large to compare", fields=used),
            where=where,
            wanted=Message("smaller numbers"),
        )
    values = _scaled(raw, scale) * np.sqrt([weights[name] for name in used])
    if coordinates > 0 and centres is not None:
        raw = np.column_stack((raw, centres[row]))
        values = np.column_stack((values, _places(centres[row], scale) * math.sqrt(coordinates)))
        used = (*used, "x", "y")
    if not values.shape[1]:
        raise BadInput(
            Message("{fields:variable} is the same everywhere", fields=tuple(flat)),
            where=where,
            wanted=Message("a field that varies"),
        )
    return Attributes(used, raw, values, row, tuple(findings))


def _settle(
    raw: Floats,
    empty: Bools,
    fields: tuple[str, ...],
    names: Objects,
    missing: str,
    where: Message,
) -> tuple[list[Finding], Ints]:
    """Do with empty values as asked; ``raw`` is filled in where it is the mean."""
    rows = np.flatnonzero(empty.any(axis=1))
    hollow = [fields[column] for column in np.flatnonzero(empty.any(axis=0))]
    if missing == "error":
        raise BadInput(
            Message(
                "no value in {fields:variable}: {polygons}", fields=tuple(hollow), polygons=first_few(names[rows], 5)
            ),
            where=where,
            wanted=Message("values for all, or missing = mean | leave_out"),
        )
    void = empty.all(axis=0)
    if void.any() or len(rows) == len(raw):
        what = (
            Message("no polygon has a value in {field:variable}", field=fields[int(np.argmax(void))])
            if void.any()
            else Message("no polygon has a value in all of {fields:variable}", fields=fields)
        )
        raise BadInput(what, where=where, wanted=Message("fields with values"))
    facts: Facts = {"count": len(rows), "fields": tuple(hollow)}
    facts |= {"listed": first_few(names[rows], 5), "problem": missing}
    found = [Finding("S76", facts, value=float(len(rows)))]
    if missing == "leave_out":
        return found, np.flatnonzero(~empty.any(axis=1))
    raw[empty] = np.broadcast_to(np.nanmean(raw, axis=0), raw.shape)[empty]
    return found, np.arange(len(raw))


def _varying(raw: Floats, fields: tuple[str, ...]) -> tuple[Bools, list[str]]:
    """Tell which fields vary, and name those that are the same everywhere."""
    spread = np.ptp(raw, axis=0) if len(raw) else np.zeros(len(fields))
    kept: Bools = spread > _FLAT * np.abs(raw).max(axis=0, initial=0.0)
    return kept, [fields[column] for column in np.flatnonzero(~kept)]


def _scaled(raw: Floats, scale: str) -> Floats:
    scaled: Any = raw
    if scale == "range" and raw.shape[1]:
        scaled = (raw - raw.min(axis=0)) / np.ptp(raw, axis=0)
    elif scale == "zscore" and raw.shape[1]:
        scaled = (raw - raw.mean(axis=0)) / np.asarray(raw.std(axis=0, ddof=1))
    return np.asarray(scaled, dtype=np.float64)


def _places(centres: Floats, scale: str) -> Floats:
    """Scale both coordinates by one number."""
    middle: Floats = centres - centres.mean(axis=0)
    if scale == "none":
        return middle
    extent, spread = float(np.ptp(centres, axis=0).max()), math.sqrt(float(centres.var(axis=0, ddof=1).mean()))
    size = extent if scale == "range" else spread
    return np.divide(middle, size) if size > 0 else middle
