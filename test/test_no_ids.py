"""No reader is shown an id: every table and text that runs make is walked, in both languages."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from control_units.delineation.bench.measures.metrics import METRICS
from control_units.delineation.case.explanations import load_explanations
from control_units.delineation.case.profile import read_profile
from control_units.delineation.case.reading import read_case
from control_units.delineation.cli import main
from control_units.delineation.explain.rule_book import read_rulebook
from control_units.delineation.explain.why import why
from control_units.delineation.explain.why_words import word as card_of
from control_units.delineation.export.registry import export
from control_units.delineation.plan.file import read_plan
from control_units.delineation.run.run import STAGES
from control_units.delineation.verbs import bench, run

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.slow, pytest.mark.uses("rasterio", "exactextract", "matplotlib", "openpyxl", "sklearn")]

DEMO = Path(main.__code__.co_filename).resolve().parents[2] / "resources" / "demo" / "case.toml"
LANGUAGES = ("zh", "en")
METHODS = ["overlay", "fitting:threshold=0.5", "skater:k=12,variables=slope+dem.stdev"]
TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_.][A-Za-z0-9]+)*")
# What is quoted or typed: a key of the case file, a method string, a path, an option.
TYPED = re.compile(
    r"[\w./-]+\.(gpkg|tif|toml|csv|xlsx|png|svg|shp)(\|\w+)?|--[a-z-]+|[a-z_]+(:[a-z_.]+=[\w.+:]+(,[a-z_.]+=[\w.+:]+)*)"
)


def known_ids() -> set[str]:
    """Ids of roles, zones, kinds, elements, dimensions, effects, rasters' statistics, methods, metrics, settings, stages."""
    profile = read_profile("national")
    ids = {*profile.roles, *profile["kind_labels"], *profile["switches"], *METRICS, *(stage.id for stage in STAGES)}
    for role in profile.roles.values():
        ids |= {role.element, *role.zones}
    for group in load_explanations(profile).values():
        ids |= set(group)
    ids |= {"space", "discharge", "risk", "resource", "prohibit", "restrict", "require", "allow", "withdraw"}
    ids |= {"general", "priority", "key", "element", "mean", "stdev", "majority", "planar", "ellipsoidal"}
    return {one for one in ids if one}


IDS = known_ids()
# Names that methods and places of a literature have in any language, and words of English that are ids too.
NAMES = {"ward", "skater", "redcap", "azp", "maxp"}


def shown_ids(text: str, language: str) -> list[str]:
    """Ids that a reader of a text would see: in Chinese each is one, in English what no word looks like."""
    found = []
    for token in TOKEN.findall(TYPED.sub(" ", text)):
        whole = token in IDS or any(part in IDS for part in (token.rpartition(".")[2],) if "." in token)
        if (whole and (language == "zh" or "_" in token or "." in token)) or (
            language == "en" and "_" in token and not token.isupper()
        ):
            found.append(token)
    return found


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "plan.gpkg"
    run(DEMO, path)
    return path


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    for language in LANGUAGES:
        bench(DEMO, METHODS, folder / language, language=language, spoken=language, nulls=3)
    return folder


def printed(*arguments: object) -> str:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        main([str(one) for one in arguments])
    return out.getvalue() + err.getvalue()


def assert_no_ids(texts: Iterator[tuple[str, str]], language: str) -> None:
    wrong, count = {}, 0
    for where, text in texts:
        count += 1
        if ids := shown_ids(text, language):
            wrong.setdefault(f"{where}: {', '.join(dict.fromkeys(ids))}", text[:160])
    assert count
    assert not wrong, "\n".join(f"{where} | {text}" for where, text in list(wrong.items())[:40])


def test_ids_are_known_when_they_are_seen():
    assert shown_ids("类别为 general_eco_space", "zh") == ["general_eco_space"]
    assert shown_ids("dem.mean is 4", "en") == ["dem.mean"]
    assert shown_ids("discharge", "zh") == ["discharge"]
    assert not shown_ids("pollutant discharge", "en")
    assert not shown_ids("--method fitting:threshold=0.4 → red_line.gpkg|red_line", "en")
    assert len(IDS) > 150


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verb", ["info", "check"])
def test_what_the_command_line_prints(plan_file, language, verb):
    text = printed(verb, plan_file, "--lang", language)
    assert_no_ids(((f"{verb}, line {number}", line) for number, line in enumerate(text.splitlines(), 1)), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_of_every_unit(plan_file, language):
    plan, profile = read_plan(plan_file), read_profile("national")

    def texts():
        for code in plan.units["code"]:
            card = card_of(why(plan, code), profile, language, method=plan.meta["method"], journal=plan.journal)
            for name, value in vars(card).items():
                if name not in ("code", "name"):
                    yield from (
                        (f"{code} {name}", str(one)) for one in (value if isinstance(value, tuple) else [value])
                    )
            if code == plan.units["code"].iloc[0]:
                yield from (
                    (f"why {code}", line) for line in printed("why", plan_file, code, "--lang", language).splitlines()
                )

    assert_no_ids(texts(), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rule_book(language):
    book = read_rulebook(read_case(DEMO), language)

    def texts():
        for row in book.rows:
            for name in ("role", "zones", "condition", "title", "source"):
                yield f"{row.id} {name}", str(getattr(row, name))
            yield from ((row.id, one) for one in row.remarks)
        yield from (("book", one) for one in book.remarks)

    assert_no_ids(texts(), language)


def test_the_texts_that_a_plan_keeps(plan_file):
    """They are in the profile's language, whatever the reader's."""
    plan = read_plan(plan_file)
    columns = [("units", "name"), ("units", "subtype"), ("units", "townships"), ("units", "reasons")]
    columns += [("findings", "message"), ("ledger", "reason"), ("clauses", "text"), ("rules", "title")]
    texts = (
        (f"{table}.{name}", str(text)) for table, name in columns for text in getattr(plan, table)[name].fillna("")
    )
    assert_no_ids(texts, "zh")


@pytest.mark.parametrize("name", ["lists-xlsx", "areas-xlsx", "findings-xlsx"])
def test_every_cell_of_the_workbooks(plan_file, tmp_path, name):
    export(name, plan_file, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = (
        (f"{page.title}!{cell.coordinate}", str(cell.value))
        for page in book
        for row in page
        for cell in row
        if cell.value
    )
    assert_no_ids(cells, "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_comparison_of_methods(compared, language):
    folder = compared / language

    def texts():
        yield from (("methods.md", line) for line in (folder / "methods.md").read_text(encoding="utf-8").splitlines())
        for path in sorted((folder / "plots").glob("*.svg")):
            drawn = path.read_text(encoding="utf-8")
            yield from (
                (path.name, text) for text in re.findall(r"<!-- (.*?) -->|<text[^>]*>([^<]*)<", drawn) for text in text
            )
        with (folder / "columns.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                yield from (
                    (f"columns.csv {name}", text)
                    for name, text in row.items()
                    if name in ("zh", "en", "title", "meaning")
                )

    assert_no_ids(texts(), language)
