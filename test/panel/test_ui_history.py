"""The tab History: journal and file beside the plan in one order, and taking back what can be taken back."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from control_units.delineation.plan.file import read_plan
from control_units.delineation.plan.history import history_file, read_events
from control_units.delineation.verbs.editing import edit
from control_units.delineation.verbs.running import run
from control_units.ui.map.layers import let_go, plan_layer, refuse_edited, show_plan, take_up_all
from control_units.ui.pages.result.page import ResultPage
from control_units.ui.pages.run import RunPage
from control_units.ui.pages.trial_bar import TrialBar
from control_units.ui.work.outputs import Outputs
from control_units.ui.work.settings import PanelSetting
from control_units.ui.work.trial import PATIENCE, trial_of
from fakes import workplace
from hand import CASE, hand
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtTest import QTest


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """HAND with a finding, and its plan."""
    folder = tmp_path_factory.mktemp("history")
    text = CASE.replace('layer = "red_line"', 'layer = "red_line"\nofficial_area = 5_000_000.0')
    run(hand(folder, text), folder / "case.plan.gpkg", author="王五")
    return folder


@pytest.fixture
def place(folder, tmp_path):
    for path in folder.iterdir():
        shutil.copy(path, tmp_path)
    PanelSetting.AUTHOR.set("张三")
    place = workplace()
    session = place.session
    session.refuse_edited, session.let_go = refuse_edited, let_go
    session.plan_changed.connect(lambda: session.plan_path and show_plan(session.plan_path, session.name))
    session.failed.connect(lambda _: take_up_all())
    assert session.open_case(tmp_path / "case.toml")
    yield place
    PanelSetting.AUTHOR.set("")
    QgsProject.instance().clear()


@pytest.fixture
def page(place):
    page = ResultPage(place)
    page.resize(380, 640)
    page.show()
    page.tabs.setCurrentWidget(page.history)
    page.refresh()
    place.session.runner.finish()
    return page


def by_township(page):
    session = page.session
    session.change(grouping=replace(session.case.grouping, general="township"))
    session.start_run()
    session.runner.finish()


def press(page, answer):
    """Follow the first link of that name, as a click does."""
    html = page.history.toHtml()
    (link, *_) = [part.split('"')[0] for part in html.split('href="')[1:] if f">{answer}<" in part.split("</a>")[0]]
    page.history.anchorClicked.emit(QUrl(link))
    page.session.runner.finish()


def shown(page):
    return page.history.toPlainText().replace("\xa0", " ")


def test_a_run_stands_in_it_with_who_and_what_had_changed(page):
    assert "王五" in shown(page)
    by_township(page)
    newest, oldest = shown(page).split("王五")
    assert "张三" in newest
    assert "ran the case: 4 units" in newest
    assert "general control units: by county" in newest
    assert "ran the case: 3 units" in oldest
    assert read_events(page.session.plan_path)[-1].author == "张三"


def test_a_run_is_taken_back_and_brought_back_and_the_map_follows(page):
    before = page.session.plan_path.read_bytes()
    by_township(page)
    after = page.session.plan_path.read_bytes()
    press(page, "Take it back")
    assert page.session.plan_path.read_bytes() == before
    assert len(page.session.plan.units) == len(page.units.lines) == 3
    layer = plan_layer(page.session.plan_path, "units")
    assert layer.isValid()
    assert layer.featureCount() == 3
    assert page.tabs.tabText(1).endswith("(3)")
    assert "took the last run back" in shown(page)
    assert "line-through" in page.history.toHtml()
    press(page, "Bring it back")
    assert page.session.plan_path.read_bytes() == after
    assert plan_layer(page.session.plan_path, "units").featureCount() == 4
    assert "brought the last run back" in shown(page)


def test_what_the_plan_was_made_from_is_known_again(page):
    by_township(page)
    runs = RunPage(page.place)
    assert "as it is" in runs.state().sentence
    press(page, "Take it back")
    assert page.session.changed_since_run() == ("grouping",)
    assert "Changed since the last run: grouping" in runs.state().sentence
    press(page, "Bring it back")
    assert page.session.changed_since_run() == ()


def test_an_adoption_is_taken_back(page):
    page.session.start_adopt("ward", {"k": 5, "variables": "x+y"}, seed=1, author="张三", reason="更紧凑")
    page.session.runner.finish()
    assert page.session.edits == 1
    assert "Reason: 更紧凑" in shown(page)
    press(page, "Take it back")
    assert page.session.edits == 0
    assert len(page.session.plan.units) == 3
    text = shown(page)
    assert "took the adopted division back" in text
    assert text.count("took the division by") == 1, "what was taken back is still told"


def test_an_edit_stands_in_it_and_offers_nothing_that_is_not_there(page):
    session = page.session
    edit(session.plan_path, [{"op": "lock", "unit": "U000001"}], author="张三", reason="已批准")
    assert session.open_case(session.case_path)
    assert "Reason: 已批准" in shown(page)
    assert any(one.back == "edit" for one in page.history.entries)
    assert 'href="edit' not in page.history.toHtml()


def test_an_acceptance_stands_in_it_at_once_and_is_withdrawn_there(page):
    page.findings.choose(0)
    page.findings.reason.setText("已核对")
    page.findings.accept_button.click()
    assert "Reason: 已核对" in shown(page)
    assert page.session.edits == 0
    assert page.tabs.tabToolTip(3).endswith(": 0")
    press(page, "Withdraw the acceptance")
    assert len(read_plan(page.session.plan_path).accepted) == 0
    assert page.findings.model.open_count() == page.findings.model.rowCount()
    assert "no longer accepted" in shown(page)
    journal = read_plan(page.session.plan_path).journal
    assert journal["author"].tolist() == ["张三", "张三"]
    assert all(time.endswith("Z") for time in journal["time"])


def test_what_was_accepted_stays_so_through_taking_back(page):
    by_township(page)
    page.findings.choose(0)
    page.findings.reason.setText("已核对")
    page.findings.accept_button.click()
    press(page, "Take it back")
    assert page.session.plan.accepted["reason"].tolist() == ["已核对"]
    assert page.findings.model.open_count() == page.findings.model.rowCount() - 1


def test_a_plan_with_acceptances_alone_is_run_again_without_a_question(page):
    page.findings.choose(0)
    page.findings.reason.setText("已核对")
    page.findings.accept_button.click()
    runs = RunPage(page.place)
    runs.show()
    assert not runs.discard.isVisible()
    by_township(page)
    assert len(page.session.plan.units) == 4
    assert page.session.plan.accepted["reason"].tolist() == ["已核对"]


def test_an_export_stands_in_it(page, tmp_path):
    outputs = Outputs(page.session)
    outputs.start(["areas"])
    page.session.runner.finish()
    page.look_again()
    assert "exported: " in shown(page)
    assert "张三" in shown(page)
    assert any(path.suffix == ".xlsx" for path in tmp_path.iterdir())


def test_settings_that_were_tried_stand_in_it_kept_or_dropped(page):
    page.session.start_run()
    page.session.runner.finish()
    trial = trial_of(page.session)
    bar = TrialBar(trial)
    bar.show()
    for button, event in ((bar.discard, "drop"), (bar.keep, "keep")):
        trial.change(switches={"soil_priority": True})
        QTest.qWait(PATIENCE + 50)
        page.session.runner.finish()
        button.click()
        assert event in [one.event for one in read_events(page.session.plan_path)]
    page.session.runner.finish()
    assert "settings that were tried are dropped" in shown(page)
    assert "farmland priority zones are priority protection: off → on" in shown(page)


def test_while_something_is_on_its_way_nothing_is_offered(page):
    by_township(page)
    assert "Take it back" in shown(page)
    page.session.start_run()
    assert "Take it back" not in shown(page)
    page.session.cancel()
    assert "Take it back" in shown(page)


def test_while_somebody_edits_a_layer_nothing_is_taken_back(page):
    by_township(page)
    layer = plan_layer(page.session.plan_path, "units")
    layer.setReadOnly(False)
    layer.startEditing()
    before = page.session.plan_path.read_bytes()
    failures = []
    page.session.failed.connect(failures.append)
    press(page, "Take it back")
    assert [one.doing for one in failures] == ["take_back"]
    assert page.session.plan_path.read_bytes() == before
    layer.rollBack()
    press(page, "Take it back")
    assert len(page.session.plan.units) == 3


def test_a_history_that_cannot_be_written_is_told_once_and_stops_nothing(page):
    history = history_file(page.session.plan_path)
    history.unlink()
    history.mkdir()
    by_township(page)
    page.session.start_run()
    page.session.runner.finish()
    told = [text for text in page.place.messages.texts if "case.plan.history.jsonl" in text]
    assert len(told) == 1
    assert len(page.session.plan.units) == 4


def test_what_is_being_taken_back_is_dropped_where_something_else_is_opened(page, tmp_path):
    by_township(page)
    before = page.session.plan_path.read_bytes()
    page.session.start_take_back()
    assert page.session.taking_back
    assert "Take it back" not in shown(page)
    run(hand(tmp_path / "other"), tmp_path / "other" / "case.plan.gpkg")
    assert page.session.open_case(tmp_path / "other" / "case.toml")
    page.session.runner.finish()
    assert (tmp_path / "case.plan.gpkg").read_bytes() == before
    assert page.session.plan_path.parent.name == "other"


def test_another_plan_shows_its_own(page, tmp_path):
    other = tmp_path / "other"
    run(hand(other), other / "case.plan.gpkg", author="赵六")
    assert page.session.open_case(other / "case.toml")
    assert "赵六" in shown(page)
    assert "王五" not in shown(page)


def test_a_plan_that_was_renamed_shows_what_happened_to_it(page, tmp_path):
    renamed = page.session.plan_path.rename(tmp_path / "2025.plan.gpkg")
    (tmp_path / "case.toml").rename(tmp_path / "2025.toml")
    assert page.session.open_case(renamed)
    assert "王五" in shown(page)
