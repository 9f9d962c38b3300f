"""What `check` prints."""

import io

import pytest

from grader.errors import Problem, SourceLocation
from grader.records.proof import Proof
from grader.reports.proofs import Proofs

GOOD = Proof(
    "core/gradients-pile-up",
    "right",
    "right",
    named=6,
    mistakes=6,
    oracles=("ledger", "sympy", "batch"),
    distinguished=46,
    equivalent=1,
    seconds=0.34,
)
BAD = Proof(
    "pixels/first-feedback-spell",
    "wrong",
    "missing",
    named=2,
    mistakes=3,
    distinguished=9,
    survived=1,
    problems=(Problem("there is no starter.py.", SourceLocation("exercises/pixels/01/starter.py"), "Write one."),),
    notes=(Problem("Think about this.", SourceLocation("exercise.yaml", 3, 5, "  - backward: x", 8)),),
    seconds=12.0,
)


@pytest.fixture
def printed(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def show(width, score=0.98):
        stream = io.StringIO()
        report = Proofs(stream, [GOOD.exercise, BAD.exercise], width=width)
        for proof in (GOOD, BAD):
            report.row(proof)
        report.end([GOOD, BAD], score, 0.97, 13.2)
        return stream.getvalue()

    return show


def test_a_wide_terminal_has_a_row_for_each(printed):
    assert (
        printed(110)
        == """\
  exercise                     reference  starter  wrong  oracles             mutants  time
✓ core/gradients-pile-up       ok         ok       6/6    ledger sympy batch  46/46    0.3 s
✗ pixels/first-feedback-spell  no         missing  2/3    none                9/10     12.0 s

exercises/pixels/01/starter.py: there is no starter.py. Write one.

note: exercise.yaml:3:5: Think about this.
    3 |   - backward: x
      |     ^^^^^^^^

1 of 2 exercises proven in 13 s.
Confirmed without autograd: 1 by the ledger, 1 by sympy, 1 by the full batch.
Mistakes named: 8 of 9.
Mutation score: 98.0% (55 of 56 mutants detected, 1 equivalent to the right program).
"""
    )


def test_a_narrow_terminal_has_two_lines_for_each(printed):
    out = printed(60)
    assert max(map(len, out.splitlines())) <= 60
    assert out.startswith(
        "✓ core/gradients-pile-up\n"
        "  reference ok, starter ok, wrong 6/6, oracles ledger sympy\n"
        "  batch, mutants 46/46, time 0.3 s\n"
    )


def test_a_score_that_is_too_low_is_reported(printed):
    assert printed(110, score=0.91).endswith("It must be at least 97%.\n")
