"""A message (提示): an English template with named facts, put into words by whoever speaks to the reader.

What the engine says is a `Message`, never a text: the facts stay as they were measured until a door words them in its
reader's language. Templates are those of ``str.format``; what follows the colon in ``{area_m2:area}`` says what kind of
thing the fact is. The Chinese of each template stands in ``i18n/engine_zh_CN.po``.
"""

from __future__ import annotations

import gettext
import json
import math
import string
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeAlias

Fact: TypeAlias = "str | int | float | bool | Path | Message | Sequence[Fact] | None"

_CATALOGUES = Path(__file__).resolve().parents[2] / "i18n"
_CODES = {"zh": "zh_CN"}
_HECTARE, _KM2 = 1e4, 1e6  # m²
_EXACT = 12  # significant digits: of the Earth's area the hundredth of a m², and nothing that floats add
_LARGEST = 1e15
_SMALL = 0.005  # m²: below, two digits would say zero
_BETWEEN = {"zh": "、", "en": ", "}
_APART = {"zh": "；", "en": "; "}  # things that are lists or sentences themselves: ``{parts:apart}``


class Message:
    """Something to be said.

    Parameters
    ----------
    template : str
        English, with the facts by name. It is read by the extractor of catalogues: a literal, never put together.
    **facts : Fact
        Texts of others (names, paths), numbers, further messages, or lists of these.

    Examples
    --------
    >>> str(Message("no layer '{layer}'", layer="red_line"))
    "no layer 'red_line'"
    >>> word(Message("{area:area} left out", area=123456.0), "en")
    '12.35 ha left out'
    """

    __slots__ = ("facts", "many", "template")

    def __init__(self, template: str, /, **facts: Fact) -> None:
        self.template, self.facts, self.many = template, facts, ""

    def __str__(self) -> str:
        """Say it in English."""
        return word(self)

    def __repr__(self) -> str:
        """Show template and facts."""
        return f"Message({self.template!r}, {self.facts!r})"

    def __format__(self, kind: str) -> str:
        """Refuse: an f-string would make English of it where nobody sees."""
        raise TypeError("a message is a fact of a template, no part of an f-string")

    def __bool__(self) -> bool:
        """Tell whether it says anything."""
        return bool(self.template)

    def __eq__(self, other: object) -> bool:
        """Compare template and facts, never words."""
        return isinstance(other, Message) and (self.template, self.many, self.facts) == (
            other.template,
            other.many,
            other.facts,
        )

    def __hash__(self) -> int:
        """Go by the template: facts may be lists."""
        return hash(self.template)

    def filled(self, facts: Mapping[str, Fact]) -> Message:
        """Give the same template with those of some facts that it names.

        Raises
        ------
        KeyError
            One of them is not there.
        """
        names = [name for _, name, _, _ in string.Formatter().parse(self.template) if name]
        return Message(self.template, **{name: facts[name] for name in names})

    def document(self) -> dict[str, Any]:
        """Give template and facts as JSON keeps them; `Message.read` makes a message of them again."""
        plain = {"message": self.template, "facts": plain_facts(self.facts)}
        return plain | {"many": self.many} if self.many else plain

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Message:
        """Make the message that `document` was made of."""
        said = cls(str(document["message"]), **facts_of(document["facts"]))
        said.many = str(document.get("many", ""))
        return said


class Names(Protocol):
    """What things of the domain are called: ``names("role", "red_line", "zh")``."""

    def __call__(self, kind: str, name: str, language: str, facts: Mapping[str, Fact], /) -> str:
        """Name one thing; ``facts`` are those it stands beside (a zone's role among them)."""


def plain_names(kind: str, name: str, language: str, facts: Mapping[str, Fact], /) -> str:  # noqa: ARG001
    """Call a thing by its id, where nobody knows better."""
    return name


_EMPTY = ""  # no template: catalogues keep their heads under it
NOTHING = Message(_EMPTY)


def at(thing: object) -> Message:
    """Give a name, a path or what another program said, as it is: it has no other words in any language."""
    if isinstance(thing, Message):
        return thing
    text = str(thing)
    return Message("{at}", at=text) if text else NOTHING


def counted(number: int, one: str, many: str, /, **facts: Fact) -> Message:
    """Say how many of something there are, ``{n}``: ``counted(2, "{n} field", "{n} fields")``."""
    said = Message(one, n=number, **facts)
    said.many = many
    return said


def joined(things: Sequence[Fact] | Any, /) -> Message:
    """List things, each in its own words."""
    return Message("{each}", each=tuple(things))


def first_few(things: Any, most: int = 10, /) -> Message:
    """Name the first of some things, and how many there are where there are more."""
    each = tuple(things)
    if len(each) <= most:
        return Message("{each}", each=each)
    return Message("{each} … ({count})", each=each[:most], count=len(each))


def foreign(error: BaseException | str, /) -> Message:
    """Give what another program said, the system or a library; what these say most often has its Chinese."""
    text = (isinstance(error, OSError) and error.strerror) or str(error)
    return _FOREIGN.get(text) or at(text)


def one_of(choices: Any, /) -> Message:
    """Give what may be written in a file or on the command line, as it is written there: ``rook | queen``."""
    return at(" | ".join(str(choice) for choice in choices))


# What the system and libraries say most often, word for word.
_FOREIGN = {
    one.template: one
    for one in (
        Message("Permission denied"),
        Message("No such file or directory"),
        Message("No space left on device"),
        Message("Read-only file system"),
        Message("Input/output error"),
        Message("Is a directory"),
        Message("Not a directory"),
        Message("File exists"),
        Message("File name too long"),
        Message("Invalid argument"),
        Message("Device or resource busy"),
        Message("Too many open files"),
        Message("not recognized as being in a supported file format"),
        Message("not recognized as a supported file format"),
        Message("attempt to write a readonly database"),
        Message("database is locked"),
        Message("database or disk is full"),
        Message("disk I/O error"),
        Message("unable to open database file"),
        Message("file is not a database"),
        Message("database disk image is malformed"),
        Message("expected one argument"),
        Message("expected at least one argument"),
        # Why a geometry is not valid, as GEOS says it.
        Message("Self-intersection"),
        Message("Ring Self-intersection"),
        Message("Hole lies outside shell"),
        Message("Nested holes"),
        Message("Nested shells"),
        Message("Interior is disconnected"),
        Message("Duplicate Rings"),
        Message("Too few points in geometry component"),
        Message("Invalid Coordinate"),
        Message("Ring is not closed"),
    )
}


_NO_NUMBER = "number"


def plain_facts(facts: Mapping[str, Any], /) -> dict[str, Any]:
    """Give facts as JSON keeps them."""
    return {name: _plain(fact) for name, fact in facts.items()}


def facts_of(document: Mapping[str, Any], /) -> dict[str, Fact]:
    """Take facts back out of JSON: see `plain_facts`."""
    return {name: _fact_of(fact) for name, fact in document.items()}


def _plain(fact: Any) -> Any:
    """Give a fact as JSON keeps it."""
    if isinstance(fact, Message):
        return fact.document()
    if isinstance(fact, (list, tuple)):
        return [_plain(one) for one in fact]
    if hasattr(fact, "item"):
        fact = fact.item()  # a number of NumPy's
    if isinstance(fact, float) and not math.isfinite(fact):
        return {_NO_NUMBER: str(fact)}  # JSON has none of these
    return str(fact) if isinstance(fact, Path) else fact


def _fact_of(found: Any) -> Fact:
    """Take a fact back out of JSON."""
    if isinstance(found, Mapping):
        return float(found[_NO_NUMBER]) if _NO_NUMBER in found else Message.read(found)
    return tuple(_fact_of(one) for one in found) if isinstance(found, list) else found


def area_text(area: float, language: str = "en") -> str:
    """Write an area in m² as people say it: km² or hectares, to the hundred m², where it is large."""
    size = abs(area)
    if size >= _KM2:
        return f"{area / _KM2:,.4f} km²"
    if size >= _HECTARE:
        return f"{area / _HECTARE:,.2f} {'公顷' if language == 'zh' else 'ha'}"
    # A part of a square millimetre is not nothing.
    return f"{area:,.2f} m²" if size >= _SMALL or not area else f"{area:.6f} m²"


def rounded(number: float, digits: int = _EXACT) -> float:
    """Round a number as it is written, half a digit upwards; without ``digits`` only what sums of floats leave behind.

    Examples
    --------
    >>> rounded(0.125, 2), rounded(0.1 + 0.2), rounded(123.45600000000002)
    (0.13, 0.3, 123.456)
    """
    if digits == _EXACT or not abs(number) < _LARGEST:
        return float(f"{number:.{_EXACT}g}")
    # Not as its last bit has it: 1.005 is a little less than that.
    return float(Decimal(repr(float(number))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def as_written(document: Any) -> Any:
    """Give what is to be JSON for people with its numbers as `rounded` has them."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return json.loads(text, parse_float=lambda number: rounded(float(number)))


def percent(share: float, digits: int = 2) -> float:
    """Give a share (0–1) in %, rounded as `rounded` does.

    Examples
    --------
    >>> percent(0.251157), percent(0.25115), percent(0.251157, 4)
    (25.12, 25.12, 25.1157)
    """
    return rounded(float(Decimal(repr(float(share))).scaleb(2)), digits)


def share_text(share: float) -> str:
    """Write a share (0–1) as people are told it, everywhere; what is there at all is never called nothing."""
    said = percent(share)
    return f"{said:.2f}%" if said or share <= 0 else "<0.01%"


def word(message: Message, language: str = "en", names: Names = plain_names) -> str:
    """Put a message into words.

    Parameters
    ----------
    message : Message
    language : str
        ``zh``, or ``en`` for anything else. Where a language has no catalogue it is English.
    names : callable
        What roles, zones, categories … are called.
    """
    return _Wording(language, names).said(message)


def word_text(template: str, facts: Mapping[str, Any], language: str, names: Names = plain_names) -> str:
    """Put facts into a template that is in the reader's language already, as those of a profile are.

    Raises
    ------
    ValueError, TypeError, LookupError, AttributeError
        The template does not fit the facts.
    """
    return _Wording(language, names).filled(template, facts)


class _Wording(string.Formatter):
    """Fills templates in one language."""

    def __init__(self, language: str, names: Names) -> None:
        self.language, self.names, self.facts = language, names, dict[str, Any]()

    def said(self, message: Message) -> str:
        if not message.template:
            return ""
        template = _of(message, self.language)
        return _Wording(self.language, self.names).filled(template, message.facts) if message.facts else template

    def filled(self, template: str, facts: Mapping[str, Any]) -> str:
        self.facts = dict(facts)
        return self.vformat(template, (), self.facts)

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:  # noqa: ARG002
        return kwargs[key]

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Message):
            return self.said(value)
        if format_spec == "both":  # Chinese and English, of what has its words beside it and not in a catalogue
            return str(value[0 if self.language == "zh" else 1])
        if isinstance(value, (list, tuple)) and format_spec == "apart":
            return _APART.get(self.language, "; ").join(self.format_field(one, "") for one in value)
        if isinstance(value, (list, tuple)):
            return _BETWEEN.get(self.language, ", ").join(self.format_field(one, format_spec) for one in value)
        if not format_spec.isalpha() or len(format_spec) == 1:
            return str(super().format_field(value, format_spec))
        if format_spec == "area":
            return area_text(float(value), self.language)
        if format_spec == "share":
            return share_text(value)
        return self.names(format_spec, str(value), self.language, self.facts)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Open a language's catalogue: by path, for this one use, as QGIS shares the process."""
    path = _CATALOGUES / f"engine_{_CODES.get(language, language)}.mo"
    try:
        with path.open("rb") as file:
            return gettext.GNUTranslations(file)
    except OSError:
        return gettext.NullTranslations()


def speaks(language: str) -> bool:
    """Whether there are words for messages in a language; of English there always are."""
    return language == "en" or (_CATALOGUES / f"engine_{_CODES.get(language, language)}.mo").is_file()


def _of(message: Message, language: str) -> str:
    """Find a message's template in a language."""
    if message.many:
        number = message.facts["n"]
        return _catalogue(language).ngettext(
            message.template, message.many, int(number) if isinstance(number, (int, float)) else 2
        )
    return _catalogue(language).gettext(message.template)
