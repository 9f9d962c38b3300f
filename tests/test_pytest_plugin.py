"""`pytest exercises --grader-solutions solutions` in its own process, as a course runs it."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent
EXERCISE = """\
id: {slug}
title: An exercise
kind: write
function: solve(x)
task: Call backward on x**2.
level: {level}
tensors:
  x: [2.0]
steps:
  - backward: x**2
    expect: {{x.grad: [4.0]}}
none_is_zero: false
"""
ONLY_THE_PLUGIN = """\
import sys

def test_modules():
    ours = {name for name in sys.modules if name.partition(".")[0] == "grader"}
    assert ours == {"grader", "grader.devices", "grader.pytest_plugin", "grader.version"}
    assert not {"torch", "pydantic", "yaml", "rich"} & set(sys.modules)
"""
SOLUTIONS = {
    "core/first": "def solve(x):\n    (x**2).backward()\n",
    "core/second": "def solve(x):\n    print('\\x1b[31m')\n    (x**3).backward()\n",
    "pixels/third": "def solve(x):\n    (x**2).backward()\n",
}


@pytest.fixture(autouse=True)
def _from_this_repository(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture
def course(pytester):
    """Four exercises: `core/first` is right, `core/second` wrong, `pixels/third` right, `pixels/fourth` missing."""
    for number, (name, level) in enumerate([("core/first", 1), ("core/second", 2), ("pixels/third", 2), ("pixels/fourth", 3)], 1):
        track, slug = name.split("/")
        folder = pytester.path / "exercises" / track / f"{number:02}-{slug}"
        folder.mkdir(parents=True)
        (folder / "exercise.yaml").write_text(EXERCISE.format(slug=slug, level=level), encoding="utf-8")
    for name, source in SOLUTIONS.items():
        path = pytester.path / "solutions" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return pytester


@pytest.fixture
def run(course):
    """Run pytest on the course, with the plugin and the solutions."""

    def run(*argv, plugins=("grader.pytest_plugin",)):
        loaded = [part for plugin in plugins for part in ("-p", plugin)]
        command = [*loaded, "--grader-solutions", "solutions", "--grader-device", "cpu", "--strict-markers", *argv]
        return course.runpytest_subprocess(*command, "exercises")

    return run


def collected(result):
    return [line.rpartition("::")[2] for line in result.outlines if "::" in line]


def test_each_exercise_is_a_test_and_its_failure_is_the_report(run, course):
    result = run("-v", "--junitxml=report.xml", "-rs")
    result.assert_outcomes(passed=2, failed=1, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "*exercises/core/02-second/exercise.yaml::core/second FAILED*",
            "*_ core/second _*",
            "✗ core/second * second.py:3: x.grad is [[]12[]], [[]4[]] was expected.",
            "  solutions/core/second.py",
            "    \\x1b[[]31m",
            "SKIPPED*No file yet*",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    cases = {case.get("name"): case for case in ElementTree.parse(course.path / "report.xml").iter("testcase")}
    assert "x.grad is [12]" in cases["core/second"].find("failure").text
    properties = {each.get("name"): each.get("value") for each in cases["core/second"].iter("property")}
    assert properties == {"score": "0.0", "max_score": "1.0"}


@pytest.mark.parametrize(("on_github", "shown"), [("true", "    : :error::owned"), ("", "    ::error::owned")])
def test_output_contains_no_command_in_the_log_of_a_runner(run, course, monkeypatch, on_github, shown):
    monkeypatch.setenv("GITHUB_ACTIONS", on_github)
    source = "def solve(x):\n    print('::error::owned')\n    (x**3).backward()\n"
    (course.path / "solutions/core/second.py").write_text(source, encoding="utf-8")
    assert shown in run("-k", "second").outlines


def test_with_exitfirst_the_first_failure_ends_the_run(run):
    run("-x", "-k", "core").assert_outcomes(passed=1, failed=1)


def test_workers_of_xdist_share_the_exercises(run):
    run("-n", "2", plugins=("grader.pytest_plugin", "xdist")).assert_outcomes(passed=2, failed=1, skipped=1)


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        (("-m", "track_pixels"), ["pixels/third", "pixels/fourth"]),
        (("-m", "level_2"), ["core/second", "pixels/third"]),
        (("-k", "fourth or first"), ["core/first", "pixels/fourth"]),
    ],
)
def test_tracks_levels_and_names_choose(run, chosen, names):
    assert sorted(collected(run("--collect-only", "-q", *chosen))) == sorted(names)


def test_a_problem_of_an_exercise_is_reported_at_its_file(run, course):
    path = course.path / "exercises/core/02-second/exercise.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("backward: x**2", "backward: z**2"), encoding="utf-8")
    result = run("--collect-only", "-q")
    result.stdout.fnmatch_lines(
        [
            "*ERROR collecting exercises/core/01-first/exercise.yaml*",
            "Another exercise of this course cannot be read: */core/02-second/exercise.yaml:10:15",
            "*ERROR collecting exercises/core/02-second/exercise.yaml*",
            "*/core/02-second/exercise.yaml:10:15: `z` is not declared.",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_missing_solutions_are_a_usage_error(course):
    result = course.runpytest_subprocess("-p", "grader.pytest_plugin", "--grader-solutions", "nowhere", "exercises")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--grader-solutions nowhere: this file or folder does not exist.*"])


def test_without_the_option_nothing_of_the_grader_is_imported_and_no_exercise_is_a_test(course):
    course.makepyfile(test_modules=ONLY_THE_PLUGIN)
    course.runpytest_subprocess("-p", "grader.pytest_plugin").assert_outcomes(passed=1)


def test_with_the_option_nothing_is_imported_until_an_exercise_is_collected(course):
    course.makepyfile(test_modules=ONLY_THE_PLUGIN)
    course.runpytest_subprocess("-p", "grader.pytest_plugin", "--grader-solutions=.", "test_modules.py").assert_outcomes(passed=1)


def test_one_engine_serves_all_tests_of_a_process(run, course):
    course.makeconftest(
        """
        from grader.engines.local import LocalEngine

        made = []
        begin = LocalEngine.__init__

        def counted(self, *args, **more):
            made.append(more["optimizer"])
            begin(self, *args, **more)

        LocalEngine.__init__ = counted

        def pytest_terminal_summary(terminalreporter):
            terminalreporter.write_line(f"engines: {made}")
        """
    )
    path = course.path / "solutions/core/first.py"
    path.write_text(f"import torch.optim\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    result = run("-k", "first or third")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["engines: [[]True[]]"])


def test_the_sandbox_option_runs_the_tests_in_the_sandbox(run, course):
    source = "import os\n\n\ndef solve(x):\n    open('written', 'w').close()\n    (x**2).backward()\n"
    (course.path / "solutions/core/first.py").write_text(source, encoding="utf-8")
    result = run("-k", "first", "--grader-sandbox", "full")
    if "Missing:" in result.stdout.str():
        pytest.skip("the sandbox does not work on this machine")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*first.py:5: PermissionError*"])
    run("-k", "first", "--grader-sandbox", "none").assert_outcomes(passed=1)


def test_the_markers_are_listed(course):
    result = course.runpytest_subprocess("-p", "grader.pytest_plugin", "--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.level_5: an exercise of level 5; 1 is easy, 5 is hard"])
