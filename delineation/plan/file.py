"""A plan (划定成果): its tables in memory, and the one GeoPackage file that holds them."""

from __future__ import annotations

import contextlib
import json
import math
import sqlite3
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..case.names import glossary
from ..case.profile import profile_for_words
from ..core.atomic_files import is_there
from ..core.database_file import OWN, change_counter, reading
from ..core.errors import BadInput
from ..core.geopackage import (
    column_names,
    crs_of,
    new_draft,
    number_rows,
    put_draft,
    read_frame,
    table_names,
    write_layers,
    write_tables,
)
from ..core.given_files import require_file
from ..core.messages import Message, at
from ..core.office_files import file_time
from ..core.progress import Progress, silent, within
from ..core.text import quoted_name
from .attribute_tables import TITLED, field_settings
from .content import KEYS, Content, changed_tables, content_of, note_content, row_sum, stated_content
from .entries import is_edit
from .foreign import refuse_stand_ins
from .styles import layer_styles_rows, with_styles_of_people
from .tables import LAYERS, SCHEMA, TABLES, declared

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_WANTED = Message("a plan file (GeoPackage)")
_BY_RUN = Message("a plan file made by `run`")

# Key of table ``meta``: hashes of the styles as they were written, so that those which people save are known.
OWN_STYLES = "own_styles"
# Key of table ``meta``: the entry of the journal that findings, evidence of pieces and capture are of, where edits have
# been made since then and nobody has followed them yet; else nothing.
FINDINGS_AT = "findings_at"
_SCHEMA = "schema"
# What the file says of itself is true of that file alone.
_OF_FILE = (*KEYS, OWN_STYLES, _SCHEMA)


def _json(kind: type, text: str) -> Any:
    found = json.loads(text)
    if not isinstance(found, kind):
        raise ValueError(text)
    return found


# What readers of plans go by, and how they read it.
_META: Mapping[str, Callable[[str], Any]] = {
    "name": str,
    "date": lambda text: datetime.fromisoformat(text) if text else None,
    "crs": str,
    "area_method": str,
    "profile": str,
    "method": str,
    "imbalance": float,
    "method_parameters": partial(_json, dict),
    "capture": partial(_json, list),
    "county_names": partial(_json, dict),
}
# What not every plan has.
_META_MAY: Mapping[str, Callable[[str], Any]] = {
    "grouping": partial(_json, dict),
    "cleaning": partial(_json, dict),
    "recoded_counties": partial(_json, dict),
    "retired_codes": partial(_json, list),
    "last_unit_id": int,
    FINDINGS_AT: lambda text: int(text or 0),
    "redo_to": lambda text: int(text or 0),
    "seed": int,
    "covered_min": float,
    "least_share": float,
}


@dataclass(frozen=True)
class Plan:
    """Tables of one plan; each has exactly the columns the plan file has, layers also ``geometry`` (shapely objects).

    Attributes
    ----------
    crs : str
        ``EPSG:n`` or WKT.
    faces, borders, units, element_zones, findings : pandas.DataFrame
        Layers.
    coverage, evidence, journal, ledger, lineage, sources, rules, clauses : pandas.DataFrame
        Tables.
    meta : dict of str
        Key–value pairs.
    accepted : pandas.DataFrame
        Table: findings somebody accepted, with the reason (``acceptance.py``).
    features : pandas.DataFrame
        Table: source features that have a name.
    scenarios, base, retired : pandas.DataFrame
        Tables that edits keep (``revision/``).
    library : pandas.DataFrame
        Table: the clause library that the lists were made from.
    changes : mapping of str to (int, int)
        Tables that were not as the file says of itself when it was read, rows said and found (−1: no table):
        see `content.changed_tables`.
    folder : Path, optional
        Where its file was read from: the profile it was made by may lie there.
    stated : Content, optional
        What the file said that it holds when this was read; None of a plan that is not as a file has it.
    """

    crs: str
    faces: pd.DataFrame
    borders: pd.DataFrame
    units: pd.DataFrame
    element_zones: pd.DataFrame
    findings: pd.DataFrame
    coverage: pd.DataFrame
    evidence: pd.DataFrame
    journal: pd.DataFrame
    ledger: pd.DataFrame
    lineage: pd.DataFrame
    sources: pd.DataFrame
    rules: pd.DataFrame
    clauses: pd.DataFrame
    meta: dict[str, str]
    accepted: pd.DataFrame = field(default_factory=lambda: empty_table("accepted"))
    features: pd.DataFrame = field(default_factory=lambda: empty_table("features"))
    scenarios: pd.DataFrame = field(default_factory=lambda: empty_table("scenarios"))
    base: pd.DataFrame = field(default_factory=lambda: empty_table("base"))
    retired: pd.DataFrame = field(default_factory=lambda: empty_table("retired"))
    library: pd.DataFrame = field(default_factory=lambda: empty_table("library"))
    changes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    folder: Path | None = None
    stated: Content | None = field(default=None, compare=False)

    def unit_ids(self, code: str) -> list[str]:
        """Give the ids of the units that have a code."""
        return [str(one) for one in self.units.loc[self.units["code"] == code, "unit_id"]]

    @property
    def cut(self) -> bool:
        """Edits have cut faces: they are not those of its sources, and their ids not 1…n, as a run gives them."""
        number = self.faces["face_id"].fillna(0).to_numpy(dtype=np.int64)
        return not np.array_equal(number, np.arange(1, len(number) + 1))


def findings_at(meta: Mapping[str, str]) -> int | None:
    """Tell the entry of the journal that a plan's findings are of; None where they are of the plan as it stands."""
    said = meta.get(FINDINGS_AT, "")
    return int(said) if said.isdecimal() else None


def empty_table(name: str) -> pd.DataFrame:
    """Make one of the plan's tables without rows."""
    return pd.DataFrame({column: pd.Series(dtype=object) for column in _order(name)})


def make_table(name: str, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Make a table with exactly the plan's columns in the plan's order; one that nothing fills holds its default."""
    filled = {one.name: one.default for one in declared(name).columns if not one.needed} | dict(columns)
    out = pd.DataFrame({column: filled[column] for column in _order(name)})
    # pandas takes an empty column for numbers.
    return out if len(out) else out.astype({column: object for column, kind in declared(name).plain if kind == "TEXT"})


def _order(name: str) -> list[str]:
    """Give the columns of a table in memory: those of the file, and the shape of a layer's row."""
    table = declared(name)
    return [*table.names, *(["geometry"] if table.geometry else [])]


def write_plan(plan: Plan, path: Path) -> None:
    """Write a plan file where there is none to be spared; into the place of another it goes by `verbs.rerunning`.

    Raises
    ------
    BadInput
        The folder cannot be written to, the disk is full.
    """
    put_draft(draft_plan(plan, path), path, OWN)


def draft_plan(
    plan: Plan, path: Path, *, styles: Sequence[Mapping[str, Any]] = (), progress: Progress = silent
) -> Path:
    """Write a plan file beside its place, whole and on the disk.

    Parameters
    ----------
    plan : Plan
    path : Path
        Where it is to go.
    styles : sequence of mapping
        Rows of ``layer_styles`` that people saved in the old file (``FormerPlan.styles``).
    progress : callable

    Raises
    ------
    BadInput
        The folder cannot be written to, the disk is full.
    Cancelled
        Nothing is left behind.
    """
    time = file_time(plan.meta["date"])
    with new_draft(path, sign=_note, date=time) as draft:
        layers = {name: (getattr(plan, name), table.geometry, table.plain) for name, table in LAYERS.items()}
        write_layers(draft, layers, plan.crs, progress=within(progress, 0.0, 0.9))
        progress(0.9, Message("writing tables"))
        tables = {name: (getattr(plan, name), table.plain) for name, table in TABLES.items() if name != "meta"}
        meta = {key: value for key, value in plan.meta.items() if key not in _OF_FILE}
        shipped = layer_styles_rows(TITLED, update_time=time, fields_of=_fields_of(plan, path))
        own = shipped.drop(columns="id").astype(object).to_numpy().tolist()
        meta[_SCHEMA] = str(SCHEMA)
        meta[OWN_STYLES] = json.dumps([row_sum(tuple(row)) for row in own])
        tables["meta"] = (pd.DataFrame({"key": list(meta), "value": list(meta.values())}), TABLES["meta"].plain)
        write_tables(draft, tables, with_styles_of_people(shipped, styles))
        numbers = {name: frame["fid"].tolist() for name, (frame, *_) in layers.items() if "fid" in frame}
        if numbers:  # rows that edits have taken out leave gaps, which undoing them fills again
            number_rows(draft, numbers)
        # The last moment to stop: what follows puts the file in its place.
        progress(1.0, Message("written"))
    return draft


def _note(connection: sqlite3.Connection) -> None:
    changes = change_counter(connection)
    note_content(connection, content_of(connection), at=None if changes is None else changes + 1)


def _fields_of(plan: Plan, path: Path) -> dict[str, str]:
    """Give the settings of attribute tables, in the language of the plan's profile."""
    names = glossary(profile_for_words(plan if plan.folder else replace(plan, folder=path.absolute().parent)))
    counties = json.loads(plan.meta["county_names"])
    return {name: field_settings(name, names, names.language, counties) for name in TITLED}


def read_plan(path: Path, *, summed: bool = False, shapeless: Collection[str] = ()) -> Plan:
    """Read a plan file whole, as it stands at one moment.

    Parameters
    ----------
    path : Path
    summed : bool
        Sum up all rows, for ``changes``, also where a glance sees no change. It takes about half as long again.
    shapeless : collection of str
        Layers to be read without their shapes, which are most of what a plan holds.

    Raises
    ------
    BadInput
        Missing file, a file that is no plan, or one whose tables do not fit each other.
    """
    with required_plan(path) as connection:
        return plan_in(connection, path, changed_tables(connection, summed=summed), shapeless)


def plan_in(
    connection: sqlite3.Connection, path: Path, changes: Mapping[str, tuple[int, int]], shapeless: Collection[str] = ()
) -> Plan:
    """Do as `read_plan` in an open file, of which is known what others have changed."""
    schema = max(schema_in(connection, at(path)), 1)  # what is no plan lacks a table, and is told so
    layers = {name: table_in(connection, name, at(path), schema, shapes=name not in shapeless) for name in LAYERS}
    tables = {name: table_in(connection, name, at(path), schema) for name in TABLES}
    crs = crs_of(connection, "faces")
    stated = stated_content(connection)
    meta = _meta(tables.pop("meta"))
    _check_meta(meta, at(path))
    for name, key in (("faces", "face_id"), ("units", "unit_id")):
        known = layers[name][key]
        twice = known[known.duplicated()]
        if len(twice) or not len(known):
            none = Message("no row in table '{name}'", name=name)
            what = (
                Message("{key} {value} twice in table '{name}'", key=key, value=twice.iloc[0], name=name)
                if len(twice)
                else none
            )
            raise BadInput(what, where=at(path), wanted=_BY_RUN)
    refuse_homeless(layers["faces"]["unit_id"].unique(), set(layers["units"]["unit_id"]), at(path))
    return Plan(crs=crs, meta=meta, **layers, **tables, changes=changes, folder=path.absolute().parent, stated=stated)


def read_meta(path: Path) -> dict[str, str]:
    """Key–value pairs of a plan file; nothing where the file is no plan.

    Among them ``edits``: how many entries of its journal change labels or clauses (acceptances do not).

    Raises
    ------
    BadInput
        A damaged plan file.
    """
    with opened_plan(path) as connection:
        return {} if connection is None else meta_in(connection, at(path))


def meta_in(connection: sqlite3.Connection, where: Message) -> dict[str, str]:
    """Do as ``read_meta`` in an open file, which messages call ``where``."""
    names = table_names(connection)
    if "meta" not in names or not {"key", "value"} <= set(column_names(connection, "meta")):
        return {}
    journal = read_frame(connection, "journal", (("op", "TEXT"),), where) if "journal" in names else None
    edits = 0 if journal is None else sum(is_edit(text) for text in journal["op"])
    found = _meta(read_frame(connection, "meta", TABLES["meta"].plain, where))
    for key in _META_MAY.keys() & found.keys():
        _check_key(found, key, _META_MAY[key], where)
    return {**found, "edits": str(edits)}


def _meta(frame: pd.DataFrame) -> dict[str, str]:
    found = dict(zip(frame["key"].astype(str), frame["value"].astype(str), strict=True))
    return {key: value for key, value in found.items() if key not in _OF_FILE}


def _check_meta(meta: Mapping[str, str], where: Message) -> None:
    """Refuse a table ``meta`` that lacks what readers of plans go by."""
    for key, read in _META.items():
        if key not in meta:
            raise BadInput(Message("no '{key}' in table meta", key=key), where=where, wanted=_BY_RUN)
        _check_key(meta, key, read, where)
    for key in _META_MAY.keys() & meta.keys():
        _check_key(meta, key, _META_MAY[key], where)


def _check_key(meta: Mapping[str, str], key: str, read: Callable[[str], Any], where: Message) -> None:
    try:
        found = read(meta[key])
    except ValueError:
        found = math.nan
    if isinstance(found, float) and not math.isfinite(found):
        raise BadInput(
            Message("{key} = '{value}' in table meta", key=key, value=meta[key][:40]), where=where, wanted=_BY_RUN
        )


def read_table(path: Path, name: str) -> pd.DataFrame:
    """Read one table of a plan file; empty where the file is no plan, or one that lacks it."""
    with opened_plan(path) as connection:
        if connection is None or name not in table_names(connection):
            return empty_table(name)
        return table_in(connection, name, at(path), schema_in(connection, at(path)))


def schema_in(connection: sqlite3.Connection, where: Message) -> int:
    """Tell the schema of an open plan file: what ``meta.schema`` says, else 1; 0 of what is no plan.

    Raises
    ------
    BadInput
        A schema that is newer than ``tables.SCHEMA``, or no number.
    """
    if "meta" not in table_names(connection) or not {"key", "value"} <= set(column_names(connection, "meta")):
        return 0
    stated = dict(connection.execute("SELECT key, value FROM meta WHERE key = ?", (_SCHEMA,)).fetchall())
    text = str(stated.get(_SCHEMA, 1))
    if not (text.isascii() and text.isdigit() and int(text)):
        raise BadInput(
            Message("schema = '{text}' in table meta", text=text[:40]),
            where=where,
            wanted=Message("a plan file made by `run`"),
        )
    if int(text) > SCHEMA:
        raise BadInput(
            Message("a plan of schema {schema}, and this version reads up to {most}", schema=int(text), most=SCHEMA),
            where=where,
            wanted=Message("the version of the plugin that wrote it, or a newer one"),
        )
    return int(text)


def table_in(
    connection: sqlite3.Connection,
    name: str,
    where: Message,
    schema: int,
    *,
    shapes: bool = True,
    among: str = "",
    values: Sequence[Any] = (),
) -> pd.DataFrame:
    """Read a table or layer, or some of its rows (`among`); what a file of a lower schema lacks is filled in."""
    table = declared(name)
    if name not in table_names(connection):
        if table.since > max(schema, 1):  # a file that is no plan (0) lacks what the first had
            return empty_table(name)
        raise BadInput(
            Message("no table '{name}'", name=name), where=where, wanted=Message("a plan file made by `run`")
        )
    defaults = {column.name: column.default for column in table.columns if column.since > schema}
    kind = table.geometry if shapes else ""
    return read_frame(
        connection,
        name,
        table.plain,
        where,
        shapes=kind,
        defaults=defaults,
        needed=table.needed,
        among=among,
        values=values,
    )


def rows_near(layer: str, box: Sequence[float] | None) -> dict[str, Any]:
    """Tell `table_in` to read the rows whose boxes meet a box (west, south, east, north), or all."""
    if box is None:
        return {}
    west, south, east, north = box
    met = (
        "SELECT id FROM",
        quoted_name(f"rtree_{layer}_geom"),
        "WHERE minx <= ? AND maxx >= ? AND miny <= ? AND maxy >= ?",
    )
    return {"among": " ".join(("WHERE fid IN (", *met, ")")), "values": (east, west, north, south)}


def rows_with(column: str, values: Iterable[Any]) -> dict[str, Any]:
    """Tell `table_in` to read the rows that have one of some values in a column."""
    condition = " ".join(("WHERE", column, "IN (SELECT value FROM json_each(?))"))
    return {"among": condition, "values": (json.dumps([*values]),)}


def refuse_homeless(units: Iterable[str], known: Collection[str], where: Message) -> None:
    """Refuse units of faces that the plan does not have.

    Raises
    ------
    BadInput
    """
    for unit in units:
        if unit not in known:
            raise BadInput(
                Message("faces of unit '{unit}', which does not exist", unit=unit), where=where, wanted=_BY_RUN
            )


@contextlib.contextmanager
def opened_plan(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Give a connection in which all that is read of a plan file is of one moment; None of no database, or no file.

    Raises
    ------
    BadInput
        A damaged file, or another program is writing it.
    """
    with contextlib.ExitStack() as later:
        try:
            connection = later.enter_context(reading(path)) if is_there(path, _WANTED) else None
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorname != "SQLITE_NOTADB":
                raise _damaged(path) from error
            connection = None
        except UnicodeDecodeError as error:
            # What SQLite says of a damaged file may quote it, and be no text.
            raise _damaged(path) from error
        try:
            if connection is not None and schema_in(connection, at(path)):
                refuse_stand_ins(connection, at(path))
            yield connection
        except (sqlite3.Error, shapely.errors.GEOSException, UnicodeDecodeError) as error:
            raise _damaged(path) from error


@contextlib.contextmanager
def required_plan(path: Path) -> Iterator[sqlite3.Connection]:
    """Do as `opened_plan`, where there has to be a file, and a database.

    Raises
    ------
    BadInput
    """
    require_plan_file(path)
    with opened_plan(path) as connection:
        if connection is None:
            raise BadInput(Message("cannot be read"), where=at(path), wanted=_WANTED)
        yield connection


def require_plan_file(path: Path) -> None:
    """Refuse a plan that is not there.

    Raises
    ------
    BadInput
    """
    require_file(path, _WANTED)


def _damaged(path: Path) -> BadInput:
    return BadInput(Message("cannot be read"), where=at(path), wanted=Message("a whole plan file (GeoPackage)"))
