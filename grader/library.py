"""The grader as a library. `grade` and `load_exercises` are for users; the commands and the pytest plugin call the others."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

from grader.assess import assess, assess_submission
from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.devices import AUTO, device_of_batch, processors
from grader.engines import Engine, SandboxMode
from grader.engines.make import make_engine
from grader.records.events import BatchEvent, BatchFinished, Event, RunFinished
from grader.records.exercise import Exercise, Limits
from grader.records.feedback import Feedback
from grader.records.fix_found import FixFound
from grader.records.result import Report, RunInfo
from grader.records.submission import Submission
from grader.reports.patch import fix_found
from grader.reports.results import describe, describe_for_others
from grader.reports.wording.notes import torch_untested
from grader.spec.load import load_exercises as _load_exercises
from grader.spec.select import select as _select
from grader.submissions.submission_from_paths import submission_from_paths
from grader.version import __version__

TESTED_TORCH = "2.13"

Listener = Callable[[Event], None]
BatchListener = Callable[[BatchEvent], None]


def load_exercises(path: str | Path) -> tuple[Exercise, ...]:
    """Every exercise below `path`, in the order of the course. Raises SpecError with all problems of all files."""
    return _load_exercises(Path(path))


def grade(
    paths: Iterable[str | Path] | str | Path,
    *,
    exercises: str | Path | Sequence[Exercise] = "exercises",
    select: Sequence[str] = (),
    device: str = AUTO,
    sandbox: SandboxMode = "none",
    hidden: int | None = None,
    seed: str | None = None,
    limits: Limits | None = None,
) -> Report:
    """Grade one submission: folders of solutions, or single files.

    `select` has ids of exercises, tracks or globs; without it all exercises are graded. `hidden` (the number of hidden cases)
    and `limits` replace the values in the exercises. `seed` is the seed of the hidden cases (default: random).
    `sandbox="full"` runs the submitted code in a sandbox. Raises UsageError, SpecError and EngineError.
    """
    return grade_with_listeners(
        paths, exercises=exercises, select=select, device=device, sandbox=sandbox, hidden=hidden, seed=seed, limits=limits
    )


def grade_with_listeners(
    paths: Iterable[str | Path] | str | Path,
    *,
    exercises: str | Path | Sequence[Exercise],
    select: Sequence[str] = (),
    device: str = AUTO,
    sandbox: SandboxMode = "none",
    hidden: int | None = None,
    seed: str | None = None,
    limits: Limits | None = None,
    listeners: Sequence[Listener] = (),
    engine: Engine | None = None,
) -> Report:
    """Like `grade`, with listeners that receive every event. An `engine` of the caller stays open."""
    with _open_engine(engine, device, sandbox) as working:
        course = load_exercises(exercises) if isinstance(exercises, str | Path) else tuple(exercises)
        session = GradingSession(working, Settings(seed or secrets.token_hex(8), hidden, limits))
        return grade_in_session(session, paths, exercises=course, select=select, listeners=listeners)


def grade_in_session(
    session: GradingSession,
    paths: Iterable[str | Path] | str | Path,
    *,
    exercises: Sequence[Exercise],
    select: Sequence[str] = (),
    listeners: Sequence[Listener] = (),
) -> Report:
    """Like `grade_with_listeners`, in a session of the caller, which prepares each exercise only once."""
    chosen = _select(exercises, select) if select else exercises
    files = [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]
    only = [exercise.id for exercise in chosen] if select else []
    submission = submission_from_paths(_submission_name(files), files, exercises, only)
    return grade_submission(session, submission, exercises=chosen, listeners=listeners)


def grade_submission(
    session: GradingSession,
    submission: Submission,
    *,
    exercises: Sequence[Exercise],
    listeners: Sequence[Listener] = (),
    notes: Sequence[str] = (),
    names_folders: bool = True,
) -> Report:
    """Grade a submission that has been read. The `notes` become warnings of the run.

    `names_folders`: the reader may see the folders of this machine, because it is the reader's own.
    """
    to_result = describe if names_folders else describe_for_others
    events = assess(exercises, [submission], session, lambda: _run_info(session, notes), to_result)
    return _report(events, listeners)


def find_fix(exercise: Exercise, path: Path, engine: Engine, seed: str | None = None) -> FixFound:
    """Grade this file as the solution of the exercise, and look for a change with which it passes.

    Raises SpecError and EngineError.
    """
    session = GradingSession(engine, Settings(seed or secrets.token_hex(8)))
    session.prepare([exercise])
    submission = submission_from_paths(path.name, [path], [exercise], [exercise.id])
    before = path.read_bytes()
    (assessed,) = assess_submission([exercise], submission, session)
    return fix_found(assessed, before)


def batch(
    submissions: str | Path,
    out: str | Path,
    *,
    exercises: str | Path | Sequence[Exercise] = "exercises",
    select: Sequence[str] = (),
    layout: str = "auto",
    jobs: int | None = None,
    fresh: bool = False,
    gradebook: str | Path | None = None,
    device: str = AUTO,
    sandbox: SandboxMode = "full",
    hidden: int | None = None,
    seed: str | None = None,
    limits: Limits | None = None,
    feedback: Feedback = "cause",
    listeners: Sequence[BatchListener] = (),
) -> BatchFinished:
    """Grade every submission of a class. The results, a gradebook and reports are written to the folder `out`.

    A stored result is reused unless its source, its exercise, the settings, the grader or torch changed; `fresh` deletes all.
    `jobs` submissions are graded at the same time (default: the number of processors + 2). `gradebook` is a file of Canvas or
    Moodle; a copy with the scores is written. `feedback`: how much the reports tell about what is wrong. Raises UsageError,
    SpecError, EngineError and StoreError.
    """
    from grader.batch import run as batch_run  # here, because the other functions need no database

    course = load_exercises(exercises) if isinstance(exercises, str | Path) else tuple(exercises)
    request = batch_run.BatchRequest(
        Path(submissions),
        layout,
        course,
        tuple(_select(course, select)) if select else course,
        device_of_batch(device),
        sandbox,
        jobs or processors() + 2,  # so that the processors run children while other submissions are marked
        __version__,
        feedback,
    )
    return batch_run.grade_class(
        request,
        Path(out),
        fresh=fresh,
        gradebook=None if gradebook is None else Path(gradebook),
        seed=seed,
        hidden=hidden,
        limits=limits,
        listeners=listeners,
    )


def _report(events: Iterator[Event], listeners: Sequence[Listener]) -> Report:
    """Pass every event to the listeners, and return the report in the last one."""
    for event in events:
        for listener in listeners:
            listener(event)
        if isinstance(event, RunFinished):
            return event.report
    raise AssertionError("assess ended without a report")


def _open_engine(engine: Engine | None, device: str, sandbox: SandboxMode) -> AbstractContextManager[Engine]:
    return closing(make_engine(device, sandbox=sandbox)) if engine is None else nullcontext(engine)


def _submission_name(files: Sequence[Path]) -> str:
    return files[0].resolve().name if len(files) == 1 else "solutions"


def _run_info(session: GradingSession, notes: Sequence[str]) -> RunInfo:
    engine = session.engine
    untested = not engine.torch_version.startswith(TESTED_TORCH + ".")
    return RunInfo(
        grader=__version__,
        torch=engine.torch_version,
        device=engine.device,
        sandbox=engine.sandbox,
        seed=session.settings.seed,
        warnings=(*((torch_untested(engine.torch_version),) if untested else ()), *notes),
    )


__all__ = ["TESTED_TORCH", "batch", "grade", "grade_in_session", "grade_submission", "grade_with_listeners", "load_exercises"]
