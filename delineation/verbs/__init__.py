"""What scripts and plugins call; each verb joins several rooms, and is loaded when it is first asked for.

Examples
--------
>>> from control_units.delineation import verbs
>>> verbs.run("case.toml", "plan.gpkg")["units"]
3
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.arguments import checked

if TYPE_CHECKING:
    from ..explain.why import why
    from ..guessing.folder import guess_sources as guess
    from ..package.build import package
    from ..package.like.learn import learn
    from .adopting import adopt
    from .assessing import assess, assess_batch
    from .benchmarking import bench
    from .checking import check_file as check
    from .editing import (
        adopt_scenario,
        branch,
        compare_scenarios,
        edit,
        foreseen,
        go,
        redo,
        scenarios,
        switch,
        undo,
        without_foreign,
    )
    from .happening import log
    from .impacts import impact
    from .listing import import_lists
    from .overlaying import partition
    from .regions import regions as divide
    from .running import run
    from .source_comparison import compare_source
    from .suggesting import suggest
    from .taking_back import take_back
    from .verifying import verify
    from .versioning import version

__all__ = [
    "adopt",
    "assess",
    "assess_batch",
    "bench",
    "check",
    "compare_source",
    "divide",
    "guess",
    "impact",
    "import_lists",
    "learn",
    "log",
    "package",
]
__all__ += ["adopt_scenario", "branch", "compare_scenarios", "edit", "foreseen", "go", "redo", "scenarios", "switch"]
__all__ += ["partition", "run", "suggest", "take_back", "undo", "verify", "version", "why", "without_foreign"]
_EDITING = ("adopt_scenario", "branch", "compare_scenarios", "edit", "foreseen", "go", "redo", "scenarios", "switch")


# What verbs take and return, and ``summarise``, whose answer several of them return.
TYPES = ("Checked", "Impact", "Learned", "Packaged", "Request", "SourceChange", "Suggestion", "Verified", "summarise")


def __getattr__(name: str) -> Any:
    """Load a verb (PEP 562): whoever asks for one does not wait for what the others need."""
    if name in TYPES:
        return _type(name)
    if name not in __all__:
        raise AttributeError(f"no verb '{name}'; there are {', '.join(__all__)}")
    verb = checked(_loaded(name), name, __name__)
    globals()[name] = verb
    return verb


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *TYPES})


def _type(name: str) -> Any:
    from ..package.build import Packaged
    from ..package.like.learn import Learned
    from ..package.verify import Verified
    from ..plan.summary import summarise
    from ..regionalise.request import Request
    from .checking import Checked
    from .impacts import Impact
    from .source_comparison import SourceChange
    from .suggesting import Suggestion

    listed = (Packaged, Learned, summarise, Request, Checked, Impact, SourceChange, Suggestion, Verified)
    return next(one for one in listed if one.__name__ == name)


def _loaded(name: str) -> Any:
    # Statements rather than names of modules: a module that moves takes these with it.
    if name == "run":
        from .running import run as verb
    elif name == "adopt":
        from .adopting import adopt as verb  # type: ignore[assignment]
    elif name == "suggest":
        from .suggesting import suggest as verb  # type: ignore[assignment]
    elif name == "check":
        from .checking import check_file as verb  # type: ignore[assignment]
    elif name == "bench":
        from .benchmarking import bench as verb  # type: ignore[assignment]
    elif name == "partition":
        from .overlaying import partition as verb  # type: ignore[assignment]
    elif name == "divide":
        from .regions import regions as verb  # type: ignore[assignment]
    elif name == "compare_source":
        from .source_comparison import compare_source as verb  # type: ignore[assignment]
    elif name == "impact":
        from .impacts import impact as verb  # type: ignore[assignment]
    elif name == "import_lists":
        from .listing import import_lists as verb  # type: ignore[assignment]
    elif name == "guess":
        from ..guessing.folder import guess_sources as verb  # type: ignore[assignment]
    elif name == "learn":
        from ..package.like.learn import learn as verb  # type: ignore[assignment]
    elif name == "package":
        from ..package.build import package as verb  # type: ignore[assignment]
    elif name == "log":
        from .happening import log as verb  # type: ignore[assignment]
    elif name == "take_back":
        from .taking_back import take_back as verb  # type: ignore[assignment]
    elif name == "version":
        from .versioning import version as verb  # type: ignore[assignment]
    elif name in (*_EDITING, "undo", "without_foreign"):
        from . import editing

        verb = getattr(editing, name)
    elif name in ("assess", "assess_batch"):
        from . import assessing

        verb = getattr(assessing, name)
    elif name == "verify":
        from .verifying import verify as verb  # type: ignore[assignment]
    else:
        from ..explain.why import why as verb  # type: ignore[assignment]
    return verb
