"""What crosses the fence between the grader and its children: jobs out, messages back, as lines of JSON.

`jobs` writes what a child is asked to do. `messages` reads what a child says and believes nothing: each line is
validated before it is used. `traces` puts a stream of messages together to the record of a whole run.
"""

from grader.protocol.jobs import (
    Json,
    Program,
    ReferenceJob,
    StudentJob,
    case_line,
    program,
    returns_document,
    setup_document,
    state_document,
    step_document,
    student_job,
    tensor_document,
)

__all__ = [
    "Json",
    "Program",
    "ReferenceJob",
    "StudentJob",
    "case_line",
    "program",
    "returns_document",
    "setup_document",
    "state_document",
    "step_document",
    "student_job",
    "tensor_document",
]
