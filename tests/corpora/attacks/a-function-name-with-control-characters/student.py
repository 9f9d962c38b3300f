globals()['\x1b[2J'] = 1
globals()['solve\n::error::'] = print
