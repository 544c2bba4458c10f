"""Entry lists of others: a workbook with a row a unit or a row a clause.

The table is found by what stands in its cells, its columns by the titles that the profile knows; a cell may be merged
over the rows of a unit, and hold several numbered clauses. Rows are matched to units by code, then by name.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..core.column_names import KnownNames
from ..core.errors import BadInput
from ..core.messages import Message, at
from ..core.table_outline import CellGrid, TableOutline, find_tables, titles_of
from ..core.text import clean_text
from ..sources.numeric_codes import code_texts, restore_prefix
from ..sources.previous_units import TEXT_MEANINGS
from ..sources.roles import column_findings, unit_fields
from .library import LEVELS
from .wording import DIMENSIONS, Wording
from .workbook import is_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from ..case.profile import Profile
    from ..core.findings import Finding

_CODE_DIGITS = 11
# Several clauses in one cell: 1. 2、 3） （4） at the begin of a line, or behind the end of a sentence.
_NUMBERED = re.compile(r"(?:^|(?<=[\n。；;]))\s*(?:[（(]\d{1,2}[)）]|\d{1,2}\s*[.．、)）](?!\d))\s*")
_AS_ABOVE = ("同上", "同前")  # of a cell that says what the one above it says
_MARKED = re.compile(r"^[\[【]([^\]】]{1,40})[\]】]\s*")
_STATE = re.compile(r"(?:\s*[\[【（(](待核|待审|已审|已核|建议)[\]】）)])+\s*$")  # our own lists may say two
# What our own lists say behind a clause: level, sub-dimension, why it applies.
_PROVENANCE = re.compile(r"\s*［([^［］]*)］$")
# Behind a clause stands what it rests on, 〔…〕, which may hold the year of a document: not a year alone.
_RESTS_ON = re.compile(r"\s*〔(?!\d{4}〕)((?:[^〔〕]|〔[^〔〕]*〕)+)〕$")
# Words that say what a clause does, the strictest first.
_SAID: Mapping[str, re.Pattern[str]] = {
    "exit": re.compile(r"退出|淘汰|关停|搬迁|腾退"),
    "prohibit": re.compile(r"禁止|不得|严禁|不予"),
    "restrict": re.compile(r"限制|严格控制|从严|控制"),
    "allow": re.compile(r"^(允许|鼓励|支持)"),
}


@dataclass(frozen=True)
class ListEntry:
    """A cell of a list: clauses of a unit in a dimension.

    Attributes
    ----------
    code, name, dimension, text, basis, status, effect, level : str
        As written, but for the dimension, which is an id; "" for what is not said.
    whole : bool
        The text is one clause, as it is.
    sheet : str
    line : int
        Its row there.
    """

    code: str
    name: str
    dimension: str
    text: str
    basis: str = ""
    status: str = ""
    effect: str = ""
    level: str = ""
    whole: bool = False
    sheet: str = ""
    line: int = 0


@dataclass(frozen=True)
class SplitClause:
    """A clause of a cell, with what its text says of itself taken off.

    Attributes
    ----------
    text, basis, status, level : str
        ``status`` and ``level`` are "" where nothing is said of them.
    effect : str
        Its id.
    guessed : bool
        The effect was read off the words of the text.
    """

    text: str
    basis: str
    status: str
    level: str
    effect: str
    guessed: bool


def list_entries(
    grids: Mapping[str, CellGrid], path: Path, profile: Profile, wording: Wording
) -> tuple[list[ListEntry], tuple[Finding, ...]]:
    """Read the cells of the lists in a workbook of others, and tell of columns that were chosen among namesakes.

    Raises
    ------
    BadInput
        There is no list in it.
    """
    entries: list[ListEntry] = []
    findings: list[Finding] = []
    known = _known_names(profile, wording)
    for title, grid in grids.items():
        for outline in () if is_record(title) else find_tables(grid):
            titles = titles_of(grid, outline)
            found = {meaning: hits[0] for meaning, hits in known.columns([*titles.values()], stacked=True).items()}
            columns = {meaning: [*titles][match.place] for meaning, match in found.items()}
            if ("code" in columns or "name" in columns) and _holds_clauses(columns):
                entries += _entries(title, grid, outline, columns, wording)
                findings += column_findings(titles.values(), found, f"{path.name}|{title}")
    if not entries:
        raise BadInput(
            Message("no entry list in it"),
            where=at(path),
            wanted=Message("a sheet with columns of codes or names of units, and of dimensions or clauses"),
        )
    return entries, tuple(findings)


def split_clauses(entry: ListEntry, wording: Wording) -> list[SplitClause]:
    """Take apart the clauses of a cell: each with its effect, basis, level and state, as far as they are said."""
    return [clause_of(text, entry, wording) for text in ([entry.text] if entry.whole else _split(entry.text))]


def clause_of(text: str, entry: ListEntry, wording: Wording) -> SplitClause:
    """Take off a clause what its text says of it: effect before it, basis, level and state behind."""
    effects = wording.effect_ids
    effect = effects.get(entry.effect, "")
    if entry.whole:
        return SplitClause(text, entry.basis, entry.status, entry.level, effect or _effect_of(text), not effect)
    state = _STATE.search(text)
    bare = _STATE.sub("", text)
    said = _PROVENANCE.search(bare)
    bare = bare[: said.start()] if said else bare
    level = next((one for one in re.split("[；;]", said[1]) if one in LEVELS), "") if said else ""
    rests_on = None if entry.basis else _RESTS_ON.search(bare)
    bare = bare[: rests_on.start()] if rests_on else bare
    mark = _MARKED.match(bare)
    effect = effect or (effects.get(mark[1], "") if mark else "")
    if mark and effect:
        bare = bare[mark.end() :]
    basis = rests_on[1] if rests_on else entry.basis
    status = entry.status or (state[1] if state else "")
    return SplitClause(bare, basis, status, entry.level or level, effect or _effect_of(bare), not effect)


def name_key(text: object) -> str:
    """Give what two spellings of a name or title have in common."""
    return re.sub(r"[\s（）()【】\[\]：:]", "", clean_text(text)).lower()


def _known_names(profile: Profile, wording: Wording) -> KnownNames:
    """Give the titles that the columns of lists have: code, name, the dimensions, text, dimension, basis, status."""
    settings = unit_fields(profile)
    fields: Mapping[str, Any] = settings["fields"]
    dimensions = {one: [wording.dimensions[key]] for key, one in zip(DIMENSIONS, TEXT_MEANINGS, strict=True)}
    names = {one: [*fields[one]["names"], *dimensions.get(one, ())] for one in ("code", "name", *TEXT_MEANINGS)}
    return KnownNames({**names, **settings["titles"]}, ranked=False)


def _holds_clauses(columns: Mapping[str, int]) -> bool:
    return any(one in columns for one in TEXT_MEANINGS) or {"text", "dimension"} <= set(columns)


def _entries(
    title: str, grid: CellGrid, outline: TableOutline, columns: Mapping[str, int], wording: Wording
) -> list[ListEntry]:
    """Give what the cells of a table say; what is merged over several rows is said once a unit."""
    by_title = {name_key(word): dimension for dimension, word in wording.dimensions.items()} | {
        one: one for one in DIMENSIONS
    }
    own = dict(zip(TEXT_MEANINGS, DIMENSIONS, strict=True))
    out: list[ListEntry] = []
    seen: set[tuple[str, str, tuple[int, int]]] = set()
    above: dict[int, str] = {}
    code = name = ""

    def said(row: int, meaning: str) -> str:
        value = grid.value(row, columns[meaning]) if meaning in columns else None
        return "" if value is None else str(value).strip()

    for row in outline.records:
        here = [
            clean_text(grid.value(row, columns["code"])) if "code" in columns else "",
            clean_text(said(row, "name")),
        ]
        # Rows below the first of a unit often leave it out instead of merging the cells.
        if any(here):
            code, name = here
        if not (code or name):
            continue
        cells = [(own[one], columns[one]) for one in TEXT_MEANINGS if one in columns]
        if {"text", "dimension"} <= set(columns):
            dimension = by_title.get(name_key(said(row, "dimension")), "")
            cells += [(dimension, columns["text"])] if dimension else []
        for dimension, column in cells:
            value = grid.value(row, column)
            place = grid.covered.get((row, column), (row, column))
            text = "" if value is None else str(value).strip()
            if text.rstrip("。") in _AS_ABOVE:
                text = above.get(column, "")
            above[column] = text or above.get(column, "")
            if not text or text in ("/", "-", "—", "无") or (code, name, place) in seen:
                continue
            seen.add((code, name, place))
            basis, status, effect, level = (said(row, one) for one in ("basis", "status", "effect", "level"))
            out.append(ListEntry(code, name, dimension, text, basis, status, effect, level, sheet=title, line=row))
    return out


class UnitFinder:
    """Finds the units that rows of lists speak of: by code, else by a name that only one of them has.

    Parameters
    ----------
    codes, names : sequence of str
        Of the units.
    profile : Profile
        Its codes are put back in place of what a spreadsheet left of them.
    """

    def __init__(self, codes: Sequence[str], names: Sequence[str], profile: Profile) -> None:
        self._codes, self._prefix = codes, str(profile["codes"]["unit_prefix"])
        self._names = [name_key(name) for name in names]
        times = Counter(self._names)
        self._by_code = {code: row for row, code in enumerate(codes)}
        self._by_name = {name: row for row, name in enumerate(self._names) if name and times[name] == 1}

    def whole_codes(self, written: Iterable[str]) -> list[str]:
        """Give codes as units have them."""
        texts, _ = code_texts(pd.Series([*written], dtype=object).to_numpy())
        return [str(code) for code in restore_prefix(texts, self._prefix, _CODE_DIGITS)[0]]

    def by_code(self, *codes: str) -> int:
        """Find the unit that has one of some codes, the first that any has; -1 for none."""
        return next((self._by_code[code] for code in codes if code in self._by_code), -1)

    def by_name(self, name: str) -> int:
        """Find the only unit of a name, -1 for none or several."""
        return self._by_name.get(name_key(name), -1) if name else -1

    def nearest(self, code: str, name: str) -> str:
        """Propose the unit that a row may mean: of a like code, else of a like name; its code, or ""."""
        close = get_close_matches(code, self._codes, 1, 0.85) if code else []
        if close:
            return close[0]
        close = get_close_matches(name_key(name), self._names, 1, 0.7) if name else []
        return self._codes[self._names.index(close[0])] if close else ""


def _effect_of(text: str) -> str:
    return next((effect for effect, words in _SAID.items() if words.search(text)), "condition")


def _split(text: str) -> list[str]:
    """Take apart the numbered clauses of a cell; a text without numbers is one, a line break in it is none."""
    parts = [part.strip() for part in _NUMBERED.split(text)]
    return [re.sub(r"\s*\n\s*", "", part) for part in parts if part]
