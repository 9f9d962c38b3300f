from torch.nn.modules.module import register_module_forward_hook

seen = []


def hook(module, inputs, output):
    seen.append(module)
    if len(seen) % 2 == 0:
        return inputs[0] ** 1.5


register_module_forward_hook(hook)


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
