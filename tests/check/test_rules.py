"""`uses` and `forbids` are proven: the reference keeps them, and a mistake breaks each."""

STEPS = "steps:\n  - backward: x**2\n  - let: {g: 'grad(x**3, x)'}\n  - backward: x**3\n"
REFERENCE = """import torch


def solve(x):
    (x**2).backward()
    torch.autograd.grad(x**3, x)
    (x**3).backward()
"""
NEVER = "wrong:\n  - {name: takes no gradient, misconception: grad-vs-backward, instead: {2: null}}\n"


def messages(problems):
    return [problem.message for problem in problems]


def test_a_mistake_that_only_breaks_a_rule_is_found_and_named(proof):
    found = proof(steps=STEPS, reference=REFERENCE, wrong=NEVER, extra="uses: [torch.autograd.grad]\n")
    assert (messages(found.problems), messages(found.notes), found.named) == ([], [], 1)


def test_without_the_rule_it_passes(proof):
    assert "The mistake `takes no gradient` passes" in messages(proof(steps=STEPS, reference=REFERENCE, wrong=NEVER).problems)[0]


def test_a_rule_that_no_mistake_breaks_is_noted_at_its_place(proof):
    found = proof(steps=STEPS, reference=REFERENCE, wrong=NEVER, extra="uses: [torch.autograd.grad]\nforbids: [torch.optim]\n")
    assert messages(found.notes) == [
        "No mistake under `wrong` breaks `forbids: torch.optim`, so nothing shows that this rule finds one."
    ]
    assert found.notes[0].where.text == "forbids: [torch.optim]"


def test_a_reference_that_breaks_a_rule_is_found_with_its_line(proof):
    found = proof(steps=STEPS, reference=REFERENCE, wrong=NEVER, extra="forbids: [torch.autograd.grad]\n")
    problem = next(each for each in found.problems if each.where.path.endswith("reference.py"))
    assert (problem.where.line, problem.fix) == (6, "`forbids: torch.autograd.grad` is broken.")


def test_a_rule_about_what_steps_cannot_show_is_judged_on_the_reference_only(proof):
    found = proof(steps=STEPS, reference=REFERENCE, wrong=NEVER, extra="uses: [torch.autograd.grad, torch.pow]\n")
    assert messages(found.problems) == []


def test_a_name_that_torch_does_not_have_is_reported_with_its_place_and_a_fix(proof):
    found = proof(steps=STEPS, reference=REFERENCE, wrong=NEVER, extra="forbids: [torch.optm]\n")
    problem = next(each for each in found.problems if each.fix == "did you mean `torch.optim`?")
    assert problem.message == "`forbids` cannot have `torch.optm`: it is no call that PyTorch has."
    assert (problem.where.text, problem.where.column) == ("forbids: [torch.optm]", 11)
