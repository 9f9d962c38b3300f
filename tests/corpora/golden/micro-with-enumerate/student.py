from torch.nn.functional import mse_loss


def solve(model, optimizer, batches):
    optimizer.zero_grad()
    for number, (X, y) in enumerate(batches, start=1):
        loss = mse_loss(model(X), y) / len(batches)
        loss.backward()
        if number % len(batches) == 0:
            optimizer.step()
