"""A reset, step, clipping, update or backward at the wrong place: moved to each place near it, also into and out of loops."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.kinds import EARLIER, INTO_LOOP, LATER, OUT_OF_LOOP, kind
from grader.worker.repair.places import InsertionPlace, insertion_places
from grader.worker.repair.proposals import LIKELY, POSSIBLE, Proposal
from grader.worker.repair.student_file import Statement, StudentFile

_NEAREST = 10  # places of one statement
_LOOPS = (ast.For, ast.While)


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Each statement with a kind, moved; the nearest places first."""
    places = insertion_places(file)
    for each in file.movable:
        what = kind(file, each)
        if what not in EARLIER:
            continue
        around = file.inside(each, ast.FunctionDef)
        own = [place for place in places if place.function is around and not _is_no_move(file, each, place)]
        own = [place for place in own if not _loses_names(file, each, place)]
        own.sort(key=lambda place: abs(place.line - each.first))
        for distance, place in enumerate(own[: _NEAREST if what != "loss" else 4]):
            changes = (file.delete(each), place.insert(file, file.lines_of(each)))
            rank, causes = _judged(file, each, place, what)
            yield Proposal(changes, f"move-{what}", causes, rank + distance)


def _is_no_move(file: StudentFile, statement: Statement, place: InsertionPlace) -> bool:
    beside = place.before or place.after
    while beside is not None:  # a place inside the statement itself
        if beside is statement:
            return True
        beside = beside.parent
    return place.before is not None and place.before is file.next(statement)


def _loses_names(file: StudentFile, statement: Statement, place: InsertionPlace) -> bool:
    """It uses the variable of a loop that it would leave."""
    loop = file.inside(statement, ast.For)
    while loop is not None and isinstance(loop.node, ast.For):
        if not file.is_inside(place.beside, loop):
            targets = {part.id for part in ast.walk(loop.node.target) if isinstance(part, ast.Name)}
            if targets & {part.id for part in ast.walk(statement.node) if isinstance(part, ast.Name)}:
                return True
        loop = file.inside(loop, ast.For)
    return False


def _judged(file: StudentFile, statement: Statement, place: InsertionPlace, what: str) -> tuple[int, tuple[str, ...]]:
    beside = place.before or place.after
    assert beside is not None
    depth, new_depth = _depth(file, statement), _depth(file, beside)
    if new_depth > depth:
        return (LIKELY if what != "loss" else POSSIBLE), INTO_LOOP.get(what, ())
    if new_depth < depth:
        return (LIKELY if what not in ("loss", "backward") else POSSIBLE + 5), OUT_OF_LOOP.get(what, ())
    is_usual = what not in ("loss", "backward") and beside.block is statement.block
    rank = LIKELY if is_usual else POSSIBLE
    return rank, (EARLIER if place.line < statement.first else LATER).get(what, ())


def _depth(file: StudentFile, statement: Statement) -> int:
    loop, depth = file.inside(statement, _LOOPS), 0
    while loop is not None:
        loop, depth = file.inside(loop, _LOOPS), depth + 1
    return depth
