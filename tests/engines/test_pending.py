"""Lines are made when they are sent, a few ahead, and are sent again only if their child ended before it answered."""

from hypothesis import given
from hypothesis import strategies as st

from grader.engines.pending import AHEAD_BYTES, Pending


def sender(lines, size):
    """Makes lines of this size, and keeps those that were sent in `lines`."""
    return lines.append, lambda item: str(item).encode().ljust(size)


def test_items_are_taken_from_an_iterator_only_as_far_as_lines_are_sent_ahead():
    taken, lines = [], []
    pending = Pending(taken.append(number) or number for number in range(1000))
    send, to_line = sender(lines, AHEAD_BYTES // 4)
    assert pending.send(send, to_line) == 0
    assert len(taken) == len(lines) == 4
    pending.answered()
    assert pending.send(send, to_line) == 1
    assert len(taken) == len(lines) == 5


def test_a_line_that_is_longer_than_all_that_is_sent_ahead_is_sent_alone():
    lines = []
    pending = Pending(range(10))
    send, to_line = sender(lines, 2 * AHEAD_BYTES)
    for number in range(10):
        assert pending.send(send, to_line) == number
        assert len(lines) == number + 1
        pending.answered()
    assert not pending


@given(st.lists(st.booleans(), max_size=40), st.integers(1, AHEAD_BYTES))
def test_each_item_is_answered_once_and_in_order_whatever_children_end(ends_child, size):
    answers, lines = [], []
    pending = Pending(range(len(ends_child)))
    send, to_line = sender(lines, size)
    children = 0
    while pending:
        pending.begin()
        children += 1
        while (item := pending.send(send, to_line)) is not None:
            answers.append(item)
            pending.answered()
            if ends_child[item]:
                break
    assert answers == list(range(len(ends_child)))
    assert children <= 1 + sum(ends_child)
    assert len(lines) <= len(ends_child) + sum(ends_child) * (AHEAD_BYTES // size + 1)


def test_nothing_pending_is_false():
    assert not Pending([])
    assert Pending([0])
