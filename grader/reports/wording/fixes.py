"""What to change in the file: the changes that were run, and passed."""

from __future__ import annotations

from collections.abc import Sequence

from grader.records.changed_lines import ChangedLines
from grader.records.result import UNSTARTED, Verdict
from grader.reports.wording.places import Cells, line_name

MOST_SHOWN = 2  # lines of code in a sentence: more is read better as a diff


def fix(text: str) -> str:
    """The sentence for a fix in words."""
    return f"To fix it: {text.rstrip('.')}."


def on_demand(exercise: str) -> str:
    """A fix was found, and is not shown."""
    return f"To see a change that passes: python -m grader fix {exercise}"


def no_patch(verdict: Verdict, file: str, exercise: str) -> str:
    """Why there is no fix to show."""
    if verdict == "passed":
        return f"{file} passes already."
    if verdict in UNSTARTED:
        return f"{file} is not started. For a hint: python -m grader hint {exercise}"
    return (
        f"No small change was found with which {file} passes.\nTo see what differs: python -m grader {exercise}\n"
        f"For a hint: python -m grader hint {exercise}"
    )


def fix_of_changes(changes: Sequence[ChangedLines], cells: Cells = ()) -> str:
    """Changes of the file, in its order, as an instruction without a capital letter and a full stop."""
    moved = _moved(changes)
    if moved is not None:
        return _move(*moved, cells)
    return "; ".join(_one_change(change, cells) for change in changes)


def _one_change(change: ChangedLines, cells: Cells) -> str:
    new = [line.strip() for line in change.new if line.strip()]
    old = [line.strip() for line in change.old if line.strip()]
    lines = _lines(change.line, len(change.old), cells)
    if not new:
        return f"delete {lines}" + (f", {_code(old)}" if 0 < len(old) <= MOST_SHOWN else "")
    if not old:
        return f"insert {_shown(new)} {_where(change, cells)}"
    if old == new:
        return f"{'indent' if _indent(change.new) > _indent(change.old) else 'unindent'} {lines}"
    return f"change {lines} to {_shown(new)}"


def _moved(changes: Sequence[ChangedLines]) -> tuple[ChangedLines, ChangedLines] | None:
    """The change that removes lines and the one that inserts them elsewhere, if these two are all."""
    if len(changes) != 2:
        return None
    gone = next((each for each in changes if not _code_lines(each.new)), None)
    put = next((each for each in changes if not _code_lines(each.old)), None)
    if gone is None or put is None or gone is put or _code_lines(gone.old) != _code_lines(put.new):
        return None
    return gone, put


def _move(gone: ChangedLines, put: ChangedLines, cells: Cells) -> str:
    code = _code_lines(gone.old)
    what = f"{_code(code)} from " if len(code) <= MOST_SHOWN else ""
    return f"move {what}{_lines(gone.line, len(gone.old), cells)} to the place {_where(put, cells)}"


def _code_lines(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _where(change: ChangedLines, cells: Cells) -> str:
    """The place of new lines."""
    return f"after {line_name(change.line - 1, cells)}" if change.line > 1 else f"before {line_name(1, cells)}"


def _lines(first: int, count: int, cells: Cells) -> str:
    if count == 1:
        return line_name(first, cells)
    last = first + count - 1
    return f"lines {first} to {last}" if not cells else f"{line_name(first, cells)} to {line_name(last, cells)}"


def _shown(code: Sequence[str]) -> str:
    return _code(code) if len(code) <= MOST_SHOWN else f"{_code(code[:1])} and {len(code) - 1} more lines"


def _code(code: Sequence[str]) -> str:
    return " and ".join(f"`{line}`" for line in code)


def _indent(lines: Sequence[str]) -> int:
    return sum(len(line) - len(line.lstrip()) for line in lines)
