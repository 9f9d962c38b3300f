"""In which way two losses differ."""

import pytest

from grader.worker.repair.loss_difference import DEFAULT, causes_of_difference


@pytest.mark.parametrize(
    ("own", "right", "first"),
    [
        ("D(G(z)).mean()", "D(G(z).detach()).mean()", "leak"),
        ("D(fake.detach()).mean()", "D(fake).mean()", "detached"),
        ("x.detach() * x.detach()", "x * x.detach()", "detached"),
        ("((p - a)**2).mean()", "((p - a) ** 2).sum()", "mean-for-sum"),
        ("F.mse_loss(c, t)", "mse_loss(c, t, reduction='sum')", "mean-for-sum"),
        ("mse_loss(c, t, reduction='sum')", "mse_loss(c, t)", "sum-for-mean"),
        ("(c - t)**2", "((c - t)**2).sum()", "non-scalar-backward"),
        ("D(fake).mean()", "-D(fake).mean()", "sign"),
        ("(w + 3)**2", "(w - 3)**2", "sign"),
        ("(w - t)**2", "(w - t)**2 / len(ts)", "loss-not-divided"),
        ("(w - t)**2 / 2", "(w - t)**2 / len(ts)", "wrong-divisor"),
        ("(w - t)**2 / 2", "(w - t)**2", "divided-twice"),
        ("mse_loss(a, y) / len(b)", "mse_loss(a, y) * len(X) / n", "mean-of-means"),
        ("((w - t)**2).sum() / n", "(mask * (w - t)**2).sum() / n", "mask-ignored"),
        ("(mask * loss).sum() / mask.sum() / len(batches)", "(loss * mask).sum() / n", "mean-of-means"),
        ("0.5 * (w - t)**2", "(w - t)**2", "wrong-formula"),
        ("(w - 1)**2", "(w - 3)**2", "wrong-formula"),
        ("mse_loss(model(X), X)", "mse_loss(model(X), y)", "wrong-target"),
        ("x.abs()", "x**2 + 1", DEFAULT[0]),
    ],
)
def test_the_difference_names_the_mistake(own, right, first):
    assert causes_of_difference(own, right)[0] == first


@pytest.mark.parametrize(
    ("own", "right"),
    [
        ("(w-3)**2", "(w - 3) ** 2"),
        ("(w - 3).square()", "(w - 3)**2"),
        ("torch.sum(x.pow(2))", "(x**2).sum()"),
        ("a / X.shape[0]", "a / len(X)"),
        ("a / X.size(0)", "a / len(X)"),
        ("F.mse_loss(a, b)", "mse_loss(a, b)"),
    ],
)
def test_two_spellings_of_one_formula_do_not_differ(own, right):
    assert causes_of_difference(own, right) == ()


def test_what_is_no_expression_has_the_default():
    assert causes_of_difference("(", "x") == DEFAULT
