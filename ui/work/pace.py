"""How far a run is and what is left: from what each stage took the last time, set right by this run's own speed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Seconds by stage on the demo: only their proportions matter, until a run of one's own has been measured.
FIRST = {"sources": 0.5, "partition": 0.4, "evidence": 1.2, "units": 0.1, "lists": 0.2, "checks": 0.5, "writing": 0.4}
_SHORTEST = 0.02  # seconds; nothing takes no time at all


@dataclass
class Pace:
    """Follows one run.

    Attributes
    ----------
    ends : mapping of str to float
        Stage → the share of the engine's progress at which it ends, in order.
    expected : mapping of str to float
        Seconds that each stage is expected to take.
    taken : dict of str to float
        Seconds that the stages which are over took.
    """

    ends: Mapping[str, float]
    expected: Mapping[str, float] = field(default_factory=lambda: FIRST)
    taken: dict[str, float] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    stage: str = ""
    within: float = 0.0
    _since: float = 0.0

    def begin(self, now: float) -> None:
        """Start the clock; ``now`` in seconds of any clock that does not go back."""
        self.stage, self._since = next(iter(self.ends)), now

    def advance(self, fraction: float, now: float) -> None:
        """Take what the engine says: the share that is done."""
        start = 0.0
        names = list(self.ends)
        for name, end in self.ends.items():
            # A stage is over when the next one has begun: at its very end it may still be at work.
            if fraction < end or name == names[-1]:
                break
            start = end
        if name != self.stage:
            self._pass_to(name, now)
        self.within = max(0.0, min(1.0, (fraction - start) / (self.ends[name] - start)))

    def skip(self, *stages: str) -> None:
        """Note stages that are not run."""
        self.skipped |= set(stages)
        for name in stages:
            self.taken.pop(name, None)

    def end(self, now: float) -> None:
        """Stop the clock."""
        self._pass_to("", now)

    def _pass_to(self, name: str, now: float) -> None:
        names = list(self.ends)
        first = names.index(self.stage) if self.stage in names else 0
        last = names.index(name) if name in names else len(names)
        passed = [one for one in names[first:last] if one not in self.skipped]
        for one in passed:
            # Progress that jumps over a stage gives its time to the one it was in.
            self.taken[one] = now - self._since if one == self.stage else 0.0
        self.stage, self._since, self.within = name, now, 0.0

    def elapsed(self, now: float) -> float:
        """Seconds of the stage that is running."""
        return now - self._since if self.stage else 0.0

    def left(self, now: float) -> float:
        """Seconds that are left, by the best that is known."""
        speed = self._speed(now)
        rest = 0.0
        for name in self.ends:
            if name in self.taken or name in self.skipped:
                continue
            whole = max(_SHORTEST, self.expected.get(name, _SHORTEST)) * speed
            if name == self.stage:
                spent = self.elapsed(now)
                # What the stage itself says counts the more, the farther it is.
                by_share = spent * (1 - self.within) / self.within if self.within > 0.05 else whole - spent
                rest += max(0.0, self.within * by_share + (1 - self.within) * max(whole - spent, 0.1 * whole))
            else:
                rest += whole
        return rest

    def done(self, now: float) -> float:
        """Share of the time that is over, 0–1."""
        spent = sum(self.taken.values()) + self.elapsed(now)
        whole = spent + self.left(now)
        return spent / whole if whole > 0 else 0.0

    def _speed(self, now: float) -> float:
        """Real against expected time, of what is over and of the running stage where it is late."""
        real = sum(self.taken.values())
        planned = sum(max(_SHORTEST, self.expected.get(name, _SHORTEST)) for name in self.taken)
        late = self.expected.get(self.stage, 0.0)
        if self.stage and self.elapsed(now) > late:
            real, planned = real + self.elapsed(now), planned + max(_SHORTEST, late)
        return real / planned if planned > 0.1 else 1.0


def learned(text: str) -> Mapping[str, float]:
    """Read what a former run took; the first guess where nothing or nonsense was remembered."""
    try:
        found = json.loads(text)
        return {name: float(found[name]) for name in FIRST}
    except (ValueError, KeyError, TypeError):
        return FIRST


def remembered(seconds: Mapping[str, float], before: Mapping[str, float]) -> str:
    """Write what a run took; a stage it skipped keeps what it took before."""
    return json.dumps({name: round(seconds.get(name, before.get(name, FIRST[name])), 3) for name in FIRST})
