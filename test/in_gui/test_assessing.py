"""A project assessed at its desk in a real window: typed, drawn, dragged, asked of facts, moved, reported."""

from __future__ import annotations

import pytest
from pictures import SCREENS


@pytest.fixture(scope="module", params=["zh-Hans"])
def qgis(request, fresh_qgis):
    return fresh_qgis(request.param)


@pytest.fixture(scope="module")
def told(qgis, archive):
    for picture in SCREENS.glob("assessing-zh-*.png"):
        picture.unlink()
    home = qgis.folder / "home"
    (home / "Documents").mkdir(parents=True)
    own = {"CONTROL_UNITS_SHOTS": "assessing", "CONTROL_UNITS_ZIP": str(archive), "HOME": str(home)}
    told = qgis.tell("assessing.assessing", screen="1366x768", **own)
    print(f"\nassessment ({qgis.locale}): {told.report['took']} s in QGIS")
    return told


def test_story(told):
    print({key: value for key, value in told.report.items() if key not in ("said", "worded")})
