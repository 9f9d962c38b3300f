"""Each rule against its examples: the file before, and a candidate that the rule must make of it.

`rules/<name of the rule>.txt` has examples: a line `== title`, perhaps `hints: {…}`, the file, a line `--`, and the file after.
"""

import json
import re
from pathlib import Path

import pytest

from grader.records.misconceptions import MISCONCEPTIONS
from grader.worker.repair.candidates import apply, candidates
from grader.worker.repair.catalogue import RULES

FOLDER = Path(__file__).parent / "rules"
NAMES = [rule.__name__.rpartition(".")[2] for rule in RULES]


def examples():
    for path in sorted(FOLDER.glob("*.txt")):
        for example in re.split(r"^== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            title, _, rest = example.partition("\n")
            hints = re.search(r"^hints: (.*)\n", rest, flags=re.MULTILINE)
            before, after = rest.replace(hints[0] if hints else "", "", 1).split("\n--\n")
            yield pytest.param(path.stem, json.loads(hints[1]) if hints else {}, before, after, id=f"{path.stem}: {title}")


@pytest.mark.parametrize(("rule", "hints", "before", "after"), list(examples()))
def test_a_rule_makes_its_examples(rule, hints, before, after):
    made = {apply(before, each.edits).strip(): each for each in candidates(before, hints)}
    assert after.strip() in made, "\n\n".join(text for text, each in made.items() if each.rule == rule)
    assert made[after.strip()].rule == rule


def test_each_rule_has_examples():
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == sorted(NAMES)


def test_each_example_names_only_known_misconceptions():
    words = {
        cause for example in examples() for each in candidates(example.values[2], example.values[1]) for cause in each.causes
    }
    assert words <= set(MISCONCEPTIONS)
