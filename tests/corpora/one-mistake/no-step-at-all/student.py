def solve(w, optimizer):
    for epoch in range(2):
        optimizer.zero_grad()
        loss = (w - 3) ** 2
        loss.backward()
        print(epoch, loss.item())
