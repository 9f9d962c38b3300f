"""docs/ci.md is true: its table has every format, and its commands and examples are valid."""

import re
import shlex
import zipfile
from pathlib import Path

import pytest
import yaml

from grader.cli.main import main, parse_arguments
from grader.cli.options import FORMATS

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^(?: +- )?python3?(?: -I)? -m grader (.*)$", GUIDE, re.MULTILINE)


def test_every_format_has_its_row():
    assert tuple(re.findall(r"^\| `([a-z][a-z0-9-]*)` \|", GUIDE, re.MULTILINE)) == FORMATS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_understood(command):
    words = shlex.split(command)
    parse_arguments(words)


def test_every_yaml_block_is_valid_yaml():
    documents = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)]
    assert all(isinstance(document, dict) for document in documents)
    assert documents


def test_the_zip_for_gradescope_has_the_scripts_of_the_guide(tmp_path, monkeypatch):
    """tests/cli/test_gradescope_zip.py runs these scripts."""
    (line,) = [line for line in COMMANDS if "--gradescope" in line]
    monkeypatch.chdir(tmp_path)
    assert main([*shlex.split(line), "--exercises", str(ROOT / "exercises")]) == 0
    with zipfile.ZipFile("autograder.zip") as opened:
        named = set(re.findall(r"^- `([\w.]+)`", GUIDE, re.MULTILINE)) & set(opened.namelist())
        assert named == {"setup.sh", "run_autograder"}
        assert b"/opt/autograd-grader" in opened.read("setup.sh")
        assert b"-I -m grader grade" in opened.read("run_autograder")
