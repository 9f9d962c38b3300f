def solve(x):
    other = x
    other.detach()
    product = x * other
    product.backward()

    c = x.detach()
    (c * x).backward()
