"""The guides are true: the list of exercises, the transcripts, the keys, and the rooms of the architecture."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from grader.cli.main import main
from grader.library import load_exercises
from grader.records.exercise import CALL_VERBS
from grader.spec.file import ExerciseInFile, StepInFile

ROOT = Path(__file__).parent.parent
GRADER = ROOT / "grader"
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
AUTHORING = (ROOT / "docs/authoring.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
MODIFIERS = {"expect", "ignore", "raises", "optional", "points", "note"}
EXERCISE = """\
id: mine
title: Mine
kind: write
function: solve(x)
none_is_zero: false
steps:
  - backward: x**2
  - backward: x**3
  - zero: x
  - backward: x
"""


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", AUTHORING, re.MULTILINE | re.DOTALL)


def first_cells(heading):
    """The names in the first column of the table with this heading."""
    (table,) = re.findall(rf"^\| {heading} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", AUTHORING, re.MULTILINE)
    return re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)


def keys(form):
    return {field.alias or name for name, field in form.model_fields.items()}


@pytest.fixture
def load(tmp_path):
    def load(text):
        folder = tmp_path / "exercises" / "core" / "01-mine"
        folder.mkdir(parents=True)
        (folder / "exercise.yaml").write_text(text, encoding="utf-8")
        (exercise,) = load_exercises(tmp_path / "exercises")
        return exercise

    return load


def test_the_course_page_lists_the_exercise_files(capsys):
    course = (ROOT / "docs/course.md").read_text(encoding="utf-8")
    assert main(["list", "--markdown", "--exercises", str(ROOT / "exercises")]) == 0
    assert course == capsys.readouterr().out, "write it again: python -m grader list --markdown > docs/course.md"


def test_no_exercise_is_easier_than_the_one_before_it():
    exercises = load_exercises(ROOT / "exercises")
    for track in {exercise.track for exercise in exercises}:
        levels = [exercise.level for exercise in exercises if exercise.track == track]
        assert levels == sorted(levels)


def test_every_explanation_links_to_the_documentation_of_pytorch():
    for exercise in load_exercises(ROOT / "exercises"):
        assert re.search(r"https://docs\.pytorch\.org/docs/stable/\S+\.html", exercise.explain), exercise.id


def test_the_readme_links_to_every_guide():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [guide.name for guide in (ROOT / "docs").glob("*.md") if f"(docs/{guide.name})" not in readme] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_to_a_file(page):
    links = re.findall(r"\]\((?!https?:|#|\$)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_section_has_a_row():
    assert set(first_cells("section")) == keys(ExerciseInFile)


def test_every_verb_and_every_modifier_has_a_row():
    assert set(first_cells("verb")) == keys(StepInFile) - MODIFIERS - {"in", "do"}
    assert set(first_cells("beside the verb")) == MODIFIERS
    assert "`backward`, `zero`, `step`, `clip` and `set` are what a student's run shows" in AUTHORING
    assert {"backward", "zero", "step", "clip", "set"} == CALL_VERBS


def test_every_link_inside_the_authors_guide_has_a_target():
    titles = re.findall(r"^## (.*)$", AUTHORING, re.MULTILINE)
    headings = {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}
    links = re.findall(r"\]\(#([^)]*)\)", AUTHORING)
    assert len(links) > 5
    assert set(links) <= headings


def test_the_mistakes_and_the_redraws_of_the_guide_are_valid(load):
    (wrong,) = [block for block in blocks("yaml") if block.startswith("wrong:")]
    (tensors,) = [block for block in blocks("yaml") if block.startswith("tensors:")]
    (invisible,) = [block for block in blocks("yaml") if block.startswith("invisible:")]
    exercise = load(EXERCISE + wrong + tensors + invisible)
    assert [len(each.steps) for each in exercise.wrong] == [3, 4, 1]
    assert exercise.setup.tensors["scale"].redraw == (0.1, 0.9)
    assert len(exercise.invisible) == 1


def commands(block):
    """Each command of a transcript, and its output."""
    return [(line, said) for line, said in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)]


def measured(text):
    """Without the parts that differ from run to run, or with each new mutation operator."""
    return re.sub(r"  +", "  ", re.sub(r"\d+(\.\d+)? s\b", "1 s", re.sub(r"\d+/\d+|\d+ of \d+ mutants|\d+ are", "1", text)))


@pytest.mark.processes
def test_the_transcript_is_what_the_grader_prints(tmp_path, monkeypatch, capsys):
    """From `new` over an error to green, with the three files of the guide."""
    (tmp_path / "exercises").mkdir()
    (tmp_path / "solutions").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    (spec,) = [block for block in blocks("yaml") if block.startswith("# yaml-language-server")]
    starter, reference = blocks("python")
    folder = tmp_path / "exercises/core/01-half-a-loss"

    def check(line, said):
        main(shlex.split(line.removeprefix("python -m grader ")))
        assert measured(capsys.readouterr().out).strip() == measured(said).strip()

    transcripts = [commands(block) for block in blocks("console") if "half-a-loss" in block]
    ((new,), (reset, wrong), (green,)) = transcripts
    check(*new)
    for name, text in (("exercise.yaml", spec), ("starter.py", starter), ("reference.py", reference)):
        assert (folder / name).is_file()
        (folder / name).write_text(text, encoding="utf-8")
    check(*reset)
    check(*wrong)
    (folder / "exercise.yaml").write_text(spec.replace("[26.0]", "[23.0]"), encoding="utf-8")
    check(*green)
    assert "1 of 1 exercises proven" in green[1]


def test_every_room_has_a_paragraph_in_the_architecture_and_every_paragraph_a_room():
    folders = [f"grader/{each.name}/" for each in GRADER.iterdir() if (each / "__init__.py").exists()]
    modules = [f"grader/{each.name}" for each in GRADER.glob("*.py") if not each.stem.startswith("__")]
    headings = re.findall(r"^### `(.*)`$\n(?=\S)", ARCHITECTURE, re.MULTILINE)
    assert sorted(headings) == sorted(folders + modules)


def test_the_floors_in_the_picture_are_those_of_the_import_contract():
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [each for each in pyproject["tool"]["importlinter"]["contracts"] if each["type"] == "layers"]
    layers = [set(layer.split(" | ")) for layer in contract["layers"]]
    rooms = set().union(*layers)
    picture = re.search(r"^```\n(.*?)process boundary", ARCHITECTURE, re.MULTILINE | re.DOTALL)
    floors = [rooms & set(re.findall(r"\w+", line)) for line in picture[1].splitlines()]
    assert [floor for floor in floors if floor] == layers


def test_every_file_that_the_architecture_names_exists():
    files = re.findall(r"`([\w./-]+\.(?:py|md|toml))`", ARCHITECTURE)
    assert len(files) > 30
    assert [file for file in files if not ((ROOT / file).exists() or (GRADER / file).exists())] == []
