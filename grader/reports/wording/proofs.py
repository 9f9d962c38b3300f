"""What `check` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.records.proof import Proof, ProofState

_STANDING: Mapping[ProofState, str] = {"right": "ok", "wrong": "no", "missing": "missing", "unknown": "-"}


def proof_cells(proof: Proof) -> tuple[str, str, str, str, str, str]:
    """What the table of `check` says of one exercise, after its name."""
    mutants = proof.distinguished + proof.survived
    return (
        _STANDING[proof.reference],
        _STANDING[proof.starter],
        f"{proof.named}/{proof.mistakes}",
        " ".join(proof.oracles) or "none",
        f"{proof.distinguished}/{mutants}",
        f"{proof.seconds:.1f} s",
    )


def proof_totals(proofs: Sequence[Proof], score: float, least: float, seconds: float) -> tuple[str, ...]:
    """What `check` says at the end."""
    proven = sum(proof.is_proven for proof in proofs)
    told, survived = sum(proof.distinguished for proof in proofs), sum(proof.survived for proof in proofs)
    equivalent = sum(proof.equivalent for proof in proofs)
    confirmed = {oracle: sum(oracle in proof.oracles for proof in proofs) for oracle in ("ledger", "sympy", "batch")}
    enough = "" if score >= least else f" At least {least:.0%} are asked for."
    return (
        f"{proven} of {len(proofs)} exercises proven in {seconds:.0f} s.",
        f"Confirmed without autograd: {confirmed['ledger']} by the ledger, {confirmed['sympy']} by sympy, "
        f"{confirmed['batch']} by the full batch.",
        f"Mistakes named: {sum(proof.named for proof in proofs)} of {sum(proof.mistakes for proof in proofs)}.",
        f"Mutation score: {score:.1%} ({told} of {told + survived} mutants told apart; "
        f"{equivalent} are the right program).{enough}",
    )
