"""Three invented last years by the command line: learned, made again of this year's plan, verified, and read back."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from types import SimpleNamespace

import last_year_reading
import pytest
from command import ask
from last_year_reading import Reader, State, held_in
from last_years import LAST, LAYOUTS, NOW, as_it_was, cases, deliver

pytestmark = pytest.mark.slow

# Delivery → columns that it has; how much of some kinds is compared at least.
COLUMNS = {"workbook": 64, "county": 125, "levels": 95}
LEAST = {
    "workbook": {"shape": 46, "space": 46, "area_km2": 136, "area_wan_mu_1": 5, "share_3": 5, "zone_name": 44},
    "county": {"shape": 46, "code": 153, "area_mu": 107, "category": 96},
    "levels": {"shape": 89, "area_m2": 46, "zone_name": 43, "space": 11, "area_km2_2": 5},
}
# Kinds of things that differ from last year's plan.
NOTICED = {
    "workbook": {"shape", "area_km2", "area_wan_mu_1", "share_1", "townships", "space"},
    "county": {"shape", "area_ha", "area_mu", "townships"},
    "levels": {"shape", "area_m2", "area_km2", "share_3", "townships"},
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
    given = deliver(name, before, folder)
    learned = ask("profile", "--like", given, "-o", profile)
    assert learned.code == 0, learned
    documents.mkdir()
    (documents / "专家评审意见.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    command = ("package", plans[NOW], "-o", package, "--profile", profile, "--documents", documents, "--lang", "zh")
    filed = ask(*command)
    if filed.code == 1:
        errors = {finding["id"] for finding in filed.document["findings"] if finding["severity"] == "error"}
        reasons = "".join(f"{rule},,,已由市级集体审议，见会议纪要\n" for rule in sorted(errors))
        (folder / "reasons.csv").write_text(f"rule,x,y,reason\n{reasons}", "utf-8")
        filed = ask(*command, "--accept", folder / "reasons.csv")
    assert filed.code == 0, filed
    script = [sys.executable, last_year_reading.__file__, package, LAYOUTS[name], plans[NOW]]
    done = subprocess.run(list(map(str, script)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = "\n".join(finding["message"] for finding in filed.document["findings"])
    return SimpleNamespace(
        name=name,
        before=before,
        given=given,
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
    right, left, wrong, may = [], [], [], set()
    for held in held_in(tomllib.loads(LAYOUTS[made.name].read_text("utf-8")), made.before):
        for title, of, _ in held.columns:
            one = found.get((held.file, held.name), {}).get(title, {"of": ""})
            bare = of.lstrip("?")
            plain = bare.rpartition("_")[0]  # category of category_long, zone of zone_name
            called = {bare, plain, f"{plain}_name", bare.removeprefix("area_")}
            said = one["of"] or "-" * one.get("blank", False)
            into = left if not said else right if said in called else wrong
            into.append(f"{held.file}|{held.name}|{title}")
            may |= {f"{held.file}|{held.name}|{title}"} if of.startswith("?") else set()
    assert wrong == []
    assert set(left) <= may
    assert len(right) == COLUMNS[made.name] - len(left)


def test_what_is_filed_verifies(made):
    assert ask("verify", made.package).document["ok"] is True


def test_every_cell_shape_and_line_is_this_years(made):
    assert made.read["wrong"] == []
    assert {kind: n for kind, n in LEAST[made.name].items() if made.read["compared"][kind] < n} == {}


def test_nothing_of_last_year_is_left_but_what_is_told(made):
    needles = {*(made.before.names - State(made.plan).names), LAST}
    kept = tomllib.loads(LAYOUTS[made.name].read_text("utf-8")).get("kept", [])
    layers = [
        held.name
        for held in held_in(tomllib.loads(LAYOUTS[made.name].read_text("utf-8")), made.before)
        if held.left_out
    ]
    assert all(layer in made.said for layer in layers)
    for place, texts in made.read["texts"].items():
        for text in [place, *texts]:
            bare = "".join(text.split(kept[0])) if kept else text
            left = [needle for needle in needles if needle in bare]
            assert not left or " ".join(text.split()) in made.said, f"{place}: {text}: {left}"


def test_what_last_year_had_is_filed_and_nothing_else(made):
    """But what proves that it is whole, and what tells the 密级 of a Shapefile."""
    before, now = (
        {
            path.relative_to(root).as_posix()
            for path in root.rglob("*")
            if path.is_file() and path.parent.suffix != ".gdb"
        }
        for root in (made.given, made.package)
    )
    before = {path.replace(LAST, NOW) for path in before}
    assert before - now == set()
    others = {path for path in now - before if not path.endswith(".shp.xml")}
    assert others == {"manifest.json", "manifest-sha256.txt"}


def test_the_reader_notices_another_plan(made):
    other, layout = State(made.plan.with_name(f"plan{LAST}.gpkg")), tomllib.loads(LAYOUTS[made.name].read_text("utf-8"))
    other.facts = State(made.plan).facts
    assert {line.partition(":")[0] for line in Reader(made.package, layout, other).wrong} >= NOTICED[made.name]
