"""The fixtures of reports, which the tests of `batch` use too."""

from helpers.report_fixtures import *  # noqa: F403
