"""What names and metadata files say of a source: its date (数据时点) and its provider."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from ..core.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NAMED = re.compile(
    r"(?<!\d)((?:19[89]|20[0-4])\d)(?:年|[-_./]?(0[1-9]|1[0-2])(?:[-_./]?(0[1-9]|[12]\d|3[01]))?)?(?:月)?(?!\d)"
)
_NAMED_CHINESE = re.compile(r"(?<!\d)((?:19[89]|20[0-4])\d)年(\d{1,2})月(?:(\d{1,2})日)?")
# Years as documents write them (二〇二五), months and days after them (十二月三十一日), and the end of a year.
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_CHINESE_YEAR = re.compile(r"(?:二[〇零○]|一九)[〇零○一二三四五六七八九]{2}")
_CHINESE_NUMBER = re.compile(r"([二三]?)(十?)([一二三四五六七八九]?)(?=[月日])")
_YEAR_END = re.compile(r"(?<=\d)年[底末]")
# A plan's horizon (2021-2035) is no date of data.
_HORIZON = re.compile(r"(?<!\d)((?:19|20)\d\d)年?[-—–~～至到]+((?:19|20)\d\d)年?(?!\d)")
# The year of a datum is no date of data.
_DATUM = re.compile(
    r"(cgcs|gcs|wgs|beijing|bj|xi.?an|xa|国家|大地|北京|西安)[_ -]*(2000|1984|1980|1954)"
    r"|2000[_ -]*(国家|大地|坐标)",
    re.IGNORECASE,
)
_WRITTEN = re.compile(r"^\D{0,4}((?:19|20)\d\d)-?(0[1-9]|1[0-2])?-?(0[1-9]|[12]\d|3[01])?")
# Elements of ISO 19115/19139, FGDC and ArcGIS metadata, the date of the data before that of the sheet about them.
_DATES = ("pubDate", "pubdate", "CI_Date", "reviseDate", "createDate", "caldate", "dateStamp", "mdDateSt", "CreaDate")
_PROVIDERS = ("organisationName", "rpOrgName", "origin", "distributor")
_TAG = re.compile(r"<[^>]*>")
_MOST = 2_000_000


class Metadata(NamedTuple):
    """``date`` (2023, 2023-12 or 2023-12-31) and ``source`` that says it, ``provider``; "" where nothing is said."""

    date: str = ""
    source: str = ""
    provider: str = ""


def date_of_name(name: str) -> str:
    """Find a date in a name: 2023, 202312, 20231231, 2024年, 2023年12月, 2023年底, 二〇二三年十二月."""
    text = _DATUM.sub(" ", in_digits(clean_text(name)))
    text = _HORIZON.sub(lambda span: " " if int(span[2]) - int(span[1]) > 1 else span[0], text)
    found = list(_NAMED_CHINESE.finditer(text)) or list(_NAMED.finditer(text))
    # Of a span of years the data are those of its end.
    return max((_possible(one.groups()) for one in found), default="")


def in_digits(text: str) -> str:
    """Write dates in Chinese numerals with digits, and the end of a year as its last month."""
    text = _CHINESE_YEAR.sub(lambda found: found[0].translate(_DIGITS), text)
    return _YEAR_END.sub("年12月", _CHINESE_NUMBER.sub(_number, text))


def _number(found: re.Match[str]) -> str:
    """Write 十二 as 12: tens without a digit before them are one."""
    tens, ten, ones = (part.translate(_DIGITS) for part in found.groups())
    return f"{tens or 1}{ones or 0}" if ten else f"{tens}{ones}"


def _possible(parts: Sequence[str | None]) -> str:
    """Write year, month and day as far as the calendar has them."""
    given = [part.zfill(2) for part in parts if part]
    for count in range(len(given), 0, -1):
        try:
            date(*[int(part) for part in (*given[:count], "1", "1")][:3])
        except ValueError:
            continue
        return "-".join(given[:count])
    return ""


def metadata_of(path: Path, layer: str = "") -> Metadata:
    """Read what lies beside a file, and its name.

    The metadata file is searched for known elements only: it is never parsed, so nothing in it can be expanded.
    """
    for beside in (path.with_name(path.name + ".xml"), path.with_suffix(".xml")):
        try:
            with beside.open("rb") as stream:
                text = stream.read(_MOST).decode("utf-8", errors="replace")
        except OSError:
            continue
        told = next((found for tag in _DATES if (found := _date(_element(text, tag)))), "")
        provider = next((found for tag in _PROVIDERS if (found := _element(text, tag))), "")
        if told or provider:
            named = "" if told else _by_name(path, layer)
            return Metadata(told or named, beside.name if told else "name" if named else "", provider[:80])
    named = _by_name(path, layer)
    return Metadata(named, "name" if named else "")


def _by_name(path: Path, layer: str) -> str:
    return date_of_name(layer) or date_of_name(path.stem)


def _element(text: str, tag: str) -> str:
    """Give the text within an element, whatever its namespace."""
    found = re.search(rf"<(?:\w+:)?{tag}(?:\s[^>]*)?>(.*?)</(?:\w+:)?{tag}>", text, re.DOTALL)
    return " ".join(_TAG.sub(" ", found.group(1)).split()) if found else ""


def _date(text: str) -> str:
    found = _WRITTEN.match(text)
    return _possible(found.groups()) if found else ""
