"""In which way a student's loss differs from the right one, as far as the two texts show it."""

from __future__ import annotations

import ast
import re

DEFAULT = ("wrong-formula", "wrong-target", "wrong-divisor")
_METHODS = frozenset({"sum", "mean", "exp", "log", "sqrt", "abs", "detach"})


def causes_of_difference(own: str, right: str) -> tuple[str, ...]:
    """The misconceptions that the right text in place of the student's undoes; none if the two say the same."""
    try:
        one, other = _canonical(own), _canonical(right)
    except (SyntaxError, ValueError):
        return DEFAULT
    if one == other:
        return ()
    for judge in (_detached, _reduction, _sign, _division, _factor, _mask, _operands):
        found = judge(one, other)
        if found:
            return found
    return DEFAULT


def _canonical(text: str) -> str:
    return ast.unparse(_Canonical().visit(ast.parse(text.strip(), mode="eval").body))


class _Canonical(ast.NodeTransformer):
    """One spelling for each formula: `x ** 2`, `x.sum()`, `len(x)`, `mse_loss(…)`."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="torch" | "F" | "nn"), attr=name), args=[inner]) if (
                name in _METHODS
            ):
                return ast.Call(ast.Attribute(inner, name, ast.Load()), [], node.keywords)
            case ast.Call(func=ast.Attribute(value=inner, attr="square"), args=[]):
                return ast.BinOp(inner, ast.Pow(), ast.Constant(2))
            case ast.Call(func=ast.Attribute(value=inner, attr="pow"), args=[power]):
                return ast.BinOp(inner, ast.Pow(), power)
            case ast.Call(func=ast.Attribute(value=inner, attr="size"), args=[ast.Constant(value=0)]):
                return ast.Call(ast.Name("len", ast.Load()), [inner], [])
            case ast.Call(func=ast.Attribute(attr=name)) if name.endswith("_loss"):
                return ast.Call(ast.Name(name, ast.Load()), node.args, node.keywords)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Subscript(value=ast.Attribute(value=inner, attr="shape"), slice=ast.Constant(value=0)):
                return ast.Call(ast.Name("len", ast.Load()), [inner], [])
        return node


def _detached(own: str, right: str) -> tuple[str, ...]:
    one, other = (_canonical(each.replace(".detach()", "")) for each in (own, right))
    if one != other:
        return ()
    more = right.count(".detach()") - own.count(".detach()")
    return ("leak", "not-detached") if more > 0 else ("detached", "no-grad-loss") if more < 0 else ("not-detached", "detached")


def _reduction(own: str, right: str) -> tuple[str, ...]:
    names = ("mean", "sum")
    for one, other in (names, names[::-1]):
        if own.replace(f".{one}(", f".{other}(").replace(f"'{one}'", f"'{other}'") == right:
            return (f"{one}-for-{other}",)
    if re.sub(r", reduction='sum'", "", right) == own:
        return ("mean-for-sum",)
    if re.sub(r", reduction='sum'", "", own) == right:
        return ("sum-for-mean",)
    if right in {f"{text}.{name}()" for text in (own, f"({own})") for name in names}:
        return ("non-scalar-backward", "wrong-formula")
    return ()


def _sign(own: str, right: str) -> tuple[str, ...]:
    plus = [re.sub(r" [+-] ", " ± ", each).lstrip("-") for each in (own, right)]
    return ("sign", "wrong-formula") if plus[0] == plus[1] else ()


def _division(own: str, right: str) -> tuple[str, ...]:
    (one, count), (other, right_count) = _quotient(own), _quotient(right)
    if count == right_count:
        return ()
    if count and right_count and _quotient(one)[1]:
        return ("mean-of-means", "divided-twice", "wrong-divisor")
    if one == other:
        return (
            ("loss-not-divided",) if not count else ("wrong-divisor",) if right_count else ("divided-twice", "divided-needlessly")
        )
    if other.startswith(f"{one} * len(") or (".mean()" in one and ".sum()" in other) or ("'sum'" in other and "'sum'" not in one):
        return ("mean-of-means", "wrong-divisor", "loss-not-divided")
    return ()


def _quotient(text: str) -> tuple[str, str]:
    node = ast.parse(text, mode="eval").body
    match node:
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return ast.unparse(left), ast.unparse(right)
    return text, ""


def _factor(own: str, right: str) -> tuple[str, ...]:
    """One of the two has a number as a factor."""
    if _without_number(own) == right:
        return ("wrong-formula", "divided-needlessly")
    return ("wrong-formula", "loss-not-divided") if _without_number(right) == own else ()


def _without_number(text: str) -> str:
    match ast.parse(text, mode="eval").body:
        case (
            ast.BinOp(left=ast.Constant(), op=ast.Mult(), right=rest) | ast.BinOp(left=rest, op=ast.Mult(), right=ast.Constant())
        ):
            return ast.unparse(rest)
    return ""


def _mask(own: str, right: str) -> tuple[str, ...]:
    return ("mask-ignored", "wrong-divisor") if "mask" in _quotient(right)[0] and "mask" not in _quotient(own)[0] else ()


def _operands(own: str, right: str) -> tuple[str, ...]:
    """Only numbers differ, or only names."""
    one, other = (re.sub(r"\b\d[\d.]*\b", "0", each) for each in (own, right))
    if one == other:
        return ("wrong-formula", "wrong-target")
    one, other = (re.sub(r"\b[A-Za-z_]\w*\b(?!\()", "x", each) for each in (own, right))
    return ("wrong-target", "wrong-tensor", "wrong-formula") if one == other else ()
