"""`python -m grader doctor`: print what is installed, which folders were found, and whether grading works."""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib import metadata
from pathlib import Path

from grader.cli import options
from grader.cli.course import find_course
from grader.devices import processors
from grader.engines.make import make_engine
from grader.engines.zygote import prove_sandbox
from grader.errors import GraderError, SpecError, UsageError
from grader.library import TESTED_TORCH
from grader.reports.plain import wants_colour
from grader.reports.values import counted
from grader.reports.wording import notes
from grader.spec.load import load_exercises
from grader.version import __version__


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Print what is installed, which folders were found, and whether grading works on this machine."
    options.add_exercises(parser)
    options.add_device(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    for name, value in _environment(args.exercises):
        _print_row(name, value)
    try:
        _print_row("device", _device(args.device))
        for name, value in _sandbox():
            _print_row(name, value)
    except GraderError as error:
        _print_row("device", f"grading does not work: {error}")
        return error.exit_code
    return 0


def _print_row(name: str, value: str) -> None:
    print(f"{name:<12}{value}", flush=True)


def _environment(exercises: str | None) -> Iterator[tuple[str, str]]:
    yield "Python", f"{platform.python_version()}, {sys.executable}"
    yield "grader", __version__
    yield "PyTorch", _installed_torch()
    yield "processors", str(processors())
    yield "workers", "forked" if sys.platform == "linux" else "spawned (not tested on this system)"
    yield from _folders(exercises)
    yield "terminal", _terminal()


def _installed_torch() -> str:
    """The version in the metadata of the package, which does not import torch, and whether the grader is tested with it."""
    try:
        installed = metadata.version("torch")
    except metadata.PackageNotFoundError:
        return f"not installed; run `{sys.executable} -m pip install torch`"
    tested = installed.startswith(f"{TESTED_TORCH}.")
    return f"{installed}, the version that the grader is tested with" if tested else notes.torch_untested(installed)


def _folders(exercises: str | None) -> Iterator[tuple[str, str]]:
    try:
        course = find_course(exercises)
    except UsageError as error:
        yield "exercises", str(error)
        return
    yield "exercises", f"{course.exercises}, {_exercise_count(course.exercises)}"
    yield "solutions", str(course.solutions) if course.solutions else "there is no folder `solutions` here or above"


def _exercise_count(exercises: Path) -> str:
    try:
        return counted(len(load_exercises(exercises)), "exercise")
    except SpecError as error:
        return f"{counted(len(error.problems), 'problem')}; the first: {error.problems[0]}"


def _terminal() -> str:
    colour = "colours" if wants_colour(sys.stdout) else "no colours"
    return f"{sys.stdout.encoding}, {colour}, {shutil.get_terminal_size().columns} columns"


def _device(wanted: str) -> str:
    with closing(make_engine(wanted)) as engine:
        return f"{engine.device}; PyTorch {engine.torch_version} loads"


def _sandbox() -> Iterator[tuple[str, str]]:
    """Whether `--sandbox full` works, and for each of its layers what a child process could do in spite of it."""
    try:
        proof = prove_sandbox()
    except UsageError as error:
        yield "sandbox", str(error)
        return
    yield "sandbox", "`--sandbox full` " + ("does not work; the layers are:" if any(proof.values()) else "works")
    for layer, breach in proof.items():
        yield "", f"{layer}: {breach or 'works'}"
