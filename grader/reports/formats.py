"""Every document that `--format` can write, by its name there. `text` is not one: it is printed while grading runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from grader.records.result import Report
from grader.reports import classroom50, csv_report, github, gitlab, gradescope, json_report, junit, markdown, submission_page

DOCUMENTS: Mapping[str, Callable[[Report], str]] = {
    "json": json_report.to_text,
    "csv": csv_report.to_text,
    "junit": junit.strict,
    "junit-lines": junit.with_lines,
    "github": github.to_text,
    "markdown": markdown.to_text,
    "gitlab": gitlab.to_text,
    "gradescope": gradescope.to_text,
    "classroom50": lambda report: classroom50.to_text(report, os.environ),
    "html": submission_page.to_text,
}

# Documents whose readers look for the files in a repository.
OF_A_REPOSITORY = frozenset({"junit-lines", "github", "markdown", "gitlab"})
