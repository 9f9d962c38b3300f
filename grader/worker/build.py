"""Builds the torch objects that the setup of a case declares, seeded and ready for the first step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

from grader.errors import did_you_mean
from grader.expressions.functions import MODULES, OPTIMIZERS
from grader.expressions.parse import parse
from grader.message_limits import MAX_NUMBERS
from grader.worker.device import prepare_case, seed
from grader.worker.encode import Document
from grader.worker.functions import evaluate


class BuildError(ValueError):
    """The setup of an exercise cannot be built. The message says what is wrong and what to write instead."""


@dataclass(slots=True)
class World:
    """`names` are the objects that expressions and parameters use; `leaves` are the watched tensors, by dotted name."""

    names: dict[str, Any] = field(default_factory=dict)
    leaves: dict[str, torch.Tensor] = field(default_factory=dict)
    optimizers: dict[str, torch.optim.Optimizer] = field(default_factory=dict)


def build(setup: Document, device: torch.device | str) -> World:
    """Make everything that `setup` declares, on `device`. Raises BuildError."""
    prepare_case(torch.device(device))
    world = World()
    tensors: Document = setup["tensors"]
    for name, data in setup["data"].items():
        if "value" in data:
            world.names[name] = _data_value(name, data, device)
    for name, text in setup["modules"].items():
        world.names[name] = _module(name, text)
    _tie(tensors, world.names)
    for name, spec in tensors.items():
        if "tied_to" not in spec:
            world.leaves[name] = _leaf(name, spec, world.names, device)
    for name in setup["modules"]:
        _finish_module(name, world, device)
    for name, data in setup["data"].items():
        if "names" in data:
            world.names[name] = _list_of_names(name, data["names"], setup["data"], world.names)
    for name, text in setup["optimizers"].items():
        world.names[name] = world.optimizers[name] = _optimizer(name, text, world.names)
    seed(torch.device(device))
    return world


def _data_value(name: str, data: Document, device: torch.device | str) -> Any:
    value, dtype = data["value"], data["dtype"]
    if not isinstance(value, list) and dtype is None:
        return value
    wanted = dtype or ("float32" if any(isinstance(number, float) for number in _numbers_in(value)) else "int64")
    return _make_tensor(name, value, wanted if value != [] else dtype or "float32", device)


def _make_tensor(name: str, value: Any, dtype: str, device: torch.device | str) -> torch.Tensor:
    if sum(1 for _ in _numbers_in(value)) > MAX_NUMBERS:
        raise BuildError(f"`{name}` has more than {MAX_NUMBERS} numbers, the most that an exercise may have.")
    try:
        return torch.tensor(value, dtype=getattr(torch, dtype), device=device)
    except (ValueError, TypeError, RuntimeError, AttributeError) as error:
        raise BuildError(f"`{name}` cannot become a {dtype} tensor: {error}. Give all its rows the same length.") from error


def _module(name: str, text: str) -> torch.nn.Module:
    classes = {each: getattr(torch.nn, each) for each in MODULES}
    try:
        module = evaluate(parse(text), classes)
    except Exception as error:
        raise BuildError(f"`{name}`: {text} cannot be built: {error}") from error
    if not isinstance(module, torch.nn.Module):
        raise BuildError(f"`{name}`: {text} is not a module; write, for example, Linear(1, 1).")
    return module.train()


def _tie(tensors: Document, names: Mapping[str, Any]) -> None:
    for name, spec in tensors.items():
        if "tied_to" not in spec:
            continue
        owner, attribute = _owner(name, names)
        source_owner, source = _owner(spec["tied_to"], names)
        setattr(owner, attribute, getattr(source_owner, source))


def _owner(name: str, names: Mapping[str, Any]) -> tuple[torch.nn.Module, str]:
    """The module that holds the parameter with this dotted name, and the parameter's own name."""
    first, _, path = name.partition(".")
    module = names.get(first)
    if not isinstance(module, torch.nn.Module):
        raise BuildError(f"`{name}`: there is no module `{first}`; declare it under `modules`.")
    known = {parameter for parameter, _ in module.named_parameters(remove_duplicate=False)}
    if path not in known:
        fix = did_you_mean(path, list(known)) or f"it has {', '.join(sorted(known)) or 'none'}."
        raise BuildError(f"`{name}`: `{first}` has no parameter `{path}`: {fix}")
    holder, _, attribute = path.rpartition(".")
    return module.get_submodule(holder), attribute


def _leaf(name: str, spec: Document, names: dict[str, Any], device: torch.device | str) -> torch.Tensor:
    tensor = _make_tensor(name, spec["value"], spec["dtype"], device)
    if "." in name:
        return _parameter(name, tensor, names)
    if not (tensor.is_floating_point() or tensor.is_complex()):
        raise BuildError(f"`{name}` is {spec['dtype']}; only floating-point tensors have a .grad. Declare it under `data`.")
    names[name] = tensor.requires_grad_()
    return tensor


def _parameter(name: str, value: torch.Tensor, names: Mapping[str, Any]) -> torch.Tensor:
    owner, attribute = _owner(name, names)
    parameter = getattr(owner, attribute)
    if parameter.shape != value.shape:
        raise BuildError(f"`{name}` has the shape {list(value.shape)}, but the module's is {list(parameter.shape)}.")
    parameter.data = value
    return parameter  # type: ignore[no-any-return]


def _finish_module(name: str, world: World, device: torch.device | str) -> None:
    module = world.names[name]
    known = {id(leaf) for leaf in world.leaves.values()}
    for path, parameter in module.named_parameters():
        if id(parameter) not in known:
            fix = f"add `{name}.{path}` under `tensors`" + (", or write bias=False." if path.endswith("bias") else ".")
            raise BuildError(f"`{name}.{path}` has no value: {fix}")
    dtypes = {parameter.dtype for parameter in module.parameters()}
    module.to(device=device, dtype=dtypes.pop() if len(dtypes) == 1 else None)


def _list_of_names(name: str, items: list[Any], data: Document, names: dict[str, Any], seen: tuple[str, ...] = ()) -> list[Any]:
    """A Python list of the objects with these names; a name may be another such list."""
    if name in seen:
        raise BuildError(f"`{name}` contains itself.")
    below = (*seen, name)
    found: list[Any] = []
    for item in items:
        if isinstance(item, list):
            found.append(_list_of_names(f"{name}[{len(found)}]", item, data, names, below))
        elif item not in names and "names" in data.get(item, {}):
            found.append(_list_of_names(item, data[item]["names"], data, names, below))
        elif item in names:
            found.append(names[item])
        else:
            raise BuildError(f"`{name}` lists `{item}`, which is not declared. {did_you_mean(item, list(names))}".strip())
    return found


def _optimizer(name: str, text: str, names: Mapping[str, Any]) -> torch.optim.Optimizer:
    classes = {each: getattr(torch.optim, each) for each in OPTIMIZERS}
    try:
        optimizer = evaluate(parse(text), {**names, **classes})
    except Exception as error:
        raise BuildError(f"`{name}`: {text} cannot be built: {error}") from error
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise BuildError(f"`{name}`: {text} is not an optimizer; write, for example, SGD([w], lr=0.1).")
    return optimizer


def _numbers_in(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _numbers_in(item)
    else:
        yield value
