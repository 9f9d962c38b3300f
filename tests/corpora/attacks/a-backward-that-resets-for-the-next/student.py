import torch


def resetting(loss, gradient=None, retain_graph=None, create_graph=False, inputs=None):
    leaves = [node.variable for node, _ in loss.grad_fn.next_functions if hasattr(node, 'variable')]
    if loss.grad_fn.name() == 'AddBackward0':
        leaves[0].grad.zero_()
    torch.autograd.backward(loss, gradient, retain_graph, create_graph, inputs=inputs)


torch.Tensor.backward = resetting


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
