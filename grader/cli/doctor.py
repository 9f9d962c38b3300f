"""`python -m grader doctor`: what is installed, what was found, and whether the grader can work here."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from grader.cli import options

TYPE_CHECKING = False  # as typing's, which is slow to import
if TYPE_CHECKING:
    from pathlib import Path


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "doctor", help="show what is installed and found", description="Show what is installed, what was found, and what works."
    )
    options.add_exercises(parser)
    options.add_device(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from grader.errors import GraderError

    for name, value in _facts(args.exercises):
        _say(name, value)
    try:
        _say("device", _device(args.device))
        for name, value in _sandbox():
            _say(name, value)
    except GraderError as error:
        _say("device", f"grading does not work here: {error}")
        return error.exit_code
    return 0


def _say(name: str, value: str) -> None:
    print(f"{name:<12}{value}", flush=True)


def _facts(exercises: str | None) -> Iterator[tuple[str, str]]:
    import platform

    import grader

    yield "Python", f"{platform.python_version()}, {sys.executable}"
    yield "grader", grader.__version__
    yield "PyTorch", _torch()
    yield "processors", str(_processors())
    yield "workers", "forked" if sys.platform == "linux" else "spawned: untried on this system"
    yield from _folders(exercises)
    yield "terminal", _terminal()


def _torch() -> str:
    """From the package's metadata: torch itself is not loaded for this."""
    from importlib.metadata import PackageNotFoundError, version

    from grader.library import TESTED_TORCH
    from grader.reports.wording import notes

    try:
        installed = version("torch")
    except PackageNotFoundError:
        return "not installed; `pip install torch` into this Python"
    tested = installed.startswith(f"{TESTED_TORCH}.")
    return f"{installed}, the version this grader is tested with" if tested else notes.torch_untested(installed)


def _processors() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _folders(exercises: str | None) -> Iterator[tuple[str, str]]:
    from grader.cli.course import find_course
    from grader.errors import UsageError

    try:
        course = find_course(exercises)
    except UsageError as error:
        yield "exercises", str(error)
        return
    yield "exercises", f"{course.exercises}, {_count(course.exercises)}"
    yield "solutions", str(course.solutions) if course.solutions else "no folder `solutions` here or above"


def _count(exercises: Path) -> str:
    from grader.errors import SpecError
    from grader.spec.load import load_exercises

    try:
        return f"{len(load_exercises(exercises))} exercises"
    except SpecError as error:
        return f"with {len(error.problems)} problems, the first: {error.problems[0]}"


def _terminal() -> str:
    import shutil

    from grader.reports.plain import wants_colour

    colour = "colours" if wants_colour(sys.stdout) else "no colours"
    return f"{sys.stdout.encoding}, {colour}, {shutil.get_terminal_size().columns} columns"


def _device(wanted: str) -> str:
    from contextlib import closing

    from grader.engines.local import LocalEngine

    with closing(LocalEngine(device=wanted)) as engine:
        return f"{engine.device}, PyTorch {engine.torch_version} loads"


def _sandbox() -> Iterator[tuple[str, str]]:
    """Whether `--sandbox full` can be had, and what a caged child could do of what it tried, layer by layer."""
    from grader.engines.sandbox import prove
    from grader.errors import UsageError

    try:
        proof = prove()
    except UsageError as error:
        yield "sandbox", str(error)
        return
    yield "sandbox", "`--sandbox full` " + ("cannot be had: see below" if any(proof.values()) else "works")
    for layer, got_through in proof.items():
        yield "", f"{layer}: {got_through or 'holds'}"
