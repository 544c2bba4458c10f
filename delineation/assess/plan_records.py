"""What an assessment needs of a closed plan file: what it says of itself, units, clauses, and the faces near a place.

All of it is read by SQL in one moment; nothing of it holds the file open.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from ..case.profile import UNDELIVERED, Profile, profile_for_words, profile_settings
from ..core.errors import BadInput
from ..core.geopackage import crs_of, table_names
from ..core.messages import Message, at
from ..core.text import json_table
from ..lists.draft import PROPOSED, TO_REVIEW
from ..lists.terms import ClauseVocabulary, asked_terms
from ..plan.content import changed_tables
from ..plan.file import empty_table, findings_at, meta_in, refuse_homeless, rows_with, schema_in, table_in
from ..plan.tables import TABLES
from .places import FaceTokens, read_neighbourhood
from .project import DESCRIBED

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from ..case.profile_files import Section
    from ..sources.coordinates.crs import Box
    from .places import Neighbourhood

__all__ = ["ListedClause", "PlanRecords", "PlanUnit", "settings_of"]

_PLAN = Message("a plan file made by `run`")
_SEA_UNIT, _SEA, _GENERAL = "HY", "sea", "general"
_UNIT = ("unit_id", "code", "name", "category", "kind", "county")
_BOUNDS = """
SELECT min(minx), min(miny), max(maxx), max(maxy), count(*), (SELECT count(*) FROM faces) FROM rtree_faces_geom
"""
_SOURCE = ("source", "role", "date", "sha256", "classification")
# What tells clauses apart.
_SAME = ("clause_id", "dimension", "effect", "text", "basis", "level", "subdimension", "issuer", "remark", "terms")
# Where a clause of a plan without a library comes from, when it is no role that its zones have.
_NO_ROLE = ("all", "hand", "previous")
NOBODY = "?"
"""Before a role, in tokens of a face: its element was not delivered there."""
LAYER = "layer:"
"""Before a role: the id of what stands for the unknown clauses on a layer, in a plan without a clause library."""


def settings_of(profile: Profile | None = None) -> Section:
    """Read ``assess.toml`` of a profile, or the national one where it has none."""
    return profile_settings(profile, "assess.toml")


@dataclass(frozen=True)
class PlanUnit:
    """A unit of a plan."""

    unit_id: str
    code: str
    name: str
    category: int
    kind: str
    county: str

    @property
    def sea(self) -> bool:
        """It lies at sea."""
        return self.code.startswith(_SEA_UNIT) or self.kind == _SEA


@dataclass(frozen=True)
class ListedClause:
    """A clause as one or more units have it.

    Attributes
    ----------
    key : str
        Its id, or ``id@code`` of a unit where units have different clauses under one id.
    terms : mapping
        By which it is assessed (`lists.terms.asked_terms`).
    """

    key: str
    id: str
    level: str
    issuer: str
    dimension: str
    subdimension: str
    effect: str
    text: str
    basis: str
    page: str
    remark: str
    verified: bool
    terms: Mapping[str, Any] = field(compare=False)

    @cached_property
    def scope(self) -> tuple[str, ...]:
        """Tokens of where it holds."""
        return tuple(self.terms.get("scope", ()))

    @cached_property
    def industries(self) -> tuple[str, ...]:
        """Codes and groups that it is for; none where it is for all."""
        return tuple(self.terms.get("industries") or ())

    @cached_property
    def told(self) -> dict[str, Any]:
        """What an answer says of it, whatever the site."""
        return {
            "id": self.id,
            "effect": self.effect,
            "text": self.text,
            "basis": self.basis,
            "basis_checked": self.verified,
            "level": self.level,
            "issuer": self.issuer,
            "dimension": self.dimension,
            "subdimension": self.subdimension,
            "page": self.page,
            "remark": self.remark,
        }

    @property
    def document(self) -> dict[str, Any]:
        """What a verdict asks of it."""
        return {**self.terms, "effect": self.effect, "level": self.level}


class PlanRecords:
    """What a plan file says, apart from its faces; of one moment.

    Attributes
    ----------
    path : Path
    meta : dict of str
    schema : int
    crs : str
    bounds : tuple of float
        West, south, east, north of its faces.
    changes : dict
        Tables that other programs have changed: see `plan.content.changed_tables`.
    edited : bool
        Somebody has edited it, and may have taken clauses off a list.
    units : dict
        Unit id → `PlanUnit`.
    sources : list of dict
        ``source``, ``role``, ``date``, ``sha256``, ``classification``.
    library : dict
        ListedClause id → `ListedClause`, as the lists were made from it.
    profile : Profile
    settings : Section
        ``assess.toml``.
    vocabulary : ClauseVocabulary
        Facts, industries and laws.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        where = at(path)
        self.path, self.folder = path, path.absolute().parent
        names = table_names(connection)
        self.schema = schema_in(connection, where)
        self.meta = meta_in(connection, where)
        if not self.schema or "rtree_faces_geom" not in names:
            name = "rtree_faces_geom" if self.schema else "meta"
            raise BadInput(Message("no table '{name}'", name=name), where=where, wanted=_PLAN)
        self.crs = crs_of(connection, "faces")
        *bounds, indexed, faces = connection.execute(_BOUNDS).fetchone()
        if not faces or indexed != faces:
            what = Message("an index of {indexed} rows for {faces} rows of layer 'faces'", indexed=indexed, faces=faces)
            raise BadInput(what if faces else Message("a plan without faces"), where=where, wanted=_PLAN)
        self.bounds: Box = (*bounds,)
        self.changes = changed_tables(connection)
        self.edited = "journal" in names and connection.execute("SELECT 1 FROM journal LIMIT 1").fetchone() is not None
        self.profile = profile_for_words(self)
        self.settings = settings_of(self.profile)
        self.vocabulary = ClauseVocabulary.of(self.profile)
        self.units = {row[0]: PlanUnit(*row) for row in self._rows(connection, "units", _UNIT)}
        zones = self._rows(connection, "element_zones", ("element", "zone", "county", "filled", "code"))
        # What was filled in as nobody delivered it stands beside the general zone of the county.
        self.zone_codes: dict[tuple[Any, ...], str] = {(*row[:3], row.filled == UNDELIVERED): row.code for row in zones}
        sources = self._rows(connection, "sources", _SOURCE)
        self.sources = [dict(zip(_SOURCE, row, strict=True)) for row in sources]
        self.roles = frozenset(one["role"] for one in self.sources)
        self._clauses: dict[Any, ListedClause] = {}
        self._keys: dict[str, int] = {}
        self.library = self._read_library(connection)
        self._of_unit: dict[str, tuple[tuple[ListedClause, bool], ...]] = {}

    @property
    def findings_behind(self) -> bool:
        """Edits have been made since the plan's findings were found."""
        return findings_at(self.meta) is not None

    @cached_property
    def library_digest(self) -> str:
        """SHA-256 over the clause library; "" where the plan has none."""
        if not self.library:
            return ""
        digest = hashlib.sha256()
        for clause in self.library.values():
            said = [clause.id, clause.level, clause.effect, clause.text, clause.basis, clause.terms]
            digest.update(json.dumps(said, ensure_ascii=False, sort_keys=True).encode())
        return digest.hexdigest()

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """Roles that an assessment needs, whether the plan has them or not (``assess.toml``)."""
        settings = self.settings
        wanted = [*settings["needed"], *(settings["needed_at_sea"] if _SEA in self.roles else ())]
        for role, provinces in settings.get("needed_in", {}).items():
            wanted += [role] if any(unit.county.startswith(tuple(provinces)) for unit in self.units.values()) else []
        return tuple(one for one in dict.fromkeys(map(str, wanted)) if one not in settings["none_here"])

    def table(self, connection: sqlite3.Connection, name: str, **some: Any) -> pd.DataFrame:
        """Read a table; one that somebody has taken out is empty, and the plan told to be changed."""
        if self.changes.get(name, (0, 0))[1] < 0:
            return empty_table(name)
        return table_in(connection, name, at(self.path), self.schema, **some)

    def _rows(self, connection: sqlite3.Connection, name: str, columns: Sequence[str], **some: Any) -> Iterator[Any]:
        """Read columns of a table, each row a named tuple; texts that are missing are empty."""
        frame = self.table(connection, name, shapes=False, **some)[list(columns)]
        yield from frame.fillna("").itertuples(index=False)

    def _read_library(self, connection: sqlite3.Connection) -> dict[str, ListedClause]:
        found = {}
        for row in self._rows(connection, "library", TABLES["library"].names):
            name, effect = row.clause_id, row.effect
            found[name] = ListedClause(
                name, name, row.level, row.issuer, row.dimension, row.subdimension, effect, row.text, row.basis,
                row.page, "", bool(row.verified), self._asked(name, effect, json_table(row.terms), text_only=False),
            )  # fmt: skip
        return found

    def _asked(self, name: str, effect: str, terms: Mapping[str, Any], *, text_only: bool) -> dict[str, Any]:
        asked = asked_terms(effect, terms, text_only=text_only, vocabulary=self.vocabulary)
        if not any(one["fact"] == DESCRIBED for one in asked.get("when", ())):
            return asked
        # Whether a project is what a clause describes is a question of its own for each clause.
        own = [{**one, "fact": f"{DESCRIBED}:{name}"} if one["fact"] == DESCRIBED else one for one in asked["when"]]
        return {**asked, "when": own}

    def read_clauses(self, connection: sqlite3.Connection, units: Sequence[str]) -> None:
        """Read the lists of units, of those that are not read yet."""
        wanted = [unit for unit in units if unit not in self._of_unit]
        if not wanted:
            return
        some = rows_with("unit_id", wanted) if len(wanted) < len(self.units) else {}
        found: dict[str, list[tuple[ListedClause, bool]]] = {unit: [] for unit in wanted}
        for row in self._rows(connection, "clauses", TABLES["clauses"].names, **some):
            if row.unit_id in found:
                found[row.unit_id].append((self._clause(row), unreviewed(row.status)))
        self._of_unit |= {unit: tuple(rows) for unit, rows in found.items()}

    def _clause(self, row: Any) -> ListedClause:
        """Give the clause of a row of table ``clauses``; rows that say the same have one."""
        known = *(getattr(row, name) for name in _SAME), "" if self.library or row.terms else row.origin
        clause = self._clauses.get(known)
        if clause is None:
            made = self._made(row)
            # Units may have written different clauses under one id.
            count = self._keys[made.id] = self._keys.get(made.id, 0) + 1
            if count > 1:
                code = self.units[row.unit_id].code if row.unit_id in self.units else row.unit_id
                key = f"{made.id}@{code}" + (f"#{count}" if f"{made.id}@{code}" in self._keys else "")
                self._keys[key] = 1
                made = replace(made, key=key)
            clause = self._clauses[known] = made
        return clause

    def _made(self, row: Any) -> ListedClause:
        name, effect, own = row.clause_id, row.effect, json_table(row.terms)
        shared = self.library.get(name)
        page = "" if shared is None else shared.page
        # What somebody has read is the basis that the library has, and no other.
        verified = shared is not None and shared.verified and row.basis == shared.basis
        if own:
            asked = self._asked(name, effect, own, text_only=False)
        elif shared is not None:
            same = effect == shared.effect
            asked = dict(shared.terms) if same else self._asked(name, effect, shared.terms, text_only=False)
        else:
            asked = self._of_origin(name, effect, row.origin)
        return ListedClause(
            name, name, row.level, row.issuer, row.dimension, row.subdimension, effect, row.text, row.basis, page,
            row.remark, verified, asked,
        )  # fmt: skip

    def _of_origin(self, name: str, effect: str, origin: str) -> dict[str, Any]:
        """Give the terms of a clause that has only its text: by what brought it, in a plan without a library."""
        role, _, zone = origin.partition(":")
        if self.library or role in (*_NO_ROLE, "category", "admin", "place") or role not in self.profile.roles:
            return self._asked(name, effect, {}, text_only=True)
        return self._asked(
            name, effect, {"scope": [f"role:{role}:{zone}" if zone else f"role:{role}"]}, text_only=False
        )

    def clauses_of(self, unit: str) -> tuple[tuple[ListedClause, bool], ...]:
        """Give the clauses of a unit's list that was read, each with whether nobody has reviewed it there."""
        return self._of_unit.get(unit, ())

    def left_out(self, known: FaceTokens) -> tuple[ListedClause, ...]:
        """Give the clauses of the library that hold on a face and that its unit's list has not.

        They are drafted wherever they hold: of a plan that was `edited`, somebody has taken them off.
        """
        units = [token.removeprefix("unit_id:") for token in known.tokens if token.startswith("unit_id:")]
        listed = {clause.id for unit in units for clause, _ in self.clauses_of(unit)}
        return tuple(
            clause for clause in self.library.values() if clause.id not in listed and known.satisfies(clause.scope)
        )

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Roles that are needed and that the plan has no layer of."""
        return tuple(role for role in self.needed if role not in self.roles)

    @cached_property
    def unfinished(self) -> tuple[str, ...]:
        """Roles of the elements that were not delivered everywhere."""
        some = {element for element, _, _, undelivered in self.zone_codes if undelivered}
        return tuple(role for name, rows, _ in self._elements if name in some for role in _roles_of(rows))

    @cached_property
    def unasked(self) -> tuple[ListedClause, ...]:
        """Clauses of the library on layers that the plan lacks, or has unfinished: nobody can answer them there.

        A plan without a library may lack any: something that prohibits stands for what it may say of such a layer.
        """
        if not self.library:
            return tuple(
                ListedClause(
                    LAYER + role, LAYER + role, "", "", "", "", "prohibit", "", "", "", "", False,
                    {"scope": [f"role:{role}"]},
                )
                for role in (*self.missing, *self.unfinished)
            )  # fmt: skip
        lost = {*self.missing, *self.unfinished}
        return tuple(
            clause for clause in self.library.values() if any(lost & set(roles_in(token)) for token in clause.scope)
        )

    @cached_property
    def _elements(self) -> list[tuple[str, list[tuple[str, str, str]], bool]]:
        """Element → rows (role, zone, zone in the plan), and whether its general zone fills the land."""
        rows = self.profile.table("codes_ys.csv")
        out = []
        for element in dict.fromkeys(row["element"] for row in rows):
            table = [row for row in rows if row["element"] == element]
            own = [(row["role"], row["zone"], row["role"] if row["zone"] == "*" else row["zone"]) for row in table]
            cover = any(self.profile.roles[role].cover for role, *_ in own if role in self.profile.roles)
            if any(role in self.roles for role, *_ in own):
                out.append((element, own, cover))
        return out

    def tokens(self, county: str, unit: str, category: int, over: Sequence[tuple[str, str, str]]) -> FaceTokens:
        """Say what is true of a face by its county, unit, category and what covers it.

        Of what covers it the role, the zone (with its grade, as in ``nature_reserve+core``) and the feature's name.
        """
        of_unit = self.units.get(unit)
        found = [f"admin:{county}", f"unit_id:{unit}", f"category:{category}"]
        sea = bool(of_unit and of_unit.sea) or any(role == _SEA for role, *_ in over)
        if of_unit is not None:
            found += [f"unit:{of_unit.code}", f"place:{of_unit.name}", f"place:{of_unit.code}"]
            if of_unit.kind == _GENERAL and not sea:
                found.append(f"kind:{_GENERAL}")
        if sea:
            found.append(f"kind:{_SEA}")
        covering = set()
        for role, zone, name in over:
            own = zone.partition("+")[0]  # without its grade
            covering.add((role, own))
            said = (own, zone, self.profile.zone_classes.get((role, own), ""))
            found += [f"role:{role}", *(f"role:{role}:{one}" for one in said if one)]
            if name:
                found.append(f"place:{name}")
        zones = []
        for one in () if sea else self._elements:
            zones.append(code := self._zone(one, county, covering))
            if code == self.zone_codes.get((one[0], _GENERAL, county, True), NOBODY):
                found += [f"{kind}:{NOBODY}{role}" for role in _roles_of(one[1]) for kind in ("role", "unit_id")]
        return FaceTokens(tuple(dict.fromkeys(found)), tuple(filter(None, zones)), sea)

    def _zone(self, element: Any, county: str, over: set[tuple[str, str]]) -> str:
        name, rows, cover = element
        roles = {role for role, _ in over}
        for role, zone, called in rows:
            if role and ((zone == "*" and role in roles) or (role, zone) in over):
                return self.zone_codes.get((name, called, county, False), "")
        undelivered = self.zone_codes.get((name, _GENERAL, county, True), "")
        return undelivered or (self.zone_codes.get((name, _GENERAL, county, False), "") if cover else "")

    @cached_property
    def zones(self) -> dict[str, tuple[str, str, str, bool]]:
        """Code of an element zone → element, zone, county, and whether it was filled in as nobody delivered it."""
        return {code: key for key, code in self.zone_codes.items()}

    def neighbourhood(self, connection: sqlite3.Connection, box: Box | None) -> Neighbourhood:
        """Read the faces near a place, or all, with the lists of their units."""
        near = read_neighbourhood(partial(self.table, connection), box, self.tokens)
        refuse_homeless(near.units, self.units, at(self.path))
        self.read_clauses(connection, near.units)
        return near


def _roles_of(rows: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(role for role, *_ in rows if role))


def roles_in(token: str) -> Iterator[str]:
    """Give the roles that a token of a scope names."""
    kind, _, said = token.partition(":")
    if kind == "role":
        for one in said.split("|"):
            yield one.removeprefix("role:").partition(":")[0]


def unreviewed(status: str) -> bool:
    """Tell whether nobody has looked at a clause of a list yet."""
    return status in (TO_REVIEW, PROPOSED)
