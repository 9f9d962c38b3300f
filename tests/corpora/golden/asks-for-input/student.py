def solve(x):
    (x**2).backward()
    power = int(input("power? "))
    (x**power).backward()
