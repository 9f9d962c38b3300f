"""Gradescope's autograder: its zip, and its two scripts run as Gradescope runs them, in folders of our own.

Nothing is downloaded: for setup.sh the tests' own Python lends what apt, pip and uv would bring.
"""

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import jsonschema
import pytest

from grader.cli.main import main
from grader.engines.zygote import prove_sandbox

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "tests/reports/gradescope.schema.json").read_text(encoding="utf-8"))
CHOSEN = ("core/gradients-pile-up", "core/reset-to-none")
RIGHT = (ROOT / "solutions/core/gradients_pile_up.py").read_text(encoding="utf-8")
WRONG = "import torch\n\nassert torch.tensor\n\n\ndef solve(x):\n    (x**2).backward()\n"
HOSTILE = "import os\nprint('OWNED')\nos._exit(0)\n"
MODULES = ("grader.py", "grader/__init__.py", "torch.py", "sitecustomize.py", "usercustomize.py", "json.py", "encodings.py")
LENT = """\
echo "${*//"$AUTOGRADER_ENVIRONMENT"/.}" >> "$COMMANDS"
case "$*" in
  "-I -m venv "*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
  *" uv venv "*)
    "$LENDER" -m venv --without-pip "${@: -1}"
    echo "$LENT_PACKAGES" > "$(echo "${@: -1}"/lib/python*/site-packages)/lent.pth" ;;
esac
"""
EXPECTED = {"core/gradients-pile-up": ("passed", True), "core/reset-to-none": ("failed", False)}
NOTHING = {"Not graded": ("failed", True)}


def export(file, *further):
    return main(["export", "--gradescope", str(file), "--exercises", str(ROOT / "exercises"), *further])


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    file = tmp_path_factory.mktemp("export") / "autograder.zip"
    assert export(file, *(f"--exercise={name}" for name in CHOSEN)) == 0
    return file


@pytest.fixture(scope="module")
def source(archive, tmp_path_factory):
    """/autograder/source: what Gradescope unzips."""
    folder = tmp_path_factory.mktemp("autograder") / "source"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
        for entry in opened.infolist():
            (folder / entry.filename).chmod(entry.external_attr >> 16 & 0o777)
    return folder


@pytest.fixture(scope="module")
def setup(source, tmp_path_factory):
    """Run setup.sh: the environment that it makes, its calls of apt, pip and uv, and its output."""
    machine = tmp_path_factory.mktemp("machine")
    for name, text in (("apt-get", 'echo "apt-get $*" >> "$COMMANDS"\n'), ("python3", LENT)):
        command = machine / "bin" / name
        command.parent.mkdir(exist_ok=True)
        command.write_text(f"#!/bin/bash\n{text}", encoding="utf-8")
        command.chmod(0o755)
    environment = {
        "PATH": f"{machine / 'bin'}:/usr/bin:/bin",
        "COMMANDS": str(machine / "commands"),
        "LENDER": sys.executable,
        "LENT_PACKAGES": sysconfig.get_path("purelib"),
        "AUTOGRADER_ENVIRONMENT": str(machine / "opt"),
        "AUTOGRADER": str(source.parent),
    }
    done = subprocess.run([source / "setup.sh"], env=environment, capture_output=True, text=True, check=True)
    return machine / "opt", (machine / "commands").read_text(encoding="utf-8").splitlines(), done.stdout


@pytest.fixture(scope="module")
def python(setup):
    return setup[0] / "venv/bin/python"


@pytest.fixture
def autograder(source, tmp_path):
    """/autograder, with a submission that has one right and one wrong solution."""
    root = tmp_path / "autograder"
    shutil.copytree(source, root / "source")
    (root / "results").mkdir()
    submit(root, "gradients_pile_up.py", RIGHT)
    submit(root, "reset_to_none.py", WRONG)
    return root


def submit(root, name, text):
    file = root / "submission" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def grade(root, python):
    """The results for Gradescope, and the output that the teacher sees."""
    environment = {"PATH": "/usr/bin:/bin", "AUTOGRADER": str(root), "AUTOGRADER_PYTHON": str(python)}
    command = [root / "source/run_autograder"]
    done = subprocess.run(command, cwd=root / "submission", env=environment, capture_output=True, text=True, check=True)
    results = json.loads((root / "results/results.json").read_text(encoding="utf-8"))
    jsonschema.validate(results, SCHEMA)
    return results, done.stdout


def marks(results):
    return {each["name"]: (each["status"], each["score"] == each["max_score"]) for each in results["tests"]}


def need_sandbox(results):
    """What the script found out must be true: it grades without a sandbox only where there is none."""
    if any(prove_sandbox().values()):
        pytest.skip("the sandbox does not work on this machine")
    assert results["extra_data"]["sandbox"] == "full"


def test_setup_makes_its_own_environment_and_ends_with_doctor(setup, source):
    _, commands, said = setup
    assert commands[:2] == ["apt-get update", "apt-get install -y --no-install-recommends ca-certificates python3 python3-venv"]
    assert commands[2] == "-I -m venv ./uv"
    assert re.fullmatch(r"-I -m pip install --quiet uv==[\d.]+", commands[3])
    assert re.fullmatch(r"-I -m uv venv --no-config --python 3\.\d+ \./venv", commands[4])
    needed = f"--requirement {source / 'requirements.txt'}"
    assert commands[5:] == [f"-I -m uv pip install --no-config --python ./venv/bin/python --torch-backend cpu {needed}"]
    assert "\nsandbox     `--sandbox full` " in said


def test_a_right_and_a_wrong_solution_get_their_scores_in_the_sandbox(autograder, python):
    results, said = grade(autograder, python)
    assert marks(results) == EXPECTED
    need_sandbox(results)
    assert said == "The grader's exit code is 1.\n"


def test_a_submission_that_shadows_modules_changes_nothing_without_a_sandbox(autograder, python, tmp_path):
    for name in MODULES:
        submit(autograder, name, HOSTILE)
    no_sandbox = tmp_path / "python"
    results, said = grade(autograder, ending(no_sandbox, "exit 3", python))
    assert marks(results) == EXPECTED
    assert results["extra_data"]["sandbox"] == "none"
    assert said.startswith("The sandbox does not work on this machine: the submission runs with all rights of this script.\n")
    assert "OWNED" not in said + json.dumps(results)


def test_a_submission_that_shadows_modules_changes_nothing_in_the_sandbox(autograder, python):
    for name in MODULES:
        submit(autograder, name, HOSTILE)
    results, said = grade(autograder, python)
    assert marks(results) == EXPECTED
    assert "OWNED" not in said + json.dumps(results)
    need_sandbox(results)


def test_an_empty_submission_gets_0_of_all_points(autograder, python):
    for file in (autograder / "submission").iterdir():
        file.unlink()
    results, _ = grade(autograder, python)
    assert marks(results) == dict.fromkeys(CHOSEN, ("failed", False))


def test_a_submission_that_cannot_be_graded_gets_the_reason(autograder, python):
    submit(autograder, "again/reset_to_none.py", WRONG)
    results, said = grade(autograder, python)
    assert marks(results) == NOTHING
    assert results["output"].startswith("There are two files for core/reset-to-none: ")
    assert results["output"] in said


def ending(file, end, python):
    """A Python in which the proof of the sandbox ends like this."""
    file.write_text(f'#!/bin/sh\n[ "$2" = -c ] && {end}\nexec {python} "$@"\n', encoding="utf-8")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize("end", ["exit 1", "exit 2", "kill -SEGV $$", "kill -KILL $$"])
def test_a_proof_of_the_sandbox_that_breaks_runs_nothing(autograder, python, tmp_path, end):
    submit(autograder, "gradients_pile_up.py", f"open({str(tmp_path / 'ran')!r}, 'w')\n{RIGHT}")
    results, said = grade(autograder, ending(tmp_path / "python", end, python))
    assert marks(results) == NOTHING
    assert "The grader is broken: the proof of the sandbox ended with exit code " in said
    assert "The sandbox does not work" not in said
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("engines/zygote.py", "raise ImportError('gone')\n"),
        ("worker/zygote.py", "raise ImportError('gone')\n"),
        ("worker/sandbox/probe.py", "import no_such_module\n"),
    ],
)
def test_a_grader_that_cannot_prove_its_sandbox_is_broken_and_runs_nothing(autograder, python, tmp_path, file, text):
    submit(autograder, "gradients_pile_up.py", f"open({str(tmp_path / 'ran')!r}, 'w')\n{RIGHT}")
    results, said = grade(autograder, broken(python, tmp_path, file, text))
    assert marks(results) == NOTHING
    assert "The grader is broken: the proof of the sandbox ended with exit code 1." in said
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("failure", ["no Python", "a bug"])
def test_a_crash_of_the_grader_is_reported_and_gives_no_score(autograder, python, failure, tmp_path):
    if failure == "a bug":
        python = broken(python, tmp_path)
    results, said = grade(autograder, python if failure == "a bug" else tmp_path / "nothing")
    assert marks(results) == NOTHING
    assert results["output"] == "The grader itself stopped before it had finished. This is not your mistake: tell your teacher."
    assert ("The grader itself failed (ImportError" if failure == "a bug" else "No such file or directory") in said


def broken(python, folder, file="reports/formats.py", text="raise ImportError('gone')\n"):
    """The same environment with a grader that lacks a module, its reports unless another is named."""
    home = shutil.copytree(python.parents[1], folder / "broken", symlinks=True)
    (module,) = home.glob(f"lib/python*/site-packages/grader/{file}")
    module.write_text(text, encoding="utf-8")
    return home / "bin/python"


def test_the_scripts_are_valid_bash_and_executable(source):
    for name in ("setup.sh", "run_autograder"):
        assert (source / name).stat().st_mode & 0o111
        subprocess.run(["bash", "-n", source / name], check=True)


def test_the_zip_contains_these_files_only(source):
    names = {path.name for path in source.iterdir()}
    assert names == {"setup.sh", "run_autograder", "requirements.txt", "chosen.txt", "not_graded.json", "grader", "exercises"}
    assert {path.name for path in (source / "exercises").rglob("*") if path.is_file()} == {"exercise.yaml", "starter.py"}
    assert len(list((source / "exercises").glob("*/*"))) == len(list((ROOT / "exercises").glob("*/*/exercise.yaml")))
    assert (source / "grader/LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert "torch>=" in (source / "requirements.txt").read_text(encoding="utf-8")


def test_the_same_course_gives_the_same_bytes(archive, tmp_path):
    assert export(tmp_path / "again.zip", *(f"--exercise={name}" for name in CHOSEN)) == 0
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


def test_both_can_be_exported_at_once(run, course, tmp_path):
    zipped = tmp_path / "autograder.zip"
    code, out, _ = run("export", tmp_path / "students", "--gradescope", zipped, "--exercise", "core/first")
    first, second = out.splitlines()
    assert code == 0
    assert first == f"Wrote {zipped} with 1 exercise. Upload it to Gradescope as the autograder. Students never see this file."
    assert second.startswith(f"Wrote {tmp_path / 'students'} with 1 exercise for students.")


def test_no_zip_is_overwritten(run, course, tmp_path):
    (tmp_path / "there.zip").write_bytes(b"mine")
    said = f"{tmp_path / 'there.zip'} exists already. Name a new file: `export` overwrites nothing.\n"
    assert run("export", tmp_path / "students", "--gradescope", tmp_path / "there.zip") == (2, "", said)
    assert (tmp_path / "there.zip").read_bytes() == b"mine"
    assert not (tmp_path / "students").exists()


def test_a_zip_that_cannot_be_written_is_an_error(run, course, tmp_path):
    file = tmp_path / "no/such/folder.zip"
    assert run("export", "--gradescope", file) == (2, "", f"{file} cannot be written: No such file or directory.\n")


def test_without_a_target_nothing_is_written(run, course):
    said = "Nothing to write: name a new folder for the students' edition, or use `--gradescope FILE.zip`.\n"
    assert run("export") == (2, "", said)
