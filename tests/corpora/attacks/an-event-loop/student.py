import asyncio


def solve(x):
    asyncio.new_event_loop()
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
