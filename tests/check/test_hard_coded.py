"""Backwards where hard-coded numbers would pass."""

LINEAR = {
    "steps": "steps:\n  - backward: 3*x\n    expect: {x.grad: [3.0]}\n  - backward: x**2\n    expect: {x.grad: [7.0]}\n",
    "wrong": "",
    "reference": "def solve(x):\n    (3*x).backward()\n    (x**2).backward()\n",
}


def test_a_linear_loss_is_noted_at_its_line(proof):
    found = proof(**LINEAR)
    assert [(note.where.line, note.message) for note in found.notes] == [
        (9, "This backward adds the same numbers for all inputs, so hard-coded numbers pass here.")
    ]
    assert found.problems == ()


def test_numbers_that_are_never_redrawn_are_noted_but_no_prediction_is(proof):
    assert proof(**LINEAR, tensors="tensors:\n  x: {value: [2.0], redraw: false}\n").notes != ()
    predicted = proof(
        **LINEAR | {"reference": "def predict():\n    return [3.0, 7.0]\n"},
        kind="kind: predict\n",
        function="function: predict()\n",
        starter="def predict():\n    return []\n",
    )
    assert predicted.notes == ()
