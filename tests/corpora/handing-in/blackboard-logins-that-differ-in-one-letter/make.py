"""Writes blackboard.zip, without receipts, into the current folder."""

import zipfile

right = "def solve(x):\n    (x**2).backward()\n    (x**3).backward()\n    x.grad.zero_()\n    (x**2 + x).backward()\n"
with zipfile.ZipFile("blackboard.zip", "w") as archive:
    for user, code in (("d_smith", right), ("e_smith", "def solve(x):\n    pass\n"), ("victim", right), ("victim_", "")):
        archive.writestr(f"Homework 1_{user}_attempt_2026-03-01-10-30-00_gradients_pile_up.py", code)
