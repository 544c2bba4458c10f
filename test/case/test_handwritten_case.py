"""A case file that somebody wrote by hand keeps its comments and its order when a case is saved over it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from control_units.delineation.case.model import Case, SourceSpec
from control_units.delineation.case.reading import read_case
from control_units.delineation.case.writing import case_text, rewrite_case_file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
DEMO = (ROOT / "resources" / "demo" / "case.toml").read_text(encoding="utf-8")
HAND = """\
# Our county, 2024. Ask Wang before the red line is changed.

[cleaning]  # agreed on 3 May
sliver_area = 10_000  # m²
fragment_area = 500_000  # smaller than the profile's

[case]
name = "甲县"  # as on the seal
crs = "EPSG:4547"

# The boundary of the county is the surveyors'.
[[source]]
role = "county"
path = "county.gpkg"
# Column names are theirs.
[source.fields]
code = "代码"  # six digits
name = "名称"

# Red line: published on 2019-12-30.
[[source]]
role = "red_line"  # 生态保护红线
path = "hx.gpkg"
where = '''
"LX" = '01'  # no comment
[[source]]
'''

# Townships came last.
[[source]]
role = "township"
path = "xz.shp"
encoding = "GBK"  # without a .cpg

[rules.switches]
# The province wants parks out.
park_over_eco = true  # see the letter

# end of file
"""


def saved(text: str, tmp_path: Path, change) -> tuple[str, Case]:
    """A case is read, changed and saved over its file; the text that lies there, and the case that was to."""
    path = tmp_path / "case.toml"
    path.write_bytes(text.encode("utf-8"))
    case = change(read_case(path))
    assert rewrite_case_file(case, path) == path
    assert read_case(path) == case
    return path.read_bytes().decode("utf-8"), case


def comments(text: str) -> Counter[str]:
    return Counter(line.partition("#")[2].strip() for line in text.split("\n") if "#" in line)


def order(text: str) -> list[str]:
    return re.findall(r"^\[+[\w.]+\]+", text, re.MULTILINE)


def test_a_value_is_changed_where_it_stands_and_nothing_else_is(tmp_path):
    def change(case):
        return replace(case, name="乙县", cleaning=replace(case.cleaning, fragment_area=250_000.0))

    text, _ = saved(HAND, tmp_path, change)
    assert text == HAND.replace("甲县", "乙县").replace("500_000", "250000.0")


def test_a_field_of_a_source_is_changed_in_its_own_table(tmp_path):
    def change(case):
        first = replace(case.sources[0], fields={"code": "XZQDM", "name": "名称"}, date="2024-05")
        return replace(case, sources=(first, *case.sources[1:]))

    text, _ = saved(HAND, tmp_path, change)
    assert 'code = "XZQDM"  # six digits' in text
    assert comments(text) == comments(HAND)
    assert order(text) == order(HAND)


def test_a_source_that_goes_leaves_its_comments_and_the_others_as_they_are(tmp_path):
    text, _ = saved(HAND, tmp_path, lambda case: replace(case, sources=(case.sources[0], case.sources[2])))
    assert 'role = "red_line"' not in text
    assert "# Red line: published on 2019-12-30.\n" in text
    assert comments(text) + Counter(["no comment"]) == comments(HAND)
    assert text.startswith(HAND[: HAND.index("# Red line")])


def test_a_new_source_stands_behind_the_one_before_it(tmp_path):
    new = SourceSpec("industrial_park", "parks.shp", fields={"name": "园区"})
    text, _ = saved(HAND, tmp_path, lambda case: replace(case, sources=(*case.sources[:2], new, case.sources[2])))
    assert text.index("hx.gpkg") < text.index("parks.shp") < text.index("# Townships came last") < text.index("xz.shp")
    assert comments(text) == comments(HAND)
    assert '\n\n[[source]]\nrole = "industrial_park"' in text


def test_a_switch_is_set_and_set_back_where_its_comment_is(tmp_path):
    def change(case):
        return replace(case, rules=replace(case.rules, switches={"park_over_eco": False}))

    text, _ = saved(HAND, tmp_path, change)
    assert "park_over_eco = false  # see the letter" in text
    text, _ = saved(text, tmp_path, lambda case: replace(case, rules=replace(case.rules, switches={})))
    assert comments(text) == comments(HAND)


def test_a_section_that_was_not_there_is_added_in_the_order_of_a_case_file(tmp_path):
    text, _ = saved(DEMO.partition("[rules]")[0], tmp_path, lambda case: replace(case, method="kmeans"))
    assert text.startswith(DEMO.partition("[rules]")[0].rstrip())
    assert text.endswith('\n\n[method]\nname = "kmeans"\n')


def test_line_ends_and_mark_of_a_windows_editor_stay(tmp_path):
    text = "\ufeff" + HAND.replace("\n", "\r\n")
    assert saved(text, tmp_path, lambda case: replace(case, name="乙县"))[0] == text.replace("甲县", "乙县")


def test_a_file_of_the_program_is_written_as_the_program_writes(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(HAND, encoding="utf-8")
    own = case_text(read_case(path))
    text, case = saved(own, tmp_path, lambda case: replace(case, sources=case.sources[1:]))
    assert text == case_text(case)


@pytest.mark.parametrize(
    "hurt", ["[case", 'source = [{role = "county", path = "a"}]\n[case]\nname = "x" # y\n', "\xff"]
)
def test_what_cannot_be_kept_stays_and_the_case_is_saved_beside_it(tmp_path, hurt):
    path = tmp_path / "case.toml"
    path.write_text(HAND, encoding="utf-8")
    case = replace(read_case(path), name="乙县")
    path.write_bytes(hurt.encode("latin-1"))
    first, second = rewrite_case_file(case, path), rewrite_case_file(case, path)
    assert (first.name, second.name) == ("case.saved.toml", "case.saved1.toml")
    assert path.read_bytes() == hurt.encode("latin-1")
    assert replace(read_case(first), path=path) == case


def test_without_tomlkit_the_hand_written_file_is_left_alone(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "tomlkit", None)
    path = tmp_path / "case.toml"
    path.write_text(HAND, encoding="utf-8")
    case = replace(read_case(path), name="乙县")
    beside = rewrite_case_file(case, path)
    assert path.read_text(encoding="utf-8") == HAND
    assert replace(read_case(beside), path=path) == case


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_comment_is_lost_whatever_is_changed(tmp_path, data):
    def change(case):
        stays, *others = case.sources  # the county: without one there is no case
        sources = data.draw(st.permutations(others))[: data.draw(st.integers(0, len(others)))]
        sources.insert(data.draw(st.integers(0, len(sources))), stays)
        dates = st.sampled_from(["", "2024", "2019-12"])
        sources = [
            replace(one, date=data.draw(dates), zones={}) if data.draw(st.booleans()) else one for one in sources
        ]
        if data.draw(st.booleans()):
            sources.insert(data.draw(st.integers(0, len(sources))), SourceSpec("road", "r.shp"))
        rasters = case.rasters[data.draw(st.integers(0, len(case.rasters))) :]
        cleaning = replace(case.cleaning, sliver_area=data.draw(st.sampled_from([10_000.0, 5_000.0])))
        return replace(case, sources=tuple(sources), rasters=rasters, cleaning=cleaning)

    before = data.draw(st.sampled_from([DEMO, HAND]))
    text, _ = saved(before, tmp_path, change)
    lost = comments(before) - comments(text)
    assert lost <= Counter(["no comment"])
