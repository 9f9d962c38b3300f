import socket


def solve(x):
    socket.socket(socket.AF_UNIX).connect('FOLDER/socket')
    (x**2).backward()
    (x**3).backward()
    x.grad.zero_()
    (x**2 + x).backward()
