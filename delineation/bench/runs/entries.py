"""What is compared: methods with their parameters, as a text names them; and the cases they make."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ...case.reading import method_of
from ...core.errors import BadInput
from ...core.messages import Message, joined
from ...methods.external_code import origin_of
from ...methods.registry import draws, methods, parameters
from ...methods.table import known_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...case.model import Case

# A method begins where a name is not followed by "=": ``redcap:order=full,linkage=average,ward:k=6`` are two.
_METHOD = re.compile(r"^\s*[^=:,\s]+\s*(:|$)")


@dataclass(frozen=True)
class BenchEntry:
    """One row of the table.

    Attributes
    ----------
    text : str
        The method string: the row's name.
    method : str
    parameters : mapping
    """

    text: str
    method: str
    parameters: Mapping[str, Any]

    @property
    def draws(self) -> bool:
        """Whether the seed may change the result."""
        return draws(self.method)

    @property
    def key(self) -> str:
        """The method string, and of a method from outside the digest of its code: what finished labels are kept by."""
        origin = origin_of(self.method)
        return self.text if origin is None else f"{self.text} {origin.digest}"

    def case(self, case: Case, seed: int) -> Case:
        """Give the case with this method and a seed."""
        return replace(case, method=self.method, method_parameters=dict(self.parameters), seed=seed)


def split_methods(text: str) -> list[str]:
    """Split ``overlay,fitting:threshold=0.3,redcap:k=6,order=full`` into method strings."""
    out: list[str] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        if _METHOD.match(part) or not out:
            out.append(part)
        else:
            out[-1] += ("," if ":" in out[-1] else ":") + part
    return out


def read_entries(texts: Sequence[str]) -> tuple[BenchEntry, ...]:
    """Read method strings.

    Raises
    ------
    BadInput
        None, an unknown method or parameter, or the same twice.
    """
    out: list[BenchEntry] = []
    for text in texts:
        name, given = method_of({}, text, "methods")
        known_parameters(name, parameters(name), given)
        if any(entry.method == name and entry.parameters == given for entry in out):
            raise BadInput(
                Message("'{text}' is given twice", text=text),
                where=Message("methods"),
                wanted=Message("each method string once"),
            )
        out.append(BenchEntry(text, name, given))
    if not out:
        raise BadInput(
            Message("no method"),
            where=Message("methods"),
            wanted=Message("one or more of {methods}", methods=joined(methods())),
        )
    return tuple(out)
