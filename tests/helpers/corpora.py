"""Read the cases of `tests/corpora`. The README beside them explains every key of `expect.yaml`."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

CORPORA = Path(__file__).parent.parent / "corpora"

# For each corpus, the keys that a case must have and those that it may have.
KEYS = {
    "golden": (
        {"exercise", "verdict", "score"},
        {"statuses", "line", "error", "output", "summary", "misconception", "limits"},
    ),
    "one-mistake": ({"exercise", "verdict", "misconception"}, {"line"}),
    "two-mistakes": ({"exercise", "verdict", "mistakes"}, set()),
    "attacks": ({"family", "verdict"}, {"says", "hides", "next"}),
    "handing-in": ({"exercises", "root", "marks"}, {"notes", "gradebook", "filled"}),
    "bad-exercises": ({"problems"}, set()),
}
# The keys of a `truth.yaml` in `cases/<kind>/<slug>/`.
TRUTH_KEYS = (
    {"exercise", "verdict", "why"},
    {"causes", "kind_of_mistake", "lines", "second", "must_not_say", "verdict_without_sandbox", "rows", "how"},
)
MISTAKE_KEYS = {"misconception", "line"}


@dataclass(frozen=True)
class Case:
    """One folder of a corpus. Its files are read when they are needed."""

    corpus: str
    folder: Path

    @property
    def name(self):
        return self.folder.name

    @property
    def source(self):
        """The student's module or, in a case without one, the exercise file."""
        name = "exercise.yaml" if self.corpus == "bad-exercises" else "student.py"
        return (self.folder / name).read_text(encoding="utf-8")

    @property
    def next_source(self):
        """What the same student submits for the next exercise; None if the case does not say."""
        path = self.folder / "next.py"
        return path.read_text(encoding="utf-8") if path.exists() else None

    @cached_property
    def expect(self):
        """The content of `expect.yaml`. Raises ValueError if a key is unknown or missing."""
        path = self.folder / "expect.yaml"
        expect = yaml.safe_load(path.read_text(encoding="utf-8"))
        required, optional = KEYS[self.corpus]
        _check_keys(path, expect, required, required | optional)
        for mistake in expect.get("mistakes", ()):
            _check_keys(path, mistake, MISTAKE_KEYS, MISTAKE_KEYS)
        return expect


@dataclass(frozen=True)
class FreshCase:
    """One folder of `cases/<kind>/`: a program of somebody who had not seen the grader, and what is true about it."""

    folder: Path

    @property
    def name(self):
        return f"{self.folder.parent.name}/{self.folder.name}"

    @cached_property
    def truth(self):
        """The content of `truth.yaml`. Raises ValueError if a key is unknown or missing."""
        path = self.folder / "truth.yaml"
        truth = yaml.safe_load(path.read_text(encoding="utf-8"))
        required, optional = TRUTH_KEYS
        _check_keys(path, truth, required, required | optional)
        return truth


def _check_keys(path, mapping, required, allowed):
    if unknown := mapping.keys() - allowed:
        raise ValueError(f"{path}: no test reads {sorted(unknown)}; the keys are {sorted(allowed)}")
    if missing := required - mapping.keys():
        raise ValueError(f"{path}: {sorted(missing)} is missing")


def armed_against(source, folder, parent, port):
    """The source of an attack, with its target in place of the words FOLDER, PARENT and PORT."""
    for word, value in {"FOLDER": folder, "PARENT": parent, "PORT": port}.items():
        source = source.replace(word, str(value))
    return source


def fresh_cases():
    """The cases in `cases/`, in the order of their names."""
    return [FreshCase(truth.parent) for truth in sorted((CORPORA / "cases").glob("*/*/truth.yaml"))]


def cases_in(corpus):
    """The cases of a corpus, in the order of their names."""
    return [Case(corpus, folder) for folder in sorted((CORPORA / corpus).iterdir()) if folder.is_dir()]
