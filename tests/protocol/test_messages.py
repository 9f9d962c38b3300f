"""Every message of a worker is validated."""

import contextlib
import json
import math

import pytest
from helpers.costs import peak_memory
from hypothesis import given
from hypothesis import strategies as st

from grader.message_limits import MAX_DEPTH, MAX_ITEMS, MAX_LINE, MAX_NAME, MAX_NUMBERS, MAX_TEXT
from grader.protocol.jobs import tensor_document
from grader.protocol.messages import EndMessage, MalformedMessage, StartMessage, read_message
from grader.records.trace import ExceptionClass, LeafState, Opaque, Raised, TensorValue

NUMBERS = st.floats(width=32, allow_nan=True, allow_infinity=True)


def line(**message):
    return json.dumps(message).encode()


def tensor(*data, shape=None, dtype="float32"):
    return {"shape": [len(data)] if shape is None else shape, "dtype": dtype, "device": "cpu", "data": list(data)}


def returned(value):
    return read_message(line(message="end", how="returned", returned=value, error=None)).returned


@st.composite
def tensors(draw):
    shape = draw(st.lists(st.integers(0, 3), max_size=3))
    size = math.prod(shape)
    return TensorValue(tuple(shape), "float32", "cpu", tuple(draw(st.lists(NUMBERS, min_size=size, max_size=size))))


LEAVES = st.builds(LeafState, tensors(), st.none() | tensors())
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
WORDS = st.sampled_from(["start", "call", "fact", "performed", "end", "ready", "failure"])
FIELDS = st.sampled_from(
    ["state", "kind", "touched", "after", "line", "returned", "how", "call", "values", "raised", "name", "x"]
)


@given(st.dictionaries(st.text(), LEAVES, max_size=4))
def test_a_state_comes_back_as_it_was_sent_with_nan_and_infinity(state):
    sent = {name: {"value": tensor_document(leaf.value), "grad": tensor_document(leaf.grad)} for name, leaf in state.items()}
    message = read_message(line(message="start", state=sent))
    assert isinstance(message, StartMessage)
    assert repr({name: leaf.record() for name, leaf in message.state.items()}) == repr(state)


@given(st.binary())
def test_any_bytes_are_read_or_raise_malformed_message(data):
    with pytest.raises(MalformedMessage):
        read_message(data)


@given(WORDS, st.dictionaries(FIELDS, JSON_VALUES))
def test_any_json_object_is_read_or_raises_malformed_message(word, fields):
    with contextlib.suppress(MalformedMessage):
        read_message(line(message=word, **fields))


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (None, None),
        (True, True),
        (2, 2),
        (2.5, 2.5),
        (math.inf, math.inf),
        ("word", "word"),
        ([1, [2]], (1, (2,))),
        ({"map": {"x": 1, "map": 2}}, {"x": 1, "map": 2}),
        ({"exception": "RuntimeError"}, ExceptionClass("RuntimeError")),
        ({"type": "Foo"}, Opaque("Foo")),
        (tensor(1, 2.5), TensorValue((2,), "float32", "cpu", (1.0, 2.5))),
        (tensor(3.0, shape=[]), TensorValue((), "float32", "cpu", (3.0,))),
        (tensor(1.0, 2.0, shape=[1], dtype="complex64"), TensorValue((1,), "complex64", "cpu", (1.0, 2.0))),
    ],
)
def test_every_kind_of_value_is_read(sent, read):
    assert returned(sent) == read
    assert type(returned(sent)) is type(read)


def test_an_end_has_its_error():
    message = read_message(
        line(message="end", how="raised", returned=None, error={"type": "ValueError", "message": "no", "line": 3})
    )
    assert isinstance(message, EndMessage)
    assert message.error == Raised("ValueError", "no", 3)


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


def test_a_value_can_be_nested_20_levels_deep():
    assert returned(nested(MAX_DEPTH))


CALL = {"message": "call", "kind": "zero", "touched": ["x"], "after": {}}


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b'{"message": "end"',
        line(message="bye"),
        line(message="end", how="passed"),
        line(message="end", how="crashed"),
        line(message="end", how="returned", score=1),
        line(message="ready", torch="2", device=0),
        line(**CALL | {"kind": "nothing"}),
        line(**CALL | {"line": "5"}),
        line(**CALL | {"line": True}),
        line(**CALL | {"changed": 1}),
        line(**CALL | {"touched": "x"}),
        line(**CALL | {"touched": [1]}),
        line(**CALL | {"line": 1.0}),
        line(**CALL | {"gradient_given": 1}),
        line(**CALL | {"optimizer": 3}),
        line(**CALL | {"before": {}}),
        line(**CALL | {"state": {}}),
        line(**CALL | {"raised": {"type": "ValueError"}}),
        line(**CALL | {"raised": {"type": "ValueError", "message": 3}}),
        line(**CALL | {"raised": {"type": "ValueError", "message": "no", "line": "3"}}),
        line(**CALL | {"raised": {"type": "ValueError", "message": "no", "score": 1}}),
        line(message="performed", call=CALL),
        line(message="fact", name="own-leaf", leaf=1),
        line(message="fact", name="own-leaf", score=1),
        line(**CALL | {"after": {"x": {"value": None}}}),
        line(**CALL | {"after": {"x": {"grad": tensor(True)}}}),
        line(**CALL | {"after": {"x": {"grad": tensor("1.0")}}}),
        line(**CALL | {"after": {"x": {"grad": tensor(None)}}}),
        line(**CALL | {"after": {"x": {"grad": tensor(1.0, shape=[2])}}}),
        line(**CALL | {"after": {"x": {"grad": tensor(1.0, shape=[-1])}}}),
        line(**CALL | {"after": {"x": {"grad": tensor(1.0, shape=[True])}}}),
        line(**CALL | {"after": {"x": {"grad": tensor(1.0, shape=[1] * 65)}}}),
        line(**CALL | {"after": {"x": {"grad": tensor(1.0, dtype="complex64")}}}),
        line(**CALL | {"after": {"x": {"grad": tensor(1.0, dtype="save")}}}),
        line(message="end", how="returned", returned=nested(MAX_DEPTH + 1)),
        line(message="end", how="returned", returned={"map": {}, "type": "Foo"}),
        line(message="end", how="returned", returned={"type": 3}),
        b'{"message": "end", "how": "returned", "returned": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"message": "end", "how": "returned", "returned": ' + b"9" * 5000 + b"}",
        b" " * MAX_LINE + line(message="end", how="raised"),
    ],
)
def test_a_line_that_is_not_exactly_a_message_is_malformed(sent):
    with pytest.raises(MalformedMessage):
        read_message(sent)


def end(returned):
    return line(message="end", how="returned", returned=returned)


ERROR = {"type": "ValueError", "message": "no"}


@pytest.mark.parametrize(
    "sent",
    [
        end(10**400),
        end(2**64),
        end(-(2**64)),
        end([1, {"map": {"a": 10**400}}]),
        end([0] * (MAX_ITEMS + 1)),
        end([[0] * MAX_ITEMS] * 10),
        end([tensor(*[0.0] * 60_000), tensor(*[0.0] * 60_000)]),
        end(tensor(*[0.0] * (2 * MAX_NUMBERS + 1))),
        end(tensor(shape=[0, 10**400])),
        end(tensor(shape=[0, 2**63])),
        end(tensor(shape=[0, 2**62])),
        end(tensor(shape=[MAX_NUMBERS + 1, 0])),
        end(tensor(shape=[400, 0, 400])),
        end("a" * (MAX_TEXT + 1)),
        end(["a" * MAX_TEXT] * 51),
        end({"map": {"a" * (MAX_NAME + 1): 1}}),
        end({"map": {f"{number:0200}": 1 for number in range(501)}}),
        end({"type": "a" * (MAX_NAME + 1)}),
        end({"exception": "a" * (MAX_NAME + 1)}),
        line(**CALL | {"line": -1}),
        line(**CALL | {"line": 2**31}),
        line(**CALL | {"called_from": 10**400}),
        line(**CALL | {"loss_line": 10**400}),
        line(**CALL | {"optimizer": "a" * (MAX_NAME + 1)}),
        line(**CALL | {"raised": ERROR | {"message": "a" * (MAX_TEXT + 1)}}),
        line(**CALL | {"raised": ERROR | {"type": "a" * (MAX_NAME + 1)}}),
        line(**CALL | {"raised": ERROR | {"line": 10**400}}),
        line(**CALL | {"after": {"x": {"grad": tensor(1.0) | {"device": "a" * (MAX_NAME + 1)}}}}),
        line(message="end", how="raised", error=ERROR | {"line": -1}),
        line(message="performed", call=None, raised=ERROR | {"line": 10**400}),
        line(message="fact", name="a" * (MAX_NAME + 1)),
        line(message="used", name="torch.optim", called="a" * (MAX_NAME + 1)),
        line(message="fact", name="own-leaf", line=10**400),
        line(message="fact", name="own-leaf", what="a" * (MAX_NAME + 1)),
        line(message="fact", name="own-leaf", leaf="a" * (MAX_NAME + 1)),
        line(message="failure", kind="grader", text="a" * (MAX_TEXT + 1)),
        line(message="ready", torch="a" * (MAX_NAME + 1), device="cpu"),
    ],
    ids=lambda sent: sent[:60].decode(),
)
def test_what_exceeds_a_limit_of_the_worker_is_malformed(sent):
    with pytest.raises(MalformedMessage):
        read_message(sent)


@pytest.mark.parametrize("value", [2**64 - 1, 1 - 2**64, [0] * MAX_ITEMS, "a" * MAX_TEXT, tensor(*[0.0] * MAX_NUMBERS)])
def test_what_reaches_a_limit_is_read(value):
    assert returned(value)


@pytest.mark.parametrize(
    "sent",
    [
        b'{"message":"call","kind":"zero","after":{},"touched":[' + b"1," * 2_000_000 + b"1]}",
        b'{"message":"performed","call":null,"values":[' + b"{}," * 1_300_000 + b"{}]}",
        b'{"message":"start","state":{' + b",".join(b'"a%d":{}' % number for number in range(330_000)) + b"}}",
        b'{"message":"end","how":"returned",' + b",".join(b'"%d":0' % number for number in range(90_000)) + b"}",
    ],
    ids=lambda sent: sent[:30].decode(),
)
def test_a_line_full_of_mistakes_is_refused_without_a_list_of_them(sent):
    with peak_memory() as peak:
        with pytest.raises(MalformedMessage) as refused:
            read_message(sent)
        assert peak() < 2**20
    assert len(str(refused.value)) < 400


def test_the_error_about_a_malformed_message_has_the_reason():
    with pytest.raises(MalformedMessage, match=r"not a message: call\.line Input should be a valid integer"):
        read_message(line(**CALL | {"line": "5"}))
    with pytest.raises(MalformedMessage, match="a line longer than 4194304 bytes"):
        read_message(b" " * (MAX_LINE + 1))
