"""Finds out, before a student's module runs, whether it could change more than its own objects.

One child runs all exercises of a submission, one after another. A module that can change the interpreter, torch or the grader
is the last that its child runs. The judgement is about the names in the compiled code and comes before that code runs, so
nothing that the code does can take it back. It is strict: an innocent module that it suspects costs one fork.
"""

from __future__ import annotations

import dis
import re
import sys
import types
from collections.abc import Iterable, Iterator, Set

# Modules that are safe to have: with an innocent name and without setting an attribute, they change nothing that lasts.
_MODULES = frozenset(
    """
    __future__ abc bisect cmath collections contextlib copy decimal enum fractions functools heapq itertools math numbers numpy
    random statistics string time torch typing typing_extensions
    """.split()
)

# Names that reach everything: all of Python's objects, its modules, or functions that run text and saved objects.
_NAMES = frozenset(
    """
    atexit breakpoint builtins code codecs compile concurrent copyreg ctypes ctypeslib dataclass dataclasses delattr eval
    evaluate_forward_ref exec faulthandler gc get_type_hints getattr globals importlib inspect io linecache load loads locals
    make_dataclass memoryview multiprocessing open operator os pathlib pickle pkgutil pydoc resource runpy setattr signal
    singledispatch singledispatchmethod site subprocess sys tempfile testing threading traceback tracemalloc types
    update_wrapper vars warnings weakref wraps zipimport

    backends compiler cpp_extension fx hub impl jit Library library ops package overrides use_deterministic_algorithms
    """.split()
)

# Private attributes, torch's global settings and hooks, and the attributes of frames, generators and code.
_PATTERNS = re.compile(r"_|(?:enter|exit|push|pop|set|register_module|register_optimizer)_|(?:ag|co|cr|f|gi|tb)_.")

# Names of classes and modules that Python itself sets, and methods of ordinary classes.
_OWN = frozenset(
    """
    __name__ __module__ __qualname__ __annotations__ __static_attributes__ __firstlineno__ __classcell__ __annotate__ __doc__
    __conditional_annotations__ __classdictcell__ __annotate_func__ __init__ __call__ __repr__ __str__ __len__ __iter__ __next__
    """.split()
)

# Attributes that a solution sets on its own tensors.
_SET = frozenset({"grad", "data", "requires_grad"})

_OPERATIONS = dis.opmap
_NO_OPERATION = 256  # from here on are numbers that only the compiler uses
_MOST_NAMES = 2**15  # one EXTENDED_ARG reaches so many
_EXTENDED_ARG = _OPERATIONS["EXTENDED_ARG"]
_BINDS = ("STORE_NAME", "STORE_GLOBAL")
_SETS = ("STORE_ATTR", "DELETE_ATTR")
_GETS = ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM")
_FLAGS = {"LOAD_ATTR": 1} if sys.version_info >= (3, 12) else {}  # the number of bits beside the index of the name


def lasting_name(code: types.CodeType) -> str:
    """The first name by which a module could change more than its own objects, "" if there is none."""
    blocks = _blocks(code)
    try:
        own = _OWN.union(*(_operands(block, _BINDS) for block in blocks))
        return next((name for block in blocks for name in _lasting_names(block, own)), "")
    except IndexError:  # a Python whose byte code is another
        return "?"


def _lasting_names(block: types.CodeType, own: Set[str]) -> Iterator[str]:
    yield from (name for name in block.co_names if name in _NAMES or (name.startswith("_") and name not in own))
    yield from (name for name in _operands(block, _GETS) if _PATTERNS.match(name) and name not in _OWN)
    yield from (name for name in _operands(block, _SETS) if name not in _SET)
    yield from (name for name in _operands(block, ("IMPORT_NAME",)) if not _is_safe_import(name))
    if _OPERATIONS["MATCH_CLASS"] in block.co_code[::2]:
        yield "match"  # it reads attributes without naming them
    if len(block.co_names) > _MOST_NAMES:
        yield block.co_names[-1]


def _is_safe_import(name: str) -> bool:
    return not name or (name.partition(".")[0] in _MODULES and "._" not in name)  # `from . import x` has no name, and fails


def _blocks(code: types.CodeType) -> list[types.CodeType]:
    """The code of a module, and that of all its functions and classes."""
    blocks = [code]
    for block in blocks:
        blocks += [constant for constant in block.co_consts if isinstance(constant, types.CodeType)]
    return blocks


def _operands(block: types.CodeType, operations: Iterable[str]) -> Iterator[str]:
    """The names with which a block does one of these operations."""
    done, arguments = block.co_code[::2], block.co_code[1::2]
    for operation in operations:
        number, flags = _OPERATIONS.get(operation, _NO_OPERATION), _FLAGS.get(operation, 0)
        at = done.find(number) if number < _NO_OPERATION else -1
        while at >= 0:
            argument = arguments[at]
            if at and done[at - 1] == _EXTENDED_ARG:
                argument |= arguments[at - 1] << 8
            yield block.co_names[argument >> flags]
            at = done.find(number, at + 1)
