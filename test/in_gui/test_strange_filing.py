"""A strange prefecture from an empty QGIS to a filed package: what strange_filing.py must have seen."""

from __future__ import annotations

import pytest
import strange_prefecture

MOST_CLICKS = 46


@pytest.fixture(scope="module")
def told(fresh_qgis, archive):
    qgis = fresh_qgis("zh-Hans")
    layers = strange_prefecture.make(qgis.folder / "home" / "资料" / "澜河市")
    return qgis.story(
        "strange_filing.from_a_folder_to_a_package",
        archive,
        "strange",
        screen="1280x720",
        CONTROL_UNITS_LAYERS=str(layers),
    )


def test_a_package_takes_no_more_clicks_than_it_did(told):
    import json

    print(json.dumps(told.report, ensure_ascii=False, indent=1))
    assert told.report["clicks"] <= MOST_CLICKS
