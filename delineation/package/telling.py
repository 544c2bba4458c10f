"""What is told of a package: its findings as rows, and what its manifest says besides the files."""

from __future__ import annotations

import configparser
import contextlib
import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyogrio
import pyproj
import shapely

from ..case.finding_texts import as_row, load_texts, severity, to_rows
from ..case.finding_texts import message as finding_message
from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.messages import facts_of
from .contents.texts import portable_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .filling import Filling
    from .profile import PackageProfile

__all__ = ["finding_rows", "in_words", "manifest_facts"]

_LIBRARIES = ("numpy", "pandas", "geopandas", "shapely", "pyogrio", "pyproj", "openpyxl", "python-docx")


def in_words(filling: Filling, findings: Sequence[Finding], language: str = "") -> list[dict[str, Any]]:
    """Word findings of the package itself, in the language of its plan's profile where none is named."""
    return to_rows(findings, load_texts(filling.rules), language or filling.language, filling.names)


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
    for found in filling.findings.to_dict("records"):
        said = Finding(
            id=str(found["id"]),
            facts=facts_of(json.loads(found["facts"] or "{}")),
            value=None if pd.isna(found["value"]) else float(found["value"]),
            geometry=found["geometry"],
            units=tuple(filter(None, str(found["units"] or "").split("、"))),
        )
        row = as_row(said, str(found["severity"]), str(found["message"]))
        if language and language != filling.language:
            # Facts that no text of the profile names: then it stays as it was said.
            with contextlib.suppress(BadInput):
                row["message"] = finding_message(said, texts, language, filling.names)
        rows.append({**row, "state": str(found["state"]), "reason": str(found["reason"])})
    for number, row in enumerate(in_words(filling, own, language)):
        reason = (accepted or {}).get(number, "")
        rows.append({**row, "state": "accepted" if reason else "open", "reason": reason})
    return rows


def manifest_facts(filling: Filling, edition: str, own: Sequence[Finding]) -> dict[str, Any]:
    """Say in the manifest what the package was made of; none of it changes where plan, profile and versions do not."""
    plan, meta, findings = filling.plan, filling.plan.meta, filling.findings
    texts = load_texts(filling.rules)
    errors = findings["severity"] == "error"
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
            "method": meta["method"],
            "seed": int(meta.get("seed", "1")),
            "rules": meta["profile"],
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
            "error": int(errors.sum()),
            "accepted": int((errors & (findings["state"] == "accepted")).sum()),
            "warning": int((~errors).sum()) + sum(severity(one, texts) == "warning" for one in own),
        },
        "remarks": [finding_message(one, texts, filling.language, filling.names) for one in own],
    }


def _digest(profile: PackageProfile) -> str:
    return hashlib.sha256(profile.path.read_bytes()).hexdigest()


def _versions() -> dict[str, str]:
    found = {"control_units": _own_version(), "python": platform.python_version()}
    for name in _LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    found["geos"] = shapely.geos_version_string
    found["gdal"], found["proj"] = pyogrio.__gdal_version_string__, pyproj.proj_version_str
    return found


def _own_version() -> str:
    found = configparser.ConfigParser(interpolation=None)
    found.read(Path(__file__).resolve().parents[2] / "metadata.txt", encoding="utf-8")
    return found.get("general", "version", fallback="")
