"""Quality rules (质检) on a plan or on a foreign layer of units: one registry, a rule a function.

All files of this folder are imported here, and those that hold rules enter them.
"""

from __future__ import annotations

from ..case.finding_texts import load_texts, message, severity, to_rows
from ..core.folder_modules import modules_of
from .from_layer import Surroundings, subject_from_frame, subject_from_layer
from .from_plan import subject_from_plan
from .registry import RULES, CheckRule, check, rule
from .settings import CheckSettings, load_settings
from .subject import CheckSubject, FieldFacts, LayerFacts

__all__ = [
    "RULES",
    "CheckRule",
    "CheckSettings",
    "CheckSubject",
    "FieldFacts",
    "LayerFacts",
    "Surroundings",
    "check",
    "load_settings",
    "load_texts",
    "message",
    "rule",
    "severity",
    "subject_from_frame",
    "subject_from_layer",
    "subject_from_plan",
    "to_rows",
]

modules_of(__name__, __path__)
