"""The document that `--format json` writes, schema autograd-grader/report/v1: indented, pure ASCII, no NaN literals."""

from __future__ import annotations

import json
import os
from pathlib import Path

from grader.records.result import Report


def to_text(report: Report) -> str:
    """The document, ending in a newline. ASCII, so that it is valid in every encoding."""
    return json.dumps(report.model_dump(mode="json", by_alias=True), indent=2, allow_nan=False) + "\n"


def from_text(text: str) -> Report:
    """Read a document back. Raises ValueError for any other text."""
    return Report.model_validate_json(text)


def write(report: Report, path: Path) -> None:
    """Write the document as `write_text` does."""
    write_text(to_text(report), path)


def write_text(text: str, path: Path) -> None:
    """Write a file in one step: another process sees the complete old file or the complete new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
