"""What a source that a case makes on the spot may be, and what it may be made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import BadInput
from ...text import nearest

if TYPE_CHECKING:
    from ...case import Case, SourceSpec

__all__ = ["ROLES", "check_made"]

# None of these decides a category by itself; townships have names, so that units may be named after them.
_CUTS = ("catchment", "unit")
ROLES = {"grid": _CUTS, "hexagons": _CUTS, "catchments": _CUTS, "townships": ("township", "village", *_CUTS)}
_OF_FILES = ("layer", "fields", "where", "zone", "zones", "buffer", "encoding", "crs", "official_area")


def check_made(case: Case, spec: SourceSpec, where: str) -> None:
    """Refuse what a made source cannot be.

    Raises
    ------
    BadInput
        A key that speaks of a file; a role that is given by law, or that none of the kind can be; townships where they
        would be the study area; townships of a role that the case has no layer of.
    """
    maker = spec.maker
    if maker is None:
        return
    for key in _OF_FILES:
        if getattr(spec, key):
            wanted = "role and made, and where it comes from: date, provider, document, classification"
            raise BadInput(f"'{key}' speaks of a layer, and this one is made", where=where, wanted=wanted)
    if spec.role not in ROLES[maker.kind]:
        what = f"{maker.kind} cannot be of role {spec.role}"
        raise BadInput(what, where=where, wanted=" | ".join(ROLES[maker.kind]))
    layers = {one.role for one in case.sources if not one.made}
    if spec.role == "township" and "county" not in layers:
        what = "townships are made over the study area, and cannot be it"
        raise BadInput(what, where=where, wanted="a source of role county")
    if maker.of and maker.of not in layers:
        what = f"no layer of role '{maker.of}'"
        raise BadInput(what, where=where, wanted=nearest(maker.of, layers) if layers else "a source of that role")
