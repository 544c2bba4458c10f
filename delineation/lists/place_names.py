"""Places that texts name: counties, townships, parks, units; found in one pass over each text."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..case.profile import profile_file
from ..core.text import json_table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd

    from ..case.profile import Profile

CODE = re.compile(r"(?:ZH|HY)\d{11}")
"""A unit's code, wherever it stands."""

_BRACKETS = re.compile(r"[（(【\[].*?[)）】\]]")
_HEAD = 2  # characters that a name begins with, by which it is looked up
_HAN = re.compile(r"[㐀-鿿]")


def bare_name(name: str) -> str:
    """Give a name as texts have it: without white space and without what stands in brackets."""
    return re.sub(r"\s+", "", _BRACKETS.sub("", name))


def read_divisions(profile: Profile) -> dict[str, frozenset[str]]:
    """Read names of provinces, cities and counties (``divisions.csv``), each with the first digits of its codes."""
    found: dict[str, set[str]] = {}
    with profile_file(profile, "divisions.csv").open(encoding="utf-8-sig", newline="") as file:
        for code, name in csv.reader(file):
            found.setdefault(name, set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


def renamed_units(journal: pd.DataFrame) -> set[str]:
    """Ids of the units that somebody gave another name, by the entries of a plan's journal that stand."""
    ops = [json_table(op) for op, undone in zip(journal["op"], journal["undone"], strict=True) if not undone]
    return {str(op.get("unit")) for op in ops if op.get("op") == "rename"}


@dataclass(frozen=True)
class Gazetteer:
    """Names that texts are searched for.

    Attributes
    ----------
    kind : mapping of str to str
        Name → what it is a name of: ``county``, ``township``, ``park``, ``unit``, ``outside``, ``code``.
    """

    kind: Mapping[str, str]
    _lengths: Mapping[str, Sequence[int]] = field(repr=False)

    @classmethod
    def of(cls, names: Mapping[str, Collection[str]], ignored: Collection[str] = ()) -> Gazetteer:
        """Collect names.

        Parameters
        ----------
        names : mapping of str to collection of str
            Kind → names. Of two kinds with one name the first counts. A name of fewer than two characters, or without
            a Chinese one, is none to search for: R1 or 12 stand in texts that mean something else.
        ignored : collection of str
            Words that name no place although a feature may be called so (工业园区).
        """
        kind: dict[str, str] = {}
        for what, these in names.items():
            for name in map(bare_name, these):
                if len(name) >= _HEAD and _HAN.search(name) and name not in ignored:
                    kind.setdefault(name, what)
        lengths: dict[str, set[int]] = {}
        for name in kind:
            lengths.setdefault(name[:_HEAD], set()).add(len(name))
        return cls(kind, {head: sorted(each, reverse=True) for head, each in lengths.items()})

    def named_in(self, text: str) -> tuple[str, ...]:
        """Find the names in a text, the longest at each place, and codes of units; each once, in their order.

        Notes
        -----
        Names are looked up by their first two characters, so that a text costs one look a character, however many
        names there are.
        """
        found: dict[str, None] = {}
        place, last = 0, len(text) - _HEAD
        while place <= last:
            step = 1
            for length in self._lengths.get(text[place : place + _HEAD], ()):
                if (name := text[place : place + length]) in self.kind:
                    found[name], step = None, len(name)
                    break
            place += step
        if "ZH" in text or "HY" in text:
            found |= dict.fromkeys(CODE.findall(text))
        return tuple(found)
