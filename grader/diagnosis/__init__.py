"""Why an exercise was not passed: the mistake, its line, and the edit that would fix it.

`diagnose` turns what is known into findings. It knows wrong programs (`mutations`), and it reads an alignment that is not
right as edits of the steps (`labels`, `rewrite`). A finding is proven if the reference, edited in the same way, leaves what
the student's function left (`explain`). Pure functions of records: no torch, no processes, no files. `marking` does not
import this package: a mark never depends on a diagnosis.
"""
