"""The clause library as a workbook that a bureau edits: `read_library` reads of it what it was written from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..case.names import glossary
from ..case.profile import plan_profile
from ..core.messages import Message, word
from ..core.office_files import document_date
from ..core.sheets import TEXT, Sheet, write_sheets
from ..core.text import clean_text
from ..lists.library import LEVELS, read_libraries
from ..lists.terms import ClauseVocabulary, cells_of
from ..lists.wording import COLUMNS, list_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    import pandas as pd

    from ..case.profile import Profile
    from ..lists.wording import Wording
    from ..plan.file import Plan

_YES, _NO = "是", "否"  # as `read_library` takes them
_TEXTS = ("id", "level", "issuer", "text", "basis", "checked_source", "checked_on", "page")
_WIDEST = 24.0  # characters: there are many columns


def write_clauses(plan: Plan, path: Path) -> dict[str, Any]:
    """Write the clause library that a plan's lists were made from; of a plan that keeps none, its profile's.

    Returns
    -------
    dict
        ``clauses``.

    Raises
    ------
    BadInput
        The file cannot be written; the profile or its libraries cannot be read.
    """
    profile = plan_profile(plan)
    library = _kept(plan) if len(plan.library) else read_libraries(profile)
    mark = plan.meta.get("classification", "")
    write_library(library, path, profile, document_date(plan.meta.get("date", "")), mark)
    return {"clauses": len(library)}


def _kept(plan: Plan) -> pd.DataFrame:
    """Give what is asked of a library, of the one that a plan keeps."""
    table = plan.library.rename(columns={"clause_id": "id", "subdimension": "sub"})
    return table.assign(terms=[json.loads(text or "{}") for text in table["terms"]])


def write_library(
    library: pd.DataFrame, path: Path, profile: Profile, date: datetime | None = None, mark: str = ""
) -> None:
    """Write a clause library, in the profile's words.

    Parameters
    ----------
    library : pandas.DataFrame
        `_TEXTS`, ``dimension, sub, effect, verified`` and ``terms``.
    path : Path
    profile : Profile
    date : datetime, optional
        Of the document.
    mark : str
        密级 of the plan that it is taken from.

    Raises
    ------
    BadInput
        The file cannot be written; a clause has terms that no cell says.
    """
    wording = list_words(profile)
    words = ClauseVocabulary.of(profile)
    rows = [_row(row, profile, wording, words) for row in library.to_dict("records")]
    choices = {
        "level": LEVELS,
        "category": tuple(str(word) for word in profile["categories"].values()),
        "dimension": tuple(wording.dimensions.values()),
        "sub": tuple(dict.fromkeys(wording.subdimensions.values())),
        "effect": tuple(wording.effects.values()),
        "verified": (_YES, _NO),
    }
    language, names = str(profile.settings["language"]), glossary(profile)

    def say(message: Message) -> str:
        return word(message, language, names)

    sheet = Sheet(
        say(Message("Clause library")),
        [wording.columns[column] for column in COLUMNS],
        [[row[column] for column in COLUMNS] for row in rows],
        [TEXT] * len(COLUMNS),
        choices={COLUMNS.index(column): values for column, values in choices.items()},
        widest=_WIDEST,
    )
    said = say(Message("Classification: {mark}", mark=mark)) if mark else ""
    write_sheets(path, [sheet, *_known(words, say)], date, mark=said)


def _row(row: Mapping[str, Any], profile: Profile, wording: Wording, words: ClauseVocabulary) -> dict[str, str]:
    texts = {column: str(row[column] or "") for column in _TEXTS}
    cells = texts | cells_of(row["terms"], words)
    kind, zone = cells["kind"], cells["zone"]
    if category := cells["category"]:
        cells["category"] = str(profile["categories"].get(category, category))
    label = profile.label(kind) if kind else ""
    cells["kind"] = label if words.kinds and words.kinds.get(clean_text(label)) == kind else kind
    cells["zone"] = _zone(profile, kind, zone)
    cells["dimension"] = wording.dimensions[row["dimension"]]
    cells["sub"] = wording.subdimensions.get(row["sub"], "")
    cells["effect"] = wording.effects[row["effect"]]
    cells["verified"] = _YES if row["verified"] else _NO
    return cells


def _zone(profile: Profile, kind: str, zone: str) -> str:
    """Give words of a zone, and of its grade, that are read as these; ids where there are none."""
    role = profile.roles.get(kind)
    if role is None or not zone:
        return zone
    own, plus, grade = zone.partition("+")
    said = [*role.zones.get(own, ()), *profile["plain"].get(own, ())[1:]]
    called = next((word for word in said if profile.known_zone(role, clean_text(word)) == (own, "")), own)
    return called + plus + next(iter(role.grades.get(grade, ())), grade)


def _known(words: ClauseVocabulary, say: Callable[[Message], str]) -> list[Sheet]:
    """Give what cells may name: facts, groups of industries, laws."""
    status, laws = Message("Checked"), words.laws.by_id
    tables: list[tuple[list[Message], list[list[str]]]] = [
        (
            [Message("Fact"), Message("Units"), Message("Values")],
            [[one.title, "、".join(one.units), "、".join(one.choices.values())] for one in words.facts.by_id.values()],
        ),
        (
            [
                Message("Industry group"),
                Message("Industry codes"),
                Message("Document"),
                Message("Date"),
                Message("Condition"),
                status,
            ],
            [
                [one.name, ";".join(one.codes), one.document, one.date, words.worded(one.condition), one.status]
                for one in words.industries.groups.values()
            ],
        ),
        (
            [
                Message("Law or standard"),
                Message("Number of the document"),
                Message("In force from"),
                Message("In force until"),
                Message("Superseded by"),
                status,
                Message("Remark"),
            ],
            [
                [
                    one.title,
                    one.number,
                    one.first,
                    one.last,
                    laws[one.superseded_by].title if one.superseded_by else "",
                    one.status or one.checked_on,
                    one.note,
                ]
                for one in laws.values()
            ],
        ),
    ]
    return [Sheet(say(head[0]), [say(one) for one in head], rows, [TEXT] * len(head)) for head, rows in tables]
