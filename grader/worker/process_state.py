"""Finds out whether an exercise has changed what the next one in the same process relies on: functions, hooks, modes.

`isolation` judges a module before it runs; this looks at what is left after it. It sees what the names of a module do not
show, such as a generator that keeps a mode entered. It does not see everything, and code that has the process can deceive it.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` makes an enum of every handler
import _thread
import builtins
import contextlib
import functools
import gc
import operator
import sys
import warnings
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, TypeAlias

import torch
import torch.func
from torch.nn.modules import module as torch_module
from torch.optim.optimizer import _global_optimizer_post_hooks, _global_optimizer_pre_hooks

from grader.worker.dict_tables import unchanged_test

# Reads a setting.
Setting: TypeAlias = Callable[[], Any]

_CLASSES = (torch.Tensor, torch.nn.Parameter, torch.nn.Module, torch.optim.Optimizer, torch.optim.SGD)
_MODULES = (builtins, torch.autograd, torch.func)

# A solution may import these. Nothing may be added to them: another exercise could use it.
_SHARED = """
    abc bisect cmath collections contextlib copy decimal enum fractions functools heapq itertools math numbers numpy random
    statistics string time torch torch.nn torch.nn.functional typing
""".split()

_SIGNALS = range(1, _signal.NSIG)


def watch_process() -> Callable[[], str]:
    """A function that names the first thing that has changed in this process since now, or "" if it finds nothing.

    It holds what it needs in variables of its own, so replacing a function of a module does not change it.
    """
    settings = [(name, read, read()) for name, read in _settings().items()]
    contents = [(name, names, tuple(names.values())) for name, names in watched_namespaces().items()]
    quick_tests = tuple(unchanged_test(names) for _, names, _ in contents)  # apart: to look at `contents` copies their pages
    shared = [(name, vars(sys.modules[name])) for name in _SHARED if name in sys.modules]
    sizes = [(name, names, len(names), _count_without_modules(names)) for name, names in shared]
    loaded = [(name, module) for name, module in sys.modules.items() if name in _SHARED or name.startswith("grader.")]

    def changed(
        modules: Mapping[str, ModuleType] = sys.modules,
        kind: Callable[[Any], type] = type,
        length: Callable[[Any], int] = len,
        is_same: Callable[[Any, Any], bool] = operator.is_,
        same: Callable[..., Any] = map,
        every: Callable[[Any], bool] = all,
        count: Callable[[Any], int] = _count_without_modules,
        collect: Callable[[], object] = gc.collect,
    ) -> str:
        collect()  # what an exercise left for the garbage collection happens now, not in the next exercise
        for name, read, before in settings:
            now = read()
            if kind(now) is not kind(before) or now != before:  # a function that was set may say that it equals anything
                return name
        for name, module in loaded:
            if modules.get(name) is not module:
                return name
        if not every([is_unchanged() for is_unchanged in quick_tests]):
            for name, names, values in contents:
                if length(names) != length(values) or not every(same(is_same, names.values(), values)):
                    return name
        for name, names, size, others in sizes:
            if length(names) != size and count(names) != others:
                return name
        return ""

    return changed


def _count_without_modules(
    names: Mapping[str, Any], kind: Callable[[Any], type] = type, module: type = ModuleType, add: Callable[..., int] = sum
) -> int:
    """How many names a module has without its submodules, some of which are imported late."""
    return add([kind(value) is not module for value in names.values()])


def watched_namespaces() -> Mapping[str, Mapping[str, Any]]:
    """What the grader's own code looks up while it runs an exercise, by name.

    Candidates for a fix are made in a child of their own, so the modules for that are not watched.
    """
    modules = {each.__name__: each for each in _MODULES}
    used = [name for name in sys.modules if name.startswith("grader.") and not name.startswith("grader.worker.repair")]
    modules |= {name: sys.modules[name] for name in used}
    classes = {
        f"{each.__module__}.{each.__qualname__}": each
        for module in modules.values()
        for each in vars(module).values()
        if isinstance(each, type) and each.__module__.startswith("grader.worker.")
    } | {f"torch.{each.__qualname__}": each for each in _CLASSES}
    for module in modules.values():
        vars(module).setdefault("__warningregistry__", {})  # the first warning would add it
    return {name: vars(each) for name, each in (modules | classes).items()}


def _settings() -> dict[str, Setting]:
    """The hooks and modes of Python and torch. What this version of torch does not have is left out."""
    found: dict[str, Setting] = {
        "trace function": sys.gettrace,
        "profile function": sys.getprofile,
        "recursion limit": sys.getrecursionlimit,
        "switch interval": sys.getswitchinterval,
        "import hooks": _snapshot_of(sys.meta_path, sys.path_hooks, sys.path),
        "garbage collection": gc.isenabled,
        "garbage collection hooks": _snapshot_of(gc.callbacks),
        "threads": _thread._count,
        "signal handlers": _signal_handlers,
        "warning filters": _snapshot_of(warnings.filters),
        "gradient mode": torch.is_grad_enabled,
        "inference mode": torch.is_inference_mode_enabled,
        "default dtype": torch.get_default_dtype,
        "anomaly detection": torch.is_anomaly_enabled,
        "deterministic algorithms": torch.are_deterministic_algorithms_enabled,
        "matmul precision": torch.get_float32_matmul_precision,
        "module hooks": _snapshot_of(*_global_module_hooks()),
        "optimizer hooks": _snapshot_of(_global_optimizer_pre_hooks, _global_optimizer_post_hooks),
        "autocast": functools.partial(torch.is_autocast_enabled, "cpu"),
    }
    more: dict[str, str] = {
        "torch function mode": "_len_torch_function_stack",
        "torch dispatch mode": "_len_torch_dispatch_stack",
        "forward mode": "_is_fwd_grad_enabled",
        "multithreading of backward": "_is_multithreading_enabled",
        "functorch": "_functorch.peek_interpreter_stack",
        "saved tensors": "_autograd._saved_tensors_hooks_is_enabled",
    }
    for name, path in more.items():
        with contextlib.suppress(AttributeError):
            found[name] = operator.attrgetter(path)(torch._C)
    with contextlib.suppress(AttributeError):
        top_hooks: Callable[[bool], Any] = torch._C._autograd._top_saved_tensors_default_hooks
        found["saved tensors hooks"] = functools.partial(top_hooks, False)
    return found


def _global_module_hooks() -> list[dict[Any, Any]]:
    return [value for name, value in vars(torch_module).items() if name.startswith("_global_") and isinstance(value, dict)]


def _snapshot_of(*containers: Any) -> Setting:
    """The identity of every item in these lists and dicts."""

    def snapshot(identity: Callable[[Any], int] = id, same: Callable[..., Any] = map, pack: Callable[..., Any] = tuple) -> Any:
        return pack([pack(same(identity, container)) for container in containers])

    return snapshot


def _signal_handlers(
    read: Callable[[int], Any] = _signal.getsignal, identity: Callable[[Any], int] = id, same: Callable[..., Any] = map
) -> Any:
    return [*same(identity, same(read, _SIGNALS))]
