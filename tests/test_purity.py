"""The guard of the pure tests: whatever starts a process or loads torch fails, and which tests are pure is found out rightly."""

import os
import subprocess
import sys
from contextlib import suppress
from types import SimpleNamespace

import pytest
from helpers.purity import NotPure, is_pure, starting_nothing
from helpers.sources import ROOT

STARTS = {
    "subprocess": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
    "fork": lambda: os.fork() or os._exit(0),
    "posix_spawn": lambda: os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}),
    "system": lambda: os.system("true"),
    "torch": lambda: sys.audit("import", "torch", None, sys.path, sys.meta_path, sys.path_hooks),
}
IMPURE = """
import subprocess
def test_that_starts_a_process():
    subprocess.run(["true"])
"""


@pytest.mark.parametrize("start", STARTS)
def test_nothing_is_started_under_the_guard(start):
    with pytest.raises(NotPure), starting_nothing():
        STARTS[start]()


def test_an_attempt_counts_even_if_the_error_is_caught():
    with pytest.raises(NotPure, match="subprocess"), starting_nothing(), suppress(NotPure):
        STARTS["subprocess"]()


@pytest.mark.processes
def test_after_the_guard_everything_may_be_started():
    with starting_nothing():
        pass
    STARTS["subprocess"]()


def test_this_test_is_pure(request):
    assert request.node.get_closest_marker("pure")


@pytest.mark.processes
def test_a_test_with_the_mark_is_not(request):
    assert not request.node.get_closest_marker("pure")


@pytest.mark.parametrize(
    ("path", "fixtures", "expected"),
    [
        ("marking/test_values.py", ["tmp_path"], True),
        ("marking/test_values.py", ["session", "engine"], False),
        ("engines/test_local.py", [], False),
        ("check/oracles/test_sgd.py", [], False),
    ],
)
def test_folder_imports_and_fixtures_decide(path, fixtures, expected):
    item = SimpleNamespace(path=ROOT / "tests" / path, fixturenames=fixtures, get_closest_marker=lambda name: None)
    assert is_pure(item) is expected


@pytest.mark.processes
def test_a_pure_test_that_starts_a_process_fails(tmp_path):
    (tmp_path / "test_impure.py").write_text(IMPURE, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", tmp_path, "-p", "conftest"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-m", "pure", tmp_path / "test_impure.py"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert "NotPure: subprocess.Popen" in done.stdout
