"""What the engine can say, read from its syntax trees: every text with ``{}`` for each fact."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FACT = "{}"
MOST = 60  # texts of one expression: more are the same parts put together anew
DEEP = 9  # steps from a text to where its parts are made
_WORDS = re.compile(r"[A-Za-z]{2,}[ ,;:]+[A-Za-z({]")
_KEPT = frozenset({"strip", "rstrip", "lstrip", "lower"})


class Scope:
    """A file or a function of it, with what its names stand for."""

    def __init__(self, node: ast.AST, file: str, outer: Scope | None = None) -> None:
        self.node, self.file, self.outer = node, file, outer

    @cached_property
    def bound(self) -> dict[str, list[ast.expr | tuple[ast.expr, int]]]:
        """Expressions that each name is given; with a number, the part of them."""
        out: dict[str, list[ast.expr | tuple[ast.expr, int]]] = defaultdict(list)
        for one in _inside(self.node):
            if isinstance(one, ast.Assign):
                for target in one.targets:
                    _bind(out, target, one.value)
            elif isinstance(one, ast.AnnAssign | ast.NamedExpr) and one.value is not None:
                _bind(out, one.target, one.value)
        return out


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes of a file or function, without those of the functions in it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _inside(child)


def _bind(out: dict[str, list], target: ast.expr, value: ast.expr) -> None:
    if isinstance(target, ast.Name):
        out[target.id].append(value)
    elif isinstance(target, ast.Tuple):
        for place, part in enumerate(target.elts):
            if isinstance(part, ast.Name):
                out[part.id].append((value, place))


class Engine:
    """The syntax trees of a package, and the texts that its expressions can be."""

    def __init__(self, folder: Path) -> None:
        self.functions: dict[str, list[Scope]] = defaultdict(list)
        self.calls: dict[str, list[tuple[ast.Call, Scope]]] = defaultdict(list)
        self.files: list[Scope] = []
        for path in sorted(folder.rglob("*.py")):
            where = path.relative_to(folder).as_posix()
            self._read(Scope(ast.parse(path.read_text(encoding="utf-8")), where))

    def _read(self, scope: Scope) -> None:
        if isinstance(scope.node, ast.Module):
            self.files.append(scope)
        for one in _inside(scope.node):
            if isinstance(one, ast.Call):
                self.calls[getattr(one.func, "attr", getattr(one.func, "id", ""))].append((one, scope))
            elif isinstance(one, ast.FunctionDef):
                inner = Scope(one, scope.file, scope)
                self.functions[one.name].append(inner)
                self._read(inner)

    def said(self, names: Iterable[str], keys: Iterable[str] = (), place: int | None = None) -> dict[str, str]:
        """Texts that calls of some names are given by some keywords and at a place; with file and line."""
        out: dict[str, str] = {}
        for name in names:
            for call, scope in self.calls[name]:
                given = [] if place is None else call.args[place : place + 1]
                given += [one.value for one in call.keywords if one.arg in keys]
                for text in (text for one in given for text in self.texts(one, scope)):
                    out.setdefault(text, f"{scope.file}:{call.lineno}")
        return out

    def texts(self, node: ast.expr | tuple[ast.expr, int], scope: Scope, deep: int = 0) -> list[str]:
        """Texts that an expression can be, ``{}`` where it is no text that is written somewhere."""
        if deep > DEEP:
            return [FACT]
        if isinstance(node, tuple):
            return self._part(*node, scope, deep)
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.JoinedStr(values=values):
                return _joined([self._piece(one, scope, deep) for one in values])
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return _joined([self.texts(left, scope, deep + 1), self.texts(right, scope, deep + 1)])
            case ast.IfExp(body=body, orelse=orelse):
                return _all(self.texts(one, scope, deep + 1) for one in (body, orelse))
            case ast.BoolOp(values=values):
                return _all(self.texts(one, scope, deep + 1) for one in values)
            case ast.Name(id=name):
                return self._named(name, scope, deep)
            case ast.Subscript(value=value):
                return self._entry(value, scope, deep)
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in _KEPT:
                return self.texts(value, scope, deep + 1)
            case ast.Call(func=ast.Name(id="counted"), args=[_, ast.Constant(value=str(thing))]):
                return [f"{FACT} {thing}", f"{FACT} {thing}s"]
            case ast.Call(func=ast.Name(id=name)):
                return self._returned(name, scope.file, deep)
        return [FACT]

    def _piece(self, node: ast.expr, scope: Scope, deep: int) -> list[str]:
        """Part of an f-string: a fact, or what is written elsewhere if it is words and no name."""
        if not isinstance(node, ast.FormattedValue):
            return self.texts(node, scope, deep)
        found = self.texts(node.value, scope, deep + 1)
        if getattr(getattr(node.value, "func", None), "id", "") == "counted":
            return found
        if not any(_WORDS.search(text) for text in found):
            return [FACT]
        return _all([text if not text or _WORDS.search(text) else FACT] for text in found)

    def _part(self, node: ast.expr, place: int, scope: Scope, deep: int) -> list[str]:
        match node:
            case ast.Tuple(elts=parts) if place < len(parts):
                return self.texts(parts[place], scope, deep + 1)
            case ast.IfExp(body=body, orelse=orelse):
                return _all(self._part(one, place, scope, deep + 1) for one in (body, orelse))
            case ast.Call(func=ast.Name(id=name)):
                return self._returned(name, scope.file, deep, place)
        return [FACT]

    def _named(self, name: str, scope: Scope | None, deep: int) -> list[str]:
        at: Scope | None = scope
        while at is not None:
            if at.bound.get(name):
                return _all(self.texts(one, at, deep + 1) for one in at.bound[name])
            if isinstance(at.node, ast.FunctionDef):
                taken = [one.arg for one in (*at.node.args.posonlyargs, *at.node.args.args, *at.node.args.kwonlyargs)]
                if name in taken:
                    return self._given(at, name, taken.index(name), deep)
            at = at.outer
        elsewhere = [(one, file) for file in self.files for one in file.bound.get(name, ()) if name.isupper()]
        return _all(self.texts(one, file, deep + 1) for one, file in elsewhere) or [FACT]

    def _given(self, scope: Scope, name: str, place: int, deep: int) -> list[str]:
        """What calls of a function give for one of its parameters."""
        function = scope.node
        assert isinstance(function, ast.FunctionDef)
        near = self._near(function.name, scope.file)
        if scope not in near or len(near) > 1:
            return [FACT]
        out: list[list[str]] = []
        shift = 1 if function.args.args[:1] and function.args.args[0].arg in ("self", "cls") else 0
        alone = len(self.functions[function.name]) == 1
        for call, caller in self.calls[function.name]:
            if alone or caller.file == scope.file:
                by_name = [one.value for one in call.keywords if one.arg == name]
                by_place = call.args[place - shift : place - shift + 1] if place >= shift else []
                out += [self.texts(one, caller, deep + 1) for one in (by_name or by_place)]
        return _all(out) or [FACT]

    def _near(self, name: str, file: str) -> list[Scope]:
        """Functions of a name: those of the same file, else the only one there is."""
        known = self.functions.get(name, [])
        return [one for one in known if one.file == file] or (known if len(known) == 1 else [])

    def _returned(self, name: str, file: str, deep: int, place: int | None = None) -> list[str]:
        out: list[list[str]] = []
        for scope in self._near(name, file):
            for one in _inside(scope.node):
                if isinstance(one, ast.Return | ast.Yield) and one.value is not None:
                    out.append(self.texts(one.value if place is None else (one.value, place), scope, deep + 1))
        return _all(out) or [FACT]

    def _entry(self, node: ast.expr, scope: Scope, deep: int) -> list[str]:
        """Texts of a table that is written out."""
        tables = scope_values(node, scope)
        return _all(self.texts(one, scope, deep + 1) for table in tables for one in table.values) or [FACT]


def scope_values(node: ast.expr, scope: Scope | None) -> list[ast.Dict]:
    """Tables that a name stands for in a function or its file."""
    while scope is not None and isinstance(node, ast.Name):
        if scope.bound.get(node.id):
            return [one for one in scope.bound[node.id] if isinstance(one, ast.Dict)]
        scope = scope.outer
    return [node] if isinstance(node, ast.Dict) else []


def _all(found: Iterable[list[str]]) -> list[str]:
    return list(dict.fromkeys(text for texts in found for text in texts))[:MOST]


def _joined(parts: list[list[str]]) -> list[str]:
    out = [""]
    for part in parts:
        out = ["".join(both) for both in product(out, part)][:MOST]
    return out
