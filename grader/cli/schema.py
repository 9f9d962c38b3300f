"""`python -m grader schema`: print the JSON Schema of exercise.yaml, which editors use."""

from __future__ import annotations

import argparse

from grader.spec.schema import schema_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Print the JSON Schema of exercise.yaml. Editors use it to check exercise files and to complete keys."
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    print(schema_text().rstrip("\n"))
    return 0
