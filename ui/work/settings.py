"""What the user chose and QGIS remembers; each member gets and sets itself."""

from __future__ import annotations

import getpass
import json
from enum import Enum
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsSettings

GROUP = "control_units"
REMEMBERED = 8  # files in the list of recent ones
LEFT = 30  # files of which it is known at which step they were left

NOTHING: dict[str, Any] = {}


class PanelSetting(Enum):
    """A setting: its key and its default, whose type it keeps."""

    RECENT = ("recent", ())
    AUTHOR = ("author", "")
    WORKERS = ("workers", 1)
    HATCH_KEY = ("hatch_key_units", False)
    OPEN_AT_START = ("open_at_start", False)
    FOLDER = ("last_folder", "")
    PACE = ("pace", "")
    STEPS = ("steps", NOTHING)
    LISTS = ("lists", NOTHING)
    HOSTS = ("hosts", NOTHING)

    @property
    def key(self) -> str:
        """Give the key as QGIS stores it."""
        return f"{GROUP}/{self.value[0]}"

    def get(self) -> Any:
        """Read the setting; the default where it is unset or of another type."""
        default = self.value[1]
        found = QgsSettings().value(self.key, default)
        if isinstance(default, tuple):
            return tuple([found] if isinstance(found, str) else found or ())
        if isinstance(default, bool):
            return str(found).lower() == "true"
        try:
            found = json.loads(found or "{}") if isinstance(default, dict) else type(default)(found)
        except (TypeError, ValueError):
            return default
        return found if isinstance(found, type(default)) else default

    def set(self, value: Any) -> None:
        """Write the setting."""
        plain = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
        QgsSettings().setValue(self.key, list(plain) if isinstance(plain, tuple) else plain)

    @classmethod
    def step_of(cls, path: Path | None) -> str:
        """Give the step of the panel at which a case or plan was left last, "" where nobody knows."""
        return str(cls.STEPS.get().get(str(path), "")) if path is not None else ""

    @classmethod
    def leave_at(cls, path: Path | None, step: str) -> None:
        """Remember at which step of the panel a case or plan is."""
        steps = cls.STEPS.get()
        if path is None or steps.get(str(path)) == step:
            return
        steps.pop(str(path), None)
        cls.STEPS.set(dict([*steps.items(), (str(path), step)][-LEFT:]))

    @classmethod
    def remember(cls, path: str) -> None:
        """Put a file on top of the recent ones."""
        others = [one for one in cls.RECENT.get() if one != path]
        cls.RECENT.set((path, *others)[:REMEMBERED])

    @classmethod
    def recent(cls) -> list[tuple[str, Path]]:
        """Give the recent files that are there, the last first, each with what tells it from others."""
        return [(place_of(file), file) for file in map(Path, cls.RECENT.get()) if file.is_file()]


def place_of(path: Path) -> str:
    """Name a file with the folder that it lies in."""
    return f"{path.parent.name} / {path.name}"


def who() -> str:
    """Name whoever works here, for journals and histories: as the settings say, else as the system does."""
    try:
        return str(PanelSetting.AUTHOR.get() or QgsApplication.userFullName() or getpass.getuser())
    except (KeyError, OSError, ImportError):
        return ""
