"""Readers of a plan go by the ids of its faces: after a cut these have holes, and are no rows any more."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from command import ROOT, ask
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.explain.why import why
from control_units.delineation.export.atlas_sheet import Atlas, AtlasOptions
from control_units.delineation.export.map_png import tables_of
from control_units.delineation.export.map_sheet import MapOptions, sheets
from control_units.delineation.export.registry import export, exporters
from control_units.delineation.plan.acceptance import accept
from control_units.delineation.plan.file import Plan, read_plan, write_plan
from control_units.delineation.rules.rejudging import Rejudged
from control_units.delineation.run.run import Run
from control_units.delineation.succession.predecessor import Predecessor, same_faces
from control_units.delineation.verbs import run
from control_units.delineation.verbs.adopting import adopt
from control_units.delineation.verbs.candidates import measure_plan
from control_units.delineation.verbs.trials import relabel, standing_of_plan
from rich import rich

if TYPE_CHECKING:
    from pathlib import Path

EPOCH = "1738281600"
PICTURES = {"map-png", "map-pdf", "atlas-pdf"}


pytestmark = pytest.mark.uses("rasterio", "exactextract")


class Pair(NamedTuple):
    """A plan as a run wrote it, and the same with other ids and in another order."""

    case: Path
    files: tuple[Path, Path]
    plans: tuple[Plan, Plan]


def renumbered(plan: Plan) -> Plan:
    """Put every third face under a new id at the end, where the pieces of faces that were cut stand."""
    count = len(plan.faces)
    moved = np.arange(count) % 3 == 0
    number = np.arange(1, count + 1)
    number[moved] = count + 3 + 2 * np.arange(moved.sum())
    new = pd.Series(pd.array(number, dtype="Int64"), index=plan.faces["face_id"])

    def named(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
        out = table.assign(**{column: new.reindex(table[column]).array for column in columns})
        last = (out[columns[0]] > count).to_numpy(dtype=bool)
        return out.iloc[np.argsort(last, kind="stable")].reset_index(drop=True)

    return replace(
        plan,
        faces=named(plan.faces, "face_id", "host"),
        borders=named(plan.borders, "left", "right"),
        coverage=named(plan.coverage, "face_id"),
        evidence=named(plan.evidence, "face_id"),
    )


def made(case: Path, folder: Path) -> Pair:
    """Run a case; accept a finding, so that its journal has an entry."""
    old, new = folder / "old" / "plan.gpkg", folder / "new" / "plan.gpkg"
    for path in (old, new):
        path.parent.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        run(case, old)
        row = pd.DataFrame({"id": ["Q10"], "units": [""], "facts": ["{}"], "geometry": [None]})
        accept(old, row, reason="看过", author="甲", time="2025-01-31T00:00:00Z")
        write_plan(renumbered(read_plan(old)), new)
    shutil.copy(old.with_name("plan.history.jsonl"), new.parent)
    return Pair(case, (old, new), (read_plan(old), read_plan(new)))


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    folder = tmp_path_factory.mktemp("county")
    return made(rich(folder), folder)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return made(ROOT / "resources" / "demo" / "case.toml", tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module", params=["county", "demo"])
def pair(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def again(pair):
    return tuple(map(Rejudged, pair.plans))


def rounded(document: Any) -> Any:
    """Leave out the last digits of numbers: sums are in another order."""
    return json.loads(json.dumps(document, default=str), parse_float=lambda text: float(f"{float(text):.9g}"))


def test_ids_have_holes_and_are_no_rows(pair):
    old, new = pair.plans
    assert not old.cut
    assert new.cut
    assert len(new.faces) == len(old.faces) < new.faces["face_id"].max()
    assert (new.faces["face_id"].diff().dropna() > 0).all()
    assert set(new.faces["host"].dropna()) <= set(new.faces["face_id"])


@pytest.mark.parametrize("verb", ["info", "check", "log"])
def test_a_verb_answers_the_same(pair, verb):
    one, two = (ask(verb, path) for path in pair.files)
    assert one.code == two.code in (0, 1)
    assert rounded(two.document) == rounded(one.document)


def test_why_a_unit_is_what_it_is(again):
    one, two = again
    for code in one.plan.units["code"].tolist()[::4]:
        assert rounded(why(two.plan, code, again=two)) == rounded(why(one.plan, code, again=one))


def test_why_a_place_is_what_it_is(again):
    one, two = again
    # Riders, of which half have a host that stands elsewhere, and others.
    riders = np.flatnonzero(one.plan.faces["host"].notna())
    rows = np.unique([*riders[:: len(riders) // 12 or 1], *range(0, len(one.area), len(one.area) // 12 or 1)])
    shapes = one.plan.faces["geometry"].to_numpy(dtype=object)[rows]
    for point in shapely.point_on_surface(shapes):
        place = f"{point.x!r},{point.y!r}"
        assert rounded(why(two.plan, place, again=two)) == rounded(why(one.plan, place, again=one))


def content(path: Path) -> dict[str, Any]:
    """What a file holds: its parts where it is an archive, its layers where it is a data set."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    if path.suffix not in (".shp", ".gdb", ".gpkg", ".kml"):
        return {path.name: path.read_bytes()}
    out = {}
    for layer, _ in pyogrio.list_layers(path):
        meta, _, shapes, columns = pyogrio.raw.read(path, layer=layer)
        shown = [str(column.tolist()) for column in columns]
        places = [] if shapes is None else shapes.tolist()
        out[layer] = {**dict(zip(meta["fields"], shown, strict=True)), "geometry": places}
    return out


@pytest.mark.parametrize("name", [name for name in exporters() if name not in PICTURES])
def test_an_export_is_the_same(pair, name, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    written = []
    for number, plan in enumerate(pair.plans):
        folder = tmp_path / str(number)
        folder.mkdir()
        files = export(name, plan, folder / f"out{exporters()[name].suffix}").files
        written.append({file.name: content(file) for file in files})
    assert written[0]
    assert written[0] == written[1]


def test_a_map_shows_the_same(pair):
    one, two = (next(iter(sheets(tables_of(plan), MapOptions()))) for plan in pair.plans)
    assert shapely.area(two.red_line).sum() == pytest.approx(shapely.area(one.red_line).sum())
    assert len(one.red_line) == len(two.red_line) > 0
    assert two.townships.index.tolist() == one.townships.index.tolist()
    assert shapely.equals(two.townships.to_numpy(), one.townships.to_numpy()).all()
    assert two.legend() == one.legend()


def test_a_sheet_of_the_atlas_says_the_same(pair):
    told = []
    for plan in pair.plans:
        atlas = Atlas(plan, AtlasOptions(sheets="unit"))
        found = next(atlas.sheets_of(atlas.parts[-1]))
        told.append((found.units, found.texts, found.card, found.rows))
    assert told[0] == told[1]


# ── Beside the faces of the sources ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def laid(county):
    return Run(read_case(county.case))


def test_it_does_not_lie_on_the_faces_of_its_sources(county, laid):
    old, new = county.plans
    assert same_faces(old, laid.basis)
    assert not same_faces(new, laid.basis)


def test_its_units_are_the_ones_before_for_the_next_run(county, laid):
    case = read_case(county.case)
    old, new = (Predecessor.of_plan(plan, laid.basis, case) for plan in county.plans)
    assert old.code == new.code
    shares = [np.bincount(row * len(laid.basis.partition) + face, size) for face, row, size in (old.shares, new.shares)]
    assert shares[1] == pytest.approx(shares[0])


@pytest.mark.parametrize("what", ["adopt", "try", "measure"])
def test_a_division_of_its_sources_is_not_laid_on_it_and_a_sentence_says_why(what, county, laid):
    case, (_, file), (_, plan) = read_case(county.case), county.files, county.plans
    with pytest.raises(BadInput, match="edits have cut faces of the plan") as raised:
        if what == "adopt":
            adopt(file, "ward:k=4,variables=x+y", case=case, reason="x")
        elif what == "try":
            relabel(case, laid.basis, standing_of_plan(plan))
        else:
            measure_plan(case, laid.basis, plan)
    assert str(raised.value.wanted) == "a plan whose cuts are undone, or a new run"
