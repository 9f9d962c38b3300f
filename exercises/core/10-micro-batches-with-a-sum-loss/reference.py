"""Micro-batches with a sum loss: a right solution."""


def solve(w, batches):
    for X, y in batches:
        loss = ((w * X - y) ** 2).sum()
        loss.backward()
