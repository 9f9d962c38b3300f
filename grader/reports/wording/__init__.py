"""Every sentence that a student or a teacher reads, as constants and functions of plain values: a module for each subject.

A sentence says what happened (with numbers), where (`file:line`), why, and what to change, in that order. Nothing here
knows about colours or tables.
"""
