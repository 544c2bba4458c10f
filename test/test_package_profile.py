"""Package profiles: what comes with the product is sound, and what is wrong in one of a bureau is told exactly."""

from __future__ import annotations

import re

import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message
from control_units.delineation.export.records import COLUMNS, records_of
from control_units.delineation.package.filling import TOKENS, fill_tokens
from control_units.delineation.package.profile import KINDS, read_package_profile, shipped
from sample_plan import sample_plan

HEAD = 'title = "t"\n'
LAYER = '[[file]]\npath = "a.shp"\nkind = "layer"\nof = "units"\n'
FIELD = '[[file.field]]\nname = "A"\ntype = "text"\nwidth = 20\nof = "code"\n'
BOOK = '[[file]]\npath = "a.xlsx"\nkind = "workbook"\ntemplate = "t.xlsx"\n'
TABLE = '[[file.table]]\nof = "units"\nsheet = "s"\n'


@pytest.mark.parametrize("name", shipped())
def test_what_is_shipped_can_be_read_and_names_what_a_plan_holds(name):
    profile = read_package_profile(name)
    assert profile.title
    assert {content.kind for content in profile.contents} <= set(KINDS)
    tokens = dict.fromkeys(TOKENS, "x")
    for text in (profile.folder, *(content.path for content in profile.contents)):
        fill_tokens(text, tokens, Message("test"))


def test_two_profiles_are_shipped_and_differ():
    national, earlier = (read_package_profile(name) for name in ("national", "earlier"))
    assert {content.path for content in national.contents} != {content.path for content in earlier.contents}
    assert [field.name for field in earlier.contents[0].fields][:2] == ["HJZHGKDYBM", "HJZHGKDYMC"]


@pytest.mark.parametrize("what", COLUMNS)
def test_every_column_that_a_profile_may_name_has_a_value_for_each_row(what):
    records = records_of(sample_plan(), what)
    assert set(records.makers) >= set(COLUMNS[what])
    for name in COLUMNS[what]:
        assert len(records.column(name, Message("test"))) == len(records), name


@pytest.mark.parametrize("what", ["units", "counties"])
def test_shares_in_the_area_of_all_sum_to_a_hundred_on_land(what):
    records = records_of(sample_plan(), what)
    share = dict.fromkeys(("land", "sea"), 0.0)
    grounds = records.column("ground", Message("test")) if what == "units" else ["land"] * len(records)
    for ground, one in zip(grounds, records.column("share_of_all", Message("test")), strict=True):
        assert 0 < one <= 100
        share[ground] += one
    assert share["land"] == pytest.approx(100)
    assert share["sea"] in (0, pytest.approx(100))


def test_what_last_year_had_and_nothing_makes_is_read(tmp_path):
    (tmp_path / "p.toml").write_text('missing = "a.csv\\nb.dbf"\n' + HEAD + LAYER, encoding="utf-8")
    assert read_package_profile(tmp_path / "p.toml").missing == "a.csv\nb.dbf"
    assert read_package_profile("national").missing == ""


def test_a_column_that_nobody_described_is_refused_with_the_nearest():
    with pytest.raises(BadInput) as caught:
        records_of(sample_plan(), "units").column("area_km", Message("test"))
    assert "area_km2" in str(caught.value.wanted)


# What is written, and what the sentence says of it: what was found, where (block), what was wanted.
WRONG = {
    "no toml": ("title = ", "not readable as TOML", "", ""),
    "unknown key at the top": (HEAD + 'fodler = "x"\n' + LAYER, "unknown key 'fodler'", "", "folder"),
    "no title": (LAYER, "no key 'title'", "[profile]", "title = …"),
    "no blocks": (HEAD, "no [[file]] blocks", "", "[[file]]"),
    "no kind": (HEAD + '[[file]]\npath = "a.shp"\n', "no key 'kind'", "[[file]] 1", "layer"),
    "unknown kind": (HEAD + '[[file]]\npath = "a"\nkind = "layr"\n', "kind = 'layr'", "[[file]] 1", "layer"),
    "a key of another kind": (
        HEAD + LAYER + 'template = "x"\n',
        "key 'template' is none of kind 'layer'",
        "[[file]] 1",
        "encoding",
    ),
    "a value of another type": (HEAD + LAYER + "layer = 3\n", "found 3", "[[file]] 1 layer", "a text in quotes"),
    "a second block": (
        HEAD + LAYER + '[[file]]\npath = "b.shp"\nkind = "layer"\n',
        "no key 'of'",
        "[[file]] 2",
        "of = …",
    ),
    "no such rows": (HEAD + LAYER.replace("units", "unit"), "of = 'unit'", "[[file]] 1", "units | zones | findings"),
    "an encoding nobody has": (HEAD + LAYER + 'encoding = "BIG5"\n', "encoding = 'BIG5'", "[[file]] 1", "GBK | UTF-8"),
    "an encoding of no Shapefile": (
        HEAD + LAYER.replace("a.shp", "a.gpkg") + 'encoding = "GBK"\n',
        "encoding = 'GBK' of a file that is no Shapefile",
        "[[file]] 1",
        ".shp",
    ),
    "a suffix nobody writes": (HEAD + LAYER.replace("a.shp", "a.dwg"), "path = 'a.dwg'", "[[file]] 1", ".gdb"),
    "a field of nothing": (
        HEAD + LAYER + FIELD.replace('"code"', '"cod"'),
        "of = 'cod': a plan holds no such thing of units",
        "[[file]] 1 [[field]] 1",
        "code",
    ),
    "a field twice": (HEAD + LAYER + FIELD * 2, "field 'A' occurs twice", "[[file]] 1 [[field]] 2", "once"),
    "a field of no type": (HEAD + LAYER + FIELD.replace('"text"', '"txt"'), "type = 'txt'", "[[field]] 1", "text |"),
    "a field without a width": (
        HEAD + LAYER + FIELD.replace("width = 20\n", ""),
        "no key 'width'",
        "[[file]] 1 [[field]] 1",
        "width = …",
    ),
    "a width below nothing": (HEAD + LAYER + FIELD.replace("20", "-1"), "width = -1", "[[field]] 1", "0 to 65,536"),
    "a format nobody knows": (
        HEAD + '[[file]]\npath = "a.xlsx"\nkind = "export"\nformat = "list-xlsx"\n',
        "unknown format 'list-xlsx'",
        "[[file]] 1",
        "lists-xlsx",
    ),
    "a format of another suffix": (
        HEAD + '[[file]]\npath = "a.docx"\nkind = "export"\nformat = "lists-xlsx"\n',
        "path = 'a.docx'",
        "[[file]] 1",
        ".xlsx",
    ),
    "an option of another format": (
        HEAD + '[[file]]\npath = "a.xlsx"\nkind = "export"\nformat = "lists-xlsx"\noptions = { paper = "A3" }\n',
        "lists-xlsx has no option 'paper'",
        "[[file]] 1",
        "",
    ),
    "no template": (
        HEAD + BOOK.replace('template = "t.xlsx"\n', ""),
        "no key 'template'",
        "[[file]] 1",
        "template = …",
    ),
    "a column of nothing": (
        HEAD + BOOK + TABLE + '[[file.table.column]]\ncolumn = 1\nof = "nam"\n',
        "of = 'nam': a plan holds no such thing of units",
        "[[file]] 1 [[table]] 1 [[column]] 1",
        "name",
    ),
    "a column twice": (
        HEAD + BOOK + TABLE + '[[file.table.column]]\ncolumn = 2\nof = "name"\n' * 2,
        "column 2 occurs twice",
        "[[table]] 1 [[column]] 2",
        "once",
    ),
    "a column before the first": (
        HEAD + BOOK + TABLE + "[[file.table.column]]\ncolumn = 0\n",
        "column = 0",
        "[[column]] 1",
        "1 to 16,384",
    ),
    "a path out of the package": (
        HEAD + LAYER.replace("a.shp", "../a.shp"),
        "path = '../a.shp'",
        "[[file]] 1",
        "inside",
    ),
    "a path from a root": (HEAD + LAYER.replace("a.shp", "/a.shp"), "path = '/a.shp'", "[[file]] 1", "inside"),
    "a path of Windows": (HEAD + LAYER.replace("a.shp", "a\\\\b.shp"), "path = 'a\\b.shp'", "[[file]] 1", "/"),
    "a drive": (HEAD + LAYER.replace("a.shp", "c:a.shp"), "path = 'c:a.shp'", "[[file]] 1", "inside"),
    "two in one place": (
        HEAD + LAYER + LAYER.replace("a.shp", "A.shp"),
        "two files are to be 'A.shp'",
        "[[file]] 2",
        "own",
    ),
    "one layer twice": (
        HEAD + LAYER.replace("a.shp", "a.gpkg") * 2,
        "two files are to be 'a.gpkg'",
        "[[file]] 2",
        "layer name",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_told_with_its_place(wrong, tmp_path):
    text, what, where, wanted = WRONG[wrong]
    path = tmp_path / "省厅样式.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_package_profile(path)
    error = caught.value
    assert what in str(error.what)
    assert str(error.where).startswith(str(path))
    assert where in str(error.where)
    assert wanted in str(error.wanted)
    assert re.fullmatch(r"[^\n]+", str(error))


EXPORT = '[[file]]\npath = "a.xlsx"\nkind = "export"\nformat = "lists-xlsx"\n'


@pytest.mark.parametrize("blocks", [EXPORT * 2, EXPORT + EXPORT.replace("a.xlsx", "A.XLSX")])
def test_two_files_are_never_one(blocks, tmp_path):
    (tmp_path / "p.toml").write_text(HEAD + blocks, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_package_profile(tmp_path / "p.toml")
    assert "two files are to be" in str(caught.value.what)


def test_digits_of_a_number_go_as_far_as_numbers_do(tmp_path):
    text = HEAD + BOOK + TABLE + '[[file.table.column]]\ncolumn = 1\nof = "area_km2"\ndecimals = {}\n'
    (tmp_path / "p.toml").write_text(text.format(15), encoding="utf-8")
    assert read_package_profile(tmp_path / "p.toml").contents[0].tables[0].columns[0].decimals == 15
    (tmp_path / "p.toml").write_text(text.format(16), encoding="utf-8")
    with pytest.raises(BadInput):
        read_package_profile(tmp_path / "p.toml")


def test_measures_and_codes_of_places_are_what_they_say():
    records, where = records_of(sample_plan(), "units"), Message("test")
    area = records.column("area_m2", where)
    for name, unit in (("area_km2", 1e6), ("area_ha", 1e4), ("area_mu", 10_000 / 15)):
        assert records.column(name, where) == pytest.approx([one / unit for one in area], rel=1e-12)
    assert {code[:2] for code in records.column("county", where)} == {"33"}
    assert set(records.column("province_code", where)) == {"330000"}
    assert set(records.column("city_code", where)) == {"330800"}
    assert records.column("perimeter_km", where)[0] == pytest.approx(records.column("perimeter_m", where)[0] / 1000)


def test_layers_of_one_file_share_it_under_names_of_their_own(tmp_path):
    path = tmp_path / "p.toml"
    one = LAYER.replace("a.shp", "a.gdb")
    path.write_text(HEAD + one + one.replace("units", "zones") + one + 'layer = "again"\n', encoding="utf-8")
    assert len(read_package_profile(path).contents) == 3


def test_a_profile_that_is_not_there_is_refused_with_the_nearest_name():
    with pytest.raises(BadInput) as caught:
        read_package_profile("nationl")
    assert "national" in str(caught.value.wanted)


def test_an_unknown_token_is_refused_with_the_nearest():
    with pytest.raises(BadInput) as caught:
        fill_tokens("{citi}.shp", dict.fromkeys(TOKENS, "x"), Message("path"))
    assert "{citi}" in str(caught.value.what)
    assert "city" in str(caught.value.wanted)


def test_what_no_file_name_takes_is_written_in_full_width():
    tokens = dict.fromkeys(TOKENS, "") | {"plan": "甲/乙:丙*"}
    assert fill_tokens("图/{plan}.png", tokens, Message("path"), name=True) == "图/甲／乙：丙＊.png"
    assert fill_tokens("{plan}", tokens, Message("title")) == "甲/乙:丙*"
