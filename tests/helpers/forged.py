"""Children that say what a test wants them to say, through real pipes: their messages go through the same door as any others."""

import json
import os
import threading

from grader.engines.local import LocalEngine
from grader.engines.process import Exit, Memory

READY = b'{"message": "ready", "torch": "2.13.0", "device": "cpu"}\n'


class ForgedChild:
    """A thread in the place of a process. `answers` has the lines to send for each case of each source, `printed` what to print.

    It dies after an answer without an end.
    """

    def __init__(self, answers, printed):
        (jobs, self.jobs), (self.messages, messages), (self.output, output) = (os.pipe() for _ in range(3))
        self.pid, self.turns, self.pipes = 0, None, [self.jobs, self.messages, self.output]
        self._thread = threading.Thread(target=_answer, args=(answers, printed, jobs, messages, output), daemon=True)
        self._thread.start()

    def finish(self):
        for pipe in self.pipes:
            os.close(pipe)
        return Exit(9, 0.0)

    def kill(self):
        """The thread ends when its pipes are closed."""

    def memory(self):
        return Memory(1, 1) if self._thread.is_alive() else Memory()

    def limit_address_space(self, size):
        """There is no process to limit."""

    def cpu_seconds(self):
        return 0.0

    def times(self):
        """Nothing is known of them."""


def _answer(answers, printed, jobs, messages, output):
    cases, source = iter(()), ""
    with os.fdopen(jobs, "rb") as asked, os.fdopen(messages, "wb", 0) as said, os.fdopen(output, "wb", 0) as shown:
        for line in asked:
            job = json.loads(line)
            if job.get("job") == "hello":
                answer = [READY]
            elif "case" not in job:
                source = job["source"]
                cases = iter(answers[source])
                continue
            else:
                answer = [each + b"\n" for each in next(cases, ())]
            try:
                _write(shown, printed.get(source, b""))
                _write(said, b"".join(answer))
            except BrokenPipeError:
                return
            if not any(b'"end"' in each for each in answer) and answer != [READY]:
                return


def _write(pipe, data):
    for start in range(0, len(data), 2**16):
        pipe.write(data[start : start + 2**16])


class ForgedEngine:
    """An engine whose students are forged children. A `real` one does everything else; `known` keeps the reference runs."""

    def __init__(self, real, known):
        self.real, self.known = real, known
        self.programs = self.bytes_of_programs = 0
        self._forged = LocalEngine("cpu", sandbox="full")
        self.run_students, self.close = self._forged.run_students, self._forged.close

    def __getattr__(self, name):
        return getattr(self.real, name)

    def run_repair(self, job):
        """No candidates: the forged children know only the sources of the tests."""
        return ()

    def run_reference(self, job):
        text = repr(job)
        self.programs += len(job.programs)
        self.bytes_of_programs += len(text)
        if text not in self.known:
            self.known[text] = self.real.run_reference(job)
        return self.known[text]


class ForgedSource:
    """Starts forged children, like a zygote."""

    def __init__(self, answers, printed):
        self._answers, self._printed = answers, printed

    def start_child(self):
        return ForgedChild(self._answers, self._printed)

    def memory(self):
        return Memory()

    def load_optimizer(self):
        """There is nothing to load."""

    def load_repair(self):
        """There is nothing to load."""

    def close(self):
        """There is no process."""
