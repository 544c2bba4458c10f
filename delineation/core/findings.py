"""A finding (质检问题): something a reader of the plan has to know, with its place and its measure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, SupportsIndex

from .messages import Fact, Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["Facts", "Finding", "called", "with_names"]

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


# Facts that are numbers of features of the finding's own layer.
_FEATURES = ("feature", "first", "features")


def called(number: SupportsIndex, name: str) -> Fact:
    """Call a feature by its name, and by its number only where it has none."""
    return Message("“{name}”", name=str(name), number=int(number)) if name else int(number)


def with_names(findings: Iterable[Finding], ids: NDArray[np.int64], names: NDArray[np.object_]) -> list[Finding]:
    """Call the features in the facts of findings by their names.

    Parameters
    ----------
    findings : iterable of Finding
        Of one layer, whose features they know by their numbers alone.
    ids : (n,) int64
        Numbers of the layer's features.
    names : (n,) object
        Their names, "" where there is none.
    """
    known = {number: name for number, name in zip(ids, names, strict=True) if name}
    return [replace(one, facts=_named(one.facts, known)) for one in findings] if known else list(findings)


def _named(facts: Mapping[str, Fact], known: Mapping[int, str], *, listed: bool = False) -> Facts:
    """Put names into facts; of a list of features they are in ``each``, as of ``first_few``."""
    return {
        key: _fact_named(fact, known, feature=key in _FEATURES or (listed and key == "each"))
        for key, fact in facts.items()
    }


def _fact_named(fact: Fact, known: Mapping[int, str], *, feature: bool) -> Fact:
    if isinstance(fact, Message):
        said = Message(fact.template, **_named(fact.facts, known, listed=feature))
        said.many = fact.many
        return said
    if isinstance(fact, (list, tuple)):
        return tuple(_fact_named(one, known, feature=feature) for one in fact)
    # Numbers of NumPy are none of Python's.
    if feature and isinstance(fact, SupportsIndex):
        return called(fact, known.get(int(fact), ""))
    return fact
