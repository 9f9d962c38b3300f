"""The syllabus in Markdown."""

from dataclasses import replace

from grader.reports.syllabus import syllabus


def test_a_track_is_a_table_in_the_order_of_its_numbers(course):
    first = course["core/the-first-gradient"]
    few = [
        replace(first, order=1, title="A | b", concept="zero_ and 2*x", level=3),
        replace(first, id="core/b", order=2),
        replace(first, id="pixels/c"),
    ]
    text = syllabus(few)
    core, pixels = text.split("\n## ")[1:]
    assert text.partition("\n\n")[2].startswith("3 exercises. ")
    assert core == (
        "`core`\n\n"
        "| # | exercise | title | what is learnt | level | kind |\n"
        "|---|---|---|---|---|---|\n"
        "| 01 | the-first-gradient | A \\| b | zero\\_ and 2\\*x | 3 | predict |\n"
        "| 02 | b | The first gradient | .grad is None until the first backward(), then it holds a gradient | 1 | predict |\n"
    )
    assert pixels.startswith("`pixels`\n")


def test_one_exercise_is_counted_in_the_singular(course):
    assert "\n1 exercise. " in syllabus([course["core/the-first-gradient"]])
