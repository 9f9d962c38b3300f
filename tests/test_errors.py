"""How problems are written for people."""

import pytest

from grader.errors import EngineError, GraderError, Problem, SourceLocation, SpecError, UsageError, raise_if_any


def test_a_problem_shows_the_line_a_caret_and_the_fix():
    where = SourceLocation("exercises/core/02-gradients-pile-up/exercise.yaml", 12, 5, "  - zeroo: x", 5)
    assert str(Problem("unknown key `zeroo` in a step.", where, "did you mean `zero`?")) == (
        "exercises/core/02-gradients-pile-up/exercise.yaml:12:5: unknown key `zeroo` in a step.\n"
        "   12 |   - zeroo: x\n"
        "      |     ^^^^^ did you mean `zero`?"
    )


def test_a_problem_without_a_fix_ends_with_its_caret():
    assert str(Problem("odd.", SourceLocation("a.yaml", 1, 2, "abc"))) == "a.yaml:1:2: odd.\n    1 | abc\n      |  ^"


def test_the_caret_ends_with_the_line():
    assert str(Problem("odd.", SourceLocation("a.yaml", 1, 2, "abc", 9))).endswith("|  ^^")
    assert str(Problem("odd.", SourceLocation("a.yaml", 1, 4, "abc", 9))).endswith("|    ^")


def test_a_tab_takes_one_column():
    assert "    1 |  a\n      |  ^" in str(Problem("odd.", SourceLocation("a.yaml", 1, 2, "\ta")))


def test_a_line_without_a_column_has_no_caret():
    assert str(Problem("odd.", SourceLocation("a.yaml", 3, None, "abc"), "fix it")) == (
        "a.yaml:3: odd.\n    3 | abc\n      | fix it"
    )
    assert str(Problem("odd.", SourceLocation("a.yaml", 3, None, "abc"))) == "a.yaml:3: odd.\n    3 | abc"


def test_a_problem_of_a_whole_file_is_one_line():
    assert str(Problem("odd.", SourceLocation("a.yaml"), "Fix it.")) == "a.yaml: odd. Fix it."
    assert str(Problem("odd.", SourceLocation("a.yaml"))) == "a.yaml: odd."


def test_a_problem_of_no_file_is_a_sentence():
    assert str(Problem("Odd.")) == "Odd."
    assert str(Problem("Odd.", fix="Fix it.")) == "Odd. Fix it."


@pytest.mark.parametrize(("error", "code"), [(GraderError, 2), (UsageError, 2), (SpecError, 2), (EngineError, 3)])
def test_an_error_has_an_exit_code_and_has_all_its_problems(error, code):
    raised = error("One.", Problem("Two."))
    assert raised.exit_code == code
    assert raised.problems == (Problem("One."), Problem("Two."))
    assert str(raised) == "One.\nTwo."


def test_problems_are_raised_only_if_there_are_any():
    raise_if_any([])
    with pytest.raises(SpecError) as caught:
        raise_if_any(Problem(text) for text in ("One.", "Two."))
    assert len(caught.value.problems) == 2
