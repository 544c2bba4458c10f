"""What a case's method is asked for, held against what the case has before anything of it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.errors import BadInput
from ..core.messages import Message
from .face_sums import AREA, FACES, check_sum, limits_of
from .face_values import check_variable, variables_of_text
from .regionalise_faces import check_roles
from .settings import MethodSettings, check_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..case.model import Case


def known_names(case: Case) -> dict[str, tuple[str, ...]]:
    """List what a setting may name: ``keep_apart``, ``align``, ``least`` and ``most``.

    Parameters
    ----------
    case : Case

    Returns
    -------
    dict of str to tuple of str
        Roles of the case's sources, in their order; what adds up.
    """
    roles, lines, rasters = _of(case)
    outlines = tuple(dict.fromkeys(("township", *roles)))
    scores = (name for name, kind in rasters.items() if kind == "score")
    sums = tuple(dict.fromkeys((AREA, FACES, *scores, *(role for role in roles if role not in rasters))))
    return {"keep_apart": outlines, "align": (*outlines, *lines), "least": sums, "most": sums}


def mistakes(case: Case, method: str, given: Mapping[str, Any]) -> dict[str, BadInput]:
    """Find settings that the case cannot meet, as a run would refuse them; nothing is read for it.

    Parameters
    ----------
    case : Case
    method : str
        One that regionalises.
    given : mapping
        Its parameters; those of its own are passed over.

    Returns
    -------
    dict of str to BadInput
        Setting → what is wrong with it. What only the faces can tell, such as a sum that no region reaches, is not
        among it.
    """
    roles, lines, rasters = _of(case)
    known = MethodSettings.__dataclass_fields__
    where = Message("[method] {method}", method=method)
    out: dict[str, BadInput] = {}

    def names(settings: MethodSettings) -> None:
        check_roles(settings, roles, lines, where)

    def variables(settings: MethodSettings) -> None:
        for name in variables_of_text(settings.variables, rasters, where):
            check_variable(name, rasters, roles, where)

    def sums(settings: MethodSettings) -> None:
        for key in ("least", "most"):
            for name in limits_of(getattr(settings, key), Message("{where} {setting}", where=where, setting=key)):
                check_sum(name, rasters, roles, where)

    checks: dict[str, tuple[Callable[[MethodSettings], None], ...]] = {
        "locked": (names,),
        "keep_apart": (names,),
        "align": (names,),
        "least": (sums,),
        "most": (sums,),
        "variables": (variables,),
    }
    for name in known:
        if name not in given and name != "variables":
            continue
        # Each by itself: one that is wrong hides no other.
        settings = MethodSettings(**{name: given[name]} if name in given else {})
        try:
            if name != "alignment":  # that something is named to align with is asked below
                check_settings(settings, where)
            for check in checks.get(name, ()):
                check(settings)
        except BadInput as error:
            out[name] = error
    if not set(out) & {"align", "alignment"}:
        both = {name: given[name] for name in ("align", "alignment") if name in given}
        try:
            check_settings(MethodSettings(**both), where)
        except BadInput as error:
            out["alignment"] = error
    return out


def _of(case: Case) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]:
    """Roles that cut, roles of lines, and rasters with their kinds."""
    every = dict.fromkeys(source.role for source in case.sources)
    lines = tuple(role for role in every if role in case.profile.roles and case.profile.roles[role].guide)
    # Grades of a raster that cut the partition are outlines like those of a role.
    grades = tuple(raster.name for raster in case.rasters if raster.zones)
    roles = (*(role for role in every if role not in lines), *grades)
    return roles, lines, {raster.name: raster.kind for raster in case.rasters}
