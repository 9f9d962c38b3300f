"""A `predict` exercise as the program that its student reads, and as the starter in which the answers go."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from grader.expressions.parse import parse
from grader.records.exercise import Code, DataNames, Exercise, Look, Step, TensorSpec, WrittenValue
from grader.reports.python_expressions import Spelling, uses_functional
from grader.reports.python_names import is_plain_number, names_taken, spelling_of, torch_tensor
from grader.reports.python_source import expressions_of
from grader.reports.python_steps import INDENT, StepWriter

_BLANK_LINES = re.compile(r"\n{3,}")
_STARTER = '''\
{quotes}{title}.

Read this program. Do not run it yet.

{program}

Put an answer in the place of each `...` below: what the line with that number leaves. Write a number for a tensor with one
number in it, nested lists for a larger one, None where there is no tensor, and the exception's class for a line that raises.

Then run `python -m grader {id}`.
"""


def {function}():
    return [
{entries}
    ]
'''


def predict_program(exercise: Exercise) -> str:
    """What is declared, then the steps one after another; `# 1`, `# 2` … stand behind what is asked about.

    Loops are written out, pass by pass.
    """
    actions = [step.action for step in exercise.steps]
    taken = names_taken(exercise, actions)
    spelling = spelling_of(exercise, actions, taken)
    short = spelling.functional == "F" and any(map(uses_functional, expressions_of(actions)))
    imports = ["import torch", *(["import torch.nn.functional as F"] if short else [])]
    declared = list(_declared(exercise, spelling))
    lines = [*imports, "", *declared, "", *_steps(exercise.steps, StepWriter(exercise.setup, spelling, taken)), ""]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines))


def predict_starter(exercise: Exercise) -> str:
    """The program to read, and `predict()` with dots where the answers belong."""
    program = predict_program(exercise)
    return _STARTER.format(
        quotes='r"""' if "\\" in program else '"""',
        title=exercise.title,
        program=textwrap.indent(program.replace('"""', "'''"), INDENT).rstrip(),
        id=exercise.id,
        function=exercise.function,
        entries="\n".join(f"{INDENT * 2}{entry}" for entry in _entries(exercise)),
    )


def _declared(exercise: Exercise, spelling: Spelling) -> Iterator[str]:
    """In the order in which the grader makes them: what is listed or tied comes after what it needs."""
    setup = exercise.setup
    for name, data in setup.data.items():
        if data.names is None:
            yield f"{name} = {repr(data.value) if is_plain_number(data) else torch_tensor(data.value, data.dtype)}"
    for name, made in setup.modules.items():
        yield f"{name} = {spelling.text(made)}"
    for name, spec in setup.tensors.items():
        if spec.tied_to is None:
            yield f"{_spelled(name, spelling)} = {_leaf(name, spec)}"
    for name, spec in setup.tensors.items():
        if spec.tied_to is not None:
            yield f"{_spelled(name, spelling)} = {_spelled(spec.tied_to, spelling)}"
    for name in setup.data:
        names = setup.data[name].names
        if names is not None:
            yield f"{name} = {_list(exercise, names)}"
    for name, made in setup.optimizers.items():
        yield f"{name} = {spelling.text(made)}"


def _spelled(name: str, spelling: Spelling) -> str:
    """A dotted name as Python: `model.0.weight` is `model[0].weight`."""
    return spelling.text(parse(name))


def _leaf(name: str, spec: TensorSpec) -> str:
    assert not isinstance(spec.value, str)
    if "." in name:
        return f"torch.nn.Parameter({torch_tensor(_floats(spec.value), spec.dtype)})"
    return torch_tensor(_floats(spec.value), spec.dtype, "requires_grad=True")


def _floats(value: WrittenValue) -> WrittenValue:
    if isinstance(value, tuple):
        return tuple(map(_floats, value))
    return None if value is None else float(value)


def _list(exercise: Exercise, items: DataNames) -> str:
    """A list of names; a list that one of them names is written out, for it may not exist yet."""
    texts = []
    for item in items:
        names = item if isinstance(item, tuple) else None
        if isinstance(item, str) and item in exercise.setup.data:
            names = exercise.setup.data[item].names
        texts.append(str(item) if names is None else _list(exercise, names))
    return f"[{', '.join(texts)}]"


def _steps(steps: Sequence[Step], writer: StepWriter) -> Iterator[str]:
    number = 0
    for step in steps:
        lines = _step(step, writer)
        if _is_asked(step):
            number += 1
            mark = f"# {number}"
            lines = [*lines[:-1], f"{lines[-1]}  {mark}"] if lines else [mark]
        yield from lines


def _step(step: Step, writer: StepWriter) -> list[str]:
    if isinstance(step.action, Code):
        lines = textwrap.dedent(step.action.source).strip("\n").splitlines()
        return ["", *lines, ""] if len(lines) > 1 and not _is_asked(step) else lines
    return [] if isinstance(step.action, Look) else writer.lines(step.action)


def _is_asked(step: Step) -> bool:
    return bool(step.expect) or step.raises is not None


def _entries(exercise: Exercise) -> Iterator[str]:
    """A place for each answer: alone where only one name is ever asked for, else by name."""
    asked = [step for step in exercise.steps if _is_asked(step)]
    alone = len({each.text for step in asked for each in step.expect}) == 1
    for number, step in enumerate(asked, 1):
        named = ", ".join(f'"{each.text}": ...' for each in step.expect)
        entry = "..." if alone or step.raises is not None else f"{{{named}}}"
        yield f"{entry},  # {number}"
