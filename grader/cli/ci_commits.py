"""The two commits that `ci` compares: the command line names them, or else the variables of GitHub or GitLab."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.submissions.git import Repository

_FETCH_ALL = (
    "Fetch the whole history: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` for GitLab, "
    "`git fetch --unshallow` elsewhere."
)


@dataclass(frozen=True, slots=True)
class Commits:
    """`base` has the exercises, `head` the solutions. The pull request is what differs between `fork` and `head`."""

    base: str
    head: str
    fork: str


@dataclass(frozen=True, slots=True)
class CommitVariables:
    """The two commits in the variables of a CI system; empty if there is no such variable."""

    base: str = ""
    head: str = ""


def find_commits(repository: Repository, base: str | None, head: str | None, environment: Mapping[str, str]) -> Commits:
    """Raises UsageError if a commit is not known or not in this clone."""
    variables = commit_variables(environment)
    base_name, head_name = base or variables.base, head or variables.head or "HEAD"
    if not base_name:
        raise UsageError(
            "There is no base commit to compare with. Name it, for example `--base origin/main`. The grader finds it only in "
            "pull requests of GitHub and merge requests of GitLab."
        )
    old, new = repository.commit(base_name), repository.commit(head_name)
    if old is None:
        raise UsageError(f"The base commit {base_name} is not in this clone. {_FETCH_ALL}")
    if new is None:
        raise UsageError(f"The head commit {head_name} is not in this clone. {_FETCH_ALL}")
    fork = repository.common_ancestor(old, new)
    if fork is None and repository.is_shallow:
        raise UsageError(f"The common ancestor of {head_name} and {base_name} is not in this clone. {_FETCH_ALL}")
    return Commits(old, new, fork or old)


def commit_variables(environment: Mapping[str, str]) -> CommitVariables:
    """The two commits of this pull request, merge request or push."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return _github_variables(environment)
    head = environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environment.get("CI_COMMIT_SHA", "")
    bases = (environment.get(name, "") for name in ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_COMMIT_BEFORE_SHA"))
    return CommitVariables(next((base for base in bases if base.strip("0")), ""), head)


def _github_variables(environment: Mapping[str, str]) -> CommitVariables:
    event = _github_event(environment.get("GITHUB_EVENT_PATH", ""))
    match event:
        case {"pull_request": {"base": {"sha": str(base)}, "head": {"sha": str(head)}}}:
            return CommitVariables(base, head)
        case {"merge_group": {"base_sha": str(base), "head_sha": str(head)}}:
            return CommitVariables(base, head)
        case {"before": str(base), "after": str(head)} if base.strip("0"):
            return CommitVariables(base, head)
    target = environment.get("GITHUB_BASE_REF", "")
    return CommitVariables(f"refs/remotes/origin/{target}" if target else "", environment.get("GITHUB_SHA", ""))


def _github_event(path: str) -> object:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8")) if path else None
    except (OSError, ValueError):
        return None
