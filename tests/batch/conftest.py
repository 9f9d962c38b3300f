"""The fixtures of reports, which the tests of a class use too."""

from helpers.report_fixtures import *  # noqa: F403
