"""What the names of a layer, its file and its folders say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .metadata import in_digits
from .vocabulary import CHINESE, folded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .vocabulary import Vocabulary, Word

# A place of two or three characters at the beginning; what is left of a name.
_BESIDE = re.compile(r"[^\u3400-\u9fff]")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】")
_PLACE = re.compile(r"^[\s_\d-]*[\u3400-\u9fff]{2,3}?(省|市|县|旗|州|盟)")
_REST = re.compile(r"[\u3400-\u9fff]+|[a-z]+")
_JOINTS = re.compile(r"[^a-z]")
_LATIN = re.compile(r"[a-z]+")
# Parts of a name that are joined when a word is looked for: industrial_park, red-line.
_JOINED = 3


@dataclass(frozen=True)
class Hit:
    """A word found in a name; ``strength`` already weighed by where it stood."""

    word: Word
    text: str
    place: str
    strength: float


def hits(text: str, vocabulary: Vocabulary) -> list[Word]:
    """Words in a name, without those that lie within a longer one and those that say what it is not."""
    return [word for word, how in _found(text, vocabulary).items() if "" in how]


def denied(text: str, vocabulary: Vocabulary) -> dict[str, tuple[str, str]]:
    """Roles that a name says it is none of: role → its word there, and what makes it the opposite (红线外, 非红线)."""
    found, out = _found(text, vocabulary), dict[str, tuple[str, str]]()
    said = {"", *(word.role for word, how in found.items() if "" in how)}
    for word, how in found.items():
        if word.role not in said:
            out.setdefault(word.role, (word.text, how[0]))
    return out


def _found(text: str, vocabulary: Vocabulary) -> dict[Word, list[str]]:
    """Words in a name, without those that lie within a longer one: what denies it at each of its places."""
    name = folded(text)
    taken: list[tuple[int, int]] = []
    found = {}
    for word in vocabulary.words:  # the longest first
        spans = _spans(name, word, int(vocabulary["whole"]))
        free = [span for span in spans if not any(a <= span[0] and span[1] <= b and span != (a, b) for a, b in taken)]
        taken += free
        if free:
            found[word] = [_negation(name, span, word, vocabulary) for span in free]
    return found


def _negation(name: str, span: tuple[int, int], word: Word, vocabulary: Vocabulary) -> str:
    """Find what turns a word at a place of a name into its opposite; "" for nothing."""
    before, behind = vocabulary.negations
    # A Latin word may be part of what stands there: nonredline.
    first, _, last = ("", "", "") if word.chinese else _JOINTS.sub("", name[slice(*span)]).partition(word.key)
    found = before.search(name[: span[0]] + first) or behind.search(last + name[span[1] :])
    return found[1] if found else ""


def denies(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a value says what a feature is not: 禁燃区外, 非重点管控区."""
    value, (before, behind) = folded(text), vocabulary.negations
    # 非 of 非金属 and 外 of 关外 deny nothing: what is denied stands right beside it.
    found = ((value.index(word), word) for word in vocabulary.zone_words if word in value)
    return any(before.search(value[:at]) or behind.search(value[at + len(word) :]) for at, word in found)


def word_in(text: str, words: Iterable[str], but: Iterable[str] = ()) -> str:
    """Find the first of some words in a name: Chinese ones anywhere but in others that mean something else."""
    name = folded(text)
    for other in map(folded, but):
        name = name.replace(other, " ")
    for word in words:
        key = folded(word)
        if key in name if CHINESE.search(key) else key in _LATIN.findall(name):
            return word
    return ""


def unexplained(text: str, vocabulary: Vocabulary, known: Iterable[str] = ()) -> str:
    """Give what a name says beside words of roles, places and what every file's name has: 耕地 in 思明区耕地_2023."""
    name = in_digits(folded(text))
    spans = [span for word in vocabulary.words for span in _spans(name, word, int(vocabulary["whole"]))]
    for start, end in spans:
        name = name[:start] + " " * (end - start) + name[end:]
    said = (*vocabulary["generic"]["words"], *vocabulary["versions"]["stale"], *known)
    for word in sorted(map(folded, said), key=len, reverse=True):
        name = name.replace(word, " ")
    name = _PLACE.sub(" ", name)
    rest = [part for part in _REST.findall(name) if len(part) > (1 if CHINESE.match(part) else 2)]
    return " ".join(rest)


def _spans(name: str, word: Word, whole: int) -> list[tuple[int, int]]:
    key = word.key
    if word.chinese and len(key) == 1:
        # One character is a word only where it is all that is said: 县, but not 县道.
        return [(0, len(name))] if _BESIDE.sub("", name) == key else []
    if word.chinese:
        if key not in name:
            return []
        return [found.span() for found in re.finditer(re.escape(key), name)]
    if key not in _JOINTS.sub("", name):
        return []
    parts = [(part.group(), part.start(), part.end()) for part in _LATIN.finditer(name)]
    found = []
    for first in range(len(parts)):
        for last in range(first, min(first + _JOINED, len(parts))):
            if "".join(part[0] for part in parts[first : last + 1]) == key:
                found.append((parts[first][1], parts[last][2]))
    if not found and len(key) >= whole:
        found = [
            (start, end)
            for part, start, end in parts
            if len(part) > len(key) and (part.startswith(key) or part.endswith(key))
        ]
    return found


def name_hits(layer: str, file: str, folders: Iterable[str], vocabulary: Vocabulary) -> list[Hit]:
    """Words in the layer's name; where it says nothing, in the file's; where that says nothing, in the folders'.

    Words of traps are taken from all of them: an evaluation's folder makes an evaluation of all its files.
    """
    strength = vocabulary["strength"]
    names = [("layer", layer, 1.0)]
    if folded(file) != folded(layer):
        names.append(("file", file, float(strength["file"])))
    names += [("folder", folder, float(strength["folder"])) for folder in folders]
    found: list[Hit] = []
    for place, text, factor in names:
        said = any(hit.word.role for hit in found)
        for word in hits(text, vocabulary):
            if word.trap or not said:
                rest = 1.0 if word.trap or not _followed(text, word, vocabulary) else float(strength["followed"])
                found.append(Hit(word, text, place, word.strength * factor * rest))
    return found


def _followed(text: str, word: Word, vocabulary: Vocabulary) -> bool:
    return any(CHINESE.match(part) for part in behind(text, word, vocabulary).split())


def behind(text: str, word: Word, vocabulary: Vocabulary) -> str:
    """Give what follows a word and may make another thing of it: 企业 in 园区企业, but nothing in 化工园区."""
    name = _ASIDE.sub(" ", folded(text))
    spans = _spans(name, word, int(vocabulary["whole"]))
    return unexplained(name[max(end for _, end in spans) :], vocabulary) if spans else ""
