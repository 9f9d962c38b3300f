"""Messages become the record of a run, with the whole state before and after each call."""

import contextlib
import json
import math
from functools import partial

import pytest
from helpers import any_messages
from hypothesis import given
from hypothesis import strategies as st

from grader.message_limits import MAX_CALLS, MAX_NUMBERS, MAX_RUN_NUMBERS, MAX_RUN_TEXT, MAX_TEXT
from grader.protocol.messages import MalformedMessage, TooManyMessages, read_message
from grader.protocol.traces import CaseReader, ProgramReader
from grader.records.trace import Ending, Fact, LeafState, Raised, TensorValue, Used


def document(*data):
    return {"shape": [len(data)], "dtype": "float32", "device": "cpu", "data": list(data)}


def value(*data):
    return TensorValue((len(data),), "float32", "cpu", tuple(data))


START = {
    "message": "start",
    "state": {"x": {"value": document(2.0), "grad": None}, "w": {"value": document(1.0), "grad": document(0.5)}},
}
END = {"message": "end", "how": "returned", "returned": None, "error": None}


def call(**fields):
    return {"message": "call", "kind": "backward", "touched": ["x"], "after": {}} | fields


def fed(reader, *messages):
    for message in messages:
        reader.read(read_message(json.dumps(message).encode()))
    return reader


def test_each_call_has_the_whole_state_before_and_after_it():
    first = call(after={"x": {"grad": document(4.0)}}, line=5)
    second = call(kind="update", touched=["w"], after={"w": {"value": document(0.5), "grad": None}}, line=6)
    trace = fed(CaseReader(), START, first, second, END).trace(None, "out", seconds=0.5)
    start = {"x": LeafState(value(2.0), None), "w": LeafState(value(1.0), value(0.5))}
    middle = {"x": LeafState(value(2.0), value(4.0)), "w": LeafState(value(1.0), value(0.5))}
    end = {"x": LeafState(value(2.0), value(4.0)), "w": LeafState(value(0.5), None)}
    assert trace.before == start
    assert [(each.before, each.after) for each in trace.calls] == [(start, middle), (middle, end)]
    assert [each.line for each in trace.calls] == [5, 6]
    assert (trace.output, trace.seconds, trace.ending) == ("out", 0.5, Ending("returned"))


@given(st.lists(st.tuples(st.sampled_from(["x", "w"]), st.sampled_from(["value", "grad"]), st.floats(width=32)), max_size=8))
def test_the_changes_applied_in_order_give_each_state(changes):
    reader = fed(CaseReader(), START)
    known = {name: {"value": leaf["value"], "grad": leaf["grad"]} for name, leaf in START["state"].items()}
    for leaf, part, number in changes:
        fed(reader, call(touched=[leaf], after={leaf: {part: document(number)}}))
        known[leaf] = known[leaf] | {part: document(number)}
        after = reader.calls[-1].after
        assert {name: repr(each.value.data) for name, each in after.items()} == {
            name: repr(tuple(map(float, each["value"]["data"]))) for name, each in known.items()
        }


def test_all_facts_of_a_call_are_kept():
    said = {"called_from": 2, "loss_line": 3, "optimizer": "sgd", "is_step": True, "gradient_given": True, "same_loss": True}
    raised = {"type": "RuntimeError", "message": "twice", "line": 7}
    kept = fed(CaseReader(), START, call(changed=False, raised=raised, **said)).calls[0]
    assert {name: getattr(kept, name) for name in said} == said
    assert (kept.changed, kept.touched, kept.raised) == (False, ("x",), Raised("RuntimeError", "twice", 7))


def test_facts_are_kept_in_order_and_can_come_before_the_start():
    fact = {"message": "fact", "name": "zero-not-called", "line": 3, "what": "", "leaf": "x"}
    reader = fed(CaseReader(), fact, START, fact | {"line": 4})
    assert reader.facts == [Fact("zero-not-called", 3, "", "x"), Fact("zero-not-called", 4, "", "x")]


def test_a_run_that_the_parent_stopped_keeps_its_calls():
    ending = Ending("timeout", error=Raised("Timeout", "too long"))
    trace = fed(CaseReader(), START, call()).trace(ending)
    assert (len(trace.calls), trace.ending) == (1, ending)


def test_a_function_that_was_never_called_has_an_end_without_a_start():
    error = {"type": "SyntaxError", "message": "no", "line": 1}
    trace = fed(CaseReader(), END | {"how": "not-loaded", "error": error}).trace(None)
    assert trace.ending == Ending("not-loaded", error=Raised("SyntaxError", "no", 1))


def test_a_reference_run_has_every_performed_step():
    done = {"message": "performed", "values": [4.0, None], "raised": None}
    run = fed(
        ProgramReader(),
        START,
        done | {"call": {name: part for name, part in call().items() if name != "message"}},
        done | {"call": None, "values": [], "raised": {"type": "RuntimeError", "message": "no", "line": None}},
        END | {"returned": [1, 2]},
    ).run()
    assert [(step.call and step.call.kind, step.values) for step in run.steps] == [("backward", (4.0, None)), (None, ())]
    assert run.steps[1].raised == Raised("RuntimeError", "no")
    assert (run.returned, run.error) == ((1, 2), None)


def test_a_reference_run_that_was_stopped_has_the_reason_as_its_error():
    assert fed(ProgramReader(), START).run(Raised("Timeout", "too long")).error == Raised("Timeout", "too long")


@pytest.mark.parametrize(
    ("reader", "messages", "message"),
    [
        (CaseReader, [call()], "a call before the start"),
        (CaseReader, [END], "`end` at the wrong time"),
        (CaseReader, [START, START], "`start` at the wrong time"),
        (CaseReader, [{"message": "ready", "torch": "2", "device": "cpu"}], "`ready` at the wrong time"),
        (CaseReader, [START, {"message": "performed", "call": None}], "`performed` at the wrong time"),
        (ProgramReader, [START, call()], "`call` at the wrong time"),
        (CaseReader, [START, call(touched=["y"])], "there is no leaf 'y'"),
        (CaseReader, [START, call(after={"y": {"grad": None}})], "there is no leaf 'y'"),
        (CaseReader, [START, *[call()] * (MAX_CALLS + 1)], f"more than {MAX_CALLS} calls"),
    ],
)
def test_messages_at_the_wrong_time_are_malformed(reader, messages, message):
    with pytest.raises(MalformedMessage, match=message):
        fed(reader(), *messages)


UNCLEAN = {"message": "unclean", "what": "torch.Tensor"}


def test_only_a_child_that_ran_another_exercise_may_refuse_one():
    reader = CaseReader(ran_another=True)
    assert reader.read(read_message(json.dumps(UNCLEAN).encode()))
    assert reader.is_refused
    with pytest.raises(MalformedMessage, match="`unclean` at the wrong time"):
        fed(CaseReader(), UNCLEAN)


def test_what_a_run_says_about_its_traces_after_the_start_ends_nothing():
    reader = fed(CaseReader(ran_another=True), START, UNCLEAN, call())
    assert (reader.is_refused, reader.leaves_traces, len(reader.calls)) == (False, True, 1)


def test_a_start_must_have_the_leaves_of_the_case_and_no_others():
    assert fed(CaseReader(["w", "x"]), START).before.keys() == {"x", "w"}
    for leaves in (["x"], ["x", "w", "y"], []):
        with pytest.raises(MalformedMessage, match="the start does not have the leaves of this case"):
            fed(CaseReader(leaves), START)


def test_a_call_touches_no_leaf_more_often_than_there_are_leaves():
    with pytest.raises(MalformedMessage, match="touches a leaf twice"):
        fed(CaseReader(), START, call(touched=["x", "x", "x"]))


def read_often(reader, message, times):
    for _ in range(times):
        reader.read(message)


def test_a_run_keeps_no_more_numbers_than_the_limit_and_says_so():
    sent = read_message(json.dumps(call(after={"x": {"grad": document(*range(MAX_NUMBERS))}})).encode())
    reader = fed(CaseReader(), START)
    with pytest.raises(TooManyMessages, match="its calls changed more than 4000000 numbers"):
        read_often(reader, sent, 100)
    assert sum(len(each.after["x"].grad.data) for each in reader.calls) <= MAX_RUN_NUMBERS


def test_a_run_keeps_no_more_text_than_the_limit():
    raised = {"type": "ValueError", "message": "a" * MAX_TEXT}
    sent = read_message(json.dumps(call(raised=raised)).encode())
    reader = fed(CaseReader(), START)
    with pytest.raises(TooManyMessages, match="its errors and values have more than 4000000 characters"):
        read_often(reader, sent, MAX_CALLS)
    assert len(reader.calls) * MAX_TEXT <= MAX_RUN_TEXT


def test_a_run_has_no_more_facts_than_a_worker_sends():
    sent = read_message(json.dumps({"message": "fact", "name": "untraced", "line": 1}).encode())
    reader = CaseReader()
    with pytest.raises(MalformedMessage, match="more than 400 facts"):
        read_often(reader, sent, 500)


@pytest.mark.parametrize(("sent", "told"), [("Of_73", "Exception"), ("ValueError", "ValueError"), ("LinAlgError", "LinAlgError")])
def test_in_a_hidden_case_only_classes_of_python_and_torch_are_named(sent, told):
    error = {"type": sent, "message": "no"}
    messages = [START, call(raised=error), END | {"how": "raised", "error": error}]
    hidden, visible = (fed(CaseReader(hidden=hidden), *messages).trace(None) for hidden in (True, False))
    assert (hidden.calls[0].raised.type, hidden.ending.error.type) == (told, told)
    assert (visible.calls[0].raised.type, visible.ending.error.type) == (sent, sent)


ANY = st.recursive(
    st.none() | st.booleans() | st.sampled_from([10**400, 2**63, -1, 0.5, math.nan, "x", "y", "", "a" * 300]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["x", "grad", "value", "map"]), inner, max_size=2)
    ),
    max_leaves=4,
)
mostly = partial(any_messages.mostly, otherwise=ANY)
TENSORS = st.sampled_from([document(1.0), document(), document(1.0, 2.0), document() | {"shape": [0, 2**62]}])
CALLS = st.fixed_dictionaries(
    {
        "kind": mostly(st.just("backward")),
        "touched": mostly(st.sampled_from([["x"], ["w"], [], ["x", "w"], ["z"]])),
        "after": mostly(
            st.dictionaries(st.sampled_from(["x", "w"]), st.fixed_dictionaries({"grad": mostly(TENSORS)}), max_size=2)
        ),
    }
)
PERFORMED = st.fixed_dictionaries(
    {"message": st.just("performed"), "call": mostly(CALLS | st.none())},
    optional={
        "values": mostly(st.lists(ANY | TENSORS, max_size=3)),
        "raised": mostly(st.none() | st.just({"type": "E", "message": "m"})),
    },
)
OTHERS = st.sampled_from([START, END, call(), END | {"how": "raised"}]) | ANY


@given(st.booleans(), st.lists(PERFORMED | PERFORMED | PERFORMED | OTHERS, max_size=8))
def test_any_messages_of_a_reference_are_malformed_or_a_run_with_a_row_for_each_step(is_started, messages):
    reader, read = ProgramReader(), 0
    with contextlib.suppress(MalformedMessage):
        for message in ([START] if is_started else []) + messages:
            if reader.read(read_message(json.dumps(message).encode())):
                break
            read += 1
    run = reader.run()
    assert len(run.steps) <= read
    assert all(step.call is None or step.call.after.keys() == run.before.keys() for step in run.steps)


@pytest.mark.parametrize(
    ("message", "limit"),
    [
        ({"values": [1]}, "more than 20000 calls"),
        ({"values": [document(*range(MAX_NUMBERS))]}, "more than 4000000 numbers"),
        ({"values": [["a" * MAX_TEXT] * 40]}, "more than 4000000 characters"),
        ({"call": {"kind": "zero", "touched": [], "after": {"x": {"grad": document(*range(MAX_NUMBERS))}}}}, "4000000 numbers"),
        ({"raised": {"type": "E" * 200, "message": "m" * MAX_TEXT}}, "more than 4000000 characters"),
    ],
)
def test_a_reference_is_held_to_the_same_limits_as_a_student(message, limit):
    sent = read_message(json.dumps({"message": "performed", "call": None} | message).encode())
    reader = fed(ProgramReader(), START)
    with pytest.raises(TooManyMessages, match=limit):
        read_often(reader, sent, MAX_CALLS + 1)


USED = {"message": "used", "name": "torch.optim", "called": "torch.optim.SGD", "line": 3}


def test_what_was_called_is_kept_with_its_line():
    trace = fed(CaseReader(torch_names=["torch.optim"]), START, USED, END).trace(None)
    assert trace.used == (Used("torch.optim", "torch.optim.SGD", 3),)


def test_a_program_says_which_names_it_called_and_which_cannot_be_watched():
    unusable = {"message": "unusable-name", "name": "torch.optm", "fix": "did you mean `torch.optim`?"}
    run = fed(ProgramReader(["torch.optim", "torch.optm"]), START, USED, unusable, END).run()
    assert (run.used, run.unusable) == (
        (Used("torch.optim", "torch.optim.SGD", 3),),
        {"torch.optm": "did you mean `torch.optim`?"},
    )


@pytest.mark.parametrize("names", [[], ["torch.autograd.grad"]])
def test_only_names_of_the_exercise_can_be_reported(names):
    with pytest.raises(MalformedMessage, match=r"a use of 'torch\.optim' that is not new"):
        fed(CaseReader(torch_names=names), START, USED)


def test_a_name_is_reported_once():
    with pytest.raises(MalformedMessage, match="that is not new"):
        fed(CaseReader(torch_names=["torch.optim"]), START, USED, USED)


def test_a_student_cannot_say_that_a_name_is_unusable():
    with pytest.raises(MalformedMessage, match="at the wrong time"):
        fed(CaseReader(torch_names=["torch.optim"]), START, {"message": "unusable-name", "name": "torch.optim", "fix": ""})
