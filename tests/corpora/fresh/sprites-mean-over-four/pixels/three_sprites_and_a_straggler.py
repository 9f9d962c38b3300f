import torch.nn.functional as F


def solve(p, S1, S2):
    all_sprites = len(S1) + len(S2)
    for batch in (S1, S2):
        loss = F.mse_loss(p.expand_as(batch), batch)
        (loss / all_sprites).backward()
