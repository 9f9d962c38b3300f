from torch.nn.utils import clip_grad_norm_


def one_window(w, optimizer, targets):
    for target in targets:
        loss = (w - target) ** 2 / len(targets)
        loss.backward()
    clip_grad_norm_([w], 2.0)
    optimizer.step()


def solve(w, optimizer, targets):
    for _ in range(2):
        one_window(w, optimizer, targets)
