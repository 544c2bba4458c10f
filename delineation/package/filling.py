"""What the files of a package are filled with: a plan's records, words for its place and date, the findings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ..case.names import Glossary, glossary
from ..core.errors import BadInput
from ..core.messages import Message, word
from ..core.text import require_known
from ..export.map_sheet import ELEMENT
from ..export.records import Records, records_of
from ..lists.draft import Review, review_of
from ..lists.wording import counties_of
from ..plan.statement import province_of
from ..sources.coordinates.crs import parse_crs, short_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyproj import CRS

    from ..case.profile import Profile
    from ..plan.file import Plan
    from .profile import PackageItem, PackageProfile

__all__ = ["TOKENS", "Filling", "fill_tokens", "tokens_of"]

TOKENS: Mapping[str, Message] = {
    "code": Message("code of the area: the city's, of a package of one county the county's"),
    "area": Message("name of the area"),
    "volume": Message("of a package of one county the words that say so, else nothing"),
    "province": Message("province"),
    "city": Message("city"),
    "city_code": Message("city code"),
    "county": Message("county, where there is one alone"),
    "plan": Message("name of the plan"),
    "status": Message("status of the plan"),
    "classification": Message("classification"),
    "year": Message("year in which the plan was compiled"),
    "year_han": Message("year in which the plan was compiled, in Chinese numerals"),
    "month": Message("month in which the plan was compiled, two digits"),
    "month_han": Message("month in which the plan was compiled, in Chinese numerals"),
    "day": Message("day on which the plan was compiled, two digits"),
    "date": Message("date on which the plan was compiled, eight digits"),
    "filing_year": Message("year for which the plan is filed"),
    "element": Message("the element, of a map of each"),
}
"""What may stand in braces in names of folders, files, sheets and in heads → what it stands for."""

KML = "EPSG:4326"
HAN_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
HAN_MONTHS = ("", *"一二三四五六七八九十", "十一", "十二")
_TOKEN = re.compile(r"\{(\w*)\}")
# What Windows takes in no name, and what a path is parted by: the full-width letter that looks like it.
_IN_NAMES = str.maketrans('<>:"/\\|?*', "＜＞：＂／＼｜？＊")


@dataclass(frozen=True)
class Filling:
    """All that a content's writer needs.

    Attributes
    ----------
    plan : Plan
    plan_file : Path
    rules : Profile
        That the plan was made by: language, names, code tables.
    profile : PackageProfile
    tokens : mapping
        Of ``TOKENS``.
    findings : pandas.DataFrame
        The plan's and the checks' as they are filed, with columns ``state`` and ``reason``.
    checked : tuple of str
        Rules that were run.
    not_checked : tuple of Message
        Rules that lack what they need.
    documents : Path or None
        Folder with scanned documents.
    root : Path
        The package's folder while it is being written.
    written : tuple
        Path, title and content of what is written already: for what tells of it.
    remarks : tuple
        Rule, severity and words of what of the package is not as it was meant.
    told : pandas.DataFrame
        All findings, as whoever makes the package is told them.
    """

    plan: Plan
    plan_file: Path
    rules: Profile
    profile: PackageProfile
    tokens: Mapping[str, str]
    findings: pd.DataFrame
    checked: tuple[str, ...] = ()
    not_checked: tuple[Message, ...] = ()
    documents: Path | None = None
    root: Path = Path()
    written: tuple[tuple[str, str, str], ...] = ()
    remarks: tuple[tuple[str, str, str], ...] = ()
    told: pd.DataFrame = field(default_factory=pd.DataFrame)
    _records: dict[str, Records] = field(default_factory=dict)

    @cached_property
    def names(self) -> Glossary:
        """What things are called."""
        return glossary(self.rules)

    @property
    def language(self) -> str:
        """Language of all that is written."""
        return self.names.language

    @property
    def counts(self) -> tuple[int, int, int]:
        """Count errors, those of them that were accepted, and warnings: the plan's, and what is told of the package."""
        errors = self.findings["severity"] == "error"
        accepted = int((errors & (self.findings["state"] == "accepted")).sum())
        # An error of the package itself was accepted with a reason, or there would be no package.
        own = sum(severity == self.names("severity", "error", self.language, {}) for _, severity, _ in self.remarks)
        return int(errors.sum()) + own, accepted + own, int((~errors).sum()) + len(self.remarks) - own

    @property
    def review(self) -> Review:
        """How many clauses of the lists nobody has reviewed."""
        clauses = self.plan.clauses
        return review_of(zip(clauses["unit_id"], clauses["status"], strict=True))

    def say(self, message: Message) -> str:
        """Put a message into the words of the package."""
        return word(message, self.language, self.names)

    def records(self, what: str) -> Records:
        """Give the rows of a kind (``export.records.COLUMNS``)."""
        if what not in self._records:
            city_code = self.tokens["city_code"]
            self._records[what] = records_of(self.plan, what, self.rules, city_code=city_code, findings=self.findings)
        return self._records[what]

    def crs_of(self, content: PackageItem) -> str:
        """Say which CRS a layer is written in; "" for the plan's own."""
        crs = KML if content.path.lower().endswith(".kml") else content.crs or self.profile.crs
        return crs if crs != short_name(parse_crs(self.plan.crs)) else ""

    @property
    def other_crs(self) -> tuple[CRS, ...]:
        """CRS of layers that are not the plan's; that of KML is not told, as it has no other."""
        layers = [one for one in self.profile.contents if one.kind == "layer"]
        return tuple(parse_crs(crs) for crs in dict.fromkeys(map(self.crs_of, layers)) if crs not in ("", KML))

    def place(self, path: Path) -> str:
        """Say where a file lies in the package."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name

    def filled(self, text: str, where: Message, *, name: bool = False) -> str:
        """Fill in tokens; see `fill_tokens`."""
        return fill_tokens(text, self.tokens, where, name=name)


def tokens_of(
    meta: Mapping[str, str], rules: Profile, profile: PackageProfile, classification: str, language: str
) -> dict[str, str]:
    """Find what each of ``TOKENS`` stands for; "" where nobody says it.

    Parameters
    ----------
    meta : mapping
        Of the plan.
    rules : Profile
        That the plan was made by.
    profile : PackageProfile
        Its ``[place]`` goes first.
    classification : str
        Of the package.
    language : str
    """
    place, names = profile.place, counties_of(meta)
    # A sea district has the code of its city or province, or one that the profile states, and is no county.
    at_sea = str(rules["codes"].get("sea_digits", ""))
    codes = sorted(code for code in names if not code.endswith("00") and code != at_sea) or sorted(names)
    one = names[codes[0]] if len(codes) == 1 else ""
    cities = {code[:4] for code in codes}
    if place.city_code and cities and place.city_code[:4] not in cities:
        raise BadInput(
            Message(
                "the package profile is of {code}, and the plan's counties are of {cities}",
                code=place.city_code,
                cities=tuple(f"{city}00" for city in sorted(cities)),
            ),
            where=profile.path,
            wanted=Message("[place] of this plan's city, or city and province stated for the package"),
        )
    city_code = f"{next(iter(cities))}00" if len(cities) == 1 else place.city_code
    city = place.city or meta.get("city", "")
    date = meta["date"][:10]
    return {
        "code": codes[0] if one else city_code,
        "area": one or city,
        "volume": word(Message(" (volume of {county})", county=one), language) if one else "",
        "province": place.province or province_of(meta),
        "city": city,
        "city_code": city_code,
        "county": one,
        "plan": meta["name"],
        "status": meta.get("status", ""),
        "classification": classification,
        "year": date[:4],
        "year_han": date[:4].translate(HAN_DIGITS),
        "month": date[5:7],
        "month_han": HAN_MONTHS[int(date[5:7] or 0)],
        "day": date[8:10],
        "date": date.replace("-", ""),
        "filing_year": meta.get("filing_year", ""),
        "element": ELEMENT,  # filled in where the map is drawn
    }


def fill_tokens(text: str, tokens: Mapping[str, str], where: Message, *, name: bool = False) -> str:
    """Fill in what stands in braces.

    Parameters
    ----------
    text : str
    tokens : mapping
        Of ``TOKENS``.
    where : Message
        Where the text stands, for the error.
    name : bool
        It is a name of a file, or a path: what no file name takes is put in full width, in what is filled in alone.

    Raises
    ------
    BadInput
        An unknown token.

    Examples
    --------
    >>> fill_tokens("{code}{area}.gdb", {"code": "650100", "area": "乌鲁木齐市"}, Message("path"))
    '650100乌鲁木齐市.gdb'
    """

    def one(found: re.Match[str]) -> str:
        require_known(found[1], tokens, Message("unknown token {token} in '{text}'", token=found[0], text=text), where)
        value = tokens[found[1]]
        return value.translate(_IN_NAMES) if name else value

    return _TOKEN.sub(one, text)
