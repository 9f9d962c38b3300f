import warnings

warnings.filterwarnings('ignore')


def solve(x):
    cube = x**3
    cube.backward()
    cube = x**3
    cube.backward(create_graph=True)
    (x.grad**2).backward()
