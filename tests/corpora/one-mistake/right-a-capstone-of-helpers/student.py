from contextlib import contextmanager

import torch


@contextmanager
def window(optimizer, parameters):
    optimizer.zero_grad()
    yield
    torch.nn.utils.clip_grad_norm_(parameters, 2.0)
    optimizer.step()


def solve(w, optimizer, targets):
    for _ in range(2):
        with window(optimizer, [w]):
            for t in targets:
                ((w - t) ** 2).div(len(targets)).backward()
