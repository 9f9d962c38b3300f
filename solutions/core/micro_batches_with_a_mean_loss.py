"""Micro-batches with a mean loss: grade this file with `python -m grader core/micro-batches-with-a-mean-loss`."""

from torch.nn.functional import mse_loss


def solve(model, optimizer, batches):
    """One update of the model from all the micro-batches together.

    model: a linear layer from one number to one number, without bias.
    optimizer: torch.optim.SGD over the model's parameters.
    batches: a list of pairs (X, y) of equal size; X and y are columns of numbers.
    """
    # TODO: your calls here
