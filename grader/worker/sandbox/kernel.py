"""Calls of the kernel for which Python has no function."""

from __future__ import annotations

import ctypes
import os

_library = ctypes.CDLL(None, use_errno=True)
_prctl = _library.prctl
_prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)


def syscall(number: int, *arguments: int | bytes) -> int:
    """Bytes are passed by their address. Raises OSError."""
    return _checked(_library.syscall(ctypes.c_long(number), *map(_to_c, arguments)))


def checked_prctl(option: int, value: int, argument: int = 0) -> int:
    """Raises OSError, unlike `limits.try_prctl`."""
    return _checked(_prctl(option, value, argument, 0, 0))


def _to_c(argument: int | bytes) -> ctypes.c_long | ctypes.c_char_p:
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


def get_capabilities() -> list[int]:
    """The bits of the sets of this process: all 0 where it has no capabilities. Raises OSError."""
    header, sets = _CapabilityHeader(_VERSION_3, 0), _CapabilitySets()
    _checked(_library.capget(ctypes.byref(header), sets))
    return list(sets)


def clear_capabilities() -> None:
    """Raises OSError."""
    header, sets = _CapabilityHeader(_VERSION_3, 0), _CapabilitySets()
    _checked(_library.capset(ctypes.byref(header), sets))
