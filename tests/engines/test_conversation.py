"""The parent never waits for a child that neither reads nor writes."""

import os
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from grader.engines import time_limit
from grader.engines.conversation import Conversation
from grader.engines.pending import Pending
from grader.engines.process import ChildFailed, Exit, Process
from grader.engines.runs import run_programs, run_student
from grader.protocol.jobs import Program
from grader.records.exercise import Limits, Setup

ONLY_WITH_TURNS = pytest.mark.parametrize("silent_child", [True], indirect=True, ids=["with turns"])
END = b'{"message": "end", "how": "returned"}\n'


@pytest.fixture(params=[True, False], ids=["with turns", "without turns"])
def silent_child(request):
    """A child that neither reads nor writes, and its ends of the pipes."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    jobs, messages, output, turns = os.pipe(), os.pipe(), os.pipe(), os.pipe()

    def reap(pid):
        return Exit(os.waitpid(pid, 0)[1], 0.0)

    turns_read = turns[0] if request.param else None
    conversation = Conversation(Process(child.pid, jobs[1], messages[0], output[0], reap, turns_read))
    yield SimpleNamespace(conversation=conversation, jobs=jobs[0], messages=messages[1], output=output[1], turns=turns[1])
    if not conversation.finished:
        conversation.finish()
    for pipe in (jobs[0], messages[1], output[1], turns[1], *([] if request.param else [turns[0]])):
        os.close(pipe)
    child.stdin.close()
    child.returncode = -9


def test_a_job_larger_than_the_pipe_does_not_block(silent_child):
    silent_child.conversation.send(b"x" * 2**22)
    assert silent_child.conversation.receive(lambda message: True, 0.1).how == "waited"


def read_all(pipe, size):
    parts = []
    while size:
        parts.append(os.read(pipe, size))
        size -= len(parts[-1])
    return b"".join(parts)


def test_lines_that_the_pipe_does_not_take_at_once_arrive_whole_and_in_order(silent_child):
    lines = [bytes([ord("a") + number]) * 50_000 + b"\n" for number in range(20)]
    got = []
    reader = threading.Thread(target=lambda: got.append(read_all(silent_child.jobs, sum(map(len, lines)))))
    for line in lines:
        silent_child.conversation.send(line)
    reader.start()
    silent_child.conversation.receive(lambda message: True, 1.0)
    reader.join()
    assert got == [b"".join(lines)]


def test_a_message_in_many_parts_is_read_once_it_is_whole(silent_child):
    text = b"x" * 200_000
    message = b'{"message": "failure", "kind": "grader", "text": "' + text + b'"}\n'
    messages = []

    def write():
        for start in range(0, len(message), 1000):
            os.write(silent_child.messages, message[start : start + 1000])
        os.write(silent_child.messages, END + END[:5])
        os.write(silent_child.messages, END[5:])

    writer = threading.Thread(target=write)
    writer.start()
    failure = silent_child.conversation.receive(lambda message: messages.append(message) is not None, 10.0)
    writer.join()
    assert failure.how == "crashed"  # it was read as one message, whose text is too long
    assert "text" in failure.message
    assert silent_child.conversation.receive(lambda message: True, 10.0) is None
    assert silent_child.conversation.receive(lambda message: True, 10.0) is None


def test_half_a_line_does_not_block(silent_child):
    os.write(silent_child.messages, b'{"message": "end"')
    assert silent_child.conversation.receive(lambda message: True, 0.1).how == "waited"


def test_an_end_message_counts_even_if_the_pipes_stay_open(silent_child):
    os.write(silent_child.output, b"printed before the end")
    os.write(silent_child.messages, END)
    assert silent_child.conversation.receive(lambda message: True, 10.0) is None
    assert silent_child.conversation.output() == "printed before the end"


def test_a_death_is_noticed_even_if_another_process_holds_the_pipes_open(silent_child):
    silent_child.conversation.process.kill()
    assert silent_child.conversation.receive(lambda message: True, 10.0).how == "crashed"
    assert str(silent_child.conversation.finish()) == "the process was killed, or it closed a pipe that the grader watches"


def test_a_failure_of_the_graders_own_code_is_not_the_students(silent_child):
    os.write(silent_child.messages, b'{"message": "failure", "kind": "grader", "text": "KeyError"}\n')
    with pytest.raises(ChildFailed, match="KeyError"):
        silent_child.conversation.receive(lambda message: True, 10.0)


@ONLY_WITH_TURNS
def test_turns_without_messages_end_nothing(silent_child):
    os.write(silent_child.turns, b"." * 100)
    assert silent_child.conversation.receive(lambda message: True, 0.1).how == "waited"


@ONLY_WITH_TURNS
def test_a_turn_that_comes_too_early_does_not_hide_the_next_end(silent_child):
    os.write(silent_child.messages, END)
    os.write(silent_child.turns, b"..")
    assert silent_child.conversation.receive(lambda message: True, 10.0) is None
    os.write(silent_child.messages, END)
    assert silent_child.conversation.receive(lambda message: True, 10.0) is None


@ONLY_WITH_TURNS
def test_an_end_is_noticed_even_if_the_pipe_of_turns_is_closed(silent_child):
    os.dup2(silent_child.output, silent_child.turns)
    for _ in range(2):
        os.write(silent_child.messages, END)
        assert silent_child.conversation.receive(lambda message: True, 10.0) is None


@pytest.fixture
def busy_machine(monkeypatch):
    """A machine on which no process is given a processor, and a wall clock whose limit is near."""
    monkeypatch.setattr(time_limit, "WALL_FACTOR", 0.0)
    monkeypatch.setattr(time_limit, "WALL_SECONDS", 0.2)
    monkeypatch.setattr(Process, "times", lambda process: time_limit.Times(0.1, time.monotonic(), True))


def test_a_run_for_which_the_machine_had_no_time_is_no_mark(silent_child, busy_machine, make_job):
    [run] = run_student(silent_child.conversation, make_job("", seconds=2.0))
    assert run.trace.ending.how == "grader-error"
    assert run.trace.ending.error.type == "EngineError"
    assert "the machine is too busy: in 0 seconds it could compute for 0 of its 2 seconds" in run.trace.ending.error.message


def test_a_reference_run_for_which_the_machine_had_no_time_says_nothing_about_its_exercise(silent_child, busy_machine):
    with pytest.raises(ChildFailed, match="the machine is too busy"):
        run_programs(silent_child.conversation, Pending([Program(Setup(), {}, ())]), Limits(2.0, 64), [])
