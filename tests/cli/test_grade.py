"""Grading from the command line: what is graded, where the report goes, and the exit code."""

import json
from pathlib import Path

import pytest

from grader.cli import last_report
from grader.cli.grade import exit_code
from grader.records.result import Report, Result, RunInfo
from grader.reports import json_report

pytestmark = pytest.mark.processes

RUN = RunInfo(grader="0", torch="2", device="cpu", sandbox="none", seed="s")


def report(**verdicts):
    results = [
        Result(
            submission="s",
            exercise=f"core/{name}",
            file=f"solutions/core/{name}.py",
            verdict=verdict,
            score=None if verdict == "grader_error" else 0.0,
            max_score=1.0,
            summary="",
        )
        for name, verdict in verdicts.items()
    ]
    return Report(run=RUN, results=results)


@pytest.mark.parametrize("verdict", ["failed", "error", "memory", "crashed", "timeout"])
def test_something_started_that_did_not_pass_exits_1(verdict):
    assert exit_code(report(a="passed", b=verdict, c="not_started"), [], []) == 1


@pytest.mark.parametrize("verdict", ["not_started", "not_found"])
def test_an_exercise_that_is_not_started_counts_only_if_it_is_named(verdict):
    waiting = report(a="passed", b=verdict)
    assert exit_code(waiting, [], []) == 0
    assert exit_code(waiting, ["core"], []) == 0
    assert exit_code(waiting, ["core/*"], []) == 0
    assert exit_code(waiting, ["core/a"], []) == 0
    assert exit_code(waiting, ["core/b"], []) == 1
    assert exit_code(waiting, ["b"], []) == 1
    assert exit_code(waiting, [], [Path("solutions/core/b.py")]) == 1


def test_a_failure_of_the_grader_exits_3():
    assert exit_code(report(a="failed", b="grader_error"), [], []) == 3


def test_all_passed_exits_0():
    assert exit_code(report(a="passed"), ["core/a"], []) == 0


def test_new_results_replace_old_ones_and_others_stay(tmp_path):
    last_report.save(tmp_path, report(a="failed", b="passed"))
    last_report.save(tmp_path, report(a="passed"))
    assert {name: result.verdict for name, result in last_report.load(tmp_path).items()} == {
        "core/a": "passed",
        "core/b": "passed",
    }


@pytest.mark.parametrize("text", ["", "not json", "{}"])
def test_a_damaged_last_report_counts_as_none(tmp_path, text):
    (tmp_path / ".grader").mkdir()
    (tmp_path / ".grader/last.json").write_text(text, encoding="utf-8")
    assert last_report.load(tmp_path) == {}


def test_a_right_solution_passes_and_is_explained(run, solve):
    solve("right")
    code, out, err = run("--device", "cpu")
    assert (code, err) == (0, "")
    assert "✓ core/first" in out
    assert "One backward fills .grad once." in out
    assert "Next: start core/second (Another) in " in out


def test_a_wrong_solution_exits_1_and_names_the_line(run, solve):
    solve("wrong")
    code, out, _ = run("--device", "cpu")
    assert code == 1
    assert "first.py:2: x.grad is [12], [4] was expected." in out


def test_a_starter_is_not_started(run, solve):
    code, out, _ = run("--device", "cpu")
    assert code == 0
    assert "Not started: the file is still the starter." in out


def test_a_file_is_graded_alone(run, solve):
    code, out, _ = run(solve("wrong").relative_to(Path.cwd()), "--device", "cpu")
    assert code == 1
    assert "core/second" not in out


def test_a_file_of_any_name_is_graded_when_the_exercise_is_named(run, course):
    (course / "attempt.py").write_text("def solve(x):\n    (x**2).backward()\n", encoding="utf-8")
    code, out, _ = run("attempt.py", "--exercise", "core/first", "--device", "cpu")
    assert code == 0
    assert "✓ core/first" in out


def test_an_unmatched_file_is_refused_with_the_nearest_path(run, course):
    (course / "firsts.py").write_text("", encoding="utf-8")
    code, out, err = run("firsts.py", "--device", "cpu")
    assert (code, out) == (2, "")
    assert err == (
        "firsts.py was not graded, because no exercise has this file name. If it is a solution, rename it to core/first.py.\n"
        "To grade a file with another name, use `--exercise ID`.\n"
    )


def test_a_file_that_is_not_there_is_named(run, course):
    assert run("nothing.py") == (2, "", "There is no file or folder nothing.py.\n")


def test_a_named_exercise_must_have_a_solution(run, solve):
    solve("right")
    assert run("core/first", "--device", "cpu")[0] == 0
    assert run("core/second", "--device", "cpu")[0] == 1


def test_an_unknown_exercise_exits_2(run, course):
    code, out, err = run("core/frist", "--device", "cpu")
    assert (code, out) == (2, "")
    assert "core/first" in err


def test_json_goes_to_the_screen_alone(run, solve):
    solve("wrong")
    code, out, _ = run("--format", "json", "--device", "cpu", "--seed", "7")
    document = json.loads(out)
    assert code == 1
    assert document["run"]["seed"] == "7"
    assert [each["verdict"] for each in document["results"]] == ["failed", "not_found"]


def test_formats_go_to_files(run, course, solve):
    solve("right")
    code, out, _ = run("--format", "text=report.txt", "--format", "json=out/report.json", "--device", "cpu")
    assert (code, out) == (0, "")
    assert "✓ core/first" in (course / "report.txt").read_text(encoding="utf-8")
    assert json_report.from_text((course / "out/report.json").read_text(encoding="utf-8")).passed is False


@pytest.mark.parametrize(
    ("formats", "said"),
    [
        (
            ["text", "json"],
            "Only one format can go to the screen. Write the other one to a file, as in `--format json=report.json`.\n",
        ),
        (["text=a", "json=a"], "Two formats would be written to the same file. Give each format its own file.\n"),
        (["text=no/where.txt"], "no/where.txt cannot be written: No such file or directory.\n"),
        (["json=solutions"], "solutions cannot be written: Is a directory.\n"),
    ],
)
def test_a_report_that_cannot_be_written_exits_2(run, course, formats, said):
    argv = [part for each in formats for part in ("--format", each)]
    code, out, err = run(*argv, "--device", "cpu")
    assert (code, out, err) == (2, "", said)


def test_in_the_sandbox_a_right_solution_passes_and_the_report_names_the_sandbox(run, course, solve):
    solve("right")
    code, out, _ = run("--sandbox", "full", "--exercise", "core/first", "--format", "json")
    assert code == 0
    assert json.loads(out)["run"]["sandbox"] == "full"


def test_the_sandbox_refuses_an_accelerator(run, course):
    code, out, err = run("--sandbox", "full", "--device", "cuda")
    assert (code, out) == (2, "")
    assert "`--device cuda` does not work with `--sandbox full`" in err


def test_list_shows_the_results_of_grade(run, course, solve):
    solve("wrong")
    run("--device", "cpu")
    code, out, _ = run("list")
    assert code == 0
    assert "0/1 points" in out
    assert out.splitlines()[-1] == "Next: core/first (The first gradient) in solutions/core/first.py"


def test_a_course_that_cannot_be_written_is_graded(run, course, solve):
    solve("right")
    (course / ".grader").write_text("a file where the folder should be", encoding="utf-8")
    code, out, err = run("--device", "cpu")
    assert code == 0
    assert "✓ core/first" in out
    assert err == f"Note: {course / '.grader'} cannot be written (File exists), so `list` will not show these results.\n"


def test_grading_works_from_inside_the_solutions(run, course, solve, monkeypatch):
    solve("right")
    monkeypatch.chdir(course / "solutions" / "core")
    code, out, _ = run("--device", "cpu")
    assert code == 0
    assert "✓ core/first" in out
    assert (course / ".grader" / "last.json").exists()


def test_a_bad_exercise_exits_2_before_anything_is_graded(run, course, solve):
    solve("right")
    path = course / "exercises/core/02-second/exercise.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("- backward:", "- backwards:"), encoding="utf-8")
    code, out, err = run("--device", "cpu")
    assert (code, out) == (2, "")
    assert "exercise.yaml:" in err
