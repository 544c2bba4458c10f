"""Unit codes (环境管控单元编码): prefix + county + category + serial; kept where a unit goes on, never used twice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import BadInput
from ..core.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..case.profile import Profile
    from ..core.arrays import Bools, Ints
    from .lineage import Previous

__all__ = ["UNIT_CODE", "Coded", "assign_codes"]

# Domain facts 1.2: production platforms and published reports.
UNIT_CODE = re.compile(r"^(ZH|HY)(\d{6})([123])(\d{4})$")
# The same with any prefix a profile may set: stem (prefix, district, category), serial.
_CODE = re.compile(r"^(([A-Z]*)(\d{6})([123]))(\d{4})$")
_LAST_SERIAL = 9999


@dataclass(frozen=True)
class Coded:
    """Codes of the new units.

    Attributes
    ----------
    code, unit_id : tuple of str
    kept : (u,) int64
        Row of the previous unit whose code (and id and name) goes on, −1 for a new one.
    retired : tuple of str
        Codes of previous versions that no unit carries any more; their serials stay used.
    last_id : int
        Highest number a unit id ever had, in this version or one before.
    """

    code: tuple[str, ...]
    unit_id: tuple[str, ...]
    kept: Ints
    retired: tuple[str, ...]
    last_id: int


def assign_codes(
    districts: Sequence[str],
    category: Ints,
    sea: Bools,
    profile: Profile,
    previous: Previous | None = None,
    *,
    recode: bool = False,
) -> Coded:
    """Give every unit a code and an id.

    A unit takes over the code of the previous unit with which it shares most (intersection over union at least
    ``keep_code_iou``), if that has its category and lies in its county (old county codes mapped by the change table),
    one to one, best pair first. All others get the next serial of their county and category; serials of retired codes
    are not used again.

    Parameters
    ----------
    districts : sequence of str
        County or sea district code of each unit.
    category : (u,) int64
    sea : (u,) bool
    profile : Profile
    previous : Previous, optional
    recode : bool
        A kept unit in a recoded county gets a code of the new county, with its old serial where that is free;
        otherwise the superseded prefix stays.

    Raises
    ------
    BadInput
        More units of one county and category than there are serials.
    """
    settings = profile["codes"]
    prefix = [str(settings["sea_prefix" if at_sea else "unit_prefix"]) for at_sea in sea]
    stems = [f"{p}{d}{int(c)}" for p, d, c in zip(prefix, districts, category, strict=True)]
    former: set[str] = {*previous.code, *previous.retired} if previous is not None else set()
    kept: Ints = np.full(len(stems), -1, dtype=np.int64)
    codes = [""] * len(stems)
    if previous is not None:
        kept = _kept(stems, previous, float(settings["keep_code_iou"]))
        heirs = np.flatnonzero(kept >= 0)
        for unit in heirs:
            code = previous.code[kept[unit]]
            codes[unit] = "" if recode and not code.startswith(stems[unit]) else code
        # Recoded units keep their serials before new ones take any.
        taken = former | set(codes)
        for unit in heirs:
            wish = stems[unit] + previous.code[kept[unit]][-4:]
            if not codes[unit] and wish not in taken:
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
    ids, last = _ids(kept, previous)
    return Coded(tuple(codes), ids, kept, tuple(sorted(former - set(codes))), last)


def _use(used: dict[str, int], code: str) -> None:
    match = _CODE.match(code)
    if match:
        used[match[1]] = max(used.get(match[1], 0), int(match[5]))


def _kept(stems: list[str], previous: Previous, least: float) -> Ints:
    kept = np.full(len(stems), -1, dtype=np.int64)
    iou = previous.iou()
    taken: set[int] = set()
    for row in np.lexsort((previous.old, previous.new, -iou)):
        new, old = int(previous.new[row]), int(previous.old[row])
        if iou[row] < least or kept[new] >= 0 or old in taken:
            continue
        match = _CODE.match(previous.code[old])
        if match and stems[new] in (f"{match[2]}{county}{match[4]}" for county in previous.counties_now(match[3])):
            kept[new] = old
            taken.add(old)
    return kept


def _ids(kept: Ints, previous: Previous | None) -> tuple[tuple[str, ...], int]:
    """Ids of the units, and the highest number one ever had."""
    ids = [previous.unit_id[row] if previous is not None and row >= 0 else "" for row in kept]
    last = _last_number(previous.unit_id if previous else ())
    if previous is not None:
        last = max(last, previous.last_id)
    for number, own in enumerate(ids):
        if not own:
            last += 1
            ids[number] = f"U{last:06d}"
    return tuple(ids), last


def _last_number(ids: Iterable[str]) -> int:
    return max((int(item[1:]) for item in ids if re.fullmatch(r"U\d+", item)), default=0)
