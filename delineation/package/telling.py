"""What is told of a package: its findings as rows, and what its manifest says besides the files."""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
from copy import copy
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyogrio
import pyproj
import shapely

from ..case.finding_texts import as_row, load_texts, severity, stays_home, to_rows
from ..case.finding_texts import message as finding_message
from ..case.names import glossary
from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.messages import Message, facts_of
from ..core.shipped import own_version
from .contents.texts import portable_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..case.names import Glossary
    from ..case.profile import Profile
    from ..core.messages import Fact
    from .filling import Filling
    from .profile import PackageProfile

__all__ = ["filed", "finding_rows", "manifest_facts", "remarks_of"]

_LIBRARIES = ("numpy", "pandas", "geopandas", "shapely", "pyogrio", "pyproj", "openpyxl", "python-docx")


def filed(findings: pd.DataFrame, rules: Profile) -> pd.DataFrame:
    """Word findings for whoever gets the package: none that concern the program alone, no advice, no folder of ours."""
    texts, names = load_texts(rules), glossary(rules)
    kept, words = [], []
    for number, row in enumerate(findings.to_dict("records")):
        found, text = _as_said(row), str(row["message"])
        # What no text of the profile names, or its facts: then it stays as it was said.
        with contextlib.suppress(BadInput):
            if stays_home(found, texts):
                continue
            text = filed_words(found, texts, names)
        kept.append(number)
        words.append(text)
    return findings.iloc[kept].reset_index(drop=True).assign(message=words)


def filed_words(finding: Finding, texts: Mapping[str, Any], names: Glossary) -> str:
    """Word a finding for whoever gets the package, in the language of the profile."""
    facts = {key: _portable(fact) for key, fact in finding.facts.items()}
    return finding_message(replace(finding, facts=facts), texts, names.language, names, filed=True)


def _portable(fact: Fact) -> Fact:
    """Take the folders of this computer out of a fact."""
    if isinstance(fact, Message):
        said = copy(fact)
        said.facts = {key: _portable(one) for key, one in fact.facts.items()}
        return said
    if isinstance(fact, (list, tuple)):
        return tuple(map(_portable, fact))
    return portable_path(str(fact)) if isinstance(fact, (str, Path)) else fact


def _as_said(row: Mapping[str, Any]) -> Finding:
    """Give a row of the layer as the finding that it was."""
    return Finding(
        id=str(row["id"]),
        facts=facts_of(json.loads(row["facts"] or "{}")),
        value=None if pd.isna(row["value"]) else float(row["value"]),
        geometry=row["geometry"],
        units=tuple(filter(None, str(row["units"] or "").split("、"))),
    )


def finding_rows(
    filling: Filling, own: Sequence[Finding], language: str, accepted: Mapping[int, str] | None = None
) -> list[dict[str, Any]]:
    """Give all findings as rows of the document, the plan's before the package's, in a language of choice.

    Parameters
    ----------
    filling : Filling
    own : sequence of Finding
        Of the package itself.
    language : str
        "" for that of the plan's profile.
    accepted : mapping, optional
        Number of one of ``own`` → the reason why it may stand.
    """
    rows, texts = [], load_texts(filling.rules)
    for found in filling.told.to_dict("records"):
        said = _as_said(found)
        row = as_row(said, str(found["severity"]), str(found["message"]))
        if language and language != filling.language:
            # Facts that no text of the profile names: then it stays as it was said.
            with contextlib.suppress(BadInput):
                row["message"] = finding_message(said, texts, language, filling.names)
        rows.append({**row, "state": str(found["state"]), "reason": str(found["reason"])})
    for number, row in enumerate(to_rows(own, texts, language or filling.language, filling.names)):
        reason = (accepted or {}).get(number, "")
        rows.append({**row, "state": "accepted" if reason else "open", "reason": reason})
    return rows


def remarks_of(filling: Filling, own: Sequence[Finding], accepted: Mapping[int, str]) -> list[tuple[str, str, str]]:
    """Give id, severity and words of what of the package itself is not as it was meant, and why it stands, as filed."""
    texts, out = load_texts(filling.rules), []
    for number, one in enumerate(own):
        if not stays_home(one, texts):
            text = filed_words(one, texts, filling.names)
            if reason := accepted.get(number):
                text = filling.say(Message("{remark} (reason: {reason})", remark=text, reason=reason))
            out.append((one.id, severity(one, texts), text))
    return out


def manifest_facts(
    filling: Filling, edition: str, own: Sequence[Finding], accepted: Mapping[int, str]
) -> dict[str, Any]:
    """Say in the manifest what the package was made of; none of it changes where plan, profile and versions do not."""
    plan, meta, findings = filling.plan, filling.plan.meta, filling.findings
    remarks = remarks_of(filling, own, accepted)
    errors = findings["severity"] == "error"
    # An error of the package itself was accepted with a reason, or there would be no package.
    refusing = sum(kind == "error" for _, kind, _ in remarks)
    sources = plan.sources[
        ["source", "role", "path", "layer", "sha256", "date", "provider", "document", "classification"]
    ]
    return {
        "title": f"{meta['name']}",
        "edition": edition,
        "volume": filling.tokens["county"] or None,
        "place": {key: filling.tokens[key] for key in ("province", "city", "code")},
        "classification": filling.tokens["classification"],
        "plan": {
            "name": meta["name"],
            "status": meta.get("status", ""),
            "date": meta["date"],
            "filing_year": meta.get("filing_year", ""),
            "crs": meta["crs"],
            "area_method": meta["area_method"],
            "method": portable_path(meta["method"]),
            "seed": int(meta.get("seed", "1")),
            "rules": portable_path(meta["profile"]),
            "units": len(plan.units),
            "element_zones": len(plan.element_zones),
            "clauses": len(plan.clauses),
            "area_m2": round(float(plan.units["area_m2"].sum()), 3),
        },
        "profile": {"name": filling.profile.name, "title": filling.profile.title, "sha256": _digest(filling.profile)},
        "versions": _versions(),
        "sources": [
            {**{key: str(value or "") for key, value in row.items()}, "path": portable_path(str(row["path"] or ""))}
            for row in sources.fillna("").to_dict("records")
        ],
        "findings": {
            "error": int(errors.sum()) + refusing,
            "accepted": int((errors & (findings["state"] == "accepted")).sum()) + refusing,
            "warning": int((~errors).sum()) + sum(kind == "warning" for _, kind, _ in remarks),
        },
        "remarks": [text for _, _, text in remarks],
    }


def _digest(profile: PackageProfile) -> str:
    return hashlib.sha256(profile.path.read_bytes()).hexdigest()


def _versions() -> dict[str, str]:
    found = {"control_units": own_version(), "python": platform.python_version()}
    for name in _LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    found["geos"] = shapely.geos_version_string
    found["gdal"], found["proj"] = pyogrio.__gdal_version_string__, pyproj.proj_version_str
    return found
