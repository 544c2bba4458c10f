"""Industries by GB/T 4754 and named groups of them, as a profile's tables have them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ..case.profile import NATIONAL, profile_file
from ..core.errors import BadInput
from ..core.filled_tables import TableErrors, read_filled
from ..core.messages import Message, at
from ..core.text import alike, clean_text, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ..case.profile import Profile

__all__ = ["Industries", "IndustryGroup", "read_industries"]

_CODE = re.compile(r"[A-T](\d{2}\d?\d?)?")
_DIGITS = re.compile(r"\d{1,4}")
_APART = re.compile(r"[;,、\s]+")
_CODES = {
    "code": "代码",
    "name": "名称",
    "initials": "拼音首字母",
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
_CODE_OR_GROUP = Message("a code of GB/T 4754 like C26 or C2614, or a group that industry_groups.csv names")


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
    implied : mapping of str to (str, str)
        Code → facts that it implies of a project (``activity = factory; land_take = yes for new``), and why.
    """

    names: dict[str, str]
    groups: Mapping[str, IndustryGroup] = field(default_factory=dict)
    initials: dict[str, str] = field(default_factory=dict)
    implied: dict[str, tuple[str, str]] = field(default_factory=dict)

    def known(self, code: str) -> bool:
        """Whether a code is one: its section and division are known, what is deeper has the right form."""
        return bool(_CODE.fullmatch(code)) and code[:_DIVISION] in self.names

    def name(self, code: str) -> str:
        """Name of a code, or of the nearest one above that has a name; "" where none has. A group has its own."""
        if code in self.groups:
            return self.groups[code].name
        while code and code not in self.names:
            # There is nothing between a division and its section.
            code = code[:-1] if len(code) > _DIVISION else code[:1] if len(code) > 1 else ""
        return self.names.get(code, "")

    def search(self, text: str, most: int = 20) -> list[tuple[str, str]]:
        """Find industries as a person types: by the beginning of a code, a part of a name, or its pinyin initials.

        Parameters
        ----------
        text : str
            ``C26``, ``26``, ``化学``, ``hxy``, or characters of a name in their order (``化原``).
        most : int
            How many are given.

        Returns
        -------
        list of (str, str)
            Code and name, the best first. A known code without a name of its own has that of the nearest above.
        """
        wanted = clean_text(text).lower()
        if not wanted:
            return []
        code = wanted.upper()
        found = [(fit, one) for one in self.names if (fit := self._fit(wanted, one)) is not None]
        rows = [(one, self.names[one]) for _, one in sorted(found)]
        if self.known(code) and code not in self.names:
            rows.insert(0, (code, self.name(code)))
        return rows[:most]

    def _fit(self, text: str, code: str) -> int | None:
        """Say how well a code fits what was typed, 0 best; None where it does not."""
        name, initials = self.names[code].lower(), self.initials.get(code, "")
        if text == code.lower() or text == name:
            return 0
        if code.lower().startswith(text) or code[1:].startswith(text):
            return 1
        if name.startswith(text) or (initials and initials == text):
            return 2
        if text in name or initials.startswith(text):
            return 3
        if text in initials:
            return 4
        rest = iter(name)
        return 5 if len(text) > 1 and all(letter in rest for letter in text) else None

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
        """Read a code, or a group by its id or name.

        Raises
        ------
        BadInput
            Unknown; digits alone, as spreadsheets make of codes, are answered with the codes they may have been.
        """
        if text in self._group_names:
            return self._group_names[text]
        code = text.upper()
        if self.known(code):
            return code
        what = Message("unknown industry '{code}'", code=text)
        if _DIGITS.fullmatch(text):
            # A spreadsheet takes the zero off 0130, and people the letter off C26.
            padded = [text] if len(text) > 1 else []
            if len(text) in (1, 3):
                padded.append(f"0{text}")
            found = [f"{section}{one}" for one in padded for section in self._sections(one[:2])]
            if found:
                raise BadInput(what, wanted=at(" | ".join(found)))
        close = alike(text, [*self.names, *self._group_names])
        raise BadInput(what, wanted=at(close) if close else _CODE_OR_GROUP)

    def _sections(self, division: str) -> list[str]:
        return [code[0] for code in self.names if len(code) == _DIVISION and code[1:] == division]

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
    found = Industries({})
    for path in (profile_file(profile, "industries.csv"), *sorted(folder.glob("industries_*.csv"))):
        _add_codes(found, path)
    return _with_groups(found, profile_file(profile, "industry_groups.csv"))


def _add_codes(found: Industries, path: Path) -> None:
    table = read_filled(path, _CODES, ("code", "name"), empty=Message("no industry"))
    errors = TableErrors(table)
    names = found.names
    names.update({row.cells["code"]: row.cells["name"] for row in table.rows if len(row.cells["code"]) == 1})
    known = dict(names)
    for row in table.rows:
        code, name = row.cells["code"], row.cells["name"]
        above = code[:1] if len(code) <= _DIVISION else code[:_DIVISION]
        if not _CODE.fullmatch(code) or (above not in known and above != code):
            errors.add(row.number, "code", Message("unknown industry '{code}'", code=code), _FORM)
        elif not name:
            errors.add(row.number, "name", Message("empty"), Message("a value in every row"))
        known[code] = names[code] = name
        if row.cells["initials"]:
            found.initials[code] = row.cells["initials"].lower()
        implied = row.cells["implies"], row.cells["implied_by"]
        if any(implied) and not all(implied):
            column = "implies" if implied[1] else "implied_by"
            errors.add(row.number, column, Message("empty"), Message("the facts, and a source or why they follow"))
        elif any(implied):
            found.implied[code] = implied
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
