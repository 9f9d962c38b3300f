"""Reads single keys without Enter, and always restores the settings of the terminal."""

from __future__ import annotations

import os
import re
import signal
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from grader.cli.watching.signals import signal_handler

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.)?", re.DOTALL)
_NAMES = {"\r": "enter", "\n": "enter", "\x04": "q"}
_MOST_BYTES = 1024


@contextmanager
def single_keys(terminal: int, redraw: Callable[[], None]) -> Iterator[None]:
    """Read keys one by one, without Enter and without echo. `redraw` is called after a pause (^Z) and after a change of size."""
    before = termios.tcgetattr(terminal)

    def pause(number: int, frame: FrameType | None) -> None:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
        with signal_handler(signal.SIGTSTP, signal.SIG_DFL):
            os.kill(os.getpid(), signal.SIGTSTP)
        tty.setcbreak(terminal, termios.TCSADRAIN)
        redraw()

    with signal_handler(signal.SIGTSTP, pause), signal_handler(signal.SIGWINCH, lambda *_: redraw()):
        try:
            tty.setcbreak(terminal, termios.TCSADRAIN)
            yield
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def read_keys(terminal: int) -> list[str]:
    """The keys that were pressed. The end of the terminal counts as `q`; arrow keys and other escape sequences are dropped."""
    try:
        pressed = os.read(terminal, _MOST_BYTES)
    except OSError:  # the terminal is gone
        pressed = b""
    if not pressed:
        return ["q"]
    return [_NAMES.get(key, key.lower()) for key in _ESCAPES.sub("", pressed.decode(errors="replace"))]
