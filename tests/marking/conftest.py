"""The toy autograd, for tests without torch."""

from helpers.toy import toy  # noqa: F401
