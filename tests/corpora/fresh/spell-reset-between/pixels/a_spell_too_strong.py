from torch.nn.utils import clip_grad_norm_


def solve(p, A, B, wand):
    loss_a = torch_sum(p, A)
    loss_a.backward()
    wand.zero_grad()
    loss_b = torch_sum(p, B)
    loss_b.backward()
    clip_grad_norm_(p, max_norm=5.0)
    wand.step()


def torch_sum(p, micro):
    return p.mul(micro).sum()
