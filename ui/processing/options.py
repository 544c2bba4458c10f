"""Options that the engine declares, as parameters of the toolbox, and what was said of them as the engine takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ..text import said
from .choices import choice, choice_words

if TYPE_CHECKING:
    from qgis.core import QgsProcessingParameterDefinition

    from ...delineation.core.options import Option
    from .algorithm import Algorithm

# Kind → how QGIS reads its parameter; all others as texts.
READ_AS = {
    "choice": "EnumString",
    "switch": "Bool",
    "whole": "Int",
    "real": "Double",
    "file": "File",
    "folder": "File",
    "crs": "Crs",
}
AUTOMATIC = "automatic"  # "" among an option's choices: the toolbox has no empty choice


def parameter_of(option: Option) -> QgsProcessingParameterDefinition:
    """Make the parameter for an option; it goes by the option's name in capitals."""
    name, title = option.name.upper(), said(option.title)
    if option.kind == "choice":
        ids = {str(one) or AUTOMATIC: one for one in option.choices}
        words = {key: said(option.words[one]) if one in option.words else choice_words(key) for key, one in ids.items()}
        return choice(name, title, tuple(ids), str(option.default) or AUTOMATIC, words=words)
    if option.kind == "switch":
        return QgsProcessingParameterBoolean(name, title, defaultValue=bool(option.default))
    if option.kind in ("whole", "real"):
        return _number(option, name, title)
    if option.kind in ("file", "folder"):
        return _file(option, name, title)
    if option.kind == "crs":
        return QgsProcessingParameterCrs(name, title, optional=True)
    several = option.kind == "lines"
    return QgsProcessingParameterString(name, title, option.default or None, several, optional=not option.required)


def _number(option: Option, name: str, title: str) -> QgsProcessingParameterNumber:
    types = QgsProcessingParameterNumber.Type
    kind = types.Integer if option.kind == "whole" else types.Double
    parameter = QgsProcessingParameterNumber(name, title, kind, option.default, optional=option.default is None)
    parameter.setMinimum(option.least or 0)
    if option.most is not None:
        parameter.setMaximum(option.most)
    return parameter


def _file(option: Option, name: str, title: str) -> QgsProcessingParameterFile:
    behaviour = QgsProcessingParameterFile.Behavior
    parameter = QgsProcessingParameterFile(name, title, optional=not option.place)
    if option.kind == "folder":
        parameter.setBehavior(behaviour.Folder)
    elif " " in option.suffix:
        parameter.setFileFilter(f"{title} ({' '.join(f'*.{one}' for one in option.suffix.split())})")
    else:
        parameter.setExtension(option.suffix)
    return parameter


def value_of(option: Option, algorithm: Algorithm) -> Any:
    """Give what was said of an option as the engine takes it: its default where nothing was."""
    name = option.name.upper()
    if option.default is None and algorithm.parameters.get(name) is None and option.kind in ("whole", "real"):
        return None
    read = getattr(algorithm, f"parameterAs{READ_AS.get(option.kind, 'String')}")
    value = read(algorithm.parameters, name, algorithm.context)
    if option.kind == "choice":
        return next(one for one in option.choices if (str(one) or AUTOMATIC) == value)
    if option.kind == "crs":
        return (value.authid() or value.toWkt()) if value.isValid() else None
    if not isinstance(value, str):
        return value
    if option.kind == "file":
        parts = [value]
    else:
        value = value.strip().replace("\n", ",")
        parts = value.split(",")
    if option.repeat:
        return list(filter(None, parts))
    return value if option.required else value or option.default
