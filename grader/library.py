"""The grader as a library: `grade` and `load_exercises`. The command line is one caller of `run` among others."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

import grader
from grader.assess import GradingSession, Settings, assess
from grader.engines import Engine, SandboxMode
from grader.engines.local import LocalEngine
from grader.records.events import BatchEvent, BatchFinished, Event, RunFinished
from grader.records.exercise import Exercise, Limits
from grader.records.result import Report, RunInfo
from grader.records.submission import Submission
from grader.reports.results import describe
from grader.reports.wording.notes import torch_untested
from grader.spec.load import load_exercises as _load_exercises
from grader.spec.select import select as _select
from grader.submissions.find import from_paths

TESTED_TORCH = "2.13"

Listener = Callable[[Event], None]
BatchListener = Callable[[BatchEvent], None]


def load_exercises(path: str | Path) -> tuple[Exercise, ...]:
    """Every exercise below `path`, in the order of the course. Raises SpecError with all the problems of all files."""
    return _load_exercises(Path(path))


def grade(
    paths: Iterable[str | Path] | str | Path,
    *,
    exercises: str | Path | Sequence[Exercise] = "exercises",
    select: Sequence[str] = (),
    device: str = "auto",
    sandbox: SandboxMode = "none",
    hidden: int | None = None,
    seed: str | None = None,
    limits: Limits | None = None,
) -> Report:
    """Grade one submission: folders of solutions, or single files.

    `select` names exercises, tracks or globs; without it every exercise counts. `hidden` and `limits` replace what the
    exercises say; `seed` draws the hidden cases (a random one by default); `sandbox="full"` shuts the code in a cage. Raises
    UsageError, SpecError or EngineError.
    """
    return run(paths, exercises=exercises, select=select, device=device, sandbox=sandbox, hidden=hidden, seed=seed, limits=limits)


def run(
    paths: Iterable[str | Path] | str | Path,
    *,
    exercises: str | Path | Sequence[Exercise],
    select: Sequence[str] = (),
    device: str = "auto",
    sandbox: SandboxMode = "none",
    hidden: int | None = None,
    seed: str | None = None,
    limits: Limits | None = None,
    listeners: Sequence[Listener] = (),
    engine: Engine | None = None,
) -> Report:
    """Like `grade`, and tells every event to the listeners as it happens. An `engine` that is given stays open."""
    with _engine(engine, device, sandbox) as working:
        course = load_exercises(exercises) if isinstance(exercises, str | Path) else tuple(exercises)
        session = GradingSession(working, Settings(seed or secrets.token_hex(8), hidden, limits))
        return grade_at(session, paths, exercises=course, select=select, listeners=listeners)


def grade_at(
    session: GradingSession,
    paths: Iterable[str | Path] | str | Path,
    *,
    exercises: Sequence[Exercise],
    select: Sequence[str] = (),
    listeners: Sequence[Listener] = (),
) -> Report:
    """Like `run`, at a desk that is kept: an exercise that was graded there before need not be prepared again."""
    chosen = _select(exercises, select) if select else exercises
    files = [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]
    only = [exercise.id for exercise in chosen] if select else []
    submission = from_paths(_name(files), files, exercises, only)
    return grade_submission(session, submission, exercises=chosen, listeners=listeners)


def grade_submission(
    session: GradingSession,
    submission: Submission,
    *,
    exercises: Sequence[Exercise],
    listeners: Sequence[Listener] = (),
    notes: Sequence[str] = (),
) -> Report:
    """Grade what was found already; the `notes` are told before the results."""
    return _listen(assess(exercises, [submission], session, lambda: _run_info(session, notes), describe), listeners)


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
    device: str = "auto",
    sandbox: SandboxMode = "full",
    hidden: int | None = None,
    seed: str | None = None,
    limits: Limits | None = None,
    listeners: Sequence[BatchListener] = (),
) -> BatchFinished:
    """Grade every submission below `submissions` into the folder `out`, where a store, a gradebook and reports are kept.

    What is in the store already is kept unless its source, its exercise, the settings, the grader or torch changed;
    `fresh` forgets it. `jobs` are graded at a time (by default two more than there are processors). `gradebook` is Canvas's
    or Moodle's own file to be filled in. Raises UsageError, SpecError, EngineError or StoreError.
    """
    from grader.batch import run as batch_run  # only here: one submission is graded without a database

    course = load_exercises(exercises) if isinstance(exercises, str | Path) else tuple(exercises)
    request = batch_run.BatchRequest(
        Path(submissions),
        layout,
        course,
        tuple(_select(course, select)) if select else course,
        "cpu" if device == "auto" else device,
        sandbox,
        jobs or batch_run.processors() + 2,  # while some are marked, the processors have children to run
        grader.__version__,
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


def _listen(events: Iterator[Event], listeners: Sequence[Listener]) -> Report:
    for event in events:
        for listener in listeners:
            listener(event)
        if isinstance(event, RunFinished):
            return event.report
    raise AssertionError("assess ended without a report")


def _engine(engine: Engine | None, device: str, sandbox: SandboxMode) -> AbstractContextManager[Engine]:
    return closing(LocalEngine(device=device, sandbox=sandbox)) if engine is None else nullcontext(engine)


def _name(files: Sequence[Path]) -> str:
    return files[0].resolve().name if len(files) == 1 else "solutions"


def _run_info(session: GradingSession, notes: Sequence[str]) -> RunInfo:
    engine = session.engine
    untested = not engine.torch_version.startswith(TESTED_TORCH + ".")
    return RunInfo(
        grader=grader.__version__,
        torch=engine.torch_version,
        device=engine.device,
        sandbox=engine.sandbox,
        seed=session.settings.seed,
        warnings=(*((torch_untested(engine.torch_version),) if untested else ()), *notes),
    )


__all__ = ["TESTED_TORCH", "batch", "grade", "grade_at", "grade_submission", "load_exercises", "run"]
