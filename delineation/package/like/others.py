"""Files of a package of others that are neither layers, workbooks nor documents with tables: maps, scans, the rest."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ...core.messages import Message, word
from ...lists.workbook import CLAUSE_SHEET
from ..profile import PackageItem
from .found import FoundTable, TableMatch
from .names import tokens_in, without_page, without_tokens
from .tables import TableFile

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from .known import KnownFacts
    from .words import KnownWords

__all__ = ["LeftoverFile", "is_left_out", "is_part", "merged_slots", "other_file", "own_file"]

_PARTS = (
    ".shx",
    ".dbf",
    ".prj",
    ".cpg",
    ".sbn",
    ".sbx",
    ".qix",
    ".qpj",
    ".fbn",
    ".fbx",
    ".shp.xml",
    ".atx",
    ".ixs",
    ".mxs",
)
# Files that this product makes → kind and format of a content, and what stands in all of them, in either language.
_OWN = (
    ("export", "lists-xlsx", (CLAUSE_SHEET, Message("Features of the unit"), Message("Id of the sub-dimension"))),
    (
        "export",
        "lists-docx",
        (Message("Ecological entry lists"), Message("Name of the plan"), Message("Clauses of the lists")),
    ),
    ("export", "areas-xlsx", (Message("by county"), Message("by kind"), Message("units in all"))),
    ("codes", "", (Message("types of element zones"), Message("kinds of units"), Message("effects of clauses"))),
)
_PICTURES = {".pdf": "map-pdf", ".png": "map-png"}


@dataclass(frozen=True)
class LeftoverFile:
    """What a file becomes.

    Attributes
    ----------
    content : PackageItem or None
    said : Message
        What is to be told of it.
    """

    content: PackageItem | None
    said: Message


def is_left_out(path: str, words: KnownWords) -> bool:
    """Whether a file is none of the package by its name: a lock, a sum of others, what systems leave behind."""
    name = PurePosixPath(path).name.lower()
    return any(fnmatch.fnmatchcase(name, pattern.lower()) for pattern in words.listed("files", "left_out"))


def is_part(path: str, shapefiles: frozenset[str]) -> bool:
    """Whether a file is a part of a Shapefile that is there.

    Parameters
    ----------
    path : str
        In the package.
    shapefiles : frozenset of str
        Paths of the package's Shapefiles without suffix, in lower case.
    """
    low = path.lower()
    return any(low.endswith(part) and low.removesuffix(part) in shapefiles for part in _PARTS)


def other_file(path: str, known: KnownFacts, words: KnownWords) -> LeftoverFile:
    """Say what a file becomes that no layer, workbook or document is made of.

    Parameters
    ----------
    path : str
        In the package.
    known : KnownFacts
    words : KnownWords

    Returns
    -------
    Other
        A map of the units as a picture or PDF is one that is made; any other document is a slot, to which its words
        lead; the rest is None.
    """
    place = PurePosixPath(path)
    suffix, stem = place.suffix.lower(), place.stem
    if suffix in words.listed("files", "archives"):
        return LeftoverFile(
            None, Message("an archive, not looked into: unpack it into the folder, where it holds what is handed in")
        )
    if suffix not in (*words.listed("files", "documents"), ".txt"):
        return LeftoverFile(None, Message("nothing of a package is made so"))
    if suffix == ".txt":
        if any(one.lower() in stem.lower() for one in words.listed("files", "readme")):
            return LeftoverFile(
                PackageItem(tokens_in(path, known, words), "readme"), Message("words for the receiver, written anew")
            )
        return LeftoverFile(None, Message("nothing of a package is made so"))
    if _is_map(stem, words) and suffix in (*_PICTURES, *words.listed("files", "pictures")):
        made = suffix if suffix in _PICTURES else ".png"
        put = tokens_in(str(place.with_suffix(made)), known, words)
        said = Message("the map of the units")
        if made != suffix:
            said = Message(
                "the map of the units, made as PNG in place of {suffix}", suffix=suffix.removeprefix(".").upper()
            )
        return LeftoverFile(PackageItem(put, "export", format=_PICTURES[made]), said)
    named = tokens_in(str(place.with_name(stem)), known, words)
    folder, _, own = named.rpartition("/")
    own = without_page(own)
    slot = PackageItem(
        f"{folder}/{own}" if folder else own, "slot", title=without_tokens(own), words=without_tokens(own)
    )
    return LeftoverFile(slot, Message("a document that nobody makes: a place for this year's"))


@dataclass
class OwnFile(TableFile):
    """A workbook or document that this product wrote last year, and writes again.

    Attributes
    ----------
    own : PackageItem
    """

    own: PackageItem

    def learned(self, templates: Path) -> tuple[list[PackageItem], list[TableMatch]]:  # noqa: ARG002
        """Give the content alone: no template is made of it."""
        told = (Message("written by this product, and is again"),)
        return [self.own], [TableMatch(FoundTable(self.relative, "", ()), "", told=told)]


def own_file(texts: Collection[str], relative: str, known: KnownFacts) -> OwnFile | None:
    """Say what a workbook or document becomes that this product wrote, by texts that stand in it; None of others'."""
    for kind, format_, own in _OWN:
        if any(all(word(one, language) in texts for one in own) for language in ("zh", "en")):
            return OwnFile(known, relative, [], PackageItem(tokens_in(relative, known), kind, format=format_))
    return None


def _is_map(stem: str, words: KnownWords) -> bool:
    """Whether a name is that of a map of the units, and not of other things or of several."""
    if any(one in stem for one in words.listed("files", "not_a_map")):
        return False
    return all(any(one in stem for one in words.listed("files", key)) for key in ("map_words", "map_of_units"))


def merged_slots(contents: Sequence[PackageItem]) -> list[PackageItem]:
    """Make one slot of those that go to one place: the pages of a scan, the same paper in two formats."""
    out: dict[str, PackageItem] = {}
    for content in contents:
        key = content.path.lower() if content.kind == "slot" else f"{content.path}|{content.layer}|{content.kind}"
        out.setdefault(key, content)
    return list(out.values())
