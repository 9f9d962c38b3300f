"""The rules on devices for the parent process, and how many processors it has.

The rules for the worker, which has torch, are in `worker/device.py`.
"""

from __future__ import annotations

import os

AUTO, CPU = "auto", "cpu"  # "auto" is the accelerator if the machine has one, otherwise the CPU
DRIVER_VARIABLES = ("CUDA_", "NVIDIA_", "HIP_", "ROCR_", "HSA_", "ZE_", "PYTORCH_")  # they choose and find an accelerator
OPTION_HELP = "auto, cpu, cuda, cuda:N, mps or xpu (default: auto)"


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def device_of_batch(device: str) -> str:
    """For a class "auto" is the CPU, which computes the same on every machine."""
    return CPU if device == AUTO else device


def device_in_sandbox(device: str) -> str:
    """The device to use inside a sandbox: the CPU. Raises UsageError for any other device."""
    from grader.errors import UsageError  # only here: `--help` reads OPTION_HELP and has to be quick

    if device not in (AUTO, CPU):
        raise UsageError(
            f"`--device {device}` does not work with `--sandbox full`: an accelerator needs threads, device files and memory"
            " that the sandbox takes away. Use `--device cpu`, or `--sandbox none` if you trust the code."
        )
    return CPU
