"""`--format`: each document goes where it belongs, and the runner of GitHub finds no command of a student."""

import csv
import io
import json
import re
import sys
from xml.etree import ElementTree

import pytest

from grader.cli import options, outputs
from grader.cli.runner_log import disarmed_streams
from grader.records.result import Report, Result, RunInfo
from grader.reports.formats import DOCUMENTS, OF_A_REPOSITORY

pytestmark = pytest.mark.processes

FLOOD = """\
print("::set-output name=passed::true")
print("##[add-path]/tmp", "##vso[task.setvariable variable=a]b", "##teamcity[buildStatus]")

def solve(x):
    print("::add-mask::e", "\\r::error::x", "\\x1b[31m", "=1+1")
    raise ValueError("##[group]\\n::warning::look at me")
"""
RUNNER = {
    "CLASSROOM": "cs",
    "ASSIGNMENT": "hello",
    "OWNER": "ana",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://example.org/commit",
    "RELEASE_URL": "https://example.org/release",
}


@pytest.fixture(autouse=True)
def _no_runner(monkeypatch):
    for name in (
        "GITHUB_ACTIONS",
        "GITHUB_WORKSPACE",
        "GITHUB_STEP_SUMMARY",
        "GITHUB_OUTPUT",
        "CI_PROJECT_DIR",
        "TF_BUILD",
        *RUNNER,
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def on_github(course, monkeypatch):
    """The environment of a job step. Its two files are not empty."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(course.parent))
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        (course / name).write_text("before=1\n", encoding="utf-8")
        monkeypatch.setenv(name, str(course / name))
    return course


def commands(text):
    return [line for line in re.split(r"\r\n|\r|\n", text) if line.lstrip().startswith("::") or "##[" in line]


def test_the_command_line_offers_every_document():
    assert set(options.FORMATS) == {"text", *DOCUMENTS}
    assert set(DOCUMENTS) >= OF_A_REPOSITORY


def test_one_run_writes_every_format(run, course, solve, monkeypatch):
    for name, value in RUNNER.items():
        monkeypatch.setenv(name, value)
    solve("wrong")
    argv = [part for name in options.FORMATS for part in ("--format", f"{name}=out/{name}")]
    (course / "out").mkdir()
    code, out, err = run(*argv, "--device", "cpu")
    assert (code, out, err) == (1, "", "")
    written = {path.name: path.read_text(encoding="utf-8") for path in (course / "out").iterdir()}
    assert set(written) == set(options.FORMATS)
    for name in ("json", "gitlab", "gradescope", "classroom50"):
        json.loads(written[name])
    for name in ("junit", "junit-lines"):
        assert ElementTree.fromstring(written[name].encode()).get("tests") == "2"
    assert written["csv"] == "student,core/first,core/second,total,of\nsolutions,0,0,0,2\n"
    assert written["markdown"].startswith("## 0 of 1 exercise passes")
    assert written["github"].startswith("::error file=solutions/core/first.py,line=2,")


def test_annotations_and_text_share_the_screen_and_nothing_else_does(run, course, solve, on_github):
    solve("wrong")
    code, out, _ = run("--format", "text", "--format", "github", "--device", "cpu")
    assert code == 1
    assert "✗ core/first" in out
    (annotation,) = commands(out)
    assert annotation.startswith("::error file=course/solutions/core/first.py,line=2,title=core/first%2C 0/1 points::")
    code, _, err = run("--format", "github", "--format", "json")
    assert code == 2
    assert "Only one format can go to the screen." in err


def test_the_summary_and_the_outputs_are_added_to_what_is_there(run, course, solve, on_github):
    solve("wrong")
    run("--format", "github", "--device", "cpu")
    summary = (course / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8")
    assert summary.startswith("before=1\n## 0 of 1 exercise passes")
    assert (course / "GITHUB_OUTPUT").read_text(encoding="utf-8") == "before=1\nscore=0\nmax_score=2\npassed=false\n"


def test_a_summary_that_cannot_be_written_exits_2(run, course, on_github, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(course))
    code, _, err = run("--format", "github", "--device", "cpu")
    assert (code, err) == (2, f"{course} cannot be written: Is a directory.\n")


def test_output_of_a_student_contains_no_command(run, course, solve, on_github):
    solve(FLOOD)
    _, out, err = run("--format", "text", "--format", "github", "--device", "cpu")
    assert "look at me" in out
    assert [line[:8] for line in commands(out)] == ["::error "]
    assert commands(err) == []


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_no_document_on_the_screen_contains_a_command_of_a_student(capsys, monkeypatch, name):
    for variable, value in RUNNER.items():
        monkeypatch.setenv(variable, value)
    text = "::error::a\n##[add-path]/tmp\r::add-mask::e"
    result = Result(
        submission=text, exercise="core/a", file=text, verdict="failed", score=0, max_score=1, summary=text, output=text
    )
    run = RunInfo(grader="0", torch="2", device="cpu", sandbox="none", seed="s")
    with disarmed_streams():
        outputs.write_documents([(name, None)], Report(run=run, results=[result]))
    out = capsys.readouterr().out
    assert "core/a" in out
    assert [line[:8] for line in commands(out)] == (["::error "] if name == "github" else [])


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_text_that_cannot_be_encoded_is_still_written(tmp_path, monkeypatch, name):
    for variable, value in RUNNER.items():
        monkeypatch.setenv(variable, value)
    text = "=1+1\udc80\x00\x1b[31m\ufffe\n"
    result = Result(
        submission=text, exercise="core/a", file=text, verdict="failed", score=0, max_score=1, summary=text, output=text
    )
    run = RunInfo(grader="0", torch="2", device="cpu", sandbox="none", seed="s")
    outputs.write_documents([(name, str(tmp_path / "report"))], Report(run=run, results=[result]))
    written = (tmp_path / "report").read_text(encoding="utf-8")
    assert "core/a" in written or name.startswith("junit")
    if name == "csv":
        head, row = csv.reader(io.StringIO(written, newline=""))
        assert (head[0], row[0][:6]) == ("student", "'=1+1\\")


@pytest.mark.parametrize("runner", ["GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"])
def test_no_runner_finds_a_command_in_its_log(run, course, solve, monkeypatch, runner):
    monkeypatch.setenv(runner, "true")
    solve(FLOOD)
    _, out, _ = run("--format", "text", "--device", "cpu")
    assert "look at me" in out
    assert re.findall(r"^\s*::|##\w*\[", out, re.MULTILINE) == []


def test_a_file_name_contains_no_command(run, course, on_github):
    code, out, err = run("::error::look.py")
    assert (code, out) == (2, "")
    assert commands(err) == []
    assert "look.py" in err


def test_without_a_runner_output_is_not_changed(run, course, solve):
    solve(FLOOD)
    _, out, _ = run("--format", "text", "--device", "cpu")
    assert "::add-mask::e" in out


def test_a_disarmed_stream_behaves_like_the_stream_beneath(capfd):
    beneath = sys.stdout
    with disarmed_streams():
        print("a\n::b", flush=True)
        assert (sys.stdout.encoding, sys.stdout.isatty()) == (beneath.encoding, beneath.isatty())
        assert sys.stdout.fileno() == beneath.fileno()
    assert sys.stdout is beneath
    assert capfd.readouterr().out == "a\n: :b\n"


@pytest.mark.parametrize(
    ("environment", "root"),
    [({}, None), ({"GITHUB_WORKSPACE": "/a"}, "/a"), ({"CI_PROJECT_DIR": "/b"}, "/b"), ({"GITHUB_WORKSPACE": ""}, None)],
)
def test_the_runner_names_the_repository(environment, root):
    found = outputs.checked_out_repository(environment)
    assert (str(found) if found else None) == root


def test_documents_for_other_people_name_no_folder_of_this_machine(solve, run, course, monkeypatch, lent_engine):
    for name, value in RUNNER.items():
        monkeypatch.setenv(name, value)
    solve("import torch\n\ndef solve(x):\n    print(torch.__file__)\n    raise ValueError(torch.nn.__file__)\n")
    named = set()
    for name in DOCUMENTS.keys() - {"csv"}:
        _, out, _ = run("solutions/core/first.py", "--format", name)
        assert "torch/nn/" in out, name
        named |= {name} if "-packages/torch" in out else set()
    assert named == {"json"}
