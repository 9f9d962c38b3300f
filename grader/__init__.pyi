from grader.library import grade, load_exercises
from grader.records.result import Report
from grader.version import __version__

__all__ = ["Report", "__version__", "grade", "load_exercises"]
