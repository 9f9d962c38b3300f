"""Wrong programs made from the right one: each operator is a mistake that students make, applied to the steps.

An operator yields whole programs (tuples of steps); which steps it changed is found by comparing programs. The families
are the words of `records.misconceptions`; operators are listed from the simplest to the most elaborate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from grader.expressions import Attribute, Binary, Call, Constant, Expr, Name, Negative, Number, parse, transform, walk
from grader.records.exercise import (
    Action,
    Backward,
    Clip,
    Exercise,
    Let,
    OptimizerStep,
    RequiresGrad,
    RetainGrad,
    Set,
    Step,
    Verb,
    Zero,
)

Program = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong program and the mistake it stands for. `authored` ones come from the file's `wrong`."""

    misconception: str
    operator: str
    steps: Program
    authored: bool = False


Found = Iterator[tuple[str, Program]]


def mutants(exercise: Exercise) -> tuple[Mutant, ...]:
    """The author's wrong programs first, then every program the operators make; each program once."""
    made = [Mutant(wrong.misconception, wrong.name, wrong.steps, True) for wrong in exercise.wrong]
    for operator in OPERATORS:
        name = operator.__name__.replace("_", "-")
        made += [
            Mutant(misconception, name, steps) for misconception, steps in operator(exercise) if _fits(exercise, misconception)
        ]
    seen: set[tuple[object, ...]] = {program_key(exercise.steps)}
    return tuple(each for each in made if _is_new(program_key(each.steps), seen))


# What somebody who only predicts may believe; the other words say what a function did.
_BELIEFS = frozenset(
    "overwrite none-is-zero zero-skipped alias detached not-detached non-leaf-grad wrong-formula sign mean-for-sum sum-for-mean "
    "stale-graph wrong-seed wrong-tensor-zeroed not-frozen grad-vs-backward batch-statistics divided-needlessly leak "
    "loss-not-divided wrong-clip rebound-leaf".split()
)


def _fits(exercise: Exercise, misconception: str) -> bool:
    return exercise.kind != "predict" or misconception in _BELIEFS


def program_key(steps: Program) -> tuple[object, ...]:
    """What a program does; equal for programs that differ only in wording."""
    return tuple((step.verb, step.action) for step in steps if step.verb != "look")


def _is_new(key: tuple[object, ...], seen: set[tuple[object, ...]]) -> bool:
    if key in seen:
        return False
    seen.add(key)
    return True


# --- editing programs -------------------------------------------------------------------------------------------------


def _at(steps: Program, *verbs: Verb) -> list[int]:
    return [index for index, step in enumerate(steps) if step.verb in verbs]


def _drop(steps: Program, *indices: int) -> Program:
    return tuple(step for index, step in enumerate(steps) if index not in indices)


def _put(steps: Program, index: int, *new: Step) -> Program:
    return steps[:index] + new + steps[index:]


def _swap_in(steps: Program, changes: dict[int, Step]) -> Program:
    return tuple(changes.get(index, step) for index, step in enumerate(steps))


def _move(steps: Program, index: int, before: int) -> Program:
    moved = steps[index]
    return _put(_drop(steps, index), before - (1 if before > index else 0), moved)


def _act(step: Step, action: Action, verb: Verb | None = None) -> Step:
    return replace(step, action=action, verb=verb or step.verb, expect=(), raises=None, optional=False, text="")


def _same_place(steps: Program, index: int) -> list[int]:
    """The passes of one step as written: the step itself and its repetitions in a loop."""
    return [other for other, step in enumerate(steps) if step.number == steps[index].number and step.verb == steps[index].verb]


def _places(steps: Program, *verbs: Verb) -> list[list[int]]:
    """Every step as written, as the list of its passes."""
    places: list[list[int]] = []
    for index in _at(steps, *verbs):
        if (place := _same_place(steps, index)) not in places:
            places.append(place)
    return places


def _one_or_all(steps: Program, *verbs: Verb) -> list[list[int]]:
    """Every single step, every step as written with all its passes, and all of them."""
    groups = [[index] for index in _at(steps, *verbs)]
    groups += [place for place in _places(steps, *verbs) if len(place) > 1]
    if (everything := _at(steps, *verbs)) and everything not in groups:
        groups.append(everything)
    return groups


# --- zero -------------------------------------------------------------------------------------------------------------


def drop_zero(exercise: Exercise) -> Found:
    for group in reversed(_one_or_all(exercise.steps, "zero")):
        yield "zero-skipped", _drop(exercise.steps, *group)


def keep_first_zero_only(exercise: Exercise) -> Found:
    for place in _places(exercise.steps, "zero"):
        if len(place) > 1:
            yield "zero-outside-loop", _drop(exercise.steps, *place[1:])


def zero_to_none(exercise: Exercise) -> Found:
    for group in _one_or_all(exercise.steps, "zero"):
        yield "none-is-zero", _swap_in(exercise.steps, {index: _other_zero(exercise, index) for index in group})


def _other_zero(exercise: Exercise, index: int) -> Step:
    action = exercise.steps[index].action
    assert isinstance(action, Zero)
    return _act(exercise.steps[index], _turned(exercise, action))


def _turned(exercise: Exercise, action: Zero) -> Zero:
    """None where zeros were asked for, zeros where None was."""
    to_none = _sets_to_none(exercise, action) if action.set_to_none is None else action.set_to_none
    return replace(action, set_to_none=not to_none)


def _sets_to_none(exercise: Exercise, action: Zero) -> bool:
    """What PyTorch does by default: modules and optimizers leave None, a tensor's zero_() leaves 0."""
    groups = exercise.setup.modules.keys() | exercise.setup.optimizers.keys()
    return any(isinstance(target, Name) and target.id in groups for target in action.of)


def some_zeros_to_none(exercise: Exercise) -> Found:
    """Of several tensors zeroed, one the other way."""
    steps = exercise.steps
    for index in _at(steps, "zero"):
        action = steps[index].action
        assert isinstance(action, Zero)
        for target in action.of if len(action.of) > 1 else ():
            others = tuple(each for each in action.of if each != target)
            kept = _act(steps[index], replace(action, of=others))
            turned = _act(steps[index], replace(_turned(exercise, action), of=(target,)))
            yield "none-is-zero", (*steps[:index], kept, turned, *steps[index + 1 :])


def zero_another(exercise: Exercise) -> Found:
    steps = exercise.steps
    for group in _one_or_all(steps, "zero"):
        for target in _zeroable(exercise, steps[group[0]].action):
            yield "wrong-tensor-zeroed", _swap_in(steps, {index: _zero_of(steps[index], target) for index in group})


def _zeroable(exercise: Exercise, action: Action) -> list[tuple[Expr, ...]]:
    """Other things that could be zeroed: parts of what is, and other tensors, modules and optimizers."""
    assert isinstance(action, Zero)
    parts = [(target,) for target in action.of] if len(action.of) > 1 else []
    others: list[tuple[Expr, ...]] = [(Name(name),) for name in (*exercise.setup.modules, *exercise.setup.optimizers)]
    leaves: list[tuple[Expr, ...]] = [(leaf,) for leaf in leaf_names(exercise)]
    return [each for each in (*parts, *others, *leaves) if each != action.of]


def _zero_of(step: Step, target: tuple[Expr, ...]) -> Step:
    assert isinstance(step.action, Zero)
    return _act(step, replace(step.action, of=target))


def move_zero(exercise: Exercise) -> Found:
    """One zero earlier or later, past one or more calls."""
    steps = exercise.steps
    for index in _at(steps, "zero"):
        for before in range(len(steps) + 1):
            if before not in (index, index + 1):
                yield _zero_moved(steps, index, before), _move(steps, index, before)


def _zero_moved(steps: Program, index: int, before: int) -> str:
    if before > index:
        idle = not any(step.is_call for step in steps[:index])
        late = "zero-unneeded" if idle and before == len(steps) else "zero-too-late"
        return "zero-before-step" if lands_before_update(steps, before) else late
    return _inserted_zero(steps, before)


def lands_before_update(steps: Program, before: int, after: int | None = None) -> bool:
    """Would a zero put there come between a backward and the update that needs it? `after`: where what precedes it ends."""
    calls = [step for step in steps[before:] if step.is_call]
    earlier = [step.verb for step in steps[: before if after is None else after] if step.is_call]
    return bool(calls) and updates(calls[0]) and earlier[-1:] in (["backward"], ["clip"])


def updates(step: Step) -> bool:
    """Does it change values, rather than gradients?"""
    return step.verb == "step" or (step.verb == "set" and not _sets_grad(step))


def shift_zero_in_every_pass(exercise: Exercise) -> Found:
    """The zero of every pass moved past its neighbour: before the step instead of after it, and so on."""
    steps = exercise.steps
    for place in _places(steps, "zero"):
        if len(place) < 2:
            continue
        for distance in (-3, -2, -1, 1, 2, 3):
            shifted = list(steps)
            for index in place if distance < 0 else reversed(place):
                target = index + distance
                if 0 <= target < len(shifted):
                    shifted.insert(target, shifted.pop(index))
            yield _zero_shifted(steps, place[0], distance), tuple(shifted)


def _zero_shifted(steps: Program, index: int, distance: int) -> str:
    before = index + distance + (1 if distance > 0 else 0)
    return _zero_moved(steps, index, before)


def insert_zero(exercise: Exercise) -> Found:
    """A zero that nobody asked for, after one backward, after each, or at the very end."""
    steps = exercise.steps
    for zero in _zeros_to_insert(exercise):
        yield "zero-unneeded", (*steps, zero)
        for index in _at(steps, "backward"):
            if steps[index + 1 : index + 2] and steps[index + 1].verb == "zero":
                continue
            yield _inserted_zero(steps, index + 1), _put(steps, index + 1, zero)
        for place in _places(steps, "backward"):
            if len(place) > 1:
                yield "zero-too-early", _after_each(steps, place, zero)
                yield "zero-too-early", _before_each(steps, place, zero)


def _inserted_zero(steps: Program, before: int) -> str:
    return "zero-before-step" if lands_before_update(steps, before) else "zero-too-early"


def _zeros_to_insert(exercise: Exercise) -> list[Step]:
    """The exercise's own zeros, and each optimizer, module and leaf zeroed as PyTorch does."""
    own = [exercise.steps[place[0]] for place in _places(exercise.steps, "zero")]
    model = exercise.steps[0]
    names: list[Expr] = [Name(name) for name in (*exercise.setup.optimizers, *exercise.setup.modules)]
    made = [Zero((target,)) for target in (*names, *leaf_names(exercise))]
    made += [Zero((leaf,), True) for leaf in leaf_names(exercise)]
    made += [Zero(tuple(leaf_names(exercise)))]
    return own + [_new(model, "zero", action) for action in made]


def _new(model: Step, verb: Verb, action: Action) -> Step:
    return Step(verb=verb, action=action, number=0, text="", points=model.points, where=None)


def _after_each(steps: Program, place: list[int], new: Step) -> Program:
    return tuple(each for index, step in enumerate(steps) for each in ((step, new) if index in place else (step,)))


def _before_each(steps: Program, place: list[int], new: Step) -> Program:
    return tuple(each for index, step in enumerate(steps) for each in ((new, step) if index in place else (step,)))


# --- step -------------------------------------------------------------------------------------------------------------


def drop_step(exercise: Exercise) -> Found:
    steps = exercise.steps
    for place in _places(steps, "step"):
        if len(place) > 1:
            yield "step-outside-loop", _drop(steps, *place[:-1])
            yield "leftover-dropped", _drop(steps, place[-1])
    for group in reversed(_one_or_all(steps, "step")):
        yield "none-is-zero" if _predicts_stillness(exercise, group) else "step-missing", _drop(steps, *group)


def _predicts_stillness(exercise: Exercise, group: list[int]) -> bool:
    """Does the answer say that a step() on an empty gradient moves nothing?"""
    return exercise.kind == "predict" and group[0] > 0 and exercise.steps[group[0] - 1].verb == "zero"


def step_after_every_backward(exercise: Exercise) -> Found:
    steps = exercise.steps
    for new in _own(exercise, "step"):
        for place in (*_places(steps, "backward"), _at(steps, "backward")):
            often = _after_each(steps, place, new)
            yield "step-too-early", often
            yield "step-too-early", _without_repeated_steps(often)


def _without_repeated_steps(steps: Program) -> Program:
    return tuple(step for index, step in enumerate(steps) if not _repeats(steps, index))


def _repeats(steps: Program, index: int) -> bool:
    return index > 0 and steps[index].verb == "step" and steps[index - 1].action == steps[index].action


def _own(exercise: Exercise, verb: Verb) -> list[Step]:
    return [exercise.steps[place[0]] for place in _places(exercise.steps, verb)]


def move_step(exercise: Exercise) -> Found:
    steps = exercise.steps
    for index in _at(steps, "step"):
        for before in range(len(steps) + 1):
            if before not in (index, index + 1):
                yield "step-too-early" if before < index else "step-too-late", _move(steps, index, before)


def shift_step_in_every_pass(exercise: Exercise) -> Found:
    steps = exercise.steps
    for place in _places(steps, "step"):
        for distance in (-2, -1, 1, 2):
            shifted = list(steps)
            for index in place if distance < 0 else reversed(place):
                if 0 <= index + distance < len(shifted):
                    shifted.insert(index + distance, shifted.pop(index))
            yield "step-too-early" if distance < 0 else "step-too-late", tuple(shifted)


def repeat_step(exercise: Exercise) -> Found:
    steps = exercise.steps
    for group in _one_or_all(steps, "step"):
        yield "step-too-early", tuple(each for i, step in enumerate(steps) for each in ((step, step) if i in group else (step,)))


def step_another_optimizer(exercise: Exercise) -> Found:
    steps = exercise.steps
    for group in _one_or_all(steps, "step"):
        for name in exercise.setup.optimizers:
            yield "wrong-optimizer", _swap_in(steps, {index: _act(steps[index], OptimizerStep(name)) for index in group})


# --- backward ---------------------------------------------------------------------------------------------------------


def drop_backward(exercise: Exercise) -> Found:
    steps = exercise.steps
    for place in _places(steps, "backward"):
        if len(place) > 1:
            yield "leftover-dropped", _drop(steps, place[-1])
            yield "loss-overwritten", _drop(steps, *place[:-1])
    followed = {one for one, _ in _neighbours(steps)}
    for group in _one_or_all(steps, "backward"):
        only_the_last = len(group) == 1 and group[0] in followed
        yield "loss-overwritten" if only_the_last else "backward-missing", _drop(steps, *group)


def drop_last_pass(exercise: Exercise) -> Found:
    """Everything of the last pass of the last loop."""
    if gone := last_pass(exercise):
        yield name_of_last_pass(exercise), _drop(exercise.steps, *gone)


def last_pass(exercise: Exercise) -> tuple[int, ...]:
    """The steps of the last of several passes of the outermost loop in which the last backward is."""
    loops = [step.loop[0] for step in exercise.steps if step.verb == "backward" and step.loop]
    if not loops or loops[-1][1] == 0:
        return ()
    return tuple(index for index, step in enumerate(exercise.steps) if step.loop[:1] == (loops[-1],))


def name_of_last_pass(exercise: Exercise) -> str:
    """What it is to leave it out: a part of the data, or, if every pass has the same losses, a backward."""
    gone = last_pass(exercise)
    kept = [step.action for index, step in enumerate(exercise.steps) if index not in gone]
    again = all(exercise.steps[index].action in kept for index in gone if exercise.steps[index].verb == "backward")
    return "backward-missing" if again else "leftover-dropped"


def repeat_backward(exercise: Exercise) -> Found:
    steps = exercise.steps
    for index in _at(steps, "backward"):
        action = steps[index].action
        assert isinstance(action, Backward)
        yield "backward-repeated", _put(steps, index + 1, _act(steps[index], action))
        first = _act(steps[index], replace(action, retain_graph=True))
        yield "backward-repeated", _put(_swap_in(steps, {index: first}), index + 1, _act(steps[index], action))


def swap_backwards(exercise: Exercise) -> Found:
    steps = exercise.steps
    for one, two in _neighbours(steps):
        yield "wrong-formula", _swap_in(steps, {one: steps[two], two: steps[one]})


def merge_backwards(exercise: Exercise) -> Found:
    """The losses of two backwards in a row as one sum, or as their mean."""
    steps = exercise.steps
    for one, two in _neighbours(steps):
        first, second = steps[one].action, steps[two].action
        assert isinstance(first, Backward)
        assert isinstance(second, Backward)
        if len(first.of) == len(second.of) == 1 and not first.gradient and not second.gradient:
            total = Binary("+", first.of[0], second.of[0])
            merged = _act(steps[two], replace(second, of=(total,)))
            yield "losses-merged", _drop(_swap_in(steps, {two: merged}), one)
            half = _act(steps[two], replace(second, of=(Binary("/", total, Number(2)),)))
            yield "losses-merged", _drop(_swap_in(steps, {two: half}), one)


def _neighbours(steps: Program) -> list[tuple[int, int]]:
    backwards = _at(steps, "backward")
    calls = [index for index, step in enumerate(steps) if step.is_call]
    return [(one, two) for one, two in pairwise(calls) if one in backwards and two in backwards]


def backward_options(exercise: Exercise) -> Found:
    """retain_graph, gradient, inputs or create_graph left out; a gradient of ones."""
    steps = exercise.steps
    for index in _at(steps, "backward"):
        action = steps[index].action
        assert isinstance(action, Backward)
        for misconception, changed in _option_changes(exercise, action):
            yield misconception, _swap_in(steps, {index: _act(steps[index], changed)})


def _option_changes(exercise: Exercise, action: Backward) -> Iterator[tuple[str, Backward]]:
    if action.retain_graph:
        yield "stale-graph", replace(action, retain_graph=False)
    if action.create_graph:
        yield "no-create-graph", replace(action, create_graph=False)
    if action.gradient:
        yield "non-scalar-backward", replace(action, gradient=())
        yield "wrong-seed", replace(action, gradient=tuple(_ones_like(seed) for seed in action.gradient))
        yield "wrong-formula", replace(action, gradient=(), of=tuple(Call(Name("sum"), (loss,)) for loss in action.of))
    if action.inputs:
        yield "leak", replace(action, inputs=())
        for leaf in leaf_names(exercise):
            if (leaf,) != action.inputs:
                yield "wrong-tensor", replace(action, inputs=(leaf,))


def _ones_like(seed: Expr) -> Expr:
    if isinstance(seed, Name):
        return Call(Name("ones_like"), (seed,))
    return transform(seed, lambda node: Number(1.0) if isinstance(node, Number | Negative) else node)


def backward_to_grad(exercise: Exercise) -> Found:
    """torch.autograd.grad in the place of backward, and the other way round."""
    steps = exercise.steps
    leaves = leaf_names(exercise)
    for index in _at(steps, "backward"):
        action = steps[index].action
        assert isinstance(action, Backward)
        if len(action.of) == 1 and not action.gradient and leaves:
            yield "grad-vs-backward", _drop(steps, index)
    for index in _at(steps, "let"):
        let = steps[index].action
        assert isinstance(let, Let)
        for _, value in let.names:
            if isinstance(value, Call) and value.function == Name("grad"):
                yield from _grad_to_backward(steps, index, value)


def _grad_to_backward(steps: Program, index: int, value: Call) -> Found:
    loss, leaf = value.arguments[0], value.arguments[1] if len(value.arguments) > 1 else None
    let = steps[index].action
    assert isinstance(let, Let)
    keeps_graph = any(word == "create_graph" for word, _ in value.keywords)
    backward = _act(steps[index], Backward((loss,), create_graph=keeps_graph), "backward")
    if leaf is not None:
        renamed = _act(steps[index], Let(tuple((name, Attribute(leaf, "grad")) for name, _ in let.names)))
        yield "grad-vs-backward", _put(_swap_in(steps, {index: renamed}), index, backward)
        yield "grad-vs-backward", _put(steps, index, backward)
    if keeps_graph:
        plain = replace(value, keywords=tuple(each for each in value.keywords if each[0] != "create_graph"))
        yield "no-create-graph", _swap_in(steps, {index: _act(steps[index], Let(((let.names[0][0], plain),)))})


# --- losses -----------------------------------------------------------------------------------------------------------

LossChange = Callable[[Exercise, Expr], Iterator[tuple[str, Expr]]]


def change_losses(exercise: Exercise) -> Found:
    """Every change of one loss, of all passes of it, and of all losses."""
    steps = exercise.steps
    for change in LOSS_CHANGES:
        for group in (*_one_or_all(steps, "backward"), *([index] for index in _at(steps, "let"))):
            yield from _changed_in(exercise, group, change)


def _changed_in(exercise: Exercise, group: list[int], change: LossChange) -> Found:
    """The n-th variation of each step of the group together."""
    steps = exercise.steps
    variations = [list(_step_changes(exercise, steps[index], change)) for index in group]
    for together in zip(*variations, strict=False):
        changed = _swap_in(steps, {index: step for index, (_, step) in zip(group, together, strict=True)})
        yield together[0][0], changed


def _step_changes(exercise: Exercise, step: Step, change: LossChange) -> Iterator[tuple[str, Step]]:
    match step.action:
        case Backward(of=(loss,)) as action:
            for misconception, changed in change(exercise, loss):
                yield misconception, _act(step, replace(action, of=(changed,)))
        case Let(names=((name, value),)):
            for misconception, changed in change(exercise, value):
                yield misconception, _act(step, Let(((name, changed),)))


def undo_division(exercise: Exercise, loss: Expr) -> Iterator[tuple[str, Expr]]:
    match loss:
        case Binary(operator="/", left=Binary(operator="*", left=inner), right=_):
            yield "loss-not-divided", inner
            yield "mean-of-means", Binary("/", inner, Number(_window(exercise)))
        case Binary(operator="/", left=left, right=_):
            yield "loss-not-divided", left


def divide_again(exercise: Exercise, loss: Expr) -> Iterator[tuple[str, Expr]]:
    match loss:
        case Binary(operator="/", right=right):
            yield "divided-twice", Binary("/", loss, right)
            for number in {2, _window(exercise)}:
                yield "divided-twice", Binary("/", loss, Number(number))
        case Binary(operator="+"):
            yield "mean-for-sum", Binary("/", loss, Number(2))
        case _ if len(_at(exercise.steps, "backward")) > len(_places(exercise.steps, "backward")):
            yield "divided-needlessly", Binary("/", loss, Number(_window(exercise)))


def other_divisor(exercise: Exercise, loss: Expr) -> Iterator[tuple[str, Expr]]:
    if isinstance(loss, Binary) and loss.operator == "/":
        for number in sorted({2, 3, 4, _window(exercise)}):
            if loss.right != Number(number):
                yield "wrong-divisor", Binary("/", loss.left, Number(number))


def scale(exercise: Exercise, loss: Expr) -> Iterator[tuple[str, Expr]]:
    for factor in (2, 4):
        yield "wrong-formula", Binary("*", Number(factor), loss)
        yield "wrong-formula", Binary("/", loss, Number(factor))


def negate(exercise: Exercise, loss: Expr) -> Iterator[tuple[str, Expr]]:
    yield "sign", loss.operand if isinstance(loss, Negative) else Negative(loss)


def sum_and_mean(exercise: Exercise, loss: Expr) -> Iterator[tuple[str, Expr]]:
    def other(node: Expr) -> Expr:
        if isinstance(node, Call) and isinstance(node.function, Name) and len(node.arguments) == 1:
            return replace(node, function=Name({"sum": "mean", "mean": "sum"}.get(node.function.id, node.function.id)))
        return node

    if (changed := transform(loss, other)) != loss:
        yield "mean-for-sum" if "sum" in _functions(loss) else "sum-for-mean", changed
    match loss:
        case Binary(operator="/", left=left) if "sum" in _functions(left):
            means = transform(left, other)
            yield "mean-for-sum", means
            yield "mean-of-means", Binary("/", means, Number(_window(exercise)))


def sum_for_default_mean(exercise: Exercise, loss: Expr) -> Iterator[tuple[str, Expr]]:
    """`reduction='sum'` in a loss that averages by default; with and without what was divided by."""

    def summed(node: Expr) -> Expr:
        if isinstance(node, Call) and isinstance(node.function, Name) and node.function.id.endswith(("_loss", "cross_entropy")):
            kept = tuple(each for each in node.keywords if each[0] != "reduction")
            return replace(node, keywords=(*kept, ("reduction", Constant("sum"))))
        return node

    if (changed := transform(loss, summed)) != loss:
        yield "sum-for-mean", changed
        match changed:
            case Binary(operator="/", left=Binary(operator="*", left=inner)) | Binary(operator="/", left=inner):
                yield "sum-for-mean", inner


def unreduce(exercise: Exercise, loss: Expr) -> Iterator[tuple[str, Expr]]:
    if isinstance(loss, Call) and loss.function in (Name("sum"), Name("mean")) and len(loss.arguments) == 1:
        yield "non-scalar-backward", loss.arguments[0]


def remove_detach(exercise: Exercise, loss: Expr) -> Iterator[tuple[str, Expr]]:
    def attached(node: Expr) -> Expr:
        return node.arguments[0] if isinstance(node, Call) and node.function == Name("detach") else node

    if (changed := transform(loss, attached)) != loss:
        yield "leak" if len(exercise.setup.optimizers) > 1 else "not-detached", changed


def detach_part(exercise: Exercise, loss: Expr) -> Iterator[tuple[str, Expr]]:
    """One name, or the output of one module, cut out of the graph."""
    differentiable = set(leaf_names(exercise)) | {Name(name) for step in exercise.steps for name in _let_names(step)}
    for part in dict.fromkeys(node for node in walk(loss) if node in differentiable or _is_module_call(exercise, node)):
        detached = Call(Name("detach"), (part,))
        yield "detached", transform(loss, lambda node, part=part, detached=detached: detached if node == part else node)  # type: ignore[misc]


def _let_names(step: Step) -> list[str]:
    return [name for name, _ in step.action.names] if isinstance(step.action, Let) else []


def _is_module_call(exercise: Exercise, node: Expr) -> bool:
    return isinstance(node, Call) and isinstance(node.function, Name) and node.function.id in exercise.setup.modules


def _functions(loss: Expr) -> set[str]:
    return {node.function.id for node in walk(loss) if isinstance(node, Call) and isinstance(node.function, Name)}


def _window(exercise: Exercise) -> int:
    """How many micro-batches there are: the passes of the longest loop around a backward, else the backwards."""
    places = _places(exercise.steps, "backward")
    return max((len(place) for place in places if len(place) > 1), default=max(2, len(places)))


LOSS_CHANGES: tuple[LossChange, ...] = (
    undo_division,
    divide_again,
    other_divisor,
    sum_and_mean,
    sum_for_default_mean,
    unreduce,
    remove_detach,
    detach_part,
    negate,
    scale,
)


def another_loss(exercise: Exercise) -> Found:
    """The loss of another backward."""
    steps = exercise.steps
    for index in _at(steps, "backward"):
        for other in _at(steps, "backward"):
            if steps[other].action != steps[index].action:
                yield "wrong-formula", _swap_in(steps, {index: _act(steps[index], steps[other].action)})


# --- let, set, clip, requires_grad --------------------------------------------------------------------------------------


def change_let(exercise: Exercise) -> Found:
    steps = exercise.steps
    earlier: set[str] = set()
    for index in _at(steps, "let"):
        names = _let_names(steps[index])
        if earlier & set(names):
            yield "stale-graph", _drop(steps, index)
        earlier |= set(names)
        let = steps[index].action
        assert isinstance(let, Let)
        for wrapper, misconception in (("detach", "detached"), ("clone", "alias")):
            wrapped = tuple((name, Call(Name(wrapper), (value,))) for name, value in let.names)
            is_alias = all(isinstance(value, Attribute) for _, value in let.names)
            if (wrapper == "clone") == is_alias:
                yield misconception, _swap_in(steps, {index: _act(steps[index], Let(wrapped))})


def part_alias(exercise: Exercise) -> Found:
    """A predict answer of whoever thinks that a name for `.grad` follows it only up to some call."""
    steps = exercise.steps
    for index in _at(steps, "let") if exercise.kind == "predict" else ():
        let = steps[index].action
        assert isinstance(let, Let)
        if all(isinstance(value, Attribute) for _, value in let.names):
            parted = _act(steps[index], Let(tuple((name, Call(Name("clone"), (Name(name),))) for name, _ in let.names)))
            for later in _at(steps, "backward", "zero"):
                if later > index + 1:
                    yield "alias", _put(steps, later, parted)


def change_retain_grad(exercise: Exercise) -> Found:
    steps = exercise.steps
    for index in _at(steps, "retain_grad"):
        yield "non-leaf-grad", _drop(steps, index)
        for later in _at(steps, "backward"):
            if later > index:
                yield "non-leaf-grad", _move(steps, index, later + 1)


def change_set(exercise: Exercise) -> Found:
    steps = exercise.steps
    for group in _one_or_all(steps, "set"):
        yield _missing_edit(steps[group[0]]), _drop(steps, *group)
    for index in _at(steps, "set"):
        action = steps[index].action
        assert isinstance(action, Set)
        if all(isinstance(target, Name) for target, _ in action.targets):
            names = tuple((target.id, value) for target, value in action.targets if isinstance(target, Name))
            yield "rebound-leaf", _swap_in(steps, {index: _act(steps[index], Let(names), "let")})
        flipped = tuple((target, _flip(value)) for target, value in action.targets)
        if flipped != action.targets:
            yield "sign", _swap_in(steps, {index: _act(steps[index], Set(flipped))})
        yield _repeated_edit(steps[index]), _put(steps, index, _act(steps[index], action))


def _missing_edit(step: Step) -> str:
    return "step-missing" if step.verb == "set" and not _sets_grad(step) else "not-unscaled"


def _repeated_edit(step: Step) -> str:
    return "divided-twice" if _sets_grad(step) else "step-too-early"


def _sets_grad(step: Step) -> bool:
    return isinstance(step.action, Set) and sets_gradients(step.action)


def sets_gradients(action: Set) -> bool:
    """Does it write into `.grad`, rather than into a value?"""
    return any(isinstance(target, Attribute) for target, _ in action.targets)


def _flip(value: Expr) -> Expr:
    match value:
        case Binary(operator="-", left=left, right=right):
            return Binary("+", left, right)
        case Binary(operator="+", left=left, right=right):
            return Binary("-", left, right)
    return value


def move_set(exercise: Exercise) -> Found:
    steps = exercise.steps
    for index in _at(steps, "set"):
        for before in range(len(steps) + 1):
            if before not in (index, index + 1):
                moved = "step-too-early" if before < index else "step-too-late"
                yield "not-unscaled" if _sets_grad(steps[index]) else moved, _move(steps, index, before)


def change_clip(exercise: Exercise) -> Found:
    steps = exercise.steps
    for group in _one_or_all(steps, "clip"):
        yield "wrong-clip", _drop(steps, *group)
        yield "wrong-clip", _swap_in(steps, {index: _other_clip(steps[index]) for index in group})
    for index in _at(steps, "clip"):
        action = steps[index].action
        assert isinstance(action, Clip)
        if len(action.of) > 1:
            apart = tuple(_act(steps[index], replace(action, of=(target,))) for target in action.of)
            yield "wrong-clip", steps[:index] + apart + steps[index + 1 :]


def _other_clip(step: Step) -> Step:
    action = step.action
    assert isinstance(action, Clip)
    return _act(step, replace(action, max_norm=action.clip_value, clip_value=action.max_norm))


def move_clip(exercise: Exercise) -> Found:
    steps = exercise.steps
    for index in _at(steps, "clip"):
        for before in range(len(steps) + 1):
            if before not in (index, index + 1):
                yield _clip_moved(steps, index, before), _move(steps, index, before)
    for clip in _own(exercise, "clip"):
        for place in (*_places(steps, "backward"), _at(steps, "backward")):
            yield "clip-too-early", _after_each(steps, place, clip)
            yield "clip-too-early", _after_each(_drop(steps, *_at(steps, "clip")), _kept(steps, place), clip)
        for index in _at(steps, "backward"):
            yield "clip-too-early", _put(steps, index + 1, clip)


def _clip_moved(steps: Program, index: int, before: int) -> str:
    if before > index:
        return "clip-too-late"
    passed = [steps[each].verb for each in range(before, index)]
    return "clip-scaled" if "set" in passed and "backward" not in passed else "clip-too-early"


def _kept(steps: Program, place: list[int]) -> list[int]:
    """The indices of a place once every clip is gone."""
    clips = _at(steps, "clip")
    return [index - sum(clip < index for clip in clips) for index in place]


def shift_clip_in_every_pass(exercise: Exercise) -> Found:
    steps = exercise.steps
    for place in _places(steps, "clip"):
        for distance in (-1, 1, 2):
            shifted = list(steps)
            for index in place if distance < 0 else reversed(place):
                if 0 <= index + distance < len(shifted):
                    shifted.insert(index + distance, shifted.pop(index))
            yield "clip-too-early" if distance < 0 else "clip-too-late", tuple(shifted)


def change_requires_grad(exercise: Exercise) -> Found:
    steps = exercise.steps
    for index in _at(steps, "requires_grad"):
        yield "not-frozen", _drop(steps, index)
        action = steps[index].action
        assert isinstance(action, RequiresGrad)
        for leaf in leaf_names(exercise):
            if all(leaf != target for target, _ in action.of):
                other = RequiresGrad(tuple((leaf, on) for _, on in action.of))
                yield "wrong-tensor", _swap_in(steps, {index: _act(steps[index], other)})


def zeros_for_none(exercise: Exercise) -> Found:
    """A predict answer of whoever thinks that a gradient is 0 before the first backward."""
    if exercise.kind == "predict":
        for leaf in (*([leaf] for leaf in leaf_names(exercise)), leaf_names(exercise)):
            zeros = Set(tuple((Attribute(each, "grad"), Binary("*", each, Number(0))) for each in leaf))
            yield "none-is-zero", (_new(exercise.steps[0], "set", zeros), *exercise.steps)


def overwrite_instead_of_add(exercise: Exercise) -> Found:
    """A predict answer of whoever thinks that each backward starts from nothing."""
    steps = exercise.steps
    leaves = tuple(leaf_names(exercise))
    if exercise.kind != "predict" or not leaves:
        return
    kept = tuple(step.action.of for step in steps if isinstance(step.action, RetainGrad))
    emptied = _new(steps[0], "zero", Zero((*leaves, *kept), True))
    backwards = _at(steps, "backward")
    yield "overwrite", _before_each(steps, backwards, emptied)
    for index in backwards:
        yield "overwrite", _put(steps, index, emptied)
        yield "overwrite", _put(steps, index, _new(steps[0], "zero", Zero(leaves)))


def leaf_names(exercise: Exercise) -> list[Expr]:
    """The declared leaves and parameters as expressions, ties left out."""
    return [parse(name) for name, spec in exercise.setup.tensors.items() if spec.tied_to is None]


OPERATORS: tuple[Callable[[Exercise], Found], ...] = (
    zeros_for_none,
    overwrite_instead_of_add,
    drop_zero,
    keep_first_zero_only,
    zero_to_none,
    some_zeros_to_none,
    zero_another,
    drop_step,
    drop_backward,
    drop_last_pass,
    backward_options,
    backward_to_grad,
    change_let,
    part_alias,
    change_retain_grad,
    change_set,
    change_clip,
    change_requires_grad,
    insert_zero,
    move_zero,
    shift_zero_in_every_pass,
    move_clip,
    shift_clip_in_every_pass,
    step_after_every_backward,
    move_step,
    shift_step_in_every_pass,
    repeat_step,
    step_another_optimizer,
    move_set,
    change_losses,
    another_loss,
    repeat_backward,
    merge_backwards,
    swap_backwards,
)
