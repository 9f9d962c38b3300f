"""Whether a dict has changed, seen without reading its values."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from grader.worker.dict_tables import unchanged_test

NAMES = st.sampled_from(["a", "b", "c", "d", "e"])
CHANGES = st.lists(st.tuples(st.sampled_from(["set", "delete", "read"]), NAMES), max_size=6)


@given(names=st.sets(NAMES, min_size=1), changes=CHANGES)
def test_a_changed_dict_is_never_called_unchanged(names, changes):
    table = {name: object() for name in sorted(names)}
    before = dict(table)
    is_unchanged = unchanged_test(table)
    for change, name in changes:
        if change == "set":
            table[name] = object()
        elif change == "delete":
            table.pop(name, None)
        else:
            table.get(name)
    if list(table.items()) != list(before.items()):
        assert not is_unchanged()
    elif all(change == "read" for change, _ in changes):
        assert is_unchanged()


def test_a_class_and_a_module_are_seen_like_a_dict():
    class Watched:
        answer = 1

    of_class, of_module = unchanged_test(vars(Watched)), unchanged_test(vars(sys.modules[__name__]))
    assert of_class()
    assert of_module()
    Watched.answer = 2
    assert not of_class()
    assert of_module()


def test_a_value_that_is_read_is_no_change():
    table = {"one": [1, 2, 3]}
    is_unchanged = unchanged_test(table)
    kept = [table["one"], *table.values()]
    assert is_unchanged()
    assert len(kept) == 2
