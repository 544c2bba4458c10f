"""What a plan's documents say that no source knows: when it was compiled, for which year it is filed, where it lies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..case.names import glossary
from ..core.messages import Message, at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..case.model import Case

STATED = {
    "date": Message("Compiled on"),
    "filing_year": Message("Filing year"),
    "province": Message("Province"),
    "city": Message("City"),
}
"""Keys of ``meta``, with their titles."""
NEEDED = {"P24": "date", "P25": "filing_year"}
"""What no plan is filed without, whatever reason is given: the finding that says so → the key of ``meta``."""
_UNFILLED = Message("(not filled in)")


def or_unfilled(text: str) -> Message:
    """Give what somebody stated as it is printed; no clock, no file and no source's date takes its place."""
    return at(text) if text else _UNFILLED


def stated_by(case: Case) -> dict[str, str]:
    """Give what a case states as a plan's ``meta`` has it, "" where it does not."""
    stated = {key: str(getattr(case, key) or "") for key in STATED}
    return {**stated, "city": case.city or str(case.profile.settings.get("city", ""))}


def province_of(meta: Mapping[str, str]) -> str:
    """Name the province: as stated, else the one that all county codes begin with (GB/T 2260), else ""."""
    digits = {code[:2] for code in json.loads(meta.get("county_names") or "{}")}
    by_code = glossary().listed("province", "zh").get(digits.pop(), "") if len(digits) == 1 else ""
    return meta.get("province", "") or by_code


def statement(meta: Mapping[str, str]) -> tuple[tuple[Message, Message], ...]:
    """Title and words of each, for covers, notes and title blocks; of an inferred province it is said that it is."""
    words = {key: or_unfilled(meta.get(key, "")) for key in STATED}
    if not meta.get("province") and (province := province_of(meta)):
        words["province"] = Message("{province} (by the county codes)", province=province)
    return tuple((title, words[key]) for key, title in STATED.items())
