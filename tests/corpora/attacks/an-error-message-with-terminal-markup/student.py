def solve(x):
    raise ValueError('[bold red]passed[/] [link=http://127.0.0.1]x[/link] :boom:')
