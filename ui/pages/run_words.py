"""What the Run page says of a run that is over: what it gave, or why it gave nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QCoreApplication

from ..frame.messages import words_of
from ..words import listed, seconds

if TYPE_CHECKING:
    from ..work.session import Session

__all__ = ["failed_words", "not_measured", "stopped_words", "summary"]

translate = QCoreApplication.translate
NOT_MEASURED = "S62"  # the finding that a library was missing for the rasters


def failed_words(session: Session, error: Exception) -> str:
    """Say that the last run, or taking over a candidate, failed, and why."""
    text = translate("ControlUnits", "The last run failed; the plan is as it was. {why}")
    if session.plan is None:
        text = translate("ControlUnits", "The run failed; nothing was written. {why}")
    elif session.adopting:
        text = translate("ControlUnits", "Adopting failed; the plan is as it was. {why}")
    return text.format(why=words_of(error))


def stopped_words(session: Session) -> str:
    """Say that somebody stopped it."""
    if session.plan is None:
        return translate("ControlUnits", "The run was stopped; nothing was written.")
    if session.adopting:
        return translate("ControlUnits", "Adopting was stopped; the plan is as it was.")
    return translate("ControlUnits", "The run was stopped; the plan is as it was.")


def not_measured(session: Session) -> str:
    """Say why the plan has no evidence, where a library was missing that measures it."""
    plan = session.plan
    found = plan.findings.loc[plan.findings["id"] == NOT_MEASURED, "facts"] if plan is not None else ()
    if not len(found) or session.busy:
        return ""
    text = translate(
        "ControlUnits",
        "Rasters were left out: {library} is missing. “Check installation” in the menu ☰ says how to get it.",
    )
    return text.format(library=json.loads(found.iloc[0] or "{}").get("library", ""))


def summary(session: Session) -> str:
    """Say what the last run gave and what had changed before it."""
    outcome = session.outcome
    if outcome is None:
        return not_measured(session)
    text = translate("ControlUnits", "{units} units from {faces} faces in {time}.").format(
        units=f"{len(outcome.plan.units):,}",
        faces=f"{len(outcome.plan.faces):,}",
        time=seconds(sum(outcome.seconds.values())),
    )
    lines = [text, not_measured(session)]
    if outcome.changed:
        parts = listed(outcome.changed)
        lines.append(translate("ControlUnits", "Changed since the run before: {parts}.").format(parts=parts))
    elif outcome.changed is not None:
        lines.append(translate("ControlUnits", "Nothing has changed since the run before: the plan is the same."))
    return "\n".join(filter(None, lines))
