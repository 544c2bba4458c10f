"""Unit codes (环境管控单元编码): ``ZH`` + county + category + serial, ``HY`` at sea; kept where a unit goes on, never used twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import BadInput
from .lineage import Previous
from .profile import Profile

__all__ = ["UNIT_CODE", "Coded", "assign_codes"]

# Domain facts 1.2: production platforms and published reports.
UNIT_CODE = re.compile(r"^(ZH|HY)(\d{6})([123])(\d{4})$")
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
    """

    code: tuple[str, ...]
    unit_id: tuple[str, ...]
    kept: NDArray[np.int64]
    retired: tuple[str, ...]


def assign_codes(
    districts: Sequence[str],
    category: NDArray[np.int64],
    sea: NDArray[np.bool_],
    profile: Profile,
    previous: Previous | None = None,
    *,
    recode: bool = False,
) -> Coded:
    """Give every unit a code and an id.

    A unit takes over the code of the previous unit with which it shares most (intersection over union at least ``keep_code_iou``), if that
    has its category and lies in its county (old county codes mapped by the change table), one to one, best pair first. All others get the
    next serial of their county and category; serials of retired codes are not used again.

    Parameters
    ----------
    districts : sequence of str
        County or sea district code of each unit.
    category : (u,) int64
    sea : (u,) bool
    profile : Profile
    previous : Previous, optional
    recode : bool
        A kept unit in a recoded county gets a code of the new county; otherwise the superseded prefix stays.
    """
    settings = profile["codes"]
    prefix = [str(settings["sea_prefix" if at_sea else "unit_prefix"]) for at_sea in sea]
    stems = [f"{p}{district}{c}" for p, district, c in zip(prefix, districts, category.tolist(), strict=True)]
    kept = np.full(len(stems), -1, dtype=np.int64)
    used: dict[str, int] = {}
    codes = [""] * len(stems)
    if previous is not None:
        for code in (*previous.code, *previous.retired):
            _use(used, code)
        kept = _kept(stems, previous, float(settings["keep_code_iou"]))
        for unit in np.flatnonzero(kept >= 0):
            code = previous.code[kept[unit]]
            if not recode or code.startswith(stems[unit]):
                codes[unit] = code
    for unit, stem in enumerate(stems):
        if codes[unit]:
            continue
        # A recoded unit keeps its serial where that is still free in the new county.
        wish = previous.code[kept[unit]][-4:] if previous is not None and kept[unit] >= 0 else ""
        taken = set(codes) | set(previous.code if previous else ()) | set(previous.retired if previous else ())
        if wish and f"{stem}{wish}" not in taken:
            codes[unit] = f"{stem}{wish}"
            _use(used, codes[unit])
            continue
        used[stem] = used.get(stem, 0) + 1
        if used[stem] > _LAST_SERIAL:
            raise BadInput(f"more than {_LAST_SERIAL} units with codes {stem}…", where="units", wanted="a coarser grouping")
        codes[unit] = f"{stem}{used[stem]:04d}"
    retired: set[str] = set()
    if previous is not None:
        retired = (set(previous.code) | set(previous.retired)) - set(codes)
    return Coded(tuple(codes), _ids(kept, previous), kept, tuple(sorted(retired)))


def _use(used: dict[str, int], code: str) -> None:
    if UNIT_CODE.match(code):
        stem, serial = code[:-4], int(code[-4:])
        used[stem] = max(used.get(stem, 0), serial)


def _kept(stems: list[str], previous: Previous, least: float) -> NDArray[np.int64]:
    kept = np.full(len(stems), -1, dtype=np.int64)
    iou = previous.iou()
    taken: set[int] = set()
    for row in np.lexsort((previous.old, previous.new, -iou)):
        new, old = int(previous.new[row]), int(previous.old[row])
        if iou[row] < least or kept[new] >= 0 or old in taken:
            continue
        match = UNIT_CODE.match(previous.code[old])
        if match and f"{match[1]}{previous.county_now(match[2])}{match[3]}" == stems[new]:
            kept[new] = old
            taken.add(old)
    return kept


def _ids(kept: NDArray[np.int64], previous: Previous | None) -> tuple[str, ...]:
    ids = [previous.unit_id[row] if previous is not None and row >= 0 else "" for row in kept]
    last = _last_number(previous.unit_id if previous else ())
    if previous is not None:
        last = max(last, previous.last_id)
    for number, own in enumerate(ids):
        if not own:
            last += 1
            ids[number] = f"U{last:06d}"
    return tuple(ids)


def _last_number(ids: Iterable[str]) -> int:
    return max((int(item[1:]) for item in ids if re.fullmatch(r"U\d+", item)), default=0)
