"""Whatever a worker says is refused as malformed, or is graded, stored and reported like any other run."""

import json
from functools import partial

import pytest
from helpers import any_messages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.batch.store import GradedSubmission, Store
from grader.engines import Outcome
from grader.engines.local import LocalEngine
from grader.library import grade_in_session
from grader.protocol.messages import MalformedMessage, read_message
from grader.protocol.traces import CaseReader
from grader.records.result import Result
from grader.records.trace import Ending, Raised, Trace
from grader.reports.formats import DOCUMENTS

PILE = "core/gradients-pile-up"

pytestmark = pytest.mark.processes
EDGES = st.sampled_from([10**400, -(10**400), 2**63, 2**64, -1, 1e308, float("inf"), "", "\x00", "a" * 300, "x", "y"])
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | EDGES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3) | st.just("x"), inner, max_size=3)
        | st.fixed_dictionaries({"map": st.dictionaries(st.text(max_size=3), inner, max_size=3)})
    ),
    max_leaves=6,
)
NUMBERS = st.floats() | st.integers() | st.just(10**400)
mostly = partial(any_messages.mostly, otherwise=ANY)
TENSORS = st.lists(NUMBERS, max_size=2).flatmap(
    lambda data: st.fixed_dictionaries(
        {
            "shape": st.just([len(data)]) | st.just([0, 10**400]) | mostly(st.just([len(data), 1])),
            "dtype": mostly(st.sampled_from(["float32", "int64", "bool"])),
            "device": mostly(st.just("cpu")),
            "data": st.just(data),
        }
    )
)
LINES = mostly(st.none() | st.integers(0, 9))
ERRORS = st.none() | st.fixed_dictionaries({"type": mostly(st.text(max_size=5)), "message": mostly(st.text()), "line": LINES})
LEAF = {"value": mostly(TENSORS), "grad": mostly(TENSORS | st.none())}
CALL = st.fixed_dictionaries(
    {
        "message": st.just("call"),
        "kind": mostly(st.sampled_from(["backward", "zero", "edit", "update"])),
        "touched": mostly(st.just(["x"]) | st.just([])),
        "after": mostly(st.fixed_dictionaries({}, optional={"x": st.fixed_dictionaries({}, optional=LEAF)})),
    },
    optional={"line": LINES, "called_from": LINES, "loss_line": LINES, "raised": ERRORS, "optimizer": mostly(st.none())},
)
FACT = st.fixed_dictionaries(
    {"message": st.just("fact"), "name": mostly(st.sampled_from(["own-leaf", "untraced", "zeroed-other"]))},
    optional={"line": LINES, "what": mostly(st.text(max_size=5)), "leaf": mostly(st.text(max_size=5))},
)
END = st.fixed_dictionaries(
    {"message": st.just("end"), "how": mostly(st.sampled_from(["returned", "raised", "not-loaded", "wrong-signature"]))},
    optional={"returned": ANY | TENSORS, "error": ERRORS},
)
TRUE_START = {"x": {"value": {"shape": [1], "dtype": "float32", "device": "cpu", "data": [2.0]}, "grad": None}}
FORGED_STATE = st.fixed_dictionaries({"x": st.fixed_dictionaries(LEAF)})
START = st.fixed_dictionaries(
    {
        "message": st.just("start"),
        "state": st.just(TRUE_START) | mostly(FORGED_STATE),
    }
)
CASES = st.tuples(START, st.lists(CALL | FACT | ANY, max_size=6), END)


class Forging(LocalEngine):
    """Reads these messages instead of running a student; all cases of an exercise say the same."""

    messages = ()

    def run_students(self, jobs):
        for job in jobs:
            yield Outcome(tuple(self._trace(job, hidden=number > 0) for number in range(len(job.cases))), fresh=True)

    def _trace(self, job, *, hidden):
        reader = CaseReader(job.leaves, hidden=hidden)
        try:
            for message in self.messages:
                if reader.read(read_message(json.dumps(message).encode())):
                    break
            return reader.trace(None)
        except MalformedMessage as error:
            return reader.trace(Ending("crashed", error=Raised("Crashed", str(error))))


@pytest.fixture(scope="module")
def forged_session():
    engine = Forging(device="cpu")
    yield GradingSession(engine, Settings("seed", hidden=1))
    engine.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(case=CASES)
def test_any_messages_are_graded_stored_and_reported_in_every_format(case, forged_session, course, tmp_path, monkeypatch):
    for name in ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL"):
        monkeypatch.setenv(name, "submit/2026-06-01T14-32-05Z-a1b2c3d" if name == "SUBMISSION_TAG" else "1")
    start, middle, end = case
    forged_session.engine.messages = (start, *middle, end)
    file = tmp_path / "gradients_pile_up.py"
    file.write_text("def solve(x):\n    (x**2).backward()\n", encoding="utf-8")

    report = grade_in_session(forged_session, file, exercises=[course[PILE]], select=[PILE])

    [result] = report.results
    assert result.verdict in ("passed", "failed", "error", "crashed"), result.error
    store = Store(tmp_path / "store")
    try:
        store.save(GradedSubmission("ana", "s", [(result, "k")]))
        (stored,) = store.submissions()
        again = Result.model_validate_json(store.documents(stored)[PILE])
    finally:
        store.close()
    assert again.verdict == result.verdict
    for name, to_text in DOCUMENTS.items():
        assert to_text(report), name


class TimingOut(LocalEngine):
    """Every student prints something and runs until the time is up."""

    fresh = True

    def run_students(self, jobs):
        for job in jobs:
            ending = Ending("timeout", error=Raised("Timeout", "too long"))
            trace = Trace({}, (), ending, output="1.49", output_is_cut=True)
            yield Outcome((trace,), fresh=self.fresh, cpu_seconds=job.limits.seconds)


@pytest.mark.parametrize("fresh", [True, False])
def test_what_a_used_process_printed_is_not_shown_because_it_may_be_hidden_numbers(fresh, course, tmp_path):
    engine = TimingOut(device="cpu")
    engine.fresh = fresh
    file = tmp_path / "gradients_pile_up.py"
    file.write_text("def solve(x):\n    (x**2).backward()\n", encoding="utf-8")
    report = grade_in_session(GradingSession(engine, Settings("seed")), file, exercises=[course[PILE]], select=[PILE])
    engine.close()
    assert report.results[0].verdict == "timeout"
    assert ("1.49" in report.results[0].output) == fresh
    assert bool(report.results[0].output) == fresh
