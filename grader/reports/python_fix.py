"""Steps as the one line of Python each that a student can write to mend a function, in the names of the exercise file."""

from __future__ import annotations

from collections.abc import Sequence

from grader.expressions.tree import Attribute, Binary, Expr, ListOf, Negative, walk
from grader.expressions.write import to_text
from grader.records.exercise import Backward, Clip, Exercise, Let, OptimizerStep, RequiresGrad, RetainGrad, Set, Step, Zero
from grader.reports.python_names import names_taken, spelling_of
from grader.reports.python_steps import StepWriter
from grader.spec.step_text import reset_call


class FixWriter:
    """Writes steps of one exercise; loop variables keep their names."""

    def __init__(self, exercise: Exercise) -> None:
        actions = [step.action for step in exercise.steps]
        taken = names_taken(exercise, actions)
        self.spelling = spelling_of(exercise, actions, taken)
        self.writer = StepWriter(exercise.setup, self.spelling, taken)

    def line(self, step: Step) -> str | None:
        """The step; None for what takes more than a line."""
        match step.as_written:
            case Backward() as action:
                return self._backward(step, action)
            case Zero(of=of, set_to_none=to_none):
                return "; ".join(self._zero(target, to_none) for target in of)
            case Let(names=pairs):
                return "; ".join(f"{name} = {self.spelling.text(value)}" for name, value in pairs)
            case OptimizerStep() | Clip() | RequiresGrad() | RetainGrad():
                return "; ".join(self.writer.lines(step.action))
        return self._set(step.action.targets) if isinstance(step.action, Set) else None

    def loss(self, step: Step) -> str:
        """The loss of a backward, as its author wrote it if that is Python; the brackets of a list around several."""
        loss = _loss(step)
        return step.loss if step.loss and self.spelling.text(loss) == to_text(loss) else self.spelling.text(loss)

    def _backward(self, step: Step, action: Backward) -> str:
        loss, text = _loss(step), self.loss(step)
        arguments = ", ".join(self.writer.backward_arguments(action, "loss"))
        if isinstance(loss, ListOf):
            return f"torch.autograd.backward({text}{', ' if arguments else ''}{arguments})"
        return f"({text}).backward({arguments})" if isinstance(loss, Binary | Negative) else f"{text}.backward({arguments})"

    def _zero(self, target: Expr, to_none: bool | None) -> str:
        name = self.spelling.text(target)
        return reset_call(name, to_none, has_zero_grad=self.writer.has_zero_grad(target))

    def _set(self, targets: Sequence[tuple[Expr, Expr]]) -> str | None:
        """In place; None if a later value needs an earlier target as it was."""
        written = [target for target, _ in targets]
        if any(target in walk(value) for place, (_, value) in enumerate(targets) for target in written[:place]):
            return None
        lines = "; ".join(self._in_place(target, value) for target, value in targets)
        return lines if all(isinstance(target, Attribute) for target in written) else f"with torch.no_grad(): {lines}"

    def _in_place(self, target: Expr, value: Expr) -> str:
        name = self.spelling.text(target)
        if isinstance(value, Binary) and value.left == target and value.operator in ("+", "-", "*", "/"):
            return f"{name} {value.operator}= {self.spelling.text(value.right)}"
        return f"{name}.{'fill_' if self.spelling.is_number(value) else 'copy_'}({self.spelling.text(value)})"


def _loss(step: Step) -> Expr:
    action = step.as_written
    assert isinstance(action, Backward)
    return action.of[0] if len(action.of) == 1 else ListOf(action.of)
