"""`python -m grader new ID`: begin an exercise, or print the starter of a `predict` from its steps."""

from __future__ import annotations

import argparse

from grader.cli import options

TYPE_CHECKING = False  # as typing's, which is slow to import
if TYPE_CHECKING:
    from pathlib import Path

    from grader.records.exercise import Kind

_KINDS = ("write", "fix", "predict")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "new",
        help="begin an exercise of your own",
        description="Begin an exercise: three files to fill in, valid from the start.",
    )
    parser.add_argument("exercise", metavar="ID", help="its track and name, for example core/my-exercise")
    parser.add_argument("--kind", choices=_KINDS, default="write", help="what the student does (default: write)")
    parser.add_argument(
        "--starter", action="store_true", help="write the starter of a `predict` that exists: its steps as a program, and dots"
    )
    options.add_exercises(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from grader.cli.course import find_course

    root = find_course(args.exercises).exercises
    said = write_starter(root, args.exercise) if args.starter else begin(root, args.exercise, args.kind)
    for sentence in said:
        print(sentence)
    return 0


def begin(root: Path, name: str, kind: Kind) -> list[str]:
    """Write the files of a new exercise, and say where they are and what comes next. Raises UsageError, and OSError."""
    from grader.diagnosis.as_python.program import predict_starter
    from grader.spec.load import load_exercise
    from grader.spec.scaffold import check_name, new_folder, scaffold
    from grader.spec.schema import schema_text

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
    new_track = [f"`{track}` is a new track, beside {' and '.join(tracks)}."] if tracks and track not in tracks else []
    return [
        *new_track,
        *(str(folder / file) for file in ("exercise.yaml", "starter.py", "reference.py")),
        *_next(folder, name, kind),
    ]


def _next(folder: Path, name: str, kind: Kind) -> list[str]:
    again = [f"After a change of its steps: python -m grader new --starter {name}"] if kind == "predict" else []
    return [
        "",
        f"Write what is marked TODO. Then: python -m grader check {folder}",
        *again,
        f"For the students' folder: python -m grader reset {name}",
    ]


def write_starter(root: Path, name: str) -> list[str]:
    """Write the starter of a `predict` from its steps; an old one is kept. Raises UsageError, SpecError, and OSError."""
    from pathlib import Path

    from grader.cli.backup import put_aside
    from grader.cli.course import exercise_named
    from grader.diagnosis.as_python.program import predict_starter
    from grader.errors import UsageError
    from grader.spec.load import load_exercises

    exercise = exercise_named(load_exercises(root), name)
    if exercise.kind != "predict":
        raise UsageError(
            f"{exercise.id} is of the kind `{exercise.kind}`: only the starter of a `predict` is made from its steps."
        )
    path = Path(exercise.path).parent / "starter.py"
    said = put_aside(path)
    path.write_text(predict_starter(exercise), encoding="utf-8")
    return [*said, f"{path} is printed from the steps."]
