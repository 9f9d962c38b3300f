import torch


def one_round(a: torch.Tensor, b: torch.Tensor, opt: torch.optim.Optimizer) -> None:
    torch.mul(a, b).backward()
    opt.step()


def solve(a, b, opt):
    one_round(a, b, opt)
    opt.zero_grad(set_to_none=True)
    a.requires_grad_(False)
    one_round(a, b, opt)
