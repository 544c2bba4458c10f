"""The verb ``assess``: whether a project may come to a site, and which clause says so; one site, or a table of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..assess.answer import Assessor
from ..assess.batch import assess_rows
from ..core.messages import Message
from ..core.progress import Progress, silent, within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def assess(
    plan: str | Path,
    site: str | Path,
    *,
    project: str = "",
    industry: str = "",
    nature: str = "",
    facts: Mapping[str, Any] | None = None,
    where_else: int = 0,
    crs: str = "",
    buffer: float = 0.0,
    as_of: str = "",
    none_here: Sequence[str] = (),
    language: str = "en",
    progress: Progress = silent,
) -> dict[str, Any]:
    """Assess a project at a site by the entry lists of a plan.

    Parameters
    ----------
    plan : path
        A plan file, which is only read, near the site alone.
    site : str or path
        WKT, ``x,y``, ``x,y,radius`` (m), or a file; in the plan's CRS unless `crs` or the file says otherwise.
    project : str
        What the project is called, in the answer and its report.
    industry : str
        GB/T 4754 code at any depth.
    nature : str
        ``new`` (taken where nothing is said), ``expand``, ``rebuild`` or ``existing``.
    facts : mapping, optional
        Fact → value with its unit: ``{"capacity": "2000 t/d"}``.
    where_else : int
        How many other places to look for where the project is refused here.
    crs : str
        Of the site's coordinates; also ``GCJ-02`` and ``BD-09``.
    buffer : float
        m round points and lines.
    as_of : str
        ISO date by which clauses and laws are in force; without one that is not judged, and said.
    none_here : sequence of str
        Roles of which the territory has nothing: a layer of them is not missed.
    language : str
        ``en`` or ``zh``, of what is worded in the answer.
    progress : callable

    Returns
    -------
    dict
        What ``assess --json`` prints (``resources/schemas/assess.schema.json``).

    Raises
    ------
    BadInput
        No plan, or a site, industry, fact, role or date that is none.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> verbs.assess("plan.gpkg", "502000,3402000,50", industry="C2614")["units"][0]["category"]
    1
    """
    progress(0.0, Message("reading the plan near the site"))
    assessor = Assessor(plan, whole=where_else > 0, language=language, none_here=none_here)
    asked = assessor.project(name=project, industry=industry, nature=nature, facts=facts)
    found = assessor.site(site, crs=crs, buffer=buffer)
    return assessor.assess(found, asked, as_of=as_of, where_else=where_else, progress=within(progress, 0.3, 1.0))


def assess_batch(
    plan: str | Path,
    table: str | Path,
    *,
    crs: str = "",
    as_of: str = "",
    none_here: Sequence[str] = (),
    language: str = "en",
    progress: Progress = silent,
) -> list[dict[str, Any]]:
    r"""Assess the projects of a table (`assess.batch.COLUMNS`); a row that cannot be read has ``error`` in its place.

    Raises
    ------
    BadInput
        No plan, no table, or a date that is none.

    Examples
    --------
    >>> from pathlib import Path
    >>> from control_units.delineation import verbs
    >>> _ = Path("projects.csv").write_text("id,x,y,radius,industry\nA,502000,3402000,50,C2614\n")
    >>> [one["id"] for one in verbs.assess_batch("plan.gpkg", "projects.csv")]
    ['A']
    """
    progress(0.0, Message("reading the plan"))
    assessor = Assessor(plan, whole=True, language=language, none_here=none_here)
    return list(assess_rows(assessor, Path(table), crs=crs, as_of=as_of, progress=within(progress, 0.1, 1.0)))
