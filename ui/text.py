"""The engine's words in the user's language: errors and stages are translated as the facts they are.

The engine states what it found in English. ``i18n/engine_zh_CN.toml`` holds the same sentences in Chinese, ``{}`` for
each fact; a sentence that is not in it yet is shown as the engine said it. ``{:names}`` stands for what is called face,
feature, cell or component, ``{:words}`` for what another program
said (GDAL, the system): in the user's language where that is known, else it is left to the details of the message.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QCoreApplication

from ..delineation.errors import MissingLibrary
from ..delineation.findings import names_in_chinese
from .shipped import ENGINE_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..delineation.errors import DelineationError
    from ..delineation.findings import Finding

__all__ = ["categories", "findings_rows", "language", "said", "sentence"]

translate = QCoreApplication.translate
FACT = "{}"
_CHINESE = re.compile(r"[一-鿿]")
_LATIN = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
# What is left of a sentence around words that were left out.
_EMPTY = re.compile(r"（\s*）|[：，]\s*$")


class _Fact(str):
    """A fact in a sentence; with ``:words`` it is what another program said."""

    __slots__ = ()

    def __format__(self, kind: str) -> str:
        if kind == "names":
            return names_in_chinese(str(self))
        if kind != "words":
            return str(self)
        known = said(str(self), "zh")
        return known if _CHINESE.search(known) and not _LATIN.search(known) else ""


def language() -> str:
    """``zh`` where the interface is Chinese, else ``en``: findings and sentences follow it."""
    # Its translation says which language the translation file is in.
    return "zh" if translate("ControlUnits", "en", "code of this language") == "zh" else "en"


@cache
def _phrases(tongue: str) -> list[tuple[re.Pattern[str], str]]:
    """Patterns of the engine's phrases, the most telling ones first."""
    table: dict[str, str] = tomllib.loads(ENGINE_WORDS.read_text(encoding="utf-8")).get(tongue, {})
    known = sorted(table.items(), key=lambda item: -len(item[0].replace(FACT, "")))
    return [(re.compile("(.+?)".join(map(re.escape, phrase.split(FACT))), re.DOTALL), text) for phrase, text in known]


def said(phrase: str, tongue: str = "") -> str:
    """Give a phrase of the engine (a stage, what was found, what is wanted) in the user's language."""
    for pattern, text in _phrases(tongue or language()):
        found = pattern.fullmatch(phrase)
        if found:
            return _EMPTY.sub("", text.format(*map(_Fact, found.groups())))
    return phrase


def sentence(error: DelineationError, tongue: str = "") -> str:
    """Say in one sentence what was found, where, and what is wanted."""
    tongue = tongue or language()
    what, where, wanted = (said(text, tongue) for text in (error.what, error.where, error.wanted))
    if tongue != "zh":
        return str(type(error)(what, where=where, wanted=wanted))
    found = f"{where}：{what}" if where else what
    if not wanted:
        return found
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
