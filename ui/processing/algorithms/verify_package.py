"""``control_units:verify_package``: the files of a package held against its manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingParameterFile,
)
from qgis.PyQt.QtCore import QCoreApplication

from ....delineation.core.errors import visible
from ...text import said
from ...work.engine_thread import apart
from ..algorithm import Algorithm
from ..log import reporting_to

if TYPE_CHECKING:
    from collections.abc import Sequence

translate = QCoreApplication.translate
SHOWN = 50  # faults of a kind that the log lists before it counts


class VerifyPackageAlgorithm(Algorithm):
    """Verify; the same verb as ``python -m delineation verify``."""

    NAME = "verify_package"
    GROUP = "review"
    ORDER = 110
    TAGS = ("package", "verify", "manifest", "checksum", "signature", "SHA-256", "校验", "核验", "成果包", "签名")

    FOLDER, KEY = "FOLDER", "KEY"
    OK, FILES, FAULTS = "OK", "FILES", "FAULTS"

    def title(self) -> str:
        return translate("ControlUnits", "Verify a package")

    def help(self) -> Sequence[str]:
        return (
            translate(
                "ControlUnits",
                "Holds every file of a package against its manifest: "
                "what was changed, is missing or too many is named.",
            ),
            translate(
                "ControlUnits", "A signature is checked too; with the signer's public key it is known whose it is."
            ),
            translate("ControlUnits", "Nothing is written, and no file but the package's own is opened."),
        )

    def declare(self) -> None:
        self.add(
            QgsProcessingParameterFile(
                self.FOLDER,
                translate("ControlUnits", "Folder of the package"),
                behavior=QgsProcessingParameterFile.Behavior.Folder,
            ),
            translate("ControlUnits", "Unpacked, with its manifest.json."),
        )
        self.add_text(
            self.KEY,
            translate("ControlUnits", "Public key of the signer"),
            translate("ControlUnits", "A file, or the key itself as text."),
        )
        self.addOutput(QgsProcessingOutputBoolean(self.OK, translate("ControlUnits", "Verified")))
        self.add_numbers(
            (self.FILES, translate("ControlUnits", "Number of files")),
            (self.FAULTS, translate("ControlUnits", "Number of faults")),
        )

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ....delineation.verbs.verifying import faults_in_words, signature_in_words, verified_in_words, verify

        folder = self.parameterAsFile(parameters, self.FOLDER, context)
        key = self.parameterAsString(parameters, self.KEY, context).strip() or None
        verified = apart(lambda _: verify(folder, key=key), reporting_to(feedback))
        kinds = faults_in_words(verified)
        for kind in kinds:
            for one in kind[:SHOWN]:
                feedback.reportError(visible(said(one)), False)
            if len(kind) > SHOWN:
                more = translate("ControlUnits", "… and {count} more").format(count=len(kind) - SHOWN)
                feedback.reportError(more, False)
        for one in (verified_in_words(verified), signature_in_words(verified.signature)):
            feedback.pushInfo(visible(said(one)))
        return {self.OK: verified.ok, self.FILES: verified.files, self.FAULTS: sum(map(len, kinds))}
