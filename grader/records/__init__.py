"""The nouns of the project: exercise, submission, trace, result, event. Frozen, no I/O, no torch.

Frozen dataclasses for what stays inside, pydantic models (`result`) for what is written for others. Whoever has read
this folder knows every word the other rooms use.
"""
