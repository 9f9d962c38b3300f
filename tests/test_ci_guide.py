"""docs/ci.md says what is: every format is in its table, and every command in it is one."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
import yaml

from grader.cli.main import build_parser, main
from grader.cli.options import FORMATS

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^(?: +- )?python3?(?: -I)? -m grader (.*)$", GUIDE, re.MULTILINE)


def test_every_format_has_its_row():
    assert tuple(re.findall(r"^\| `([a-z][a-z0-9-]*)` \|", GUIDE, re.MULTILINE)) == FORMATS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_understood(command):
    words = shlex.split(command)
    build_parser().parse_args(words if words[0] in ("ci", "export", "batch") else ["grade", *words])


def test_every_yaml_is_yaml():
    documents = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)]
    assert all(isinstance(document, dict) for document in documents)
    assert documents


def test_what_the_guide_says_of_gradescope_works(tmp_path, monkeypatch):
    """In folders of our own, and without the cage."""
    (line,) = [line for line in COMMANDS if "gradescope=" in line]
    shutil.copytree(ROOT / "exercises", tmp_path / "exercises")
    monkeypatch.chdir(tmp_path)
    solution = ROOT / "solutions/core/gradients_pile_up.py"
    line = line.replace("/autograder/submission", str(solution)).replace("/autograder/results", str(tmp_path))
    assert main([*shlex.split(line.replace("--sandbox full", "")), "--device", "cpu"]) == 0
    assert '"name": "core/gradients-pile-up"' in (tmp_path / "results.json").read_text(encoding="utf-8")
