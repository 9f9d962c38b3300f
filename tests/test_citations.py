"""Every file that a document or a docstring cites is in the repository."""

import re

import pytest
from helpers.sources import ROOT, prose_of, python_files

DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / ".github").rglob("*.md"), ROOT / "tests/corpora/README.md"]
)
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
PATH = re.compile(r"(?<![\w./:>-])((?:grader|tests|docs|\.github|\.ci)/[\w./-]*[\w/]|\w[\w./-]*\.md)\b")
PLANS = re.compile(r"\bDESIGN\b|\b[Ii]ssue #?\d|\b[Ss]ection \d")


def missing_paths(text):
    """The paths below the folders of the repository, and the names of Markdown files, that do not exist."""
    return [name for name in PATH.findall(text) if not any((folder / name).exists() for folder in (ROOT, ROOT / "docs"))]


def test_a_missing_file_is_found():
    assert missing_paths("See `docs/nowhere.md`, `tests/corpora/README.md`, [this](WISHES.md) and https://a.org/docs/b.") == [
        "docs/nowhere.md",
        "WISHES.md",
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_cites_only_files_that_exist(document):
    text = FENCED.sub("", document.read_text(encoding="utf-8"))
    links = [link for link in LINK.findall(text) if "://" not in link and not (document.parent / link).exists()]
    assert links + missing_paths(text) == []


def findings(text):
    return [*missing_paths(text), *PLANS.findall(text)]


@pytest.mark.parametrize("folder", ["grader", "tests"])
def test_code_cites_only_files_that_exist(folder):
    suspects = [path for path in python_files(folder) if findings(path.read_text(encoding="utf-8"))]  # most need no tokens
    prose = [(path.name, line, text) for path in suspects for line, text in prose_of(path)]
    assert [f"{name}:{line}: {found}" for name, line, text in prose for found in findings(text)] == []
