"""Tables in CSV that people fill in: rows of known columns, texts without white space around them."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from .errors import BadInput
from .messages import Message, at
from .text import nearest

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

__all__ = ["read_rows"]


def read_rows(path: Path, columns: Collection[str], unread: Message) -> list[dict[str, str]]:
    """Read all rows; a column that the file lacks is "" in each.

    Parameters
    ----------
    path : Path
        CSV in UTF-8.
    columns : collection of str
        Those that the file may have.
    unread : Message
        What is said of a file that is no such table.

    Raises
    ------
    BadInput
        Unreadable, or an unknown column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            for column in reader.fieldnames or ():
                if column not in columns:
                    raise BadInput(
                        Message("unknown column '{column}'", column=column),
                        where=at(path),
                        wanted=nearest(column, columns),
                    )
            return [{key: (row.get(key) or "").strip() for key in columns} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(unread, where=at(path), wanted=Message("a CSV file in UTF-8")) from error
