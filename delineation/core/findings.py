"""A finding (质检问题): something a reader of the plan has to know, with its place and its measure."""

from __future__ import annotations

from collections import Counter
from copy import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, SupportsIndex

from .messages import Fact, Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from shapely.geometry.base import BaseGeometry

    from .arrays import Ints, Objects

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


def called(number: SupportsIndex, name: str, *, alone: bool = True) -> Fact:
    """Call a feature by its name, by its number where it has none, by both where it is not ``alone`` in its name."""
    if not name:
        return int(number)
    if alone:
        return Message("“{name}”", name=str(name))
    return Message("“{name}” ({number})", name=str(name), number=int(number))


def with_names(findings: Iterable[Finding], ids: Ints, names: Objects) -> list[Finding]:
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
    told = list(findings)
    if not told:
        return []
    # A layer may have a million features, and few of them are spoken of.
    name_of: dict[int, str] = dict(zip(map(int, ids), names, strict=True))
    many = Counter(name_of.values())

    def call(number: int) -> Fact:
        name = name_of.get(number, "")
        return called(number, name, alone=many[name] == 1)

    return [replace(one, facts=_named(one.facts, call)) for one in told]


def _named(facts: Mapping[str, Fact], call: Callable[[int], Fact], *, listed: bool = False) -> Facts:
    """Put names into facts; of a list of features they are in ``each``, as of ``first_few``."""
    return {
        key: _fact_named(fact, call, feature=key in _FEATURES or (listed and key == "each"))
        for key, fact in facts.items()
    }


def _fact_named(fact: Fact, call: Callable[[int], Fact], *, feature: bool) -> Fact:
    if isinstance(fact, Message):
        said = copy(fact)
        said.facts = _named(fact.facts, call, listed=feature)
        return said
    if isinstance(fact, (list, tuple)):
        return tuple(_fact_named(one, call, feature=feature) for one in fact)
    # Numbers of NumPy are none of Python's.
    return call(int(fact)) if feature and isinstance(fact, SupportsIndex) else fact
