"""Why an exercise was not passed: the mistake and its line, and which fixes to try.

The sources of a finding, in their order: PyTorch's own message (`messages`), mutants that explain
the traces (`mutations`, `explain`, `from_mutants`), and an alignment read as edits of the steps (`labels`, `rewrite`,
`from_alignment`). Facts of the run (`facts`) may give a more exact name. A finding is proven if the reference performs the
wrong program and leaves what the student's function left. Only a proven finding has `fixes`.
They are proposals: `repair_hints` passes them on, and what is shown as a fix was run (`repair_choice`).

These are pure functions of records: no torch, no processes, no files. `marking` does not import this package, because a
grade never depends on a diagnosis.
"""
