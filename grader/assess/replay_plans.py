"""Which steps must be performed to replay one step on a student's state, and which leaves matter to them.

A replay asks what a step leaves if the leaves have the student's state before it: before the step itself, or before the
first of the steps directly before it that are no calls and prepare it. These are its *own* steps. If they use only what the
setup declares and what they bind themselves, nothing else has to be performed. If they use a name that an earlier step bound,
everything since that step is performed first, on the expected state. Everything from the setup on is performed only if the
past matters in a way that no state shows: `code`, an optimizer with a memory, gradients that have a graph of their own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.diagnosis.as_python.expressions import expressions_of
from grader.expressions.tree import Expr, FunctionCall, Name, Number, dotted, names
from grader.expressions.write import to_text
from grader.records.exercise import Backward, Code, DataNames, Exercise, Let, OptimizerStep, RequiresGrad, Setup, Step
from grader.records.trace import ReferenceRun, State, have_same_leaves


@dataclass(frozen=True, slots=True, eq=False)
class ReplayPlan:
    """Perform the steps from `first` to `last`; those before `own` on the expected state, the others on the student's state.

    `leaves`: those that the steps can read or change. `question`: plans with the same number have the same answer for the same
    case and state. `flags`: what requires a gradient at `first`, where that was changed. `from_setup`: `first` is 0, and the
    steps begin with what the setup declares. `walks`: the own steps can be undone, so that the steps before them need not be
    performed again for the next replay.
    """

    first: int
    own: int
    last: int
    leaves: tuple[str, ...]
    question: int
    flags: RequiresGrad | None = None
    from_setup: bool = False
    walks: bool = False

    @property
    def needs_start(self) -> bool:
        """Do steps before the own ones have to be performed on the expected state?"""
        return self.first < self.own and not self.from_setup


class ReplayPlans:
    """The plan of each step of an exercise, made when it is needed. `runs`: the expected run of each case."""

    def __init__(self, exercise: Exercise, leaves: Sequence[str], runs: Sequence[ReferenceRun]) -> None:
        self._steps, self._runs = exercise.steps, runs
        self._places = {name: place for place, name in enumerate(leaves)}
        self._declared = _Declarations(exercise.setup, tuple(leaves))
        self._plans: dict[int, ReplayPlan] = {}
        self._questions: dict[object, int] = {}
        self._states: dict[int, tuple[State, ...]] = {}
        self._representatives: dict[tuple[int, int], int] = {}

    def representative(self, case: int, step: int) -> int:
        """The step that is replayed for this one: steps with the same answers, such as passes of a loop, have one in common."""
        return self._representatives.setdefault((case, self.plan(case, step).question), step)

    def plan(self, case: int, last: int) -> ReplayPlan:
        """How this step is replayed on this case."""
        if last not in self._plans:
            self._plans[last] = self._plan_of_step(last)
        plan = self._plans[last]
        was_performed = last < len(self._runs[case].steps)
        if was_performed and not (plan.needs_start and plan.first >= len(self._expected_states(case))):
            return plan
        return self._whole_past(last)

    def start(self, case: int, plan: ReplayPlan) -> State | None:
        """The expected state with which the plan begins, if it needs one."""
        return self._expected_states(case)[plan.first] if plan.needs_start else None

    def _plan_of_step(self, last: int) -> ReplayPlan:
        own = start_of_own_steps(self._steps, last)
        first = self._first(own, last)
        performed = self._steps[first : last + 1]
        flags = self._flags_before(first)
        if first == own and self._only_the_optimizer_remembers(last):
            leaves = self._leaves_used_by(performed)
            return ReplayPlan(0, own, last, leaves, self._number_of(("walk", last)), from_setup=True, walks=True)
        if flags is None or self._past_is_hidden(first, own, last):
            return self._whole_past(last)
        question: object = last
        if first == own:
            actions = tuple((step.action, tuple(each.expression for each in step.expect)) for step in performed[:-1])
            question = (actions, performed[-1].action, flags)
        return ReplayPlan(
            first,
            own,
            last,
            self._leaves_used_by(performed),
            self._number_of(question),
            RequiresGrad(flags) if flags else None,
        )

    def _leaves_used_by(self, steps: Iterable[Step]) -> tuple[str, ...]:
        used = self._declared.leaves_of(name for step in steps for name in _names_in(step))
        return tuple(sorted(used, key=self._places.__getitem__))

    def _only_the_optimizer_remembers(self, last: int) -> bool:
        """Is the past hidden only because this is a `step()` of an optimizer with a memory?"""
        action = self._steps[last].action
        if not isinstance(action, OptimizerStep) or not self._declared.has_memory(action.optimizer):
            return False
        return last < self._first_code and not self._declared.changes_when_read

    def _whole_past(self, last: int) -> ReplayPlan:
        own = start_of_own_steps(self._steps, last)
        return ReplayPlan(0, own, last, tuple(self._places), self._number_of(("setup", last)), from_setup=True)

    def _number_of(self, question: object) -> int:
        return self._questions.setdefault(question, len(self._questions))

    def _first(self, own: int, last: int) -> int:
        """The first step that has to be performed: all names that are used from there on are declared or bound there."""
        first, index, free = own, last, set[str]()
        while index >= first:
            free = _free_names(self._steps[index], free, looks=index < last)
            if index == first:
                first = min([first, *(self._last_binding(name, first) for name in free)])
            index -= 1
        return first

    def _last_binding(self, name: str, before: int) -> int:
        """The last step before this one that binds the name; `before` itself if there is none."""
        bindings = self._bindings.get(name, [])
        place = bisect_left(bindings, before)
        return bindings[place - 1] if place else before

    def _past_is_hidden(self, first: int, own: int, last: int) -> bool:
        """Could something from before the first step matter that no state of the leaves shows?"""
        optimizers = [step.action.optimizer for step in self._steps[first : last + 1] if isinstance(step.action, OptimizerStep)]
        return (
            last >= self._first_code
            or self._declared.changes_when_read
            or any(map(self._declared.has_memory, optimizers))
            or (first < own and first > self._first_graph)
        )

    def _expected_states(self, case: int) -> tuple[State, ...]:
        """The expected state before each step, as long as each step begins where the step before it ended."""
        if case not in self._states:
            self._states[case] = tuple(_states_before_steps(self._runs[case]))
        return self._states[case]

    def _flags_before(self, first: int) -> tuple[tuple[Expr, bool], ...] | None:
        """What was switched on and off before this step, each target once; None if a target is not declared by the setup."""
        place = bisect_left(self._switches, first)
        return self._flags[place]

    @cached_property
    def _switches(self) -> list[int]:
        return [index for index, step in enumerate(self._steps) if isinstance(step.action, RequiresGrad)]

    @cached_property
    def _flags(self) -> list[tuple[tuple[Expr, bool], ...] | None]:
        """The flags before the first switch, and after each."""
        found: list[tuple[tuple[Expr, bool], ...] | None] = [()]
        now: dict[Expr, bool] = {}
        for index in self._switches:
            action = self._steps[index].action
            assert isinstance(action, RequiresGrad)
            for target, on in action.of:
                now.pop(target, None)
                now[target] = on
            are_declared = all(dotted(target) and self._bindings.keys().isdisjoint(_ids(target)) for target in now)
            found.append(tuple(now.items()) if are_declared else None)
        return found

    @cached_property
    def _bindings(self) -> Mapping[str, list[int]]:
        """For each name the steps that bind it."""
        found: dict[str, list[int]] = defaultdict(list)
        for index, step in enumerate(self._steps):
            if isinstance(step.action, Let):
                for name in dict(step.action.names):
                    found[name].append(index)
        return found

    @cached_property
    def _first_code(self) -> int:
        return next((index for index, step in enumerate(self._steps) if isinstance(step.action, Code)), len(self._steps))

    @cached_property
    def _first_graph(self) -> int:
        """The first backward that gives gradients a graph of their own."""
        graphs = (i for i, step in enumerate(self._steps) if isinstance(step.action, Backward) and step.action.create_graph)
        return next(graphs, len(self._steps))


class _Declarations:
    """What the setup declares."""

    def __init__(self, setup: Setup, leaves: Sequence[str]) -> None:
        self._setup = setup
        self._leaves = {name: {name} for name in leaves}
        for name in leaves:
            module, dot, _ = name.partition(".")
            if dot:
                self._leaves.setdefault(module, set()).add(name)
        for name, spec in setup.tensors.items():
            if spec.tied_to in self._leaves:
                self._leaves.setdefault(name.partition(".")[0], set()).add(str(spec.tied_to))

    def leaves_of(self, used: Iterable[str]) -> set[str]:
        """The leaves that these names lead to."""
        found: set[str] = set()
        for name in used:
            found |= self._leaves_of_name(name)
        return found

    def has_memory(self, optimizer: str) -> bool:
        """Does a `step()` depend on the steps before it? SGD without momentum keeps nothing."""
        match self._setup.optimizers.get(optimizer):
            case FunctionCall(function=Name(id="SGD"), arguments=arguments, keywords=keywords) if len(arguments) <= 2:
                return any(word == "momentum" and not _is_nothing(value) for word, value in keywords)
        return True

    @cached_property
    def changes_when_read(self) -> bool:
        """Does a module change its own parameters when it is called? An Embedding with `max_norm` does."""
        return any("max_norm" in to_text(expr) for expr in self._setup.modules.values())

    def _leaves_of_name(self, name: str) -> set[str]:
        known = self._leaves.get(name)
        if known is None:
            self._leaves[name] = set()  # for a list that contains itself
            known = self._leaves[name] = self.leaves_of(self._names_behind(name))
        return known

    def _names_behind(self, name: str) -> Iterator[str]:
        if name in self._setup.data:
            yield from _words(self._setup.data[name].names or ())
        elif name in self._setup.optimizers:
            yield from _ids(self._setup.optimizers[name])


def start_of_own_steps(steps: Sequence[Step], last: int) -> int:
    """The index of the first of the steps directly before this one that are no calls; the step itself if there is none."""
    while last > 0 and not steps[last - 1].is_call:
        last -= 1
    return last


def _free_names(step: Step, later: set[str], *, looks: bool) -> set[str]:
    """The names that must exist before this step, if `later` must exist after it. `looks`: its `expect` is evaluated too."""
    free = set(later)
    if looks:
        free.update(name for each in step.expect for name in _ids(each.expression))
    if isinstance(step.action, Let):
        for name, value in reversed(step.action.names):
            free.discard(name)
            free.update(_ids(value))
    else:
        free.update(_names_in_action(step))
    return free


def _names_in(step: Step) -> Iterator[str]:
    yield from _names_in_action(step)
    for each in step.expect:
        yield from _ids(each.expression)


def _names_in_action(step: Step) -> Iterator[str]:
    if isinstance(step.action, OptimizerStep):
        yield step.action.optimizer
    for expr in expressions_of(step.action):
        yield from _ids(expr)


def _ids(expr: Expr) -> Iterator[str]:
    return (name.id for name in names(expr))


def _words(nested: DataNames) -> Iterator[str]:
    for item in nested:
        if isinstance(item, str):
            yield item
        else:
            yield from _words(item)


def _is_nothing(value: Expr) -> bool:
    return isinstance(value, Number) and value.value == 0


def _states_before_steps(run: ReferenceRun) -> Iterator[State]:
    state = run.before
    for step in run.steps:
        if step.call is not None and not have_same_leaves(step.call.before, state):
            return
        yield state
        if step.call is not None:
            state = step.call.after
