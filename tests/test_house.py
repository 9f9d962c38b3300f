"""The rules that tools check: style, types, which room may import which, and what an import loads."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOOLS = Path(sys.executable).parent

pytestmark = [pytest.mark.house, pytest.mark.processes]


def run(*command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def tool(name):
    """The tool of this environment, or the one on the path."""
    found = shutil.which(name, path=TOOLS) or shutil.which(name)
    assert found is not None, f"{name} is missing: pip install -e '.[dev]'"
    return found


def test_ruff_finds_nothing():
    run(tool("ruff"), "check", ".")


def test_everything_is_formatted():
    run(tool("ruff"), "format", "--check", ".")


def test_mypy_finds_nothing():
    run(tool("mypy"))


def test_imports_point_down():
    run(tool("lint-imports"))


def test_the_command_line_loads_nothing_heavy():
    heavy = "{'torch', 'numpy', 'rich', 'pydantic', 'yaml'}"
    run(sys.executable, "-c", f"import sys, grader.cli.main; assert not {heavy} & set(sys.modules), set(sys.modules)")


def test_the_root_conftest_loads_nothing_heavy():
    """Otherwise every single pure file costs seconds."""
    heavy = "{'grader', 'torch', 'numpy', 'rich', 'pydantic', 'yaml', 'hypothesis'}"
    run(sys.executable, "-c", f"import sys; sys.path.insert(0, 'tests'); import conftest; assert not {heavy} & set(sys.modules)")


def test_the_library_loads_no_torch():
    run(sys.executable, "-c", "import sys, grader.library; assert not {'torch', 'rich'} & set(sys.modules)")
