"""What the wheel's build adds to pyproject.toml: the libraries of resources/libraries.toml, the compiled catalogue."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface


class Libraries(MetadataHookInterface):
    """The one list of libraries is what the wheel asks for."""

    def update(self, metadata: dict[str, Any]) -> None:
        listed = tomllib.loads(Path(self.root, "resources/libraries.toml").read_text(encoding="utf-8"))["library"]
        metadata["dependencies"] = [f"{one['name']}>={one['least']}" for one in listed]


class Catalogue(BuildHookInterface):
    """The engine speaks Chinese from a compiled catalogue, which is not kept in the repository."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatch calls it so
        compiled = Path(self.root, "build/wheel/engine_zh_CN.mo")
        compiled.parent.mkdir(parents=True, exist_ok=True)
        with Path(self.root, "i18n/engine_zh_CN.po").open("rb") as source, compiled.open("wb") as target:
            write_mo(target, read_po(source))
        build_data["force_include"][str(compiled)] = "i18n/engine_zh_CN.mo"
