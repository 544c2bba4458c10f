"""A finding (质检问题): something a reader of the plan has to know, with its place and its measure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .messages import Fact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

__all__ = ["Facts", "Finding"]

Facts = dict[str, Fact]


@dataclass(frozen=True)
class Finding:
    """One result of a check, or one thing a stage did that nobody may miss.

    Severity and wording are looked up by ``id`` in the profile's finding lists (``findings*.toml`` in its folder, one
    table per id with ``severity = "error" | "warning"``, ``zh = "…"``, ``en = "…"``; the texts are ``str.format``
    templates over ``facts``, as those of `Message`).

    Attributes
    ----------
    id : str
        Rule id: ``Q02``… for checks, ``S01``… for what sources and stages report.
    facts : mapping
        Values that the message templates name.
    value : float or None
        The measured value (m², share 0–1, count: the rule says which).
    geometry : shapely geometry or None
        Where, in the plan's CRS.
    units : tuple of str
        Codes of the units concerned.
    """

    id: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    value: float | None = None
    geometry: BaseGeometry | None = None
    units: tuple[str, ...] = ()
