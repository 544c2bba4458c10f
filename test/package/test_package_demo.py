"""The demo's package as a province would take it: every file opened by the program that it is for."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile

import pyogrio
import pytest
from command import ROOT, ask
from control_units.delineation.package.verify import verify
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs import run

pytestmark = [pytest.mark.slow, pytest.mark.uses("rasterio", "exactextract")]

PLACE = ("--city", "乌鲁木齐市", "--province", "新疆维吾尔自治区")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("示例")
    for name in ("case.toml", *(file.name for file in (ROOT / "resources" / "demo").glob("*.tif")), "urumqi.gpkg"):
        shutil.copy(ROOT / "resources" / "demo" / name, folder / name)
    run(folder / "case.toml", folder / "plan.gpkg")
    return folder / "plan.gpkg"


@pytest.fixture(scope="module")
def packed(demo):
    papers = demo.parent / "材料"
    papers.mkdir()
    (papers / "专家评审意见.pdf").write_bytes(b"%PDF-1.4\n%%EOF")
    out = demo.parent / "650100乌鲁木齐市生态环境分区管控备案成果"
    answer = ask("package", demo, "-o", out, *PLACE, "--documents", papers)
    assert answer.code == 0, answer
    return out, answer.document


def said(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, check=False)
    text = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert done.returncode == 0, text
    return text


def files(out, suffix):
    found = sorted(out.rglob(f"*{suffix}"))
    assert found
    return found


def test_it_is_whole_and_its_sums_agree(packed):
    out, document = packed
    assert verify(out).ok
    assert len(document["files"]) == sum(file.is_file() for file in out.rglob("*"))
    subprocess.run(["sha256sum", "-c", "--quiet", "manifest-sha256.txt"], cwd=out, check=True)


def test_its_geopackage_is_one(packed):
    out, _ = packed
    (file,) = files(out, ".gpkg")
    told = said("/usr/bin/python3", "-m", "osgeo_utils.samples.validate_gpkg", file)
    assert "error" not in told.lower(), told
    told = said("ogrinfo", "-so", "-al", file)
    assert "HJGKDYBM: String (20.0)" in told
    assert "alternative name" in told.lower()
    assert re.search(r"FLDM: .*domain", told, re.IGNORECASE)


def test_its_geodatabase_has_aliases_and_code_tables(packed, demo):
    out, _ = packed
    (file,) = files(out, ".gdb")
    told = said("ogrinfo", "-so", "-al", file)
    # Units, zones of five elements, four boundaries, findings.
    assert told.count("Layer name:") == 1 + 5 + 4 + 1
    assert "环境管控单元编码" in told
    assert f"Feature Count: {len(read_plan(demo).units)}" in told


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_its_shapefiles_read_right(packed, demo, encoding):
    out, _ = packed
    folder = out / "1矢量数据" / f"Shapefile_{encoding}"
    plan = read_plan(demo)
    units = pyogrio.read_dataframe(folder / "HJGKDY.shp")
    assert units["HJGKDYBM"].tolist() == plan.units["code"].tolist()
    assert units["HJGKDYMC"].tolist() == plan.units["name"].tolist()
    assert set(units["CITY"]) == {"乌鲁木齐市"}
    assert abs(units.area.sum() - plan.units["area_m2"].sum()) < 1
    assert (folder / "HJGKDY.cpg").read_text("ascii") == encoding
    found = pyogrio.read_dataframe(folder / "ZJWT.shp")
    assert found["GZBH"].tolist() == plan.findings["id"].tolist()
    assert found.geometry.isna().sum() == plan.findings["geometry"].isna().sum()
    assert not found["WTMS"].str.contains("\ufffd").any()
    zones = [pyogrio.read_dataframe(folder / f"HJYSGKFQ{digit}.shp") for digit in "12345"]
    assert sorted(code for one in zones for code in one["HJYSGKFQBM"]) == sorted(plan.element_zones["code"])
    assert "HJYSGKFQBM: String (20.0)" in said("ogrinfo", "-so", "-al", folder / "HJYSGKFQ1.shp")
    assert all(len(file.stem) <= 10 and file.stem.isascii() for file in folder.glob("*.shp"))
    counties = pyogrio.read_dataframe(folder / "XJXZQ.shp")
    assert counties.area.sum() == pytest.approx(plan.faces["area_m2"].sum(), abs=1)


def test_each_element_has_a_map_of_its_own(packed):
    maps = {file.name.removeprefix("650100乌鲁木齐市") for file in files(packed[0], "图.pdf")}
    wanted = [f"{element}管控分区图.pdf" for element in ("生态", "水环境", "大气环境", "土壤环境", "自然资源")]
    assert maps == {*wanted, "环境管控单元图.pdf"}


def test_the_readme_tells_each_file_and_what_is_missing(packed):
    out, document = packed
    text = (out / "说明.txt").read_bytes().decode("utf-8-sig")
    for path in json.loads((out / "manifest.json").read_bytes())["files"]:
        name = path["path"]
        folders = [name[: place.start()] for place in re.finditer("/", name)]
        assert name in text or any(folder in text for folder in folders) or name.rsplit(".", 1)[0] in text, name
    assert {one["slot"]: one["files"] for one in document["slots"]}["专家评审意见"] == ["7附件/3专家评审意见.pdf"]
    assert "缺少附件：市政府审议文件" in text
    assert "公开" in text


def test_no_member_of_any_archive_holds_this_computers_names(packed, tmp_path):
    out, _ = packed
    needles = [str(tmp_path.parent).encode(), str(ROOT).encode()]
    for file in (*files(out, ".xlsx"), *files(out, ".docx")):
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                assert not [one for one in needles if one in archive.read(name)], (file.name, name)
    for file in out.rglob("*"):
        if file.is_file():
            assert not [one for one in needles if one in file.read_bytes()], file.name
