"""The declarations of an exercise as objects of the ledger: leaves, modules and optimizers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from grader.check.oracles.arrays import Array, NotCovered, numbers_array
from grader.check.oracles.functions import TABLE
from grader.check.oracles.graph import Gradient, OracleLeaf, OracleValue, apply, constant, read_leaf
from grader.expressions.tree import Attribute, Constant, Expr, FunctionCall, ListOf, Name, Negative, Number
from grader.expressions.write import to_text
from grader.records.case import Case
from grader.records.exercise import Data, Setup

_ACTIVATIONS = {"ReLU": "relu", "Tanh": "tanh", "Sigmoid": "sigmoid", "Softplus": "softplus", "GELU": "gelu", "SiLU": "silu"}
_LOSSES = {
    "MSELoss": "mse_loss",
    "L1Loss": "l1_loss",
    "CrossEntropyLoss": "cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
}


@dataclass(eq=False, slots=True)
class Module:
    """A module of torch.nn: its own parameters by name, its layers in their order."""

    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, OracleLeaf] = field(default_factory=dict)
    layers: tuple[Module, ...] = ()

    def parameters(self) -> list[OracleLeaf]:
        found = [*self.own.values(), *(leaf for layer in self.layers for leaf in layer.parameters())]
        return list({id(leaf): leaf for leaf in found}.values())

    def __call__(self, *inputs: OracleValue) -> OracleValue:
        """Raises NotCovered for a kind of module that is not known here."""
        if self.kind == "Sequential":
            (value,) = inputs
            for layer in self.layers:
                value = layer(value)
            return value
        if self.kind == "Identity":
            return inputs[0]
        name = {"Linear": "linear", "Embedding": "embedding", **_ACTIVATIONS, **_LOSSES}.get(self.kind)
        if name is None or (self.kind in _ACTIVATIONS and self.options):
            raise NotCovered(f"the module {self.kind}")
        return apply(name, TABLE[name], [*inputs, *map(read_leaf, self.own.values())], dict(self.options))


@dataclass(eq=False, slots=True)
class Optimizer:
    """SGD, and its momentum buffer for each leaf."""

    leaves: tuple[OracleLeaf, ...]
    lr: float
    momentum: float = 0.0
    dampening: float = 0.0
    weight_decay: float = 0.0
    nesterov: bool = False
    maximize: bool = False
    buffers: dict[int, Array] = field(default_factory=dict)


Thing: TypeAlias = "OracleValue | OracleLeaf | Gradient | Module | Optimizer | float | int | list[Thing] | None"


@dataclass(slots=True)
class OracleWorld:
    """`names` are the names that expressions use; `leaves` are the watched leaves."""

    names: dict[str, Thing] = field(default_factory=dict)
    leaves: dict[str, OracleLeaf] = field(default_factory=dict)


def build_world(setup: Setup, case: Case) -> OracleWorld:
    """Raises NotCovered for a module or an optimizer that is not known here."""
    world = OracleWorld()
    for name, spec in case.tensors.items():
        if spec.tied_to is None:
            if spec.dtype.startswith("complex"):
                raise NotCovered("complex numbers")
            world.leaves[name] = OracleLeaf(name, numbers_array(spec.value))
    tied = {name: world.leaves[spec.tied_to] for name, spec in case.tensors.items() if spec.tied_to is not None}
    known = world.leaves | tied
    world.names |= {name: leaf for name, leaf in world.leaves.items() if "." not in name}
    for name, data in setup.data.items():
        if data.names is None:
            world.names[name] = _data_value(data)
    for name, expr in setup.modules.items():
        world.names[name] = _module(expr, name, known)
    for name, data in setup.data.items():
        if data.names is not None:
            world.names[name] = _list_of_names(data.names, setup, world)
    for name, expr in setup.optimizers.items():
        world.names[name] = _optimizer(expr, world.names, known)
    return world


def _data_value(data: Data) -> Thing:
    return constant(numbers_array(data.value)) if isinstance(data.value, tuple) or data.dtype else data.value


def _list_of_names(names: tuple[Any, ...], setup: Setup, world: OracleWorld) -> list[Thing]:
    found: list[Thing] = []
    for each in names:
        listed = setup.data[each].names if isinstance(each, str) and each in setup.data else each
        found.append(_list_of_names(listed, setup, world) if isinstance(listed, tuple) else world.names[each])
    return found


def _module(expr: Expr, path: str, leaves: Mapping[str, OracleLeaf]) -> Module:
    if not isinstance(expr, FunctionCall) or not isinstance(expr.function, Name):
        raise NotCovered(f"the module {to_text(expr)}")
    kind = expr.function.id
    if kind == "Sequential":
        layers = tuple(_module(layer, f"{path}.{number}", leaves) for number, layer in enumerate(expr.arguments))
        return Module(kind, layers=layers)
    own = {name: leaves[f"{path}.{name}"] for name in ("weight", "bias") if f"{path}.{name}" in leaves}
    options = {} if own else {word: _option_value(value) for word, value in expr.keywords}
    return Module(kind, options, own)


def _optimizer(expr: Expr, names: Mapping[str, Thing], leaves: Mapping[str, OracleLeaf]) -> Optimizer:
    match expr:
        case FunctionCall(function=Name(id="SGD"), arguments=(parameters,), keywords=keywords):
            options = {word: _option_value(value) for word, value in keywords}
        case FunctionCall(function=Name(id="SGD"), arguments=(parameters, rate), keywords=keywords):
            options = {"lr": _option_value(rate)} | {word: _option_value(value) for word, value in keywords}
        case _:
            raise NotCovered(f"the optimizer {to_text(expr)}")
    unknown = options.keys() - {"lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize"}
    if unknown:
        raise NotCovered(f"the option {min(unknown)} of SGD")
    return Optimizer(tuple(_parameters(parameters, names, leaves)), **({"lr": 1e-3} | options))


def _parameters(expr: Expr, names: Mapping[str, Thing], leaves: Mapping[str, OracleLeaf]) -> list[OracleLeaf]:
    match expr:
        case ListOf(items=items):
            return [leaf for item in items for leaf in _parameters(item, names, leaves)]
        case FunctionCall(function=Attribute(value=Name(id=name), name="parameters")):
            module = names.get(name)
            if isinstance(module, Module):
                return module.parameters()
        case _ if to_text(expr).replace("[", ".").replace("]", "") in leaves:
            return [leaves[to_text(expr).replace("[", ".").replace("]", "")]]
    raise NotCovered(f"an optimizer of {to_text(expr)}")


def _option_value(expr: Expr) -> Any:
    match expr:
        case Number(value=number) | Constant(value=number):
            return number
        case Negative(operand=Number(value=number)):
            return -number
    raise NotCovered(f"the option {to_text(expr)}")


def leaves_of(things: Sequence[Any]) -> Iterator[OracleLeaf]:
    """The leaves among these things, and those of their modules, optimizers and lists."""
    for thing in things:
        match thing:
            case OracleLeaf():
                yield thing
            case Module():
                yield from thing.parameters()
            case Optimizer():
                yield from thing.leaves
            case list():
                yield from leaves_of(thing)
            case _:
                raise NotCovered("a verb on something that is not a leaf, module or optimizer")
