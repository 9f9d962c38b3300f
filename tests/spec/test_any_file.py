"""Any text is either read or its problems are reported; nothing else happens."""

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.spec.read_exercise import ExerciseFolder, read_exercise
from grader.spec.yaml_source import read_file, read_text

FILES = sorted((Path(__file__).parents[2] / "exercises").glob("*/*/exercise.yaml"))
DATA = {file.parent.name: read_file(file, file.name)[0].data for file in FILES}
ODD = [None, True, 0, -1, 2.5, "", "x", "x.grad", "sum(", "a, b", "nope", [], {}, [1.0], [[1.0], 2], ["x"], {"x": 1}, {"of": "x"}]


def paths(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from paths(each, (*path, key))


def changed(value, path, new):
    """A copy of the data with another value at `path`; `...` removes it."""
    value = json.loads(json.dumps(value))
    parent = value
    for part in path[:-1]:
        parent = parent[part]
    if new is ...:
        del parent[path[-1]]
    else:
        parent[path[-1]] = new
    return value


@st.composite
def spoilt_files(draw):
    data = DATA[draw(st.sampled_from(sorted(DATA)))]
    for _ in range(draw(st.integers(1, 3))):
        found = [path for path in paths(data) if path]
        path = draw(st.sampled_from(found))
        data = changed(data, path, draw(st.sampled_from([..., *ODD])))
    return json.dumps(data, indent=1)


@settings(max_examples=2 * settings().max_examples)
@given(spoilt_files())
def test_a_changed_exercise_is_read_or_its_problems_are_reported(text):
    source, problems = read_text(text, "exercise.yaml")
    if source is not None:
        exercise, found = read_exercise(source, ExerciseFolder("core", "spoilt", 1))
        problems = problems + found
    else:
        exercise = None
    assert exercise is not None or problems
    for problem in problems:
        assert str(problem).startswith("exercise.yaml")
        assert problem.message[-1] in ".?", problem.message


@settings(max_examples=2 * settings().max_examples)
@given(st.text(alphabet="abx:-[]{}'\"|>#&*!%@,?\n\t 01.~", max_size=60))
def test_any_text_is_read_or_its_problems_are_reported(text):
    source, problems = read_text(text, "exercise.yaml")
    if source is not None:
        _, found = read_exercise(source, ExerciseFolder("core", "any", 1))
        problems = problems + found
    assert problems
    for problem in problems:
        assert str(problem).startswith("exercise.yaml")
