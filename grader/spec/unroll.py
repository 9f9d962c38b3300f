"""Unrolls the loops of an exercise: in each pass, the loop variables are replaced by their expressions.

With `for: X, y` in `batches`, `X` becomes the expression `batches[0][0]` in the first pass. No torch is needed: the lengths
come from the declarations in the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from grader.expressions.tree import Binary, Expr, FunctionCall, ListOf, Name, Negative, Number, Subscript, dotted, substitute
from grader.message_limits import MAX_CALLS
from grader.records.exercise import Action, Expectation, OptimizerStep, Setup, Step
from grader.spec.expressions_in_file import number_expression
from grader.spec.problems import Problems, counted
from grader.spec.written import WrittenItem, WrittenLoop, WrittenStep, steps_of

MAX_STEPS = MAX_CALLS  # a longer run of the steps would be stopped

_TOO_MANY, _USE_FEWER = f"this loop makes more than {MAX_STEPS} steps.", "loop over fewer values"


@dataclass(frozen=True)
class UnrolledStep:
    """A step of the unrolled program, and the step in the file."""

    step: Step
    written: WrittenStep


class UnrollError(ValueError):
    """A loop cannot be unrolled. `message` and `fix` are for the author."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message, self.fix = message, fix


def unroll(problems: Problems, setup: Setup, written: Sequence[WrittenItem]) -> tuple[UnrolledStep, ...]:
    """The steps in the order in which they run. A loop that cannot be unrolled is reported and left out."""
    return tuple(_Unroller(problems, setup).unroll(written, {}, ()))


def check_passes(problems: Problems, written: Sequence[WrittenItem], unrolled: Sequence[UnrolledStep]) -> None:
    """Report each list in `expect` that does not have one entry for each time that its step runs."""
    times = Counter(id(each.written) for each in unrolled)
    for step in steps_of(written):
        passes = times[id(step)]
        if step.passes is not None and passes and len(step.passes) != passes:
            message = f"`expect` has {counted(len(step.passes), 'entry', 'entries')}, "
            message += f"but this step runs {counted(passes, 'time', 'times')}."
            fix = "write one entry for each pass, in order"
            problems.add((*step.path, "expect"), message, fix, key=True)


@dataclass
class _Unroller:
    problems: Problems
    setup: Setup
    count: int = 0
    times: Counter[int] = field(default_factory=Counter)
    rebound: set[str] = field(default_factory=set)
    ignored: frozenset[str] = frozenset()

    def unroll(
        self, written: Sequence[WrittenItem], values: Mapping[str, Expr], loop: tuple[tuple[str, int], ...]
    ) -> Iterator[UnrolledStep]:
        for each in written:
            if isinstance(each, WrittenLoop):
                yield from self.loop(each, values, loop)
            elif self.count <= MAX_STEPS:
                self.count += 1
                yield UnrolledStep(self.step(each, values, loop), each)

    def loop(self, loop: WrittenLoop, values: Mapping[str, Expr], around: tuple[tuple[str, int], ...]) -> Iterator[UnrolledStep]:
        try:
            passes = self.passes(loop, substitute(loop.over.expr, values))
        except UnrollError as error:
            self.problems.add((*loop.path, "in"), error.message, error.fix)
            return
        label = ", ".join(loop.names)
        for index, names in enumerate(passes):
            yield from self.unroll(loop.body, {**values, **names}, (*around, (label, index)))
        if self.count > MAX_STEPS and not around:
            self.problems.add((*loop.path, "in"), _TOO_MANY, _USE_FEWER)

    def passes(self, loop: WrittenLoop, over: Expr) -> list[dict[str, Expr]]:
        items = self.items(over)
        if items is None:
            fix = "loop over a name in `data`, a list, range(…), zip(…) or enumerate(…)"
            raise UnrollError("the number of passes is not known when the file is read.", fix)
        if not items:
            raise UnrollError("this `for` has no passes.")
        return [self.named(loop.names, item) for item in items]

    def named(self, names: tuple[str, ...], item: Expr) -> dict[str, Expr]:
        if len(names) == 1:
            return {names[0]: item}
        parts = self.items(item)
        if parts is None or len(parts) != len(names):
            given = "one value" if parts is None else counted(len(parts), "value", "values")
            raise UnrollError(f"each pass has {given}, but the `for` has {len(names)} names.")
        return dict(zip(names, parts, strict=True))

    def items(self, expr: Expr) -> list[Expr] | None:
        """The items of a `for` over this; None if they are not known yet."""
        match expr:
            case ListOf(items=items):
                return list(items)
            case FunctionCall(function=Name(id="range"), arguments=arguments, keywords=()):
                return self.range(arguments)
            case FunctionCall(function=Name(id="zip"), arguments=arguments):
                return self.zip(arguments)
            case FunctionCall(function=Name(id="enumerate"), arguments=(sequence,)):
                below = self.items(sequence)
                return None if below is None else [ListOf((Number(index), item)) for index, item in enumerate(below)]
        declared = self.declared(expr)
        if not isinstance(declared, tuple):
            return None
        return [Subscript(expr, Number(index)) for index in range(len(declared))]

    def range(self, arguments: tuple[Expr, ...]) -> list[Expr] | None:
        bounds = [self.integer(each) for each in arguments]
        if any(each is None for each in bounds):
            return None
        try:
            found = range(*[each for each in bounds if each is not None])
            size = len(found)
        except (ValueError, TypeError, OverflowError):
            raise UnrollError(
                "this range is not valid.", "write range(stop), range(start, stop) or range(start, stop, step)"
            ) from None
        if size > MAX_STEPS:
            raise UnrollError(_TOO_MANY, _USE_FEWER)
        return [number_expression(each) for each in found]

    def zip(self, arguments: tuple[Expr, ...]) -> list[Expr] | None:
        columns = [self.items(each) for each in arguments]
        known = [column for column in columns if column is not None]
        if len(known) < len(columns):
            return None
        if len({len(column) for column in known}) > 1:
            sizes = " and ".join(str(len(column)) for column in known)
            raise UnrollError(f"the lists in this zip have different lengths: {sizes}.", "make their lengths equal")
        return [ListOf(row) for row in zip(*known, strict=True)]

    def integer(self, expr: Expr) -> int | None:
        match expr:
            case Number(value=int(value)):
                return value
            case Negative(operand=operand):
                below = self.integer(operand)
                return None if below is None else -below
            case Binary(operator="+" | "-" | "*" as sign, left=left, right=right):
                return _arithmetic(sign, self.integer(left), self.integer(right))
            case FunctionCall(function=Name(id="len"), arguments=(sequence,)):
                items = self.items(sequence)
                return None if items is None else len(items)
        declared = self.declared(expr)
        return declared if isinstance(declared, int) else None

    def declared(self, expr: Expr) -> Any:
        """The declared value of `expr`: tuples of numbers or of names, or a number; None if it is not declared."""
        match expr:
            case Name(id=name) if name not in self.rebound:
                if name in self.setup.data:
                    data = self.setup.data[name]
                    return data.value if data.names is None else data.names
                return self.setup.tensors[name].value if name in self.setup.tensors else None
            case Subscript(value=ListOf(items=items), index=index):
                place = self.integer(index)
                return self.declared(items[place]) if place is not None and -len(items) <= place < len(items) else None
            case Subscript(value=value, index=index):
                return self.element(self.declared(value), self.integer(index))
        return None

    def element(self, declared: Any, place: int | None) -> Any:
        if not isinstance(declared, tuple) or place is None or not -len(declared) <= place < len(declared):
            return None
        found = declared[place]
        return self.declared(Name(found)) if isinstance(found, str) else found

    def step(self, written: WrittenStep, values: Mapping[str, Expr], loop: tuple[tuple[str, int], ...]) -> Step:
        passes_before = self.times[id(written)]
        self.times[id(written)] += 1
        self.rebound.update(written.binds)
        if not written.ignored <= self.ignored:
            self.ignored |= written.ignored
        expect = written.always
        if written.passes is not None:
            expect = written.passes[passes_before] if passes_before < len(written.passes) else ()
        return Step(
            verb=written.verb,
            action=_in_action(written.action, values),
            number=written.number,
            text=written.text,
            written=written.action,
            loss=written.loss,
            needs_grad=written.needs_grad,
            expect=tuple(_in_expectation(each, values) for each in expect),
            raises=written.raises,
            optional=written.optional,
            points=written.points,
            note=written.note,
            loop=loop,
            ignored=self.ignored,
            where=self.problems.source.where(written.path),
        )


def _in_action(action: Action, values: Mapping[str, Expr]) -> Action:
    if not values:
        return action
    if isinstance(action, OptimizerStep):
        name = dotted(values[action.optimizer]) if action.optimizer in values else None
        return OptimizerStep(name or action.optimizer)
    new: dict[str, Any] = {each.name: _in_value(getattr(action, each.name), values) for each in fields(action)}
    return replace(action, **new)


def _in_value(value: object, values: Mapping[str, Expr]) -> object:
    if isinstance(value, tuple):
        return tuple(_in_value(item, values) for item in value)
    return substitute(value, values) if isinstance(value, Expr) else value


def _in_expectation(expectation: Expectation, values: Mapping[str, Expr]) -> Expectation:
    return replace(expectation, expression=substitute(expectation.expression, values)) if values else expectation


def _arithmetic(sign: str, left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return None
    return {"+": left + right, "-": left - right, "*": left * right}[sign]
