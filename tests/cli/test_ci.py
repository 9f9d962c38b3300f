"""`ci` grades a pull request with the exercises of its base, and nothing else in the pull request has an effect."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

import grader
from grader.cli.ci_commits import commit_variables
from grader.cli.main import main

pytestmark = pytest.mark.processes

FILE = "solutions/core/first.py"
OTHER = "solutions/core/second.py"
RIGHT = "def solve(x):\n    (x**2).backward()\n"
WRONG = "def solve(x):\n    y = x * 1\n    (y**3).backward()\n"
EXERCISE = "exercises/core/01-first/exercise.yaml"
TAMPERED = "raise SystemExit('this is the pull request speaking')\n"
COMMANDS = "::error::owned\n##[error]owned\n"
PRINTS = f"def solve(x):\n    print({COMMANDS!r})\n    (x**3).backward()\n"
RAISES = f"def solve(x):\n    raise ValueError({COMMANDS!r})\n"


def git(*arguments, **further):
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *arguments], check=True, capture_output=True, **further)
    return done.stdout.decode().strip()


@pytest.fixture(autouse=True)
def _no_ci_around(monkeypatch):
    for name in os.environ:
        if name.startswith(("GITHUB_", "CI_", "GIT_")):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def one_engine(lent_engine):
    """Torch is loaded once for all pull requests. `test_from_outside` has its own engine and the sandbox."""


@pytest.fixture
def repository(course):
    """The course with two right solutions, committed on `main`, and a branch for the pull request."""
    (course / FILE).write_text(RIGHT, encoding="utf-8")
    (course / OTHER).write_text(RIGHT, encoding="utf-8")
    (course / "grader").mkdir()
    (course / "grader/__init__.py").write_text("", encoding="utf-8")
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "The course")
    git("checkout", "-qb", "pull-request")
    return course


@pytest.fixture
def ci(repository, capsys):
    """Commit the changes, {path: text, bytes or None}, and grade them: exit code, report, output."""

    def ci(changes=None, *options, add=True):
        for path, content in (changes or {}).items():
            file = repository / path
            if content is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        if add:
            git("add", "-A", "--force")
        git("commit", "-qm", "A pull request", "--allow-empty")
        document = repository.parent / "report.json"
        document.unlink(missing_ok=True)
        given = ("--base", "main", "--sandbox", "none", "--device", "cpu", "--format", "text", "--format", f"json={document}")
        code = main(["ci", *given, *options])
        printed = capsys.readouterr()
        report = json.loads(document.read_text(encoding="utf-8")) if document.exists() else None
        return code, report, printed.out + printed.err

    return ci


def verdicts(report):
    return {result["exercise"]: result["verdict"] for result in report["results"]}


def notes(report):
    return " ".join(report["run"]["warnings"])


class TestTwelvePullRequests:
    def test_right(self, ci):
        code, report, _ = ci({FILE: f"{RIGHT}    # well\n"})
        assert (code, verdicts(report)) == (0, {"core/first": "passed"})
        assert report["run"]["warnings"] == []

    def test_wrong_with_its_line_on_github(self, ci, monkeypatch):
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        code, report, printed = ci({FILE: WRONG}, "--format", "github")
        assert (code, verdicts(report)) == (1, {"core/first": "failed"})
        assert f"\n::error file={FILE},line=3," in printed

    def test_a_changed_exercise_changes_no_score(self, ci, repository):
        easier = (repository / EXERCISE).read_text(encoding="utf-8").replace("x**2", "x**3").replace("[4.0]", "[12.0]")
        code, report, printed = ci({FILE: WRONG, EXERCISE: easier})
        assert (code, verdicts(report)) == (1, {"core/first": "failed"})
        assert notes(report) == (
            f"This pull request edits {EXERCISE}. These edits changed no score: the exercises and the grader are not taken "
            "from the pull request."
        )
        assert "These edits changed no score" in " ".join(printed.split())

    def test_a_changed_grader_and_workflow_are_noted(self, ci):
        workflow = ".github/workflows/grade.yml"
        code, report, _ = ci(
            {FILE: WRONG, "grader/__init__.py": TAMPERED, "grader/__main__.py": TAMPERED, workflow: "on: push\n"}
        )
        assert (code, verdicts(report)) == (1, {"core/first": "failed"})
        assert "edits grader/__init__.py, grader/__main__.py. These edits changed no score" in notes(report)
        assert f"edits {workflow}. These edits may have changed how it is graded" in notes(report)

    @pytest.mark.parametrize("name", ["torch.py", "conftest.py", "sitecustomize.py"])
    def test_a_module_of_the_pull_request_is_not_imported(self, ci, name):
        code, report, printed = ci({FILE: f"{RIGHT}    # well\n", name: TAMPERED, f"solutions/core/{name}": TAMPERED})
        assert (code, verdicts(report)) == (0, {"core/first": "passed"})
        assert [stray["path"] for stray in report["strays"]] == [f"solutions/core/{name}"]
        assert "the pull request speaking" not in printed

    @pytest.mark.parametrize(("source", "verdict"), [(PRINTS, "failed"), (RAISES, "error")])
    def test_workflow_commands_in_what_is_printed_and_raised(self, ci, monkeypatch, source, verdict):
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        code, report, printed = ci({FILE: source}, "--format", "github")
        assert (code, verdicts(report)) == (1, {"core/first": verdict})
        assert "owned" in json.dumps(report)
        assert commands(printed) == [f"::error file={FILE},line=3" if source is PRINTS else f"::error file={FILE},line=2"]

    def test_workflow_commands_in_the_name_of_a_file(self, ci, monkeypatch):
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        name = "solutions/a\n::error::owned\n##[error]owned/first.py"
        code, report, printed = ci(
            {FILE: None, name: WRONG, f"{name}/conftest.py".replace("first.py/", ""): TAMPERED}, "--format", "github"
        )
        assert (code, verdicts(report)) == (1, {"core/first": "failed"})
        assert report["results"][0]["file"] == name
        (command,) = commands(printed)
        assert command.startswith("::error file=solutions/a%0A%3A%3Aerror%3A%3Aowned%0A## [error]owned/first.py")

    def test_a_deleted_solution(self, ci):
        code, report, _ = ci({FILE: None})
        assert (code, verdicts(report)) == (1, {"core/first": "not_found"})
        assert notes(report) == "The solution of core/first was deleted or renamed, so this exercise was not graded."

    def test_a_binary_file(self, ci):
        code, report, _ = ci({FILE: b"\x00\xff\xfe\x80" * 100})
        assert (code, verdicts(report)) == (1, {"core/first": "error"})
        assert (
            "It is not Python text (invalid or missing encoding declaration). Save it as UTF-8."
            in report["results"][0]["error"]["message"]
        )

    def test_a_renamed_file(self, ci):
        code, report, _ = ci({FILE: None, "solutions/core/frist.py": RIGHT})
        assert (code, verdicts(report)) == (1, {"core/first": "not_found"})
        assert [(stray["path"], stray["nearest"]) for stray in report["strays"]] == [("solutions/core/frist.py", "core/first.py")]


def commands(printed):
    """The lines that the runner of GitHub would obey, up to their second property."""
    lines = [line for line in printed.splitlines() if line.lstrip().startswith("::") or "##[" in line]
    return [",".join(line.split(",")[:2]) for line in lines]


def test_file_names_are_escaped_on_the_screen(ci):
    name = "\x1b[2J\u202e\n3 of 3 exercises pass.py"
    _, _, printed = ci({f"exercises/{name}": "", f"solutions/{name}": ""})
    shown, words = "\\x1b[2J\\u202e\\n3 of 3 exercises pass.py", " ".join(printed.split())
    assert "\x1b" not in printed
    assert f"edits exercises/{shown}." in words
    assert f"solutions/{shown} was not graded" in words


def test_a_file_moved_below_the_solutions_is_graded_where_it_is(ci):
    code, report, _ = ci({FILE: None, "solutions/mine/first.py": WRONG})
    assert (code, [result["file"] for result in report["results"]]) == (1, ["solutions/mine/first.py"])


def test_a_file_that_differs_only_in_case_does_not_replace_the_expected_one(ci):
    code, report, _ = ci({FILE: WRONG, "solutions/core/First.py": RIGHT, "solutions/Core/first.py": RIGHT})
    assert (code, [(result["file"], result["verdict"]) for result in report["results"]]) == (1, [(FILE, "failed")])


def test_settings_of_the_pull_request_for_python_pytest_and_git_change_nothing(ci):
    settings = dict.fromkeys(("pyvenv.cfg", "setup.py", "pyproject.toml", ".gitconfig", ".grader/last.json"), TAMPERED)
    code, report, _ = ci({FILE: WRONG, **settings, ".gitattributes": "*.py -diff binary export-ignore filter=lfs\n"})
    assert (code, verdicts(report)) == (1, {"core/first": "failed"})


def test_a_link_in_place_of_the_solutions_is_noted(ci):
    git("rm", "-rq", "solutions")
    entry("120000", "solutions", b"/etc")
    code, report, _ = ci(add=False)
    assert (code, set(verdicts(report).values())) == (1, {"not_found"})
    assert "Links are not followed: solutions. Submit the files themselves." in notes(report)


def test_two_files_for_one_exercise_are_an_error_of_this_exercise_only(ci):
    code, report, _ = ci(
        {FILE: None, "solutions/a/first.py": RIGHT, "solutions/b/first.py": RIGHT, OTHER: f"{RIGHT}    # well\n"}
    )
    assert (code, verdicts(report)) == (1, {"core/first": "error", "core/second": "passed"})
    reason = "There are 2 files for core/first: solutions/a/first.py, solutions/b/first.py. Keep one of them."
    assert reason in report["results"][0]["error"]["message"]


def entry(mode, path, content=b"somewhere"):
    """Add an entry to the index that no ordinary checkout creates."""
    name = git("hash-object", "-w", "--stdin", input=content) if mode != "160000" else git("rev-parse", "HEAD")
    git("update-index", "--add", "--cacheinfo", f"{mode},{name},{path}")


@pytest.mark.parametrize(
    ("mode", "content", "reason"),
    [
        ("120000", b"/etc/passwd", "It is a link. Submit the file itself."),
        ("160000", b"", "It is a submodule, which is not read. Submit the file itself."),
        ("100644", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "It is stored in Git LFS"),
        ("100644", b"#" * 1_000_001, "It has 1,000,001 bytes; a solution may have at most 1,000,000."),
    ],
    ids=["link", "submodule", "large file storage", "large"],
)
def test_a_file_that_is_not_regular_is_an_error_that_says_what_to_do(ci, mode, content, reason):
    entry(mode, FILE, content)
    code, report, _ = ci(add=False)
    assert (code, verdicts(report)) == (1, {"core/first": "error"})
    assert reason in report["results"][0]["error"]["message"]


def test_a_submodule_in_place_of_the_solutions_is_noted(ci):
    git("rm", "-rq", "solutions")
    entry("160000", "solutions/core")
    entry("120000", "solutions/pixels")
    code, report, _ = ci(add=False)
    assert (code, set(verdicts(report).values())) == (1, {"not_found"})
    assert "Submodules are not read: solutions/core. Submit the files themselves." in notes(report)
    assert "Links are not followed: solutions/pixels. Submit the files themselves." in notes(report)


def test_checked_out_files_are_not_read(ci, repository):
    ci({FILE: WRONG})
    (repository / FILE).write_text(RIGHT, encoding="utf-8")
    (repository / EXERCISE).unlink()
    code, report, _ = ci(add=False)
    assert (code, verdicts(report)) == (1, {"core/first": "failed"})


def test_no_filter_hook_or_attribute_of_the_repository_is_run(ci, repository):
    trap = repository.parent / "sprung"
    for setting in ("filter.trap.smudge", "filter.trap.clean", "diff.trap.command", "diff.trap.textconv", "core.fsmonitor"):
        git("config", setting, f"touch {trap}")
    git("config", "filter.trap.required", "false")
    attributes = {".gitattributes": "* filter=trap diff=trap\n", FILE: WRONG}
    for path, text in attributes.items():
        (repository / path).write_text(text, encoding="utf-8")
        entry("100644", path, text.encode())
    trap.unlink(missing_ok=True)
    git("-c", "core.fsmonitor=false", "commit", "-qm", "A pull request", "--no-verify")
    trap.unlink(missing_ok=True)
    assert main(["ci", "--base", "main", "--sandbox", "none", "--device", "cpu"]) == 1
    assert not trap.exists()


def test_later_changes_of_the_base_do_not_belong_to_the_pull_request(ci, repository):
    git("checkout", "-q", "main")
    (repository / OTHER).write_text(WRONG, encoding="utf-8")
    git("commit", "-qam", "Meanwhile")
    git("checkout", "-q", "pull-request")
    _, report, _ = ci({FILE: f"{RIGHT}    # well\n"})
    assert verdicts(report) == {"core/first": "passed"}


def test_the_log_does_not_contain_the_seed_of_the_hidden_cases(ci, monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    _, report, printed = ci({FILE: WRONG}, "--seed", "c0ffee", "--format", "github", "--format", f"markdown={tmp_path / 'm'}")
    assert report["run"]["seed"] == "c0ffee"
    assert "c0ffee" not in printed + (tmp_path / "m").read_text(encoding="utf-8")


def test_without_changes_nothing_is_graded(ci):
    code, report, printed = ci({"README.md": "Hello\n"})
    assert (code, report["results"]) == (0, [])
    assert "No solution differs between" in printed


def test_named_exercises_are_graded_instead(ci):
    code, report, _ = ci({FILE: WRONG}, "--exercise", "second")
    assert (code, verdicts(report)) == (0, {"core/second": "passed"})


def test_github_shows_the_notes_in_the_log_and_in_the_summary(ci, monkeypatch, tmp_path):
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    _, _, printed = ci({EXERCISE: "x"}, "--format", "github")
    assert f"\n::notice::This pull request edits {EXERCISE}" in printed
    assert "This pull request edits" in summary.read_text(encoding="utf-8")


def test_from_outside_as_a_workflow_does(ci, repository):
    """In its own interpreter, which cannot import from the checkout, and in the sandbox."""
    ci({FILE: WRONG, "torch.py": TAMPERED, "sitecustomize.py": TAMPERED, "grader/__main__.py": TAMPERED})
    start = f"import sys; sys.path.insert(0, {str(Path(grader.__file__).parent.parent)!r}); "
    start += "from grader.cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-I", "-c", start, "ci", "--base", "main", "--format", "json"]
    done = subprocess.run(command, cwd=repository, capture_output=True, check=False)
    if "Missing:" in done.stderr.decode():
        pytest.skip("the sandbox does not work on this machine")
    report = json.loads(done.stdout)
    assert (done.returncode, verdicts(report), report["run"]["sandbox"]) == (1, {"core/first": "failed"}, "full")


def test_the_commits_of_a_pull_request_on_github_need_not_be_named(ci, repository, monkeypatch, tmp_path, capsys):
    ci({FILE: WRONG})
    base, head = git("rev-parse", "main"), git("rev-parse", "pull-request")
    git("checkout", "-q", "main")
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"base": {"sha": base}, "head": {"sha": head}}}), encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    assert main(["ci", "--sandbox", "none", "--device", "cpu"]) == 1
    assert commands(capsys.readouterr().out) == [f"::error file={FILE},line=3"]


def test_only_the_first_100_unmatched_files_are_listed(ci):
    _, report, _ = ci({f"solutions/{number}.py": "" for number in range(101)})
    assert len(report["strays"]) == 100
    assert "101 files of this pull request belong to no exercise. The report lists the first 100." in notes(report)


def test_the_command_of_the_readme(ci, repository):
    readme = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^python -I -m (grader ci .*)$", readme, re.MULTILINE)
    git("remote", "add", "origin", str(repository))
    git("fetch", "-q", "origin")
    code, report, _ = ci({FILE: WRONG}, *command.split()[2:])
    assert (code, verdicts(report)) == (1, {"core/first": "failed"})


HOSTILE = "=1+1\x00\x1b[31m\ud800\ufffe]]></failure>|`</details>@all ::error::owned\n::error::owned\n##[error]owned\r\n"


@pytest.mark.parametrize("size", [500_000, 10_000_000])
def test_much_hostile_output_damages_no_report(ci, monkeypatch, tmp_path, size):
    """The student prints it, raises it and uses it as a file name, all in one run."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    formats = ("junit", "junit-lines", "gitlab", "gradescope", "csv", "markdown")
    options = [part for name in formats for part in ("--format", f"{name}={tmp_path / name}")]
    source = f"def solve(x):\n    print({HOSTILE!r} * {size // len(HOSTILE)})\n    raise ValueError({HOSTILE!r})\n"
    name = f"solutions/{HOSTILE.replace('/', '').replace(chr(0), '')}/first.py".encode("utf-8", "replace").decode()
    code, report, printed = ci({FILE: None, name: source}, "--format", "github", *options)
    assert (code, verdicts(report)) == (1, {"core/first": "error" if size < 1_000_000 else "crashed"})
    assert len(commands(printed)) == 1
    written = {each: (tmp_path / each).read_text(encoding="utf-8") for each in (*formats, "summary", "output")}
    for each in ("junit", "junit-lines"):
        assert len(ElementTree.fromstring(written[each].encode()).findall(".//failure")) == 1
    assert [len(json.loads(written["gitlab"])), len(json.loads(written["gradescope"])["tests"])] == [1, 1]
    assert written["csv"] == "student,core/first,total,of\npull request,0,0,1\n"
    assert written["output"] == "score=0\nmax_score=1\npassed=false\n"
    assert written["summary"] == written["markdown"]
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(written["summary"])
    assert [rendered.count(tag) for tag in ("<details>", "</details>", "<h3>", "<a ")] == [1, 1, 1, 0]
    assert all(len(text.encode()) <= 900 * 1024 for text in written.values())


class TestRefuses:
    def refusal(self, capsys, *arguments):
        assert main(["ci", *arguments]) == 2
        return capsys.readouterr().err

    def test_a_grader_inside_the_repository(self, repository, capsys, monkeypatch):
        monkeypatch.setattr("grader.cli.ci.PACKAGE", repository / "grader")
        told = self.refusal(capsys, "--base", "main")
        assert f"This grader ({repository / 'grader'}) is part of the repository that it grades ({repository})" in told

    def test_a_grader_inside_the_repository_is_accepted_if_it_is_trusted(self, ci, repository, monkeypatch):
        monkeypatch.setattr("grader.cli.ci.PACKAGE", repository / "grader")
        changes = {FILE: f"{RIGHT}    # well\n", "grader/new.py": ""}
        code, report, _ = ci(changes, "--trust-checkout")
        assert code == 0
        assert "edits grader/new.py. These edits may have changed how it is graded" in notes(report)

    def test_a_missing_base(self, repository, capsys):
        assert "Name it, for example `--base origin/main`." in self.refusal(capsys)

    @pytest.mark.parametrize("which", ["base", "head"])
    def test_a_commit_that_is_not_in_the_clone(self, repository, capsys, which):
        told = self.refusal(capsys, "--base", "main", f"--{which}", "no-such-commit")
        assert f"The {which} commit no-such-commit is not in this clone." in told
        assert "`fetch-depth: 0`" in told

    def test_a_tag_with_the_name_of_the_base(self, repository, capsys):
        git("update-ref", "refs/remotes/origin/main", "main")
        git("tag", "origin/main", "pull-request")
        told = self.refusal(capsys, "--base", "origin/main")
        assert "`origin/main` is ambiguous: it is the name of refs/tags/origin/main and of refs/remotes/origin/main." in told

    def test_a_clone_that_ends_before_the_fork(self, repository, capsys, tmp_path, monkeypatch):
        for branch in ("main", "pull-request"):
            git("checkout", "-q", branch)
            git("commit", "-qm", branch, "--allow-empty")
        shallow = tmp_path / "shallow"
        git("clone", "-q", "--depth", "1", "--no-single-branch", repository.as_uri(), str(shallow))
        monkeypatch.chdir(shallow)
        told = self.refusal(capsys, "--base", "origin/main", "--head", "origin/pull-request")
        assert "The common ancestor of origin/pull-request and origin/main is not in this clone." in told
        assert "`fetch-depth: 0`" in told

    def test_a_base_without_exercises(self, repository, capsys):
        assert "There are no exercises in `elsewhere` of the base commit " in self.refusal(
            capsys, "--base", "main", "--exercises", "elsewhere"
        )

    def test_a_folder_outside_the_repository(self, repository, capsys):
        assert "`../x` is outside the repository." in self.refusal(capsys, "--base", "main", "--solutions", "../x")

    def test_a_folder_without_a_repository(self, tmp_path, capsys, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert f"{tmp_path} is not in a readable clone: fatal: not a git repository" in self.refusal(capsys, "--base", "main")

    def test_a_machine_without_git(self, repository, capsys, monkeypatch, tmp_path):
        monkeypatch.setenv("PATH", str(tmp_path))
        assert "`git` was not found. Install it." in self.refusal(capsys, "--base", "main")

    def test_a_wrong_exercise_of_the_base_by_its_path_in_the_repository(self, repository, capsys):
        (repository / EXERCISE).write_text("id: first\n", encoding="utf-8")
        git("commit", "-qam", "A mistake of the author's")
        assert self.refusal(capsys, "--base", "HEAD").startswith(f"{EXERCISE}")


class TestNamesOfTheCommits:
    def names(self, environment, event, folder):
        file = folder / "event.json"
        file.write_text(json.dumps(event), encoding="utf-8")
        found = commit_variables({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(file), **environment})
        return found.base, found.head

    def test_of_a_pull_request_on_github(self, tmp_path):
        event = {"pull_request": {"base": {"sha": "b"}, "head": {"sha": "h"}}}
        assert self.names({"GITHUB_BASE_REF": "main"}, event, tmp_path) == ("b", "h")

    def test_of_a_merge_queue_on_github(self, tmp_path):
        assert self.names({}, {"merge_group": {"base_sha": "b", "head_sha": "h"}}, tmp_path) == ("b", "h")

    def test_of_a_push_on_github(self, tmp_path):
        assert self.names({}, {"before": "b", "after": "h"}, tmp_path) == ("b", "h")

    def test_of_a_new_branch_on_github(self, tmp_path):
        assert self.names({"GITHUB_SHA": "h"}, {"before": "0" * 40, "after": "h"}, tmp_path) == ("", "h")

    @pytest.mark.parametrize("event", [{}, [], "no event"])
    def test_of_github_without_an_event(self, tmp_path, event):
        assert self.names({"GITHUB_BASE_REF": "main", "GITHUB_SHA": "h"}, event, tmp_path) == ("refs/remotes/origin/main", "h")

    def test_of_a_merge_request_on_gitlab(self):
        found = commit_variables({"CI_MERGE_REQUEST_DIFF_BASE_SHA": "b", "CI_COMMIT_BEFORE_SHA": "0" * 40, "CI_COMMIT_SHA": "h"})
        assert (found.base, found.head) == ("b", "h")

    def test_of_merged_results_on_gitlab(self):
        said = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "b", "CI_COMMIT_SHA": "merged", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "h"}
        assert commit_variables(said).head == "h"

    def test_of_a_push_on_gitlab(self):
        found = commit_variables({"CI_COMMIT_BEFORE_SHA": "b", "CI_COMMIT_SHA": "h"})
        assert (found.base, found.head) == ("b", "h")
