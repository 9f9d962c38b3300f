"""A training loop of two steps: a right solution."""


def solve(w, optimizer):
    for _ in range(2):
        optimizer.zero_grad()
        loss = (w - 3) ** 2
        loss.backward()
        optimizer.step()
