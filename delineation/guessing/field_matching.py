"""Which column is the code, the name, the zone or the grade: by its values first, by its name where they are mute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .columns import by_share, named
from .vocabulary import folded
from .zones import read_zones

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..case.profile import Role
    from .columns import ColumnSample
    from .vocabulary import Vocabulary
    from .zones import ZoneReading

# Roles of administrative areas, with the level of their codes.
ADMIN = {"county": "county", "township": "town", "village": "village"}
_MOSTLY = 0.5
# A column of zones is no list of names.
_ALIAS_BONUS, _OWN_NAME_MALUS = 0.5, 0.4


def code_column(columns: Mapping[str, ColumnSample], role: str, vocabulary: Vocabulary) -> str:
    """Name of the column with the codes of a role's features, "" where there is none."""
    filled = {name: column for name, column in columns.items() if column.filled >= _MOSTLY * column.rows}
    level = ADMIN.get(role) or {"unit": "unit"}.get(role) or "zone"
    coded = [column for column in filled.values() if column.levels.get(level, 0.0) >= _MOSTLY]
    if coded:
        return max(coded, key=lambda column: (round(column.levels[level], 2), round(column.unique, 1))).name
    if role == "county":
        return ""  # a code that is none of a county would stop the reading
    own = {name: column for name, column in filled.items() if not _ground(column, vocabulary)}
    alias = named(own, vocabulary.aliases("code"))
    if alias is None and role in ADMIN:
        alias = named(filled, vocabulary.aliases("code"))
    if alias:
        return alias.name
    return _ending(own, vocabulary["columns"]["code_end"])


def name_column(columns: Mapping[str, ColumnSample], role: str, taken: str, vocabulary: Vocabulary) -> str:
    """Name of the column with the names of a role's features, "" where there is none."""
    texts = {
        name: column
        for name, column in columns.items()
        if not column.numeric and column.filled >= _MOSTLY * column.rows and name != taken
    }
    if role not in ADMIN:
        kinds, aliases = _kind_words(role, vocabulary), vocabulary.aliases("name")
        texts = {name: column for name, column in texts.items() if _tells_apart(column, kinds, column.key in aliases)}
    share, best = by_share(texts, vocabulary, role)
    if best is not None and share >= _MOSTLY and (role not in ADMIN or best.unique >= _MOSTLY):
        return best.name
    own = {name: column for name, column in texts.items() if role in ADMIN or not _ground(column, vocabulary)}
    if role in ADMIN:
        end = _ending({name: c for name, c in own.items() if c.key in _named_so(vocabulary, role)}, ("名称", "name"))
        if end:
            return end
    alias = named(own, vocabulary.aliases("name"))
    return alias.name if alias else _ending(own, vocabulary["columns"]["name_end"])


def _kind_words(role: str, vocabulary: Vocabulary) -> set[str]:
    """Give what all features of a role are called, and its zones: words for a kind, not for one feature."""
    spec = vocabulary["feature_names"].get(role, {})
    said = [word.text for word in vocabulary.words if word.role == role]
    said += [*spec.get("last", ()), *spec.get("any", ())]
    if role in vocabulary.profile.roles:
        said += [word for words in vocabulary.profile.roles[role].zones.values() for word in words]
    return {folded(word) for word in said}


def _tells_apart(column: ColumnSample, kinds: set[str], alias: bool) -> bool:
    """Whether a column may name features: one that says their kind, or the same of several, does not.

    Under a name that says so (``alias``) parts of one feature may well have one name.
    """
    if all(folded(text) in kinds for text in column.values):
        return False
    return alias or column.filled < 2 or len(column.values) > 1


def _named_so(vocabulary: Vocabulary, role: str) -> set[str]:
    return {name.lower() for name in vocabulary["fields"].get(role, ())}


def _ground(column: ColumnSample, vocabulary: Vocabulary) -> bool:
    """Whether a column says where a feature lies, not what it is."""
    words = tuple(str(word).lower() for word in vocabulary["columns"]["ground"])
    return column.key.startswith(words) or column.level in ("above", "county", "town", "village")


def _ending(columns: Mapping[str, ColumnSample], ends: tuple[str, ...] | list[str]) -> str:
    """Find the first column by the ends of names, in the order of the ends."""
    filled = {name: column.key for name, column in columns.items() if column.filled}
    return next((name for end in ends for name, key in filled.items() if key.endswith(end.lower())), "")


def grade_column(columns: Mapping[str, ColumnSample], role: Role, vocabulary: Vocabulary) -> str:
    """Find the column that says the grades of a role's features, of known words alone; "" where there is none."""
    known = vocabulary.profile.known_zone
    for name, column in columns.items():
        if column.values and all(known(role, value, grade=True) for value in column.values):
            return name
    return ""


def zone_reading(
    columns: Mapping[str, ColumnSample], role: Role, code: str, vocabulary: Vocabulary
) -> ZoneReading | None:
    """Find the column that says the zone of a role's features, and read it; None where no column does."""
    key = "grade" if role.graded else "zone"
    aliases = [*vocabulary.aliases(key), *vocabulary.aliases("zone")]
    if role.free_zone:
        column = named(columns, aliases)
        return read_zones(column, role, vocabulary) if column else None
    ends = tuple(vocabulary["columns"]["zone_end"])
    best: tuple[float, ZoneReading] | None = None
    for column in columns.values():
        reading = read_zones(column, role, vocabulary)
        if reading is None or reading.share < _MOSTLY:
            continue
        alias = column.key in aliases or column.key.endswith(ends)
        if not alias and column.name != code and all(map(str.isdecimal, column.values)):
            continue  # numbers from 1 on are no grades
        mapped = sum(column.values[value] for value in reading.mapped) / column.rows
        score = reading.share - 0.2 * mapped + (_ALIAS_BONUS if alias else 0.0)
        score -= _OWN_NAME_MALUS * (column.unique > _MOSTLY and column.rows > 3 and not alias)
        if best is None or score > best[0]:
            best = (score, reading)
    return best[1] if best else None
