from torch.nn.functional import mse_loss


def solve(model, optimizer, batches):
    optimizer.zero_grad()
    total = 0.0
    for X, y in batches:
        loss = mse_loss(model(X), y) / len(batches)
        loss.backward()
        total += loss.item()
    optimizer.step()
    print("loss of the whole batch:", total > 0)
    return total
