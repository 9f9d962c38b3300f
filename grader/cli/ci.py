"""`python -m grader ci`: grade what a pull request changes, against the exercises that it cannot change."""

from __future__ import annotations

import argparse
import os

from grader.cli import options

TYPE_CHECKING = False  # as typing's, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.cli.ci_commits import Commits
    from grader.records.exercise import Exercise
    from grader.submissions.git import Repository
    from grader.submissions.pull_request import PullRequest


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "ci",
        help="grade a pull request",
        description="Grade the solutions that differ between two commits. The exercises are the base's. Nothing is checked out.",
    )
    parser.add_argument("--base", metavar="REF", help="the commit to grade against (default: as GitHub or GitLab say)")
    parser.add_argument("--head", metavar="REF", help="the commit to grade (default: as GitHub or GitLab say, else HEAD)")
    options.add_selection(parser)
    parser.add_argument("--exercises", default="exercises", metavar="DIR", help="their folder in the repository")
    parser.add_argument("--solutions", default="solutions", metavar="DIR", help="their folder in the repository")
    parser.add_argument(
        "--trust-checkout",
        action="store_true",
        help="grade although the grader itself lies in this repository: only your own work",
    )
    options.add_grading(parser, sandbox="full")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from contextlib import ExitStack, closing

    from grader.engines.make import make_engine

    with ExitStack() as opened:
        engine = opened.enter_context(closing(make_engine(args.device, sandbox=args.sandbox)))  # loads torch meanwhile
        import secrets
        from pathlib import Path

        from grader import library
        from grader.assess import GradingSession, Settings
        from grader.cli import outputs
        from grader.cli.base_exercises import exercises_of
        from grader.cli.ci_commits import find_commits
        from grader.cli.grade import exit_code
        from grader.spec.select import select
        from grader.submissions.git import open_repository
        from grader.submissions.pull_request import Folders, read_pull_request

        formats = args.format or _formats()
        outputs.check(formats)
        repository = open_repository(Path.cwd())
        _refuse_to_be_graded(repository, args.trust_checkout)
        commits = find_commits(repository, args.base, args.head, os.environ)
        folders = Folders(_folder(args.exercises), _folder(args.solutions))
        exercises = exercises_of(repository, commits.base, folders.exercises)
        pull_request = read_pull_request(repository, commits.fork, commits.head, exercises, folders, args.trust_checkout)
        chosen = select(exercises, args.exercise) if args.exercise else _changed(exercises, pull_request)
        report = library.grade_submission(
            GradingSession(engine, Settings(args.seed or secrets.token_hex(8), args.hidden)),
            pull_request.submission,
            exercises=chosen,
            listeners=outputs.listeners(formats, exercises, set(), opened, is_log=True),
            notes=_notes(pull_request, chosen, commits),
        )
        outputs.write_documents(formats, report)
    return exit_code(report, [*args.exercise, *pull_request.deleted], [])


def _formats() -> list[tuple[str, str | None]]:
    text: tuple[str, str | None] = ("text", None)
    return [text, ("github", None)] if os.environ.get("GITHUB_ACTIONS") == "true" else [text]


def _folder(name: str) -> str:
    """As git writes it. Raises UsageError for a folder outside the repository."""
    from grader.errors import UsageError

    path = os.path.normpath(name).replace(os.sep, "/")
    if path.startswith(("/", "..")):
        raise UsageError(f"`{name}` is no folder of the repository: name it as seen from its root.")
    return path


def _changed(exercises: Sequence[Exercise], pull_request: PullRequest) -> tuple[Exercise, ...]:
    return tuple(exercise for exercise in exercises if exercise.id in pull_request.changed)


def _notes(pull_request: PullRequest, chosen: Sequence[Exercise], commits: Commits) -> tuple[str, ...]:
    if chosen:
        return pull_request.notes
    nothing = f"No solution differs between {commits.fork[:12]} and {commits.head[:12]}: there was nothing to grade."
    return (*pull_request.notes, nothing)


def _refuse_to_be_graded(repository: Repository, trust: bool) -> None:
    """A pull request must not bring its own grader."""
    from pathlib import Path

    import grader
    from grader.errors import UsageError

    package = Path(grader.__file__).resolve().parent
    if not trust and package.is_relative_to(repository.root.resolve()):
        raise UsageError(
            f"This grader is part of what it is asked to grade: {package} lies in {repository.root}, so a pull request could "
            "bring its own. Install the grader elsewhere and start it with `python -I -m grader ci`, or say `--trust-checkout` "
            "if the work is your own."
        )
