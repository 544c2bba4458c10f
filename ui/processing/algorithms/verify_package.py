"""``control_units:verify_package``: the files of a package held against its manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingOutputBoolean
from qgis.PyQt.QtCore import QCoreApplication

from ....delineation.core.errors import visible
from ...text import said
from ..algorithm import Algorithm

if TYPE_CHECKING:
    from collections.abc import Sequence

translate = QCoreApplication.translate
SHOWN = 50  # faults of a kind that the log lists before it counts


class VerifyPackageAlgorithm(Algorithm):
    """Verify; the same verb as ``python -m delineation verify``."""

    NAME = "verify_package"
    VERB = "verify"
    GROUP = "review"
    ORDER = 110
    TAGS = ("package", "verify", "manifest", "checksum", "signature", "SHA-256", "校验", "核验", "成果包", "签名")

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
        self.add_options()
        self.addOutput(QgsProcessingOutputBoolean(self.OK, translate("ControlUnits", "Verified")))
        self.add_numbers(
            (self.FILES, translate("ControlUnits", "Number of files")),
            (self.FAULTS, translate("ControlUnits", "Number of faults")),
        )

    def work(self) -> dict[str, Any]:
        from ....delineation.verbs.verifying import faults_in_words, signature_in_words, verified_in_words, verify

        given = self.given()
        verified = self.engine(lambda _: verify(**given))
        kinds = faults_in_words(verified)
        for kind in kinds:
            for one in kind[:SHOWN]:
                self.feedback.reportError(visible(said(one)), False)
            if len(kind) > SHOWN:
                more = translate("ControlUnits", "… and {count} more").format(count=len(kind) - SHOWN)
                self.feedback.reportError(more, False)
        for one in (verified_in_words(verified), signature_in_words(verified.signature)):
            self.feedback.pushInfo(visible(said(one)))
        return {self.OK: verified.ok, self.FILES: verified.files, self.FAULTS: sum(map(len, kinds))}
