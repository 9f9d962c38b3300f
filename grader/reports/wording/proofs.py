"""What `check` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.records.proof import Proof, ProofState

_STANDING: Mapping[ProofState, str] = {"right": "ok", "wrong": "no", "missing": "missing", "unknown": "-"}


def cells(proof: Proof) -> tuple[str, str, str, str, str, str]:
    """The row of one exercise in the table of `check`, after its name."""
    mutants = proof.distinguished + proof.survived
    return (
        _STANDING[proof.reference],
        _STANDING[proof.starter],
        f"{proof.named}/{proof.mistakes}",
        " ".join(proof.oracles) or "none",
        f"{proof.distinguished}/{mutants}",
        f"{proof.seconds:.1f} s",
    )


def totals(proofs: Sequence[Proof], score: float, least: float, seconds: float) -> tuple[str, ...]:
    """The last lines of `check`. `score` and `least` are between 0 and 1."""
    proven = sum(proof.is_proven for proof in proofs)
    detected, survived = sum(proof.distinguished for proof in proofs), sum(proof.survived for proof in proofs)
    equivalent = sum(proof.equivalent for proof in proofs)
    confirmed = {oracle: sum(oracle in proof.oracles for proof in proofs) for oracle in ("ledger", "sympy", "batch")}
    too_low = "" if score >= least else f" It must be at least {least:.0%}."
    return (
        f"{proven} of {len(proofs)} exercises proven in {seconds:.0f} s.",
        f"Confirmed without autograd: {confirmed['ledger']} by the ledger, {confirmed['sympy']} by sympy, "
        f"{confirmed['batch']} by the full batch.",
        f"Mistakes named: {sum(proof.named for proof in proofs)} of {sum(proof.mistakes for proof in proofs)}.",
        f"Mutation score: {score:.1%} ({detected} of {detected + survived} mutants detected, "
        f"{equivalent} equivalent to the right program).{too_low}",
    )
