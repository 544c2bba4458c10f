"""Which of several layers of one content is the current one: their dates and words in their names tell, or nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..core.findings import Facts, Finding
from .columns import columns_of, named
from .metadata import date_of_name
from .names import word_in

if TYPE_CHECKING:
    from .model import Guessed
    from .vocabulary import Vocabulary

__all__ = ["stale_word", "title_of", "verdict"]


class Dated(NamedTuple):
    """A date, by what it is said (``name``, ``folder``, ``field``, ``document``, ``metadata``), and its name."""

    date: str
    by: str
    what: str


def title_of(one: Guessed) -> str:
    """Call a layer by its file with the folders that it was found in: those of one name lie in several."""
    path = "/".join((*reversed(one.folders), one.path.name))
    return f"{path}|{one.layer}" if one.layer else path


def stale_word(one: Guessed, words: Vocabulary) -> tuple[str, str]:
    """Find a word that an old, withdrawn or unfinished layer bears, and the name that it stands in; "" for none."""
    spec = words["versions"]
    for name in (one.layer, one.path.stem, *one.folders):
        if word := word_in(name, spec["stale"], spec["but"]):
            return word, name
    return "", ""


def _dates(one: Guessed, words: Vocabulary) -> dict[str, Dated]:
    """Dates of a layer, by what says them, what says most of it first."""
    found = [Dated(date_of_name(name), "name", name) for name in (one.layer, one.path.stem)]
    found += [Dated(date_of_name(name), "folder", name) for name in one.folders]
    columns = columns_of(one.read, words) if one.read is not None else {}
    for by in ("field", "document"):
        if (column := named(columns, words["versions"][by])) is not None:
            found.append(Dated(max(map(date_of_name, column.values)), by, column.name))
    if one.date_from not in ("", "name"):
        found.append(Dated(one.date, "metadata", one.date_from))
    out: dict[str, Dated] = {}
    for dated in found:
        if dated.date:
            out.setdefault(dated.by, dated)
    return out


def _dated(one: Guessed, other: Guessed, words: Vocabulary) -> tuple[Dated, Dated] | None:
    """Give the dates by which one of two layers is the newer: of one kind if both have it, else the first of each."""
    own, others = _dates(one, words), _dates(other, words)
    pairs = [(own[by], others[by]) for by in own if by in others]
    pairs += list(zip(own.values(), others.values(), strict=False))[:1]
    # Of 2023 and 2023-06 nobody knows which is the newer.
    apart = (pair for pair in pairs if not pair[0].date.startswith(pair[1].date))
    return next((pair for pair in apart if not pair[1].date.startswith(pair[0].date)), None)


def verdict(one: Guessed, other: Guessed, words: Vocabulary) -> tuple[int, tuple[Finding, ...]]:
    """Say which of two layers of one content is out of date, −1 the first or 1 the second, and what speaks for that.

    0 where nobody can: neither date nor words tell, or they contradict each other.
    """
    stale, dated = (stale_word(one, words), stale_word(other, words)), _dated(one, other, words)
    by_word = bool(stale[1][0]) - bool(stale[0][0])
    by_date = 0 if dated is None else -1 if dated[0].date < dated[1].date else 1
    worse = by_word or by_date
    if not worse or by_word * by_date < 0:
        return 0, ()
    lost, kept = (one, other) if worse < 0 else (other, one)
    facts: Facts = {"other": title_of(kept), "count": kept.count, "own": lost.count}
    reasons = []
    if by_word:
        word, name = stale[worse > 0]
        reasons.append(Finding("S51", {"problem": "stale", **facts, "word": word, "name": name}))
    if dated is not None:
        old, new = dated if worse < 0 else dated[::-1]
        own = {f"own_{key}": text for key, text in old._asdict().items()}
        reasons.append(Finding("S51", {"problem": "older", **facts, **new._asdict(), **own}))
    return worse, tuple(reasons)
