def solve(x):
    h = x * x
    loss_a = 3 * h
    loss_b = h**2
    loss = loss_a + loss_b
    loss.backward()
