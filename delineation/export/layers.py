"""The layers of a plan as they are handed over: regulated field names, widths, aliases, code tables; four formats.

What the fields are called is the profile's (``layers.toml``). GDAL's own bindings write them, as they alone set widths,
aliases and code tables.
"""

from __future__ import annotations

import errno
import os
import re
import struct
from collections.abc import Mapping  # noqa: TC003 - the hints of `LayerField` are read when a profile is
from dataclasses import dataclass, replace
from dataclasses import field as setting
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..case.profile import plan_profile, profile_file
from ..core.atomic_files import part_of, put_together
from ..core.errors import BadInput, MissingLibrary
from ..core.gdal_options import gdal_bindings, gdal_options
from ..core.geopackage import write_tables
from ..core.messages import Message, at, first_few, one_of, rounded, word
from ..core.office_files import document_date, file_time
from ..core.progress import Progress, silent
from ..core.sheets import Sheet, write_sheets
from ..core.text import fitted, require_known
from ..plan.styles import layer_styles_rows
from .records import LAYERS_FILE as FILE
from .records import layer_settings, records_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ..case.profile import Profile
    from ..plan.file import Plan
    from .records import Records

__all__ = [
    "ENCODINGS",
    "CutText",
    "Layer",
    "LayerField",
    "encoding_of",
    "files_of",
    "fitting",
    "in_crs",
    "layer_from",
    "layers_of",
    "names_in",
    "outside_gbk",
    "read_layers",
    "texts_beside",
    "withheld",
    "write_layers",
]

ENCODINGS = ("GBK", "UTF-8")
_WIDER = "GB18030"  # what has GBK's bytes and all characters
TYPES = ("text", "integer", "real")
_DBF_NAME, _DBF_TEXT = 10, 254  # bytes that a Shapefile's table takes
SUFFIXES = {"ESRI Shapefile": ".shp", "OpenFileGDB": ".gdb", "GPKG": ".gpkg", "KML": ".kml"}
# Files of a Shapefile, and those that are worth nothing beside another one.
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".fbn", ".fbx", ".shp.xml")
# What half of is another one.
_NEVER_CUT = ("code", "unit_id", "county", "city_code", "province_code", "id")
_SAID = 200  # features between two words of progress


@dataclass(frozen=True)
class LayerField:
    """A field of a layer that is handed over.

    Attributes
    ----------
    name : str
    type : str
        One of ``TYPES``.
    width, decimals : int
        Characters of a text, digits of a number.
    alias : str
        What it is called besides, or "".
    of : str
        What it holds: a column of `records_of`; "" stays empty.
    table : str
        Its code table, or "".
    short : str
        Its name in a Shapefile, where ``name`` is none.
    words : mapping
        Value → what stands for it in the file; one that is not among them stands as it is.
    blank : bool
        It is meant to stay empty.
    was : float
        Of a measure what the features had in their middle where the field was learned from; 0 for nothing.
    """

    name: str
    type: str
    width: int
    alias: str = ""
    of: str = ""
    decimals: int = 0
    table: str = ""
    short: str = ""
    words: Mapping[str, str] = setting(default_factory=dict)
    blank: bool = False
    was: float = 0.0


@dataclass(frozen=True)
class CutText:
    """A text that is longer than its field.

    Attributes
    ----------
    feature, name : str
        Code and name of the feature; its number where it has no code.
    field, alias : str
        Of the field, as the layer calls it.
    text : str
        All of it.
    """

    feature: str
    name: str
    field: str
    alias: str
    text: str


@dataclass(frozen=True)
class Layer:
    """A layer as it is handed over.

    Attributes
    ----------
    name, title : str
    fields : tuple of LayerField
    columns : mapping
        Field name → its values, one a feature.
    geometry : (n,) object
        Polygons and multipolygons; of findings points, or nothing.
    crs : str
        WKT.
    tables : mapping
        Code table → code → words.
    date : str
        ISO time that goes into the files in place of now.
    style : str
        The style (``resources/styles``) that it is shown in, where a format keeps one; "" for none.
    points : bool
    language : str
        Of what is written beside it.
    mark : str
        Words of its 密级: what the format has for that, or a file beside it, says it. "" where nobody stated one.
    mended : int
        Features that another CRS left without valid geometry, and that were mended.
    """

    name: str
    title: str
    fields: tuple[LayerField, ...]
    columns: Mapping[str, NDArray[Any]]
    geometry: NDArray[np.object_]
    crs: str
    tables: Mapping[str, Mapping[str, str]]
    date: str
    style: str = ""
    points: bool = False
    language: str = "zh"
    mark: str = ""
    mended: int = 0

    @property
    def name_field(self) -> str:
        """The field that a feature is called by."""
        return next((field.name for field in self.fields if field.of == "name"), "")

    def called(self, row: int) -> tuple[str, str]:
        """Give code and name of a feature; its number where it has no code."""
        said = {field.of: str(self.columns[field.name][row]) for field in self.fields if field.of in ("code", "name")}
        return said.get("code") or str(row + 1), said.get("name", "")


def read_layers(profile: Profile) -> dict[str, tuple[str, str, tuple[LayerField, ...]]]:
    """Read what the profile calls layers and fields: ``units``, ``zones`` … → name, title, fields.

    Raises
    ------
    BadInput
        A table or setting that is missing, or is of another kind.
    """
    path, out = profile_file(profile, FILE), {}
    for what in ("units", "zones", "findings", "boundaries"):
        table = layer_settings(profile, what)
        fields = tuple(_field(row, f"{path} [[{what}.field]] {number}") for number, row in enumerate(table["field"], 1))
        names = [one.name for one in fields]
        if twice := next((name for name in names if names.count(name) > 1), ""):
            raise BadInput(
                Message("field '{field}' occurs twice", field=twice), where=at(path), wanted=Message("each field once")
            )
        out[what] = (str(table["layer"]), str(table["title"]), fields)
    return out


def _field(row: Mapping[str, Any], place: str) -> LayerField:
    known = set(LayerField.__dataclass_fields__)
    if wrong := next((key for key in row if key not in known), ""):
        raise BadInput(Message("unknown key '{key}'", key=wrong), where=at(place), wanted=one_of(sorted(known)))
    if lacking := next((key for key in ("name", "alias", "of", "type", "width") if key not in row), ""):
        raise BadInput(
            Message("no key '{key}'", key=lacking), where=at(place), wanted=Message("{key} = …", key=lacking)
        )
    field = LayerField(**row)
    if field.type not in TYPES:
        raise BadInput(Message("type = '{type}'", type=field.type), where=at(place), wanted=one_of(TYPES))
    return field


def layers_of(plan: Plan, what: str, *, together: bool = False) -> tuple[list[Layer], list[Message]]:
    """Take the layers of a kind, apart as the plan's profile parts them, or ``together``.

    Returns
    -------
    layers : list of Layer
    left_out : list of Message
        Which layers do not leave, and why.

    Raises
    ------
    BadInput
        Two layers of one name.
    """
    profile = plan_profile(plan)
    name, title, fields = read_layers(profile)[what]
    records, by = records_of(plan, what, profile), layer_settings(profile, what).get("apart")
    where = Message("{where}, field {field}", where=profile.folder / FILE, field="apart")
    parts = [records]
    if by and len(records) and not together:
        name, title = by.get("layer", name), by.get("title", title)
        parts = list(records.apart(by.get("by", ""), where).values())
    layers: dict[str, Layer] = {}
    left: list[Message] = []
    for part in parts:
        own, called = part.fill(name, where), part.fill(title, where)
        if own in layers:
            said = Message("two layers are to be '{layer}'", layer=own)
            raise BadInput(said, where=where, wanted=Message("a column in braces that tells them apart"))
        if not (kept := withheld(part, plan, profile)):
            layers[own] = layer_from(part, plan, profile, own, called, fields, profile.folder / FILE)
        left += [
            Message(
                "{layer} is left out: the classification of {source} is {mark}, and the highest that leaves {most}",
                layer=called,
                source=source or called,
                mark=mark or Message("not stated"),
                most=most,
            )
            for source, mark, most in kept
        ]
    return list(layers.values()), left


def withheld(records: Records, plan: Plan, profile: Profile, most: str = "") -> list[tuple[str, str, str]]:
    """Find the sources that keep boundaries from leaving: those whose 密级 is not stated, or above what may leave.

    Parameters
    ----------
    records : Records
        Other rows than boundaries always leave.
    plan : Plan
    profile : Profile
        Its levels, and the highest one that leaves.
    most : str
        In place of that one.

    Returns
    -------
    list of (str, str, str)
        Source, "" where the plan names none; its 密级, "" where it states none; the highest that leaves.

    Raises
    ------
    BadInput
        ``most`` is no level.
    """
    if records.what != "boundaries":
        return []
    levels = profile["classification"]["levels"]
    most = most or layer_settings(profile, "boundaries").get("most", "")
    require_known(most, levels, Message("most = '{mark}'", mark=most), at(FILE))
    own = plan.sources[plan.sources["role"].isin(records.frame["role"])]
    frames = (own.fillna({"classification": ""}), records.frame)
    marks = [row for one in frames for row in zip(one["source"], one["classification"], strict=True)]
    fine = levels[: levels.index(most) + 1]
    return [(source, mark, most) for source, mark in dict.fromkeys(marks) if mark not in fine]


def layer_from(
    records: Records,
    plan: Plan,
    profile: Profile,
    name: str,
    title: str,
    fields: Sequence[LayerField],
    where: Path | Message,
) -> Layer:
    """Make a layer of records.

    Parameters
    ----------
    records : Records
        Of units, zones or findings.
    plan : Plan
        Its coordinate system and date.
    profile : Profile
        Its categories are a code table.
    name, title : str
    fields : sequence of LayerField
    where : Path or Message
        Who asks for these fields, for errors.

    Raises
    ------
    BadInput
        A field is to hold what records do not.
    """
    columns = {}
    for one in fields:
        asked = Message("{where}, field {field}", where=where, field=one.name)
        columns[one.name] = _values(one, records.column(one.of, asked) if one.of else [None] * len(records), asked)
    language, mark = str(profile.settings["language"]), plan.meta.get("classification", "")
    tables = {"category": {str(key): str(text) for key, text in profile["categories"].items()}}
    return Layer(
        name,
        title,
        tuple(fields),
        columns,
        records.geometry,
        plan.crs,
        tables,
        file_time(plan.meta["date"]),
        "units" if records.what == "units" else "",
        records.what == "findings",
        language,
        word(Message("classification: {mark}", mark=mark), language) if mark else "",
    )


def _values(field: LayerField, values: Sequence[Any], where: Message) -> NDArray[Any]:
    """Bring values to a field's type; of a number that is not known nothing stands there."""
    if field.words:
        values = [field.words.get(str(value), value) for value in values]
    out = np.empty(len(values), dtype=object)
    for row, value in enumerate(values):
        if field.type == "text":
            out[row] = "" if value is None else fitted(str(value))
        elif value is None or value == "":
            out[row] = None
        else:
            try:
                number = float(value)
                out[row] = round(number) if field.type == "integer" else rounded(number, field.decimals)
            except ValueError as error:
                what = Message("a field of type {type} is to hold '{value}'", type=field.type, value=str(value)[:40])
                raise BadInput(what, where=where, wanted=Message("another type, or another column")) from error
    return out


def write_layers(
    layers: Sequence[Layer], path: Path, driver: str, *, encoding: str = "", progress: Progress = silent
) -> dict[str, Any]:
    """Write layers into one file whole, or leave what is there as it was; the same layers give the same bytes.

    But of a FileGDB, which is equal in content only.

    Parameters
    ----------
    layers : sequence of Layer
        Shapefiles and KML hold one alone.
    path : Path
        An existing file (of a Shapefile all its files; a FileGDB's folder) is replaced; a GeoPackage is a draft, where
        nothing is yet.
    driver : {"ESRI Shapefile", "OpenFileGDB", "GPKG", "KML"}
    encoding : {"", "GBK", "UTF-8"}
        Of a Shapefile's texts; "" leaves it to them: GBK where that has all characters, else UTF-8.
    progress : callable

    Returns
    -------
    dict
        ``encoding``; ``cut``: texts that were longer than their field; where there are any, ``cut_texts``: the code of
        the feature and the field of each, and ``texts_in``: where they stand in full, a workbook beside a Shapefile
        (`texts_beside`), else a table of the file; ``mended``: features that were no valid polygons any more in
        degrees, or in the CRS of their layer, and were mended.

    Raises
    ------
    BadInput
        A character that the encoding lacks, a field name that a Shapefile cannot hold, a number that its field cannot
        hold, a full disk, an open file in its place.
    MissingLibrary
        No bindings of GDAL.
    """
    gdal = gdal_bindings()
    if gdal is None:
        raise MissingLibrary(
            Message("{name} is not installed", name="osgeo"), wanted=Message("GDAL's Python bindings, as QGIS has them")
        )
    shapefile = driver == "ESRI Shapefile"
    if driver == "KML":
        layers = [in_crs(layer, "EPSG:4326") for layer in layers]
    date, first = layers[0].date, layers[0]
    if shapefile:
        encoding = encoding_of(first, encoding)
    parts = []
    cut: list[CutText] = []
    for layer in layers:
        columns, shortened = fitting(layer, encoding if shapefile else "", whole=driver == "KML")
        cut += shortened
        parts.append(_Part(layer, names_in(layer, driver, encoding), columns, tuple(shortened)))
    settings = {"OGR_CURRENT_DATE": date, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    if shapefile:
        # QGIS sets it to "" for its whole process, and then GDAL writes UTF-8 whatever encoding a layer is to have.
        settings["SHAPE_ENCODING"] = encoding
    told: dict[str, Any] = {"encoding": encoding if shapefile else "UTF-8", "cut": len(cut)}
    told["mended"] = sum(layer.mended for layer in layers)
    if cut:
        beside = texts_beside(path).name if shapefile else _TEXTS.format(first.name)
        told |= {"cut_texts": [f"{one.feature} {one.field}" for one in cut], "texts_in": beside}
    options = [f"ENCODING={encoding}", f"DBF_DATE_LAST_UPDATE={date[:10]}"] if shapefile else []
    given = (gdal, parts, driver, options, settings, progress)
    if driver == "GPKG":
        _write(path, *given)
        with gdal_options(settings):
            _add_styles(path, [layer for layer in layers if layer.style])
        progress(1.0, Message("written"))
        return told
    kept = _PARTS if shapefile else (SUFFIXES[driver],)
    with put_together(path, kept) as folder:
        draft = folder / f"{path.stem}{SUFFIXES[driver]}"
        _write(draft, *given)
        if shapefile:
            _check_whole(draft, len(first.geometry))
        elif driver == "KML" and not draft.read_bytes().rstrip().endswith(b"</kml>"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if shapefile and first.mark:
            draft.with_suffix(".shp.xml").write_text(_limited(first.mark), encoding="utf-8")
        elif driver == "KML" and first.mark:
            said = f"<description>{escape(first.mark)}</description>"
            text = draft.read_text(encoding="utf-8")
            draft.write_text(_DOCUMENT.sub(rf"\g<0>{said}", text, count=1), encoding="utf-8", newline="\n")
        # The last moment to stop: what follows puts the files in their place.
        progress(1.0, Message("written"))
    if shapefile and cut:
        _write_texts(texts_beside(path), first, cut)
    return told


_DOCUMENT = re.compile("<Document[^>]*>")


def _limited(mark: str) -> str:
    """Word a use limitation as ArcGIS keeps it, in a geodatabase or beside a Shapefile (paths of arcpy_metadata)."""
    limit = f"<resConst><Consts><useLimit>{escape(mark)}</useLimit></Consts></resConst>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<metadata><dataIdInfo>{limit}</dataIdInfo></metadata>\n'


_TEXTS = "{}_texts"


def texts_beside(path: Path) -> Path:
    """Give the workbook beside a Shapefile that holds in full what its table cuts."""
    return path.with_name(f"{_TEXTS.format(path.stem)}.xlsx")


def _write_texts(path: Path, layer: Layer, cut: Sequence[CutText]) -> None:
    def say(message: Message) -> str:
        return word(message, layer.language)

    head = (Message("Code"), Message("Name"), Message("Field"), Message("What it holds"), Message("Text in full"))
    rows = [(one.feature, one.name, one.field, one.alias, one.text) for one in cut]
    sheet = Sheet(say(Message("Texts in full")), [say(one) for one in head], rows)
    write_sheets(path, [sheet], document_date(layer.date), mark=layer.mark)


@dataclass(frozen=True)
class _Part:
    """A layer as a driver takes it: what its fields are called there, and what they hold."""

    layer: Layer
    names: Sequence[str]
    columns: Mapping[str, NDArray[Any]]
    cut: tuple[CutText, ...] = ()


def _write(
    path: Path,
    gdal: Any,
    parts: Sequence[_Part],
    driver: str,
    options: Sequence[str],
    settings: Mapping[str, str],
    progress: Progress,
) -> None:
    from osgeo import osr

    try:
        with gdal.ExceptionMgr(useExceptions=True), osr.ExceptionMgr(useExceptions=True), gdal_options(settings):
            own = [f"NameField={parts[0].layer.name_field}"] if driver == "KML" else []
            source = gdal.GetDriverByName(driver).Create(str(path), 0, 0, 0, gdal.GDT_Unknown, own)
            domains: dict[str, str] = {}
            try:
                for part in parts:
                    name = path.stem if driver == "ESRI Shapefile" else part.layer.name
                    _write_part(source, part, driver, name, options, domains, progress)
                if driver != "ESRI Shapefile":
                    _add_texts(source, [part for part in parts if part.cut])
            finally:
                _close(source)
    except RuntimeError as error:  # so GDAL's bindings say what happens to them
        raise OSError(str(error)) from error


def _add_texts(source: Any, parts: Sequence[_Part]) -> None:
    """Add a table of the texts in full that the fields of a layer cut."""
    from osgeo import ogr

    for part in parts:
        made = feature = definition = None
        try:
            made = source.CreateLayer(_TEXTS.format(part.layer.name), None, ogr.wkbNone)
            for name in ("code", "name", "field", "text"):
                made.CreateField(ogr.FieldDefn(name, ogr.OFTString))
            definition = made.GetLayerDefn()
            for one in part.cut:
                feature = ogr.Feature(definition)
                for number, text in enumerate((one.feature, one.name, one.field, one.text)):
                    feature.SetField(number, text)
                made.CreateFeature(feature)
        finally:
            made = feature = definition = None


def _write_part(
    source: Any,
    part: _Part,
    driver: str,
    name: str,
    options: Sequence[str],
    domains: dict[str, str],
    progress: Progress,
) -> None:
    from osgeo import ogr, osr

    layer, shapefile = part.layer, driver == "ESRI Shapefile"
    target = osr.SpatialReference()
    target.SetFromUserInput(layer.crs)
    target.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    tables = {} if driver in ("ESRI Shapefile", "KML") else _domains(source, layer, ogr, domains)
    kind = ogr.wkbPoint if layer.points else ogr.wkbMultiPolygon if driver != "KML" else ogr.wkbUnknown
    own = list(options)
    if driver == "OpenFileGDB":
        own += [f"LAYER_ALIAS={layer.title}", f"DOCUMENTATION={_limited(layer.mark) if layer.mark else ''}"]
    elif driver == "GPKG":
        own.append(f"DESCRIPTION={layer.mark}")
    made = feature = definition = None
    try:
        made = source.CreateLayer(name, target, kind, own)
        for field, called in zip(layer.fields, part.names, strict=True):
            made.CreateField(_definition(field, called, tables, ogr, aliased=not shapefile))
        many = driver != "KML"
        shapes = [
            shapely.multipolygons([one]) if many and one is not None and one.geom_type == "Polygon" else one
            for one in layer.geometry
        ]
        together = source.TestCapability(ogr.ODsCTransactions)
        if together:
            source.StartTransaction()
        definition = made.GetLayerDefn()
        places = [definition.GetFieldIndex(called) for called in part.names]  # a KML has fields of its own before them
        for row, shape in enumerate(shapely.to_wkb(np.array(shapes, dtype=object), output_dimension=2)):
            feature = ogr.Feature(definition)
            for number, field in zip(places, layer.fields, strict=True):
                value = part.columns[field.name][row]
                if value is None:
                    feature.SetFieldNull(number)
                else:
                    feature.SetField(number, value)
            if shape is not None:
                feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(bytes(shape)))
            made.CreateFeature(feature)
            if row % _SAID == 0:
                progress(row / max(len(shapes), 1), Message("writing {layer}", layer=layer.title))
        if together:
            source.CommitTransaction()
    finally:
        # What a dataset has given is let go of before it: an error keeps this frame, and they would outlive it.
        made = feature = definition = None


def _close(source: Any) -> None:
    """Close a dataset once: where that fails, as on a full disk, its bindings would do it again, and crash."""
    try:
        source.Close()
    except RuntimeError:
        source.thisown = 0
        raise


def files_of(path: Path, driver: str) -> tuple[Path, ...]:
    """List the files of a layer that are there, the one that was asked for first."""
    place = path.resolve() if path.is_symlink() else path
    suffixes = _PARTS if driver == "ESRI Shapefile" else (SUFFIXES[driver],)
    return tuple(part for part in (part_of(place, suffix) for suffix in suffixes) if part.exists())


def _check_whole(shp: Path, count: int) -> None:
    """Hold the files against what their heads promise: GDAL says nothing of a disk that was full at the last bytes."""
    with shp.open("rb") as file:
        promised = 2 * struct.unpack(">24xi", file.read(28))[0]
    with shp.with_suffix(".dbf").open("rb") as file:
        rows, head, length = struct.unpack("<4xIHH", file.read(12))
    sizes = {".shp": promised, ".shx": 100 + 8 * count, ".dbf": head + rows * length + 1}
    if rows != count or any(shp.with_suffix(part).stat().st_size != size for part, size in sizes.items()):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _definition(field: LayerField, name: str, tables: Mapping[str, str], ogr: Any, *, aliased: bool) -> Any:
    kind = {"text": ogr.OFTString, "integer": ogr.OFTInteger, "real": ogr.OFTReal}[field.type]
    made = ogr.FieldDefn(name, kind)
    if field.type != "real" or not aliased:
        # Geodatabases and GeoPackages have no digits of numbers.
        made.SetWidth(min(field.width, _DBF_TEXT) if field.type == "text" and not aliased else field.width)
    if field.type == "real" and not aliased:
        made.SetPrecision(field.decimals)
    if aliased:
        made.SetAlternativeName(field.alias) if field.alias else None
        if field.table in tables:
            made.SetDomainName(tables[field.table])
    return made


def _add_styles(path: Path, layers: Sequence[Layer]) -> None:
    """Add the plan's styles, with the fields called as they are here."""
    if not layers:
        return
    style_of = {layer.name: layer.style for layer in layers}
    rows = layer_styles_rows(list(style_of), update_time=layers[0].date, style_of=style_of)
    for layer in layers:
        mine = rows["f_table_name"] == layer.name
        for field in layer.fields:
            for column, place in (
                ("styleQML", rf'(filter="[^"]*&quot;|fieldName="){field.of}(&quot;|")'),
                ("styleSLD", rf"(PropertyName>){field.of}(<)"),
            ):
                if field.of:
                    rows.loc[mine, column] = [_renamed(text, place, field.name) for text in rows.loc[mine, column]]
    with gdal_options({"OGR_CURRENT_DATE": layers[0].date}):
        write_tables(path, {}, rows)


def _renamed(text: str, place: str, name: str) -> str:
    """Replace what stands between two groups of a pattern, as often as it is there."""
    while (changed := re.sub(place, rf"\g<1>{name}\g<2>", text)) != text:
        text = changed
    return text


def _domains(source: Any, layer: Layer, ogr: Any, made: dict[str, str]) -> dict[str, str]:
    """Enter the code tables that fields have, each with its name in the file; ``made`` are those that it has."""
    out = {}
    for field in layer.fields:
        if field.table and field.table not in out:
            out[field.table] = f"{layer.name}_{field.table}"
            if out[field.table] in made:
                continue
            made[out[field.table]] = field.table
            kind = ogr.OFTInteger if field.type == "integer" else ogr.OFTString
            codes = dict(layer.tables[field.table])
            source.AddFieldDomain(ogr.CreateCodedFieldDomain(out[field.table], field.alias, kind, ogr.OFSTNone, codes))
    return out


def _short(field: LayerField, encoding: str) -> str:
    """Give the name of a field in a Shapefile: one that GDAL would cut within a character opens nowhere any more."""
    name = field.short or field.name
    if not _fits(name, encoding):
        raise BadInput(
            Message("field name '{name}' is no name of a Shapefile", name=name),
            where=at(FILE),
            wanted=Message("short = … with {most} ASCII letters at most", most=_DBF_NAME),
        )
    return name


def _fits(name: str, encoding: str) -> bool:
    """Whether a Shapefile's table takes a name: so many bytes in the encoding of its texts, else ASCII letters."""
    try:
        return len(name.encode(encoding or "ascii")) <= _DBF_NAME
    except UnicodeEncodeError:
        return False


def names_in(layer: Layer, driver: str, encoding: str = "") -> list[str]:
    """List the names that a layer's fields have in files of a driver.

    Parameters
    ----------
    layer : Layer
    driver : str
    encoding : str, optional
        Of a Shapefile's table: its names may have other letters than ASCII's.

    Raises
    ------
    BadInput
        A name that a Shapefile cannot hold.
    """
    return [_short(field, encoding) if driver == "ESRI Shapefile" else field.name for field in layer.fields]


def encoding_of(layer: Layer, asked: str = "") -> str:
    """Choose the encoding of a Shapefile's texts: what is asked for, else GBK where that has all characters.

    Raises
    ------
    BadInput
        A character that the encoding lacks.
    """
    asked = asked.upper()
    if asked == _WIDER:
        return asked
    if asked and asked not in ENCODINGS:
        raise BadInput(
            Message("unknown encoding '{encoding}'", encoding=asked), where=at(layer.name), wanted=one_of(ENCODINGS)
        )
    lacking = sorted(outside_gbk(layer))
    if lacking and asked == "GBK":
        raise BadInput(
            Message("GBK has no character {letters}", letters=first_few(f"“{letter}”" for letter in lacking)),
            where=at(layer.title),
            wanted=Message("UTF-8, or no encoding stated, so that it is chosen to fit the texts"),
        )
    return asked or ("UTF-8" if lacking else "GBK")


def outside_gbk(layer: Layer) -> set[str]:
    """Find the characters of a layer's texts that GBK lacks."""
    texts = "".join("".join(layer.columns[field.name]) for field in layer.fields if field.type == "text")
    return {letter for letter in set(texts) if not _in_gbk(letter)}


def _in_gbk(letter: str) -> bool:
    try:
        letter.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def fitting(layer: Layer, encoding: str, *, whole: bool = False) -> tuple[dict[str, NDArray[Any]], list[CutText]]:
    """Cut texts to their fields, at a character and never within one; bytes count in a Shapefile, characters else.

    Parameters
    ----------
    layer : Layer
    encoding : str
        Of a Shapefile, else "".
    whole : bool
        Fields have no width: nothing is cut.

    Returns
    -------
    columns : dict
        Field name → values.
    cut : list of CutText
        Those that were too long, by feature.

    Raises
    ------
    BadInput
        A number that has more digits than its field of a Shapefile.
    """
    out = dict(layer.columns)
    cut: list[tuple[int, LayerField, str]] = []
    for field in layer.fields:
        if field.type != "text":
            _check_digits(field, layer) if encoding else None
            continue
        if whole:
            continue
        texts = [str(text) for text in layer.columns[field.name]]
        if encoding:
            most = min(field.width, _DBF_TEXT)
            shorter = [_cut(text, most, encoding) for text in texts]
        else:
            shorter = [text[: field.width] if field.width else text for text in texts]
        lost = [(row, one) for row, (one, other) in enumerate(zip(texts, shorter, strict=True)) if one != other]
        if lost and field.of in _NEVER_CUT:
            longest = max(len(one.encode(encoding)) if encoding else len(one) for _, one in lost)
            raise BadInput(
                Message("field {field} is too short for '{text}'", field=field.name, text=lost[0][1]),
                where=at(layer.title),
                wanted=Message("width = {digits} or more", digits=longest),
            )
        cut += [(row, field, text) for row, text in lost]
        out[field.name] = np.array(shorter, dtype=object)
    cut.sort(key=lambda one: one[0])
    return out, [CutText(*layer.called(row), field.name, field.alias, text) for row, field, text in cut]


def _cut(text: str, most: int, encoding: str) -> str:
    """Cut a text at a character; a table fills its fields up with blanks, so that none may stand at the end."""
    data = text.encode(encoding)
    return text if len(data) <= most else data[:most].decode(encoding, "ignore").rstrip()


def _check_digits(field: LayerField, layer: Layer) -> None:
    """Refuse a number that a Shapefile's field cannot hold: GDAL would write another one, or stars."""
    for value in layer.columns[field.name]:
        if value is not None and len(f"{value:.{field.decimals}f}") > field.width:
            raise BadInput(
                Message("{value} has more digits than field {field} takes", value=value, field=field.name),
                where=at(layer.title),
                wanted=Message("width = {digits} or more", digits=len(f"{value:.{field.decimals}f}")),
            )


def in_crs(layer: Layer, crs: str) -> Layer:
    """Bring a layer's shapes into another CRS; what is invalid there is mended."""
    from pyproj import CRS

    from ..sources.coordinates.crs import to_crs

    moved, _ = to_crs(layer.geometry, CRS.from_user_input(layer.crs), CRS.from_user_input(crs), at(layer.title))
    wrong = ~shapely.is_valid(moved)
    moved[wrong] = shapely.make_valid(moved[wrong], method="structure", keep_collapsed=False)
    return replace(layer, geometry=moved, crs=crs, mended=layer.mended + int(wrong.sum()))
