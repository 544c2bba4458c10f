"""Layers in a PostGIS database: found and listed; what is connected to, and how, says ``core/connections.py``.

``PG:dbname=… host=…`` (GDAL), ``postgresql://…`` (libpq) and ``dbname='…' table="s"."t" (geom)`` (QGIS) all become the
first. What is not in it (password, service, socket) libpq finds as always: PGPASSWORD, .pgpass, pg_service.conf.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyogrio.errors import DataLayerError, DataSourceError

from ...core.connections import without_password
from ...core.errors import BadInput
from ...core.gdal_options import gdal_options
from ...core.messages import Message, foreign
from ...core.text import nearest
from .. import gate

if TYPE_CHECKING:
    from pathlib import Path

_TABLE = Message("a table with geometry")
_WANTED = Message("host, port, database and user as psql takes them, the password in PGPASSWORD or .pgpass")


def table_of(path: Path, layer: str) -> str:
    """Find a table of a database: as GDAL calls it.

    Raises
    ------
    BadInput
        No server, no such table, a table without geometry, several tables and none named.
    """
    shown = path.as_posix()
    spatial = _tables(shown, everything=False)
    wish = layer.replace('"."', ".").strip('"').replace(" (", "(").removeprefix("public.")
    if not wish:
        if len(spatial) == 1:
            return spatial[0]
        what = Message("{count} tables with geometry and none named", count=len(spatial))
        wanted = Message("layer = one of {tables}", tables=tuple(spatial)) if spatial else _TABLE
        raise BadInput(what, where=shown, wanted=wanted)
    # A table of one geometry column goes by its own name.
    for name in (wish, wish.partition("(")[0]):
        if name in spatial:
            return name
    if wish in _tables(shown, everything=True):
        raise BadInput(
            Message("table '{layer}' has no geometry", layer=layer),
            where=shown,
            wanted=Message("a table with a column of polygons"),
        )
    raise BadInput(
        Message("no table '{layer}'", layer=layer),
        where=shown,
        wanted=nearest(wish, spatial) or _TABLE,
    )


def spatial_tables(path: Path) -> list[str]:
    """Name the tables of a database that have geometry.

    Raises
    ------
    BadInput
        No server.
    """
    return sorted(_tables(path.as_posix(), everything=False))


def _tables(shown: str, *, everything: bool) -> list[str]:
    try:
        with gdal_options({"PG_LIST_ALL_TABLES": "YES" if everything else "NO"}):
            listed = gate.list_layers(shown)
    except (DataSourceError, DataLayerError) as error:
        said = without_password(" ".join(str(error).split())).removeprefix("PQconnectdb failed. ")
        raise BadInput(
            Message("database cannot be opened ({error})", error=foreign(said.rstrip("."))),
            where=shown,
            wanted=_WANTED,
        ) from None
    return [str(name) for name, kind in listed if everything or kind is not None]
