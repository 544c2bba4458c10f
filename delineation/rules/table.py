"""Rules (判定规则): the declarative table that says which covering features give which category."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.errors import BadInput
from ..core.filled_tables import read_rows, read_table
from ..core.messages import Message, one_of
from ..core.text import require_known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ..case.model import Case
    from ..case.profile import Profile
    from ..core.arrays import Ints
    from ..core.filled_tables import FilledRow

ATTRIBUTE, GENERAL = 0, 3
_COLUMNS = (
    "id",
    "precedence",
    "role",
    "zone",
    "grade",
    "effect",
    "switch",
    "inside",
    "outside",
    "min_area",
    "min_share",
    "title",
    "source",
)
_EFFECTS = {"1": 1, "2": 2, "3": 3, "priority": 1, "key": 2, "general": 3, "attribute": ATTRIBUTE}


@dataclass(frozen=True)
class Rule:
    """One row of the rule table.

    Attributes
    ----------
    id, title, source : str
    precedence : int
        The higher decides; at equal precedence the strictest category wins.
    role : str
        Role of the features it speaks of (a raster's name for its zones).
    zones : tuple of str
        Zone ids; ``*`` any, "" features without a zone (``-`` in the file).
    grades : tuple of str
        Grade ids, as ``zones``; in the file ``$name`` stands for those of a switch (``national+province``).
    effect : int
        Category 1–3, or 0: attribute, which never decides.
    switch : tuple of (name, value) or None
        The row is active while the switch has that value.
    threshold : str
        Name of the switch that says its grades or its smallest area, "" for none.
    inside, outside : tuple of (role, zone) or None
        The face must (not) be covered by such a feature; zone "" is any.
    min_area : float
        m²; smaller source features do not count.
    min_share : float
        0–1; makes ``inside``/``outside`` a question to the whole feature: the share of its area that meets it.
    """

    id: str
    precedence: int
    role: str
    zones: tuple[str, ...]
    effect: int
    switch: tuple[str, str] | None = None
    inside: tuple[str, str] | None = None
    outside: tuple[str, str] | None = None
    min_area: float = 0.0
    min_share: float = 0.0
    min_area_text: str = ""
    threshold: str = ""
    title: str = ""
    source: str = ""
    grades: tuple[str, ...] = ("*",)

    @property
    def conditional(self) -> bool:
        """Whether it asks more than a role and a zone."""
        return bool(self.inside or self.outside or self.min_area_text)

    def facts(self) -> dict[str, Any]:
        """Give what its name is made of, for messages."""
        return {"rule": self.id, "title": self.title, "role": self.role, "zones": (*self.zones, *self.grades)}


@dataclass(frozen=True)
class RuleTable:
    """Rules in the order written, with the switches as set; ``active`` has one flag a row."""

    rows: tuple[Rule, ...]
    switches: Mapping[str, Any]
    active: tuple[bool, ...]

    def order(self) -> list[int]:
        """Rows in the order in which they decide: by precedence, then strictness, then as written."""
        keys = [(-row.precedence, row.effect, number) for number, row in enumerate(self.rows)]
        return sorted(range(len(keys)), key=keys.__getitem__)

    def rank(self) -> Ints:
        """Place of each row in that order, 0 first."""
        rank = np.empty(len(self.rows), dtype=np.int64)
        rank[self.order()] = np.arange(len(rank))
        return rank


def read_rules(profile: Profile, switches: Mapping[str, Any], extra: Path | None = None) -> RuleTable:
    """Read the profile's rule table with the case's switches and extra rows.

    An extra row with the id of a profile's row replaces it; others are added.

    Raises
    ------
    BadInput
        Unknown column, switch or effect, a row without id or role, an id that stands twice, a malformed number.
    """
    settings = {**profile["switches"], **switches}
    for name, value in settings.items():
        _check_switch(profile, name, value)
    own = profile.folder / "rules.csv"
    rows = _by_id(read_table(own).rows, own)
    if extra is not None:
        rows |= _by_id(read_rows(extra, _COLUMNS), extra)
    rules = tuple(_rule(row, settings, Message("rule {id}", id=row["id"])) for row in rows.values())
    active = tuple(row.switch is None or _text(settings[row.switch[0]]) == row.switch[1] for row in rules)
    _keep_red_line([row for row, on in zip(rules, active, strict=True) if on])
    return RuleTable(rules, settings, active)


def rules_of(case: Case) -> RuleTable:
    """Read the rule table of a case."""
    return read_rules(case.profile, case.rules.switches, case.file(case.rules.extra) if case.rules.extra else None)


def _keep_red_line(active: list[Rule]) -> None:
    """Refuse a table that lets anything stand above the red line, which is absolute (domain facts 2.3a)."""
    every = [row for row in active if "*" in row.zones and "*" in row.grades]
    whole = [row for row in every if row.role == "red_line" and not row.conditional]
    red = [row for row in whole if row.effect == 1]
    if not red:
        raise BadInput(
            Message("no unconditional row makes the whole red line priority"),
            where=Message("rule table"),
            wanted=Message("a row red_line,*,1 with a precedence above all others"),
        )
    top = max(row.precedence for row in red)
    for row in active:
        if row.precedence > top and row.effect > 1:
            raise BadInput(
                Message(
                    "rule {id} stands above the red line (precedence {precedence} over {top})",
                    id=row.id,
                    precedence=row.precedence,
                    top=top,
                ),
                where=Message("rule table"),
                wanted=Message("a precedence up to {top}", top=top),
            )


def _by_id(table: Sequence[FilledRow], path: Path) -> dict[str, Mapping[str, str]]:
    rows: dict[str, Mapping[str, str]] = {}
    for row in table:
        name, where = row.cells.get("id", ""), Message("{where}, line {line}", where=str(path), line=row.number)
        if not name or not row.cells.get("role"):
            raise BadInput(Message("a rule without id or role"), where=where, wanted=Message("an id and a role"))
        if name in rows:
            raise BadInput(
                Message("rule '{name}' occurs twice", name=name), where=where, wanted=Message("one row per id")
            )
        rows[name] = row.cells
    return rows


def _check_switch(profile: Profile, name: str, value: Any) -> None:
    where = Message("[rules] switches.{name}", name=name)
    require_known(name, profile["switches"], Message("unknown switch '{name}'", name=name), where)
    default = profile["switches"][name]
    allowed = profile["switch_values"].get(name)
    if allowed and value not in allowed:
        raise BadInput(Message("found {value!r}", value=value), where=where, wanted=one_of(allowed))
    if isinstance(default, bool) and not isinstance(value, bool):
        raise BadInput(Message("found {value!r}", value=value), where=where, wanted=Message("true or false"))
    if isinstance(default, int | float) and not isinstance(default, bool):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not 0 <= value < float("inf"):
            raise BadInput(Message("found {value!r}", value=value), where=where, wanted=Message("a number, 0 or more"))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _place(text: str) -> tuple[str, str] | None:
    role, _, zone = text.partition(":")
    return (role, zone) if role else None


def _rule(row: Mapping[str, str], settings: Mapping[str, Any], where: Message) -> Rule:
    switch = None
    if row.get("switch"):
        name, equals, value = row["switch"].partition("=")
        require_known(name, settings, Message("unknown switch '{name}'", name=name), where)
        switch = (name, value if equals else "true")
    effect = row.get("effect", "")
    if effect not in _EFFECTS:
        raise BadInput(Message("effect '{effect}'", effect=effect), where=where, wanted=one_of(_EFFECTS))
    zones, grades = (_values(row.get(key, ""), settings, where, key) for key in ("zone", "grade"))
    thresholds = [text[1:] for key in ("grade", "min_area") for text in row.get(key, "").split("|") if text[:1] == "$"]
    inside, outside = _place(row.get("inside", "")), _place(row.get("outside", ""))
    numbers = {key: _number(row.get(key, ""), settings, where, key) for key in ("precedence", "min_area", "min_share")}
    for key, fits, wanted in (
        ("precedence", numbers["precedence"].is_integer(), Message("a whole number")),
        ("min_area", numbers["min_area"] >= 0, Message("m², 0 or more")),
        ("min_share", 0 <= numbers["min_share"] <= 1, Message("a share from 0 to 1")),
    ):
        if not fits:
            raise BadInput(Message("{key} {value:g}", key=key, value=numbers[key]), where=where, wanted=wanted)
    if numbers["min_share"] and not (inside or outside):
        raise BadInput(
            Message("min_share without inside or outside"), where=where, wanted=Message("a role in inside or outside")
        )
    return Rule(
        id=row["id"],
        precedence=int(numbers["precedence"]),
        role=row["role"],
        zones=zones,
        effect=_EFFECTS[effect],
        switch=switch,
        inside=inside,
        outside=outside,
        min_area=numbers["min_area"],
        min_share=numbers["min_share"],
        grades=grades,
        threshold=next(iter(thresholds), ""),
        min_area_text=row.get("min_area", ""),
        title=row.get("title", ""),
        source=row.get("source", ""),
    )


def _values(text: str, settings: Mapping[str, Any], where: Message, column: str) -> tuple[str, ...]:
    """Read ids with ``|`` between them, ``-`` for none; ``$name`` stands for those of a switch, ``a+b``."""
    out = list[str]()
    for part in (text or "*").split("|"):
        said = _set(part, settings, Message("{where}, {column}", where=where, column=column))
        out += said.split("+") if part.startswith("$") else [said]
    return tuple("" if value == "-" else value for value in out)


def _set(text: str, settings: Mapping[str, Any], where: Message) -> str:
    """Give a text, of ``$name`` the value of that switch."""
    if not text.startswith("$"):
        return text
    require_known(text[1:], settings, Message("unknown switch '{name}'", name=text[1:]), where)
    return _text(settings[text[1:]])


def _number(text: str, settings: Mapping[str, Any], where: Message, column: str) -> float:
    """Read a number, or ``$name``: the value of a switch."""
    place = Message("{where}, {column}", where=where, column=column)
    try:
        value = float(_set(text or "0", settings, place))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadInput(Message("'{text}' is no number", text=text), where=place, wanted=Message("a number or $switch"))
    return value


def rules_of_plan(table: Mapping[str, NDArray[Any]]) -> RuleTable:
    """Read the rule table a plan keeps, to judge again what the plan judged.

    Parameters
    ----------
    table : mapping of str to arrays
        Columns of the plan's table ``rules``.
    """
    texts = ("id", "role", "zone", "grade", "effect", "inside", "outside", "title", "source")
    rows, active = [], []
    for number in range(len(table["id"])):
        row = {key: str(table[key][number] or "") for key in texts}
        row["precedence"] = str(table["precedence"][number])
        # No condition is an empty text, not a zero.
        row |= {key: str(table[key][number] or "") for key in ("min_area", "min_share")}
        rows.append(_rule(row, {}, Message("rule {id}", id=row["id"])))
        active.append(bool(table["active"][number]))
    return RuleTable(tuple(rows), {}, tuple(active))
