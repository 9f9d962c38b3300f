"""A mean for a sum, or a sum for a mean: methods, functions, and `reduction=`; also another function of the loss."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.proposals import LIKELY, POSSIBLE, UNLIKELY, Proposal, TextChange
from grader.worker.repair.student_file import StudentFile, called_name

_OTHER = {"mean": "sum", "sum": "mean"}
_LOSSES = frozenset({"mse_loss", "l1_loss", "smooth_l1_loss", "cross_entropy", "nll_loss", "binary_cross_entropy", "huber_loss"})
_CLASSES = frozenset({"MSELoss", "L1Loss", "SmoothL1Loss", "CrossEntropyLoss", "NLLLoss", "BCELoss", "HuberLoss"})
_SWAPPED = {"l1_loss": "mse_loss", "L1Loss": "MSELoss", "smooth_l1_loss": "mse_loss", "abs": "square"}
_NEEDLESS = frozenset({"mean", "sum", "squeeze", "flatten", "abs", "norm", "sqrt", "clamp", "relu"})


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """The other reduction."""
    for node, _ in file.expressions:
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=name) as method) if name in _OTHER:
                end = file.span(method)[1]
                change = TextChange(end - len(name), end, _OTHER[name])
                yield Proposal((change,), f"{_OTHER[name]}-not-{name}", (f"{name}-for-{_OTHER[name]}",), LIKELY, name)
                if not isinstance(owner, ast.Name) or owner.id not in ("torch", "np"):
                    inner = file.source(node)[: -len(file.text[file.span(owner)[1] : file.span(node)[1]])]
                    inner = _with_parentheses(file, node, owner) or inner
                    yield Proposal((file.replace(node, inner),), "no-reduction", ("wrong-formula",), POSSIBLE, f"no {name}")
            case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in _NEEDLESS:
                inner = _with_parentheses(file, node, owner)
                if inner:
                    yield Proposal((file.replace(node, inner),), "no-call", ("wrong-formula",), UNLIKELY)
            case ast.Call(func=ast.Name(id=name)) if name == "sum" and len(node.args) == 1:
                pass
        if isinstance(node, ast.Call):
            yield from _keyword(file, node)
    yield from _words_swapped(file)
    for each in file.statements:
        yield from _without_reduction(file, each.node)


def _words_swapped(file: StudentFile) -> Iterator[Proposal]:
    """`"mean"` and `"sum"` change places in the whole file."""
    words = [node for node, _ in file.expressions if isinstance(node, ast.Constant) and node.value in _OTHER]
    if len({node.value for node in words}) == 2:
        changes = []
        for node in words:
            text = file.source(node)
            changes.append(file.replace(node, text.replace(str(node.value), _OTHER[str(node.value)])))
        yield Proposal(tuple(changes), "swap-words", ("mean-for-sum", "sum-for-mean"), LIKELY)


def _with_parentheses(file: StudentFile, node: ast.Call, owner: ast.expr) -> str:
    start, end = file.span(node)[0], file.span(owner)[1]
    behind = file.text[end : file.span(node)[1]]
    dot = behind.find(".")
    return file.text[start : end + dot].rstrip() if dot >= 0 else ""


def _keyword(file: StudentFile, call: ast.Call) -> Iterator[Proposal]:
    name = called_name(call)
    for keyword in call.keywords:
        if keyword.arg == "reduction":
            given = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            for new in ("sum", "mean"):
                if new != given:
                    old = given if given in _OTHER else _OTHER[new]
                    quote = file.source(keyword.value)[:1]
                    quote = quote if quote in "'\"" else '"'
                    change = file.replace(keyword.value, f"{quote}{new}{quote}")
                    yield Proposal((change,), f"{new}-not-{old}", (f"{old}-for-{new}",), LIKELY, f"reduction {new}")
    is_loss = name in _LOSSES or name in _CLASSES
    if is_loss and not any(keyword.arg == "reduction" for keyword in call.keywords):
        end = file.span(call)[1] - 1
        inside = file.text[file.span(call.func)[1] + 1 : end]
        text = (
            ('reduction="sum"' if not inside.strip() else ', reduction="sum"')
            if not inside.rstrip().endswith(",")
            else ' reduction="sum"'
        )
        yield Proposal((TextChange(end, end, text),), "sum-not-mean", ("mean-for-sum",), LIKELY, "add reduction")
    if name in _SWAPPED:
        end = file.span(call.func)[1]
        change = TextChange(end - len(name), end, _SWAPPED[name])
        yield Proposal((change,), "other-loss", ("wrong-formula",), POSSIBLE, name)


def _without_reduction(file: StudentFile, node: ast.stmt) -> Iterator[Proposal]:
    """`loss = (w - t)**2` and `((w - t)**2).backward()` get the sum and the mean."""
    match node:
        case ast.Assign(targets=[ast.Name()], value=ast.BinOp() as value):
            text = f"({file.source(value)})"
            start, end = file.span(value)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.BinOp(), attr="backward"))):
            start = file.span(node)[0]
            end = file.text.rindex(".backward", start, file.span(node)[1])
            text = file.text[start:end]
        case _:
            return
    for name in ("sum", "mean"):
        causes = ("non-scalar-backward", f"{_OTHER[name]}-for-{name}")
        yield Proposal((TextChange(start, end, f"{text}.{name}()"),), f"reduce-{name}", causes, POSSIBLE, f"add {name}")
