from torch.autograd import grad


def solve(x):
    (x ** 2).backward()
    cube = x ** 3
    return grad(outputs=cube, inputs=[x])
