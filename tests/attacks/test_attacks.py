"""Submissions that attack the grader: each fails, and changes nothing but its own score.

The attacks are the corpus `attacks`; `tests/corpora/README.md` explains its keys.
"""

import io
import json
import os
import re
import resource
import stat
import threading
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest

from grader.engines.make import make_engine
from grader.engines.process import memory_of
from grader.library import grade_in_session
from grader.protocol.jobs import StudentJob
from grader.records.exercise import Limits
from grader.reports.terminal import Terminal

SECRETS = ("never-shown-to-a-student", "NEIGHBOURS", "root:x:0")
MAX_MEMORY_KB = 2**20


@pytest.fixture
def submit(sandboxed_session, exercises, tmp_path):
    """Grade a source and then that of the next exercise, as one submission: both results, and the printed text."""

    def submit(source, next_source):
        folder = tmp_path / "attacks"
        folder.mkdir(exist_ok=True)
        (folder / "attacked.py").write_text(source, encoding="utf-8")
        (folder / "honest.py").write_text(next_source, encoding="utf-8")
        screen = io.StringIO()
        report = grade_in_session(
            sandboxed_session, tmp_path, exercises=exercises, listeners=[Terminal(screen, exercises, width=100)]
        )
        return *report.results, screen.getvalue()

    return submit


def test_an_attack_changes_no_other_result(attack, submit, armed, target, sandboxed):
    before, zygotes = snapshot(target.folder), zygotes_of(sandboxed)

    attacked, following, printed = submit(armed(attack.source), attack.next_source)

    assert re.fullmatch(attack.verdict, attacked.verdict), (attacked.verdict, attacked.error, attacked.output[:500])
    shown = "\n".join([attacked.summary, attacked.output, str(attacked.error), *(each.message for each in attacked.diagnoses)])
    assert attack.says is None or attack.says in shown
    assert attack.hides is None or attack.hides not in shown
    assert not [secret for secret in SECRETS if secret in shown + printed]
    assert "the-seed-of-the-attacks" not in shown
    assert not unprintable(printed)
    assert not [line for line in printed.splitlines() if line.startswith("::")]
    assert following.verdict == attack.next, (following.verdict, following.error, following.summary)
    assert snapshot(target.folder) == before
    assert nobody_connected(target.servers)
    assert not Path("/dev/shm/attack").exists()
    assert [zygote for zygote in zygotes if zygote not in zygotes_of(sandboxed)] == []
    assert [child for zygote in zygotes_of(sandboxed) for child in children_of(zygote)] == []


def test_a_right_submission_passes(submit, honest):
    first, following, _ = submit(honest, honest)
    assert (first.verdict, following.verdict) == ("passed", "passed")


def test_no_child_uses_much_more_memory_than_its_limit(all_attacks):
    """The peak of all child processes that have ended."""
    limits = Limits(seconds=10.0, memory_mb=256)
    jobs = [job(attack.source, limits) for attack in all_attacks if attack.verdict == "memory"]
    with closing(make_engine(sandbox="full")) as engine:
        outcomes = list(engine.run_students(jobs))
    assert [outcome.traces[0].ending.how for outcome in outcomes] == ["memory"] * len(jobs)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < MAX_MEMORY_KB


def test_page_tables_count_as_memory(all_attacks):
    """A page that is mapped far from all others needs two more for its page tables: the most is three times the limit."""
    [source] = [attack.source for attack in all_attacks if attack.name == "page-tables-without-memory"]
    limit, others = 128, children_of(os.getpid())
    with closing(make_engine(sandbox="full")) as engine:
        assert engine.torch_version
        [zygote] = [pid for pid in zygotes_of(engine) if pid not in others]
        idle, most, ended = memory_of(zygote).used, [0], threading.Event()
        sampler = threading.Thread(target=sample_memory, args=(zygote, most, ended))
        sampler.start()
        [outcome] = engine.run_students([job(source, Limits(seconds=10.0, memory_mb=limit))])
        ended.set()
        sampler.join()
    [trace] = outcome.traces
    assert (trace.ending.how, trace.ending.error.message) == ("memory", "it used more than 128 MB of memory")
    assert idle + limit * 2**20 < most[0] < idle + (3 * limit + 32) * 2**20


def sample_memory(zygote, most, ended):
    while not ended.wait(0.005):
        used = [memory.used for child in children_of(zygote) if (memory := memory_of(child))]
        most[0] = max([most[0], *used])


def job(source, limits):
    tensors = {"x": {"value": [2.0], "dtype": "float32"}}
    case = json.dumps({"case": {"data": {}, "modules": {}, "tensors": tensors, "optimizers": {}}}).encode() + b"\n"
    return StudentJob("attacks/attacked", source, "s.py", "solve", ("x",), (case,), limits)


def snapshot(folder):
    """Everything in a folder that shows a change, except access times."""
    found = {}
    for path in sorted([folder, *folder.rglob("*")]):
        status = path.lstat()
        content = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
        found[path] = (status.st_mode, status.st_uid, status.st_nlink, status.st_mtime_ns, content, os.listxattr(path))
    return found


def unprintable(text):
    """The characters that control a terminal."""
    return {character for character in text if character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Cs")}


def nobody_connected(servers):
    for server in servers:
        with pytest.raises(BlockingIOError):
            server.accept()
    return True


def zygotes_of(sandboxed):
    """The processes that fork its children: our child processes with the sandbox option."""
    assert sandboxed.sandbox == "full"
    return [pid for pid in children_of(os.getpid()) if b'"sandboxed": true' in Path(f"/proc/{pid}/cmdline").read_bytes()]


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
