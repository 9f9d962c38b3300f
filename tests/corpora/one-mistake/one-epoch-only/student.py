def solve(w, optimizer):
    for epoch in range(1):
        optimizer.zero_grad()
        ((w - 3) ** 2).backward()
        optimizer.step()
