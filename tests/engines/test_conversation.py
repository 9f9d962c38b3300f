"""The parent never waits for a child that does not do its part."""

import os
import subprocess
import sys

import pytest

from grader.engines.conversation import Conversation
from grader.engines.process import ChildFailed, Exit, Process


@pytest.fixture
def deaf():
    """A child that neither reads nor writes, and the far ends of its pipes."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    jobs, claims, output = os.pipe(), os.pipe(), os.pipe()

    def reap(pid):
        return Exit(os.waitpid(pid, 0)[1], 0.0)

    conversation = Conversation(Process(child.pid, jobs[1], claims[0], output[0], reap))
    yield conversation, claims[1], output[1]
    if not conversation.finished:
        conversation.finish()
    for pipe in (jobs[0], claims[1], output[1]):
        os.close(pipe)
    child.stdin.close()
    child.returncode = -9


def test_a_job_larger_than_the_pipe_is_not_waited_for(deaf):
    conversation, _, _ = deaf
    conversation.say(b"x" * 2**22)
    assert conversation.hear(lambda claim: True, 0.1).how == "timeout"


def test_half_a_line_is_not_waited_for(deaf):
    conversation, claims, _ = deaf
    os.write(claims, b'{"claim": "end"')
    assert conversation.hear(lambda claim: True, 0.1).how == "timeout"


def test_the_end_is_believed_although_the_pipes_stay_open(deaf):
    conversation, claims, output = deaf
    os.write(output, b"printed before the end")
    os.write(claims, b'{"claim": "end", "how": "returned"}\n')
    assert conversation.hear(lambda claim: True, 10.0) is None
    assert conversation.output() == "printed before the end"


def test_a_death_is_noticed_although_somebody_else_holds_the_pipes(deaf):
    conversation, _, _ = deaf
    conversation.process.kill()
    assert conversation.hear(lambda claim: True, 10.0).how == "crashed"
    assert str(conversation.finish()) == "the process was killed, or closed the pipe it is watched through"


def test_trouble_in_the_graders_own_code_is_not_the_students(deaf):
    conversation, claims, _ = deaf
    os.write(claims, b'{"claim": "trouble", "kind": "grader", "message": "KeyError"}\n')
    with pytest.raises(ChildFailed, match="KeyError"):
        conversation.hear(lambda claim: True, 10.0)
