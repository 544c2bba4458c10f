"""``control_units:assess_site``: may a project come to a site, or to each site of a layer, by a plan's entry lists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterFileDestination,
    QgsWkbTypes,
)

from ....delineation.core.atomic_files import replacing
from ....delineation.core.errors import BadInput, DelineationError, visible
from ....delineation.core.messages import Message, as_written, at
from ....delineation.lists.terms import NATURES
from ...text import language, sentence, tr
from ...work.engine_thread import apart
from ..algorithm import ANY, Algorithm, field_parameter
from ..log import last_stop
from ..sinks import OutputPlace, crs_of, pour_output
from ..taking import site_wkb, way_into

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....delineation.assess.answer import Assessor
    from ....delineation.core.progress import Progress
    from ..algorithm import Values
    from ..log import Row

COLUMNS = (
    ("id", "TEXT"),
    ("name", "TEXT"),
    ("verdict", "TEXT"),
    ("title", "TEXT"),
    ("because", "TEXT"),
    ("units", "TEXT"),
    ("share_out", "REAL"),
    ("facts", "TEXT"),
    ("unchecked", "TEXT"),
    ("problem", "TEXT"),
)


class AssessSiteAlgorithm(Algorithm):
    """Assess; the same verb as ``python -m delineation assess``."""

    NAME = "assess_site"
    VERB = "assess"
    GROUP = "review"
    ORDER = 85
    TAGS = ("assess", "project", "siting", "admission", "研判", "准入", "选址", "项目", "一键研判")

    def title(self) -> str:
        return tr("Assess sites of projects")

    def help(self) -> Sequence[str]:
        return (
            tr(
                "Says whether a project may come to a site, and which clause of the entry lists of a plan says so: for "
                "one site, or for each feature of a layer.",
            ),
            tr(
                "A verdict is the strictest of what applies. Where a fact is missing that decides, it is to be "
                "reviewed; where a layer is missing or the site lies outside, it cannot be assessed: neither is "
                "ever “no conflict”.",
            ),
            tr(
                "The report is a Word document, PDF or workbook of one site, a workbook or CSV of several. For "
                "reference only: it replaces no approval.",
            ),
        )

    def declare(self) -> None:
        self.add_options("plan")
        self.add_source(
            "LAYER",
            tr("Layer of sites"),
            tr("Points, lines or polygons in any CRS, a site each. Empty: the site written below."),
            ANY,
            optional=True,
        )
        self.add_text(
            "SITE",
            tr("Or one site"),
            tr("x,y or x,y,radius in metres, or WKT; degrees are taken for CGCS2000 / WGS 84."),
        )
        self.add_options("crs", "buffer", "project", "industry")
        words = {nature: at(name if language() == "zh" else nature) for nature, name in NATURES.items()}
        self.add_options("nature", default="new", words=words)
        self.add_options("facts", title=at(tr("Facts of the project")))
        self.add_options("as_of")
        for name, title in (
            ("NAME_FIELD", tr("Field with the name of the project")),
            ("INDUSTRY_FIELD", tr("Field with the industry")),
            ("NATURE_FIELD", tr("Field with the nature of the project")),
            ("FACTS_FIELD", tr("Field with the facts of the project")),
        ):
            self.add(
                field_parameter(name, title, "LAYER"),
                tr("Of the layer of sites; where it is empty, what is written above counts."),
                advanced=True,
            )
        self.add_sink(
            "VERDICTS",
            tr("Verdicts"),
            ANY,
            tr("The sites in the colours of their verdicts, with why, units and what is open."),
        )
        for name, title, kinds, told in (
            (
                "DOCUMENT",
                tr("Report"),
                tr("Word (*.docx);;PDF (*.pdf);;Workbook (*.xlsx);;CSV (*.csv)"),
                tr("Of one site .docx, .pdf or .xlsx; of several .xlsx or .csv."),
            ),
            (
                "JSON",
                tr("Answer as JSON"),
                tr("JSON (*.json)"),
                tr("All of the answer for other programs, as `assess --json` prints it."),
            ),
        ):
            self.add(
                QgsProcessingParameterFileDestination(name, title, kinds, optional=True, createByDefault=False), told
            )
        for name, title in (
            ("VERDICT", tr("Verdict, as its id")),
            ("TITLE", tr("Verdict in words")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.add_numbers(
            ("SITES", tr("Number of sites")),
            ("REFUSED", tr("Number of sites that cannot be read")),
        )

    def refusal(self, parameters: Values) -> str:
        given = bool(parameters.get("LAYER")), bool(str(parameters.get("SITE") or "").strip())
        return "" if sum(given) == 1 else tr("Give a layer of sites, or write one site: one of the two.")

    def work(self) -> Values:
        from ....delineation.assess.answer import Assessor
        from ....delineation.assess.reporting import check_report, write_report
        from ....delineation.lists.laws import iso_date

        plan, day = Path(self.file("PLAN")), self.given("as_of")["as_of"]
        day = iso_date(day) if day else ""
        several = bool(self.parameters.get("LAYER"))
        document = self._output("DOCUMENT")
        if document is not None:
            check_report(document, [plan], batch=several)
        assessor = Assessor(plan, whole=several, language=language())
        crs = apart(lambda _: assessor.refresh().crs)
        asked = self._asked(crs) if several else [self._one()]
        found = self.engine(lambda progress: _answers(assessor, asked, day, progress))
        last_stop(self.feedback)
        for one in found:
            if "error" in one:
                self.feedback.pushWarning(visible(f"{one['name'] or one['id']}: {one['error']}"))
        if not several:
            if "error" in found[0]:
                # One site that cannot be read is no answer.
                raise found[0]["raised"]
            self._tell(found[0], self.feedback)
        apart_from = ("raised",) if several else ("raised", "id", "name", "line")  # what tells sites of a layer apart
        answers = [{key: value for key, value in one.items() if key not in apart_from} for one in found]
        alone = {} if several else answers[0]
        results: Values = {
            "VERDICTS": self._sites(found, crs),
            "VERDICT": alone.get("verdict", ""),
            "TITLE": alone.get("title", ""),
            "SITES": len(answers),
            "REFUSED": sum("error" in one for one in answers),
        }
        if document is not None:
            self.engine(
                lambda progress: write_report(
                    answers, plan, document, batch=several, language=language(), progress=progress
                )
            )
            results["DOCUMENT"] = str(document)
        output = self._output("JSON")
        if output is not None:
            told = as_written(alone or answers)
            with replacing(output) as draft:
                draft.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            results["JSON"] = str(output)
        return results

    def _output(self, key: str) -> Path | None:
        text = self.parameterAsFileOutput(self.parameters, key, self.context) if self.wants(key) else ""
        return Path(text) if text else None

    def _project(self) -> Values:
        said = self.given("project", "industry", "nature", "buffer")
        return {"name": said.pop("project"), **said, "facts": self.text("FACTS")}

    def _one(self) -> Values:
        site = self.parameterAsString(self.parameters, "SITE", self.context)
        return self._project() | {"id": "1", "site": site, **self.given("crs")}

    def _asked(self, crs: str) -> list[Values]:
        """Take the sites of a layer into the plan's CRS, with what its fields say of each project."""
        source = self.parameterAsSource(self.parameters, "LAYER", self.context)
        way = way_into(source.sourceCrs(), crs, self.context.transformContext())
        common = self._project()
        fields = {
            name: (self.parameterAsFields(self.parameters, key, self.context) or [""])[0]
            for name, key in (
                ("name", "NAME_FIELD"),
                ("industry", "INDUSTRY_FIELD"),
                ("nature", "NATURE_FIELD"),
                ("facts", "FACTS_FIELD"),
            )
        }
        asked = []
        for feature in source.getFeatures():
            own = {name: _text(feature[field]) for name, field in fields.items() if field}
            row = common | {name: said for name, said in own.items() if said} | {"id": str(feature.id())}
            try:
                asked.append(row | {"shape": site_wkb(feature.geometry(), way)})
            except BadInput as wrong:
                asked.append(row | {"wrong": wrong})
        if not asked:
            raise BadInput(Message("no site"), where=Message("the site"), wanted=Message("a layer with features"))
        return asked

    @staticmethod
    def _tell(answer: Row, feedback: QgsProcessingFeedback) -> None:
        text = tr("Verdict: {verdict}", verdict=answer["title"])
        feedback.pushInfo(visible(text))
        for clause in answer["clauses"]:
            if clause["decides"]:
                feedback.pushInfo(visible(f"{clause['text']} {clause['basis']} → {clause['why']}"))
        for one in answer["not_checked"]:
            feedback.pushWarning(visible(one["what"]))
        for notice in answer["notices"]:
            feedback.pushInfo(visible(notice))
        feedback.pushInfo(answer["disclaimer"])

    def _sites(self, answers: Sequence[Row], crs: str) -> str:
        import numpy as np
        import shapely

        texts = [one["site"]["wkt"] if "site" in one else None for one in answers]
        shapes = shapely.from_wkt(np.array(texts, dtype=object))
        between = tr("; ", "between several things")
        rows = [_row(one, between) for one in answers]
        columns = [list(column) for column in zip(*rows, strict=True)]
        kinds = {int(shapely.get_dimensions(shape)) for shape in shapes if shape is not None}
        multi = (QgsWkbTypes.Type.MultiPoint, QgsWkbTypes.Type.MultiLineString, QgsWkbTypes.Type.MultiPolygon)
        kind = multi[kinds.pop()] if len(kinds) == 1 else QgsWkbTypes.Type.Unknown
        place = OutputPlace(kind, crs_of(crs), shapes)
        return pour_output(self, "VERDICTS", COLUMNS, columns, place, "verdicts", 3)


def _text(value: Any) -> str:
    text = "" if value is None else str(value).strip()
    return "" if text == "NULL" else text


def _row(answer: Row, between: str) -> list[Any]:
    if "error" in answer:
        return [answer["id"], answer["name"], "", "", "", "", None, "", "", answer["error"]]
    return [
        answer["id"],
        answer["name"],
        answer["verdict"],
        answer["title"],
        between.join(clause["text"] for clause in answer["clauses"] if clause["decides"]),
        between.join(f"{unit['code']} {unit['name']}" for unit in answer["units"]),
        float(answer["site"]["outside_share"]),
        between.join(fact["title"] for fact in answer["facts_missing"]),
        between.join(one["what"] for one in answer["not_checked"]),
        "",
    ]


def _answers(assessor: Assessor, asked: Sequence[Row], day: str, progress: Progress) -> list[Values]:
    """Answer sites one after the other; what is wrong with one is said in its place."""
    from ....delineation.core.messages import counted

    out = []
    for number, one in enumerate(asked, 1):
        head = {"id": one["id"], "name": one["name"], "line": number}
        try:
            out.append(head | _answer(assessor, one, day, brief=len(asked) > 1))
        except DelineationError as error:
            out.append(head | {"error": sentence(error), "raised": error})
        progress(number / len(asked), counted(number, "{n} project assessed", "{n} projects assessed"))
    return out


def _answer(assessor: Assessor, one: Row, day: str, *, brief: bool) -> Values:
    import shapely

    from ....delineation.assess.project import split_facts

    facts = split_facts([one["facts"]])
    project = assessor.project(name=one["name"], industry=one["industry"], nature=one["nature"], facts=facts)
    if "site" in one:
        site = assessor.site(one["site"], crs=one["crs"], buffer=one["buffer"])
    elif "wrong" in one:
        raise one["wrong"]
    else:
        shape = shapely.from_wkb(one["shape"])
        buffer = one["buffer"] if shapely.get_dimensions(shape) < 2 else 0.0
        site = assessor.drawn(shape, buffer=buffer)
    return assessor.assess(site, project, as_of=day, brief=brief)
