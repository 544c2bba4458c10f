"""The engine's words in the user's language: errors and stages are translated as the facts they are.

The engine states what it found in English. ``i18n/engine_zh_CN.toml`` holds the same sentences in Chinese, ``{}`` for
each fact, ``{n}`` for one that is a number and ``{w}`` for one without white space; the template with most words of its
own is taken, and a sentence that is not there yet is shown as the engine said it. In the Chinese ``{:part}`` stands for
a phrase of the engine within the sentence (``{:parts}`` for several), ``{:place}`` for a place within a place (these
have a table of their own), ``{:names}`` for what is called face, feature, cell or component, ``{:sum}`` for what is
added up, ``{:words}`` for what another program said (GDAL, the system): in the user's language where that is known,
else it is left to the details of the message.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QCoreApplication

from ..delineation.core.errors import MissingLibrary, visible
from ..delineation.core.findings import names_in_chinese, sum_in_chinese
from .shipped import ENGINE_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..delineation.core.errors import DelineationError
    from ..delineation.core.findings import Finding

__all__ = ["categories", "findings_rows", "language", "matched", "said", "sentence"]

translate = QCoreApplication.translate
# A fact in a template, and what it may be: a template of few words names it, so that it takes no whole sentence.
_FACT = re.compile(r"\{(\w?)\}")
_ANY = {"": "(.+?)", "n": r"([-+]?[\d.,]+(?:e[-+]?\d+)?)", "w": r"(\S+?)"}
_CHINESE = re.compile(r"[一-鿿]")
_LATIN = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
# What is left of a sentence around words that were left out.
_EMPTY = re.compile(r"（\s*）|：\s*(?=）)|[：，]\s*$")
# An end of a fact that was put into Chinese: the space that a template has beside it, for names, is left out.
_SEAM = "\0"
_SEAMS = re.compile(f" ?{_SEAM} ?")
_FULL = re.compile(r"[一-鿿（）]")
# Sentences and places are told apart: a field may be called what a place is.
_TABLE = {"part": "zh", "place": "zh_places"}


class _Fact(str):
    """A fact in a sentence; its format says what of it is to be put into Chinese."""

    __slots__ = ()

    def __format__(self, kind: str) -> str:
        if kind == "names":
            return _seamed(names_in_chinese(str(self)))
        if kind == "sum":
            return _seamed(sum_in_chinese(str(self)))
        if kind in ("part", "place"):
            return said(str(self), _TABLE[kind])
        if kind == "parts":
            return "，".join(said(part, "zh") for part in self.split(", "))
        if kind != "words":
            return str(self)
        known = said(str(self), "zh")
        return known if _CHINESE.search(known) and not _LATIN.search(known) else ""


def _seamed(text: str) -> str:
    """Mark the ends of a fact that are Chinese."""
    before, after = (_SEAM if text and _FULL.match(end) else "" for end in (text[:1], text[-1:]))
    return f"{before}{text}{after}"


def language() -> str:
    """``zh`` where the interface is Chinese, else ``en``: findings and sentences follow it."""
    # Its translation says which language the translation file is in.
    return "zh" if translate("ControlUnits", "en", "code of this language") == "zh" else "en"


@cache
def _phrases(tongue: str) -> list[tuple[re.Pattern[str], str]]:
    """Patterns of the engine's phrases, those with most words of their own first."""
    table: dict[str, str] = tomllib.loads(ENGINE_WORDS.read_text(encoding="utf-8")).get(tongue, {})
    # Of two that have as many, the one with fewer facts leaves less open.
    known = sorted(table.items(), key=lambda item: (-len(_FACT.sub("", item[0])), len(_FACT.findall(item[0]))))
    return [(_pattern(phrase), text) for phrase, text in known]


def _pattern(phrase: str) -> re.Pattern[str]:
    """Make a pattern of a template: every other part is a fact's kind."""
    parts = _FACT.split(phrase)
    return re.compile("".join(_ANY[part] if at % 2 else re.escape(part) for at, part in enumerate(parts)), re.DOTALL)


def matched(phrase: str, tongue: str = "") -> tuple[str, tuple[str, ...]] | None:
    """Find the words for a phrase of the engine, and the facts that go into them; None where there are none."""
    for pattern, text in _phrases(tongue or language()):
        found = pattern.fullmatch(phrase)
        if found:
            return text, found.groups()
    return None


def said(phrase: str, tongue: str = "") -> str:
    """Give a phrase of the engine (a stage, what was found, what is wanted) in the user's language."""
    known = matched(phrase, tongue)
    return phrase if known is None else _EMPTY.sub("", _SEAMS.sub("", known[0].format(*map(_Fact, known[1]))))


def sentence(error: DelineationError, tongue: str = "") -> str:
    """Say in one sentence what was found, where, and what is wanted."""
    tongue = tongue or language()
    what, wanted = said(error.what, tongue), said(error.wanted, tongue)
    where = said(error.where, f"{tongue}_places")
    if tongue != "zh":
        return str(type(error)(what, where=where, wanted=wanted))
    found = visible(f"{where}：{what}" if where else what)
    if not wanted:
        return found
    wanted = visible(wanted)
    return f"{found}；请安装 {wanted}" if isinstance(error, MissingLibrary) else f"{found}；应为：{wanted}"


def findings_rows(findings: Iterable[Finding], tongue: str = "") -> list[dict[str, Any]]:
    """Word findings; rows as of ``checks.to_rows``."""
    from ..delineation.checks import load_texts, to_rows

    return to_rows(findings, load_texts(), tongue or language())


def categories(tongue: str = "") -> dict[int, str]:
    """Name the three categories."""
    if (tongue or language()) == "zh":
        return {1: "优先保护", 2: "重点管控", 3: "一般管控"}
    return {1: "Priority protection", 2: "Key control", 3: "General control"}
