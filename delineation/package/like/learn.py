"""As last year (照去年的样子交): a package that was accepted, or a sample of the province, becomes a profile."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field, replace
from os.path import realpath
from pathlib import Path
from typing import TYPE_CHECKING

from pyproj import CRS
from pyproj.exceptions import CRSError

from ...case.names import glossary
from ...core.atomic_files import check_place, is_there, put_together, replacing
from ...core.errors import BadInput, MissingLibrary
from ...core.given_files import parse_json, read_text, read_toml
from ...core.messages import Message, at, first_few, foreign, joined, word
from ...core.progress import Progress, silent, within
from ...core.toml import toml_value
from ...sources.coordinates.crs import cgcs2000, short_name
from ..profile import PackageItem, PackagePlace, PackageProfile, read_package_profile, shipped
from ..verify import MANIFEST
from .documents import open_document
from .known import KnownFacts, known_of
from .layers import LayerFile, fields_of, is_layer, open_layers, told_of
from .names import known_from_names, tokens_in, without_tokens, years_left
from .others import is_left_out, is_part, merged_slots, other_file
from .parts import parted
from .tables import TableFile, part_files
from .together import match_layers
from .words import read_words
from .workbooks import open_workbook
from .writing import Block, profile_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .found import Match, TableMatch
    from .words import KnownWords

_SUFFIX = ".toml"
LAYOUT = (_SUFFIX, "")
"""Suffixes of what belongs to a learned profile: the file, and the folder with its templates."""
_TABLES = {".xlsx": open_workbook, ".docx": open_document}
_WANTED = Message("a folder with last year's package: Shapefiles, geodatabases, GeoPackages, workbooks, documents")
_OUTPUT = Message("another file name for the profile")


@dataclass(frozen=True)
class LearnedFile:
    """A file of last year, or one of its layers, and what it became.

    Attributes
    ----------
    path : str
        In the package; of a layer with its name behind a bar, where its file has names for layers.
    kind : str
        A kind of the profile (``profile.KINDS``); "" where it is not in the profile.
    said : tuple of Message
        What is to be told of it.
    tables : tuple of TableMatch
    """

    path: str
    kind: str = ""
    said: tuple[Message, ...] = ()
    tables: tuple[TableMatch, ...] = ()

    @property
    def matches(self) -> tuple[Match, ...]:
        """The columns of its tables, where these are in the profile."""
        return tuple(match for table in self.tables for match in table.matches if self.kind and table.of)

    @property
    def undecided(self) -> tuple[TableMatch, ...]:
        """Its tables that are in the profile, and of which nobody knows what rows they hold."""
        return tuple(table for table in self.tables if self.kind and table.of and table.only is None)


@dataclass(frozen=True)
class Learned:
    """What was learned.

    Attributes
    ----------
    profile : Path
        Where it was written.
    folder : Path
        Last year's.
    known : KnownFacts
        What its layers and names say of place and date.
    files : tuple of LearnedFile
        In the order of the folder.
    title, name : str
        What the profile is called, and the package's folder, with tokens.
    blocks : tuple of Block
        The profile's contents, with what each was learned from.
    place : PackagePlace
        Of the profile; empty where the package is a sample of several cities, or of none.
    missing : tuple of Message
        Files that nothing makes.
    """

    profile: Path
    folder: Path
    known: KnownFacts
    files: tuple[LearnedFile, ...]
    title: str = ""
    name: str = ""
    blocks: tuple[Block, ...] = ()
    place: PackagePlace = field(default_factory=PackagePlace)
    missing: tuple[Message, ...] = ()

    def text(self) -> str:
        """Word the profile."""
        language = glossary().language
        return profile_text(self.title, self.name, self.place, self.blocks, language, missing=self.missing)

    @property
    def columns(self) -> int:
        """Columns of all tables that are in the profile."""
        return sum(len(file.matches) for file in self.files)

    @property
    def proved(self) -> int:
        """Columns that values, or a person, speak for."""
        return sum(bool(match.of and match.sure) for file in self.files for match in file.matches)

    @property
    def named(self) -> int:
        """Columns that are taken for what they are by their names only."""
        return sum(bool(match.of and not match.sure) for file in self.files for match in file.matches)

    @property
    def matched(self) -> int:
        """Columns of which it is known what they hold, or that they stay empty as they were."""
        return sum(bool(match.of) or match.blank for file in self.files for match in file.matches)

    @property
    def unmatched(self) -> int:
        """Columns that stay empty, as nobody knows what they hold."""
        return self.columns - self.matched


def learn(folder: Path | str, output: Path | str, *, progress: Progress = silent) -> Learned:
    """Learn the layout of a package as a profile: folders, files, layers, fields, sheets, heads, column by column.

    Columns are matched by their values first, then by their names; what neither says stays empty and is told. Nothing
    is added to what the receiver had: no report, no README, no case, as last year means as last year. Archives are
    not looked into. Templates of workbooks and documents go into a folder beside the profile that has its name.

    Parameters
    ----------
    folder : path
        Of last year's package, or of the province's sample.
    output : path
        The profile to be written, ``.toml``; one that is there is replaced.
    progress : callable

    Returns
    -------
    Learned

    Raises
    ------
    BadInput
        No such folder, an empty one, one in which nothing is recognised; an output that is no ``.toml``, cannot be
        written, or is in the place of something else.
    MissingLibrary
        GDAL's own bindings are not installed.

    Examples
    --------
    >>> from pathlib import Path
    >>> from control_units.delineation import verbs
    >>> from delineation.export.registry import export
    >>> Path("last_year").mkdir()
    >>> written = export("units-gpkg", "plan.gpkg", "last_year/units_2024.gpkg")
    >>> learned = verbs.learn("last_year", "as_last_year.toml")
    >>> learned.columns, learned.unmatched
    (14, 0)
    """
    folder, output = Path(folder), Path(output)
    previous = check_output(output)
    if (made_by := _made_by(folder)) is not None:
        return _as_it_was(folder, output, *made_by)
    words = read_words()
    paths = {path: path.relative_to(folder).as_posix() for path in _files(folder) if realpath(path) != realpath(output)}
    shapefiles = frozenset(one.lower()[:-4] for one in paths.values() if one.lower().endswith(".shp"))
    paths = {path: relative for path, relative in paths.items() if not is_part(relative, shapefiles)}
    files = list(paths)
    left = {path for path, relative in paths.items() if is_left_out(relative, words) or not _is_own(path, folder)}
    told: dict[Path, list[LearnedFile]] = {path: [] for path in files}
    for path in left:
        told[path] = [LearnedFile(paths[path], said=(Message("left out: no part of a package"),))]
    layered = [path for path in files if path not in left and is_layer(path)]
    layers = open_layers(folder, layered, words, progress=within(progress, 0.0, 0.5))
    progress(0.5, Message("matching columns"))
    matches = match_layers([one.table for one in layers], words)
    names = [folder.resolve().name, *(relative for path, relative in paths.items() if path not in left)]
    data = [
        names[0],
        *(relative for path, relative in paths.items() if path in layered or path.suffix.lower() in _TABLES),
    ]
    known = known_from_names(known_of([one for one in matches if one is not None], words), names, data)
    learning = _Learning(known, words)
    by_path = {relative: path for path, relative in paths.items()}
    for layer, file in zip(layers, learning.layers(layers, matches), strict=True):
        told[by_path[layer.path]].append(file)
    own = has_own_templates(output, previous)
    with put_together(output, LAYOUT if own else LAYOUT[:1]) as draft:
        templates = draft / output.stem
        templates.mkdir()
        others = [path for path in files if path not in left and path not in layered]
        learning.open(others, paths, within(progress, 0.6, 0.8))
        for number, path in enumerate(others):
            progress(0.8 + 0.1 * number / len(others), Message("reading {name}", name=path.name))
            told[path].append(learning.file(path, paths[path], templates))
        missing = tuple(
            Message("{file}: {what}", file=at(one.path), what=joined(one.said))
            for path in sorted(files)
            if path not in left
            for one in told[path]
            if not one.kind
        )
        if not learning.recognised:
            told_of = missing or [at(paths[path]) for path in sorted(left)]
            what = Message("nothing in it is recognised: {files}", files=first_few(told_of, 3))
            raise BadInput(what, where=at(folder), wanted=_WANTED)
        if any(templates.iterdir()):
            require_own(output, own=own)
        else:
            templates.rmdir()
        language, called = glossary().language, folder.resolve().name
        told_files = tuple(one for path in sorted(files) for one in told[path])
        learned = Learned(
            output,
            folder,
            known,
            told_files,
            word(Message("as {folder}", folder=called), language),
            tokens_in(called, known, words),
            tuple(learning.merged()),
            missing=missing,
        )
        learned = replace(learned, place=_place(learned))
        profile = draft / f"{output.stem}{_SUFFIX}"
        profile.write_text(learned.text(), encoding="utf-8")
        read_package_profile(profile)
        progress(1.0, Message("profile written"))
    return learned


def _made_by(folder: Path) -> tuple[PackageProfile, PackagePlace] | None:
    """Find the profile of a package that this product made by one of its own, and its place: that is not learned."""
    try:
        document = parse_json(read_text(folder / MANIFEST, _WANTED), at(folder), _WANTED)
        name, place = str(document["profile"]["name"]), document["place"]
        if name not in shipped() or not document["versions"]["control_units"]:
            return None
        return read_package_profile(name), PackagePlace(
            str(place["province"]), str(place["city"]), str(place.get("city_code") or "")
        )
    except (TypeError, KeyError, BadInput):
        return None


def _as_it_was(folder: Path, output: Path, own: PackageProfile, place: PackagePlace) -> Learned:
    """Write the profile that a package was made by, with its place."""
    text = own.path.read_text(encoding="utf-8-sig")
    for key in ("province", "city", "city_code"):
        text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {toml_value(getattr(place, key))}", text, count=1)
    with replacing(output) as part:
        part.write_text(text, encoding="utf-8")
        read_package_profile(part)
    said = Message("made by this product, by the package profile '{name}': laid out by that again", name=own.title)
    told = [LearnedFile(content.path, content.kind, (said,)) for content in own.contents]
    return Learned(output, folder, KnownFacts(place=place), tuple(told))


def check_output(output: Path) -> PackageProfile | None:
    """Refuse an output that cannot be a profile, and give the profile that stands there."""
    if output.suffix.lower() != _SUFFIX:
        raise BadInput(
            Message("'{name}' is no {suffix}", name=output.name, suffix=_SUFFIX),
            where=at(output),
            wanted=Message("a name with {suffix}", suffix=_SUFFIX),
        )
    check_place(output)
    if not is_there(output, _OUTPUT):
        return None
    lost = BadInput(Message("is no profile of a package, and would be lost"), where=at(output), wanted=_OUTPUT)
    try:
        raw = read_toml(output, _OUTPUT)
    except BadInput as error:
        raise lost from error
    if not isinstance(raw.get("file"), list):
        raise lost
    # One that was edited until nobody can read it is replaced like any other.
    with contextlib.suppress(BadInput):
        return read_package_profile(output)
    return None


def has_own_templates(output: Path, previous: PackageProfile | None) -> bool:
    """Whether the folder for templates is free, or holds nothing but those of the profile that is replaced."""
    place = output.resolve().with_suffix("")
    if not place.exists():
        return True
    if previous is None or not place.is_dir():
        return False
    known = {previous.template(one).resolve() for one in previous.contents if one.template}
    return all(path in known for path in place.rglob("*") if not path.is_dir())


def require_own(output: Path, *, own: bool) -> None:
    """Refuse a folder for templates that is not the profile's ``own``."""
    if not own:
        what = Message("stands where the templates of the profile are to go")
        raise BadInput(what, where=at(output.with_suffix("")), wanted=_OUTPUT)


def _files(folder: Path) -> list[Path]:
    """List the files of a folder in order; a geodatabase is one."""
    wanted = Message("the folder of last year's package")
    try:
        if not folder.is_dir():
            what = Message("is no folder") if folder.exists() else Message("folder not found")
            raise BadInput(what, where=at(folder), wanted=wanted)
        found = list(_walk(folder))
    except OSError as error:
        what = Message("cannot be read ({error})", error=foreign(error))
        raise BadInput(what, where=at(error.filename or folder), wanted=wanted) from error
    if not found:
        raise BadInput(Message("is an empty folder"), where=at(folder), wanted=_WANTED)
    return found


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.suffix.lower() != ".gdb" and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path


def _is_own(path: Path, folder: Path) -> bool:
    """Tell a file or geodatabase that lies in a folder from a link that leads out of it, a pipe or a device."""
    kind = path.is_file() or (path.is_dir() and path.suffix.lower() == ".gdb")
    return kind and Path(realpath(path)).is_relative_to(realpath(folder))


def _crs_of(text: str) -> tuple[str, Message]:
    """Give the CRS that a package has again, "" where it has its plan's, and how it is called."""
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        return "", at(text[:60]) if text else Message("an unknown CRS")
    return cgcs2000(crs), at(short_name(crs))


@dataclass
class _Learning:
    """What the profile will say, as it comes together."""

    known: KnownFacts
    words: KnownWords
    blocks: list[Block] = field(default_factory=list)
    recognised: int = 0
    taken: list[TableMatch] = field(default_factory=list)
    opened: dict[Path, TableFile | Message] = field(default_factory=dict)

    def layers(self, layers: Sequence[LayerFile], matches: Sequence[TableMatch | None]) -> list[LearnedFile]:
        """Take the layers that are layers of a plan."""
        self.taken = parted([one for one in matches if one is not None and one.of], self.known, self.words)
        parts = {id(one.table): one for one in self.taken}
        both = zip(layers, matches, strict=True)
        return [self._layer(layer, None if one is None else parts.get(id(one.table), one)) for layer, one in both]

    def _layer(self, layer: LayerFile, match: TableMatch | None) -> LearnedFile:
        if match is None:
            return LearnedFile(layer.name, said=layer.said)
        if not match.of:
            said = Message("its rows are neither units nor element zones nor findings: nothing is made in its place")
            return LearnedFile(layer.name, "", (*layer.said, said), (match,))
        if match.only is None and any(match.codes):
            said = Message("it holds some of the rows, and nothing says which: nothing is made in its place")
            return LearnedFile(layer.name, "", (*layer.said, said), (match,))
        fields, said_of_fields = fields_of(layer, match.matches)
        seen: set[str] = set()
        kept = []
        for one in fields:
            if one.name.lower() in seen:
                said_of_fields.append(Message("field {field} occurs twice, the second is left out", field=one.name))
            else:
                kept.append(one)
            seen.add(one.name.lower())
        path = tokens_in(layer.path, self.known, self.words)
        title = layer.title or without_tokens(layer.layer or Path(layer.path).stem)
        crs, called = _crs_of(match.table.crs)
        kml = path.lower().endswith(".kml")
        content = PackageItem(
            path,
            "layer",
            title=without_tokens(tokens_in(title, self.known, self.words)),
            of=match.of,
            layer=tokens_in(layer.layer, self.known, self.words),
            encoding=layer.encoding,
            crs="" if kml else crs,
            only=dict(match.only or {}),
            undecided=match.only is None,
            fields=tuple(kept),
        )
        told = (*layer.said, *said_of_fields, *match.told)
        if not crs and not kml:
            told = (Message("coordinates were in {crs}; a package has those of its plan", crs=called), *told)
        self.blocks.append(Block(content, told, (match,)))
        self.recognised += 1
        return LearnedFile(layer.name, "layer", told, (match,))

    def open(self, files: Sequence[Path], paths: Mapping[Path, str], progress: Progress) -> None:
        """Open the files that may hold tables, and say which rows these hold between them."""
        for number, path in enumerate(files):
            if (opening := _TABLES.get(path.suffix.lower())) is None:
                continue
            progress(number / len(files), Message("reading {name}", name=path.name))
            try:
                self.opened[path] = opening(path, paths[path], self.known)
            except (BadInput, MissingLibrary) as error:
                self.opened[path] = told_of(error, path)
        found = [one for one in self.opened.values() if not isinstance(one, Message)]
        part_files(found, self.known, self.taken)

    def file(self, path: Path, relative: str, templates: Path) -> LearnedFile:
        """Take a file that is no layer."""
        said: tuple[Message, ...] = ()
        if (opened := self.opened.pop(path, None)) is not None:
            if isinstance(opened, Message):
                return LearnedFile(relative, said=(opened,))
            contents, tables = opened.learned(templates)
            said = tuple(_of_table(table, one) for table in tables for one in table.told)
            if contents:
                self.blocks += [Block(one, said, tuple(tables)) for one in contents]
                self.recognised += 1
                return LearnedFile(relative, contents[0].kind, said, tuple(tables))
            said = (*said, Message("none of its tables is recognised"))
        other = other_file(relative, self.known, self.words)
        said = (*said, other.said)
        if other.content is None:
            return LearnedFile(relative, said=said)
        self.blocks.append(Block(other.content))
        return LearnedFile(relative, other.content.kind, said)

    def merged(self) -> list[Block]:
        """Give the blocks, each place once, with the years that their names keep among what has to be looked at."""
        kept = {id(one) for one in merged_slots([block.content for block in self.blocks])}
        return [replace(block, content=_checked(block.content)) for block in self.blocks if id(block.content) in kept]


def _checked(content: PackageItem) -> PackageItem:
    names = (content.path, content.layer, content.title, *(filled.sheet for filled in content.tables))
    said = [
        word(Message("a year stays in the name {name}", name=name), glossary().language)
        for name in dict.fromkeys(names)
        if years_left(name)
    ]
    return replace(content, check="\n".join([*said, *content.check.splitlines()]))


def _of_table(table: TableMatch, said: Message) -> Message:
    """Say of which table of a file something is told."""
    name = table.table.name
    return Message("{table}: {what}", table=name, what=said) if name and table.table.columns else said


def _place(learned: Learned) -> PackagePlace:
    """Give the place of a city's package; none of a province's sample, which is of several cities or of no units."""
    known = learned.known
    codes = [*known.units, *known.zones, *(code for file in learned.files for one in file.tables for code in one.codes)]
    cities = {code[2:6] for code in codes if len(code) > 6}
    if len(cities) != 1:
        return PackagePlace()
    return replace(known.place, city_code=f"{cities.pop()}00")
