"""Candidates for a fix: edits of a student's file that may make it pass. Each is a text, which is run before it is shown."""
