import sys
import types


def solve(x):
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()


sys.modules['helper'] = types.ModuleType('helper')
sys.modules['helper'].solve = solve
