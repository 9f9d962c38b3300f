"""The commands, their exit codes, and the messages for errors and bugs."""

import os
import subprocess
import sys

import pytest

import grader
from grader.cli import doctor, schema
from grader.cli.main import main

pytestmark = pytest.mark.processes

HEAVY = ("torch", "numpy", "pydantic", "yaml", "rich")


def loaded_by(statement):
    """The heavy packages that a fresh Python has loaded after this statement."""
    script = f"import sys\n{statement}\nprint(*[name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stderr.split()


def run_module(*argv):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "grader", *argv]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize(
    "statement",
    [
        "import grader",
        "import grader.cli.main",
        "from grader.cli.main import main; main(['--help'])",
        "from grader.cli.main import main; main(['grade', '--help'])",
        "from grader.cli.main import main; main(['--version'])",
    ],
)
def test_help_loads_nothing_heavy(statement):
    assert loaded_by(statement) == []


def test_a_heavy_package_is_detected():
    assert loaded_by("import yaml") == ["yaml"]


def test_help_lists_the_commands(run):
    code, out, _ = run("--help")
    assert code == 0
    for command in ("grade", "list", "hint", "reset", "schema", "doctor"):
        assert f"\n    {command} " in out


def test_the_version_is_printed(run):
    assert run("--version") == (0, f"autograd-grader {grader.__version__}\n", "")


def test_the_module_is_the_program(course):
    done = run_module("hint", "core/first")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Look at the loss." in done.stdout


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["grade", "--colour"], "unrecognized arguments: --colour"),
        (["hint"], "the following arguments are required: ID"),
        (["hint", "core/first", "two"], "invalid int value: 'two'"),
        (["--format", "pdf"], "there is no format 'pdf'; the formats are text, json"),
        (["--format", "json="], "'json=' has no file name after the `=`"),
        (["--hidden", "-1"], "'-1' is not a number of cases: use 0 or more"),
        (["--sandbox", "some"], "invalid choice: 'some'"),
    ],
)
def test_a_wrong_command_line_exits_2_and_says_why(run, argv, said):
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert said in err


def test_errors_are_escaped_on_the_screen(run, course):
    code, _, err = run("solutions/\x1b[2Jnowhere.py")
    assert code == 2
    assert "\\x1b[2Jnowhere.py" in err
    assert "\x1b" not in err


def test_an_interrupt_exits_130(run, monkeypatch):
    def interrupted(args):
        raise KeyboardInterrupt

    monkeypatch.setattr(schema, "run", interrupted)
    assert run("schema") == (130, "", "Interrupted.\n")


def test_a_bug_of_the_grader_exits_3_and_writes_a_crash_report(run, course, monkeypatch):
    def broken(args):
        raise KeyError("x")

    monkeypatch.setattr(schema, "run", broken)
    code, out, err = run("schema")
    log = course / ".grader" / "crash.log"
    assert (code, out) == (3, "")
    assert err == (
        "The grader itself failed (KeyError: 'x'). This is not your mistake.\n"
        f"The crash report is {log}. Please send it to your teacher or to the author of the course.\n"
    )
    assert "in broken" in log.read_text(encoding="utf-8")


def test_outside_a_course_the_crash_report_is_in_a_temporary_folder(run, tmp_path, monkeypatch):
    def broken(args):
        raise KeyError("x")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(schema, "run", broken)
    assert run("schema")[0] == 3
    assert len(list(tmp_path.glob("grader-*/crash.log"))) == 1


@pytest.mark.parametrize("link", [".grader", ".grader/crash.log"])
def test_the_crash_report_follows_no_link(run, course, tmp_path, monkeypatch, link):
    def broken(args):
        raise KeyError("x")

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (course / link).parent.mkdir(exist_ok=True)
    (course / link).symlink_to(elsewhere if link == ".grader" else elsewhere / "file")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(schema, "run", broken)
    assert run("schema")[0] == 3
    assert list(elsewhere.iterdir()) == []
    assert len(list(tmp_path.glob("grader-*/crash.log"))) == 1


def test_a_closed_pipe_is_no_error():
    script = "import sys; from grader.cli.main import entry; sys.argv[1:] = ['schema']; entry()"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([sys.executable, "-c", script], stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_letter_that_the_terminal_cannot_print_is_escaped(course):
    (course / "exercises/core/01-first/exercise.yaml").write_text(
        (course / "exercises/core/01-first/exercise.yaml").read_text(encoding="utf-8").replace("Look at", "Größer schau auf"),
        encoding="utf-8",
    )
    script = "import sys; from grader.cli.main import main; sys.exit(main(['hint', 'core/first']))"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, env=environment)
    assert done.returncode == 0
    assert b"Gr\\xf6\\xdfer" in done.stdout


def test_doctor_reports_what_is_installed_and_found(run, course):
    code, out, _ = run("doctor", "--device", "cpu")
    lines = dict(line.split(None, 1) for line in out.splitlines())
    assert code == 0
    assert lines["grader"] == grader.__version__
    assert lines["sandbox"] == "`--sandbox full` works"
    assert lines["Landlock:"] == lines["seccomp:"] == "works"
    assert lines["exercises"] == "exercises, 2 exercises"
    assert lines["solutions"] == "solutions"
    assert lines["device"].startswith("cpu; PyTorch ")


def test_doctor_reports_a_missing_course(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, out, _ = run("doctor", "--device", "cpu")
    assert f"exercises   There is no folder `exercises` in {tmp_path} or above it." in out


def test_doctor_shows_the_first_problem_of_the_exercises(run, course):
    (course / "exercises/core/02-second/exercise.yaml").write_text("", encoding="utf-8")
    assert "exercises   exercises, 1 problem; the first: " in run("doctor", "--device", "cpu")[1]


@pytest.mark.parametrize(
    ("installed", "said"),
    [
        ("2.13.4+cpu", "2.13.4+cpu, the version that the grader is tested with"),
        ("2.9.0", "PyTorch 2.9.0 is installed, but the grader is tested with 2.13: the last digits of numbers may differ."),
    ],
)
def test_doctor_knows_the_tested_torch(run, monkeypatch, installed, said):
    monkeypatch.setattr(doctor, "version", lambda name: installed)
    _, out, _ = run("doctor", "--device", "cpu")
    assert f"\nPyTorch     {said}\n" in out


def test_doctor_reports_a_missing_device(run, course):
    code, out, _ = run("doctor", "--device", "xpu:7")
    assert code == 2
    assert "device      grading does not work: " in out


def test_schema_prints_a_json_schema(run):
    import json

    code, out, _ = run("schema")
    assert code == 0
    assert json.loads(out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_main_raises_nothing(capsys):
    assert main(["--nonsense"]) == 2


def test_modules_in_the_working_directory_replace_nothing(course, solve):
    solve("right")
    for name in ("torch", "random", "json", "yaml", "dataclasses"):
        (course / f"{name}.py").write_text("raise RuntimeError('the wrong one')\n", encoding="utf-8")
    done = run_module()
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 of 1 exercise passes" in done.stdout
