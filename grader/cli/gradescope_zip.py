"""The autograder for Gradescope: a zip file with the course, the grader, and the two scripts that Gradescope runs.

Two exports of the same course have the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.cli.own_package import OwnPackage
from grader.errors import UsageError
from grader.records.exercise import Exercise
from grader.reports import gradescope

_SCRIPTS = Path(__file__).parent / "gradescope"
_RUN_BY_GRADESCOPE = ("setup.sh", "run_autograder")
_OLDEST_DATE = (1980, 1, 1, 0, 0, 0)  # the oldest that a zip file can store
_UNIX = 3


def write_autograder(file: Path, exercises: Sequence[Exercise], chosen: Sequence[Exercise], package: OwnPackage) -> None:
    """Write an autograder that grades the `chosen` exercises. It holds all exercises, to recognise the files of each.

    Raises UsageError if the file exists or cannot be written.
    """
    archive = _zipped(dict(_contents(exercises, chosen, package)))
    try:
        with file.open("xb") as stream:
            stream.write(archive)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from None


def _contents(exercises: Sequence[Exercise], chosen: Sequence[Exercise], package: OwnPackage) -> Iterator[tuple[str, bytes]]:
    """The name and content of each file in the zip. References are left out: grading needs only the steps."""
    for name in _RUN_BY_GRADESCOPE:
        yield name, (_SCRIPTS / name).read_bytes()
    yield "requirements.txt", "".join(f"{each}\n" for each in package.requirements).encode()
    yield "chosen.txt", "".join(f"{each.id}\n" for each in chosen).encode()
    yield "not_graded.json", gradescope.not_graded().encode()
    for name, content in package.files():
        yield f"grader/{name}", content
    for exercise in exercises:
        file = Path(exercise.path)
        place = f"exercises/{exercise.track}/{file.parent.name}"
        yield f"{place}/{file.name}", file.read_bytes()
        if exercise.starter is not None:
            yield f"{place}/starter.py", exercise.starter.encode()


def _zipped(contents: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name in sorted(contents):
            info = zipfile.ZipInfo(name, _OLDEST_DATE)
            info.create_system = _UNIX
            info.external_attr = (0o100755 if name in _RUN_BY_GRADESCOPE else 0o100644) << 16
            opened.writestr(info, contents[name], zipfile.ZIP_DEFLATED)
    return archive.getvalue()
