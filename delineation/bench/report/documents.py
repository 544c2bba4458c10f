"""The table of methods for people: Markdown, LaTeX and a workbook, in the profile's language and readable units.

A row a method, metrics by theme; Markdown and LaTeX break the table into parts that fit a page. What is missing is
``–``, with the reason below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...core.messages import NOTHING, Message
from ...core.office_files import document_date
from ...core.sheets import Sheet, write_sheets
from ...plan.provenance import highest_mark
from ..measures.metrics import NEEDS
from ..measures.themes import MISSING, by_theme, factor_of, headed, shown
from ..runs.run import PARETO_FRONT
from .tables import AGREEMENT, agreement_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..experiments.threshold_curve import Curve
    from ..measures.metrics import Metric
    from ..runs.run import Comparison
    from .tables import Agreements

__all__ = ["latex", "markdown", "notes_of", "write_workbook"]

_COLUMNS = 6  # metrics a part has at most
_WORDS = {
    "zh": {
        "method": "划分方法",
        "front": "帕累托前沿",
        "missing": "“–” 的原因",
        "agreement": "方法间一致性",
        "other": "另一方法",
        "ari": "单元调整兰德指数",
        "v_measure": "单元 V-measure",
        "kappa": "类别 Kappa",
        "curve": "拟合阈值曲线",
        "terrain": "地形",
        "threshold": "阈值",
        "units": "单元数",
        "area": "优先单元面积（km²）",
        "omission": "漏划率",
        "all": "全部",
        "methods": "方法",
    },
    "en": {
        "method": "method",
        "front": "Pareto front",
        "missing": "Why “–”",
        "agreement": "agreement",
        "other": "other",
        "ari": "units, adjusted Rand",
        "v_measure": "units, V-measure",
        "kappa": "categories, kappa",
        "curve": "threshold curve",
        "terrain": "terrain",
        "threshold": "threshold of fitting",
        "units": "units",
        "area": "area of priority units (km²)",
        "omission": "omission of priority zones",
        "all": "all",
        "methods": "methods",
    },
}
_STAR = "★"
_FORMATS = {"m²": "#,##0.00", "m": "#,##0.0", "share": "0.00%", "index": "0.000", "nat": "0.000", "count": "#,##0.##"}
_TEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "²": r"\textsuperscript{2}",
    "±": r"$\pm$",
    "×": r"$\times$",
    "★": r"$\star$",
    "–": "--",
    "<": r"$<$",
    ">": r"$>$",
    "|": r"$|$",
}


@dataclass(frozen=True)
class _Part:
    """Some columns of the table, as texts."""

    title: str
    head: list[str]
    rows: list[list[str]]


def words(language: str) -> dict[str, str]:
    """Words of the documents, English ones where a language has none."""
    return _WORDS.get(language, _WORDS["en"])


def markdown(comparison: Comparison, chosen: Sequence[str], language: str) -> str:
    """Write the table of methods in Markdown.

    Parameters
    ----------
    comparison : Comparison
    chosen : sequence of str
        Metrics of the Pareto front.
    language : {"zh", "en"}
    """
    lines = [f"# {_title(comparison, language)}", ""]
    lines += [f"{one}  " for one in _about(comparison, chosen, language)]
    for part in _parts(comparison, language):
        lines += ["", f"## {part.title}", ""]
        # Texts to the left, numbers to the right.
        rules = [":--", *["--:"] * (len(part.head) - 1)]
        lines += ["| " + " | ".join(map(_piped, row)) + " |" for row in (part.head, rules, *part.rows)]
    below = notes_of(comparison, language)
    if below:
        lines += ["", f"## {words(language)['missing']}", "", *(f"- {_piped(note)}" for note in below)]
    return "\n".join(lines) + "\n"


def latex(comparison: Comparison, chosen: Sequence[str], language: str) -> str:
    """Write the table of methods in LaTeX, to be input where booktabs is loaded; Chinese wants ctex and XeLaTeX.

    Parameters
    ----------
    comparison, chosen, language
        As of ``markdown``.
    """
    lines = []
    for part in _parts(comparison, language):
        columns = "l" + "r" * (len(part.head) - 1)
        whole = Message("Division methods compared: {name}: {part}", name=comparison.case.name, part=part.title)
        title = _escaped(comparison.said(whole, language))
        lines += [r"\begin{table}[htbp]", r"\centering\small", rf"\caption{{{title}}}"]
        lines += [rf"\begin{{tabular}}{{{columns}}}", r"\toprule"]
        # A long head breaks into lines of its own.
        head = [rf"\shortstack{{{_broken(text)}}}" for text in part.head]
        lines += [" & ".join(head) + r" \\", r"\midrule"]
        lines += [" & ".join(map(_escaped, row)) + r" \\" for row in part.rows]
        lines += [r"\bottomrule", r"\end{tabular}", r"\end{table}", ""]
    below = [*_about(comparison, chosen, language), *notes_of(comparison, language)]
    lines += [r"\noindent{\footnotesize", *(rf"{_escaped(note)}\par" for note in below), "}"]
    # A case may be called in Chinese where the words are English.
    chinese = any(ord(letter) > 0x2E7F for line in lines for letter in line)
    wanted = r"% \usepackage{booktabs}" + (r"  \usepackage{ctex}, XeLaTeX" if chinese else "")
    return "\n".join([wanted, *lines]) + "\n"


def write_workbook(
    comparison: Comparison,
    chosen: Sequence[str],
    found: Agreements,
    curves: Sequence[Curve],
    path: Path,
    language: str,
) -> None:
    """Write the table of methods, agreement and threshold curve as sheets of a workbook, with numbers as numbers.

    Areas are in km², lengths in km; shares are formatted as per cent.

    Parameters
    ----------
    comparison, chosen, language
        As of ``markdown``.
    found : Agreements
    curves : sequence of Curve
        May be empty.
    path : Path

    Raises
    ------
    BadInput
        The file cannot be written.
    """
    said = words(language)
    listed = [metric for _, metrics in by_theme(comparison.metrics) for metric in metrics]
    rows = []
    for row in comparison.table:
        star = _STAR if row[PARETO_FRONT] else ""
        cells = [_cell(one, row[one.name]) for one in listed]
        rows.append([comparison.called(row["method"], language), star, *cells])
    notes = [*_about(comparison, chosen, language), *notes_of(comparison, language)]
    # Numbers of a sheet say per cent themselves.
    heads = (_word(one, language) if one.unit == "share" else headed(one, language) for one in listed)
    head = [said["method"], said["front"], *heads]
    formats = ["", "", *(_FORMATS[metric.unit] for metric in listed)]
    sheets = [Sheet(said["methods"], head, rows, formats, notes)]
    pairs = []
    for one, other, *alike in agreement_rows(comparison, found).rows:
        called = [comparison.called(text, language) for text in (one, other)]
        pairs.append([*called, *(MISSING if value is None else value for value in alike)])
    named = [said[name] for name in AGREEMENT]
    sheets.append(Sheet(said["agreement"], [said["method"], said["other"], *named], pairs, ["", "", *["0.000"] * 3]))
    if curves:
        points = [
            [curve.terrain or said["all"], float(at), int(units), float(area) / 1e6, _number(omission)]
            for curve in curves
            for at, units, area, omission in zip(
                curve.threshold, curve.units, curve.priority_area, curve.omission, strict=True
            )
        ]
        head = [said[name] for name in ("terrain", "threshold", "units", "area", "omission")]
        sheets.append(Sheet(said["curve"], head, points, ["", "0%", "#,##0", "#,##0.00", "0.00%"]))
    write_sheets(path, sheets, document_date(comparison.case.date), mark=highest_mark(comparison.case))


def notes_of(comparison: Comparison, language: str) -> list[str]:
    """Say why metrics are missing: one sentence a reason, with the methods and the metrics."""
    texts = [comparison.called(one.entry.text, language) for one in comparison.labelled]
    by_reason: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for text, missing in zip(texts, comparison.missing, strict=True):
        for why in dict.fromkeys(missing.values()):
            names = tuple(name for name, reason in missing.items() if reason == why)
            by_reason.setdefault(why, {}).setdefault(names, []).append(text)
    out = []
    for why, groups in by_reason.items():
        for names, methods in groups.items():
            everywhere = len(methods) == len(texts) + len(comparison.failed)
            note = Message(
                "– {methods}; {metrics}: {reason}",
                methods=Message("all methods") if everywhere else tuple(methods),
                metrics=tuple(_word(comparison.metrics[name], language) for name in names),
                reason=NEEDS[why],
            )
            out.append(comparison.said(note, language))
    failed = [
        Message("– {method}: {why}", method=comparison.called(one.entry.text, language), why=one.error.message())
        for one in comparison.failed
    ]
    return out + [comparison.said(note, language) for note in failed]


def _parts(comparison: Comparison, language: str) -> list[_Part]:
    """Break the table into parts of a few columns, theme by theme."""
    out = []
    for theme, metrics in by_theme(comparison.metrics):
        word = theme.zh if language == "zh" else theme.en
        count = -(-len(metrics) // _COLUMNS)
        # As even as can be: seven are four and three, not six and one.
        size = -(-len(metrics) // count)
        for number in range(count):
            mine = metrics[number * size : (number + 1) * size]
            rows = []
            for row in comparison.table:
                called = comparison.called(row["method"], language) + f" {_STAR}" * row[PARETO_FRONT]
                rows.append([called, *(shown(one, row[one.name]) for one in mine)])
            head = [words(language)["method"], *(headed(metric, language) for metric in mine)]
            out.append(_Part(f"{word} {number + 1}/{count}" if count > 1 else word, head, rows))
    return out


def _title(comparison: Comparison, language: str) -> str:
    return comparison.said(Message("Division methods compared: {name}", name=comparison.case.name), language)


def _about(comparison: Comparison, chosen: Sequence[str], language: str) -> list[str]:
    """Say over which metrics the front is drawn, where methods are compared, and the 密级 that the table carries."""
    named = tuple(_word(comparison.metrics[name], language) for name in chosen)
    mark = highest_mark(comparison.case)
    about = [
        Message("★ on the Pareto front over: {metrics}", metrics=named) if chosen else NOTHING,
        Message(
            "compared on land only: at sea all methods have the same units, whose numbers and areas "
            "are listed separately"
        )
        if comparison.scene.sea.any()
        else NOTHING,
        Message("classification: {mark}", mark=mark) if mark else NOTHING,
    ]
    return [comparison.said(one, language) for one in about if one]


def _word(metric: Metric, language: str) -> str:
    return metric.zh if language == "zh" else metric.en


def _cell(metric: Metric, value: float | int | None) -> Any:
    if value is None:
        return MISSING
    return value if metric.unit == "share" else value * factor_of(metric)


def _number(value: float) -> float | str:
    return float(value) if value == value else MISSING


def _piped(text: str) -> str:
    """Keep a text inside its cell: no bar, no line break, nothing that Markdown takes for its own."""
    return re.sub(r"([\\|*_`<\[\]])", r"\\\1", " ".join(text.split()))


def _escaped(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in text)


def _broken(text: str) -> str:
    """Break a head before its brackets, and where it is long in the middle: a table has the width of a page."""
    lines: list[str] = []
    for piece in re.split(r"(?=[（(])", text):
        wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in piece)
        if wide <= 16:
            lines.append(piece)
        elif " " in piece:
            middle = min((abs(at - len(piece) / 2), at) for at, letter in enumerate(piece) if letter == " ")[1]
            lines += [piece[:middle], piece[middle + 1 :]]
        else:
            half = (len(piece) + 1) // 2
            lines += [piece[:half], piece[half:]]
    return r"\\".join(_escaped(line.strip()) for line in lines if line.strip())
