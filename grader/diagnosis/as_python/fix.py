"""A step as the one line of Python that fixes a student's function, in the names of the exercise file."""

from __future__ import annotations

from collections.abc import Sequence

from grader.diagnosis.as_python.steps import step_writer
from grader.expressions.tree import Attribute, Binary, Expr, ListOf, Negative, walk
from grader.expressions.write import to_text
from grader.records.exercise import Backward, Clip, Exercise, Let, OptimizerStep, RequiresGrad, RetainGrad, Set, Step, Zero


class LineWriter:
    """Writes steps of one exercise. Loop variables keep their names."""

    def __init__(self, exercise: Exercise) -> None:
        self.steps = step_writer(exercise, [step.action for step in exercise.steps])
        self.spelling = self.steps.spelling

    def line(self, step: Step) -> str | None:
        """The step as one line; None if it needs several."""
        match step.as_written:
            case Backward() as action:
                return self._backward(step, action)
            case Zero(of=of, set_to_none=to_none):
                return "; ".join(self.steps.reset(target, to_none) for target in of)
            case Let(names=pairs):
                return "; ".join(f"{name} = {self.spelling.text(value)}" for name, value in pairs)
            case OptimizerStep() | Clip() | RequiresGrad() | RetainGrad():
                return "; ".join(self.steps.lines(step.action))
        return self._in_place(step.action.targets) if isinstance(step.action, Set) else None

    def loss(self, step: Step) -> str:
        """The loss of a backward, as its author wrote it if that is Python; several losses as a list."""
        loss = _written_loss(step)
        return step.loss if step.loss and self.spelling.text(loss) == to_text(loss) else self.spelling.text(loss)

    def _backward(self, step: Step, action: Backward) -> str:
        loss, text = _written_loss(step), self.loss(step)
        arguments = ", ".join(self.steps.backward_arguments(action, "loss"))
        if isinstance(loss, ListOf):
            return f"torch.autograd.backward({text}{', ' if arguments else ''}{arguments})"
        return f"({text}).backward({arguments})" if isinstance(loss, Binary | Negative) else f"{text}.backward({arguments})"

    def _in_place(self, targets: Sequence[tuple[Expr, Expr]]) -> str | None:
        """None if a later value needs the old value of an earlier target."""
        earlier: set[Expr] = set()
        for target, value in targets:
            if not earlier.isdisjoint(walk(value)):
                return None
            earlier.add(target)
        line = "; ".join(self._assignment(target, value) for target, value in targets)
        return line if all(isinstance(target, Attribute) for target in earlier) else f"with torch.no_grad(): {line}"

    def _assignment(self, target: Expr, value: Expr) -> str:
        name = self.spelling.text(target)
        if isinstance(value, Binary) and value.left == target and value.operator in ("+", "-", "*", "/"):
            return f"{name} {value.operator}= {self.spelling.text(value.right)}"
        return f"{name}.{'fill_' if self.spelling.is_number(value) else 'copy_'}({self.spelling.text(value)})"


def _written_loss(step: Step) -> Expr:
    action = step.as_written
    assert isinstance(action, Backward)
    return action.of[0] if len(action.of) == 1 else ListOf(action.of)
