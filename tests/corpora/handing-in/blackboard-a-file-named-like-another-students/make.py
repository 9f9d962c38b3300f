"""Writes blackboard.zip into the current folder. A student uploaded a file whose name looks like a later attempt of another."""

import zipfile

right = "def solve(x):\n    (x**2).backward()\n    (x**3).backward()\n    x.grad.zero_()\n    (x**2 + x).backward()\n"
wrong = "def solve(x):\n    pass\n"
mallory = "Homework 1_mallory_attempt_2026-03-02-10-30-00"
with zipfile.ZipFile("blackboard.zip", "w") as archive:
    archive.writestr("Homework 1_victim_attempt_2026-03-01-10-30-00_gradients_pile_up.py", right)
    archive.writestr(f"{mallory}_gradients_pile_up.py", right)
    archive.writestr(f"{mallory}_x_victim_attempt_2099-01-01-00-00-00_gradients_pile_up.py", wrong)
