"""How columns of candidates are headed: in two short lines, and no two alike."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..work.candidates import Beside

__all__ = ["heads"]

DIGITS, LETTERS, NAME = 5, 10, 3  # more of a value, of a line and of a long name are too wide


def heads(kept: Sequence[Beside]) -> list[str]:
    """Head narrow columns: the method over what the others of that method have otherwise, else its first parameter.

    Two that would still read alike, such as long lists or two seeds, are numbered as their marks are; the tool tip has
    all parameters.
    """
    asked = [_parts(one.text) for one in kept]
    out = []
    for method, given in asked:
        others = [more for name, more in asked if name == method]
        telling = [one for one in given if not all(one in more for more in others)] or given
        what = _short(telling[0]) if telling else ""
        out.append((method, f"{what}, …" if len(given) > 1 and len(what) + 3 <= LETTERS else what))
    often = Counter(out)
    return [
        "\n".join(filter(None, (f"{method} {one.number + 1}" if often[method, what] > 1 else method, what)))
        for one, (method, what) in zip(kept, out, strict=True)
    ]


def _parts(text: str) -> tuple[str, list[str]]:
    method, _, given = text.partition(":")
    return method, given.split(",") if given else []


def _short(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    if len(value) > DIGITS and value.isdecimal():
        value = f"{float(value):g}".replace("e+0", "e")
    if len(name) + len(value) >= LETTERS and len(name) > NAME + 1:
        name = f"{name[:NAME]}…"
    text = f"{name}{equals}{value}"
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"
