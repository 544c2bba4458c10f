"""What reports say of a plan, and the cover of printed entry lists, whatever they are printed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.messages import Message, at, counted, first_few
from ..lists.rows import ListRow, counts_of, is_illustration
from ..lists.wording import counties_of
from ..plan.statement import or_unfilled, statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..case.profile import Profile

__all__ = ["cover", "plan_facts", "size"]

_METHODS = {
    "planar": Message("Areas in the plane of the Gauss-Krüger projection"),
    "ellipsoidal": Message("Areas on the ellipsoid"),
}


def plan_facts(meta: Mapping[str, str], crs: str, profile: Profile) -> list[tuple[Message, Message]]:
    """Say what a plan is called, how it stands, what is stated of it, and how it is measured: titles and texts."""
    unstated = Message("not stated")
    method = meta.get("area_method") or meta.get("area") or str(profile["area"].get("method", ""))
    counties = counties_of(meta)
    return [
        (Message("Name of the plan"), or_unfilled(meta.get("name", ""))),
        (Message("Status of the plan"), at(meta.get("status") or Message("draft"))),
        *statement(meta),
        (Message("Counties"), first_few(counties.values()) if counties else unstated),
        (Message("Coordinate system"), at(crs)),
        (Message("Measure of areas"), _METHODS.get(method) or at(method or unstated)),
        (Message("Classification"), at(meta.get("classification") or unstated)),
    ]


def cover(
    meta: Mapping[str, str], crs: str, profile: Profile, chapters: Sequence[tuple[str, Sequence[ListRow]]]
) -> list[tuple[Message, Message]]:
    """Say what the lists are of and rest on, and how much of them nobody has reviewed: titles and texts.

    ``chapters`` are the units of each, with its title.
    """
    said = plan_facts(meta, crs, profile)
    if is_illustration(meta):
        note = Message("Borders and data serve demonstration and are no basis for decisions")
        said.append((Message("Illustration"), note))
    said += [(at(title), size(rows)) for title, rows in chapters]
    standing, proposed = counts_of(row for _, rows in chapters for row in rows)
    said.append((Message("Clauses in all"), standing))
    return said if proposed is None else [*said, (Message("Proposed clauses"), proposed)]


def size(rows: Sequence[ListRow]) -> Message:
    """Say how many units there are, and how large they are together."""
    km2 = sum(row.area for row in rows) / 1e6
    return counted(len(rows), "{n:,} unit, {km2:,.2f} km²", "{n:,} units, {km2:,.2f} km²", km2=km2)
