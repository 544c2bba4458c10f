"""A case with another method than its own: asked for by a method string, or none but the rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..case.model import LIMITS
from ..case.reading import method_of
from ..core.errors import BadInput
from ..core.messages import Message, at
from ..core.toml import check_known
from .registry import parameters
from .settings import MethodSettings
from .table import TABLE, declared_parameters, known_parameters

if TYPE_CHECKING:
    from ..case.model import Case
    from ..case.profile import Profile


def with_method(case: Case, method: str, *, seed: int | None = None) -> Case:
    """Give a case the method of a method string, and a seed.

    Parameters
    ----------
    case : Case
    method : str
        ``NAME:key=value,…``.
    seed : int, optional
        The case's where not given.

    Raises
    ------
    BadInput
        An unknown method or parameter, or a seed below 0.
    """
    name, given = method_of({}, method, "[method]")
    known_parameters(name, parameters(name), given)
    seed = case.seed if seed is None else seed
    LIMITS["case.seed"].check("seed", seed, Message("seed"))
    return stated(replace(case, method=name, method_parameters=given, seed=seed))


def presets(profile: Profile) -> dict[str, Any]:
    """Give what clustering methods are asked for where nobody says: ``scope``, and the profile's ``[method]``.

    Raises
    ------
    BadInput
        The profile sets what is no setting of these methods.
    """
    of_profile = profile["method"]
    check_known(of_profile, MethodSettings.__dataclass_fields__, at(f"{profile.path.name} [method]"))
    return {"scope": MethodSettings.scope, **of_profile}


def stated(case: Case) -> Case:
    """Give a case with all that its method is asked for, the profile's presets too: what a plan is made by, it says."""
    row = TABLE.get(case.method)
    if row is None or row.solver is None:
        return case
    own = {one.name for one in declared_parameters(row.solver)}
    given = case.method_parameters
    missing = {key: value for key, value in presets(case.profile).items() if key not in given and key not in own}
    return replace(case, method_parameters={**given, **missing}) if missing else case


def understood(method: str) -> tuple[str, dict[str, Any]]:
    """Give what a method string asks for besides the defaults: of two that ask for the same, the same.

    One that cannot be read is all name.
    """
    try:
        name, given = method_of({}, method, "[method]")
        usual = {one.name: one.default for one in parameters(name)}
    except BadInput:
        return method, {}
    return name, {key: value for key, value in given.items() if key not in usual or value != usual[key]}


def overlaid(case: Case) -> Case:
    """Give a case the method that keeps what the rules say, as the scene of metrics wants it."""
    return replace(case, method="overlay", method_parameters={})
