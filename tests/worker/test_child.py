"""How a child writes its messages."""

import json
import os
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from grader.worker.child import Child, to_line

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_a_message_is_one_line_of_json_with_nan_and_infinity(message):
    assert to_line(message) == json.dumps(message, ensure_ascii=False).encode() + b"\n"


def test_a_lone_surrogate_becomes_a_question_mark():
    assert to_line({"message": "\ud800é"}) == '{"message": "?é"}\n'.encode()


@given(st.lists(st.binary(max_size=50).map(lambda line: line.replace(b"\n", b"")), max_size=5), st.binary(max_size=5))
def test_a_child_reads_the_lines_that_have_ended_whatever_the_parts_in_which_they_arrive(lines, rest):
    jobs, write = os.pipe()
    sent = b"".join(line + b"\n" for line in lines) + rest.replace(b"\n", b"")
    child = Child(jobs, jobs, jobs, None, SimpleNamespace(), str)
    try:
        os.write(write, sent)
        os.close(write)
        assert list(child.lines()) == lines
    finally:
        os.close(jobs)
