"""Hashes of everything that a result depends on. A result is current as long as its key is the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from grader.assess.prepared import Settings
from grader.records.exercise import Exercise
from grader.records.submission import SolutionFile, Submission


def torch_version() -> str:
    """From the metadata of the package, so that torch is not loaded only to see that it has not changed."""
    try:
        return version("torch")
    except PackageNotFoundError:
        return "not installed"


def exercise_keys(exercises: tuple[Exercise, ...], settings: Settings, more: Sequence[str]) -> dict[str, str]:
    """One key per exercise, of its files and of what the whole batch shares: torch, the settings, and `more`."""
    limits = settings.limits and [settings.limits.seconds, settings.limits.memory_mb]
    common = [torch_version(), *more, settings.seed, settings.hidden, limits]
    return {each.id: _digest(common, Path(each.path).read_bytes().hex(), each.starter) for each in exercises}


def result_key(exercise_key: str, file: SolutionFile | None) -> str:
    """Of the exercise and of all that the report shows. The same code in another cell has another place."""
    return _digest(exercise_key, None if file is None else [file.path, file.text, file.problem, file.neighbours, file.cells])


def submission_key(submission: Submission) -> str:
    """Of everything about a submission except its solutions."""
    about = [submission.problem, dict(submission.details), list(submission.notes)]
    return _digest(about, [[stray.path, stray.nearest] for stray in submission.strays])


def views_key(exercise_keys: dict[str, str], export: str) -> str:
    """Of what all views show, except the results themselves."""
    return _digest(list(exercise_keys.items()), export)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
