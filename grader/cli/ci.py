"""`python -m grader ci`: grade the solutions that a pull request changes, with the exercises of its base."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import options
from grader.cli.ci_commits import Commits, find_commits
from grader.cli.own_package import PACKAGE
from grader.errors import UsageError
from grader.records.exercise import Exercise
from grader.submissions.git import Repository, open_repository

if TYPE_CHECKING:
    from grader.submissions.pull_request import PullRequest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Grade the solutions that differ between two commits, with the exercises of the base commit. Nothing is checked out."
    )
    parser.add_argument("--base", metavar="REF", help="the commit to compare with (default: the one that GitHub or GitLab names)")
    parser.add_argument(
        "--head", metavar="REF", help="the commit to grade (default: the one that GitHub or GitLab names, or HEAD)"
    )
    options.add_selection(parser)
    parser.add_argument(
        "--exercises", default="exercises", metavar="DIR", help="the folder of exercises in the repository (default: exercises)"
    )
    parser.add_argument(
        "--solutions", default="solutions", metavar="DIR", help="the folder of solutions in the repository (default: solutions)"
    )
    parser.add_argument(
        "--trust-checkout",
        action="store_true",
        help="grade even if this grader is part of the repository; use it only for your own work",
    )
    options.add_grading(parser, sandbox="full")
    options.add_feedback(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from contextlib import ExitStack, closing

    from grader.engines.make import make_engine

    with ExitStack() as opened:
        engine = opened.enter_context(
            closing(make_engine(args.device, sandbox=args.sandbox))
        )  # it loads torch during the imports below
        import secrets

        from grader import library
        from grader.assess.prepared import Settings
        from grader.assess.session import GradingSession
        from grader.cli import outputs
        from grader.cli.base_exercises import exercises_of
        from grader.cli.grade import exit_code
        from grader.records.feedback import Feedback
        from grader.spec.select import select
        from grader.submissions.pull_request import RepositoryFolders, read_pull_request

        formats = args.format or _default_formats()
        feedback: Feedback = args.feedback or "cause"
        outputs.check_formats(formats)
        repository = open_repository(Path.cwd())
        if not args.trust_checkout:
            _refuse_grader_of(repository)
        commits = find_commits(repository, args.base, args.head, os.environ)
        folders = RepositoryFolders(_git_path(args.exercises), _git_path(args.solutions))
        exercises = exercises_of(repository, commits.base, folders.exercises)
        pull_request = read_pull_request(repository, commits.fork, commits.head, exercises, folders, args.trust_checkout)
        chosen = select(exercises, args.exercise) if args.exercise else _changed(exercises, pull_request)
        report = library.grade_submission(
            GradingSession(engine, Settings(args.seed or secrets.token_hex(8), args.hidden)),
            pull_request.submission,
            exercises=chosen,
            listeners=outputs.listeners(formats, exercises, set(), opened, feedback, is_log=True),
            notes=_notes(pull_request, chosen, commits),
            names_folders=False,
        )
        outputs.write_documents(formats, report, feedback=feedback)
    return exit_code(report, [*args.exercise, *pull_request.deleted], [])


def _default_formats() -> list[tuple[str, str | None]]:
    text: tuple[str, str | None] = ("text", None)
    return [text, ("github", None)] if os.environ.get("GITHUB_ACTIONS") == "true" else [text]


def _git_path(name: str) -> str:
    """The folder as git writes it. Raises UsageError for a folder outside the repository."""
    path = os.path.normpath(name).replace(os.sep, "/")
    if path.startswith(("/", "..")):
        raise UsageError(f"`{name}` is outside the repository. Write a path relative to the root of the repository.")
    return path


def _changed(exercises: Sequence[Exercise], pull_request: PullRequest) -> tuple[Exercise, ...]:
    return tuple(exercise for exercise in exercises if exercise.id in pull_request.changed)


def _notes(pull_request: PullRequest, chosen: Sequence[Exercise], commits: Commits) -> tuple[str, ...]:
    if chosen:
        return pull_request.notes
    nothing = f"No solution differs between {commits.fork[:12]} and {commits.head[:12]}."
    return (*pull_request.notes, nothing)


def _refuse_grader_of(repository: Repository) -> None:
    """Raises UsageError if this grader is part of the repository: a pull request could bring its own grader."""
    if PACKAGE.is_relative_to(repository.root.resolve()):
        raise UsageError(
            f"This grader ({PACKAGE}) is part of the repository that it grades ({repository.root}), so a pull request could "
            "change the grader. Install the grader outside the repository and run `python -I -m grader ci`, or use "
            "`--trust-checkout` if all the work is your own."
        )
