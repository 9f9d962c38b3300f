"""Sparse gradients: the right prediction."""


def predict():
    return [
        {"dense": [0, 2, 0, 1], "sparse": 1},
        {"dense": [1, 3, 0, 1], "sparse": 1},
        {"dense": [2, 4, 1, 2], "sparse": 0},
        {"table.weight.grad": None},
    ]
