"""Three invented last years by the command line: learned, made again of this year's plan, verified, and read back."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import tomllib
from itertools import chain
from types import SimpleNamespace

import last_year_reading
import openpyxl
import pyogrio
import pytest
from command import ask
from last_year_reading import State, held_in, read_back
from last_years import LAST, LAYOUTS, NOW, as_it_was, cases, deliver

pytestmark = pytest.mark.slow

# Delivery → columns that it has; those of them that are left, which is right; how much of some kinds is compared at least.
COLUMNS = {"workbook": 64, "county": 125, "levels": 95}
LEFT: dict[str, list[str]] = {"workbook": [], "county": [], "levels": []}
LEAST = {
    "workbook": {"shape": 46, "space": 46, "area_km2": 136, "area_wan_mu_1": 5, "share_3": 5, "zone_name": 44},
    "county": {"shape": 46, "code": 154, "area_mu": 124, "category": 154},
    "levels": {"shape": 89, "area_m2": 46, "zone_name": 43, "space": 11, "area_km2_2": 5},
}


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """Last year's plan and this year's, which is up for review."""
    folder = tmp_path_factory.mktemp("澜河市")
    out = {year: folder.parent / f"plan{year}.gpkg" for year in (LAST, NOW)}
    for year, case in cases(folder).items():
        assert ask("run", case, "-o", out[year]).code == 0
    steps = [("征求意见", "桂环函〔2026〕3号"), ("送审", "桂环函〔2026〕9号")]
    own = {"op": "status", "date": "2026-12-20", "reason": "按期报送", "author": "甲"}
    lines = [json.dumps(own | {"to": to, "document": document}) for to, document in steps]
    (folder / "status.jsonl").write_text("\n".join(lines), "utf-8")
    assert ask("edit", out[NOW], folder / "status.jsonl").code == 0
    return out


@pytest.fixture(scope="module", params=LAYOUTS)
def made(request, plans, tmp_path_factory):
    """Learn a delivery, make this year's package, with reasons for errors where it is refused, and read that back."""
    name, folder = request.param, tmp_path_factory.mktemp(request.param)
    before = as_it_was(plans[LAST])
    profile, package, documents = folder / "like.toml", folder / "成果", folder / "附件"
    learned = ask("profile", "--like", deliver(name, before, folder), "-o", profile)
    assert learned.code == 0, learned
    documents.mkdir()
    (documents / "专家评审意见.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    command = ("package", plans[NOW], "-o", package, "--profile", profile, "--documents", documents, "--lang", "zh")
    filed = ask(*command)
    if filed.code == 1:
        errors = {finding["id"] for finding in filed.document["findings"] if finding["severity"] == "error"}
        with (folder / "reasons.csv").open("w", encoding="utf-8") as file:
            csv.writer(file).writerows(
                [("rule", "x", "y", "reason"), *((one, "", "", "已议定") for one in sorted(errors))]
            )
        filed = ask(*command, "--accept", folder / "reasons.csv")
    assert filed.code == 0, filed
    script = [sys.executable, last_year_reading.__file__, package, LAYOUTS[name], plans[NOW]]
    done = subprocess.run(list(map(str, script)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = "\n".join(finding["message"] for finding in filed.document["findings"])
    return SimpleNamespace(
        name=name,
        before=before,
        profile=profile,
        package=package,
        said=said,
        plan=plans[NOW],
        read=json.loads(done.stdout),
    )


def test_columns_are_learned_and_none_wrong(made):
    """The profile's names, filled in with last year's facts, are last year's; so are its columns."""
    document = tomllib.loads(made.profile.read_text("utf-8"))
    facts = made.before.facts | {"code": "459900", "area": "澜河市", "city_code": "459900", "month": "11", "volume": ""}
    found = {}
    for content in document["file"]:
        for part in content.get("table", [content]):
            name = part.get("sheet", part.get("layer", "")).format(**facts) or str(part.get("table", ""))
            columns = part.get("column", part.get("field", []))
            found[content["path"].format(**facts), name] = {one.get("name", one.get("title")): one for one in columns}
    right, left, wrong = [], [], []
    for held in held_in(tomllib.loads(LAYOUTS[made.name].read_text("utf-8")), made.before):
        for title, of, _ in held.columns:
            one = found.get((held.file, held.name), {}).get(title, {"of": ""})
            plain = of.rpartition("_")[0]  # category of category_long, zone of zone_name
            called = {of, plain, f"{plain}_name", of.replace("area_wan_mu", "km2"), of.replace("area_km2", "km2")}
            said = one["of"] or "-" * one.get("blank", False)
            into = left if not said else right if said in called else wrong
            into.append(f"{held.file.rpartition('/')[2]}|{held.name}|{title}")
    assert wrong == []
    assert left == LEFT[made.name]
    assert len(right) == COLUMNS[made.name] - len(left)


def test_what_is_filed_verifies(made):
    assert ask("verify", made.package).document["ok"] is True


def test_every_cell_shape_and_line_is_this_years(made):
    assert made.read["wrong"] == []
    assert {kind: n for kind, n in LEAST[made.name].items() if made.read["compared"][kind] < n} == {}


def test_nothing_of_last_year_is_left_but_what_is_told(made):
    now = State(made.plan)
    codes, names = (
        set(chain.from_iterable(made.before.frames[of][key] for of, key in pairs))
        - set(chain.from_iterable(now.frames[of][key] for of, key in pairs))
        for pairs in ([("units", "code"), ("zones", "code")], [("units", "name")])
    )
    kept = tomllib.loads(LAYOUTS[made.name].read_text("utf-8")).get("kept", [])
    assert names
    for place, texts in made.read["texts"].items():
        for text in [place, *texts]:
            bare = text
            for one in kept:
                bare = bare.replace(one, "")
            needles = [needle for needle in (*codes, *names, LAST) if needle in bare]
            assert not needles or " ".join(text.split()) in made.said, f"{place}: {text}: {needles}"


def test_nothing_is_filed_that_last_year_had_not(made):
    """But what proves that it is whole."""
    layout, facts = tomllib.loads(LAYOUTS[made.name].read_text("utf-8")), State(made.plan).facts
    wanted = {held.file.rpartition(".")[0] for held in held_in(layout, State(made.plan))}
    wanted |= {slot.rpartition(".")[0].format(**facts) for slot in layout.get("slots", ())}
    wanted |= {"manifest", "manifest-sha256", "verify"}
    files = (path.relative_to(made.package).as_posix() for path in made.package.rglob("*") if path.is_file())
    assert {file for file in files if not any(file.startswith(f"{stem}.") for stem in wanted)} == set()


def _row_gone(package):
    file = next(package.rglob("*.xlsx"))
    book = openpyxl.load_workbook(file)
    book.worksheets[0].delete_rows(6)
    book.save(file)


def _text_cut(package):
    file = next(package.rglob("*汇总.xlsx"))
    book = openpyxl.load_workbook(file)
    cell = next(cell for row in book["优先保护单元"].iter_rows(min_row=5) for cell in row if "\n" in str(cell.value))
    cell.value = str(cell.value).rpartition("\n")[0]
    book.save(file)


def _areas_of_another_measure(package):
    file = next(package.rglob("*.shp"))
    frame = pyogrio.read_dataframe(file)
    pyogrio.write_dataframe(frame.assign(MJ_KM2=frame["MJ_KM2"] * 100), file, encoding="GBK")


def test_the_reader_notices_what_is_wrong(made, tmp_path):
    if made.name != "workbook":
        pytest.skip("planted in one of the three")
    for plant, kind in ((_row_gone, "rows"), (_text_cut, "space"), (_areas_of_another_measure, "area_km2")):
        package = shutil.copytree(made.package, tmp_path / kind)
        plant(package)
        assert {line.partition(":")[0] for line in read_back(package, LAYOUTS[made.name], made.plan)["wrong"]} >= {kind}
