"""Candidates for a fix come through the same door as every message, and every one of their lines is in the file."""

import json

import pytest

from grader.message_limits import MAX_CANDIDATES, MAX_EDIT_COLUMNS, MAX_EDIT_LINES, MAX_EDITS, MAX_LINE_NUMBER
from grader.protocol.candidates import CandidatesReader
from grader.protocol.jobs import RepairJob, repair_line
from grader.protocol.messages import MalformedMessage, read_message
from grader.records.exercise import Limits
from grader.records.repair import FixCandidate, SourceEdit, edited

SOURCE = "a\nb\nc\n"


def edit(first=1, last=1, lines=("x",)):
    return {"first": first, "last": last, "lines": list(lines)}


def candidate(*edits, **other):
    return {"rule": "r", "causes": ["sign"], "edits": list(edits), "why": "w"} | other


def read(*candidates, source=SOURCE, **other):
    reader = CandidatesReader(source)
    line = json.dumps({"message": "candidates", "candidates": list(candidates)} | other).encode()
    assert reader.read(read_message(line))
    return reader


def test_a_repair_job_is_one_line():
    line = repair_line(RepairJob(SOURCE, {"lines": [2]}, Limits(), most=7))
    assert json.loads(line) == {"repair": {"source": SOURCE, "hints": {"lines": [2]}, "most": 7}}


def test_candidates_are_read_with_their_edits_in_the_order_of_the_file():
    reader = read(candidate(edit(4, 3), edit(2, 2, ["y", "z"])), problem="the rest failed")
    assert reader.candidates == (FixCandidate("r", ("sign",), (SourceEdit(2, 2, ("y", "z")), SourceEdit(4, 3, ("x",))), "w"),)
    assert reader.problem == "the rest failed"
    assert edited(SOURCE, reader.candidates[0].edits) == "a\ny\nz\nc\nx\n"


@pytest.mark.parametrize(
    "edits",
    [
        (edit(6, 6),),
        (edit(4, 5),),
        (edit(3, 1),),
        (edit(0, 0),),
        (edit(1, -1),),
        (edit(2, 3), edit(3, 3)),
        (edit(lines=["x\ny"]),),
        (edit(lines=["x\r"]),),
        (edit(MAX_LINE_NUMBER + 1, MAX_LINE_NUMBER + 1),),
        (edit(lines=["x" * (MAX_EDIT_COLUMNS + 1)]),),
        (edit(lines=["x"] * (MAX_EDIT_LINES + 1)),),
        (edit(),) * (MAX_EDITS + 1),
        (),
        (edit() | {"more": 1},),
        (edit() | {"first": "1"},),
    ],
    ids=repr,
)
def test_an_edit_that_the_file_cannot_have_is_refused(edits):
    with pytest.raises(MalformedMessage):
        read(candidate(*edits))


@pytest.mark.parametrize(
    "candidates",
    [
        [candidate(edit())] * (MAX_CANDIDATES + 1),
        [candidate(edit(), rule="r" * 1000)],
        [candidate(edit(), causes=["c"] * 1000)],
        [candidate(edit(), why=None)],
        [candidate(edit()) | {"more": 1}],
    ],
    ids=["many", "rule", "causes", "why", "key"],
)
def test_too_much_is_refused(candidates):
    with pytest.raises(MalformedMessage):
        read(*candidates)


def test_another_message_is_no_answer():
    with pytest.raises(MalformedMessage, match="in place of candidates"):
        CandidatesReader(SOURCE).read(read_message(b'{"message": "end", "how": "returned", "returned": null, "error": null}'))
