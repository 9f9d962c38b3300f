"""Makes the candidates for a fix of one file. Its text is parsed here, in the sandbox, and never in the parent process."""

from __future__ import annotations

import warnings
from itertools import islice
from typing import TYPE_CHECKING

from grader.message_limits import (
    MAX_CAUSES,
    MAX_EDIT_COLUMNS,
    MAX_EDIT_LINES,
    MAX_EDITS,
    MAX_NAME,
    MAX_TEXT,
)
from grader.worker.encode import Document, describe_failure

if TYPE_CHECKING:
    from grader.worker.repair.candidates import Candidate


def make_candidates(job: Document) -> Document:
    """The message with the candidates, at most `job["most"]`. Those that a message cannot hold are left out."""
    from grader.worker.repair.candidates import candidates  # few children make candidates

    found: list[Document] = []
    problem = ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = map(_document, candidates(job["source"], job["hints"]))
            found.extend(islice((each for each in made if _fits(each)), job["most"]))
    except SyntaxError:  # there is no tree to change
        pass
    except Exception as error:
        problem = describe_failure(error)[-MAX_TEXT:]
    return {"message": "candidates", "candidates": found, "problem": problem}


def _document(candidate: Candidate) -> Document:
    return {
        "rule": candidate.rule[:MAX_NAME],
        "causes": list(candidate.causes)[:MAX_CAUSES],
        "edits": [{"first": each.first, "last": each.last, "lines": list(each.lines)} for each in candidate.edits],
        "why": candidate.why[:MAX_NAME],
    }


def _fits(document: Document) -> bool:
    edits = document["edits"]
    return 0 < len(edits) <= MAX_EDITS and all(
        len(each["lines"]) <= MAX_EDIT_LINES and all(len(line) <= MAX_EDIT_COLUMNS for line in each["lines"]) for each in edits
    )
