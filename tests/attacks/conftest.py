"""One engine with a sandbox for all attacks, and a folder that they must neither read nor change."""

import os
import socket
from types import SimpleNamespace

import pytest
from helpers.corpora import armed_against, cases_in

from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.engines.make import make_engine
from grader.library import load_exercises

HONEST = "def solve(x):\n    (x**2).backward()\n    (x**3).backward()\n    x.grad.zero_()\n    (x**2 + x).backward()\n"
SECRET = "never-shown-to-a-student"
EXERCISE = """\
id: {id}
title: Gradients pile up
concept: backward adds to .grad
level: 1
kind: write
function: solve(x)
task: What to do.
tensors:
  x: [2.0]
steps:
  - backward: x**2
    expect: {{x.grad: [4.0]}}
  - backward: x**3
    expect: {{x.grad: [16.0]}}
  - zero: x
    expect: {{x.grad: [0.0]}}
  - backward: x**2 + x
    expect: {{x.grad: [5.0]}}
none_is_zero: false
cases: {{hidden: 1}}
limits: {{seconds: 1.5, memory_mb: 128}}
"""


def _attack(case):
    unsaid = {"says": None, "hides": None, "next": "passed"}
    return SimpleNamespace(name=case.name, source=case.source, next_source=case.next_source or HONEST, **unsaid | case.expect)


def pytest_generate_tests(metafunc):
    if "attack" in metafunc.fixturenames:
        metafunc.parametrize("attack", cases_in("attacks"), ids=lambda case: case.name, indirect=True)


@pytest.fixture
def attack(request):
    """What a student submits, and what the grader must make of it."""
    return _attack(request.param)


@pytest.fixture
def honest():
    return HONEST


@pytest.fixture
def all_attacks():
    return [_attack(case) for case in cases_in("attacks")]


@pytest.fixture(scope="session")
def write_exercises():
    """Write equal exercises with these ids into a folder."""

    def write_exercises(folder, names):
        for number, name in enumerate(names, 1):
            path = folder / "attacks" / f"{number:02}-{name}" / "exercise.yaml"
            path.parent.mkdir(parents=True)
            path.write_text(EXERCISE.format(id=name), encoding="utf-8")
        return load_exercises(folder)

    return write_exercises


@pytest.fixture(scope="session")
def sandboxed():
    """The engine, started from an environment with a secret."""
    os.environ["ATTACK_SECRET"] = SECRET
    engine = make_engine(sandbox="full")
    yield engine
    engine.close()
    del os.environ["ATTACK_SECRET"]


@pytest.fixture(scope="session")
def exercises(tmp_path_factory, write_exercises):
    """The exercise of the attack, and one that the same student solves."""
    return write_exercises(tmp_path_factory.mktemp("course"), ["attacked", "honest"])


@pytest.fixture(scope="session")
def sandboxed_session(sandboxed, exercises):
    return GradingSession(sandboxed, Settings("the-seed-of-the-attacks"))


@pytest.fixture(scope="session")
def target(tmp_path_factory):
    """A folder of files, and two sockets to which no attack may connect."""
    folder = tmp_path_factory.mktemp("target")
    (folder / "empty").mkdir()
    (folder / "neighbour.py").write_text(f"SECRET = '{SECRET}'\nprint('NEIGHBOURS')\n", encoding="utf-8")
    (folder / "exercise.yaml").write_text(f"expect: {SECRET}\n", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        server.settimeout(0)
        local.bind(str(folder / "socket"))
        local.listen()
        local.settimeout(0)
        yield SimpleNamespace(folder=folder, port=server.getsockname()[1], servers=(server, local))


@pytest.fixture(scope="session")
def armed(target):
    """The source of an attack, with the folder, pid and port of its target."""

    def armed(source):
        return armed_against(source, target.folder, os.getpid(), target.port)

    return armed
