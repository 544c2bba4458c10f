"""Industries, laws and facts of projects: the tables of a profile that clauses name things by."""

from __future__ import annotations

import pytest
from control_units.delineation.case.profile import read_profile
from control_units.delineation.core.errors import BadInput
from control_units.delineation.lists.facts import read_facts
from control_units.delineation.lists.industries import read_industries
from control_units.delineation.lists.laws import iso_date, laws_of, read_laws
from control_units.delineation.lists.terms import ClauseVocabulary

PROFILE = read_profile("national")
NATIONAL = PROFILE.folder


def own_profile(folder, name, text, encoding="utf-8"):
    """Make a profile that has one table of its own."""
    file = folder / "own.toml"
    file.write_bytes(PROFILE.path.read_bytes().replace(b'tables = "national"', b'tables = "own"'))
    (folder / "own").mkdir()
    (folder / "own" / name).write_text(text, encoding=encoding)
    return read_profile(file)


# ── industries ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_sections_and_divisions_are_those_of_the_standard():
    names = read_industries().names
    sections = [code for code in names if len(code) == 1]
    assert "".join(sections) == "ABCDEFGHIJKLMNOPQRST"
    divisions = [code for code in names if len(code) == 3]
    assert [int(code[1:]) for code in divisions] == list(range(1, 98))
    spans = {"A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "I": (63, 65), "S": (91, 96), "T": (97, 97)}
    for section, span in spans.items():
        own = [int(code[1:]) for code in divisions if code[0] == section]
        assert (own[0], own[-1]) == span


@pytest.mark.parametrize(
    ("code", "known"),
    [("C", True), ("C26", True), ("C261", True), ("C2614", True), ("C44", False), ("U", False), ("C2", False)],
)
def test_a_code_is_known_by_its_division_and_its_form(code, known):
    assert read_industries().known(code) is known


def test_a_code_without_a_name_goes_by_the_one_above():
    industries = read_industries()
    assert industries.name("C2699") == industries.names["C26"]
    assert industries.name("C9900") == industries.names["C"]
    assert industries.name("two_high") == "两高"
    assert industries.name("Z") == ""


def test_groups_are_expanded_each_code_once():
    industries = read_industries()
    assert industries.expand(["C26", "six_high_energy", "A"]) == ("C26", "C25", "C30", "C31", "C32", "D44", "A")
    assert industries.expand(["industry_class_1"]) == ()
    assert industries.empty_groups(["C26", "industry_class_1", "two_high"]) == ["industry_class_1"]
    assert industries.codes()["coal_power"] == ["D4411", "D4412"]


def test_every_group_names_its_document_and_that_it_was_not_checked():
    groups = read_industries().groups.values()
    assert all(group.document for group in groups)
    assert {group.status for group in groups} == {"待核"}


def test_a_bureau_s_table_names_deeper_codes(tmp_path):
    profile = own_profile(tmp_path, "industries_own.csv", "代码,名称\nC2614,有机化学原料制造\n", encoding="gbk")
    assert read_industries(profile).name("C2614") == "有机化学原料制造"


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("code,name\nC4426,甲\n", "line 2, column code", "unknown industry 'C4426'"),
        ("code,name\nC2614,\n", "line 2, column name", "empty"),
        ("code,name\n2614,甲\n", "line 2, column code", "unknown industry '2614'"),
    ],
)
def test_a_table_of_industries_with_an_error(tmp_path, text, where, what):
    with pytest.raises(BadInput) as caught:
        read_industries(own_profile(tmp_path, "industries_own.csv", text))
    assert str(caught.value.where).endswith(where)
    assert str(caught.value.what) == what


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ("a,甲,C26;C98", "line 2, column codes"),
        ("C26,甲,C26", "line 2, column group"),
        ("a,甲,C26\na,乙,C27", "line 3, column group"),
    ],
)
def test_a_table_of_groups_with_an_error(tmp_path, row, where):
    with pytest.raises(BadInput) as caught:
        read_industries(own_profile(tmp_path, "industry_groups.csv", f"group,name,codes\n{row}\n"))
    assert str(caught.value.where).endswith(where)


def test_the_condition_of_a_group_has_to_be_one(tmp_path):
    text = "group,name,codes,condition\na,甲,C26,fuel = cool\n"
    with pytest.raises(BadInput, match="industry group 'a': 燃料 cannot be 'cool'; wanted: coal"):
        ClauseVocabulary.of(own_profile(tmp_path, "industry_groups.csv", text))


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("law", "as_of", "state"),
    [
        ("GB3095-2012", "2026-02-28", "in_force"),
        ("GB3095-2012", "2026-03-01", "superseded"),
        ("GB3095-2026", "2026-02-28", "not_yet"),
        ("GB3095-2026", "2026-03-01", "in_force"),
        ("EEC-2026", "2026-08-14", "not_yet"),
        ("EEC-2026", "2026-08-15", "in_force"),
        ("WPPL-2017", "2026-08-15", "superseded"),
        ("HN-LIST-2020", "2025-11-11", "repealed"),
        ("TCL-2019", "2026-11-28", "in_force"),
    ],
)
def test_what_a_law_is_on_a_day(law, as_of, state):
    assert read_laws().state(law, as_of) == state


def test_the_law_in_its_place_is_named():
    laws = read_laws()
    assert laws.successor("GB3095-2012") == "GB3095-2026"
    assert laws.successor("HN-LIST-2020") == ""
    assert laws.dates()["GB3095-2012"] == {"from": "2016-01-01", "to": "2026-02-28", "superseded_by": "GB3095-2026"}
    assert laws.named("GB 3095-2026") == laws.named("环境空气质量标准(2026年)") == "GB3095-2026"


def test_the_laws_that_the_code_repeals_by_its_last_article_end_with_it():
    """Ten, as article 1242 lists them."""
    ended = {key for key, law in read_laws().by_id.items() if law.superseded_by == "EEC-2026"}
    repealed = {"EPL-2014", "EIAL-2018", "MEPL-2023", "APPL-2018", "WPPL-2017", "SPPL-2018", "SWPL-2020", "NPPL-2021"}
    assert ended == {*repealed, "CPPL-2012", "RPPL-2003"}
    assert {read_laws().by_id[one].last for one in ended} == {"2026-08-14"}


@pytest.mark.parametrize(
    ("read", "status"),
    [
        ("某公报,2026-11-30,", ""),
        ("某公报,2026年11月30日,已核", ""),
        ("某公报,2026-11-30,待核", "待核"),
        ("某公报,,", "待核"),
        (",2026-11-30,", "待核"),
        (",,", "待核"),
    ],
)
def test_a_law_is_checked_where_somebody_says_what_was_read_and_when(tmp_path, read, status):
    path = tmp_path / "laws.csv"
    path.write_text(f"id,title,source,checked_on,status\nA,甲,{read}\n", encoding="utf-8")
    assert laws_of(path).by_id["A"].status == status
    assert laws_of(path).unread(["A", "B"]) == (("A",) if status else ())


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ("A,甲,2026-13-01,,", "line 2, column from"),
        ("A,甲,,,B", "line 2, column superseded_by"),
        (",甲,,,", "line 2, column id"),
        ("A,甲,,,\nA,乙,,,", "line 3, column id"),
    ],
)
def test_a_table_of_laws_with_an_error(tmp_path, row, where):
    path = tmp_path / "laws.csv"
    path.write_text(f"id,title,from,to,superseded_by\n{row}\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        laws_of(path)
    assert str(caught.value.where).endswith(where)


@pytest.mark.parametrize("text", ["2026-3-1", "2026/03/01", "2026.3.1", "2026年3月1日", "2026-03-01 00:00:00"])
def test_days_as_people_write_them(text):
    assert iso_date(text) == "2026-03-01"


# ── facts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_facts_have_names_in_both_languages_and_values_of_their_kind():
    for fact in read_facts().by_id.values():
        assert fact.title != fact.id
        assert fact.title_en.isascii()
        assert bool(fact.choices) == (fact.kind != "number")
    titles = [fact.title for fact in read_facts().by_id.values()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('[fact.a]\ntitle = "甲"\nkind = "nummer"\n', "unknown kind 'nummer'"),
        ('[fact.a]\nkind = "number"\n', "no title"),
        ('[fact.a]\ntitle = "甲"\nkind = "choice"\n', "with 0 values"),
        ('[fact.a]\ntitle = "甲"\nkind = "number"\nunit = ["t"]\n', "unknown key 'unit'"),
        ("[fact]\na = 1\n", "is no table"),
        ('[fact.a]\ntitle = "甲"\nkind = "yes_no"\nabout = "plot"\n', "about 'plot'"),
    ],
)
def test_a_file_of_facts_with_an_error(tmp_path, text, wanted):
    with pytest.raises(BadInput, match=wanted):
        read_facts(own_profile(tmp_path, "facts.toml", text))
