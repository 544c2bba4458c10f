"""Published unit numbers (已发布方案): what others have, as a hint of plausibility and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..case.names import glossary
from ..core.errors import BadInput
from ..core.messages import Message, Names, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..case.profile import Profile

__all__ = ["Band", "Published", "bands", "hint", "level_of", "read_published"]

TABLE = "published.csv"
_NAMES = {1: "priority", 2: "key", 3: "general"}
# Published plans with urban districts are few; a county's are held against both.
_LEVELS: Mapping[str, tuple[str, ...]] = {
    "county": ("county", "district"),
    "city": ("city", "province"),
    "province": ("province", "country"),
}


@dataclass(frozen=True)
class Published:
    """One published plan.

    Attributes
    ----------
    area, date, source : str
    level : str
        ``country``, ``province``, ``city``, ``county`` or ``district`` (urban).
    ground : str
        ``land`` or ``sea``.
    n : mapping of int to int
        Units by category, where published.
    share : mapping of int to float
        Share 0–1 of the area by category, where published.
    """

    area: str
    level: str
    ground: str
    date: str
    n: Mapping[int, int]
    share: Mapping[int, float]
    source: str


@dataclass(frozen=True)
class Band:
    """Range of a category's area share over published plans.

    Attributes
    ----------
    category : int
    low, high : float
        Share 0–1.
    areas : tuple of str
        Where it was published, with date.
    """

    category: int
    low: float
    high: float
    areas: tuple[str, ...]


def read_published(profile: Profile) -> tuple[Published, ...]:
    """Read ``published.csv`` of a profile; nothing where it has none.

    Raises
    ------
    BadInput
        A number that is none, or a share outside 0–100 %.
    """
    if not (profile.folder / TABLE).is_file():
        return ()
    out = []
    for line, row in enumerate(profile.table(TABLE), 2):
        where = Message("{folder}, line {line}", folder=profile.folder / TABLE, line=line)
        number = {c: _number(row, f"{name}_n", where) for c, name in _NAMES.items()}
        share = {c: _number(row, f"{name}_share", where) for c, name in _NAMES.items()}
        out.append(
            Published(
                area=row["area"],
                level=row["level"],
                ground=row["ground"],
                date=row["date"],
                source=row["source"],
                n={c: int(value) for c, value in number.items() if value is not None},
                share={c: value / 100 for c, value in share.items() if value is not None},
            )
        )
    return tuple(out)


def _number(row: Mapping[str, str], column: str, where: Message) -> float | None:
    text = row.get(column, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if value < 0 or (column.endswith("_share") and value > 100):
        raise BadInput(
            Message("{column} = '{text}'", column=column, text=text),
            where=where,
            wanted=Message("a number, shares in % from 0 to 100"),
        )
    return value


def level_of(counties: Iterable[str]) -> str:
    """``county``, ``city`` or ``province``: what county codes (GB/T 2260, two digits a level) make together."""
    codes = sorted({code for code in counties if code})
    if len(codes) <= 1:
        return "county"
    return "city" if len({code[:4] for code in codes}) == 1 else "province"


def bands(published: Iterable[Published], level: str, ground: str = "land") -> dict[int, Band]:
    """Find the range of each category's share of the area among published plans of a level.

    Parameters
    ----------
    published : iterable of Published
    level : str
        ``county``, ``city`` or ``province``; plans of the neighbouring level count where few of its own are published.
    ground : str
        ``land`` or ``sea``.

    Returns
    -------
    dict
        Category → Band; a category of which fewer than two shares are published is left out.
    """
    alike = [plan for plan in published if plan.level in _LEVELS[level] and plan.ground == ground]
    out = {}
    for category in _NAMES:
        known = [plan for plan in alike if category in plan.share]
        if len(known) >= 2:
            shares = [plan.share[category] for plan in known]
            areas = tuple(f"{plan.area} {plan.date}".strip() for plan in known)
            out[category] = Band(category, min(shares), max(shares), areas)
    return out


def hint(band: Band, share: float, language: str = "zh", names: Names | None = None) -> str:
    """Put a band into words, with where a share lies; a hint, never a check.

    Parameters
    ----------
    band : Band
    share : float
        0–1, of the plan.
    language : str
        ``zh`` or ``en``.
    names : callable, optional
        What categories are called: as the national profile has them by default.
    """
    where = Message("within that range")
    if share < band.low:
        where = Message("below that range: worth a look")
    elif share > band.high:
        where = Message("above that range: worth a look")
    return word(
        Message(
            "published plans have {low:share}–{high:share} of {category:category} by area ({areas}); this plan has "
            "{share:share}, {where}",
            low=band.low,
            high=band.high,
            category=band.category,
            areas=band.areas,
            share=share,
            where=where,
        ),
        language,
        names or glossary(),
    )
