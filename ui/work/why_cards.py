"""Why cards of the open plan: its rules are applied once and asked often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..text import language, tr
from .job import Job

if TYPE_CHECKING:
    from ...delineation.explain.why_words import WhyCard
    from ...delineation.plan.file import Plan
    from ...delineation.rules.rejudging import Rejudged
    from .runner import Then
    from .session import Session


class Whys:
    """Answers for a session's plan."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: tuple[Any, Rejudged] | None = None
        self._job = Job(session.runner, session)

    def warm(self, then: Then = lambda: None) -> None:
        """Apply the plan's rules beside the main thread, so that the first answer comes at once; ``then`` is called."""
        plan = self._session.plan
        if plan is None or self._session.busy:
            return
        if self._again(plan) is not None:
            then()
            return

        def done(again: Rejudged) -> None:
            if self._session.plan is not None and self._session.plan.faces is plan.faces:
                self._known = (plan.faces, again)
                then()

        # A plan that cannot be judged again says so when somebody asks.
        self._job.start(tr("Preparing explanations"), lambda _: _applied(plan), done=done, failed=lambda _: then())

    def card(self, plan: Plan, what: str) -> WhyCard:
        """Explain a unit (code or id) of the session's plan, or a point (``x,y`` in its CRS).

        Raises
        ------
        BadInput
            No such unit, or a point outside the plan.
        """
        from ...delineation.explain.why import why
        from ...delineation.explain.why_words import word

        again = self._again(plan) or _applied(plan)
        self._known = (plan.faces, again)
        answer = why(plan, what, again=again)
        return word(answer, self._session.profile, language(), method=plan.meta["method"], journal=plan.journal)

    def _again(self, plan: Plan) -> Rejudged | None:
        """Give the rules as they were applied to a plan's faces, None where they were not yet."""
        return self._known[1] if self._known is not None and self._known[0] is plan.faces else None


def _applied(plan: Plan) -> Rejudged:
    from ...delineation.rules.rejudging import Rejudged

    again = Rejudged(plan)
    again.tree  # noqa: B018 - computed on first use
    again.judgement  # noqa: B018
    return again
