"""The clause library: what is forbidden, limited, required and permitted where, in tables that a bureau edits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..case.profile import NATIONAL, PLAIN, Profile
from ..core.errors import BadInput
from ..core.filled_tables import TableErrors, read_filled
from ..core.messages import Message, at, word
from ..core.text import clean_text, nearest
from .laws import UNCHECKED, iso_date
from .terms import TERM_COLUMNS, ClauseVocabulary, cells_of, conflicts, document
from .wording import COLUMNS, DIMENSIONS, SUBDIMENSIONS, Wording, list_words, read_wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..core.filled_tables import FilledRow, FilledTable
    from ..sources.roles import Park
    from .facts import ProjectFacts
    from .industries import Industries
    from .laws import Laws

__all__ = [
    "COLUMNS",
    "EVERY_CATEGORY",
    "LEVELS",
    "LIBRARY_COLUMNS",
    "UNCHECKED",
    "is_above",
    "level_word",
    "library_paths",
    "read_libraries",
    "read_library",
]

REQUIRED = ("id", "level", "dimension", "effect", "text", "basis")
LIBRARY_COLUMNS = (*COLUMNS, "terms")
LEVELS = ("国家", "省", "片区", "市", "县", "园区", "单元")
"""Whose clause it is, the highest first."""
_LEVEL_IDS = ("national", "province", "region", "city", "county", "park", "unit")
EVERY_CATEGORY = 0
_FILE = "clauses"
_SUFFIXES = (".csv", ".xlsx")
_YES_NO = {"yes": "yes", "no": "", "是": "yes", "否": "", "true": "yes", "false": ""}
# A cell of a spreadsheet cannot hold these, and a control character in a clause is never meant.
_BREAK = re.compile(r"[ \t]*(\r\n|\r|\n)[ \t]*")


def is_above(level: str, own: str) -> bool:
    """Tell whether a level stands above another; one without a name does not."""
    return level in LEVELS and LEVELS.index(level) < (LEVELS.index(own) if own in LEVELS else len(LEVELS))


def level_word(text: str) -> str:
    """Give the level that a text names, by its word or its id (``national`` … ``unit``); else the text as it is."""
    return LEVELS[_LEVEL_IDS.index(text)] if text in _LEVEL_IDS else text


def read_library(
    path: str | Path,
    profile: Profile | None = None,
    *,
    industries: Industries | None = None,
    laws: Laws | None = None,
    facts: ProjectFacts | None = None,
) -> pd.DataFrame:
    """Read and check a clause library: a CSV file in UTF-8 or GBK, or a workbook, one clause a row.

    Parameters
    ----------
    path : str or Path
        With the columns `COLUMNS`, called so or by their titles; of those that `REQUIRED` does not name any may be
        missing. ``category`` 1–3 or blank for all; ``kind`` a role, ``general``, ``sea``, or blank for all; ``zone`` a
        zone id of that role or blank for all; ``verified`` yes, or no or blank: yes where somebody has read the
        article, ``checked_source`` says in which text and ``checked_on`` on which day, and ``basis`` does not carry
        the mark 待核. What the other columns say is in `terms`.
    profile : Profile, optional
        Where given, kinds and zones are checked against its roles, and its words are understood.
    industries, laws, facts : optional
        In place of the profile's.

    Returns
    -------
    pandas.DataFrame
        `LIBRARY_COLUMNS`, the rows in the order of the file: texts with ids in place of words and as `terms.cells_of`
        writes them; ``category`` an integer (0 = all), ``verified`` a bool, false too where a law that it rests on is
        待核 in the table of laws; ``terms`` the document of terms as a dictionary (shared by clauses, and not to be
        changed).

    Raises
    ------
    BadInput
        With file, line or row, and column, and the nearest known value; further errors, up to 20, behind the first.
    """
    words = ClauseVocabulary.of(profile)
    if industries or laws or facts:
        words = ClauseVocabulary(
            facts or words.facts, industries or words.industries, laws or words.laws, words.categories, words.kinds
        )
    return _read(Path(path), profile, words, _wording(profile))


def library_paths(profile: Profile, more: Sequence[Path] = ()) -> list[Path]:
    """Find the libraries of a profile: ``clauses.csv`` or ``.xlsx``, then ``clauses_*``, by name; then others given.

    Raises
    ------
    BadInput
        There are both a CSV file and a workbook of the profile: one of them would be edited in vain.
    """
    main = [path for suffix in _SUFFIXES if (path := profile.folder / f"{_FILE}{suffix}").is_file()]
    if len(main) > 1:
        raise BadInput(
            Message("{one} and {other} are both there", one=main[0].name, other=main[1].name),
            where=at(profile.folder),
            wanted=Message("one of them, the other removed or renamed: both hold the library of the profile"),
        )
    others = [path for path in profile.folder.glob(f"{_FILE}_*") if path.suffix.lower() in _SUFFIXES]
    # Where there is none, reading the first says so.
    return [*(main or [profile.folder / f"{_FILE}.csv"]), *sorted(others, key=lambda path: path.name), *more]


def read_libraries(profile: Profile, more: Sequence[Path] = (), parks: Iterable[Park] = ()) -> pd.DataFrame:
    """Read the libraries of a profile and those of a case as one, the highest level first.

    Parameters
    ----------
    profile : Profile
    more : sequence of Path
        Of a case; relative ones lie from the working folder.
    parks : iterable of Park
        What its layers say of parks; where a library has a clause of that id, the library's stands.

    Returns
    -------
    pandas.DataFrame
        As of `read_library`; within a level in the order of the files and of their rows.

    Raises
    ------
    BadInput
        As of `read_library`; an id that stands in two of the files.
    """
    words, wording = ClauseVocabulary.of(profile), _wording(profile)
    seen: dict[str, Path] = {}
    tables = []
    for path in library_paths(profile, more):
        table = _read(path, profile, words, wording, seen)
        seen |= dict.fromkeys(table["id"], path)
        tables.append(table)
    if parks:
        made = _of_parks(parks, str(profile.settings["language"]))
        tables.append(made[~made["id"].isin(list(seen))])
    whole = pd.concat(tables, ignore_index=True)
    rank = whole["level"].map({level: number for number, level in enumerate(LEVELS)})
    return whole.iloc[rank.argsort(kind="stable")].reset_index(drop=True)


def _of_parks(parks: Iterable[Park], language: str) -> pd.DataFrame:
    """Make clauses of what layers say of named parks: one on the leading industries, one on what may be emitted."""
    said: dict[tuple[str, str, str], dict[str, str]] = {}
    for park in parks:
        for dimension, sub, given, text in (
            ("space", "space_allow", park.industries, Message("leading industries: {said}", said=park.industries)),
            (
                "discharge",
                "discharge_total",
                park.emissions,
                Message("permitted emissions: {said}", said=park.emissions),
            ),
        ):
            if given:
                said.setdefault((park.name, dimension, sub), {})[word(text, language)] = park.source
    rows = [
        {
            "id": f"P-{name}-{dimension[0].upper()}",
            "level": LEVELS[_LEVEL_IDS.index("park")],
            "dimension": dimension,
            "sub": sub,
            "effect": "inform",
            "text": "；".join(texts),
            "basis": "、".join(dict.fromkeys(texts.values())),
            "category": EVERY_CATEGORY,
            "place": name,
            "verified": False,
            "terms": document({"place": [name]}),
        }
        for (name, dimension, sub), texts in said.items()
    ]
    return pd.DataFrame(rows, columns=list(LIBRARY_COLUMNS)).fillna("")


def _wording(profile: Profile | None) -> Wording:
    return read_wording(NATIONAL / "lists.toml") if profile is None else list_words(profile)


def _read(
    path: Path,
    profile: Profile | None,
    words: ClauseVocabulary,
    wording: Wording,
    elsewhere: Mapping[str, Path] | None = None,
) -> pd.DataFrame:

    table = read_filled(path, wording.columns, REQUIRED, empty=Message("no clause"))
    errors = TableErrors(table)
    reader = _RowReader(errors, profile, words, _choices(wording))
    rows = [reader.row(row) for row in table.rows]
    _check_ids(table, errors, elsewhere or {})
    errors.check()
    return pd.DataFrame(rows, columns=list(LIBRARY_COLUMNS)).astype({"category": "int64", "verified": bool})


def _choices(wording: Wording) -> dict[str, dict[str, str]]:
    """Give of each column with fixed values: what a cell may say → the id it stands for."""
    levels = dict(zip(_LEVEL_IDS, LEVELS, strict=True)) | {level: level for level in LEVELS}
    dimensions = {word: key for key, word in wording.dimensions.items()} | {key: key for key in DIMENSIONS}
    # One word may be that of several, in different dimensions: those of a dimension go by it first.
    parts = {f"{_of(key)}:{word}": key for key, word in wording.subdimensions.items()}
    parts |= {word: key for key, word in wording.subdimensions.items()} | {key: key for key in SUBDIMENSIONS}
    return {"level": levels, "dimension": dimensions, "effect": wording.effect_ids, "sub": parts, "verified": _YES_NO}


def _of(part: str) -> str:
    """Dimension of a sub-dimension."""
    return part.partition("_")[0]


def _check_ids(table: FilledTable, errors: TableErrors, elsewhere: Mapping[str, Path]) -> None:
    seen: dict[str, int] = {}
    own = Message("an id of its own for each clause")
    for row in table.rows:
        name = clean_text(row.cells["id"])
        if name in seen:
            errors.add(
                row.number, "id", Message("id '{id}' is already used on line {seen}", id=name, seen=seen[name]), own
            )
        elif name in elsewhere:
            errors.add(
                row.number, "id", Message("id '{id}' is already used in {path}", id=name, path=elsewhere[name]), own
            )
        elif name:
            seen[name] = row.number


class _RowReader:
    """Reads rows of one file; what stands in many rows is read once."""

    def __init__(
        self,
        errors: TableErrors,
        profile: Profile | None,
        words: ClauseVocabulary,
        choices: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.errors, self.profile, self.words, self.choices = errors, profile, words, choices
        self._cells: dict[tuple[str, str], Any] = {}
        self._rests: dict[tuple[str, ...], tuple[dict[str, str], dict[str, Any], list[Any]]] = {}

    def row(self, row: FilledRow) -> tuple[Any, ...]:
        """Read a row, noting its errors: what is wrong is blank in what is given."""
        out: dict[str, Any] = {}
        cells = row.cells
        for column in ("id", "issuer", "text", "basis", "checked_source", "checked_on", "page"):
            # A line break within a cell is only how it was set.
            out[column] = _BREAK.sub("", cells[column])
            if not out[column] and column in REQUIRED:
                self.errors.add(row.number, column, Message("empty"), Message("a value in every row"))
        out["id"] = clean_text(out["id"])
        for column, known in self.choices.items():
            text = cells[column]
            if column == "verified":
                text = text.lower()
            if column == "sub":
                text = known.get(f"{out['dimension']}:{text}", text)
            out[column] = self._choice(row.number, column, text, known)
        if out["sub"] and out["dimension"] and _of(out["sub"]) != out["dimension"]:
            what = Message(
                "'{sub}' is no part of dimension '{dimension}'", sub=cells["sub"], dimension=out["dimension"]
            )
            own = [part for part in SUBDIMENSIONS if _of(part) == out["dimension"]]
            self.errors.add(row.number, "sub", what, nearest(cells["sub"], own))
        written, terms = self._terms(row)
        out |= written
        self._check_reading(row.number, cells["verified"], out)
        out["verified"] = bool(out["verified"]) and not self.words.laws.unread(written["law"].split(";"))
        out["category"] = int(written["category"] or EVERY_CATEGORY)
        out["terms"] = terms
        return tuple(out[column] for column in LIBRARY_COLUMNS)

    def _choice(self, number: int, column: str, text: str, known: Mapping[str, str]) -> str:
        if (found := known.get(text)) is not None:
            return found
        folded = clean_text(text)
        if (found := known.get(folded)) is not None:
            return found
        if folded or column in REQUIRED:
            title = self.errors.table.head.get(column, column)
            self.errors.add(
                number, column, Message("unknown {column} '{value}'", column=title, value=text), nearest(folded, known)
            )
        return ""

    def _check_reading(self, number: int, text: str, out: dict[str, Any]) -> None:
        """Hold against each other that an article was read, the text that was read, the day, and the basis."""
        if out["checked_on"]:
            try:
                out["checked_on"] = iso_date(out["checked_on"])
            except BadInput as error:
                self.errors.add(number, "checked_on", error.what, error.wanted)
        if out["verified"] and UNCHECKED in out["basis"]:
            self.errors.add(
                number,
                "verified",
                Message("verified '{verified}' with basis '{basis}'", verified=text, basis=out["basis"]),
                Message("'no' as long as the basis says {mark}", mark=UNCHECKED),
            )
        elif out["verified"] and not (out["checked_source"] and out["checked_on"]):
            self.errors.add(
                number,
                "verified",
                Message("verified '{verified}' without the text that was read, and the day", verified=text),
                Message("both in {source} and {day}, or 'no'", source="checked_source", day="checked_on"),
            )

    def _terms(self, row: FilledRow) -> tuple[dict[str, str], dict[str, Any]]:
        key = tuple(row.cells[column] for column in TERM_COLUMNS)
        if key not in self._rests:
            self._rests[key] = self._read_terms(row.cells)
        written, terms, wrong = self._rests[key]
        for column, what, wanted in wrong:
            self.errors.add(row.number, column, what, wanted)
        return written, terms

    def _read_terms(self, cells: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Any], list[Any]]:
        values: dict[str, Any] = {}
        wrong: list[tuple[str, Message, Message]] = []
        for column in TERM_COLUMNS:
            text = cells[column]
            if not text or (column == "category" and text == "0"):
                continue
            found = self._cell(column, text)
            if isinstance(found, BadInput):
                wrong.append((column, found.what, found.wanted))
            else:
                values[column] = found
        wrong += conflicts(values, self.words.industries)
        if self.profile is not None and "kind" in values and values.get("zone"):
            wrong += self._zone(self.profile, values)
        terms = document(values)
        return cells_of(terms), terms, wrong

    def _cell(self, column: str, text: str) -> Any:
        key = column, text
        if key not in self._cells:
            try:
                self._cells[key] = self.words.read(column, text)
            except BadInput as error:
                self._cells[key] = error
        return self._cells[key]

    def _zone(self, profile: Profile, values: dict[str, Any]) -> list[tuple[str, Message, Message]]:
        """Put the id in place of a zone's word, and tell one that the kind does not have."""
        kind, zone = values["kind"], values["zone"]
        role = profile.roles.get(kind)
        zones = () if role is None else role.zone_ids
        if role is not None and role.has_zone(zone):
            return []
        own, plus, grade = zone.partition("+")
        if role is not None and zones and (found := profile.known_zone(role, own)) is not None:
            of_zone = profile.known_zone(role, grade, grade=True)
            if of_zone is not None:
                values["zone"] = found[0] + plus + of_zone[0]
                return []
        wanted = (
            nearest(zone, zones)
            if zones
            else Message("an empty zone: {kind} has no zones except {plain}", kind=kind, plain=tuple(PLAIN))
        )
        return [("zone", Message("unknown zone '{zone}' of kind '{kind}'", zone=zone, kind=kind), wanted)]
