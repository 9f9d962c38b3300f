import socket


def solve(x):
    socket.getaddrinfo('localhost.invalid', 80)
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
