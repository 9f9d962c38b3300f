"""Every sentence a student reads, as functions of plain values; nothing here knows of colours or tables.

A sentence says what happened (with numbers), where (`file:line`), why, and what to change, in that order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TypeAlias

from grader.records.exercise import Exercise
from grader.records.proof import Proof, Standing
from grader.records.result import ErrorInfo, Result, Status, StepResult, Verdict
from grader.reports.values import first_difference, value

__all__ = ["value"]

# The code cells of a notebook, each with the line of the code that it begins on.
Cells: TypeAlias = Sequence[tuple[int, int]]

# The lines before and after something, and whether they run more often than it belongs there.
Gap: TypeAlias = tuple[int | None, int | None, bool]

_LONGEST_LINE = 160
_LONGEST_OUTPUT = 800

# What Python puts at the end of a syntax error's message: the place, which is said already.
_SYNTAX_PLACE = re.compile(r" ?\([^()]*, line \d+\)$")

STATUS: Mapping[Status, str] = {
    "matched": "right",
    "carried": "right, on a gradient that was already off",
    "wrong": "wrong",
    "missing": "missing",
    "unexpected": "not asked for",
    "skipped": "optional, left out",
}

_UNASKED: Mapping[str, str] = {
    "backward": "a backward",
    "zero": "a reset of .grad",
    "step": "a step of an optimizer",
    "edit": "a change of .grad",
    "update": "a change of a tensor's value",
}

_HIDDEN: Mapping[Status, str] = {
    "wrong": "right with the numbers in the exercise, wrong with others: what it leaves does not follow the input",
    "missing": "done with the numbers in the exercise, not with others: the function goes another way there",
    "unexpected": "only done with other numbers than those in the exercise: the function goes another way there",
}

UNSTARTED: tuple[Verdict, ...] = ("not_started", "not_found")


# Verdicts


def summary(
    verdict: Verdict,
    *,
    score: float | None,
    max_score: float,
    error: ErrorInfo | None,
    first_wrong: StepResult | None,
    seconds_limit: float,
    file: str | None,
    differs: Sequence[str] = (),
    sentence: str = "",
    cells: Cells = (),
) -> str:
    """The one sentence about one exercise.

    `differs` are the names that `first_wrong` is about; a `sentence` stands in the place of an error's message, or of
    what would be said about `first_wrong`.
    """
    match verdict:
        case "passed":
            return "Every step is right."
        case "failed":
            return sentence or failed(first_wrong, file, score, max_score, differs, cells)
        case "error":
            return f"{_at(file, error, cells)}{sentence}" if sentence else raised(error, file, cells)
        case "memory":
            return _at(file, error, cells) + out_of_memory()
        case "timeout":
            return timed_out(seconds_limit, file, error, cells)
        case "crashed":
            return crashed(error)
        case "not_started":
            return "Not started: the file is still the starter."
        case "not_found":
            return f"No file yet: write {file}." if file else "No file yet."
        case "grader_error":
            return grader_error(error)


def failed(
    first_wrong: StepResult | None,
    file: str | None,
    score: float | None,
    max_score: float,
    differs: Sequence[str] = (),
    cells: Cells = (),
) -> str:
    """Where the first wrong step is, and what it left instead of what was expected."""
    if first_wrong is None:
        return f"Not everything is right yet: {points(score, max_score)} points."
    place = where(file, first_wrong.line, cells)
    if first_wrong.only_visible:
        return f"{place}{only_visible(first_wrong.status)}"
    if first_wrong.status == "missing":
        return f"{place}{missing(first_wrong.step)}"
    if first_wrong.status == "unexpected":
        return f"{place}here is {first_wrong.step} that no step asks for."
    difference = first_difference(first_wrong.expected, first_wrong.observed, differs)
    if difference is None:
        return place + (first_wrong.note or f"`{first_wrong.step}` did not do what was asked.")
    name, expected, observed = difference
    return f"{place}{_subject(name or first_wrong.step)} is {observed} here, {expected} was expected."


def raised(error: ErrorInfo | None, file: str | None, cells: Cells = ()) -> str:
    """An exception of the student's."""
    if error is None:
        return "The function did not end as the exercise says."
    place = where(file, error.line, cells)
    message = first_line(error.message)
    match error.type:
        case "SyntaxError" | "IndentationError" | "TabError":
            reason = _in_cells(_SYNTAX_PLACE.sub("", message), cells) or "invalid syntax"
            return f"{place}Python cannot read this line: {reason}."
        case "SystemExit":
            return f"{place}The program ended itself here; the function must return instead."
        case "KeyboardInterrupt":
            return f"{place}KeyboardInterrupt was raised here; the function must return instead."
        case "RecursionError":
            return f"{place}A function called itself without end (RecursionError)."
    return place + (f"{error.type}: {message}" if message else f"{error.type} was raised here.")


def out_of_memory() -> str:
    return "The function asked for more memory than the exercise allows. Look for a tensor that grows."


def missing(step: str) -> str:
    """A call ends with a bracket; anything else is done."""
    return f"`{step}` was not {'called' if step.endswith(')') else 'done'}."


def timed_out(seconds: float, file: str | None = None, error: ErrorInfo | None = None, cells: Cells = ()) -> str:
    """Where the error has a line, it is that of the last call that was seen."""
    if error is None or error.line is None:
        return f"Still running after {value(seconds)} s, so it was stopped. Look for a loop without end."
    return (
        f"{_at(file, error, cells)}Here was the last call; {value(seconds)} s after the start the function was still running, "
        "so it was stopped. Look for a loop without end."
    )


def with_other_numbers(sentence: str) -> str:
    """Something that happened in a hidden case only."""
    return f"{sentence} This happened with other numbers than those in the exercise."


def crashed(error: ErrorInfo | None) -> str:
    """The child process ended without a last word."""
    reason = f" ({first_line(error.message)})" if error and error.message else ""
    return f"Python itself stopped before the function returned{reason}. Look for os._exit, very long output or a crash in C."


def grader_error(error: ErrorInfo | None) -> str:
    reason = f" ({first_line(error.message)})" if error and error.message else ""
    return f"The grader failed here, not you; this counts neither way{reason}."


# What stands in the place of an error's message


def neighbour_import(module: str, neighbour: str) -> str:
    """`neighbour` is the file beside the solution that the import was meant for."""
    return f"`import {module}` means {neighbour}, but a solution is one file: copy what it needs from there."


def not_installed(module: str) -> str:
    """An import of something that is neither installed nor a file beside the solution."""
    return f"`{module}` is not installed here. A solution is one file: it may import only what is installed."


def relative_import() -> str:
    return "A solution is one file: it may import what is installed, but no other file."


def no_function(function: str, parameters: Sequence[str], near: str) -> str:
    """`near` is a function with almost that name, if there is one."""
    cure = f"did you mean `{near}`?" if near else f"write `def {function}({', '.join(parameters)}):`."
    return f"There is no function `{function}` in this file: {cure}"


def no_callable(function: str, parameters: Sequence[str]) -> str:
    return f"`{function}` is not a function here: write `def {function}({', '.join(parameters)}):`."


def wrong_parameters(function: str, parameters: Sequence[str], reason: str) -> str:
    """`reason` is Python's."""
    return f"`{function}` must take the parameters ({', '.join(parameters)}), in this order: {reason.rstrip('.')}."


def unreadable(problem: str) -> str:
    return f"The file could not be graded. {problem}"


# Predictions


def entry(number: int, step: str) -> str:
    """A row of a prediction: an entry of the answer, and the step it is about."""
    return f"{number}. {step}"


def entry_too_many(number: int) -> str:
    return f"{number}."


def no_answer() -> str:
    """An answer that is still `...`."""
    return "no answer yet"


def unanswered(name: str) -> str:
    return f"There is no answer for {name} yet."


def wrong_answer(name: str, answer: object) -> str:
    """`answer` is what the student says; what is right is not told."""
    return f"{name} is not {value(answer)}."


def not_asked(name: str) -> str:
    return f"Nobody asks for `{name}` here."


def needs_names(names: Sequence[str]) -> str:
    return f"This entry must be a dict with {' and '.join(f'`{name}`' for name in names)}."


def raises_otherwise(answer: object) -> str:
    """What was foreseen of a step that raises."""
    return f"What happens here is not {value(answer)}."


def about_entry(number: int, sentence: str) -> str:
    return f"Entry {number} of your answer: {sentence[:1].lower()}{sentence[1:]}" if number else sentence


def missing_entry(number: int, many: int) -> str:
    return f"Entry {number} of {many} is missing in your answer."


def entries_too_many(many: int) -> str:
    return f"Your answer has too many entries: {many} are asked for."


def no_list(function: str, many: int) -> str:
    return f"`{function}()` must return a list with {_entries(many)}."


def _entries(many: int) -> str:
    return "one entry" if many == 1 else f"{many} entries"


# The timeline: its headings, rows that are no steps, and notes beside them


def headings(name: str, *, answers: bool) -> tuple[str, ...]:
    """Of step, call, what was expected, what was observed, and status. `answers`: they are not observed but given."""
    of = f" {name}" if name else ""
    return ("step", "your call", f"expected{of}", f"your answer{of}" if answers else f"observed{of}", "status")


def observed(texts: str, *, answers: bool) -> str:
    return f"{'you say' if answers else 'observed'} {texts}"


def returned() -> str:
    return "the returned value"


def unasked(kind: str) -> str:
    """A call that no step asks for, by its effect: `backward`, `zero`, `step`, `edit`, `update`."""
    return _UNASKED.get(kind, "a call")


def status(step: StepResult) -> str:
    """How a step stands, in a few words."""
    return f"{STATUS[step.status]} with other numbers" if step.only_visible else STATUS[step.status]


def only_visible(status: Status) -> str:
    """Something that hidden cases show, and the numbers in the exercise do not."""
    sentence = _HIDDEN[status]
    return f"{sentence[0].upper()}{sentence[1:]}."


def called_from(line: int, cells: Cells = ()) -> str:
    return f"called from {line_name(line, cells)}"


def call_line(line: int | None, called_from: int | None = None, cells: Cells = ()) -> str:
    """Where a call of the student's is: `line 5`, or `line 5, from line 12` inside a function of their own."""
    if line is None:
        return ""
    here = line_name(line, cells)
    return here if called_from is None else f"{here}, from {line_name(called_from, cells)}"


def line_name(line: int, cells: Cells = ()) -> str:
    """`line 5`; of a notebook `cell 3, line 5`. `cells` are its code cells, each with the line of the code it begins on."""
    for cell, first in reversed(cells):
        if first <= line:
            return f"cell {cell}, line {line - first + 1}"
    return f"line {line}"


def note(text: str, steps: Sequence[str]) -> str:
    """A note with the steps that it is about."""
    return f"{', '.join(dict.fromkeys(steps))}: {text}"


# Diagnoses


def is_not(name: str, observed: object, expected: object) -> str:
    """What a name holds, and what it should hold."""
    return f"{_subject(name)} is {value(observed)}, {value(expected)} was expected."


def _subject(name: str) -> str:
    """A name at the beginning of a sentence; no tensor can be called `return`."""
    return "The returned value" if name == "return" else name


def slope(derivative: str | None) -> str:
    """What should have been differentiated, and what comes out."""
    return f"The derivative asked for: {derivative}." if derivative else ""


def another_way() -> str:
    """Where nothing is known but the place."""
    return "Up to here it is as asked; then it goes another way."


def answers_fit(why: Sequence[str]) -> str:
    """Of a prediction: who makes this mistake, or one of these, answers so."""
    return f"Your answers fit two mistakes. {' Or: '.join(why)}" if len(why) > 1 else f"Your answers fit this mistake: {why[0]}"


def times(factor: float) -> str:
    """How a wrong number relates to the right one, where nothing more is known."""
    return f"That is {value(factor)} times as much."


def either(why: Sequence[str]) -> str:
    """Two mistakes that leave exactly the same."""
    return f"Two mistakes look like this. {' Or: '.join(why)}"


def put_in(step: str, gap: Gap, cells: Cells = ()) -> str:
    return f"put `{step}` {_between(gap, cells)}"


def take_out(what: str, line: int, called_from: int | None = None, cells: Cells = ()) -> str:
    called = "" if called_from is None else f", called from {line_name(called_from, cells)}"
    return f"take out the {what} {_on(line, cells)}{called}"


def move(step: str, line: int | None, gap: Gap, cells: Cells = ()) -> str:
    """Something right that stands in the wrong place."""
    start = f" from {line_name(line, cells)}" if line is not None else ""
    return f"move `{step}`{start} to {_between(gap, cells).removeprefix('at ')}"


def use_loss(losses: Sequence[str], line: int | None, cells: Cells = ()) -> str:
    """Several losses on one line are those of the passes of a loop."""
    wanted = ", then ".join(f"`{loss}`" for loss in losses)
    return f"make the loss {_on(line, cells)} {wanted}" if line is not None else f"make the loss {wanted}"


def apart(losses: Sequence[str]) -> str:
    """Losses that had one backward of their sum; those of a loop have one text."""
    if len(losses) == 1:
        return f"call `backward()` on `{losses[0]}` in every pass of the loop, not once on the sum"
    return f"call `backward()` on {_one_by_one(losses)}, not once on their sum"


def not_by_hand(losses: Sequence[str]) -> str:
    """Gradients that were assigned."""
    return f"call `backward()` on {_one_by_one(losses)}, instead of assigning `.grad`"


def _one_by_one(losses: Sequence[str]) -> str:
    return ", then on ".join(f"`{loss}`" for loss in losses)


def use_given() -> str:
    """A loss of a tensor that the function made itself."""
    return "make the losses of the tensors that the function was given, not of new ones"


def in_place(code: str) -> str:
    """A name that got another tensor."""
    return f"write `{code}` where a new tensor is made"


def last_too(names: str) -> str:
    """`names` are the variables of a loop."""
    return f"let the loop run for the last `{names}` too"


def in_one(loss: str) -> str:
    """A loss that had a backward for each of its parts."""
    return f"call `backward()` once, on `{loss}`, not on its parts"


def in_every_pass(code: str, names: str) -> str:
    """`names` are the variables of a loop."""
    return f"call `{code}` for every `{names}`"


def let_through(names: Sequence[str], at: int | str | None, cells: Cells = ()) -> str:
    """A path that is cut, whatever cut it; `at` is the line of the loss, or the name of what is made on the way to it."""
    to = f" to {' and '.join(f'`{name}`' for name in names)}" if names else ""
    where = "" if at is None else f" in `{at}`" if isinstance(at, str) else f" in the loss of {line_name(at, cells)}"
    return f"let gradient through{to}{where}: look for `detach()`, `item()`, `torch.no_grad()` and `requires_grad_(False)`"


def write(step: str, line: int | None, cells: Cells = ()) -> str:
    return f"write `{step}` {_on(line, cells)}" if line is not None else f"write `{step}`"


def unpack() -> str:
    """Something returned in a tuple or a list of its own."""
    return "put `[0]` behind what is returned"


def _on(line: int, cells: Cells) -> str:
    return f"{'in' if cells else 'on'} {line_name(line, cells)}"


def _between(gap: Gap, cells: Cells) -> str:
    """A place in the program; where the lines run more than once and it is meant once, which run is meant."""
    before, after, once = gap
    first, last = ("" if line is None else line_name(line, cells) for line in (before, after))
    if before is not None and after is not None:
        if before < after:
            return f"between {first} and {last}" + (", but not every time" if once else "")
        return f"between {first} and the next run of {last}"
    if before is not None:
        return f"{'at the end, ' if once else ''}after {first}"
    if after is not None:
        return f"before the first run of {last}" if once else f"before {last}"
    return "into the function"


def fix(text: str) -> str:
    """What to change, once it is proven that it would help."""
    return f"To mend it: {text.rstrip('.')}."


# The frame of a report


def points(score: float | None, max_score: float) -> str:
    return f"{'-' if score is None else value(score)}/{value(max_score)}"


def totals(results: Sequence[Result]) -> str:
    """`2 of 3 exercises pass, 7/9 points. 4 exercises are not started yet.` The points are those of the started ones."""
    started = [result for result in results if result.verdict not in UNSTARTED]
    waiting = len(results) - len(started)
    rest = f" {_count(waiting, 'exercise')} {'is' if waiting == 1 else 'are'} not started yet." if waiting else ""
    if not started:
        return rest.strip() or "Nothing was graded."
    passed = sum(result.verdict == "passed" for result in started)
    earned = points(sum(result.score or 0 for result in started), sum(result.max_score for result in started))
    verb = "passes" if len(started) == 1 else "pass"
    return f"{passed} of {_count(len(started), 'exercise')} {verb}, {earned} points.{rest}"


def next_line(results: Sequence[Result], exercises: Sequence[Exercise] = ()) -> str:
    """The one thing to do now. `exercises`, where known, are the course, in its order."""
    for result in results:
        if result.verdict not in ("passed", "grader_error", *UNSTARTED):
            return f"Next: {_mend(result)} For a hint: python -m grader hint {result.exercise}"
    for result in results:
        if result.verdict in UNSTARTED:
            return f"Next: {_start(result, exercises)}"
    if any(result.verdict == "grader_error" for result in results):
        return "Next: run the grader again; if it fails the same way, show this to your teacher."
    if not results:
        return "Next: write a solution and run the grader again."
    following = _following(results, exercises)
    return f"Next: go on to {_titled(following)}." if following else "Next: nothing is left to do here. Well done."


def _following(results: Sequence[Result], exercises: Sequence[Exercise]) -> Exercise | None:
    """The exercise of the course after the last one that was graded."""
    graded = {result.exercise for result in results}
    places = [place for place, exercise in enumerate(exercises) if exercise.id in graded]
    return next(iter(exercises[places[-1] + 1 :]), None) if places else None


def _titled(exercise: Exercise) -> str:
    return f"{exercise.id} ({exercise.title})"


def state(result: Result | None) -> str:
    """How an exercise stands, in a word or two, for the list of the course."""
    if result is None:
        return "not graded yet"
    if result.verdict in ("failed", "error"):
        return f"{points(result.score, result.max_score)} points"
    return result.verdict.replace("_", " ")


def about(exercise: Exercise) -> str:
    """How hard an exercise is, and what it teaches, for the list of the course."""
    return f"level {exercise.level}, {exercise.concept or exercise.title}"


def next_exercise(exercise: Exercise | None, solutions: str) -> str:
    """The end of the list: what to work on now."""
    if exercise is None:
        return "Next: nothing is left to do here. Well done."
    return f"Next: {_titled(exercise)} in {solutions}/{exercise.solution_path}"


# What `watch` says


def progress(passed: int, many: int) -> str:
    return f"{passed} of {many} pass"


def all_exercises() -> str:
    return "All exercises"


def all_graded(at: str) -> str:
    return f"{at} All of them were graded."


def change(at: str, file: str, before: Result | None, after: Result) -> str:
    """A file was saved: how its exercise stood, and how it stands now."""
    if after.verdict == "not_found":
        return f"{at} {file} is gone."
    stands = state(after)
    if before is None or state(before) == stands:
        return f"{at} {file} saved: {'still ' if before else ''}{stands}."
    return f"{at} {file} saved: {stands}, before: {state(before)}."


def onward(exercise: Exercise | None) -> str:
    """After an exercise that passes."""
    return f"Press n to go on to {_titled(exercise)}." if exercise else "All of them pass. Well done."


def ask_reset(file: str) -> str:
    return f"Put the starter back? Your {file} is kept beside it as {file}.bak. (y/n)"


def hint(number: int, many: int, text: str) -> str:
    return f"Hint {number} of {many}: {text.strip()}"


def no_more_hints(many: int) -> str:
    return "That was the last hint." if many else "This exercise has no hints."


def no_starter(exercise: Exercise) -> str:
    return f"{exercise.id} has no starter: write {exercise.solution_path} yourself."


def only_one_left() -> str:
    return "This is the only one left that does not pass."


def others(count: int, where: str) -> str:
    """Rows of the list that there is no room for."""
    return f"{count} more {where}"


def cannot_watch(reason: str) -> str:
    return f"Changed files cannot be seen here ({reason}). To look for them now and then: WATCHFILES_FORCE_POLLING=true."


def file_trouble(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror or error}."


def loading() -> str:
    return "Loading PyTorch, then grading what is there ..."


def grading() -> str:
    return "Grading ..."


def stray(path: str, nearest: str) -> str:
    cure = f"did you mean {nearest}?" if nearest else "name it after the exercise, as `python -m grader list` shows."
    name = path.replace("\n", "\\n")  # a file name can have lines of its own, which would pass for ours
    return f"{name} belongs to no exercise and was not graded: {cure}"


def torch_untested(version: str) -> str:
    return f"PyTorch {version} is in use; the grader is tested with 2.13, so a number may differ in its last digits."


def more_lines(count: int) -> str:
    return f"({_count(count, 'more line')})"


def more_characters(count: int) -> str:
    return f"({_count(count, 'more character')})"


def more_below(count: int, thing: str) -> str:
    """Where a page may not be longer."""
    return f"{_count(count, f'more {thing}')}: there is no room for all here."


def more_failed(count: int) -> str:
    """After the annotations that GitHub shows."""
    return f"{count} more did not pass: the summary of this step shows all."


def not_your_mistake(count: int) -> str:
    """Of the exercises on a page, as many have no mark."""
    return f"The grader itself failed on {count} of them. That is not your mistake: tell your teacher."


def stopped() -> str:
    """In place of a report that was never finished."""
    return "The grader itself stopped before it was done. That is not your mistake: tell your teacher."


def no_mark() -> str:
    """Under a platform's own line of points, where something has to stand."""
    return "Nothing was graded, so this 0 of 0 is no mark. The reason is at the head of the page."


def first_line(message: str) -> str:
    """The first line of a message that says something; of a long one its first sentences."""
    line = next((line.strip() for line in message.splitlines() if line.strip()), "")
    if len(line) <= _LONGEST_LINE:
        return line
    sentences = line[:_LONGEST_LINE].rpartition(". ")[0]
    return f"{sentences}." if sentences else f"{line[:_LONGEST_LINE].rstrip()} ..."


def is_cut(message: str) -> bool:
    """Does `first_line` leave out some of this?"""
    return first_line(message) != message.strip()


def output_cut() -> str:
    return "… the output was cut after 1 MB"


def cut_output(line: str) -> str:
    return line if len(line) <= _LONGEST_OUTPUT else f"{line[:_LONGEST_OUTPUT]} ..."


def run_line(torch: str, device: str, sandbox: str, seed: str | None) -> str:
    """What is needed to grade the same again; without the seed for whoever could draw the hidden cases with it."""
    return f"PyTorch {torch} on {device}, sandbox {sandbox}" + (f", --seed {seed}" if seed is not None else "")


def where(file: str | None, line: int | None, cells: Cells = ()) -> str:
    """`gradients_pile_up.py:9: `, or as much of it as is known; `gradients_pile_up.ipynb, cell 3, line 5: ` of a notebook."""
    if line is None:
        return ""
    return f"{_at_line(PurePath(file).name, line, cells)}: " if file else f"{line_name(line, cells).capitalize()}: "


def _at_line(file: str, line: int, cells: Cells) -> str:
    return f"{file}, {line_name(line, cells)}" if cells else f"{file}:{line}"


def _at(file: str | None, error: ErrorInfo | None, cells: Cells) -> str:
    return where(file, error.line, cells) if error else ""


def _in_cells(message: str, cells: Cells) -> str:
    """Python's own message, which may name a line too."""
    return re.sub(r"\bon line (\d{1,9})\b", lambda found: _on(int(found[1]), cells), message)


def _mend(result: Result) -> str:
    fixes = [diagnosis.fix for diagnosis in result.diagnoses if diagnosis.fix]
    if fixes:
        return f"{fixes[0].rstrip('.')} in {result.file or result.exercise}."
    return f"look at {_place_to_look(result)}."


def _place_to_look(result: Result) -> str:
    """`file:9`, or the lines around a call that is missing."""
    file = result.file or result.exercise
    line = next((each.line for each in result.diagnoses if each.line), None) or (result.error.line if result.error else None)
    if line is not None:
        return _at_line(file, line, result.cells)
    for index, step in enumerate(result.steps):
        if step.status in ("wrong", "missing", "unexpected"):
            return _at_line(file, step.line, result.cells) if step.line is not None else _gap(result, index, file)
    return file


def _gap(result: Result, index: int, file: str) -> str:
    before = [step.line for step in result.steps[:index] if step.line is not None]
    after = [step.line for step in result.steps[index:] if step.line is not None]
    if before and after:
        return f"{_at_line(file, before[-1], result.cells)} up to {line_name(after[0], result.cells)}"
    if before:
        return f"{_at_line(file, before[-1], result.cells)} and what should follow it"
    return f"{_at_line(file, after[0], result.cells)} and what should come before it" if after else file


def _start(result: Result, exercises: Sequence[Exercise]) -> str:
    known = next((exercise for exercise in exercises if exercise.id == result.exercise), None)
    title = f" ({known.title})" if known else ""
    file = result.file or (known.solution_path if known else None)
    return f"start {result.exercise}{title}" + (f" in {file}." if file else ".")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


# Proofs


_STANDING: Mapping[Standing, str] = {"right": "ok", "wrong": "no", "missing": "missing", "unknown": "-"}


def proof_cells(proof: Proof) -> tuple[str, str, str, str, str, str]:
    """What the table of `check` says of one exercise, after its name."""
    mutants = proof.told_apart + proof.survived
    return (
        _STANDING[proof.reference],
        _STANDING[proof.starter],
        f"{proof.named}/{proof.mistakes}",
        " ".join(proof.oracles) or "none",
        f"{proof.told_apart}/{mutants}",
        f"{proof.seconds:.1f} s",
    )


def proof_totals(proofs: Sequence[Proof], score: float, least: float, seconds: float) -> tuple[str, ...]:
    """What `check` says at the end."""
    proven = sum(proof.is_proven for proof in proofs)
    told, survived = sum(proof.told_apart for proof in proofs), sum(proof.survived for proof in proofs)
    equivalent = sum(proof.equivalent for proof in proofs)
    confirmed = {oracle: sum(oracle in proof.oracles for proof in proofs) for oracle in ("ledger", "sympy", "batch")}
    enough = "" if score >= least else f" At least {least:.0%} are asked for."
    return (
        f"{proven} of {len(proofs)} exercises proven in {seconds:.0f} s.",
        f"Confirmed without autograd: {confirmed['ledger']} by the ledger, {confirmed['sympy']} by sympy, "
        f"{confirmed['batch']} by the full batch.",
        f"Mistakes named: {sum(proof.named for proof in proofs)} of {sum(proof.mistakes for proof in proofs)}.",
        f"Mutation score: {score:.1%} ({told} of {told + survived} mutants told apart; "
        f"{equivalent} are the right program).{enough}",
    )
