"""The catalogue of rules. Each module has `proposals(file)`: the changes of the student's text that one kind of mistake needs.

To add a rule, write a module here, name it in the table of `candidates.py`, and give examples in
`tests/worker/repair/rules/<name>.txt`.
"""
