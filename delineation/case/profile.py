"""The profile: words, settings and tables that the standards leave open, read from editable files."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from ..core.atomic_files import is_there
from ..core.errors import BadInput
from ..core.filled_tables import read_table
from ..core.messages import NOTHING, Message, at, joined
from ..core.shipped import RESOURCES
from ..core.text import clean_text, nearest
from .profile_files import ProfileRow, Section, read_settings

__all__ = [
    "NATIONAL",
    "PROFILES",
    "REMAINDER",
    "UNDELIVERED",
    "Profile",
    "Role",
    "named_profile",
    "plan_profile",
    "profile_file",
    "profile_for_words",
    "profile_settings",
    "read_profile",
]

PROFILES = RESOURCES / "profiles"
NATIONAL = PROFILES / "national"
PLAIN = ("priority", "key", "general")
REMAINDER, UNDELIVERED = "remainder", "undelivered"
"""Why a general zone was filled in: an element is delivered without general zones; or was not delivered to its end."""
_WHOLE = "whole"
_STEMS = {"优先": "priority", "重点": "key", "一般": "general"}
# What may stand around 优先/重点/一般 without saying anything more than the category itself.
_FILLERS = ("管控区", "保护区", "管控单元", "保护单元", "管控", "保护", "区")
_IN_BRACKETS = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")


@dataclass(frozen=True)
class Role:
    """What a source can be.

    Attributes
    ----------
    name, label : str
        Identifier and Chinese label.
    geometry : str
        ``polygon`` or ``line``.
    zones : mapping of str to tuple of str
        Zone id → accepted values.
    zoned, optional_zone, graded, free_zone : bool
        A zone is required, may be given, comes from the grade field, or may be any text.
    grades : mapping of str to tuple of str
        Grade id → accepted values: control zones of protected areas, levels of parks. Of a ``graded`` role the grade
        field says the zone instead.
    protected : bool
        No step puts it under a lower category (only ``protected_zones``, where given).
    frozen : bool
        Its vertices never move after snapping, and cleaning never lets it ride.
    element : str
        Element of its element zones, or "".
    cover : bool
        The element tiles the land: the rest is filled in as its general zone.
    delivered : str
        ``whole``: the source has a zone for all of the land, so that what it leaves out was not delivered; "": that is
        so where it holds general zones.
    expected : bool
        A case without a source of it is asked about: hardly any territory has none.
    guide : bool
        Lines, or outlines of polygons, that cut nothing and decide nothing: a division method may keep its borders to
        them (``align``).
    """

    name: str
    label: str
    geometry: str = "polygon"
    words: tuple[str, ...] = ()
    zones: Mapping[str, tuple[str, ...]] = None  # type: ignore[assignment]
    grades: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    zoned: bool = False
    optional_zone: bool = False
    graded: bool = False
    free_zone: bool = False
    protected: bool = False
    protected_zones: tuple[str, ...] = ()
    frozen: bool = False
    element: str = ""
    cover: bool = False
    delivered: str = ""
    expected: bool = False
    guide: bool = False

    @property
    def takes_zone(self) -> bool:
        """Whether features of this role may carry a zone."""
        return self.zoned or self.optional_zone or self.graded or self.free_zone

    @property
    def zone_ids(self) -> tuple[str, ...]:
        """All zone ids its features may have, the plain ones included."""
        if not self.takes_zone:
            return ()
        return tuple(dict.fromkeys([*self.zones, *PLAIN]))

    def has_zone(self, zone: str) -> bool:
        """Whether it has a zone, or a grade of one, as in ``nature_reserve+core``."""
        own, _, grade = zone.partition("+")
        return self.free_zone or (own in self.zone_ids and (not grade or grade in self.grades))


@dataclass(frozen=True)
class Profile:
    """A profile file with the tables beside it.

    Attributes
    ----------
    path : Path
        The TOML file.
    settings : mapping
        Its content.
    roles : mapping of str to Role
    """

    path: Path
    settings: Mapping[str, Any]
    roles: Mapping[str, Role]

    @property
    def folder(self) -> Path:
        """Where the profile's tables lie."""
        return self.path.parent / str(self.settings.get("tables", self.path.stem))

    def table(self, name: str) -> list[dict[str, str]]:
        """Read a table of the profile as rows of text."""
        path = self.folder / name
        return [ProfileRow(row.cells, str(path)) for row in read_table(path).rows]

    def __getitem__(self, section: str) -> Mapping[str, Any]:
        """Give a section of settings."""
        value = self.settings.get(section, Section(place=f"{self.path} {section}"))
        if not isinstance(value, Mapping):
            raise BadInput(
                Message("[{section}] is no table", section=section),
                where=at(self.path),
                wanted=Message("a table of settings"),
            )
        return value

    def role(self, name: str, where: Message = NOTHING) -> Role:
        """Find the role of that name; an unknown one is an error that names the nearest."""
        try:
            return self.roles[name]
        except KeyError:
            raise BadInput(
                Message("unknown role '{name}'", name=name), where=where, wanted=nearest(name, self.roles)
            ) from None

    @cached_property
    def zone_classes(self) -> dict[tuple[str, str], str]:
        """Role and zone of an element → ``priority``, ``key`` or ``general``; whole catchments are of none."""
        rows = [row for row in self.table("codes_ys.csv") if row["role"] and row["zone"] not in ("*", "catchment")]
        return {(row["role"], row["zone"]): PLAIN[int(row["category"]) - 1] for row in rows}

    @cached_property
    def _plain(self) -> dict[str, str]:
        return {clean_text(word).lower(): plain for plain, words in self["plain"].items() for word in words}

    def zone(
        self, role: Role, value: str, own: Mapping[str, str], where: Message, *, grade: bool = False
    ) -> tuple[str, str]:
        """Read a value of a zone or, with ``grade``, of a grade.

        Parameters
        ----------
        role : Role
        value : str
            As the field has it.
        own : mapping
            The case's map of values to ids of zones and grades, which goes first.
        where : Message
            For the error message.

        Returns
        -------
        zone, subtype : str
            Zone or grade id and what else the value said ("" where nothing).
        """
        text = clean_text(value)
        ids = tuple(role.grades) if grade else role.zone_ids
        if text in own:
            given = own[text]
            if given in ids or role.free_zone:
                return given, ""
            return self.zone(role, given, {}, where, grade=grade)
        found = self.known_zone(role, text, grade=grade)
        if found is not None:
            return found
        plain = () if grade else (*PLAIN, *self["plain"]["priority"][1:2])
        told = {"value": value, "role": role.name}
        raise BadInput(
            Message("grade '{value}' is not known for role {role:role}", **told)
            if grade
            else Message("zone value '{value}' is not known for role {role:role}", **told),
            where=where,
            wanted=Message(
                '{nearest}; or a map zones = {{ "{text}" = "…" }} with one of {zones}',
                nearest=nearest(text, {*self._zone_words[role.name, grade], *plain}),
                text=text,
                zones=joined(ids),
            ),
        )

    def known_zone(self, role: Role, value: str, *, grade: bool = False) -> tuple[str, str] | None:
        """Zone (or grade) id and subtype of a value that needs no map; None where the profile does not know it."""
        text = clean_text(value)
        if not text:
            return "", ""
        words = self._zone_words[role.name, grade]
        if text in words:
            return words[text], ""
        if grade or text in self._zone_words[role.name, True]:
            return None  # 一般控制区 is no general zone
        if text.lower() in self._plain:
            return self._plain[text.lower()], ""
        stems = [stem for stem in _STEMS if stem in text]
        if len(stems) == 1:
            return _STEMS[stems[0]], _rest(text, stems[0])
        return (text, "") if role.free_zone else None

    @cached_property
    def _zone_words(self) -> dict[tuple[str, bool], dict[str, str]]:
        """Role, and whether its grades → word → id; of one that stands twice the first."""
        return {
            (role.name, grade): {
                text: zone
                for zone, values in reversed([*(role.grades if grade else role.zones).items()])
                for text in (zone, *map(clean_text, values))
            }
            for role in self.roles.values()
            for grade in (False, True)
        }

    def absent(self, given: Collection[object], expected: Collection[str] = ()) -> tuple[str, ...]:
        """Roles that any case is expected to have, or this one, and that are not among those given."""
        wanted = (name for name, role in self.roles.items() if role.expected or name in expected)
        return tuple(name for name in wanted if name not in given)

    def label(self, kind: str) -> str:
        """Give a kind's word in unit names."""
        return str(self["kind_labels"].get(kind) or (self.roles[kind].label if kind in self.roles else kind))


def _rest(text: str, stem: str) -> str:
    before, _, after = text.partition(stem)
    filler = next((one for one in _FILLERS if after.startswith(one)), "")
    rest = (before + after.removeprefix(filler)).replace("()", "").strip(" -_")
    # A bracket that opens goes with the one that shuts it: 祥云片区(飞地) keeps both.
    inner = _IN_BRACKETS.fullmatch(rest)
    rest = inner[1] if inner else rest
    return "" if rest in _FILLERS else rest


def _role(name: str, spec: Mapping[str, Any], path: Path) -> Role:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in spec.items()}
    unknown = set(fields) - set(Role.__dataclass_fields__)
    if unknown:
        key = sorted(unknown)[0]
        raise BadInput(
            Message("unknown key '{key}'", key=key),
            where=Message("{path} [roles.{name}]", path=path, name=name),
            wanted=nearest(key, Role.__dataclass_fields__),
        )
    if (said := fields.get("delivered", "")) not in ("", _WHOLE):
        raise BadInput(
            Message("delivered = '{said}'", said=str(said)),
            where=Message("{path} [roles.{name}]", path=path, name=name),
            wanted=_WHOLE,
        )
    for key in ("zones", "grades"):
        fields[key] = {str(zone): tuple(map(str, words)) for zone, words in spec.get(key, {}).items()}
    named: dict[str, Any] = {"name": name, "label": name, **fields}
    return Role(**named)


def read_profile(name: str | Path = "national") -> Profile:
    """Read a profile by name (of those shipped) or by path.

    Raises
    ------
    BadInput
        No such profile, or not readable as TOML.
    """
    path = Path(name)
    if path.suffix != ".toml":
        path = PROFILES / f"{name}.toml"
    shipped = nearest(str(name), [file.stem for file in PROFILES.glob("*.toml")])
    if not is_there(path, shipped):
        raise BadInput(Message("no profile '{name}'", name=name), where=Message("[rules] profile"), wanted=shipped)
    settings = read_settings(path, PROFILES / "national.toml")
    specs = settings.get("roles")
    if not isinstance(specs, dict) or not all(isinstance(spec, dict) for spec in specs.values()):
        raise BadInput(
            Message("no [roles.…] tables"), where=at(path), wanted=Message("a profile file like national.toml")
        )
    roles = {role: _role(role, spec, path) for role, spec in specs.items()}
    return Profile(path=path, settings=settings, roles=roles)


def profile_file(profile: Profile | None, name: str) -> Path:
    """Find a file of a profile: its own, else the national one's, as a bureau's holds only what it changes."""
    own = (NATIONAL if profile is None else profile.folder) / name
    return own if own.is_file() else NATIONAL / name


def profile_settings(profile: Profile | None, name: str) -> Section:
    """Read a file of settings of a profile, see `profile_file`; refused as `read_settings` does."""
    return read_settings(profile_file(profile, name), NATIONAL / name)


class MadeByProfile(Protocol):
    """A plan, or what was read of one: its ``meta`` names a profile, ``folder`` is where its file lies, if it has one.

    A protocol, as no case knows a plan.
    """

    @property
    def meta(self) -> Mapping[str, str]: ...
    @property
    def folder(self) -> Path | None: ...


def named_profile(plan: MadeByProfile) -> str | Path:
    """Find the profile a plan was made by, for `read_profile`.

    A plan holds its name alone. A bureau's own lies with the case, and a plan beside its case or in a folder there:
    ``NAME.toml`` is looked for beside the plan and in the two folders above.
    """
    name = plan.meta.get("profile") or "national"
    if plan.folder is not None and not (PROFILES / f"{name}.toml").is_file():
        for place in (plan.folder, *plan.folder.parents[:2]):
            if (file := place / f"{name}.toml").is_file():
                return file
    return name


def plan_profile(plan: MadeByProfile) -> Profile:
    """Read the profile a plan was made by.

    Raises
    ------
    BadInput
        It is not here: by another one fields, names and sentences would be wrong in silence. Or it cannot be read.
    """
    found = named_profile(plan)
    if isinstance(found, str) and not found.endswith(".toml") and not (PROFILES / f"{found}.toml").is_file():
        raise BadInput(
            Message("the plan was made by the profile '{name}', which is not here", name=found),
            where=at(plan.folder or NOTHING),
            wanted=Message("{file} beside the plan, or in one of the two folders above", file=f"{found}.toml"),
        )
    return read_profile(found)


def profile_for_words(plan: MadeByProfile) -> Profile:
    """Read the profile of a plan to word what it holds; the national one in place of one that is not here."""
    try:
        return plan_profile(plan)
    except BadInput:
        return read_profile()
