"""Reads the answer to a repair job. A candidate is only a text that is run like a submission, so a forged one does no harm."""

from __future__ import annotations

from itertools import pairwise

from grader.protocol.messages import CandidateFields, CandidatesMessage, MalformedMessage, WorkerMessage
from grader.records.repair import FixCandidate, SourceEdit, line_count


class CandidatesReader:
    """The candidates for a fix of `source`. `problem`: why there are no more of them, if making them failed."""

    def __init__(self, source: str) -> None:
        self._lines = line_count(source)
        self.candidates: tuple[FixCandidate, ...] = ()
        self.problem = ""

    def read(self, message: WorkerMessage) -> bool:
        if not isinstance(message, CandidatesMessage):
            raise MalformedMessage(f"`{message.message}` in place of candidates for a fix")
        self.candidates = tuple(map(self._candidate, message.candidates))
        self.problem = message.problem
        return True

    def _candidate(self, fields: CandidateFields) -> FixCandidate:
        edits = sorted((SourceEdit(each.first, each.last, tuple(each.lines)) for each in fields.edits), key=_place)
        for edit in edits:
            if not edit.first - 1 <= edit.last <= self._lines or edit.first > self._lines + 1:
                raise MalformedMessage(f"an edit of the lines {edit.first} to {edit.last} of {self._lines}")
            if any("\n" in line or "\r" in line for line in edit.lines):
                raise MalformedMessage("a line of an edit has a line end in it")
        if any(one.last >= other.first for one, other in pairwise(edits)):
            raise MalformedMessage("two edits of the same line")
        return FixCandidate(fields.rule, tuple(fields.causes), tuple(edits), fields.why)


def _place(edit: SourceEdit) -> tuple[int, int]:
    return edit.first, edit.last
