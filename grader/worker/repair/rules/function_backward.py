"""A `torch.autograd.Function` whose backward returns None or a wrong gradient: the derivative of its forward instead."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from grader.worker.repair.proposals import SIGN, Proposal, TextChange
from grader.worker.repair.student_file import StudentFile, renamed

_CAUSES = ("detached", "wrong-formula")
_DERIVATIVES = {"exp": "{0}.exp()", "sin": "{0}.cos()", "cos": "-{0}.sin()", "log": "1 / {0}", "sqrt": "0.5 / {0}.sqrt()"}


@dataclass(frozen=True)
class _Method:
    """A forward or backward: its arguments, and what it returns. `node` is a function, or an assigned lambda."""

    node: ast.stmt
    arguments: tuple[str, ...]
    returned: ast.expr


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """The returned gradient, and what forward must keep for it."""
    for each in file.statements:
        if not isinstance(each.node, ast.ClassDef) or not any("Function" in file.source(base) for base in each.node.bases):
            continue
        forward, backward = _method(each.node, "forward"), _method(each.node, "backward")
        if forward is None or backward is None or len(forward.arguments) < 2 or len(backward.arguments) < 2:
            continue
        gradients = [_local_gradient(forward, name, backward.arguments[-1]) for name in forward.arguments[1:]]
        if all(gradients):
            yield _rewritten(file, forward, backward, [text for text in gradients if text])


def _method(node: ast.ClassDef, name: str) -> _Method | None:
    for each in node.body:
        match each:
            case ast.FunctionDef(name=own, args=arguments, body=body) if own == name:
                returns = [part.value for part in _returns(each)]
                if returns and returns[-1] is not None:
                    return _Method(each, tuple(arg.arg for arg in arguments.args), returns[-1])
                if body:
                    return _Method(each, tuple(arg.arg for arg in arguments.args), ast.Constant(None))
            case ast.Assign(targets=[ast.Name(id=own)], value=ast.Call(args=[ast.Lambda(args=arguments, body=value)])):
                if own == name:
                    return _Method(each, tuple(arg.arg for arg in arguments.args), value)
    return None


def _rewritten(file: StudentFile, forward: _Method, backward: _Method, gradients: list[str]) -> Proposal:
    context, *inputs = forward.arguments
    names = ", ".join(inputs)
    saved, returned = f"({names},)" if len(inputs) == 1 else names, ", ".join(gradients)
    changes: list[TextChange] = []
    if isinstance(forward.node, ast.Assign):
        changes.append(
            _written_out(file, forward, [f"{context}.save_for_backward({names})", f"return {file.source(forward.returned)}"])
        )
        changes.append(TextChange(changes[0].end, changes[0].end, "\n"))
    elif "save_for_backward" not in file.source(forward.node):
        changes += _before_return(file, forward, f"{context}.save_for_backward({names})")
    if isinstance(backward.node, ast.Assign):
        lines = [f"{saved} = {backward.arguments[0]}.saved_tensors", f"return {returned}"]
        return Proposal((*changes, _written_out(file, backward, lines)), "function-backward", _CAUSES, SIGN)
    known = _saved_names(file, backward)
    if known:
        returned = renamed(returned, dict(zip(inputs, known, strict=False)))
    else:
        changes += _before_return(file, backward, f"{saved} = {backward.arguments[0]}.saved_tensors")
    changes += [file.replace(part, f"return {returned}") for part in _returns(backward.node)[-1:]]
    return Proposal(tuple(changes), "function-backward", _CAUSES, SIGN)


def _written_out(file: StudentFile, method: _Method, lines: list[str]) -> TextChange:
    """An assigned lambda becomes a static method."""
    whole = file.of(method.node)
    name = "forward" if "save_for_backward" in lines[0] else "backward"
    texts = ["@staticmethod", f"def {name}({', '.join(method.arguments)}):", *(file.indent_unit + line for line in lines)]
    start, end = file.line_start(whole.first), file.line_start(whole.last) + len(file.lines[whole.last - 1])
    return TextChange(start, end, "\n".join(file.indentation(whole) + line for line in texts))


def _returns(node: ast.stmt) -> list[ast.Return]:
    return [part for part in ast.walk(node) if isinstance(part, ast.Return)]


def _before_return(file: StudentFile, method: _Method, line: str) -> list[TextChange]:
    return [file.insert([line], before=file.of(part)) for part in _returns(method.node)[-1:] if file.of(part).has_own_lines]


def _saved_names(file: StudentFile, backward: _Method) -> list[str]:
    """What the backward calls the tensors that the forward kept."""
    for part in ast.walk(backward.node):
        if isinstance(part, ast.Assign) and "saved_tensors" in file.source(part.value):
            return [each.id for target in part.targets for each in ast.walk(target) if isinstance(each, ast.Name)]
    return []


def _local_gradient(forward: _Method, name: str, incoming: str) -> str:
    """The text of the gradient of one input; "" if the derivative is not known."""
    found = _derivative(forward.returned, name)
    if not found:
        return ""
    if found == "1":
        return incoming
    return f"({found}) * {incoming}" if any(sign in found for sign in (" + ", " - ", " / ")) else f"{found} * {incoming}"


def _derivative(node: ast.expr, name: str) -> str:
    """The text of the derivative, "0" and "1" included; "" if it is not known."""
    match node:
        case ast.Name(id=own):
            return "1" if own == name else "0"
        case ast.Constant():
            return "0"
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _product("-1", _derivative(operand, name))
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            first, second = _derivative(left, name), _derivative(right, name)
            return _sum(first, second, "+" if isinstance(op, ast.Add) else "-")
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            if ast.dump(left) == ast.dump(right):
                return _product(_product("2", _text(left)), _derivative(left, name))
            return _sum(_product(_derivative(left, name), _text(right)), _product(_text(left), _derivative(right, name)), "+")
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=int() as power)) if power >= 1:
            base = _text(left) if power == 2 else f"{_text(left)} ** {power - 1}"
            return _product(_product(str(power), base) if power > 1 else "1", _derivative(left, name))
        case ast.BinOp(left=left, op=ast.Div(), right=ast.Constant() as right):
            found = _derivative(left, name)
            return found if found in ("", "0") else f"{found} / {_text(right)}"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="torch"), attr=function), args=[inner]) if function in _DERIVATIVES:
            return _product(_DERIVATIVES[function].format(_text(inner)), _derivative(inner, name))
        case ast.Call(func=ast.Attribute(value=inner, attr=function), args=[]) if function in _DERIVATIVES:
            return _product(_DERIVATIVES[function].format(_text(inner)), _derivative(inner, name))
    return ""


def _text(node: ast.expr) -> str:
    text = ast.unparse(node)
    return f"({text})" if isinstance(node, ast.BinOp) else text


def _product(one: str, other: str) -> str:
    if not one or not other:
        return ""
    if "0" in (one, other):
        return "0"
    factors = [f"({each})" if " + " in each or " - " in each else each for each in (one, other) if each != "1"]
    return " * ".join(factors) or "1"


def _sum(one: str, other: str, sign: str) -> str:
    if not one or not other:
        return ""
    if other == "0":
        return one
    if one == "0":
        return other if sign == "+" else _product("-1", other)
    return f"{one} {sign} {other}"
