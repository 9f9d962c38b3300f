import torch.optim as optim


def solve(w, optimizer):
    optimizer = optim.SGD([w], lr=0.01)
    for epoch in range(2):
        optimizer.zero_grad()
        loss = (w - 3) ** 2
        loss.backward()
        optimizer.step()
