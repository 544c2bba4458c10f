"""Findings in words: severity and texts as the profile has them; rows as ``--json`` prints and the plan stores them."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import shapely

from ..core.errors import BadInput, visible
from ..core.findings import area_text, names_in_chinese, sum_in_chinese
from .profile import NATIONAL
from .profile_files import Section, read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from ..core.findings import Finding
    from .profile import Profile

__all__ = ["load_texts", "message", "severity", "to_rows"]

_SEVERITIES = ("error", "warning")


def load_texts(profile: Profile | None = None) -> dict[str, Any]:
    """Severity and wording of findings by id: all ``findings*.toml`` of the national profile, a bureau's own on top."""
    folders = [NATIONAL] if profile is None else [NATIONAL, profile.folder]
    texts: dict[str, Any] = {}
    for folder in dict.fromkeys(folders):
        for path in sorted(folder.glob("findings*.toml")):
            texts.update(_texts(path))
    return texts


def _texts(path: Path) -> Section:
    found = read_settings(path, NATIONAL / path.name if (NATIONAL / path.name).is_file() else path)
    for name, entry in found.items():
        if not isinstance(entry, dict) or entry["severity"] not in _SEVERITIES:
            raise BadInput(f"finding {name} has no severity", where=str(path), wanted=" | ".join(_SEVERITIES))
    return found


# ── Findings as rows with severity and text: what ``--json`` prints and the findings layer stores ───────────────────


class _Templates(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "names":
            return names_in_chinese(str(value))
        if format_spec == "sum":
            return sum_in_chinese(str(value))
        return area_text(value) if format_spec == "area" else str(super().format_field(value, format_spec))


_TEMPLATES = _Templates()


def _entry(finding: Finding, texts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Find a finding's texts: a fact ``problem`` picks the sub-table of that name, whose keys go first."""
    if finding.id not in texts:
        raise BadInput(f"no text for finding {finding.id}", where="findings*.toml", wanted=f"a table [{finding.id}]")
    table: Mapping[str, Any] = texts[finding.id]
    special = table.get(str(finding.facts.get("problem", "")))
    return Section({**table, **special}, finding.id) if isinstance(special, Mapping) else table


def severity(finding: Finding, texts: Mapping[str, Any]) -> str:
    """``error`` or ``warning``, as the profile says."""
    return str(_entry(finding, texts)["severity"])


def message(finding: Finding, texts: Mapping[str, Any], language: str = "zh") -> str:
    """Put a finding into words.

    Parameters
    ----------
    finding : Finding
    texts : mapping
        ``load_texts``.
    language : str
        ``zh`` or ``en``.
    """
    units = ", ".join(finding.units[:5]) + (f" … ({len(finding.units)})" if len(finding.units) > 5 else "")
    value = float("nan") if finding.value is None else finding.value
    text: str = _entry(finding, texts)[language]
    try:
        said = _TEMPLATES.vformat(text, (), {"units": units, "value": value, **finding.facts})
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        what = f"the text of finding {finding.id} does not fit its facts ({text[:60]})"
        raise BadInput(what, where="findings*.toml", wanted="the setting, as in the national profile") from error
    return visible(said, lines=True)


def to_rows(findings: Iterable[Finding], texts: Mapping[str, Any], language: str = "zh") -> list[dict[str, Any]]:
    """Make rows ``{"id", "severity", "where", "units", "value", "message"}``.

    ``where`` is WKT to the millimetre, empty where a finding has no place.
    """
    return [
        {
            "id": finding.id,
            "severity": severity(finding, texts),
            "where": "" if finding.geometry is None else shapely.to_wkt(finding.geometry, rounding_precision=3),
            "units": list(finding.units),
            "value": finding.value,
            "message": message(finding, texts, language),
        }
        for finding in findings
    ]
