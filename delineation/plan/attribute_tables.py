"""What attribute tables of a plan show in QGIS: titles with units, names in place of codes, areas in km².

QGIS reads it as part of a layer's style (QML), from the plan file or from whoever shows it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ..case.profile import REMAINDER, UNDELIVERED
from ..core.errors import BadInput
from ..core.messages import Message, word
from .tables import declared

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..case.names import Glossary
    from ..core.columns import Column

CATEGORIES = "Fields|Forms|AttributeTable"
"""Parts of a style that `field_settings` are."""
KM2 = "area_km2"
"""A field that QGIS computes from ``area_m2``."""
_DOUBLE = "6"  # Qt's number of the type
_KM2_EXPRESSION = 'round("area_m2" / 1e6, 4)'
TITLED = ("units", "faces", "borders", "element_zones", "findings", "evidence")
"""The layers and tables that there are settings for."""
_SO_OR_NOT = (Message("no"), Message("yes"))


def field_settings(layer: str, names: Glossary, language: str, counties: Mapping[str, str]) -> str:
    """Give the titles, value maps and columns of a layer's attribute table as QML.

    Parameters
    ----------
    layer : str
        One of ``TITLED``.
    names : Glossary
        What categories, kinds, zones … are called.
    language : str
        ``zh`` or ``en``.
    counties : mapping of str to str
        Code of a county → its name.
    """
    columns = declared(layer).columns
    shown = _shown(columns)
    titles = {column.name: column.title(language) for column in columns}
    fields = "".join(
        _tag("field", _editor(_words(column.words, names, language, counties)), name=column.name) for column in columns
    )
    computed = ""
    for area in (column for column in columns if column.shown_in):
        titles[KM2] = area.title(language, area.shown_in)
        field = _tag("field", name=KM2, expression=_KM2_EXPRESSION, type=_DOUBLE)
        computed = _tag("expressionfields", field)
    aliases = "".join(_tag("alias", field=name, name=title) for name, title in titles.items())
    width = {column.name: column.width for column in columns}
    hidden = [name for name in ("fid", *width) if name not in shown]
    looks = "".join(
        _tag("column", type="field", name=name, hidden=str(int(name in hidden)), width=str(width.get(name, -1)))
        for name in (*shown, *hidden)
    )
    return _tag(
        "qgis",
        _tag("fieldConfiguration", fields),
        _tag("aliases", aliases),
        computed,
        _tag("attributetableconfig", _tag("columns", looks)),
        styleCategories=CATEGORIES,
    )


def with_field_settings(style: str, settings: str) -> str:
    """Put `field_settings` into a style (QML) that has none; by themselves where there is no style."""
    if not style:
        return settings
    head, _, rest = style.partition('styleCategories="')
    inner = settings[settings.index(">") + 1 : settings.rindex("</qgis>")]
    body, _, tail = rest.rpartition("</qgis>")
    return f'{head}styleCategories="{CATEGORIES}|{body}{inner}</qgis>{tail}'


def _shown(columns: Sequence[Column]) -> list[str]:
    """Name what readers of a table are shown, in order; all else is hidden there, and shown in a feature's form."""
    shown = {column.name: KM2 if column.shown_in else column.name for column in columns if column.shown}
    order = list(shown)
    for column in columns:
        if column.behind:
            order.remove(column.name)
            order.insert(order.index(column.behind) + 1, column.name)
    return [shown[name] for name in order]


def _editor(words: Sequence[tuple[str, str]]) -> str:
    """Say how a column is shown: its values by their words, or as they are."""
    if not words:
        return _tag("editWidget", type="")
    rows = "".join(
        _tag("Option", _tag("Option", type="QString", name=word, value=value), type="Map") for value, word in words
    )
    listed = _tag("Option", rows, type="List", name="map")
    return _tag("editWidget", _tag("config", _tag("Option", listed, type="Map")), type="ValueMap")


def _tag(tag: str, *inner: str, **attributes: str) -> str:
    """Write an element of XML; what that cannot hold is left out, as a stranger's name would cost the whole style."""
    said = "".join(f' {key}="{escape("".join(filter(str.isprintable, value)))}"' for key, value in attributes.items())
    return f"<{tag}{said}>{''.join(inner)}</{tag}>"


def _words(kind: str, names: Glossary, language: str, counties: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give the values of a kind with their words; none of what speaks for itself."""
    if kind == "yes_no":
        return [(value, word(said, language).capitalize()) for value, said in zip("01", _SO_OR_NOT, strict=True)]
    if kind == "county":
        form = "{name}（{code}）" if language == "zh" else "{name} ({code})"
        return [(code, form.format(name=name, code=code)) for code, name in counties.items() if name]
    if kind == "zone":
        return _zones(names, language)
    values: Iterable[str] = {
        "category": ("1", "2", "3"),
        "kind": (*names.profile.roles, "general"),
        "severity": ("error", "warning"),
        "filled": ("", REMAINDER, UNDELIVERED),
    }.get(kind, ())
    if kind == "element":
        values = dict.fromkeys(str(row["element"]) for row in _coded(names))
    said = [(value, names(kind, value, language, {})) for value in values]
    return [(value, text[:1].upper() + text[1:]) for value, text in said]


def _coded(names: Glossary) -> Sequence[Mapping[str, str]]:
    """Read the profile's table of zones; nothing where it has none, as a profile of words alone."""
    try:
        return names.profile.table("codes_ys.csv")
    except BadInput:
        return []


def _zones(names: Glossary, language: str) -> list[tuple[str, str]]:
    """Name zones; one that several elements have goes by what its names end alike in: the element stands beside it."""
    elements: dict[str, list[str]] = {}
    for row in _coded(names):
        zone = str(row["role"] if row["zone"] == "*" else row["zone"])
        elements.setdefault(zone, []).append(str(row["element"]))
    out = []
    for zone, of in elements.items():
        said = list(dict.fromkeys(names("zone", zone, language, {"element": element}) for element in of))
        ending = said[0]
        while language == "zh" and not all(one.endswith(ending) for one in said):
            ending = ending[1:].removeprefix("环境")
        out.append((zone, ending[:1].upper() + ending[1:] or zone))
    return out
