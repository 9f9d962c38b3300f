"""The corpus `fresh`: wrong programs, a third with two mistakes, written from the tasks by people who had not read the grader."""

import re
import subprocess
from collections import Counter

import pytest
import yaml
from helpers.corpora import CORPORA

from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.library import grade_in_session

TRUTHS = {
    path.parent: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((CORPORA / "fresh").glob("*/truth.yaml"))
}
SEEDS = ("one", "two", "three")


def words(truth):
    return {*(truth.get("causes") or ()), *((truth.get("second") or {}).get("causes") or ())}


@pytest.fixture(scope="module")
def sessions(engine):
    return {seed: GradingSession(engine, Settings(seed)) for seed in SEEDS}


@pytest.fixture
def grade(sessions, course):
    def grade(folder, exercise, seed="one"):
        (result,) = grade_in_session(sessions[seed], folder, exercises=[course[exercise]], select=[exercise]).results
        return result

    return grade


@pytest.fixture
def passes_with_its_patch(grade, tmp_path):
    def passes(home, patch):
        exercise = TRUTHS[home]["exercise"]
        folder = tmp_path / home.name
        (source,) = home.glob("*/*.py")
        (folder / source.parent.name).mkdir(parents=True)
        (folder / source.relative_to(home)).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
        (path,) = re.findall(r"^--- a/(.*)$", patch, re.MULTILINE)
        (folder / "printed.patch").write_text(patch.replace(path, path.partition(f"{home.name}/")[2] or path), encoding="utf-8")
        subprocess.run(["git", "apply", "printed.patch"], cwd=folder, check=True)
        return all(grade(folder, exercise, seed).verdict == "passed" for seed in SEEDS)

    return passes


@pytest.mark.slow
def test_causes_are_right_and_not_false_and_every_patch_passes_with_other_numbers(grade, passes_with_its_patch):
    found, unpassed = Counter(), []
    for home, truth in TRUTHS.items():
        result = grade(home, truth["exercise"])
        named = [each.misconception for each in result.diagnoses if each.misconception]
        patches = [each.patch for each in result.diagnoses if each.patch]
        found["wrong"] += result.verdict != "passed"
        found["right"] += bool(words(truth) & set(named))
        found["false"] += bool(words(truth)) and not set(named) <= words(truth)
        found["patched"] += bool(patches)
        unpassed += [home.name for patch in patches if not passes_with_its_patch(home, patch)]
    assert found["wrong"] == len(TRUTHS)
    assert not unpassed
    assert found["right"] >= 0.9 * len(TRUTHS), found
    assert found["patched"] >= 0.75 * len(TRUTHS), found
    assert found["false"] <= 0.05 * len(TRUTHS), found  # a word is false if the writer did not list it
