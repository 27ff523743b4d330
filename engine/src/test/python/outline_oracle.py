"""What CPython's own ``ast`` says of files, in the words of OutlineDump: the oracle of the outline scanner.

    outline_oracle.py < LIST_OF_PATHS

For each path one line ``F PATH STATUS``, where STATUS is ``ok`` or why ``ast`` refuses the file, then the lines of its
outline. Output is ASCII, flushed file by file.
"""

from __future__ import annotations

import ast
import io
import struct
import sys
import warnings
from collections.abc import Iterator
from typing import Any

MODULE = -1
NONE, CONDITION, MAIN, TYPE_CHECKING = range(4)
GUARDS = ("NONE", "CONDITION", "MAIN", "TYPE_CHECKING")
MAX_NODES = 4096
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
FORMATTED = (ast.JoinedStr, getattr(ast, "TemplateStr", ast.JoinedStr))
TRIES = (ast.Try, getattr(ast, "TryStar", ast.Try))
DISPLAYS = (ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp)
IMPORTERS = ("import_module", "importorskip", "__import__")


def quoted(text: str) -> str:
    """Return a string in ASCII, beyond that by UTF-16 unit."""
    units = struct.iter_unpack(">H", text.encode("utf-16-be", "surrogatepass"))
    return '"' + "".join(chr(u) if 32 <= u < 127 and u not in (34, 92) else f"\\u{u:04x}" for (u,) in units) + '"'


def begins_together(outer: ast.AST, inner: ast.AST) -> bool:
    """Return False if the inner expression is in parentheses of its own."""
    return (outer.lineno, outer.col_offset) == (inner.lineno, inner.col_offset)


def dotted(node: ast.AST) -> str | None:
    """Return the dotted name that an expression is."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and begins_together(node, node.value):
        base = dotted(node.value)
        return base and f"{base}.{node.attr}"
    return None


def constant(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int):
        return f"i{value:x}"
    if isinstance(value, float):
        return "r" + struct.pack(">d", value).hex()
    if isinstance(value, str):
        return quoted(value)
    return "b" + quoted(value.decode("latin-1")) if isinstance(value, bytes) else "?"


def negated(node: ast.AST) -> Any:
    """Return the number that a signed literal is, None if it is none."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = negated(node.operand)
        return None if value is None else -value
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    return None


def argument(keyword: str, value: ast.AST) -> tuple[str, int]:
    text, nodes = expression(value)
    return (f"{keyword}={text}" if keyword else text), nodes


def arguments(call: ast.Call) -> list[tuple[str, int]]:
    """Return text and number of nodes of each argument, as they are written."""
    found = []
    for arg in call.args:
        starred = isinstance(arg, ast.Starred)
        found.append((arg, "*" if starred else "", arg.value if starred else arg))
    for keyword in call.keywords:
        found.append((keyword, keyword.arg or "**", keyword.value))
    found.sort(key=lambda entry: (entry[0].lineno, entry[0].col_offset))
    return [argument(name, value) for _, name, value in found]


def expression(node: ast.AST) -> tuple[str, int]:
    """Return an expression as text, and its number of nodes."""
    name = dotted(node)
    if name is not None:
        return f"n:{name}", 1
    if isinstance(node, ast.Constant):
        return constant(node.value), 1
    if isinstance(node, ast.UnaryOp):
        value = negated(node)
        return ("?" if value is None else constant(value)), 1
    if isinstance(node, ast.Call) and begins_together(node, node.func) and dotted(node.func):
        parts = arguments(node)
        return f"{dotted(node.func)}({','.join(text for text, _ in parts)})", 1 + sum(count for _, count in parts)
    if isinstance(node, DISPLAYS) or any(isinstance(e, ast.Starred) for e in getattr(node, "elts", ())):
        return "{?}", 1
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        parts = [expression(element) for element in node.elts]
        brackets = {ast.Tuple: "()", ast.List: "[]", ast.Set: "{}"}[type(node)]
        return brackets[0] + ",".join(text for text, _ in parts) + brackets[1], 1 + sum(count for _, count in parts)
    return "?", 1


def branches(test: ast.AST) -> tuple[int, int]:
    """Return what guards the two branches of an ``if``."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        first = branches(test.values[0])[0]
        return (first, CONDITION) if first >= MAIN else (CONDITION, CONDITION)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return branches(test.operand)[::-1]
    if (dotted(test) or "").rpartition(".")[2] == "TYPE_CHECKING":
        return TYPE_CHECKING, NONE
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        sides = [test.left, test.comparators[0]]
        names = [side for side in sides if isinstance(side, ast.Name) and side.id == "__name__"]
        mains = [side for side in sides if isinstance(side, ast.Constant) and side.value == "__main__"]
        if names and mains and isinstance(test.ops[0], ast.Eq):
            return MAIN, NONE
        if names and mains and isinstance(test.ops[0], ast.NotEq):
            return NONE, MAIN
    return CONDITION, CONDITION


def base_name(base: ast.AST) -> str:
    if isinstance(base, ast.Subscript) and begins_together(base, base.value):
        base = base.value
    return dotted(base) or ""


def parameters(args: ast.arguments) -> Iterator[str]:
    """Yield every parameter with its kind and whether it has a default."""
    positional = [*((a, "PO") for a in args.posonlyargs), *((a, "PK") for a in args.args)]
    first_default = len(positional) - len(args.defaults)
    for i, (arg, kind) in enumerate(positional):
        yield f"{arg.arg}:{kind}{'=' if i >= first_default else ''}"
    if args.vararg:
        yield f"{args.vararg.arg}:VP"
    for arg, default in zip(args.kwonlyargs, args.kw_defaults):
        yield f"{arg.arg}:KO{'=' if default else ''}"
    if args.kwarg:
        yield f"{args.kwarg.arg}:VK"


class Outline:
    """Walks one module."""

    def __init__(self, tree: ast.Module) -> None:
        self.definitions: list[str] = []
        self.imports: list[tuple[tuple[int, int], str]] = []
        self.calls: list[tuple[tuple[int, int], str]] = []
        self.assignments: list[str] = []
        self.statements(tree.body, MODULE, False, NONE)

    def lines(self) -> Iterator[str]:
        yield from self.definitions
        yield from (text for _, text in sorted(self.imports, key=lambda entry: entry[0]))
        yield from (text for _, text in sorted(self.calls, key=lambda entry: entry[0]))
        yield from self.assignments

    def statements(self, body: list[ast.stmt], enclosing: int, in_function: bool, guard: int) -> None:
        for node in body:
            self.statement(node, enclosing, in_function, guard)

    def statement(self, node: ast.stmt, enclosing: int, in_function: bool, guard: int) -> None:
        unsure = max(guard, CONDITION)
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            self.definition(node, enclosing, in_function, guard)
        elif isinstance(node, ast.If):
            then, otherwise = branches(node.test)
            self.expressions([node.test], enclosing, guard)
            self.statements(node.body, enclosing, in_function, max(guard, then))
            self.statements(node.orelse, enclosing, in_function, max(guard, otherwise))
        elif isinstance(node, (ast.While, ast.For, ast.AsyncFor)):
            heads = [node.test] if isinstance(node, ast.While) else [node.target, node.iter]
            self.expressions(heads, enclosing, guard)
            self.statements([*node.body, *node.orelse], enclosing, in_function, unsure)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            self.expressions(node.items, enclosing, guard)
            self.statements(node.body, enclosing, in_function, guard)
        elif isinstance(node, TRIES):
            self.statements(node.body, enclosing, in_function, unsure)
            for handler in node.handlers:
                self.expressions([handler.type], enclosing, unsure)
                self.statements(handler.body, enclosing, in_function, unsure)
            self.statements(node.orelse, enclosing, in_function, unsure)
            self.statements(node.finalbody, enclosing, in_function, guard)
        elif isinstance(node, ast.Match):
            self.expressions([node.subject], enclosing, guard)
            for case in node.cases:
                self.expressions([case.guard], enclosing, unsure)
                self.statements(case.body, enclosing, in_function, unsure)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.import_statement(node, enclosing, guard)
        else:
            self.expressions([node], enclosing, guard)
            if not in_function:
                self.assignment(node, enclosing, guard)

    def definition(self, node: Any, enclosing: int, in_function: bool, guard: int) -> None:
        is_class = isinstance(node, ast.ClassDef)
        kind = "CLASS" if is_class else "ASYNC_FUNCTION" if isinstance(node, ast.AsyncFunctionDef) else "FUNCTION"
        heads = [*node.decorator_list, *getattr(node, "type_params", [])]
        heads += [*node.bases, *node.keywords] if is_class else [node.args, node.returns]
        self.expressions(heads, enclosing, guard)
        bases = [base_name(b) for b in node.bases if not isinstance(b, ast.Starred)] if is_class else []
        texts = [f"{kind} {node.name} in {enclosing} at {node.lineno} {GUARDS[guard]}"]
        texts += [f"@{d.lineno} {expression(d)[0]}" for d in node.decorator_list]
        texts += [] if is_class else parameters(node.args)
        texts += [f"<{base}" for base in bases]
        self.definitions.append("D " + " | ".join(texts))
        self.statements(node.body, len(self.definitions) - 1, in_function or not is_class, guard)

    def import_statement(self, node: Any, enclosing: int, guard: int) -> None:
        where = f"in {enclosing} at {node.lineno} {GUARDS[guard]}"
        if isinstance(node, ast.Import):
            for alias in node.names:
                names = f"{alias.name}>{alias.asname}" if alias.asname else ""
                self.imports.append(((alias.lineno, alias.col_offset), f"I MODULE 0 {alias.name} [{names}] {where}"))
        else:
            names = ",".join(f"{alias.name}>{alias.asname or alias.name}" for alias in node.names)
            text = f"I FROM {node.level} {node.module or ''} [{names}] {where}"
            self.imports.append(((node.lineno, node.col_offset), text))

    def assignment(self, node: ast.stmt, enclosing: int, guard: int) -> None:
        where = f"in {enclosing} at {node.lineno} {GUARDS[guard]}"
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, ast.Assign) or (isinstance(node, ast.AnnAssign) and node.value):
            text, nodes = expression(node.value)
            value = text if nodes <= MAX_NODES else "?"
        elif isinstance(node, ast.AugAssign):
            value = "?"
        else:
            return
        for target in targets:
            for name, whole in target_names(target, True):
                self.assignments.append(f"A {name} = {value if whole else '?'} {where}")

    def expressions(self, nodes: list[Any], enclosing: int, guard: int) -> None:
        pending = [node for node in nodes if node is not None]
        while pending:
            node = pending.pop()
            if isinstance(node, FORMATTED):
                continue
            if isinstance(node, ast.Call) and begins_together(node, node.func) and dotted(node.func):
                self.call(node, enclosing, guard)
            pending.extend(ast.iter_child_nodes(node))

    def call(self, node: ast.Call, enclosing: int, guard: int) -> None:
        name = dotted(node.func)
        where = f"in {enclosing} at {node.lineno} {GUARDS[guard]}"
        self.calls.append(((node.lineno, node.col_offset), f"C {name} {where}"))
        first = node.args[0] if node.args else None
        if name.rpartition(".")[2] in IMPORTERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            module = first.value.lstrip(".")
            text = f"I DYNAMIC {len(first.value) - len(module)} {quoted(module)} [] {where}"
            self.imports.append(((node.lineno, node.col_offset), text))


def target_names(target: ast.AST, whole: bool) -> Iterator[tuple[str, bool]]:
    """Yield the names of a target, and whether they get the whole value."""
    if isinstance(target, ast.Name):
        yield target.id, whole
    elif isinstance(target, ast.Starred):
        yield from target_names(target.value, False)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from target_names(element, False)


def main() -> None:
    sys.setrecursionlimit(10_000)
    warnings.simplefilter("ignore")
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="ascii", errors="backslashreplace", newline="\n")
    for path in map(str.rstrip, sys.stdin):
        with open(path, "rb") as file:
            source = file.read()
        try:
            lines, status = list(Outline(ast.parse(source)).lines()), "ok"
        except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError) as error:
            lines, status = [], f"{type(error).__name__}: {error}".replace("\n", " ")
        out.write(f"F {path} {status}\n")
        for line in lines:
            out.write(line.encode("ascii", "backslashreplace").decode() + "\n")
        out.write(".\n")
        out.flush()


if __name__ == "__main__":
    main()
