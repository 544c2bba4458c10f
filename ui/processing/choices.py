"""Choices among the engine's own names: scripts, models and the command line give the name, a dialog shows words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingParameterEnum

from ..text import language, names_of, tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .algorithm import Algorithm

# Not by the class: its module needs QGIS's windows, which qgis_process has none of.
WIDGET = f"{__package__}.choice_widget.ChoiceWidget"


def choice(
    name: str,
    title: str,
    options: Sequence[str],
    default: str = "",
    *,
    group: str = "choice",
    words: Mapping[str, str] | None = None,
) -> QgsProcessingParameterEnum:
    """Make a parameter that is one of some names.

    Parameters
    ----------
    name, title : str
        Of the parameter.
    options : sequence of str
        As the engine calls them: these are the values.
    default : str
        One of them; "" for the first.
    group : {"choice", "method"}
        Where the profile words them (``explanations.toml``).
    words : mapping, optional
        Words of options that somebody else words; an option that is not in it goes by its name.
    """
    parameter = QgsProcessingParameterEnum(
        name, title, list(options), defaultValue=default or options[0], usesStaticStrings=True
    )
    if words is None:
        words = {option: choice_words(option, group) for option in options}
    parameter.setMetadata({"widget_wrapper": {"class": WIDGET, "words": dict(words)}})
    return parameter


def method_choice(algorithm: Algorithm, *, regional: bool, usual: str = "") -> QgsProcessingParameterEnum:
    """Make the choice of a division method: of other packages' too, once somebody opens the algorithm."""
    from ...delineation.methods.registry import offered

    known = offered(regional=regional)
    if algorithm.opened:
        from ..work.offered_methods import with_offered

        known = with_offered(known, regional=regional)
    return choice("METHOD", tr("Division method"), known, usual, group="method")


def choice_words(option: str, group: str = "choice") -> str:
    """Word an option: the profile's words, else those of the toolbox, else the name itself."""
    words = _toolbox_words().get(option, "") if group == "choice" else ""
    return words or names_of()(group, option, language(), {})


def _toolbox_words() -> dict[str, str]:
    """Word what only the toolbox offers; what stands in the profile too means another thing there."""
    return {
        "zscore": tr("standardised (mean 0, deviation 1)"),
        "range": tr("to the range from 0 to 1"),
        "none": tr("as they are"),
        "queen": tr("a common border or point"),
        "rook": tr("a common border"),
        "layer": tr("the layer's polygons"),
        "grid": tr("squares"),
        "hexagons": tr("hexagons"),
        "catchments": tr("catchments"),
        "townships": tr("townships"),
    }
