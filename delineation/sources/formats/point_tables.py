"""Points of tables: columns of longitude and latitude, of X and Y, or of degrees, minutes and seconds."""

from __future__ import annotations

import csv
import re
from contextlib import suppress
from itertools import accumulate
from typing import TYPE_CHECKING

from ...core.column_names import KnownNames, folded
from ...core.errors import BadInput
from ...core.filled_tables import place_in, read_cells, show_cell
from ...core.messages import Message, at, first_few
from .containers import pick

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ...core.table_outline import CellGrid

WORKBOOKS = (".xlsx", ".xlsm", ".xls")
WKT = "wkt_of_coordinates"
"""Column of a copy in which the points stand."""
# Degrees go before metres where a table has both.
COORDINATES = KnownNames(
    {
        "x": (
            "lon",
            "lng",
            "longitude",
            "经度",
            "东经",
            "经度坐标",
            "中心经度",
            "x",
            "x坐标",
            "横坐标",
            "东",
            "e",
            "easting",
        ),
        "y": ("lat", "latitude", "纬度", "北纬", "纬度坐标", "中心纬度", "y", "y坐标", "纵坐标", "北", "n", "northing"),
    },
    units=("°", "度", "度分秒", "dms"),
)
_PIECE = re.compile(r"(.+?)[_/(-]*(度|分|秒|deg|min|sec|d|m|s)\)?")
_PIECES = {"度": 0, "d": 0, "分": 1, "m": 1, "秒": 2, "s": 2}
_MARKS = str.maketrans({"º": "°", "˚": "°", "度": "°", "’": "'", "′": "'", "分": "'", "″": '"', "”": '"', "秒": '"'})
_ANGLE = re.compile(
    r"(?:东经|北纬|[EN东北])?\s*(\d+(?:\.\d+)?)\s*[°:\s-]\s*(?:(\d+(?:\.\d+)?)\s*(?:[':\s-]\s*|$))?"
    r"(?:(\d+(?:\.\d+)?)\s*(?:\"|'')?)?\s*[EN东北]?",
    re.IGNORECASE,
)
_HEAD_WITHIN, _NAMED = 20, 8  # rows among which the head is; columns that a message names
_WANTED = Message(
    "columns of longitude and latitude, in degrees or as 121°28′30″, of degrees, minutes and seconds, of X and Y, "
    "or of shapes as WKT"
)


def sheets_of(path: Path) -> list[str]:
    """Sheets of a workbook in which something stands.

    Raises
    ------
    BadInput
        It cannot be read.
    """
    return [*_grids(path)]


def as_wkt(path: Path, sheet: str, copy: Path, encoding: str = "utf-8") -> tuple[Path, int]:
    """Write a table once more as CSV, with its points as WKT in a column of its own; give it and the column's place.

    Parameters
    ----------
    path : Path
        A workbook, or a CSV file in UTF-8 or GB18030.
    sheet : str
        Of a workbook; by default the only one with coordinates.
    copy : Path
        Folder for the copy, which is called as the sheet is.
    encoding : str
        Of the copy.

    Raises
    ------
    BadInput
        No columns of coordinates, a cell that is none, several sheets and none named; with file, sheet and row.
    """
    grids = {name: _texts(grid) for name, grid in _grids(path).items()}
    able = [name for name, texts in grids.items() if _head(texts)]
    name = pick([*grids] if sheet else able or [*grids][:1], sheet, (), at(path))
    book = name if path.suffix.lower() in WORKBOOKS else ""
    texts = grids[name]
    found = _head(texts)
    if found is None:
        what = Message(
            "no columns of coordinates among {fields}", fields=first_few(list(filter(None, texts[0])), _NAMED)
        )
        where = Message("{path}, sheet {sheet}", path=path, sheet=book) if book else at(path)
        raise BadInput(what, where=where, wanted=_WANTED)
    head, below, x, y = found
    rows = [
        [*row, _point(row, x, y, place_in(path, book, number))]
        for number, row in enumerate(texts[below:], below + 1)
        if any(row)
    ]
    copy.mkdir(parents=True, exist_ok=True)
    file = copy / f"{re.sub(r'[<>|!;:]', '_', book) or path.stem}.csv"
    with file.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([[*head, WKT], *rows])
    return file, len(head)


def _grids(path: Path) -> dict[str, CellGrid]:
    """Tables of a file in which something stands."""
    return {name: grid for name, grid in read_cells(path).items() if grid.values}


def _texts(grid: CellGrid) -> list[list[str]]:
    """Texts of all cells, row by row from the first that holds one."""
    last, width = (max(place[side] for place in grid.values) for side in (0, 1))
    first = min(row for row, _ in grid.values)
    return [[show_cell(grid.value(row, column + 1)) for column in range(width)] for row in range(first, last + 1)]


def _head(texts: Sequence[Sequence[str]]) -> tuple[list[str], int, tuple[int, ...], tuple[int, ...]] | None:
    """Find the row that names coordinates: its texts, the row below it from 0, the columns of x and those of y."""
    for row, head in enumerate(texts[:_HEAD_WITHIN]):
        # A merged cell reaches over the columns of its pieces.
        over: Iterator[str] = accumulate(head, lambda before, text: text or before)
        below = (texts[row + 1 :] or [[]])[0]
        two = [one if one == two else f"{one}{two}" for one, two in zip(over, below, strict=False)]
        for names, first in ((list(head), row + 1), (two, row + 2)):
            pieces: dict[str, dict[int, int]] = {"x": {}, "y": {}}
            for place, name in enumerate(names):
                found = _PIECE.fullmatch(folded(name))
                for axis in COORDINATES.meanings(found[1]) if found else ():
                    pieces[axis].setdefault(_PIECES[found[2][0]], place)  # type: ignore[index]
            if all({0, 1} <= {*its} for its in pieces.values()):
                x, y = (tuple(its[piece] for piece in sorted(its)) for its in pieces.values())
                return names, first, x, y
        columns = COORDINATES.columns(head)
        if len(columns) == 2:
            return list(head), row + 1, (columns["x"][0].place,), (columns["y"][0].place,)
    return None


def _point(row: Sequence[str], x: Sequence[int], y: Sequence[int], where: Message) -> str:
    """Write the point of a row as WKT; "" where one of its coordinates is empty."""
    places = [[row[place] for place in axis] for axis in (x, y)]
    if not all(texts[0] for texts in places):
        return ""
    numbers = [*map(_degrees, places)]
    for texts, number in zip(places, numbers, strict=True):
        if number is None:
            raise BadInput(Message("'{text}' is no coordinate", text=" ".join(texts)[:40]), where=where, wanted=_WANTED)
    return f"POINT ({numbers[0]!r} {numbers[1]!r})"


def _degrees(texts: Sequence[str]) -> float | None:
    """Read a number, or an angle of degrees, minutes and seconds in one cell or in several; None for anything else."""
    if len(texts) == 1:
        with suppress(ValueError):
            return float(texts[0])
        found = _ANGLE.fullmatch(texts[0].strip().translate(_MARKS))
        texts = [part or "0" for part in found.groups()] if found else []
    with suppress(ValueError):
        degrees, minutes, seconds = (float(text or 0) for text in (*texts, *["0"] * (3 - len(texts))))
        if texts and 0 <= minutes < 60 and 0 <= seconds < 60:
            return degrees + minutes / 60 + seconds / 3600
    return None
