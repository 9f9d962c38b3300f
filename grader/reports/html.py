"""Pages that need no scripts, no other files and no network: the environment of their templates.

What people wrote stays text on a page: every template escapes it, and the Content-Security-Policy allows only our own
style. The templates of the class page are here too, beside those that they share with the page of one submission.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from grader.records.misconceptions import MISCONCEPTIONS
from grader.records.result import Verdict
from grader.reports import csv_report
from grader.reports.fold_code import code_parts
from grader.reports.plain import harmless
from grader.reports.values import counted

if TYPE_CHECKING:
    from jinja2 import Environment

_LONGEST = 300

# The sign of a verdict in a table, and the CSS class of each sign. Every other verdict is a failure.
MARKS: Mapping[Verdict, str] = {"passed": "✓", "not_started": "–", "not_found": "–", "grader_error": "?"}
LOOKS: Mapping[str, str] = {"✓": "p", "–": "u", "?": "q", "✗": "z"}


@cache
def environment() -> Environment:
    """The templates, with their filters and the style that all pages share."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    templates = Environment(
        loader=PackageLoader("grader.reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    style = templates.get_template("page.css").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    templates.globals |= {
        "style": Markup(style),
        "policy": f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
    }
    templates.filters |= {
        "short": short,
        "pieces": _text_and_code,
        "code_parts": code_parts,
        "number": csv_report.points_text,
        "percent": "{:.0%}".format,
        "sentence": _sentence,
        "count": counted,
    }
    return templates


def _sentence(word: str) -> str:
    return MISCONCEPTIONS[word].sentence if word in MISCONCEPTIONS else word


def short(text: str, longest: int = _LONGEST) -> str:
    """One line in which every character is visible, cut if it is longer than `longest`."""
    line = " ".join(harmless(text[: 4 * longest]).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _text_and_code(text: str) -> list[str]:
    """Alternately text and `code`, text first."""
    return re.split(r"`([^`]+)`", short(text))
