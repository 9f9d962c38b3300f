"""The exercise file as it is written: what keys there are and what may stand beside each. Also the JSON Schema's source.

Only the form is checked here; what the words mean is for the static rules.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, PlainValidator, Tag, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

from grader.records.misconceptions import MISCONCEPTIONS

# Marks the branches of an either-or in pydantic's locations; no path of a file has such a part.
TAGS = frozenset({"<one>", "<list>", "<form>"})


def refuse(message: str, fix: str = "") -> PydanticCustomError:
    """A validation error that already is a sentence."""
    return PydanticCustomError("sentence", "{sentence}", {"sentence": message, "cure": fix})


def _check_expression(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise refuse("an expression belongs here.", "write it as in Python: mean((w*X - y)**2)")
    return value


def _check_expressions(value: Any) -> Any:
    return [_check_expressions(item) for item in value] if isinstance(value, list) else _check_expression(value)


def _check_names(value: Any) -> Any:
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, str):
            raise refuse("a name, or a list of names, belongs here.", "for example x, or [a, b]")
    return value


def _check_numbers(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | list):
        raise refuse("a number, or a list of numbers or of names, belongs here.", "for example [1.0, 2.0]")
    return value


def _branch(value: Any) -> str:
    return "<form>" if isinstance(value, dict | BaseModel) else "<list>" if isinstance(value, list) else "<one>"


def _as_is(value: Any) -> Any:
    return value


# Stands where a value is asked for and none is promised, as in a student's edition of a `predict` exercise.
ASKED = "?"

_ONE = {"type": ["string", "number"]}
_VALUE = {"anyOf": [{"type": ["number", "array", "null"]}, {"const": ASKED}]}
_NAMES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
Expression: TypeAlias = Annotated[str | int | float, PlainValidator(_check_expression), WithJsonSchema(_ONE)]
Expressions: TypeAlias = Annotated[
    Any, PlainValidator(_check_expressions), WithJsonSchema({"type": ["string", "number", "array"]})
]
NamesInFile: TypeAlias = Annotated[str | list[str], PlainValidator(_check_names), WithJsonSchema(_NAMES)]
NumbersInFile: TypeAlias = Annotated[Any, PlainValidator(_check_numbers), WithJsonSchema({"type": ["number", "array"]})]
ValueInFile: TypeAlias = Annotated[Any, PlainValidator(_as_is), WithJsonSchema(_VALUE)]


class Form(BaseModel):
    """A mapping of the file. Unknown keys, null and lenient conversions are refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        model_title_generator=lambda form: form.__name__.removesuffix("InFile"),
    )

    @field_validator("*", mode="before")
    @classmethod
    def _has_a_value(cls, value: Any) -> Any:
        if value is None:
            raise refuse("nothing stands after this key.", "give it a value, or remove it")
        return value


class RedrawInFile(Form):
    """From where to where hidden cases draw this tensor's numbers."""

    low: float = Field(description="The smallest number to draw.", allow_inf_nan=False)
    high: float = Field(description="The largest number to draw.", allow_inf_nan=False)


class TensorInFile(Form):
    """A leaf or a parameter, in the long form."""

    value: NumbersInFile = Field(description="A number, or nested lists of numbers.")
    dtype: Literal["float16", "bfloat16", "float32", "float64"] = Field("float32", description="The tensor's dtype.")
    redraw: (
        Annotated[
            Annotated[bool, Tag("<one>")] | Annotated[RedrawInFile, Tag("<form>")],
            Discriminator(
                lambda value: "<one>" if isinstance(value, bool) else "<form>" if _branch(value) == "<form>" else None,
                custom_error_type="sentence",
                custom_error_message="`redraw` must be {low, high}, or false.",
            ),
        ]
        | None
    ) = Field(None, description="How hidden cases redraw the numbers: a range {low, high}, or false for not at all.")


def _check_tensor(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | str | list):
        raise refuse("a number, a list of numbers, or {value, dtype, redraw} belongs here.", "for example [2.0]")
    return value


_TENSOR = {"type": ["number", "array", "string"]}
TensorForm: TypeAlias = Annotated[
    Annotated[Any, PlainValidator(_check_tensor), WithJsonSchema(_TENSOR), Tag("<one>")] | Annotated[TensorInFile, Tag("<form>")],
    Discriminator(lambda value: "<form>" if _branch(value) == "<form>" else "<one>"),
]


class BackwardInFile(Form):
    """loss.backward(…), with its arguments."""

    of: Expressions = Field(description="The loss, or a list of losses for one call of torch.autograd.backward.")
    gradient: Expressions | None = Field(None, description="The seed of a loss that is no scalar; one per loss for a list.")
    retain_graph: bool = Field(False, description="Keep the graph for another backward.")
    create_graph: bool = Field(False, description="Make the gradient itself differentiable.")
    inputs: NamesInFile | None = Field(None, description="The only leaves to fill the .grad of.")


class ZeroInFile(Form):
    """zero_grad() or .grad.zero_(), with set_to_none said out."""

    of: NamesInFile = Field(description="A tensor, module or optimizer, or a list of them.")
    set_to_none: bool = Field(description="true: .grad becomes None; false: .grad becomes 0.")


class ClipInFile(Form):
    """clip_grad_norm_ (one norm over all of `of`) or clip_grad_value_."""

    of: NamesInFile = Field(description="Tensors or modules whose .grad is clipped.")
    max_norm: float | None = Field(None, description="The largest norm allowed.", gt=0, allow_inf_nan=False)
    clip_value: float | None = Field(None, description="The largest absolute value allowed.", gt=0, allow_inf_nan=False)


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
        custom_error_message="`expect` must be a mapping from expressions to values, or in a `for` a list of them.",
    ),
]


class StepInFile(Form):
    """One step: a verb (or none, to look only) and modifiers."""

    backward: BackwardForm | None = Field(None, description="A loss whose backward() is called, or {of, gradient, …}.")
    zero: ZeroForm | None = Field(None, description="Empties .grad of tensors, modules or optimizers as PyTorch does by default.")
    step: str | None = Field(None, description="The optimizer whose step() is called.")
    clip: ClipInFile | None = Field(None, description="Clips .grad: {of, max_norm} or {of, clip_value}.")
    set_: dict[str, Expressions] | None = Field(
        None, alias="set", description="In place under no_grad: {leaf, parameter or .grad: expression}."
    )
    requires_grad: dict[str, bool] | None = Field(None, description="Freezes or thaws: {leaf or module: true or false}.")
    let: dict[str, Expressions] | None = Field(None, description="Names values, evaluated once and kept with their graph.")
    retain_grad: str | None = Field(None, description="A tensor that is no leaf and shall keep its .grad.")
    for_: NamesInFile | None = Field(None, alias="for", description="Loop variables, X or X, y; needs `in` and `do`.")
    in_: Expressions | None = Field(None, alias="in", description="What a `for` goes through.")
    do: list[StepInFile] | None = Field(None, description="The steps of a `for`.", min_length=1)
    code: str | None = Field(None, description="Python, in `predict` exercises only, for what the verbs cannot say.")
    expect: Expected | None = Field(
        None,
        description='What expressions are worth after this step ("?": not told); in a `for` also a list, one for each pass.',
    )
    raises: str | None = Field(None, description="Part of the error message that this step, the last one, raises.", min_length=1)
    optional: bool = Field(False, description="Students may leave this step out.")
    points: float | None = Field(None, description="What this step is worth; 1 if not said.", ge=0, allow_inf_nan=False)
    note: str = Field("", description="Shown beside the step.")


def _check_change(value: Any) -> Any:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise refuse("null, a step, a step's number or a list of these belongs here.", "for example [{zero: x}, 2]")
    return value


def _check_step_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        raise refuse("a step or a step's number belongs here.", "for example [{zero: x}, 2]")
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
    """A mistake the author wants named: what is done `instead`, or the `steps` of a whole wrong program."""

    name: str = Field(description="What the student did wrong, in a few words.", min_length=1)
    misconception: str = Field(description="A word of the grader's list of misconceptions.", json_schema_extra=_MISCONCEPTIONS)
    instead: dict[str, ChangeInFile] | None = Field(
        None, description="By the number of the step: null (left out), another step, or a list of steps and numbers."
    )
    steps: list[StepInFile] | None = Field(None, description="A whole wrong program.", min_length=1)


class InvisibleInFile(Form):
    """A mutant that this exercise cannot tell from the right program."""

    operator: str = Field(description="The mutation's name, as `check` prints it.", min_length=1)
    because: str = Field(description="Why that is fine.", min_length=1)


class ToleranceInFile(Form):
    """How closely numbers must agree."""

    rtol: float | None = Field(None, description="Relative tolerance.", ge=0, allow_inf_nan=False)
    atol: float | None = Field(None, description="Absolute tolerance.", ge=0, allow_inf_nan=False)


class CasesInFile(Form):
    """On how many inputs a solution is run besides the numbers in the file."""

    hidden: int = Field(description="How many hidden cases, with redrawn tensors.", ge=0, le=20)


class LimitsInFile(Form):
    """What a solution may use, for each case."""

    seconds: float = Field(5.0, description="Wall-clock seconds.", gt=0, allow_inf_nan=False)
    memory_mb: int = Field(1024, description="Memory beyond what an idle worker has, in MB.", ge=1)


class ExerciseInFile(Form):
    """An exercise for the autograd grader."""

    model_config = ConfigDict(title="Autograd exercise")

    id: str = Field(description="The folder's name without its number.", pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str = Field(description="How people call the exercise.", min_length=1)
    concept: str = Field("", description="What is learnt, in a few words.")
    level: int = Field(1, description="From 1, easy, to 5, hard.", ge=1, le=5)
    kind: Literal["write", "fix", "predict"] = Field(
        description="write; fix: the starter has a bug; predict: the student returns what the steps leave."
    )
    function: str = Field(description="The student's function and its parameters, solve(x); predict() for kind predict.")
    task: str = Field("", description="What to do, in Markdown.")
    data: dict[str, NumbersInFile] | None = Field(
        None, description="A number stays a number, a list of numbers is a tensor, a list of names is a Python list."
    )
    modules: dict[str, str] | None = Field(None, description="Classes of torch.nn: Linear(1, 1, bias=False).")
    tensors: dict[str, TensorForm] | None = Field(
        None, description="Leaves, and parameters by their dotted names: numbers, {value, dtype, redraw}, or a tie to another."
    )
    optimizers: dict[str, str] | None = Field(None, description="Classes of torch.optim: SGD(model.parameters(), lr=0.1).")
    steps: list[StepInFile] = Field(description="What the right solution does, in this order.", min_length=1)
    returns: Expressions | None = Field(None, description="What the function returns: an expression, or a list of them.")
    none_is_zero: bool = Field(description="May None stand where 0 is expected, and 0 for None?")
    tolerance: ToleranceInFile | None = Field(None, description="rtol and atol, where the usual ones do not fit.")
    cases: CasesInFile | None = Field(None, description="How many hidden cases there are.")
    limits: LimitsInFile | None = Field(None, description="Seconds and memory that a solution may use.")
    points: float | None = Field(None, description="What the whole exercise is worth.", gt=0, allow_inf_nan=False)
    hints: list[str] = Field(default_factory=list, description="From vague to plain; shown one after another.")
    explain: str = Field("", description="Shown after the exercise is passed.")
    wrong: list[WrongInFile] = Field(default_factory=list, description="Mistakes that shall be named.")
    invisible: list[InvisibleInFile] = Field(
        default_factory=list, description="Mutants that this exercise cannot tell apart, and why."
    )
