"""A right solution as material: its losses, divisors and numbers in the student's names, and the way the file imports."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from grader.worker.repair.proposals import TextChange
from grader.worker.repair.student_file import Statement, StudentFile, called_name, renamed

_MOST_INLINED = 12  # names and helpers that are replaced in one expression


@dataclass(frozen=True)
class RightExpression:
    """An expression in the student's names, and the imports that it needs."""

    text: str
    imports: tuple[TextChange, ...] = ()


@dataclass
class RightSolution:
    """The text of a right solution, seen from one student's file."""

    file: StudentFile
    text: str
    tree: ast.Module = field(init=False)

    def __post_init__(self) -> None:
        self.tree = ast.parse(self.text)

    @cached_property
    def main(self) -> ast.FunctionDef | None:
        functions = [node for node in self.tree.body if isinstance(node, ast.FunctionDef)]
        named = [each for each in functions if each.name == self.file.hints.get("function")] or functions
        return named[-1] if named else None

    @cached_property
    def names(self) -> dict[str, str]:
        """What this solution calls it → what the student calls it: arguments and loop variables."""
        if self.main is None:
            return {}
        found = dict(zip((each.arg for each in self.main.args.args), self.file.arguments, strict=False))
        loops = [(each.node.target, iterated(each.node.iter)) for each in self.file.statements if isinstance(each.node, ast.For)]
        for node in ast.walk(self.main):
            if isinstance(node, ast.For):
                over = renamed(ast.unparse(iterated(node.iter)), found)
                for target, student_over in loops:
                    if ast.unparse(student_over) == over:
                        found.update(_pairs(_element(node.iter, node.target), _element_of_student(target)))
                        break
        return {own: name for own, name in found.items() if own != "_" and name != "_"}

    @cached_property
    def imported(self) -> dict[str, str]:
        """The names that the solution imports → their dotted names."""
        found: dict[str, str] = {}
        for node in self.tree.body:
            if isinstance(node, ast.ImportFrom):
                found.update({each.asname or each.name: f"{node.module}.{each.name}" for each in node.names})
            elif isinstance(node, ast.Import):
                found.update({each.asname or each.name: each.name for each in node.names})
        return found

    @cached_property
    def losses(self) -> list[RightExpression]:
        """What each backward() is called on, with the names of the function written out; in order, each once."""
        found: dict[str, RightExpression] = {}
        for node, scope in self._in_order():
            if isinstance(node, ast.Call) and called_name(node) == "backward" and isinstance(node.func, ast.Attribute):
                each = self.expression(node.func.value, scope)
                found.setdefault(each.text, each)
        return list(found.values())

    @cached_property
    def divisors(self) -> list[str]:
        found = []
        for node, scope in self._in_order():
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
                found.append(self.expression(node.right, scope).text)
        return list(dict.fromkeys(found))

    @cached_property
    def numbers(self) -> list[str]:
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.Constant) and type(node.value) in (int, float)]
        texts = [ast.get_source_segment(self.text, node) or "" for node in sorted(found, key=lambda each: each.lineno)]
        return list(dict.fromkeys(texts))

    @cached_property
    def simple_statements(self) -> list[tuple[ast.stmt, dict[str, ast.expr]]]:
        """The statements of the function that hold no others, with what its local names were bound to last."""
        found: dict[int, tuple[ast.stmt, dict[str, ast.expr]]] = {}
        for node, scope in self._in_order():
            if isinstance(node, ast.stmt) and not hasattr(node, "body"):
                found[id(node)] = (node, scope)
        return list(found.values())

    @staticmethod
    def is_about_gradient(node: ast.stmt) -> bool:
        """Whether a statement changes a `.grad`, which autograd does not record."""
        return isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute) and node.target.attr == "grad"

    def statement(self, node: ast.stmt, scope: Mapping[str, ast.expr]) -> RightExpression:
        """The text of a simple statement with helpers and local names written out."""
        return self._written(node, scope)

    def expression(self, node: ast.expr, scope: Mapping[str, ast.expr]) -> RightExpression:
        """The text with helpers and local names written out."""
        return self._written(node, scope)

    def _written(self, node: ast.expr | ast.stmt, scope: Mapping[str, ast.expr]) -> RightExpression:
        written = _Inlined(self._helpers, scope, set(self.names) | set(self.file.bound_names)).visit(copy.deepcopy(node))
        text = (
            _text(written) if ast.dump(written) != ast.dump(node) else ast.get_source_segment(self.text, node) or _text(written)
        )
        spelled, imports = dict(self.names), list[TextChange]()
        for name in {each.id for each in ast.walk(written) if isinstance(each, ast.Name)}:
            if name in self.imported:
                spelled[name], needed = self.file.spelled(self.imported[name])
                imports += needed
        return RightExpression(renamed(text, spelled), tuple(imports))

    @cached_property
    def respelled(self) -> tuple[str, tuple[TextChange, ...]]:
        """The whole text in the student's names, and the imports that it needs."""
        spelled, imports = dict(self.names), list[TextChange]()
        for name, dotted in self.imported.items():
            spelled[name], needed = self.file.spelled(dotted)
            imports += needed
        return renamed(self.text, spelled), tuple(imports)

    @cached_property
    def _helpers(self) -> dict[str, ast.FunctionDef]:
        functions = [node for node in self.tree.body if isinstance(node, ast.FunctionDef) and node is not self.main]
        return _returning({each.name: each for each in functions})

    def _in_order(self) -> Iterator[tuple[ast.AST, dict[str, ast.expr]]]:
        """Each node of the function with what its local names were bound to last."""
        scope: dict[str, ast.expr] = {}
        if self.main is None:
            return
        for each in self.tree.body:
            match each:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    scope[name] = value
        unrecorded = {part for node in ast.walk(self.main) if _is_no_grad(node) for part in ast.walk(node)}
        for statement in _statements(self.main.body):
            yield statement, dict(scope)
            for child in ast.iter_child_nodes(statement):
                if not isinstance(child, ast.stmt):
                    yield from ((node, dict(scope)) for node in ast.walk(child))
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    written = _Inlined({}, scope, set()).visit(copy.deepcopy(value))
                    scope[name] = _detached(written) if statement in unrecorded else written


def written_out(file: StudentFile, node: ast.expr, statement: Statement) -> str:
    """The text of a student's expression with the names that were bound above it, and the helpers of the file, written out."""
    function = file.inside(statement, ast.FunctionDef)
    scope: dict[str, ast.expr] = {}
    for each in file.statements:
        match each.node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if each.first < statement.first:
                if file.inside(each, ast.FunctionDef) in (function, None) and value is not node:
                    written = _Inlined({}, scope, set()).visit(copy.deepcopy(value))
                    context = file.inside(each, ast.With)
                    scope[name] = _detached(written) if context is not None and _is_no_grad(context.node) else written
    return ast.unparse(_Inlined(_returning(file.helpers), scope, set()).visit(copy.deepcopy(node)))


def _is_no_grad(node: ast.AST) -> bool:
    return isinstance(node, ast.With) and any("no_grad" in ast.unparse(each.context_expr) for each in node.items)


def _detached(value: ast.expr) -> ast.expr:
    """What is computed under `no_grad` has no graph."""
    return ast.Call(ast.Attribute(value, "detach", ast.Load()), [], [])


def _returning(functions: Mapping[str, ast.FunctionDef]) -> dict[str, ast.FunctionDef]:
    return {name: each for name, each in functions.items() if len(each.body) == 1 and isinstance(each.body[0], ast.Return)}


def _text(node: ast.expr | ast.stmt) -> str:
    """Like `ast.unparse`, but `sum(x for …)` has its parentheses once."""
    text = ast.unparse(node)
    tree = ast.parse(text)
    alone = [call.args[0] for call in ast.walk(tree) if isinstance(call, ast.Call) and len(call.args) == 1 and not call.keywords]
    for each in sorted(alone, key=lambda part: -part.col_offset):
        start, end = each.col_offset, each.end_col_offset or 0
        if not isinstance(each, ast.GeneratorExp) or each.lineno != 1 or each.end_lineno != 1 or not text.isascii():
            continue
        if text[start - 1 : start + 1] == "((" and text[end - 1 : end + 1] == "))":
            text = text[:start] + text[start + 1 : end - 1] + text[end:]
    return text


class _Inlined(ast.NodeTransformer):
    """Replaces local names by what they were bound to, and calls of helpers by what these return."""

    def __init__(self, helpers: Mapping[str, ast.FunctionDef], scope: Mapping[str, ast.expr], kept: set[str]) -> None:
        self.helpers, self.scope, self.kept, self.left = helpers, scope, kept - set(scope), _MOST_INLINED

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self.scope.get(node.id)
        if value is None or node.id in self.kept or not self.left or isinstance(node.ctx, ast.Store):
            return node
        self.left -= 1
        return copy.deepcopy(value)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        helper = self.helpers.get(called_name(node)) if isinstance(node.func, ast.Name) else None
        if helper is None or node.keywords or not self.left:
            return node
        self.left -= 1
        returned = helper.body[0]
        if not isinstance(returned, ast.Return) or returned.value is None:
            return node
        arguments = dict(zip((each.arg for each in helper.args.args), node.args, strict=False))
        found = _Inlined({}, arguments, set()).visit(copy.deepcopy(returned.value))
        assert isinstance(found, ast.expr)
        return found


def iterated(node: ast.expr) -> ast.expr:
    """What a loop goes over: `batches` for `enumerate(batches)`."""
    match node:
        case ast.Call(func=ast.Name(id="enumerate" | "list" | "iter" | "reversed"), args=[inner, *_]):
            return iterated(inner)
    return node


def _element(over: ast.expr, target: ast.expr) -> ast.expr:
    match over, target:
        case ast.Call(func=ast.Name(id="enumerate")), ast.Tuple(elts=[_, element]):
            return element
    return target


def _element_of_student(target: ast.expr) -> ast.expr:
    match target:
        case ast.Tuple(elts=[ast.Name(), ast.Tuple() as element]):
            return element
    return target


def _pairs(right: ast.expr, own: ast.expr) -> Iterator[tuple[str, str]]:
    match right, own:
        case ast.Name(id=name), ast.Name(id=own_name):
            yield name, own_name
        case ast.Tuple(elts=elements), ast.Tuple(elts=own_elements) if len(elements) == len(own_elements):
            for pair in zip(elements, own_elements, strict=True):
                yield from _pairs(*pair)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        for name in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(node, name, None) or [])


@lru_cache(maxsize=1)  # several rules ask for those of one file
def right_solutions(file: StudentFile) -> list[RightSolution]:
    """The right solutions of the hints; one that Python cannot parse is left out."""
    found = []
    for text in file.hints.get("material", ()):
        try:
            found.append(RightSolution(file, text))
        except (SyntaxError, ValueError):
            continue
    return found
