"""A whole class: every submission is graded and kept in a store, and the reports for the teacher are written from it.

`run` grades, `store` keeps the results, and `views` writes the files that people read. The templates of the class page are
in `grader/reports/templates`, because `grader/reports/html.py` loads all templates.
"""
