"""The verdict on a site and a project: each clause tested in order, the worst of what applies counted.

What the tests lead to (states, causes, notices), what the effects weigh and how a verdict follows from that stands in
``resources/assess/verdict.json``; its meaning, for whoever wants to give the same verdicts in another language, in
``docs/verdict.md``. Here is what runs the table: the tests themselves, and the counting. Plain Python, no geometry: how
the site lies to a place is the caller's knowledge.
"""

from __future__ import annotations

import itertools
import json
import math
import operator
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from ..core.errors import BadInput
from ..core.messages import Message, one_of

__all__ = ["Clauses", "Enquiry", "JudgedClause", "Verdict", "compile_clauses", "judge", "table"]

Relation: TypeAlias = Callable[[str], str]
# Test → outcomes of it that do not pass, each with what it is about (a fact, a law) or "".
Outcomes: TypeAlias = "Sequence[tuple[str, str]]"

_TABLE = Path(__file__).resolve().parents[2] / "resources" / "assess" / "verdict.json"
_CODE = re.compile(r"[A-T](\d{2}\d?\d?)?")
_AND_FURTHER = "~"  # after a code: an industry within it that no clause names
_ORDERINGS = {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}
_SOMETHING_ELSE = "\0"  # a value that no clause names


@cache
def table() -> dict[str, Any]:
    """Give the declarative table of the verdict, ``resources/assess/verdict.json``."""
    found: dict[str, Any] = json.loads(_TABLE.read_text(encoding="utf-8"))
    return found


class _Condition(NamedTuple):
    """What is asked of one fact; `values` are alternatives."""

    fact: str
    op: str
    values: tuple[Any, ...]
    unit: str


class _Industries(NamedTuple):
    """Codes of GB/T 4754 at any depth; `vague` where a group without codes is among them."""

    codes: tuple[str, ...]
    vague: bool


class _Exemption(NamedTuple):
    """A condition that exempts, who may claim it, and whether it has to be argued for."""

    condition: _Condition
    industries: _Industries | None
    review: bool


class _Rule(NamedTuple):
    """A clause as it is tested; `scope` is a number in `Clauses.scopes`."""

    id: str
    effect: str
    scope: int
    natures: frozenset[str]
    industries: _Industries | None
    when: tuple[_Condition, ...]
    unless: tuple[_Exemption, ...]
    limit: _Condition | None
    laws: tuple[str, ...]
    begins: str
    ends: str
    pollutant: str
    ratio: float

    def conditions(self) -> Iterator[_Condition]:
        """Go through all that is asked of facts."""
        yield from self.when
        for exemption in self.unless:
            yield exemption.condition
        if self.limit:
            yield self.limit

    def named_industries(self) -> Iterator[_Industries]:
        """Go through all industries that are asked for."""
        if self.industries:
            yield self.industries
        for exemption in self.unless:
            if exemption.industries:
                yield exemption.industries


@dataclass(frozen=True, slots=True)
class JudgedClause:
    """What one clause says of the site and project.

    Parameters
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
    notices: tuple[str, ...] = ()
    test: str = ""
    outcome: str = ""
    about: str = ""


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
    _enquiry: Enquiry = field(repr=False, compare=False)
    _relations: tuple[str, ...] = field(repr=False, compare=False)

    @cached_property
    def what_would_change(self) -> dict[str, tuple[str, ...]]:
        """Unknown facts whose answer alone can change the verdict → the verdicts that answers can lead to.

        Found by trying answers: for numbers below, at, between and above what clauses ask for; for words each of these
        and another; for the industry each code that a clause names, and one beside. Computed when first asked for.
        """
        return self._enquiry.trials(self)

    @cached_property
    def facts_missing(self) -> tuple[str, ...]:
        """Unknown facts that clauses hang on, those first whose answer can change the verdict.

        Then those that graver clauses hang on, then by name.
        """
        hanging = self._enquiry.hanging(self)
        if not hanging:
            return ()
        changing = self.what_would_change
        return tuple(sorted(hanging, key=lambda fact: (fact not in changing, -hanging[fact], fact)))


class Clauses:
    """Clauses made ready for being judged many times: see `compile_clauses`."""

    def __init__(self, rules: Sequence[_Rule], scopes: Sequence[Any], laws: Mapping[str, Any]) -> None:
        self.rules = tuple(rules)
        self.scopes: tuple[tuple[tuple[str, ...], ...], ...] = tuple(scopes)
        self.tokens = tuple(dict.fromkeys(one for scope in scopes for token in scope for one in token))
        self.laws = laws

    def __len__(self) -> int:
        """Count the clauses."""
        return len(self.rules)

    def ask(self, project: Mapping[str, Any], *, as_of: str) -> Enquiry:
        """Prepare for judging one project, as of a date, at any number of sites.

        Parameters
        ----------
        project : mapping
            ``industry`` (a code of GB/T 4754), ``nature`` and facts by id: a number, a word, yes or no, or
            ``{"value", "unit"}``. What is not there, ``None``, blank or ``unknown`` is unknown.
        as_of : str
            ISO date.
        """
        return Enquiry(self, project, as_of)


def compile_clauses(
    documents: Mapping[str, Mapping[str, Any]],
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    laws: Mapping[str, Mapping[str, Any]] | None = None,
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

    Raises
    ------
    BadInput
        An effect, an operator or a kind of place that the table does not have.
    """
    groups, scopes = groups or {}, dict[Any, int]()
    rules = []
    for name, document in documents.items():
        scope = tuple(_alternatives(token, name) for token in document.get("scope", ()))
        limit, law, natures = document.get("limit"), document.get("law", ()), frozenset(document.get("applies_to", ()))
        if natures.issuperset(table()["natures"]):
            natures = frozenset()
        rules.append(
            _Rule(
                name,
                _known(document["effect"], table()["rank"], name),
                scopes.setdefault(scope, len(scopes)),
                natures,
                _industries(document.get("industries"), groups),
                tuple(_condition(one, name) for one in document.get("when", ())),
                tuple(
                    _Exemption(
                        _condition(one, name), _industries(one.get("industries"), groups), bool(one.get("review"))
                    )
                    for one in document.get("unless", ())
                ),
                _condition(limit, name) if limit else None,
                (law,) if isinstance(law, str) and law else tuple(law),
                document.get("from") or "",
                document.get("to") or "",
                document.get("pollutant") or "",
                document.get("ratio") or 0,
            )
        )
    return Clauses(rules, list(scopes), laws or {})


def _known(word: str, words: Collection[str], clause: str) -> str:
    if word not in words:
        raise BadInput(
            Message("'{word}' is nothing that a verdict knows", word=str(word)),
            where=Message("clause {clause}", clause=clause),
            wanted=one_of(words),
        )
    return word


def _alternatives(token: str, clause: str) -> tuple[str, ...]:
    """Write out ``unit:A|B`` as ``unit:A``, ``unit:B``."""
    kind, _, values = token.partition(":")
    kinds = table()["scopes"]
    _known(kind, kinds, clause)
    return tuple(one if one.partition(":")[0] in kinds else f"{kind}:{one}" for one in values.split("|"))


def _condition(document: Mapping[str, Any], clause: str) -> _Condition:
    value = document["value"]
    values = tuple(value) if isinstance(value, (list, tuple)) else (value,)
    op = _known(document["op"], table()["operators"], clause)
    return _Condition(document["fact"], op, values, document.get("unit") or "")


def _industries(named: Sequence[str] | None, groups: Mapping[str, Sequence[str]]) -> _Industries | None:
    """Write out groups; an id that is no code and no group that is known counts as a group without codes."""
    if not named:
        return None
    codes, vague = list[str](), False
    for one in named:
        members = groups.get(one, (one,) if _CODE.fullmatch(one) else ())
        codes += members
        vague |= not members
    return _Industries(tuple(dict.fromkeys(codes)), vague)


class Enquiry:
    """One project, as of a date, before a set of clauses: see `Clauses.ask`.

    Only how the site lies to the scope of a clause differs from site to site, and that in five ways (`relations` of the
    table): what a clause says in each of them is worked out once, when it first occurs.
    """

    def __init__(self, clauses: Clauses, project: Mapping[str, Any], as_of: str) -> None:
        self.clauses, self.project, self.as_of = clauses, dict(project), as_of
        self._said: dict[str, list[JudgedClause | None]] = {}
        unknown = table()["unknown_values"]
        self._facts = {
            fact: (value, unit)
            for fact, given in project.items()
            for value, unit in [
                (given.get("value"), given.get("unit") or "") if isinstance(given, dict) else (given, "")
            ]
            if _kind(value) and value not in unknown
        }
        self._nature, self._industry = self._text("nature"), self._text("industry")

    def _text(self, fact: str) -> str:
        value, _ = self._facts.get(fact, ("", ""))
        return str(value)

    def at(
        self,
        site: Mapping[str, str] | Relation,
        *,
        missing_layers: Collection[str] = (),
        outside_share: float = 0.0,
    ) -> Verdict:
        """Judge the project at a site; see `judge`."""
        relations = _relations_of_scopes(self.clauses, site, missing_layers)
        for relation in set(relations) - set(self._said):
            self._said[relation] = [None] * len(self.clauses)
        said = []
        for number, rule in enumerate(self.clauses.rules):
            relation = relations[rule.scope]
            known = self._said[relation]
            judged = known[number]
            if judged is None:
                judged = known[number] = self._judged(rule, relation)
            said.append(judged)
        not_checked = ("outside",) * (outside_share > 0) + tuple(f"layer:{name}" for name in missing_layers)
        return self._counted(tuple(said), not_checked, relations)

    def _judged(self, rule: _Rule, relation: str) -> JudgedClause:
        """Run the tests of the table over one clause."""
        rank = self._rank(rule)
        states, chosen, notices = table()["states"], None, list[str]()
        for test, rows in table()["tests"]:
            for outcome, about in _TESTS[test](self, rule, relation):
                row = rows[outcome]
                if "notice" in row:
                    notices.append(row["notice"].format(clause=rule.id, about=about))
                if "state" not in row:
                    continue
                rank = row.get("rank", rank)
                place = table()["first_cause"].index(test) if not states[row["state"]]["ends"] else -1
                if chosen is None or place < chosen[0]:
                    chosen = place, row, test, outcome, about
            if chosen and chosen[0] < 0:
                break
        _, row, test, outcome, about = chosen or (0, table()["passed"], "", "", "")
        state = row["state"]
        return JudgedClause(
            rule.id,
            state,
            row["cause"].format(about=about),
            rank if states[state]["counts"] else 0,
            tuple(dict.fromkeys(notices)),
            test,
            outcome,
            about,
        )

    def _rank(self, rule: _Rule) -> int:
        rank: Any = table()["rank"][rule.effect]
        if isinstance(rank, dict):
            rank = rank[self._nature if self._nature in rank else "unknown"]
        return int(rank)

    def _counted(self, said: tuple[JudgedClause, ...], not_checked: Any, relations: tuple[str, ...]) -> Verdict:
        """Count what clauses say together."""
        notices = list[str]()
        offsets = dict[str, float]()
        for judged, rule in zip(said, self.clauses.rules, strict=True):
            notices += judged.notices
            if rule.pollutant and judged.applies == "yes" and rule.ratio > offsets.get(rule.pollutant, 0):
                offsets[rule.pollutant] = rule.ratio
        worst = _worst(said)
        row, name = _named(worst, outside="outside" in not_checked)
        low, state, above = worst["low"], row["decided_by"]["state"], row["decided_by"]["above"]
        least = {"low": low, "below_low": max(low - 1, 0)}.get(above, above)
        deciding = tuple(one.id for one in said if one.applies == state and one.rank > least)
        notices = list(dict.fromkeys(notices))
        return Verdict(name, low, worst["high"], said, deciding, not_checked, tuple(notices), offsets, self, relations)

    def hanging(self, verdict: Verdict) -> dict[str, int]:
        """Give the unknown facts that clauses hang on → the greatest rank among these clauses."""
        found = dict[str, int]()
        for judged, rule in zip(verdict.clauses, self.clauses.rules, strict=True):
            if judged.applies in table()["may_hang"]:
                rank = self._rank(rule)
                for fact in self._unknown(rule):
                    found[fact] = max(found.get(fact, 0), rank)
        return found

    def _unknown(self, rule: _Rule) -> Iterator[str]:
        """Go through the facts that a clause asks for and that are not known."""
        if _test_nature(self, rule, "in") == [("unknown", "nature")]:
            yield "nature"
        if any(_among(self._industry, one) in ("unknown", "coarse") for one in rule.named_industries()):
            yield "industry"
        for condition in rule.conditions():
            if _holds(condition, self._facts) is None:
                yield condition.fact

    def trials(self, verdict: Verdict) -> dict[str, tuple[str, ...]]:
        """Try answers to each unknown fact: see `Verdict.what_would_change`."""
        outside = "outside" in verdict.not_checked
        found = {}
        for fact in self.hanging(verdict):
            rest, concerned = list[JudgedClause](), list[_Rule]()
            for judged, rule in zip(verdict.clauses, self.clauses.rules, strict=True):
                if judged.applies in table()["may_hang"] and fact in self._unknown(rule):
                    concerned.append(rule)
                else:
                    rest.append(judged)
            before, names = _worst(rest), set[str]()
            for answer in self._answers(fact, concerned):
                other = Enquiry(self.clauses, {**self.project, fact: answer}, self.as_of)
                now = _worst([other._judged(rule, verdict._relations[rule.scope]) for rule in concerned])
                names.add(_named({name: max(now[name], before[name]) for name in now}, outside=outside)[1])
            if names != {verdict.verdict}:
                found[fact] = tuple(sorted(names, key=table()["worst_first"].index))
        return found

    def _answers(self, fact: str, rules: Sequence[_Rule]) -> list[Any]:
        """Give answers to an unknown fact that between them meet each condition, and fail it."""
        if fact == "nature":
            return list(table()["natures"])
        if fact == "industry":
            codes = {code for rule in rules for one in rule.named_industries() for code in one.codes}
            finer = sorted(code for code in codes if code.startswith(self._industry))
            return [code + _AND_FURTHER for code in dict.fromkeys([self._industry, *finer])]
        asked = [condition for rule in rules for condition in rule.conditions() if condition.fact == fact]
        answers = []
        for unit in dict.fromkeys(condition.unit for condition in asked):
            values = [value for condition in asked if condition.unit == unit for value in condition.values]
            numbers = sorted({value for value in values if _kind(value) == "number"})
            if numbers:
                between = [(one + other) / 2 for one, other in itertools.pairwise(numbers)]
                answers += [(value, unit) for value in (*numbers, *between, numbers[0] - 1, numbers[-1] + 1)]
            if any(_kind(value) == "word" for value in values):
                words = [value for value in values if _kind(value) == "word"]
                answers += [(value, unit) for value in (*dict.fromkeys(words), _SOMETHING_ELSE)]
            if any(_kind(value) == "yes_no" for value in values):
                answers += [(True, unit), (False, unit)]
        return [{"value": value, "unit": unit} for value, unit in answers]


def _worst(said: Iterable[JudgedClause]) -> dict[str, int]:
    """Find the greatest rank of what counts as low, as high, and as unchecked."""
    worst, states = {"low": 0, "high": 0, "unchecked": 0}, table()["states"]
    for judged in said:
        if judged.rank:
            for name in states[judged.applies]["counts"]:
                worst[name] = max(worst[name], judged.rank)
    return worst


def _named(worst: Mapping[str, int], *, outside: bool) -> tuple[dict[str, Any], str]:
    """Find the row of the table that ranks lead to, and the verdict's name."""
    low, high = worst["low"], worst["high"]
    facts = {"low": low, "high": high, "unchecked": outside or worst["unchecked"] > 0, "settled": low == high}
    row = next(row for row in table()["verdicts"] if all(facts[name] == row["when"][name] for name in row["when"]))
    return row, table()["names"][low] if row["verdict"] == "NAME" else row["verdict"]


# ---- the tests of a clause: what does not pass, and what it is about


def _test_from(enquiry: Enquiry, rule: _Rule, relation: str) -> Outcomes:  # noqa: ARG001
    return [("not_yet", "")] if rule.begins and enquiry.as_of < rule.begins else ()


def _test_to(enquiry: Enquiry, rule: _Rule, relation: str) -> Outcomes:  # noqa: ARG001
    return [("expired", "")] if rule.ends and enquiry.as_of > rule.ends else ()


def _test_place(enquiry: Enquiry, rule: _Rule, relation: str) -> Outcomes:  # noqa: ARG001
    return [(relation, "")] if relation in ("out", "touch") else ()


def _test_nature(enquiry: Enquiry, rule: _Rule, relation: str) -> Outcomes:  # noqa: ARG001
    """Compare the nature; an effect whose rank hangs on it asks for it even where the clause is for all."""
    if enquiry._nature:
        return [("false", "nature")] if rule.natures and enquiry._nature not in rule.natures else ()
    return [("unknown", "nature")] if rule.natures or isinstance(table()["rank"][rule.effect], dict) else ()


def _test_industry(enquiry: Enquiry, rule: _Rule, relation: str) -> Outcomes:  # noqa: ARG001
    outcome = _among(enquiry._industry, rule.industries) if rule.industries else ""
    return [(outcome, "industry")] if outcome else ()


def _test_when(enquiry: Enquiry, rule: _Rule, relation: str) -> Outcomes:  # noqa: ARG001
    first_unknown = ""
    for condition in rule.when:
        holds = _holds(condition, enquiry._facts)
        if holds is False:
            return [("false", condition.fact)]
        if holds is None:
            first_unknown = first_unknown or condition.fact
    return [("unknown", first_unknown)] if first_unknown else ()


def _test_unless(enquiry: Enquiry, rule: _Rule, relation: str) -> Outcomes:  # noqa: ARG001
    """One that holds ends it; else the first that has to be argued or is not known is the cause."""
    first: list[tuple[str, str]] = []
    for condition, industries, review in rule.unless:
        claimant = _among(enquiry._industry, industries) if industries else ""
        holds = None if claimant == "false" else _holds(condition, enquiry._facts)
        if claimant == "false" or holds is False:
            continue
        if holds is None or claimant:
            outcome = "unknown", condition.fact if holds is None else "industry"
        elif review:
            outcome = "review", condition.fact
        else:
            return [("true", condition.fact)]
        first = first or [outcome]
    return first


def _test_layer(enquiry: Enquiry, rule: _Rule, relation: str) -> Outcomes:  # noqa: ARG001
    return [("missing", "")] if relation == "missing" else ()


def _test_edge(enquiry: Enquiry, rule: _Rule, relation: str) -> Outcomes:  # noqa: ARG001
    return [("edge", "")] if relation == "edge" else ()


def _test_law(enquiry: Enquiry, rule: _Rule, relation: str) -> Outcomes:  # noqa: ARG001
    """Of several bases one that stands is enough; what became of the others is only said."""
    found = [_state_of_law(law, enquiry.clauses.laws, enquiry.as_of) for law in rule.laws]
    stands = any(state in ("", "superseded") for state, _ in found)
    return [
        (state if state == "superseded" or not stands else f"{state}_beside", about) for state, about in found if state
    ]


def _test_limit(enquiry: Enquiry, rule: _Rule, relation: str) -> Outcomes:  # noqa: ARG001
    if rule.limit is None:
        return ()
    holds = _holds(rule.limit, enquiry._facts)
    return [("unknown" if holds is None else "kept" if holds else "broken", rule.limit.fact)]


_TESTS: dict[str, Callable[[Enquiry, _Rule, str], Outcomes]] = {
    "from": _test_from,
    "to": _test_to,
    "place": _test_place,
    "nature": _test_nature,
    "industry": _test_industry,
    "when": _test_when,
    "unless": _test_unless,
    "layer": _test_layer,
    "edge": _test_edge,
    "law": _test_law,
    "limit": _test_limit,
}


def _kind(value: Any) -> str:
    """Say what kind of thing a value is; only like kinds are compared."""
    if isinstance(value, bool):
        return "yes_no"
    if isinstance(value, str):
        return "word"
    return "number" if isinstance(value, (int, float)) and math.isfinite(value) else ""


def _holds(condition: _Condition, facts: Mapping[str, tuple[Any, str]]) -> bool | None:
    """Whether a condition holds; None where that is not known, or the units or kinds are unlike."""
    found = facts.get(condition.fact)
    if found is None or found[1] != condition.unit:
        return None
    value, op = found[0], condition.op
    kind = _kind(value)
    if op in _ORDERINGS:
        wanted = condition.values[0]
        if kind != "number" or _kind(wanted) != "number":
            return None
        return bool(_ORDERINGS[op](value, wanted))
    like = [one for one in condition.values if _kind(one) == kind]
    if value in like:
        return op != "ne"
    return None if len(like) < len(condition.values) else op == "ne"


def _among(code: str, industries: _Industries) -> str:
    """Whether an industry is among some: "" where it is, else the outcome of the test."""
    if not code:
        return "unknown"
    if code.startswith(industries.codes):
        return ""
    if any(one.startswith(code) for one in industries.codes):
        return "coarse"
    return "group" if industries.vague else "false"


def _state_of_law(law: str, laws: Mapping[str, Mapping[str, Any]], as_of: str) -> tuple[str, str]:
    """Say what has become of a law: "" in force, ``superseded`` and by which, ``repealed``, ``not_yet``."""
    seen: list[str] = []
    while law not in seen:
        seen.append(law)
        known = laws.get(law, {})
        if (known.get("to") or as_of) >= as_of:
            if len(seen) > 1:
                return "superseded", law
            return ("not_yet", law) if (known.get("from") or as_of) > as_of else ("", "")
        law = known.get("superseded_by") or law
    return "repealed", seen[0]


# ---- the site


def _relations_of_scopes(
    clauses: Clauses, site: Mapping[str, str] | Relation, missing_layers: Collection[str]
) -> tuple[str, ...]:
    """How the site lies to each scope: the worst of its tokens, of each token its best alternative."""
    order = {relation: number for number, relation in enumerate(table()["relations"])}
    relation = site if callable(site) else _lookup(site)
    of_token = {}
    for token in clauses.tokens:
        kind, _, value = token.partition(":")
        missing = kind == "role" and value.partition(":")[0] in missing_layers
        of_token[token] = "missing" if missing else relation(token)
    found = []
    for scope in clauses.scopes:
        worst = "in"
        for token in scope:
            best = max((of_token[one] for one in token), key=order.__getitem__)
            if best == "edge" and any(of_token[one] == "missing" for one in token):
                best = "missing"  # what is missing might hold all of the site
            worst = min(worst, best, key=order.__getitem__)
        found.append(worst)
    return tuple(found)


def _lookup(places: Mapping[str, str]) -> Relation:
    """How a site lies to a token, by the places it is known to hit; see `scopes` of the table."""
    order, how = table()["relations"], table()["scopes"]

    def relation(token: str) -> str:
        kind = how[token.partition(":")[0]]
        if kind == "same":
            return places.get(token, "out")
        start = token if kind == "prefix" else f"{token}:"
        hits = [one for place, one in places.items() if place == token or place.startswith(start)]
        return max(hits, key=order.index, default="out")

    return relation


def judge(
    clauses: Mapping[str, Mapping[str, Any]] | Clauses,
    site: Mapping[str, str] | Relation,
    project: Mapping[str, Any],
    *,
    as_of: str,
    groups: Mapping[str, Sequence[str]] | None = None,
    laws: Mapping[str, Mapping[str, Any]] | None = None,
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
        See `Clauses.ask`.
    as_of : str
        ISO date.
    groups, laws : mapping, optional
        See `compile_clauses`.
    missing_layers : collection of str
        Roles without a layer: no clause on them can be answered.
    outside_share : float
        Share of the site outside the data, 0–1.

    Raises
    ------
    BadInput
        See `compile_clauses`.

    Examples
    --------
    >>> farm = {"F1": {"effect": "restrict", "scope": ["role:farmland"], "industries": ["C26"]}}
    >>> judge(farm, {"role:farmland": "in"}, {"industry": "C2614"}, as_of="2026-11-27").verdict
    'restrict'
    >>> judge(farm, {"role:farmland": "in"}, {}, as_of="2026-11-27").facts_missing
    ('industry',)
    """
    compiled = clauses if isinstance(clauses, Clauses) else compile_clauses(clauses, groups=groups, laws=laws)
    return compiled.ask(project, as_of=as_of).at(site, missing_layers=missing_layers, outside_share=outside_share)
