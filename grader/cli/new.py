"""`python -m grader new ID`: create an exercise, or write the starter of a `predict` exercise from its steps."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader.cli import options
from grader.cli.backup import rename_to_backup
from grader.cli.course import exercise_named, find_course
from grader.diagnosis.as_python.program import predict_starter
from grader.errors import UsageError
from grader.records.exercise import Kind
from grader.spec.load import load_exercise, load_exercises
from grader.spec.scaffold import check_name, new_folder, scaffold
from grader.spec.schema import schema_text

_KINDS = ("write", "fix", "predict")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Create an exercise: three files with places marked TODO. They are valid from the start."
    parser.add_argument("exercise", metavar="ID", help="its track and name, for example core/my-exercise")
    parser.add_argument("--kind", choices=_KINDS, default="write", help="what students do (default: write)")
    parser.add_argument(
        "--starter",
        action="store_true",
        help="instead, write the starter of an existing `predict` exercise from its steps, with `...` for each answer",
    )
    options.add_exercises(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    root = find_course(args.exercises).exercises
    sentences = write_starter(root, args.exercise) if args.starter else create_exercise(root, args.exercise, args.kind)
    for sentence in sentences:
        print(sentence)
    return 0


def create_exercise(root: Path, name: str, kind: Kind) -> list[str]:
    """Write the files of a new exercise. Return lines that name them and the next commands. Raises UsageError and OSError."""
    track, slug = check_name(name)
    folder = new_folder(root, track, slug)
    tracks = sorted(each.name for each in root.iterdir() if each.is_dir() and not each.name.startswith("."))
    folder.mkdir(parents=True)
    for file, text in scaffold(track, slug, kind).items():
        (folder / file).write_text(text, encoding="utf-8")
    if kind == "predict":
        (folder / "starter.py").write_text(predict_starter(load_exercise(root, folder)), encoding="utf-8")
    schema = root / "exercise.schema.json"
    if not schema.exists():
        schema.write_text(schema_text(), encoding="utf-8")
    is_new = tracks and track not in tracks
    return [
        *([f"Created a new track, `{track}`. Existing tracks: {', '.join(tracks)}."] if is_new else []),
        *(str(folder / file) for file in ("exercise.yaml", "starter.py", "reference.py")),
        *_next_commands(folder, name, kind),
    ]


def _next_commands(folder: Path, name: str, kind: Kind) -> list[str]:
    again = [f"After a change of its steps: python -m grader new --starter {name}"] if kind == "predict" else []
    return [
        "",
        f"Replace every TODO. Then: python -m grader check {folder}",
        *again,
        f"To put its starter into the solutions folder: python -m grader reset {name}",
    ]


def write_starter(root: Path, name: str) -> list[str]:
    """Write the starter of a `predict` exercise from its steps, and keep the old one as a backup.

    Raises UsageError, SpecError and OSError.
    """
    exercise = exercise_named(load_exercises(root), name)
    if exercise.kind != "predict":
        raise UsageError(
            f"`--starter` is for exercises of kind `predict`; {exercise.id} is of kind `{exercise.kind}`. "
            "Edit its starter.py yourself."
        )
    path = Path(exercise.path).parent / "starter.py"
    sentences = rename_to_backup(path)
    path.write_text(predict_starter(exercise), encoding="utf-8")
    return [*sentences, f"Wrote {path} from the steps."]
