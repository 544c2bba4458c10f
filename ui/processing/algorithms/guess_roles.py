"""``control_units:guess_roles``: what each layer is, and a case file that says so."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)

from ....delineation.core.errors import BadInput
from ....delineation.core.messages import Message, at, foreign
from ...text import language, sentence, tr
from ...words import raster_label, role_label, zone_label
from ...work.engine_thread import apart
from ..algorithm import ANY, TABLE, OfLayers, worded
from ..inputs import reader_in
from ..log import last_stop, push_findings
from ..sinks import pour_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....delineation.guessing import Guessed
    from ..algorithm import Values
    from ..inputs import Reader

COLUMNS = (
    ("layer", "TEXT"),
    ("role", "TEXT"),
    ("label", "TEXT"),
    ("confidence", "REAL"),
    ("features", "INTEGER"),
    ("fields", "TEXT"),
    ("reason", "TEXT"),
    ("uncertain", "TEXT"),
    ("alternatives", "TEXT"),
    ("crs", "TEXT"),
    ("encoding", "TEXT"),
    ("path", "TEXT"),
)


class GuessRolesAlgorithm(OfLayers):
    """Guess; the same verb as ``python -m delineation guess``."""

    NAME = "guess_roles"
    VERB = "guess"
    GROUP = "preparation"
    ORDER = 20
    TAGS = ("case", "role", "source", "recognise", "角色", "识别", "来源图层", "配置", "红线", "产业园区")

    def title(self) -> str:
        return tr("Guess roles and write a case")

    def help(self) -> Sequence[str]:
        return (
            tr(
                "Says for each layer which source it seems to be (county, red line, park, …), "
                "with a reason and a confidence, and writes a case file.",
            ),
            tr(
                "It looks at names, fields, values, geometry and at how layers lie to each "
                "other. What is uncertain is marked in the table and in comments of the case: "
                "read it before you delineate.",
            ),
            tr("Give layers of the project, a folder of files, or both."),
            tr(
                "A layer that exists only in QGIS (in memory, selected, edited, joined) is "
                "saved beside the case as NAME_sources.gpkg, and the case points there. A "
                "filter on a file becomes a condition of the case where that gives the same "
                "features.",
            ),
        )

    def declare(self) -> None:
        self.add_layers(
            tr("Layers"),
            ANY,
            tr("Layers of the project, as QGIS shows them, or files."),
            optional=True,
        )
        self.add(
            QgsProcessingParameterFile(
                "FOLDER",
                tr("Folder of files"),
                QgsProcessingParameterFile.Behavior.Folder,
                optional=True,
            ),
            tr("Every vector file and raster in it, subfolders included."),
        )
        self.add_options("name")
        self.add_options("profile", title=at(tr("Profile")))
        self.add_sink(
            "ROLES",
            tr("Table of roles"),
            TABLE,
            tr("One row a layer: role, confidence, fields, reason, what is uncertain."),
        )
        self.add(
            QgsProcessingParameterFileDestination(
                "CASE",
                tr("Case file"),
                tr("Case (*.toml)"),
                optional=True,
                createByDefault=True,
            ),
            tr("Input of “Delineate control units”. Paths in it are relative to it."),
        )
        self.add_numbers(
            ("SOURCES", tr("Layers with a role")),
            ("UNCERTAIN", tr("Layers to confirm")),
        )

    def refusal(self, parameters: Values) -> str:
        return "" if parameters.get("LAYERS") or parameters.get("FOLDER") else tr("Give layers, a folder, or both.")

    def work(self) -> Values:
        from ....delineation.guessing import guess_sources, write_case

        case = self.parameterAsFileOutput(self.parameters, "CASE", self.context)
        given, folder = self.given("name", "profile"), self.file("FOLDER")
        profile = given["profile"]
        reader = reader_in(self.context, f"{Path(case).stem}_sources.gpkg", kept=True)
        with worded(reader.named):
            specs = [*reader.lay_down_all(self.taken, self.feedback), *([folder] if folder else [])]
            guessed = self.engine(
                lambda progress: guess_sources(specs, profile=profile, progress=progress), reader.named
            )
        guessed = apart(lambda _: tuple(_as_filtered(one, reader) for one in guessed))
        last_stop(self.feedback)
        for one in guessed:
            push_findings(one.findings, self.feedback, reader.named)
        rows = [self._row(one, reader, profile) for one in guessed]
        results: Values = {
            "ROLES": pour_output(self, "ROLES", COLUMNS, list(zip(*rows, strict=True))),
            "SOURCES": sum(bool(one.role) for one in guessed),
            "UNCERTAIN": sum(bool(one.guess and one.guess.uncertain) for one in guessed),
        }
        if case:
            kept = self._beside(guessed, reader, Path(case))
            apart(lambda _: write_case(kept, Path(case), **given))
            results["CASE"] = case
        return results

    def _beside(self, guessed: tuple[Guessed, ...], reader: Reader, case: Path) -> tuple[Guessed, ...]:
        """Keep the copies beside the case that speaks of them."""
        if not any(one.path == reader.copies for one in guessed):
            return guessed
        kept = case.with_name(f"{case.stem}_sources.gpkg")
        try:
            shutil.move(reader.copies, kept)
        except OSError as error:
            raise BadInput(
                Message("cannot be written ({error})", error=foreign(error)),
                where=at(kept),
                wanted=Message("another file name for the output"),
            ) from error
        return tuple(replace(one, path=kept) if one.path == reader.copies else one for one in guessed)

    def _row(self, one: Guessed, reader: Reader, profile: str) -> tuple[Any, ...]:
        from ....delineation.case.profile import read_profile
        from ....delineation.guessing import words

        layer = _copied(one, reader)
        name = reader.owners[layer].name if layer else one.layer or one.path.name
        path = None if layer else str(one.path)
        known = read_profile(profile)
        if one.guess is None:
            what = {
                "raster": tr("raster as evidence"),
                "plan": tr("a plan of this plugin"),
            }.get(one.kind, "")
            reason = sentence(one.error, known) if one.error is not None else what
            if one.raster:
                kinds = {
                    "score": tr("scores"),
                    "grade": tr("grades"),
                    "class": tr("classes"),
                }
                kind = kinds.get(one.raster.kind, one.raster.kind)
                reason = f"{what}: {raster_label(known, one.raster.name)} ({kind})"
            return name, None, what or None, None, None, None, reason, None, None, one.crs, None, path
        said = words(one.guess, language(), known)
        label = role_label(known, one.role) if one.role else ""
        keys = {
            "code": tr("code"),
            "name": tr("name"),
            "zone": tr("zone"),
            "grade": tr("grade"),
        }
        used = [f"{keys.get(key, key)} = {column}" for key, column in one.guess.fields.items()]
        used += [f"{value} → {zone_label(known, one.role, zone)}" for value, zone in one.guess.zones.items()]
        if one.guess.zone:
            used.append(f"{keys['zone']}: {zone_label(known, one.role, one.guess.zone)}")
        comma = "；" if language() == "zh" else "; "
        texts = [reader.named(comma.join(lines)) or None for lines in (said.reasons, said.uncertain)]
        return (
            name,
            one.role or None,
            label or None,
            round(one.guess.confidence, 3),
            one.count,
            ", ".join(used) or None,
            *texts,
            ", ".join(said.alternatives) or None,
            one.crs or None,
            one.encoding or None,
            path,
        )


def _copied(one: Guessed, reader: Reader) -> str:
    """Name the layer among the copies that this guess is about, "" where it is about a file of the user's."""
    return (one.layer or reader.copies.stem) if one.path == reader.copies else ""


def _as_filtered(one: Guessed, reader: Reader) -> Guessed:
    """Point at the file itself, with the filter as a condition, where that gives the very features QGIS shows."""
    layer = _copied(one, reader)
    if not layer or one.guess is None or not reader.owners[layer].filtered:
        return one
    from ....delineation.sources.files import split_layer
    from ....delineation.sources.formats.vectors import read_vector

    file, condition = reader.owners[layer].filtered or ("", "")
    path, name = split_layer(file)
    try:
        ids = read_vector(path, layer=name, where=condition, columns=False).feature_id.tolist()
    except BadInput:
        return one
    if sorted(ids) != sorted(reader.ids[layer]):
        return one
    where = f"({condition}) AND ({one.guess.where})" if one.guess.where else condition
    # It is no copy any more.
    findings = tuple(found for found in one.findings if found.id != "S47")
    return replace(one, path=path, layer=name, guess=replace(one.guess, where=where), findings=findings)
