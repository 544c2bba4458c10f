"""Columns of strangers' tables by the names that they may have: in other letters, cut by a Shapefile, with a unit.

What stands in a column is evidence for whoever asks; here is what its name says of it, and how surely.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .measures import UNIT_CALLED
from .messages import Message

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

BY_NAME = Message("its name")
_BY_CUT = Message("its name as a Shapefile cuts it")
_BY_MARKED = Message("its name but for marks and a unit of measure")
_BY_BARE = Message("its name but for what stands in brackets")
SURE = 0.9
"""Score from which a name is a known one as it stands, or as a Shapefile cuts it."""
_NAMED = 0.5  # score from which no more than marks and a unit of measure stand beside a known name
_MARKED, _BARE, _CUT, _RANK = 0.4, 0.8, 5e-5, 1e-4  # what these take off a score; a rank is a place among the names
_SHAPEFILE = 10  # bytes of a field's name that a Shapefile keeps
_BRACKETS = re.compile(r"[(\[【〔<]([^()\[\]【】〔〕<>]*)[)\]】〕>]")
_SIGNS = re.compile(r"[()\[\]【】〔〕<>:*※★]")
_ENDS = "_-:、,.;%*※★"
_BESIDE = sorted(
    {*UNIT_CALLED, "必填", "选填"}, key=len, reverse=True
)  # what may stand beside a name: 平方公里 ends in 公里


def folded(name: str) -> str:
    """Fold a name for comparison: no case, no white space, full-width letters as plain ones, m² as m2."""
    text = unicodedata.normalize("NFKC", name)
    return "".join(letter for letter in text if not letter.isspace() and letter.isprintable()).lower()


def bare(name: str) -> str:
    """Fold a name and take off what stands in brackets: 面积（km²） is 面积."""
    return _BRACKETS.sub("", folded(name)).strip(_ENDS)


@dataclass(frozen=True)
class ColumnMatch:
    """A column that may be what is meant.

    Attributes
    ----------
    name : str
        As the table has it.
    place : int
        Among the columns, from 0.
    score : float
        0–1; of several the highest is meant, of equal ones the first.
    reason : Message
        By what it was found.
    """

    name: str
    place: int
    score: float
    reason: Message


class KnownNames:
    """The names by which strangers call what is meant.

    Parameters
    ----------
    names : mapping
        Meaning → its names, the best first.
    ranked : bool
        A better name goes before a better place; else that column is meant which comes first.
    units : iterable of str
        Units that may stand behind a name, beside those of `core.measures`.
    """

    def __init__(self, names: Mapping[str, Iterable[str]], *, ranked: bool = True, units: Iterable[str] = ()) -> None:
        self._units = sorted({*_BESIDE, *units}, key=len, reverse=True)
        self._whole: dict[str, dict[str, float]] = {}
        self._cut: dict[str, dict[str, float]] = {}
        for meaning, aliases in names.items():
            for number, alias in enumerate(aliases):
                off = number * _RANK if ranked else 0.0
                for key in (folded(alias), _SIGNS.sub("", folded(alias)), bare(alias)):
                    self._whole.setdefault(key, {}).setdefault(meaning, off)
                for cut in _cuts(alias):
                    self._cut.setdefault(cut, {}).setdefault(meaning, off + _CUT)

    def __contains__(self, name: str) -> bool:
        """Whether a name, folded, is known as it stands, or cut if its letters are Latin."""
        return name in self._whole or (name.isascii() and name in self._cut)

    def meanings(self, head: str, *, cut: bool = True) -> dict[str, tuple[float, Message]]:
        """Say what a column may be by its name, with score and reason; of several ways to read it by the nearest.

        Parameters
        ----------
        head : str
        cut : bool
            A Shapefile may have cut it: ten bytes hold three Chinese characters in UTF-8 and five in GBK.
        """
        name = folded(head)
        ways = (
            (self._whole, name, 0.0, BY_NAME),
            (self._cut if cut else {}, name, 0.0, _BY_CUT),
            (self._whole, _SIGNS.sub("", name), _MARKED, _BY_MARKED),
            (self._whole, self._without_unit(name), _MARKED, _BY_MARKED),
            (self._whole, bare(name), _BARE, _BY_BARE),
        )
        for known, key, less, reason in ways:
            if key and key in known:
                return {meaning: (1.0 - less - off, reason) for meaning, off in known[key].items()}
        return {}

    def columns(
        self, heads: Sequence[str], *, cut: bool = False, stacked: bool = False
    ) -> dict[str, list[ColumnMatch]]:
        """Find the columns that are called as what is meant, each meaning's best first; one without any is left out.

        Parameters
        ----------
        heads : sequence of str
        cut : bool
            See `meanings`. Where two columns were cut to one name, it says nothing of either.
        stacked : bool
            Of several heads above one another, "/" between, the lowest that is known counts.
        """
        twice = {folded(head).removesuffix("_2") for head in heads if head.endswith("_2")}
        found: dict[str, list[ColumnMatch]] = {}
        for place, head in enumerate(heads):
            parts = reversed(head.split("/")) if stacked else (head,)
            may_be = cut and folded(head) not in twice
            said = next((said for part in parts if (said := self.meanings(part, cut=may_be))), {})
            for meaning, (score, reason) in said.items():
                if score >= _NAMED:
                    found.setdefault(meaning, []).append(ColumnMatch(head, place, score, reason))
        return {meaning: sorted(those, key=lambda one: -one.score) for meaning, those in found.items()}

    def _without_unit(self, name: str) -> str:
        """Take off a unit of measure in brackets or at the end, 单元面积_亩; of Latin letters a bar has to part it."""
        inner = _BRACKETS.sub(lambda one: "" if _bare_unit(one[1]) in self._units else one[0], name)
        ends = (unit if not unit.isascii() else f"_{unit}" for unit in self._units)
        if end := next((end for end in ends if inner.endswith(end)), ""):
            inner = inner.removesuffix(end).rstrip("_/")
        return _SIGNS.sub("", inner).strip(_ENDS)


def _bare_unit(text: str) -> str:
    return text.removeprefix("单位").removeprefix(":")


def stated_unit(name: str) -> str:
    """Say which unit of measure (`core.measures.UNITS`) a name states, "" for none: in brackets, last, or behind a bar.

    Examples
    --------
    >>> stated_unit("面积（单位：公顷）"), stated_unit("MJ_KM2"), stated_unit("合计/万亩"), stated_unit("面积")
    ('ha', 'km2', 'wan_mu', '')
    """
    text = folded(name)
    tried = (*_BRACKETS.findall(text), text.rpartition("/")[2], text.rpartition("_")[2])
    ends = (word for word in _BESIDE if not word.isascii() and text.endswith(word))
    return next((unit for one in (*map(_bare_unit, tried), *ends) if (unit := UNIT_CALLED.get(one))), "")


def _cuts(name: str) -> set[str]:
    """Cut a name as a Shapefile does, folded; nothing where it is short enough."""
    cuts = (name.encode(codec, "ignore")[:_SHAPEFILE].decode(codec, "ignore") for codec in ("utf-8", "gbk"))
    return {folded(cut) for cut in cuts if cut != name}


def namesakes(name: str, heads: Iterable[str]) -> tuple[str, ...]:
    """Find the columns that are called as one is, but for case, width and white space; itself among them."""
    return tuple(head for head in heads if folded(head) == folded(name))


def column_again(name: str, heads: Collection[str]) -> str:
    """Find a column of one file in another: by its name, else the only one that is it otherwise written.

    "" where there is none, or several.
    """
    if name in heads:
        return name
    alike = [head for head in heads if shortened(head) == shortened(name)]
    alike = alike or [match.name for match in KnownNames({"": [name]}).columns([*heads], cut=True).get("", ())]
    return alike[0] if len(alike) == 1 else ""


def shortened(name: str) -> bytes:
    """Give what is left of a name in a Shapefile, in whatever letters it is written."""
    return folded(name).encode("gb18030")[:_SHAPEFILE]
