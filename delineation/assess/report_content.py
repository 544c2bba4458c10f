"""What the report of an assessment says, in its order and in words: the same for a Word document and a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.messages import Message, area_text, at, counted, share_text, word
from ..core.office_files import document_date
from ..export.document import (
    MARK,
    SMALL,
    STRONG,
    Banner,
    Document,
    Facts,
    Line,
    Notes,
    Picture,
    SectionBlock,
    TableBlock,
)
from ..lists.kept_library import unchecked_in_words
from ..plan.statement import or_unfilled, statement
from ..sources.coordinates.crs import crs_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.figure import Figure

    from ..core.messages import Fact
    from ..export.document import Block, Row
    from .report_plan import ReportPlan

SITE_MAP, ELSEWHERE_MAP = "site", "elsewhere"
MAP_SIZE = 170.0, 116.0
"""Width and height of a map with its legend, mm."""
_COLOURS = {
    "prohibit": "B3261E",
    "restrict": "C2570C",
    "conditional": "8A6A00",
    "needs_review": "8A6A00",
    "no_conflict": "1B7F5C",
    "not_assessed": "5F6368",
}
_CLAUSE_WIDTHS = (0.12, 0.39, 0.22, 0.27)
_LAYER = "layer:"  # before the role of a layer that is missing
_SHORT = 12  # characters of a SHA-256 by which two files are told apart at a glance
_FIRST = 3  # deciding clauses on the first page

_APPLIES = {
    "yes": Message("applies here"),
    "maybe": Message("open"),
    "exempt": Message("exempt here"),
    "met": Message("kept"),
    "missing": Message("layer missing"),
    "no": Message("does not apply here"),
}
_NATURES = {
    "new": Message("new construction"),
    "expand": Message("extension"),
    "rebuild": Message("reconstruction"),
    "existing": Message("existing project"),
}


class ReportWords:
    """Words of a report.

    Parameters
    ----------
    plan : ReportPlan
    language : str
        That of the answer.
    """

    def __init__(self, plan: ReportPlan, language: str) -> None:
        self.plan, self.language, self.names = plan, language, plan.names

    def say(self, message: Message) -> str:
        """Put a message into words."""
        return word(message, self.language, self.names)

    def name(self, kind: str, name: str, **facts: Fact) -> str:
        """Name a thing: effect, dimension, category, role."""
        return self.names(kind, name, self.language, facts)

    def measure(self, found: Mapping[str, Any]) -> str:
        """Write the area of what lies under a site, else its length."""
        if found["area_m2"]:
            return area_text(found["area_m2"], self.language)
        return f"{found['length_m']:,.1f} m" if found["length_m"] else "–"

    def applies(self, state: str) -> str:
        """Say whether a clause applies."""
        return self.say(_APPLIES[state])

    def nature(self, name: str) -> str:
        """Name the nature of a project."""
        return self.say(_NATURES[name])

    def choices(self, fact: Mapping[str, Any]) -> str:
        """List the answers to a question."""
        between = "、" if self.language == "zh" else ", "
        if self.language == "zh":
            return between.join(fact["choices"].values()) or between.join(fact["units"])
        return between.join(one.replace("_", " ") for one in fact["choices"]) or between.join(fact["units"])

    def verdicts(self, names: Sequence[str]) -> str:
        """Name verdicts."""
        known = self.plan.verdicts(self.language)
        return self.say(Message("{each}", each=tuple(known.get(name, name) for name in names)))

    def source(self, one: Mapping[str, Any]) -> str:
        """Name a source: one that is called as its role is by the role's name."""
        return self.name("role", one["role"]) if one["source"] == one["role"] else str(one["source"])

    def in_the_way(self, one: Mapping[str, Any]) -> tuple[str, str]:
        """Say what is in the way at another place, and the id of the clause that is."""
        key, text = one["blocked_by"] or "", one["blocked_text"]
        if key.startswith(_LAYER):
            return self.say(Message("the plan has no layer of {role:role}", role=key.removeprefix(_LAYER))), ""
        if key and not text:
            text = self.say(Message("not stated"))
        return text, "" if key in ("sea", "outside") else key

    def basis(self, clause: Mapping[str, Any]) -> str:
        """Write what a clause rests on; one that nobody has checked is marked."""
        basis = str(clause["basis"])
        if clause["basis_checked"]:
            return basis
        return f"{basis} [{self.say(Message('basis to check'))}]".strip()


def report_of(answer: Mapping[str, Any], words: ReportWords) -> Document:
    """Put an answer into words.

    Parameters
    ----------
    answer : mapping
        As ``assess --json`` prints it.
    words : ReportWords
        Of its plan, in its language.
    """
    say = words.say
    of_plan = answer["plan"]
    unstated = say(Message("not stated"))
    headings = list[SectionBlock]()
    for title, blocks in _sections(answer, words):
        headings.append(SectionBlock(f"{len(headings) + 1}. {say(title)}", tuple(blocks)))
    below = [
        Line(say(Message("project: {name}", name=answer["project"]["name"] or unstated)), STRONG),
        Line(say(Message("clauses and laws as of {day}", day=or_unfilled(answer["as_of"]))), SMALL),
    ]
    if words.plan.illustration:
        below.append(Line(say(_SAMPLE), MARK))
    return Document(
        title=say(Message("Assessment of a project's site by the entry lists")),
        above=say(
            Message("{name}, status {status}", name=of_plan["name"] or of_plan["file"], status=of_plan["status"])
        ),
        below=tuple(below),
        banner=Banner(answer["title"], _because(answer, words), _COLOURS[answer["verdict"]]),
        first=tuple(_first(answer, words)),
        sections=tuple(headings),
        mark=say(Message("classification: {mark}", mark=words.plan.mark or unstated)),
        foot=answer["disclaimer"],
        numbers=say(Message("page {page} of {pages}", page="\ue000", pages="\ue001")),
        language=words.language,
        stamp=document_date(answer["as_of"]),
    )


_SAMPLE = Message("a sample: the boundaries are for demonstration only and have no legal effect")


def _deciding(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [clause for clause in answer["clauses"] if clause["decides"]]


def _because(answer: Mapping[str, Any], words: ReportWords) -> str:
    verdict, deciding = answer["verdict"], _deciding(answer)
    if verdict == "no_conflict":
        return words.say(Message("No clause in the lists of the units here stands against the project."))
    if verdict == "not_assessed" or not deciding:
        lacking = [one["id"].removeprefix(_LAYER) for one in answer["not_checked"] if one["id"].startswith(_LAYER)]
        what: list[Fact] = [one["what"] for one in answer["not_checked"] if not one["id"].startswith(_LAYER)]
        what += [Message("the plan has no layer of {roles:role}", roles=tuple(lacking))] if lacking else []
        return words.say(Message("Whether the project may come here nobody can say: {what:apart}.", what=tuple(what)))
    said = _stands(verdict, len(deciding), deciding[0], words)
    if verdict == "needs_review" and answer["facts_missing"]:
        said = Message("{said}; the first to be said is: {fact}", said=said, fact=answer["facts_missing"][0]["title"])
    return words.say(Message("{said}.", said=said))


def _stands(verdict: str, count: int, first: Mapping[str, Any], words: ReportWords) -> Message:
    """Say what the clauses that decide do, and quote the first of them."""
    told: dict[str, Fact] = {"text": first["text"].rstrip("。."), "basis": words.basis(first)}
    if verdict == "prohibit":
        return counted(
            count,
            "{n} clause that applies here prohibits the project: “{text}” ({basis})",
            "{n} clauses that apply here prohibit the project, the first of them: “{text}” ({basis})",
            **told,
        )
    if verdict == "restrict":
        return counted(
            count,
            "{n} clause that applies here restricts the project: “{text}” ({basis})",
            "{n} clauses that apply here restrict the project, the first of them: “{text}” ({basis})",
            **told,
        )
    if verdict == "conditional":
        return counted(
            count,
            "The project may come if it keeps to {n} clause: “{text}” ({basis})",
            "The project may come if it keeps to {n} clauses, the first of them: “{text}” ({basis})",
            **told,
        )
    return counted(
        count,
        "Whether {n} clause stands against the project is open: “{text}” ({basis})",
        "Whether {n} clauses stand against the project is open, the first of them: “{text}” ({basis})",
        **told,
    )


def _first(answer: Mapping[str, Any], words: ReportWords) -> Iterator[Block]:
    """Give what stands on the first page: the clauses that the verdict rests on."""
    say, deciding = words.say, _deciding(answer)
    if deciding:
        heads = (Message("Effect"), Message("Requirement"), Message("Legal basis"), Message("Applies, and why"))
        rows = tuple(
            (
                (Line(words.name("effect", clause["effect"], text=clause["text"]), STRONG),),
                (Line(clause["text"]), Line(_told(clause, words), SMALL)),
                _basis(clause, words),
                (Line(words.applies(clause["applies"]), STRONG), Line(clause["why"])),
            )
            for clause in deciding[:_FIRST]
        )
        title = say(Message("Clauses that the verdict rests on"))
        yield TableBlock(tuple(map(say, heads)), _CLAUSE_WIDTHS, rows, title=title)
    if len(deciding) > _FIRST:
        told = counted(
            len(deciding) - _FIRST,
            "{n} more stands with the clauses, marked ●",
            "{n} more stand with the clauses, marked ●",
        )
        yield Notes((Line(say(told), SMALL),))
    if answer["basis_unchecked"]:
        yield Notes((Line(say(unchecked_in_words(answer["basis_unchecked"])), MARK),))


def _told(clause: Mapping[str, Any], words: ReportWords) -> str:
    """Say where a clause comes from, in one line."""
    level = words.name("level", clause["level"])
    return " · ".join(filter(None, (clause["id"], level, clause["issuer"], clause["page"])))


def _basis(clause: Mapping[str, Any], words: ReportWords) -> tuple[Line, ...]:
    lines = [Line(str(clause["basis"]))] if clause["basis"] else []
    if not clause["basis_checked"]:
        lines.append(Line(words.say(Message("basis to check")), MARK))
    return tuple(lines) or (Line("–"),)


# ── Sections, in their order ────────────────────────────────────────────────────────────────────────────────────────


def _sections(answer: Mapping[str, Any], words: ReportWords) -> Iterator[tuple[Message, list[Block]]]:
    yield Message("The project"), [_project(answer, words)]
    yield Message("Where the site lies"), [_map(answer, words, SITE_MAP)]
    yield Message("Units and element zones under the site"), [_units(answer, words), _zones(answer, words)]
    yield Message("Red line, farmland and urban boundary"), [_conflicts(answer, words)]
    yield Message("Clauses by dimension"), list(_clauses(answer, words))
    yield Message("To be kept: conditions and offsets"), [_conditions(answer, words)]
    yield Message("What is not known of the project"), [_missing(answer, words)]
    yield Message("What was not checked, and what has to be known"), list(_unchecked(answer, words))
    if answer["where_else"] or answer["everywhere"]:
        yield Message("Other places"), list(_elsewhere(answer, words))
    yield Message("Data and rules"), list(_data(answer, words))


def _map(answer: Mapping[str, Any], words: ReportWords, name: str) -> Picture:
    def draw(figure: Figure, corner: tuple[float, float]) -> None:
        from .report_map import draw_map  # a workbook needs no map, and what draws it takes its time to load

        draw_map(figure, answer, words, name, corner)

    return Picture(MAP_SIZE, draw)


def _rows(words: ReportWords, rows: Sequence[tuple[Message, str]]) -> Facts:
    return Facts(tuple((words.say(name), (Line(text or words.say(Message("not stated"))),)) for name, text in rows))


def _project(answer: Mapping[str, Any], words: ReportWords) -> Facts:
    say, project, site = words.say, answer["project"], answer["site"]
    nature = words.nature(project["nature"])
    if project["nature_assumed"]:
        nature = say(Message("{nature} (nobody said it: taken by default)", nature=nature))
    industry = f"{project['industry']} {project['industry_name']}".strip()
    kinds = {"point": Message("point"), "line": Message("line"), "polygon": Message("area of land")}
    size = [area_text(site["area_m2"], words.language)] if site["area_m2"] else []
    size += [say(Message("{metres:,.1f} m long", metres=site["length_m"]))] if site["length_m"] else []
    rows = [
        (Message("Project"), project["name"]),
        (Message("Industry (GB/T 4754)"), industry),
        (Message("Nature of the project"), nature),
        (Message("Site"), say(Message("{kind}, {size}", kind=kinds[site["kind"]], size=tuple(size)))
         if size else say(kinds[site["kind"]])),
        (Message("Middle of the site"), _middle(site, answer["plan"]["crs"])),
    ]  # fmt: skip
    if site["outside_share"]:
        rows.append((Message("Outside the plan"), share_text(site["outside_share"])))
    facts = tuple(
        (fact["title"], (Line(f"{_value(fact, words)} {fact['unit']}".strip()),)) for fact in project["facts"]
    )
    implied = tuple(
        (
            fact["title"],
            (
                Line(f"{_value(fact, words)} {fact['unit']}".strip()),
                Line(say(Message("implied by the industry: {why}", why=fact["why"])), SMALL),
            ),
        )
        for fact in project["implied"]
    )
    said = _rows(words, rows)
    nothing = ((say(Message("Facts of the project")), (Line(say(Message("none was said"))),)),)
    return Facts(said.rows + (facts or nothing) + implied)


def _value(fact: Mapping[str, Any], words: ReportWords) -> str:
    """Write the value of a fact in words where its table has one."""
    return words.plan.value(fact["fact"], fact["value"], words.language)


def _middle(site: Mapping[str, Any], crs: str) -> str:
    import shapely

    point = shapely.centroid(shapely.from_wkt(site["wkt"]))
    return f"x {point.x:,.1f}, y {point.y:,.1f} ({crs})"


def _units(answer: Mapping[str, Any], words: ReportWords) -> Block:
    say, units = words.say, answer["units"]
    if not units:
        return Notes((Line(say(Message("The site meets no unit of the plan."))),))
    line = any(unit["crossings"] for unit in units)
    heads = [Message("Unit"), Message("Category"), Message("Under the site"), Message("Share")]
    heads += [Message("Crossings")] if line else []
    rows = []
    for unit in units:
        edge = (Line(say(Message("no deeper than the tolerance")), SMALL),) if unit["relation"] == "edge" else ()
        size = [Line(words.measure(unit))]
        if unit["area_m2"] and unit["length_m"]:
            size.append(Line(f"{unit['length_m']:,.1f} m"))
        cells = [
            (Line(unit["name"] or unit["code"]), Line(unit["code"], SMALL)),
            (Line(words.name("category", str(unit["category"]))),),
            (*size, *edge),
            (Line(share_text(unit["share"])),),
        ]
        rows.append(tuple([*cells, (Line(str(unit["crossings"])),)] if line else cells))
    widths = (0.46, 0.16, 0.18, 0.11, 0.09) if line else (0.5, 0.17, 0.2, 0.13)
    return TableBlock(tuple(map(say, heads)), widths, tuple(rows), frozenset({2, 3, 4}), say(Message("Units")))


def _zones(answer: Mapping[str, Any], words: ReportWords) -> Block:
    say, zones = words.say, answer["zones"]
    if not zones:
        return Notes((Line(say(Message("The site meets no element zone."))),))
    heads = (Message("Element zone"), Message("Code"), Message("County or district"), Message("Under the site"))
    rows = tuple(
        (
            (Line(zone["name"]),),
            (Line(zone["code"]),),
            (Line(words.plan.counties.get(zone["county"], zone["county"])),),
            (Line(words.measure(zone)),),
        )
        for zone in zones
    )
    return TableBlock(
        tuple(map(say, heads)), (0.36, 0.26, 0.18, 0.2), rows, frozenset({3}), say(Message("Element zones"))
    )


def _conflicts(answer: Mapping[str, Any], words: ReportWords) -> Block:
    say, found = words.say, {one["role"]: one for one in answer["conflicts"]}
    there = {one["role"] for one in answer["plan"]["sources"]}
    heads = (Message("Layer"), Message("Under the site"), Message("Share"), Message("Competent"))
    rows: list[Row] = []
    for role in dict.fromkeys([*found, *words.plan.conflict_roles]):
        one = found.get(role)
        if one is None:
            # What the plan has no layer of may well be there.
            said = (
                Message("not under the site") if role in there else Message("not checked: the plan has no such layer")
            )
            tone = "" if role in there else MARK
            rows.append(((Line(words.name("role", role)),), (Line(say(said), tone),), (Line("–"),), (Line("–"),)))
            continue
        edge = (Line(say(Message("no deeper than the tolerance")), SMALL),) if one["relation"] == "edge" else ()
        rows.append(
            (
                (Line(one["name"], STRONG),),
                (Line(words.measure(one)), *edge),
                (Line(_share(one, answer["site"])),),
                (Line(one["department"]),),
            )
        )
    return TableBlock(tuple(map(say, heads)), (0.28, 0.24, 0.12, 0.36), tuple(rows), frozenset({1, 2}))


def _share(one: Mapping[str, Any], site: Mapping[str, Any]) -> str:
    for measure in ("area_m2", "length_m"):
        if site[measure] and one[measure]:
            return share_text(min(one[measure] / site[measure], 1.0))
    return "–"


def _clauses(answer: Mapping[str, Any], words: ReportWords) -> Iterator[Block]:
    """Give the clauses: those that count first, then those that nobody can judge, then those that do not apply."""
    say = words.say
    if not answer["clauses"]:
        yield Notes((Line(say(Message("No clause was found for this site."))),))
        return
    heads = (Message("Effect"), Message("Requirement"), Message("Legal basis"), Message("Applies, and why"))
    dimensions = list(dict.fromkeys([*words.plan.dimensions, *(one["dimension"] for one in answer["clauses"])]))
    for states in (("yes", "maybe", "exempt", "met"), ("missing",), ("no",)):
        for dimension in dimensions:
            chosen = [one for one in answer["clauses"] if one["dimension"] == dimension and one["applies"] in states]
            if chosen:
                named = at(words.name("dimension", dimension)) if dimension else Message("not stated")
                if states == ("missing",):
                    named = Message("{dimension}: cannot be judged, for the plan lacks the layer", dimension=named)
                elif states == ("no",):
                    named = Message("{dimension}: looked at, and does not apply", dimension=named)
                rows = tuple(_clause(clause, words) for clause in chosen)
                yield TableBlock(tuple(map(say, heads)), _CLAUSE_WIDTHS, rows, title=f"{say(named)} ({len(chosen)})")


def _clause(clause: Mapping[str, Any], words: ReportWords) -> Row:
    say = words.say
    effect = [Line(words.name("effect", clause["effect"], text=clause["text"]), STRONG)]
    effect += [Line("●", MARK)] if clause["decides"] else []
    text = [Line(clause["text"]), Line(_told(clause, words), SMALL)]
    if part := words.plan.subdimension(clause["subdimension"], words.language):
        text.append(Line(part, SMALL))
    if clause["remark"]:
        text.append(Line(say(Message("remark: {text}", text=clause["remark"])), SMALL))
    why = [Line(words.applies(clause["applies"]), STRONG), Line(clause["why"])]
    if not clause["reviewed"] and clause["applies"] != "missing":
        why.append(Line(say(Message("to review")), MARK))
    return tuple(effect), tuple(text), _basis(clause, words), tuple(why)


def _conditions(answer: Mapping[str, Any], words: ReportWords) -> Block:
    say = words.say
    kept = [
        one
        for one in answer["clauses"]
        if one["effect"] in ("condition", "offset") and one["applies"] in ("yes", "maybe", "met")
    ]
    # What is sure comes before what hangs on something.
    kept.sort(key=lambda one: ("yes", "met", "maybe").index(one["applies"]))
    offsets: list[Row] = [
        (
            (Line(words.name("effect", "offset"), STRONG),),
            (Line(say(Message("{pollutant}: {ratio:g} to 1", pollutant=name, ratio=ratio))),),
            (Line(words.applies("yes")),),
        )
        for name, ratio in answer["offsets"].items()
    ]
    rows: list[Row] = [
        (
            (Line(words.name("effect", one["effect"]), STRONG),),
            (Line(one["text"]), Line(one["id"], SMALL)),
            (Line(words.applies(one["applies"])),),
        )
        for one in kept
    ]
    if not offsets and not rows:
        return Notes((Line(say(Message("No condition and no offset."))),))
    heads = (Message("Effect"), Message("Requirement"), Message("Applies"))
    return TableBlock(tuple(map(say, heads)), (0.12, 0.73, 0.15), tuple(offsets + rows))


def _missing(answer: Mapping[str, Any], words: ReportWords) -> Block:
    say, facts = words.say, answer["facts_missing"]
    if not facts:
        return Notes((Line(say(Message("Nothing, as long as it keeps the limits of the clauses."))),))
    heads = (Message("No."), Message("To be said"), Message("Answers"), Message("Can lead to"))
    rows = tuple(
        (
            (Line(str(number)),),
            (Line(fact["title"]),),
            (Line(words.choices(fact) or "–"),),
            (Line(words.verdicts(fact["verdicts"]) if fact["verdicts"] else say(Message("only with others"))),),
        )
        for number, fact in enumerate(facts, 1)
    )
    return TableBlock(tuple(map(say, heads)), (0.07, 0.41, 0.3, 0.22), rows)


def _unchecked(answer: Mapping[str, Any], words: ReportWords) -> Iterator[Block]:
    say = words.say
    missing = sum(one["applies"] == "missing" for one in answer["clauses"])
    lines = [Line(one["what"]) for one in answer["not_checked"]]
    if missing:
        told = counted(
            missing,
            "{n} clause is on layers that the plan lacks, and nobody can say",
            "{n} clauses are on layers that the plan lacks, and nobody can say",
        )
        lines.append(Line(say(told)))
    if not lines:
        lines.append(Line(say(Message("No layer is missing that the verdict hangs on."))))
    lines.append(
        Line(say(Message("Only the layers and lists of this plan were asked, and of the project only what was said.")))
    )
    yield _listed(lines)
    if answer["notices"]:
        yield _listed([Line(text) for text in answer["notices"]], say(Message("To be known:")))


def _listed(lines: Sequence[Line], head: str = "") -> Notes:
    said = tuple(Line(f"• {line.text}", line.tone) for line in lines)
    return Notes((Line(head, STRONG), *said) if head else said)


def _elsewhere(answer: Mapping[str, Any], words: ReportWords) -> Iterator[Block]:
    say = words.say
    if answer["everywhere"]:
        yield Notes((Line(answer["everywhere"]),))
    if not answer["where_else"]:
        return
    good = [one for one in answer["where_else"] if one["blocked_by"] is None]
    blocked = [one for one in answer["where_else"] if one["blocked_by"] is not None]
    tried = counted(len(answer["where_else"]), "{n} place was tried", "{n} places were tried")
    found = counted(len(good), "{n} of them would do", "{n} of them would do")
    said = say(Message("{tried}, {found}.", tried=tried, found=found))
    yield Notes((Line(said),))
    if good:
        heads = (Message("No."), Message("Unit"), Message("Away"), Message("Verdict"))
        rows: tuple[Row, ...] = tuple(
            (
                (Line(str(number)),),
                (Line(words.plan.unit_names.get(one["unit"], one["unit"])), Line(one["unit"], SMALL)),
                (Line(f"{one['distance_m'] / 1000:,.2f} km"),),
                (Line(words.verdicts([one["verdict"]])),),
            )
            for number, one in enumerate(good, 1)
        )
        yield TableBlock(tuple(map(say, heads)), (0.08, 0.52, 0.18, 0.22), rows, frozenset({2}))
    yield _map(answer, words, ELSEWHERE_MAP)
    if blocked:
        count: dict[tuple[str, str], list[float]] = {}
        for one in blocked:
            count.setdefault(words.in_the_way(one), []).append(one["distance_m"])
        heads = (Message("What is in the way"), Message("Id"), Message("Places"), Message("Nearest"))
        rows = tuple(
            (
                (Line(text),),
                (Line(clause),),
                (Line(str(len(away))),),
                (Line(f"{min(away) / 1000:,.2f} km"),),
            )
            for (text, clause), away in sorted(count.items(), key=lambda item: (-len(item[1]), item[0]))
        )
        yield TableBlock(tuple(map(say, heads)), (0.57, 0.17, 0.11, 0.15), rows, frozenset({2, 3}))


def _data(answer: Mapping[str, Any], words: ReportWords) -> Iterator[Block]:
    say, plan = words.say, answer["plan"]
    rules = plan["rules"]
    yield _rows(
        words,
        [
            (Message("Plan"), plan["name"]),
            (Message("File"), plan["file"]),
            (Message("Status of the plan"), plan["status"]),
            *((title, say(text)) for title, text in statement(words.plan.meta)),
            (Message("Edits of the plan"), str(plan["head"] or 0)),
            (Message("Coordinate system"), say(crs_words(words.plan.crs))),
            (Message("Positional tolerance"), f"{plan['tolerance_m']:g} m"),
            (Message("Clauses and laws as of"), say(or_unfilled(answer["as_of"]))),
            (Message("Rules of the verdict"), say(Message("version {number}", number=rules["verdict"]))),
            (Message("Profile"), words.plan.profile_title(words.language) or rules["profile"]),
            (Message("Clause library (SHA-256)"), rules["library_sha256"][:_SHORT]),
        ],
    )
    heads = (
        Message("Layer"),
        Message("Role"),
        Message("Date of the data"),
        Message("Classification"),
        Message("SHA-256"),
    )
    rows = tuple(
        tuple(
            (Line(text or "–"),)
            for text in (
                words.source(one),
                words.name("role", one["role"]),
                one["date"][:10],
                one["classification"],
                one["sha256"][:_SHORT],
            )
        )
        for one in plan["sources"]
    )
    if rows:
        yield TableBlock(tuple(map(say, heads)), (0.28, 0.28, 0.14, 0.12, 0.18), rows, title=say(Message("Layers")))
