"""The clause library: requirements by category, kind and element zone, read from a table that a bureau edits."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..case.profile import PLAIN, Profile
from ..core.errors import BadInput
from ..core.messages import Message, at, counted, foreign, joined
from ..core.text import nearest
from .wording import DIMENSIONS, EFFECTS, effect_id

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["COLUMNS", "EVERY_CATEGORY", "LEVELS", "UNCHECKED", "read_library"]

COLUMNS = ("id", "level", "category", "kind", "zone", "dimension", "effect", "text", "basis", "verified")
LEVELS = ("国家", "省", "片区", "市", "县", "园区", "单元")
CATEGORIES = ("1", "2", "3")
EVERY_CATEGORY = 0
UNCHECKED = "待核"
# A cell of a spreadsheet cannot hold these, and a control character in a clause is never meant.
_CONTROL = frozenset(map(chr, range(32))) | {"\x7f"}


def read_library(path: str | Path, profile: Profile | None = None) -> pd.DataFrame:
    """Read and check a clause library (CSV, UTF-8, one clause a row).

    Parameters
    ----------
    path : str or Path
        Columns ``id, level, category, kind, zone, dimension, effect, text, basis, verified``. ``category`` 1–3 or blank
        for all; ``kind`` a role, ``general``, or blank for all; ``zone`` a zone id of that role or blank for all;
        ``verified`` yes or no, and no exactly where ``basis`` carries the mark 待核.
    profile : Profile, optional
        Where given, kinds and zones are checked against its roles.

    Returns
    -------
    pandas.DataFrame
        The rows in the order of the file, texts stripped; ``category`` is an integer (0 = all), ``verified`` a bool.

    Raises
    ------
    BadInput
        With file, line and column, and the nearest known value.
    """
    path = Path(path)
    records = _records(path)
    seen: dict[str, int] = {}
    for line, row in records:
        row["effect"] = effect_id(row["effect"])
        place = Message("{path} line {line}", path=path, line=line)
        _check(row, place)
        if row["id"] in seen:
            raise BadInput(
                Message("id '{id}' is already used on line {seen}", id=row["id"], seen=seen[row["id"]]),
                where=Message("{path} line {line}, column id", path=path, line=line),
                wanted=Message("an id of its own for each clause"),
            )
        seen[row["id"]] = line
        if profile is not None:
            _check_selector(row, profile, place)
    table = pd.DataFrame([row for _, row in records], columns=list(COLUMNS), dtype=object)
    table["category"] = table["category"].replace("", str(EVERY_CATEGORY)).astype("int64")
    table["verified"] = table["verified"] == "yes"
    return table


def _records(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Rows with the line each starts on."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(
            Message("clause library cannot be read"), where=at(path), wanted=Message("a CSV file")
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadInput(
            Message("not UTF-8"),
            where=Message("{path} line {line}", path=path, line=line),
            wanted=Message("CSV saved as UTF-8"),
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[int, dict[str, str]]] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header, path)
        start = reader.line_num + 1
        for fields in reader:
            line, start = start, reader.line_num + 1
            if not any(field.strip() for field in fields):
                continue
            if len(fields) != len(header):
                raise BadInput(
                    counted(len(fields), "{n} field", "{n} fields"),
                    where=Message("{path} line {line}", path=path, line=line),
                    wanted=Message("{count}, as in the header", count=counted(len(header), "{n} field", "{n} fields")),
                )
            records.append((line, {name: field.strip() for name, field in zip(header, fields, strict=True)}))
    except csv.Error as error:
        raise BadInput(
            Message("not a CSV table ({error})", error=foreign(error)),
            where=Message("{path} line {line}", path=path, line=reader.line_num),
            wanted=Message("comma-separated values"),
        ) from error
    if not records:
        raise BadInput(Message("no clause"), where=at(path), wanted=Message("one clause per row"))
    return records


def _check_header(header: list[str], path: Path) -> None:
    where = Message("{path} line 1", path=path)
    for name in header:
        if name not in COLUMNS:
            raise BadInput(Message("unknown column '{name}'", name=name), where=where, wanted=nearest(name, COLUMNS))
    lacking = [name for name in COLUMNS if name not in header]
    if lacking:
        raise BadInput(
            Message("column '{lacking}' is missing", lacking=lacking[0]), where=where, wanted=joined(COLUMNS)
        )
    if len(header) > len(COLUMNS):
        raise BadInput(Message("a column occurs twice"), where=where, wanted=joined(COLUMNS))


def _check(row: dict[str, str], line: Message) -> None:
    for column in ("id", "text", "basis"):
        if not row[column]:
            raise BadInput(
                Message("empty"),
                where=Message("{line}, column {column}", line=line, column=column),
                wanted=Message("a value in every row"),
            )
    for column, value in row.items():
        if _CONTROL & set(value):
            raise BadInput(
                Message("control character or line break"),
                where=Message("{line}, column {column}", line=line, column=column),
                wanted=Message("one line of plain text"),
            )
    known: tuple[tuple[str, Collection[str]], ...] = (
        ("level", LEVELS),
        ("category", ("", *CATEGORIES)),
        ("dimension", DIMENSIONS),
        ("effect", EFFECTS),
        ("verified", ("yes", "no")),
    )
    for column, values in known:
        if row[column] not in values:
            wanted = nearest(row[column], filter(None, values))
            if "" in values:
                wanted = Message("{value} or blank", value=wanted)
            raise BadInput(
                Message("unknown {column} '{value}'", column=column, value=row[column]),
                where=Message("{line}, column {column}", line=line, column=column),
                wanted=wanted,
            )
    if row["zone"] and not row["kind"]:
        raise BadInput(
            Message("zone '{zone}' without a kind", zone=row["zone"]),
            where=Message("{line}, column kind", line=line),
            wanted=Message("the role the zone belongs to"),
        )
    if (row["verified"] == "no") != (UNCHECKED in row["basis"]):
        raise BadInput(
            Message("verified '{verified}' with basis '{basis}'", verified=row["verified"], basis=row["basis"]),
            where=Message("{line}, column verified", line=line),
            wanted=Message("'no' if the basis carries the mark {mark}, 'yes' if not", mark=UNCHECKED),
        )


def _check_selector(row: dict[str, Any], profile: Profile, line: Message) -> None:
    kind, zone = row["kind"], row["zone"]
    kinds = {"general", *profile.roles}
    if kind and kind not in kinds:
        raise BadInput(
            Message("unknown kind '{kind}'", kind=kind),
            where=Message("{line}, column kind", line=line),
            wanted=nearest(kind, kinds),
        )
    if not zone:
        return
    role = profile.roles.get(kind)
    zones = () if role is None else role.zone_ids
    if zone not in zones and not (role is not None and role.free_zone):
        wanted = (
            nearest(zone, zones)
            if zones
            else Message("an empty zone: {kind} has no zones except {plain}", kind=kind, plain=tuple(PLAIN))
        )
        raise BadInput(
            Message("unknown zone '{zone}' of kind '{kind}'", zone=zone, kind=kind),
            where=Message("{line}, column zone", line=line),
            wanted=wanted,
        )
