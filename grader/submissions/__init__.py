"""Reads submitted files into `Submission`s: which file belongs to which exercise, and its text."""
