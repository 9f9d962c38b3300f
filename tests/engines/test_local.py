"""Real child processes that do what a student's program can do to the process that watches it."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from contextlib import closing
from dataclasses import replace

import pytest

from grader.engines.local import LocalEngine
from grader.engines.process import WorkerDied
from grader.engines.runs import run_student
from grader.engines.sources import Sources
from grader.engines.zygote import ZygoteClient
from grader.errors import EngineError, UsageError
from grader.expressions.parse import parse
from grader.protocol.jobs import Program, ReferenceJob
from grader.protocol.replays import ReplayJob, ReplayProgram
from grader.records.exercise import Backward, Code, Expectation, Limits, Setup, Step, TensorSpec
from grader.records.trace import LeafState, TensorValue

SEGFAULT = "import ctypes\ndef solve(x):\n    (x**2).backward()\n    ctypes.string_at(0)\n"
WRITE = """
import os
def solve(x):
    for fd in range(3, 64):
        try: os.write(fd, DATA)
        except OSError: pass
"""
PIPES = """
import os, stat
def is_pipe(fd):
    try: return stat.S_ISFIFO(os.fstat(fd).st_mode)
    except OSError: return False
jobs, messages, output, turns = filter(is_pipe, range(3, 64))
def solve(x):
    (x**2).backward()
"""
DAEMON = """
import os, time
def solve(x):
    pid = os.fork()
    if pid == 0:
        os.setsid()
        time.sleep(1000)
    print(pid, flush=True)
"""
LOOP = "def solve(x):\n    (x**2).backward()\n    while True: pass\n"

FATAL = {
    "an endless loop": (LOOP, "timeout", "it ran for more than 0.5 seconds"),
    "an endless loop at import": ("while True: pass", "timeout", "it ran for more than 0.5 seconds"),
    "an endless call of C": ("def solve(x):\n    sum(range(10**15))\n", "timeout", "more than 0.5 seconds"),
    "an endless sleep": ("import time\ndef solve(x):\n    time.sleep(1000)\n", "timeout", "more than 0.5 seconds"),
    "a shield against signals": (
        "import signal\nfor n in (2, 15): signal.signal(n, signal.SIG_IGN)\ndef solve(x):\n    while True: pass\n",
        "timeout",
        "more than 0.5 seconds",
    ),
    "os._exit": ("import os\ndef solve(x):\n    os._exit(0)\n", "crashed", "the program ended the process"),
    "a segmentation fault": (SEGFAULT, "crashed", "the process died of signal 11 (segmentation fault)"),
    "abort": ("import os\ndef solve(x):\n    os.abort()\n", "crashed", "the process died of signal 6 (aborted)"),
    "all pipes closed": ("import os\ndef solve(x):\n    os.closerange(0, 256)\n", "crashed", "closed a pipe"),
    "a kill": ("import os\ndef solve(x):\n    os.kill(os.getpid(), 9)\n", "crashed", "the process was killed"),
    "a flood": ("def solve(x):\n    while True: print('x' * 10000)\n", "crashed", "it printed more than 8 MB"),
    "junk for messages": (WRITE + "DATA = b'junk\\n'", "crashed", "an invalid message: not a message"),
    "messages of no kind": (WRITE + 'DATA = b\'{"message": "passed"}\\n\'', "crashed", "an invalid message: not a message"),
    "messages without end": (
        "import os\ndef solve(x):\n    while True:\n        for fd in range(3, 64):\n"
        "            try: os.write(fd, b'x' * 65536)\n            except OSError: pass\n",
        "crashed",
        "an invalid message: it is too long",
    ),
    "turns without end": (
        PIPES + "    while True: os.write(turns, b'.' * 65536)\n",
        "crashed",
        "an invalid message: it is too long",
    ),
    "a fork that holds the pipes": (
        "import os, time\ndef solve(x):\n    if os.fork() == 0:\n        time.sleep(1000)\n    os._exit(0)\n",
        "crashed",
        "the program ended the process",
    ),
}

SURVIVED = {
    "an exception": ("def solve(x):\n    raise ValueError('no')\n", "ValueError"),
    "an exit": ("def solve(x):\n    raise SystemExit(0)\n", "SystemExit"),
    "endless recursion": ("def solve(x):\n    solve(x)\n", "RecursionError"),
    "a keyboard interrupt": ("def solve(x):\n    raise KeyboardInterrupt\n", "KeyboardInterrupt"),
}


def tensor(*data):
    return TensorValue((len(data),), "float32", "cpu", tuple(data))


def assert_right(outcome):
    [trace] = outcome.traces
    assert trace.ending.how == "returned"
    assert trace.output == "done\n"
    assert [(call.kind, call.after["x"].grad) for call in trace.calls] == [("backward", tensor(4.0))]


def test_the_trace_of_a_good_program_has_its_calls_states_and_output(run, good):
    trace = run(good)
    assert trace.before == {"x": LeafState(tensor(2.0), None)}
    assert [(call.kind, call.line, call.after) for call in trace.calls] == [
        ("backward", 2, {"x": LeafState(tensor(2.0), tensor(4.0))})
    ]
    assert (trace.ending.how, trace.output) == ("returned", "done\n")
    assert trace.seconds > 0


def test_messages_that_exceed_the_pipe_are_read_to_the_end(run):
    trace = run("def solve(x):\n    for _ in range(600):\n        (x**2).backward()\n")
    assert trace.ending.how == "returned"
    assert [call.after["x"].grad.data for call in trace.calls] == [(4.0 * (number + 1),) for number in range(600)]


@pytest.mark.parametrize("name", FATAL)
def test_a_program_that_ends_its_child_ends_only_its_own_exercise(engine, make_job, good, name):
    source, how, message = FATAL[name]
    before, bad, after = engine.run_students([make_job(good), make_job(source, cases=2), make_job(good)])
    assert_right(before)
    assert_right(after)
    [trace] = bad.traces
    assert trace.ending.how == how
    assert message in trace.ending.error.message
    assert [before.fresh, bad.fresh, after.fresh] == [True, False, True]


@pytest.mark.parametrize("pipe", ["jobs", "messages", "turns"])
def test_closing_a_pipe_is_a_crash_of_the_program_and_not_of_the_grader(engine, make_job, good, pipe):
    bad, after = engine.run_students([make_job(PIPES + f"    os.close({pipe})\n", cases=2), make_job(good)])
    assert bad.traces[-1].ending.error.message == "the process was killed, or it closed a pipe that the grader watches"
    assert_right(after)


GENERATOR = """
from torch.autograd.graph import saved_tensors_hooks
kept = []
def keep():
    with saved_tensors_hooks(lambda tensor: tensor / 2, lambda tensor: tensor):
        yield
def solve(x):
    (x**2).backward()
    print('done')
    kept.append(keep())
    next(kept[0])
"""
# What may change its child, and does it? The word GOOD stands for a good program.
LEAVES = {
    "nothing": ("GOOD", False),
    "an unused import of a module that reaches everything": ("import sys\nGOOD", True),
    "a method of torch that is called in its place": ("import torch\ntorch.Tensor.mine = torch.Tensor.sum\nGOOD", True),
    "a default dtype": ("import torch\ntorch.set_default_dtype(torch.float32)\nGOOD", True),
    "a generator that keeps hooks entered": (GENERATOR, True),
    "a name in an exercise that is not Python": ("import sys\n(", False),
}


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
def test_the_exercise_after_one_that_may_have_changed_its_child_has_a_new_one(start_method, make_job, good):
    with closing(LocalEngine(device="cpu", start_method=start_method)) as engine:
        jobs = {name: make_job(source.replace("GOOD", good), cases=2) for name, (source, _) in LEAVES.items()}
        found = {
            name: [outcome.fresh for outcome in engine.run_students([make_job(good), job, make_job(good)])]
            for name, job in jobs.items()
        }
    assert found == {name: [True, False, is_last] for name, (_, is_last) in LEAVES.items()}


UNCLEAN = """DATA = b'{"message": "unclean", "what": ""}\\n'"""


def test_a_program_that_says_that_it_changed_its_child_costs_only_that_child(engine, make_job, good):
    before, bad, after = engine.run_students([make_job(good), make_job(WRITE + UNCLEAN, cases=2), make_job(good)])
    assert [trace.ending.how for trace in bad.traces] == ["returned"] * 2
    assert_right(after)
    assert [before.fresh, bad.fresh, after.fresh] == [True, False, True]


@pytest.mark.parametrize("name", SURVIVED)
def test_an_error_that_python_can_catch_leaves_the_child_alive(engine, make_job, good, name):
    source, error = SURVIVED[name]
    bad, after = engine.run_students([make_job(source, cases=2), make_job(good)])
    assert [(trace.ending.how, trace.ending.error.type) for trace in bad.traces] == [("raised", error)] * 2
    assert_right(after)
    assert [bad.fresh, after.fresh] == [True, False]


@pytest.mark.parametrize(
    "source",
    [
        "def solve(x):\n    kept = []\n    while True: kept.append('x' * 2**20)\n",
        "import torch\ndef solve(x):\n    torch.ones(10**9)\n",
        "def solve(x):\n    'x' * 10**10\n",
        "def solve(x):\n    while True: x = x * 1.0001\n",
        "kept = []\ndef solve(x):\n    while True: kept.append(bytes(16))\n",
    ],
)
def test_a_memory_bomb_ends_as_memory_and_the_next_exercise_is_right(engine, make_job, good, source):
    bad, after = engine.run_students([make_job(source, cases=2, seconds=20.0, memory_mb=64), make_job(good)])
    assert [trace.ending.how for trace in bad.traces] == ["memory"]
    assert_right(after)


def test_the_parent_watches_memory_that_python_does_not_refuse(run):
    source = """
        import resource
        def solve(x):
            resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)
            kept = []
            while True: kept.append("x" * 2**20)
    """
    trace = run(textwrap.dedent(source), seconds=20.0, memory_mb=64)
    assert (trace.ending.how, trace.ending.error.message) == ("memory", "it used more than 64 MB of memory")


def test_the_calls_before_the_child_died_are_kept(run):
    for source in (SEGFAULT, LOOP):
        assert [call.after["x"].grad for call in run(source).calls] == [tensor(4.0)]


def test_output_belongs_to_its_case_and_to_its_exercise(engine, make_job, good):
    counting = "import sys\ndef solve(x):\n    print('out', end='')\n    print('error', file=sys.stderr)\n    sys.stdout = None\n"
    first, second = engine.run_students([make_job(counting, cases=2), make_job(good)])
    assert [sorted(trace.output.replace("\n", "")) for trace in first.traces] == [sorted("outerror")] * 2
    assert_right(second)


def test_output_over_a_megabyte_is_cut_and_marked(run):
    trace = run("def solve(x):\n    print('x' * 3 * 2**20)\n", seconds=20.0)
    assert trace.ending.how == "returned"
    assert (trace.output, trace.output_is_cut) == ("x" * 2**20, True)


def test_invalid_bytes_in_the_output_are_replaced(run):
    assert run("import os\ndef solve(x):\n    os.write(1, b'a\\xffb')\n").output == "a\ufffdb"


@pytest.mark.parametrize(
    "spoil",
    [
        "sys.stdout.close()",
        "sys.stdout.buffer.close()",
        "sys.stdout.buffer.raw.close()",
        "sys.stdout.detach()",
        "sys.stdout.write = sys.stdout.buffer.write = len",
        "sys.stdout.reconfigure(newline='\\r\\n', line_buffering=False)",
        "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='ascii')",
        "global kept; kept = io.TextIOWrapper(sys.stdout.buffer); del kept; gc.collect()",
        "sys.stdout.reconfigure(encoding='ascii', errors='strict')",
        "sys.stdout = sys.stderr = None",
        "os.closerange(0, 3)",
        "os.dup2(os.open('/dev/null', os.O_WRONLY), 1)",
        "os.dup2(1, 0)",
    ],
)
def test_the_next_exercise_has_new_standard_streams(engine, make_job, spoil):
    printing = "import gc, io, os, sys\ndef solve(x):\n    print('é', os.read(0, 1))\n"
    bad, after = engine.run_students([make_job(f"{printing}    {spoil}\n", cases=3), make_job(printing)])
    assert [(trace.ending.how, trace.output) for trace in bad.traces] == [("returned", "é b''\n")] * 3
    assert [(trace.ending.how, trace.output) for trace in after.traces] == [("returned", "é b''\n")]
    assert after.fresh


@pytest.mark.parametrize("needs_optimizer", [False, True])  # an optimizer is loaded late and sets variables
def test_the_environment_and_the_folders_of_the_parent_are_hidden(monkeypatch, make_job, needs_optimizer):
    monkeypatch.setenv("A_SECRET", "token")
    source = """
        import os, sys
        def solve(x):
            print([dict(os.environ), os.getcwd(), os.read(0, 9), sys.argv, len(os.listdir("/proc/self/fd"))])
            print(os.environ.get("A_SECRET"), os.getcwd() in sys.path, "" in sys.path)
    """
    engine = LocalEngine(device="cpu")
    [outcome] = engine.run_students([make_job(textwrap.dedent(source), needs_optimizer=needs_optimizer)])
    engine.close()
    assert outcome.traces[0].output == "[{}, '/', b'', ['grader'], 8]\nNone False False\n"


def test_a_torch_py_in_the_working_directory_is_not_torch(monkeypatch, tmp_path, make_job, good):
    (tmp_path / "torch.py").write_text("raise SystemExit('not torch')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    engine = LocalEngine(device="cpu")
    assert_right(*engine.run_students([make_job(good)]))
    engine.close()


def test_the_outcome_has_the_cpu_time_of_a_stopped_case(engine, make_job):
    [looping] = engine.run_students([make_job(LOOP)])
    [sleeping] = engine.run_students([make_job("import time\ndef solve(x):\n    time.sleep(1000)\n")])
    assert looping.cpu_seconds > sleeping.cpu_seconds
    assert sleeping.cpu_seconds < 0.25


def test_two_submissions_can_run_at_once_in_two_threads(engine, make_job, good):
    found = {}

    def grade(name):
        found[name] = list(engine.run_students([make_job(good), make_job(SEGFAULT), make_job(good)] * 3))

    threads = [threading.Thread(target=grade, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in "ab":
        assert [outcome.traces[0].ending.how for outcome in found[name]] == ["returned", "crashed", "returned"] * 3


def test_loading_an_optimizer_does_not_use_the_students_time(make_job):
    source = "import torch\ndef solve(x):\n    (x**2).backward()\n    torch.optim.SGD([x], lr=0.1).step()\n"
    engine = LocalEngine(device="cpu")
    assert engine.torch_version
    [outcome] = engine.run_students([make_job(source, needs_optimizer=True)])
    engine.close()
    assert [call.kind for call in outcome.traces[0].calls] == ["backward", "update"]


def test_an_optimizer_that_is_needed_later_is_loaded_by_the_same_zygote(make_job):
    who = "import os, sys\ndef solve(x):\n    print(os.getppid(), 'torch._dynamo' in sys.modules)\n"
    engine = LocalEngine(device="cpu")
    jobs = [make_job(who, needs_optimizer=needed) for needed in (False, True, False)]
    printed = [outcome.traces[0].output.split() for job in jobs for outcome in engine.run_students([job])]
    engine.close()
    assert [loaded for _, loaded in printed] == ["False", "True", "True"]
    assert len({zygote for zygote, _ in printed}) == 1


def test_a_zygote_that_was_killed_is_replaced(make_job, good):
    engine = LocalEngine(device="cpu")
    [first] = engine.run_students([make_job("import os\ndef solve(x):\n    print(os.getppid())\n")])
    os.kill(int(first.traces[0].output), signal.SIGKILL)
    assert_right(*engine.run_students([make_job(good)]))
    engine.close()


def test_a_zygote_that_is_killed_while_it_loads_an_optimizer_is_gone():
    with closing(ZygoteClient(optimizer=False)) as zygote:
        zygote.start_child().finish()
        zygote.load_optimizer()
        os.kill(zygote.process.pid, signal.SIGKILL)
        with pytest.raises(WorkerDied, match="the process that starts children is gone"):
            zygote.start_child()


def test_a_zygote_that_is_closed_while_it_loads_an_optimizer_ends_the_daemons_of_its_children(make_job, has_ended):
    sources = Sources("cpu", "fork", optimizer=False)
    zygote, child = sources.open(optimizer=False)
    [run] = run_student(child, make_job(DAEMON))
    zygote.load_optimizer()
    sources.close()
    assert has_ended(int(run.trace.output))


def test_a_zygote_that_dies_before_its_child_says_hello_is_replaced(monkeypatch, make_job, good):
    start_child, killed = ZygoteClient.start_child, []

    def start_and_kill(zygote):
        child = start_child(zygote)
        if not killed:
            killed.append(zygote.process.pid)
            zygote.process.kill()
            zygote.process.wait()
            child.kill()
        return child

    monkeypatch.setattr(ZygoteClient, "start_child", start_and_kill)
    engine = LocalEngine(device="cpu")
    assert_right(*engine.run_students([make_job(good)]))
    engine.close()
    assert len(killed) == 1


def test_a_program_that_always_kills_the_zygote_is_a_grader_error(make_job, good):
    killer = "import os, time\ndef solve(x):\n    os.kill(os.getppid(), 9)\n    time.sleep(1000)\n"
    engine = LocalEngine(device="cpu")
    bad, after = engine.run_students([make_job(killer, seconds=20.0), make_job(good)])
    engine.close()
    assert [trace.ending.how for trace in bad.traces] == ["grader-error"]
    assert bad.traces[0].ending.error.message == "the process that starts children is gone"
    assert_right(after)


def test_a_daemon_that_a_program_leaves_behind_is_ended(run, has_ended):
    assert has_ended(int(run(DAEMON + "    os._exit(0)\n").output))


def test_closing_the_engine_ends_all_its_processes(make_job, has_ended):
    engine = LocalEngine(device="cpu")
    [outcome] = engine.run_students([make_job("import os\ndef solve(x):\n    print(os.getpid(), os.getppid())\n")])
    engine.close()
    engine.close()
    assert all(has_ended(int(pid)) for pid in outcome.traces[0].output.split())


def test_a_closed_engine_starts_nothing_any_more(make_job, good):
    engine = LocalEngine(device="cpu")
    engine.close()
    with pytest.raises(EngineError, match=r"The engine is closed\. Make a new one"):
        list(engine.run_students([make_job(good)]))


def test_abandoning_a_run_ends_its_child(engine, make_job, has_ended):
    outcomes = engine.run_students([make_job("import os\ndef solve(x):\n    print(os.getpid())\n")] * 2)
    pid = int(next(outcomes).traces[0].output)
    outcomes.close()
    assert has_ended(pid)


def test_the_zygote_dies_with_its_parent(has_ended):
    script = """
        import os, signal
        from grader.engines.local import LocalEngine
        from pathlib import Path
        engine = LocalEngine(device="cpu")
        engine.torch_version
        for task in Path("/proc/self/task").iterdir():
            print((task / "children").read_text(), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True, check=False)
    pids = [int(pid) for pid in done.stdout.split()]
    assert pids
    assert all(has_ended(pid) for pid in pids)


def test_the_error_for_a_missing_torch_says_how_to_install_it(monkeypatch):
    without = [entry for entry in sys.path if "site-packages" not in entry]
    monkeypatch.setattr(sys, "path", without)
    engine = LocalEngine(device="cpu")
    monkeypatch.undo()
    with pytest.raises(EngineError) as raised:
        engine.torch_version  # noqa: B018 - reading it raises
    engine.close()
    assert str(raised.value) == f"torch is not installed for {sys.executable}. Install it: {sys.executable} -m pip install torch"


def test_the_error_for_a_missing_device_names_the_devices_that_exist(make_job, good):
    engine = LocalEngine(device="cuda:99")
    with pytest.raises(UsageError, match="There is no device 'cuda:99' here, only: cpu"):
        list(engine.run_students([make_job(good)]))
    engine.close()


def test_the_engine_names_torch_and_the_device(engine):
    assert engine.torch_version.startswith("2.")
    assert (engine.device, engine.sandbox) == ("cpu", "none")


def test_an_unknown_sandbox_is_a_usage_error():
    with pytest.raises(UsageError, match="Unknown sandbox 'half': use `full` or `none`"):
        LocalEngine(sandbox="half")


def test_spawned_children_cannot_be_sandboxed():
    with pytest.raises(UsageError, match="`--sandbox full` needs Linux and forked children"):
        LocalEngine(sandbox="full", start_method="spawn")


SETUP, TENSORS = Setup(), {"x": TensorSpec((2.0,))}
BACKWARD = Step("backward", Backward((parse("x**2"),)), 1, "")
LOOK = replace(BACKWARD, expect=(Expectation(parse("x.grad"), "x.grad", None),))
STUCK = Step("code", Code("while True: pass"), 1, "")
CRASH = Step("code", Code("import os\nos._exit(1)"), 1, "")


def test_a_reference_run_has_the_observed_values(engine):
    program = Program(SETUP, TENSORS, (LOOK,), parse("x.grad"))
    [run, again] = engine.run_reference(ReferenceJob((program, program), Limits(0.5, 256)))
    assert run.steps[0].values == (tensor(4.0),)
    assert run.steps[0].call.after["x"].grad == run.returned == tensor(4.0)
    assert again == run


def test_a_program_that_never_ends_leaves_the_others_intact(engine):
    good = Program(SETUP, TENSORS, (LOOK,))
    bad = [Program(SETUP, TENSORS, (BACKWARD, step)) for step in (STUCK, CRASH)]
    first, stuck, between, crashed, last = engine.run_reference(
        ReferenceJob((good, bad[0], good, bad[1], good), Limits(0.5, 256))
    )
    assert first == between == last
    assert (stuck.error.type, stuck.error.message) == ("Timeout", "it ran for more than 0.5 seconds")
    assert (crashed.error.type, crashed.error.message) == ("Crashed", "the program ended the process")
    assert len(stuck.steps) == 1


def test_programs_are_made_when_they_are_sent_and_those_that_end_a_child_only_once(engine):
    good, crash = Program(SETUP, TENSORS, (LOOK,) * 100), Program(SETUP, TENSORS, (BACKWARD, CRASH))
    made = []

    def programs():
        for number in range(60):
            yield made.append(number) or (crash if number % 6 == 5 else good)

    with closing(programs()) as items:
        job = ReferenceJob(items, Limits(20.0, 256))
        assert made == []
        runs = engine.run_reference(job)
    assert made == list(range(60))
    assert [run.error.type if run.error else len(run.steps) for run in runs] == [100, 100, 100, 100, 100, "Crashed"] * 10


def test_replays_that_end_their_child_have_no_answer_and_the_others_have_theirs(engine):
    steps = (BACKWARD, STUCK, BACKWARD, CRASH, BACKWARD)
    states = [{"x": LeafState(tensor(number), None)} for number in range(12)]
    places = [{5: 2, 9: 4}.get(number, 0) for number in range(12)]  # the sixth and the tenth perform a step that ends the child
    replays = (
        ReplayProgram(number % 2, place and place - 1, place, place, ("x",), state)
        for number, (place, state) in enumerate(zip(places, states, strict=True))
    )
    found = engine.run_replays(ReplayJob(SETUP, [TENSORS, TENSORS], steps, replays, Limits(0.5, 256)))
    grads = [changes and changes["x"].grad.data for changes in found]
    assert grads == [None if place else (2.0 * number,) for number, place in enumerate(places)]


def test_a_reference_run_that_loses_its_zygote_is_an_engine_error():
    kill = Step("code", Code("import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(1000)"), 1, "")
    engine = LocalEngine(device="cpu")
    with pytest.raises(EngineError) as raised:
        engine.run_reference(ReferenceJob((Program(SETUP, TENSORS, (kill,)),), Limits(20.0, 256)))
    engine.close()
    assert str(raised.value) == "The reference run failed: the process that starts children is gone"
