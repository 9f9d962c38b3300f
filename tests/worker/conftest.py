"""Fixtures that run cases and programs in this process and keep every message in a list."""

import textwrap
from types import SimpleNamespace

import pytest

from grader.worker import reference, student


def leaf(value, dtype="float32"):
    return {"value": value, "dtype": dtype}


def setup_document(tensors, data=None, modules=None, optimizers=None):
    return {
        "data": data or {},
        "modules": modules or {},
        "tensors": {name: spec if isinstance(spec, dict) else leaf(spec) for name, spec in tensors.items()},
        "optimizers": optimizers or {},
    }


def by_kind(messages):
    ends = [message for message in messages if message["message"] == "end"]
    return SimpleNamespace(
        messages=messages,
        start=messages[0],
        calls=[message for message in messages if message["message"] == "call"],
        facts=[message for message in messages if message["message"] == "fact"],
        used=[(message["name"], message["called"], message["line"]) for message in messages if message["message"] == "used"],
        unusable={message["name"]: message["fix"] for message in messages if message["message"] == "unusable-name"},
        frozen=[message["leaves"] for message in messages if message["message"] == "frozen"],
        performed=[message for message in messages if message["message"] == "performed"],
        end=ends[0],
        kinds=[message["kind"] for message in messages if message["message"] == "call"],
    )


@pytest.fixture
def run_student():
    """Run a source on one case. `tensors` default to x = [2]; the parameters default to everything declared."""

    def run(
        source,
        tensors=None,
        *,
        parameters=None,
        function="solve",
        filename="solution.py",
        send=None,
        hidden=False,
        every_call=False,
        torch_names=(),
        reports_frozen=False,
        **setup,
    ):
        document = setup_document({"x": [2.0]} if tensors is None else tensors, **setup)
        names = [*document["tensors"], *document["data"], *document["modules"], *document["optimizers"]]
        job = {
            "source": textwrap.dedent(source),
            "filename": filename,
            "function": function,
            "parameters": [name for name in names if "." not in name] if parameters is None else parameters,
            "device": "cpu",
            "hidden": hidden,
            "every_call": every_call,
            "torch_names": torch_names,
            "reports_frozen": reports_frozen,
        }
        messages = []
        student.run_case(job, document, send or messages.append)
        return by_kind(messages)

    return run


@pytest.fixture
def run_steps():
    """Run steps on one case."""

    def run(steps, tensors=None, *, returns=None, torch_names=(), **setup):
        document = setup_document({"x": [2.0]} if tensors is None else tensors, **setup)
        program = {"setup": document, "steps": steps, "returns": returns, "torch_names": torch_names}
        messages = []
        reference.run_program(program, "cpu", messages.append)
        return by_kind(messages)

    return run
