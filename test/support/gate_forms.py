"""Files and paths of a stranger that would make a library call an address, and their harmless twins."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import numpy as np
import shapely
from hand import CRS, RED_LINE, SIZE, SOUTH, WEST, write_layer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CELLS = 50
_TRANSFORM = (WEST, SIZE / CELLS, 0.0, SOUTH + SIZE, 0.0, -SIZE / CELLS)


@dataclass(frozen=True)
class At:
    """Where the listener is, and the form that would call it: no address is asked for twice, libraries remember."""

    port: int
    form: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/{self.form}"

    @property
    def curl(self) -> str:
        return f"/vsicurl/{self.url}"

    @property
    def pg(self) -> str:
        return f"PG:host=127.0.0.1 port={self.port} dbname=x connect_timeout=2"


@dataclass(frozen=True)
class Form:
    """A hostile form.

    Attributes
    ----------
    name : str
    make : callable
        Takes a folder and where the listener is; gives the path as a case would have it.
    raster : bool
    read : bool
        It is read rightly, without the address: there it does no harm.
    """

    name: str
    make: Callable[[Path, At], str]
    raster: bool = False
    read: bool = False


# --- plain files -----------------------------------------------------------------------------------------------------


def red(folder: Path, name: str = "red.gpkg", **options: Any) -> Path:
    """The red line of the hand county as a file of its own."""
    return write_layer(folder / name, "red_line", *RED_LINE, **options)


def tif(path: Path, value: int = 7, driver: str = "GTiff", **domains: dict[str, str]) -> Path:
    """A raster over the hand county."""
    from osgeo import gdal

    with gdal.ExceptionMgr():
        memory = gdal.GetDriverByName("MEM").Create("", CELLS, CELLS, 1, gdal.GDT_Byte)
        memory.SetGeoTransform(_TRANSFORM)
        memory.SetSpatialRef(_crs())
        memory.GetRasterBand(1).WriteArray(np.full((CELLS, CELLS), value, dtype=np.uint8))
        gdal.GetDriverByName(driver).CreateCopy(str(path), memory)
        if domains:
            # Into the file itself, which GDAL writes where it is opened to be changed.
            written = gdal.OpenEx(str(path), gdal.OF_UPDATE)
            for domain, items in domains.items():
                written.SetMetadata(items, domain)
            del written
    return path


def _crs() -> Any:
    from osgeo import osr

    srs = osr.SpatialReference()
    srs.ImportFromEPSG(4547)
    return srs


def text(path: Path, content: str | bytes) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path.name


# --- GeoJSON ---------------------------------------------------------------------------------------------------------

NAMED = '"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}},'


def geojson(
    head: str = "", *, properties: str = '"id": "R1"', tail: str = "", feature: str = "", geometry: str = ""
) -> str:
    shape = json.loads(shapely.to_geojson(RED_LINE[0][0]))
    body = json.dumps(shape)[1:]
    return (
        f'{{"type": "FeatureCollection", {head} "features": [{{"type": "Feature", {feature} "properties": '
        f'{{{properties}}}, "geometry": {{{geometry}{body}}}]{tail}}}'
    )


def link(address: str, key: str = '"crs"', kind: str = "link", href: str = "href") -> str:
    return f'{key}: {{"type": "{kind}", "properties": {{"{href}": "{address}", "x": 1}}}}'


# --- VRT -------------------------------------------------------------------------------------------------------------


def vrt(source: str, *, band: str = "", more: str = "", kind: str = "SimpleSource", attributes: str = "") -> str:
    """A raster VRT of one source over the hand county."""
    transform = ", ".join(map(repr, _TRANSFORM))
    tile = (
        f"<{kind}><SourceFilename {attributes}>{source}</SourceFilename><SourceBand>1</SourceBand>"
        f'<SrcRect xOff="0" yOff="0" xSize="{CELLS}" ySize="{CELLS}"/>'
        f'<DstRect xOff="0" yOff="0" xSize="{CELLS}" ySize="{CELLS}"/></{kind}>'
    )
    return (
        f'<VRTDataset rasterXSize="{CELLS}" rasterYSize="{CELLS}"><SRS>{CRS}</SRS>'
        f"<GeoTransform>{transform}</GeoTransform>{more}"
        f'<VRTRasterBand dataType="Byte" band="1" {band}>{tile if source else ""}</VRTRasterBand></VRTDataset>'
    )


RELATIVE = 'relativeToVRT="1"'


def ogr_vrt(source: str, *, relative: int = 0, more: str = "", layer: str = "red_line") -> str:
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="{layer}">'
        f'<SrcDataSource relativeToVRT="{relative}">{source}</SrcDataSource>'
        f"<SrcLayer>red_line</SrcLayer>{more}</OGRVRTLayer></OGRVRTDataSource>"
    )


def overviews(address: str) -> str:
    item = f'<MDI key="OVERVIEW_FILE">{escape(address)}</MDI>'
    return f'<PAMDataset><Metadata domain="OVERVIEWS">{item}</Metadata></PAMDataset>'


def wms(at: At) -> str:
    return (
        f'<GDAL_WMS><Service name="WMS"><ServerUrl>{at.url}?</ServerUrl><Layers>x</Layers></Service><DataWindow>'
        f"<UpperLeftX>{WEST}</UpperLeftX><UpperLeftY>{SOUTH + SIZE}</UpperLeftY>"
        f"<LowerRightX>{WEST + SIZE}</LowerRightX>"
        f"<LowerRightY>{SOUTH}</LowerRightY><SizeX>{CELLS}</SizeX><SizeY>{CELLS}</SizeY></DataWindow>"
        f"<Projection>{CRS}</Projection></GDAL_WMS>"
    )


def mosaic(folder: Path, content: str, name: str = "m.vrt") -> str:
    tif(folder / "good.tif")
    return text(folder / name, content)


def beside(folder: Path, suffix: str, content: str | bytes, name: str = "good.tif") -> str:
    """A good raster with something beside it."""
    tif(folder / name)
    text(folder / suffix, content)
    return name


def _two(folder: Path, inner: str, outer: str = "inner.vrt") -> str:
    mosaic(folder, inner, "inner.vrt")
    return text(folder / "m.vrt", vrt(outer, attributes=RELATIVE))


# --- databases in a file ---------------------------------------------------------------------------------------------


def with_view(path: Path, expression: str) -> str:
    write_layer(path, "t", *RED_LINE, driver="GPKG" if path.suffix == ".gpkg" else "SQLite")
    with closing(sqlite3.connect(path)) as base, base:
        if path.suffix == ".gpkg":
            base.execute(f"CREATE VIEW red_line AS SELECT fid, geom, {expression} AS n FROM t")  # noqa: S608
            base.execute(
                "INSERT INTO gpkg_contents(table_name, data_type, identifier, srs_id) "
                "SELECT 'red_line', data_type, 'red_line', srs_id FROM gpkg_contents"
            )
            base.execute(
                "INSERT INTO gpkg_geometry_columns SELECT 'red_line', column_name, geometry_type_name, srs_id, z, m "
                "FROM gpkg_geometry_columns"
            )
            base.execute("DELETE FROM gpkg_contents WHERE table_name = 't'")
            base.execute("DELETE FROM gpkg_geometry_columns WHERE table_name = 't'")
        else:
            base.execute(f"CREATE VIEW red_line AS SELECT ogc_fid, GEOMETRY, {expression} AS n FROM t")  # noqa: S608
    return path.name


def with_schema(path: Path, sql: str, name: str = "red_line") -> str:
    """A file whose schema says what no program of good will wrote."""
    write_layer(path, "t", *RED_LINE, driver="GPKG" if path.suffix == ".gpkg" else "SQLite")
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("PRAGMA writable_schema = ON")
        base.execute("INSERT INTO sqlite_master VALUES('table', ?, ?, 0, ?)", (name, name, sql))
    return path.name


def with_srs(path: Path, definition: str) -> str:
    write_layer(path, "red_line", *RED_LINE)
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(
            "UPDATE gpkg_spatial_ref_sys SET definition = ?, organization = 'x', organization_coordsys_id = 99 "
            "WHERE srs_id = 4547",
            (definition,),
        )
    return path.name


# --- GML -------------------------------------------------------------------------------------------------------------


def gml(*, head: str = "", inside: str = "", attributes: str = "", srs: str = "urn:ogc:def:crs:EPSG::4547") -> str:
    # Of EPSG:4547 the northing comes first.
    ring = " ".join(f"{y} {x}" for x, y in RED_LINE[0][0].exterior.coords)
    return (
        f'<?xml version="1.0"?>{head}<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" '
        'xmlns:gml="http://www.opengis.net/gml" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" {attributes}><gml:featureMember>'
        '<ogr:red_line fid="r.1">'
        f'<ogr:geometryProperty><gml:Polygon srsName="{srs}"><gml:exterior><gml:LinearRing><gml:posList>{ring}'
        f"</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>{inside}<ogr:id>R1</ogr:id>"
        "</ogr:red_line></gml:featureMember></ogr:FeatureCollection>"
    )


def kml(more: str = "", style: str = "") -> str:
    shape = shapely.box(114.01, 30.73, 114.03, 30.75)
    ring = " ".join(f"{x},{y}" for x, y in shape.exterior.coords)
    return (
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>d</name>'
        f"<Folder><name>red_line</name><Placemark><name>R1</name>{style}<Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>{more}</Folder></Document></kml>"
    )


def _kmz(path: Path, content: str) -> str:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("doc.kml", content)
    return path.name


def _shapefile(folder: Path, prj: str) -> str:
    red(folder, "s.shp", encoding="UTF-8")
    text(folder / "s.prj", prj)
    return "s.shp"


def _csv(folder: Path, more: dict[str, str]) -> str:
    for name, content in more.items():
        text(folder / name, content)
    return text(folder / "c.csv", f'id,geom\nR1,"{shapely.to_wkt(RED_LINE[0][0])}"\n')


def _folder_gdb(folder: Path) -> str:
    red(folder, "g.gdb", driver="OpenFileGDB")
    (folder / "outside.vrt").write_text("<x/>", encoding="utf-8")
    (folder / "g.gdb" / "a0000000f.gdbtable").symlink_to(folder / "outside.vrt")
    return "g.gdb"


def _linked(folder: Path, at: At) -> str:
    text(folder / "real.vrt", ogr_vrt(at.pg))
    (folder / "l.gpkg").symlink_to(folder / "real.vrt")
    return "l.gpkg"


def _loop(folder: Path) -> str:
    mosaic(folder, vrt("b.vrt", attributes=RELATIVE), "a.vrt")
    text(folder / "b.vrt", vrt("a.vrt", attributes=RELATIVE))
    return "a.vrt"


_LAUGHS = (
    "<!DOCTYPE v [<!ENTITY a 'good.tif'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + "]>"
)
_PYTHON = (
    "<PixelFunctionType>f</PixelFunctionType><PixelFunctionLanguage>Python</PixelFunctionLanguage>"
    "<PixelFunctionCode>import urllib.request</PixelFunctionCode>"
)
_PRJ_HTTP = 'PROJCS["x",GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298]],EXTENSION["PROJ4_GRIDS","{}"]]]'


def _derived(at: At) -> str:
    """A VRT whose cells a program computes."""
    return vrt("good.tif", attributes=RELATIVE).replace(
        'band="1" >', f'band="1" subClass="VRTDerivedRasterBand">{_PYTHON.replace("import urllib", f"# {at.url}")}'
    )


def _raw(name: str) -> str:
    return (
        f'<VRTDataset rasterXSize="{CELLS}" rasterYSize="{CELLS}"><SRS>{CRS}</SRS><GeoTransform>'
        f'{", ".join(map(repr, _TRANSFORM))}</GeoTransform><VRTRasterBand dataType="Byte" band="1" '
        f'subClass="VRTRawRasterBand"><SourceFilename {RELATIVE}>{name}</SourceFilename><ImageOffset>0</ImageOffset>'
        f"<PixelOffset>1</PixelOffset><LineOffset>{CELLS}</LineOffset></VRTRasterBand></VRTDataset>"
    )


def _raw_beside(folder: Path, name: str = "cells.bin") -> str:
    text(folder / "cells.bin", bytes([7]) * CELLS * CELLS)
    return text(folder / "m.vrt", _raw(name))


def _raw_outside(folder: Path) -> str:
    text(folder.parent / "outside.bin", bytes(CELLS * CELLS))
    return text(folder / "m.vrt", _raw("../outside.bin"))


def _warped(address: str) -> str:
    return (
        f'<VRTDataset rasterXSize="{CELLS}" rasterYSize="{CELLS}" subClass="VRTWarpedDataset"><SRS>{CRS}</SRS>'
        f'<GeoTransform>{", ".join(map(repr, _TRANSFORM))}</GeoTransform><VRTRasterBand dataType="Byte" band="1" '
        f'subClass="VRTWarpedRasterBand"/><GDALWarpOptions><SourceDataset>{address}</SourceDataset></GDALWarpOptions>'
        "</VRTDataset>"
    )


def _stac(at: At) -> str:
    shape = json.loads(shapely.to_geojson(shapely.box(114.01, 30.73, 114.03, 30.75)))
    assets = {"image": {"href": at.url, "proj:epsg": 4547, "proj:shape": [CELLS, CELLS], "proj:bbox": [0, 0, 1, 1]}}
    return json.dumps(
        {
            "type": "Feature",
            "stac_version": "1.0.0",
            "id": "R1",
            "geometry": shape,
            "properties": {"id": "R1"},
            "assets": assets,
            "links": [{"rel": "self", "href": at.url}],
        }
    )


def _index(folder: Path, at: At) -> str:
    write_layer(folder / "t.gti.gpkg", "t", [RED_LINE[0][0]], {"location": [at.curl]})
    return "t.gti.gpkg"


# --- the family ------------------------------------------------------------------------------------------------------

_PATHS = {
    "vsicurl": "{curl}.gpkg",
    "vsicurl_streaming": "/vsicurl_streaming/{url}.gpkg",
    "vsis3": "/vsis3/{form}/x.gpkg",
    "vsis3_streaming": "/vsis3_streaming/{form}/x.gpkg",
    "vsigs": "/vsigs/{form}/x.gpkg",
    "vsiaz": "/vsiaz/{form}/x.gpkg",
    "vsioss": "/vsioss/{form}/x.gpkg",
    "vsiswift": "/vsiswift/{form}/x.gpkg",
    "vsiwebhdfs": "/vsiwebhdfs/{url}/x.gpkg",
    "vsitar": "/vsitar/{curl}.tar/x.gpkg",
    "vsizip": "/vsizip/{curl}.zip/x.gpkg",
    "vsizip in braces": "/vsizip/{{{curl}.zip}}/x.gpkg",
    "vsigzip": "/vsigzip/{curl}.gz",
    "vsisubfile": "/vsisubfile/0_100,{curl}",
    "vsisparse": "/vsisparse/{curl}",
    "vsicached": "/vsicached?file={curl}",
    "vsicurl with options": "/vsicurl?url={url}&use_head=no",
    "VSICURL": "/VSICURL/{url}.gpkg",
    "http": "{url}.gpkg",
    "GeoJSON prefix": "GeoJSON:{url}",
    "ESRIJSON prefix": "ESRIJSON:{url}",
    "WFS": "WFS:{url}",
    "OAPIF": "OAPIF:{url}",
    "CSW": "CSW:{url}",
    "OGCAPI": "OGCAPI:{url}",
    "ES": "ES:{url}",
    "NGW": "NGW:{url}/resource/1",
    "MVT": "MVT:{url}",
    "MySQL": "MySQL:x,host=127.0.0.1,port={port}",
    "MSSQL": "MSSQL:server=127.0.0.1,{port};database=x",
    "inline VRT": "<OGRVRTDataSource><OGRVRTLayer name='x'>"
    "<SrcDataSource>{pg}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
    "inline JSON": '{{"type":"FeatureCollection","crs":'
    '{{"type":"link","properties":{{"href":"{url}"}}}},"features":[]}}',
}
_RASTER_PATHS = {
    "vsicurl": "{curl}.tif",
    "vsicurl_streaming": "/vsicurl_streaming/{url}.tif",
    "vsis3": "/vsis3/{form}/x.tif",
    "vsitar": "/vsitar/{curl}.tar/x.tif",
    "vsizip": "/vsizip/{curl}.zip/x.tif",
    "http": "{url}.tif",
    "vsizip//vsicurl": "/vsizip//vsicurl/{url}.zip/x.tif",
    "WMS": "WMS:{url}?",
    "WMTS": "WMTS:{url}",
    "WCS": "WCS:{url}?",
    "netCDF": 'NETCDF:"{url}":x',
    "vrt://": "vrt://{curl}",
    "ZARR": 'ZARR:"{curl}"',
    "derived": "DERIVED_SUBDATASET:LOGAMPLITUDE:{curl}",
    "GPKG": "GPKG:{curl}:t",
    "PG raster": "{pg} table='t' mode=1",
    "STACTA": 'STACTA:"{curl}"',
    "STACIT": 'STACIT:"{url}"',
    "PLMOSAIC": "PLMOSAIC:api_key=x,mosaic=y",
    "inline WMS": "<GDAL_WMS><Service name='TMS'><ServerUrl>{url}</ServerUrl></Service></GDAL_WMS>",
    "inline VRT": "<VRTDataset rasterXSize='1' rasterYSize='1'><VRTRasterBand band='1'><SimpleSource>"
    "<SourceFilename>{curl}"
    "</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>",
}


def _path(template: str) -> Callable[[Path, At], str]:
    return lambda _, at: template.format(url=at.url, curl=at.curl, pg=at.pg, port=at.port, form=at.form)


V, R = False, True
FORMS: tuple[Form, ...] = (
    *(Form(f"path {name}", _path(template)) for name, template in _PATHS.items()),
    *(Form(f"raster path {name}", _path(template), R) for name, template in _RASTER_PATHS.items()),
    # documents of services
    Form("WMS as tif", lambda f, at: text(f / "w.tif", wms(at)), R),
    Form("WMS as tif after a mark and a comment", lambda f, at: text(f / "w.tif", "\ufeff<!-- x -->\n" + wms(at)), R),
    Form("WMS as img", lambda f, at: text(f / "w.img", wms(at)), R),
    Form("WMS in UTF-16", lambda f, at: text(f / "w.tif", wms(at).encode("utf-16")), R),
    Form("WMS in lower case", lambda f, at: text(f / "w.tif", wms(at).replace("GDAL_WMS", "gdal_wms")), R),
    Form(
        "WMTS",
        lambda f, at: text(f / "w.tif", f"<GDAL_WMTS><GetCapabilitiesUrl>{at.url}</GetCapabilitiesUrl></GDAL_WMTS>"),
        R,
    ),
    Form(
        "WCS",
        lambda f, at: text(
            f / "w.tif", f"<WCS_GDAL><ServiceURL>{at.url}?</ServiceURL><CoverageName>x</CoverageName></WCS_GDAL>"
        ),
        R,
    ),
    Form(
        "WMTS capabilities",
        lambda f, at: text(
            f / "w.tif",
            '<Capabilities xmlns="http://www.opengis.net/wmts/1.0" '
            f'xmlns:xlink="http://www.w3.org/1999/xlink"><ServiceMetadataURL xlink:href="{at.url}"/></Capabilities>',
        ),
        R,
    ),
    Form(
        "WMS capabilities",
        lambda f, at: text(f / "w.tif", f"<WMS_Capabilities><Service>{at.url}</Service></WMS_Capabilities>"),
        R,
    ),
    Form(
        "TMS",
        lambda f, at: text(
            f / "w.tif",
            f'<TileMapService version="1.0.0"><TileMaps><TileMap href="{at.url}"/></TileMaps></TileMapService>',
        ),
        R,
    ),
    Form(
        "MRF",
        lambda f, at: text(
            f / "w.tif",
            f"<MRF_META><CachedSource><Source>{at.curl}</Source></CachedSource>"
            f'<Raster><Size x="{CELLS}" y="{CELLS}"/></Raster></MRF_META>',
        ),
        R,
    ),
    Form(
        "tile index",
        lambda f, at: text(
            f / "w.tif", f"<GDALTileIndexDataset><IndexDataset>{at.curl}</IndexDataset></GDALTileIndexDataset>"
        ),
        R,
    ),
    Form("tile index as GeoPackage", _index, R),
    Form("STAC item as tif", lambda f, at: text(f / "w.tif", _stac(at)), R),
    Form("STAC item as layer", lambda f, at: text(f / "s.geojson", _stac(at)), V, read=True),
    Form(
        "KML overlay as tif",
        lambda f, at: text(
            f / "w.tif",
            kml(
                f"<NetworkLink><Link><href>{at.url}</href></Link></NetworkLink>"
                f"<GroundOverlay><Icon><href>{at.url}</href></Icon></GroundOverlay>"
            ),
        ),
        R,
    ),
    Form("OGCAPI document", lambda f, at: text(f / "w.moaw", f"<OGCAPI><Url>{at.url}</Url></OGCAPI>"), V),
    Form("WFS as gml", lambda f, at: text(f / "w.gml", f"<OGRWFSDataSource><URL>{at.url}?</URL></OGRWFSDataSource>")),
    Form("WFS as xml", lambda f, at: text(f / "w.xml", f"<OGRWFSDataSource><URL>{at.url}?</URL></OGRWFSDataSource>")),
    Form(
        "WFS as geojson",
        lambda f, at: text(f / "w.geojson", f"<OGRWFSDataSource><URL>{at.url}?</URL></OGRWFSDataSource>"),
    ),
    Form(
        "WFS with a prefix",
        lambda f, at: text(
            f / "w.gml",
            f'<?xml version="1.0"?><wfs:WFS_Capabilities xmlns:wfs="http://www.opengis.net/wfs">{at.url}</wfs:WFS_Capabilities>',
        ),
    ),
    Form("CSW", lambda f, at: text(f / "w.gml", f"<OGRCSWDataSource><URL>{at.url}?</URL></OGRCSWDataSource>")),
    # raster VRT
    Form("VRT of vsicurl", lambda f, at: text(f / "m.vrt", vrt(at.curl)), R),
    Form("VRT as tif", lambda f, at: text(f / "m.tif", vrt(at.curl)), R),
    Form("VRT of http", lambda f, at: text(f / "m.vrt", vrt(at.url)), R),
    Form(
        "VRT in character references", lambda f, at: text(f / "m.vrt", vrt("".join(f"&#{ord(c)};" for c in at.curl))), R
    ),
    Form("VRT in CDATA", lambda f, at: text(f / "m.vrt", vrt(f"<![CDATA[{at.curl}]]>")), R),
    Form(
        "VRT with prefixes",
        lambda f, at: text(
            f / "m.vrt",
            vrt(at.curl)
            .replace("SourceFilename", "x:SourceFilename")
            .replace("<VRTDataset", '<VRTDataset xmlns:x="x"'),
        ),
        R,
    ),
    Form(
        "VRT in other case",
        lambda f, at: text(f / "m.vrt", vrt(at.curl).replace("SourceFilename", "sourcefileNAME")),
        R,
    ),
    Form("VRT split by a comment", lambda f, at: mosaic(f, vrt(f"{at.curl}<!-- -->.tif")), R),
    Form(
        "VRT with an external entity",
        lambda f, at: mosaic(f, f'<!DOCTYPE v [<!ENTITY e SYSTEM "{at.url}">]>' + vrt("good.tif&e;")),
        R,
    ),
    Form(
        "VRT with an external DTD",
        lambda f, at: mosaic(f, f'<!DOCTYPE v SYSTEM "{at.url}">' + vrt("good.tif", attributes=RELATIVE)),
        R,
    ),
    Form("VRT with a billion laughs", lambda f, _: mosaic(f, _LAUGHS + vrt("&j;")), R),
    Form("VRT of PG", lambda f, at: text(f / "m.vrt", vrt(at.pg + " table='t' mode=2")), R),
    Form("VRT of a UNC path", lambda f, _: text(f / "m.vrt", vrt(r"\\127.0.0.1\x\a.tif")), R),
    Form("VRT of a UNC path with other bars", lambda f, _: text(f / "m.vrt", vrt("//127.0.0.1/x/a.tif")), R),
    Form("VRT of an inline document", lambda f, at: text(f / "m.vrt", vrt(escape(wms(at)))), R),
    Form("VRT of a prefix", lambda f, at: mosaic(f, vrt(f"vrt://{f / 'good.tif'}?a_srs={at.url}")), R),
    Form("VRT of a subdataset", lambda f, at: text(f / "m.vrt", vrt(f'NETCDF:"{at.url}":x')), R),
    Form(
        "VRT of a WMS",
        lambda f, at: (text(f / "w.tif", wms(at)), text(f / "m.vrt", vrt("w.tif", attributes=RELATIVE)))[1],
        R,
    ),
    Form("VRT of a VRT", lambda f, at: _two(f, vrt(at.curl)), R),
    Form("VRT of itself", lambda f, _: _loop(f), R),
    Form("VRT of what is not there", lambda f, _: text(f / "m.vrt", vrt("gone.tif", attributes=RELATIVE)), R),
    Form("VRT by complex source", lambda f, at: text(f / "m.vrt", vrt(at.curl, kind="ComplexSource")), R),
    Form("VRT warped", lambda f, at: text(f / "m.vrt", _warped(at.curl)), R),
    Form(
        "VRT with an overview",
        lambda f, at: mosaic(
            f,
            vrt("good.tif", attributes=RELATIVE).replace(
                "</VRTRasterBand>",
                f"<Overview><SourceFilename>{at.curl}</SourceFilename><SourceBand>1</SourceBand></Overview></VRTRasterBand>",
            ),
        ),
        R,
    ),
    Form(
        "VRT with a mask",
        lambda f, at: mosaic(
            f,
            vrt("good.tif", attributes=RELATIVE).replace(
                "</VRTDataset>",
                f'<MaskBand><VRTRasterBand dataType="Byte"><SimpleSource><SourceFilename>{at.curl}'
                "</SourceFilename></SimpleSource></VRTRasterBand></MaskBand></VRTDataset>",
            ),
        ),
        R,
    ),
    Form(
        "VRT with overviews in its metadata",
        lambda f, at: mosaic(
            f,
            vrt(
                "good.tif",
                attributes=RELATIVE,
                more=f'<Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">{at.curl}</MDI></Metadata>',
            ),
        ),
        R,
    ),
    Form(
        "VRT with geolocation arrays",
        lambda f, at: mosaic(
            f,
            vrt(
                "good.tif",
                attributes=RELATIVE,
                more=f'<Metadata domain="GEOLOCATION"><MDI key="X_DATASET">{at.curl}</MDI></Metadata>',
            ),
        ),
        R,
    ),
    Form(
        "VRT with an argument",
        lambda f, at: mosaic(
            f,
            vrt(
                "good.tif",
                attributes=RELATIVE,
                more=f'<Step><Argument name="gain_dataset_filename_1">{at.curl}</Argument></Step>',
            ),
        ),
        R,
    ),
    Form(
        "VRT with an argument that is a WMS",
        lambda f, at: (
            text(f / "w.tif", wms(at)),
            mosaic(
                f,
                vrt(
                    "good.tif",
                    attributes=RELATIVE,
                    more='<Step><Argument name="gain_dataset_filename_1">w.tif</Argument></Step>',
                ),
            ),
        )[1],
        R,
    ),
    Form(
        "VRT with a source as attribute",
        lambda f, at: mosaic(
            f,
            vrt("good.tif", attributes=RELATIVE).replace(
                "<SimpleSource>", f'<SimpleSource SourceFilename="{at.curl}">'
            ),
        ),
        R,
    ),
    Form("VRT that computes", lambda f, at: mosaic(f, _derived(at)), R),
    Form("VRT of raw cells outside", lambda f, _: _raw_outside(f), R),
    Form(
        "VRT with options",
        lambda f, at: mosaic(
            f,
            vrt("good.tif", attributes=RELATIVE).replace(
                "<SourceBand>", f'<OpenOptions><OOI key="X">{at.url}</OOI></OpenOptions><SourceBand>'
            ),
        ),
        R,
    ),
    Form(
        "VRT in another encoding",
        lambda f, at: text(f / "m.vrt", '<?xml version="1.0" encoding="UTF-7"?>' + vrt(at.curl)),
        R,
    ),
    Form("VRT that is damaged", lambda f, at: text(f / "m.vrt", vrt(at.curl).replace("</SRS>", "</SRS>&")), R),
    # beside a raster
    Form("overviews in tif.aux.xml", lambda f, at: beside(f, "good.tif.aux.xml", overviews(at.curl)), R),
    Form("overviews in aux.xml", lambda f, at: beside(f, "good.aux.xml", overviews(at.curl)), R),
    Form("overviews by PG", lambda f, at: beside(f, "good.tif.aux.xml", overviews(at.pg + " table=t mode=2")), R),
    Form(
        "overviews beside the base",
        lambda f, at: (text(f / "w.tif", wms(at)), beside(f, "good.tif.aux.xml", overviews(":::BASE:::w.tif")))[1],
        R,
    ),
    Form(
        "overviews of http beside the base",
        lambda f, at: beside(f, "good.tif.aux.xml", overviews(f":::BASE:::{at.url}")),
        R,
    ),
    Form(
        "overviews that are a VRT",
        lambda f, at: (text(f / "v.vrt", vrt(at.curl)), beside(f, "good.tif.aux.xml", overviews(str(f / "v.vrt"))))[1],
        R,
    ),
    Form(
        "overviews in free metadata",
        lambda f, at: beside(f, "good.tif.aux.xml", overviews(at.curl).replace(' domain="OVERVIEWS"', "")),
        R,
    ),
    Form(
        "overviews in a damaged aux.xml",
        lambda f, at: beside(f, "good.tif.aux.xml", overviews(at.curl).replace("</PAM", "& </PAM")),
        R,
    ),
    Form(
        "overviews in character references",
        lambda f, at: beside(
            f, "good.tif.aux.xml", overviews("X").replace("X<", "".join(f"&#{ord(c)};" for c in at.curl) + "<")
        ),
        R,
    ),
    Form("overviews within the tif", lambda f, at: tif(f / "in.tif", OVERVIEWS={"OVERVIEW_FILE": at.curl}).name, R),
    Form(
        "overviews beside a png",
        lambda f, at: (tif(f / "p.png", driver="PNG"), text(f / "p.png.aux.xml", overviews(at.curl)), "p.png")[2],
        R,
    ),
    Form("ovr that is a VRT", lambda f, at: beside(f, "good.tif.ovr", vrt(at.curl)), R),
    Form("ovr that is a WMS", lambda f, at: beside(f, "good.tif.ovr", wms(at)), R),
    Form("msk that is a VRT", lambda f, at: beside(f, "good.tif.msk", vrt(at.curl)), R),
    Form("msk that is a WMS", lambda f, at: beside(f, "good.tif.msk", wms(at)), R),
    Form(
        "aux.xml of an ovr",
        lambda f, at: (tif(f / "good.tif.ovr", driver="GTiff"), beside(f, "good.tif.ovr.aux.xml", overviews(at.curl)))[
            1
        ],
        R,
    ),
    Form(
        "aux.xml of a tile",
        lambda f, at: (
            text(f / "good.tif.aux.xml", overviews(at.curl)),
            mosaic(f, vrt("good.tif", attributes=RELATIVE)),
        )[1],
        R,
    ),
    # vector VRT
    Form("OGR VRT of vsicurl", lambda f, at: text(f / "v.vrt", ogr_vrt(at.curl))),
    Form("OGR VRT as geojson", lambda f, at: text(f / "v.geojson", ogr_vrt(at.curl))),
    Form("OGR VRT as csv", lambda f, at: text(f / "v.csv", ogr_vrt(at.curl))),
    Form("OGR VRT as gml", lambda f, at: text(f / "v.gml", ogr_vrt(at.curl))),
    Form("OGR VRT as kml", lambda f, at: text(f / "v.kml", ogr_vrt(at.curl))),
    Form("OGR VRT behind a comment", lambda f, at: text(f / "v.geojson", "<!-- x -->\n" + ogr_vrt(at.curl))),
    Form("OGR VRT in a table", lambda f, at: text(f / "v.csv", "id,geom " + ogr_vrt(at.pg))),
    Form("OGR VRT of PG", lambda f, at: text(f / "v.vrt", ogr_vrt(at.pg))),
    Form("OGR VRT of MySQL", lambda f, at: text(f / "v.vrt", ogr_vrt(f"MYSQL:x,host=127.0.0.1,port={at.port}"))),
    Form("OGR VRT of WFS", lambda f, at: text(f / "v.vrt", ogr_vrt(f"WFS:{at.url}"))),
    Form("OGR VRT of http", lambda f, at: text(f / "v.vrt", ogr_vrt(at.url))),
    Form(
        "OGR VRT of a VRT",
        lambda f, at: (text(f / "i.vrt", ogr_vrt(at.pg)), text(f / "v.vrt", ogr_vrt("i.vrt", relative=1)))[1],
    ),
    Form("OGR VRT of itself", lambda f, _: text(f / "v.vrt", ogr_vrt("v.vrt", relative=1))),
    Form(
        "OGR VRT of a linked GeoJSON",
        lambda f, at: (
            text(f / "i.geojson", geojson(link(at.url) + ",")),
            text(f / "v.vrt", ogr_vrt("i.geojson", relative=1)),
        )[1],
    ),
    Form(
        "OGR VRT with SQL",
        lambda f, at: (
            red(f),
            text(
                f / "v.vrt",
                ogr_vrt("red.gpkg", relative=1).replace(
                    "<SrcLayer>red_line</SrcLayer>",
                    f"<SrcSQL>SELECT * FROM '{at.curl}'.x</SrcSQL>",  # noqa: S608 - to be refused
                ),
            ),
        )[1],
    ),
    Form(
        "OGR VRT with options",
        lambda f, _: (
            red(f),
            text(
                f / "v.vrt",
                ogr_vrt(
                    "red.gpkg",
                    relative=1,
                    more=f"<OpenOptions><OOI key='PRELUDE_STATEMENTS'>ATTACH '{f}' AS x</OOI></OpenOptions>",
                ),
            ),
        )[1],
    ),
    Form(
        "OGR VRT with a CRS by address",
        lambda f, at: (
            red(f),
            text(f / "v.vrt", ogr_vrt("red.gpkg", relative=1, more=f"<LayerSRS>{at.url}</LayerSRS>")),
        )[1],
    ),
    Form(
        "OGR VRT with a source as attribute",
        lambda f, at: text(
            f / "v.vrt", f'<OGRVRTDataSource><OGRVRTLayer name="red_line" SrcDataSource="{at.pg}"/></OGRVRTDataSource>'
        ),
    ),
    Form(
        "OGR VRT warped",
        lambda f, at: text(
            f / "v.vrt",
            ogr_vrt(at.pg)
            .replace("<OGRVRTLayer", "<OGRVRTWarpedLayer><OGRVRTLayer")
            .replace("</OGRVRTLayer>", "</OGRVRTLayer><TargetSRS>EPSG:4547</TargetSRS></OGRVRTWarpedLayer>"),
        ),
    ),
    Form(
        "OGR VRT union",
        lambda f, at: text(
            f / "v.vrt",
            ogr_vrt(at.pg)
            .replace("<OGRVRTLayer", '<OGRVRTUnionLayer name="u"><OGRVRTLayer')
            .replace("</OGRVRTLayer>", "</OGRVRTLayer></OGRVRTUnionLayer>"),
        ),
    ),
    Form("a link to an OGR VRT", _linked),
    # GeoJSON
    Form("GeoJSON link", lambda f, at: text(f / "j.geojson", geojson(link(at.url) + ","))),
    Form("GeoJSON link as json", lambda f, at: text(f / "j.json", geojson(link(at.url) + ","))),
    Form("GeoJSON link after the features", lambda f, at: text(f / "j.geojson", geojson(tail=", " + link(at.url)))),
    Form(
        "GeoJSON link in escapes", lambda f, at: text(f / "j.geojson", geojson(link(at.url, '"\\u0063r\\u0073"') + ","))
    ),
    Form("GeoJSON link in capitals", lambda f, at: text(f / "j.geojson", geojson(link(at.url, '"CRS"', "LINK") + ","))),
    Form(
        "GeoJSON link that escapes its kind",
        lambda f, at: text(f / "j.geojson", geojson(link(at.url, kind="\\u006cink") + ",")),
    ),
    Form("GeoJSON url", lambda f, at: text(f / "j.geojson", geojson(link(at.url, kind="url", href="url") + ","))),
    Form("GeoJSON link before a name", lambda f, at: text(f / "j.geojson", geojson(link(at.url) + "," + NAMED))),
    Form("GeoJSON link after a name", lambda f, at: text(f / "j.geojson", geojson(NAMED, tail=", " + link(at.url)))),
    Form("GeoJSON link after a mark", lambda f, at: text(f / "j.geojson", "\ufeff \n" + geojson(link(at.url) + ","))),
    Form("GeoJSON link in a call", lambda f, at: text(f / "j.geojson", f"loadGeoJSON({geojson(link(at.url) + ',')});")),
    Form(
        "GeoJSON link far away",
        lambda f, at: text(f / "j.geojson", geojson('"crs":' + " " * 100_000 + link(at.url)[6:] + ",")),
    ),
    Form(
        "GeoJSON named by an address",
        lambda f, at: text(f / "j.geojson", geojson(NAMED.replace("urn:ogc:def:crs:EPSG::4547", at.url))),
    ),
    Form(
        "GeoJSON named by vsicurl",
        lambda f, at: text(f / "j.geojson", geojson(NAMED.replace("urn:ogc:def:crs:EPSG::4547", at.curl))),
    ),
    Form(
        "GeoJSON named by a file",
        lambda f, _: text(f / "j.geojson", geojson(NAMED.replace("urn:ogc:def:crs:EPSG::4547", "/etc/x.prj"))),
    ),
    Form("GeoJSON link to a file", lambda f, _: text(f / "j.geojson", geojson(link("x.prj") + ","))),
    Form(
        "a property called crs",
        lambda f, at: text(f / "j.geojson", geojson(NAMED, properties=f'"id": "R1", {link(at.url)}')),
        V,
        read=True,
    ),
    # databases in a file
    Form("GeoPackage that looks an address up", lambda f, at: with_view(f / "d.gpkg", f"ogr_geocode('{at.form}')")),
    Form(
        "GeoPackage that looks one up in quotes",
        lambda f, at: with_view(f / "d.gpkg", f"\"ogr_geocode\"/**/('{at.form}')"),
    ),
    Form(
        "GeoPackage that reads a cell",
        lambda f, at: with_view(f / "d.gpkg", f"gdal_get_pixel_value('{at.curl}', 1, 'georef', 0, 0)"),
    ),
    Form(
        "GeoPackage that loads layers",
        lambda f, at: with_view(f / "d.gpkg", f"ogr_datasource_load_layers('{at.curl}')"),
    ),
    Form(
        "GeoPackage with VirtualOGR",
        lambda f, at: with_schema(f / "d.gpkg", f"CREATE VIRTUAL TABLE red_line USING VirtualOGR('{at.curl}')"),
    ),
    Form("GeoPackage with a CRS by address", lambda f, at: with_srs(f / "d.gpkg", at.url)),
    Form("SQLite that looks an address up", lambda f, at: with_view(f / "d.sqlite", f"ogr_geocode('{at.form}')")),
    Form(
        "SQLite with VirtualOGR",
        lambda f, at: with_schema(f / "d.sqlite", f"CREATE VIRTUAL TABLE red_line USING VirtualOGR('{at.curl}')"),
    ),
    Form(
        "SQLite with VirtualOGR of PG",
        lambda f, at: with_schema(f / "d.sqlite", f"CREATE VIRTUAL TABLE red_line USING VirtualOGR('{at.pg}')"),
    ),
    Form("geodatabase with a link", lambda f, _: _folder_gdb(f)),
    # other formats
    Form(
        "GML xlink", lambda f, at: text(f / "g.gml", gml(inside=f'<ogr:more xlink:href="{at.url}#a"/>')), V, read=True
    ),
    Form(
        "GML schema",
        lambda f, at: text(f / "g.gml", gml(attributes=f'xsi:schemaLocation="http://ogr.maptools.org/ {at.url}.xsd"')),
        V,
        read=True,
    ),
    Form(
        "GML with an external DTD",
        lambda f, at: text(f / "g.gml", gml(head=f'<!DOCTYPE x SYSTEM "{at.url}">')),
        V,
        read=True,
    ),
    Form("GML with a CRS by address", lambda f, at: text(f / "g.gml", gml(srs=at.url))),
    Form(
        "GML with a schema beside it",
        lambda f, at: (
            text(
                f / "g.xsd",
                '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
                f'<xs:import namespace="x" schemaLocation="{at.url}"/>'
                f'<xs:include schemaLocation="{at.url}"/></xs:schema>',
            ),
            text(f / "g.gml", gml()),
        )[1],
        V,
        read=True,
    ),
    Form(
        "KML network link",
        lambda f, at: text(
            f / "k.kml", kml(f"<NetworkLink><name>n</name><Link><href>{at.url}</href></Link></NetworkLink>")
        ),
        V,
        read=True,
    ),
    Form(
        "KML style",
        lambda f, at: text(
            f / "k.kml",
            kml(
                style=f"<styleUrl>{at.url}#s</styleUrl><Style><IconStyle><Icon><href>{at.url}</href></Icon></IconStyle></Style>"
            ),
        ),
        V,
        read=True,
    ),
    Form(
        "KMZ network link",
        lambda f, at: _kmz(f / "k.kmz", kml(f"<NetworkLink><Link><href>{at.url}</href></Link></NetworkLink>")),
        V,
        read=True,
    ),
    Form("prj by address", lambda f, at: _shapefile(f, at.url)),
    Form("prj with grids by address", lambda f, at: _shapefile(f, _PRJ_HTTP.format(at.url))),
    Form(
        "prj by PROJ with grids",
        lambda f, at: _shapefile(f, f"+proj=longlat +ellps=krass +nadgrids={at.url} +type=crs"),
    ),
    Form("CSV with companions", lambda f, at: _csv(f, {"c.csvt": f'"String({at.port})","{at.url}"', "c.prj": at.url})),
    Form(
        "TAB of a raster",
        lambda f, at: text(
            f / "t.tab", f'!table\n!version 300\nDefinition Table\n  File "{at.curl}"\n  Type "RASTER"\n'
        ),
    ),
    Form("archive of a VRT", lambda f, at: (_zip(f / "z.zip", {"a/v.geojson": ogr_vrt(at.pg)}), "z.zip")[1]),
    Form(
        "archive called geodatabase", lambda f, at: (_zip(f / "z.gdb.zip", {"v.vrt": ogr_vrt(at.pg)}), "z.gdb.zip")[1]
    ),
)


def _zip(path: Path, entries: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in entries.items():
            packed.writestr(name, content)


# --- twins that are read ----------------------------------------------------------------------------------------------

_FREE = (
    '<PAMDataset><Metadata><MDI key="SOURCE">http://example.org/x</MDI></Metadata><PAMRasterBand band="1"><Metadata>'
)
_STATISTICS = _FREE + '<MDI key="STATISTICS_MEAN">7</MDI></Metadata></PAMRasterBand></PAMDataset>'
TWINS: tuple[Form, ...] = (
    Form("tif", lambda f, _: tif(f / "good.tif").name, R, read=True),
    Form("VRT", lambda f, _: mosaic(f, vrt("good.tif", attributes=RELATIVE)), R, read=True),
    Form("VRT by its whole path", lambda f, _: mosaic(f, vrt(str(f / "good.tif"))), R, read=True),
    Form("VRT of a VRT", lambda f, _: _two(f, vrt("good.tif", attributes=RELATIVE)), R, read=True),
    Form(
        "VRT with a comment and free metadata",
        lambda f, at: mosaic(
            f,
            "<!-- http://x.org -->"
            + vrt("good.tif", attributes=RELATIVE, more=f'<Metadata><MDI key="SOURCE">{at.url}</MDI></Metadata>'),
        ),
        R,
        read=True,
    ),
    Form("VRT of raw cells", lambda f, _: _raw_beside(f), R, read=True),
    Form("aux.xml with statistics", lambda f, _: beside(f, "good.tif.aux.xml", _STATISTICS), R, read=True),
    Form("aux.xml that is damaged", lambda f, _: beside(f, "good.tif.aux.xml", "<PAMDataset><x"), R, read=True),
    Form(
        "aux.xml with an address in a domain of its own",
        lambda f, _: beside(f, "good.tif.aux.xml", _STATISTICS.replace("<Metadata>", '<Metadata domain="MORE">', 1)),
        R,
        read=True,
    ),
    Form("overviews that are empty", lambda f, _: beside(f, "good.tif.ovr", ""), R, read=True),
    Form(
        "overviews beside it", lambda f, _: (tif(f / "good.tif.ovr"), tif(f / "good.tif"), "good.tif")[2], R, read=True
    ),
    Form("GeoJSON with a CRS by name", lambda f, _: text(f / "j.geojson", geojson(NAMED)), read=True),
    Form(
        "GeoJSON with a CRS by OGC's address",
        lambda f, _: text(
            f / "j.geojson",
            geojson(NAMED.replace("urn:ogc:def:crs:EPSG::4547", "http://www.opengis.net/def/crs/EPSG/0/4547")),
        ),
        read=True,
    ),
    Form(
        "GeoJSON with crs as a property",
        lambda f, _: text(f / "j.geojson", geojson(NAMED, properties='"id": "R1", "crs": {"a": [1]}')),
        read=True,
    ),
    Form("OGR VRT", lambda f, _: (red(f), text(f / "v.vrt", ogr_vrt("red.gpkg", relative=1)))[1], read=True),
    Form("GML", lambda f, _: text(f / "g.gml", gml()), read=True),
    Form("GeoPackage with a view", lambda f, _: with_view(f / "d.gpkg", "upper('a')"), read=True),
    Form(
        "a file called as a database",
        lambda f, at: (red(f, "PG.gpkg").rename(f / f"{at.pg}.gpkg"), f"./{at.pg}.gpkg")[1],
        read=True,
    ),
)
