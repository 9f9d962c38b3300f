"""The fixtures of reports, which a class has too."""

from helpers.report_fixtures import *  # noqa: F403
