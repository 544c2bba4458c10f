"""GDAL's settings for as long as they are needed: of this thread alone, so that QGIS's own layers never feel them."""

from __future__ import annotations

import functools
import importlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyogrio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

_PROBE = "CONTROL_UNITS_PROBE"  # an option that nobody reads


@contextmanager
def gdal_options(options: Mapping[str, str]) -> Iterator[None]:
    """Set options of GDAL while the context lasts.

    GDAL's own bindings set them for this thread; where those are missing, or belong to another GDAL than pyogrio's,
    pyogrio sets them for the whole process.
    """
    gdal = gdal_bindings()
    if gdal is not None and _reaches_pyogrio():
        with gdal.config_options(dict(options)):
            yield
        return
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(dict(options))
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


@functools.cache
def gdal_bindings() -> ModuleType | None:
    """Load GDAL's own Python bindings (``osgeo.gdal``); None where they are not installed."""
    try:
        return importlib.import_module("osgeo.gdal")
    except ImportError:
        return None


@functools.cache
def _reaches_pyogrio() -> bool:
    """Tell whether the bindings and pyogrio share one GDAL."""
    gdal = gdal_bindings()
    if gdal is None:
        return False
    with gdal.config_options({_PROBE: "x"}):
        return bool(pyogrio.get_gdal_config_option(_PROBE) == "x")
