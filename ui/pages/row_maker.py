"""Rows of settings in the profile's words, with the choices and names that the open case has for them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QCoreApplication

from ...delineation.case import LIMITS
from ...delineation.explanations import explain, load_explanations
from ..text import language
from ..words import sum_label
from .setting_fields import ALIKE, SettingRow

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QWidget

    from ...delineation.explanations import Explanation
    from ...delineation.profile import Profile
    from ..work.session import Session

__all__ = ["RowMaker"]

translate = QCoreApplication.translate
# Settings that name roles, and those that name what adds up.
SUMS = ("least", "most")
NAMED = ("keep_apart", "align", *SUMS)


class RowMaker:
    """Makes rows; ``told`` explains a setting, a method or a choice."""

    def __init__(self, session: Session, profile: Profile) -> None:
        self._session = session
        self._texts = load_explanations(profile)

    def told(self, group: str, name: str) -> Explanation:
        """Name and explain what stands under a group of the profile's explanations."""
        return explain(self._texts, group, name, language())

    def row(self, parent: QWidget, group: str, name: str, default: Any, *, brief: bool = False) -> SettingRow:
        """Make the row of a setting."""
        told, limit = self.told(group, name), LIMITS.get(f"{group}.{name}")
        words = told.choices or (limit.choices if limit else ())
        choices = [(value, self.told("choice", value).name) for value in words if value not in ALIKE]
        if group == "parameter" and name == "terrain":
            choices = [("", translate("ControlUnits", "(none)")), *((one, one) for one in self._graded())]
        bounds = {"least": limit.least, "most": limit.most} if limit and not limit.choices else {}
        names = partial(self._names, name) if group == "parameter" and name in NAMED else None
        return SettingRow(
            group,
            name,
            told,
            default,
            choices=choices,
            names=names,
            sums=name in SUMS,
            brief=brief,
            parent=parent,
            **bounds,
        )

    def _graded(self) -> list[str]:
        case = self._session.case
        return [raster.name for raster in case.rasters if raster.grades] if case is not None else []

    def _names(self, setting: str) -> list[tuple[str, str]]:
        """List what a setting may name in the open case."""
        from ...delineation.methods.asked import known_names

        case = self._session.case
        if case is None:
            return []
        return [(name, sum_label(case.profile, name)) for name in known_names(case)[setting]]
