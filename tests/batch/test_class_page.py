"""`report.html`: the heatmap, the wrong traces with their students, and that no text of a student is markup."""

import io
from types import SimpleNamespace

import pytest

from grader.batch import class_page, wrong_traces
from grader.batch.store import GradedSubmission
from grader.records.misconceptions import MISCONCEPTIONS
from grader.records.result import Diagnosis, ErrorInfo, Result, RunInfo

RUN = RunInfo(grader="0.1.0", torch="2.13.0", device="cpu", sandbox="full", seed="c0ffee")
HARM = (
    '"><script>alert(1)</script><img src=x onerror=alert(2)>',
    "</style></svg></title><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "`</code><b>`",
    "\x1b[31m\x00\u202e\u2066",
    "' onclick=alert(1) x='",
    "<" * 400,
)


@pytest.fixture
def exercises():
    return [SimpleNamespace(id=f"core/{name}", title=f"The {name} one") for name in ("first", "second")]


@pytest.fixture
def wrong(a_row):
    """A result of core/first in which the gradient was `observed`, on this line."""

    def wrong(observed=4.0, line=5, misconception="zero-skipped", **more):
        step = a_row("(x**2).backward()", "wrong", line, {"x.grad": [2.0]}, {"x.grad": [observed]})
        because = Diagnosis(misconception=misconception, message=f"x.grad is [{observed:g}], [2] was expected. Why.", line=line)
        fields = {
            "submission": "",
            "exercise": "core/first",
            "file": "a/first.py",
            "verdict": "failed",
            "score": 1.0,
            "max_score": 4.0,
            "summary": f"first.py:{line}: x.grad is [{observed:g}], [2] was expected.",
            "steps": (step,),
            "diagnoses": (because,),
        }
        return Result(**{**fields, **more})

    return wrong


@pytest.fixture
def save(store):
    def save(name, *results, **about):
        store.save(GradedSubmission(name, "k", [(each, "k") for each in results], **about))

    return save


@pytest.fixture
def written(store, exercises):
    def written():
        stream = io.StringIO()
        class_page.write(store, exercises, RUN, stream)
        return stream.getvalue()

    return written


@pytest.fixture
def read(written, page):
    return lambda: page(written())


def passed(slug="first", most=4.0, **more):
    fields = {"verdict": "passed", "score": most, "summary": "Every step is right.", **more}
    return Result(submission="", exercise=f"core/{slug}", file="f.py", max_score=most, **fields)


def rows(page):
    """The heatmap: each student with the texts of their cells."""
    return [" ".join(each["text"].split()) for each in page.all("tr") if each.get("id", "").startswith("s")]


def test_a_row_has_a_sign_for_each_exercise_and_the_total(save, read, wrong):
    save("ana", passed(), passed("second", verdict="not_found", score=0.0))
    save("bo", wrong(score=1.5), passed("second", verdict="grader_error", score=None))
    save("cy", problem="This is no zip archive.", details={"name": "Cy Li"})
    assert rows(read()) == ["ana ✓ – 4/8", "bo 1.5 ? –/8", "cy Cy Li This is no zip archive. – – –/0"]


@pytest.mark.parametrize(("score", "look"), [(0.0, "z"), (1.3, "z"), (1.4, "l"), (2.6, "l"), (2.7, "h"), (4.0, "h")])
def test_the_colour_shows_the_third_of_the_points(save, read, wrong, score, look):
    save("ana", wrong(score=score))
    assert read().texts("td", **{"class": look}) == [f"{score:g}"]


def test_a_wrong_trace_is_shown_once_with_its_students_and_their_lines(save, read, wrong):
    save("ana", wrong(line=5))
    save("bo", wrong(line=9))
    save(
        "cy",
        wrong(
            line=9,
            file="first.ipynb",
            summary="first.ipynb, cell 3, line 2: x.grad is [4], [2] was expected.",
            cells=((3, 8),),
        ),
    )
    save("di", wrong(observed=6.0))
    page = read()
    assert page.texts("h4") == [f"x.grad is [{number}], [2] was expected. Why. zero-skipped" for number in (4, 6)]
    first, second = page.texts("article")
    assert "Why. zero-skipped" in first
    assert first.endswith("3 students: ana line 5 bo line 9 cy cell 3, line 2")
    assert second.endswith("1 student: di line 5")
    assert page.texts("desc") == [
        "Expected, call after call: 2. Observed: 4.",
        "Expected, call after call: 2. Observed: 6.",
    ]


def test_every_number_links_to_the_trace_and_every_name_to_its_row(save, read, wrong):
    save("ana", wrong())
    save("bo", wrong(observed=6.0))
    page = read()
    cells = [each["href"] for each in page.all("a") if each["text"] == "1"]
    assert cells == ["#" + each["id"] for each in page.all("article")]
    assert [each["href"] for each in page.all("a") if each["text"] in ("ana", "bo")] == ["#s1", "#s2"]
    assert page.dead_links() == []


def test_the_lines_of_the_calls_are_shown_if_only_one_student_has_the_trace(save, read, wrong):
    save("ana", wrong(line=7))
    assert (
        "# step call expected x.grad observed x.grad status 1 ✗ (x**2).backward() line 7 [2] [4] wrong"
        in read().texts("article")[0]
    )
    save("bo", wrong(line=8))
    assert "# step expected x.grad observed x.grad status 1 ✗ (x**2).backward() [2] [4] wrong" in read().texts("article")[0]


def test_the_same_exception_on_different_lines_is_one_trace(save, read, wrong):
    for name, line in (("ana", 3), ("bo", 4)):
        error = ErrorInfo(type="NameError", message="no y", line=line)
        save(name, wrong(verdict="error", steps=(), diagnoses=(), error=error, summary=f"first.py:{line}: NameError: no y"))
    page = read()
    assert page.texts("h4") == ["NameError: no y"]
    assert page.texts("th", scope="row")[-1] == "No cause could be proven."


def test_mistakes_are_counted_once_for_a_student_and_an_exercise(save, read, wrong):
    twice = wrong().diagnoses * 2
    save("ana", wrong(diagnoses=twice), wrong(exercise="core/second"))
    save("bo", wrong(misconception="copy-zeroed"), wrong(exercise="core/second"))
    page = read()
    sentence = MISCONCEPTIONS["zero-skipped"].sentence
    copied = MISCONCEPTIONS["copy-zeroed"].sentence.replace("`", "")
    table = page.texts("table", **{"class": "list"})
    assert table[1].endswith(f"Mistake Found Exercises {sentence} zero-skipped 3 2 {copied} copy-zeroed 1 1")
    assert table[2].endswith(f"Mistake Students {sentence} zero-skipped 1 {copied} copy-zeroed 1")
    assert table[3].endswith(f"Mistake Students {sentence} zero-skipped 2")


def test_the_hardest_exercise_is_the_one_with_the_smallest_share_of_the_points(save, read, wrong):
    save("ana", wrong(score=3.0), wrong(exercise="core/second", score=1.0))
    save("bo", passed(), passed("second", verdict="not_started", score=0.0))
    (hardest, *_) = read().texts("table", **{"class": "list"})
    assert hardest.endswith("Passed by The second one 25% 1 0 The first one 88% 2 1")


def test_an_exercise_that_nobody_tried_or_got_wrong_says_so(save, read):
    save("ana", passed())
    page = read()
    assert page.texts("section", **{"class": "exercise"})[0].endswith("Nothing went wrong here.")
    assert page.texts("section", **{"class": "exercise"})[1].endswith("Nobody has tried this exercise.")
    assert page.texts("h2") == ["The class", "Exercise by exercise"]


def test_an_empty_class_has_a_page(read):
    page = read()
    assert (rows(page), page.dead_links()) == ([], [])


def test_common_traces_are_open_others_are_folded_and_the_rest_are_counted(save, read, wrong, monkeypatch):
    monkeypatch.setattr(wrong_traces, "MOST_NAMES", 2)
    for number in range(55):
        save(f"s{number:02}", wrong(observed=float(number if number < 44 else 8)))
    page = read()
    shown = page.all("article")
    assert len(shown) == 41
    assert page.texts("ul", **{"class": "who"})[0] == "s08 line 5 s44 line 5 and 10 more"
    (details,) = page.texts("details")
    assert details.startswith("37 more wrong traces, of ")
    assert "that are not shown here" in shown[-1]["text"]
    assert page.dead_links() == []


def test_too_many_traces_are_counted_together(save, read, store, exercises, wrong):
    for number in range(503):
        save(f"s{number:03}", wrong(observed=float(number)))
    *distinguished, rest = wrong_traces.summarise(store, exercises).exercises[0].traces
    assert (len(distinguished), [holder.name for holder in rest.holders]) == (500, ["s500", "s501", "s502"])
    *_, last = read().texts("article")
    assert "463 students: " in last


def test_drawings_stay_within_their_limit(save, written, wrong, monkeypatch):
    for number in range(60):
        save(f"s{number}", wrong(observed=float(number)))
    whole = len(written())
    monkeypatch.setattr(class_page, "MOST_BYTES", 20_000)
    assert len(written()) < whole - 50_000


def test_the_page_has_no_script_and_allows_no_style_but_its_own(save, written, page, wrong):
    save("ana", wrong())
    text = written()
    found = page(text)
    (policy,) = [each["content"] for each in found.all("meta") if "http-equiv" in each]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "c0ffee" not in text
    assert not {"script", "link", "img", "iframe", "form"} & {each["tag"] for each in found.elements}
    assert not [each for each in found.elements if "style" in each or any(name.startswith("on") for name in each)]


@pytest.mark.parametrize("text", HARM)
def test_foreign_text_is_never_markup(save, written, page, wrong, a_row, text):
    save("ana", wrong())
    harmless = [(each["tag"], sorted(each)) for each in page(written()).elements]
    error = ErrorInfo(type=text, message=text, line=3)
    step = a_row(text, "wrong", 3, {text: 1.0}, {text: 2.0}, note=text)
    diagnosis = Diagnosis(misconception="sign", message=text, line=3, fix=text)
    save("ana", wrong(file=text, summary=text, steps=(step,), error=error, diagnoses=(diagnosis,), output=text))
    save(f"bo{text}", problem=text, details={"name": text}, notes=(text,))
    shown = written()
    found = [(each["tag"], sorted(each)) for each in page(shown).elements]
    assert {tag for tag, _ in found} <= {tag for tag, _ in harmless} | {"br", "bdi", "code"}
    assert {name for _, names in found for name in names} == {name for _, names in harmless for name in names}
    assert not {"\x1b", "\x00", "\u202e", "\u2066"} & set(shown)
    shown.encode()


def test_values_without_numbers_and_long_traces_are_cut(save, read, wrong, a_row):
    steps = tuple(a_row("x.backward()", "wrong", None, {f"w{n}": 1.0 for n in range(9)}, {"w0": "inf"}) for _ in range(30))
    save("ana", wrong(steps=steps))
    (article,) = read().texts("article")
    assert "w0 1, w1 1, w2 1, w3 1, ..." in article
    assert "6 further calls not shown." in article
