from torch import nn


def solve(model, optimizer, batches):
    criterion = nn.MSELoss(reduction="sum")
    k = len(batches)
    optimizer.zero_grad()
    for i in range(k):
        inputs, targets = batches[i]
        out = model(inputs)
        (criterion(out, targets) / k).backward()
        optimizer.step()
