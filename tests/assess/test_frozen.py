"""Where an exercise freezes leaves, `requires_grad` is part of what is marked."""

import pytest
from helpers.own_exercises import OwnExercises

EXERCISES = {
    "frozen": """
        function: solve(a, b, opt)
        tensors: {a: [2.0], b: [3.0]}
        optimizers: {opt: "SGD([a, b], lr=0.1)"}
        steps:
          - backward: a * b
          - zero: opt
          - requires_grad: {b: false}
          - backward: a**2 * b
          - step: opt
    """,
    "frozen-at-the-end": """
        function: solve(a, b)
        tensors: {a: [2.0], b: [3.0]}
        steps:
          - backward: a * b
          - requires_grad: {a: false}
    """,
    "frozen-and-back": """
        function: solve(a, b)
        tensors: {a: [2.0], b: [3.0]}
        steps:
          - requires_grad: {b: false}
          - backward: a * b
          - requires_grad: {b: true}
          - backward: a**2
          - backward: a * b**2
    """,
}
FROZEN = """
    (a * b).backward()
    opt.zero_grad()
    {freeze}
    (a**2 * b).backward()
    opt.step()
"""


@pytest.fixture(scope="module")
def own(engine, tmp_path_factory):
    return OwnExercises(engine, tmp_path_factory.mktemp("frozen"), EXERCISES)


RIGHT = {
    "as in the steps": ("frozen", FROZEN.format(freeze="b.requires_grad_(False)")),
    "assigned": ("frozen", FROZEN.format(freeze="b.requires_grad = False")),
    "detached in place": ("frozen", FROZEN.format(freeze="b.detach_()")),
    "before the reset": (
        "frozen",
        """
        (a * b).backward()
        b.requires_grad_(False)
        opt.zero_grad()
        (a**2 * b).backward()
        opt.step()
        """,
    ),
    "thawed after the last step": ("frozen", FROZEN.format(freeze="b.requires_grad_(False)") + "    b.requires_grad_(True)\n"),
    "at the end": ("frozen-at-the-end", "(a * b).backward()\na.requires_grad_(False)"),
    "and back": (
        "frozen-and-back",
        """
        b.requires_grad_(False)
        (a * b).backward()
        b.requires_grad_()
        (a**2).backward()
        (a * b**2).backward()
        """,
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_program_that_freezes_in_time_passes(own, name):
    result = own.grade(*RIGHT[name])
    assert (result.verdict, result.score) == ("passed", result.max_score)


@pytest.mark.parametrize("freeze", ["b = b.detach()", "b = b.clone().detach()", "b = b.data", "b = torch.tensor(b.tolist())"])
def test_a_copy_instead_of_the_frozen_leaf_is_wrong_on_the_row_that_freezes(own, freeze):
    result = own.grade("frozen", FROZEN.format(freeze=freeze))
    assert [row.status for row in result.steps] == ["matched", "matched", "wrong", "matched", "matched"]
    assert (result.verdict, result.score) == ("failed", result.max_score - 1)
    assert (result.steps[2].expected, result.steps[2].observed) == ({"b.requires_grad": False}, {"b.requires_grad": True})
    assert [each.misconception for each in result.diagnoses] == ["not-frozen"]


def test_a_leaf_that_is_not_frozen_at_the_end_is_wrong(own):
    result = own.grade("frozen-at-the-end", "(a * b).backward()\na = a.detach()")
    assert [row.status for row in result.steps] == ["matched", "wrong"]
    assert result.diagnoses[0].line == 7


def test_the_finding_without_a_line_says_between_which_calls(own):
    result = own.grade("frozen", FROZEN.format(freeze="b = b.data"))
    assert (result.diagnoses[0].line, result.diagnoses[0].between) == (None, (8, 10))
