"""Three invented last years by the command line: learned, made again of this year's plan, verified, and read back."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import last_years
import openpyxl
import pyogrio
import pytest
from command import ask
from last_year_layout import Learned, learned_of
from last_year_reading import Reader, State
from last_years import DELIVERIES, LAST, NOW, as_it_was, cases, deliver

pytestmark = pytest.mark.slow

SCRIPT = Path(last_years.__file__)
# Columns that stay empty, and why that is right.
LEFT: dict[str, dict[str, str]] = {"workbook": {}, "county": {}, "levels": {}}
LEARNED = {"workbook": 64, "county": 125, "levels": 95}
# Kinds of things that were compared, and how many at least.
LEAST = {
    "workbook": {"clause": 880, "area_km2": 135, "area_wan_mu_1": 5, "share_3": 5, "zone_name": 43, "shape": 46},
    "county": {"code": 138, "area_mu": 107, "area_ha": 153, "category": 138, "total": 60},
    "levels": {"clause": 210, "shape": 89, "area_m2": 46, "zone_name": 43, "area_km2": 104},
}


@dataclass
class Made:
    """A delivery of last year, what was learned of it, and this year's package."""

    name: str
    folder: Path
    profile: Path
    package: Path
    plan: Path
    before: Path
    answers: dict[str, object]

    @property
    def learned(self) -> Learned:
        return learned_of(DELIVERIES[self.name], as_it_was(self.before), self.profile)

    @property
    def told(self) -> str:
        return "\n".join(finding["message"] for finding in self.answers["package"].document["findings"])


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """Last year's plan and this year's, which is up for review."""
    folder = tmp_path_factory.mktemp("澜河市")
    out = {}
    for year, case in cases(folder).items():
        out[year] = folder.parent / f"plan{year}.gpkg"
        assert ask("run", case, "-o", out[year]).code == 0
    steps = [("征求意见", "桂环函〔2026〕3号", "01"), ("送审", "桂环函〔2026〕9号", "20")]
    keys = ("op", "to", "document", "date", "reason", "author")
    rows = [("status", to, document, f"{NOW}-12-{day}", to, "甲") for to, document, day in steps]
    operations = folder / "status.jsonl"
    operations.write_text("\n".join(json.dumps(dict(zip(keys, row, strict=True))) for row in rows), "utf-8")
    assert ask("edit", out[NOW], operations).code == 0
    return out


@pytest.fixture(scope="module", params=DELIVERIES)
def made(request, plans, tmp_path_factory):
    """Learn a delivery, and make this year's package, with reasons for the errors that it is refused for."""
    name, folder = request.param, tmp_path_factory.mktemp(request.param)
    given = deliver(DELIVERIES[name], as_it_was(plans[LAST]), folder)
    profile, package, documents = folder / "like.toml", folder / "成果", folder / "附件"
    answers = {"profile": ask("profile", "--like", given, "-o", profile)}
    assert answers["profile"].code == 0, answers["profile"]
    documents.mkdir()
    (documents / "专家评审意见.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    command = ("package", plans[NOW], "-o", package, "--profile", profile, "--documents", documents, "--lang", "zh")
    answer = ask(*command)
    if answer.code == 1:
        rules = {finding["id"] for finding in answer.document["findings"] if finding["severity"] == "error"}
        with (folder / "reasons.csv").open("w", encoding="utf-8", newline="") as file:
            reasons = ((rule, "", "", "市级已组织审核，见会议纪要") for rule in sorted(rules))
            csv.writer(file).writerows([("rule", "x", "y", "reason"), *reasons])
        answer = ask(*command, "--accept", folder / "reasons.csv")
    assert answer.code == 0, answer
    answers["package"] = answer
    return Made(name, given, profile, package, plans[NOW], plans[LAST], answers)


@pytest.fixture(scope="module")
def read(made):
    """What the script says that reads it back, in a process without the engine."""
    command = [sys.executable, SCRIPT, made.package, made.name, made.plan, made.before]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_columns_are_learned_and_none_wrong(made):
    found = made.learned
    assert found.wrong == []
    assert found.left == list(LEFT[made.name])
    assert (len(found.right), found.all) == (LEARNED[made.name] - len(LEFT[made.name]), LEARNED[made.name])


def test_what_is_filed_verifies(made):
    answer = ask("verify", made.package)
    assert (answer.code, answer.document["ok"]) == (0, True)


def test_every_cell_is_this_years(made, read):
    assert read["wrong"] == []
    least = LEAST[made.name]
    assert {kind: read["compared"].get(kind, 0) for kind, n in least.items() if read["compared"].get(kind, 0) < n} == {}


def test_what_is_left_of_last_year_is_told(made, read):
    untold = [line for line in read["left"] if line.partition(" in ")[2].strip("'\"") not in made.told]
    assert untold == []


def test_what_unreviewed_errors_were_accepted_stands_in_no_table_of_last_year(made):
    """As last year means as last year: nothing is filed beside its files but what proves them."""
    own = {path.relative_to(made.package).as_posix() for path in made.package.rglob("*") if path.is_file()}
    facts = State(made.plan).facts
    wanted = {held.file.format(**facts) for held in DELIVERIES[made.name].held} | set(DELIVERIES[made.name].slots)
    stems = {path.rpartition(".")[0] for path in wanted if path.endswith(".shp")}
    others = {
        path
        for path in own
        if path not in wanted
        and path.rpartition(".")[0] not in stems
        and not any(path.startswith(f"{one}/") for one in wanted)
    }
    assert others <= {"manifest.json", "manifest-sha256.txt", "verify.py"}


def test_the_reader_notices_another_year(made):
    """Held against last year's plan nearly every kind of thing differs."""
    wrong = {
        line.partition(":")[0]
        for line in Reader(made.package, State(made.before), DELIVERIES[made.name]).compare().wrong
    }
    assert {"file"} <= wrong


def _row_gone(package: Path) -> None:
    file = next(package.rglob("*.xlsx"))
    book = openpyxl.load_workbook(file)
    book.worksheets[0].delete_rows(6)
    book.save(file)


def _area_of_another_measure(package: Path) -> None:
    file = next(package.rglob("*.shp"))
    frame = pyogrio.read_dataframe(file)
    column = next(name for name in frame.columns if name.startswith("MJ"))
    pyogrio.write_dataframe(frame.assign(**{column: frame[column] * 100}), file, encoding="GBK")


def _text_cut(package: Path) -> None:
    file = next(package.rglob("*汇总.xlsx"))
    book = openpyxl.load_workbook(file)
    cell = next(cell for row in book["优先保护单元"].iter_rows(min_row=5) for cell in row if "\n" in str(cell.value))
    cell.value = str(cell.value).rpartition("\n")[0]
    book.save(file)


@pytest.mark.parametrize(
    ("plant", "kind"),
    [(_row_gone, "rows"), (_area_of_another_measure, "area_km2"), (_text_cut, "clause")],
)
def test_the_reader_notices_what_is_wrong(made, plant, kind, tmp_path):
    if made.name != "workbook":
        pytest.skip("planted in one of the three")
    package = Path(shutil.copytree(made.package, tmp_path / "planted"))
    plant(package)
    wrong = Reader(package, State(made.plan), DELIVERIES[made.name]).compare().wrong
    assert any(line.startswith(kind) for line in wrong)
