"""The functions, modules and optimizers that an expression may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signature:
    """The arguments of a function: first the `required`, then the `optional` ones, by position or by keyword."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    variadic: bool = False


def _signature(text: str) -> Signature:
    words = text.split()
    return Signature(
        tuple(word for word in words if not word.endswith(("?", "*"))),
        tuple(word[:-1] for word in words if word.endswith("?")),
        any(word.endswith("*") for word in words),
    )


# `word?` is optional, `word*` may be repeated. The worker has the callable for each name.
FUNCTIONS: Mapping[str, Signature] = {
    name: _signature(text)
    for name, text in {
        **dict.fromkeys(
            "exp log log2 log10 log1p expm1 sin cos tan asin acos atan sinh cosh tanh sigmoid relu sqrt rsqrt abs "
            "square neg sign softplus gelu silu detach clone erf".split(),
            "input",
        ),
        **dict.fromkeys("sum mean prod logsumexp".split(), "input dim? keepdim?"),
        **dict.fromkeys("amax amin".split(), "input dim? keepdim?"),
        **dict.fromkeys("var std".split(), "input dim? correction? keepdim?"),
        "norm": "input p? dim? keepdim?",
        **dict.fromkeys("softmax log_softmax".split(), "input dim"),
        **dict.fromkeys("cat stack".split(), "tensors dim?"),
        **dict.fromkeys("maximum minimum dot matmul outer mul add sub div pow".split(), "input other"),
        "clamp": "input min? max?",
        "where": "condition input other",
        "reshape": "input shape",
        "flatten": "input start_dim? end_dim?",
        "transpose": "input dim0 dim1",
        "zeros_like": "input",
        "ones_like": "input",
        "leaky_relu": "input negative_slope?",
        "linear": "input weight bias?",
        "embedding": "input weight",
        "mse_loss": "input target reduction?",
        "l1_loss": "input target reduction?",
        "smooth_l1_loss": "input target reduction? beta?",
        "huber_loss": "input target reduction? delta?",
        "nll_loss": "input target ignore_index? reduction?",
        "cross_entropy": "input target ignore_index? reduction? label_smoothing?",
        "binary_cross_entropy": "input target reduction?",
        "binary_cross_entropy_with_logits": "input target reduction?",
        "grad": "loss inputs create_graph? retain_graph? grad_outputs? allow_unused?",
        "len": "sequence",
        "range": "start stop? step?",
        "zip": "sequence*",
        "enumerate": "sequence",
    }.items()
}

PYTHON_FUNCTIONS = frozenset({"len", "range", "zip", "enumerate"})

# The classes of torch.nn and torch.optim that an exercise may use. All are deterministic; the optimizers need no closure.
MODULES = frozenset(
    "Linear Bilinear Identity Sequential Flatten Embedding Conv1d Conv2d AvgPool1d AvgPool2d MaxPool1d MaxPool2d "
    "BatchNorm1d BatchNorm2d LayerNorm GroupNorm ReLU LeakyReLU ELU GELU SiLU Tanh Sigmoid Softplus Softmax LogSoftmax "
    "MSELoss L1Loss CrossEntropyLoss BCEWithLogitsLoss".split()
)
OPTIMIZERS = frozenset("SGD ASGD Adam AdamW Adamax NAdam RAdam Adagrad Adadelta RMSprop Rprop".split())
