"""Package profiles: what comes with the product is sound, and what is wrong in one of a bureau is told exactly."""

from __future__ import annotations

import re

import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message
from control_units.delineation.export.records import COLUMNS, records_of
from control_units.delineation.package.filling import TOKENS, fill_tokens
from control_units.delineation.package.profile import (
    KINDS,
    Filled,
    FilledColumn,
    PackageItem,
    PackagePlace,
    read_package_profile,
    shipped,
)
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
    for text in (profile.folder, *(content.path for content in profile.contents if not content.apart)):
        fill_tokens(text, dict.fromkeys(TOKENS, "x"), Message("test"))
    for content in profile.contents:
        tokens = dict.fromkeys((*TOKENS, *(COLUMNS[content.of] if content.apart else ())), "x")
        for text in (content.path, content.layer, content.title):
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
    "no such rows": (
        HEAD + LAYER.replace("units", "unit"),
        "of = 'unit'",
        "[[file]] 1",
        "units | zones | findings | boundaries",
    ),
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


COLUMN = "[[file.table.column]]\n"
# Block, key → the smallest and the largest number that it takes, and how a sentence says so.
NUMBERS = {
    (LAYER + '[[file.field]]\nname = "A"\ntype = "text"\n', "width"): (0, 65_536, "0 to 65,536"),
    (LAYER + FIELD, "decimals"): (0, 15, "0 to 15"),
    (BOOK + TABLE, "first"): (1, 1000, "1 to 1,000"),
    (BOOK + TABLE, "rows"): (1, 100, "1 to 100"),
    (BOOK + TABLE, "table"): (0, 1000, "0 to 1,000"),
    (BOOK + TABLE, "total"): (0, 1000, "0 to 1,000"),
    (BOOK + TABLE + COLUMN, "column"): (1, 16_384, "1 to 16,384"),
    (BOOK + TABLE + COLUMN + "column = 1\n", "decimals"): (-1, 15, "-1 to 15"),
}


@pytest.mark.parametrize(("block", "key"), NUMBERS)
def test_a_number_has_its_limits_and_the_sentence_names_them(block, key, tmp_path):
    least, most, said = NUMBERS[block, key]
    path = tmp_path / "p.toml"

    def read(value):
        path.write_text(f"{HEAD}{block}{key} = {value}\n", encoding="utf-8")
        return read_package_profile(path).contents[0]

    for value in (least, most):
        content = read(value)
        (inner,) = content.fields or content.tables
        (inner,) = getattr(inner, "columns", ()) or (inner,)
        assert getattr(inner, key) == value
    for value in (least - 1, most + 1):
        with pytest.raises(BadInput) as caught:
            read(value)
        assert str(caught.value.what) == f"{key} = {value:,}"
        assert str(caught.value.wanted) == said


def test_what_a_profile_leaves_out_is_as_is_usual(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text(HEAD + LAYER + BOOK + TABLE + COLUMN + "column = 1\n", encoding="utf-8-sig")
    profile = read_package_profile(path)
    assert (profile.title, profile.folder, profile.missing) == ("t", "{code}{area}{volume}", "")
    assert profile.place == PackagePlace("", "", "")
    layer, book = profile.contents
    assert layer == PackageItem("a.shp", "layer", of="units")
    table = Filled(
        "units",
        sheet="s",
        table=0,
        first=2,
        rows=1,
        only={},
        total=0,
        columns=(FilledColumn(1),),
    )
    assert book == PackageItem("a.xlsx", "workbook", template="t.xlsx", tables=(table,))
    column = FilledColumn(1, title="", of="", decimals=-1, words={}, text=False, number=False, blank=False)
    assert table.columns == (column,)
    assert profile.template(book) == tmp_path / "t.xlsx"
    assert profile.name == "p"


def test_all_that_a_profile_says_is_read(tmp_path):
    text = 'title = "t"\nfolder = "f"\nmissing = "m"\n[place]\nprovince = "p"\ncity = "c"\ncity_code = "330800"\n'
    text += LAYER + 'title = "T"\nlayer = "L"\nencoding = "GBK"\nonly = { category = "1" }\n' + FIELD + 'alias = "别"\n'
    text += EXPORT + 'title = "E"\n'
    text += EXPORT.replace("a.xlsx", "a.png").replace("lists-xlsx", "map-png") + 'options = { dpi = "40" }\n'
    text += BOOK.replace("a.xlsx", "b.xlsx") + 'check = "x\\ny"\n' + TABLE.replace("units", "clauses")
    text += 'first = 3\nrows = 2\nundecided = true\nonly = { effect = "ban" }\ntotal = 1\n' + COLUMN
    text += 'column = 2\ntitle = "C"\nof = "text"\ndecimals = 2\nwords = { a = "b" }\n'
    text += "text = true\nnumber = true\nblank = true\n"
    text += '[[file]]\npath = "附件/批准"\nkind = "slot"\nwords = "批准|批复"\n'
    (tmp_path / "p.toml").write_text(text, encoding="utf-8")
    profile = read_package_profile(tmp_path / "p.toml")
    assert (profile.folder, profile.missing, profile.place) == ("f", "m", PackagePlace("p", "c", "330800"))
    layer, lists, picture, book, slot = profile.contents
    (field,) = layer.fields
    assert (field.name, field.type, field.width, field.of, field.alias) == ("A", "text", 20, "code", "别")
    wanted = PackageItem(
        "a.shp", "layer", "T", "units", layer="L", encoding="GBK", only={"category": "1"}, fields=layer.fields
    )
    assert layer == wanted
    assert lists == PackageItem("a.xlsx", "export", "E", format="lists-xlsx")
    assert picture == PackageItem("a.png", "export", format="map-png", options={"dpi": "40"})
    column = FilledColumn(2, "C", "text", 2, {"a": "b"}, text=True, number=True, blank=True)
    table = Filled("clauses", "s", 0, 3, 2, {"effect": "ban"}, True, 1, (column,))
    assert book == PackageItem("b.xlsx", "workbook", template="t.xlsx", check="x\ny", tables=(table,))
    assert slot == PackageItem("附件/批准", "slot", words="批准|批复")


# What is written, and the whole of what is said: what, where in the file, what was wanted.
EXACT = {
    "blocks that are none": ("file = 3\n" + HEAD, "no [[file]] blocks", "", "[[file]] for each file"),
    "blocks of numbers": ("file = [3]\n" + HEAD, "no [[file]] blocks", "", "[[file]] for each file"),
    "an empty list": ("file = []\n" + HEAD, "no [[file]] blocks", "", "[[file]] for each file"),
    "a kind of another type": (
        HEAD + LAYER.replace('"layer"', "3"),
        "kind = '3'",
        " [[file]] 1",
        "case, codes, document, export, layer, readme, report, slot, workbook",
    ),
    "no path": (HEAD + '[[file]]\nkind = "codes"\n', "no key 'path'", " [[file]] 1", "path = …"),
    "tables that are none": (
        HEAD + BOOK + "table = 3\n",
        "table is no list of tables",
        " [[file]] 1",
        "[[table]] blocks",
    ),
    "tables of numbers": (
        HEAD + BOOK + "table = [3]\n",
        "table is no list of tables",
        " [[file]] 1",
        "[[table]] blocks",
    ),
    "columns that are none": (
        HEAD + BOOK + TABLE + "column = 3\n",
        "column is no list of tables",
        " [[file]] 1 [[table]] 1",
        "[[column]] blocks",
    ),
    "some rows by nothing": (
        HEAD + LAYER + 'only = { nam = "x" }\n',
        "of = 'nam': a plan holds no such thing of units",
        " [[file]] 1 only",
        "name",
    ),
    "some rows of the second table by nothing": (
        HEAD + BOOK + TABLE * 2 + 'only = { nam = "x" }\n',
        "of = 'nam': a plan holds no such thing of units",
        " [[file]] 1 [[table]] 2 only",
        "name",
    ),
    "rows of nothing": (
        HEAD + BOOK + TABLE.replace("units", "unit"),
        "of = 'unit'",
        " [[file]] 1 [[table]] 1",
        "units | zones | findings | clauses | counties | sources | boundaries",
    ),
    "a second field of nothing": (
        HEAD + LAYER + FIELD + FIELD.replace('"A"', '"B"').replace('"code"', '"cod"'),
        "of = 'cod': a plan holds no such thing of units",
        " [[file]] 1 [[field]] 2",
        "code",
    ),
    "an export without a format": (
        HEAD + '[[file]]\npath = "a.xlsx"\nkind = "export"\n',
        "no key 'format'",
        " [[file]] 1",
        "format = …",
    ),
    "an option that a format lacks": (
        HEAD + '[[file]]\npath = "a.png"\nkind = "export"\nformat = "map-png"\noptions = { dpii = "4" }\n',
        "map-png has no option 'dpii'",
        " [[file]] 1",
        None,
    ),
    "a document of a workbook": (
        HEAD + BOOK.replace("a.xlsx", "a.docx"),
        "path = 'a.docx'",
        " [[file]] 1",
        "a name with .xlsx",
    ),
    "a layer without a suffix": (
        HEAD + LAYER.replace("a.shp", "shp"),
        "path = 'shp'",
        " [[file]] 1",
        "a name with .shp / .gdb / .gpkg / .kml",
    ),
    "a stream of Windows": (
        HEAD + LAYER.replace("a.shp", "a:b.shp"),
        "path = 'a:b.shp'",
        " [[file]] 1",
        "a path inside the package, with / between its folders",
    ),
    "a folder without a name": (
        HEAD + LAYER.replace("a.shp", "a//b.shp"),
        "path = 'a//b.shp'",
        " [[file]] 1",
        "a path inside the package, with / between its folders",
    ),
    "here": (
        HEAD + LAYER.replace("a.shp", "./a.shp"),
        "path = './a.shp'",
        " [[file]] 1",
        "a path inside the package, with / between its folders",
    ),
    "short names that are one": (
        HEAD + LAYER + FIELD + 'short = "X"\n' + FIELD.replace('"A"', '"B"') + 'short = "x"\n',
        "field 'x' occurs twice",
        " [[file]] 1 [[field]] 2",
        "each field once",
    ),
    "a place that nobody knows": (
        HEAD + '[place]\ntown = "x"\n' + LAYER,
        "unknown key 'town'",
        " [place]",
        None,
    ),
}


@pytest.mark.parametrize("wrong", EXACT)
def test_the_sentence_is_exact(wrong, tmp_path):
    text, what, where, wanted = EXACT[wrong]
    path = tmp_path / "p.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_package_profile(path)
    assert (str(caught.value.what), str(caught.value.where)) == (what, f"{path}{where}")
    assert wanted is None or str(caught.value.wanted) == wanted


def test_a_profile_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "p.toml").write_bytes('title = "甲"'.encode("gbk"))
    with pytest.raises(BadInput) as caught:
        read_package_profile(tmp_path / "p.toml")
    assert str(caught.value) == f"{tmp_path / 'p.toml'}: is not UTF-8; wanted: a package profile in UTF-8"


@pytest.mark.parametrize("suffix", [".gpkg", ".kml", ".gdb"])
def test_short_names_are_of_shapefiles_alone(suffix, tmp_path):
    fields = FIELD + 'short = "X"\n' + FIELD.replace('"A"', '"B"') + 'short = "X"\n'
    (tmp_path / "p.TOML").write_text(HEAD + LAYER.replace(".shp", suffix) + fields, encoding="utf-8")
    assert len(read_package_profile(tmp_path / "p.TOML").contents[0].fields) == 2


def test_files_that_hold_one_layer_are_not_shared(tmp_path):
    for suffix in (".shp", ".kml"):
        one = LAYER.replace(".shp", suffix)
        (tmp_path / "p.toml").write_text(HEAD + one + one.replace("units", "zones"), encoding="utf-8")
        with pytest.raises(BadInput) as caught:
            read_package_profile(tmp_path / "p.toml")
        assert str(caught.value.where).endswith("[[file]] 2")


def test_no_other_content_lies_where_layers_do(tmp_path):
    gpkg = LAYER.replace("a.shp", "a.gpkg")
    case = '[[file]]\npath = "A.gpkg"\nkind = "case"\n'
    for blocks in (gpkg + case, case + gpkg):
        (tmp_path / "p.toml").write_text(HEAD + blocks, encoding="utf-8")
        with pytest.raises(BadInput, match="two files are to be"):
            read_package_profile(tmp_path / "p.toml")


def test_the_words_for_learning_are_no_profile():
    assert shipped() == ("earlier", "national")
