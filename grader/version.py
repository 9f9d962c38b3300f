"""The version of the grader, in one place that every module may import and that the build reads."""

__version__ = "0.1.0"
