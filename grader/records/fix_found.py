"""What looking for a fix of one file has found."""

from __future__ import annotations

from dataclasses import dataclass

from grader.records.result import Verdict


@dataclass(frozen=True, slots=True)
class FixFound:
    """`patch` and `content` (the whole file with the fix) are None if no fix was found. `before`: the file that was graded."""

    verdict: Verdict
    patch: str | None = None
    content: bytes | None = None
    before: bytes = b""
