"""A package on its way: what is refused before it begins, what is told of it, where it goes, whose reasons count."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
import shapely
from control_units.delineation.core.atomic_files import beside, machine
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.findings import Finding
from control_units.delineation.core.messages import Message
from control_units.delineation.package import build, placing
from control_units.delineation.package.accepting import Reason, reasons_of_package, with_reasons
from control_units.delineation.package.build import classification_of, package
from control_units.delineation.package.foreseen import ExpectedPackage, documents_for, foresee
from control_units.delineation.package.profile import read_package_profile
from control_units.delineation.package.verify import MANIFEST, SIGNATURE, SUMS, verify
from control_units.delineation.plan.file import read_plan, write_plan
from filed_package import key_file
from package_filling import FINDINGS, PROFILE
from sample_plan import sample_plan

LAYOUT = """title = "简"
folder = "成果"
[[file]]
path = "单元.gpkg"
kind = "layer"
of = "units"
[[file.field]]
name = "DM"
type = "text"
width = 20
of = "code"
[[file]]
path = "说明.txt"
kind = "readme"
"""
SLOT = '[[file]]\npath = "附件/批准"\nkind = "slot"\ntitle = "批文"\nwords = "批准"\n'


@pytest.fixture
def plan(of_hand, tmp_path):
    return Path(shutil.copytree(of_hand, tmp_path / "甲县")) / "plan.gpkg"


@pytest.fixture
def layout(tmp_path):
    def write(text: str = LAYOUT, name: str = "layout.toml") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def refused(*given, **options) -> tuple[str, str, str]:
    with pytest.raises(BadInput) as caught:
        package(*given, **options)
    return str(caught.value.what), str(caught.value.where), str(caught.value.wanted)


def told(made) -> dict[str, str]:
    return {row["id"]: row["message"] for row in made.findings}


def changed(plan: Path, **meta) -> None:
    read = read_plan(plan)
    read.meta.update(meta)
    write_plan(read, plan)


# ── What is refused before it begins ──────────────────────────────────────────────────────────────────────────────


def test_what_cannot_begin_is_told_and_nothing_is_written(plan, layout, tmp_path):
    out, good = tmp_path / "out", {"profile": layout()}
    assert refused(plan, out, edition="public", **good) == ("edition = 'public'", "package", "filing")
    missing = tmp_path / "nowhere"
    wanted = "a folder with documents for the slots"
    assert refused(plan, out, documents=missing, **good) == ("folder not found", str(missing), wanted)
    (tmp_path / "file").write_text("x")
    assert refused(plan, out, documents=tmp_path / "file", **good)[0] == "folder not found"
    (tmp_path / "key").write_text("no key")
    assert refused(plan, out, key=tmp_path / "key", **good)[:2] == (
        "holds no private key that can be read",
        str(tmp_path / "key"),
    )
    assert not out.exists()


@pytest.mark.parametrize(
    ("crs", "meridian"),
    [
        ("EPSG:4490", 0),
        ("EPSG:4547", 0),
        ("EPSG:4548", 0),
        ("EPSG:4546", 111),
        ("EPSG:4545", 108),
        ("EPSG:4528", 120),
        ("EPSG:4507", 105),
    ],
)
def test_a_zone_far_from_the_plan_is_refused_with_both(plan, layout, tmp_path, crs, meridian):
    text = LAYOUT.replace("[[file]]", f'crs = "{crs}"\n[[file]]', 1)
    if meridian:
        what, where, _ = refused(plan, tmp_path / "out", profile=layout(text))
        assert what == f"crs = '{crs}' is the zone of meridian {meridian}°, and the plan lies at 114.1°"
        assert where.endswith("layout.toml") and not (tmp_path / "out").exists()
    else:
        assert not package(plan, tmp_path / "out", profile=layout(text)).refused


def test_a_folder_with_a_source_of_the_plan_is_no_place_for_its_package(plan, layout, tmp_path):
    (tmp_path / "源").mkdir()
    read = read_plan(plan)
    read.sources["path"] = ["", *["../源/hand.gpkg"] * (len(read.sources) - 1)]
    write_plan(read, plan)
    what, where, wanted = refused(plan, tmp_path / "源", profile=layout())
    assert (what, where) == ("a source of the plan lies in this folder", str(tmp_path / "源"))
    assert wanted == "another folder for the package"
    assert not package(plan, tmp_path / "out", profile=layout()).refused


def test_two_files_that_are_one_once_names_are_filled_in_are_refused(plan, layout, tmp_path):
    for block, path in (
        ('path = "{city}说明.txt"\nkind = "readme"\n', "说明.txt"),
        ('path = "{city}单元.gpkg"\nkind = "layer"\nof = "units"\n', "单元.gpkg"),
        ('path = "单元.gpkg"\nkind = "layer"\nof = "zones"\nlayer = "{city}units"\n', "单元.gpkg"),
    ):
        what, where, _ = refused(plan, tmp_path / "out", profile=layout(f"{LAYOUT}[[file]]\n{block}"))
        assert (what, where) == (f"two files are to be '{path}'", f"{tmp_path / 'layout.toml'} [[file]] 3")
        assert not (tmp_path / "out").exists()
    made = package(
        plan,
        tmp_path / "out",
        profile=layout(f'{LAYOUT}[[file]]\npath = "{{city}}说明.txt"\nkind = "readme"\n'),
        city="某市",
    )
    assert {"说明.txt", "某市说明.txt"} <= set(made.files)


# ── What is told ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_says_what_came_of_it(plan, layout, tmp_path):
    made = package(plan, tmp_path / "out", profile=layout(), key=key_file(tmp_path, "city"))
    assert made.files == ("单元.gpkg", "说明.txt", MANIFEST, SUMS, SIGNATURE)
    assert (made.folder, made.manifest) == (tmp_path / "out", tmp_path / "out" / MANIFEST)
    assert (made.slots, made.refused, made.classification, made.noted) == ({}, False, "", True)
    assert made.open_errors == []
    line = json.loads(plan.with_name("plan.history.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert line["options"] == {"profile": "layout", "edition": "filing"}
    assert verify(tmp_path / "out").signature.state == "unknown signer"


def test_who_nobody_says_is_told_only_where_it_is_asked_for(plan, layout, tmp_path):
    for number, (text, said) in enumerate(
        (
            (LAYOUT, ""),
            (LAYOUT.replace('"成果"', '"{city}成果"'), "市"),
            (LAYOUT.replace("单元.gpkg", "{city}单元.gpkg"), "市"),
            (LAYOUT.replace('of = "code"', 'of = "city"'), "市"),
            (LAYOUT.partition("[[file.field]]")[0], "省、市"),  # the plan's own fields have both
        )
    ):
        found = told(package(plan, tmp_path / f"{number}", profile=layout(text)))
        assert found.get("P09", "") == (f"未填写{said}，有关的文件名和字段为空" if said else "")
    made = package(plan, tmp_path / "said", profile=layout(text), city="某市", province="某省")
    assert "P09" not in told(made)
    made = package(plan, tmp_path / "half", profile=layout(text), province="某省")
    assert told(made)["P09"] == "未填写市，有关的文件名和字段为空"


def test_what_is_said_of_the_place_goes_before_the_profile(plan, layout, tmp_path):
    text = LAYOUT + '[place]\nprovince = "甲省"\ncity = "甲市"\ncity_code = "999900"\n'
    for number, (given, wanted) in enumerate(
        (
            ({}, ("甲省", "甲市")),
            ({"province": "乙省"}, ("乙省", "甲市")),
            ({"city": "乙市", "province": "乙省"}, ("乙省", "乙市")),
        )
    ):
        made = package(plan, tmp_path / f"{number}", profile=layout(text), **given)
        place = json.loads(made.manifest.read_text(encoding="utf-8"))["place"]
        assert (place["province"], place["city"]) == wanted


@pytest.mark.parametrize(
    ("status", "early"), [("", True), ("草稿", True), ("征求意见", True), ("送审", False), ("报批", False)]
)
def test_a_plan_that_is_not_up_for_review_is_told(status, early, plan, layout, tmp_path):
    changed(plan, status=status)
    found = told(package(plan, tmp_path / "out", profile=layout()))
    assert ("P11" in found) is early
    if early:
        assert found["P11"] == f"成果状态为“{status or '未说明'}”，尚未送审"


def test_what_last_year_had_and_what_has_to_be_looked_at_is_told(plan, layout, tmp_path):
    text = 'missing = "a.dbf：x\\nb.csv：y"\n' + LAYOUT
    made = package(plan, tmp_path / "out", profile=layout(text))
    (row,) = [one for one in made.findings if one["id"] == "P21"]
    assert (row["message"], row["value"]) == ("去年成果包中的以下文件今年没有生成：a.dbf：x、b.csv：y", 2.0)
    many = 'missing = "' + "\\n".join(f"{n}.dbf" for n in range(12)) + '"\n'
    found = told(package(plan, tmp_path / "many", profile=layout(many + LAYOUT)))
    assert "9.dbf" in found["P21"]
    assert "10.dbf" not in found["P21"]


def test_texts_of_a_template_are_told_with_their_file(plan, layout, tmp_path):
    import openpyxl

    openpyxl.Workbook().save(tmp_path / "t.xlsx")
    block = '[[file]]\npath = "{code}表.xlsx"\nkind = "workbook"\ntemplate = "t.xlsx"\ncheck = "甲\\n乙"\n'
    made = package(plan, tmp_path / "out", profile=layout(LAYOUT + block))
    (row,) = [one for one in made.findings if one["id"] == "P17"]
    assert (row["message"], row["value"]) == ("999901表.xlsx：以下内容沿用去年的文字，请核对：甲、乙", 2.0)


def test_documents_without_a_slot_and_slots_without_a_document_are_told(plan, layout, tmp_path):
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "批准.pdf").write_bytes(b"no document")
    (papers / "别的.pdf").write_bytes(b"%PDF-")
    made = package(plan, tmp_path / "out", profile=layout(LAYOUT + SLOT), documents=papers)
    found = told(made)
    assert found["P06"].startswith("附件材料 别的.pdf ")
    assert found["P07"].startswith("附件材料 批准.pdf ")
    assert found["P01"] == "缺少附件：批文（只有内容与扩展名不符的文件）"
    assert made.slots == {"批文": ()}
    assert not (tmp_path / "out" / "附件").exists()
    (papers / "批准.pdf").write_bytes(b"%PDF-1.4")
    made = package(
        plan, tmp_path / "out", profile=layout(LAYOUT + SLOT.replace('title = "批文"\n', "")), documents=papers
    )
    assert made.slots == {"附件/批准": ("附件/批准.pdf",)}


def test_an_error_of_the_package_stops_it_until_it_has_a_reason(plan, layout, tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"] = "见ZH33082499999"
    book.save(tmp_path / "t.xlsx")
    block = '[[file]]\npath = "表.xlsx"\nkind = "workbook"\ntemplate = "t.xlsx"\n'
    made = package(plan, tmp_path / "out", profile=layout(LAYOUT + block))
    assert (made.refused, made.files, made.manifest, made.slots) == (True, (), None, {})
    assert [(row["id"], row["state"]) for row in made.open_errors] == [("P18", "open")]
    assert not (tmp_path / "out").exists()
    (tmp_path / "ok.csv").write_text("rule,x,y,reason\nP18,,,引用外市\n", encoding="utf-8")
    made = package(plan, tmp_path / "out", profile=layout(LAYOUT + block), accept=tmp_path / "ok.csv")
    assert [(row["state"], row["reason"]) for row in made.findings if row["id"] == "P18"] == [("accepted", "引用外市")]
    assert made.open_errors == []


def test_findings_stand_errors_first_then_by_rule(plan):
    read = read_plan(plan)
    stored = FINDINGS.iloc[:4].drop(columns=["state", "reason"]).assign(id=["S90", "S10", "S95", "S05"])
    stored["severity"] = ["warning", "error", "error", "warning"]
    plan_with = dataclasses.replace(read, findings=stored)
    found, _ = build._findings(plan_with, build.plan_profile(read), lambda *_: None)
    assert [one for one in found["id"] if one.startswith("S")] == ["S10", "S95", "S05", "S90"]
    severities = found["severity"].tolist()
    assert severities == sorted(severities)  # error before warning
    again = dataclasses.replace(read, findings=stored.assign(id="Q07"))
    assert "重叠" not in build._findings(again, build.plan_profile(read), lambda *_: None)[0]["message"].tolist()
    none = dataclasses.replace(read, findings=stored.iloc[:0])
    found = build._findings(none, build.plan_profile(read), lambda *_: None)[0]
    assert not len(found[~found["id"].str.startswith("L")])


# ── Classification ────────────────────────────────────────────────────────────────────────────────────────────────


def sources(*marks: str | None) -> pd.DataFrame:
    return pd.DataFrame({"role": [f"role_{n}" for n in range(len(marks))], "classification": list(marks)})


@pytest.mark.parametrize(
    ("own", "marks", "highest", "unstated"),
    [
        ("", ("公开", "秘密", "内部"), "秘密", ()),
        ("", (None, "公开", ""), "公开", ("role_0", "role_2")),
        ("秘密", ("公开", "秘密"), "秘密", ()),
        ("秘密", ("公开",), "秘密", ()),
        ("", (), "", ()),
        ("", (None,), "", ("role_0",)),
    ],
)
def test_the_highest_mark_counts(own, marks, highest, unstated):
    found, said = classification_of({"classification": own}, sources(*marks), PROFILE)
    assert found == highest
    assert [(one.id, one.facts["sources"], one.value) for one in said] == (
        [("P04", unstated, float(len(unstated)))] if unstated else []
    )


def test_a_role_without_a_mark_is_named_once():
    frame = sources(None, None).assign(role="red_line")
    (said,) = classification_of({}, frame, PROFILE)[1]
    assert (said.facts["sources"], said.value) == (("red_line",), 2.0)


# ── Reasons ───────────────────────────────────────────────────────────────────────────────────────────────────────


def reason(rule: str, x: str = "", y: str = "", why: str = "因为") -> Reason:
    return Reason(rule, x, y, why, Message("{file}, line {number}", file="a.csv", number=2))


def open_findings(*points) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": "Q07",
            "units": "",
            "facts": "{}",
            "geometry": [None if one is None else shapely.Point(one) for one in points],
        }
    )


ACCEPTED = pd.DataFrame(columns=["id", "units", "place", "facts", "reason", "author", "time"])


def states(points, *reasons: Reason) -> list[str]:
    found, left = with_reasons(open_findings(*points), ACCEPTED, list(reasons))
    assert left == [one for one in reasons if one.rule.startswith("P")]
    return [f"{state[0]}{why}" for state, why in zip(found["state"], found["reason"], strict=True)]


def test_a_line_accepts_the_nearest_finding_within_a_metre():
    points = [(0, 0), (0.9, 0), (5, 5), None]
    assert states(points, reason("Q07", "0.6", "0")) == ["o", "a因为", "o", "o"]
    assert states(points, reason("Q07", "0.6", "0"), reason("Q07", "0.6", "0", "又")) == ["a又", "a因为", "o", "o"]
    assert states(points, reason("Q07", "6", "5")) == ["o", "o", "a因为", "o"]
    assert states(points, reason("Q07")) == ["o", "o", "o", "a因为"]
    assert states(points, reason("P01")) == ["o"] * 4


def test_reasons_of_the_package_go_to_its_findings_in_turn():
    own = [Finding("P01", {}), Finding("P04", {}), Finding("P01", {})]
    assert reasons_of_package(own, [reason("P01", why="甲"), reason("P01", why="乙")]) == {0: "甲", 2: "乙"}
    assert reasons_of_package(own, []) == {}
    with pytest.raises(BadInput) as caught:
        reasons_of_package(own, [reason("P01")] * 3)
    assert str(caught.value.what) == "no open finding of rule P01 without a place"


# ── Where it goes ─────────────────────────────────────────────────────────────────────────────────────────────────

WANTED = "a new folder, an empty one, or an earlier package"


def place_refused(folder: Path, plan: Path) -> tuple[str, str, str]:
    with pytest.raises(BadInput) as caught:
        placing.check_folder(folder, plan)
    return str(caught.value.what), str(caught.value.where), str(caught.value.wanted)


def test_a_place_is_new_or_empty_or_a_package(tmp_path):
    plan = tmp_path / "案" / "plan.gpkg"
    plan.parent.mkdir()
    plan.write_bytes(b"x")
    (tmp_path / "file").write_bytes(b"x")
    nowhere = tmp_path / "no" / "out"
    assert place_refused(nowhere, plan) == (
        "folder not found",
        str(nowhere.parent),
        "an existing folder for the output",
    )
    assert place_refused(tmp_path / "file", plan) == ("is a file", str(tmp_path / "file"), WANTED)
    for folder in (plan.parent, tmp_path):
        assert place_refused(folder, plan) == ("the plan itself lies in this folder", str(folder), WANTED)
    out = tmp_path / "out"
    placing.check_folder(out, plan)
    (out / "空").mkdir(parents=True)
    placing.check_folder(out, plan)
    for name in "edcba":
        (out / "空" / name).write_bytes(b"")
    what, *_ = place_refused(out, plan)
    assert what == "the folder holds other files: 空/a, 空/b, 空/c … (5)"
    (out / MANIFEST).write_text(json.dumps({"files": [{"path": f"空/{name}"} for name in "abcde"]}), encoding="utf-8")
    for name in (SUMS, SIGNATURE):
        (out / name).write_bytes(b"")
    placing.check_folder(out, plan)
    for broken in ("[]", "{}", '{"files": [{}]}', '{"files": 3}', "no JSON"):
        (out / MANIFEST).write_text(broken, encoding="utf-8")
        assert place_refused(out, plan)[0].startswith("the folder holds other files: ")


@pytest.mark.parametrize(
    ("maker", "aside", "there", "wanted"),
    [
        ("dead", "old", None, "old"),
        ("dead", "old", "", "old"),
        ("dead", "old", "new", "new"),
        ("dead", "", "new", "new"),
        ("dead", "", None, None),
        ("elsewhere", "old", None, "old"),
        ("alive", "old", None, "kept"),
        ("alive", "", "new", "kept"),
        ("dead", "old", "no package", "kept"),
    ],
)
def test_what_a_killed_process_put_aside_comes_back_or_goes(maker, aside, there, wanted, tmp_path):
    out, others = tmp_path / "成果.v1", tmp_path / "成果.v2"
    made = [beside(one, placing._aside_ending(one)).name for one in (out, others)]
    if maker != "alive":
        made = [name.replace(f".{os.getpid()}.", f".{2**22 + 1}.") for name in made]
    if maker == "elsewhere":
        made = [name.replace(f".{machine()}.", ".00000000.") for name in made]
    aside_of, other = (tmp_path / name for name in made)
    filed = {folder: what for folder, what in ((aside_of / "0-成果.v1", aside), (out, there)) if what or folder == out}
    (other / "0-成果.v2").mkdir(parents=True)
    aside_of.mkdir()
    for folder, what in filed.items():
        if what is not None:
            folder.mkdir()
            (folder / ("f" if what == "no package" else MANIFEST)).write_text(what) if what else None
    placing.restore(out)
    assert aside_of.exists() == (wanted == "kept")
    if wanted != "kept":
        assert (out / MANIFEST).read_text() == wanted if wanted else not out.exists()
    elif aside:
        assert (aside_of / "0-成果.v1" / MANIFEST).read_text() == "old"
    assert (other / "0-成果.v2").is_dir()
    placing.restore(tmp_path / "no" / "out")


def test_a_draft_goes_in_the_end_and_errors_are_told_of_the_package(tmp_path):
    out = tmp_path / "out"
    for error, what, where in (
        (OSError(errno.ENOSPC, "No space left"), "disk full", out),
        (OSError(errno.EACCES, "Permission denied"), "cannot be written (Permission denied)", out),
    ):
        with pytest.raises(BadInput) as caught, placing.draft_of(out, out) as draft:
            assert draft.is_dir()
            raise error
        assert (str(caught.value.what), str(caught.value.where)) == (what, str(where))
        assert not draft.exists()
    with pytest.raises(BadInput) as caught, placing.draft_of(out, out) as draft:
        raise BadInput(Message("odd"), where=Message("{file}", file=draft / "a.txt"), wanted=Message("even"))
    assert (str(caught.value.where), str(caught.value.wanted)) == (str(out / "a.txt"), "even")
    elsewhere = BadInput(Message("odd"), where=Message("plan"))
    with pytest.raises(BadInput) as caught, placing.draft_of(out, out):
        raise elsewhere
    assert caught.value is elsewhere
    with placing.draft_of(out, out) as draft:
        (draft / "f").write_text("new")
        placing.put_package(draft, out)
    assert (out / "f").read_text() == "new"
    assert list(tmp_path.iterdir()) == [out]


# ── Before it is made ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_package_is_foreseen(layout, tmp_path):
    text = LAYOUT.replace('folder = "成果"', 'folder = " {code}{province}{city}成果. "') + SLOT
    text += '[[file]]\npath = "附件/深/评审"\nkind = "slot"\n'
    profile = read_package_profile(layout(text))
    assert foresee(sample_plan(), profile) == ExpectedPackage("330800浙江省成果", 2, ("批文", "评审"))
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "评审.pdf").write_bytes(b"%PDF-")
    (papers / "批准.pdf").write_bytes(b"")
    (first, second), others = documents_for(profile, papers)
    assert (first.title, first.files, first.unfit) == ("批文", (), (papers / "批准.pdf",))
    assert (second.title, second.files, second.unfit) == ("评审", (), ())
    assert others == (papers / "评审.pdf",)
