from torch.nn.functional import mse_loss


def solve(model, batches):
    n_total = sum(X.shape[0] for X, _ in batches)

    for X, y in batches:
        prediction = model(X).squeeze()
        weight = X.shape[0] / n_total
        loss = weight * mse_loss(prediction, y)
        loss.backward()
