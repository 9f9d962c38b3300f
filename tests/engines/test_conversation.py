"""The parent never waits for a child that does not do its part."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from grader.engines.conversation import Conversation
from grader.engines.process import ChildFailed, Exit, Process

ONLY_WITH_TURNS = pytest.mark.parametrize("deaf", [True], indirect=True, ids=["with turns"])
END = b'{"message": "end", "how": "returned"}\n'


@pytest.fixture(params=[True, False], ids=["with turns", "without turns"])
def deaf(request):
    """A child that neither reads nor writes, and the far ends of its pipes."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    jobs, messages, output, turns = os.pipe(), os.pipe(), os.pipe(), os.pipe()

    def reap(pid):
        return Exit(os.waitpid(pid, 0)[1], 0.0)

    told = turns[0] if request.param else None
    conversation = Conversation(Process(child.pid, jobs[1], messages[0], output[0], reap, told))
    yield SimpleNamespace(conversation=conversation, messages=messages[1], output=output[1], turns=turns[1])
    if not conversation.finished:
        conversation.finish()
    for pipe in (jobs[0], messages[1], output[1], turns[1], *([] if request.param else [turns[0]])):
        os.close(pipe)
    child.stdin.close()
    child.returncode = -9


def test_a_job_larger_than_the_pipe_is_not_waited_for(deaf):
    deaf.conversation.say(b"x" * 2**22)
    assert deaf.conversation.hear(lambda message: True, 0.1).how == "timeout"


def test_half_a_line_is_not_waited_for(deaf):
    os.write(deaf.messages, b'{"message": "end"')
    assert deaf.conversation.hear(lambda message: True, 0.1).how == "timeout"


def test_the_end_is_believed_although_the_pipes_stay_open(deaf):
    os.write(deaf.output, b"printed before the end")
    os.write(deaf.messages, END)
    assert deaf.conversation.hear(lambda message: True, 10.0) is None
    assert deaf.conversation.output() == "printed before the end"


def test_a_death_is_noticed_although_somebody_else_holds_the_pipes(deaf):
    deaf.conversation.process.kill()
    assert deaf.conversation.hear(lambda message: True, 10.0).how == "crashed"
    assert str(deaf.conversation.finish()) == "the process was killed, or closed the pipe it is watched through"


def test_trouble_in_the_graders_own_code_is_not_the_students(deaf):
    os.write(deaf.messages, b'{"message": "failure", "kind": "grader", "text": "KeyError"}\n')
    with pytest.raises(ChildFailed, match="KeyError"):
        deaf.conversation.hear(lambda message: True, 10.0)


@ONLY_WITH_TURNS
def test_turns_alone_end_nothing(deaf):
    os.write(deaf.turns, b"." * 100)
    assert deaf.conversation.hear(lambda message: True, 0.1).how == "timeout"


@ONLY_WITH_TURNS
def test_a_turn_told_before_it_was_asked_for_does_not_hide_the_next_end(deaf):
    os.write(deaf.messages, END)
    os.write(deaf.turns, b"..")
    assert deaf.conversation.hear(lambda message: True, 10.0) is None
    os.write(deaf.messages, END)
    assert deaf.conversation.hear(lambda message: True, 10.0) is None


@ONLY_WITH_TURNS
def test_an_end_is_heard_although_the_turns_are_closed(deaf):
    os.dup2(deaf.output, deaf.turns)
    for _ in range(2):
        os.write(deaf.messages, END)
        assert deaf.conversation.hear(lambda message: True, 10.0) is None
