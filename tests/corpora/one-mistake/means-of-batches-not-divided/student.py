from torch.nn.functional import mse_loss


def solve(model, batches):
    def one(batch):
        inputs, targets = batch
        mse_loss(model(inputs), targets).backward()

    list(map(one, batches))
