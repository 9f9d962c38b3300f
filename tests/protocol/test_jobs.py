"""A worker gets its job, one case at a time, and nothing that gives an answer away."""

import json
from dataclasses import replace

from grader.expressions.parse import parse
from grader.protocol.jobs import case_line, hello_line, program, program_line, student_job, student_line
from grader.records.case import Case
from grader.records.exercise import (
    Backward,
    Exercise,
    Expectation,
    Limits,
    OptimizerStep,
    Setup,
    Step,
    TensorSpec,
    TorchName,
    Zero,
)

BACKWARD = Step(
    "backward",
    Backward((parse("x**2"),)),
    1,
    "backward: x**2",
    expect=(Expectation(parse("x.grad"), "x.grad", (123.0,)),),
)
EXERCISE = Exercise(
    id="core/secret-name",
    path="/home/teacher/exercises/core/secret-name",
    title="t",
    kind="write",
    function="solve",
    parameters=("x",),
    setup=Setup(tensors={"x": TensorSpec((2.0,))}),
    steps=(BACKWARD, Step("zero", Zero((parse("x"),)), 2, "zero: x")),
    returns=parse("x.grad"),
    limits=Limits(0.5, 64),
)
CASE = Case(0, EXERCISE.setup.tensors)
SETUP = {"data": {}, "modules": {}, "tensors": {"x": {"value": [2.0], "dtype": "float32"}}, "optimizers": {}}


def read(line):
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    return json.loads(line)


def test_a_students_job_is_sent_without_steps_values_cases_or_paths():
    job = student_job(EXERCISE, "def solve(x): pass\n", "s.py", [case_line(EXERCISE, CASE)])
    assert read(student_line(job)) == {
        "job": "student",
        "source": "def solve(x): pass\n",
        "filename": "s.py",
        "function": "solve",
        "parameters": ["x"],
        "every_call": False,
        "reports_frozen": False,
    }
    assert [read(case) for case in job.cases] == [{"case": SETUP}]


def test_a_reference_job_has_steps_and_expressions_but_no_expected_values():
    line = read(program_line(program(EXERCISE, EXERCISE.steps, CASE)))
    sent = line["program"]
    assert sent["setup"] == SETUP
    assert sent["returns"] == "x.grad"
    assert [(step["verb"], step["of"], step["look"]) for step in sent["steps"]] == [
        ("backward", ["x**2"], ["x.grad"]),
        ("zero", ["x"], []),
    ]
    assert "123" not in json.dumps(line)


def test_the_hello_has_the_device():
    assert read(hello_line("cuda:1")) == {"job": "hello", "device": "cuda:1"}


def test_a_job_needs_an_optimizer_if_the_exercise_has_one_or_the_source_names_one():
    assert not student_job(EXERCISE, "import torch", "s.py", []).needs_optimizer
    assert student_job(EXERCISE, "torch.optim.SGD", "s.py", []).needs_optimizer


def test_a_step_of_an_optimizer_is_sent_by_its_name():
    step = Step("step", OptimizerStep("optimizer"), 1, "step: optimizer")
    sent = read(program_line(program(EXERCISE, [step], CASE)))["program"]
    assert sent["steps"] == [{"verb": "step", "is_call": True, "look": [], "optimizer": "optimizer"}]


def test_a_job_has_the_names_of_torch_only_if_the_exercise_has_some():
    ruled = replace(EXERCISE, uses=(TorchName("torch.autograd.grad"),), forbids=(TorchName("torch.optim"),))
    names = [json.loads(student_line(student_job(each, "", "s.py", []))).get("torch_names") for each in (EXERCISE, ruled)]
    assert names == [None, ["torch.autograd.grad", "torch.optim"]]
