from torch.nn.utils import clip_grad_norm_


def solve(w, optimizer, targets):
    for epoch in (1, 2):
        for target in targets:
            optimizer.zero_grad()
            loss = (w - target) ** 2 / len(targets)
            loss.backward()
        clip_grad_norm_([w], 1.0)
        optimizer.step()
