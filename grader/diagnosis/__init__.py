"""Why an exercise was not passed: the mistake and its line, and which fixes to try.

The sources of a finding, in their order: PyTorch's own message (`messages`), mutants that explain
the traces (`mutations`, `explain`, `from_mutants`), and an alignment read as edits of the steps (`labels`, `rewrite`,
`from_alignment`). Facts of the run (`facts`) may give a more exact name. The edit of the
file that was run and passed (`repair_choice`) may name it too. A finding is proven if the reference performs the wrong program
and leaves what the student's function left. Only a proven finding has `fixes`: proposals, which `repair_hints` passes on.

These are pure functions of records: no torch, no processes, no files. `marking` does not import this package, because a
grade never depends on a diagnosis.
"""
