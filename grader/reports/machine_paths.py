"""Takes the folders of the machine that grades out of a result that somebody else will read.

`/home/ana/venv/lib/python3.11/site-packages/torch/_tensor.py` becomes `torch/_tensor.py`, `/home/ana/course/notes.txt`
becomes `…/notes.txt`. This is for what Python, PyTorch and honest programs print. A program that spells a path in another way
can still tell it.
"""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from grader.records.result import Diagnosis, Report, Result, StepResult

_HIDDEN = "…"
_EVERYWHERE = frozenset("/ /bin /etc /home /lib /lib64 /media /mnt /opt /run /srv /tmp /usr /usr/local /var".split())


def report_without_machine_paths(report: Report) -> Report:
    return report.model_copy(update={"results": tuple(map(without_machine_paths, report.results))})


def without_machine_paths(result: Result) -> Result:
    """The result with every text that a program or its error wrote made free of these folders. The places stay as they are."""
    error = result.error
    return result.model_copy(
        update={
            "summary": without_folders(result.summary),
            "steps": tuple(map(_step, result.steps)),
            "diagnoses": tuple(map(_diagnosis, result.diagnoses)),
            "error": error and error.model_copy(update={"message": without_folders(error.message)}),
            "output": without_folders(result.output),
        }
    )


def without_folders(text: str) -> str:
    """The text without the folders of Python's packages, of the course, of this user and of the interpreter."""
    return _folders(_working_folder()).sub(
        lambda found: "" if found["library"] and found["more"] else _HIDDEN + found["more"], text
    )


def _step(step: StepResult) -> StepResult:
    return step.model_copy(update={"note": without_folders(step.note), "observed": _value(step.observed)})


def _diagnosis(diagnosis: Diagnosis) -> Diagnosis:
    return diagnosis.model_copy(update={"message": without_folders(diagnosis.message)})


def _value(shown: Any) -> Any:
    if isinstance(shown, str):
        return without_folders(shown)
    if isinstance(shown, list):
        return [_value(item) for item in shown]
    if isinstance(shown, Mapping):
        return {without_folders(name): _value(item) for name, item in shown.items()}
    return shown


def _working_folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:  # somebody has removed it
        return ""


@cache
def _folders(working: str) -> re.Pattern[str]:
    """Each folder where a path begins, and the slash after it. The longest ones first."""
    libraries = _known([*sys.path, sysconfig.get_path("stdlib"), str(Path(__file__).parents[2])])
    others = _known([working, str(Path.home()), sys.prefix, sys.base_prefix, sys.exec_prefix])
    library, other = (_alternatives(folders) for folders in (libraries, others - libraries))
    return re.compile(rf"(?<![\w.-])(?:(?P<library>{library})|(?:{other}))(?![\w-])(?P<more>/?)")


def _known(folders: Iterable[str]) -> set[str]:
    """The folders as they are called and as they are, without those that every machine has."""
    absolute = {os.path.abspath(folder) for folder in folders if folder}
    return {each for folder in absolute for each in (folder, os.path.realpath(folder))} - _EVERYWHERE


def _alternatives(folders: set[str]) -> str:
    return "|".join(re.escape(folder) for folder in sorted(folders, key=len, reverse=True)) or "(?!)"
