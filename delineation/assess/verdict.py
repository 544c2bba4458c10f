"""The verdict on a site and a project: each clause tested in order, the worst of what applies counted.

What the tests lead to (states, causes, notices), what the effects weigh and how a verdict follows from that stands in
``resources/assess/verdict.json``; its meaning, for whoever wants to give the same verdicts in another language, in
``docs/verdict.md``. Here is what runs the table. Plain Python, no geometry: how the site lies to a place is what the
caller knows.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.errors import BadInput
from ..core.messages import Message, one_of
from .clause_tests import TESTS, Asked, Implications, Outcomes, answered, answers_to, asked_of, holds, unknown_facts
from .clauses import INDUSTRY, CompiledClause, Relation, ScopeIndex, read_rules, table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

__all__ = ["Clauses", "Enquiry", "JudgedClause", "KnownAnswers", "Verdict", "compile_clauses", "judge", "table"]

_COUNTS = ("low", "high", "unchecked")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class JudgedClause(NamedTuple):
    """What one clause says of the site and project.

    Attributes
    ----------
    id : str
    applies : str
        ``yes``, ``no``, ``maybe``, ``exempt``, ``met`` or ``missing``.
    cause : str
        Why, as an id: ``all``, ``place``, ``fact:capacity_unknown`` … (docs/verdict.md).
    rank : int
        What it weighs in the verdict, 0–3; 0 where it does not apply, is exempt or met.
    notices : tuple of str
        What has to be said beside, as ids: ``near:ID``, ``expired:ID``, ``law:ID:SUCCESSOR`` …
    test, outcome, about : str
        The test that decided, its outcome and the fact or law it is about; blank where all passed.
    """

    id: str
    applies: str
    cause: str
    rank: int
    notices: tuple[str, ...]
    test: str
    outcome: str
    about: str


@dataclass(frozen=True)
class Verdict:
    """What all clauses together say.

    Parameters
    ----------
    verdict : str
        ``prohibit``, ``not_assessed``, ``needs_review``, ``restrict``, ``conditional`` or ``no_conflict``.
    low, high : int
        Worst rank of what applies for certain, and of what applies or may apply.
    clauses : tuple of JudgedClause
        In the order in which they were given.
    deciding : tuple of str
        Ids of the clauses that the verdict rests on.
    not_checked : tuple of str
        ``outside``, then ``layer:ROLE`` for each layer that is missing.
    notices : tuple of str
        Of all clauses.
    offsets : dict
        Pollutant → greatest ratio among the clauses that apply for certain.
    """

    verdict: str
    low: int
    high: int
    clauses: tuple[JudgedClause, ...]
    deciding: tuple[str, ...]
    not_checked: tuple[str, ...]
    notices: tuple[str, ...]
    offsets: dict[str, float]
    _trial: _Trial = field(repr=False, compare=False)

    @cached_property
    def hanging(self) -> dict[str, list[int]]:
        """Unknown facts that clauses hang on → the clauses that an answer may change."""
        return self._trial.hanging(self)

    @cached_property
    def what_would_change(self) -> dict[str, tuple[str, ...]]:
        """Unknown facts whose answer alone can change the verdict → the verdicts that answers can lead to.

        Found by trying answers: for numbers below, at, between and above what clauses ask for; for words each of these
        and another; for the industry each code that a clause names, and one beside. Computed when first asked for.
        """
        return self._trial.changes(self)

    @cached_property
    def facts_missing(self) -> tuple[str, ...]:
        """Unknown facts that clauses hang on, in the order in which they would decide.

        First those whose answer alone can change the verdict, then those that graver clauses hang on, then those that
        more clauses hang on.
        """
        return self._trial.missing(self)

    @property
    def asked(self) -> tuple[str, ...]:
        """The first of these to be asked for at once: such as a clause hangs on that can weigh more than what applies.

        One a clause: what an answer may settle as well is asked for after it.
        """
        return self._trial.asked(self)

    @property
    def open_limits(self) -> tuple[str, ...]:
        """Ids of the clauses that would prohibit the project if it broke their limits, of which nothing is known.

        None where it is prohibited already.
        """
        return self._trial.open_limits(self)


@dataclass(frozen=True)
class KnownAnswers:
    """What was worked out of one project as of one date, whichever clauses of a plan it is judged by.

    Parameters
    ----------
    said : dict
        Id of a clause, relation → what it says.
    tried : dict
        Unknown fact, ids and relations of the clauses that hang on it → the worst ranks that its answers lead to.
    """

    said: dict[tuple[str, str], JudgedClause] = field(default_factory=dict)
    tried: dict[Any, list[dict[str, int]]] = field(default_factory=dict)


class Clauses:
    """Clauses made ready for being judged many times: see `compile_clauses`."""

    def __init__(
        self,
        rules: Sequence[CompiledClause],
        scopes: Sequence[tuple[tuple[str, ...], ...]],
        laws: Mapping[str, Mapping[str, Any]],
        implications: Implications,
    ) -> None:
        self.rules, self.laws, self.implications = tuple(rules), laws, implications
        self._scopes = ScopeIndex(scopes)
        self.of_scope: list[list[int]] = [[] for _ in scopes]
        for number, rule in enumerate(rules):
            self.of_scope[rule.scope].append(number)

    def __len__(self) -> int:
        """Count the clauses."""
        return len(self.rules)

    def relations(self, site: Mapping[str, str] | Relation, missing_layers: Collection[str]) -> dict[int, str]:
        """Say how a site lies to the scopes: see `ScopeIndex.relations`."""
        return self._scopes.relations(site, missing_layers)

    def ask(self, project: Mapping[str, Any], *, as_of: str, known: KnownAnswers | None = None) -> Enquiry:
        """Prepare for judging one project at any number of sites: see `Enquiry`."""
        return Enquiry(self, project, as_of=as_of, known=known)


def compile_clauses(
    documents: Mapping[str, Mapping[str, Any]],
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    laws: Mapping[str, Mapping[str, Any]] | None = None,
    implications: Implications | None = None,
) -> Clauses:
    """Make clauses ready for being judged many times.

    Parameters
    ----------
    documents : mapping
        Id → terms document with ``effect`` (docs/verdict.md).
    groups : mapping, optional
        Group of industries → codes.
    laws : mapping, optional
        Id of a law → ``{"from"?, "to"?, "superseded_by"?}``.
    implications : mapping, optional
        Code of GB/T 4754 → facts that it implies, each ``{"fact", "value", "unit"?, "natures"?}``.

    Raises
    ------
    BadInput
        An effect, a nature, an operator or a kind of place that the table does not have.
    """
    rules, scopes = read_rules(documents, groups or {})
    return Clauses(rules, scopes, laws or {}, implications or {})


class Enquiry:
    """One project, as of a date, before a set of clauses, to be judged at any number of sites.

    Only how the site lies to the scope of a clause differs from site to site, and that in five ways (`relations` of the
    table): what a clause says in each of them is worked out once, when it first occurs.

    Parameters
    ----------
    clauses : Clauses
    project : mapping
        ``industry`` (a code of GB/T 4754), ``nature`` and facts by id: a number, a word, yes or no, or
        ``{"value", "unit"}``. What is not there, ``None``, blank or ``unknown`` is unknown.
    as_of : str
        ISO date; "" for none: clauses and laws with a term count, and that they were not judged is said of each.
    known : KnownAnswers, optional
        Of the same project as of the same date, with other clauses of the same plan.

    Raises
    ------
    BadInput
        A nature, an industry or a date that is none: compared with clauses, each would pass in silence.
    """

    def __init__(
        self,
        clauses: Clauses,
        project: Mapping[str, Any],
        *,
        as_of: str,
        known: KnownAnswers | None = None,
    ) -> None:
        self.clauses, self.project, self.as_of = clauses, dict(project), as_of
        self.asked = asked_of(project, as_of, clauses.laws, clauses.implications)
        _check(self.asked)
        self.known = KnownAnswers() if known is None else known

    def at(
        self,
        site: Mapping[str, str] | Relation,
        *,
        missing_layers: Collection[str] = (),
        outside_share: float = 0.0,
        elsewhere: bool = True,
    ) -> Verdict:
        """Judge the project at a site: see `judge`.

        Parameters
        ----------
        elsewhere : bool
            Also give the clauses whose place the site does not hit. They do not change the verdict; without them a
            site is judged in a time that does not grow with the number of all clauses.
        """
        relations, rules = self.clauses.relations(site, missing_layers), self.clauses.rules
        numbers: Iterable[int] = range(len(rules))
        if not elsewhere:
            numbers = sorted(number for scope in relations for number in self.clauses.of_scope[scope])
        said, hit, said_by = list[JudgedClause](), list[tuple[CompiledClause, str]](), self.known.said
        for number in numbers:
            rule = rules[number]
            relation = relations.get(rule.scope, "out")
            judged = said_by.get((rule.id, relation))
            if judged is None:
                judged = said_by[rule.id, relation] = _judged(self.asked, rule, relation)
            said.append(judged)
            hit.append((rule, relation))
        outside = outside_share > 0
        worst = _worst(said)
        row, name = _row(worst, outside=outside)
        return Verdict(
            name,
            worst["low"],
            worst["high"],
            tuple(said),
            _deciding(said, row, worst["low"]),
            ("outside",) * outside + tuple(f"layer:{layer}" for layer in missing_layers),
            tuple(dict.fromkeys(notice for judged in said for notice in judged.notices)),
            _offsets(said, hit),
            _Trial(self, hit, outside),
        )


def _check(asked: Asked) -> None:
    """Refuse what no clause could be compared with."""
    natures = table()["natures"]
    if asked.nature and asked.nature not in natures:
        raise BadInput(
            Message("'{nature}' is no nature of a project", nature=asked.nature),
            where=Message("the project"),
            wanted=one_of(natures),
        )
    if asked.industry and not INDUSTRY.fullmatch(asked.industry):
        raise BadInput(
            Message("'{code}' is no industry code", code=asked.industry),
            where=Message("the project"),
            wanted=Message("a code of GB/T 4754: C, C26, C261 or C2614"),
        )
    if asked.as_of and not _DATE.fullmatch(asked.as_of):
        raise BadInput(
            Message("'{date}' is no date", date=asked.as_of),
            where=Message("the date to judge by"),
            wanted=Message("a date like 2026-11-27"),
        )


class _Row(NamedTuple):
    """What follows from an outcome, as the table has it; `first` orders the causes of clauses that no test ends."""

    ends: bool
    first: tuple[bool, int]
    state: str = ""
    cause: str = ""
    notice: str = ""
    rank: int | None = None


@cache
def _tests() -> dict[str, tuple[Callable[[Asked, CompiledClause, str], Outcomes], dict[str, _Row]]]:
    """Read what follows from the tests of the table."""
    states, order = table()["states"], table()["first_cause"]
    found = {}
    for test, rows in table()["tests"]:
        ends = {outcome: "state" in row and states[row["state"]]["ends"] for outcome, row in rows.items()}
        found[test] = (
            TESTS[test],
            {
                # What lets a clause stand is its cause where nothing leaves it open.
                outcome: _Row(
                    ends[outcome], (row.get("state") == "yes", order.index(test) if test in order else 0), **row
                )
                for outcome, row in rows.items()
            },
        )
    return found


def _judged(asked: Asked, rule: CompiledClause, relation: str) -> JudgedClause:
    """Run the tests of the table over one clause: the first that ends it, else the first cause in their order."""
    rank, told = _rank(rule, asked), list[tuple[_Row, str]]()
    chosen: tuple[_Row, str, str, str] | None = None
    tests = _tests()
    for test in rule.tests:
        function, rows = tests[test]
        for outcome, about in function(asked, rule, relation):
            row = rows[outcome]
            if row.notice:
                told.append((row, row.notice.format(clause=rule.id, about=about)))
            if row.rank is not None:
                rank = row.rank
            if row.state and (chosen is None or row.ends or row.first < chosen[0].first):
                chosen = row, test, outcome, about
        if chosen and chosen[0].ends:
            break
    # What lets a clause stand is told where it is the cause.
    stands = chosen[0] if chosen else None
    notices = tuple(dict.fromkeys(notice for row, notice in told if row.state != "yes" or row is stands))
    if chosen is None:
        passed = table()["passed"]
        return JudgedClause(rule.id, passed["state"], passed["cause"], rank, notices, "", "", "")
    row, test, outcome, about = chosen
    weighs = rank if table()["states"][row.state]["counts"] else 0
    cause = row.cause.format(about=about)
    return JudgedClause(rule.id, row.state, cause, weighs, notices, test, outcome, about)


def _rank(rule: CompiledClause, asked: Asked) -> int:
    """Give what a clause weighs where it applies."""
    rank: Any = table()["rank"][rule.effect]
    if isinstance(rank, dict):
        rank = rank[asked.nature if asked.nature in rank else "unknown"]
    return int(rank)


def _worst(said: Iterable[JudgedClause]) -> dict[str, int]:
    """Find the greatest rank of what counts as low, as high, and as unchecked."""
    worst = dict.fromkeys(_COUNTS, 0)
    for name, rank in _counts(said):
        worst[name] = max(worst[name], rank)
    return worst


def _counts(said: Iterable[JudgedClause]) -> Iterator[tuple[str, int]]:
    """Go through what clauses count as, with their ranks."""
    states = table()["states"]
    for judged in said:
        if judged.rank:
            for name in states[judged.applies]["counts"]:
                yield name, judged.rank


def _row(worst: Mapping[str, int], *, outside: bool) -> tuple[dict[str, Any], str]:
    """Find the row of the table that ranks lead to, and the verdict's name."""
    return _row_of(worst["low"], worst["high"], outside or worst["unchecked"] > 0)


@cache
def _row_of(low: int, high: int, unchecked: bool) -> tuple[dict[str, Any], str]:
    facts = {"low": low, "high": high, "unchecked": unchecked, "settled": low == high}
    row = next(row for row in table()["verdicts"] if all(facts[name] == row["when"][name] for name in row["when"]))
    return row, table()["names"][low] if row["verdict"] == "NAME" else row["verdict"]


def _deciding(said: Iterable[JudgedClause], row: Mapping[str, Any], low: int) -> tuple[str, ...]:
    """Name the clauses that a verdict rests on."""
    state, above = row["decided_by"]["state"], row["decided_by"]["above"]
    least = {"low": low, "below_low": max(low - 1, 0)}.get(above, above)
    return tuple(judged.id for judged in said if judged.applies == state and judged.rank > least)


def _offsets(said: Iterable[JudgedClause], hit: Iterable[tuple[CompiledClause, str]]) -> dict[str, float]:
    """Give the greatest ratio of each pollutant among the clauses that apply for certain."""
    offsets: dict[str, float] = {}
    for judged, (rule, _) in zip(said, hit, strict=True):
        if rule.pollutant and judged.applies == "yes" and rule.ratio > offsets.get(rule.pollutant, 0):
            offsets[rule.pollutant] = rule.ratio
    return offsets


class _Trial(NamedTuple):
    """What it takes to try answers to facts that are not known; `hit` are the rules of a verdict's clauses."""

    enquiry: Enquiry
    hit: Sequence[tuple[CompiledClause, str]]
    outside: bool

    def hanging(self, verdict: Verdict) -> dict[str, list[int]]:
        """Give the unknown facts that clauses hang on → the clauses that an answer may change."""
        found, asked = dict[str, dict[int, None]](), set[str]()
        for number, (judged, (rule, _)) in enumerate(zip(verdict.clauses, self.hit, strict=True)):
            if judged.applies in table()["may_hang"]:
                for fact, open_ in unknown_facts(self.enquiry.asked, rule):
                    found.setdefault(fact, {})[number] = None
                    asked.update([fact] if open_ else ())
        return {fact: list(numbers) for fact, numbers in found.items() if fact in asked}

    def changes(self, verdict: Verdict) -> dict[str, tuple[str, ...]]:
        """Try answers to each unknown fact: see `Verdict.what_would_change`."""
        order, found = table()["worst_first"], {}
        counted = Counter(_counts(verdict.clauses))
        for fact, numbers in verdict.hanging.items():
            names = self._tried(fact, verdict, numbers, counted)
            if names != {verdict.verdict}:
                found[fact] = tuple(sorted(names, key=order.index))
        return found

    def missing(self, verdict: Verdict) -> tuple[str, ...]:
        """Order the unknown facts: see `Verdict.facts_missing`."""
        hanging, changing = verdict.hanging, verdict.what_would_change
        ranks = {fact: [self.weight(number) for number in numbers] for fact, numbers in hanging.items()}
        return tuple(
            sorted(hanging, key=lambda fact: (fact not in changing, -max(ranks[fact]), -len(ranks[fact]), fact))
        )

    def asked(self, verdict: Verdict) -> tuple[str, ...]:
        """Choose what to ask for first: see `Verdict.asked`."""
        settled = verdict.low == len(table()["names"]) - 1
        found, left = (
            list[str](),
            {
                number
                for number, judged in enumerate(verdict.clauses)
                if (judged.applies == "maybe" and self.weight(number) > verdict.low)
                or (judged.applies == "missing" and judged.rank and not settled)
            },
        )
        for fact in verdict.facts_missing if left else ():
            if left.intersection(verdict.hanging[fact]):
                found.append(fact)
                left.difference_update(verdict.hanging[fact])
        return tuple(found[: table()["asked_at_once"]])

    def open_limits(self, verdict: Verdict) -> tuple[str, ...]:
        """Find what would prohibit the project: see `Verdict.open_limits`."""
        if verdict.low == len(table()["names"]) - 1:
            return ()
        facts = self.enquiry.asked.facts
        return tuple(
            judged.id
            for judged, (rule, _) in zip(verdict.clauses, self.hit, strict=True)
            if rule.limit and judged.applies in ("yes", "maybe") and holds(rule.limit[0], facts) is None
        )

    def weight(self, number: int) -> int:
        """Give the most that a clause can weigh, whatever the answers are."""
        rule = self.hit[number][0]
        return 3 if rule.limit else _rank(rule, self.enquiry.asked)

    def _tried(
        self, fact: str, verdict: Verdict, numbers: Sequence[int], counted: Mapping[tuple[str, int], int]
    ) -> set[str]:
        """Give the verdicts that answers to a fact lead to, which only some clauses ask for.

        `counted`: how many clauses count as what with which rank.
        """
        changing = Counter(_counts(verdict.clauses[number] for number in numbers))
        before = dict.fromkeys(_COUNTS, 0)
        for (name, rank), count in counted.items():
            if count > changing[name, rank]:
                before[name] = max(before[name], rank)
        # What weighs no more than what applies in any case adds nothing to it.
        hit, asked = [self.hit[number] for number in numbers], self.enquiry.asked
        if all(
            self.weight(number) <= before["low"] and (before["unchecked"] or self.hit[number][1] != "missing")
            for number in numbers
        ):
            return {_row(before, outside=self.outside)[1]}
        key, tried = (fact, tuple((rule.id, relation) for rule, relation in hit)), self.enquiry.known.tried
        if key not in tried:
            answers = answers_to(fact, asked, [rule for rule, _ in hit])
            each = [answered(asked, fact, answer) for answer in answers]
            found = [_worst(_judged(one, *rule) for rule in hit) for one in each]
            tried[key] = [now for number, now in enumerate(found) if now not in found[:number]]
        return {
            _row({name: max(now[name], before[name]) for name in _COUNTS}, outside=self.outside)[1]
            for now in tried[key]
        }


def judge(
    clauses: Mapping[str, Mapping[str, Any]] | Clauses,
    site: Mapping[str, str] | Relation,
    project: Mapping[str, Any],
    *,
    as_of: str,
    groups: Mapping[str, Sequence[str]] | None = None,
    laws: Mapping[str, Mapping[str, Any]] | None = None,
    implications: Implications | None = None,
    missing_layers: Collection[str] = (),
    outside_share: float = 0.0,
) -> Verdict:
    """Judge a project at a site by entry clauses.

    Parameters
    ----------
    clauses : mapping or Clauses
        Id → terms document with ``effect``; or what `compile_clauses` made of them, which has groups and laws already.
    site : mapping or callable
        Token of a place (``unit:ZH…``, ``role:red_line``, ``admin:330824`` …) → ``in``, ``edge`` (overlap within the
        tolerance), ``touch`` or ``out``. What a mapping does not have is ``out``.
    project : mapping
        See `Enquiry`.
    as_of : str
        ISO date.
    groups, laws, implications : mapping, optional
        See `compile_clauses`.
    missing_layers : collection of str
        Roles without a layer: no clause on them can be answered.
    outside_share : float
        Share of the site outside the data, 0–1.

    Raises
    ------
    BadInput
        See `compile_clauses` and `Enquiry`.

    Examples
    --------
    >>> farm = {"F1": {"effect": "restrict", "scope": ["role:farmland"], "industries": ["C26"]}}
    >>> judge(farm, {"role:farmland": "in"}, {"industry": "C2614"}, as_of="2026-11-27").verdict
    'restrict'
    >>> judge(farm, {"role:farmland": "in"}, {}, as_of="2026-11-27").facts_missing
    ('industry',)
    """
    compiled = clauses
    if not isinstance(compiled, Clauses):
        compiled = compile_clauses(compiled, groups=groups, laws=laws, implications=implications)
    return compiled.ask(project, as_of=as_of).at(site, missing_layers=missing_layers, outside_share=outside_share)
