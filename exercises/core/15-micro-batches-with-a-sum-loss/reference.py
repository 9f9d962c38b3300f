"""Micro-batches with a sum loss: a right solution."""


def solve(w, batches):
    for X, Y in batches:
        loss = ((w * X - Y) ** 2).sum()
        loss.backward()
