"""The rules on devices for the worker: which device to use, and how to prepare it. The parent's are in `grader/devices.py`."""

from __future__ import annotations

import torch

# An accelerator's driver reads these environment variables when it starts, which is after the environment was emptied.
DRIVER_VARIABLES = ("CUDA_", "NVIDIA_", "HIP_", "ROCR_", "HSA_", "ZE_", "PYTORCH_")


def resolve(name: str) -> torch.device:
    """The device of this name; "auto" is the accelerator, where there is one. Raises LookupError with the names that exist."""
    accelerator = [] if name == "cpu" else _accelerator_names()
    if name == "auto":
        name = [*accelerator, "cpu"][0]
    if name not in ("cpu", *accelerator):
        raise LookupError(f"There is no device {name!r} here, only: {', '.join(['cpu', *accelerator])}.")
    device = torch.device(name)
    if accelerator:
        torch.zeros(1, device=device)  # starts its driver
    return device


def prepare_case(device: torch.device) -> None:
    """Before every case: seed the random numbers, and round nothing more than its dtype requires."""
    seed(device)
    if device.type == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cudnn.benchmark = False
        torch.backends.cudnn.deterministic = True


def seed(device: torch.device) -> None:
    """Restart the random numbers. (torch.manual_seed also queues the seed for devices that do not exist.)"""
    if device.type == "cpu":
        torch.default_generator.manual_seed(0)
    else:
        torch.manual_seed(0)


def _accelerator_names() -> list[str]:
    """The names of the accelerator, the one without an index first; empty if there is none."""
    if not torch.accelerator.is_available():
        return []
    kind = torch.accelerator.current_accelerator()
    assert kind is not None
    return [kind.type, *(f"{kind.type}:{number}" for number in range(torch.accelerator.device_count()))]
