"""How a child writes its messages."""

import json

from hypothesis import given
from hypothesis import strategies as st

from grader.worker.child import to_line

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
