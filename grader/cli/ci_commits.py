"""Which two commits `ci` compares: what the command line says, else what GitHub or GitLab say of this run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.submissions.git import Repository

_DEEPER = (
    "Fetch the whole history: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` for GitLab, "
    "`git fetch --unshallow` elsewhere."
)


@dataclass(frozen=True, slots=True)
class Commits:
    """`base` has the exercises, `head` the solutions; what differs between `fork` and `head` is the pull request's."""

    base: str
    head: str
    fork: str


@dataclass(frozen=True, slots=True)
class CommitVariables:
    """What a CI system calls the two commits; empty where it does not say."""

    base: str = ""
    head: str = ""


def find_commits(repository: Repository, base: str | None, head: str | None, environment: Mapping[str, str]) -> Commits:
    """Raises UsageError with the cure if one is not known, or not in this clone."""
    said = names_of_ci(environment)
    base_name, head_name = base or said.base, head or said.head or "HEAD"
    if not base_name:
        raise UsageError(
            "Which commit is graded against? Say it: `--base origin/main`. It is known by itself only in pull requests of GitHub "
            "and merge requests of GitLab."
        )
    old, new = repository.commit(base_name), repository.commit(head_name)
    if old is None:
        raise UsageError(f"The base, {base_name}, is not in this clone. {_DEEPER}")
    if new is None:
        raise UsageError(f"The head, {head_name}, is not in this clone. {_DEEPER}")
    fork = repository.common_ancestor(old, new)
    if fork is None and repository.is_shallow:
        raise UsageError(f"Where {head_name} left {base_name} is not in this clone. {_DEEPER}")
    return Commits(old, new, fork or old)


def names_of_ci(environment: Mapping[str, str]) -> CommitVariables:
    """The commits of this pull request, merge request or push."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return _of_github(environment)
    head = environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environment.get("CI_COMMIT_SHA", "")
    bases = (environment.get(name, "") for name in ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_COMMIT_BEFORE_SHA"))
    return CommitVariables(next((base for base in bases if base.strip("0")), ""), head)


def _of_github(environment: Mapping[str, str]) -> CommitVariables:
    event = _event(environment.get("GITHUB_EVENT_PATH", ""))
    match event:
        case {"pull_request": {"base": {"sha": str(base)}, "head": {"sha": str(head)}}}:
            return CommitVariables(base, head)
        case {"merge_group": {"base_sha": str(base), "head_sha": str(head)}}:
            return CommitVariables(base, head)
        case {"before": str(base), "after": str(head)} if base.strip("0"):
            return CommitVariables(base, head)
    target = environment.get("GITHUB_BASE_REF", "")
    return CommitVariables(f"refs/remotes/origin/{target}" if target else "", environment.get("GITHUB_SHA", ""))


def _event(path: str) -> object:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8")) if path else None
    except (OSError, ValueError):
        return None
