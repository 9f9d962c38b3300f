"""Oracles: ways to know what an exercise leaves that trust neither torch nor autograd. Only `check` asks them.

`ledger` does the bookkeeping of every verb in plain Python. It needs to be told derivatives: `differences` measures them
in float64, `closed_form` takes them from sympy. `full_batch` knows what micro-batches must add up to.

`torch.autograd.gradcheck` is not among them: it takes the same central differences, but of PyTorch's own forward. The
slope of a slope, which gradgradcheck would measure, is sympy's.
"""
