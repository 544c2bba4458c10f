"""What a plan is made of besides its basis and its labels, read: what was before, the clause library, provenance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import shapely

from ..core.findings import Finding
from ..lists.library import read_libraries
from ..lists.wording import list_words
from ..methods.of_case import stated
from ..plan.file import read_meta, read_table
from ..plan.provenance import highest_mark, source_names, sources_table
from ..sources.previous_units import read_previous_units
from ..sources.unit_defects import UNIT_FINDINGS
from ..succession.administrative import changes_of, contradictions
from ..succession.foreign_units import ground_findings
from ..succession.predecessor import Predecessor
from ..succession.previous_lists import PreviousLists, previous_lists

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ..basis.build import Basis
    from ..case.model import Case
    from ..labelling.label import Labelling
    from ..plan.file import Plan
    from ..sources.previous_units import PreviousUnits


@dataclass(frozen=True, eq=False)
class Materials:
    """What a plan is made of besides its basis and its labels.

    Attributes
    ----------
    library : pandas.DataFrame
        The clause library of profile and case.
    names : sequence of str
        What the plan calls the sources of its basis.
    sources : pandas.DataFrame
        The plan's table.
    classification : str
        The highest 密级 of what is read.
    last : Predecessor or None
        Last year's units: of the update, else of ``[previous]``.
    replaced : Predecessor or None
        The plan that this one takes the place of, where people have edited it.
    lists : PreviousLists or None
        Last year's, of an update.
    freely : PreviousUnits or None
        The scheme of the level above, where it is only compared with.
    findings : tuple of Finding
        What is to be said of last year's units.
    """

    library: pd.DataFrame
    names: Sequence[str]
    sources: pd.DataFrame
    classification: str
    last: Predecessor | None = None
    replaced: Predecessor | None = None
    lists: PreviousLists | None = None
    freely: PreviousUnits | None = None
    findings: tuple[Finding, ...] = ()


def read_materials(
    case: Case, basis: Basis, labelling: Labelling, replaced: Plan | None = None, *, names: Sequence[str] = ()
) -> Materials:
    """Read what else the plan of a labelling is made of.

    Parameters
    ----------
    case : Case
    basis : Basis
    labelling : Labelling
    replaced : Plan, optional
        The plan that is replaced, where people have edited it.
    names : sequence of str
        Of the sources, where the basis was laid for another case: one with another method.

    Raises
    ------
    BadInput
        The previous version, the scheme above, the clause library or the change table cannot be used.
    """
    case = stated(case)
    names, changes = names or source_names(case), changes_of(case)
    units, cut = labelling.updated, labelling.updated is not None
    bounds = shapely.total_bounds(basis.partition.faces).tolist()
    study = (bounds[0], bounds[1], bounds[2], bounds[3])
    if case.previous.path:
        read_meta(case.file(case.previous.path))  # a damaged plan, or one of a newer version, is refused
        if units is None or not case.previous_cuts:
            units, cut = read_previous_units(case, basis.sources.crs, study), False
    elif units is not None:
        # What is wrong with its shapes is told with the sources.
        units = replace(units, findings=tuple(one for one in units.findings if one.id in UNIT_FINDINGS))
    last: Predecessor | None = None
    findings: tuple[Finding, ...] = ()
    if units is not None:
        before = int(read_meta(units.path).get("filing_year") or 0)
        last = Predecessor.of_units(units, basis, changes, cut=cut)
        findings = (
            *units.findings,
            *ground_findings(units, basis, last, case.profile, cut=cut),
            *contradictions(last.changes, last.units_of_counties(), last.standing, case.admin.changes),
            *([Finding("S94", {"year": case.filing_year, "last": before})] if 0 < case.filing_year <= before else []),
        )
        if cut or any(info.trigger for info in basis.sources.info):
            units.plan  # noqa: B018 - read now, and kept
    return Materials(
        library=read_libraries(case.profile, [case.file(path) for path in case.lists.library], basis.sources.parks),
        names=names,
        sources=sources_table(case, basis, names, 0 if last is None else len(last)),
        classification=highest_mark(case),
        last=last,
        replaced=None if replaced is None else Predecessor.of_plan(replaced, basis, case, changes),
        lists=None if units is None or labelling.updated is None else _lists(case, units),
        freely=read_previous_units(case, basis.sources.crs, study, spec=case.upper)
        if case.upper.path and case.upper.mode == "free"
        else None,
        findings=findings,
    )


def _lists(case: Case, units: PreviousUnits) -> PreviousLists:
    """Read last year's lists: of a plan of ours, of a workbook that the case names, else of the fields of the layer."""
    if case.previous.lists or units.plan is None:
        path = case.file(case.previous.lists) if case.previous.lists else None
        return previous_lists(units, path, case.profile, list_words(case.profile))
    row = {unit_id: number for number, unit_id in enumerate(units.unit_id)}
    clauses = read_table(units.path, "clauses")
    numbered = clauses.assign(row=[row.get(one, -1) for one in clauses["unit_id"]])
    return PreviousLists(numbered, library=read_table(units.path, "library"))
