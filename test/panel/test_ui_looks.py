"""In a narrow panel, in both languages, nothing is cut in silence or scrolls twice, and words are of one language.

Pictures of every page at 1280×720 in build/screens: ``CONTROL_UNITS_PICTURES=light`` (or ``dark``) with this file.
"""

from __future__ import annotations

import getpass
import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from candidate_page import suggest
from control_units.ui.frame.dock import Dock
from control_units.ui.pages import pages
from fakes import workplace
from hand import box, write_layer
from panel_looks import cramped, cut, doubled, primary, scrolled_twice, texts
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QCoreApplication, QTranslator
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtTest import QSignalSpy
from qgis.PyQt.QtWidgets import QApplication
from telling import until

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
NARROW = (320, 700)
SMALL = (420, 560)  # what QGIS's menus, tool bars and status line leave of a window of 1280 × 720
# With a fold open for a moment, the narrowest panel scrolls rather than squeeze its rows.
WHY = "与自然资源部门核对过，边界以批复为准"
UNFOLDED = ("lists: a clause, narrowed", "assess: a verdict, other ways")
THEME = os.environ.get("CONTROL_UNITS_PICTURES", "")
# A Chinese text may hold names of files, fields and formats, units, keys and what is typed.
KEPT = re.compile(
    r"QGIS|GeoPackage|Shapefile|Excel|Word|PDF|PNG|SVG|CSV|TOML|JSON|XLSX|DOCX|GeoJSON|FlatGeobuf|GeoTIFF|QML|SLD|DXF|"
    r"CRS|EPSG|CGCS2000|WGS 84|GCJ-02|BD-09|WKT|"
    r"UTF-8|GBK|GB18030|GDAL|Ed25519|PEM|SHA-?256|DEM|NDVI|ZIP|HTML|km²|m²|km|ha|Ctrl|Alt|Shift|Enter|Ins|Esc|"
    r"[\w.-]+\.(?:gpkg|shp|toml|tif|xlsx|docx|zip|csv|pdf|png)|\b[A-Z]\d*\b|\bHJ[A-Z]+|"
    # The one command that makes a key, as it is typed.
    r"openssl [a-z\d .-]+|"
    # Variables, limits and roles as they are typed.
    r"\b[a-z_.]+(?::[\de]+)?(?:\+[a-z_.]+(?::[\de]+)?)+|ward:[a-z\d=,+]+|\.(?:stdev|majority)|"
    r"(?<![A-Za-z])(?:all|area|faces|unit|road|river|ridge|guide)(?![A-Za-z])"
)
METHODS = re.compile(r"REDCAP|Ward|max-p|SKATER|AZP|KML")
ENGLISH = re.compile(r"[A-Za-z]{3,}")


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """QGIS in a language: the panel's."""
    if language == "en":
        yield
        return
    translator = QTranslator()
    assert translator.load(str(ROOT / "i18n" / "control_units_zh_CN.qm"))
    QCoreApplication.installTranslator(translator)
    try:
        yield
    finally:
        QCoreApplication.removeTranslator(translator)


@contextmanager
def opened(language: str, folder: Path, laid: Any, copy: Path, size: tuple[int, int] = NARROW) -> Iterator[Dock]:
    """A panel over a case with its plan."""
    for path in folder.iterdir():
        shutil.copy(path, copy)
    with spoken(language):
        dock = Dock(workplace(), pages)
        dock.opener.open_file(str(copy / "case.toml"))
        dock.session.runner.finish()
        dock.session.laid = laid
        dock.resize(*size)
        dock.show()
        settled(dock)
        yield dock
        dock.session.revision.shut()
        dock.close()
        dock.deleteLater()
        QgsProject.instance().clear()


def settled(dock) -> None:
    # A wrapped row tells its page how high it is when it has its width, and the page may give it another one.
    for _ in range(6):
        dock.session.runner.finish()
        QApplication.processEvents()


def sights(dock, name):
    """A page in each of its states that a planner meets: after each, what is to be looked at is on the screen."""
    page = dock.turn_to(name)
    settled(dock)
    yield name
    if name == "sources":
        page._show(page.book.entries[0])
        settled(dock)
        yield "sources: one of them"
        page._show(None)
    if name == "method":
        page.clustering.click()
        settled(dock)
        yield "method: clustering"
        page.cluster.form.more.click()
        settled(dock)
        yield "method: all of clustering"
        suggest(page)
        settled(dock)
        yield "method: a candidate"
    if name == "revision":
        for number in range(page.tabs.count()):
            page.tabs.setCurrentIndex(number)
            settled(dock)
            yield f"revision: {page.tabs.tabText(number)}"
    if name == "lists":
        view = page.view
        for number in range(view.tabs.count()):
            view.tabs.setCurrentIndex(number)
            settled(dock)
            yield f"lists: {view.tabs.tabText(number)}"
        view.lint.list.choose(0)
        settled(dock)
        yield "lists: a finding"
        view.tabs.setCurrentIndex(0)
        view.head.switch.click()
        view.unit.list.choose([1])
        settled(dock)
        yield "lists: a clause, narrowed"
        view.head.switch.click()
        view.unit.act("add")
        settled(dock)
        yield "lists: another clause"
        view.unit.leave_form()
        view.tabs.setCurrentIndex(1)
        view.groups.view.choose([0])
        view.head.all.click()
        settled(dock)
        yield "lists: asked once more"
        page.editing.voice.forget()
        view.tabs.setCurrentIndex(0)
    if name == "assess":
        yield from assessed(dock, page)
    if name == "result":
        page._from_table([dock.session.plan.units["unit_id"].iloc[0]])
        for number in range(page.tabs.count()):
            page.tabs.setCurrentIndex(number)
            settled(dock)
            yield f"result: {page.tabs.tabText(number)}"
        page.tabs.setCurrentWidget(page.findings)
        page.findings.choose(page.findings.model.items[0])
        page.findings.reason.setText(WHY)
        page.findings.accept_button.click()
        until(lambda: page.findings.withdraw_button.isVisible(), page)
        settled(dock)
        yield "result: an accepted finding"
    if name == "revision":
        begun = QSignalSpy(page.revision.begun)
        page.act()
        assert len(begun) or begun.wait(20_000)
        page.revision.set_target(next(iter(page.revision.state.units)))
        for number in range(page.tabs.count()):
            page.tabs.setCurrentIndex(number)
            settled(dock)
            yield f"under revision: {page.tabs.tabText(number)}"
        page.reasons.switch.click()
        page.card.rename.click()
        settled(dock)
        yield "under revision: fields"
        page.reasons.switch.click()
        page.finish()
        ended = QSignalSpy(page.revision.ended)
        assert len(ended) or ended.wait(20_000)
        yield from updates(dock, page)


def assessed(dock, page):
    """A verdict on a site that was typed, with its other ways to say one open; the tabs below."""
    until(lambda: page.assessment.is_open, page.place)
    page.place_bar.more.click()
    unit = dock.session.plan.units["geometry"].iloc[0]
    x, y = shapely.get_coordinates(shapely.point_on_surface(unit))[0]
    page.place_bar.coordinates.setText(f"{x:.1f}, {y:.1f}")
    page.place_bar.put.click()
    until(lambda: page.answer is not None and page.answer.question == page.question(), page.place)
    settled(dock)
    yield "assess: a verdict, other ways"
    page.place_bar.more.click()
    for number in range(page.tabs.count()):
        page.tabs.setCurrentIndex(number)
        settled(dock)
        yield f"assess: {page.tabs.tabText(number)}"


def updates(dock, page):
    """The views of an update: a newer file, what it touches, what will happen, what it came to."""
    update, folder = page.update_box, dock.session.case_path.parent
    page.tabs.setCurrentWidget(update)
    less = write_layer(folder / "red_line_2026.gpkg", "red_line", [box(1_500, 1_000, 1_400, 2_000)], {"id": ["R1"]})
    spec = next(one for one in dock.session.case.sources if one.role == "red_line")
    newer = update.updating.choose(spec, str(less))
    settled(dock)
    yield "update: sources"
    update.open(newer)
    settled(dock)
    yield "update: a newer file"
    update.details.right.click()
    update.views.setCurrentIndex(1)
    settled(dock)
    yield "update: touched"
    update.views.setCurrentIndex(2)
    settled(dock)
    yield "update: before"
    update.doing.lower.click()
    settled(dock)
    yield "update: by a document"
    update.doing.lower.click()
    update.doing.do.click()
    settled(dock)
    yield "update: after"
    update.after.what.setCurrentIndex(1)
    settled(dock)
    yield "update: codes"


@dataclass
class Looked:
    """What is seen of a page in each of its states, by state; and the names that the user brought.

    A panel takes a second to be opened and gone through, and each look is at the same: all are taken on one way.
    """

    width: int
    cut: dict[str, list[str]] = field(default_factory=dict)
    cramped: dict[str, list[str]] = field(default_factory=dict)
    scrolled_twice: dict[str, list[str]] = field(default_factory=dict)
    primary: dict[str, list[str]] = field(default_factory=dict)
    doubled: dict[str, list[str]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    own: dict[str, set[str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def look(folder, laid, tmp_path_factory):
    """Look at a page in a language, once."""

    @cache
    def at(language: str, name: str, size: tuple[int, int] = NARROW) -> Looked:
        with opened(language, folder, laid, tmp_path_factory.mktemp("looks"), size) as dock:
            looked = Looked(dock.width())
            for number, sight in enumerate(sights(dock, name)):
                if THEME:
                    picture(dock, f"{size[0]}-{language}-{THEME}-{name}-{number:02}-{sight.partition(': ')[2]}")
                if sight != "lists: asked once more":  # a question has the room until it is answered
                    looked.cramped[sight] = cramped(dock)
                looked.scrolled_twice[sight] = scrolled_twice(dock)
                looked.primary[sight] = primary(dock)
                looked.doubled[sight] = doubled(dock)
                looked.texts[sight] = list(texts(dock))
                looked.own[sight] = {*dock.session.case.folder.parts, *theirs(dock)}
                looked.cut[sight] = cut(dock)  # asks for tool tips, so it comes last
        return looked

    return at


def picture(dock: Dock, name: str) -> None:
    folder = ROOT / "build" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    dock.grab().save(str(folder / f"looks-{name.replace(' ', '_')}.png"))


@pytest.fixture(scope="module", autouse=True)
def theme():
    """Where pictures are taken of a dark theme: QGIS in its colours."""
    if THEME != "dark":
        yield
        return
    before = QApplication.palette()
    QApplication.setPalette(dark())
    yield
    QApplication.setPalette(before)


def dark() -> QPalette:
    palette = QPalette(QColor("#333333"))
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
        palette.setColor(group, QPalette.ColorRole.Text, QColor("#eeeeee"))
        palette.setColor(group, QPalette.ColorRole.Base, QColor("#222222"))
    return palette


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", [page.NAME for page in pages()])
def test_all_is_read_and_reached_in_a_window_of_1280_by_720(look, language, name):
    looked = look(language, name, SMALL)
    assert name in looked.cut
    found = [f"{sight}: {one}" for those in (looked.cut, looked.cramped) for sight in those for one in those[sight]]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", [page.NAME for page in pages()])
def test_a_narrow_panel_cuts_nothing_in_silence(look, language, name):
    looked = look(language, name)
    assert looked.width == NARROW[0]
    found = [f"{sight}: {one}" for sight, those in looked.cut.items() for one in those]
    assert name in looked.cut
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", [page.NAME for page in pages()])
def test_nothing_scrolls_within_what_scrolls(look, language, name):
    found = [
        f"{sight}: {one}"
        for sight, those in look(language, name).scrolled_twice.items()
        for one in those
        if sight not in UNFOLDED
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", [page.NAME for page in pages()])
def test_a_page_has_one_primary_button_at_most(look, language, name):
    found = look(language, name).primary
    assert all(len(buttons) <= 1 for buttons in found.values()), found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", [page.NAME for page in pages()])
def test_no_two_buttons_in_sight_say_the_same(look, language, name):
    found = {sight: told for sight, told in look(language, name).doubled.items() if told}
    assert not found, found


@pytest.mark.parametrize("name", [page.NAME for page in pages()])
def test_a_chinese_panel_says_nothing_in_english(look, name):
    looked, found = look("zh", name), set()
    for sight, said_there in looked.texts.items():
        own = sorted(looked.own[sight], key=len, reverse=True)  # names of the user's
        for text in said_there:
            said = METHODS.sub("", KEPT.sub("", text))
            for word in own:
                said = said.replace(word, "")
            if ENGLISH.search(said) and not text.startswith("→ "):
                found.add(f"{sight}: {text}")
    assert not found, "\n".join(sorted(found))


def theirs(dock) -> set[str]:
    """Names that stand in the sources, the case and its files, and whose they are."""
    case = dock.session.case
    fields = {name for source in case.sources for name in source.fields.values()}
    return {getpass.getuser(), "case", "hand", "industrial_park 0", *(source.layer for source in case.sources), *fields}


@pytest.fixture
def dock(folder, laid, tmp_path):
    with opened("en", folder, laid, tmp_path) as dock:
        yield dock


def test_what_is_not_given_looks_so_where_a_theme_has_no_colour_for_it(dock):
    page = dock.turn_to("sources")
    page.list.setPalette(dark())
    page.list.fill()
    last = page.list.topLevelItem(page.list.topLevelItemCount() - 1)
    assert last.childCount() > 0
    assert last.foreground(0).color().lightness() < QColor("#eeeeee").lightness() - 60
