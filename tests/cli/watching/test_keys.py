"""Keys as a terminal sends them."""

import os
import pty

import pytest

from grader.cli.watching.keys import read_keys


@pytest.fixture
def typed():
    """What is read when these bytes come."""
    opened = []

    def typed(pressed):
        ours, theirs = os.pipe()
        opened.extend([ours])
        os.write(theirs, pressed)
        os.close(theirs)
        return read_keys(ours)

    yield typed
    for descriptor in opened:
        os.close(descriptor)


@pytest.mark.parametrize(
    ("pressed", "keys"),
    [
        (b"n", ["n"]),
        (b"HL", ["h", "l"]),
        (b"\r", ["enter"]),
        (b"\n", ["enter"]),
        (b"\x04", ["q"]),
        (b"\x1b[A", []),
        (b"\x1b[1;5Dn", ["n"]),
        (b"\x1bOA\x1b[3~", []),
        (b"\x1b", []),
        (b"\xff", ["\ufffd"]),
        (b"", ["q"]),
    ],
)
def test_keys_and_escape_sequences(typed, pressed, keys):
    assert typed(pressed) == keys


def test_a_closed_terminal_counts_as_q():
    ours, theirs = pty.openpty()
    os.close(ours)
    try:
        assert read_keys(theirs) == ["q"]
    finally:
        os.close(theirs)
