"""What only a notebook understands, `%matplotlib inline` or `!pip install`, made a comment. No line moves.

A line counts only where a statement begins: neither in a string, nor in brackets, nor after a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Cells whose first line is one of these hold Python; the cells of all others are for another program.
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
    """The lines of one cell, as many as there were, with magic and shell lines as comments."""
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    cell_magic = _CELL_MAGIC.match(lines[first]) if first is not None else None
    if cell_magic and cell_magic[1] not in _PYTHON_CELLS:
        return [f"# {line}" for line in lines]
    return _commented(lines)


def _commented(lines: Sequence[str]) -> list[str]:
    result: list[str] = []
    state, goes_on = _State(), False
    for line in lines:
        if goes_on:
            result.append(f"# {line}")
        elif state.is_fresh and _MAGIC.match(line.lstrip()):
            result.append(_comment(line))
        else:
            result.append(line)
            state = _after(state, line)
            continue
        goes_on = line.endswith("\\")
    return result


def _comment(line: str) -> str:
    """A comment alone would leave the block that it stands in empty."""
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    return f"{indent}pass  # {bare}" if indent else f"# {bare}"


@dataclass(frozen=True, slots=True)
class _State:
    """What is open at the end of a line: a string in triple quotes, brackets, or the line itself."""

    quotes: str = ""
    depth: int = 0
    goes_on: bool = False

    @property
    def is_fresh(self) -> bool:
        return not self.quotes and self.depth == 0 and not self.goes_on


def _after(state: _State, line: str) -> _State:
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
            return _State(quotes, depth)
    return _State(quotes, depth, line.endswith("\\") and not quotes)


def _end_of_string(line: str, at: int, quotes: str) -> tuple[int, str]:
    """Where the line goes on after a string in triple quotes, and the quotes if it does not end here."""
    for piece in _IN_STRING[quotes].finditer(line, at):
        if piece[0] == quotes:
            return piece.end(), ""
    return len(line), quotes
