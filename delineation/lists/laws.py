"""Laws, standards and documents that clauses rest on, with the days they are in force (``laws.csv``)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from ..case.profile import profile_file
from ..core.errors import BadInput
from ..core.filled_tables import TableErrors, read_filled
from ..core.messages import Message, at
from ..core.text import alike, clean_text, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from ..case.profile import Profile

__all__ = ["IN_FORCE", "NOT_YET", "REPEALED", "SUPERSEDED", "UNCHECKED", "Law", "Laws", "iso_date", "read_laws"]

_FILE = "laws.csv"
UNCHECKED = "待核"
"""Mark of what nobody has held against the text that it rests on."""
IN_FORCE, SUPERSEDED, REPEALED, NOT_YET = "in_force", "superseded", "repealed", "not_yet"
_TITLES = {
    "id": "编号",
    "title": "名称",
    "number": "文号",
    "from": "施行日期",
    "to": "失效日期",
    "superseded_by": "替代文件",
    "articles": "条数",
    "note": "备注",
    "source": "来源",
    "checked_on": "核对日期",
    "status": "核对状态",
}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?( 00:00:00)?")
_ISO = Message("a date like 2026-03-01")
_BRACKETED = re.compile(r"[（(].*?[)）]")
_ARTICLE = re.compile(r"第([零〇一二三四五六七八九十百千\d]+)条")


@dataclass(frozen=True)
class Law:
    """A law, a standard, or a document with the force of one.

    Attributes
    ----------
    id, title, number : str
    first, last : str
        ISO dates of its first and last day in force, "" where open or not known.
    superseded_by : str
        Id of what took its place, "" for nothing.
    articles : int
        How many it has, 0 where not known.
    note, source, checked_on, status : str
        ``source`` says what was read, ``checked_on`` when; ``status`` is 待核 where one is lacking, or where the table
        says it, else "".
    """

    id: str
    title: str
    number: str = ""
    first: str = ""
    last: str = ""
    superseded_by: str = ""
    articles: int = 0
    note: str = ""
    source: str = ""
    checked_on: str = ""
    status: str = ""


@dataclass(frozen=True)
class Laws:
    """The laws of a profile by their ids."""

    by_id: Mapping[str, Law]

    @cached_property
    def _names(self) -> dict[str, str]:
        names = [(name, key) for key, law in self.by_id.items() for name in (law.number, law.title) if name]
        # An id or number is one law's; of laws of one title the last in the table has it.
        return {clean_text(name): key for name, key in [*names, *((key, key) for key in self.by_id)]}

    @cached_property
    def _counted(self) -> dict[str, list[Law]]:
        """By their bare titles those of which the number of articles is known."""
        found: dict[str, list[Law]] = {}
        for law in self.by_id.values():
            if law.articles:
                found.setdefault(_bare_title(law.title), []).append(law)
        return found

    def named(self, text: str) -> str:
        """Find the id of a law by its id, number or title.

        Raises
        ------
        BadInput
            Unknown; the nearest is named.
        """
        if (key := self._names.get(text)) is None:
            close = alike(text, self._names)
            wanted = at(close) if close else Message("a law that {file} names", file=_FILE)
            raise BadInput(Message("unknown law '{name}'", name=text), wanted=wanted)
        return key

    def state(self, law: str, as_of: str) -> str:
        """Say what a law is on a day: `IN_FORCE`, `SUPERSEDED` (a successor is named), `REPEALED` or `NOT_YET`.

        Parameters
        ----------
        law : str
            Its id.
        as_of : str
            ISO date; first and last day in force count.

        Raises
        ------
        KeyError
            No such law.
        """
        found = self.by_id[law]
        if found.first and as_of < found.first:
            return NOT_YET
        if found.last and as_of > found.last:
            return SUPERSEDED if found.superseded_by else REPEALED
        return IN_FORCE

    def unread(self, laws: Iterable[str]) -> tuple[str, ...]:
        """Name those of some laws whose own text nobody has read: what rests on them is not checked either."""
        return tuple(law for law in laws if law in self.by_id and self.by_id[law].status)

    def articles_named(self, basis: str, own: Collection[str]) -> dict[str, list[int]]:
        """Read which articles a basis names of laws that the table says the number of articles of.

        Parameters
        ----------
        basis : str
            As 《生态环境法典》第六十条、第六十一条（原《水污染防治法》第六十五条）.
        own : collection of str
            Ids of the laws that the clause rests on, of one title the ones that are meant.

        Returns
        -------
        dict of str to list of int
        """
        found: dict[str, list[int]] = {}
        _, *pieces = re.split("《([^》]*)》", basis)
        for title, rest in zip(pieces[::2], pieces[1::2], strict=True):
            if titled := self._counted.get(_bare_title(title)):
                meant = max(titled, key=lambda law: (law.id in own, law.articles))
                found.setdefault(meant.id, []).extend(map(_number, _ARTICLE.findall(rest)))
        return found

    def successor(self, law: str) -> str:
        """Id of what took a law's place, "" where nothing did."""
        return self.by_id[law].superseded_by

    def dates(self) -> dict[str, dict[str, str]]:
        """Give what a verdict asks of laws, as JSON keeps it: id → ``from``, ``to``, ``superseded_by`` where known."""
        return {
            key: {
                name: value
                for name, value in (("from", law.first), ("to", law.last), ("superseded_by", law.superseded_by))
                if value
            }
            for key, law in self.by_id.items()
        }


def _bare_title(title: str) -> str:
    """Give the title of a law as a basis calls it: without the country and the year of its revision."""
    return _BRACKETED.sub("", title).removeprefix("中华人民共和国")


def _number(text: str) -> int:
    """Read the number of an article, in digits or in Chinese: 一千二百四十二."""
    total = digits = 0
    for value in (int(unicodedata.numeric(one)) for one in text):
        if value < 10:
            digits = digits * 10 + value
        else:
            total, digits = total + (digits or 1) * value, 0
    return total + digits


def iso_date(text: str) -> str:
    """Read a day as people write it: 2026-3-1, 2026/03/01, 2026年3月1日.

    Raises
    ------
    BadInput
        No such day.
    """
    if found := _DATE.fullmatch(text):
        try:
            return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
        except ValueError:
            pass
    raise BadInput(Message("'{text}' is no date", text=text), wanted=_ISO)


def read_laws(profile: Profile | None = None) -> Laws:
    """Read ``laws.csv`` of a profile, or the national one where it has none.

    Raises
    ------
    BadInput
        With file, line and column: an id that is missing or stands twice, a malformed date, a successor that is not in
        the table.
    """
    return laws_of(profile_file(profile, _FILE))


def laws_of(path: Path) -> Laws:
    """Read a table of laws; see `read_laws`."""
    table = read_filled(path, _TITLES, ("id", "title"), empty=Message("no law"))
    errors = TableErrors(table)
    laws: dict[str, Law] = {}
    for row in table.rows:
        cells = dict(row.cells)
        for column in ("from", "to", "checked_on"):
            if cells[column]:
                try:
                    cells[column] = iso_date(cells[column])
                except BadInput as error:
                    errors.add(row.number, column, error.what, error.wanted)
        articles = cells.pop("articles")
        if articles and not (articles.isdecimal() and cells["source"]):
            errors.add(row.number, "articles", Message("'{text}' articles", text=articles), _COUNTED)
        read = cells["source"] and cells["checked_on"] and UNCHECKED not in cells["status"]
        cells["status"] = "" if read else UNCHECKED
        if not cells["id"] or cells["id"] in laws:
            errors.add(row.number, "id", Message("id '{id}' is empty or stands twice", id=cells["id"]), _OWN)
        laws[cells["id"]] = Law(
            first=cells.pop("from"),
            last=cells.pop("to"),
            articles=int(articles) if articles.isdecimal() else 0,
            **cells,
        )
    for row in table.rows:
        if (name := row.cells["superseded_by"]) and name not in laws:
            errors.add(row.number, "superseded_by", Message("unknown law '{name}'", name=name), nearest(name, laws))
    errors.check()
    return Laws(laws)


_OWN = Message("an id of its own for each law")
_COUNTED = Message("how many the law has, with the source that says so")
