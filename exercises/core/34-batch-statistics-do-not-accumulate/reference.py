"""Batch statistics do not accumulate: a right solution."""


def predict():
    return [
        1.0,  # around 1.5: 2 * 0.5
        26.0,  # around 6.5: 1 + 2 * 12.5
        None,
        76.0,  # around 4: 2 * 38
    ]
