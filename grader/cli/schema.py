"""`python -m grader schema`: the JSON Schema of exercise.yaml, for editors."""

from __future__ import annotations

import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "schema", help="print the JSON Schema of exercise.yaml", description="Print the JSON Schema of exercise.yaml."
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from grader.spec.schema import schema_text

    print(schema_text().rstrip("\n"))
    return 0
