"""The sandbox takes away nothing that the course needs, and nothing of Python, NumPy and torch that concerns only the program."""

from contextlib import closing

from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.engines.local import LocalEngine
from grader.library import grade_in_session


def test_every_reference_solution_passes_in_the_sandbox(course, tmp_path):
    solved = [exercise for exercise in course.values() if exercise.reference is not None]
    for exercise in solved:
        path = tmp_path / exercise.solution_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(exercise.reference, encoding="utf-8")
    with closing(LocalEngine(sandbox="full", optimizer=True)) as engine:
        report = grade_in_session(GradingSession(engine, Settings("sandboxed")), tmp_path, exercises=solved)
    assert len(report.results) == len(solved) > 0
    assert [(result.exercise, result.summary) for result in report.results if result.verdict != "passed"] == []
    assert report.run.sandbox == "full"


# What a student's program may call: an error in one of these lines is an error of the sandbox.
HONEST = """
    square = torch.randn(200, 200, dtype=torch.float64)
    torch.linalg.svd(square), torch.linalg.inv(square), torch.linalg.eig(square), torch.linalg.qr(square)
    torch.linalg.lstsq(square, square), torch.linalg.cholesky(square @ square.T + 9 * torch.eye(200))
    torch.fft.fft(torch.randn(10_000)), np.fft.fft(np.random.randn(5000)), np.linalg.svd(np.random.randn(200, 200))
    torch.nn.Conv2d(3, 8, 3)(torch.randn(4, 3, 64, 64)).sum().backward()
    torch.nn.LSTM(4, 4)(torch.randn(3, 2, 4)), torch.nn.TransformerEncoderLayer(16, 4)(torch.randn(5, 2, 16))
    torch.randn(256, 256).bfloat16() @ torch.randn(256, 256).bfloat16(), torch.sparse.mm(torch.eye(5).to_sparse(), torch.eye(5))
    torch.ones(2**24).sum(), np.ones((2000, 2000)).sum(), np.sort(np.random.randn(500_000))
    [bytearray(1000 * number) for number in range(1000)], list(range(10**6)), "x" * 5 * 10**7
    torch.func.grad(lambda a: (a**2).sum())(torch.ones(3)), torch.vmap(torch.sum)(torch.ones(3, 3))
    torch.autograd.gradcheck(lambda a: a**2, torch.ones(3, dtype=torch.float64, requires_grad=True))
    list(torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.ones(8, 2)), batch_size=2, shuffle=True))
    torch.load((buffer := io.BytesIO(), torch.save(torch.ones(2), buffer), buffer.seek(0))[0])
    torch.seed(), torch.manual_seed(0), torch.cuda.is_available(), torch.__config__.show(), print(torch.randn(20, 20))
    time.time(), time.monotonic(), time.perf_counter(), time.process_time(), time.thread_time(), time.sleep(0.001)
    [(time.clock_gettime(clock), time.clock_getres(clock)) for clock in (0, 1, 2, 3, 4, 5, 6, 7)]
    time.localtime(), datetime.datetime.now().astimezone(), timeit.timeit("1 + 1", number=10)
    random.random(), random.SystemRandom().random(), os.urandom(4), secrets.token_hex(), uuid.uuid4(), np.random.default_rng()
    gc.collect(), faulthandler.dump_traceback(), tempfile.gettempdir(), traceback.format_stack(), warnings.warn("warned")
    signal.signal(signal.SIGUSR1, lambda *_: None), signal.raise_signal(signal.SIGUSR1), os.kill(os.getpid(), signal.SIGUSR1)
    signal.setitimer(signal.ITIMER_REAL, 5), signal.getitimer(signal.ITIMER_REAL), signal.alarm(0), signal.sigpending()
    select.select([], [], [], 0.001), select.poll().poll(1), select.epoll().poll(0.001), [os.close(end) for end in os.pipe()]
    os.close(os.dup(1)), os.isatty(1), sys.stdin.read(), shutil.get_terminal_size(), os.getcwd(), os.umask(0o22)
    open(torch.nn.__file__).read(), inspect.getsource(torch.nn.Linear), os.listdir(os.path.dirname(torch.optim.__file__))
    os.path.exists("data.csv"), os.path.realpath(torch.__file__), os.access("/", os.R_OK), os.stat(torch.__file__)
    os.getpid(), os.getppid(), os.getuid(), os.getgid(), os.getpgrp(), os.getpgid(0), os.getsid(0), os.getgroups(), os.times()
    os.cpu_count(), os.sched_getaffinity(0), os.sched_getscheduler(0), os.sched_getparam(0), os.sched_yield()
    os.getpriority(os.PRIO_PROCESS, 0), os.sched_get_priority_max(0), os.getloadavg(), os.uname(), platform.platform()
    resource.getrusage(resource.RUSAGE_SELF), resource.getrlimit(resource.RLIMIT_AS), os.sysconf("SC_PHYS_PAGES")
    (private := mmap.mmap(-1, 2**20, flags=mmap.MAP_PRIVATE)).resize(2**21), private.madvise(mmap.MADV_DONTNEED), private.flush()
    ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 1)(), sqlite3.connect(":memory:").execute("select 1").fetchall()
"""
MODULES = """
    ctypes datetime faulthandler gc inspect io mmap os platform random resource secrets select shutil signal sqlite3 sys tempfile
    time timeit traceback uuid warnings
""".split()


def test_an_honest_program_meets_no_refusal(make_job):
    source = f"import {', '.join(MODULES)}\nimport numpy as np\nimport torch\n\n\ndef solve(x):{HONEST}"
    job = make_job(source, seconds=60.0, memory_mb=4096)
    with closing(LocalEngine(sandbox="full")) as engine:
        [outcome] = engine.run_students([job])
    [trace] = outcome.traces
    assert (trace.ending.how, trace.ending.error) == ("returned", None)
