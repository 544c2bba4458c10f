"""Unit codes (环境管控单元编码): prefix + county + category + serial; kept where a unit goes on, never used twice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..core.arrays import listed
from ..core.errors import BadInput
from ..core.messages import Message
from ..succession.predecessor import CODE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..case.profile import Profile
    from ..core.arrays import Bools, Ints
    from ..succession.predecessor import Succession

_LAST_SERIAL = 9999


@dataclass(frozen=True)
class Coded:
    """Codes of the new units.

    Attributes
    ----------
    code, unit_id : tuple of str
    name : tuple of str
        Of the unit that goes on in each, "" for none.
    retired : tuple of str
        Codes of previous versions that no unit carries any more; their serials stay used.
    last_id : int
        Highest number a unit id ever had, in this version or one before.
    """

    code: tuple[str, ...]
    unit_id: tuple[str, ...]
    name: tuple[str, ...]
    retired: tuple[str, ...]
    last_id: int


def code_stems(districts: Sequence[str], category: Ints, sea: Bools, profile: Profile) -> list[str]:
    """Prefix, district and category of the code of each unit."""
    settings = profile["codes"]
    prefix = [str(settings["sea_prefix" if at_sea else "unit_prefix"]) for at_sea in sea]
    return [f"{p}{d}{int(c)}" for p, d, c in zip(prefix, districts, category, strict=True)]


def assign_codes(stems: Sequence[str], *onto: Succession, recode: bool = False) -> Coded:
    """Give every unit a code and an id.

    A unit that goes on keeps its code and id. All others get the next serial of their county and category; serials of
    retired codes are not used again.

    Parameters
    ----------
    stems : sequence of str
        Of `code_stems`.
    *onto : Succession
        What goes on in each unit: of the plan that is replaced, before that of last year's.
    recode : bool
        A kept unit in a recoded county gets a code of the new county, with its old serial where that is free;
        otherwise the superseded prefix stays.

    Raises
    ------
    BadInput
        More units of one county and category than there are serials.
    """
    former = {code for one in onto for code in (*one.before.code, *one.before.retired)}
    codes = [""] * len(stems)
    ids, names, last = _going_on(codes, onto)
    heirs = [(unit, code) for unit, code in enumerate(codes) if code]
    for unit, code in heirs:
        codes[unit] = code if CODE.match(code) and (code.startswith(stems[unit]) or not recode) else ""
    # Recoded units keep their serials before new ones take any.
    taken = former | set(codes)
    for unit, code in heirs:
        wish = stems[unit] + code[-4:]
        if not codes[unit] and CODE.match(wish) and wish not in taken:
            codes[unit] = wish
            taken.add(wish)
    used: dict[str, int] = {}
    for code in (*former, *codes):
        _use(used, code)
    for unit, stem in enumerate(stems):
        if codes[unit]:
            continue
        used[stem] = used.get(stem, 0) + 1
        if used[stem] > _LAST_SERIAL:
            raise BadInput(
                Message("more than {most} codes {stem}…", most=_LAST_SERIAL, stem=stem),
                where=Message("units"),
                wanted=Message("a coarser grouping"),
            )
        codes[unit] = f"{stem}{used[stem]:04d}"
    for unit, own in enumerate(ids):
        if not own:
            last += 1
            ids[unit] = f"U{last:06d}"
    return Coded(tuple(codes), tuple(ids), tuple(names), tuple(sorted(former - set(codes))), last)


def _use(used: dict[str, int], code: str) -> None:
    match = CODE.match(code)
    if match:
        used[match[1]] = max(used.get(match[1], 0), int(match[5]))


def _going_on(codes: list[str], onto: Sequence[Succession]) -> tuple[list[str], list[str], int]:
    """Fill in the codes that go on; ids and names of the same, "" for none, and the highest number an id ever had."""
    ids, names, last = [""] * len(codes), [""] * len(codes), 0
    taken: set[str] = set()
    for one in onto:
        before, known = one.before, {*taken}
        for unit, row in enumerate(listed(one.kept)):
            if row >= 0 and not codes[unit] and before.code[row] not in codes:
                codes[unit], names[unit] = before.code[row], before.name[row]
                ids[unit] = "" if before.unit_id[row] in known else before.unit_id[row]
        # An id of the plan that is replaced is no other unit's: its edits speak of units by their ids.
        taken |= {*before.unit_id}
        last = max(last, _last_number(before.unit_id), before.last_id)
    return ids, names, last


def _last_number(ids: Iterable[str]) -> int:
    return max((int(item[1:]) for item in ids if re.fullmatch(r"U\d+", item)), default=0)
