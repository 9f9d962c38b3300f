"""Calls of the kernel for which Python has no function."""

from __future__ import annotations

import ctypes
import os

_library = ctypes.CDLL(None, use_errno=True)
_prctl = _library.prctl
_prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)


def syscall(number: int, *arguments: int | bytes) -> int:
    """Bytes are passed by their address. Raises OSError."""
    return _checked(_library.syscall(ctypes.c_long(number), *map(_for_c, arguments)))


def prctl(option: int, value: int, argument: int = 0) -> int:
    """Raises OSError."""
    return _checked(_prctl(option, value, argument, 0, 0))


def _for_c(argument: int | bytes) -> ctypes.c_long | ctypes.c_char_p:
    return ctypes.c_char_p(argument) if isinstance(argument, bytes) else ctypes.c_long(argument)


def _checked(result: int) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


_VERSION_3 = 0x20080522
_CapabilitySets = ctypes.c_uint32 * 6  # effective, permitted, inheritable, of 32 capabilities each, twice


def capabilities() -> bool:
    """Does this process have any?"""
    header, sets = _CapabilityHeader(_VERSION_3, 0), _CapabilitySets()
    _checked(_library.capget(ctypes.byref(header), sets))
    return any(sets)


def drop_capabilities() -> None:
    """Raises OSError."""
    header, sets = _CapabilityHeader(_VERSION_3, 0), _CapabilitySets()
    _checked(_library.capset(ctypes.byref(header), sets))
