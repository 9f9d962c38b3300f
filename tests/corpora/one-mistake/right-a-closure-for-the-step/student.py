def solve(w, optimizer):
    def closure():
        optimizer.zero_grad()
        loss = (3 - w) ** 2
        loss.backward()
        return loss

    losses = [optimizer.step(closure).item() for _ in range(2)]
    print(losses)
