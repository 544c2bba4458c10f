"""The clause library as a plan keeps it: what its lists were made from, and are made from again after edits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..core.columns import columns_of
from ..core.errors import BadInput
from ..core.messages import Message, counted
from ..core.text import json_table, nearest
from .clause import LibraryRow
from .draft import PROPOSED
from .library import EVERY_CATEGORY
from .terms import terms_of
from .wording import DIMENSIONS, EFFECTS

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXTS = ("level", "issuer", "dimension", "effect", "text", "basis", "checked_source", "checked_on", "page")


def library_table(library: pd.DataFrame) -> pd.DataFrame:
    """Give table ``library`` of a plan.

    Parameters
    ----------
    library : pandas.DataFrame
        From `read_library`; where a column is missing, it is blank, and terms are made of their cells.
    """
    terms = library["terms"] if "terms" in library else map(terms_of, library.to_dict("records"))
    told = [json.dumps(one, ensure_ascii=False, sort_keys=True) for one in terms]
    kept = library.rename(columns={"id": "clause_id", "sub": "subdimension"}).assign(terms=told)
    names = [column.name for column in columns_of(LibraryRow)]
    return kept.reindex(columns=names, fill_value="").astype({"verified": int}).reset_index(drop=True)


def library_of_plan(table: pd.DataFrame) -> pd.DataFrame:
    """Give the library of a plan as `read_library` does, in the order of its table.

    Parameters
    ----------
    table : pandas.DataFrame
        ``plan.library``.

    Raises
    ------
    BadInput
        A dimension or effect that is none.
    """
    for name, known in (("dimension", DIMENSIONS), ("effect", EFFECTS)):
        if (odd := ~table[name].isin(known)).any():
            raise BadInput(
                Message("{column} = {values!r}", column=name, values=str(table[name][odd].iloc[0])[:40]),
                where=Message("the plan's table {table}", table="library"),
                wanted=nearest("", known),
            )
    terms = [json_table(text) for text in table["terms"]]
    cells = pd.DataFrame(
        [scope_cells(one) for one in terms], columns=["admin", "category", "kind", "zone", "place"], index=table.index
    )
    texts = {name: table[name].fillna("").astype(str) for name in _TEXTS}
    out = pd.DataFrame({"id": table["clause_id"].astype(str), **texts, "sub": table["subdimension"].fillna("")})
    out = out.join(cells).assign(verified=table["verified"] == 1)
    out["category"] = out["category"].astype("int64")
    out["terms"] = terms
    return out.reset_index(drop=True)


def checked_bases(table: pd.DataFrame) -> frozenset[tuple[str, str]]:
    """Give what of a plan's library somebody has read: ids of clauses, each with its basis.

    Of any other basis in a list (written by hand, altered, taken over) nobody has said so.
    """
    rows = zip(*(table.get(name, ()) for name in ("clause_id", "basis", "verified")), strict=True)
    return frozenset((name, basis) for name, basis, read in rows if read == 1)


def unchecked_clauses(clauses: pd.DataFrame, library: pd.DataFrame) -> list[str]:
    """Name the clauses of lists that rest on what nobody has read (待核), each once; a proposed one is of no list."""
    listed = clauses[(clauses["status"] != PROPOSED) & (clauses["basis"].fillna("") != "")]
    return sorted(
        {name for name, _ in {*zip(listed["clause_id"], listed["basis"], strict=True)} - checked_bases(library)}
    )


def unchecked_in_words(count: int) -> Message:
    """Word how many clauses rest on what nobody has read."""
    return counted(count, "{n:,} clause with an unchecked basis", "{n:,} clauses with an unchecked basis")


def scope_cells(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Read where a clause holds off its terms: ``admin``, ``category`` (0 for all), ``kind``, ``zone``, ``place``."""
    cells: dict[str, Any] = {"admin": "", "category": EVERY_CATEGORY, "kind": "", "zone": "", "place": ""}
    places: list[str] = []
    for token in terms.get("scope") or ():
        key, _, value = str(token).partition(":")
        if key == "admin":
            cells["admin"] = ";".join(value.split("|"))
        elif key == "category" and value in ("1", "2", "3"):
            cells["category"] = int(value)
        elif key in ("role", "kind"):
            cells["kind"], _, cells["zone"] = value.partition(":")
        elif key in ("unit", "place"):
            places += value.split("|")
    return {**cells, "place": ";".join(places)}
