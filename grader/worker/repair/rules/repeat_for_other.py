"""Data that is left out: what is done with one argument is done once more with another one that the file never uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.kinds import kind
from grader.worker.repair.proposals import POSSIBLE, Proposal
from grader.worker.repair.student_file import Statement, StudentFile, renamed

_CAUSES = ("leftover-dropped", "backward-missing")


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """A copy of each backward() and of the loss above it, with the other argument."""
    skipped = {*file.leaves, *file.optimizers, *file.modules}
    for each in file.movable:
        if kind(file, each) != "backward":
            continue
        run = [each]
        above = file.of(each.block[each.index - 1]) if each.index else None
        if above is not None and above.has_own_lines and kind(file, above) == "loss":
            run.insert(0, above)
        used = _names(run)
        for old in [name for name in file.arguments if name in used and name not in skipped]:
            for new in [name for name in file.arguments if name not in used and name not in skipped]:
                lines = [line for one in run for line in renamed("\n".join(file.lines_of(one)), {old: new}).split("\n")]
                yield Proposal((file.insert(lines, after=each),), "repeat-for-other", _CAUSES, POSSIBLE)


def _names(run: list[Statement]) -> set[str]:
    return {part.id for each in run for part in ast.walk(each.node) if isinstance(part, ast.Name)}
