"""Names of folders, files, sheets and heads of last year, with tokens in place of what changes from year to year."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from ...core.messages import Message, word
from ..filling import HAN_DIGITS, HAN_MONTHS
from .values import commonest
from .words import read_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .known import KnownFacts
    from .words import KnownWords

_YEAR, _MONTH, _DAY = r"(?:19|20)\d\d", r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_HAN = r"[\u4e00-\u9fff]"
_ENDS = "(?:市|自治州|州|盟|地区)"
_COUNTY_ENDS = "(?:县|区|市|旗)"
# What ends like the name of a city, and is none.
_NO_CITY = ("全市", "本市", "各市", "城市", "设区市", "地级市", "地市")
# A full date and a month, in all ways that they are written; parts are year, month, day.
_DATES = (
    re.compile(rf"(?<!\d)({_YEAR})({_MONTH})({_DAY})(?!\d)"),
    re.compile(rf"(?<!\d)({_YEAR})([-._])({_MONTH})\2({_DAY})(?!\d)"),
    re.compile(rf"(?<!\d)({_YEAR})年(1[0-2]|0?[1-9])月({_DAY}|[1-9])日"),
)
_MONTHS = (
    re.compile(rf"(?<!\d)({_YEAR})({_MONTH})(?!\d)"),
    re.compile(rf"(?<!\d)({_YEAR})[-._]({_MONTH})(?![\d.])"),
    re.compile(rf"(?<!\d)({_YEAR})年(1[0-2]|0?[1-9])月"),
)
_VERSION = "(?:版|本|修[订正])"
# Years that are of something else: of titles, of spans such as 2021-2035, of standards, documents and versions of laws.
_FOREIGN = re.compile(
    rf"(《[^》]*》|(?<!\d){_YEAR}年?[-—–~～至]+{_YEAR}(?!\d)|[A-Z]\s?[\d.]+[-—–]{_YEAR}(?!\d)"
    rf"|[〔\[（(]{_YEAR}[〕\]）)]第?\d+号|[（(]{_YEAR}年?{_VERSION}[本版]?[）)])"
)
_HAN_YEAR = "[〇○零一二三四五六七八九]{4}年"
# Not of a document's number, 〔2023〕81号, nor of a version.
_YEARS = re.compile(rf"(?<![\d〔\[.])({_YEAR})(?!\d|\.\d|[〕\]])")
_TOKEN = re.compile(r"\{\w+\}")
# 附件3, 03, 2.1, （三）, 三、 before a name; of 三线一单 the numeral is no number.
_NUMBERING = re.compile(
    rf"^(?:附件|附录|附表|附图)?[\s_]*(?:[（(](?:\d{{1,3}}|[一二三四五六七八九十]{{1,3}})[)）]"
    rf"|\d{{1,3}}(?:\.\d{{1,2}})*(?=[\s、_．:：-]|{_HAN})|[一二三四五六七八九十]{{1,3}}(?=[\s_、．.:：-])|(?<=[件录表图]))[\s.、_．:：-]*(?=\D)"
)
_ENDING = re.compile(r"[\s_\-.、（()）]*((?<!\d)\d{1,3}|[vV]\d+(\.\d+)*)?[\s_\-.、（()）]*$")
_WORDED = re.compile(r"\{(?:filing_)?year(?:_han)?\}[-._]?年?度?(\{month(?:_han)?\}[-._]?月?)?(\{day\}日?)?|\{\w+\}")
_OTHER_DATE = re.compile(r"[_\-.\s]*(?<!\d)(?:19|20)\d\d[\d年月日._-]*$")


def known_from_names(known: KnownFacts, names: Iterable[str], data: Iterable[str] = ()) -> KnownFacts:
    """Add what names of folders and files say of place and date, where the layers do not.

    Parameters
    ----------
    known : KnownFacts
        What the layers say.
    names : iterable of str
        Of the package's folder, and paths in it.
    data : iterable of str
        Those of them that are data: they alone say a month and a day, as other papers have dates of their own. All by
        default.

    Returns
    -------
    Known
        With the city, a single county, and the date: that of the names, which occurs most often in them.
    """
    names = list(names)
    year, month, day = _date(names, list(data) or names, known.year)
    place, county = known.place, known.county
    if not place.city_code:
        place = replace(place, city_code=_city_code(names))
    if not place.city:
        place = replace(place, city=_city(names, place.city_code))
    if not place.province and place.city_code:
        place = replace(place, province=str(read_words()["provinces"].get(place.city_code[:2], "")))
    if county[0] and not county[1]:
        county = (county[0], _after(county[0], names, _COUNTY_ENDS))
    return replace(known, place=place, county=county, year=year, month=month, day=day)


def _date(names: list[str], data: list[str], stated: str) -> tuple[str, str, str]:
    years: Counter[str] = Counter()
    months: Counter[tuple[str, str]] = Counter()
    days: Counter[tuple[str, str, str]] = Counter()
    for name in data:
        for pattern in _DATES:
            for found in pattern.finditer(name):
                # Of a date with bars the second group is the bar.
                parts = [one for one in found.groups() if one.isdigit()]
                days[parts[0], parts[1].zfill(2), parts[2].zfill(2)] += 1
        for pattern in _MONTHS:
            months.update((found[1], found[2].zfill(2)) for found in pattern.finditer(name))
    for name in names:
        years.update(found[1] for found in _YEARS.finditer(_FOREIGN.sub(" ", name)))
    for (year, month, _), times in days.items():
        years[year] += times
        months[year, month] += times
    if not years:
        return stated, "", ""
    year = max(years, key=lambda one: (one == stated, years[one], one))
    own = {one: count for one, count in months.items() if one[0] == year}
    month = max(own, key=lambda one: (own[one], one))[1] if own else ""
    full = {one: count for one, count in days.items() if one[:2] == (year, month)}
    return year, month, max(full, key=lambda one: (full[one], one))[2] if full else ""


def _city_code(names: list[str]) -> str:
    provinces = read_words()["provinces"]
    found = Counter(
        code
        for name in names
        for code in re.findall(rf"(?<!\d)(\d{{4}}00)(?={_HAN}|[_\-\s])", name)
        if code[:2] in provinces and not code.endswith("0000")
    )
    return commonest(found)


def _city(names: list[str], code: str) -> str:
    if code and (found := _after(code, names, _ENDS)):
        return found
    # The folder's own name may begin with it.
    found_first = re.match(rf"({_HAN}{{2,8}}?{_ENDS})(?!{_ENDS})", names[0]) if names else None
    return found_first[1] if found_first and found_first[1] not in _NO_CITY else ""


def _after(code: str, names: list[str], ends: str) -> str:
    """Find the name that stands behind a code."""
    found = Counter(one for name in names for one in re.findall(rf"(?<!\d){code}[\s_-]*({_HAN}{{1,10}}?{ends})", name))
    return commonest(found)


def tokens_in(text: str, known: KnownFacts, words: KnownWords | None = None) -> str:
    """Put tokens (``filling.TOKENS``) in place of last year's place, date and classification.

    Parameters
    ----------
    text : str
        A name, a path, a title.
    known : KnownFacts
        What they were.
    words : KnownWords, optional

    Returns
    -------
    str
        A date that is not the package's own stays, and so do digits that are part of a longer number.

    Examples
    --------
    >>> from delineation.package.like.known import Known
    >>> from delineation.package.profile import Place
    >>> last = Known(place=Place("新疆维吾尔自治区", "乌鲁木齐市", "650100"), year="2023")
    >>> tokens_in("650100乌鲁木齐市环境管控单元_2023.shp", last)
    '{code}{area}环境管控单元_{year}.shp'
    """
    text = text.replace("{", "｛").replace("}", "｝")
    pieces = _FOREIGN.split(text)
    pieces[::2] = [_dated(one, known) for one in pieces[::2]]
    text = "".join(pieces)
    code, name = known.county
    place = known.place
    whose = [("county_code", code), ("county", name), ("city_code", place.city_code), ("city", place.city)]
    token = {"county_code": "{code}", "county": "{area}", "city_code": "{city_code}", "city": "{city}"}
    if not code:
        token |= {"city_code": "{code}", "city": "{area}"}
    elif name:
        # The words for a volume of one county stand for themselves.
        text = text.replace(word(Message(" (volume of {county})", county=name), "zh"), "{volume}")
    for what, value in sorted(whose, key=lambda one: -len(one[1])):
        if value:
            text = _replaced(text, rf"(?<!\d){value}(?!\d)" if value.isdecimal() else re.escape(value), token[what])
    if place.province and place.province != place.city:
        text = _replaced(text, re.escape(place.province), "{province}")
    levels = "|".join(map(re.escape, (words or read_words()).levels))
    marked = rf"(?<=[（(【\[])(?:{levels})(?=[)）】\]])|(?<=密级[:：])(?:{levels})(?![\u4e00-\u9fff])"
    return _replaced(text, marked, "{classification}")


def _replaced(text: str, pattern: str, by: str | Callable[[re.Match[str]], str]) -> str:
    """Replace what stands outside of tokens that are there already."""
    pieces = re.split(r"(\{\w+\})", text)
    put = by if callable(by) else (lambda _: by)
    return "".join(one if _TOKEN.fullmatch(one) else re.sub(pattern, put, one) for one in pieces)


def _dated(text: str, known: KnownFacts) -> str:
    year, month, day = known.year, known.month, known.day
    if not year:
        return text
    if month and day:
        short, bare = str(int(month)), str(int(day))
        text = _replaced(text, rf"(?<!\d){year}{month}{day}(?!\d)", "{date}")
        text = _replaced(
            text,
            rf"(?<!\d){year}([-._]){month}(?:\1){day}(?!\d)",
            lambda found: f"{{year}}{found[1]}{{month}}{found[1]}{{day}}",
        )
        text = _replaced(text, rf"(?<!\d){year}年(?:{month}|{short})月(?:{day}|{bare})日", "{year}年{month}月{day}日")
    if month:
        text = _replaced(text, rf"(?<!\d){year}{month}(?!\d)", "{year}{month}")
        text = _replaced(
            text, rf"(?<!\d){year}([-._]){month}(?!\1\d|\.\d|\d)", lambda found: f"{{year}}{found[1]}{{month}}"
        )
        text = _replaced(text, rf"(?<!\d){year}年(?:{month}|{int(month)})月(?!\d)", "{year}年{month}月")
    han = year.translate(HAN_DIGITS).replace("〇", "[〇○零]")
    if month:
        text = _replaced(text, f"{han}年{HAN_MONTHS[int(month)]}月", "{year_han}年{month_han}月")
    text = _replaced(text, rf"{han}年(?![一二三四五六七八九十]+月)", "{year_han}年")
    text = _replaced(text, rf"(?<!\d){year}年度", "{filing_year}年度")
    # Of another date in the same year nothing is taken away, nor of a version.
    other = rf"(?!{_MONTH}(?:{_DAY})?(?!\d)|[-._]{_MONTH}(?!\d)|年(?:1[0-2]|0?[1-9])月|年?{_VERSION})"
    return _replaced(text, rf"(?<![\d〔\[.]){year}(?!\d|\.\d|[〕\]]){other}", "{year}")


def years_left(name: str) -> list[str]:
    """Find the years that a name keeps though it has tokens: whether they are this year's, nobody knows."""
    return re.findall(rf"(?<!\d){_YEAR}(?!\d)|{_HAN_YEAR}", _FOREIGN.sub(" ", name))


def without_tokens(stem: str) -> str:
    """Give the words of a name alone: without tokens, the number before it, and the page behind it.

    Examples
    --------
    >>> without_tokens("附件3 {area}专家评审意见_{year}")
    '专家评审意见'
    """
    text = _OTHER_DATE.sub("", _WORDED.sub(" ", stem))
    text = _NUMBERING.sub("", text.strip(" _-.、"))
    text = _ENDING.sub("", text)
    text = re.sub(r"[（(【\[]\s*[)）】\]]", "", text)
    return text.strip(" _-.、") or stem


def without_page(stem: str) -> str:
    """Take the page, the version and a date of its own off the end of a document's name.

    Examples
    --------
    >>> without_page("会议纪要（2）"), without_page("专家评审意见_20231105")
    ('会议纪要', '专家评审意见')
    """
    return _ENDING.sub("", _OTHER_DATE.sub("", stem)).strip(" _-.、") or stem
