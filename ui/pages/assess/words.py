"""An answer in words of the panel: why in one sentence, what is met, each clause with why, as HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtGui import QColor, QIcon, QPixmap
from qgis.PyQt.QtWidgets import QGraphicsOpacityEffect

from ....delineation.core.messages import area_text, share_text
from ...map.colours import CATEGORY_COLOURS
from ...map.site_sketch import VERDICT_COLOURS
from ...text import capital, categories, language, names_of, tr
from ...words import role_label
from ..lists.clause_words import level_word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from qgis.PyQt.QtWidgets import QWidget

    from ....delineation.case.profile import Profile
    from ...work.assessment import Answered, Document

__all__ = [
    "DECIDING",
    "EXEMPT",
    "NOT",
    "answer_html",
    "asked_of",
    "asked_words",
    "bare_basis",
    "because",
    "chip",
    "dim",
    "group_of",
    "joined",
    "length_word",
    "place_words",
    "shortened",
]

DECIDING, OPEN, APPLYING, MAYBE = "deciding", "open", "yes", "maybe"
MISSING, EXEMPT, NOT = "missing", "exempt", "no"
GROUPS = (DECIDING, OPEN, APPLYING, MAYBE, MISSING, EXEMPT, NOT)
FACT, FOLD, NONE, SOME = "fact:", "fold:", "none:", "some:"  # links
_LAYER = "layer:"
CHIP = 12  # pixels
GREY = 0.45  # how much is seen of what is of something else
SHORT = 44  # letters of a sentence about a clause: all of it stands below
INK = {1: "#ffffff", 2: "#ffffff", 3: "#222222"}
_UNKNOWN = re.compile(r"(?:fact:(?P<when>.+)_unknown|(?:exemption_unknown|unclaimed):(?P<unless>.+))")
# Marks of effects as the map has them: red, orange, blue; nothing of them is told by the colour alone.
_EFFECTS = {
    "prohibit": VERDICT_COLOURS["prohibit"],
    "exit": VERDICT_COLOURS["prohibit"],
    "restrict": VERDICT_COLOURS["restrict"],
    "condition": VERDICT_COLOURS["conditional"],
    "offset": VERDICT_COLOURS["conditional"],
    "inform": VERDICT_COLOURS["not_assessed"],
    "allow": VERDICT_COLOURS["no_conflict"],
}


def length_word(length: float) -> str:
    """Write a length or a distance."""
    if length < 1_000:
        return tr("{length} m", length=f"{length:,.0f}")
    return tr("{length} km", length=f"{length / 1_000:,.2f}")


def joined(parts: Iterable[str]) -> str:
    """Write what is told of one thing in a line."""
    return tr(", ", "between two measures").join(parts)


def _measure(area: float, length: float, share: float | None = None) -> str:
    said = [area_text(area, language())] if area else []
    said += [length_word(length)] if length else []
    if share is not None:
        said.append(share_text(share))
    return joined(said)


def dim(widget: QWidget, on: bool) -> None:
    """Show a widget in grey, as what it says is of something else than what is asked now; or as it is."""
    widget.setGraphicsEffect(QGraphicsOpacityEffect(widget, opacity=GREY) if on else None)


def asked_words(document: Document, place: str) -> str:
    """Say of what an answer is: project, place and plan."""
    name = document["project"]["name"] or document["project"]["industry_name"] or tr("without a name", "a project")
    return tr("for: {project} · {place} · {plan}", project=name, place=place, plan=document["plan"]["name"])


def chip(verdict: str) -> QIcon:
    """Draw the colour of a verdict; grey of what is none."""
    square = QPixmap(CHIP, CHIP)
    square.fill(QColor(VERDICT_COLOURS.get(verdict, "#888888")))
    return QIcon(square)


def shortened(text: str, most: int = SHORT) -> str:
    """Cut a text at its end where it is long."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def place_words(answer: Answered) -> str:
    """Say what the site is: as it was drawn, and how large it is."""
    site, spot = answer.document["site"], answer.question.spot
    kind = (
        tr("Point", "kind of site"),
        tr("Line", "kind of site"),
        tr("Area", "kind of site"),
    )[spot.dimension]
    if spot.dimension < 2 and spot.buffer:
        kind = tr("{kind} with {metres} m round it", kind=kind, metres=f"{spot.buffer:g}")
    measure = _measure(site["area_m2"], site["length_m"])
    return tr("{kind}: {measure}", kind=kind, measure=measure) if measure else kind


def group_of(clause: Mapping[str, Any]) -> str:
    """Tell in which group of an answer a clause is shown."""
    applies = str(clause["applies"])
    if clause["decides"] and applies != MISSING:
        return OPEN if applies == MAYBE else DECIDING
    return APPLYING if applies == "met" else applies


def asked_of(clause: Mapping[str, Any]) -> str:
    """Give the fact that a clause asks for, or by which one could claim to be exempt; "" for none."""
    if clause["applies"] not in (MAYBE, APPLYING):
        return ""
    cause = str(clause["cause"])
    if cause.startswith("industry"):
        return "industry"
    if cause.startswith("nature"):
        return "nature"
    found = _UNKNOWN.fullmatch(cause)
    return (found["when"] or found["unless"] or "") if found else ""


def bare_basis(clause: Mapping[str, Any]) -> str:
    """Say what a clause rests on; with a mark where nobody has checked it."""
    basis = clause["basis"] or tr("No basis is named")
    if clause["basis_checked"]:
        return basis
    unchecked = tr("(unchecked)", "basis of a clause")
    return f"{basis} {unchecked}"


@dataclass(frozen=True)
class _Words:
    """Names of a profile, and the colours of the theme."""

    profile: Profile | None
    muted: str

    def effect(self, clause: Mapping[str, Any]) -> str:
        return capital(names_of(self.profile)("effect", clause["effect"], language(), {"text": clause["text"]}))

    def chip(self, text: str, colour: str, ink: str = "#ffffff") -> str:
        return f'<span style="background-color:{colour};color:{ink};">&nbsp;{escape(text)}&nbsp;</span>'

    def quiet(self, text: str) -> str:
        return f'<span style="color:{self.muted}">{escape(text)}</span>'


def because(document: Document, profile: Profile | None = None) -> str:
    """Say in one sentence what a verdict rests on."""
    deciding = [clause for clause in document["clauses"] if clause["decides"]]
    open_ = document["not_checked"]
    if document["verdict"] == "not_assessed" and open_:
        if len(open_) == 1:
            return _sentence(open_[0]["what"])
        return tr("{what}, and {count} more.", what=capital(open_[0]["what"]), count=len(open_) - 1)
    if deciding:
        first = deciding[0]
        effect = _Words(profile, "").effect(first)
        told = _sentence(tr("{effect}: {text}", effect=effect, text=shortened(first["text"])))
        if first["applies"] == MAYBE:
            told += f"{_stop()[1:]}{_sentence(first['why'])}"
        if len(deciding) > 1:
            told += tr(" And {count} more clauses.", count=len(deciding) - 1)
        return told
    maybe = next((clause for clause in document["clauses"] if clause["applies"] == MAYBE), None)
    if maybe is not None and document["verdict"] == "needs_review":
        return f"{_sentence(shortened(maybe['text']))}{_stop()[1:]}{_sentence(maybe['why'])}"
    if document["verdict"] == "no_conflict":
        return tr("No clause that was found here stands against it.")
    return ""


def _stop() -> str:
    return tr(". ", "between two sentences")


def _sentence(text: str) -> str:
    """Write a text as a sentence; one that was cut ends with its ellipsis."""
    text = capital(text.rstrip("。."))
    return text if text.endswith("…") else f"{text}{_stop().strip()}"


# ── The whole answer ────────────────────────────────────────────────────────────────────────────────────────────────


def answer_html(
    document: Document,
    profile: Profile | None = None,
    *,
    muted: str = "#777777",
    folded: Collection[str] = (),
    fields: Collection[str] = (),
    none_here: Sequence[str] = (),
) -> str:
    """Give an answer as HTML that a QTextBrowser shows; colours of the theme are its own but for the chips.

    Parameters
    ----------
    document : mapping
        As ``assess --json`` prints it.
    profile : Profile, optional
    muted : str
        Colour of what is quiet.
    folded : collection of str
        Groups of clauses whose titles alone are shown.
    fields : collection of str
        Facts that have a field beside the answer, to which what asks for them leads.
    none_here : sequence of str
        Roles of which, as somebody has said, the territory has nothing.
    """
    words = _Words(profile, muted)
    parts = [*_conflicts(document, words), *_clauses(document, words, folded, fields), *_where(document, words)]
    parts += _not_checked(document, none_here, profile)
    if document["notices"]:
        parts += [
            _title(tr("To be known")),
            _listed([capital(line) for line in document["notices"]]),
        ]
    if document["offsets"]:
        each = [f"{name} {ratio:g} : 1" for name, ratio in document["offsets"].items()]
        parts += [_title(tr("Offsets")), _listed(each)]
    parts.append(f"<p>{words.quiet(document['disclaimer'])}</p>")
    return "".join(parts)


def _not_checked(document: Document, none_here: Sequence[str], profile: Profile | None) -> Iterator[str]:
    """Say what was not checked; of a layer that is missing somebody may say that there is nothing of it here."""
    lines = []
    for one in document["not_checked"]:
        line = escape(capital(one["what"]))
        if one["id"].startswith(_LAYER):
            text = tr("There is none here")
            line += f' <a href="{NONE}{escape(one["id"].removeprefix(_LAYER))}">{escape(text)}</a>'
        lines.append(line)
    if lines:
        yield _title(tr("Not checked"))
        yield _list_of(lines)
    taken = []
    for role in none_here:
        name = escape(role_label(profile, role))
        text = tr("There is some")
        taken.append(f'{name} <a href="{SOME}{escape(role)}">{escape(text)}</a>')
    if taken:
        yield _title(tr("Said by hand: there is none here"))
        yield _list_of(taken)


def _title(text: str) -> str:
    return f'<p style="margin:8px 0 2px 0"><b>{escape(text)}</b></p>'


def _listed(lines: Sequence[str]) -> str:
    return _list_of([escape(line) for line in lines])


def _list_of(lines: Sequence[str]) -> str:
    rows = "".join(f"<li>{line}</li>" for line in lines)
    return f'<ul style="margin:2px 0 2px 14px;-qt-list-indent:0">{rows}</ul>'


def _conflicts(document: Document, words: _Words) -> Iterator[str]:
    if not document["conflicts"]:
        return
    yield _title(tr("Lies on"))
    for one in document["conflicts"]:
        measure = _measure(one["area_m2"], one["length_m"])
        competent = tr("competent: {department}", department=one["department"])
        said = f"<b>{escape(capital(one['name']))}</b> {escape(measure)}"
        yield f'<p style="margin:1px 0 1px 8px">{said}<br>{words.quiet(competent)}</p>'


def _titles() -> dict[str, str]:
    return {
        DECIDING: tr("Decides", "group of clauses"),
        OPEN: tr("Decides, if it applies", "group of clauses"),
        MAYBE: tr("May apply", "group of clauses"),
        APPLYING: tr("Applies too", "group of clauses"),
        MISSING: tr("Cannot be said, for want of a layer", "group of clauses"),
        EXEMPT: tr("Exempt", "group of clauses"),
        NOT: tr("Does not apply", "group of clauses"),
    }


def _clauses(document: Document, words: _Words, folded: Collection[str], fields: Collection[str]) -> Iterator[str]:
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for clause in document["clauses"]:
        groups.setdefault(group_of(clause), []).append(clause)
    units = {unit["code"]: unit["name"] for unit in document["units"]}
    for name in GROUPS:
        clauses = groups.get(name, [])
        if not clauses:
            continue
        title = f"{_titles()[name]} {len(clauses):,}"
        sign = "▸" if name in folded else "▾"
        link = f'<a href="{FOLD}{name}" style="text-decoration:none">{sign} {escape(title)}</a>'
        yield f'<p style="margin:8px 0 2px 0"><b>{link}</b></p>'
        if name not in folded:
            for clause in clauses:
                yield _clause(clause, words, units, fields)


def _clause(clause: Mapping[str, Any], words: _Words, units: Mapping[str, str], fields: Collection[str]) -> str:
    chip = words.chip(words.effect(clause), _EFFECTS.get(clause["effect"], "#5f6b73"))
    dot = tr(" · ", "between facts of a clause")
    facts = [level_word(clause["level"]), bare_basis(clause)]
    if not clause["reviewed"]:
        facts.append(tr("to review", "status of a clause"))
    own = [units[code] for code in clause["units"] if code in units]
    if own and len(own) < len(units):
        facts.append(joined(own))
    if clause["remark"]:
        facts.append(str(clause["remark"]))
    lines = [f"{chip}&nbsp; {escape(clause['text'])}", words.quiet(dot.join(filter(None, facts)))]
    why = f"→ {escape(_sentence(str(clause['why'])))}"
    asked = asked_of(clause)
    if asked and (asked in fields or asked in ("industry", "nature")):
        text = tr("Say it", "a fact of the project")
        if clause["applies"] == APPLYING:
            text = tr("Claim it", "an exemption")
        why += f' <a href="{FACT}{escape(asked)}">{escape(text)}</a>'
    lines.append(why)
    return f'<p style="margin:2px 0 5px 8px">{"<br>".join(lines)}</p>'


def _where(document: Document, words: _Words) -> Iterator[str]:
    if document["units"]:
        yield _title(tr("Control units"))
        named = categories(profile=words.profile)
        for unit in document["units"]:
            chip = words.chip(
                named.get(unit["category"], ""),
                CATEGORY_COLOURS.get(unit["category"], "#888888"),
                INK.get(unit["category"], "#ffffff"),
            )
            measure = _measure(unit["area_m2"], unit["length_m"], unit["share"])
            if unit["crossings"]:
                crossed = tr("crossed {count} times", count=unit["crossings"])
                measure = joined([measure, crossed])
            said = f"{chip}&nbsp; {escape(unit['name'])}<br>{words.quiet(unit['code'])} {escape(measure)}"
            yield f'<p style="margin:1px 0 3px 8px">{said}</p>'
    if document["zones"]:
        yield _title(tr("Element zones"))
        lines = [
            " ".join(filter(None, (capital(zone["name"]), _measure(zone["area_m2"], zone["length_m"]))))
            for zone in document["zones"]
        ]
        yield _listed(lines)
