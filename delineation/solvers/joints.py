"""Joints: nodes without which their region would fall apart; each with the piece that it holds, kept up by moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["Joints"]

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
        self.held: NDArray[np.int64] = np.zeros(count, dtype=np.int64)
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
