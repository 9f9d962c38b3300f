"""Comments out what only a notebook understands: `%matplotlib inline`, `!pip install`. Line numbers stay the same.

A line is a magic only where a statement begins: not in a string, not in brackets, not after a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# The rest of a cell with one of these cell magics is Python. After any other cell magic it is not.
_PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun"})

_MAGIC = re.compile(r"%|!(?!=)|\?|[\w.*]+\??\?\s*$|[\w., ()\[\]'\"]*=\s*(?:!|%[A-Za-z])")
_CELL_MAGIC = re.compile(r"\s*%%(\w+)")
_IN_STRING = {quotes: re.compile(rf"\\.|{quotes}") for quotes in ('"""', "'''")}
_TOKEN = re.compile(
    r"""(?P<triple>\"{3}|'{3}) | "(?:\\.|[^"\\])*"? | '(?:\\.|[^'\\])*'?
    | (?P<comment>\#.*) | (?P<open>[(\[{]) | (?P<close>[)\]}])""",
    re.VERBOSE,
)


def without_magics(lines: Sequence[str]) -> list[str]:
    """The lines of one cell, with magics and shell commands as comments."""
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    cell_magic = _CELL_MAGIC.match(lines[first]) if first is not None else None
    if cell_magic and cell_magic[1] not in _PYTHON_CELLS:
        return [f"# {line}" for line in lines]
    return _comment_out_magics(lines)


def _comment_out_magics(lines: Sequence[str]) -> list[str]:
    result: list[str] = []
    state, continues = _OpenSyntax(), False
    for line in lines:
        if continues:
            result.append(f"# {line}")
        elif state.starts_statement and _MAGIC.match(line.lstrip()):
            result.append(_comment(line))
        else:
            result.append(line)
            state = _after_line(state, line)
            continue
        continues = line.endswith("\\")
    return result


def _comment(line: str) -> str:
    """With `pass`, so that a block that contains only this line is not empty."""
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    return f"{indent}pass  # {bare}" if indent else f"# {bare}"


@dataclass(frozen=True, slots=True)
class _OpenSyntax:
    """What is open at the end of a line: the quotes of a string, brackets, or a line that ends with a backslash."""

    quotes: str = ""
    depth: int = 0
    continues: bool = False

    @property
    def starts_statement(self) -> bool:
        return not self.quotes and self.depth == 0 and not self.continues


def _after_line(state: _OpenSyntax, line: str) -> _OpenSyntax:
    quotes, depth, at = state.quotes, state.depth, 0
    while at < len(line):
        if quotes:
            at, quotes = _end_of_string(line, at, quotes)
            continue
        token = _TOKEN.search(line, at)
        if token is None:
            break
        at = token.end()
        quotes = token["triple"] or ""
        depth = max(0, depth + bool(token["open"]) - bool(token["close"]))
        if token["comment"]:
            return _OpenSyntax(quotes, depth)
    return _OpenSyntax(quotes, depth, line.endswith("\\") and not quotes)


def _end_of_string(line: str, at: int, quotes: str) -> tuple[int, str]:
    """The position after a string in triple quotes, and its quotes if it does not end on this line."""
    for piece in _IN_STRING[quotes].finditer(line, at):
        if piece[0] == quotes:
            return piece.end(), ""
    return len(line), quotes
