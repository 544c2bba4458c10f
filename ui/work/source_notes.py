"""What is known of a source besides what the case says: the guess with its doubts, and that a layer is not used."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ...delineation.core.findings import Finding
    from ...delineation.guessing import Guess
    from .source_entry import SourceEntry


@dataclass(frozen=True)
class SourceNote:
    """One source, as a project remembers it.

    Attributes
    ----------
    path : str
        Absolute, but in a project.
    layer, where, role, date, provider : str
        As the case has them; a role of "" is a layer that the case does not use.
    confirmed : bool
        A person has said that it is right.
    guess : Guess or None
    unseen : bool
        Somebody has yet to look at its shapes.
    """

    path: str
    layer: str = ""
    where: str = ""
    role: str = ""
    date: str = ""
    provider: str = ""
    confirmed: bool = False
    guess: Guess | None = None
    unseen: bool = False


def known_of(entry: SourceEntry, path: str) -> SourceNote | None:
    """Give what is to be remembered of an entry at ``path``; None where the case says it all."""
    if entry.raster or (entry.role and entry.guess is None and not entry.confirmed and not entry.unseen):
        return None
    spec, told = entry.layer, (entry.confirmed, entry.guess, entry.unseen)
    return SourceNote(path, spec.layer, spec.where, spec.role, spec.date, spec.provider, *told)


def known_text(known: Iterable[SourceNote], relative: Callable[[str], str]) -> str:
    """Write it down, always in the same order; "" for nothing."""
    rows = []
    for one in known:
        row = {field.name: getattr(one, field.name) for field in fields(one)}
        row |= {"path": relative(one.path), "guess": _plain(one.guess) if one.guess is not None else None}
        rows.append({key: value for key, value in row.items() if value})
    rows.sort(key=lambda row: tuple(str(row.get(key, "")) for key in ("path", "layer", "where", "role")))
    return json.dumps(rows, ensure_ascii=False) if rows else ""


def read_known(text: str, absolute: Callable[[str], str]) -> tuple[SourceNote, ...]:
    """Read it again; nothing where the text is of another version."""
    try:
        rows = json.loads(text) if text else []
        return tuple(
            SourceNote(
                **{**row, "path": absolute(row["path"]), "guess": _guess(row["guess"]) if "guess" in row else None}
            )
            for row in rows
        )
    except (ValueError, TypeError, KeyError):
        return ()


def _plain(guess: Guess) -> dict[str, Any]:
    plain: dict[str, Any] = {field.name: getattr(guess, field.name) for field in fields(guess)}
    plain |= {name: dict(plain[name]) for name in ("fields", "zones")}
    plain |= {name: [[one.id, dict(one.facts), one.value] for one in plain[name]] for name in ("reasons", "uncertain")}
    return plain


def _guess(plain: dict[str, Any]) -> Guess:
    from ...delineation.core.findings import Finding
    from ...delineation.guessing import Guess

    def findings(rows: list[list[Any]]) -> tuple[Finding, ...]:
        return tuple(Finding(str(name), facts, value) for name, facts, value in rows)

    alternatives = tuple((str(role), float(share)) for role, share in plain["alternatives"])
    return Guess(
        **{
            **plain,
            "alternatives": alternatives,
            "reasons": findings(plain["reasons"]),
            "uncertain": findings(plain["uncertain"]),
        }
    )
