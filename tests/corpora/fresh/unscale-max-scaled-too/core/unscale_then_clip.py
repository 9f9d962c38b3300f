import torch.nn.utils as utils


class Scaler:
    def __init__(self, factor):
        self.factor = factor

    def unscale(self, tensor):
        tensor.grad.mul_(1 / self.factor)


def solve(w, opt):
    scaler = Scaler(8)
    (scaler.factor * 3 * w).backward()
    scaler.unscale(w)
    utils.clip_grad_norm_(w, max_norm=2.0 * scaler.factor)
    opt.step()
    opt.zero_grad()
