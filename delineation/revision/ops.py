"""Edits read from JSON, one object a line, as the table of operations says; and the same as JSON Schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..core.errors import BadInput
from ..core.given_files import parse_json, read_text, refuse_unsound
from ..core.messages import Message, at
from ..core.text import nearest
from .fields import UnfitError, line_of_text, words
from .operation import Edit
from .operations import OPS

if TYPE_CHECKING:
    from pathlib import Path

    from .operation import Operation

__all__ = ["OPS", "Edit", "edit_schema", "read_edit", "read_edits"]

_SAID = {
    "author": line_of_text(Message("author")),
    "reason": words(Message("reason")),
    "basis": words(Message("basis")),
}
_MOST = 1 << 26  # bytes of a file of edits
_AN_EDIT = Message('an object {"op": "…", …}')


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
    operation = OPS[name]
    values: dict[str, Any] = {}
    said: dict[str, Any] = {}
    for key, value in found.items():
        if key == "op":
            continue
        if key in _SAID:
            if not isinstance(value, str):
                raise BadInput(Message("{key} is no text", key=key), where=where, wanted=_SAID["reason"].wanted)
            # A finding is accepted with a reason, which is the entry's own.
            said[key] = value
            try:
                if value:
                    _SAID[key].read(value)
            except UnfitError as unfit:
                raise BadInput(Message("{key} cannot be used", key=key), where=where, wanted=unfit.wanted) from None
        elif key in operation.fields:
            try:
                values[key] = operation.fields[key].read(value)
            except UnfitError as unfit:
                text = json.dumps(value, ensure_ascii=False)
                raise BadInput(
                    Message("{key} = {value}", key=key, value=text if len(text) <= 60 else text[:57] + "…"),
                    where=where,
                    wanted=unfit.wanted,
                ) from None
        else:
            raise BadInput(
                Message("unknown key '{key}' in operation {name}", key=key, name=name),
                where=where,
                wanted=nearest(key, (*operation.fields, *_SAID)),
            )
    for key, field in operation.fields.items():
        if field.needed and key not in values:
            raise BadInput(Message("operation {name} without '{key}'", name=name, key=key), where=where, wanted=at(key))
    if operation.one_of and len(values.keys() & set(operation.one_of)) != 1:
        raise BadInput(
            Message("operation {name} says not one thing to do", name=name),
            where=where,
            wanted=Message("one of {fields}", fields=operation.one_of),
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


def edit_schema() -> dict[str, Any]:
    """Give the JSON Schema of an edit: what `read_edit` takes, an alternative for each operation."""
    return {
        "title": "a line of a file of edits",
        "description": "An edit of a plan: one operation.",
        "oneOf": [_schema(one) for one in OPS.values()],
    }


def _schema(operation: Operation) -> dict[str, Any]:
    said = dict.fromkeys(_SAID, _SAID["reason"].schema)
    fields = {key: {"title": str(field.title), **field.schema} for key, field in operation.fields.items()}
    schema = {
        "title": str(operation.title),
        "description": str(operation.about),
        "type": "object",
        "required": ["op", *(key for key, field in operation.fields.items() if field.needed)],
        "properties": {"op": {"const": operation.name}, **fields, **said},
        "additionalProperties": False,
    }
    one_of = [{"required": [key]} for key in operation.one_of]
    return {**schema, "oneOf": one_of} if one_of else schema
