"""A student's file as text and as a syntax tree, with the questions that rules ask about it."""

from __future__ import annotations

import ast
import bisect
import io
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grader.worker.repair.proposals import TextChange

LINES_IN_ORDER = 4  # so many suspect lines are ordered among themselves
MAX_SLICE = 3  # steps back from a suspect line to what it was computed from
MAX_STATEMENTS = 60  # more than a solution has; of a longer file, those near the suspect lines
BLOCKS = ("body", "orelse", "finalbody")
STATEMENT_CALLS = {"zero": ("zero_", "zero_grad"), "backward": ("backward",), "step": ("step",), "clip": ("clip_grad",)}


@dataclass(eq=False, slots=True)
class Statement:
    """A statement, its block, and the compound statement or function around it. Lines count from 1."""

    node: ast.stmt
    block: list[ast.stmt]
    index: int
    parent: Statement | None
    first: int
    last: int
    has_own_lines: bool

    @property
    def is_compound(self) -> bool:
        return hasattr(self.node, "body")


class StudentFile:
    """The text, the tree and the hints. Raises SyntaxError and ValueError if Python cannot parse the text."""

    def __init__(self, text: str, hints: Mapping[str, Any]) -> None:
        self.text, self.hints = text, hints
        self.tree = ast.parse(text)
        self.lines = text.split("\n")
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._ascii = text.isascii()
        self.statements: list[Statement] = []
        self._of_node: dict[ast.stmt, Statement] = {}
        self._add(self.tree.body, None)
        self._mark_shared_lines()
        self.statements = self._in_focus()

    def _add(self, block: list[ast.stmt], parent: Statement | None) -> None:
        for index, node in enumerate(block):
            first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
            statement = Statement(node, block, index, parent, first, node.end_lineno or first, True)
            self.statements.append(statement)
            self._of_node[node] = statement
            for part in (node, *getattr(node, "handlers", ()), *getattr(node, "cases", ())):
                for name in BLOCKS:
                    self._add(getattr(part, name, None) or [], statement)

    def _mark_shared_lines(self) -> None:
        for one in self.statements:
            previous = one.block[one.index - 1] if one.index else None
            if previous is not None and (previous.end_lineno or 0) >= one.first:
                one.has_own_lines = self._of_node[previous].has_own_lines = False
            if one.parent is not None and one.parent.first == one.first:
                one.has_own_lines = False

    def _in_focus(self) -> list[Statement]:
        """The statements that the rules look at: with their number, the cost of a rule is bounded."""
        if len(self.statements) <= MAX_STATEMENTS:
            return self.statements
        suspect: list[int] = sorted(self.hints.get("lines", ())) or [self.main.lineno if self.main is not None else 1]

        def distance(statement: Statement) -> int:
            place = bisect.bisect_left(suspect, statement.first)
            return min(abs(statement.first - line) for line in suspect[max(0, place - 1) : place + 1])

        near = set(map(id, sorted(self.statements, key=distance)[:MAX_STATEMENTS]))
        return [each for each in self.statements if id(each) in near]

    # Places in the text.

    def offset(self, line: int, column: int) -> int:
        """The offset of a place that the syntax tree gives: its columns count bytes."""
        if not self._ascii:
            column = len(self.lines[line - 1].encode()[:column].decode(errors="ignore"))
        return self._starts[line - 1] + column

    def line_start(self, line: int) -> int:
        return self._starts[min(line - 1, len(self._starts) - 1)]

    def line_at(self, offset: int) -> int:
        return min(bisect.bisect_right(self._starts, offset), len(self.lines))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno or 0, node.end_col_offset or 0)

    def source(self, node: ast.expr | ast.stmt) -> str:
        start, end = self.span(node)
        return self.text[start:end]

    def indentation(self, statement: Statement) -> str:
        line = self.lines[statement.first - 1]
        return line[: len(line) - len(line.lstrip())]

    @cached_property
    def indent_unit(self) -> str:
        for one in self.statements:
            if one.parent is not None and one.has_own_lines:
                inner, outer = self.indentation(one), self.indentation(one.parent)
                if len(inner) > len(outer):
                    return inner[len(outer) :]
        return "    "

    # Changes of the text.

    def replace(self, node: ast.expr | ast.stmt, text: str) -> TextChange:
        return TextChange(*self.span(node), text)

    def delete(self, statement: Statement) -> TextChange:
        """Its lines go, and a loop, an `if` or a `with` that held nothing else; elsewhere, `pass` stays."""
        while len(statement.block) == 1 and statement.parent is not None and self._only_holds(statement.parent):
            statement = statement.parent
        start, end = self.line_start(statement.first), self.line_start(statement.last + 1)
        return TextChange(start, end, f"{self.indentation(statement)}pass\n" if len(statement.block) == 1 else "")

    @staticmethod
    def _only_holds(statement: Statement) -> bool:
        node = statement.node
        return (
            statement.has_own_lines
            and isinstance(node, ast.For | ast.While | ast.If | ast.With)
            and not getattr(node, "orelse", ())
        )

    def replace_value(self, statement: Statement, node: ast.expr, text: str) -> TextChange:
        """Like `replace`; a statement that would become `x = x` goes."""
        match statement.node:
            case ast.Assign(targets=[target], value=value) if value is node and self.source(target) == text.strip("()"):
                if statement.has_own_lines and len(statement.block) > 1:
                    return self.delete(statement)
        return self.replace(node, text)

    def insert(self, lines: Sequence[str], *, before: Statement | None = None, after: Statement | None = None) -> TextChange:
        """New lines at the indentation of a statement that has its own lines."""
        place = before or after
        assert place is not None
        line = place.first if before else place.last + 1
        indent = self.indentation(place)
        text = "".join(f"{indent}{each}\n" if each else "\n" for each in lines)
        at = self.line_start(line)
        if at > len(self.text):  # behind a last line without an end
            return TextChange(len(self.text), len(self.text), "\n" + text.removesuffix("\n"))
        return TextChange(at, at, text)

    def lines_of(self, statement: Statement) -> list[str]:
        """Its lines without its own indentation, and with their comments."""
        return self.without_indentation(self.lines[statement.first - 1 : statement.last], self.indentation(statement))

    def without_indentation(self, lines: Sequence[str], indent: str) -> list[str]:
        return [each.removeprefix(indent) if each.strip() else each for each in lines]

    def move(
        self, statement: Statement, *, before: Statement | None = None, after: Statement | None = None
    ) -> tuple[TextChange, ...]:
        return self.delete(statement), self.insert(self.lines_of(statement), before=before, after=after)

    def wrapped(self, statement: Statement, head: str) -> TextChange:
        """The statement inside `head`, such as `with torch.no_grad():`."""
        inner = [head, *(self.indent_unit + each if each else each for each in self.lines_of(statement))]
        indent = self.indentation(statement)
        text = "".join(f"{indent}{each}\n" if each else "\n" for each in inner)
        return TextChange(self.line_start(statement.first), self.line_start(statement.last + 1), text)

    def unwrapped(self, statement: Statement, body: Sequence[ast.stmt]) -> TextChange:
        """A compound statement becomes the statements of one of its blocks."""
        first, last = self._of_node[body[0]], self._of_node[body[-1]]
        inner = self.indentation(first)
        lines = self.without_indentation(self.lines[first.first - 1 : last.last], inner)
        indent = self.indentation(statement)
        text = "".join(f"{indent}{each}\n" if each.strip() else "\n" for each in lines)
        return TextChange(self.line_start(statement.first), self.line_start(statement.last + 1), text)

    # Statements.

    def of(self, node: ast.stmt) -> Statement:
        return self._of_node[node]

    def next(self, statement: Statement) -> Statement | None:
        after = statement.block[statement.index + 1 : statement.index + 2]
        return self._of_node[after[0]] if after else None

    def inside(self, statement: Statement, kind: type[ast.stmt] | tuple[type[ast.stmt], ...]) -> Statement | None:
        """The innermost statement of a kind around it."""
        around = statement.parent
        while around is not None and not isinstance(around.node, kind):
            around = around.parent
        return around

    @staticmethod
    def is_inside(statement: Statement, around: Statement) -> bool:
        inner: Statement | None = statement.parent
        while inner is not None and inner is not around:
            inner = inner.parent
        return inner is around

    @cached_property
    def loop_variables(self) -> set[str]:
        loops = [each.node for each in self.statements if isinstance(each.node, ast.For)]
        return {part.id for node in loops for part in ast.walk(node.target) if isinstance(part, ast.Name)}

    @cached_property
    def movable(self) -> list[Statement]:
        """The statements inside functions that can be moved, deleted and inserted beside."""
        return [each for each in self.statements if each.has_own_lines and self.inside(each, ast.FunctionDef)]

    @cached_property
    def functions(self) -> list[Statement]:
        return [each for node, each in self._of_node.items() if isinstance(node, ast.FunctionDef)]

    @cached_property
    def main(self) -> ast.FunctionDef | None:
        """The function of the exercise; the last one if no function has its name."""
        found = [node for node in self._of_node if isinstance(node, ast.FunctionDef)]
        named = [each for each in found if each.name == self.hints.get("function")] or found
        return named[-1] if named else None

    @cached_property
    def helpers(self) -> dict[str, ast.FunctionDef]:
        """The functions of the file that call no function of the file."""
        found = {node.name: node for node in self._of_node if isinstance(node, ast.FunctionDef) and node is not self.main}
        calls = {
            name: {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and part.id in found}
            for name, node in found.items()
        }
        return {name: node for name, node in found.items() if not calls[name]}

    def own_expressions(self, statement: Statement) -> Iterator[ast.expr]:
        """The expressions of a statement itself, not those of the statements inside it."""
        pending: list[ast.AST] = [statement.node]
        while pending:
            node = pending.pop()
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
                    continue
                if isinstance(child, ast.expr):
                    yield child
                pending.append(child)

    @cached_property
    def expressions(self) -> list[tuple[ast.expr, Statement]]:
        """All expressions with their statements, in the order of the text."""
        found = [(node, each) for each in self.statements for node in self.own_expressions(each)]
        return sorted(found, key=lambda pair: (pair[0].lineno, pair[0].col_offset, -(pair[0].end_col_offset or 0)))

    def calls(self, *names: str) -> Iterator[tuple[ast.Call, Statement]]:
        """The calls of functions or methods with one of these names."""
        for node, statement in self.expressions:
            if isinstance(node, ast.Call) and called_name(node) in names:
                yield node, statement

    @cached_property
    def suspects(self) -> dict[int, int]:
        """The suspect lines, what computes their values, and the loops around them; each with its place, the likeliest first."""
        given = list(dict.fromkeys(self.hints.get("lines", ())))
        found = {line: min(place, LINES_IN_ORDER) for place, line in enumerate(given)}
        pending = [each for each in self.statements if not each.is_compound and each.first in found]
        for _ in range(MAX_SLICE):
            pending = [before for each in pending for before in self._computed_from(each) if before.first not in found]
            found.update((each.first, LINES_IN_ORDER + 1) for each in pending)
        for each in self.statements:  # the loops around them
            if isinstance(each.node, ast.For | ast.While) and any(each.first < line <= each.last for line in given):
                found.setdefault(each.first, LINES_IN_ORDER + 2)
        return found

    def _computed_from(self, statement: Statement) -> list[Statement]:
        """Where the names of a statement were bound last, above it or in its loop."""
        function = self.inside(statement, ast.FunctionDef)
        names = {
            node.id for node in self.own_expressions(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        nearest: dict[str, Statement] = {}
        for name, line, owner in self._bindings:
            if (
                name in names
                and owner is not statement
                and line <= statement.first
                and self.inside(owner, ast.FunctionDef) is function
            ):
                nearest[name] = owner
        return list(nearest.values())

    # Names.

    @cached_property
    def arguments(self) -> list[str]:
        if self.main is None:
            return []
        arguments = self.main.args
        return [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]

    @cached_property
    def own_names(self) -> dict[str, str]:
        """What the exercise calls it → what the student calls it."""
        found = dict(zip(self.hints.get("parameters", ()), self.arguments, strict=False))
        for own, name in self.hints.get("names", {}).items():
            found.setdefault(name, own)
        return found

    def own(self, dotted: str) -> str:
        """The student's text for a name of the exercise, such as `model.weight`."""
        first, dot, rest = dotted.partition(".")
        return self.own_names.get(first, first) + dot + rest

    def renamed(self, text: str) -> str:
        """A text of the exercise with the student's names."""
        return renamed(text, self.own_names)

    @cached_property
    def leaves(self) -> list[str]:
        given = [self.own(each) for each in self.hints.get("leaves", ())]
        return [each for each in given if each.partition(".")[0] in self.bound_names] or self._names_with(("grad",))

    @cached_property
    def modules(self) -> list[str]:
        """The names of modules: what has dotted leaves, or is called."""
        dotted = [each.partition(".")[0] for each in self.leaves if "." in each]
        return list(dict.fromkeys(each for each in dotted if each in self.arguments))

    @cached_property
    def optimizers(self) -> list[str]:
        given = [self.own(each) for each in self.hints.get("optimizers", ())]
        return [each for each in given if each in self.bound_names] or self._names_with(("step",))

    def names_in(self, function: Statement, names: Sequence[str]) -> list[str]:
        """What a function calls these names of the main function: its arguments, if it is a helper that is given them."""
        if self.main is None or function.node is self.main or self.inside(function, ast.FunctionDef) is not None:
            return list(names)
        if not isinstance(function.node, ast.FunctionDef):
            return []
        arguments = [each.arg for each in function.node.args.args]
        found = [
            own
            for call, _ in self.calls(function.node.name)
            for own, given in zip(arguments, call.args, strict=False)
            if isinstance(given, ast.Name) and given.id in names
        ]
        return list(dict.fromkeys(found)) or [name for name in names if name in arguments]

    def _names_with(self, attributes: tuple[str, ...]) -> list[str]:
        found = (
            node.value.id
            for node, _ in self.expressions
            if isinstance(node, ast.Attribute) and node.attr in attributes and isinstance(node.value, ast.Name)
        )
        return list(dict.fromkeys(found))

    @cached_property
    def bound_names(self) -> set[str]:
        names = {node.id for node, _ in self.expressions if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        return names | {each.arg for each in ast.walk(self.tree) if isinstance(each, ast.arg)}

    def names_before(self, statement: Statement) -> list[str]:
        """The names of the function around it that were bound above it, the nearest first."""
        around = self.inside(statement, ast.FunctionDef)
        if around is None or not isinstance(around.node, ast.FunctionDef):
            return []
        arguments = around.node.args
        found = {each.arg: 0 for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        for name, line, owner in self._bindings:
            if owner is not statement and around.first < line <= statement.first:
                found[name] = line
        return sorted(found, key=lambda name: -found[name])

    @cached_property
    def _bindings(self) -> list[tuple[str, int, Statement]]:
        return [
            (node.id, node.lineno, owner)
            for node, owner in self.expressions
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]

    @cached_property
    def own_numbers(self) -> set[str]:
        """The numbers of the file, as they are written."""
        return {
            self.source(node)
            for node, _ in self.expressions
            if isinstance(node, ast.Constant) and type(node.value) in (int, float)
        }

    # Imports.

    @cached_property
    def imports(self) -> dict[str, str]:
        """The dotted name that is imported → how the file calls it."""
        found: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for each in node.names:
                    top = each.name if each.asname else each.name.partition(".")[0]
                    found.setdefault(top, each.asname or top)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                for each in node.names:
                    found.setdefault(f"{node.module}.{each.name}", each.asname or each.name)
        return found

    def spelled(self, dotted: str) -> tuple[str, tuple[TextChange, ...]]:
        """How this file writes a dotted torch name, and the import that it needs for it."""
        parts = dotted.split(".")
        for known in range(len(parts), 0, -1):
            name = self.imports.get(".".join(parts[:known]))
            if name is not None:
                return ".".join([name, *parts[known:]]), ()
        if parts[0] == "torch":
            return dotted, (self.add_import("import torch"),)
        return dotted, ()

    def add_import(self, line: str) -> TextChange:
        """The import after the last one at the top of the file, or at its beginning."""
        body = self.tree.body
        known = [each for each in body if isinstance(each, ast.Import | ast.ImportFrom)]
        if known:
            at = self.line_start((known[-1].end_lineno or 0) + 1)
            return TextChange(at, at, line + "\n")
        has_docstring = bool(body) and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
        at = self.line_start((body[0].end_lineno or 0) + 1) if has_docstring else 0
        return TextChange(at, at, f"\n{line}\n" if has_docstring else f"{line}\n\n\n")


def called_name(call: ast.Call) -> str:
    """`zero_` for `x.grad.zero_()`, `mse_loss` for `F.mse_loss(…)`."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def is_atom(node: ast.expr) -> bool:
    """Whether its text can take a `.method()` behind it without parentheses."""
    return isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.List | ast.Tuple)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with other names; attributes and names of arguments stay."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return text
    lines, depth = text.split("\n"), 0
    changes: list[tuple[int, int, int, str]] = []
    for place, token in enumerate(tokens):
        depth += (token.string in "([{") - (token.string in ")]}") if token.type == tokenize.OP else 0
        if token.type != tokenize.NAME or token.string not in names:
            continue
        is_attribute = place > 0 and tokens[place - 1].string == "."
        is_argument = depth > 0 and tokens[place + 1].string == "=" if place + 1 < len(tokens) else False
        if not is_attribute and not is_argument:
            changes.append((token.start[0] - 1, token.start[1], token.end[1], names[token.string]))
    for row, start, end, name in reversed(changes):
        lines[row] = lines[row][:start] + name + lines[row][end:]
    return "\n".join(lines)
