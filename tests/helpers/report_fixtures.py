"""A report with every verdict, as a class of beginners would cause it."""

import io
from html.parser import HTMLParser

import pytest

from grader.batch.store import Store
from grader.records.events import ExerciseGraded, RunFinished, RunStarted, SubmissionFinished
from grader.records.exercise import Exercise, Setup
from grader.records.result import Diagnosis, ErrorInfo, Report, Result, RunInfo, StepResult, StrayFile
from grader.reports.wording import notes, timeline, verdicts

PILE = "solutions/core/gradients_pile_up.py"
MICRO = "solutions/core/micro_batches_with_a_mean_loss.py"
FREED = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been "
    "freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad()."
)


def row(step, status, line=None, expected=None, observed=None, **more):
    return StepResult(step=step, status=status, line=line, expected=expected, observed=observed, **more)


def pile_up_steps():
    return (
        row("(x**2).backward()", "matched", 5, {"x.grad": [4.0]}, {"x.grad": [4.0]}, call="backward"),
        row("(x**3).backward()", "matched", 7, {"x.grad": [16.0]}, {"x.grad": [16.0]}, call="backward"),
        row("x.grad.zero_()", "missing", None, {"x.grad": [0.0]}),
        row("(x**2 + x).backward()", "carried", 12, {"x.grad": [5.0]}, {"x.grad": [21.0]}, call="backward", called_from=20),
    )


def micro_batch_steps():
    loss = "(mse_loss(model(X), y) / len(batches)).backward()"
    grad, weight = "model.weight.grad", "model.weight"
    hidden = {"only_visible": True, "note": timeline.only_visible("wrong")}
    return (
        row("optimizer.zero_grad()", "skipped", None, {grad: None}),
        row(loss, "wrong", 9, {grad: [[-0.5]]}, {grad: [[-1.0]]}, call="backward"),
        row(loss, "wrong", 9, {grad: [[-2.0]]}, {grad: [[-2.0]]}, call="backward", **hidden),
        row(timeline.unexpected_call("backward"), "unexpected", 10, None, {grad: [[-4.0]]}, call="backward"),
        row("optimizer.step()", "carried", 11, {weight: [[1.2]]}, {weight: [[1.4]]}, call="update"),
    )


def result(exercise, verdict, score, max_score, file, *, steps=(), error=None, **more):
    first_wrong = next((step for step in steps if step.status in ("wrong", "missing", "unexpected")), None)
    summary = verdicts.summary(
        verdict, score=score, max_score=max_score, error=error, first_wrong=first_wrong, seconds_limit=5.0, file=file
    )
    return Result(
        submission="solutions",
        exercise=exercise,
        file=file,
        verdict=verdict,
        score=score,
        max_score=max_score,
        summary=summary,
        steps=steps,
        error=error,
        **more,
    )


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    store = Store(tmp_path / "out")
    yield store
    store.close()


@pytest.fixture
def report():
    diagnosis = Diagnosis(
        misconception="loss-not-divided",
        message="The loss of a micro-batch was not divided by the number of micro-batches.",
        line=8,
        fix="divide the loss on line 8 by 2",
    )
    freed = ErrorInfo(type="RuntimeError", message=FREED, line=8)
    results = (
        result("core/the-first-gradient", "passed", 1.0, 1.0, "solutions/core/the_first_gradient.py"),
        result("core/gradients-pile-up", "failed", 3.0, 4.0, PILE, steps=pile_up_steps(), output="x.grad tensor([4.])\n" * 15),
        result("core/reset-to-none", "passed", 3.0, 3.0, "solutions/core/reset_to_none.py"),
        result(
            "core/micro-batches-with-a-mean-loss", "failed", 0.5, 4.0, MICRO, steps=micro_batch_steps(), diagnoses=(diagnosis,)
        ),
        result("core/second-backward", "error", 1.0, 2.0, PILE, steps=pile_up_steps()[:1], error=freed),
        result("core/endless", "timeout", 0.0, 2.0, PILE),
        result("pixels/mirror", "not_started", 0.0, 2.0, "solutions/pixels/mirror.py"),
        result("pixels/palette", "not_found", 0.0, 2.0, "solutions/pixels/palette.py"),
        result("pixels/odd", "grader_error", None, 2.0, PILE),
    )
    strays = (
        StrayFile(submission="solutions", path="solutions/core/gradient_pile_up.py", nearest="core/gradients_pile_up.py"),
        StrayFile(submission="solutions", path="solutions/notes.ipynb"),
    )
    run = RunInfo(
        grader="0.1.0",
        torch="2.9.0+cpu",
        device="cpu",
        sandbox="none",
        seed="c0ffee",
        warnings=(notes.torch_untested("2.9.0+cpu"),),
    )
    return Report(run=run, results=results, strays=strays)


@pytest.fixture
def exercises(report):
    return [
        Exercise(each.exercise, "exercise.yaml", f"Title of {each.exercise}", "write", "solve", ("x",), Setup(), ())
        for each in report.results
    ]


@pytest.fixture
def a_result():
    return result


@pytest.fixture
def a_row():
    return row


@pytest.fixture
def events():
    """The events that a listener would get while this report was made."""

    def events(report):
        yield RunStarted(report.run, 1, len(report.results))
        for each in report.results:
            yield ExerciseGraded(each)
        yield SubmissionFinished("solutions", report.results, report.strays)
        yield RunFinished(report)

    return events


@pytest.fixture
def screen():
    """A stream that writes to memory in any encoding, and says whether it is a terminal."""

    def screen(encoding="utf-8", is_terminal=False):
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict", newline="\n")
        stream.isatty = lambda: is_terminal
        return stream

    return screen


@pytest.fixture
def text_on():
    def text_on(stream):
        stream.flush()
        return stream.buffer.getvalue().decode(stream.encoding)

    return text_on


@pytest.fixture
def hostile_report():
    """A report in which every text is hostile: commands, markup, formulas, and characters that no encoding has."""

    def hostile_report(text):
        step = row(text, "wrong", 3, {text: 1.0}, {text: text}, note=text)
        diagnosis = Diagnosis(misconception="sign", message=text, line=3, fix=text)
        results = tuple(
            Result(
                submission=text,
                exercise=f"core/{verdict}",
                file=f"{text}.py",
                verdict=verdict,
                score=0.0,
                max_score=1.0,
                summary=text,
                steps=(step,),
                diagnoses=(diagnosis,),
                error=ErrorInfo(type=text, message=text, line=3),
                output=text,
            )
            for verdict in ("passed", "failed", "error", "not_found")
        )
        stray = StrayFile(submission=text, path=text, nearest=text)
        run = RunInfo(grader="0.1.0", torch="2.9.0+cpu", device="cpu", sandbox="none", seed="c0ffee")
        return Report(run=run, results=results, strays=(stray,))

    return hostile_report


class Page(HTMLParser):
    """A page as a browser reads it: its elements with their attributes, and the text of each. Unbalanced tags are errors."""

    VOID = ("meta", "br")
    INLINE = ("a", "b", "bdi", "code", "span")

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.open = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        element = {"tag": tag, "text": "", **dict(attributes)}
        self.elements.append(element)
        if tag == "wbr":
            return
        if tag in self.VOID:
            self.handle_data(" ")
        else:
            self.open.append(element)

    def handle_startendtag(self, tag, attributes):
        self.elements.append({"tag": tag, "text": "", **dict(attributes)})

    def handle_endtag(self, tag):
        assert self.open.pop()["tag"] == tag
        if tag not in self.INLINE:
            self.handle_data(" ")

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def all(self, tag, **attributes):
        found = [each for each in self.elements if each["tag"] == tag]
        return [each for each in found if all(each.get(name) == value for name, value in attributes.items())]

    def texts(self, tag, **attributes):
        return [" ".join(each["text"].split()) for each in self.all(tag, **attributes)]

    def dead_links(self):
        """Links whose target is not on the page."""
        anchors = [each["id"] for each in self.elements if "id" in each]
        assert len(anchors) == len(set(anchors))
        return [each["href"] for each in self.all("a") if each["href"].removeprefix("#") not in anchors]


@pytest.fixture
def page():
    return Page
