"""Settings of the checks: thresholds, patterns, field aliases, element-zone digits, texts; all from the profile."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import BadInput
from ..profile import PROFILES, Profile, read_profile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Settings", "load_settings", "load_texts"]

_NATIONAL = PROFILES / "national"


@dataclass(frozen=True)
class Settings:
    """What a profile says about checks.

    Attributes
    ----------
    checks : mapping
        ``checks.toml``: one table per rule, and ``general`` and ``codes``.
    fields : mapping
        ``unit_fields.toml``: aliases, types and lengths of a unit layer's fields.
    zone_digits : mapping of (str, str) to (str, str)
        Element and zone (or role) → category and element digit of an element-zone code (``codes_ys.csv``).
    full_cover : tuple of str
        Elements whose zones tile the land (``cover = true`` in the profile's roles).
    sea_prefix : str
        Start of a sea unit's code.
    """

    checks: Mapping[str, Any]
    fields: Mapping[str, Any]
    zone_digits: Mapping[tuple[str, str], tuple[str, str]]
    full_cover: tuple[str, ...]
    sea_prefix: str

    def of(self, table: str, key: str) -> Any:
        """One setting of ``checks.toml``.

        Raises
        ------
        BadInput
            The profile lacks it.
        """
        try:
            return self.checks[table][key]
        except KeyError:
            wanted = "the setting, as in the national profile"
            raise BadInput(f"no setting {table}.{key}", where="checks.toml", wanted=wanted) from None

    @property
    def tolerance(self) -> float:
        """Mean width (m) under which a piece is numerical noise."""
        return float(self.of("general", "tolerance"))

    @property
    def grid(self) -> float:
        """Grid (m) that unions and differences of faulty layers are rounded to: well under the tolerance."""
        return self.tolerance / 10


def _toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError:
        raise BadInput("file cannot be read", where=str(path), wanted="a file of the profile") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"not readable as TOML ({error})", where=str(path), wanted="a profile file in UTF-8") from None


def _file(profile: Profile, name: str) -> Path:
    # A bureau's profile holds only what it changes: the rest is the national one's.
    own = profile.folder / name
    return own if own.is_file() else _NATIONAL / name


def load_settings(profile: Profile | None = None) -> Settings:
    """Read a profile's settings for the checks.

    Parameters
    ----------
    profile : Profile, optional
        The national one by default. Files that its folder lacks are the national profile's.

    Raises
    ------
    BadInput
        A file is missing or no valid TOML.
    """
    profile = profile or read_profile()
    digits: dict[tuple[str, str], tuple[str, str]] = {}
    for row in profile.table("codes_ys.csv"):
        key = (row["element"], row["role"] if row["zone"] == "*" else row["zone"])
        digits.setdefault(key, (row["category"], row["element_digit"]))
    return Settings(
        checks=_toml(_file(profile, "checks.toml")),
        fields=_toml(_file(profile, "unit_fields.toml")),
        zone_digits=digits,
        full_cover=tuple(sorted({role.element for role in profile.roles.values() if role.cover and role.element})),
        sea_prefix=str(profile["codes"]["sea_prefix"]),
    )


def load_texts(profile: Profile | None = None) -> dict[str, Any]:
    """Severity and wording of findings by id: all ``findings*.toml`` of the national profile, a bureau's own on top."""
    folders = [_NATIONAL] if profile is None else [_NATIONAL, profile.folder]
    texts: dict[str, Any] = {}
    for folder in dict.fromkeys(folders):
        for path in sorted(folder.glob("findings*.toml")):
            texts.update(_toml(path))
    return texts
