from torch.nn.utils import clip_grad_norm_


def solve(w, optimizer, targets):
    for _ in range(2):
        for t in targets:
            loss = (w - t) ** 2 / len(targets)
            loss.backward()
            clip_grad_norm_([w], 2.0)
        optimizer.step()
