"""Tables of a comparison: CSV for scripts, Markdown, LaTeX and a workbook for people, the same every time."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
from bench_runs import METHODS, comparison, finished, method, rows_of
from control_units.delineation.bench.experiments.null_model import NullModelRank
from control_units.delineation.bench.experiments.threshold_curve import fitting_curve
from control_units.delineation.bench.experiments.uncertainty import Uncertainty
from control_units.delineation.bench.measures.agreement import adjusted_rand
from control_units.delineation.bench.measures.metrics import METRICS, NEEDS, Metric
from control_units.delineation.bench.measures.themes import by_theme, headed, shown
from control_units.delineation.bench.report.documents import latex, markdown, notes_of, write_workbook
from control_units.delineation.bench.report.layers import write_comparison
from control_units.delineation.bench.report.tables import (
    ReportTable,
    agreement_rows,
    agreements,
    column_rows,
    cost_rows,
    curve_rows,
    finding_rows,
    mark_rows,
    method_rows,
    missing_rows,
    null_rows,
    write_csv,
)
from control_units.delineation.bench.runs.stability import STABILITY
from control_units.delineation.core.messages import at, word
from control_units.delineation.plan.outputs import OutputGuard

# What METHODS are called.
NAMES = (
    "叠加法",
    "行政边界拟合法：优先保护占比阈值 = 0.05",
    "层次聚类法（Ward，邻接约束）：分区个数 = 3，评价指标 = 横坐标 + 纵坐标",
)
CHOSEN = ("omission", "commission", "dominance")


def renamed(*texts):
    """The comparison with other method strings."""
    found = comparison()
    labelled = [replace(one, entry=replace(one.entry, text=t)) for one, t in zip(found.labelled, texts, strict=True)]
    rows = tuple({**row, "method": text} for row, text in zip(found.rows, texts, strict=True))
    return replace(found, labelled=tuple(labelled), rows=rows)


def nasty():
    return renamed("a|b_c", r"50%&{x}\y", "z~^#$")


# CSV


def test_excel_and_scripts_can_read_the_csv(tmp_path):
    write_csv(method_rows(comparison()), tmp_path / "methods.csv")
    raw = (tmp_path / "methods.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfmethod,pareto_front,units,")
    rows = rows_of(tmp_path / "methods.csv")
    assert [row["method"] for row in rows] == list(METHODS)
    # Without being told anything: no mark in the first name, no comment, numbers as numbers.
    frame = pd.read_csv(tmp_path / "methods.csv")
    assert list(frame.columns) == ["method", "pareto_front", *comparison().metrics, "error"]
    assert frame["units"].tolist() == [row["units"] for row in comparison().rows]
    assert frame["pareto_front"].dtype == bool
    for row, told in zip(rows, comparison().rows, strict=True):
        assert row["pareto_front"] == ("true" if told["pareto_front"] else "false")
        for name in comparison().metrics:
            # To the last digit; empty where there is none.
            assert (None if row[name] == "" else float(row[name])) == told[name]


def test_texts_with_commas_quotes_and_line_ends_stay_one_field(tmp_path):
    write_csv(ReportTable(("a", "b"), [["x,y", 'say "hi"\nthere'], [None, True]]), tmp_path / "t.csv")
    assert rows_of(tmp_path / "t.csv") == [{"a": "x,y", "b": 'say "hi"\nthere'}, {"a": "", "b": "true"}]


def test_every_column_is_explained():
    table = column_rows(comparison())
    assert [row[0] for row in table.rows] == list(comparison().metrics)
    for name, zh, en, unit, better in table.rows:
        assert zh, name
        assert en, name
        assert unit in ("m", "m²", "share", "index", "nat", "count")
        assert better in ("high", "low", "none")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_empty_field_has_its_reason(language):
    empty = {(row["method"], name) for row in comparison().rows for name in comparison().metrics if row[name] is None}
    table = missing_rows(comparison(), language)
    assert {(row[0], row[1]) for row in table.rows} == empty
    reasons = {(row[0], row[1]): row[2] for row in table.rows}
    assert reasons["overlay", "variance_ratio"] == word(NEEDS["evidence"], language)
    assert reasons["overlay", "ari_weights"] == word(NEEDS["weights"], language)


def test_methods_agree_by_what_is_on_land():
    """Where the sea is one unit in all of them, it does not make them alike."""
    whole, found = agreements(comparison()), comparison()
    sea = np.zeros(len(found.basis.area), dtype=bool)
    sea[found.labelled[0].division.unit == found.labelled[0].division.unit[0]] = True
    assert not sea.all()
    coast = replace(found, scene=replace(found.scene, sea=sea))
    units = [one.division.unit[~sea] for one in found.labelled]
    told = agreements(coast)
    for one, other in combinations(range(len(units)), 2):
        assert told.ari[one, other] == adjusted_rand(units[one], units[other], found.basis.area[~sea])
    assert not np.array_equal(told.ari, whole.ari, equal_nan=True)
    assert "只比较陆域" in markdown(coast, CHOSEN, "zh")
    assert "compared on land only" in latex(coast, CHOSEN, "en")
    assert "陆域" not in markdown(found, CHOSEN, "zh")


def test_agreement_has_a_row_a_pair():
    found = agreements(comparison())
    table = agreement_rows(comparison(), found)
    assert table.columns == ("method", "other", "ari", "v_measure", "kappa")
    assert [tuple(row[:2]) for row in table.rows] == list(combinations(METHODS, 2))
    for table in (found.ari, found.v_measure, found.kappa):
        assert table == pytest.approx(table.T)
        assert np.diag(table) == pytest.approx(np.ones(3))


def test_costs_add_up_all_runs():
    rows = {row[0]: row for row in cost_rows(comparison()).rows}
    assert [rows[text][1] for text in METHODS] == [1, 1, 5]
    for one in comparison().labelled:
        _, _, seconds, whole, peak = rows[one.entry.text]
        assert whole >= seconds == one.seeds[0].cost.seconds > 0
        assert peak > 10_000


def test_findings_of_the_same_words_are_counted():
    facts = {"count": 2, "fields": "x", "problem": "renamed"}
    ward = method(
        finished([0], findings=(("S79", facts),)), finished([0], findings=(("S79", facts),)), finished([0]), text="w"
    )
    table, told = finding_rows(replace(comparison(), labelled=(ward,)), "zh")
    own = [row for row in table.rows if row[0] == "w"]
    assert [row[1:4] for row in own] == [["S79", "warning", 2]]
    assert [one["method"] for one in told if one["id"] == "S79"] == ["w"]
    assert len(table.rows) - 1 == len(comparison().basis.findings)


def failing(text, failed, samples):
    """What errors of the sources leave of a method, of which some samples failed."""
    count = len(comparison().scene)
    nothing = np.full(count, np.nan if failed == samples else 0.5)
    shares = np.full((count, 3), np.nan if failed == samples else 1 / 3)
    return Uncertainty(text, shares, nothing, nothing, (), samples - failed, failed, at("[method] k: k = 3 is below 4"))


@pytest.mark.parametrize(("language", "words"), [("zh", "5 次误差模拟中有 2 次"), ("en", "in 2 of 5 samples")])
def test_samples_in_which_a_method_failed_are_told(language, words):
    doubts = [failing(METHODS[0], 0, 5), failing(METHODS[2], 2, 5)]
    table, told = finding_rows(comparison(), language, doubts)
    (row,) = [row for row in table.rows if row[1] == "S90"]
    assert (row[0], row[2]) == (METHODS[2], "warning")
    assert words in row[4] and "k = 3 is below 4" in row[4]
    assert [one["method"] for one in told if one["id"] == "S90"] == [METHODS[2]]


def test_a_layer_of_what_nobody_knows_is_empty_and_not_zero(tmp_path):
    doubts = [failing(text, number, 2) for number, text in enumerate(METHODS)]
    write_comparison(comparison(), tmp_path / "c.gpkg", guard=OutputGuard(tmp_path / "c.gpkg"), doubts=doubts)
    names = [str(name) for name in pyogrio.list_layers(tmp_path / "c.gpkg")[:, 0] if "uncertainty" in str(name)]
    kept = [pyogrio.read_dataframe(tmp_path / "c.gpkg", layer=name, read_geometry=False)["kept"] for name in names]
    assert [one.isna().all() for one in kept] == [False, False, True]


def test_curve_and_marks():
    curves = fitting_curve(comparison())
    table, marks = curve_rows(curves), mark_rows(curves)
    assert len(table.rows) == 19
    assert {row[0] for row in table.rows} == {"all"}
    assert table.rows[0][1] == 0.05
    assert len(marks.rows) == 1
    assert len(marks.rows[0]) == len(marks.columns) == 9


def test_the_null_model_has_a_row_a_method_and_metric():
    one = NullModelRank("omission", 0.25, 0.5, 0.1, 0.0, 0.05, 19)
    two = NullModelRank("variance_ratio", *[float("nan")] * 5, 0)
    table = null_rows({"overlay": (one, two)})
    assert table.rows == [
        ["overlay", "omission", 0.25, 0.5, 0.1, 0.0, 0.05, 19],
        ["overlay", "variance_ratio", *[None] * 5, 0],
    ]


# Words and numbers


def test_every_metric_has_a_theme():
    shown_in = [metric.name for _, metrics in by_theme({**METRICS, **STABILITY}) for metric in metrics]
    assert sorted(shown_in) == sorted({**METRICS, **STABILITY})
    assert "rest" not in [theme.name for theme, _ in by_theme({**METRICS, **STABILITY})]
    new = Metric("mine", "我的", "mine", "index", "high", lambda *_: 1.0)
    assert by_theme({"mine": new})[0][0].name == "rest"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("area_priority", 1_234_567_890.0, "1,234.57"),
        ("boundary_length", 12_345.0, "12.3"),
        ("omission", 0.123456, "12.35"),
        ("units", 1234, "1,234"),
        ("parts_per_unit", 1.5, "1.50"),
        ("entropy", 0.5, "0.500"),
        ("omission", None, "–"),
        ("graph_silhouette", -0.0001, "0.000"),
        ("graph_silhouette", -0.25, "-0.250"),
    ],
)
def test_numbers_as_people_read_them(name, value, text):
    assert shown(METRICS[name], value) == text


def test_heads_carry_the_unit():
    assert headed(METRICS["area_priority"], "zh") == "优先保护面积（km²）"
    assert headed(METRICS["omission"], "en") == "omission of priority zones (%)"
    assert headed(METRICS["entropy"], "zh") == "功能混合熵（nat）"
    assert headed(METRICS["units"], "zh") == "单元数（个）"
    assert headed(METRICS["units"], "en") == "units"


def test_notes_say_which_methods_lack_what():
    notes = notes_of(comparison(), "en")
    whole = next(note for note in notes if str(NEEDS["evidence"]) in note)
    assert whole.startswith("– all methods; ")
    assert "graph silhouette" in whole
    seeds = next(note for note in notes if str(NEEDS["weights"]) in note)
    assert "– Overlay, Fitting: threshold of priority protection = 0.05; " in seeds
    assert "Ward" not in seeds.partition(";")[0]


# Markdown


def table_rows(text):
    """Cells of each table row, whatever is escaped in them."""
    return [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if line.startswith("|")]


def test_markdown_has_a_row_a_method_in_every_part():
    text = markdown(comparison(), CHOSEN, "zh")
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert parts[0].startswith("数量与面积")
    assert parts[-1].startswith("“–” 的原因")
    for part in parts[:-1]:
        rows = table_rows(part)
        assert len(rows) == 2 + len(METHODS)
        assert len({len(row) for row in rows}) == 1
        assert len(rows[0]) <= 8
        assert [row[0].strip().removesuffix(" ★") for row in rows[2:]] == list(NAMES)
    named = [row[0] for part in parts[:-1] for row in table_rows(part)[2:]]
    called = dict(zip(METHODS, NAMES, strict=True))
    front = {called[row["method"]] for row in comparison().rows if row["pareto_front"]}
    assert {name.strip().removesuffix(" ★") for name in named if name.strip().endswith("★")} == front
    assert "优先区漏划率、优先单元多划率、主导功能一致度" in text


def test_markdown_keeps_any_method_in_its_cell():
    text = markdown(nasty(), CHOSEN, "en")
    assert {len(row) for row in table_rows(text.split("##")[1])} == {len(table_rows(text.split("##")[1])[0])}
    assert r"a\|b\_c" in text


# LaTeX


def test_latex_is_balanced_and_escaped():
    text = latex(nasty(), CHOSEN, "en")
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") == text.count(r"\toprule") > 5
    body = text.split("\n", 1)[1]
    # A special letter is always escaped; what is left of & are the separators.
    assert not re.search(r"(?<!\\)[%#_]", body)
    assert r"50\%\&\{x\}\textbackslash{}y" in body
    assert r"z\textasciitilde{}\textasciicircum{}\#\$" in body
    for table in re.findall(r"\\begin\{tabular\}\{(l?r*)\}(.*?)\\end\{tabular\}", body, re.DOTALL):
        rows = [line for line in table[1].splitlines() if line.endswith(r"\\")]
        assert len(rows) == 1 + 3
        assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {len(table[0]) - 1}
    depth = 0
    for letter in re.sub(r"\\[{}]", "", body):
        depth += (letter == "{") - (letter == "}")
        assert depth >= 0
    assert depth == 0


def test_latex_says_what_chinese_needs():
    assert "ctex" in latex(comparison(), CHOSEN, "zh").split("\n")[0]
    found = comparison()
    named = {name: replace(found, case=replace(found.case, name=name)) for name in ("County", "某县")}
    assert "ctex" not in latex(named["County"], CHOSEN, "en")
    # English words around a Chinese name.
    assert "ctex" in latex(named["某县"], CHOSEN, "en").split("\n")[0]


# Workbook


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "methods.xlsx"
    curves = fitting_curve(comparison())
    write_workbook(comparison(), CHOSEN, agreements(comparison()), curves, path, "zh")
    return path


def test_the_workbook_has_numbers_in_readable_units(book):
    pages = openpyxl.load_workbook(book)
    assert pages.sheetnames == ["方法", "方法间一致性", "拟合阈值曲线"]
    page = pages["方法"]
    head = [cell.value for cell in page[1]]
    column = head.index("优先保护面积（km²）")
    for line, (row, name) in enumerate(zip(comparison().rows, NAMES, strict=True), 2):
        assert page.cell(line, 1).value == name
        assert page.cell(line, column + 1).value == pytest.approx(row["area_priority"] / 1e6)
        share = page.cell(line, head.index("优先区漏划率") + 1)
        assert (share.value, share.number_format) == (pytest.approx(row["omission"]), "0.00%")
        assert page.cell(line, head.index("单元间方差占比") + 1).value == "–"
    below = [page.cell(line, 1).value for line in range(6, page.max_row + 1)]
    assert any(word(NEEDS["evidence"], "zh") in str(text) for text in below)
    assert page.freeze_panes == "B2"
    assert pages["拟合阈值曲线"].max_row == 20
    assert pages["方法间一致性"].max_row == 4


def test_a_text_is_no_formula(tmp_path):
    write_workbook(renamed("=1+1", "b\x01", "c"), CHOSEN, agreements(comparison()), (), tmp_path / "x.xlsx", "en")
    page = openpyxl.load_workbook(tmp_path / "x.xlsx")["methods"]
    assert [page.cell(line, 1).value for line in (2, 3, 4)] == ["=1+1", "b", "c"]
    assert page.cell(2, 1).data_type == "s"


def test_the_same_comparison_gives_the_same_bytes(book, tmp_path):
    curves = fitting_curve(comparison())
    write_workbook(comparison(), CHOSEN, agreements(comparison()), curves, tmp_path / "again.xlsx", "zh")
    assert (tmp_path / "again.xlsx").read_bytes() == book.read_bytes()


def test_the_classification_goes_with_the_table():
    text = comparison().case
    marked = replace(text, sources=(replace(text.sources[0], classification="内部"), *text.sources[1:]))
    found = replace(comparison(), case=marked)
    assert "密级：内部" in markdown(found, CHOSEN, "zh")
    assert "classification: 内部" in latex(found, CHOSEN, "en")
    assert "密级" not in markdown(comparison(), CHOSEN, "zh")
