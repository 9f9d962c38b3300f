"""One exercise as plain text."""

from grader.reports.one_exercise import as_text, printed


def test_the_report_of_a_failed_exercise(report, snapshot):
    assert as_text(report.results[3]) == snapshot


def test_an_exercise_that_is_not_started_is_one_sentence(report):
    assert as_text(report.results[6]) == "Not started: the file is still the starter.\n"


def test_there_is_no_colour_even_if_the_environment_forces_it(report, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in as_text(report.results[1])


def test_the_beginning_of_ten_megabytes_of_output_is_kept(report):
    flooded = report.results[1].model_copy(update={"output": "\x1b" * 10_000_000})
    assert printed(flooded).endswith("\\x1b\n(9900000 more characters)\n")
    assert len(as_text(flooded)) < 20_000
