"""What has to hold of whatever a verb answers to a damaged file: a refusal is one sentence, an answer is sound."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from command import Answer, ask
from control_units.delineation.core.errors import BadInput, visible
from control_units.delineation.package.verify import verify
from control_units.delineation.plan.content import Content, content_of
from control_units.delineation.plan.file import opened_plan, read_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def plain(answer: Answer) -> Answer:
    """Leave out of an answer what differs from run to run: how long it took, when, and in which folder."""
    left = ("seconds", "peak_bytes", "timings_s", "time", "file")

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: strip(one) for key, one in value.items() if key not in left}
        return [strip(one) for one in value] if isinstance(value, list) else value

    return Answer(answer.code, strip(answer.document), answer.err)


def difference(one: Any, other: Any, where: str = "") -> str:
    """First place at which two documents differ."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next((said for key in one if (said := difference(one[key], other[key], f"{where}.{key}"))), "")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return next((said for row, (a, b) in pairs if (said := difference(a, b, f"{where}[{row}]"))), "")
    return "" if one == other else f"{where}: {one!r:.120}, not {other!r:.120}"


def refused(answer: Answer) -> Iterator[str]:
    """Say what is wrong with a refusal (as ``command.refusal``)."""
    error = answer.document.get("error") if isinstance(answer.document, dict) else None
    if not isinstance(error, dict) or set(error) != {"id", "facts", "what", "where", "wanted"}:
        yield f"no refusal: {answer.document!r:.200}"
        return
    for key in ("what", "where", "wanted"):
        text = error[key]
        if not text or len(text) >= 400 or visible(text) != text:
            yield f"{key} is no sentence: {text!r:.500}"
    if answer.err:
        yield f"said besides: {answer.err!r:.200}"


def close(one: float, other: float) -> bool:
    """Whether two areas are one."""
    return abs(one - other) <= 1e-6 * max(abs(one), abs(other)) + 1e-3


def close_all(one: Any, other: Any) -> bool:
    """Whether areas are the same one by one."""
    return len(one) == len(other) and all(map(close, one, other))


def nothing(*_: object) -> Iterator[str]:
    """Nothing is known of such an answer."""
    yield from ()


def sound_plan(answer: Answer, output: str) -> Iterator[str]:
    """A plan is what its document says, its units are its faces, and it says so itself."""
    plan, found = read_plan(Path(output)), answer.document
    faces, units = plan.faces, plan.units
    sums = faces.groupby("unit_id")["area_m2"].sum()
    by_county = [one for part in (*found["by_county"].values(), *found["sea"].values()) for one in part.values()]
    told = ask("info", output)
    checks = {
        "an area that is none": (faces["area_m2"] > 0).all() and (units["area_m2"] > 0).all(),
        "faces do not add up": close(faces["area_m2"].sum(), found["area_m2"]),
        "units do not add up": close_all(sums[units["unit_id"]].to_numpy(), units["area_m2"]),
        "counties do not add up": close(sum(one["area_m2"] for one in by_county), found["area_m2"]),
        "the ledger does not balance": abs(found["ledger"]["imbalance"]) <= 1e-6,
        "a category that is none": set(faces["category"]) <= {1, 2, 3},
        "info says otherwise": told.code == 0 and all(found.get(key, one) == one for key, one in told.document.items()),
        "the exit code is another": (answer.code == 1) == (found["findings"]["error"] > 0),
    }
    yield from (said for said, holds in checks.items() if not holds)


def sound_faces(answer: Answer, output: str) -> Iterator[str]:
    """Faces lie in the file, and cover what the layers do."""
    import pyogrio

    if pyogrio.read_info(output, layer="faces")["features"] != answer.document["faces"]:
        yield "not as many faces as it says"
    if abs(answer.document["imbalance"]) > 1e-6:
        yield "the balance does not"
    # As much as its area only where nothing overlaps or crosses itself.
    if any(not one["covered_m2"] > 0 for one in answer.document["inputs"].values()):
        yield "a layer is not covered"


def sound_regions(answer: Answer, output: str) -> Iterator[str]:
    """Regions are numbered, none is empty, and the sums of squares add up."""
    found = answer.document
    labels = [label for label in found["labels"] if label is not None]
    if set(labels) != set(range(found["k"])) or [labels.count(row) for row in range(found["k"])] != found["sizes"]:
        yield "regions are not as it says"
    if not close(found["within_ss"] + found["between_ss"], found["total_ss"]) or not 0 <= found["ratio"] <= 1 + 1e-9:
        yield "sums of squares are none"
    if not Path(output).read_bytes().startswith(b"SQLite format 3\0"):
        yield "no file"


def sound_check(answer: Answer, _output: str) -> Iterator[str]:
    """Findings have a severity and a message, and errors the exit code."""
    if any(row["severity"] not in ("error", "warning") or not row["message"] for row in answer.document):
        yield f"findings are none: {answer.document!r:.200}"
    if (answer.code == 1) != any(row["severity"] == "error" for row in answer.document):
        yield "the exit code is another"


def sound_case(_answer: Answer, output: str) -> Iterator[str]:
    """A case that was guessed is TOML, and names its sources."""
    found = tomllib.loads(Path(output).read_text(encoding="utf-8"))
    if "case" not in found:
        yield "no case"


def sound_lists(answer: Answer, output: str) -> Iterator[str]:
    """Lists are a workbook."""
    import openpyxl

    openpyxl.load_workbook(output).close()
    if answer.document["units"] <= 0:
        yield "no units"


def sound_bench(answer: Answer, output: str) -> Iterator[str]:
    """A bench has its tables."""
    if not answer.document["methods"] or not Path(output, "methods.csv").is_file():
        yield "no table of methods"


def tells(verb: str, answer: Answer) -> bool:
    """Whether an answer out of a plan says that the plan was changed."""
    if verb == "check":
        return any(row["id"] == "Q01" for row in answer.document)
    return "have changed the plan" in answer.err or (verb == "info" and bool(answer.document["changed"]))


def holds_now(path: Path) -> Content | None:
    """Sum up what a plan file holds, without the styles; None where it cannot be read."""
    try:
        with opened_plan(path) as connection:
            tables = {} if connection is None else content_of(connection).tables
    except BadInput:
        return None
    return Content({name: one for name, one in tables.items() if name != "layer_styles"})


def sound_package(answer: Answer, output: str) -> Iterator[str]:
    """Hold a package against its manifest; a refused one is not there."""
    there = Path(output).exists()
    if answer.code == 1:
        if there or answer.document["files"]:
            yield "refused, and yet there"
    elif not verify(output).ok:
        yield "a package that is not what its manifest says"


def sound_verdict(answer: Answer, output: str) -> Iterator[str]:  # noqa: ARG001 - as all of these
    """Refuse to call a damaged package good."""
    if answer.document["ok"] or not answer.code:
        yield "a damaged package is good"


SOUND: dict[str, Callable[[Answer, str], Iterator[str]]] = {
    "run": sound_plan,
    "adopt": sound_plan,
    "partition": sound_faces,
    "regions": sound_regions,
    "check": sound_check,
    "guess": sound_case,
    "lists": sound_lists,
    "bench": sound_bench,
    "package": sound_package,
    "verify": sound_verdict,
}
