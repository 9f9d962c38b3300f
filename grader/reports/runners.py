"""CI runners that obey commands in the log of a job. Imports little, because `--help` uses it."""

from __future__ import annotations

from collections.abc import Mapping

_OBEYING = ("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION")  # GitHub, Azure Pipelines, TeamCity


def obeys_its_log(environment: Mapping[str, str]) -> bool:
    """Does a runner look for commands in what is printed here?"""
    return any(environment.get(name) for name in _OBEYING)
