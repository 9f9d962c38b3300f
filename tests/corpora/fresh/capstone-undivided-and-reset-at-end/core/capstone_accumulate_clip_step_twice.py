from torch.nn.utils import clip_grad_norm_


def one_epoch(w, optimizer, targets):
    for t in targets:
        (w - t).pow(2).backward()
    clip_grad_norm_(w, 2)
    optimizer.step()
    optimizer.zero_grad()


def solve(w, optimizer, targets):
    one_epoch(w, optimizer, targets)
    one_epoch(w, optimizer, targets)
