"""Widgets that go while the engine computes: Python may collect them in any thread, and Qt must not stumble on that."""

from __future__ import annotations

import ast
import gc
import sys
import threading
import weakref
from pathlib import Path

import pytest
from candidate_page import form, opened, place_in
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtTest import QTest

UI = Path(__file__).resolve().parents[2] / "ui"


def handed_on(tree: ast.AST) -> list[int]:
    """Lines where a signal's ``emit`` is given away in place of being called."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "emit" and id(node) not in called
    ]


def test_no_emit_is_handed_on():
    """A bound ``emit`` keeps no hold on its object: called when that is half gone, it ends the process.

    A signal is connected to a signal, or to a method.
    """
    assert handed_on(ast.parse("a.connect(b.emit)\nb.emit()")) == [1]
    found = {
        path.name: lines
        for path in UI.rglob("*.py")
        if (lines := handed_on(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found == {}


@pytest.fixture
def complaints(monkeypatch):
    """What Python would say of a slot that fails, in place of which PyQt would end the process."""
    found: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, _: found.append(f"{kind.__name__}: {error}"))
    return found


def test_a_page_collected_in_another_thread_goes_quietly(folder, tmp_path, complaints):
    """Its half in Python is gone at once, its half in Qt not before the main thread is idle; meanwhile timers fire."""
    page = opened(place_in(folder, tmp_path), None)
    timer = form(page)._soon
    fired: list[bool] = []
    timer.timeout.connect(lambda: fired.append(True))
    timer.start(1)
    gone = weakref.ref(page)
    # As good as dead, but not collected: the page refers to itself.
    del page
    worker = threading.Thread(target=gc.collect)
    worker.start()
    worker.join()
    assert gone() is None
    QTest.qWait(30)
    QCoreApplication.processEvents()
    QgsProject.instance().clear()
    assert fired, "the timer was still there"
    assert complaints == []
