import torch


def masked_mean(values, mask):
    return (values * mask).sum() / mask.sum()


def solve(w, batches):
    tokens = sum(int(mask.sum()) for _, mask in batches)
    print(tokens, "tokens")
    n = len(batches)
    for target, mask in batches:
        per_token = torch.square(w - target)
        (masked_mean(per_token, mask) / n).backward()
