"""What there is to say of an export, the same by whichever door it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.messages import Message, counted, first_few
from ..plan.replaced import changes_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..core.messages import Fact
    from .registry import Written

_DRAWERS = {"qgis": "QGIS", "matplotlib": "matplotlib"}


def said_of(written: Written) -> list[Message]:
    """Say how much was written where, as what, and what of it is not as it was meant.

    Parameters
    ----------
    written : Written
    """
    return [*made_of(written), *remarks_of(written)]


def made_of(written: Written) -> list[Message]:
    """Say how much was written where, in which encoding, and who drew it."""
    facts = written.facts
    layers = tuple(rows_in_words(name, number) for name, number in written.layers.items())
    if not written.files:
        lines = [Message("no file was written")]
    elif layers:
        lines = [Message("{layers} → {files}", layers=layers, files=written.files)]
    else:
        lines = [Message("written: {files}", files=written.files)]
    if "pages" in facts and "sheets" in written.layers:
        lines.append(counted(facts["pages"], "{n} page", "{n} pages"))
    if resumed := facts.get("resumed"):
        lines.append(
            counted(
                resumed,
                "{n} county was there already, from an export that was broken off",
                "{n} counties were there already, from an export that was broken off",
            )
        )
    if "encoding" in facts:
        lines.append(Message("texts in {encoding}", encoding=facts["encoding"]))
    if (who := _DRAWERS.get(facts.get("drawn_by", ""))) and not facts.get("because"):
        lines.append(Message("drawn by {who}", who=who))
    return lines


def remarks_of(written: Written, most: int | None = None) -> list[Message]:
    """Say what of an export is not as it was meant; nothing where all is.

    Parameters
    ----------
    written : Written
    most : int, optional
        Things that a sentence names where there are many; all of them by default.
    """
    return [*remarks_on(written.facts, most), *([] if written.noted else [_NOT_NOTED])]


_NOT_NOTED = Message("the export could not be noted beside the plan")


def remarks_on(facts: Mapping[str, Any], most: int | None = None) -> list[Message]:
    """Say of a writer's facts what is not as it was meant; ``most`` as of `remarks_of`."""
    lines = [*facts.get("withheld", ())]
    if changed := facts.get("changed"):
        lines.append(changes_in_words(changed))
    if (who := _DRAWERS.get(facts.get("drawn_by", ""))) and (why := facts.get("because")):
        lines.append(Message("drawn by {who}: {why}", who=who, why=why))
    for font, other in (facts.get("fonts") or {}).items():
        lines.append(Message("font {font} is not installed: {other} stands in", font=font, other=other))
    if lacking := facts.get("lacking"):
        lines.append(Message("no font has the characters {lacking}", lacking=_some(lacking, most)))
    if unlabelled := facts.get("unlabelled"):
        lines.append(
            counted(
                unlabelled,
                "{n} unit has no label on the picture; the PDF has a table of all units",
                "{n} units have no label on the picture; the PDF has a table of all units",
            )
        )
    if shortened := facts.get("shortened"):
        lines.append(Message("too long for their place: {shortened}", shortened=_some(shortened, most)))
    if cut := facts.get("cut_texts"):
        lines.append(
            counted(
                len(cut),
                "{n} text was longer than its field and was cut ({texts}); in full it stands in {place}",
                "{n} texts were longer than their fields and were cut ({texts}); in full they stand in {place}",
                texts=_some(cut, most),
                place=facts["texts_in"],
            )
        )
    elif facts.get("cut"):
        lines.append(
            counted(
                facts["cut"],
                "{n} text was longer than its field and was cut",
                "{n} texts were longer than their fields and were cut",
            )
        )
    if facts.get("mended"):
        lines.append(
            counted(
                facts["mended"],
                "{n} feature had no valid geometry in degrees and was repaired",
                "{n} features had no valid geometry in degrees and were repaired",
            )
        )
    return lines


def _some(things: Iterable[Any], most: int | None) -> Fact:
    each = tuple(map(str, things))
    return each if most is None else first_few(each, most)


def rows_in_words(layer: str, number: int) -> Message:
    """Say how many rows of a layer or table there are."""
    known = {
        "units": counted(number, "{n} unit", "{n} units"),
        "zones": counted(number, "{n} element zone", "{n} element zones"),
        "clauses": counted(number, "{n} clause", "{n} clauses"),
        "counties": counted(number, "{n} county", "{n} counties"),
        "findings": counted(number, "{n} finding", "{n} findings"),
        "maps": counted(number, "{n} map", "{n} maps"),
        "sheets": counted(number, "{n} sheet", "{n} sheets"),
    }
    return known.get(layer) or Message("{number} {layer}", number=number, layer=layer)
