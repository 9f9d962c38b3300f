"""The only `code` that the ledger understands: hooks that compute another gradient from a gradient.

x.register_hook(lambda grad: grad * 0.5)
def halve(leaf): leaf.grad.mul_(0.5)
y.register_post_accumulate_grad_hook(halve)
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from grader.check.oracles.arrays import Array, NotCovered
from grader.check.oracles.evaluate import Evaluator, as_value
from grader.check.oracles.graph import Hook, OracleLeaf, constant
from grader.expressions.parse import ExpressionError, parse
from grader.expressions.tree import Expr

_IN_PLACE: dict[str, ast.operator] = {"mul_": ast.Mult(), "div_": ast.Div(), "add_": ast.Add(), "sub_": ast.Sub()}
_BEFORE, _AFTER = "register_hook", "register_post_accumulate_grad_hook"


def register(source: str, value: Callable[[Expr], Any]) -> None:
    """Register the hooks of this code. Raises NotCovered for any other code."""
    functions: dict[str, ast.FunctionDef] = {}
    for statement in ast.parse(source).body:
        match statement:
            case ast.FunctionDef(name=name):
                functions[name] = statement
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr=where), args=[hook], keywords=[])):
                _register(where, value(_expression(owner)), hook, functions)
            case _:
                raise NotCovered("code")


def _register(where: str, leaf: Any, hook: ast.expr, functions: dict[str, ast.FunctionDef]) -> None:
    if not isinstance(leaf, OracleLeaf) or where not in (_BEFORE, _AFTER):
        raise NotCovered("code")
    (leaf.hooks if where == _BEFORE else leaf.hooks_after).append(_hook(hook, functions, after=where == _AFTER))


def _hook(hook: ast.expr, functions: dict[str, ast.FunctionDef], *, after: bool) -> Hook:
    match hook:
        case ast.Lambda(args=ast.arguments(args=[ast.arg(arg=name)]), body=body):
            return _scaling(name, body) if after else _computing(name, body)
        case ast.Name(id=known) if known in functions:
            match functions[known]:
                case ast.FunctionDef(args=ast.arguments(args=[ast.arg(arg=name)]), body=[ast.Expr(value=body)]) if after:
                    return _scaling(name, body)
                case ast.FunctionDef(args=ast.arguments(args=[ast.arg(arg=name)]), body=[ast.Return(value=ast.expr() as body)]):
                    return _computing(name, body)
    raise NotCovered("code")


def _computing(name: str, body: ast.expr) -> Hook:
    """`lambda grad: grad * 0.5`."""
    expression = _expression(body)

    def hook(gradient: Array) -> Array:
        return as_value(Evaluator({name: constant(gradient)}, _no_autograd_grad)(expression)).numbers

    return hook


def _scaling(name: str, body: ast.expr) -> Hook:
    """`leaf.grad.mul_(0.5)`, and `div_`, `add_`, `sub_`."""
    match body:
        case ast.Call(func=ast.Attribute(value=grad, attr=method), args=[other]) if ast.unparse(grad) == f"{name}.grad":
            if method in _IN_PLACE:
                return _computing(name, ast.BinOp(ast.Name(name), _IN_PLACE[method], other))
    raise NotCovered("code")


def _expression(node: ast.expr) -> Expr:
    try:
        return parse(ast.unparse(node))
    except ExpressionError:
        raise NotCovered("code") from None


def _no_autograd_grad(given: dict[str, Any]) -> Any:
    raise NotCovered("code")
