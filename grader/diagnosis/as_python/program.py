"""A `predict` exercise as the program that the student reads, and as the starter that the student fills in."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from grader.diagnosis.as_python.expressions import Spelling, expressions_of
from grader.diagnosis.as_python.names import is_plain_number, torch_tensor
from grader.diagnosis.as_python.steps import INDENT, StepWriter, step_writer
from grader.expressions.parse import parse
from grader.records.exercise import Code, DataNames, Exercise, Look, Step, TensorSpec, WrittenValue

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
    """The declarations, then the steps in their order. `# 1`, `# 2` … mark the lines that the exercise asks about.

    Loops are unrolled.
    """
    actions = [step.action for step in exercise.steps]
    writer = step_writer(exercise, actions)
    imports = writer.spelling.imports(expressions_of(actions))
    declarations = _declarations(exercise, writer.spelling)
    lines = [*imports, "", *declarations, "", *_marked_lines(exercise.steps, writer), ""]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines))


def predict_starter(exercise: Exercise) -> str:
    """The program to read, and `predict()` with `...` where the answers belong."""
    program = predict_program(exercise)
    return _STARTER.format(
        quotes='r"""' if "\\" in program else '"""',
        title=exercise.title,
        program=textwrap.indent(program.replace('"""', "'''"), INDENT).rstrip(),
        id=exercise.id,
        function=exercise.function,
        entries="\n".join(f"{INDENT * 2}{entry}" for entry in _answer_places(exercise)),
    )


def _declarations(exercise: Exercise, spelling: Spelling) -> Iterator[str]:
    """In the order in which the grader makes them: lists and tied parameters come after what they need."""
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
    for name, data in setup.data.items():
        if data.names is not None:
            yield f"{name} = {_list_of_names(exercise, data.names)}"
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


def _list_of_names(exercise: Exercise, items: DataNames) -> str:
    """A list of names. A list inside it is written out, because its own name may not be declared yet."""
    texts = []
    for item in items:
        names = item if isinstance(item, tuple) else None
        if isinstance(item, str) and item in exercise.setup.data:
            names = exercise.setup.data[item].names
        texts.append(str(item) if names is None else _list_of_names(exercise, names))
    return f"[{', '.join(texts)}]"


def _marked_lines(steps: Sequence[Step], writer: StepWriter) -> Iterator[str]:
    number = 0
    for step in steps:
        lines = _step_lines(step, writer)
        if _has_answer(step):
            number += 1
            mark = f"# {number}"
            lines = [*lines[:-1], f"{lines[-1]}  {mark}"] if lines else [mark]
        yield from lines


def _step_lines(step: Step, writer: StepWriter) -> list[str]:
    if isinstance(step.action, Code):
        lines = textwrap.dedent(step.action.source).strip("\n").splitlines()
        return ["", *lines, ""] if len(lines) > 1 and not _has_answer(step) else lines
    return [] if isinstance(step.action, Look) else writer.lines(step.action)


def _has_answer(step: Step) -> bool:
    return bool(step.expect) or step.raises is not None


def _answer_places(exercise: Exercise) -> Iterator[str]:
    """A place for each answer; with names if the exercise asks about more than one name."""
    with_answer = [step for step in exercise.steps if _has_answer(step)]
    has_one_name = len({each.text for step in with_answer for each in step.expect}) == 1
    for number, step in enumerate(with_answer, 1):
        named = ", ".join(f'"{each.text}": ...' for each in step.expect)
        entry = "..." if has_one_name or step.raises is not None else f"{{{named}}}"
        yield f"{entry},  # {number}"
