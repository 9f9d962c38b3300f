"""Pages that need nothing but themselves, neither scripts nor a network: how their templates are filled in.

What people wrote reaches a page as text and nothing but text: every template escapes, and the page allows no style but
its own, and nothing else at all.
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
from grader.reports import csv_report, wording
from grader.reports.plain import harmless

if TYPE_CHECKING:
    from jinja2 import Environment

_LONGEST = 300

# A verdict in a table: its sign, and for each sign a letter for the colour. Every other verdict is a failure.
MARKS: Mapping[Verdict, str] = {"passed": "✓", "not_started": "–", "not_found": "–", "grader_error": "?"}
LOOKS: Mapping[str, str] = {"✓": "p", "–": "u", "?": "q", "✗": "z"}


@cache
def environment() -> Environment:
    """The templates, with the filters they use and the style that all pages share."""
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
        "pieces": _pieces,
        "number": csv_report.number,
        "percent": _percent,
        "sentence": _sentence,
        "count": wording.counted,
    }
    return templates


def _sentence(word: str) -> str:
    return MISCONCEPTIONS[word].sentence if word in MISCONCEPTIONS else word


def short(text: str, longest: int = _LONGEST) -> str:
    """One line that shows every character it has, cut where it gets too long."""
    line = " ".join(harmless(text[: 4 * longest]).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _pieces(text: str) -> list[str]:
    """Text and `code` in turns, text first."""
    return re.split(r"`([^`]+)`", short(text))


def _percent(share: float) -> str:
    return f"{share:.0%}"
