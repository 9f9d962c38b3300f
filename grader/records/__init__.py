"""The data types of the project: exercise, submission, trace, grade, finding, result, event.

They are frozen, do no I/O and do not import torch: dataclasses for data inside the grader, pydantic models (`result`) for
data that other programs read. The other packages use the words that are defined here.
"""
