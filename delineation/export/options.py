"""What may be set of formats, in words; a format's function says which of it it takes, with its kind and choices."""

from __future__ import annotations

from ..core.messages import Message
from ..core.options import Option

FORMAT_OPTIONS = {
    one.name: one
    for one in (
        Option(
            "encoding",
            Message(
                "Of a Shapefile; GBK by default, or UTF-8 where GBK lacks a character. A character that the encoding "
                "asked for lacks is an error, and is named."
            ),
            "GBK|UTF-8",
            title=Message("Encoding of texts"),
            words={"": Message("GBK where it has all characters, else UTF-8")},
        ),
        Option(
            "boundaries",
            Message(
                "Besides units: red line, counties, townships and parks that the plan rests on, a layer each where the "
                "classification of its sources permits it (layers.toml)."
            ),
            "yes",
            title=Message("Red line, boundaries and parks"),
            words={"": Message("Without"), "yes": Message("As layers of their own")},
        ),
        Option(
            "apart",
            Message("Of element zones; by default a layer for each element, as layers.toml of the profile parts them."),
            "no",
            title=Message("Layers of elements"),
            words={"": Message("As the profile parts them"), "no": Message("All in one layer")},
        ),
        Option(
            "paper",
            Message("Of a map A3 by default, which lies or stands as the map becomes larger; of an atlas A4, upright."),
            "A4|A3|A2|A1|A0",
            title=Message("Paper"),
        ),
        Option(
            "dpi",
            Message("Of a picture; 300 by default, for print; 150 for a screen."),
            "N",
            title=Message("Dots per inch"),
        ),
        Option(
            "theme",
            Message(
                "Of a map: units (by default); an element by its id or name (water), whose zones are drawn; or "
                "elements: a file for each element of the plan, with its name for {element} in the file's.",
                element="{element}",
            ),
            "units|elements|NAME",
            title=Message("Units, or zones of an element"),
        ),
        Option(
            "by",
            Message("Besides the map of the whole, files of their own in a folder beside it."),
            "township",
            title=Message("Maps of parts"),
            words={"": Message("The whole alone"), "township": Message("One for each township")},
        ),
        Option(
            "sheets",
            Message("Of an atlas: of a unit its entry list follows, of a county a table of its units."),
            "unit|county",
            title=Message("Sheets"),
            words={"unit": Message("A sheet for each unit"), "county": Message("A sheet for each county")},
        ),
        Option(
            "split",
            Message("Of an atlas: files of counties lie in a folder beside the overview."),
            "county",
            title=Message("Files"),
            words={"": Message("All in one file"), "county": Message("A file for each county")},
        ),
        Option(
            "unit",
            Message("The office that compiled the map or the atlas; it stands on every sheet."),
            "NAME",
            title=Message("Compiled by"),
        ),
        Option(
            "review",
            Message("Without one the map says that it is not approved and not to be published."),
            "NUMBER",
            title=Message("Approval number"),
        ),
        Option(
            "basemap",
            Message("Where counties and townships come from; empty: as the sources say."),
            "TEXT",
            title=Message("Source of the base map"),
        ),
        Option(
            "layouts",
            Message("Your own .qpt sheets, which take the place of the shipped ones of the same name."),
            "FOLDER",
            title=Message("Folder with layouts"),
        ),
        Option(
            "drawn_by",
            Message("QGIS makes the better map; without it a plainer one is drawn."),
            "qgis|matplotlib",
            title=Message("Drawn by"),
            words={
                "": Message("QGIS where it can"),
                "qgis": Message("Only QGIS"),
                "matplotlib": Message("Plainer, without QGIS (matplotlib)"),
            },
        ),
        Option(
            "codes",
            Message("Of units and lists: the codes of those that are wanted, with commas between them; empty: all."),
            "CODE,…",
            title=Message("Only units"),
        ),
        Option(
            "rules",
            Message("Of findings: the ids of the rules, with commas between them (S45,Q14); empty: all."),
            "ID,…",
            title=Message("Only of rules"),
        ),
        Option(
            "state",
            Message("Of findings: all, or only those that are open, or accepted."),
            "open|accepted",
            title=Message("Open or accepted"),
            words={
                "": Message("All findings"),
                "open": Message("Only open ones"),
                "accepted": Message("Only accepted ones"),
            },
        ),
    )
}
"""Name → option, in the order of ``export --help``."""
