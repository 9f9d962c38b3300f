"""One question to git, asked so that nothing in the repository can answer in its place.

No hook, filter, attribute or monitor of the repository is run, nothing is fetched, no variable leads elsewhere, and there is
an end to how long git may take and how much it may say.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer

from grader.errors import UsageError

# A few trees can stand for more files than any disk holds: nested in each other, each many times.
MOST_BYTES = 32_000_000
MOST_SECONDS = 30.0

_OPTIONS = (
    "--no-pager",
    "--literal-pathspecs",
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", f"core.attributesFile={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "protocol.allow=never"),
    *("-c", "advice.graftFileDeprecated=false"),
    *("-c", "safe.bareRepository=explicit"),  # among the files of a commit can be a whole repository, with settings of its own
)
_ENVIRONMENT = {
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What git wrote, and what it complained of."""

    returncode: int
    output: bytes
    complaint: bytes

    @property
    def reason(self) -> str:
        """Why it failed."""
        return self.complaint.decode("utf-8", "backslashreplace").strip() or f"it ended with {self.returncode}."


def ask_git(folder: Path, arguments: Sequence[str], sent: bytes = b"", most: int = MOST_BYTES) -> Answer:
    """Ask in a folder. Raises UsageError if there is no git, or no end to its answer."""
    command = ["git", *_OPTIONS, "-C", str(folder), *arguments]
    with TemporaryFile() as given, TemporaryFile() as complaint:
        given.write(sent)
        given.seek(0)
        try:
            process = subprocess.Popen(
                command, stdin=given, stdout=subprocess.PIPE, stderr=complaint, env=_environment(os.environ)
            )
        except FileNotFoundError:
            raise UsageError("There is no `git` here: install it.") from None
        output = _read(process, most)
        complaint.seek(0)
        if len(output) > most or process.returncode == -signal.SIGKILL:
            raise UsageError(
                f"`git {arguments[0]}` was stopped after {MOST_SECONDS:g} seconds or {most:,} bytes: these commits hold more "
                "than any course does. Ask for a pull request with fewer files, or name a nearer `--base`."
            )
        return Answer(process.returncode, output, complaint.read())


def _read(process: subprocess.Popen[bytes], most: int) -> bytes:
    """What it writes until it ends, or is killed because it does not."""
    assert process.stdout is not None
    too_late = Timer(MOST_SECONDS, process.kill)
    too_late.start()
    try:
        with process:
            output = process.stdout.read(most + 1)
            if len(output) > most:
                process.kill()
    finally:
        too_late.cancel()
    return output


def _environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Without what would lead git elsewhere, but with its configuration: the owner may have named safe folders there."""
    kept = {name: value for name, value in environment.items() if not name.startswith("GIT_") or name.startswith("GIT_CONFIG")}
    return kept | _ENVIRONMENT
