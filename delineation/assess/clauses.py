"""Clauses made ready for being judged: groups of industries written out, places indexed, each read once.

What may stand in a clause says ``docs/verdict.md``; which words there are, ``resources/assess/verdict.json``.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple, TypeAlias

from ..core.errors import BadInput
from ..core.messages import Message, one_of
from ..core.shipped import RESOURCES

__all__ = ["INDUSTRY", "CompiledClause", "Condition", "IndustryScope", "Relation", "ScopeIndex", "read_rules", "table"]

Relation: TypeAlias = Callable[[str], str]

_TABLE = RESOURCES / "assess" / "verdict.json"
INDUSTRY = re.compile(r"[A-T](\d{2}\d?\d?)?")  # GB/T 4754: section, division, group, class


@cache
def table() -> dict[str, Any]:
    """Give the declarative table of the verdict, ``resources/assess/verdict.json``."""
    found: dict[str, Any] = json.loads(_TABLE.read_text(encoding="utf-8"))
    return found


class Condition(NamedTuple):
    """What is asked of one fact; `values` are alternatives."""

    fact: str
    op: str
    values: tuple[Any, ...]
    unit: str


class IndustryScope(NamedTuple):
    """Codes of GB/T 4754 at any depth; `vague` where a group without codes is among them."""

    codes: tuple[str, ...]
    vague: bool


class Exemption(NamedTuple):
    """A condition that exempts, who may claim it, whether it has to be argued for, and whether it has to be claimed."""

    condition: Condition
    industries: IndustryScope | None
    review: bool
    claim: bool


class CompiledClause(NamedTuple):
    """A clause as it is tested: `scope` is the place of its scope, `tests` those it can fail, in order."""

    id: str
    effect: str
    scope: int
    tests: tuple[str, ...]
    natures: frozenset[str]
    industries: IndustryScope | None
    when: tuple[Condition, ...]
    unless: tuple[Exemption, ...]
    limit: tuple[Condition, ...]
    laws: tuple[str, ...]
    begins: str
    ends: str
    pollutant: str
    ratio: float

    def conditions(self) -> Iterator[Condition]:
        """Go through all that is asked of facts."""
        yield from self.when
        for exemption in self.unless:
            yield exemption.condition
        yield from self.limit

    def named_industries(self) -> Iterator[IndustryScope]:
        """Go through all industries that are asked for."""
        if self.industries:
            yield self.industries
        for exemption in self.unless:
            if exemption.industries:
                yield exemption.industries


class ScopeIndex:
    """The scopes of clauses by their tokens: a site is held only against those that it can hit.

    Parameters
    ----------
    scopes : sequence
        Each a tuple of tokens, all of which have to be hit; a token is a tuple of alternatives.
    """

    def __init__(self, scopes: Sequence[tuple[tuple[str, ...], ...]]) -> None:
        self.scopes = tuple(scopes)
        asked = Counter(one for scope in scopes for token in scope for one in token)
        self._tokens = tuple(asked)
        self._of_role = defaultdict[str, list[str]](list)
        for token in asked:
            kind, _, value = token.partition(":")
            if kind == "role":
                self._of_role[value.partition(":")[0]].append(token)
        # A scope is looked at where its rarest token is hit; one without tokens everywhere.
        self._everywhere = [number for number, scope in enumerate(scopes) if not scope]
        self._hit_by = defaultdict[str, list[int]](list)
        for number, scope in enumerate(scopes):
            if scope:
                for one in min(scope, key=lambda token: sum(asked[one] for one in token)):
                    self._hit_by[one].append(number)

    def relations(self, site: Mapping[str, str] | Relation, missing_layers: Collection[str]) -> dict[int, str]:
        """Say how a site lies to the scopes: the worst of the tokens, of each token the best alternative.

        Returns
        -------
        dict
            Place in `scopes` → ``touch``, ``missing``, ``edge`` or ``in``; all others are ``out``.
        """
        order = {relation: number for number, relation in enumerate(table()["relations"])}
        missing = {token: "missing" for layer in missing_layers for token in self._of_role.get(layer, ())}
        if callable(site):
            hits = {token: site(token) for token in self._tokens if token not in missing} | missing
        else:
            hits = _hits(site, order) | missing
        found = {}
        for number in {*self._everywhere, *(one for token in hits for one in self._hit_by.get(token, ()))}:
            worst = "in"
            for token in self.scopes[number]:
                met = [hits.get(one, "out") for one in token]
                best = max(met, key=order.__getitem__)
                if best == "edge" and "missing" in met:
                    best = "missing"  # the layer that is not there might have all of the site
                worst = min(worst, best, key=order.__getitem__)
            if worst != "out":
                found[number] = worst
        return found


def _hits(site: Mapping[str, str], order: Mapping[str, int]) -> dict[str, str]:
    """How a site lies to each token that one of its places answers to: the best counts."""
    hits: dict[str, str] = {}
    for place, relation in site.items():
        for token in _tokens_of(place):
            if order[relation] > order[hits.get(token, "out")]:
                hits[token] = relation
    return hits


def _tokens_of(place: str) -> list[str]:
    """Give the tokens that a place answers to: ``admin:33`` is hit in 330824, ``role:park`` in each of its zones."""
    kind, _, value = place.partition(":")
    how = table()["scopes"].get(kind)
    if how == "prefix":
        return [f"{kind}:{start}" for start in accumulate(value)]
    return [place, f"{kind}:{value.rpartition(':')[0]}"] if how == "part" else [place]


def read_rules(
    documents: Mapping[str, Mapping[str, Any]], groups: Mapping[str, Sequence[str]]
) -> tuple[list[CompiledClause], list[tuple[tuple[str, ...], ...]]]:
    """Read clauses, and the scopes that they have: see `verdict.compile_clauses`."""
    scopes: dict[tuple[tuple[str, ...], ...], int] = {}
    return [_rule(name, document, groups, scopes) for name, document in documents.items()], list(scopes)


def _rule(
    name: str,
    document: Mapping[str, Any],
    groups: Mapping[str, Sequence[str]],
    scopes: dict[tuple[tuple[str, ...], ...], int],
) -> CompiledClause:
    words = table()
    scope = tuple(_alternatives(token, name) for token in document.get("scope") or ())
    natures = frozenset(_known(nature, words["natures"], name) for nature in document.get("applies_to") or ())
    limit, law = document.get("limit"), document.get("law") or ()
    rule = CompiledClause(
        id=name,
        effect=_known(document["effect"], words["rank"], name),
        scope=scopes.setdefault(scope, len(scopes)),
        tests=(),
        natures=frozenset() if len(natures) == len(words["natures"]) else natures,
        industries=_industries(document.get("industries"), groups),
        when=tuple(_condition(one, name) for one in document.get("when") or ()),
        unless=tuple(
            Exemption(
                _condition(one, name),
                _industries(one.get("industries"), groups),
                bool(one.get("review")),
                bool(one.get("claim")),
            )
            for one in document.get("unless") or ()
        ),
        limit=(_condition(limit, name),) if limit else (),
        laws=(law,) if isinstance(law, str) else tuple(law),
        begins=document.get("from") or "",
        ends=document.get("to") or "",
        pollutant=document.get("pollutant") or "",
        ratio=document.get("ratio") or 0,
    )
    asks = {
        "from": rule.begins,
        "to": rule.ends,
        "nature": rule.natures or isinstance(words["rank"][rule.effect], dict),
        "industry": rule.industries,
        "when": rule.when,
        "unless": rule.unless,
        "law": rule.laws,
        "limit": rule.limit,
    }
    return rule._replace(tests=tuple(test for test, _ in words["tests"] if asks.get(test, True)))


def _known(word: str, words: Collection[str], clause: str) -> str:
    if word not in words:
        raise BadInput(
            Message("'{word}' is not among the words of a verdict", word=word),
            where=Message("clause {clause}", clause=clause),
            wanted=one_of(words),
        )
    return word


def _alternatives(token: str, clause: str) -> tuple[str, ...]:
    """Write out ``unit:A|B`` as ``unit:A`` and ``unit:B``."""
    kind, _, values = token.partition(":")
    kinds = table()["scopes"]
    _known(kind, kinds, clause)
    return tuple(one if one.partition(":")[0] in kinds else f"{kind}:{one}" for one in values.split("|"))


def _condition(document: Mapping[str, Any], clause: str) -> Condition:
    value = document["value"]
    values = tuple(value) if isinstance(value, (list, tuple)) else (value,)
    op = _known(document["op"], table()["operators"], clause)
    if len(values) != 1 and op not in table()["operators_of_lists"]:
        raise BadInput(
            Message("'{op}' compares with one value", op=op),
            where=Message("clause {clause}", clause=clause),
            wanted=one_of(table()["operators_of_lists"]),
        )
    return Condition(document["fact"], op, values, document.get("unit") or "")


def _industries(named: Sequence[str] | None, groups: Mapping[str, Sequence[str]]) -> IndustryScope | None:
    """Write out groups; what is neither a code nor a group that is known counts as a group without codes."""
    if not named:
        return None
    codes, vague = list[str](), False
    for one in named:
        members = groups.get(one, (one,) if INDUSTRY.fullmatch(one) else ())
        codes += members
        vague |= not members
    return IndustryScope(tuple(dict.fromkeys(codes)), vague)
