"""The limits of what a worker process reports.

The worker keeps to them, so that honest work is cut with a sentence. The parent process holds every message to the same
numbers, because a student's code can write messages too.
"""

from __future__ import annotations

import builtins

# One value: a tensor, or an answer of a function.
MAX_NUMBERS = 100_000  # of a tensor (rows, if they are empty), and items of an answer in all: more is not compared or shown
MAX_ITEMS = 10_000  # of one list or dict: more than an exercise expects or a reader looks at
MAX_DEPTH = 20  # of lists and dicts: the recursive functions that compare and print them stay far from Python's limit
MAX_INTEGER_BITS = 64  # what torch and JSON readers can hold: a larger integer has no float and may have no decimal text
MAX_DIMENSIONS = 64  # torch's own limit
MAX_TEXT = 2_000  # characters of a message or a string: a screen full
MAX_NAME = 200  # characters of the name of a type, leaf, dtype, optimizer or key: a line
MAX_VALUE_TEXT = 100_000  # characters of all strings and keys of an answer: each may be long, but not all of them
MAX_LINE_NUMBER = 2**31 - 1  # Python's own limit for a file
MAX_CALL_NUMBER = 2**31 - 1  # the number of a backward or a step(): more than any run has time for

# One line, before it is parsed.
MAX_LINE = 4 * 2**20  # bytes: the 100,000 numbers of a tensor with 20 characters each, twice
MAX_KEYS = MAX_NUMBERS + MAX_VALUE_TEXT  # colons, also those in texts: each wrong key takes half a kilobyte to refuse

# All messages of one case or program: what the parent process keeps.
MAX_CALLS = 20_000  # calls or steps: thousands of passes of a training loop, which take seconds to run and to compare
MAX_FACTS = 200  # facts from the calls, and as many from the text: a reader looks at a few
MAX_RUN_NUMBERS = 4_000_000  # about 32 bytes each in memory; a tensor counts as `TENSOR_NUMBERS` more
TENSOR_NUMBERS = 8  # a tensor without numbers takes as much memory as about 8 numbers
MAX_RUN_TEXT = 4_000_000  # characters: each of 2,000 calls may raise an error with a message of full length
MAX_RUN_BYTES = 96 * 2**20  # bytes of JSON: MAX_RUN_NUMBERS with 25 characters each

# The candidates for a fix of one file.
MAX_CANDIDATES = 200  # more than are ever tried
MAX_CAUSES = 10  # misconceptions that one candidate undoes
MAX_EDITS = 50  # of one candidate: one change at all the places of a file that need it
MAX_EDIT_LINES = 200  # of one edit: a loop or a function that is written anew
MAX_EDIT_COLUMNS = 1_000  # of one of its lines: more than a person writes

# The exceptions that are named to a student when a hidden case raised them, the built-in ones and those of torch: any other
# class may have a name that was made of hidden numbers.
BUILTIN_ERRORS = frozenset(
    name for name, error in vars(builtins).items() if isinstance(error, type) and issubclass(error, BaseException)
)
TORCH_ERRORS = ("AcceleratorError", "LinAlgError", "OutOfMemoryError")


def is_kept_integer(number: int) -> bool:
    return number.bit_length() <= MAX_INTEGER_BITS
