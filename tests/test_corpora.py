"""The corpora have one layout, and every key of their `expect.yaml` is explained."""

import re

import pytest
from helpers.corpora import CORPORA, KEYS, TRUTH_KEYS, Case, cases_in

README = (CORPORA / "README.md").read_text(encoding="utf-8")
EXPECT = "exercise: core/gradients-pile-up\nverdict: failed\nmisconception: zero-skipped\n"

FRESH_KEYS = ({"exercise", "causes"}, {"second", "lines", "kind_of_mistake", "must_not_say", "why"})


def test_every_corpus_and_every_key_is_explained():
    sections = re.findall(r"^## `([\w-]+)/`\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    explained = {name: set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) for name, text in sections}
    keys = KEYS | {"cases": TRUTH_KEYS, "fresh": FRESH_KEYS}
    assert explained == {name: required | optional for name, (required, optional) in keys.items()}
    assert {path.name for path in CORPORA.iterdir() if path.is_dir()} == set(keys)


@pytest.mark.parametrize("corpus", KEYS)
def test_every_case_has_an_expectation_and_a_plain_name(corpus):
    cases = cases_in(corpus)
    assert [case.name for case in cases if not (case.folder / "expect.yaml").is_file()] == []
    assert [case.name for case in cases if not re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*_?", case.name)] == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (EXPECT + "lines: 4\n", r"no test reads \['lines'\]"),
        (EXPECT.replace("verdict: failed\n", ""), r"\['verdict'\] is missing"),
    ],
)
def test_an_unknown_or_missing_key_is_refused(tmp_path, text, problem):
    (tmp_path / "expect.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=problem):
        Case("one-mistake", tmp_path).expect  # noqa: B018 - reading is what raises
