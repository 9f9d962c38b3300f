def solve(x):
    exec(compile("(x**2).backward()", "/etc/passwd", "exec"), {"x": x})
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
