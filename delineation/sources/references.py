"""Where a file leads: the addresses and files that its content names, found before a library opens it and follows them.

A description of a web service is refused by the name of its root. A VRT is parsed, and what it names is a local file
that goes through the same examination (``gate.py``), or it is refused. Of a GeoJSON its ``crs``, of SQLite its schema,
of a raster's ``.aux.xml`` its overviews can lead elsewhere.
"""

from __future__ import annotations

import html
import json
import mmap
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.atomic_files import head_of
from ..core.errors import BadInput
from ..core.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = 1 << 16  # bytes; GDAL knows a document by what stands in fewer
# Roots of documents that describe what lies on a server, or a cache of it.
_SERVICES = (
    "GDAL_WMS",
    "GDAL_WMTS",
    "WCS_GDAL",
    "OGRWFSDataSource",
    "OGRCSWDataSource",
    "WFS_Capabilities",
    "WMS_Capabilities",
    "WMT_MS_Capabilities",
    "WMS_Tile_Service",
    "Capabilities",
    "CoverageDescriptions?",
    "TileMap",
    "TileMapServices?",
    "MRF_META",
    "GDALTileIndexDataset",
    "GDALADBCDataset",
)
_ROOT = re.compile(rf"<(?:[\w.-]+:)?({'|'.join(_SERVICES)}|VRTDataset|OGRVRTDataSource)\b".encode(), re.IGNORECASE)
# Elements and attributes of a VRT that name a file, lower case; it is one that is there, or the VRT is refused.
_FILES = ("sourcefilename", "sourcedataset", "srcdatasource")
# Elements whose text nobody opens, lower case.
_FREE = ("description", "unittype", "categorynames", "gdalrasterattributetable", "colortable", "style")
_KEYS = ("OVERVIEW_FILE", "X_DATASET", "Y_DATASET", "RPC_DEM")  # metadata that GDAL opens, in any domain
_NUMBERS = re.compile(r"[\d.,;:+\seE-]*")
_LONGEST = 4096  # characters of a path
_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"
# Names of CRS that look like addresses and are none.
_OGC = re.compile(r"https?://(www\.)?opengis\.net/(def/crs|gml/srs)/", re.IGNORECASE)
_ADDRESS = re.compile(
    r"/vsi\w+|\b[a-z][a-z0-9+.-]*://|^\s*(?!(?:EPSG|ESRI|OGC|IGNF|IAU_\d+|urn):)[a-z][\w+.-]+:(?=\S)|^\s*(\\\\|//)|^\s*[<{]",
    re.IGNORECASE,
)
_CRS_ADDRESS = re.compile(r"/vsi\w+|://|^\s*(\\\\|/|[a-z]:[\\/])", re.IGNORECASE)
# How JSON begins: an object, by lines with a separator before it, with a call around it.
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?[\s\x1e]*(?:[\w.]+\s*\(\s*)?[{\[]")
# A key of that name in JSON, each letter as it is or escaped; GDAL takes any case.
_CRS = re.compile(rb'"(?:[cC]|\\u00[46]3)(?:[rR]|\\u00[57]2)(?:[sS]|\\u00[57]3)"\s*:\s*')
_PLAIN_CRS = re.compile(
    rb'[^{\s]|\{\s*"type"\s*:\s*"name"\s*,\s*"properties"\s*:\s*\{\s*"name"\s*:\s*"'
    rb'(?:(?:urn:ogc:def:crs:|EPSG:)[\w.:-]+|https?://(?:www\.)?opengis\.net/def/crs/[\w./-]+)"\s*\}\s*\}'
)
# SQL that opens files or addresses: functions of OGR, SQLite and SpatiaLite, tables that stand for another dataset.
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]""")
_SECOND = re.compile(r";|--|/\*|\b(?:select|with|union|intersect|except|limit|order\s+by|group\s+by)\b", re.IGNORECASE)
_SQL = re.compile(
    r"\b(ogr_geocode(?:_reverse)?|ogr_datasource_\w+|ogr_layer_\w+|gdal_get_\w+|load_extension|readfile|writefile"
    r"|BlobFromFile|BlobToFile|XB_LoadXML|EvalSQL|(?:Import|Export)(?:SHP|DBF|XL|DXF|WFS|Zip|GeoJSON|KML)\w*"
    r"|Virtual(?:OGR|Shape|Text|DBF|XL|GeoJSON|PG|XPath))[\"'`\]]?(?:\s|/\*.*?\*/|--[^\n]*\n)*\(",
    re.IGNORECASE | re.DOTALL,
)
_PASSWORD = re.compile(r"(password\s*=\s*)\S+|(/)[^/@\s]*@", re.IGNORECASE)


class Reference(NamedTuple):
    """A local file that a file leads to; ``raw``: its bytes are cells, whatever its format."""

    path: Path
    raw: bool = False


def leads(path: Path, *, raster: bool) -> list[Reference]:
    """Find the local files that a file leads to, as a raster or as a vector dataset.

    Raises
    ------
    BadInput
        It leads elsewhere, with the address.
    """
    head = head_of(path, _HEAD)
    # Formats in binary have a zero soon, where GDAL ends its search for a root.
    root = _ROOT.search(head.partition(b"\0")[0])
    if root is not None:
        name = root[1].decode()
        if name.lower() not in ("vrtdataset", "ogrvrtdatasource"):
            raise BadInput(
                Message("is a {name} document, which describes data on a server", name=name),
                where=path,
                wanted=Message("the data themselves, saved as a file"),
            )
        return _of_vrt(path)
    if not raster and _JSON.match(head):
        _refuse_crs(path)
    return []


def shown(text: str) -> str:
    """Write an address or a file's name for a message: in one line, not too long, without a password."""
    plain = _PASSWORD.sub(lambda found: f"{found[1]}***" if found[1] else f"{found[2]}***@", " ".join(text.split()))
    plain = "".join(letter if letter.isprintable() else "�" for letter in plain)
    return plain[:120] + "…" if len(plain) > 120 else plain


def local(text: str, folders: tuple[Path, ...], where: Path) -> list[Path]:
    """Find the file that a text names, in each folder it may be meant from.

    Raises
    ------
    BadInput
        An address, or no file that is there.
    """
    found = [] if _address(text) else [folder / text for folder in folders]
    found = [path for path in dict.fromkeys(found) if _there(path)]
    if not found:
        raise BadInput(
            Message("refers to {text}, which is no file on this computer", text=shown(text)),
            where=where,
            wanted=Message("a file whose data lie beside it or under a path of this computer"),
        )
    return found


def _address(text: str) -> bool:
    return bool(_ADDRESS.search(_OGC.sub("", text)))


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False  # a text that is too long for a name, or has a zero in it


def _parsed(path: Path) -> Any:
    """Root of an XML document, None where it is not well-formed: no entity is resolved, and nothing is loaded.

    GDAL reads the bytes as UTF-8, whatever the head says.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8", remove_pis=True
    )
    try:
        tree = etree.fromstring(path.read_bytes(), parser)
    except etree.XMLSyntaxError:
        return None
    return None if tree.getroottree().docinfo.doctype else tree


def _name(tag: Any) -> tuple[str, str]:
    """Namespace and name of an element or attribute, lower case, prefix and all left out; "" for a comment."""
    namespace, _, name = tag.rpartition("}") if isinstance(tag, str) else ("", "", "")
    return namespace.removeprefix("{"), name.rpartition(":")[2].lower()


def _attribute(element: Any, name: str) -> str:
    """Value of an attribute; GDAL looks at no case."""
    return str(next((value for key, value in element.attrib.items() if _name(key)[1] == name), ""))


def _texts(element: Any, free: bool = False) -> Iterator[tuple[str, str, Any]]:
    """Name, text and element of whatever in a tree GDAL may read as a value: GDAL takes attributes for elements."""
    _, name = _name(element.tag)
    # Of metadata, whatever its domain, GDAL opens what some keys name, and nothing else.
    free = free or name in (*_FREE, "metadata")
    if _opened(element):
        free = False
    if not free:
        for key, value in element.attrib.items():
            namespace, plain = _name(key)
            if namespace != _SCHEMA:
                yield plain, value, None
        for text in (element.text, *(child.tail for child in element)):
            if text and text.strip():
                yield name, text, element
    for child in element:
        if isinstance(child.tag, str):
            yield from _texts(child, free)


def _opened(element: Any) -> bool:
    """Whether an element is an item of metadata that GDAL opens."""
    return _name(element.tag)[1] == "mdi" and _attribute(element, "key").upper() in _KEYS


def _of_vrt(path: Path) -> list[Reference]:
    root = None if b"<![CDATA[" in path.read_bytes() else _parsed(path)
    if root is None:
        raise BadInput(
            Message("is no plain XML in UTF-8 (it is damaged, or has entities or CDATA)"),
            where=path,
            wanted=Message("the VRT as GDAL or QGIS writes it"),
        )
    home = path.resolve().parent
    beside = tuple(dict.fromkeys((path.parent, home)))
    found: list[Reference] = []
    for name, text, element in _texts(root):
        option = _attribute(element, "key").lower() if name == "ooi" and element is not None else ""
        if "sql" in name + option or "prelude" in option:
            raise BadInput(
                Message("holds SQL ({text})", text=shown(text)),
                where=path,
                wanted=Message("the layer saved as a file of its own"),
            )
        if name == "pixelfunctioncode" or (name == "pixelfunctionlanguage" and text.strip().lower() == "python"):
            raise BadInput(
                Message("holds program code (a pixel function)"),
                where=path,
                wanted=Message("the raster it computes, saved as a file"),
            )
        if name in _FILES:
            # GDAL takes the first of several texts, with the blanks around it.
            odd = text != text.strip() or (element is not None and len(element))
            raw = element is not None and _is_raw(element)
            targets = local(text, () if odd else beside if raw else (*beside, Path.cwd()), path)
            if raw and not all(target.resolve().is_relative_to(home) for target in targets):
                raise BadInput(
                    Message("takes raw cells from {text}, outside its folder", text=shown(text)),
                    where=path,
                    wanted=Message("a raster whose parts lie in one folder"),
                )
            found += [Reference(target, raw) for target in targets]
        elif _address(text):
            local(text, (), path)
        elif len(text) < _LONGEST and not _NUMBERS.fullmatch(text):
            # What is no name of a file as a rule, and one all the same: of a DEM, of a table of gains.
            found += [Reference(folder / text) for folder in (*beside, Path.cwd()) if _is_file(folder / text)]
    return list(dict.fromkeys(found))


def _is_file(path: Path) -> bool:
    return _there(path) and path.is_file()


def _is_raw(element: Any) -> bool:
    band = element.getparent()
    return band is not None and _attribute(band, "subclass").lower() == "vrtrawrasterband"


def pam_leads(path: Path) -> list[Path]:
    """Find the overviews that a raster's .aux.xml names.

    Raises
    ------
    BadInput
        They lie elsewhere.
    """
    root = _parsed(path)
    if root is None:
        # GDAL's reader is not as strict: what it could find in there stands there in some form.
        text = html.unescape(path.read_text("utf-8", "replace"))
        if overview := re.search(r"OVERVIEW_FILE[^>]*>([^<]*)", text, re.IGNORECASE):
            local(overview[1], (), path)
        return []
    found: list[Path] = []
    for _, text, element in _texts(root):
        if element is not None and _opened(element):
            found += overview_file(text, path)
        elif _address(text):
            local(text, (), path)
    return found


def overview_file(text: str, path: Path) -> list[Path]:
    """Find the file that the metadata item OVERVIEW_FILE of a raster (or of its .aux.xml) means.

    Raises
    ------
    BadInput
        None that is there.
    """
    return local(text.strip().removeprefix(":::BASE:::"), (path.parent, path.resolve().parent, Path.cwd()), path)


def sidecars(path: Path) -> list[Path]:
    """Name what GDAL would open beside a raster: metadata, overviews, masks; whether it is there or not."""
    whole = [path.with_name(path.name + suffix) for suffix in (".aux.xml", ".ovr", ".OVR", ".msk", ".MSK", ".aux")]
    return [*whole, *(path.with_name(path.stem + suffix) for suffix in (".aux.xml", ".ovr", ".aux", ".rrd"))]


# Formats whose place or CRS stands in a file of its own, and those that GDAL looks beside for more.
_HEADED = {
    **dict.fromkeys((".asc", ".xyz"), (".prj",)),
    **dict.fromkeys((".bil", ".bip", ".bsq", ".flt", ".raw", ".dat", ".envi"), (".hdr", ".prj")),
    ".sdat": (".sgrd", ".mgrd", ".prj"),
}
_RASTERS = (
    ".tif",
    ".tiff",
    ".img",
    ".vrt",
    ".png",
    ".jpg",
    ".jpeg",
    ".jp2",
    ".j2k",
    ".bmp",
    ".gif",
    ".webp",
    ".nc",
    ".hgt",
    ".dem",
    ".dt0",
    ".dt1",
    ".dt2",
    ".ecw",
    ".grd",
    ".rst",
    ".mpr",
    ".grb",
    ".grib",
    ".grib2",
    *_HEADED,
)


def companions(path: Path) -> list[Path]:
    """Files that belong to a raster or a VRT and are there: its sidecars, world files, and what it is put together of.

    Raises
    ------
    BadInput
        A VRT that leads elsewhere.
    """
    # By where it really lies: what stands beside a VRT may be found a second time from the folder one is in.
    found: dict[Path, Path] = {}
    waiting = [path]
    while waiting:
        one = waiting.pop()
        suffix = one.suffix.lower()
        beside: list[Path] = []
        if suffix in _RASTERS or one != path:
            # Of a world file: the first and last letter of the suffix or all of it, then w.
            names = (suffix[:2] + suffix[-1:] + "w", suffix + "w", ".wld", *_HEADED.get(suffix, ()))
            both = [one.with_suffix(name) for word in names if suffix for name in (word, word.upper())]
            beside = [*sidecars(one), *both]
        named = [reference.path for reference in _of_any(one)]
        new = {item.resolve(): item for item in reversed((*beside, *named)) if item.exists()}
        new = {place: item for place, item in new.items() if place not in found and place != path.resolve()}
        found |= new
        waiting += [item for item in new.values() if item.is_file()]
    return [found[place] for place in sorted(found)]


def _of_any(path: Path) -> list[Reference]:
    """Find what a VRT is put together of; of any other file nothing."""
    root = _ROOT.search(head_of(path, _HEAD).partition(b"\0")[0])
    return _of_vrt(path) if root is not None and b"VRT" in root[1].upper() else []


def _refuse_crs(path: Path) -> None:
    """Refuse a GeoJSON whose CRS is a link or an address; a property of that name may hold anything."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if all(_PLAIN_CRS.match(content, found.end()) for found in _CRS.finditer(content)):
            return
        text = content[:].decode("utf-8-sig", errors="replace")
    for member in _members(text):
        if address := _crs_address(member):
            raise BadInput(
                Message("takes its CRS from {address}, and nothing is fetched", address=shown(address)),
                where=path,
                wanted=Message('the layer saved with its CRS by name, such as "EPSG:4490"'),
            )


class _Pairs(list[Any]):
    """An object of JSON with all its members: of two of one name, readers differ which they take."""


def _members(text: str) -> Iterator[Any]:
    """Give each ``crs`` of JSON, or of JSON by lines, that is no property of a feature."""
    try:
        # Some servers put a call around it.
        waiting = [json.loads(re.sub(r"^[\w.]+\s*\(|\)[;\s]*$", "", text.strip()), object_pairs_hook=_Pairs)]
    except (ValueError, RecursionError):
        try:
            lines = filter(None, (line.strip(" \t\r\n\x1e") for line in text.split("\n")))
            waiting = [json.loads(line, object_pairs_hook=_Pairs) for line in lines]
        except (ValueError, RecursionError):
            # GDAL is not as strict, and may come to a CRS that cannot be seen here.
            yield _Pairs([("type", "link")])
            return
    while waiting:
        one = waiting.pop()
        for item in one if isinstance(one, list) else ():
            key, value = item if isinstance(one, _Pairs) else ("features", item)
            if key.lower() == "crs":
                yield value
            elif key.lower() in ("features", "geometry", "geometries") and isinstance(value, list):
                waiting.append(value)


def _crs_address(member: Any) -> str:
    """Find the address in a ``crs``; "" where there is none."""
    texts: list[tuple[str, str]] = []
    waiting = [member]
    while waiting:
        one = waiting.pop()
        for item in one if isinstance(one, list) else ():
            key, value = item if isinstance(one, _Pairs) else ("", item)
            texts += [(key.lower(), value)] if isinstance(value, str) else []
            waiting.append(value)
    if any(key == "type" and value.lower() in ("link", "url") for key, value in texts):
        return next((value for key, value in texts if key in ("href", "url")), "a link")
    return next((value for _, value in texts if _CRS_ADDRESS.search(_OGC.sub("", value))), "")


def refuse_condition(text: str, where: Message, *, served: bool = False) -> None:
    """Refuse a condition that is more than one: a second statement, a query within, what orders or cuts the result.

    Parameters
    ----------
    text, where : str
        The condition, and what messages call the layer.
    served : bool
        A server reads it, which knows other quotes than the standard's.

    Raises
    ------
    BadInput
    """
    found = (re.search(";", text) if served else None) or _SECOND.search(_QUOTED.sub(" ", text))
    if found:
        raise BadInput(
            Message("where holds a second statement ({found})", found=found[0]),
            where=where,
            wanted=Message("one condition on the fields of the layer, such as name = 'x'"),
        )


def refuse_sql(text: str, where: Message) -> None:
    """Refuse SQL that would open a file or an address.

    Raises
    ------
    BadInput
        With the function or table.
    """
    if found := _SQL.search(text):
        raise BadInput(
            Message("calls {found}, which opens files and addresses", found=found[1]),
            where=where,
            wanted=Message("the layer saved as a file of its own, or a condition on its fields"),
        )
