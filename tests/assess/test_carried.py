"""`carried`, "right, after an earlier mistake": only a wrong state before the call, and what PyTorch leaves on that state."""

import pytest
from helpers.own_exercises import OwnExercises

EXERCISES = {
    rule: f"""
        function: solve(w, v, opt, X)
        data: {{X: [1.0, 2.0, 3.0]}}
        tensors: {{w: [0.5], v: [2.0]}}
        optimizers: {{opt: "{optimizer}"}}
        steps:
          - for: i
            in: range(3)
            do:
              - zero: opt
              - backward: sum((w*X - v)**2)
              - step: opt
    """
    for rule, optimizer in {
        "plain": "SGD([w, v], lr=0.01)",
        "momentum": "SGD([w, v], lr=0.01, momentum=0.5)",
        "adam": "Adam([w, v], lr=0.01)",
    }.items()
}

LOOP = """
for i in range(3):
    {before_zero}
    opt.zero_grad()
    loss = ((w*X - v)**2).sum()
    {before_backward}
    loss.backward()
    {before_step}
    opt.step()
"""
NOTHING = {"before_zero": "pass", "before_backward": "pass", "before_step": "pass"}
ROUND = ["matched"] * 3

# What the program does, and the statuses of its rows; "right" is matched or carried.
PROGRAMS = {
    "another rate from the start": (
        {"before_step": "opt.param_groups[0]['lr'] = 0.02"},
        ["matched", "matched", "wrong", "right", "carried", "wrong", "right", "carried", "wrong"],
    ),
    "another rate in the second round": (
        {"before_step": "opt.param_groups[0]['lr'] = 0.02 if i == 1 else 0.01"},
        ["matched", "matched", "matched", "matched", "matched", "wrong", "right", "carried", "carried"],
    ),
    "another loss in the first round": (
        {"before_backward": "loss = loss / 2 if i == 0 else loss"},
        ["matched", "wrong", "right", "right", "right", "right", "right", "right", "right"],
    ),
    "another value in the second round": (
        {"before_zero": "w.data.mul_(1.1) if i == 1 else None"},
        [*ROUND, "unexpected", "carried", "carried", "carried", "carried", "carried", "carried"],
    ),
}


@pytest.fixture(scope="module")
def own(engine, tmp_path_factory):
    return OwnExercises(engine, tmp_path_factory.mktemp("carried"), EXERCISES)


@pytest.mark.parametrize("rule", EXERCISES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_changed_rate_is_wrong_on_its_own_row_and_what_follows_from_a_mistake_is_not(own, program, rule):
    changes, expected = PROGRAMS[program]
    result = own.grade(rule, LOOP.format(**(NOTHING | changes)))
    observed = [row.status for row in result.steps]
    assert len(observed) == len(expected)
    for status, wanted in zip(observed, expected, strict=True):
        assert status == wanted or (wanted == "right" and status in ("matched", "carried"))
    assert result.verdict == "failed"
