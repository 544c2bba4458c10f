"""Operations on a plan (修订操作): what each may say, read from JSON, one object a line."""

from __future__ import annotations

import datetime
import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import shapely

from ..core.errors import BadInput
from ..core.given_files import parse_json, read_text, refuse_unsound, shape_of_wkt
from ..core.messages import NOTHING, Message, at, joined
from ..core.text import nearest, unfit
from ..lists.draft import STATUSES as CLAUSE_STATUSES
from ..lists.library import LEVELS, level_word
from ..lists.wording import DIMENSIONS, EFFECTS, SUBDIMENSIONS, effect_id
from ..plan.entries import ACCEPT, RELABEL
from ..plan.status import STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["CLAUSE_ACTS", "OPS", "Edit", "read_edit", "read_edits"]

_SAID = ("author", "reason", "basis")
_MOST = 1 << 26  # bytes of a file of edits
_LONGEST = 2_000  # characters of a name or a clause
_AN_EDIT = Message('an object {"op": "…", …}')
_FAR = 1 << 53  # no face has such a number, and no place such a coordinate


@dataclass(frozen=True)
class Edit:
    """One operation, and who does it, why, and on what document it rests.

    Attributes
    ----------
    op : str
        A key of `OPS`.
    values : mapping
        What the operation says beside its name.
    author, reason, basis : str
    made : mapping
        Ids and codes that it gave when it was first applied: done again, it gives the same.
    """

    op: str
    values: Mapping[str, Any]
    author: str = ""
    reason: str = ""
    basis: str = ""
    made: Mapping[str, Any] = field(default_factory=dict)


# ── Values ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class _UnfitError(Exception):
    """A value is not of its kind; carries what was wanted."""


def _text(value: Any) -> str:
    # Codes and ids are texts, never numbers: a number would lose its leading zeros.
    if not isinstance(value, str) or not value.strip() or unfit(value.strip()):
        raise _UnfitError(Message("a text of one line that is not empty"))
    return _words(value).strip()


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise _UnfitError(Message("a text"))
    if len(value) > _LONGEST:
        raise _UnfitError(Message("a text of at most {most} characters", most=_LONGEST))
    return value


def _point(value: Any) -> list[float]:
    numbers = isinstance(value, list) and len(value) == 2 and all(_number(one) for one in value)
    if not numbers:
        raise _UnfitError(Message("[x, y] in the plan's CRS"))
    return [float(one) for one in value]


def _number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) if isinstance(value, float) else abs(value) < _FAR


def _faces(value: Any) -> list[Any]:
    wanted = Message('a list of face ids or of {"at": [x, y]}')
    if not isinstance(value, list) or not value:
        raise _UnfitError(wanted)
    out: list[Any] = []
    for one in value:
        if isinstance(one, int) and not isinstance(one, bool) and 0 < one < _FAR:
            out.append(one)
        elif isinstance(one, dict) and set(one) == {"at"}:
            out.append({"at": _point(one["at"])})
        else:
            raise _UnfitError(wanted)
    return out


def _units(value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) < 2 or len(set(map(str, value))) != len(value):
        raise _UnfitError(Message("a list of two or more different units"))
    return [_text(one) for one in value]


def _two_units(value: Any) -> list[str]:
    if len(found := _units(value)) != 2:
        raise _UnfitError(Message("a list of two units"))
    return found


def _category(value: Any) -> int:
    if isinstance(value, bool) or value not in (1, 2, 3):
        raise _UnfitError(Message("1, 2 or 3"))
    return int(value)


def _serial(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 9999:
        raise _UnfitError(Message("a whole number from 1 to 9999"))
    return value


def _line(value: Any) -> str:
    wanted = Message("a LINESTRING of two or more points (WKT), in the plan's CRS")
    try:
        found = shape_of_wkt(value) if isinstance(value, str) else None
    except shapely.errors.GEOSException:
        found = None
    if found is None or found.geom_type != "LineString" or found.is_empty or not found.length > 0:
        raise _UnfitError(wanted)
    if not math.isfinite(sum(map(abs, found.bounds))):
        raise _UnfitError(wanted)
    return str(value)


_CLAUSE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "id": (),
    "text": (),
    "dimension": DIMENSIONS,
    "effect": EFFECTS,
    "basis": (),
    "level": ("", *LEVELS),
    "status": CLAUSE_STATUSES,
    "remark": (),
    "terms": (),
    "subdimension": ("", *SUBDIMENSIONS),
    "issuer": (),
    "origin": (),
}
"""What may be said of a clause, and of what is one of few all that it may be."""
CLAUSE_ACTS = ("add", "change", "remove")


def _clause(found: Any) -> dict[str, str]:
    if not isinstance(found, dict):
        raise _UnfitError(Message("an object of texts with an id"))
    if isinstance(found.get("terms"), dict):
        found = {**found, "terms": _json_text(found["terms"])}
    if not all(isinstance(one, str) for one in found.values()):
        raise _UnfitError(Message("an object of texts with an id"))
    value: dict[str, str] = {key: _words(one).strip() for key, one in found.items()}
    for key in value:
        if key not in _CLAUSE_FIELDS:
            raise _UnfitError(nearest(key, _CLAUSE_FIELDS))
    if not value.get("id"):
        raise _UnfitError(Message("an object of texts with an id"))
    _text(value["id"])
    for key, read in (("effect", effect_id), ("level", level_word), ("terms", _terms)):
        if key in value:
            value[key] = read(value[key])
    for key, known in _CLAUSE_FIELDS.items():
        if known and value.get(key, known[0]) not in known:
            raise _UnfitError(
                Message("{key}: {nearest}", key=key, nearest=nearest(value[key], [one for one in known if one]))
            )
    return value


def _terms(text: str) -> str:
    """Read to what a clause applies: a JSON object, or nothing."""
    wanted = Message("terms: a JSON object")
    try:
        found = parse_json(text, NOTHING, wanted) if text else {}
    except BadInput:
        found = None
    if not isinstance(found, dict):
        raise _UnfitError(wanted)
    return _json_text(found) if found else ""


def _json_text(found: Mapping[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, sort_keys=True)


def _id_or_clause(value: Any) -> dict[str, str]:
    return _clause({"id": value} if isinstance(value, str) else value)


def _clause_rows(value: Any) -> list[dict[str, Any]]:
    """Read what is done to several clauses: a unit, and one of add, change, remove each."""
    if not isinstance(value, list) or not value:
        raise _UnfitError(Message("a list of rows, each with a unit and one of add, change, remove"))
    out = []
    for number, row in enumerate(value, 1):
        acts = [key for key in row if key in CLAUSE_ACTS] if isinstance(row, dict) else []
        if len(acts) != 1 or set(row) != {"unit", *acts}:
            wanted = Message("a unit and one of add, change, remove")
            raise _UnfitError(Message("row {row}: {wanted}", row=number, wanted=wanted))
        read = _id_or_clause if acts[0] == "remove" else _clause
        try:
            out.append({"unit": _text(row["unit"]), acts[0]: read(row[acts[0]])})
        except _UnfitError as unfit:
            raise _UnfitError(Message("row {row}: {wanted}", row=number, wanted=unfit.args[0])) from None
    return out


def _status(value: Any) -> str:
    if value not in STATUSES:
        raise _UnfitError(joined(STATUSES))
    return str(value)


def _date(value: Any) -> str:
    try:
        return datetime.date.fromisoformat(value).isoformat() if value != "" else ""
    except (TypeError, ValueError):
        raise _UnfitError(Message("a date, as 2026-06-01")) from None


def _facts(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _UnfitError(Message("an object"))
    return value


def _seed(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _UnfitError(Message("a whole number"))
    return value


OPS: Mapping[str, tuple[Mapping[str, Callable[[Any], Any]], tuple[str, ...]]] = {
    "assign": ({"faces": _faces, "unit": _text}, ("faces", "unit")),
    "create": ({"faces": _faces, "category": _category, "name": _text}, ("faces", "category")),
    "merge": ({"units": _units, "category": _category}, ("units",)),
    "split": ({"unit": _text, "line": _line, "name": _text}, ("unit", "line")),
    "reshape": ({"units": _two_units, "line": _line}, ("units", "line")),
    "categorize": ({"unit": _text, "category": _category}, ("unit", "category")),
    "rename": ({"unit": _text, "name": _text}, ("unit", "name")),
    "renumber": ({"unit": _text, "serial": _serial}, ("unit", "serial")),
    "lock": ({"unit": _text}, ("unit",)),
    "unlock": ({"unit": _text}, ("unit",)),
    "move": ({"township": _text, "unit": _text}, ("township", "unit")),
    "clause": ({"unit": _text, "add": _clause, "change": _clause, "remove": _id_or_clause}, ("unit",)),
    "clauses": ({"rows": _clause_rows}, ("rows",)),
    "status": ({"to": _status, "date": _date, "document": _words}, ("to",)),
    ACCEPT: ({"rule": _text, "at": _point, "facts": _facts}, ("rule",)),
    RELABEL: ({"method": _text, "seed": _seed, "parameters": _facts}, ("method",)),
}
"""Each operation: what it may say, with what reads it, and what it must say."""


def read_edit(found: Any, where: Message, *, author: str = "", reason: str = "", basis: str = "") -> Edit:
    """Read an operation.

    Parameters
    ----------
    found : object
        What JSON gave.
    where : Message
        What messages call its place.
    author, reason, basis : str
        Of those that do not say so themselves.

    Raises
    ------
    BadInput
        An unknown operation or key, a value of another kind, or one that is missing.
    """
    if not isinstance(found, dict) or not isinstance(found.get("op"), str):
        raise BadInput(Message("is no edit"), where=where, wanted=_AN_EDIT)
    found = {"author": author, "reason": reason, "basis": basis, **found}
    refuse_unsound(found, where, _AN_EDIT)
    name = found["op"]
    if name not in OPS:
        raise BadInput(Message("unknown operation '{name}'", name=name), where=where, wanted=nearest(name, OPS))
    readers, must = OPS[name]
    values: dict[str, Any] = {}
    said: dict[str, Any] = {}
    for key, value in found.items():
        if key == "op":
            continue
        if key in _SAID:
            if not isinstance(value, str):
                raise BadInput(Message("{key} is no text", key=key), where=where, wanted=Message("a text"))
            # A finding is accepted with a reason, which is the entry's own.
            said[key] = value
            try:
                (_text if key == "author" and value else _words)(value)
            except _UnfitError as unfit:
                raise BadInput(Message("{key} cannot be used", key=key), where=where, wanted=unfit.args[0]) from None
        elif key in readers:
            try:
                values[key] = readers[key](value)
            except _UnfitError as unfit:
                text = json.dumps(value, ensure_ascii=False)
                what = Message("{key} = {value}", key=key, value=text if len(text) <= 60 else text[:57] + "…")
                raise BadInput(what, where=where, wanted=unfit.args[0]) from None
        else:
            raise BadInput(
                Message("unknown key '{key}' in operation {name}", key=key, name=name),
                where=where,
                wanted=nearest(key, (*readers, *_SAID)),
            )
    for key in must:
        if key not in values:
            raise BadInput(Message("operation {name} without '{key}'", name=name, key=key), where=where, wanted=at(key))
    if name == "clause" and len(values.keys() & set(CLAUSE_ACTS)) != 1:
        raise BadInput(
            Message("operation {name} says not one thing to do", name=name),
            where=where,
            wanted=Message("one of add, change, remove"),
        )
    return Edit(name, values, **said)


def read_edits(path: Path, *, author: str = "", reason: str = "", basis: str = "") -> list[tuple[int, Edit]]:
    """Read a file of operations, a JSON object a line; empty lines are passed over.

    Returns
    -------
    list of (int, Edit)
        Each with the number of its line, from 1.

    Raises
    ------
    BadInput
        No such file, one that is no text in UTF-8, or a line that is no operation: with its number.
    """
    wanted = Message("a file of edits, a JSON object a line, in UTF-8")
    out = []
    for number, line in enumerate(read_text(path, wanted, most=_MOST).split("\n"), 1):
        if not line.strip():
            continue
        where = Message("{path} line {line}", path=path, line=number)
        found = parse_json(line, where, _AN_EDIT)
        out.append((number, read_edit(found, where, author=author, reason=reason, basis=basis)))
    if not out:
        raise BadInput(Message("no edit in it"), where=at(path), wanted=wanted)
    return out
