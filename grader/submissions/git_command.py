"""Runs git so that nothing in the repository can influence it.

No hook, filter, attribute or monitor of the repository runs, nothing is fetched, no environment variable redirects git, and
its time and output are limited.
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

# A few small trees, nested in each other many times, can represent more files than fit on a disk.
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
    *("-c", "safe.bareRepository=explicit"),  # a commit can contain a bare repository with its own settings
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
class GitOutput:
    """What git wrote on stdout and stderr."""

    returncode: int
    stdout: bytes
    stderr: bytes

    @property
    def reason(self) -> str:
        """Why git failed, as a sentence."""
        return self.stderr.decode("utf-8", "backslashreplace").strip() or f"exit code {self.returncode}."


def run_git(folder: Path, arguments: Sequence[str], stdin: bytes = b"", most: int = MOST_BYTES) -> GitOutput:
    """Run git in a folder. Raises UsageError if git is not installed, or takes more time or writes more than `most` bytes."""
    command = ["git", *_OPTIONS, "-C", str(folder), *arguments]
    with TemporaryFile() as given, TemporaryFile() as complaints:
        given.write(stdin)
        given.seek(0)
        try:
            process = subprocess.Popen(
                command, stdin=given, stdout=subprocess.PIPE, stderr=complaints, env=_environment(os.environ)
            )
        except FileNotFoundError:
            raise UsageError("`git` was not found. Install it.") from None
        output = _read_limited(process, most)
        complaints.seek(0)
        if len(output) > most or process.returncode == -signal.SIGKILL:
            raise UsageError(
                f"`git {arguments[0]}` was stopped: it took over {MOST_SECONDS:g} seconds or wrote over {most:,} bytes. "
                "Use a pull request with fewer files, or a closer `--base`."
            )
        return GitOutput(process.returncode, output, complaints.read())


def _read_limited(process: subprocess.Popen[bytes], most: int) -> bytes:
    """At most `most + 1` bytes of its output. The process is killed at the limit of time or bytes."""
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
    """No variable that redirects git is kept. GIT_CONFIG… is kept, because it may name safe directories."""
    kept = {name: value for name, value in environment.items() if not name.startswith("GIT_") or name.startswith("GIT_CONFIG")}
    return kept | _ENVIRONMENT
