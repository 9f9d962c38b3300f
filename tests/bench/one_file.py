"""The least that `--help` can cost: a program in one file with the same commands and options."""

import argparse
import sys


def add_grade(commands):
    grade = commands.add_parser("grade", help="grade solutions (the default)")
    grade.add_argument("paths", nargs="*", metavar="PATH|ID|TRACK", help="a folder or files, or exercises")
    grade.add_argument("--exercise", action="append", default=[], metavar="ID|TRACK|GLOB", help="only these exercises")
    grade.add_argument("--exercises", metavar="DIR", help="the folder of exercises")
    grade.add_argument("--device", default="auto", metavar="D", help="auto, cpu, cuda, cuda:N, mps or xpu")
    grade.add_argument("--sandbox", choices=("full", "none"), default="none", help="run students' code in a sandbox")
    grade.add_argument("--hidden", type=int, metavar="N", help="how many hidden cases")
    grade.add_argument("--seed", metavar="S", help="what the hidden cases are drawn from")
    grade.add_argument("--format", action="append", default=[], metavar="F[=FILE]", help="text or json")


def main(argv):
    parser = argparse.ArgumentParser(prog="grader", description="Grades PyTorch autograd exercises.")
    parser.add_argument("--version", action="version", version="autograd-grader")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_grade(commands)
    for name in ("list", "hint", "reset", "schema", "doctor"):
        command = commands.add_parser(name, help=f"the command {name}")
        command.add_argument("--exercises", metavar="DIR", help="the folder of exercises")
    parser.parse_args(argv)


if __name__ == "__main__":
    main(sys.argv[1:])
