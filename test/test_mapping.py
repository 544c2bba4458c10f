"""The map shows what the plan holds, and says what it cannot read."""

from __future__ import annotations

import numpy as np
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.figure import drawing
from control_units.delineation.export import map_figure
from control_units.delineation.export.map_png import tables_of
from control_units.delineation.export.map_sheet import MapOptions, sheets
from control_units.delineation.export.registry import export
from control_units.delineation.sources.coordinates.crs import parse_crs
from matplotlib import font_manager, image
from matplotlib.figure import Figure
from sample_plan import write_sample_plan


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return write_sample_plan(tmp_path_factory.mktemp("plan") / "plan.gpkg")


def draw(plan, path, dpi=80):
    export("map-png", plan, path, {"drawn_by": "matplotlib", "paper": "A4", "dpi": dpi})


def share_of(colour: str, picture: np.ndarray) -> float:
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return float((np.abs(picture - wanted).max(axis=2) <= 2).mean())


def test_each_category_is_drawn_in_its_colour_and_proportion(plan, tmp_path):
    draw(plan, tmp_path / "map.png", dpi=80)
    picture = np.round(image.imread(tmp_path / "map.png")[..., :3] * 255)
    shares = {key: share_of(colour, picture) for key, colour in map_figure.COLOURS.items()}
    assert min(shares.values()) > 0.005, shares
    assert share_of(map_figure.SEA_COLOURS[1], picture) > 0.02
    # 15 general faces against 4 priority ones; labels and lines cover a part of both.
    assert 2.5 < shares[3] / shares[1] < 6, shares
    assert list(tmp_path.iterdir()) == [tmp_path / "map.png"]


def test_the_map_says_what_it_is(plan):
    tables = tables_of(plan)
    with drawing():
        figure, _ = map_figure._figure(next(sheets(tables, MapOptions())), parse_crs(tables.crs), 297.0, 210.0, 80, 1.0)
    words = [text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]
    assert any("示意" in text for text in words)
    assert any("China Geodetic" in text or "CGCS2000" in text for text in words)
    assert any("km" in text and "个" not in text for text in words), "scale bar"
    assert any(text.startswith("优先保护单元") and "4 " not in text for text in words)
    assert "甲县 · 管控单元图" in words
    assert "甲县一般管控单元" in [text.replace("\n", "") for text in words]


@pytest.mark.filterwarnings("ignore:Glyph")
def test_without_a_chinese_font_it_warns(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(font_manager, "get_font_names", lambda: ["DejaVu Sans"])
    with pytest.warns(UserWarning, match="fonts-noto-cjk"):
        draw(plan, tmp_path / "map.png", dpi=40)


@pytest.mark.parametrize("content", [None, b"no geopackage"])
def test_a_file_that_is_no_plan_is_refused(tmp_path, content):
    path = tmp_path / "plan.gpkg"
    if content:
        path.write_bytes(content)
    with pytest.raises(BadInput, match=r"plan\.gpkg"):
        draw(path, tmp_path / "map.png")
    assert not (tmp_path / "map.png").exists()


def test_on_a_full_disk_the_file_is_named_and_the_old_map_stays(plan, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    (tmp_path / "map.png").write_bytes(b"old")
    monkeypatch.setattr(Figure, "savefig", full)
    with pytest.raises(BadInput, match=r"map\.png: cannot be written"):
        draw(plan, tmp_path / "map.png")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("map.png", b"old")]
