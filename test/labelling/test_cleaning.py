"""Cleaning: who rides with whom, what never rides, and that nothing is lost on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import shapely
from control_units.delineation.case.model import Cleaning
from control_units.delineation.labelling.cleaning import CleaningInput, Hosting, fragments, groups, slivers, thinness
from control_units.delineation.partition import Borders, build
from control_units.delineation.partition.ledger import Ledger
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import Row, box, county, face_at, labelled

RED, ECO, PARK, WATER, URBAN, REST = range(6)


@dataclass(frozen=True)
class Piece:
    """A rectangle that becomes one face."""

    x: float
    y: float
    width: float
    height: float
    category: int = 3
    kind: int = REST
    district: int = 0
    protected: bool = False
    pinned: bool = False
    belt: bool = False


def red(x, y, width, height):
    return Piece(x, y, width, height, 1, RED, protected=True)


def eco(x, y, width, height):
    return Piece(x, y, width, height, 1, ECO)


def subject_of(*pieces: Piece) -> tuple[CleaningInput, list[int]]:
    """The pieces as faces of a partition, and the face of each piece."""
    shapes = np.array([box(p.x, p.y, p.width, p.height) for p in pieces], dtype=object)
    partition = build(shapes, snap=0.001)
    assert len(partition) == len(pieces)
    of_face = partition.coverage.feature

    def each(key: str, kind: type) -> np.ndarray:
        return np.array([getattr(p, key) for p in pieces], dtype=kind)[of_face]

    subject = CleaningInput(
        area=partition.area,
        perimeter=shapely.length(partition.faces),
        borders=partition.borders,
        category=each("category", int),
        kind=each("kind", int),
        district=each("district", int),
        protected=each("protected", bool),
        pinned=each("pinned", bool),
        belt=each("belt", bool),
    )
    return subject, np.argsort(of_face).tolist()


def hosts(*pieces: Piece) -> list[int | None]:
    """Piece that hosts each piece, by the usual thresholds for slivers."""
    subject, face = subject_of(*pieces)
    hosting = slivers(subject, max_area=10_000, max_thinness=0.1)
    piece = {row: number for number, row in enumerate(face)}
    assert set(hosting.homeless.tolist()) <= set(np.flatnonzero(hosting.host < 0).tolist())
    return [piece.get(int(hosting.host[row])) for row in face]


def joined(*pieces: Piece, max_area: float = 1e6, may_lower: bool = False, speck_area: float = 0.0) -> list[int | None]:
    """Piece whose labels each piece takes, by the usual threshold for fragments."""
    subject, face = subject_of(*pieces)
    none = Hosting(np.full(len(face), -1, dtype=np.int64), np.zeros(0, dtype=np.int64))
    host, homeless, rounds = fragments(
        subject, none, max_area=max_area, belt_thinness=0.1, speck_area=speck_area, may_lower=may_lower
    )
    piece = {row: number for number, row in enumerate(face)}
    assert ((rounds > 0) == (host >= 0)).all()
    assert (subject.area[homeless] < max_area).all()
    return [piece.get(int(host[row])) for row in face]


def test_thinness():
    area, perimeter = np.array([np.pi, 1.0, 0.0]), np.array([2 * np.pi, 4.0, 0.0])
    np.testing.assert_allclose(thinness(area, perimeter), [1, np.pi / 4, 0])


# A strip of 1000 m × 4 m is a sliver: 4000 m², thinness 0.0124.
STRIP = Piece(0, 0, 1000, 4)


def test_the_longest_border_hosts():
    below, above = Piece(0, -500, 1000, 500), Piece(200, 4, 800, 500)
    assert hosts(STRIP, below, above) == [1, None, None]
    assert hosts(STRIP, above, below) == [2, None, None]


@pytest.mark.parametrize(("below", "above", "host"), [(500.4, 500.1, 1), (500.1, 500.4, 2)])
def test_a_border_longer_by_less_than_a_metre_is_longer(below, above, host):
    assert hosts(STRIP, Piece(0, -500, below, 500), Piece(0, 4, above, 500))[0] == host


def test_borders_to_all_that_ride_with_one_host_count_together():
    strip, side = Piece(0, 0, 1000, 4), Piece(-4, -300, 4, 304)
    below, right = Piece(0, -300, 600, 300), Piece(600, -300, 400, 300)
    assert hosts(strip, below, right, side) == [1, None, None, 1]


def test_the_same_category_goes_first():
    below = Piece(0, -500, 1000, 500, category=2, kind=URBAN)
    assert hosts(STRIP, below, Piece(900, 4, 100, 500)) == [2, None, None]
    # Equal category is enough; the kind may be another.
    strip = Piece(0, 0, 1000, 4, category=2, kind=WATER)
    assert hosts(strip, below, Piece(0, 4, 1000, 500)) == [1, None, None]


def test_of_equal_ones_the_lowest_face_hosts():
    subject, face = subject_of(STRIP, Piece(0, -500, 1000, 500), Piece(0, 4, 1000, 500))
    hosting = slivers(subject, max_area=10_000, max_thinness=0.1)
    assert hosting.host[face[0]] == min(face[1], face[2])
    # Noise of the last digit decides nothing.
    length = subject.borders.length * (1 + 1e-15 * np.arange(len(subject.borders.length)))
    noisy = CleaningInput(
        **{**subject.__dict__, "borders": Borders(subject.borders.left, subject.borders.right, length)}
    )
    assert (slivers(noisy, max_area=10_000, max_thinness=0.1).host == hosting.host).all()


def test_a_sliver_hosts_only_where_there_is_nothing_else():
    second = Piece(0, 4, 1000, 4)
    # The strip shares 1000 m with another sliver and 4 m with a face.
    assert hosts(STRIP, second, Piece(1000, 0, 500, 4 + 496)) == [2, 2, None]


def test_chains_of_slivers_join_the_host_at_their_end():
    chain = [Piece(0, 4 * number, 1000, 4) for number in range(5)]
    assert hosts(*chain, Piece(0, 20, 1000, 500)) == [5] * 5 + [None]


def test_slivers_among_themselves_join_the_largest():
    assert hosts(STRIP, Piece(0, 4, 1000, 5), Piece(0, 9, 1000, 4)) == [1, None, 1]
    assert hosts(STRIP, Piece(0, 100, 1000, 4)) == [None, None]


def test_both_thresholds_have_to_be_missed():
    big = Piece(0, 50, 1000, 500)
    assert hosts(Piece(0, 0, 1000, 50), big) == [None, None]
    assert hosts(Piece(0, 0, 50, 50), Piece(0, 50, 50, 500)) == [None, None]
    assert hosts(Piece(0, 46, 1000, 4), big) == [1, None]


def test_nothing_rides_across_a_county_or_the_shore():
    below = Piece(0, -500, 1000, 500, district=1)
    assert hosts(STRIP, below) == [None, None]
    assert hosts(STRIP, below, Piece(990, 4, 10, 500)) == [2, None, None]


def test_the_sea_is_a_district_of_its_own():
    rows = [
        county(0, 0, 4000, 2000),
        Row("sea", box(0, 1000, 4000, 1000)),
        Row("township", box(0, 0, 4000, 1004)),
        Row("general_eco_space", box(0, 0, 4000, 998)),
    ]
    basis, labelling = labelled(rows, cleaning=Cleaning(fragment_area=0))
    at_sea, on_land = face_at(basis, 2000, 1002), face_at(basis, 2000, 999)
    assert labelling.host[on_land] == face_at(basis, 2000, 500)
    # 16,000 m² are no sliver; with a larger threshold it rides, but at sea.
    assert labelling.host[at_sea] == -1
    basis, labelling = labelled(rows, cleaning=Cleaning(sliver_area=20_000, fragment_area=0))
    assert labelling.host[at_sea] == face_at(basis, 2000, 1500)


def test_protected_slivers_ride_only_with_priority():
    below, above = Piece(0, -500, 1000, 500), eco(900, 4, 100, 500)
    assert hosts(red(0, 0, 1000, 4), below, above) == [2, None, None]
    assert hosts(red(0, 0, 1000, 4), below) == [None, None]
    # Through another sliver that found priority.
    bridge = Piece(0, 4, 1000, 4, 1, ECO)
    assert hosts(red(0, 0, 1000, 4), below, bridge, eco(0, 8, 1000, 500)) == [3, None, 3, None]
    # Not through one that found less.
    assert hosts(red(0, 0, 1000, 4), Piece(0, 4, 1000, 4), Piece(0, 8, 1000, 500)) == [None, 2, None]


def test_fragments_are_groups_and_not_faces():
    row = [Piece(2000, 600 * number, 600, 600, 2, URBAN) for number in range(3)]
    high = Piece(0, 0, 2000, 2000, 1, ECO)
    assert joined(high, *row) == [None] * 4
    assert joined(high, *row[:2]) == [None, 0, 0]
    # Of another kind they are two groups.
    other = Piece(2000, 1200, 600, 600, 2, WATER)
    assert joined(high, *row[:2], other) == [None, 0, 0, 0]
    # And so they are in another county, or where they meet in a corner only.
    assert joined(high, *row[:2], Piece(2000, 1200, 600, 600, 2, URBAN, district=1)) == [None, 0, 0, None]
    corner = [Piece(2000, 0, 800, 800, 2, URBAN), Piece(2800, 800, 800, 800, 2, URBAN)]
    assert joined(high, *corner, Piece(2800, 1600, 2000, 2000, 1, ECO)) == [None, 0, 3, None]


def test_the_same_category_with_the_longest_border_is_joined():
    fragment = Piece(2000, 0, 600, 600, 2, URBAN)
    water = Piece(2000, 600, 2000, 2000, 2, WATER)
    assert joined(Piece(0, 0, 2000, 2000, 1, ECO), fragment, water) == [None, 2, None]
    assert joined(water, fragment, Piece(2100, -2000, 2000, 2000, 2, PARK)) == [None, 0, None]
    assert joined(Piece(2100, 600, 2000, 2000, 2, WATER), fragment, Piece(1900, -2000, 2000, 2000, 2, PARK))[1] == 2
    # One that is itself a fragment is joined only where there is no other.
    small = Piece(2600, 0, 601, 601, 2, WATER)
    assert joined(Piece(2550, -2000, 600, 2000, 2, PARK), fragment, small) == [None, 0, 0]
    assert joined(small, fragment) == [None, 0]


@pytest.mark.parametrize(("lower", "host"), [(200, 1), (400, 0), (300, 0)])
def test_of_a_group_the_face_with_the_longest_border_gives_its_labels(lower, host):
    """Faces of one group may lie in two townships: a fragment goes on in that of the longer border, else the first."""
    group = [eco(0, 0, 2000, lower), eco(0, lower, 2000, 2000)]
    assert joined(*group, Piece(2000, 0, 600, 600, 2, URBAN)) == [None, None, host]
    # So does each of two that join two groups at once.
    apart = [Piece(9000, 0, 600, 600, 2, WATER), eco(9600, 0, 2000, 2000)]
    assert joined(*group, Piece(2000, 0, 600, 600, 2, URBAN), *apart) == [None, None, host, 4, None]


def test_the_thinness_of_a_belt_is_that_of_the_group():
    """Ten squares in a row are a belt, though none of them is."""
    row = [Piece(2000, 100 * number, 50, 100, 2, WATER, belt=True) for number in range(20)]
    assert joined(eco(0, 0, 2000, 2000), *row) == [None] * 21
    assert joined(eco(0, 0, 2000, 2000), *row[:3]) == [None, 0, 0, 0]


def test_only_specks_that_touch_nothing_else_join_a_statutory_extent():
    speck = Piece(2000, 0, 30, 30)
    assert joined(red(0, 0, 2000, 2000), speck, speck_area=1e4) == [None, 0]
    assert joined(red(0, 0, 2000, 2000), speck, speck_area=800) == [None, None]
    assert joined(red(0, 0, 2000, 2000), Piece(2000, 0, 600, 600), speck_area=1e4) == [None, None]
    # Another neighbour goes first, however short the border with it.
    assert joined(red(0, 0, 2000, 2000), eco(2030, 0, 2000, 2000), speck, speck_area=1e4) == [None, None, 1]


def test_the_first_face_hosts_like_any_other():
    """Row 0 is a host, and no sign for none."""
    hosting = Hosting(np.array([-1, 0, -1, 0]), np.zeros(0, dtype=np.int64))
    assert hosting.root().tolist() == [0, 0, 2, 0]
    # What rides with it is of its category when fragments are looked for.
    pieces = [Piece(0, 0, 2000, 2000, 1, ECO), Piece(2000, 0, 4, 600, 3, REST), Piece(2004, 0, 600, 600, 2, URBAN)]
    subject, face = subject_of(*pieces)
    assert face[0] == 0
    first = Hosting(np.where(np.arange(3) == face[1], 0, -1), np.zeros(0, dtype=np.int64))
    host, _, rounds = fragments(subject, first, max_area=1e6, belt_thinness=0.1)
    assert host[face].tolist() == [-1, 0, 0]
    assert rounds[face].tolist() == [0, 0, 1]


def test_chains_of_fragments_end_in_a_large_group():
    chain = [Piece(2000 + 300 * number, 0, 300, 300, 2, URBAN + number % 2) for number in range(6)]
    assert joined(eco(0, 0, 2000, 2000), *chain) == [None] + [0] * 6
    # And where there is none, in the largest of them.
    kinds = [Piece(300 * number, 0, 300, 300 + number, 2, REST + number) for number in range(6)]
    assert joined(*kinds) == [5] * 5 + [None]


def test_no_threshold_moves_nothing():
    subject, _ = subject_of(STRIP, Piece(0, 4, 1000, 500, 1, ECO))
    host, homeless, rounds = fragments(
        subject, slivers(subject, max_area=1e4, max_thinness=0.1), max_area=0, belt_thinness=0.1
    )
    assert sorted(host.tolist()) in ([-1, 0], [-1, 1])
    assert not homeless.any()
    assert not rounds.any()


def test_300_red_line_patches_stay_where_they_are():
    patches = [Row("red_line", box(100 + 400 * (n % 20), 100 + 400 * (n // 20), 100, 50)) for n in range(300)]
    slips = [Row("red_line", box(100 + 400 * (n % 20), 250 + 400 * (n // 20), 300, 2)) for n in range(300)]
    basis, labelling = labelled([county(0, 0, 8200, 6200), *patches, *slips], cleaning=Cleaning())
    protected = labelling.judgement.category == 1
    assert protected.sum() == 600
    assert (labelling.host < 0).all()
    assert basis.area[labelling.labels.category == 1].sum() == pytest.approx(300 * (5000 + 600))
    # Slivers that nobody may host are told of once.
    found = [finding for finding in labelling.findings if finding.id == "S11"]
    assert [(finding.facts["count"], finding.value) for finding in found] == [(300, pytest.approx(300 * 600))]
    (place,) = (finding.geometry for finding in found)
    assert place.is_valid
    assert place.area == pytest.approx(300 * 600)
    assert len(place.geoms) == len(slips)


def test_what_moves_stands_in_the_ledger():
    def cleaned(strip):
        """Ecological space, beside it a strip of farmland and a patch of town: neither touches the other's heir."""
        rows = [
            county(0, 0, 5000, 5000),
            Row("general_eco_space", box(0, 0, 2000, 5000)),
            Row("urban_boundary", box(2000 + strip, 0, 500, 999)),
        ]
        _, labelling = labelled(rows, cleaning=Cleaning())
        moved = {row.category: (row.from_m2, row.to_m2) for row in labelling.ledger.rows if row.stage == "cleaning"}
        return moved, [finding.value for finding in labelling.findings if finding.id == "S11"]

    # A town of less than 1 km² that touches ecological space rises to it.
    moved, left = cleaned(0)
    assert moved == {2: (pytest.approx(499_500), 0), 1: (pytest.approx(1e7), pytest.approx(10_499_500))}
    assert left == []
    # One that touches general land only stays, and is told of.
    moved, left = cleaned(1000)
    assert (moved, left) == ({}, [pytest.approx(499_500)])


@st.composite
def grids(draw) -> CleaningInput:
    """A grid of rectangles, many of them thin, with arbitrary labels."""
    size = st.sampled_from([1.0, 3.0, 60.0, 300.0, 900.0, 2500.0])
    widths = np.array(draw(st.lists(size, min_size=1, max_size=6)))
    heights = np.array(draw(st.lists(size, min_size=1, max_size=6)))
    columns, rows = len(widths), len(heights)
    number = np.arange(columns * rows).reshape(rows, columns)
    beside = (number[:, :-1].ravel(), number[:, 1:].ravel(), np.repeat(heights, columns - 1))
    above = (number[:-1].ravel(), number[1:].ravel(), np.tile(widths, rows - 1))
    left, right, length = (np.concatenate(pair) for pair in zip(beside, above, strict=True))

    def some(values: st.SearchStrategy, kind: type) -> np.ndarray:
        return np.array(draw(st.lists(values, min_size=number.size, max_size=number.size)), dtype=kind)

    kind = some(st.sampled_from([RED, ECO, PARK, WATER, URBAN, REST]), np.int64)
    category = np.array([1, 1, 2, 2, 2, 3])[kind]
    area = np.outer(heights, widths).ravel()
    perimeter = 2 * np.add.outer(heights, widths).ravel()
    # Some red line lies hidden under another priority kind.
    hidden = some(st.integers(0, 9), np.int64) == 0
    return CleaningInput(
        area=area,
        perimeter=perimeter,
        borders=Borders(left, right, length),
        category=category,
        kind=kind,
        district=some(st.sampled_from([0, 0, 0, 1]), np.int64),
        protected=(kind == RED) | (hidden & (category == 1)),
        pinned=kind == PARK,
        belt=kind == WATER,
    )


@settings(max_examples=300)
@given(grids(), st.sampled_from([0.0, 1e4, 1e6]), st.sampled_from([0.0, 1e5, 1e6, 1e8]), st.booleans())
def test_hosting_holds_what_it_promises(subject, sliver_area, fragment_area, may_lower):
    first = slivers(subject, max_area=sliver_area, max_thinness=0.1)
    host, homeless, _ = fragments(subject, first, max_area=fragment_area, belt_thinness=0.1, may_lower=may_lower)
    for hosting in (first.host, host):
        rider = np.flatnonzero(hosting >= 0)
        root = np.where(hosting >= 0, hosting, np.arange(len(hosting)))
        # Hosts are never hosted, nothing crosses a district, parks never ride.
        assert (hosting[hosting[rider]] < 0).all()
        assert (subject.district[rider] == subject.district[hosting[rider]]).all()
        assert not subject.pinned[rider].any()
        # What is protected is never under a lower category.
        assert (subject.category[root][subject.protected] == 1).all()
        # Faces with one host hang together.
        assert len(np.unique(groups(subject.borders, root))) == len(np.unique(root))
        # Area by category is conserved: what one lost another has, and the ledger knows.
        ledger = Ledger()
        ledger.categories("cleaning", subject.area, subject.category, subject.category[root], "ride")
        assert ledger.imbalance <= 1e-9
        change = sum(row.to_m2 - row.from_m2 for row in ledger.rows)
        assert change == pytest.approx(0, abs=1e-6 * subject.area.sum())
        for row in ledger.rows:
            assert row.from_m2 == pytest.approx(subject.area[subject.category == row.category].sum())
            assert row.to_m2 == pytest.approx(subject.area[subject.category[root] == row.category].sum())
    # What stayed stayed with its own: no face of it took the labels of another group in the last round.
    assert not (homeless & (subject.protected | subject.pinned)).any()
    assert (first.host[first.homeless] < 0).all()
    if not may_lower:
        moved = np.flatnonzero((host >= 0) & (host != first.host) & (first.host < 0))
        assert (subject.category[host[moved]] <= subject.category[moved]).all()
    # Red line and parks take in no fragment.
    late = np.flatnonzero((host >= 0) & (first.host != host))
    assert not (subject.protected | subject.pinned)[host[late]].any()


@settings(max_examples=100)
@given(grids(), st.sampled_from([1e4, 1e6]))
def test_a_sliver_is_host_only_to_slivers_that_touch_nothing_else(subject, sliver_area):
    hosting = slivers(subject, max_area=sliver_area, max_thinness=0.1)
    small = (subject.area < sliver_area) & (thinness(subject.area, subject.perimeter) < 0.1) & ~subject.pinned
    b = subject.borders
    for rider in np.flatnonzero(hosting.host >= 0):
        if not small[hosting.host[rider]]:
            continue
        beside = np.concatenate([b.right[b.left == rider], b.left[b.right == rider]])
        beside = beside[subject.district[beside] == subject.district[rider]]
        free = beside[~small[beside]]
        assert (subject.category[free] > 1).all()
        assert subject.protected[rider] or not len(free)
