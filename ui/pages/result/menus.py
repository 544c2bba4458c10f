"""What a right click offers on the result: on a unit of the table, and on the map while a plan is open."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QMenu

from ....delineation.export.registry import exporters
from ...map.plan_view import PlanView
from ...shipped import own_icon
from ...text import language, tr
from ...work.part_export import UNIT_FORMATS
from ..findings_list import copy_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.gui import QgsMapCanvas, QgsMapMouseEvent

    from ....delineation.plan.file import Plan
    from .page import ResultPage

NEAR = 8  # pixels between a click and a finding that it is meant for


def fill_unit_menu(menu: QMenu, page: ResultPage, unit_ids: Sequence[str], *, on_map: bool = False) -> None:
    """Put into a menu what can be done with units; ``on_map`` they are also to be found in the table."""
    plan = page.session.plan
    if plan is None:
        return
    units = plan.units.set_index("unit_id").loc[list(unit_ids)]
    codes = units["code"].astype(str).tolist()
    if len(unit_ids) == 1:
        if not on_map:
            menu.addAction(own_icon("why"), tr("Why this unit?"), lambda: page.explain_unit(unit_ids[0]))
        menu.addAction(tr("Zoom to the unit"), lambda: page.zoom_unit(unit_ids[0]))
        menu.addAction(tr("Its entry list"), lambda: page.list_unit(unit_ids[0]))
    if on_map:
        menu.addAction(tr("Show in the table"), lambda: page.show_units(unit_ids))
    menu.addSeparator()
    copy = tr("Copy the code {code}", code=codes[0])
    if len(codes) > 1:
        copy = tr("Copy {count} codes", count=f"{len(codes):,}")
    menu.addAction(copy, lambda: copy_text("\n".join(codes)))
    names = "\n".join(units["name"].astype(str))
    menu.addAction(tr("Copy the name"), lambda: copy_text(names))
    if len(unit_ids) == 1:
        export = menu.addMenu(tr("Export this unit"))
    else:
        export = menu.addMenu(tr("Export {count} units", count=f"{len(codes):,}"))
    for name in UNIT_FORMATS:
        action = export.addAction(exporters()[name].title(language()))
        action.triggered.connect(lambda *_, name=name: page.export_units(name, codes))


class MapMenu(QObject):
    """Adds to the menu of QGIS's map what can be asked of the place that was clicked on."""

    def __init__(self, page: ResultPage, canvas: QgsMapCanvas) -> None:
        super().__init__(page)
        self._page, self._canvas = page, canvas
        self._units: tuple[Any, Any] | None = None  # units of a plan, and the same by place
        canvas.contextMenuAboutToShow.connect(self._about_to_show)

    def close(self) -> None:
        """Leave the map, as far as Qt has not taken it down already."""
        with contextlib.suppress(RuntimeError, TypeError):
            self._canvas.contextMenuAboutToShow.disconnect(self._about_to_show)

    def _about_to_show(self, menu: QMenu, event: QgsMapMouseEvent) -> None:
        point = event.mapPoint()
        self.fill(menu, point.x(), point.y())

    def fill(self, menu: QMenu, x: float, y: float) -> None:
        """Put into a menu what can be asked of a point of the map; nothing beside the plan."""
        page, plan = self._page, self._page.session.plan
        if plan is None:
            return
        view = PlanView(self._canvas, plan.crs)
        # So many metres are a pixel there.
        here, beside = view.place(x, y), view.place(x + NEAR * self._canvas.mapUnitsPerPixel(), y)
        if here is None or beside is None:
            return
        unit, findings = self._unit_at(plan, *here), _findings_at(plan, *here, abs(beside[0] - here[0]))
        first = menu.actions()[0] if menu.actions() else None
        own = QMenu(menu)
        if unit is not None:
            name = str(plan.units["name"].iloc[unit]).replace("&", "&&")
            own.addAction(name).setEnabled(False)
            own.addAction(own_icon("why"), tr("Why here?"), lambda: page.ask_of(x, y))
            fill_unit_menu(own, page, [str(plan.units["unit_id"].iloc[unit])], on_map=True)
        for place in findings:
            self._add_finding(own, place, str(plan.findings["id"].iloc[place]))
        if own.actions() and self._canvas.mapTool() is page.tool:
            own.addSeparator()
            own.addAction(tr("End “Why here?”"), page.tool.stop)
        if own.actions():
            menu.insertActions(first, own.actions())
            menu.insertSeparator(first)

    def _add_finding(self, menu: QMenu, place: int, rule: str) -> None:
        page = self._page
        title = tr("Finding: {rule}", rule=page.findings.model.rule_title(rule)).replace("&", "&&")
        one = menu.addMenu(title)
        one.addAction(tr("Zoom to it"), lambda: page.zoom_findings([place]))
        one.addAction(tr("Show in the list"), lambda: page.show_findings([place]))
        accept = tr("Accept with reason…")
        one.addAction(accept, lambda: page.show_findings([place], accept=True))

    def _unit_at(self, plan: Plan, x: float, y: float) -> int | None:
        """Row of the unit over a point of the plan's CRS."""
        import shapely

        units = plan.units
        if self._units is None or self._units[0] is not units:
            self._units = (units, shapely.STRtree(units["geometry"].to_numpy(dtype=object)))
        found = self._units[1].query(shapely.Point(x, y), predicate="intersects")
        return int(found.min()) if len(found) else None


def _findings_at(plan: Plan, x: float, y: float, near: float) -> list[int]:
    """Places of the findings near a point in the plan's table, the nearest three."""
    import numpy as np
    import shapely

    shapes = plan.findings["geometry"].to_numpy(dtype=object)
    # What has no place is at no distance.
    away = np.asarray(shapely.distance(shapes, shapely.Point(x, y)), dtype=float)
    order = np.argsort(away, kind="stable")[:3]
    return [int(place) for place in order if away[place] <= near]
