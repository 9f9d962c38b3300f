"""`docs/architecture.md` describes the folders that exist, on the floors of the import contract."""

import re
import tomllib

import pytest
from helpers.sources import ROOT

GRADER = ROOT / "grader"
ROOMS = {path.name for path in GRADER.iterdir() if (path / "__init__.py").exists()}
MODULES = {path.stem for path in GRADER.glob("*.py") if not path.name.startswith("__")}


@pytest.fixture(scope="module")
def document():
    return (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def floors():
    """The names on each floor of the import contract, from the top."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = [each["layers"] for each in contracts if each["type"] == "layers"]
    return [set(re.findall(r"\w+", layer)) for layer in layers]


def names_in(text):
    """The rooms (`marking/`) and modules (`errors.py`) that are named; a room inside another one is not counted."""
    named = re.findall(r"(?<![\w/.])(?:grader/)?(\w+)(?:/(?!\w)|\.py\b)", text)
    return [name for name in named if name != "grader" and not list(GRADER.glob(f"*/{name}/__init__.py"))]


def floors_of_picture(document):
    """The names in each line of the first code block that has any."""
    picture = re.search(r"^```\w*\n(.*?)^```$", document, re.MULTILINE | re.DOTALL)[1]
    return [names for line in picture.splitlines() if (names := names_in(line))]


def test_every_room_has_a_paragraph_and_no_other(document):
    headings = re.findall(r"^### (.*)$", document, re.MULTILINE)
    described = [name for heading in headings for name in names_in(heading)]
    assert sorted(described) == sorted(ROOMS | MODULES)


def test_a_paragraph_follows_each_heading(document):
    assert re.findall(r"^### .*\n+(?=#|\Z)", document, re.MULTILINE) == []


def test_the_picture_shows_every_room_once(document):
    shown = [name for line in floors_of_picture(document) for name in line]
    assert sorted(shown) == sorted(ROOMS | MODULES)


def test_the_picture_has_the_floors_of_the_import_contract(document, floors):
    floor_of = {name: number for number, names in enumerate(floors) for name in names}
    shown = [floor_of[name] for line in floors_of_picture(document) for name in line if name in floor_of]
    assert shown == sorted(shown)
    assert len(shown) == len(floor_of)


def test_a_picture_is_read():
    document = "# The house\n\n```\n  cli/   pytest_plugin.py    people\n  marking/     points/hour\n```\n"
    assert floors_of_picture(document) == [["cli", "pytest_plugin"], ["marking"]]
    assert names_in("### `grader/check/` (with `oracles/`) and `grader/nowhere/`") == ["check", "nowhere"]
