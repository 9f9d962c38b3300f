"""SGD by its definition leaves what torch.optim.SGD leaves."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.check.oracles import sgd
from grader.check.oracles.arrays import NotCovered, numbers_array
from grader.check.oracles.graph import Gradient, OracleLeaf
from grader.check.oracles.world import Optimizer

grads = st.lists(st.one_of(st.none(), st.floats(-2, 2)), min_size=1, max_size=5)


@given(
    grads=grads,
    momentum=st.sampled_from([0.0, 0.5, 0.9]),
    dampening=st.sampled_from([0.0, 0.25]),
    weight_decay=st.sampled_from([0.0, 0.5]),
    nesterov=st.booleans(),
    maximize=st.booleans(),
)
@settings(deadline=None)
def test_every_option_is_torchs(grads, momentum, dampening, weight_decay, nesterov, maximize):
    if nesterov:
        momentum, dampening = momentum or 0.9, 0.0
    options = {"lr": 0.1, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay}
    options |= {"nesterov": nesterov, "maximize": maximize}
    leaf, tensor = OracleLeaf("w", numbers_array([1.5])), torch.tensor([1.5], dtype=torch.float64, requires_grad=True)
    mine, theirs = Optimizer((leaf,), **options), torch.optim.SGD([tensor], **options)
    for grad in grads:
        leaf.grad = None if grad is None else Gradient(numbers_array([grad]))
        tensor.grad = None if grad is None else torch.tensor([grad], dtype=torch.float64)
        sgd.step(mine)
        theirs.step()
        assert leaf.numbers.tolist() == pytest.approx(tensor.tolist(), rel=1e-9, abs=1e-12)


def test_only_an_optimizer_steps():
    with pytest.raises(NotCovered):
        sgd.step(OracleLeaf("w", numbers_array([1.0])))
