"""What the READMEs show, runs; and the Chinese one says what the English one says."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from cases import ROOT
from control_units.delineation.case.reading import read_case
from control_units.delineation.cli.main import parser

NAMES = ("README.md", "README.zh.md")
TEXT, CHINESE = ((ROOT / name).read_text(encoding="utf-8") for name in NAMES)
# The sections, in both, in this order.
SECTIONS = {
    "Installing it in QGIS": "在 QGIS 中安装",
    "First run in QGIS": "在 QGIS 中第一次运行",
    "The case file": "划定方案配置文件",
    "What comes out": "成果内容",
    "What a run says": "每次运行说明什么",
    "Two commands": "两条命令",
    "Doors to the same engine": "同一引擎的几种用法",
    "Revising a plan": "修订成果",
    "Updating last year's plan": "更新上一版成果",
    "Clause library": "条款库",
    "Division methods": "划分方法",
    "Comparing methods": "划分方法对比",
    "Known limits": "已知的局限",
    "Speed": "速度",
    "Developing": "开发",
    "Licence": "许可证",
}


def sections(text: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def commands(text: str) -> list[str]:
    """Fenced and indented code, as it stands."""
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return fenced + [line.strip() for line in rest.splitlines() if line.startswith("    ")]


def code_words(text: str) -> set[str]:
    """Everything in backticks that is a command, a key, a file or a role, not a sentence's own word."""
    return {word for word in re.findall(r"`([^`\n]+)`", text) if not re.search(r"[\u4e00-\u9fff]", word)}


def test_both_have_the_same_sections_in_the_same_order():
    assert list(sections(TEXT)) == list(SECTIONS)
    assert list(sections(CHINESE)) == list(SECTIONS.values())


@pytest.mark.parametrize("title", SECTIONS)
def test_both_show_the_same_code_links_and_numbers(title):
    one, other = sections(TEXT)[title], sections(CHINESE)[SECTIONS[title]]
    assert commands(one) == commands(other)
    targets = [re.findall(r"\]\(([^)#:]+)\)", text) for text in (one, other)]
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
    for text in (sections(TEXT)["Speed"], sections(CHINESE)["速度"]):
        rows = [row.split("|")[3:] for row in text.splitlines() if row.startswith("| ") and re.search(r"\d", row)]
        figures.append([re.findall(r"\d[\d.,]*", " ".join(row)) for row in rows])
    assert figures[0] == figures[1]
    assert len(figures[0]) > 8


@pytest.mark.slow
@pytest.mark.uses("rasterio", "exactextract")
def test_python_example_runs():
    """The example prints a line for each county of the demo, with shares that add up to 1."""
    code = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)[1]
    assert len(code.strip().splitlines()) <= 6
    (ROOT / "build").mkdir(exist_ok=True)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.strip().splitlines()
    assert len(lines) == 8
    for line in lines:
        shares = [float(number) for number in re.findall(r"\d': ([0-9.]+)", line)]
        assert abs(sum(shares) - 1) < 2e-4


def test_the_case_shown_is_one_that_is_read(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(re.search(r"```toml\n(.*?)```", CHINESE, re.DOTALL)[1], encoding="utf-8")
    case = read_case(path)
    assert [source.role for source in case.sources] == ["county", "red_line"]
    assert [raster.name for raster in case.rasters] == ["carrying_capacity"]


@pytest.mark.parametrize("name", NAMES)
def test_the_commands_shown_are_understood(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    found = re.findall(r"^    \.venv/bin/python -m delineation (.+)$", text, re.MULTILINE)
    assert len(found) >= 5
    for line in found:
        parser().parse_args(line.split())


@pytest.mark.parametrize("text", [TEXT, CHINESE], ids=NAMES)
def test_pictures_are_there(text):
    """Every picture and page the README links to is in the checkout."""
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("text", [TEXT, CHINESE], ids=NAMES)
def test_make_targets_exist(text):
    """Every `make` target the README names is in the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"(?:`|    )make ([a-z0-9-]+)", text))
    assert {"demo", "test", "package", "offline-kit"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
