"""The layers of a package of others: what a file says of its fields, and the same as a profile has it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from pyogrio.errors import DataSourceError

from ...core.column_names import folded
from ...core.errors import BadInput
from ...core.measures import decimals_in
from ...core.messages import NOTHING, Message, at, first_few, foreign
from ...core.progress import Progress, silent, within
from ...export.layers import LayerField
from ...sources import gate
from ...sources.formats.opening import PLAN_LAYERS, heard, lying
from ...sources.formats.vectors import RawLayer, read_vector
from ..profile import ALONE, LAYER_SUFFIXES
from .found import FoundColumn, FoundTable, Match
from .values import filled, middle
from .words import read_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ...core.errors import DelineationError
    from .words import KnownWords

_GBK = {"gbk", "gb18030", "gb2312", "cp936", "936"}
_TYPES = {"String": "text", "Integer": "integer", "Integer64": "integer", "Real": "real"}
_READ = {"text": "text", "integer": "integer", "number": "real"}
_CODED = 0  # GDAL's number for a domain that is a code table
_WIDEST = 254  # characters of a text where the file states no width
_DATE = 10  # letters of a date that is written as a text
_CODE = 20  # letters of a code that was a number


@dataclass(frozen=True)
class LayerFile:
    """A layer of a file, or a file that is none.

    Attributes
    ----------
    path : str
        In the package, "/" between folders.
    layer : str
        Its name where a file has names for layers, else "".
    title : str
        What the file calls it besides, or "".
    encoding : str
        Of a Shapefile's texts: one of ``export.layers.ENCODINGS``, or "".
    table : FoundTable or None
        None where nothing can be read.
    odd : mapping
        Field that is neither text nor number → its type as GDAL calls it.
    said : tuple of Message
        What is to be told of it.
    """

    path: str
    layer: str = ""
    title: str = ""
    encoding: str = ""
    table: FoundTable | None = None
    odd: Mapping[str, str] = None  # type: ignore[assignment]
    said: tuple[Message, ...] = ()

    @property
    def name(self) -> str:
        """What it is called where its columns are listed."""
        return f"{self.path}|{self.layer}" if self.layer else self.path


def told_of(error: DelineationError, path: Path) -> Message:
    """Say why a file is of no use: it is named beside that, and a profile tells of no computer's folders."""
    where = str(error.where).replace(str(path), path.name)
    return type(error)(error.what, where=NOTHING if where == path.name else at(where), wanted=error.wanted).message()


def is_layer(path: Path) -> bool:
    """Whether a file or folder is of a format that layers are handed over in."""
    return path.suffix.lower() in LAYER_SUFFIXES


def open_layers(
    folder: Path, files: Sequence[Path], words: KnownWords | None = None, *, progress: Progress = silent
) -> list[LayerFile]:
    """Read all layers of some files: their fields in order, with types, widths, aliases and code tables.

    Parameters
    ----------
    folder : Path
        Of the package.
    files : sequence of Path
        Below it: Shapefiles, geodatabases, GeoPackages, KML.
    words : KnownWords, optional
        Which columns a format makes by itself.
    progress : callable

    Raises
    ------
    MissingLibrary
        GDAL's own bindings are not installed, which alone tell widths, aliases and code tables.
    """
    words = words or read_words()
    found: list[LayerFile] = []
    for number, path in enumerate(files):
        step = within(progress, number / len(files), (number + 1) / len(files))
        step(0.0, Message("reading {name}", name=path.name))
        found += _file(path, path.relative_to(folder).as_posix(), words)
    progress(1.0, Message("layers read"))
    return found


def _file(path: Path, relative: str, words: KnownWords) -> Iterator[LayerFile]:
    if path.suffix.lower() == ".shp":
        yield _layer(path, relative, "", words)
        return
    try:
        with heard([]), lying(path) as file:
            listed = [(str(name), kind) for name, kind in gate.list_layers(file)]
    except (DataSourceError, UnicodeDecodeError, ValueError) as error:
        reason = str(error).splitlines()[0].replace(str(path), path.name)
        said = Message("cannot be read as a vector file ({error})", error=foreign(reason))
        yield LayerFile(relative, said=(said,))
        return
    except BadInput as error:
        yield LayerFile(relative, said=(told_of(error, path),))
        return
    if {name for name, _ in listed} >= PLAN_LAYERS:
        yield LayerFile(relative, said=(Message("is a plan of this program, and no part of a package"),))
        return
    for name, kind in listed:
        layer = "" if path.suffix.lower() in ALONE else name
        if kind is None:
            said = Message("a table without shapes, which no profile has a place for")
            yield LayerFile(relative, name, said=(said,))
        else:
            yield replace(_layer(path, relative, name, words), layer=layer)
    if not listed:
        yield LayerFile(relative, said=(Message("no layer with geometry"),))


def _layer(path: Path, relative: str, name: str, words: KnownWords) -> LayerFile:
    try:
        raw = read_vector(path, layer=name)
        described = _described(path, raw)
    except BadInput as error:
        return LayerFile(relative, name, said=(told_of(error, path),))
    own = {folded(one) for one in words["own"].get(path.suffix.lower()[1:], ())}
    columns: list[FoundColumn] = []
    odd: dict[str, str] = {}
    for place, (title, values) in enumerate(raw.columns.items(), 1):
        one = described[place - 1] if described else _plain(raw, title)
        if folded(title) in own:
            continue
        if one.kind not in _TYPES:
            odd[title] = one.kind
        columns.append(
            FoundColumn(
                place=len(columns) + 1,
                title=title,
                alias="" if one.alias == title else one.alias,
                values=_values(values),
                type=_TYPES.get(one.kind, "text"),
                width=one.width,
                decimals=one.decimals,
                table=one.table,
            )
        )
    encoding, said = _encoding(raw, path)
    title = described.title if described else ""
    table = FoundTable(relative, raw.layer, tuple(columns), raw.geometry, raw.crs or "", (title,))
    return LayerFile(relative, name, title, encoding, table, odd, said)


@dataclass(frozen=True)
class _Described:
    """A field as its file describes it."""

    kind: str
    width: int = 0
    decimals: int = 0
    alias: str = ""
    table: Mapping[str, str] = None  # type: ignore[assignment]


class _Layer(list[_Described]):
    """The fields of a layer, and what the file calls it."""

    title = ""


def _plain(raw: RawLayer, title: str) -> _Described:
    kind = {"text": "String", "integer": "Integer", "real": "Real"}[_READ.get(raw.types[title], "text")]
    return _Described(kind, table={})


def _described(path: Path, raw: RawLayer) -> _Layer:
    """Ask GDAL's own bindings for the fields of a layer; nothing where they see other fields than the reader."""
    found = _Layer()
    with lying(path) as file, gate.vector(file) as source:
        layer = source.GetLayer(0) if path.suffix.lower() in ALONE else source.GetLayerByName(raw.layer)
        if layer is None:
            return found
        title = layer.GetMetadataItem("ALIAS_NAME") or layer.GetMetadataItem("IDENTIFIER") or ""
        found.title = "" if title == raw.layer else str(title)
        fields = layer.GetLayerDefn()
        for number in range(fields.GetFieldCount()):
            field = fields.GetFieldDefn(number)
            domain = source.GetFieldDomain(field.GetDomainName()) if field.GetDomainName() else None
            table = _code_table(domain)
            found.append(
                _Described(
                    str(field.GetTypeName()),
                    int(field.GetWidth()),
                    int(field.GetPrecision()),
                    str(field.GetAlternativeName() or ""),
                    table,
                )
            )
            del field, domain
        del fields, layer
    return found if len(found) == len(raw.columns) else _Layer()


def _code_table(domain: Any) -> dict[str, str]:
    if domain is None or domain.GetDomainType() != _CODED:
        return {}
    return {str(key): str(text or "") for key, text in domain.GetEnumeration().items()}


def _values(values: Any) -> list[Any]:
    """Give the values of a column as plain ones: None where there is none."""
    if values.dtype.kind == "M":
        return [None if np.isnat(value) else str(value)[:_DATE] for value in values]
    if values.dtype.kind == "b":
        return [int(value) for value in values]
    if values.dtype.kind == "f":
        return [None if value != value else value for value in values.tolist()]
    return list(values.tolist())


def _encoding(raw: RawLayer, path: Path) -> tuple[str, tuple[Message, ...]]:
    if path.suffix.lower() != ".shp":
        return "", ()
    name = raw.encoding.lower().replace("_", "-")
    if name in _GBK:
        return "GBK", ()
    if name in ("utf-8", "utf8", "ascii", ""):
        return "UTF-8", ()
    return "", (
        Message("its texts are in {encoding}, which is not written: GBK or UTF-8 instead", encoding=raw.encoding),
    )


# ── Fields as a profile has them ────────────────────────────────────────────────────────────────────────────────────


def fields_of(layer: LayerFile, matches: Sequence[Match]) -> tuple[list[LayerField], list[Message]]:
    """Word the fields of a layer as a profile has them, in their order.

    Parameters
    ----------
    layer : LayerFile
    matches : sequence of Match
        One a column.

    Returns
    -------
    fields : list of LayerField
        One a column.
    said : list of Message
        Where a field cannot be as it was.
    """
    shapefile, said, fields = layer.path.lower().endswith(".shp"), [], []
    for match in matches:
        column = match.column
        kind, width, decimals = column.type, column.width, column.decimals
        if column.title in (layer.odd or {}):
            width = _DATE
            said.append(
                Message(
                    "field {field} is of type {type}, and is written as a text",
                    field=column.title,
                    type=layer.odd[column.title],
                )
            )
        if match.of == "code" and kind != "text":
            kind, width, decimals = "text", _CODE, 0
            said.append(
                Message(
                    "field {field} held codes as numbers, without their prefix: it is written as a text",
                    field=column.title,
                )
            )
        if kind == "text" and shapefile:
            width = min(width or _WIDEST, _WIDEST)
        if kind == "real":
            width, decimals = _digits(column, shapefile)
            if shapefile and decimals != column.decimals:
                said.append(
                    Message(
                        "field {field} has {decimals} decimals in place of {before}, so that its numbers fit",
                        field=column.title,
                        decimals=decimals,
                        before=column.decimals,
                    )
                )
        table, told = _table(match)
        said += told
        words = dict(match.words)
        fields.append(
            LayerField(
                column.title,
                kind,
                width,
                column.alias,
                match.of,
                decimals,
                table,
                words=words,
                blank=match.blank,
                was=middle(match),
            )
        )
    return fields, said


def _digits(column: FoundColumn, shapefile: bool) -> tuple[int, int]:
    """Say how wide a number is: as stated, with no more decimals than its greatest values leave room for."""
    numbers = filled(column)
    if not shapefile or not column.width:
        # Geodatabases and GeoPackages state none.
        return column.width or 20, decimals_in(numbers)
    known = np.abs(numbers[np.isfinite(numbers)])
    # Next year's greatest may have a digit more; and one for the sign, one for the point.
    whole = len(str(int(known.max()))) + 1 if len(known) else 1
    return column.width, max(min(column.decimals, column.width - whole - 2), 0)


def _table(match: Match) -> tuple[str, list[Message]]:
    """Say which code table a field has: a plan's own is that of the categories."""
    column = match.column
    if not column.table:
        return "", []
    if match.of == "category" and set(column.table) <= {"1", "2", "3"} and not match.words:
        return "category", []
    shown = first_few([f"{key} {text}".strip() for key, text in column.table.items()], 3)
    return "", [Message("field {field} had a code table that is not written: {codes}", field=column.title, codes=shown)]
