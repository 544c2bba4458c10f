"""No reader is shown an id: every table and text that runs make is walked, in both languages."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pyogrio
import pytest
from control_units.delineation.bench.measures.metrics import METRICS
from control_units.delineation.case import profile as profiles
from control_units.delineation.case.explanations import load_explanations
from control_units.delineation.case.names import FILE
from control_units.delineation.case.profile import NATIONAL, read_profile
from control_units.delineation.case.profile_files import read_settings
from control_units.delineation.case.reading import read_case
from control_units.delineation.cli import main
from control_units.delineation.explain.rule_book import read_rulebook
from control_units.delineation.explain.why import why
from control_units.delineation.explain.why_words import word as card_of
from control_units.delineation.export.registry import export, exporters
from control_units.delineation.plan.file import read_plan
from control_units.delineation.run.run import STAGES
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.slow, pytest.mark.uses("rasterio", "exactextract", "matplotlib", "openpyxl", "sklearn")]

DEMO = Path(main.__code__.co_filename).resolve().parents[2] / "resources" / "demo" / "case.toml"
LANGUAGES = ("zh", "en")
METHODS = ["overlay", "fitting:threshold=0.5", "skater:k=12,variables=slope+dem.stdev"]
TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_.][A-Za-z0-9]+)*")
ASKED = r"[a-z][a-z_0-9]*:[a-z_][a-z_.]*=[\w.+:]*\w(?:,[a-z_.]+=[\w.+:]*\w)*"  # a method string with settings
METHOD_STRING = re.compile(ASKED)
# What is quoted or typed: a path, an option; a method string in brackets or quotes.
TYPED = re.compile(
    r"[\w./-]+\.(gpkg|tif|toml|csv|xlsx|docx|md|png|svg|pdf|shp|zip)(\|\w+)?|--[a-z-]+"
    rf"|[(（\[〔“‘\"'`]{ASKED}[)）\]〕”’\"'`]"
)
# Cells of a row, and a label with what it labels.
BETWEEN_CELLS = re.compile(r"\s{2,}|\||: |：")
KEY_IS = r"\b[a-z_]+ = \w+"  # what is to be typed into a case file
DRAWN = r"<!-- (.*?) -->|<text[^>]*>([^<]*)<"  # texts of a plot: matplotlib keeps what it draws as shapes in comments


def english_names() -> dict[str, set[str]]:
    """Everything that an id is called in English, by id; one id may name a role and a zone."""
    profile = read_profile("national")
    names: dict[str, set[str]] = {one.name: {one.en} for one in METRICS.values()}

    def take(table: object) -> None:
        for name, what in table.items():
            if isinstance(what, str):
                names.setdefault(name, set()).add(what)
            elif isinstance(what, dict):
                take(what)

    take(read_settings(NATIONAL / FILE, NATIONAL / FILE)["en"])
    for group in load_explanations(profile).values():
        for name, what in group.items():
            names.setdefault(name, set()).add(str(what.get("name_en", "")))
    return names


def known_ids() -> set[str]:
    """Ids of roles, zones, kinds, elements, dimensions, effects, statistics, methods, metrics, settings, stages."""
    profile = read_profile("national")
    ids = {*profile.roles, *profile["kind_labels"], *profile["switches"], *METRICS, *(stage.id for stage in STAGES)}
    for role in profile.roles.values():
        ids |= {role.element, *role.zones}
    for group in load_explanations(profile).values():
        ids |= set(group)
    ids |= {
        "space",
        "discharge",
        "risk",
        "resource",
        "prohibit",
        "restrict",
        "condition",
        "offset",
        "exit",
        "inform",
        "allow",
    }
    ids |= {"general", "priority", "key", "element", "mean", "stdev", "majority", "planar", "ellipsoidal"}
    return {one for one in ids if one}


IDS = known_ids()
ENGLISH = english_names()


def shown_ids(text: str, language: str) -> list[str]:
    """Ids that a reader of a text would see.

    In Chinese each is one; in English what no word looks like, and a whole cell or label that is called otherwise.
    """
    left = TYPED.sub(" ", text)
    found = METHOD_STRING.findall(left)
    for token in TOKEN.findall(left):
        whole = token in IDS or ("." in token and token.rpartition(".")[2] in IDS)
        if whole and (language == "zh" or "_" in token or "." in token):
            found.append(token)
    if language == "en":
        cells = (cell.strip(" *★#-") for cell in BETWEEN_CELLS.split(left))
        found += [cell for cell in cells if TOKEN.fullmatch(cell) and cell in IDS and cell not in ENGLISH.get(cell, ())]
    return found


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """The demo with its layers called otherwise than roles are: a layer's name is shown as it is."""
    folder = shutil.copytree(DEMO.parent, tmp_path_factory.mktemp("demo") / "demo")
    data, text = folder / "urumqi.gpkg", (folder / "case.toml").read_text(encoding="utf-8")
    for number, name in enumerate(pyogrio.list_layers(data)[:, 0]):
        pyogrio.write_dataframe(pyogrio.read_dataframe(data, layer=name), folder / "数据.gpkg", layer=f"图层{number}")
        text = text.replace(f'layer = "{name}"', f'layer = "图层{number}"')
    (folder / "case.toml").write_text(text.replace("urumqi.gpkg", "数据.gpkg"), encoding="utf-8")
    return folder / "case.toml"


@pytest.fixture(scope="module", autouse=True)
def english(tmp_path_factory):
    """Beside the national profile one called english, whose files are in English."""
    folder = tmp_path_factory.mktemp("profiles")
    shutil.copytree(NATIONAL, folder / "national")
    text, language = (NATIONAL.parent / "national.toml").read_text(encoding="utf-8"), '\nlanguage = "zh"'
    assert text.count(language) == 1 and '\ntables = "national"' in text
    (folder / "national.toml").write_text(text, encoding="utf-8")
    (folder / "english.toml").write_text(text.replace(language, '\nlanguage = "en"'), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(profiles, "PROFILES", folder)
        yield


@pytest.fixture(scope="module")
def cases(case):
    """The case, and the same under the English profile."""
    text, whole = case.read_text(encoding="utf-8"), 'profile = "national"'
    assert text.count(whole) == 1
    other = case.with_name("english_case.toml")
    other.write_text(text.replace(whole, 'profile = "english"'), encoding="utf-8")
    return {"zh": case, "en": other}


@pytest.fixture(scope="module")
def ran(cases):
    """Plans by language, and what was printed."""
    found = {}
    for language, path in cases.items():
        plan = path.with_name(f"plan_{language}.gpkg")
        found[language] = plan, printed("run", path, "-o", plan, "--lang", language)
        assert plan.is_file(), found[language][1]
    return found


@pytest.fixture(scope="module")
def plan_file(ran):
    return ran["zh"][0]


@pytest.fixture(scope="module")
def compared(cases, tmp_path_factory):
    """Folders of comparisons by language, and what was printed."""
    found = {}
    for language, path in cases.items():
        folder = tmp_path_factory.mktemp("bench") / language
        given = ("bench", path, "--methods", ",".join(METHODS), "-o", folder, "--nulls", 3, "--lang", language)
        found[language] = folder, printed(*given)
        assert (folder / "methods.md").is_file(), found[language][1]
    return found


def printed(*arguments: object) -> str:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        main([str(one) for one in arguments])
    return out.getvalue() + err.getvalue()


def lines_of(what: str, text: str) -> Iterator[tuple[str, str]]:
    yield from ((f"{what}, line {number}", line) for number, line in enumerate(text.splitlines(), 1))


def cells_of(path: Path) -> Iterator[tuple[str, str]]:
    # A hidden sheet is for programs, as hidden columns are.
    for page in (one for one in openpyxl.load_workbook(path) if one.sheet_state == "visible"):
        yield f"{path.name} page", page.title
        # Hidden columns are for programs, which read a workbook again by them.
        shown = [
            cell for row in page for cell in row if not page.column_dimensions[get_column_letter(cell.column)].hidden
        ]
        yield from ((f"{page.title}!{cell.coordinate}", str(cell.value)) for cell in shown if cell.value)


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
    assert not shown_ids("--method → red_line.gpkg|red_line", "en")
    for language in LANGUAGES:
        assert shown_ids("ward:k=6,variables=x+dem.mean: 3", language)[0] == "ward:k=6,variables=x+dem.mean"
        assert not shown_ids("“甲”〔ward:k=6,variables=x+dem.mean〕 (fitting:threshold=0.4)", language)


def test_a_whole_cell_that_is_an_id_is_seen_in_english_too():
    assert shown_ids("discharge", "en") == ["discharge"]
    assert shown_ids("discharge: 3 clauses", "en") == ["discharge"]
    assert shown_ids("3  discharge  0.5", "en") == shown_ids("| discharge ★ | 4 |", "en") == ["discharge"]
    assert ENGLISH["discharge"] == {"pollutant discharge"}
    # Called what its id is.
    assert ENGLISH["farmland"] == {"permanent basic farmland"} and ENGLISH["shoreline"] == {"shoreline"}
    assert not shown_ids("shoreline", "en")
    assert len(IDS) > 150


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verb", ["info", "check"])
def test_what_the_command_line_prints(plan_file, language, verb):
    assert_no_ids(lines_of(verb, printed(verb, plan_file, "--lang", language)), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_runs_print(ran, compared, language):
    assert_no_ids(lines_of("run", ran[language][1]), language)
    assert_no_ids(lines_of("bench", compared[language][1]), language)


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.all), "zh"])
def test_what_exports_print(ran, tmp_path, language):
    plan = ran[language][0]
    said = printed("lists", plan, "-o", tmp_path / "lists.xlsx", "--lang", language)
    assert (tmp_path / "lists.xlsx").is_file(), said
    listed = printed("export", plan, "--lang", language)
    # What is typed after --format stands first in its line.
    texts = [line for name in exporters() for line in listed.splitlines() if line.startswith(f"{name} ")]
    assert len(texts) == len(exporters())
    assert_no_ids(((f"export {line}", line.partition(" ")[2]) for line in texts), language)
    for number, (name, one) in enumerate(exporters().items()):
        # The one is drawn and said as the picture is, the other printed by QGIS alone.
        if name not in ("map-pdf", "atlas-pdf"):
            out = tmp_path / f"{number}{one.suffix}"
            # QGIS draws in a process of its own, which knows nothing of the patched folder of profiles.
            by = ["--drawn-by", "matplotlib"] if name.startswith("map") else []
            said += printed("export", plan, "--format", name, "-o", out, "--lang", language, *by)
            assert out.exists(), said
    assert_no_ids(lines_of("export", said.replace(str(tmp_path), "")), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_guess_writes_and_prints(case, language):
    """Comments of the case file stand after a # with a space, keys that are commented out after one without."""
    profile = {"zh": "national", "en": "english"}[language]
    folder = case.parent
    given = [path for path in sorted(folder.iterdir()) if path.name == "数据.gpkg" or path.suffix == ".tif"]
    out = folder / f"guessed_{language}.toml"
    said = printed("guess", *given, "-o", out, "--profile", profile, "--lang", language)
    comments = re.findall(r"(?:^|\s)# (.*)$", out.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(comments) > 40
    assert_no_ids((("comment", re.sub(KEY_IS, " ", one)) for one in comments), language)
    assert_no_ids(lines_of("guess", said), language)


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
def test_the_rule_book(case, language):
    book = read_rulebook(read_case(case), language)

    def texts():
        for row in book.rows:
            for name in ("role", "zones", "condition", "title", "source"):
                yield f"{row.id} {name}", str(getattr(row, name))
            yield from ((row.id, one) for one in row.remarks)
        yield from (("book", one) for one in book.remarks)

    assert_no_ids(texts(), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_that_a_plan_keeps(ran, language):
    """They are in the profile's language, whatever the reader's."""
    plan = read_plan(ran[language][0])
    columns = [("units", "name"), ("units", "subtype"), ("units", "townships"), ("units", "reasons")]
    columns += [("findings", "message"), ("ledger", "reason"), ("clauses", "text"), ("rules", "title")]
    texts = (
        (f"{table}.{name}", str(text)) for table, name in columns for text in getattr(plan, table)[name].fillna("")
    )
    assert_no_ids(texts, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name, one in exporters().items() if one.suffix == ".xlsx"])
def test_every_cell_of_the_workbooks(ran, tmp_path, name, language):
    export(name, ran[language][0], tmp_path / "a.xlsx")
    assert_no_ids(cells_of(tmp_path / "a.xlsx"), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_comparison_of_methods(compared, language):
    folder = compared[language][0]

    def texts():
        yield from (("methods.md", line) for line in (folder / "methods.md").read_text(encoding="utf-8").splitlines())
        for path in sorted((folder / "plots").glob("*.svg")):
            drawn = path.read_text(encoding="utf-8")
            yield from ((path.name, text) for pair in re.findall(DRAWN, drawn) for text in pair)
        yield from cells_of(folder / "methods.xlsx")
        with (folder / "columns.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                yield f"columns.csv {row['name']}", row[language]

    assert_no_ids(texts(), language)
