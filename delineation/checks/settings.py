"""Settings of the checks: thresholds, patterns, field aliases, element-zone digits, texts; all from the profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..case.profile import Profile, profile_settings, read_profile
from ..core.errors import BadInput
from ..core.messages import Message

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class CheckSettings:
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
    profile : Profile
        Where they come from: its tables say what clauses may speak of.
    """

    checks: Mapping[str, Any]
    fields: Mapping[str, Any]
    zone_digits: Mapping[tuple[str, str], tuple[str, str]]
    full_cover: tuple[str, ...]
    sea_prefix: str
    profile: Profile

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
            raise BadInput(
                Message("no setting {table}.{key}", table=table, key=key),
                where=Message("checks.toml"),
                wanted=Message("the setting, as in the national profile"),
            ) from None

    @property
    def tolerance(self) -> float:
        """Mean width (m) under which a piece is numerical noise."""
        return float(self.of("general", "tolerance"))

    @property
    def grid(self) -> float:
        """Grid (m) that unions and differences of faulty layers are rounded to: well under the tolerance."""
        return self.tolerance / 10


def load_settings(profile: Profile | None = None) -> CheckSettings:
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
    return CheckSettings(
        checks=profile_settings(profile, "checks.toml"),
        fields=profile_settings(profile, "unit_fields.toml"),
        zone_digits=digits,
        full_cover=tuple(sorted({role.element for role in profile.roles.values() if role.cover and role.element})),
        sea_prefix=str(profile["codes"]["sea_prefix"]),
        profile=profile,
    )
