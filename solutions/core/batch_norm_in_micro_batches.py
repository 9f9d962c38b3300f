"""Batch norm in micro-batches.

Four samples go through a batch norm, once together and once in two micro-batches, in training mode and in eval mode:

    X1, y1 = torch.tensor([[1.0], [2.0]]), torch.tensor([[0.0], [1.0]])
    X2, y2 = torch.tensor([[4.0], [9.0]]), torch.tensor([[0.0], [1.0]])
    X, y = torch.cat([X1, X2]), torch.cat([y1, y2])

    layer = torch.nn.BatchNorm1d(1)                      # weight 1, bias 0
    (((layer(X) - y) ** 2).sum() / 4).backward()         # entry 1
    layer.zero_grad()
    (((layer(X1) - y1) ** 2).sum() / 4).backward()       # entry 2
    (((layer(X2) - y2) ** 2).sum() / 4).backward()       # entry 3

    still = torch.nn.BatchNorm1d(1)                      # weight 1, bias 0
    still.eval()                                         # uses the running mean 0 and variance 1
    (((still(X) - y) ** 2).sum() / 4).backward()         # entry 4
    still.zero_grad()
    (((still(X1) - y1) ** 2).sum() / 4).backward()       # entry 5
    (((still(X2) - y2) ** 2).sum() / 4).backward()       # entry 6

With z = (x - mean) / sqrt(variance), backward() adds sum((z - y) * z) / 2 for the weight and sum(z - y) / 2 for the bias. In
training mode, mean and variance are those of the batch (divide by the number of samples); in eval mode they are 0 and 1. An
answer within a thousandth is right, so ignore eps.

Then run `python -m grader core/batch-norm-in-micro-batches`.
"""


def predict():
    return [
        {"layer.weight.grad": ..., "layer.bias.grad": ...},  # 1: training, all four samples
        {"layer.weight.grad": ..., "layer.bias.grad": ...},  # 2: training, after the first micro-batch
        {"layer.weight.grad": ..., "layer.bias.grad": ...},  # 3: training, after the second
        {"still.weight.grad": ..., "still.bias.grad": ...},  # 4: eval mode, all four samples
        {"still.weight.grad": ..., "still.bias.grad": ...},  # 5: eval mode, after the first micro-batch
        {"still.weight.grad": ..., "still.bias.grad": ...},  # 6: eval mode, after the second
    ]
