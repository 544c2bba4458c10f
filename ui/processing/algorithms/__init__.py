"""The algorithms: one file each, found here and not listed."""

from __future__ import annotations

from ....delineation.core.folder_modules import modules_of
from ..algorithm import Algorithm


def _of_folder() -> list[type[Algorithm]]:
    """Find the algorithm that each file defines."""
    classes = [one for module in modules_of(__name__, __path__) for one in vars(module).values()]
    own = [one for one in classes if isinstance(one, type) and one.__module__.startswith(f"{__name__}.")]
    return sorted((one for one in own if issubclass(one, Algorithm)), key=lambda one: one.ORDER)


ALGORITHMS = tuple(_of_folder())
