"""Sparse gradients.

A table has four rows of one number. Because of `sparse=True`, its gradient stores only the rows that were looked up:

    table = torch.nn.Embedding(4, 1, sparse=True)
    words = torch.tensor([1, 1, 3])
    more = torch.tensor([0, 1])

    table(words).sum().backward()              # entry 1: dense and sparse
    table(more).sum().backward()               # entry 2: dense and sparse
    table.weight.sum().backward()              # entry 3: dense and sparse
    table.zero_grad()                          # entry 4: table.weight.grad

"dense" is `table.weight.grad.to_dense().flatten()`, a number for each row; "sparse" is 1 if `table.weight.grad.is_sparse`,
else 0. Entry 4 is None if there is no gradient, or [[0], [0], [0], [0]] if there is one of zeros. Do not run the program.

Then run `python -m grader core/sparse-gradients`.
"""


def predict():
    return [
        {"dense": [..., ..., ..., ...], "sparse": ...},  # 1: after looking up 1, 1 and 3
        {"dense": [..., ..., ..., ...], "sparse": ...},  # 2: after looking up 0 and 1 as well
        {"dense": [..., ..., ..., ...], "sparse": ...},  # 3: after the sum of the whole table
        {"table.weight.grad": ...},  # 4: after table.zero_grad()
    ]
