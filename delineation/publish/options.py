"""What verbs take, for whoever calls them: a JSON Schema of the options of each, and a page of all in each language."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..core.messages import Message, word
from ..core.options import told
from .schemas import ID_OF_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core.options import Option

_TYPES = {"switch": "boolean", "whole": "integer", "real": "number"}
_VERSION = 1  # counts up where a schema changes in a way that would mislead a program made for the one before


def option_files(verbs: Mapping[str, Sequence[Option]]) -> dict[str, bytes]:
    """Give the files of all verbs' options, by name.

    Parameters
    ----------
    verbs : mapping
        Verb → its options.
    """
    schemas = {f"{name}.options.schema.json": options_schema(name, options) for name, options in verbs.items()}
    texts = {name: json.dumps(schema, ensure_ascii=False, indent=2) for name, schema in schemas.items()}
    texts |= {"options.md": options_page(verbs, "en"), "options.zh.md": options_page(verbs, "zh")}
    return {name: f"{text}\n".encode() for name, text in texts.items()}


def options_schema(verb: str, options: Sequence[Option]) -> dict[str, Any]:
    """Say what may be given to a verb, by the keywords that the engine takes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{ID_OF_OPTIONS}{verb}:{_VERSION}",
        "title": verb,
        "type": "object",
        "required": [one.name for one in options if one.required or one.place in ("1", "+")],
        "properties": {one.name: _property(one) for one in options},
        "additionalProperties": False,
    }


def _property(option: Option) -> dict[str, Any]:
    value: dict[str, Any] = {"type": _TYPES.get(option.kind, "string")}
    if option.choices:
        value["enum"] = list(option.choices)
    if option.least is not None:
        value["minimum"] = option.least
    if option.repeat or option.place in ("*", "+"):
        value = {"type": "array", "items": value}
    if option.default not in (None, ""):
        value["default"] = option.default
    return {"description": told(option, "en"), **value}


def options_page(verbs: Mapping[str, Sequence[Option]], language: str) -> str:
    """Write a page of Markdown, a table a verb."""
    titles = (Message("Option"), Message("Default"), Message("In the toolbox"), Message("What it is for"))
    head = [_row([word(title, language) for title in titles]), _row(["---"] * len(titles))]
    lines = [f"<!-- {ID_OF_OPTIONS}{_VERSION} -->", f"# {word(Message('Options of the verbs'), language)}"]
    for verb, options in verbs.items():
        lines += ["", f"## {verb}", "", *head, *(_row(_cells(one, language)) for one in options)]
    return "\n".join(lines)


def _cells(option: Option, language: str) -> list[str]:
    called = ", ".join(option.flags)
    # A switch is what its flag changes: `--no-curve` for what is made unless it is given.
    default = "" if option.default in (None, "", False, True) else f"`{option.default}`"
    return [f"`{called}`", default, f"`{option.name.upper()}`" if option.title else "", told(option, language)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
