"""Local moves: a border node goes over to a region next to it, and the division stays one that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import number_of
from ..core.sums import sum_by
from ..regions.objective import cost, total_ss
from .region_contacts import Touches

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..core.arrays import Bools, Floats, Ints
    from ..regions.problem import Problem

_TINY = np.finfo(np.float64).tiny
_SLACK = 1e-12  # relative: what a sum of floats may miss a bound by, as in `feasibility.check_bounds`


class MovableDivision:
    """A division into contiguous regions that local search changes move by move; k never changes.

    A *move* is a pair (node, target): the node has a neighbour in region ``target``, which is not its own. All of them
    are kept as rows of a table, each pair once, so that a search reads arrays instead of walking the graph::

        division = MovableDivision(problem, labels)
        change = division.changes()                     # one number a row; inf where not admissible
        row = int(change.argmin())
        node, target = int(division.node[row]), int(division.target[row])
        if change[row] < -division.grain and division.keeps(node):
            division.apply(node, target)                # the table and all sums follow

    ``changes`` and ``change`` know everything but contiguity: a region is never emptied, holds at most one core and
    keeps its bounds. Contiguity is asked of ``keeps``, for the one node that is about to move, as asking all of them
    costs more; what it refuses is inadmissible (inf) in ``changes`` from then on, until that changes. `search` has the
    loops over this class (descent, annealing, tabu).

    Moving node v (mass m) from region A to B, with W, μ the masses and means before the move, changes the cost by
    ``m·W_B/(W_B + m)·|x − μ_B|² − m·W_A/(W_A − m)·|x − μ_A|²`` plus the prices of its edges to A, less those to B.

    Costs: making one O(n + e); ``changes`` one whole-array pass over the rows asked for; ``apply`` O(degree);
    ``keeps`` O(smaller of the pieces the region would fall into), next to nothing where the neighbours hang together
    nearby.

    Parameters
    ----------
    problem : Problem
    labels : (n,) int64
        Contiguous regions 0 … k − 1, none empty; not altered. Cores and bounds kept, unless ``penalty`` is finite.
    penalty : float
        Infinite: a move that takes a region (further) out of its bounds is not admissible. Finite: it is, and costs
        that much for each unit of ``excess`` it adds (and gains what it takes away), which is how a division that
        breaks bounds is mended.

    Attributes
    ----------
    labels : (n,) int64
        Region of each node now; read only.
    k : int
    cost : float
        `objective.cost` of ``labels`` (with a finite penalty, that times ``broken`` more), kept up by addition.
    grain : float
        Least change of cost that is more than rounding.
    best : float
        ``cost`` at the last ``mark``.
    size : (k,) int64
        Nodes of each region.
    weight, mean : (k,), (k, p) float64
        Mass and mean of each region (values less the mean of all nodes).
    sums : (b, k) float64
        Sum of each bound in each region.
    """

    def __init__(self, problem: Problem, labels: Ints, *, penalty: float = np.inf) -> None:
        self.problem, self.penalty = problem, penalty
        self.labels = np.array(labels, dtype=np.int64)
        self.k = number_of(self.labels)
        self.mass, self.core = problem.mass, problem.core >= 0
        # Centred, so that little cancels where values are far from zero.
        self.values = problem.values - (problem.mass[:, None] * problem.values).sum(axis=0) / problem.mass.sum()
        self.grain = _SLACK * (total_ss(problem.values, problem.mass) + float(np.abs(problem.price).sum()))
        self._priced, self._cores = bool(problem.price.any()), bool(self.core.any())
        self._touches, self._joints = Touches(problem, self.labels, self.k), Joints(len(problem))
        self._set(self.labels)

    def _set(self, labels: Ints) -> None:
        """Take up a division of as many regions: sums and table anew."""
        problem, k = self.problem, self.k
        self.labels = np.array(labels, dtype=np.int64)
        self.size = np.bincount(self.labels, minlength=k)
        self.weight = sum_by(self.labels, self.mass, k)
        self._total = (
            np.array([sum_by(self.labels, self.mass * one, k) for one in self.values.T]).reshape(-1, k).T.copy()
        )
        self.mean = self._total / self.weight[:, None]
        self.sums = np.array([sum_by(self.labels, one.value, k) for one in problem.bounds]).reshape(-1, k)
        self._unit = [max(float(one.value.sum()) / k, float(_TINY)) for one in problem.bounds]
        self._cored = np.bincount(self.labels[self.core], minlength=k)
        self.cost = cost(problem, self.labels) + (0.0 if np.isinf(self.penalty) else self.penalty * self.broken())
        self._joints.clear()
        # Joints that are not remembered there, and the state of their region then: no state comes twice.
        self._refused = np.full(len(problem), -1, dtype=np.int64)
        # When each region changed last, in moves; `Touches.when_of` is in the same.
        self._state = np.zeros(k, dtype=np.int64)
        self._clock = 0
        self._since: dict[int, int] = {}
        self.best = self.cost

    @property
    def node(self) -> Ints:
        """Node of each move, (count,); a view that the next ``apply`` alters."""
        return self._touches.node_of[: self._touches.count]

    @property
    def target(self) -> Ints:
        """Region each move leads to, (count,); a view that the next ``apply`` alters."""
        return self._touches.region_of[: self._touches.count]

    @property
    def count(self) -> int:
        """Number of moves."""
        return self._touches.count

    def has(self, node: int, target: int) -> bool:
        """Whether the node still touches that region and is not of it."""
        return node * self.k + target in self._touches.row

    def key(self, node: int, target: int) -> int:
        """Name a move by a number that stays the same, as its row does not."""
        return node * self.k + target

    def rows(self, keys: Iterable[int]) -> Ints:
        """Rows of those of some moves, by their keys, that there are now."""
        row = self._touches.row
        return np.array([row[key] for key in keys if key in row], dtype=np.int64)

    def changes(self, rows: Ints | None = None) -> Floats:
        """Change of cost of each move, or of the given rows; inf where it is known not to be admissible.

        For all of them, only what the moves since the last call have altered is worked out anew.
        """
        touches = self._touches
        if rows is not None:
            return np.where(self._barred(touches.node_of[rows]), np.inf, self._worked_out(rows))
        state = np.maximum(self._state[self.labels[self.node]], self._state[self.target])
        stale = np.flatnonzero(touches.when_of[: self.count] < state)
        touches.change_of[stale] = self._worked_out(stale)
        touches.when_of[stale] = self._clock
        return np.where(self._barred(self.node), np.inf, touches.change_of[: self.count])

    def _barred(self, node: Ints) -> Bools:
        """Whether nodes are known to be joints of their regions."""
        held, region = self._joints.held[node], self.labels[node]
        joint = (held > 0) & (held < self.size[region] - 1)
        return np.asarray(joint | (self._refused[node] == self._state[region]), dtype=np.bool_)

    def _worked_out(self, rows: Ints) -> Floats:
        touches = self._touches
        node, target = touches.node_of[rows], touches.region_of[rows]
        source, mass, value = self.labels[node], self.mass[node], self.values[node]
        here, there = self.weight[source], self.weight[target]
        away, home = value - self.mean[target], value - self.mean[source]
        out: Floats = mass * there / (there + mass) * np.einsum("ij,ij->i", away, away)
        alone = self.size[source] == 1
        # What has no mass left beside the node (a region of one, or masses lost in rounding) has nothing to gain.
        rest = here - mass
        gone = rest <= _SLACK * here
        out -= np.where(gone, 0.0, mass * here / np.where(gone, 1.0, rest) * np.einsum("ij,ij->i", home, home))
        if self._priced:
            out += touches.stay_of[node] - touches.gain_of[rows]
        if len(self.sums):
            excess = self.excess(node, target)
            out += np.where(excess > _SLACK, np.inf, 0.0) if np.isinf(self.penalty) else self.penalty * excess
        out[alone] = np.inf
        if self._cores:
            out[self.core[node] & (self._cored[target] > 0)] = np.inf
        return out

    def change(self, node: int, target: int) -> float:
        """Change of cost of one move, as ``changes`` gives it."""
        touches = self._touches
        source = touches.of[node]
        if self.size[source] == 1 or (self.core[node] and self._cored[target]):
            return np.inf
        mass, value = self.mass[node], self.values[node]
        here, there = self.weight[source], self.weight[target]
        away, home = value - self.mean[target], value - self.mean[source]
        out, rest = float(mass * there / (there + mass) * away.dot(away)), here - mass
        if rest > _SLACK * here:
            out -= float(mass * here / rest * home.dot(home))
        if self._priced:
            out += float(touches.stay_of[node] - touches.gain_of[touches.row[node * self.k + target]])
        if len(self.sums):
            excess = self._excess_of_one(node, source, target)
            out += (np.inf if excess > _SLACK else 0.0) if np.isinf(self.penalty) else self.penalty * excess
        return out

    def excess(self, node: Ints, target: Ints) -> Floats:
        """How much further out of their bounds moves take regions; below 0 where they mend."""
        out = np.zeros(len(node))
        source = self.labels[node]
        for row, bound in enumerate(self.problem.bounds):
            sums, moved = self.sums[row], bound.value[node]
            for sign, region in ((-1.0, source), (1.0, target)):
                before = sums[region]
                out += self._beyond(row, before + sign * moved) - self._beyond(row, before)
        return out

    def broken(self) -> float:
        """How far regions are out of their bounds: Σ of what is missing or too much, each ÷ the mean of regions."""
        return float(sum(self._beyond(row, sums).sum() for row, sums in enumerate(self.sums)))

    def _beyond(self, row: int, sums: Floats) -> Floats:
        bound = self.problem.bounds[row]
        short = np.maximum(bound.least * (1 - _SLACK) - sums, 0.0)
        over = np.maximum(sums - bound.most * (1 + _SLACK), 0.0)
        return np.asarray((short + over) / self._unit[row], dtype=np.float64)

    def _excess_of_one(self, node: int, source: int, target: int) -> float:
        """Work out ``excess`` for one move: arrays of one cost ten times as much."""
        out = 0.0
        for row, bound in enumerate(self.problem.bounds):
            least, most, moved = bound.least * (1 - _SLACK), bound.most * (1 + _SLACK), float(bound.value[node])
            here, there = float(self.sums[row, source]), float(self.sums[row, target])
            for sums, sign in ((here - moved, 1), (here, -1), (there + moved, 1), (there, -1)):
                out += sign * (max(least - sums, 0.0) + max(sums - most, 0.0)) / self._unit[row]
        return out

    def keeps(self, node: int) -> bool:
        """Whether the node's region stays in one piece without it: exact; a region of one node does not."""
        region = self.labels[node]
        if 0 < self._joints.held[node] < self.size[region] - 1 or self._refused[node] == self._state[region]:
            return False
        piece = self._touches.piece_without(node)
        if piece is None:
            return True
        if not self._joints.add(node, piece):
            self._refused[node] = self._state[region]
        return False

    def apply(self, node: int, target: int, change: float | None = None) -> None:
        """Make a move; whether it is admissible is the caller's to know. ``change`` spares working it out again."""
        self.cost += self.change(node, target) if change is None else change
        touches = self._touches
        source = touches.of[node]
        touches.move(node, target)
        self._joints.left(node)
        self._joints.joined(node, [other for other in touches.near[node] if touches.of[other] == target])
        self._since.setdefault(node, source)
        self.labels[node] = target
        mass = self.mass[node]
        moved = mass * self.values[node]
        self.size[source] -= 1
        self.size[target] += 1
        self.weight[source] -= mass
        self.weight[target] += mass
        self._total[source] -= moved
        self._total[target] += moved
        self.mean[source] = self._total[source] / self.weight[source]
        self.mean[target] = self._total[target] / self.weight[target]
        for row, bound in enumerate(self.problem.bounds):
            self.sums[row, source] -= bound.value[node]
            self.sums[row, target] += bound.value[node]
        if self.core[node]:
            self._cored[source] -= 1
            self._cored[target] += 1
        self._clock += 1
        self._state[source] = self._state[target] = self._clock

    def mark(self) -> None:
        """Remember this division as the best so far; so are, at first, the labels given."""
        self._since.clear()
        self.best = self.cost

    def marked(self) -> Ints:
        """Labels as they were at the last ``mark``, with the regions' numbers of this division."""
        out = self.labels.copy()
        out[list(self._since)] = list(self._since.values())
        return out

    def rewind(self) -> None:
        """Go back to the division of the last ``mark``."""
        if self._since:
            labels = self.marked()
            self._touches.reset(labels)
            self._set(labels)


# ── Joints: nodes without which their region would fall apart; each with the piece that it holds, kept up by moves ──

_LARGEST = 500  # nodes of a piece


class Joints:
    """Nodes that are known to be joints, so that nobody has to walk through their region again.

    A joint v of region A holds a *piece*: nodes of A, not all the others, that no edge leads out of but to v and to
    other regions. It stays a joint until the piece has become empty, a node has joined A that touches the piece and
    something else of A, or the piece is all of the rest. All other moves leave it one, however much they alter A.

    Parameters
    ----------
    count : int
        Number of nodes.

    Attributes
    ----------
    held : (n,) int64
        Size of the piece of each joint, 0 for all other nodes. v is a joint of its region as long as it is above 0 and
        below the region's size less one.
    """

    def __init__(self, count: int) -> None:
        self.held: Ints = np.zeros(count, dtype=np.int64)
        self._piece: dict[int, set[int]] = {}
        self._joints: dict[int, set[int]] = {}  # of each node of a piece: what holds it

    def clear(self) -> None:
        """Forget all."""
        self.held[:] = 0
        self._piece.clear()
        self._joints.clear()

    def add(self, joint: int, piece: set[int]) -> bool:
        """Remember a joint and its piece; False if that is too large to be looked after."""
        if joint in self._piece:
            self._drop(joint)
        if len(piece) > _LARGEST:
            return False
        self._piece[joint] = piece
        self.held[joint] = len(piece)
        joints = self._joints
        for node in piece:
            joints.setdefault(node, set()).add(joint)
        return True

    def left(self, node: int) -> None:
        """Take in that a node has left its region."""
        if node in self._piece:
            self._drop(node)
        for joint in self._joints.pop(node, ()):
            piece = self._piece[joint]
            piece.discard(node)
            self.held[joint] = len(piece)
            if not piece:
                del self._piece[joint]

    def joined(self, node: int, beside: Iterable[int]) -> None:
        """Take in that a node has joined a region in which it touches the nodes ``beside``."""
        beside = list(beside)
        joints = self._joints
        touched = {joint for other in beside for joint in joints.get(other, ())}
        for joint in touched:
            piece = self._piece[joint]
            if all(other == joint or other in piece for other in beside):
                piece.add(node)
                self.held[joint] = len(piece)
                joints.setdefault(node, set()).add(joint)
            else:
                self._drop(joint)

    def _drop(self, joint: int) -> None:
        self.held[joint] = 0
        for node in self._piece.pop(joint):
            holding = self._joints[node]
            holding.discard(joint)
            if not holding:
                del self._joints[node]
