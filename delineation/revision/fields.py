"""The fields of operations: each with its title, what reads its value, what is wanted, and the same as JSON Schema."""

from __future__ import annotations

import datetime
import json
import math
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import shapely

from ..core.errors import BadInput
from ..core.given_files import parse_json, shape_of_wkt
from ..core.messages import NOTHING, Message, at, joined
from ..core.text import nearest, unfit
from ..lists.clause import CLAUSE_COLUMNS
from ..lists.draft import STATUSES as CLAUSE_STATUSES
from ..lists.library import LEVELS, level_word
from ..lists.wording import DIMENSIONS, EFFECTS, SUBDIMENSIONS
from ..plan.status import STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "CATEGORY",
    "CLAUSE",
    "CLAUSE_ACTS",
    "CLAUSE_OR_ID",
    "CLAUSE_ROWS",
    "DATE",
    "FACES",
    "KIND",
    "LINE",
    "NAME",
    "POINT",
    "SEED",
    "SERIAL",
    "STATUS",
    "TWO_UNITS",
    "UNIT",
    "UNITS",
    "Field",
    "UnfitError",
    "line_of_text",
    "optional",
    "some_object",
    "words",
]

_LONGEST = 2_000  # characters of a name or a clause
_A_LINE = Message("a text of one line that is not empty")
_FAR = 1 << 53  # no face has such a number, and no place such a coordinate


class UnfitError(Exception):
    """A value is not of its kind.

    Attributes
    ----------
    wanted : Message
        Where a part of the value is wrong, what is wanted of that; else nothing.
    """

    def __init__(self, wanted: Message = NOTHING) -> None:
        super().__init__(wanted)
        self.wanted = wanted


@dataclass(frozen=True)
class Field:
    """What an operation says under one key.

    Attributes
    ----------
    title : Message
        What forms call it.
    wanted : Message
        What a value has to be: in refusals, in help, and beside the field of a form.
    convert : callable
        Gives a value of JSON as operations take it, or raises `UnfitError`.
    schema : mapping
        What it takes, as JSON Schema.
    choices : mapping
        Where it takes few values, each with what it is called.
    needed : bool
        It has to be said.
    """

    title: Message
    wanted: Message
    convert: Callable[[Any], Any]
    schema: Mapping[str, Any]
    choices: Mapping[Any, Message] = field(default_factory=dict)
    needed: bool = True

    def read(self, value: Any) -> Any:
        """Give a value of JSON as operations take it.

        Raises
        ------
        UnfitError
            With what is wanted.
        """
        try:
            return self.convert(value)
        except UnfitError as unfit:
            raise UnfitError(unfit.wanted or self.wanted) from None

    def typed(self, text: str) -> Any:
        """Give what somebody typed as JSON has it: lists also without brackets, parted by commas or blanks."""
        kind = self.schema.get("type")
        if kind == "string":
            return text
        found = _json_or_text(text)
        if kind == "array" and not isinstance(found, list):
            return [_json_or_text(one) for one in re.split(r"[\s,，、]+", text.strip())]
        return found


def optional(field: Field) -> Field:
    """Give a field that may be left out."""
    return replace(field, needed=False)


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


# ── What reads them ─────────────────────────────────────────────────────────────────────────────────────────────────


def _text(value: Any) -> str:
    # Codes and ids are texts, never numbers: a number would lose its leading zeros.
    if not isinstance(value, str) or not value.strip() or unfit(value.strip()):
        raise UnfitError(_A_LINE)
    return _words(value).strip()


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise UnfitError
    if len(value) > _LONGEST:
        raise UnfitError(Message("a text of at most {most} characters", most=_LONGEST))
    return value


def _point(value: Any) -> list[float]:
    numbers = isinstance(value, list) and len(value) == 2 and all(_number(one) for one in value)
    if not numbers:
        raise UnfitError(POINT.wanted)
    return [float(one) for one in value]


def _number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) if isinstance(value, float) else abs(value) < _FAR


def _whole(value: Any, least: float = -math.inf, most: float = math.inf) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise UnfitError
    return value


def _face(value: Any) -> int | dict[str, Any]:
    if isinstance(value, dict) and set(value) == {"at"}:
        return {"at": _point(value["at"])}
    return _whole(value, 1, _FAR - 1)


def _faces(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise UnfitError
    return [_face(one) for one in value]


def _units(value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) < 2 or len(set(map(str, value))) != len(value):
        raise UnfitError(UNITS.wanted)
    return [_text(one) for one in value]


def _two_units(value: Any) -> list[str]:
    if len(found := _units(value)) != 2:
        raise UnfitError
    return found


def _category(value: Any) -> int:
    if isinstance(value, bool) or value not in (1, 2, 3):
        raise UnfitError
    return int(value)


def _line(value: Any) -> str:
    try:
        found = shape_of_wkt(value) if isinstance(value, str) else None
    except shapely.errors.GEOSException:
        found = None
    if found is None or found.geom_type != "LineString" or found.is_empty or not found.length > 0:
        raise UnfitError
    if not math.isfinite(sum(map(abs, found.bounds))):
        raise UnfitError
    return str(value)


def _status(value: Any) -> str:
    if value not in STATUSES:
        raise UnfitError
    return str(value)


def _date(value: Any) -> str:
    try:
        return datetime.date.fromisoformat(value).isoformat() if value != "" else ""
    except (TypeError, ValueError):
        raise UnfitError from None


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnfitError
    return value


# ── Clauses ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_VALUES: Mapping[str, tuple[str, ...]] = {
    "dimension": DIMENSIONS,
    "effect": EFFECTS,
    "level": ("", *LEVELS),
    "status": CLAUSE_STATUSES,
    "subdimension": ("", *SUBDIMENSIONS),
}
_OF_UNIT = ("unit_id", "code", "clause_id")
CLAUSE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "id": (),
    **{name: _VALUES.get(name, ()) for name in CLAUSE_COLUMNS if name not in _OF_UNIT},
}
"""What may be said of a clause, and of what is one of few all that it may be."""
CLAUSE_ACTS = ("add", "change", "remove")


def _clause(found: Any) -> dict[str, str]:
    if isinstance(found, dict) and isinstance(found.get("terms"), dict):
        found = {**found, "terms": _json_text(found["terms"])}
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise UnfitError(CLAUSE.wanted)
    value: dict[str, str] = {key: _words(one).strip() for key, one in found.items()}
    for key in value:
        if key not in CLAUSE_FIELDS:
            raise UnfitError(nearest(key, CLAUSE_FIELDS))
    if not value.get("id"):
        raise UnfitError(CLAUSE.wanted)
    _text(value["id"])
    for key, read in _WORDED.items():
        if key in value:
            value[key] = read(value[key])
    for key, known in CLAUSE_FIELDS.items():
        if known and value.get(key, known[0]) not in known:
            raise UnfitError(
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
        raise UnfitError(wanted)
    return _json_text(found) if found else ""


_WORDED: Mapping[str, Callable[[str], str]] = {"level": level_word, "terms": _terms}
"""What is said of a clause in other words too."""


def _json_text(found: Mapping[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, sort_keys=True)


def _id_or_clause(value: Any) -> dict[str, str]:
    return _clause({"id": value} if isinstance(value, str) else value)


def _clause_rows(value: Any) -> list[dict[str, Any]]:
    """Read what is done to several clauses: a unit, and one of add, change, remove each."""
    if not isinstance(value, list) or not value:
        raise UnfitError
    out = []
    for number, row in enumerate(value, 1):
        acts = [key for key in row if key in CLAUSE_ACTS] if isinstance(row, dict) else []
        if len(acts) != 1 or set(row) != {"unit", *acts}:
            wanted = Message("a unit and one of add, change, remove")
            raise UnfitError(Message("row {row}: {wanted}", row=number, wanted=wanted))
        clause = CLAUSE_OR_ID if acts[0] == "remove" else CLAUSE
        try:
            out.append({"unit": UNIT.read(row["unit"]), acts[0]: clause.read(row[acts[0]])})
        except UnfitError as unfit:
            raise UnfitError(Message("row {row}: {wanted}", row=number, wanted=unfit.wanted)) from None
    return out


# ── The fields ──────────────────────────────────────────────────────────────────────────────────────────────────────

_ONE_LINE = {"type": "string", "pattern": r"\S", "maxLength": _LONGEST}


def line_of_text(title: Message) -> Field:
    """Give a field for a text of one line: a name, a code, an id."""
    return Field(title, _A_LINE, _text, _ONE_LINE)


def words(title: Message) -> Field:
    """Give a field for a text that may be empty."""
    return Field(title, Message("a text"), _words, {"type": "string", "maxLength": _LONGEST})


def some_object(title: Message) -> Field:
    """Give a field for an object of anything."""
    return Field(title, Message("an object"), _object, {"type": "object", "additionalProperties": True})


UNIT = line_of_text(Message("unit (code or id)"))
NAME = line_of_text(Message("name"))
KIND = replace(line_of_text(Message("kind")), wanted=Message("a role of the rules, or general"))
POINT = Field(
    Message("place"),
    Message("[x, y] in the plan's CRS"),
    _point,
    {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
)
FACES = Field(
    Message("faces (numbers, or points in them)"),
    Message('a list of face ids or of {"at": [x, y]}'),
    _faces,
    {
        "type": "array",
        "items": {
            "anyOf": [
                {"type": "integer", "minimum": 1},
                {
                    "type": "object",
                    "required": ["at"],
                    "properties": {"at": POINT.schema},
                    "additionalProperties": False,
                },
            ]
        },
        "minItems": 1,
    },
)
UNITS = Field(
    Message("units (codes or ids)"),
    Message("a list of two or more different units"),
    _units,
    {"type": "array", "items": _ONE_LINE, "minItems": 2, "uniqueItems": True},
)
TWO_UNITS = replace(
    UNITS, wanted=Message("a list of two units"), convert=_two_units, schema={**UNITS.schema, "maxItems": 2}
)
CATEGORY = Field(
    Message("category"),
    Message("1, 2 or 3"),
    _category,
    {"enum": [1, 2, 3]},
    {number: Message("{category:category}", category=str(number)) for number in (1, 2, 3)},
)
SERIAL = Field(
    Message("serial number"),
    Message("a whole number from 1 to 9999"),
    lambda value: _whole(value, 1, 9999),
    {"type": "integer", "minimum": 1, "maximum": 9999},
)
LINE = Field(
    Message("line"),
    Message("a LINESTRING of two or more points (WKT), in the plan's CRS"),
    _line,
    {"type": "string", "pattern": "[Ll][Ii][Nn][Ee][Ss][Tt][Rr][Ii][Nn][Gg]"},
)
CLAUSE = Field(
    Message("clause"),
    Message("an object of texts with an id"),
    _clause,
    {
        "type": "object",
        "required": ["id"],
        "properties": {
            key: {"enum": list(known)} if known and key not in _WORDED else {"type": ["string", "object"]}
            for key, known in CLAUSE_FIELDS.items()
        },
        "additionalProperties": False,
    },
)
CLAUSE_OR_ID = replace(CLAUSE, convert=_id_or_clause, schema={"anyOf": [_ONE_LINE, CLAUSE.schema]})
CLAUSE_ROWS = Field(
    Message("rows"),
    Message("a list of rows, each with a unit and one of add, change, remove"),
    _clause_rows,
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["unit"],
            "properties": {
                "unit": UNIT.schema,
                "add": CLAUSE.schema,
                "change": CLAUSE.schema,
                "remove": CLAUSE_OR_ID.schema,
            },
            "additionalProperties": False,
            "minProperties": 2,
            "maxProperties": 2,
        },
        "minItems": 1,
    },
)
STATUS = Field(
    Message("status of the plan"),
    joined(STATUSES),
    _status,
    {"enum": list(STATUSES)},
    {one: at(one) for one in STATUSES},
)
DATE = Field(Message("date"), Message("a date, as 2026-06-01"), _date, {"type": "string"})
SEED = Field(Message("seed"), Message("a whole number"), _whole, {"type": "integer"})
