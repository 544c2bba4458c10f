"""What READMEs and pages of the documentation show, runs; and the Chinese ones say what the English ones say."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from cases import ROOT
from control_units.delineation.case.reading import read_case
from control_units.delineation.cli.main import parser
from control_units.delineation.core.errors import MissingLibrary
from control_units.delineation.export import layers

NAMES = ("README.md", "README.zh.md")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TEXT, CHINESE = ((ROOT / name).read_text(encoding="utf-8") for name in NAMES)
# The sections of both, and the pages that go on from there, each in both languages.
SECTIONS = {
    "Install": "安装",
    "First run": "第一次运行",
    "Two commands": "两条命令",
    "Where to go on": "进一步阅读",
    "Citing": "引用",
    "Licence": "许可证",
}
DOCS = ROOT / "docs"
PAGES = sorted(path.name.removesuffix(".en.md") for path in DOCS.glob("*.en.md"))


def sections(text: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def page(name: str, language: str) -> str:
    return (DOCS / f"{name}.{language}.md").read_text(encoding="utf-8")


def commands(text: str) -> list[str]:
    """Fenced and indented code, as it stands; a picture within an item is indented too."""
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return fenced + [line.strip() for line in rest.splitlines() if line.startswith("    ") and line[4:6] != "!["]


def code_words(text: str) -> set[str]:
    """Everything in backticks that is a command, a key, a file or a role, not a sentence's own word."""
    return {word for word in re.findall(r"`([^`\n]+)`", text) if not re.search(r"[\u4e00-\u9fff]", word)}


def test_both_have_the_same_sections_in_the_same_order():
    assert list(sections(TEXT)) == list(SECTIONS)
    assert list(sections(CHINESE)) == list(SECTIONS.values())


def test_a_readme_is_read_in_two_screens():
    assert len(TEXT.split()) < 600
    assert len(re.findall(r"[\u4e00-\u9fff]|[A-Za-z]+", CHINESE)) < 1200


def test_every_page_is_there_in_both_languages():
    assert len(PAGES) > 10
    assert sorted(path.name.removesuffix(".zh.md") for path in DOCS.glob("*.zh.md")) == PAGES


def test_what_is_cited_is_this_version():
    manifest = (ROOT / "metadata.txt").read_text(encoding="utf-8")
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert (
        re.search(r"^version: (.+)$", cited, re.MULTILINE)[1] == re.search(r"^version=(.+)$", manifest, re.MULTILINE)[1]
    )


PAIRS = [(f"README, {title}", sections(TEXT)[title], sections(CHINESE)[SECTIONS[title]]) for title in SECTIONS]
PAIRS += [(name, page(name, "en"), page(name, "zh")) for name in PAGES]


@pytest.mark.parametrize(("one", "other"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
def test_both_show_the_same_code_links_and_numbers(one, other):
    assert commands(one) == commands(other)
    targets = [
        [target.replace(".zh.", ".en.") for target in re.findall(r"\]\(([^)#:]+)\)", text)] for text in (one, other)
    ]
    assert targets[0] == targets[1]
    # What the Chinese adds in brackets after a word is its own; what the English names in code it names too.
    own = {"PROFILE=name", "guess"}
    assert code_words(one) - own <= code_words(other), code_words(one) - code_words(other)
    tables = [
        [re.findall(r"\d[\d.,]*", row) for row in text.splitlines() if row.startswith("|")] for text in (one, other)
    ]
    assert [len(rows) for rows in tables] == [len(tables[0])] * 2
    assert one.count("\n- ") == other.count("\n- ")


def test_the_speed_table_has_the_same_figures():
    figures = []
    for text in (page("speed", "en"), page("speed", "zh")):
        rows = [row.split("|")[3:] for row in text.splitlines() if row.startswith("| ") and re.search(r"\d", row)]
        figures.append([re.findall(r"\d[\d.,]*", " ".join(row)) for row in rows])
    assert figures[0] == figures[1]
    assert len(figures[0]) > 8


@pytest.mark.slow
@pytest.mark.uses("rasterio", "exactextract")
def test_python_example_runs(tmp_path):
    """The example prints a line for each county of the demo, with shares that add up to 1."""
    code = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)[1]
    assert len(code.strip().splitlines()) <= 6
    (ROOT / "build").mkdir(exist_ok=True)
    (tmp_path / "control_units").symlink_to(ROOT)  # as `make setup` and `pip install .` make it found
    given = {"cwd": ROOT, "env": {**os.environ, "PYTHONPATH": str(tmp_path)}}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, **given)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.strip().splitlines()
    assert len(lines) == 8
    for line in lines:
        shares = [float(number) for number in re.findall(r"\d': ([0-9.]+)", line)]
        assert abs(sum(shares) - 1) < 2e-4


@pytest.mark.slow
@pytest.mark.uses("rasterio", "exactextract", "sklearn")
@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.all)])
def test_the_python_page_leads_to_a_figure_and_a_layer(tmp_path, language):
    code = "\n".join(re.findall(r"```python\n(.*?)```", page("python", language), re.DOTALL))
    (tmp_path / "control_units").symlink_to(ROOT)
    (tmp_path / "resources").symlink_to(ROOT / "resources")
    (tmp_path / "build").mkdir()
    given = {"cwd": tmp_path, "env": {**os.environ, "PYTHONPATH": str(tmp_path), "MPLBACKEND": "Agg"}}
    code += "\nprint(len(suggested), suggested.crs.to_epsg(), *sorted(suggested.geom_type.unique()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, **given)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "120 4538 MultiPolygon"
    assert (tmp_path / "build" / "units.png").stat().st_size > 10_000


def test_the_case_shown_is_one_that_is_read(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(re.search(r"```toml\n(.*?)```", page("case", "zh"), re.DOTALL)[1], encoding="utf-8")
    case = read_case(path)
    assert [source.role for source in case.sources] == ["county", "red_line"]
    assert [raster.name for raster in case.rasters] == ["carrying_capacity"]


@pytest.mark.parametrize("name", PAGES)
def test_the_commands_shown_are_understood(name):
    for line in re.findall(r"^    control-units (.+)$", page(name, "en"), re.MULTILINE):
        parser().parse_args(line.split())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_pip_does_not_bring_is_told_in_the_words_of_the_program(language, monkeypatch, tmp_path):
    monkeypatch.setattr(layers, "gdal_bindings", lambda: None)
    with pytest.raises(MissingLibrary) as error:
        layers.write_layers([], tmp_path / "units.shp", "ESRI Shapefile")
    assert f"\n> {error.value.sentence(language)}\n" in page("python", language)


@pytest.mark.parametrize("text", [TEXT, CHINESE], ids=NAMES)
def test_pictures_are_there(text):
    """Every picture and page the README links to is in the checkout."""
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("text", [TEXT, CHINESE], ids=NAMES)
def test_make_targets_exist(text):
    """Every `make` target the README names is in the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    pages = (CONTRIBUTING, *(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")))
    targets = set(re.findall(r"(?:`|    )make ([a-z0-9-]+)", "".join((text, *pages))))
    assert {"demo", "test", "package", "offline-kit", "docs"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
