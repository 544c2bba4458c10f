"""Which small changes to a source file are tried: all of them are listed here, and some are drawn.

Only changes on which an answer could hang. Left alone are docstrings, type hints, decorators, imports, the words of
what is said (f-strings, log, progress), what only asserts (`strict=`) or only saves memory (`dtype=`). Of a sentence's
facts two change places.
"""

from __future__ import annotations

import ast
import random
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# One of a pair becomes the other.
_PAIRS: tuple[tuple[type, type], ...] = (
    (ast.Lt, ast.LtE),
    (ast.Gt, ast.GtE),
    (ast.Eq, ast.NotEq),
    (ast.In, ast.NotIn),
    (ast.Is, ast.IsNot),
    (ast.And, ast.Or),
    (ast.Add, ast.Sub),
    (ast.Mult, ast.Div),
    (ast.BitAnd, ast.BitOr),
)
_OTHER = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_OTHER |= {ast.FloorDiv: ast.Div, ast.Mod: ast.Mult}
_NAMES = [
    ("min", "max"),
    ("any", "all"),
    ("minimum", "maximum"),
    ("floor", "ceil"),
    ("argmin", "argmax"),
    ("nanmin", "nanmax"),
    ("startswith", "endswith"),
    ("union1d", "intersect1d"),
    ("idxmin", "idxmax"),
    ("head", "tail"),
]
_OTHER_TEXT = {"first": "last", "last": "first"}
# Rows that stand for a lot: of more than these, the rest is left out.
_LOT = 200
_OTHER_NAME = {one: other for pair in _NAMES for one, other in (pair, pair[::-1])}
# Keywords that make no difference to an answer on a machine like the ones that run the tests.
_MOOT = {"dtype", "encoding", "strict", "stacklevel", "copy"}
# Calls that only say something or let others say something.
_TALK = {"progress", "step", "debug", "info", "warning", "log", "errstate", "TypeVar"}
_LONGEST = 150  # letters of a line that are shown


@dataclass(frozen=True)
class Change:
    """Some bytes of a file and what stands there instead.

    ``first``–``last`` are the lines of the statement (of its head, for one with a body). What runs once, as the file
    is loaded, is ``loading``, and ``names`` are then the names that it binds.
    """

    path: str
    line: int
    before: str
    after: str
    start: int
    end: int
    text: str
    first: int
    last: int
    loading: bool
    names: frozenset[str]

    def apply(self, source: bytes) -> bytes:
        """Give the file with this change in it."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {_short(self.before, self.after)}  →  {_short(self.after, self.before)}"


def _short(text: str, other: str) -> str:
    """Of a long line, what is around the place where it begins to differ."""
    differ = next((at for at, (one, two) in enumerate(zip(text, other, strict=False)) if one != two), 0)
    begin = max(0, min(differ - _LONGEST // 2, len(text) - _LONGEST))
    part = text[begin : begin + _LONGEST]
    return f"{'…' if begin else ''}{part}{'…' if begin + _LONGEST < len(text) else ''}"


def changes_of(path: str, source: bytes) -> list[Change]:
    """List every change to a file, in its order."""
    finder = _Finder(path, source)
    finder.body(ast.parse(source).body, ())
    return sorted(finder.found.values(), key=lambda one: (one.start, one.end, one.text))


def draw(changes: list[Change], count: int, seed: str) -> list[Change]:
    """Draw some of them, the same ones for the same seed; all of them where ``count`` is 0."""
    if not count or count >= len(changes):
        return list(changes)
    return random.Random(seed).sample(changes, count)  # noqa: S311 - a sample, no secret


def functions_naming(source: bytes, names: frozenset[str]) -> list[tuple[int, int]]:
    """First and last line of each function that mentions one of these names; of all of them without any."""
    return [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (not names or any(getattr(one, "id", getattr(one, "attr", None)) in names for one in ast.walk(node)))
    ]


@dataclass
class _Finder:
    """Walks through a file; ``found`` is keyed by the lines that each change makes, so that none is listed twice."""

    path: str
    source: bytes
    found: dict[tuple[int, int, bytes], Change] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines = self.source.split(b"\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.at: tuple[int, int] = (1, 1)
        self.loading = True
        self.names: frozenset[str] = frozenset()

    def body(self, statements: list[ast.stmt], bound: tuple[str, ...]) -> None:
        """Go through statements; ``bound`` are names that have a value before them."""
        seen = list(bound)
        for node in statements:
            self.statement(node, seen)
            seen += [one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]

    def statement(self, node: ast.stmt, bound: list[str]) -> None:
        inner = getattr(node, "body", None) or getattr(node, "cases", None)
        inside = [getattr(one, "pattern", one).lineno for one in inner or ()]
        last = max(node.lineno, inside[0] - 1) if inside else node.end_lineno or node.lineno
        self.at = (min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))]), last)
        if self.loading:
            stored = (one for one in ast.walk(node) if isinstance(getattr(one, "ctx", None), ast.Store))
            self.names = frozenset(getattr(one, "id", getattr(one, "attr", "")) for one in stored)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if self.loading:
                    self.names = frozenset({node.name})
                for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
                    self.expression(default)
                before, self.loading = self.loading, False
                arguments = [one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)]
                self.body(node.body, tuple(arguments))
                self.loading = before
                return
            case ast.ClassDef():
                self.body(node.body, ())
                return
            case ast.Import() | ast.ImportFrom() | ast.Global() | ast.Nonlocal() | ast.Pass() | ast.Assert():
                return
            case ast.Raise():
                self.offer(node, "pass")
                for one in ast.walk(node):
                    if isinstance(one, ast.Call):
                        for changed in _swapped(one):
                            self.offer(one, ast.unparse(changed))
                return
            case ast.If() if "TYPE_CHECKING" in ast.unparse(node.test):
                return
            case ast.Expr(value=ast.Constant()):
                return
            case ast.Expr(value=ast.Call(func=called)) if _called(called) in _TALK:
                return
            case ast.Assign(targets=[ast.Name(id="__all__")]):
                return
        self.deleted(node, bound)
        if isinstance(node, ast.If):
            self.condition(node.test, both=True)
        elif isinstance(node, ast.While):
            self.condition(node.test, both=False)
        elif isinstance(node, ast.AugAssign) and type(node.op) in _OTHER:
            changed = ast.AugAssign(node.target, _OTHER[type(node.op)](), node.value)
            self.offer(node, ast.unparse(changed))
        for name, part in ast.iter_fields(node):
            if name == "annotation":
                continue
            for one in part if isinstance(part, list) else [part]:
                self.part(one, bound)

    def part(self, node: object, bound: list[str]) -> None:
        """Go into what a statement is made of, its own statements among them."""
        match node:
            case ast.stmt():
                self.statement(node, bound)
                bound = [*bound, *(one.id for one in ast.walk(node) if isinstance(one, ast.Name))]
            case ast.match_case():
                self.at = (node.pattern.lineno, max(node.pattern.lineno, node.body[0].lineno - 1))
                if node.guard:
                    self.condition(node.guard, both=True)
                    self.expression(node.guard)
                self.body(node.body, tuple(bound))
            case ast.ExceptHandler():
                self.body(node.body, tuple(bound))
            case ast.expr():
                self.expression(node)
            case ast.AST():
                for one in ast.iter_child_nodes(node):
                    self.part(one, bound)

    def deleted(self, node: ast.stmt, bound: list[str]) -> None:
        """Leave a statement out, where Python would not complain about a missing name at once."""
        match node:
            case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Continue() | ast.Break() | ast.Return(value=None):
                self.offer(node, "pass")
            case ast.Assign(targets=targets) if all(
                getattr(one, "id", "") in bound or isinstance(one, (ast.Attribute, ast.Subscript)) for one in targets
            ):
                self.offer(node, "pass")
            case ast.Return(value=ast.Constant(value=None | False)):
                pass
            case ast.Return():
                self.offer(node, "return None")

    def condition(self, node: ast.expr, *, both: bool) -> None:
        if not isinstance(node, ast.Constant):
            for value in ("True", "False")[not both :]:
                self.offer(node, value)

    def expression(self, node: ast.expr) -> None:
        if isinstance(node, ast.JoinedStr):
            return
        for text in _instead(node):
            self.offer(node, text)
        if isinstance(node, ast.IfExp):
            self.condition(node.test, both=True)
        for comprehension in getattr(node, "generators", ()):
            for one in comprehension.ifs:
                self.condition(one, both=True)
        if isinstance(node, ast.Call):
            if _called(node.func) in _TALK:
                return
            for keyword in node.keywords:
                if keyword.arg not in _MOOT:
                    self.expression(keyword.value)
            for one in [node.func, *node.args]:
                self.expression(one)
            return
        for child in ast.iter_child_nodes(node):
            self.part(child, [])

    def offer(self, node: ast.stmt | ast.expr, text: str) -> None:
        start = self.starts[node.lineno - 1] + node.col_offset
        end = self.starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        top, bottom = node.lineno - 1, node.end_lineno or node.lineno
        before = b"\n".join(self.lines[top:bottom])
        after = self.source[self.starts[top] : start] + text.encode() + self.source[end : self.starts[bottom] - 1]
        if after == before or (top, bottom, after) in self.found:
            return
        words = [" ".join(one.decode().split()) for one in (before, after)]
        self.found[top, bottom, after] = Change(
            self.path,
            node.lineno,
            *words,
            start,
            end,
            text,
            *self.at,
            self.loading,
            self.names if self.loading else frozenset(),
        )


def _called(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def _instead(node: ast.expr) -> Iterator[str]:
    """What may stand for an expression, in brackets where these could matter."""
    for new in _others(node):
        text = ast.unparse(new)
        plain = isinstance(new, (ast.Constant, ast.Name, ast.Call, ast.Attribute, ast.Subscript))
        yield text if plain or isinstance(new, ast.Slice) else f"({text})"


def _others(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.Compare():
            for at, operator in enumerate(node.ops):
                ops = [*node.ops[:at], _OTHER[type(operator)](), *node.ops[at + 1 :]]
                yield ast.Compare(node.left, ops, node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(_OTHER[type(node.op)](), node.values)
            for at in range(len(node.values)):
                rest = [*node.values[:at], *node.values[at + 1 :]]
                yield ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub()):
            yield node.operand
        case ast.BinOp() if type(node.op) in _OTHER and not any(map(_text, (node.left, node.right))):
            yield ast.BinOp(node.left, _OTHER[type(node.op)](), node.right)
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int()):
            yield ast.Constant(node.value + 1)
            yield ast.Constant(node.value - 1)
            if node.value > 1:
                yield ast.Constant(node.value * 2)
                yield ast.Constant(node.value // 10)
        case ast.Constant(value=float()):
            yield ast.Constant(node.value * 2 or 1.0)
            yield ast.Constant(node.value / 10 or -1.0)
        case ast.Constant(value="first" | "last"):
            yield ast.Constant(_OTHER_TEXT[node.value])
        case ast.Slice():
            if node.lower:
                yield ast.Slice(None, node.upper, node.step)
            if node.upper:
                yield ast.Slice(node.lower, None, node.step)
        case ast.Call():
            yield from _other_calls(node)


def _other_calls(node: ast.Call) -> Iterator[ast.expr]:
    name = _called(node.func)
    if other := _OTHER_NAME.get(name):
        changed = ast.Name(other) if isinstance(node.func, ast.Name) else ast.Attribute(node.func.value, other)
        yield ast.Call(changed, node.args, node.keywords)
    if name in _TALK:
        return
    if name == "sorted" and isinstance(node.func, ast.Name) and not node.keywords:
        yield ast.Call(ast.Name("list"), node.args, [])
    for at, keyword in enumerate(node.keywords):
        if keyword.arg and keyword.arg not in _MOOT:
            yield ast.Call(node.func, node.args, [*node.keywords[:at], *node.keywords[at + 1 :]])
    if len(node.args) > 1 and not any(isinstance(one, ast.Starred) for one in node.args) and name not in _OTHER_NAME:
        yield ast.Call(node.func, node.args[:-1], node.keywords)
    if name == "range" and len(node.args) == 3:
        yield ast.Subscript(node, ast.Slice(None, ast.Constant(1)))
    if name == "executemany":
        lot = ast.Subscript(ast.Call(ast.Name("list"), node.args[1:], []), ast.Slice(None, ast.Constant(_LOT)))
        yield ast.Call(node.func, [node.args[0], lot], node.keywords)
    yield from _swapped(node)


def _swapped(node: ast.Call) -> Iterator[ast.expr]:
    """A sentence two of whose facts, side by side, have changed places."""
    if not (node.args and isinstance(node.args[0], ast.Constant) and "{" in str(node.args[0].value)):
        return
    for at, (one, other) in enumerate(pairwise(node.keywords)):
        if one.arg and other.arg and ast.dump(one.value) != ast.dump(other.value):
            exchanged = [ast.keyword(one.arg, other.value), ast.keyword(other.arg, one.value)]
            yield ast.Call(node.func, node.args, [*node.keywords[:at], *exchanged, *node.keywords[at + 2 :]])


def _text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))
