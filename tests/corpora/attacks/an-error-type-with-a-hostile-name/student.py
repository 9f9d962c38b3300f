def solve(x):
    raise type('\x1b[2J::error::\n<b>', (Exception,), {})('x')
