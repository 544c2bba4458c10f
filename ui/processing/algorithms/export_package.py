"""``control_units:export_package``: the package that is filed one level up (备案成果包), made of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import (
    QgsProcessingException,
    QgsProcessingOutputBoolean,
    QgsProcessingParameterFolderDestination,
)

from ....delineation.core.errors import visible
from ....delineation.core.messages import Message, at
from ...text import language, tr
from ...work.engine_thread import apart
from ...work.settings import who
from ..algorithm import Algorithm
from ..log import push_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....delineation.package.build import Packaged
    from ..algorithm import Values

NAMED = 10  # errors that the refusal names


class ExportPackageAlgorithm(Algorithm):
    """Package; the same verb as ``python -m delineation package``."""

    NAME = "export_package"
    VERB = "package"
    GROUP = "review"
    ORDER = 100
    TAGS = ("package", "filing", "submission", "manifest", "备案", "成果包", "汇交", "报送", "清单", "校验")

    def title(self) -> str:
        return tr("Make the package for filing")

    def help(self) -> Sequence[str]:
        return (
            tr(
                "Makes the folder that is filed one level up: layers, lists, maps, tables, report of the checks, "
                "documents, manifest.",
            ),
            tr(
                "The plan is checked anew, and an open error refuses the package. Everything that is written is read "
                "back and compared with the plan; the folder is there whole or not at all.",
            ),
            tr(
                "The layout says folders, names, fields and sheets: the name of one that comes with the plugin, or a "
                "file, which can be learned from last year's package on the page Output.",
            ),
        )

    def declare(self) -> None:
        from ....delineation.package.profile import shipped

        about = Message("One of {names}, or a file (.toml).", names=", ".join(shipped()))
        self.add_options("plan")
        self.add_options("profile", about=about, required=True)
        self.add_options("city")
        self.add_options("province", title=at(tr("Province")))
        self.add_options("documents", "accept", "key")
        self.add_options()
        self.add(
            QgsProcessingParameterFolderDestination("OUTPUT", tr("Folder of the package")),
            tr("New, empty, or an earlier package, which is replaced whole."),
        )
        self.add_numbers(
            ("FILES", tr("Number of files")),
            ("ERRORS", tr("Number of errors that stand with a reason")),
        )
        self.addOutput(QgsProcessingOutputBoolean("VERIFIED", tr("Verified")))

    def work(self) -> Values:
        from ....delineation.package.build import package
        from ....delineation.verbs.verifying import verify

        output = Path(self.text("OUTPUT"))
        given = self.given()
        said = {"language": language(), "author": who()}
        made = self.engine(lambda progress: package(output=output, **given, **said, progress=progress))
        push_rows(made.findings, self.feedback)
        if made.refused:
            raise QgsProcessingException(_refusal(made))
        text = tr("{files} files in {folder}, classification: {mark}")
        mark = made.classification or tr("not stated")
        self.feedback.pushInfo(visible(text.format(files=len(made.files), folder=made.folder, mark=mark)))
        return {
            "OUTPUT": str(made.folder),
            "FILES": len(made.files),
            "ERRORS": sum(row["severity"] == "error" for row in made.findings),
            "VERIFIED": apart(lambda _: verify(made.folder)).ok,
        }


def _refusal(made: Packaged) -> str:
    """Say in a sentence which errors stand open, and what is to be done."""
    errors = made.open_errors
    between = tr("; ", "between sentences listed")
    named = between.join(f"{row['id']} {row['message']}" for row in errors[:NAMED])
    if len(errors) > NAMED:
        named += between + tr("… and {count} more", count=len(errors) - NAMED)
    text = tr(
        "Nothing was written: {count} errors are open ({errors}). Mend them, or accept each with a reason.",
    )
    return visible(text.format(count=len(errors), errors=named))
