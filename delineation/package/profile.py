"""The profile of a package: the folders, files, layers, fields, sheets and heads a receiver wants, in one TOML file.

A bureau edits it, or has it learned from a package that was accepted (``delineation.package.like``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - the dataclasses' hints are read when a profile is
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ..core.atomic_files import is_there
from ..core.errors import BadInput
from ..core.given_files import read_toml
from ..core.messages import Message, at, one_of
from ..core.text import nearest, require_known
from ..core.toml import Limit, blocks_of, check_known, entries, entry_of, section
from ..export.layers import ENCODINGS, TYPES, LayerField
from ..export.records import COLUMNS
from ..sources.coordinates.crs import cgcs2000, parse_crs

__all__ = [
    "KINDS",
    "Filled",
    "FilledColumn",
    "PackageItem",
    "PackagePlace",
    "PackageProfile",
    "read_package_profile",
    "refuse_twins",
    "require_column",
    "shipped",
]

PROFILES = Path(__file__).resolve().parents[2] / "resources" / "packages"
LEARNING = "like.toml"  # lies among them, and is none: the words by which one is learned
NATIONAL = "national"
LAYERS = ("units", "zones", "findings", "boundaries")
LAYER_SUFFIXES = (".shp", ".gdb", ".gpkg", ".kml")
ALONE = (".shp", ".kml")  # formats of one layer a file


@dataclass(frozen=True)
class PackagePlace:
    """What no plan says of where it lies: ``[place]``.

    Attributes
    ----------
    province, city : str
    city_code : str
        Six digits; else the codes of the counties have it.
    """

    province: str = ""
    city: str = ""
    city_code: str = ""


@dataclass(frozen=True)
class Signing:
    """What the receiver wants of the signature: ``[signing]``.

    Attributes
    ----------
    required : bool
        A package without one is refused; else that is a warning.
    """

    required: bool = False


@dataclass(frozen=True)
class FilledColumn:
    """A column of a table that is filled: ``[[file.table.column]]``.

    Attributes
    ----------
    column : int
        Its place in the table, from 1.
    title : str
        What its head says, for whoever reads the profile or a finding.
    of : str
        What it holds: a name of ``export.records.COLUMNS``; "" stays empty.
    decimals : int
        Digits behind the point of a number; -1 as many as it has.
    words : mapping
        Value → what stands for it.
    text : bool
        A number is written as text.
    number : bool
        Digits of a code are written as a number.
    blank : bool
        It is meant to stay empty; of one that is not, a finding says that it does.
    was : float
        Of a measure what last year's rows had in their middle: this year's may not be thirty times that.
    """

    column: int
    title: str = ""
    of: str = ""
    decimals: int = -1
    words: Mapping[str, str] = field(default_factory=dict)
    text: bool = False
    number: bool = False
    blank: bool = False
    was: float = 0.0


@dataclass(frozen=True)
class Filled:
    """A table of a template that is filled with rows: ``[[file.table]]``.

    Attributes
    ----------
    of : str
        Which rows: one of ``export.records.COLUMNS``.
    sheet : str
        Of a workbook: its sheet's name, with tokens.
    table : int
        Of a document: which of its tables, from 1.
    first : int
        Row, from 1, where the first record goes: what stands above it is the head.
    rows : int
        Rows of the template that are data: one, or several whose looks take turns.
    only : mapping
        Which of the rows: column of ``export.records.COLUMNS`` → what it says in these; nothing for all.
    undecided : bool
        Nobody knows which of the rows: none are written, and a finding says so.
    total : int
        Column of the template's row behind the data that sums up, where its words stand; 0 for none.
    columns : tuple of FilledColumn
    above : bool
        The row that sums up stands right above the data.
    """

    of: str
    sheet: str = ""
    table: int = 0
    first: int = 2
    rows: int = 1
    only: Mapping[str, str] = field(default_factory=dict)
    undecided: bool = False
    total: int = 0
    columns: tuple[FilledColumn, ...] = ()
    above: bool = False


@dataclass(frozen=True)
class PackageItem:
    """What a package holds: ``[[file]]``, or one of the layers of a file that has several.

    Attributes
    ----------
    path : str
        In the package, with tokens; of a slot without a suffix.
    kind : str
        One of ``KINDS``.
    title : str
        What it is, for the receiver; of a layer its alias too.
    of : str
        Of a layer: one of ``LAYERS``.
    apart : str
        Of a layer: a column of ``export.records.COLUMNS``; there is a layer for each thing that it says, with columns
        of its rows in braces in path, layer and title. "" for one of all.
    most : str
        Of boundaries: the highest 密级 of a source whose layer leaves; "" for that of the plan's own profile.
    layer : str
        Its name in a file that has names for layers.
    encoding : str
        Of a Shapefile's texts.
    crs : str
        Of a layer that has another one than the profile's, ``EPSG:n``; a KML is in degrees of WGS 84 whatever it says.
    format : str
        Of an export: a format of ``export``.
    options : mapping
        Of that format.
    template : str
        Of a workbook or document: a file, from where the profile lies.
    check : str
        What of its names and its template is last year's and has to be looked at, a line each.
    words : str
        Of a slot: by what its files' names are known, "|" between.
    only : mapping
        Of a layer that holds some of the rows: column of ``export.records.COLUMNS`` → what it says in these.
    undecided : bool
        Nobody knows which rows a layer holds: none are written, and a finding says so.
    fields : tuple of LayerField
        Of a layer; none: those of the plan's own profile (``layers.toml``).
    tables : tuple of Filled
        Of a workbook or document.
    """

    path: str
    kind: str
    title: str = ""
    of: str = ""
    apart: str = ""
    most: str = ""
    layer: str = ""
    encoding: str = ""
    crs: str = ""
    format: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    template: str = ""
    check: str = ""
    words: str = ""
    only: Mapping[str, str] = field(default_factory=dict)
    undecided: bool = False
    fields: tuple[LayerField, ...] = ()
    tables: tuple[Filled, ...] = ()


KINDS: Mapping[str, tuple[str, ...]] = {
    "layer": ("of", "apart", "most", "layer", "only", "undecided", "encoding", "crs", "field"),
    "export": ("format", "options"),
    "workbook": ("template", "table"),
    "document": ("template", "table"),
    "codes": (),
    "report": (),
    "case": (),
    "readme": (),
    "slot": ("words",),
}
"""What a package can hold → keys that its block takes beside ``path``, ``kind``, ``title`` and ``check``."""

_SUFFIXES = {
    "layer": LAYER_SUFFIXES,
    "workbook": (".xlsx",),
    "document": (".docx",),
    "codes": (".xlsx",),
    "report": (".xlsx",),
    "readme": (".txt",),
}
_LIMITS = {
    "file.encoding": Limit(("", *ENCODINGS)),
    "field.type": Limit(TYPES),
    "field.width": Limit(least=0, most=65_536),
    "field.decimals": Limit(least=0, most=15),
    "table.of": Limit(tuple(COLUMNS)),
    "table.first": Limit(least=1, most=1000),
    "table.rows": Limit(least=1, most=100),
    "table.table": Limit(least=0, most=1000),
    "table.total": Limit(least=0, most=1000),
    "column.column": Limit(least=1, most=16_384),
    "column.decimals": Limit(least=-1, most=15),
}
_BLOCKS = {"field", "table"}


@dataclass(frozen=True)
class PackageProfile:
    """A package profile as read.

    Attributes
    ----------
    path : Path
    title : str
    folder : str
        The name that the package's folder is to have, with tokens.
    place : PackagePlace
    contents : tuple of PackageItem
        In the order in which the receiver is told of them.
    missing : str
        What last year's package had and this one has not, a line each.
    signing : Signing
    crs : str
        In which layers are written, but for KML: ``EPSG:n``, of CGCS2000; "" for the plan's own.
    """

    path: Path
    title: str
    folder: str
    place: PackagePlace
    contents: tuple[PackageItem, ...]
    missing: str = ""
    signing: Signing = Signing()
    crs: str = ""

    @property
    def name(self) -> str:
        """How it is asked for."""
        return self.path.stem

    def template(self, content: PackageItem) -> Path:
        """Find the template of a workbook or document."""
        return self.path.parent / content.template


@dataclass(frozen=True)
class _Head:
    title: str
    folder: str = "{code}{area}{volume}"
    missing: str = ""
    crs: str = ""


def shipped() -> tuple[str, ...]:
    """Name the profiles that come with the product."""
    return tuple(sorted(path.stem for path in PROFILES.glob("*.toml") if path.name != LEARNING))


def read_package_profile(name: str | Path = NATIONAL) -> PackageProfile:
    """Read a package profile by name (of those shipped) or by path.

    Parameters
    ----------
    name : str or Path
        A path ends in ``.toml``.

    Raises
    ------
    BadInput
        No such profile, no TOML in UTF-8, an unknown key, a value of another kind or out of its limits, a field or
        column that names what no plan holds, two contents in one place: the file, block and key are named.
    """
    path = Path(name)
    if path.suffix.lower() != ".toml":
        path = PROFILES / f"{name}.toml"
    wanted = nearest(str(name), shipped())
    if not is_there(path, wanted):
        raise BadInput(Message("no package profile '{name}'", name=name), where=Message("package"), wanted=wanted)
    raw = read_toml(path, Message("a package profile in UTF-8"))
    file = str(path)
    heads = [one.name for one in fields(_Head)]
    check_known(raw, [*heads, "place", "signing", "file"], at(path))
    head = section(_Head, {"profile": {key: raw[key] for key in heads if key in raw}}, "profile", file, {})
    _check_crs(head.crs, file)
    place = section(PackagePlace, raw, "place", file, {})
    signing = section(Signing, raw, "signing", file, {})
    blocks = raw.get("file", [])
    if not isinstance(blocks, list) or not blocks or not all(isinstance(one, dict) for one in blocks):
        raise BadInput(Message("no [[file]] blocks"), where=path, wanted=Message("[[file]] for each file"))
    contents = [_content(block, f"{file} [[file]] {number}") for number, block in enumerate(blocks, 1)]
    refuse_twins(contents, file)
    return PackageProfile(path, head.title, head.folder, place, tuple(contents), head.missing, signing, head.crs)


def _check_crs(crs: str, where: str) -> None:
    if crs and not cgcs2000(parse_crs(crs, at(where))):
        what = Message("crs = '{crs}' is none of CGCS2000", crs=crs)
        raise BadInput(what, where=where, wanted=Message("EPSG:4490, or one of the zones EPSG:4491 to EPSG:4554"))


def _content(block: Mapping[str, Any], where: str) -> PackageItem:
    """Read a block as its kind has it, and the blocks within it."""
    kind = block.get("kind", "")
    if not isinstance(kind, str) or kind not in KINDS:
        what = Message("kind = '{kind}'", kind=str(kind)) if kind else Message("no key '{key}'", key="kind")
        raise BadInput(what, where=where, wanted=nearest(str(kind), KINDS) if kind else one_of(KINDS))
    allowed = ("path", "kind", "title", "check", *KINDS[kind])
    for key in block:
        if key not in allowed:
            what = Message("key '{key}' is none of kind '{kind}'", key=key, kind=kind)
            raise BadInput(what, where=where, wanted=one_of(allowed))
    # Blocks within are read after the block's own keys, by the same reader.
    bare = {key: value for key, value in block.items() if key not in _BLOCKS}
    content = entry_of(PackageItem, bare, "file", where, _LIMITS)
    _check_path(content, where)
    if kind == "layer":
        return _layer(content, block, where)
    if kind == "export":
        _check_format(content, where)
    elif "template" in KINDS[kind]:
        _demand(content.template, "template", where)
        return replace(content, tables=_tables(block, where))
    return content


def _check_path(content: PackageItem, where: str) -> None:
    path = content.path
    parts = path.replace("\\", "/").split("/")
    if "\\" in path or path.startswith("/") or ":" in path or any(part in ("", ".", "..") for part in parts):
        what = Message("path = '{path}'", path=path)
        raise BadInput(what, where=where, wanted=Message("a path inside the package, with / between its folders"))
    known = _SUFFIXES.get(content.kind, ())
    if known and Path(path).suffix.lower() not in known:
        what = Message("path = '{path}'", path=path)
        raise BadInput(what, where=where, wanted=Message("a name with {suffix}", suffix=at(" / ".join(known))))


def _demand(value: str, key: str, where: str) -> None:
    if not value:
        raise BadInput(Message("no key '{key}'", key=key), where=where, wanted=Message("{key} = …", key=key))


def _layer(content: PackageItem, block: Mapping[str, Any], where: str) -> PackageItem:
    _demand(content.of, "of", where)
    if content.of not in LAYERS:
        raise BadInput(Message("of = '{what}'", what=content.of), where=where, wanted=one_of(LAYERS))
    suffix = Path(content.path).suffix.lower()
    if content.encoding and suffix != ".shp":
        what = Message("encoding = '{encoding}' of a file that is no Shapefile", encoding=content.encoding)
        raise BadInput(what, where=where, wanted=Message("a path with .shp, or no encoding"))
    _check_crs(content.crs, where)
    for column in (*content.only, content.apart):
        require_column(column, content.of, f"{where} only")
    read = entries(LayerField, block, "field", where, _LIMITS)
    named: dict[str, int] = {}
    for number, one in enumerate(read, 1):
        own = f"{where} [[field]] {number}"
        require_column(one.of, content.of, own)
        called = (one.short or one.name) if suffix == ".shp" else one.name
        if called.lower() in named:
            what = Message("field '{field}' occurs twice", field=called)
            raise BadInput(what, where=own, wanted=Message("each field once"))
        named[called.lower()] = number
    return replace(content, fields=tuple(read))


def require_column(column: str, what: str, where: str) -> None:
    """Refuse a column that no plan holds of a kind of rows; "" is none.

    Raises
    ------
    BadInput
    """
    if column:
        said = Message("of = '{column}': a plan holds no such thing of {what}", column=column, what=what)
        require_known(column, COLUMNS[what], said, where)


def _check_format(content: PackageItem, where: str) -> None:
    from ..export.registry import exporters

    _demand(content.format, "format", where)
    known = exporters()
    require_known(content.format, known, Message("unknown format '{name}'", name=content.format), where)
    found = known[content.format]
    if not content.path.lower().endswith(found.suffix):
        raise BadInput(
            Message("path = '{path}'", path=content.path),
            where=where,
            wanted=Message("a name with {suffix}", suffix=found.suffix),
        )
    for key in content.options:
        if key not in found.options:
            what = Message("{name} has no option '{key}'", name=content.format, key=key)
            raise BadInput(what, where=where, wanted=one_of(found.options))


def _tables(block: Mapping[str, Any], where: str) -> tuple[Filled, ...]:
    raw = blocks_of(block, "table", where)
    bare = [{key: value for key, value in one.items() if key != "column"} for one in raw]
    read = entries(Filled, {"table": bare}, "table", where, _LIMITS)
    out = []
    for number, (one, own) in enumerate(zip(read, raw, strict=True), 1):
        place = f"{where} [[table]] {number}"
        for name in one.only:
            require_column(name, one.of, f"{place} only")
        columns = entries(FilledColumn, own, "column", place, _LIMITS)
        taken: set[int] = set()
        for count, column in enumerate(columns, 1):
            here = f"{place} [[column]] {count}"
            require_column(column.of, one.of, here)
            if column.column in taken:
                what = Message("column {number} occurs twice", number=column.column)
                raise BadInput(what, where=here, wanted=Message("each column once"))
            taken.add(column.column)
        out.append(replace(one, columns=tuple(columns)))
    return tuple(out)


def refuse_twins(contents: Sequence[PackageItem], file: str) -> None:
    """Refuse two contents in one place; layers of a geodatabase or GeoPackage share theirs.

    Raises
    ------
    BadInput
        The second one's block is named.
    """
    seen: dict[str, set[str]] = {}
    for number, content in enumerate(contents, 1):
        path = content.path.lower()
        shared = content.kind == "layer" and Path(path).suffix not in ALONE
        layer = (content.layer or content.of).lower() if shared else ""
        # "" of those that have a file alone.
        if path in seen and (not shared or "" in seen[path] or layer in seen[path]):
            raise BadInput(
                Message("two files are to be '{path}'", path=content.path),
                where=f"{file} [[file]] {number}",
                wanted=Message("a path of its own; layers of one file with a layer name each"),
            )
        seen.setdefault(path, set()).add(layer)
