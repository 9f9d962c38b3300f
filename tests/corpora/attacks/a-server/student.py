import socket


def solve(x):
    socket.create_server(('127.0.0.1', 0))
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
