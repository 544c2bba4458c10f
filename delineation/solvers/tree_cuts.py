"""Spanning trees that are cut into regions, where the cost falls most, as long as bounds and cores allow it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.findings import Facts, Finding
from ..core.messages import Message
from ..regions.objective import total_ss
from ..regions.problem import Graph, Regions, numbered
from .agglomeration import SLACK
from .common_ancestors import shared_ancestors
from .cut_gains import GAINS, hanging
from .spanning_trees import Tree, grow, parent_of, rooted, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.arrays import Bools, Floats, Ints
    from ..core.progress import Progress
    from ..regions.problem import Problem


_TRIES = 100  # spanning trees drawn for a region whose own has no cut within the bounds, at most
_DRAWN = 500_000  # nodes of all of them together, if that is fewer, though never less than _FEW trees
_FEW = 3
_WHOLE = 1e-9  # relative: what a sum may miss a multiple of an upper bound by, as in `feasible`


class Stuck(Exception):  # noqa: N818  (a state, caught where another way goes on)
    """A region has to be cut, for cores or upper bounds, and no tree of it that was tried has such a cut."""


@dataclass(frozen=True)
class _Part:
    """A region: its tree, the edges of the graph inside it (looked at where they have prices), its least number."""

    tree: Tree
    inside: Ints
    needs: int
    even: tuple[float, int]
    more: tuple[float, int]


_NONE = (-np.inf, 0)


class Cutting:
    """Regions so far, each with its best cuts: one that adds nothing to what is needed, and one that adds 1."""

    def __init__(
        self, problem: Problem, edges: Ints, seed: int, method: str, distance: str, progress: Progress
    ) -> None:
        self.problem, self.method, self.progress, self.goal = problem, method, progress, len(problem)
        self.values = np.ascontiguousarray((problem.values - problem.values.mean(axis=0)).T)
        self.gains = GAINS[distance]
        self.sums = np.array([one.value for one in problem.bounds]).reshape(-1, len(problem))
        self.least = np.array([one.least for one in problem.bounds])[:, None]
        self.most = np.array([one.most for one in problem.bounds])[:, None]
        self.cored = problem.core >= 0
        # No two cores, and no two nodes that each have more than half of what a region may have, are of one region.
        self.apart = np.vstack([self.cored, self.sums > self.most / 2 * (1 + SLACK)]).astype(np.int64)
        self.plain = not self.cored.any() and not len(self.sums)
        self.priced = bool(problem.price.any())
        self.grain = SLACK * (total_ss(problem.values, problem.mass) + float(np.abs(problem.price).sum()))
        self.place = np.empty(len(problem), dtype=np.int64)
        self.random = np.random.default_rng(seed)
        self.parts: dict[int, _Part] = {}
        self.word()
        graph, trees = problem.graph, rooted(problem.graph, edges)
        self.word()
        self.ancestor = graph.left.copy()
        if self.priced:
            self.ancestor = shared_ancestors(trees, graph.left, graph.right)
        # A number a region that ever was, in the order they came about; −inf where there is no such cut, or no region.
        self.even: list[float] = []
        self.more: list[float] = []
        self.needed = 0
        for tree in trees:
            self.add(tree, self.edges_within(tree) if self.priced else graph.left[:0])

    def word(self) -> None:
        """Say how far it is."""
        self.progress(len(self.parts) / self.goal, Message("cutting the spanning tree"))

    def run(self, ks: Sequence[int]) -> list[Regions]:
        """Cut on until there are as many regions as each of ``ks`` says.

        Raises
        ------
        Stuck
            Cores or upper bounds cannot be kept.
        """
        out, self.goal = [], ks[-1]
        for k in ks:
            while len(self.parts) < k:
                self.word()
                chosen = self.choose(k)
                if chosen is None and not self.replant(k):
                    break
                if chosen is not None:
                    self.cut(*chosen)
            out.append(self.regions(k))
        return out

    def regions(self, k: int) -> Regions:
        """Give the regions there are."""
        label = np.empty(len(self.problem), dtype=np.int64)
        for number, part in self.parts.items():
            label[part.tree.node] = number
        got = len(self.parts)
        if got >= k:
            return Regions(numbered(label))
        names = tuple(one.name for one in self.problem.bounds if one.least > 0)
        facts: Facts = {"method": self.method, "k": k, "got": got, "bound": names}
        return Regions(numbered(label), (Finding("S71", facts, value=float(got)),))

    def choose(self, k: int) -> tuple[int, int] | None:
        """Region to cut next and place of the cut in its tree; None where no region has one."""
        even, more = np.array(self.even), np.array(self.more)
        spare = k - self.needed
        stuck = [number for number, part in self.parts.items() if part.needs > 1 and part.even is _NONE]
        if spare <= len(stuck):
            # What is to spare is kept for regions that cannot do without.
            kept = np.full(len(more), -np.inf)
            kept[stuck] = more[stuck] if spare else -np.inf
            more = kept
        gain = np.maximum(even, more)
        top = float(gain.max())
        if top == -np.inf:
            return None
        number = int(np.flatnonzero(gain >= top - self.grain)[0])
        part = self.parts[number]
        return number, (part.even if even[number] >= more[number] else part.more)[1]

    def cut(self, number: int, at: int) -> None:
        """Make two regions of one; that with the lower end of the cut edge counts as the first."""
        part = self.parts[number]
        ends = int(part.tree.node[at]), parent_of(part.tree, at)
        below, rest = split(part.tree, at)
        self.remove(number)
        sides = [below, rest] if ends[0] < ends[1] else [rest, below]
        for tree in sides:
            self.add(tree, self.edges_within(tree, part.inside) if self.priced else part.inside)

    def remove(self, number: int) -> None:
        """Forget a region."""
        self.needed -= self.parts.pop(number).needs
        self.even[number] = self.more[number] = -np.inf

    def add(self, tree: Tree, inside: Ints) -> None:
        """Take a region, and look for its best cuts."""
        part = self.look(tree, inside)
        self.parts[len(self.even)] = part
        self.needed += part.needs
        self.even.append(part.even[0])
        self.more.append(part.more[0])

    def look(self, tree: Tree, inside: Ints) -> _Part:
        """Weigh all cuts of a tree in one pass."""
        whole = (array[:, tree.node].sum(axis=1, keepdims=True) for array in (self.apart, self.sums))
        needs = int(self.needs(*whole)[0])
        if len(tree.node) == 1:
            return _Part(tree, inside, needs, _NONE, _NONE)
        gain = self.gains(tree, self.values[:, tree.node], self.problem.mass[tree.node], self.word)
        if self.priced:
            gain -= self.crossing(tree, inside)
        if self.plain:
            return _Part(tree, inside, needs, _NONE, self.pick(tree, gain, np.ones(len(gain), dtype=bool)))
        extra, allowed = self.sides(tree)
        extra -= needs
        even, more = (self.pick(tree, gain, allowed & (extra == step)) for step in (0, 1))
        return _Part(tree, inside, needs, even, more)

    def pick(self, tree: Tree, gain: Floats, allowed: Bools) -> tuple[float, int]:
        """Best gain of the cuts allowed, and its place; of equal gains the edge that joined first."""
        if not allowed.any():
            return _NONE
        top = float(gain[allowed].max())
        equal = np.flatnonzero(allowed & (gain >= top - self.grain)) + 1
        return top, int(equal[tree.rank[equal].argmin()])

    def sides(self, tree: Tree) -> tuple[Ints, Bools]:
        """How many regions both sides of each cut need together, and whether they have enough for them."""
        apart, sums = self.apart[:, tree.node], self.sums[:, tree.node]
        below = hanging(tree, apart), hanging(tree, sums)
        rest = apart.sum(axis=1, keepdims=True) - below[0], sums.sum(axis=1, keepdims=True) - below[1]
        total, allowed = np.zeros(len(tree.node) - 1, dtype=np.int64), np.ones(len(tree.node) - 1, dtype=bool)
        for apart_of, sums_of in (below, rest):
            needs = self.needs(apart_of, sums_of)
            allowed &= (sums_of >= self.least * (1 - SLACK) * needs).all(axis=0)
            total += needs
        return total, allowed

    def needs(self, apart: Ints, sums: Floats) -> Ints:
        """How many regions cores and upper bounds ask for at least, as `feasibility.fewest` says of components."""
        out: Ints = np.maximum(apart.max(axis=0), 1)
        if len(sums):
            most = np.where(self.most > 0, self.most, 1.0)
            out = np.maximum(out, np.ceil(sums / most * (1 - _WHOLE)).max(axis=0).astype(np.int64))
        return out

    def crossing(self, tree: Tree, inside: Ints) -> Floats:
        """Price of the edges that each cut lays bare: those at its nodes, less those that join two of its nodes."""
        graph, count = self.problem.graph, len(tree.node)
        self.place[tree.node] = np.arange(count)
        price = self.problem.price[inside]
        at = [self.place[ends[inside]] for ends in (graph.left, graph.right, self.ancestor)]
        one, other, both = (np.bincount(place, price, count) for place in at)
        return hanging(tree, one + other - 2 * both)

    def edges_within(self, tree: Tree, among: Ints | None = None) -> Ints:
        """Edges of the graph that join two nodes of a tree."""
        graph = self.problem.graph
        here = np.zeros(len(self.problem), dtype=bool)
        here[tree.node] = True
        rows = np.arange(len(graph.left)) if among is None else among
        out: Ints = rows[here[graph.left[rows]] & here[graph.right[rows]]]
        return out

    def replant(self, k: int) -> bool:
        """Give a region that has to be cut and has no cut a tree of edges in random order; False: there is none.

        Raises
        ------
        Stuck
            There is one, and no tree drawn has a cut.
        """
        stuck = [(number, part) for number, part in self.parts.items() if part.needs > 1]
        for number, part in stuck:
            inside = self.edges_within(part.tree)
            before = self.ancestor[inside]
            for _ in range(max(min(_TRIES, _DRAWN // len(part.tree.node)), _FEW)):
                self.word()
                planted = self.look(self.drawn(part.tree, inside), part.inside)
                if planted.even is not _NONE or (k > self.needed and planted.more is not _NONE):
                    self.remove(number)
                    self.add(planted.tree, planted.inside)
                    return True
            self.ancestor[inside] = before
        if stuck:
            raise Stuck
        return False

    def drawn(self, tree: Tree, inside: Ints) -> Tree:
        """Draw a spanning tree of a region."""
        graph = self.problem.graph
        # Numbered anew, so that a small region of a large graph costs little.
        node = np.sort(tree.node)
        rows = self.random.permutation(inside)
        left, right = np.searchsorted(node, graph.left[rows]), np.searchsorted(node, graph.right[rows])
        taken = grow(left, right, self.cored[node], self.sums[:, node], self.most[:, 0])
        local = Graph(len(node), left, right, left.astype(np.float64))
        found = rooted(local, taken)[0]
        out = Tree(node[found.node], found.size, found.rank)
        if self.priced:
            self.ancestor[inside] = shared_ancestors([out], graph.left[inside], graph.right[inside])
        return out
