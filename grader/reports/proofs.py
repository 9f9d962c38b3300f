"""What `check` found: a row for each exercise as it is proven, then everything that is wrong, then the totals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from rich.padding import Padding
from rich.text import Text

from grader.errors import Problem
from grader.records.proof import Proof
from grader.reports import wording
from grader.reports.printer import Printer

_HEADINGS = ("exercise", "reference", "starter", "wrong", "oracles", "mutants", "time")
_WIDTHS = (0, 9, 7, 5, 18, 7, 6)
_GAP = 2


class Proofs:
    """Prints on `stream`: one line for each exercise where the terminal is wide enough for it, else two."""

    def __init__(self, stream: TextIO, exercises: Sequence[str], *, width: int | None = None) -> None:
        self.printer = Printer(stream, width)
        self.widths = (max(map(len, exercises), default=0), *_WIDTHS[1:])
        self.is_wide = self.printer.width >= sum(self.widths) + _GAP * len(self.widths)
        if self.is_wide:
            self.printer.print(Text(self._line("", _HEADINGS), "dim"))

    def row(self, proof: Proof) -> None:
        """One exercise."""
        mark, style = (self.printer.symbol("✓"), "green") if proof.is_proven else (self.printer.symbol("✗"), "red")
        if self.is_wide:
            self.printer.print(
                Text(self._line(mark, (proof.exercise, *wording.proof_cells(proof))), "" if proof.is_proven else style)
            )
            return
        self.printer.print(Text.assemble((mark, style), " ", (self.printer.safe(proof.exercise), "bold")))
        cells = zip(_HEADINGS[1:], wording.proof_cells(proof), strict=True)
        self._indented(Text(", ".join(f"{heading} {cell}" for heading, cell in cells if cell), "dim"))

    def end(self, proofs: Sequence[Proof], score: float, least: float, seconds: float) -> None:
        """All problems, all notes, and the totals."""
        self._problems([problem for proof in proofs for problem in proof.problems], "")
        self._problems([note for proof in proofs for note in proof.notes], "note: ")
        self.printer.print()
        for sentence in wording.proof_totals(proofs, score, least, seconds):
            self.printer.print(Text(self.printer.safe(sentence)))

    def _line(self, mark: str, cells: Sequence[str]) -> str:
        padded = (f"{self.printer.safe(cell):<{width + _GAP}}" for cell, width in zip(cells, self.widths, strict=True))
        return f"{mark:<{_GAP}}{''.join(padded)}"

    def _problems(self, problems: Sequence[Problem], prefix: str) -> None:
        for problem in problems:
            self.printer.print()
            self.printer.print(Text(self.printer.safe(f"{prefix}{problem}")))

    def _indented(self, text: Text) -> None:
        self.printer.print(Padding(text, (0, 0, 0, _GAP)))
