def solve(x):
    parameters = [x]
    for formula in (x**2, x**3):
        formula.backward()
    for parameter in parameters:
        parameter.grad.zero_()
    (x**2 + x).backward()
