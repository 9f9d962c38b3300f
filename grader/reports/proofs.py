"""What `check` found: a row for each exercise as it is proven, then all problems, then the totals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from rich.padding import Padding
from rich.text import Text

from grader.errors import Problem
from grader.records.proof import Proof
from grader.reports.printer import Printer
from grader.reports.wording import proofs

_HEADINGS = ("exercise", "reference", "starter", "wrong", "oracles", "mutants", "time")
_WIDTHS = (0, 9, 7, 5, 18, 7, 6)
_GAP = 2


class Proofs:
    """Prints on `stream`: one line for each exercise, or two if the terminal is too narrow."""

    def __init__(self, stream: TextIO, exercises: Sequence[str], *, width: int | None = None) -> None:
        self.printer = Printer(stream, width)
        self.widths = (max(map(len, (_HEADINGS[0], *exercises))), *_WIDTHS[1:])
        self.is_wide = self.printer.width >= sum(self.widths) + _GAP * len(self.widths)
        if self.is_wide:
            self.printer.print(Text(self._table_row("", _HEADINGS), "dim"))

    def row(self, proof: Proof) -> None:
        mark, style = (self.printer.symbol("✓"), "green") if proof.is_proven else (self.printer.symbol("✗"), "red")
        if self.is_wide:
            self.printer.print(
                Text(self._table_row(mark, (proof.exercise, *proofs.cells(proof))), "" if proof.is_proven else style)
            )
            return
        self.printer.print(Text.assemble((mark, style), " ", (self.printer.safe(proof.exercise), "bold")))
        cells = zip(_HEADINGS[1:], proofs.cells(proof), strict=True)
        text = Text(", ".join(f"{heading} {cell}" for heading, cell in cells if cell), "dim")
        self.printer.print(Padding(text, (0, 0, 0, _GAP)))

    def end(self, all_proofs: Sequence[Proof], score: float, least: float, seconds: float) -> None:
        """Print all problems, all notes, and the totals."""
        self._print_problems([problem for proof in all_proofs for problem in proof.problems], "")
        self._print_problems([note for proof in all_proofs for note in proof.notes], "note: ")
        self.printer.print()
        for sentence in proofs.totals(all_proofs, score, least, seconds):
            self.printer.print(Text(self.printer.safe(sentence)))

    def _table_row(self, mark: str, cells: Sequence[str]) -> str:
        padded = (f"{self.printer.safe(cell):<{width + _GAP}}" for cell, width in zip(cells, self.widths, strict=True))
        return f"{mark:<{_GAP}}{''.join(padded)}"

    def _print_problems(self, problems: Sequence[Problem], prefix: str) -> None:
        for problem in problems:
            self.printer.print()
            self.printer.print(Text(self.printer.safe(f"{prefix}{problem}")))
