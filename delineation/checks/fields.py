"""Fields: present, of the right type and length, in their domain, filled, without stray white space (Q03)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..sources.roles import categories_said
from .registry import finding, rule
from .shapes import spot

if TYPE_CHECKING:
    import pandas as pd

    from ..core.arrays import Bools, Ints
    from ..core.findings import Finding
    from ..core.messages import Fact
    from .subject import CheckSubject


def category_of(values: pd.Series, words: dict[str, list[str]]) -> Ints:
    """Categories that field values say: see `categories_said`."""
    return categories_said(values.astype("string").str.strip().fillna("").tolist(), words)


def is_blank(values: pd.Series) -> Bools:
    """Null, or nothing but white space."""
    return np.asarray(values.isna() | (values.astype("string").str.strip().fillna("") == ""), dtype=bool)


@rule("Q03")
def q03(subject: CheckSubject) -> list[Finding]:
    """Check that required fields exist and are filled, types, lengths and domains hold, and no white space is stray.

    Returns
    -------
    list of Finding
        ``missing``, ``derived`` (no category field: read from the codes), ``type``, ``restored`` (codes stored as
        numbers), ``length``, ``domain``, ``blank``, ``space`` (values), ``field_space`` (a field's name). One per field
        and problem, with the units concerned; value is their number.
    """
    found, rules = subject.fields, subject.settings.fields["fields"]
    findings = [
        finding("Q03", "field_space", field=_plain(name))
        for name in found.table.columns
        if name != name.strip() or any(ord(c) < 32 for c in name)
    ]
    for meaning, want in rules.items():
        if meaning not in found.meanings:
            if want.get("required") and not (meaning == "category" and found.derived):
                findings.append(finding("Q03", "missing", field=meaning, wanted=tuple(want["names"][:3])))
            continue
        findings += _values(subject, meaning, want)
    if found.derived:
        names = rules["category"]["names"]
        findings.append(finding("Q03", "derived", field="category", wanted=tuple(names[:3])))
    return findings


def _values(subject: CheckSubject, meaning: str, want: dict[str, Any]) -> list[Finding]:
    found = subject.fields
    name = found.meanings[meaning]
    values, kind = found.table[name], found.types[name]
    field = _plain(name)
    findings = []
    if meaning == "code" and found.restored:
        findings.append(_at(subject, "restored", field, ~is_blank(values), type=kind))
    elif kind not in want["type"].split("|"):
        findings.append(finding("Q03", "type", field=field, type=kind, wanted=tuple(want["type"].split("|"))))
    blank = is_blank(values)
    if want.get("required") and blank.any():
        findings.append(_at(subject, "blank", field, blank))
    if kind == "text":
        text = values.astype("string").fillna("")
        spaced = (text != text.str.strip()).to_numpy(dtype=bool) & ~blank
        # Line breaks inside a list text are its paragraphs; inside a code or a name they are strays.
        if "length" in want:
            spaced |= text.str.contains(r"[\r\n\t]", regex=True).to_numpy(dtype=bool) & ~blank
            long = (text.str.strip().str.len() > want["length"]).to_numpy(dtype=bool)
            if long.any():
                findings.append(_at(subject, "length", field, long, length=want["length"]))
        if spaced.any():
            findings.append(_at(subject, "space", field, spaced))
    if meaning == "category":
        wrong = ~blank & (category_of(values, subject.settings.fields["category"]) == 0)
        if wrong.any():
            findings.append(_at(subject, "domain", field, wrong, found=_plain(str(values[wrong].iloc[0]))))
    return findings


def _at(subject: CheckSubject, problem: str, field: str, rows: Bools, **facts: Fact) -> Finding:
    n, where = int(rows.sum()), spot(subject.shapes[rows])
    return finding("Q03", problem, value=float(n), where=where, units=subject.codes[rows], field=field, n=n, **facts)


def _plain(name: str) -> str:
    """Show the line breaks in a name."""
    return name.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")
