"""The changes that a finding proposes, as a sentence that is easy to compare."""

from grader.records.fix import (
    BackwardNotAssignment,
    Insert,
    InsertInLoop,
    LetGradientThrough,
    Move,
    OneBackward,
    Remove,
    RunLastPass,
    SeparateBackwards,
    Unpack,
    UpdateInPlace,
    UseGivenTensors,
    UseLosses,
    Write,
)
from grader.reports.wording.places import line_name, on_line


def all_fixes(fixes, cells=()):
    """Several fixes in the order of the file, separated by semicolons; None if there are none."""
    return "; ".join(one_fix(each, cells) for each in fixes) or None


def one_fix(fix, cells=()):
    """A fix as an instruction, without a capital letter and a full stop."""
    match fix:
        case Write(code, line):
            return f"write `{code}`{_on(line, cells)}"
        case Insert(code, between):
            return f"put `{code}` {_between(between, cells, 'at ')}"
        case InsertInLoop(code, variables):
            return f"call `{code}` for every `{variables}`"
        case Move(code, line, to):
            start = "" if line is None else f" from {line_name(line, cells)}"
            return f"move `{code}`{start} to {_between(to, cells)}"
        case Remove(_, line, called_from):
            called = "" if called_from is None else f", called from {line_name(called_from, cells)}"
            return f"remove the {_removed(fix)} {on_line(line, cells)}{called}"
        case UseLosses(losses, line):
            return f"change the loss{_on(line, cells)} to {', then '.join(f'`{loss}`' for loss in losses)}"
        case SeparateBackwards((loss,)):
            return f"call `backward()` on `{loss}` in every pass of the loop, not once on the sum"
        case SeparateBackwards(losses):
            return f"call `backward()` on {_one_by_one(losses)}, not once on their sum"
        case OneBackward(loss):
            return f"call `backward()` once, on `{loss}`, not on its parts"
        case BackwardNotAssignment(losses):
            return f"call `backward()` on {_one_by_one(losses)}, instead of assigning `.grad`"
        case UpdateInPlace(code):
            return f"write `{code}` where a new tensor is made"
        case RunLastPass(variables):
            return f"let the loop run for the last `{variables}` too"
        case LetGradientThrough(names, at):
            return _let_gradient_through(names, at, cells)
        case UseGivenTensors():
            return "compute the losses from the tensors that the function was given, not from new ones"
        case Unpack():
            return "add `[0]` to what is returned"


def _on(line, cells):
    return "" if line is None else f" {on_line(line, cells)}"


def _removed(fix):
    match fix.what:
        case "step":
            return f"{fix.optimizer}.step()"
        case "clip":
            return "clipping"
        case what:
            return what


def _one_by_one(losses):
    return ", then on ".join(f"`{loss}`" for loss in losses)


def _let_gradient_through(names, at, cells):
    to = f" to {' and '.join(f'`{name}`' for name in names)}" if names else ""
    where = "" if at is None else f" in `{at}`" if isinstance(at, str) else f" in the loss of {line_name(at, cells)}"
    return f"let the gradient through{to}{where} (look for `detach()`, `item()`, `torch.no_grad()` and `requires_grad_(False)`)"


def _between(lines, cells, at=""):
    """A place in the file. If its lines run more than once, which run is meant. `at` comes before `the end`."""
    before, after = lines.before, lines.after
    first, last = ("" if line is None else line_name(line, cells) for line in (before, after))
    if before is not None and after is not None:
        if before < after:
            return f"between {first} and {last}" + (", but not each time that these lines run" if lines.once else "")
        return f"between {first} and the next run of {last}"
    if before is not None:
        return f"{f'{at}the end, ' if lines.once else ''}after {first}"
    if after is not None:
        return f"before the first run of {last}" if lines.once else f"before {last}"
    return "into the function"
