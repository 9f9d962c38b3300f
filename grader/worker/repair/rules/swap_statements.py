"""Neighbouring statements in the wrong order, alone and in runs: two trainings, or a clipping and a division."""

from __future__ import annotations

from collections.abc import Iterator

from grader.worker.repair.kinds import EARLIER, LATER, kind
from grader.worker.repair.proposals import LIKELY, POSSIBLE, Proposal, TextChange
from grader.worker.repair.student_file import Statement, StudentFile

_LONGEST = 5


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Two runs of the same length, each behind the other, change places."""
    own_lines = set(map(id, file.movable))
    for each in file.movable:
        for length in range(1, _LONGEST + 1):
            nodes = each.block[each.index : each.index + 2 * length]
            run = [file.of(node) for node in nodes]
            if len(run) < 2 * length or any(id(one) not in own_lines for one in run):
                break
            kinds = [kind(file, one) for one in run]
            if length == 1 and not any(kinds):
                continue
            is_simple = length == 1 and not any(one.is_compound for one in run)
            causes = _causes(*kinds) if length == 1 else ()
            rank = LIKELY if is_simple else POSSIBLE + length
            yield Proposal((_swapped(file, run, length),), "swap-statements", causes, rank)


def _causes(first: str, second: str) -> tuple[str, ...]:
    """Of the two statements, the one that usually is at the wrong place."""
    if (first, second) == ("backward", "loss"):
        return EARLIER["loss"]
    for what in ("zero", "clip", "hook", "freeze", "step", "update", "backward"):
        if what == first:
            return LATER.get(what, ())
        if what == second:
            return EARLIER.get(what, ())
    return ()


def _swapped(file: StudentFile, run: list[Statement], length: int) -> TextChange:
    start, middle, end = file.line_start(run[0].first), file.line_start(run[length].first), file.line_start(run[-1].last + 1)
    one, other = file.text[start:middle], file.text[middle:end]
    if not other.endswith("\n"):
        return TextChange(start, end, f"{other}\n{one.removesuffix(chr(10))}")
    return TextChange(start, end, other + one)
