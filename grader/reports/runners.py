"""Where the log of a job is read by a machine too, which obeys commands in it. Light: `--help` asks as well."""

from __future__ import annotations

from collections.abc import Mapping

_OBEYING = ("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION")  # GitHub, Azure Pipelines, TeamCity


def obeys_its_log(environment: Mapping[str, str]) -> bool:
    """Is what is printed here read for commands?"""
    return any(environment.get(name) for name in _OBEYING)
