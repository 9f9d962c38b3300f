"""From traces to marks: pure functions, no torch, no processes, no files.

`values` says when two numbers agree, `normal` brings calls into one form, `effect` judges one call against one step,
`align` finds which call stands for which step, `score` counts, `grade` puts it together. `predict` marks answers,
`cases` draws inputs, `confirm` proves that an exercise keeps its promises.
"""
