"""A keyword that is missing or too many: `retain_graph`, `create_graph`, `inputs`, `gradient`, `set_to_none`, `requires_grad`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.proposals import LAST_RESORT, LIKELY, POSSIBLE, SIGN, Proposal, TextChange
from grader.worker.repair.student_file import StudentFile, called_name

_BACKWARD = frozenset({"backward", "grad"})
_CAUSES = {
    "retain_graph": ("stale-graph",),
    "create_graph": ("no-create-graph",),
    "inputs": ("wrong-tensor", "leak"),
    "gradient": ("wrong-seed",),
    "norm_type": ("wrong-clip",),
    "set_to_none": ("none-is-zero",),
    "reduction": ("sum-for-mean", "mean-for-sum"),
}


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Keywords removed, and those of backward() added."""
    for node, _ in file.expressions:
        if not isinstance(node, ast.Call):
            continue
        name = called_name(node)
        yield from _removed(file, node, name)
        if name in _BACKWARD and isinstance(node.func, ast.Attribute):
            yield from _added(file, node, name)


def _removed(file: StudentFile, call: ast.Call, name: str) -> Iterator[Proposal]:
    if name == "backward" and isinstance(call.func, ast.Attribute) and len(call.args) == 1 and not call.keywords:
        start, end = file.span(call.func)[1], file.span(call)[1]
        if "autograd" not in file.source(call.func):
            yield Proposal((TextChange(start, end, "()"),), "no-gradient", ("wrong-seed", "divided-twice"), LIKELY, "no gradient")
    for keyword in call.keywords:
        if keyword.arg is None:
            continue
        graph = keyword.arg in ("retain_graph", "create_graph")
        rank = LIKELY if name in _BACKWARD and not graph else POSSIBLE
        causes = _CAUSES.get(keyword.arg, ())
        if keyword.arg == "create_graph":
            causes = ("leak",)
        yield Proposal((_without(file, call, keyword),), f"no-{keyword.arg}", causes, rank, f"no {keyword.arg}")
        if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, bool):
            change = file.replace(keyword.value, str(not keyword.value.value))
            yield Proposal((change,), f"other-{keyword.arg}", causes, POSSIBLE, f"other {keyword.arg}")
        if keyword.arg in ("gradient", "grad_tensors", "grad_outputs") and isinstance(keyword.value, ast.List | ast.Tuple):
            tensor, imports = file.spelled("torch.tensor")
            change = file.replace(keyword.value, f"{tensor}({file.source(keyword.value)})")
            yield Proposal((change, *imports), "tensor-gradient", ("wrong-seed",), SIGN)


def _without(file: StudentFile, call: ast.Call, keyword: ast.keyword) -> TextChange:
    start = file.offset(keyword.lineno, keyword.col_offset)
    end = file.span(keyword.value)[1]
    inside = file.span(call.func)[1] + 1
    before = file.text[inside:start].rstrip()
    if before.endswith(","):
        return TextChange(inside + len(before) - 1, end, "")
    behind = file.text[end : file.span(call)[1]]
    comma = len(behind) - len(behind.lstrip(", "))
    return TextChange(start, end + comma, "")


def _added(file: StudentFile, call: ast.Call, name: str) -> Iterator[Proposal]:
    given = {keyword.arg for keyword in call.keywords}
    if name == "grad" and "create_graph" not in given:
        yield Proposal((_with(file, call, "create_graph=True"),), "create-graph", _CAUSES["create_graph"], LIKELY, "create")
    if name == "backward":
        for leaf in file.leaves[:4]:
            if "inputs" not in given and "." not in leaf:
                yield Proposal((_with(file, call, f"inputs=[{leaf}]"),), "add-inputs", _CAUSES["inputs"], POSSIBLE + 5)
    if "retain_graph" not in given:
        yield Proposal((_with(file, call, "retain_graph=True"),), "retain-graph", _CAUSES["retain_graph"], LAST_RESORT, "retain")
    if "create_graph" not in given and name == "backward":
        yield Proposal((_with(file, call, "create_graph=True"),), "create-graph", _CAUSES["create_graph"], LAST_RESORT, "create")


def _with(file: StudentFile, call: ast.Call, text: str) -> TextChange:
    end = file.span(call)[1] - 1
    has_arguments = bool(call.args or call.keywords)
    return TextChange(end, end, f", {text}" if has_arguments else text)
