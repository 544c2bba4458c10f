"""Water on a grid: held against a plain flood with a queue, walks cell by cell, and valleys whose divides are known."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from control_units.delineation.core.errors import Cancelled
from control_units.delineation.sources.made.catchments import downstream, neighbourly
from control_units.delineation.sources.made.flow import NEIGHBOURS, OUT, accumulate, directions, fill, links


def around(height, row, column):
    """Neighbours of a cell that are on the grid and have a height, and whether there are any others."""
    inside, off = [], False
    for down, right in NEIGHBOURS:
        x, y = row + down, column + right
        if 0 <= x < height.shape[0] and 0 <= y < height.shape[1] and not np.isnan(height[x, y]):
            inside.append((x, y))
        else:
            off = True
    return inside, off


def flooded(height):
    """Barnes and others' algorithm 1, with a queue: the oracle."""
    level, queue = height.copy(), []
    closed = np.isnan(height)
    for row, column in zip(*np.nonzero(~closed), strict=True):
        if around(height, row, column)[1]:
            heapq.heappush(queue, (height[row, column], row, column))
            closed[row, column] = True
    while queue:
        z, row, column = heapq.heappop(queue)
        for x, y in around(height, row, column)[0]:
            if not closed[x, y]:
                closed[x, y] = True
                level[x, y] = max(height[x, y], z)
                heapq.heappush(queue, (level[x, y], x, y))
    return level


def grounds(count=120):
    """Rough ground, with and without flats and holes, of all sorts of shapes; single rows and columns among them."""
    rng = np.random.default_rng(7)
    for number in range(count):
        shape = (1, 9) if number % 20 == 0 else (9, 1) if number % 20 == 1 else tuple(rng.integers(2, 16, 2))
        height = rng.random(shape) * rng.choice([3, 12, 1e6])
        height = np.round(height) if number % 3 else height
        height[rng.random(shape) < rng.choice([0.0, 0.1, 0.3])] = np.nan
        yield height


def walk(receiver, cell):
    way = [cell]
    while receiver[way[-1]] >= 0:
        way.append(int(receiver[way[-1]]))
        assert len(way) <= len(receiver), "water runs in a circle"
    return way


def test_depressions_are_filled_to_where_they_run_over():
    for height in grounds():
        assert np.array_equal(fill(height), flooded(height), equal_nan=True)


def test_every_cell_drains_downhill_to_an_outlet():
    for height in grounds():
        filled = fill(height)
        receiver = directions(filled)
        flat = filled.ravel()
        for cell in range(filled.size):
            if np.isnan(flat[cell]):
                assert receiver[cell] == OUT
                continue
            way = walk(receiver, cell)
            assert (np.diff(flat[way]) <= 0).all()
            steps = np.array(np.unravel_index(way, filled.shape))
            assert abs(np.diff(steps)).max(initial=0) <= 1
            # It leaves by the edge of the grid, or beside what has no value, never from the middle.
            assert around(height, *(int(one) for one in steps[:, -1]))[1]


def test_water_takes_the_steepest_way_with_cells_as_wide_as_they_are():
    height = np.array([[9.0, 9, 9, 9], [9, 8, 7, 9], [9, 7, 6, 9], [9, 9, 0, 9]])
    # Straight down (6) from the cell with 6, diagonally 2 over 1.41 against 1 from the one with 8.
    receiver = directions(fill(height)).reshape(4, 4)
    assert receiver[1, 1] == 10
    assert receiver[2, 2] == 14
    # Cells four times as wide as long: the way down is straight.
    assert directions(fill(height), width=4.0).reshape(4, 4)[1, 1] == 9


def test_contributing_areas_are_what_walks_add_up():
    rng = np.random.default_rng(3)
    for height in grounds(60):
        receiver = directions(fill(height))
        weight = np.where(np.isnan(height), 0.0, rng.integers(1, 9, height.shape)).ravel()
        plain = np.zeros(height.size)
        for cell in range(height.size):
            plain[walk(receiver, cell)] += weight[cell]
        assert np.array_equal(accumulate(receiver, weight), plain)


def test_links_are_what_walks_come_to_first():
    for height in grounds(60):
        receiver = directions(fill(height))
        inside = ~np.isnan(height).ravel()
        contributing = accumulate(receiver, inside.astype(float))
        found = links(receiver, contributing, 4.0)
        stream = contributing >= 4
        into = [sum(stream[from_] for from_ in np.flatnonzero(receiver == cell)) for cell in range(height.size)]
        heads = [cell for cell in range(height.size) if stream[cell] and into[cell] != 1]
        assert len(found.next) == len(heads)
        for cell in np.flatnonzero(inside):
            way = [one for one in walk(receiver, cell) if stream[one]]
            if not way:
                assert found.label[cell] == -1
                continue
            # Up the stream from where the water meets it, to the head of that link.
            at = way[0]
            while at not in heads:
                (at,) = [one for one in np.flatnonzero(receiver == at) if stream[one]]
            assert found.label[cell] == heads.index(at)
        turn = np.argsort(found.order)
        assert all(below < 0 or turn[below] > turn[link] for link, below in enumerate(found.next))


def test_a_valley_with_two_arms_has_the_catchments_that_it_was_given():
    """A Y: two arms meet and run out in the south; ridges run along the middle, and the rims are ridges."""
    rows, columns = 30, 21
    x, y = np.arange(columns)[None, :], np.arange(rows)[:, None]
    # Above row 15 two valleys at columns 5 and 15, with the divide at column 10; below it one at column 10.
    upper = np.minimum(abs(x - 5), abs(x - 15)) * 10.0
    lower = abs(x - 10) * 10.0
    height = np.where(y < 15, upper + 500, lower) + (rows - y) * 0.5
    # From each arm a channel leads to the middle of row 15.
    height[14, 5:16] = 400 - 10 + abs(np.arange(5, 16) - 10) * 2.0
    receiver = directions(fill(height))
    contributing = accumulate(receiver, np.ones(height.size))
    found = links(receiver, contributing, 60.0)
    label = found.label.reshape(height.shape)
    assert len(found.next) == 3
    west, east, stem = label[0, 4], label[0, 16], label[25, 10]
    assert len({west, east, stem, -1}) == 4
    assert (label[:13, 1:10] == west).all()
    assert (label[:13, 11:20] == east).all()
    assert (label[16:28, 2:19] == stem).all()
    assert found.next[west] == found.next[east] == stem
    assert found.next[stem] == -1
    assert found.order[-1] == stem


def test_water_gathers_in_the_middle_of_a_flat():
    """Not in parallel threads: the middle of a lake's axis has all that comes from its shores."""
    height = np.zeros((21, 60))
    height[[0, -1], :] = height[:, 0] = 5.0
    receiver = directions(fill(height))
    contributing = accumulate(receiver, np.ones(height.size)).reshape(height.shape)
    # One thread, or the two nearest, carries nearly all of it over the rim's only gap, the whole east side.
    column = np.sort(contributing[:, 50])[::-1]
    assert column[:2].sum() > 0.8 * column.sum()


def test_a_hole_without_values_takes_water_in():
    height = np.add.outer(abs(np.arange(9) - 4), abs(np.arange(9) - 4)).astype(float)
    assert fill(height)[4, 4] == 4.0  # a bowl whose rim is lowest in the middle of its sides
    height[4, 4] = np.nan
    assert np.array_equal(fill(height), height, equal_nan=True)
    assert set(walk(directions(height), 0)[-1:]) <= {30, 31, 32, 39, 41, 48, 49, 50}


def test_nothing_but_nodata_and_single_cells():
    nothing = np.full((3, 4), np.nan)
    assert np.isnan(fill(nothing)).all()
    assert (directions(nothing) == OUT).all()
    one = np.full((3, 4), np.nan)
    one[1, 2] = 7.0
    assert fill(one)[1, 2] == 7.0
    assert (directions(fill(one)) == OUT).all()
    assert accumulate(directions(one), np.ones(12)).tolist() == [1.0] * 12


def test_a_progress_that_raises_stops_it():
    def stop(*_):
        raise Cancelled

    lake = np.pad(np.zeros((400, 400)), 1, constant_values=1.0)
    with pytest.raises(Cancelled):
        directions(fill(lake), progress=stop)
    slope = np.arange(400.0)[None, ::-1].repeat(3, axis=0)
    with pytest.raises(Cancelled):
        accumulate(directions(slope), np.ones(1200), progress=stop)


# --- too small --------------------------------------------------------------------------------------------------------


def test_small_catchments_go_downstream_where_they_touch():
    label = np.array([[0, 0, 0, 1, 2, 2], [3, 3, 3, 3, 2, 2]])
    weight = np.ones((2, 1))
    # 1 runs into 3, which it touches; 0 is large enough.
    merged = downstream(label, np.array([1, 3, 3, -1]), np.array([0, 2, 1, 3]), weight, 2.0)
    assert merged.tolist() == [[0, 0, 0, 3, 2, 2], [3, 3, 3, 3, 2, 2]]
    # A chain: 0 with 1, and both on to 3.
    merged = downstream(label, np.array([1, 3, 3, -1]), np.array([0, 2, 1, 3]), weight, 4.5)
    assert merged.tolist() == [[3, 3, 3, 3, 3, 3], [3, 3, 3, 3, 3, 3]]
    # Where it runs to lies elsewhere.
    far = np.array([[0, -1, 1, 1]])
    assert downstream(far, np.array([1, -1]), np.array([0, 1]), np.ones((1, 1)), 2.0).tolist() == far.tolist()


def test_small_pieces_go_to_the_longest_border_and_islands_stay():
    label = np.array([[0, 0, 0, 2, 2], [0, 1, 1, 2, 2], [3, 3, 3, 2, 2], [-1, -1, -1, -1, 4]])
    merged = neighbourly(label, np.ones((4, 1)), 3.0)
    # 1 has two borders with 0, two with 3 and one with 2; 4 is beside 2, whose it becomes.
    assert merged.tolist() == [[0, 0, 0, 2, 2], [0, 0, 0, 2, 2], [3, 3, 3, 2, 2], [-1, -1, -1, -1, 2]]
    alone = np.array([[0, -1, 1, 1, 1]])
    assert neighbourly(alone, np.ones((1, 1)), 2.0).tolist() == alone.tolist()
    weighted = neighbourly(np.array([[0, 0], [1, 1]]), np.array([[1.0], [9.0]]), 4.0)
    assert weighted.tolist() == [[1, 1], [1, 1]]
