"""The clause library: requirements by category, kind and element zone, read from a table that a bureau edits."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..case.profile import PLAIN, Profile
from ..core.errors import BadInput
from ..core.findings import counted
from ..core.text import nearest
from .wording import DIMENSIONS, EFFECTS

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["COLUMNS", "EVERY_CATEGORY", "LEVELS", "UNCHECKED", "read_library"]

COLUMNS = ("id", "level", "category", "kind", "zone", "dimension", "effect", "text", "basis", "verified")
LEVELS = ("国家", "省", "片区", "市", "县", "园区")
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
        _check(row, f"{path} line {line}")
        if row["id"] in seen:
            raise BadInput(
                f"id '{row['id']}' stands on line {seen[row['id']]} already",
                where=f"{path} line {line}, column id",
                wanted="an id of its own for each clause",
            )
        seen[row["id"]] = line
        if profile is not None:
            _check_selector(row, profile, f"{path} line {line}")
    table = pd.DataFrame([row for _, row in records], columns=list(COLUMNS), dtype=object)
    table["category"] = table["category"].replace("", str(EVERY_CATEGORY)).astype("int64")
    table["verified"] = table["verified"] == "yes"
    return table


def _records(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Rows with the line each starts on."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput("clause library cannot be read", where=str(path), wanted="a CSV file") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadInput("not UTF-8", where=f"{path} line {line}", wanted="CSV saved as UTF-8") from error
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
                    counted(len(fields), "field"),
                    where=f"{path} line {line}",
                    wanted=f"{counted(len(header), 'field')}, as in the header",
                )
            records.append((line, {name: field.strip() for name, field in zip(header, fields, strict=True)}))
    except csv.Error as error:
        raise BadInput(
            f"not a CSV table ({error})", where=f"{path} line {reader.line_num}", wanted="comma-separated values"
        ) from error
    if not records:
        raise BadInput("no clause", where=str(path), wanted="one clause a row")
    return records


def _check_header(header: list[str], path: Path) -> None:
    where = f"{path} line 1"
    for name in header:
        if name not in COLUMNS:
            raise BadInput(f"unknown column '{name}'", where=where, wanted=nearest(name, COLUMNS))
    lacking = [name for name in COLUMNS if name not in header]
    if lacking:
        raise BadInput(f"column '{lacking[0]}' is missing", where=where, wanted=", ".join(COLUMNS))
    if len(header) > len(COLUMNS):
        raise BadInput("a column stands twice", where=where, wanted=", ".join(COLUMNS))


def _check(row: dict[str, str], line: str) -> None:
    for column in ("id", "text", "basis"):
        if not row[column]:
            raise BadInput("empty", where=f"{line}, column {column}", wanted="a value in every row")
    for column, value in row.items():
        if _CONTROL & set(value):
            raise BadInput(
                "control character or line break", where=f"{line}, column {column}", wanted="one line of plain text"
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
            wanted = nearest(row[column], filter(None, values)) + (" or blank" if "" in values else "")
            raise BadInput(f"unknown {column} '{row[column]}'", where=f"{line}, column {column}", wanted=wanted)
    if row["zone"] and not row["kind"]:
        raise BadInput(
            f"zone '{row['zone']}' without a kind", where=f"{line}, column kind", wanted="the role the zone belongs to"
        )
    if (row["verified"] == "no") != (UNCHECKED in row["basis"]):
        raise BadInput(
            f"verified '{row['verified']}' with basis '{row['basis']}'",
            where=f"{line}, column verified",
            wanted=f"no where the basis carries the mark {UNCHECKED}, else yes",
        )


def _check_selector(row: dict[str, Any], profile: Profile, line: str) -> None:
    kind, zone = row["kind"], row["zone"]
    kinds = {"general", *profile.roles}
    if kind and kind not in kinds:
        raise BadInput(f"unknown kind '{kind}'", where=f"{line}, column kind", wanted=nearest(kind, kinds))
    if not zone:
        return
    role = profile.roles.get(kind)
    zones = () if role is None else role.zone_ids
    if zone not in zones and not (role is not None and role.free_zone):
        wanted = nearest(zone, zones) if zones else f"no zone: {kind} has none beside {', '.join(PLAIN)}"
        raise BadInput(f"unknown zone '{zone}' of kind '{kind}'", where=f"{line}, column zone", wanted=wanted)
