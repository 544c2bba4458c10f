"""How the texts of a layer were read, and what of it a reader has to know."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...core.findings import Facts, Finding
from ...core.messages import NOTHING, Message

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\xad]")


@dataclass(frozen=True)
class Stated:
    """What somebody says the encoding is.

    Attributes
    ----------
    basis : str
        ``case``, ``cpg``, ``ldid`` or ``format``.
    said : str
        In the words of the file, for people.
    encoding : str
        Real name, "" where the statement names none.
    """

    basis: str
    said: str
    encoding: str


@dataclass(frozen=True)
class TextReading:
    """How the texts of a layer were read.

    Attributes
    ----------
    encoding : str
    basis : str
        ``case``, ``cpg``, ``ldid``, ``trial`` or ``format``: what decided.
    stated : tuple of str
        What the file says of itself.
    overruled : tuple of str
        Statements that the texts contradict.
    confidence : float
        0–1.
    count : int
        Distinct values that speak: those beyond ASCII.
    samples : tuple of (before, after)
        As the file states them (as bytes show, where it states nothing) and as they were read.
    doubtful : str
        The encoding that fits the texts better than the one that was given, "" where none does.
    cut : int
        Values whose last character the field's width had cut off.
    cut_fields : tuple of str
    lost : int
        Values with bytes that the encoding cannot read.
    lost_at : Message
        The first of them.
    names : str
        Encoding of the fields' names, where it is another.
    """

    encoding: str
    basis: str = "format"
    stated: tuple[str, ...] = ()
    overruled: tuple[str, ...] = ()
    confidence: float = 1.0
    count: int = 0
    samples: tuple[tuple[str, str], ...] = ()
    doubtful: str = ""
    cut: int = 0
    cut_fields: tuple[str, ...] = ()
    lost: int = 0
    lost_at: Message = NOTHING
    names: str = ""


def reading_findings(reading: TextReading, place: str) -> list[Finding]:
    """Say what a reader of the layer has to know of its texts: S02 encoding, S21 cut, S22 doubt, S23 lost bytes."""
    samples = tuple(f"“{_CONTROLS.sub('·', before)}” → “{after}”" for before, after in reading.samples)
    facts: Facts = {
        "source": place,
        "encoding": reading.encoding,
        "stated": reading.stated,
        "count": reading.count,
        "confidence": reading.confidence,
        "samples": samples,
    }
    found: list[Finding] = []
    if reading.count and (reading.overruled or reading.basis == "trial"):
        over = {**facts, "stated": reading.overruled, "problem": "overruled"}
        found.append(Finding("S02", over if reading.overruled else facts, value=reading.confidence))
    if reading.doubtful:
        problem = {} if reading.doubtful == "?" else {"problem": "better", "better": reading.doubtful}
        found.append(Finding("S22", {**facts, **problem}, value=reading.confidence))
    if reading.cut:
        cut = {**facts, "count": reading.cut, "fields": reading.cut_fields}
        found.append(Finding("S21", cut, value=float(reading.cut)))
    if reading.lost:
        lost = {**facts, "count": reading.lost, "first": reading.lost_at}
        found.append(Finding("S23", lost, value=float(reading.lost)))
    if reading.names:
        found.append(Finding("S29", {"source": place, "names": reading.names, "encoding": reading.encoding}))
    return found
