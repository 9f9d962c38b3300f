"""`--format html`: one submission as a page."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.reports import submission_page


@pytest.fixture
def read(report, page):
    return page(submission_page.to_text(report))


def test_every_exercise_has_a_sign_and_its_points(read):
    table = read.texts("tr")[1:10]
    assert table[0] == "✓ core/the-first-gradient 1/1"
    assert table[1].startswith("✗ core/gradients-pile-up ")
    assert table[1].endswith(" 3/4")
    assert [row[0] for row in table[6:]] == ["–", "–", "?"]


def test_a_failed_exercise_has_its_sentences_a_drawing_and_its_calls(read):
    assert read.texts("h3")[:2] == ["core/gradients-pile-up: 3/4", "core/micro-batches-with-a-mean-loss: 0.5/4"]
    pile, batches, *_ = read.texts("article")
    assert "4 ✓ (x**2 + x).backward() line 12, from line 20 [5] [21] right, after an earlier mistake" in pile
    assert "Your output x.grad tensor([4.]) x.grad" in pile
    assert "To fix it: divide the loss on line 8 by 2." in batches
    assert read.texts("desc")[0] == "Expected, call after call: 4, 16, 0, 5. Observed: 4, 16, 16, 21."
    assert read.dead_links() == []


def test_a_sentence_is_not_repeated(report, page, a_result):
    failed = report.results[1]
    because = report.results[3].diagnoses[0].model_copy(update={"message": "x.grad is 21, 5 was expected. Why."})
    again = failed.model_copy(
        update={"summary": "gradients_pile_up.py:5: x.grad is 21, 5 was expected.", "diagnoses": (because,)}
    )
    (article,) = page(submission_page.to_text(report.model_copy(update={"results": (again,)}))).texts("article")
    assert article.count("5 was expected") == 1


def test_the_page_has_the_next_thing_to_do_and_unmatched_files_but_not_the_seed(read, report):
    shown = " ".join(read.texts("body"))
    assert "Next: look at " in shown
    assert "If it is a solution, rename it to core/gradients_pile_up.py." in shown
    assert "PyTorch 2.9.0+cpu is installed" in shown
    assert report.run.seed not in submission_page.to_text(report)


def test_with_several_submissions_each_exercise_names_its_own(report, page):
    first, second = report.results[0], report.results[1].model_copy(update={"submission": "ana"})
    rows = page(submission_page.to_text(report.model_copy(update={"results": (first, second)}))).texts("th", scope="row")
    assert [row.split()[0] for row in rows[:2]] == ["solutions:", "ana:"]


def test_long_output_is_cut(report, page):
    flood = report.results[1].model_copy(update={"output": "x" * 9000})
    (output,) = page(submission_page.to_text(report.model_copy(update={"results": (flood,)}))).texts("pre")
    assert output.endswith("x (1000 more characters)")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    st.text() | st.sampled_from(["<script>", '" onclick="', "</style>", "{{ 1 }}", "`<b>`", "\x1b[31m\x00", "\u202e", "\ud800"])
)
def test_foreign_text_is_never_markup(hostile_report, page, text):
    shown = submission_page.to_text(hostile_report(text))
    plain = page(submission_page.to_text(hostile_report("plain")))
    found = page(shown)
    assert {each["tag"] for each in found.elements} <= {each["tag"] for each in plain.elements} | {
        "details",
        "summary",
        "pre",
        "code",
        "wbr",
    }
    assert {name for each in found.elements for name in each} <= {name for each in plain.elements for name in each}
    assert not {"\x1b", "\x00", "\u202e"} & set(shown)
    shown.encode()
