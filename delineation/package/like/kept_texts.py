"""What of last year a template keeps or has lost, a line each: whoever makes a package by it has to look at that."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from ...case.names import glossary
from ...core.messages import NOTHING, Message, at, counted, first_few, word
from .words import read_words

_UNITS = r"(个|平方公里|平方千米|km²|km2|k㎡|%|％|公顷|万亩|亩|公里|千米|条|家|处|类|座|片|项)"
_COUNTED = re.compile(rf"\d[\d,，.]*\s*(余|多)?\s*{_UNITS}")
# Whatever may be a person, a telephone, a count or a year: digits, numerals, what stands before a name.
_FACT = re.compile(
    rf"\d|@|[〇○一二三四五六七八九十百千两]+(余|多)?{_UNITS}|[〇○一二三四五六七八九]{{4}}"
    r"|[填制编审校复核批](报|表|图|制|写|核|定|批|查|对|准)[人者单位]*|联系|电话|负责人|经办|主编|研究院|设计院|公司|去年|上年"
)
_TOKEN = re.compile(r"\{\w+\}")
_UNIT_STATED = re.compile(r"[（(]?(计量|面积)?单位\s*[:：]\s*[^\s:：\d]{1,12}?[)）]?")
_PAGES = re.compile(r"[第共总页，,／/\-—–·.\s\d]*")
_TITLE = re.compile(
    r"[^。；;：:]{1,60}(清单|一?览?表|汇总|名录|目录|方案|报告|说明|文本|附件|附表|附录|附图)([（(][^)）]*[)）])?"
)
_NUMBERED = re.compile(
    r"(第[一二三四五六七八九十]+[章节条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）])\s*[^。；;：:]{1,40}"
)
# Numbers of chapters and annexes are no facts; 3个 is one.
_NUMBERED_AWAY = re.compile(
    rf"^(附[件表录图]\s*)?[（(]?\d{{1,2}}([.\-－—]\d{{1,2}})*(?!\d|\s*个|{_UNITS})[)）、.．]?\s*(?=[^\d年月日.,，%％]|$)"
)
_HAN = "一-鿿"
_STRICT = ("绝密", "机密", "秘密", "内部资料")  # words that stand for nothing else where a text begins with them
_LONGEST = 200  # letters of a text that are shown
_PLAIN = 20  # texts without facts that are listed one by one
_LEVEL, _UNIT, _WHOLE, _FACTS, _LOST, _REST = range(6)


@dataclass
class KeptTexts:
    """What has to be looked at, gravest first: marks of secrecy, units, whole tables, facts, what is lost, the rest."""

    found: list[tuple[int, Message, str | Message]] = field(default_factory=list)

    def text(self, place: Message, text: str, filled: str, *, listed: bool = True, heading: bool = False) -> bool:
        """Take down a text that is kept, unless it is a title and nothing but that.

        Parameters
        ----------
        place : Message
            Where it stands.
        text, filled : str
            As it was, and with tokens in place of what is this year's anew.
        listed : bool
            Take it down though it states no fact.
        heading : bool
            It is known for a heading.

        Returns
        -------
        bool
            Whether it was taken down.
        """
        text = " ".join(text.split())
        bare = " ".join(_TOKEN.sub("", filled).split())
        if not any(map(str.isalnum, bare)) or _PAGES.fullmatch(bare) or _UNIT_STATED.fullmatch(text):
            return False
        self.mark(place, filled)
        fact = bool(_FACT.search(_NUMBERED_AWAY.sub("", bare)))
        if not fact and (not listed or heading or _TITLE.fullmatch(bare) or _NUMBERED.fullmatch(bare)):
            return False
        self.found.append((_FACTS if fact else _REST, place, " ".join(filled.split())))
        return True

    def mark(self, place: Message, text: str) -> None:
        """Take down the marks of secrecy in a text: the package has one of its own."""
        # 公开 in 公开征求意见 is none.
        found = dict.fromkeys(one[1] or one[2] for one in _levels().finditer(text))
        self.found += [(_LEVEL, place, level) for level in found]

    def unit(self, place: Message, text: str) -> None:
        """Take down a text in which a unit of last year stands."""
        self.found.append((_UNIT, place, " ".join(text.split())))

    def whole(self, said: Message) -> None:
        """Take down a sheet or table that is kept as it was."""
        self.found.append((_WHOLE, NOTHING, said))

    def lost(self, said: Message, place: Message = NOTHING) -> None:
        """Take down what is left out or stays empty."""
        self.found.append((_LOST, place, said))

    def lines(self) -> list[Message]:
        """Give the lines, each text once with all its places; of those without facts the first, and how many more."""
        places: dict[tuple[int, str | Message], dict[Message, None]] = {}
        for rank, place, text in self.found:
            places.setdefault((rank, text), {})[place] = None
        kept = []
        for rank in range(_REST + 1):
            own = [_line(rank, list(where), text) for (one, text), where in places.items() if one == rank]
            rest = len(own) - _PLAIN
            if rank == _REST and rest > 0:
                more = counted(
                    rest, "{n} other text without figures is kept", "{n} other texts without figures are kept"
                )
                own = [*own[:_PLAIN], more]
            kept += own
        return kept

    def check(self) -> str:
        """Word the lines for ``Content.check``."""
        names = glossary()
        return "\n".join(" ".join(word(one, names.language, names).split()) for one in self.lines())


def _line(rank: int, places: list[Message], text: str | Message) -> Message:
    """Word a line: the places, and what stands there."""
    if isinstance(text, str) and len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}…"
    if not any(places):
        return text if isinstance(text, Message) else at(text)
    where = first_few(places) if len(places) > 1 else places[0]
    if rank == _LEVEL:
        return Message("{place}: '{level}' may contradict the package's classification", place=where, level=text)
    return Message("{place}: {text}", place=where, text=text)


@cache
def _levels() -> re.Pattern[str]:
    words = "|".join(sorted({*read_words().levels, *_STRICT, "公开", "内部"}, key=len, reverse=True))
    strict = "|".join(_STRICT)
    return re.compile(rf"(?<![{_HAN}])({words})(?![{_HAN}])|^\s*({strict})")


def says_numbers(text: str) -> bool:
    """Whether a sentence states counts, areas or shares, which are last year's."""
    return _COUNTED.search(text) is not None
