"""The guide for teachers names every layout."""

import re
from pathlib import Path

from grader.submissions.layouts.choose import LAYOUTS

GUIDE = Path(__file__).parents[2] / "docs" / "teachers.md"


def test_every_layout_is_in_the_guide():
    named = re.findall(r"^\| `(\w+)` \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(LAYOUTS)
