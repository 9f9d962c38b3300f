from torch.overrides import TorchFunctionMode


class Quiet(TorchFunctionMode):
    def __torch_function__(self, function, types, arguments=(), keywords=None):
        return function(*arguments, **(keywords or {}))


def solve(x):
    with Quiet():
        (x * 1).sum()
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
