"""Times an ordinary training function with the tracer and with an empty mode: `python tests/bench/tracing.py LEAVES`.

Prints a JSON list of triples of seconds: traced, traced and sent as a child sends it, with the empty mode.
"""

import json
import os
import sys
import time
from pathlib import Path

import torch
from torch.overrides import TorchFunctionMode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from grader.worker.build import build
from grader.worker.child import to_line
from grader.worker.snapshot import Leaves
from grader.worker.tracer import Tracer

PASSES = 20
TIMES = 60
UNITS = 4
NOWHERE = os.open(os.devnull, os.O_WRONLY)


class PassThrough(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        return func(*args, **(kwargs or {}))


def setup(leaves):
    """A chain of layers of four units, as small as in an exercise, with `leaves` parameters: a weight and a bias in turn."""
    layers = [f"Linear({UNITS}, {UNITS}, bias={number + 1 < leaves})" for number in range(0, leaves, 2)]
    weight = [[0.5 + 0.1 * (row - column) for column in range(UNITS)] for row in range(UNITS)]
    values = [(f"model.{number // 2}.{'bias' if number % 2 else 'weight'}", number % 2) for number in range(leaves)]
    batch = [[(row + column) / 8 for column in range(UNITS)] for row in range(8)]
    return {
        "data": {name: {"value": batch, "dtype": "float32"} for name in ("X", "y")},
        "modules": {"model": f"Sequential({', '.join(layers)})"},
        "tensors": {name: {"value": weight[0] if bias else weight, "dtype": "float32"} for name, bias in values},
        "optimizers": {"optimizer": "SGD(model.parameters(), lr=0.001)"},
    }


def train(model, optimizer, X, y):
    for _ in range(PASSES):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()


def keep(message):
    return message


def send(message):
    os.write(NOWHERE, to_line(message))


def traced(document, send):
    world = build(document, torch.device("cpu"))
    tracer = Tracer(Leaves(world.leaves), world.optimizers, __file__, send)
    started = time.perf_counter()
    with tracer:
        train(*(world.names[name] for name in ("model", "optimizer", "X", "y")))
    tracer.finish(None)
    return time.perf_counter() - started


def passed_through(document):
    world = build(document, torch.device("cpu"))
    started = time.perf_counter()
    with PassThrough():
        train(*(world.names[name] for name in ("model", "optimizer", "X", "y")))
    return time.perf_counter() - started


def main(leaves):
    torch.set_num_threads(1)
    document = setup(leaves)
    traced(document, send), passed_through(document)
    print(json.dumps([(traced(document, keep), traced(document, send), passed_through(document)) for _ in range(TIMES)]))


if __name__ == "__main__":
    main(int(sys.argv[1]))
