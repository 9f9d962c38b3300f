from torch.nn.utils import clip_grad_norm_


def solve(p, A, B, wand):
    batches = [A, B]
    for i, batch in enumerate(batches):
        loss = (p * batch).mean()
        loss.backward()
        if i == len(batches) - 1:
            clip_grad_norm_(p, max_norm=5.0)
        wand.step()
