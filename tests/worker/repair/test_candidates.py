"""The candidates for one file: their order, their number, and what they keep."""

import ast
from functools import partial
from itertools import islice

import pytest
from helpers.corpora import cases_in
from helpers.costs import calls_in

from grader.worker.repair.candidates import MAX_CANDIDATES, Candidate, Edit, apply, candidates

SOURCE = """\
import torch


def solve(inp, optimizer):
    # two contributions
    (inp**2).backward()  # the first
    (inp**3 + inp).backward()
    optimizer.step()
"""
HINTS = {"function": "solve", "parameters": ["x", "optimizer"], "leaves": ["x"], "optimizers": ["optimizer"]}


def texts(source, hints=HINTS):
    return [apply(source, each.edits) for each in candidates(source, hints)]


@pytest.mark.parametrize(
    ("edits", "after"),
    [
        ([Edit(2, 2, ("B",))], "a\nB\nc"),
        ([Edit(2, 2, ())], "a\nc"),
        ([Edit(2, 1, ("new",))], "a\nnew\nb\nc"),
        ([Edit(4, 3, ("new",))], "a\nb\nc\nnew"),
        ([Edit(1, 2, ("x",)), Edit(3, 3, ("y", "z"))], "x\ny\nz"),
        ([], "a\nb\nc"),
    ],
)
def test_edits_replace_delete_and_insert_lines(edits, after):
    assert apply("a\nb\nc", edits) == after


def test_edits_are_sorted_and_do_not_overlap():
    for each in candidates(SOURCE, HINTS):
        assert each.edits
        for one, other in zip(each.edits, each.edits[1:], strict=False):
            assert one.last < other.first


def test_no_candidate_is_the_file_or_another_candidate():
    made = texts(SOURCE)
    assert len({SOURCE, *made}) == len(made) + 1


def test_comments_stay():
    assert all("# two contributions" in text for text in texts(SOURCE))


def test_names_of_the_student_are_used():
    names = {node.id for text in texts(SOURCE) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    assert "x" not in names


def test_the_text_is_better_evidence_than_a_suspect_line():
    source = SOURCE.replace("step()", "step")
    first = next(candidates(source, HINTS | {"lines": [6]}))
    assert first == Candidate("call_the_method", ("not-called",), (Edit(8, 8, ("    optimizer.step()",)),), "call-method")


def test_suspect_lines_come_first():
    first = next(candidates("def f(x, a):\n    y = a.item()\n    z = x.item()\n", {"lines": [3]}))
    assert first.edits == (Edit(3, 3, ("    z = x",)),)


def test_the_first_candidate_does_not_wait_for_the_last():
    made = candidates(SOURCE, HINTS)
    assert len(list(islice(made, 1))) == 1


def test_candidates_are_the_same_each_time():
    assert texts(SOURCE) == texts(SOURCE)


def test_a_file_with_a_syntax_error_raises_it():
    with pytest.raises(SyntaxError):
        next(candidates("def f(:\n", {}))


@pytest.mark.parametrize("source", ["", "\n", "x = 1", "# only a comment", "def f(): pass", "class A:\n    x: int = 1\n"])
def test_a_file_without_calls_has_few_candidates_or_none(source):
    assert len(texts(source, {})) < 10


def test_a_file_of_another_system_keeps_its_line_ends():
    made = texts(SOURCE.replace("\n", "\r\n"))
    assert made
    assert all(text.count("\r\n") >= SOURCE.count("\n") - 2 for text in made)


def test_names_outside_ascii_do_not_shift_a_change():
    source = "def solve(größe):\n    größe.grad.zero_  # größer\n"
    assert next(candidates(source, {})).edits == (Edit(2, 2, ("    größe.grad.zero_()  # größer",)),)


def test_statements_that_share_a_line_stay_valid():
    made = texts("def solve(x):\n    (x**2).backward(); x.zero_()\n    for i in (1, 2): x.grad.zero_()\n", {"leaves": ["x"]})
    assert "def solve(x):\n    (x**2).backward(); x.grad.zero_()\n    for i in (1, 2): x.grad.zero_()\n" in made


def long_source(losses):
    return "def solve(x):\n" + "".join(f"    y{i} = (x - {i}) ** 2\n    y{i}.backward()\n" for i in range(losses))


def test_there_are_never_more_than_the_limit():
    assert len(texts(long_source(100))) == MAX_CANDIDATES


def test_a_file_of_twice_the_length_costs_at_most_about_twice():
    hints = HINTS | {"lines": [150]}
    short, long = (calls_in(partial(texts, long_source(losses), hints)) for losses in (200, 400))
    assert long < 2.2 * short


def test_in_a_long_file_the_suspect_lines_are_changed():
    source = long_source(300)
    line = source.split("\n").index("    y280.backward()") + 1
    assert any(abs(each.edits[0].first - line) < 3 for each in candidates(source, HINTS | {"lines": [line]}))


def test_what_a_suspect_line_is_computed_from_is_suspect_too():
    source = "def solve(x, a):\n    b = a.item()\n    c = x.item()\n    loss = c * 2\n    loss.backward()\n"
    changed = [each.edits[0].first for each in candidates(source, {"lines": [5]}) if each.why == "keep-graph"]
    assert changed[0] == 3


def test_words_that_the_trace_supports_come_first():
    first = next(candidates(SOURCE, HINTS | {"causes": ["sign"]}))
    assert "sign" in first.causes


CASES = [*cases_in("one-mistake"), *cases_in("two-mistakes"), *cases_in("golden")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_candidate_of_a_student_is_python(case):
    try:
        ast.parse(case.source)
    except (OSError, SyntaxError, ValueError):
        return
    hints = {"leaves": ["x", "w"], "optimizers": ["optimizer"], "material": [SOURCE]}
    for each in islice(candidates(case.source, hints), 60):
        compile(apply(case.source, each.edits), "solution", "exec")
