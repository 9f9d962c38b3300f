"""From traces to grades: pure functions without torch, processes or files.

`values` compares numbers, `call_groups` groups calls, `effect` compares one call with one step, `align` pairs calls with
steps, `compare` does this for all cases, `score` and `points` count, `rows` makes the timeline, `predict` compares answers,
and `grade` combines them all.
"""
