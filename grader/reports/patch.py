"""A fix as a unified diff of the student's file, which `git apply` and `patch -p1` accept; of a notebook, of its cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.records.assessed import Assessed
from grader.records.changed_lines import ChangedLines, changed_lines
from grader.records.fix_found import FixFound
from grader.records.submission import SolutionFile

CONTEXT = 3
_LINE_END = re.compile(r"\r\n|\r|\n")  # as Python reads text files
_NO_LINE_END = "\\ No newline at end of file\n"


def patch(file: SolutionFile, repaired: str, name: str) -> str | None:
    """The diff of the file that makes its text `repaired`. `name`: its path in the diff, if that of the file cannot be used.

    None if no diff can show the file: its encoding is not UTF-8, or its name has characters that diffs quote.
    """
    if file.text is None or not file.is_utf8:
        return None
    path = file.path if _is_usable(file.path) else name
    if not file.cells:
        return _diff(path, file.original or file.text, with_line_ends(file, repaired))
    parts = _cells(file, repaired)
    return "".join(_diff(f"{path}.cell{cell}.py", old, new) for cell, old, new in parts if old != new)


def fix_found(assessed: Assessed, before: bytes) -> FixFound:
    """The fix that was run, as a patch and as the whole file. `before`: the bytes of the file."""
    file, verdict = assessed.file, assessed.grade.verdict
    repair = next((finding.repair for finding in assessed.findings if finding.repair), None)
    diff = patch(file, repair.text, assessed.exercise.solution_path) if file and repair else None
    if file is None or repair is None or diff is None:
        return FixFound(verdict, before=before)
    return FixFound(verdict, diff, with_line_ends(file, repair.text).encode(), before)


def with_line_ends(file: SolutionFile, repaired: str) -> str:
    """The repaired text with the line ends and the BOM that the file has."""
    if file.text is None or not file.original:
        return repaired
    original = file.original.removeprefix("\ufeff")
    ends = _LINE_END.findall(original)
    usual = max(ends, key=ends.count, default="\n")
    text = file.text.split("\n")
    new = repaired.split("\n")
    lines = list(zip(text, [*ends, ""], strict=True))
    for change in reversed(changed_lines(text, new)):
        lines[change.line - 1 : change.line - 1 + len(change.old)] = [(line, usual) for line in change.new]
    body = "".join(line + (end or usual) for line, end in lines[:-1]) + lines[-1][0]
    return file.original[: len(file.original) - len(original)] + body


def _is_usable(path: str) -> bool:
    return not path.startswith(("/", "\\")) and ".." not in path.split("/") and path.isprintable() and not set(path) & set('"\\:')


def _cells(file: SolutionFile, repaired: str) -> list[tuple[int, str, str]]:
    """The number, the old and the new text of each cell."""
    text = (file.text or "").split("\n")
    owners = [cell for cell, _ in file.cells]
    old: dict[int, list[str]] = {cell: [] for cell in owners}
    for line, cell in zip(text, owners, strict=False):
        old[cell].append(line)
    new_lines = [[line] for line in text]
    added: dict[int, list[str]] = {}
    for change in changed_lines(text, repaired.split("\n")):
        if change.old:
            new_lines[change.line - 1 : change.line - 1 + len(change.old)] = [list(change.new), *([] for _ in change.old[1:])]
        else:
            added.setdefault(min(change.line, len(owners)), []).extend(change.new)
    new: dict[int, list[str]] = {cell: [] for cell in owners}
    for number, cell in enumerate(owners, 1):
        put_before = added.get(number, [])
        if number > 1 and owners[number - 2] != cell and put_before:  # it continues the cell before
            new[owners[number - 2]] += put_before
            put_before = []
        new[cell] += [*put_before, *new_lines[number - 1]]
    return [(cell, _joined(old[cell]), _joined(new[cell])) for cell in old]


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _diff(path: str, old: str, new: str) -> str:
    name = f"{path}\t" if " " in path else path  # a tab ends a name with spaces
    old_lines, new_lines = _ended(old), _ended(new)
    changes = changed_lines(old_lines, new_lines)
    hunks = "".join(_hunk(group, old_lines, shift) for group, shift in _groups(changes))
    return f"--- a/{name}\n+++ b/{name}\n{hunks}"


def _ended(text: str) -> list[str]:
    """The lines with their ends."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _groups(changes: Sequence[ChangedLines]) -> Iterator[tuple[list[ChangedLines], int]]:
    """Changes whose contexts touch, and by how many lines those before have moved the text."""
    group: list[ChangedLines] = []
    shift = moved = 0
    for change in changes:
        if group and change.line - (group[-1].line + len(group[-1].old)) > 2 * CONTEXT:
            yield group, shift
            group, shift = [], moved
        group.append(change)
        moved += len(change.new) - len(change.old)
    if group:
        yield group, shift


def _hunk(changes: Sequence[ChangedLines], old: Sequence[str], shift: int) -> str:
    first, last = changes[0].line, changes[-1].line + len(changes[-1].old) - 1
    start, end = max(1, first - CONTEXT), min(len(old), last + CONTEXT)
    body: list[str] = []
    place = start
    for change in changes:
        body += [f" {line}" for line in old[place - 1 : change.line - 1]]
        body += [f"-{line}" for line in change.old]
        body += [f"+{line}" for line in change.new]
        place = change.line + len(change.old)
    body += [f" {line}" for line in old[place - 1 : end]]
    before = end - start + 1
    after = before + sum(len(each.new) - len(each.old) for each in changes)
    head = f"@@ -{_range(start, before)} +{_range(start + shift, after)} @@\n"
    return head + "".join(line if line.endswith("\n") else f"{line}\n{_NO_LINE_END}" for line in body)


def _range(start: int, count: int) -> str:
    """An empty range begins with the line before it."""
    return f"{start if count else start - 1},{count}"
