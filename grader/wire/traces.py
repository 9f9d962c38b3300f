"""Puts the claims of one run together: a `Trace` for a student's case, a `ReferenceRun` for a program of steps.

A child sends only what changed; here every call gets the whole state before and after it. Claims that come out of
turn, name a leaf that was never there, or are too many, raise MalformedClaim.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.records.trace import Call, Ending, Fact, Leaf, Performed, Raised, ReferenceRun, State, Trace
from grader.wire.claims import (
    CallClaim,
    CallFields,
    ChangeClaim,
    Claim,
    EndClaim,
    FactClaim,
    MalformedClaim,
    PerformedClaim,
    StartClaim,
)

MAX_CLAIMS = 10_000


class _Reader:
    """The state as the claims so far have left it."""

    def __init__(self) -> None:
        self.before: State = {}
        self.state: dict[str, Leaf] = {}
        self.end: EndClaim | None = None
        self._started = False
        self._claims = 0

    def read(self, claim: Claim) -> bool:
        """Take in one claim; True when the run has ended."""
        self._claims += 1
        if self._claims > MAX_CLAIMS:
            raise MalformedClaim(f"more than {MAX_CLAIMS} calls")
        match claim:
            case StartClaim() if not self._started:
                self._start(claim)
            case EndClaim() if self._started or claim.how != "returned":
                self.end = claim
            case _:
                self._happened(claim)
        return self.end is not None

    def _start(self, claim: StartClaim) -> None:
        self._started = True
        self.before = {name: leaf.record() for name, leaf in claim.state.items()}
        self.state = dict(self.before)

    def _happened(self, claim: Claim) -> None:
        raise MalformedClaim(f"`{claim.claim}` out of turn")

    def _call(self, fields: CallFields) -> Call:
        if not self._started:
            raise MalformedClaim("a call before the start")
        unknown = [name for name in (*fields.touched, *fields.after) if name not in self.state]
        if unknown:
            raise MalformedClaim(f"no leaf is called {min(unknown)[:100]!r}")
        before = self.state
        self.state = self.state | _changed(before, fields.after)
        return Call(
            kind=fields.kind,
            before=before,
            after=self.state,
            touched=tuple(fields.touched),
            changed=fields.changed,
            line=fields.line,
            called_from=fields.called_from,
            loss_line=fields.loss_line,
            optimizer=fields.optimizer,
            is_step=fields.is_step,
            raised=_raised(fields),
            gradient_given=fields.gradient_given,
            same_loss=fields.same_loss,
        )


class CaseReader(_Reader):
    """Reads the claims about one case of a student's function."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self.facts: list[Fact] = []

    def _happened(self, claim: Claim) -> None:
        match claim:
            case CallClaim():
                self.calls.append(self._call(claim))
            case FactClaim():
                self.facts.append(claim.record())
            case _:
                super()._happened(claim)

    def trace(self, ending: Ending | None, output: str = "", output_is_cut: bool = False, seconds: float = 0.0) -> Trace:
        """The run as far as it got; `ending` is the parent's word where the child did not have the last."""
        return Trace(self.before, tuple(self.calls), ending or self._ending(), tuple(self.facts), output, output_is_cut, seconds)

    def _ending(self) -> Ending:
        if self.end is None:
            raise MalformedClaim("no end")
        return Ending(self.end.how, self.end.returned, _raised(self.end))


class ProgramReader(_Reader):
    """Reads the claims about one program of the reference run."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Performed] = []

    def _happened(self, claim: Claim) -> None:
        if not isinstance(claim, PerformedClaim):
            return super()._happened(claim)
        call = self._call(claim.call) if claim.call else None
        self.steps.append(Performed(call, tuple(claim.values), _raised(claim)))

    def run(self, error: Raised | None = None) -> ReferenceRun:
        """The run as far as it got; `error` is the parent's word where the child did not have the last."""
        returned = self.end.returned if self.end else None
        return ReferenceRun(self.before, tuple(self.steps), returned, error or (_raised(self.end) if self.end else None))


def _changed(state: Mapping[str, Leaf], changes: Mapping[str, ChangeClaim]) -> dict[str, Leaf]:
    return {name: change.applied_to(state[name]) for name, change in changes.items()}


def _raised(claim: CallFields | PerformedClaim | EndClaim) -> Raised | None:
    raised = claim.error if isinstance(claim, EndClaim) else claim.raised
    return raised.record() if raised else None
