"""The worker's answer to a repair job: bounded, and an answer even if making candidates fails."""

import pytest

from grader.message_limits import MAX_EDIT_LINES
from grader.protocol.candidates import CandidatesReader
from grader.protocol.messages import read_message
from grader.records.repair import SourceEdit, edited
from grader.worker.child import to_line
from grader.worker.repair import candidates as rules
from grader.worker.repair.candidates import Candidate, Edit, apply
from grader.worker.repair_job import make_candidates

SOURCE = "def solve(x):\n    (x**2).backward()\n    x.grad = None\n"


@pytest.fixture
def answer(monkeypatch):
    """The answer if the rules make these candidates; an error is raised in its place."""

    def answer(made, most=10):
        def candidates(source, hints):
            for each in made:
                if isinstance(each, Exception):
                    raise each
                yield each

        monkeypatch.setattr(rules, "candidates", candidates)
        message = make_candidates({"source": SOURCE, "hints": {}, "most": most})
        reader = CandidatesReader(SOURCE)
        assert reader.read(read_message(to_line(message)))
        return reader

    return answer


def candidate(*lines, rule="r"):
    return Candidate(rule, ("none-is-zero",), (Edit(3, 3, lines),), "why")


def test_the_parent_reads_what_the_worker_answers(answer):
    (found,) = answer([candidate("    x.grad.zero_()")]).candidates
    assert (found.rule, found.causes, found.why) == ("r", ("none-is-zero",), "why")
    assert found.edits == (SourceEdit(3, 3, ("    x.grad.zero_()",)),)


def test_no_more_are_made_than_are_wanted(answer):
    endless = (candidate(str(number)) for number in range(10**9))
    assert len(answer(endless, most=3).candidates) == 3


def test_what_a_message_cannot_hold_is_left_out(answer):
    found = answer([candidate(*["x"] * (MAX_EDIT_LINES + 1)), Candidate("r", (), (), ""), candidate("fits")]).candidates
    assert [each.edits[0].lines for each in found] == [("fits",)]


def test_the_candidates_before_an_error_are_kept(answer):
    reader = answer([candidate("one"), ZeroDivisionError("no"), candidate("two")])
    assert [each.edits[0].lines for each in reader.candidates] == [("one",)]
    assert "ZeroDivisionError: no" in reader.problem


def test_a_file_that_is_not_python_has_no_candidates(answer):
    reader = answer([SyntaxError("what?")])
    assert (reader.candidates, reader.problem) == ((), "")


@pytest.mark.parametrize(
    "edits",
    [
        [(1, 0, ["import torch"])],
        [(3, 3, []), (2, 1, ["    x.grad = None"])],
        [(4, 3, ["    return x"])],
        [(1, 4, ["a", "b"])],
    ],
)
def test_parent_and_worker_apply_edits_alike(edits):
    ours = edited(SOURCE, [SourceEdit(first, last, tuple(lines)) for first, last, lines in edits])
    assert ours == apply(SOURCE, [Edit(first, last, tuple(lines)) for first, last, lines in edits])
