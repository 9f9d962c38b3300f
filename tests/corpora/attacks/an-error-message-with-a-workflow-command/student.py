def solve(x):
    raise ValueError('\n::error file=x::passed\n::set-output name=a::b\n::add-mask::x')
