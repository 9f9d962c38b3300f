"""The pytest plugin: with `--grader-solutions DIR`, each `exercise.yaml` that pytest collects is a test.

The rest of the grader, except `devices`, is imported only then. All tests of a process share one engine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader import devices

if TYPE_CHECKING:
    from grader.engines import SandboxMode
    from grader.errors import SpecError
    from grader.records.exercise import Exercise
    from grader.records.result import Result

_FILE = "exercise.yaml"
_LEVELS = range(1, 6)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("grader", "autograd grader")
    group.addoption("--grader-solutions", metavar="PATH", help="grade these solutions: each exercise.yaml is a test")
    group.addoption("--grader-device", metavar="D", default=devices.AUTO, help=devices.OPTION_HELP)
    group.addoption(
        "--grader-sandbox", choices=("full", "none"), default="none", help="sandbox for submitted code (default: none)"
    )
    group.addoption("--grader-seed", metavar="S", help="the seed of the hidden cases (default: random)")


def pytest_configure(config: pytest.Config) -> None:
    for level in _LEVELS:
        config.addinivalue_line("markers", f"level_{level}: an exercise of level {level}; 1 is easy, 5 is hard")
    solutions = config.getoption("grader_solutions")
    if solutions is not None and not (config.invocation_params.dir / solutions).exists():
        raise pytest.UsageError(f"--grader-solutions {solutions}: this file or folder does not exist.")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.name != _FILE or parent.config.getoption("grader_solutions") is None:
        return None
    file: pytest.Collector = ExerciseFile.from_parent(parent, path=file_path)
    return file


def pytest_unconfigure(config: pytest.Config) -> None:
    if (grading := config.stash.get(_GRADING, None)) is not None:
        grading.close()


class NotPassed(Exception):
    """An exercise does not pass. The message is the report for the student."""


class ExerciseFile(pytest.File):
    """An `exercise.yaml`."""

    def collect(self) -> Iterator[ExerciseItem]:
        from grader.errors import SpecError

        try:
            exercise = _exercise_in(self.config, self.path)
        except SpecError as error:
            own = [str(each) for each in error.problems if each.where is not None and Path(each.where.path) == self.path]
            other = f"Another exercise of this course cannot be read: {error.problems[0].where}"
            raise self.CollectError("\n".join(own) or other) from None
        yield ExerciseItem.from_parent(self, name=exercise.id, exercise=exercise)


class ExerciseItem(pytest.Item):
    """One exercise, graded as a test. Its pytest markers are its track and its level."""

    def __init__(self, *, exercise: Exercise, **given: Any) -> None:
        super().__init__(**given)
        self.exercise = exercise
        self.config.addinivalue_line("markers", f"track_{exercise.track}: an exercise of the track {exercise.track}")
        self.add_marker(f"track_{exercise.track}")
        self.add_marker(f"level_{exercise.level}")

    def runtest(self) -> None:
        from grader.records.result import UNSTARTED
        from grader.reports.one_exercise import as_text
        from grader.reports.runners import obeys_its_log
        from grader.reports.workflow_commands import disarmed

        shown = disarmed if obeys_its_log(os.environ) else str
        result = _shared_grading(self.session).grade(self.exercise)
        self.user_properties += [("score", result.score), ("max_score", result.max_score)]
        if result.verdict in UNSTARTED:
            pytest.skip(shown(result.summary))
        if result.verdict != "passed":
            raise NotPassed(shown(as_text(result)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from grader.errors import GraderError

        if isinstance(excinfo.value, NotPassed | GraderError):
            return str(excinfo.value).rstrip()
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.name


class SharedGrading:
    """What all tests of a process share: one engine, one session, and the solutions, which are read once."""

    def __init__(
        self, exercises: Sequence[Exercise], solutions: Path, device: str, sandbox: SandboxMode, seed: str | None
    ) -> None:
        import secrets

        from grader.assess.prepared import Settings
        from grader.assess.session import GradingSession
        from grader.engines.make import make_engine
        from grader.submissions.submission_from_paths import submission_from_paths

        self._files = submission_from_paths("solutions", [solutions], exercises).files
        uses_optimizer = any(exercise.uses_optimizer for exercise in exercises)
        names_optim = any("optim" in (file.text or "") for file in self._files.values())
        self._engine = make_engine(device, sandbox=sandbox, optimizer=uses_optimizer or names_optim)
        self._session = GradingSession(self._engine, Settings(seed or secrets.token_hex(8)))

    def grade(self, exercise: Exercise) -> Result:
        from grader.library import grade_in_session

        file = self._files.get(exercise.id)
        paths = [file.path] if file is not None else []
        (result,) = grade_in_session(self._session, paths, exercises=[exercise], select=[exercise.id]).results
        return result

    def close(self) -> None:
        self._engine.close()


_COURSES = pytest.StashKey[dict[Path, "tuple[Exercise, ...] | SpecError"]]()
_GRADING = pytest.StashKey[SharedGrading]()


def _exercise_in(config: pytest.Config, path: Path) -> Exercise:
    """The exercise in this file. Raises SpecError, also if another exercise of the same course is wrong."""
    from grader.errors import Problem, SourceLocation, SpecError

    courses = config.stash.setdefault(_COURSES, {})
    root = path.parent.parent.parent
    if root not in courses:
        courses[root] = _read_course(root)
    course = courses[root]
    if isinstance(course, SpecError):
        raise course
    for exercise in course:
        if Path(exercise.path) == path:
            return exercise
    raise SpecError(
        Problem(
            "this file is not in a course.", SourceLocation(str(path)), "Move it to exercises/<track>/<NN>-<slug>/exercise.yaml."
        )
    )


def _read_course(root: Path) -> tuple[Exercise, ...] | SpecError:
    """The exercises of the course, or the error that reading them raised. Either is kept for the other tests."""
    from grader.errors import SpecError
    from grader.library import load_exercises

    try:
        return load_exercises(root)
    except SpecError as error:
        return error


def _shared_grading(session: pytest.Session) -> SharedGrading:
    config = session.config
    if _GRADING not in config.stash:
        exercises = list({item.exercise.id: item.exercise for item in session.items if isinstance(item, ExerciseItem)}.values())
        here = config.invocation_params.dir
        config.stash[_GRADING] = SharedGrading(
            exercises,
            _relative_to(here, here / config.getoption("grader_solutions")),
            config.getoption("grader_device"),
            config.getoption("grader_sandbox"),
            config.getoption("grader_seed"),
        )
    return config.stash[_GRADING]


def _relative_to(here: Path, path: Path) -> Path:
    """The path that the report shows."""
    return path.relative_to(here) if path.is_relative_to(here) else path
