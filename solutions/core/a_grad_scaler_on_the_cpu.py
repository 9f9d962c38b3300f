"""A GradScaler on the CPU.

A GradScaler multiplies the loss and divides the gradients before the optimizer uses them:

    w = torch.tensor([10.0], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1.0)
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0)

    scaler.scale((3 * w).sum()).backward()               # entry 1
    scaler.unscale_(optimizer)                           # entry 2
    torch.nn.utils.clip_grad_norm_(w, max_norm=2.0)      # entry 3
    scaler.step(optimizer)
    scaler.update()                                      # entry 4

    optimizer.zero_grad()
    scaler.scale((3 * w).sum()).backward()               # entry 5
    scaler.step(optimizer)
    scaler.update()                                      # entry 6

    optimizer.zero_grad()
    scaler.scale((w * float("inf")).sum()).backward()
    scaler.step(optimizer)
    scaler.update()                                      # entry 7

`scaler.step` divides first if `unscale_` was not called since the last `update()`. With an infinite gradient it skips the
step, and `update()` halves the scale. Do not run the program; write below the values after each marked line.

Then run `python -m grader core/a-grad-scaler-on-the-cpu`.
"""


def predict():
    return [
        {"w.grad": ..., "w": ...},  # 1: after the first backward
        {"w.grad": ..., "w": ...},  # 2: after unscale_
        {"w.grad": ..., "w": ...},  # 3: after clipping
        {"w.grad": ..., "w": ...},  # 4: after step and update
        {"w.grad": ..., "w": ...},  # 5: after the second backward
        {"w.grad": ..., "w": ...},  # 6: after step and update
        {"w": ..., "scale": ...},  # 7: in the end; scale is scaler.get_scale()
    ]
