"""Oracles: they compute what an exercise leaves without torch and without autograd. Only `check` uses them.

`ledger` does the bookkeeping of every verb. It gets derivatives from a `Calculus`: `calculus` measures them by central
differences in float64, `closed_form` derives them with sympy. `full_batch` knows the gradient that micro-batches add up to.

`torch.autograd.gradcheck` is not used: it takes the same central differences, but of PyTorch's own forward. Second
derivatives, which gradgradcheck would measure, come from sympy.
"""
