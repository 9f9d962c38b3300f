import torch


def resetting(self, gradient=None, retain_graph=None, create_graph=False, inputs=None):
    leaves = [node.variable for node, _ in self.grad_fn.next_functions if hasattr(node, 'variable')]
    if self.grad_fn.name() == 'AddBackward0':
        leaves[0].grad.zero_()
    torch.autograd.backward(self, gradient, retain_graph, create_graph, inputs=inputs)


torch.Tensor.backward.__code__ = resetting.__code__


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
