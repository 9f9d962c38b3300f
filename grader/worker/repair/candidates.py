"""The candidates for a fix of one file, the likeliest first. A file that Python cannot parse raises SyntaxError."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from grader.worker.repair.catalogue import RULES
from grader.worker.repair.proposals import SIGN, Proposal, TextChange
from grader.worker.repair.student_file import StudentFile

MAX_CANDIDATES = 400
OTHER_LINE = 12  # a proposal for a line that the trace does not suspect comes so much later
SUPPORTED = SIGN + 2  # undoes a misconception that the trace supports
MAX_TOGETHER = 12  # one rule at more places than this is no small edit


@dataclass(frozen=True)
class Edit:
    """Lines `first` to `last` (from 1) are replaced by `lines`; `last == first - 1` inserts before `first`."""

    first: int
    last: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """Edits of the student's file, in the order of its lines.

    `rule`: the module that made it. `causes`: the misconceptions that it undoes, the most exact first.
    `why`: the key of the sentence that explains it.
    """

    rule: str
    causes: tuple[str, ...]
    edits: tuple[Edit, ...]
    why: str


def candidates(source: str, hints: dict[str, Any]) -> Iterator[Candidate]:
    """Candidates that differ from the file and from each other, and that Python can compile; at most `MAX_CANDIDATES`.

    Hints, all optional, and names are those of the exercise: `function`, its `parameters`, `leaves`, `optimizers`; `names`:
    the student's name → the exercise's; `lines`: suspect lines, the likeliest first; `causes`: misconceptions that the trace
    supports; `want`: edits that it asks for (see `rules/wanted.py`); `material`: sources of right solutions.
    """
    if "\r" in source.replace("\r\n", "") or "\f" in source:  # Python counts their lines in another way
        return
    file = StudentFile(source, hints)
    seen = {_essence(source)}
    made = 0
    for rule, proposal in _in_order(file):
        edits = edits_of(file, proposal.changes)
        if not edits:
            continue
        text = apply(source, edits)
        essence = _essence(text)
        if essence in seen or not _compiles(text):
            continue
        seen.add(essence)
        yield Candidate(rule, proposal.causes, edits, proposal.why)
        made += 1
        if made == MAX_CANDIDATES:
            return


def apply(source: str, edits: Sequence[Edit]) -> str:
    """The text after the edits."""
    lines = source.split("\n")
    for edit in sorted(edits, key=lambda each: (each.first, each.last), reverse=True):
        lines[edit.first - 1 : edit.last] = edit.lines
    return "\n".join(lines)


def edits_of(file: StudentFile, changes: Sequence[TextChange]) -> tuple[Edit, ...]:
    """Whole lines in place of the changed characters; none if changes overlap."""
    found: list[Edit] = []
    pending: list[TextChange] = []
    for change in sorted(set(changes)):
        if pending and change.start < pending[-1].end:
            return ()
        if pending and file.line_at(change.start) > file.line_at(max(pending[-1].end - 1, pending[-1].start)):
            found.append(_edit(file, pending))
            pending = []
        pending.append(change)
    if pending:
        found.append(_edit(file, pending))
    return tuple(each for each in found if each.lines != tuple(file.lines[each.first - 1 : each.last]))


def _edit(file: StudentFile, changes: Sequence[TextChange]) -> Edit:
    start, end = changes[0].start, changes[-1].end
    first, last = file.line_at(start), file.line_at(end)
    whole_lines = start == file.line_start(first) and end == file.line_start(last) and _ends_a_line(changes[-1].text)
    if whole_lines:
        last -= 1
    begin, stop = file.line_start(first), end if whole_lines else file.line_start(last) + len(file.lines[last - 1])
    parts, at = [], begin
    for change in changes:
        parts += [file.text[at : change.start], change.text]
        at = change.end
    text = "".join([*parts, file.text[at:stop]])
    lines = text.removesuffix("\n").split("\n") if text else []
    if not whole_lines:
        lines = text.split("\n")
    return _trimmed(file, Edit(first, last, tuple(lines)))


def _trimmed(file: StudentFile, edit: Edit) -> Edit:
    """Without the lines at both ends that stay as they are."""
    first, last, lines = edit.first, edit.last, list(edit.lines)
    while lines and first <= last and lines[0] == file.lines[first - 1]:
        lines.pop(0)
        first += 1
    while lines and first <= last and lines[-1] == file.lines[last - 1]:
        lines.pop()
        last -= 1
    return Edit(first, last, tuple(lines))


def _ends_a_line(text: str) -> bool:
    return not text or text.endswith("\n")


def _in_order(file: StudentFile) -> list[tuple[str, Proposal]]:
    found: list[tuple[int, int, str, Proposal]] = []
    for rule in RULES:
        name = rule.__name__.rpartition(".")[2]
        alike: dict[str, list[Proposal]] = defaultdict(list)
        for proposal in rule.proposals(file):
            found.append((_place(file, proposal), len(found), name, proposal))
            if proposal.group:
                alike[proposal.group].append(proposal)
        for proposals in alike.values():
            if 1 < len(proposals) <= MAX_TOGETHER:
                together = _together(proposals)
                found.append((_place(file, together) + 1, len(found), name, together))
    found.sort(key=lambda each: each[:2])
    return [(name, proposal) for _, _, name, proposal in found]


def _together(proposals: Sequence[Proposal]) -> Proposal:
    first = proposals[0]
    changes = tuple(dict.fromkeys(change for each in proposals for change in each.changes))
    return Proposal(changes, first.why, first.causes, min(each.rank for each in proposals))


def _place(file: StudentFile, proposal: Proposal) -> int:
    if set(proposal.causes[:2]) & set(file.hints.get("causes", ())):
        return min(proposal.rank, SUPPORTED)
    suspects = file.suspects
    if not suspects or proposal.rank <= SIGN:  # the text itself shows it
        return proposal.rank
    touched = {file.line_at(at) for change in proposal.changes for at in (change.start, change.end)}
    return proposal.rank + min((suspects[line] for line in touched if line in suspects), default=OTHER_LINE)


def _essence(text: str) -> str:
    """The text without the ends of its lines and empty lines, so that nothing is tried twice."""
    return "\n".join(line.rstrip() for line in text.split("\n") if line.strip())


def _compiles(text: str) -> bool:
    try:
        compile(text, "solution", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True
