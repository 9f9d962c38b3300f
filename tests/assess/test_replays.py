"""A replay leaves what the whole program leaves if it goes on from the student's state, however few steps are performed."""

import json
import random
from dataclasses import dataclass, replace

import pytest
from helpers.toy import tensor

from grader.assess.preparation import prepare
from grader.assess.prepared import Prepared, Settings, replay, run_reference
from grader.assess.replay_plans import start_of_own_steps
from grader.diagnosis.explain import runnable
from grader.diagnosis.mutations import mutants
from grader.protocol.jobs import program
from grader.protocol.replays import ReplayJob, ReplayProgram, ReplayWriter
from grader.records.exercise import Limits
from grader.records.trace import LeafState, ReplayRequest
from grader.spec.read_exercise import ExerciseFolder, read_exercise
from grader.spec.yaml_source import read_text

SETTINGS = Settings("seed", hidden=1)
LIMITS = Limits(20.0, 1024)
HEAD = "id: sample\ntitle: Sample\nkind: write\nnone_is_zero: true\n"

# Exercises in which a step depends on more than the state before it.
SAMPLES = {
    "a loss that an earlier step bound": """
function: solve(w, x)
tensors: {w: [1.0, 2.0], x: [3.0, 4.0]}
steps:
  - for: i
    in: range(3)
    do:
      - let: {error: w*x - 1}
      - let: {loss: sum(error**2)}
      - zero: w
      - backward: loss
      - set: {w: w - 0.01*w.grad}
""",
    "a graph that is kept": """
function: solve(w)
tensors: {w: [1.0, 2.0]}
steps:
  - backward: sum(w)
  - let: {loss: sum(w**3)}
  - {backward: {of: loss, retain_graph: true}}
  - zero: w
  - {backward: {of: loss, retain_graph: true}}
  - set: {w.grad: w.grad / 2}
  - backward: sum(w)
""",
    "an alias of a gradient": """
function: solve(x)
tensors: {x: [2.0]}
steps:
  - backward: x**2
  - let: {g: x.grad, c: clone(x.grad)}
  - backward: x**2
  - backward: x * sum(g + c)
""",
    "a name that is bound again": """
function: solve(w, x)
tensors: {w: [1.0], x: [2.0]}
steps:
  - let: {y: w * x}
  - backward: y
  - let: {y: y + x, w: x * 2}
  - backward: w * 3
  - let: {y: x**3}
  - backward: y
""",
    "momentum": """
function: solve(w, opt)
tensors: {w: [1.0]}
optimizers: {opt: "SGD([w], lr=0.1, momentum=0.9)"}
steps:
  - for: i
    in: range(3)
    do:
      - zero: opt
      - backward: w**2
      - step: opt
""",
    "Adam": """
function: solve(w, v, opt)
tensors: {w: [1.0], v: [2.0, 3.0]}
optimizers: {opt: "Adam([w, v], lr=0.1)"}
steps:
  - requires_grad: {v: false}
  - for: i
    in: range(3)
    do:
      - zero: opt
      - backward: sum(w**2 * v)
      - let: {y: w * 2}
      - step: opt
  - requires_grad: {v: true}
  - backward: sum(y * v**2)
  - step: opt
""",
    "an optimizer without a memory": """
function: solve(w, v, opt)
tensors: {w: [1.0], v: [3.0]}
optimizers: {opt: "SGD([w, v], lr=0.1, weight_decay=0.1)"}
steps:
  - for: i
    in: range(3)
    do:
      - let: {loss: (w * v - 1)**2}
      - zero: opt
      - backward: loss
      - step: opt
""",
    "leaves that are frozen and thawed": """
function: solve(model, x, opt)
data: {x: [[1.0, 2.0]]}
modules: {model: "Sequential(Linear(2, 2), Linear(2, 1))"}
tensors:
  model.0.weight: [[0.1, 0.2], [0.3, 0.4]]
  model.0.bias: [0.5, 0.6]
  model.1.weight: [[0.7, 0.8]]
  model.1.bias: [0.9]
optimizers: {opt: "SGD(model.parameters(), lr=0.1)"}
steps:
  - requires_grad: {model.0: false}
  - backward: sum(model(x))
  - step: opt
  - zero: opt
  - requires_grad: {model.0: true, model.1.bias: false}
  - backward: sum(model(x)**2)
  - let: {loss: sum(model(x))}
  - requires_grad: {model.1.bias: true}
  - zero: {of: opt, set_to_none: false}
  - backward: loss
""",
    "gradients with a graph": """
function: solve(x, w)
tensors: {x: [2.0], w: [3.0]}
steps:
  - {backward: {of: x**3 * w, create_graph: true}}
  - let: {g: x.grad}
  - zero: {of: x, set_to_none: true}
  - backward: g**2
  - let: {h: x.grad * 1}
  - zero: w
  - backward: x * sum(h)
""",
    "batch statistics": """
function: solve(model, x)
data: {x: [[1.0], [2.0], [4.0]]}
modules: {model: "BatchNorm1d(1)"}
tensors: {model.weight: [1.5], model.bias: [0.5]}
steps:
  - backward: sum(model(x)**3)
  - zero: model
  - backward: sum(model(x)**3)
""",
    "tied parameters": """
function: solve(a, b, x)
data: {x: [[1.0, 2.0]]}
modules: {a: "Linear(2, 2, bias=False)", b: "Linear(2, 2, bias=False)"}
tensors: {a.weight: [[0.1, 0.2], [0.3, 0.4]], b.weight: a.weight}
steps:
  - backward: sum(b(x))
  - set: {a.weight.grad: b.weight.grad * 2}
  - backward: sum(a(x)**2)
  - {clip: {of: b, max_norm: 1.0}}
""",
    "an error": """
function: solve(x)
tensors: {x: [2.0]}
steps:
  - let: {y: x**2}
  - backward: y
  - zero: x
  - {backward: y, raises: second time}
""",
}


@dataclass(frozen=True)
class Compared:
    """The answers of replays, and those of the whole program, a new one for each request."""

    answers: dict
    whole: dict


@pytest.fixture
def compare(engine):
    """Replay each call on these states in two ways."""

    def compare(prepared, requests):
        exercise = prepared.exercise
        replays = [
            ReplayProgram(
                each.case,
                0,
                start_of_own_steps(exercise.steps, each.step),
                each.step,
                prepared.leaves,
                each.before,
                from_setup=True,
            )
            for each in requests
        ]
        cases = [case.tensors for case in prepared.cases]
        found = engine.run_replays(ReplayJob(exercise.setup, cases, exercise.steps, replays, LIMITS, exercise.uses_optimizer))
        whole = {each: {**each.before, **changes} for each, changes in zip(requests, found, strict=True) if changes is not None}
        answers = replay(prepared, requests, engine, SETTINGS)
        return Compared({each: numbers(state) for each, state in answers.items()}, {each: numbers(whole[each]) for each in whole})

    return compare


def numbers(state):
    """A state as text, in which NaN equals NaN and -0.0 equals 0.0."""
    return {
        name: [repr(part and replace(part, data=tuple(n + 0.0 for n in part.data))) for part in (leaf.value, leaf.grad)]
        for name, leaf in state.items()
    }


def requests_of(prepared, engine, wrong_programs, states_of_each):
    """Each call on some states that wrong programs leave."""
    exercise, rand = prepared.exercise, random.Random(prepared.exercise.id)
    programs = [
        (program(exercise, steps, case), number) for steps in wrong_programs for number, case in enumerate(prepared.cases)
    ]
    runs = run_reference([exercise], [each for each, _ in programs], engine, SETTINGS)
    calls = [index for index, step in enumerate(exercise.steps) if step.is_call]
    found = {}
    for run, (_, case) in zip(runs, programs, strict=True):
        states = [step.call.after for step in run.steps if step.call] if run.before else []
        for state in rand.sample(states, min(states_of_each, len(states))):
            found |= {ReplayRequest(case, index, state): None for index in rand.sample(calls, min(20, len(calls)))}
    return list(found)


def prepared_sample(text, engine):
    source, problems = read_text(HEAD + text, "exercise.yaml")
    assert not problems
    exercise, problems = read_exercise(source, ExerciseFolder("core", "sample", 1))
    assert [str(problem) for problem in problems] == []
    (prepared,) = prepare([exercise], engine, SETTINGS)
    return prepared


def wrong_programs(exercise, count):
    made = [runnable(exercise, mutant.steps) for mutant in mutants(exercise)]
    return random.Random(exercise.id).sample(made, min(count, len(made)))


def test_replays_of_the_course_leave_what_whole_programs_leave(each_exercise, engine, compare):
    (prepared,) = prepare([each_exercise], engine, SETTINGS)
    requests = requests_of(prepared, engine, wrong_programs(each_exercise, 4), 2)
    compared = compare(prepared, requests)
    assert compared.answers == compared.whole
    assert compared.answers or not requests


@pytest.mark.parametrize("name", SAMPLES)
def test_replays_leave_what_whole_programs_leave_where_the_past_matters(name, engine, compare):
    prepared = prepared_sample(SAMPLES[name], engine)
    steps = prepared.exercise.steps
    programs = [[*steps[:place], *steps[place + 1 :]] for place, step in enumerate(steps) if step.is_call]
    requests = requests_of(prepared, engine, [[replace(step, raises=None) for step in each] for each in programs], 4)
    compared = compare(prepared, requests)
    assert compared.answers == compared.whole
    assert {request.step for request in compared.answers} == {place for place, step in enumerate(steps) if step.is_call}


ODD_STATES = [
    LeafState(tensor(5.0), tensor(7.0)),
    LeafState(tensor(float("nan")), tensor(float("inf"))),
    LeafState(tensor(-0.0), None),
    LeafState(tensor(5.0, dtype="float64"), tensor(7.0, dtype="float64")),
    LeafState(tensor(5.0, dtype="float64"), None),
    LeafState(tensor(5.0, 6.0), tensor(7.0, 8.0)),
    LeafState(tensor(5.0, 6.0), None),
    LeafState(tensor(5.0, shape=()), tensor(1.0, shape=())),
    LeafState(tensor(5.0), tensor(7.0, 8.0)),  # torch refuses such a gradient
    LeafState(tensor(), None),
    LeafState(tensor(3, dtype="int64"), None),
]


@pytest.mark.parametrize("name", ["an alias of a gradient", "momentum"])
def test_a_state_of_another_shape_or_dtype_changes_no_later_replay(name, engine, compare):
    prepared = prepared_sample(SAMPLES[name], engine)
    calls = [place for place, step in enumerate(prepared.exercise.steps) if step.is_call]
    order = [*range(len(ODD_STATES)), *random.Random(name).choices(range(len(ODD_STATES)), k=30)]
    (leaf,) = prepared.leaves
    requests = [ReplayRequest(0, step, {leaf: replace(ODD_STATES[number])}) for number in order for step in calls]
    compared = compare(prepared, requests)
    assert compared.answers == compared.whole
    assert 0 < len(compared.answers) < len(requests)


def test_a_step_that_was_left_out_of_the_exercise_is_not_performed(engine, compare):
    """The diagnosis grades as if the exercise did not have some steps; the expected states are those with them."""
    whole = prepared_sample(SAMPLES["a loss that an earlier step bound"], engine)
    for gone in [index for index, step in enumerate(whole.exercise.steps) if step.verb in ("zero", "set")]:
        exercise = replace(whole.exercise, steps=whole.exercise.steps[:gone] + whole.exercise.steps[gone + 1 :])
        runs = tuple(replace(run, steps=run.steps[:gone] + run.steps[gone + 1 :]) for run in whole.expected)
        prepared = Prepared(exercise, whole.cases, runs)
        compared = compare(prepared, requests_of(prepared, engine, [whole.exercise.steps], 3))
        assert compared.answers == compared.whole


def loop(passes, leaves=1):
    """A training loop by hand."""
    names = [f"w{number}" for number in range(leaves)]
    tensors = ", ".join(f"{name}: [{number}.5, 1.0]" for number, name in enumerate(names))
    backwards = "".join(f"      - backward: sum({name}**2)\n" for name in names)
    update = ", ".join(f"{name}: {name} - 0.1*{name}.grad" for name in names)
    return f"""
function: solve()
tensors: {{{tensors}}}
steps:
  - for: i
    in: range({passes})
    do:
{backwards}      - set: {{{update}}}
      - zero: [{", ".join(names)}]
"""


class Written:
    """An engine that writes the lines of replays, and answers that nothing changed."""

    def run_replays(self, job):
        writer = ReplayWriter(job)
        self.lines = [writer.line(replay) for replay in job.replays]
        return tuple({} for _ in self.lines)

    @property
    def bytes(self):
        return sum(map(len, self.lines))


def requests_for_all_states(prepared):
    """The step of each call on the state before it, with other LeafState objects than the expected ones."""
    states = {}
    for index, step in enumerate(prepared.expected[0].steps):
        if step.call is not None:
            before = {name: states.setdefault(id(leaf), replace(leaf)) for name, leaf in step.call.before.items()}
            yield ReplayRequest(0, index, before)


def test_twice_the_passes_of_a_loop_cost_twice_the_bytes(engine):
    costs = []
    for passes in (20, 40):
        prepared, written = prepared_sample(loop(passes), engine), Written()
        replay(prepared, list(requests_for_all_states(prepared)), written, SETTINGS)
        costs.append(written.bytes)
        documents = [json.loads(line.splitlines()[-1])["replay"] for line in written.lines]
        assert len(documents) == 3 * passes
        assert sum(len(document["steps"]) for document in documents) == 3 * passes
        assert sum(len(document["new_steps"]) for document in documents) == 3
    assert costs[1] <= 2.1 * costs[0]


def test_a_replay_sends_only_the_leaves_that_its_step_uses_and_that_changed(engine):
    costs = []
    for leaves in (20, 40):
        prepared, written = prepared_sample(loop(2, leaves), engine), Written()
        requests = [each for each in requests_for_all_states(prepared) if prepared.exercise.steps[each.step].verb == "backward"]
        replay(prepared, requests, written, SETTINGS)
        sent = [json.loads(line.splitlines()[-1])["replay"]["before"] for line in written.lines]
        assert len(sent) == 2 * leaves
        assert sum(map(len, sent)) == 2 * leaves
        costs.append(written.bytes - len(written.lines[0].splitlines()[0]))
    assert costs[1] <= 2.1 * costs[0]


@pytest.mark.parametrize("passes", [10, 20])
def test_the_steps_before_a_step_of_momentum_are_sent_and_performed_once(engine, passes):
    prepared, written = prepared_sample(SAMPLES["momentum"].replace("range(3)", f"range({passes})"), engine), Written()
    steps = [index for index, step in enumerate(prepared.exercise.steps) if step.verb == "step"]
    states = [{"w": LeafState(tensor(number), tensor(1.0))} for number in range(5)]
    replay(prepared, [ReplayRequest(0, step, state) for state in states for step in steps], written, SETTINGS)
    documents = [json.loads(line.splitlines()[-1])["replay"] for line in written.lines]
    assert [document["walk"] for document in documents] == ["on"] * 5 * passes
    assert sum(document["own"] for document in documents) == 3 * passes - 1


def test_equal_questions_are_asked_once(engine):
    prepared = prepared_sample(loop(10), engine)
    calls = [index for index, step in enumerate(prepared.exercise.steps) if step.verb == "backward"]
    states = [{"w0": LeafState(tensor(number, 1.0), None)} for number in range(3)]
    requests = [ReplayRequest(0, call, dict(state)) for call in calls for state in states]
    written = Written()
    assert set(replay(prepared, requests, written, SETTINGS)) == set(requests)
    assert len(written.lines) == len(states)
