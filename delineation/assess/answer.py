"""The answer to a project at a site: what of the plan it meets, what each clause says, what follows, what is open."""

from __future__ import annotations

import re
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from ..case.names import Glossary
from ..case.profile import UNDELIVERED
from ..core.errors import BadInput
from ..core.messages import Message, at, first_few, word
from ..core.progress import Progress, silent
from ..lists.kept_library import unchecked_in_words
from ..lists.laws import iso_date
from ..plan.file import required_plan
from ..plan.history import now_text
from ..plan.replaced import changes_in_words
from ..plan.status import DRAFT
from .clause_tests import implied_facts
from .places import EDGE, IN, OUT, SitePlaces, grown
from .plan_records import LAYER, NOBODY, PlanRecords, roles_in
from .project import DESCRIBED, Project, project_of
from .site import Site, read_site, site_of
from .verdict import Clauses, KnownAnswers, compile_clauses, table
from .why_words import WhyWords

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from .places import Neighbourhood
    from .plan_records import ListedClause
    from .verdict import JudgedClause, Verdict

__all__ = ["Answer", "Assessor", "day_of"]

_ROOM = 2_000.0  # m round a site that are read with it, so that it can be dragged
_BETWEEN_HAN = re.compile("(?<=[一-鿿，、）]) (?=[一-鿿（])")  # spaces of a template that numbers and codes want
_SETS, _SAID = 512, 100_000
# What is not checked where the plan is not as it was written, and what that leads to.
PLAN, NOT_ASSESSED, UNFINISHED = "plan", "not_assessed", "unfinished:"
IMPLIED = "implied"
_RELATIONS = ("touch", "edge", "in", "missing")
# Of each relation a scope of its own, as which it is handed to the verdict.
_PLACES = {**{relation: number for number, relation in enumerate(_RELATIONS)}, OUT: None}
_SCOPES = [((f"place:{relation}",),) for relation in _RELATIONS]
_SHOWN_FIRST = {"yes": 0, "maybe": 1, "missing": 2, "met": 3, "exempt": 4, "no": 5}
_NOTICES: Mapping[str, Callable[[Message, float], Message]] = {
    "near": lambda clauses, tolerance: Message(
        "within {tolerance:g} m of where these apply: {clauses}", tolerance=tolerance, clauses=clauses
    ),
    "expired": lambda clauses, _: Message(
        "no longer in force, and what holds since is not known: {clauses}", clauses=clauses
    ),
    "unclaimed": lambda clauses, _: Message(
        "these have an exemption that has to be claimed, and nobody claims it: {clauses}", clauses=clauses
    ),
    "not_yet": lambda clauses, _: Message("not yet in force: {clauses}", clauses=clauses),
    "undated": lambda clauses, _: Message(
        "no day was stated: whether these and what they rest on are in force was not judged: {clauses}", clauses=clauses
    ),
    "law": lambda clauses, _: Message(
        "rest on a document that has been replaced or repealed: {clauses}", clauses=clauses
    ),
    "law_before": lambda clauses, _: Message(
        "rest on a document that is not in force yet; on that day the one that it replaces decides: {clauses}",
        clauses=clauses,
    ),
    "law_not_yet": lambda clauses, _: Message(
        "rest on a document that is not in force yet: {clauses}", clauses=clauses
    ),
}


def day_of(text: str) -> str:
    """Read a day, ISO; "" where nothing is said: then nobody judges what is in force.

    Raises
    ------
    BadInput
        It is no day.
    """
    try:
        return iso_date(text) if text else ""
    except BadInput as error:
        raise BadInput(error.what, where=Message("the day"), wanted=error.wanted) from None


@dataclass(frozen=True)
class ClauseSet:
    """The clauses of some units.

    Attributes
    ----------
    clauses : tuple of Clause
    units : tuple of tuple of str
        Of each clause the units that have it in their lists.
    waiting : tuple of bool
        Of each clause whether nobody has reviewed it in any of these lists.
    scope : tuple of int
        Of each clause its row in `scopes`.
    scopes : tuple of tuple of str
        Where clauses hold: their own tokens, and the units that have them, where not all of them do.
    """

    clauses: tuple[ListedClause, ...]
    units: tuple[tuple[str, ...], ...]
    waiting: tuple[bool, ...]
    scope: tuple[int, ...]
    scopes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Answer:
    """What came of one question: `document` of it is what ``--json`` prints.

    Attributes
    ----------
    site : Site
    project : Project
    places : SitePlaces
    near : ClauseSet
        Of the units within the tolerance.
    rows : tuple of int
        Those of them that are judged: whose scope is not elsewhere.
    verdict : Verdict
    """

    site: Site
    project: Project
    places: SitePlaces
    near: ClauseSet
    rows: tuple[int, ...]
    verdict: Verdict

    def judged(self) -> Iterator[tuple[int, ListedClause, JudgedClause]]:
        """Give the clauses that were judged, each with its row among those near."""
        for row, judged in zip(self.rows, self.verdict.clauses, strict=True):
            yield row, self.near.clauses[row], judged


class Assessor:
    """Assesses sites on one plan: reads what lies near a site and keeps it while further sites stay there.

    The file is open only while it is read, and is read again when somebody has changed it. One thread at a time uses an
    assessor; it may be another than made it.

    Parameters
    ----------
    plan : Path or str
    whole : bool
        Read all faces at once: for many sites, and for looking elsewhere.
    language : str
        Of all that is worded.
    none_here : sequence of str
        Roles of which the territory has nothing, in addition to what the profile says.

    Examples
    --------
    >>> from pathlib import Path
    >>> assessor = Assessor(Path("plan.gpkg"))
    >>> site = assessor.site("502000,3402000,100")
    >>> assessor.assess(site, assessor.project(industry="C2614"))["verdict"]
    'not_assessed'
    """

    def __init__(
        self, plan: Path | str, *, whole: bool = False, language: str = "en", none_here: Sequence[str] = ()
    ) -> None:
        self.path, self._whole, self.language, self._none_here = Path(plan), whole, language, tuple(none_here)
        self._state: Any = None
        self._records: PlanRecords | None = None
        self._near: Neighbourhood | None = None
        self._forget()

    def _forget(self) -> None:
        self._records, self._near = None, None
        self._sets: OrderedDict[Any, ClauseSet] = OrderedDict()
        self._rules: dict[str, tuple[Any, ...]] = {}
        self._others: dict[str, dict[tuple[str, ...], bool]] = {}
        self._judged: dict[Any, KnownAnswers] = {}
        self._said: dict[Any, str] = {}
        self._left: dict[tuple[str, ...], tuple[ListedClause, ...]] = {}

    # ── what is read ──────────────────────────────────────────────────────────────────────────────────────────────────

    def refresh(self) -> PlanRecords:
        """Read the plan where it was not read yet, or where somebody has changed its file since.

        Raises
        ------
        BadInput
            No plan, or a damaged one.
        """
        state = _state_of(self.path)
        if self._records is None or state != self._state:
            self._forget()
            with required_plan(self.path) as connection:
                self._records = PlanRecords(self.path, connection)
                if self._whole:
                    self._near = self._records.neighbourhood(connection, None)
            self._state = state
            self._prepare(self._records)
        return self._records

    @property
    def records(self) -> PlanRecords:
        """What the plan says, as it was last read."""
        return self._records or self.refresh()

    def _prepare(self, records: PlanRecords) -> None:
        for role in self._none_here:
            records.profile.role(role, at("--none-here"))
        self.missing = tuple(one for one in records.missing if one not in self._none_here)
        self.tolerance = float(records.settings["tolerance_m"])
        self._groups, self._laws = records.vocabulary.industries.codes(), records.vocabulary.laws.dates()
        self.words = WhyWords(records.vocabulary, self.language, self.tolerance)
        self._names = Glossary(records.profile)

    def _neighbourhood(self, records: PlanRecords, site: Site) -> Neighbourhood:
        room = 3 * self.tolerance + 2
        if self._near is None or not self._near.holds(site, room):
            box = tuple(shapely.bounds(site.shape).tolist())
            size = max(box[2] - box[0], box[3] - box[1])
            with required_plan(self.path) as connection:
                self._near = records.neighbourhood(connection, grown(box, max(_ROOM, size)))
        return self._near

    def all_faces(self) -> Neighbourhood:
        """Give all faces of the plan; they are read once."""
        records = self.records
        if self._near is None or self._near.box is not None:
            with required_plan(self.path) as connection:
                self._near = records.neighbourhood(connection, None)
        return self._near

    # ── questions ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def site(self, text: str | Path, *, crs: str = "", buffer: float = 0.0) -> Site:
        """Read a site as a person writes it: see `read_site`."""
        records = self.records
        return read_site(text, records.crs, given=crs, buffer=buffer, bounds=records.bounds, language=self.language)

    def drawn(self, shape: Any, *, buffer: float = 0.0) -> Site:
        """Make a site of a shape in the plan's CRS: see `site_of`."""
        return site_of(shape, buffer=buffer, bounds=self.records.bounds)

    def project(
        self, *, name: str = "", industry: str = "", nature: str = "", facts: Mapping[str, Any] | None = None
    ) -> Project:
        """Read a project as a person says it: see `project_of`."""
        return project_of(self.records.vocabulary, name=name, industry=industry, nature=nature, facts=facts)

    def places(self, sites: Sequence[Site]) -> list[SitePlaces]:
        """Hold sites against the plan: many at once where all of it is read."""
        records = self.records
        if self._whole:
            return SitePlaces.of_many(self.all_faces(), sites, self.tolerance)
        return [SitePlaces(self._neighbourhood(records, site), site, self.tolerance) for site in sites]

    def ask(
        self, site: Site, project: Project, as_of: str, *, brief: bool = False, places: SitePlaces | None = None
    ) -> Answer:
        """Judge a project at a site, as of a day; nothing is worded yet."""
        places = places or self.places([site])[0]
        found = self.clauses_near(tuple(places.near_units()), project.industry if brief else "")
        outside = places.outside()
        rows, verdict = self.judge(
            found,
            project,
            as_of,
            places.relation,
            outside_share=places.outside_share if outside == IN else 0.0,
        )
        if self.records.changes:
            # What was taken out of the plan may have been what prohibits.
            open_, worst = (PLAN, *verdict.not_checked), verdict.high
            verdict = replace(verdict, verdict=NOT_ASSESSED, low=worst, deciding=(), not_checked=open_)
        return Answer(site, project, places, found, rows, verdict)

    def judge(
        self,
        found: ClauseSet,
        project: Project,
        as_of: str,
        relation: Callable[[Sequence[str]], str],
        *,
        outside_share: float = 0.0,
        left_out: frozenset[str] = frozenset(),
    ) -> tuple[tuple[int, ...], Verdict]:
        """Judge a project by the clauses of a set that hold where it is, but for some: their rows, and the verdict."""
        places = [_PLACES[self._relation(scope, relation)] for scope in found.scopes]
        rows, rules = [], []
        for row, scope in enumerate(found.scope):
            place = places[scope]
            if place is not None and found.clauses[row].key not in left_out:
                rows.append(row)
                rules.append(self._rule(found.clauses[row])[place])
        if len(self._judged) > _SETS:
            self._judged.clear()
        asked, known = project.asked, self._judged.setdefault((project.key, as_of), KnownAnswers())
        if (said := asked.pop(DESCRIBED, None)) is not None:
            asked = {f"{DESCRIBED}:{found.clauses[row].id}": said for row in rows} | asked
        verdict = (
            Clauses(rules, _SCOPES, self._laws, self.records.vocabulary.implications)
            .ask(asked, as_of=as_of, known=known)
            .at(_after_colon, missing_layers=self.missing, outside_share=outside_share)
        )
        if not self.records.unfinished:
            return tuple(rows), verdict
        bare = (role for role in self.records.unfinished if relation((f"role:{NOBODY}{role}",)) in (IN, EDGE))
        open_ = (*verdict.not_checked, *(UNFINISHED + role for role in bare))
        return tuple(rows), replace(verdict, not_checked=open_)

    def _for_others(self, industries: tuple[str, ...], industry: str) -> bool:
        """Tell whether clauses are for other industries than the project's, all of whose codes are known."""
        others = self._others.setdefault(industry, {})
        found = others.get(industries)
        if found is None:
            codes = self._codes_of(industries) if industry else ()
            found = (
                bool(codes) and not industry.startswith(codes) and not any(one.startswith(industry) for one in codes)
            )
            others[industries] = found
        return found

    def _codes_of(self, named: tuple[str, ...]) -> tuple[str, ...]:
        """Give the codes of industries; none where there is a group among them whose codes nobody knows."""
        industries = self.records.vocabulary.industries
        codes: list[str] = []
        for one in named:
            members = self._groups.get(one, [one] if industries.known(one) else [])
            if not members:
                return ()
            codes += members
        return tuple(codes)

    def _relation(self, scope: tuple[str, ...], relation: Callable[[Sequence[str]], str]) -> str:
        if not self.missing and not self.records.unfinished:
            return relation(scope)
        rest = [token for token in scope if not any(role in self.missing for role in roles_in(token))]
        found = wide = relation(rest)
        if self.records.unfinished and found != IN:
            wide = relation(self._or_unfinished(rest))
        if wide in (IN, EDGE) and (len(rest) < len(scope) or wide != found):
            return "missing"
        return found

    def _or_unfinished(self, scope: Sequence[str]) -> list[str]:
        """Let a scope hold, too, where the elements that it names were not delivered, whichever lists have it there."""
        unfinished, out = self.records.unfinished, []
        for token in scope:
            kind = token.partition(":")[0]
            about = scope if kind == "unit_id" else [token]
            roles = [role for one in about for role in roles_in(one) if role in unfinished]
            out.append("|".join([token, *(f"{kind}:{NOBODY}{role}" for role in roles)]))
        return out

    def clauses_near(self, units: tuple[str, ...], industry: str = "") -> ClauseSet:
        """Give the clauses of units, and those on layers that the plan lacks or has unfinished.

        Without what is for other industries than one, which changes no verdict.
        """
        records, key, others = self.records, tuple(sorted(units)), self._others.setdefault(industry, {})
        if (known_set := self._sets.get((key, industry))) is not None:
            self._sets.move_to_end((key, industry))
            return known_set
        everywhere = (1 << len(key)) - 1
        having: dict[str, int] = {}
        known: dict[str, ListedClause] = {}
        waiting: set[str] = set()
        for number, unit in enumerate(key):
            bit = 1 << number
            for clause, waits in records.clauses_of(unit):
                other = others.get(clause.industries)
                if other or (other is None and self._for_others(clause.industries, industry)):
                    continue
                name = clause.key
                known[name] = clause
                having[name] = having.get(name, 0) | bit
                if waits:
                    waiting.add(name)
        for clause in records.unasked:
            if self._for_others(clause.industries, industry):
                continue
            if any(role in self.missing for token in clause.scope for role in roles_in(token)):
                known[clause.key], having[clause.key] = clause, everywhere
            elif clause.key not in known:
                known[clause.key], having[clause.key] = clause, 0
        lists = {mask: tuple(unit for number, unit in enumerate(key) if mask >> number & 1) for mask in having.values()}
        # What all units here have holds wherever the site is on the plan.
        where = {mask: () if mask == everywhere else ("unit_id:" + "|".join(of),) for mask, of in lists.items()}
        scopes: dict[tuple[tuple[str, ...], int], int] = {}
        made = ClauseSet(
            tuple(known.values()),
            tuple(lists[having[name]] for name in known),
            tuple(name in waiting for name in known),
            tuple(scopes.setdefault((one.scope, having[name]), len(scopes)) for name, one in known.items()),
            tuple((*scope, *where[mask]) for scope, mask in scopes),
        )
        self._sets[key, industry] = made
        if len(self._sets) > _SETS:
            self._sets.popitem(last=False)
        return made

    def _rule(self, clause: ListedClause) -> tuple[Any, ...]:
        """Give a clause as a verdict tests it, once for each of the relations."""
        found = self._rules.get(clause.key)
        if found is None:
            (rule,) = compile_clauses({clause.key: clause.document}, groups=self._groups, laws=self._laws).rules
            found = self._rules[clause.key] = tuple(rule._replace(scope=number) for number in range(len(_RELATIONS)))
        return found

    def assess(
        self,
        site: Site,
        project: Project,
        *,
        as_of: str = "",
        where_else: int = 0,
        brief: bool = False,
        places: SitePlaces | None = None,
        progress: Progress = silent,
    ) -> dict[str, Any]:
        """Answer a project at a site.

        Parameters
        ----------
        site : Site
        project : Project
        as_of : str
            A day; without one it is not judged what is in force.
        where_else : int
            For a site that is refused, how many other places to look for.
        brief : bool
            Leave out clauses that do not apply.
        places : SitePlaces, optional
            Of the site, where it was held against the plan with others.
        progress : callable

        Returns
        -------
        dict
            See ``resources/schemas/assess.schema.json``.
        """
        self.refresh()
        day = day_of(as_of)
        answer = self.ask(site, project, day, brief=brief, places=places)
        found = self.document(answer, day, brief=brief)
        if where_else > 0 and found["verdict"] not in ("no_conflict", "conditional") and not self.records.changes:
            from .where_else import places_elsewhere

            found["where_else"], found["everywhere"] = places_elsewhere(
                self, site, project, day, where_else, progress=progress
            )
        return found

    # ── words ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def say(self, message: Message) -> str:
        """Put a message into words, with the names of the plan's profile."""
        # Tables of projects say the same few sentences over and over.
        facts = tuple(message.facts.values())
        if not all(isinstance(fact, str | int | float | Message) for fact in facts):
            return word(message, self.language, self._names)
        key = message.template, facts
        found = self._said.get(key)
        if found is None:
            found = self._said[key] = word(message, self.language, self._names)
        return found

    def document(self, answer: Answer, as_of: str, *, brief: bool = False) -> dict[str, Any]:
        """Write an answer as the document that ``--json`` prints; ``brief``: without clauses that do not apply."""
        records, verdict, places = self.records, answer.verdict, answer.places
        area, length = places.size
        conflicts = self._conflicts(places)
        implied, unchecked = dict(sorted(self._implied(answer.project))), self._unchecked(answer)
        return {
            "verdict": verdict.verdict,
            "title": self._titles[verdict.verdict],
            "site": {
                "kind": answer.site.kind,
                "wkt": shapely.to_wkt(answer.site.shape, rounding_precision=3),
                "area_m2": area,
                "length_m": length,
                "outside_share": places.outside_share,
            },
            "project": {
                "name": answer.project.name,
                "industry": answer.project.industry,
                "industry_name": records.vocabulary.industries.name(answer.project.industry),
                "nature": answer.project.nature,
                "nature_assumed": answer.project.assumed,
                "facts": [self._fact(name, said) for name, said in sorted(answer.project.facts.items())],
                "implied": [self._fact(name, one) | {"why": one["by"]} for name, one in implied.items()],
            },
            "as_of": as_of,
            "units": self._units(places),
            "zones": self._zones(places),
            "conflicts": conflicts,
            "clauses": self._clauses(answer, brief=brief),
            "facts_missing": self._facts_missing(verdict, answer.near),
            "basis_unchecked": unchecked,
            "notices": self._notices(answer, conflicts, implied, unchecked),
            "offsets": dict(verdict.offsets),
            "where_else": [],
            "everywhere": "",
            "not_checked": [self._not_checked(name, places) for name in verdict.not_checked],
            "plan": self._plan(),
            "time": now_text(),
            "disclaimer": str(records.settings["disclaimer"]["zh" if self.language == "zh" else "en"]),
        }

    def _implied(self, project: Project) -> Iterable[tuple[str, Mapping[str, Any]]]:
        """Give the facts that its industry and nature imply of a project and that nobody said."""
        found = implied_facts(self.records.vocabulary.implications, project.industry, project.nature)
        unknown = table()["unknown_values"]
        return [(name, one) for name, one in found.items() if project.facts.get(name, "") in unknown]

    def _fact(self, name: str, said: Any) -> dict[str, str]:
        value, unit = (said["value"], said.get("unit") or "") if isinstance(said, dict) else (said, "")
        return {"fact": name, "title": self.words.fact(name), "value": str(value), "unit": str(unit)}

    @property
    def _titles(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.records.settings["verdicts" if self.language == "zh" else "verdicts_en"]
        return found

    def _units(self, places: SitePlaces) -> list[dict[str, Any]]:
        out = []
        for hit in places.units():
            unit = self.records.units[hit.unit_id]
            out.append(
                {
                    **{key: getattr(unit, key) for key in ("code", "name", "category", "kind")},
                    **{key: getattr(hit, key) for key in ("area_m2", "length_m", "share", "relation", "crossings")},
                }
            )
        return out

    def _zones(self, places: SitePlaces) -> list[dict[str, Any]]:
        out = []
        for code, mask in sorted(places.zones().items()):
            element, zone, county, undelivered = self.records.zones[code]
            area, length = places.measured(mask)
            filled = UNDELIVERED if undelivered else ""
            name = self.say(Message("{zone:zone}", zone=zone, element=element, filled=filled))
            out.append(
                {
                    "code": code,
                    "element": element,
                    "zone": zone,
                    "name": name,
                    "filled": filled,
                    "county": county,
                    "area_m2": area,
                    "length_m": length,
                }
            )
        return out

    def _conflicts(self, places: SitePlaces) -> list[dict[str, Any]]:
        out = []
        section = self.records.settings["conflicts" if self.language == "zh" else "conflicts_en"]
        for role, department in section.items():
            mask = places.mask((f"role:{role}",))
            relation = places.relation_of(mask)
            if relation in (IN, EDGE):
                area, length = places.measured(mask)
                out.append(
                    {
                        "role": role,
                        "name": self.say(Message("{role:role}", role=role)),
                        "area_m2": area,
                        "length_m": length,
                        "relation": relation,
                        "department": str(department),
                    }
                )
        return out

    def _clauses(self, answer: Answer, *, brief: bool) -> list[dict[str, Any]]:
        rows = []
        deciding = set(answer.verdict.deciding)
        near, units = answer.near, self.records.units
        codes: dict[int, list[str]] = {}
        for number, clause, judged in answer.judged():
            if clause.key.startswith(LAYER) or (brief and judged.applies == "no"):
                continue
            decides, of = judged.id in deciding, near.units[number]
            # Few combinations of units are shared by many clauses, as the same objects.
            if id(of) not in codes:
                codes[id(of)] = [units[unit].code for unit in of if unit in units]
            row = clause.told | {
                "applies": judged.applies,
                "cause": judged.cause,
                "why": self._why(clause, judged, answer.project),
                "rank": judged.rank,
                "decides": decides,
                "units": codes[id(of)],
                "reviewed": not near.waiting[number],
            }
            rows.append((not decides, _SHOWN_FIRST[judged.applies], -judged.rank, number, row))
        rows.sort(key=lambda one: one[:4])
        return [row for *_, row in rows]

    def _why(self, clause: ListedClause, judged: JudgedClause, project: Project) -> str:
        about: Any = ""
        if judged.test in ("industry", "nature"):
            about = project.industry, project.nature
        elif judged.applies == "no" or judged.test == "limit":
            about = str(project.facts.get(judged.about, ""))
        key = clause.key, judged.test, judged.outcome, judged.about, about
        if key not in self._said:
            if len(self._said) > _SAID:
                self._said.clear()
            open_ = {*self.missing, *self.records.unfinished}
            lost = [role for token in clause.scope for role in roles_in(token) if role in open_]
            said = self.say(self.words.why(clause, judged, project, tuple(dict.fromkeys(lost))))
            self._said[key] = _BETWEEN_HAN.sub("", said)
        return self._said[key]

    def _facts_missing(self, verdict: Verdict, near: ClauseSet) -> list[dict[str, Any]]:
        if verdict.low == verdict.high:
            return []
        changing = verdict.what_would_change
        texts = {clause.id: clause.text for clause in near.clauses}
        out = []
        for name in verdict.asked:
            fact = self.records.vocabulary.facts.by_id.get(name.partition(":")[0])
            choices = dict(fact.choices) if fact is not None else {}
            out.append(
                {
                    "fact": name,
                    "title": self._asked(name, texts),
                    "kind": "code" if name == "industry" else fact.kind if fact else "text",
                    "units": list(fact.units) if fact else [],
                    "choices": choices,
                    "verdicts": list(changing.get(name, ())),
                }
            )
        return out

    def _asked(self, name: str, texts: Mapping[str, str]) -> str:
        fact, _, clause = name.partition(":")
        if clause:
            return self.say(
                Message("Is the project what clause {clause} describes: {text}", clause=clause, text=texts[clause])
            )
        return self.say(Message("Industry")) if name == "industry" else self.words.fact(fact)

    def _not_checked(self, name: str, places: SitePlaces) -> dict[str, Any]:
        if name == "outside":
            said = Message("{share:share} of the site lies outside the plan", share=places.outside_share)
        elif name == PLAN:
            said = changes_in_words(self.records.changes)
        elif name.startswith(UNFINISHED):
            said = Message(
                "the layer of {role:role} was not delivered for the land here, which was filled in as general",
                role=name.removeprefix(UNFINISHED),
            )
        else:
            said = Message("the plan has no layer of {role:role}", role=name.removeprefix("layer:"))
        return {"id": name, "what": self.say(said)}

    def _notices(
        self, answer: Answer, conflicts: Sequence[Mapping[str, Any]], implied: Mapping[str, Any], unchecked: int
    ) -> list[str]:
        records, near, verdict = self.records, answer.near, answer.verdict
        said: list[Message] = list(answer.site.notices)
        if answer.project.assumed:
            said.append(Message("nobody said the nature of the project: it is taken for new"))
        laws = records.settings.get("approval", {})
        for one in sorted(conflicts, key=lambda one: one["role"] in laws):
            facts = {"role": one["role"], "department": one["department"]}
            if law := laws.get(one["role"]):
                approval = Message(
                    "under the site: {role:role}; to use it takes an approval, {law}; competent: {department}",
                    **facts,
                    law=law,
                )
                said.insert(0, approval)
            else:
                said.append(Message("under the site: {role:role}; competent: {department}", **facts))
        if open_limits := set(verdict.open_limits):
            limits = first_few(
                Message("{limit} ({clause})", limit=self.words.condition(clause.terms["limit"]), clause=clause.id)
                for _, clause, judged in answer.judged()
                if judged.id in open_limits
            )
            said.append(
                Message(
                    "nobody has stated these; where its clause applies, each prohibits if it is not met: {limits}",
                    limits=limits,
                )
            )
        about: dict[tuple[str, str], list[str]] = defaultdict(list)
        for _, clause, judged in answer.judged():
            for notice in judged.notices:
                kind, _, rest = notice.partition(":")
                # Of clauses that are not in force only those matter that would be for the project.
                if kind != "not_yet" or not self._for_others(clause.industries, answer.project.industry):
                    about[kind, rest.removeprefix(f"{clause.key}:") if kind == IMPLIED else ""].append(clause.id)
        for (kind, fact), each in about.items():
            clauses = first_few(tuple(dict.fromkeys(each)), 10)
            if kind == IMPLIED:
                value = self.words.value(fact, implied[fact]["value"])
                said.append(
                    Message(
                        "implied by the industry, as nobody says otherwise: {fact} = {value}; counts in: {clauses}",
                        fact=self.words.fact(fact),
                        value=value,
                        clauses=clauses,
                    )
                )
            else:
                said.append(_NOTICES[kind](clauses, self.tolerance))
        if left_out := self._left_out(answer):
            said.append(
                Message(
                    "hold here, and are not on the unit's list any more: {clauses}", clauses=first_few(left_out, 10)
                )
            )
        if answer.places.outside_share and "outside" not in verdict.not_checked:
            said.append(
                Message(
                    "the site reaches beyond the plan by no more than the tolerance of {tolerance:g} m",
                    tolerance=self.tolerance,
                )
            )
        if (status := records.meta.get("status", "")) in ("", DRAFT):
            said.append(Message("the plan is a draft, and its units and lists may change"))
        elif status == "废止":
            said.append(Message("the plan is void"))
        if records.findings_behind:
            said.append(Message("the plan was edited after it was last checked"))
        counting = [clause for row, clause, judged in answer.judged() if near.waiting[row] and judged.applies != "no"]
        if counting:
            said.append(Message("clauses that nobody has reviewed yet: {count}", count=len(counting)))
        if unchecked:
            said.append(unchecked_in_words(unchecked))
        return [self.say(one) for one in said]

    def _unchecked(self, answer: Answer) -> int:
        """Count the clauses that may count here and whose basis nobody has read: told, and judged as others."""
        return sum(
            bool(clause.basis) and not clause.verified and judged.applies != "no"
            for _, clause, judged in answer.judged()
        )

    def _left_out(self, answer: Answer) -> tuple[str, ...]:
        """Name what would be for the project where the site is, had nobody taken it off the lists of the units."""
        if not self.records.edited:
            return ()
        found: dict[str, ListedClause] = {}
        for known in answer.places.known():
            key = known.tokens
            if key not in self._left:
                self._left[key] = self.records.left_out(known)
            found |= {clause.id: clause for clause in self._left[key]}
        industry = answer.project.industry
        return tuple(name for name, clause in found.items() if not self._for_others(clause.industries, industry))

    def _plan(self) -> dict[str, Any]:
        records = self.records
        return {
            "file": self.path.name,
            "name": records.meta.get("name", ""),
            "status": records.meta.get("status", "") or DRAFT,
            "date": records.meta.get("date", ""),
            "crs": records.crs,
            "changed": records.changes,
            "tolerance_m": self.tolerance,
            "head": records.meta.get("head", ""),
            "rules": {
                "verdict": table()["version"],
                "profile": records.meta.get("profile", ""),
                "library_sha256": records.library_digest,
            },
            "sources": records.sources,
        }


def _after_colon(token: str) -> str:
    return token.partition(":")[2]


def _state_of(path: Path) -> Any:
    """Give what changes when somebody writes into a file; None where it is not there."""
    found: list[Any] = []
    for one in (path, path.with_name(path.name + "-wal")):
        try:
            state = one.stat()
            found.append((state.st_mtime_ns, state.st_size, state.st_ino))
        except OSError:
            found.append(None)
    return tuple(found)
