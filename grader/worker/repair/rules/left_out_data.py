"""Data that a loop leaves out: `batches[:-1]`, `batches[1:]`, an index that is one too small."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.proposals import LIKELY, POSSIBLE, Proposal
from grader.worker.repair.student_file import StudentFile

_CAUSES = ("leftover-dropped", "off-by-one", "backward-missing")


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """The whole sequence, and the neighbouring index."""
    for node, _ in file.expressions:
        match node:
            case ast.Subscript(value=whole, slice=ast.Slice()):
                yield Proposal((file.replace(node, file.source(whole)),), "whole-sequence", _CAUSES, LIKELY)
            case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=int() as index) as place):
                for other in (index - 1, index + 1):
                    if other >= 0:
                        change = file.replace(place, str(other))
                        yield Proposal((change,), "other-index", ("off-by-one", "wrong-target"), POSSIBLE)
