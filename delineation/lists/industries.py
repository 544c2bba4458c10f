"""Industries by GB/T 4754 and named groups of them, as a profile's tables have them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from ..case.profile import NATIONAL, profile_file
from ..core.errors import BadInput
from ..core.filled_tables import TableErrors, read_filled
from ..core.messages import Message, at, one_of
from ..core.text import alike, clean_text, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set
    from pathlib import Path

    from ..case.profile import Profile

_CODE = re.compile(r"[A-T](\d{2}\d?\d?)?")
_APART = re.compile(r"[;,、\s]+")
_CODES = {
    "code": "代码",
    "name": "名称",
    "initials": "拼音首字母",
    "words": "俗称",
    "status": "核对状态",
    "implies": "推定信息",
    "implied_by": "推定依据",
}
_GROUPS = {
    "group": "编号",
    "name": "名称",
    "codes": "行业代码",
    "document": "依据文件",
    "date": "日期",
    "condition": "条件",
    "status": "核对状态",
}
_DIVISION = 3  # letters of a division's code: C26
_SUGGESTED = 8
_BESIDE = re.compile(r"\W|国民经济|行业|代码|[门大中小]类")  # written about an industry, and no part of its name
_TYPED = re.compile(r"[a-t]\d{2,4}(?!\d)|\d{1,4}$")  # a code, behind which its name may stand
_CODE_OR_GROUP = Message("a code of GB/T 4754 like C26 or C2614, or a group that industry_groups.csv names")


_SIMPLIFIED = str.maketrans(*(NATIONAL / "traditional.txt").read_text("utf-8").split())


def _searched(text: str) -> str:
    """Write a text as it is searched: simplified, in small letters, without what stands beside a name."""
    return _BESIDE.sub("", clean_text(text).lower().translate(_SIMPLIFIED))


@dataclass(frozen=True)
class IndustryGroup:
    """A named group of industries (两高, 化工 …).

    Attributes
    ----------
    id, name : str
    codes : tuple of str
        GB/T 4754 codes at any depth; empty where the document's table is not known: nobody can tell who belongs to it.
    document, date, status : str
        What names the group, of which day ("" unknown), and 待核 where that was not checked.
    condition : str
        What a project of these codes has to be besides, as a cell ``when`` says it: ``fuel = coal``.
    """

    id: str
    name: str
    codes: tuple[str, ...] = ()
    document: str = ""
    date: str = ""
    status: str = ""
    condition: str = ""


@dataclass(frozen=True)
class Industries:
    """Codes and groups.

    Attributes
    ----------
    names : mapping of str to str
        Code → name: all sections and divisions, deeper codes as far as a bureau's tables name them.
    groups : mapping of str to IndustryGroup
    initials : mapping of str to str
        Code → first letters of its name in pinyin, of those that the tables give them for.
    words : mapping of str to tuple of str
        Code → what people call it who do not know the classification.
    unchecked : set of str
        Codes whose name one public copy of the classification alone has so.
    implied : mapping of str to (str, str)
        Code → facts that it implies of a project (``activity = factory; land_take = yes for new``), and why.
    """

    names: Mapping[str, str]
    groups: Mapping[str, IndustryGroup] = field(default_factory=dict)
    initials: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unchecked: Set[str] = frozenset()
    implied: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def known(self, code: str) -> bool:
        """Whether a code is one: its section and division are known, what is deeper has the right form."""
        return bool(_CODE.fullmatch(code)) and code[:_DIVISION] in self.names

    def name(self, code: str) -> str:
        """Name of a code, or of the nearest one above that has a name; "" where none has. A group has its own.

        A name that was not checked says so.
        """
        if code in self.groups:
            return self.groups[code].name
        while code and code not in self.names:
            # There is nothing between a division and its section.
            code = code[:-1] if len(code) > _DIVISION else code[:1] if len(code) > 1 else ""
        return f"{self.names[code]}（待核）" if code in self.unchecked else self.names.get(code, "")

    def search(self, text: str, most: int = 20) -> list[tuple[str, str]]:
        """Find industries as a person types: by a code, a name, what people call it, or the name's pinyin initials.

        Parameters
        ----------
        text : str
            ``C26``, ``26``, ``化学``, ``hxy``, characters of a name in their order (``化原``), ``养猪``, or a text that
            has such words in it (``养猪场扩建``); full width and traditional characters too.
        most : int
            How many are given.

        Returns
        -------
        list of (str, str)
            Code and name, the best first. A known code without a name of its own has that of the nearest above.
        """
        wanted = _searched(text)
        if not wanted:
            return []
        typed = _TYPED.match(wanted)
        number = typed[0] if typed else wanted
        fits = [(fit, code) for code in self.names if (fit := self._fit(wanted, number, code))]
        rows = [(code, self.name(code)) for _, code in sorted(fits)[:most]]
        code = number.upper()
        if self.known(code) and code not in self.names:
            rows.insert(0, (code, self.name(code)))
        return rows[:most]

    @cached_property
    def _called(self) -> dict[str, tuple[str, ...]]:
        """Code → its name and other words for it, as they are searched; the name stands first.

        Where a group is one class of the same name, the class alone goes by it.
        """
        return {
            code: tuple(
                map(_searched, ((name,) if self.names.get(f"{code}0") != name else ()) + self.words.get(code, ()))
            )
            for code, name in self.names.items()
        }

    def _fit(self, text: str, number: str, code: str) -> tuple[int, ...]:
        """Say how well a code fits what was typed, the lowest best; () where it does not."""
        names = self._called[code]
        numbers = number, f"0{number}"  # a spreadsheet takes the zero off 0111
        if text in names or number == code.lower() or code[1:] in numbers:
            return (0,)
        if code.lower().startswith(number) or code[1:].startswith(numbers):
            return 1, len(code)
        initials = self.initials.get(code, "")
        if held := [(not name.startswith(text), len(name)) for name in names if text in name]:
            return 2, *min(held)
        if initials.startswith(text):
            return 2, initials != text, len(initials)
        if within := [len(name) for name in names if name in text]:
            return 3, -max(within)
        every = " ".join(names)
        if near := sum("".join(pair) in every for pair in pairwise(text)):
            return 4, -near, len(names[0])
        rest = iter(every)
        return (5, len(code)) if text in initials or (len(text) > 1 and all(letter in rest for letter in text)) else ()

    def expand(self, codes: Sequence[str]) -> tuple[str, ...]:
        """Put the codes of groups in place of their ids, each code once; an empty group gives none."""
        found = (one for code in codes for one in (self.groups[code].codes if code in self.groups else (code,)))
        return tuple(dict.fromkeys(found))

    def codes(self) -> dict[str, list[str]]:
        """Give the groups as a verdict asks for them, as JSON keeps it: id → codes."""
        return {key: list(group.codes) for key, group in self.groups.items()}

    @cached_property
    def _group_names(self) -> dict[str, str]:
        return {clean_text(name): key for key, group in self.groups.items() for name in (group.name, key)}

    def read(self, text: str) -> str:
        """Read a code, the whole name of an industry, or a group by its id or name.

        Raises
        ------
        BadInput
            Unknown; the industries are named that a search finds.
        """
        if text in self._group_names:
            return self._group_names[text]
        code = text.upper()
        if self.known(code):
            return code
        found = self.search(text, _SUGGESTED)
        if found and self.names.get(found[0][0]) == text:
            return found[0][0]
        close = one_of(map(" ".join, found)) if found else at(alike(text, [*self.names, *self._group_names]))
        raise BadInput(Message("unknown industry '{code}'", code=text), wanted=close or _CODE_OR_GROUP)

    def empty_groups(self, codes: Sequence[str]) -> list[str]:
        """Those of some codes and groups that are groups whose table nobody knows."""
        return [code for code in codes if code in self.groups and not self.groups[code].codes]


def read_industries(profile: Profile | None = None) -> Industries:
    """Read ``industries.csv``, a bureau's ``industries_*.csv`` and ``industry_groups.csv`` of a profile.

    Each file that the profile lacks is the national one.

    Raises
    ------
    BadInput
        With file, line and column: a malformed code, a division of no section, a code without name, a group that
        stands twice or names an unknown code.
    """
    folder = profile.folder if profile is not None else NATIONAL
    rows = dict[str, dict[str, str]]()
    for path in (profile_file(profile, "industries.csv"), *sorted(folder.glob("industries_*.csv"))):
        _add_rows(rows, path)
    industries = Industries(
        {code: row["name"] for code, row in rows.items()},
        initials={code: row["initials"].lower() for code, row in rows.items()},
        words={code: tuple(filter(None, _APART.split(row["words"]))) for code, row in rows.items()},
        implied={code: found for code, row in rows.items() if any(found := (row["implies"], row["implied_by"]))},
        unchecked={code for code, row in rows.items() if row["status"]},
    )
    return _with_groups(industries, profile_file(profile, "industry_groups.csv"))


def _add_rows(rows: dict[str, dict[str, str]], path: Path) -> None:
    table = read_filled(path, _CODES, ("code", "name"), empty=Message("no industry"))
    errors = TableErrors(table)
    known = {*rows, *(row.cells["code"] for row in table.rows if len(row.cells["code"]) == 1)}
    for row in table.rows:
        code = row.cells["code"]
        above = code[:1] if len(code) <= _DIVISION else code[:_DIVISION]
        if not _CODE.fullmatch(code) or (above not in known and above != code):
            errors.add(row.number, "code", Message("unknown industry '{code}'", code=code), _FORM)
        elif not row.cells["name"]:
            errors.add(row.number, "name", Message("empty"), Message("a value in every row"))
        known.add(code)
        said = {key: text for key, text in row.cells.items() if text}
        rows[code] = {**row.cells, **rows.get(code, {}), **said, "status": row.cells["status"]}
        implied = row.cells["implies"], row.cells["implied_by"]
        if any(implied) and not all(implied):
            column = "implies" if implied[1] else "implied_by"
            errors.add(row.number, column, Message("empty"), Message("the facts, and a source or why they follow"))
    errors.check()


_FORM = Message("a code of GB/T 4754 like C, C26, C261 or C2614, below one that is there")


def _with_groups(industries: Industries, path: Path) -> Industries:
    table = read_filled(path, _GROUPS, ("group", "name", "codes"), empty=Message("no group"))
    errors = TableErrors(table)
    groups: dict[str, IndustryGroup] = {}
    for row in table.rows:
        cells = row.cells
        key = cells["group"]
        if not key or key in groups or industries.known(key):
            errors.add(
                row.number,
                "group",
                Message("group '{group}' is empty, stands twice or is a code", group=key),
                Message("an id of its own for each group"),
            )
        codes = [one for one in _APART.split(clean_text(cells["codes"])) if one]
        for code in codes:
            if not industries.known(code):
                errors.add(
                    row.number,
                    "codes",
                    Message("unknown industry '{code}'", code=code),
                    nearest(code, industries.names),
                )
        groups[key] = IndustryGroup(
            key, cells["name"], tuple(codes), *(cells[name] for name in ("document", "date", "status", "condition"))
        )
    errors.check()
    return replace(industries, groups=groups)
