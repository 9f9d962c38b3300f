"""The keyboard: single keys without Enter, and the terminal as it was before, whatever happens in between."""

from __future__ import annotations

import os
import re
import signal
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from grader.cli.watching.signals import handled

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.)?", re.DOTALL)
_NAMES = {"\r": "enter", "\n": "enter", "\x04": "q"}
_MOST = 1024


@contextmanager
def single_keys(terminal: int, draw_again: Callable[[], None]) -> Iterator[None]:
    """Let keys come one by one, without Enter and unseen. `draw_again` is called after a pause (^Z) and a new size."""
    before = termios.tcgetattr(terminal)

    def pause(number: int, frame: FrameType | None) -> None:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
        with handled(signal.SIGTSTP, signal.SIG_DFL):
            os.kill(os.getpid(), signal.SIGTSTP)
        tty.setcbreak(terminal, termios.TCSADRAIN)
        draw_again()

    with handled(signal.SIGTSTP, pause), handled(signal.SIGWINCH, lambda *_: draw_again()):
        try:
            tty.setcbreak(terminal, termios.TCSADRAIN)
            yield
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def read_keys(terminal: int) -> list[str]:
    """The keys that were pressed; the end of the terminal is a `q`. Arrows and the like are no letters."""
    try:
        pressed = os.read(terminal, _MOST)
    except OSError:  # the terminal is gone
        pressed = b""
    if not pressed:
        return ["q"]
    return [_NAMES.get(key, key.lower()) for key in _ESCAPES.sub("", pressed.decode(errors="replace"))]
