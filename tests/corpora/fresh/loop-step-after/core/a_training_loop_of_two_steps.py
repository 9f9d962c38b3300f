def train_once(weight, opt):
    opt.zero_grad()
    error = weight - 3
    (error * error).backward()


def solve(w, optimizer):
    i = 0
    while i < 2:
        train_once(w, optimizer)
        i += 1
    optimizer.step()
