"""The engine: one planar partition, many labelings. No QGIS, no Qt.

Public: ``verbs``, ``Plan``, ``Case``, ``allow_hosts``, ``__version__``, and the errors ``BadInput``, ``Cancelled``,
``MissingLibrary``; they are loaded when they are asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import verbs
    from .case.model import Case
    from .core.connections import allow_hosts
    from .core.errors import BadInput, Cancelled, MissingLibrary
    from .plan.file import Plan

__all__ = ["BadInput", "Cancelled", "Case", "MissingLibrary", "Plan", "__version__", "allow_hosts", "verbs"]
_ERRORS = ("BadInput", "Cancelled", "MissingLibrary")


def __getattr__(name: str) -> Any:
    """Load a public name (PEP 562)."""
    if name == "Plan":
        from .plan.file import Plan

        return Plan
    if name == "Case":
        from .case.model import Case

        return Case
    if name == "allow_hosts":
        from .core.connections import allow_hosts

        return allow_hosts
    if name in _ERRORS:
        from .core import errors

        return getattr(errors, name)
    if name == "__version__":
        from .core.shipped import own_version

        return own_version()
    if name == "verbs":
        return import_module(".verbs", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
