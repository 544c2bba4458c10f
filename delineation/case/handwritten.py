"""A hand-written case file with other values in it: comments, order and the writer's own way with numbers stay.

The text is taken apart into blocks, one a table such as ``[[source]]``, with the comments right above it. tomlkit
changes keys within a block; blocks come, go and change places whole.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.toml import toml_key, toml_value

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

_HEADER = re.compile(r"""\s*(\[\[?)\s*["']?([\w-]+)["']?\s*(\.?)""")
_COMMENT = re.compile(r"""\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|(\#[^\n]*)""", re.DOTALL)


@dataclass
class _Block:
    """A table: its name, its text from the comments above it to its last key, and the lines before the next one."""

    name: str
    text: str
    tail: str = ""


def rewritten(text: str, before: str, after: str) -> str | None:
    """Bring a case's text to other values.

    Parameters
    ----------
    text : str
        As somebody wrote it.
    before, after : str
        ``case_text`` of the case it holds, and of the one it is to hold.

    Returns
    -------
    str or None
        Every comment of ``text`` is in it. None where the text is built in a way that has no blocks: sources in one
        array, tables in several places.

    Raises
    ------
    ImportError
        There is no tomlkit.
    """
    import tomlkit  # noqa: F401 - where it is missing nothing is begun

    blocks = _blocks(text if text.endswith("\n") else f"{text}\n")
    old, new = tomllib.loads(before), tomllib.loads(after)
    made: dict[str, list[str]] = {}
    for block in _blocks(after):
        made.setdefault(block.name, []).append(block.text)
    for name in list(dict.fromkeys([*new, *old])):
        here = [block for block in blocks if block.name == name]
        if isinstance(new.get(name, old.get(name)), list):
            if len(here) != len(old.get(name, [])):
                return None
            _bring_list(blocks, name, old.get(name, []), new.get(name, []), made.get(name, []))
        elif len(here) > 1:
            return None
        elif here:
            here[0].text = _edited(here[0], old.get(name, {}), new.get(name, {}))
        elif name in new:
            _insert(blocks, _place(blocks, name, list(new)), name, made[name][0])
    return "".join(block.text + block.tail for block in blocks).rstrip("\n") + "\n"


# ── Blocks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _blocks(text: str) -> list[_Block]:
    """Take a text apart; the first block has no name and what stands above all tables."""
    blocks, lines, name = [], list[str](), ""
    for line in re.findall(r"[^\n]*\n", text):
        found = _HEADER.match(line)
        begins = found is not None and (found[2] != name or (found[1] == "[[" and not found[3]))
        # A line within an array or a text that goes on over lines looks like a header too: what stands before it is
        # then no whole text.
        if found is not None and begins and _whole("".join(lines)):
            above = _comments_at_end(lines)
            blocks.append(_split(name, lines[: len(lines) - above]))
            lines, name = lines[len(lines) - above :], found[2]
        lines.append(line)
    return [*blocks, _split(name, lines)]


def _whole(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _comments_at_end(lines: Sequence[str]) -> int:
    count = 0
    while count < len(lines) and lines[-1 - count].lstrip().startswith("#"):
        count += 1
    return count


def _split(name: str, lines: Sequence[str]) -> _Block:
    end = len(lines)
    while end and name and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return _Block(name, "".join(lines[:end]), "".join(lines[end:]))


def _place(blocks: Sequence[_Block], name: str, order: Sequence[str]) -> int:
    """Where a table goes that the text has not had: behind those that a case's text has before it."""
    earlier = order[: order.index(name)]
    return max((number + 1 for number, block in enumerate(blocks) if block.name in earlier), default=1)


def _insert(blocks: list[_Block], place: int, name: str, text: str) -> None:
    former = blocks[place - 1]
    if former.text + former.tail and not (former.text + former.tail).endswith("\n\n"):
        former.tail += "\n"
    blocks.insert(place, _Block(name, text.rstrip("\n") + "\n", "\n"))


# ── Lists of tables: sources and rasters ────────────────────────────────────────────────────────────────────────────


def _bring_list(
    blocks: list[_Block],
    name: str,
    old: Sequence[Mapping[str, Any]],
    new: Sequence[Mapping[str, Any]],
    made: Sequence[str],
) -> None:
    places = [number for number, block in enumerate(blocks) if block.name == name]
    origin = _origins(old, new)
    kept = [number for number in origin if number is not None]
    for number, place in enumerate(places):
        if number not in kept:
            comments = "".join(f"{comment}\n" for comment in _comments(blocks[place].text))
            blocks[place] = _Block("", comments, blocks[place].tail if comments else blocks[place].tail.lstrip("\n"))
    # Those that stay take the places of those that stay, in the order they are to have.
    moved = {
        origin_number: _Block(
            name, _edited(blocks[places[origin_number]], old[origin_number], table), blocks[places[origin_number]].tail
        )
        for origin_number, table in zip(origin, new, strict=True)
        if origin_number is not None
    }
    for place, number in zip(sorted(places[number] for number in kept), kept, strict=True):
        blocks[place] = moved[number]
    last: _Block | None = None
    for number, (origin_number, text) in enumerate(zip(origin, made, strict=True)):
        if origin_number is not None:
            last = moved[origin_number]
            continue
        following = next((moved[one] for one in origin[number:] if one is not None), None)
        if last is not None:
            place = _index(blocks, last) + 1
        elif following is not None:
            place = _index(blocks, following)
        else:
            place = places[-1] + 1 if places else _place(blocks, name, ["case", "source", "raster"])
        _insert(blocks, place, name, text)
        last = blocks[place]


def _index(blocks: Sequence[_Block], block: _Block) -> int:
    return next(number for number, one in enumerate(blocks) if one is block)


def _origins(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """Find which of the old tables each new one was: the same, else of the same file and role, else of one of both."""
    found: list[int | None] = [None] * len(new)
    keys = [
        tuple(_ALL),
        ("role", "name", "path", "layer", "made"),
        ("role", "name", "path"),
        ("path", "layer", "made"),
        ("role", "name"),
    ]
    for key in keys:
        for number, table in enumerate(new):
            if found[number] is None:
                alike = (one for one, former in enumerate(old) if one not in found)
                found[number] = next((one for one in alike if _of(old[one], key) == _of(table, key)), None)
    return found


_ALL = ("*",)


def _of(table: Mapping[str, Any], key: Sequence[str]) -> Hashable:
    return repr(table) if key == _ALL else tuple(repr(table.get(name)) for name in key)


# ── One table ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _edited(block: _Block, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if old == new:
        return block.text
    import tomlkit

    document = tomlkit.parse(block.text)
    table: Any = document[block.name]
    _change(table[0] if isinstance(table, list) else table, old, new)
    text = document.as_string()
    lost = Counter(_comments(block.text)) - Counter(_comments(text))
    if not any(line.strip() and not line.startswith("[") for line in text.splitlines()) and not lost:
        return ""  # all is as it would be anyway
    return text.rstrip("\n") + "\n" + "".join(f"{comment}\n" for comment in lost.elements())


def _change(table: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    import tomlkit

    for key in old:
        if key not in new and key in table:
            del table[key]
    for key, value in new.items():
        if key in old and old[key] == value:
            continue
        before = table.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            _change(before, old.get(key, {}), value)
        elif isinstance(value, list) and isinstance(before, list) and _shared(before, value):
            for item in [one for one in before if one not in value]:
                before.remove(item)
            before.extend(value[len(before) :])
        else:
            table[key] = tomlkit.parse(f"{toml_key(key)} = {toml_value(value)}\n")[key]


def _shared(before: Sequence[Any], after: Sequence[Any]) -> bool:
    """Look whether what stays of a list stands at the beginning of the new one, in the same order."""
    stays = [one for one in before if one in after]
    return list(after[: len(stays)]) == stays


def _comments(text: str) -> Iterator[str]:
    found: Iterable[re.Match[str]] = _COMMENT.finditer(text)
    return (one[1].rstrip() for one in found if one[1])
