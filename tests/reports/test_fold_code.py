"""Where a long step is broken."""

from __future__ import annotations

import pytest

from grader.reports.fold_code import fold_code

MEAN = "(mse_loss(model(X), y) / len(batches)).backward()"


@pytest.mark.parametrize(
    ("code", "width", "lines"),
    [
        (MEAN, 49, [MEAN]),
        (MEAN, 40, ["(mse_loss(model(X), y) / len(batches))", ".backward()"]),
        (MEAN, 26, ["(mse_loss(model(X), y) /", "len(batches)).backward()"]),
        ("((d*fake)**2).backward()", 14, ["((d*fake)**2)", ".backward()"]),
        ("x.grad=w*w.grad/len(batches)", 17, ["x.grad=w*w.grad/", "len(batches)"]),
        ("(3*h).backward(retain_graph=True)", 18, ["(3*h).backward(", "retain_graph=True)"]),
        ("f(1.0,-2.5e-05)", 9, ["f(1.0,", "-2.5e-05)"]),
        ("a_name_that_is_too_long", 10, ["a_name_tha", "t_is_too_l", "ong"]),
        ("", 10, [""]),
    ],
)
def test_a_step_is_broken_between_words_after_operators_and_commas_and_before_backward(code, width, lines):
    assert fold_code(code, width).split("\n") == lines
