"""The form of an exercise file: its keys and the types of their values. The JSON Schema is made from these models.

Only the form is checked here. `scope` and `rules` check what the names and expressions mean.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, PlainValidator, Tag, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

from grader.records.exercise import Kind, Limits
from grader.records.misconceptions import MISCONCEPTIONS

SECTIONS = ("data", "modules", "tensors", "optimizers")
SLUG = "[a-z0-9]+(-[a-z0-9]+)*"

# The tags of unions in pydantic's error locations. No path in a file has such a part.
TAGS = frozenset({"<one>", "<list>", "<form>"})


def refuse(message: str, fix: str = "", *, is_about_key: bool = False) -> PydanticCustomError:
    """A validation error with a message and a fix of our own."""
    return PydanticCustomError("sentence", "{sentence}", {"sentence": message, "fix": fix, "is_about_key": is_about_key})


def _check_expression(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise refuse("expected an expression.", "write it as in Python: mean((w*X - y)**2)")
    return value


def _check_expressions(value: Any) -> Any:
    return [_check_expressions(item) for item in value] if isinstance(value, list) else _check_expression(value)


def _check_names(value: Any) -> Any:
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, str):
            raise refuse("expected a name or a list of names.", "for example x, or [a, b]")
    return value


def _check_numbers(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | list):
        raise refuse("expected a number, a list of numbers or a list of names.", "for example [1.0, 2.0]")
    return value


def _check_torch_name(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(_TORCH_NAME, value):
        raise refuse(f"`{value}` does not name a part of torch.", "write its full name, for example torch.autograd.grad")
    return value


def _branch(value: Any) -> str:
    return "<form>" if isinstance(value, dict | BaseModel) else "<list>" if isinstance(value, list) else "<one>"


def _as_is(value: Any) -> Any:
    return value


# Written in place of a value that the file does not give, as in the student's edition of a `predict` exercise.
NO_VALUE = "?"

_ONE = {"type": ["string", "number"]}
_VALUE = {"anyOf": [{"type": ["number", "array", "null"]}, {"const": NO_VALUE}]}
_NAMES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
_TORCH_NAME = r"torch(\.[A-Za-z_][A-Za-z_0-9]*)+"
TorchNameInFile: TypeAlias = Annotated[
    str, PlainValidator(_check_torch_name), WithJsonSchema({"type": "string", "pattern": f"^{_TORCH_NAME}$"})
]
Expression: TypeAlias = Annotated[str | int | float, PlainValidator(_check_expression), WithJsonSchema(_ONE)]
Expressions: TypeAlias = Annotated[
    Any, PlainValidator(_check_expressions), WithJsonSchema({"type": ["string", "number", "array"]})
]
NamesInFile: TypeAlias = Annotated[str | list[str], PlainValidator(_check_names), WithJsonSchema(_NAMES)]
NumbersInFile: TypeAlias = Annotated[Any, PlainValidator(_check_numbers), WithJsonSchema({"type": ["number", "array"]})]
ValueInFile: TypeAlias = Annotated[Any, PlainValidator(_as_is), WithJsonSchema(_VALUE)]


class Form(BaseModel):
    """A mapping of the file. Unknown keys, null and type conversions are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, model_title_generator=lambda form: form.__name__.removesuffix("InFile")
    )

    @field_validator("*", mode="before")
    @classmethod
    def _has_a_value(cls, value: Any) -> Any:
        if value is None:
            raise refuse("this key has no value.", "give it a value, or remove it", is_about_key=True)
        return value


class RedrawInFile(Form):
    """The range from which hidden cases draw this tensor's numbers."""

    low: float = Field(description="The smallest number that is drawn.", allow_inf_nan=False)
    high: float = Field(description="The largest number that is drawn.", allow_inf_nan=False)


class TensorInFile(Form):
    """A leaf or a parameter, with options."""

    value: NumbersInFile = Field(description="A number, or nested lists of numbers.")
    dtype: Literal["float16", "bfloat16", "float32", "float64"] = Field("float32", description="The tensor's dtype.")
    redraw: (
        Annotated[
            Annotated[bool, Tag("<one>")] | Annotated[RedrawInFile, Tag("<form>")],
            Discriminator(
                lambda value: "<one>" if isinstance(value, bool) else "<form>" if _branch(value) == "<form>" else None,
                custom_error_type="sentence",
                custom_error_message="`redraw` must be {low, high} or false.",
            ),
        ]
        | None
    ) = Field(None, description="How hidden cases redraw the numbers: from a range {low, high}; false keeps the numbers.")


def _check_tensor(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | str | list):
        raise refuse("expected a number, a list of numbers or {value, dtype, redraw}.", "for example [2.0]")
    return value


_TENSOR = {"type": ["number", "array", "string"]}
TensorForm: TypeAlias = Annotated[
    Annotated[Any, PlainValidator(_check_tensor), WithJsonSchema(_TENSOR), Tag("<one>")] | Annotated[TensorInFile, Tag("<form>")],
    Discriminator(lambda value: "<form>" if _branch(value) == "<form>" else "<one>"),
]


class BackwardInFile(Form):
    """loss.backward(…) and its arguments."""

    of: Expressions = Field(description="The loss, or a list of losses for one call of torch.autograd.backward.")
    gradient: Expressions | None = Field(
        None,
        description="The `gradient` argument, for a loss that is not a scalar; for a list of losses, a list with one for each.",
    )
    retain_graph: bool = Field(False, description="Keep the graph for another backward.")
    create_graph: bool = Field(False, description="Make a graph of the gradient, so that it can be differentiated.")
    inputs: NamesInFile | None = Field(
        None, description="The leaves whose .grad is accumulated; all other leaves are left alone."
    )


class ZeroInFile(Form):
    """zero_grad() or .grad.zero_(), with set_to_none."""

    of: NamesInFile = Field(description="A tensor, module or optimizer, or a list of them.")
    set_to_none: bool = Field(description="true: .grad becomes None. false: .grad becomes 0.")


class ClipInFile(Form):
    """clip_grad_norm_ (one norm over everything in `of`) or clip_grad_value_."""

    of: NamesInFile = Field(description="Tensors or modules whose .grad is clipped.")
    max_norm: float | None = Field(None, description="The largest norm.", gt=0, allow_inf_nan=False)
    clip_value: float | None = Field(None, description="The largest absolute value.", gt=0, allow_inf_nan=False)


BackwardForm: TypeAlias = Annotated[
    Annotated[Expression, Tag("<one>")] | Annotated[BackwardInFile, Tag("<form>")],
    Discriminator(lambda value: "<form>" if _branch(value) == "<form>" else "<one>"),
]
ZeroForm: TypeAlias = Annotated[
    Annotated[NamesInFile, Tag("<one>")] | Annotated[ZeroInFile, Tag("<form>")],
    Discriminator(lambda value: "<form>" if _branch(value) == "<form>" else "<one>"),
]
Expected: TypeAlias = Annotated[
    Annotated[dict[str, ValueInFile], Tag("<form>")] | Annotated[list[dict[str, ValueInFile]], Tag("<list>")],
    Discriminator(
        lambda value: None if _branch(value) == "<one>" else _branch(value),
        custom_error_type="sentence",
        custom_error_message="`expect` must be a mapping from expressions to values, or inside a `for` a list of such mappings.",
    ),
]


class StepInFile(Form):
    """One step: a verb and its modifiers, or only an `expect`."""

    backward: BackwardForm | None = Field(None, description="Calls backward() on a loss, or on {of: …} with arguments.")
    zero: ZeroForm | None = Field(None, description="Resets .grad of tensors, modules or optimizers as PyTorch does by default.")
    step: str | None = Field(None, description="Calls step() of this optimizer.")
    clip: ClipInFile | None = Field(None, description="Clips .grad: {of, max_norm} or {of, clip_value}.")
    set_: dict[str, Expressions] | None = Field(
        None, alias="set", description="Writes in place under no_grad: {leaf, parameter or .grad: expression}."
    )
    requires_grad: dict[str, bool] | None = Field(None, description="Sets requires_grad: {leaf or module: true or false}.")
    let: dict[str, Expressions] | None = Field(
        None, description="Names values: {name: expression}. Each is evaluated once and keeps its graph."
    )
    retain_grad: str | None = Field(None, description="Calls retain_grad() on a tensor that is not a leaf.")
    for_: NamesInFile | None = Field(
        None, alias="for", description="The loop variables of a loop, X or X, y. Needs `in` and `do`."
    )
    in_: Expressions | None = Field(None, alias="in", description="What a `for` loops over.")
    do: list[StepInFile] | None = Field(None, description="The steps of a `for`.", min_length=1)
    code: str | None = Field(None, description="Python code for what the verbs cannot do; only in `predict` exercises.")
    expect: Expected | None = Field(
        None,
        description='Values of expressions after this step ("?": not told); inside a `for` also a list with one for each pass.',
    )
    raises: str | None = Field(
        None, description="A part of the message of the error that this step raises. Only the last step can raise.", min_length=1
    )
    optional: bool = Field(False, description="Students may leave this step out.")
    ignore: NamesInFile | None = Field(
        None, description="Leaves and modules whose .grad is not judged from this step on, for example [D, x]."
    )
    points: float | None = Field(
        None, description="How many points this step is worth; the default is 1.", ge=0, allow_inf_nan=False
    )
    note: str = Field("", description="What the right step does. Students see it if the step is wrong.")


def _check_change(value: Any) -> Any:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise refuse("expected null, a step, the number of a step, or a list of steps and numbers.", "for example [{zero: x}, 2]")
    return value


def _check_step_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        raise refuse("expected a step or the number of a step.", "for example [{zero: x}, 2]")
    return value


ListedChange: TypeAlias = Annotated[
    Annotated[int, PlainValidator(_check_step_number), WithJsonSchema({"type": "integer", "minimum": 1}), Tag("<one>")]
    | Annotated[StepInFile, Tag("<form>")],
    Discriminator(lambda value: "<form>" if _branch(value) == "<form>" else "<one>"),
]
ChangeInFile: TypeAlias = Annotated[
    Annotated[Any, PlainValidator(_check_change), WithJsonSchema({"type": ["integer", "null"]}), Tag("<one>")]
    | Annotated[list[ListedChange], Tag("<list>")]
    | Annotated[StepInFile, Tag("<form>")],
    Discriminator(_branch),
]


_MISCONCEPTIONS: dict[str, Any] = {"enum": sorted(MISCONCEPTIONS)}


class WrongInFile(Form):
    """A mistake that the author expects: what is done `instead`, or the `steps` of a whole wrong program."""

    name: str = Field(description="What the student does wrong, in a few words.", min_length=1)
    misconception: str = Field(description="One of the misconceptions that the grader knows.", json_schema_extra=_MISCONCEPTIONS)
    instead: dict[str, ChangeInFile] | None = Field(
        None, description="For the number of a step: null to leave it out, another step, or a list of steps and numbers of steps."
    )
    steps: list[StepInFile] | None = Field(None, description="A whole wrong program.", min_length=1)


class ReturnsInFile(Form):
    """What the function returns, and as what."""

    of: Expressions = Field(description="An expression, or a list of expressions.")
    as_: Literal["number"] = Field(
        alias="as", description="number: a number of Python and a tensor with one element are both right."
    )


ReturnsForm: TypeAlias = Annotated[
    Annotated[Expressions, Tag("<one>")] | Annotated[ReturnsInFile, Tag("<form>")],
    Discriminator(lambda value: "<form>" if _branch(value) == "<form>" else "<one>"),
]


class InvisibleInFile(Form):
    """A mutant that this exercise cannot distinguish from the right program."""

    operator: str = Field(description="The name of the mutation, as `check` prints it.", min_length=1)
    because: str = Field(description="Why this is acceptable.", min_length=1)


class ToleranceInFile(Form):
    """How closely numbers must agree."""

    rtol: float | None = Field(None, description="Relative tolerance.", ge=0, allow_inf_nan=False)
    atol: float | None = Field(None, description="Absolute tolerance.", ge=0, allow_inf_nan=False)


class CasesInFile(Form):
    """The inputs on which a solution is run, in addition to the numbers in the file."""

    hidden: int = Field(description="The number of hidden cases, whose tensors are redrawn.", ge=0, le=20)


class LimitsInFile(Form):
    """What a solution may use in each case."""

    seconds: float = Field(
        Limits().seconds, description="Seconds of computing and of waiting, such as `sleep`.", gt=0, allow_inf_nan=False
    )
    memory_mb: int = Field(Limits().memory_mb, description="Memory in MB, in addition to that of an idle worker.", ge=1)


class ExerciseInFile(Form):
    """An exercise for the autograd grader."""

    model_config = ConfigDict(title="Autograd exercise")

    id: str = Field(description="The name of the exercise's folder, without its number.", pattern=f"^{SLUG}$")
    title: str = Field(description="The title of the exercise.", min_length=1)
    concept: str = Field("", description="What students learn, in a few words.")
    level: int = Field(1, description="The difficulty, from 1 (easy) to 5 (hard).", ge=1, le=5)
    kind: Kind = Field(
        description="write: students write the calls; fix: the starter has a bug; predict: students return values."
    )
    function: str = Field(
        description="The student's function with its parameters, for example solve(x); for kind predict it is predict()."
    )
    task: str = Field("", description="What the student must do, in Markdown.")
    data: dict[str, NumbersInFile] | None = Field(
        None, description="Values without a gradient: a number, a list of numbers (a tensor), or a list of names (a Python list)."
    )
    modules: dict[str, str] | None = Field(None, description="Modules of torch.nn, for example Linear(1, 1, bias=False).")
    tensors: dict[str, TensorForm] | None = Field(
        None, description="Leaves, and parameters by their dotted names: numbers, {value, dtype, redraw}, or another parameter."
    )
    optimizers: dict[str, str] | None = Field(
        None, description="Optimizers of torch.optim, for example SGD(model.parameters(), lr=0.1)."
    )
    steps: list[StepInFile] = Field(description="What the right solution does, in order.", min_length=1)
    returns: ReturnsForm | None = Field(
        None, description="What the function returns: an expression, a list of expressions, or {of: …, as: number}."
    )
    none_is_zero: bool = Field(description="true: None and a gradient of zeros count as equal.")
    ignore: NamesInFile | None = Field(
        None, description="Leaves and modules whose .grad this exercise does not judge, for example [D, x]."
    )
    tolerance: ToleranceInFile | None = Field(None, description="rtol and atol, if the default tolerance does not fit.")
    cases: CasesInFile | None = Field(None, description="The hidden cases.")
    variants: list[dict[str, TensorForm]] = Field(
        default_factory=list,
        description="Other data and tensors for one more hidden case each: another number of batches, or other sizes.",
        max_length=20,
    )
    limits: LimitsInFile | None = Field(None, description="The time and memory that a solution may use.")
    points: float | None = Field(None, description="How many points the whole exercise is worth.", gt=0, allow_inf_nan=False)
    hints: list[str] = Field(default_factory=list, description="Hints, from vague to clear. They are shown one by one.")
    explain: str = Field("", description="A text that is shown after the exercise has passed.")
    uses: list[TorchNameInFile] = Field(
        default_factory=list,
        description="Functions, methods, classes or modules of torch that a solution must call, for example torch.autograd.grad.",
    )
    forbids: list[TorchNameInFile] = Field(
        default_factory=list,
        description="Functions, methods, classes or modules of torch that a solution must not call, for example torch.optim.",
    )
    wrong: list[WrongInFile] = Field(default_factory=list, description="Mistakes that the grader should recognise.")
    invisible: list[InvisibleInFile] = Field(
        default_factory=list, description="Mutants that this exercise cannot distinguish from the right program."
    )
