"""``control_units:verify_package``: the files of a package held against its manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProcessingOutputBoolean

from ....delineation.core.errors import visible
from ...text import said, tr
from ..algorithm import Algorithm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..algorithm import Values

SHOWN = 50  # faults of a kind that the log lists before it counts


class VerifyPackageAlgorithm(Algorithm):
    """Verify; the same verb as ``python -m delineation verify``."""

    NAME = "verify_package"
    VERB = "verify"
    GROUP = "review"
    ORDER = 110
    TAGS = ("package", "verify", "manifest", "checksum", "signature", "SHA-256", "校验", "核验", "成果包", "签名")

    def title(self) -> str:
        return tr("Verify a package")

    def help(self) -> Sequence[str]:
        return (
            tr(
                "Holds every file of a package against its manifest: "
                "what was changed, is missing or too many is named.",
            ),
            tr("A signature is checked too; with the signer's public key it is known whose it is."),
            tr("Nothing is written, and no file but the package's own is opened."),
        )

    def declare(self) -> None:
        self.add_options()
        self.addOutput(QgsProcessingOutputBoolean("OK", tr("Verified")))
        self.add_numbers(
            ("FILES", tr("Number of files")),
            ("FAULTS", tr("Number of faults")),
        )

    def work(self) -> Values:
        from ....delineation.verbs.verifying import faults_in_words, signature_in_words, verified_in_words, verify

        given = self.given()
        verified = self.engine(lambda _: verify(**given))
        kinds = faults_in_words(verified)
        for kind in kinds:
            for one in kind[:SHOWN]:
                self.feedback.reportError(visible(said(one)), False)
            if len(kind) > SHOWN:
                self.feedback.reportError(tr("… and {count} more", count=len(kind) - SHOWN), False)
        for one in (verified_in_words(verified), signature_in_words(verified.signature)):
            self.feedback.pushInfo(visible(said(one)))
        return {"OK": verified.ok, "FILES": verified.files, "FAULTS": sum(map(len, kinds))}
