"""What the parent process and its worker processes say to each other: jobs go out and messages come back, as lines of JSON.

`jobs` writes what a worker must do. `messages` validates each line that comes back before it is used. `traces` puts the
messages of one run together.
"""
