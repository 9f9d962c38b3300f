"""The language of expressions: what is in it, what is not and why, and that writing and reading are inverse."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import did_you_mean
from grader.expressions.functions import FUNCTIONS
from grader.expressions.parse import MAX_DEPTH, MAX_LENGTH, ExpressionError, parse
from grader.expressions.tree import (
    Attribute,
    Binary,
    Constant,
    FunctionCall,
    ListOf,
    Name,
    Negative,
    Number,
    Subscript,
    calls,
    children,
    dotted,
    names,
    substitute,
    transform,
    walk,
)
from grader.expressions.write import to_text


@pytest.mark.parametrize(
    ("text", "expr"),
    [
        ("2", Number(2)),
        ("1e-3", Number(0.001)),
        ("x", Name("x")),
        ("-x**2", Negative(Binary("**", Name("x"), Number(2)))),
        ("(-x)**2", Binary("**", Negative(Name("x")), Number(2))),
        ("a - b - c", Binary("-", Binary("-", Name("a"), Name("b")), Name("c"))),
        ("a @ b / c", Binary("/", Binary("@", Name("a"), Name("b")), Name("c"))),
        ("[a, 1]", ListOf((Name("a"), Number(1)))),
        ("x.grad", Attribute(Name("x"), "grad")),
        ("X[-1][i]", Subscript(Subscript(Name("X"), Negative(Number(1))), Name("i"))),
        ("model.0.weight", Attribute(Subscript(Name("model"), Number(0)), "weight")),
        ("model[0].weight", Attribute(Subscript(Name("model"), Number(0)), "weight")),
        ("a.0.1(x)", FunctionCall(Subscript(Subscript(Name("a"), Number(0)), Number(1)), (Name("x"),))),
        ("a.layers.0", Subscript(Attribute(Name("a"), "layers"), Number(0))),
        ("x*.5", Binary("*", Name("x"), Number(0.5))),
        ("x2.grad", Attribute(Name("x2"), "grad")),
        ("mean(x, dim=0)", FunctionCall(Name("mean"), (Name("x"),), (("dim", Number(0)),))),
        ("l(x, reduction='sum')", FunctionCall(Name("l"), (Name("x"),), (("reduction", Constant("sum")),))),
        ("l(x, bias=False, p=None)", FunctionCall(Name("l"), (Name("x"),), (("bias", Constant(False)), ("p", Constant(None))))),
        ("  x +\n y\t", Binary("+", Name("x"), Name("y"))),
    ],
)
def test_expressions_are_read(text, expr):
    assert parse(text) == expr


@pytest.mark.parametrize(
    ("text", "message", "column", "width", "fix"),
    [
        ("", "an expression is missing here", 0, 1, ""),
        (" \n", "an expression is missing here", 0, 1, ""),
        ("x" * (MAX_LENGTH + 1), f"this expression is longer than {MAX_LENGTH} characters", 0, 1, "split it with `let`"),
        (
            "sum(x",
            "this expression ends before its bracket is closed",
            4,
            1,
            "inside { } and [ ] YAML ends a value at a comma: put the whole expression in quotes",
        ),
        (
            "[a, b",
            "this expression ends before its bracket is closed",
            4,
            1,
            "inside { } and [ ] YAML ends a value at a comma: put the whole expression in quotes",
        ),
        ("a b", "this is not an expression", 2, 1, "write it as in Python: mean((w*X - y)**2)"),
        ("a.0.b +", "this is not an expression", 6, 1, "write it as in Python: mean((w*X - y)**2)"),
        ("x = 2", "this is not an expression", 2, 1, "write it as in Python: mean((w*X - y)**2)"),
        ("x + 'a'", "a word stands here where a value is needed", 4, 3, "words are only arguments, as in reduction='sum'"),
        ("True", "a word stands here where a value is needed", 0, 4, "words are only arguments, as in reduction='sum'"),
        ("x + 1e999", "this number is too large", 4, 5, ""),
        ("9" * 400, "this number is too large", 0, 400, ""),
        ("x < 2", "this is not part of the language of expressions", 0, 5, "comparisons are not part of the language"),
        ("lambda: x", "this is not part of the language of expressions", 0, 9, "functions cannot be defined here"),
        ("(a, b)", "this is not part of the language of expressions", 0, 6, "write a list: [a, b]"),
        ("{a: b}", "this is not part of the language of expressions", 0, 6, "write a list: [a, b]"),
        ("X[0:1]", "this is not part of the language of expressions", 2, 3, "only single elements can be taken: X[0]"),
        ("f'{x}'", "this is not part of the language of expressions", 0, 6, "words are only arguments, as in reduction='sum'"),
        ("a if b else c", "this is not part of the language of expressions", 0, 13, "conditions are not part of the language"),
        ("a and b", "this is not part of the language of expressions", 0, 7, "conditions are not part of the language"),
        ("(y := 2)", "this is not part of the language of expressions", 1, 6, "use a `let` step to name a value"),
        ("+x", "this is not part of the language of expressions", 0, 2, ""),
        ("x // 2", "this is not part of the language of expressions", 0, 6, ""),
        ("x % 2", "this is not part of the language of expressions", 0, 5, ""),
        ("1j", "this is not part of the language of expressions", 0, 2, ""),
        ("x.__class__", "this is not part of the language of expressions", 0, 11, ""),
        ("x._base", "this is not part of the language of expressions", 0, 7, ""),
        ("sum(*x)", "this is not part of the language of expressions", 4, 2, ""),
        ("[x for x in y]", "this is not part of the language of expressions", 0, 14, ""),
        ("m(**x)", "arguments cannot be unpacked here", 4, 1, ""),
        ("mean(x, dims=0)", "`mean` takes no argument `dims`", 0, 15, "did you mean `dim`?"),
        (
            "a + mse_loss(x)",
            "`mse_loss` is called with the wrong arguments",
            4,
            11,
            "its form is mse_loss(input, target, reduction=…)",
        ),
        ("exp(x, y)", "`exp` is called with the wrong arguments", 0, 9, "its form is exp(input)"),
        ("é*(1 < 2)", "this is not part of the language of expressions", 3, 5, "comparisons are not part of the language"),
        ("m.0.w + (a < b)", "this is not part of the language of expressions", 9, 5, "comparisons are not part of the language"),
        (
            "\n  x +\n  a < b",
            "this is not part of the language of expressions",
            3,
            11,
            "comparisons are not part of the language",
        ),
        ("-" * (MAX_DEPTH + 2) + "x", "this expression is nested too deeply", MAX_DEPTH + 1, 2, "split it with `let`"),
        ("(" * 300 + "x" + ")" * 300, "this is not an expression", 200, 1, "write it as in Python: mean((w*X - y)**2)"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_what_is_not_in_the_language_is_refused_with_its_place(text, message, column, width, fix):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    error = caught.value
    assert (error.message, error.fix, error.column, error.width) == (message, fix, column, width)
    assert str(error) == message


def test_what_python_itself_cannot_take_is_no_expression():
    for text in ("a\0b", "-" * 1900 + "x", "[" * 150 + "]" * 150):
        with pytest.raises(ExpressionError, match=r"this is not an expression|nested too deeply"):
            parse(text)


identifiers = st.sampled_from(["a", "b", "weight", "x1", "é"])
numbers = st.integers(0, 10**6) | st.floats(0, 1e12, allow_subnormal=False)
words = st.sampled_from(["sum", "mean", True, False, None])


def bigger(below):
    arguments = st.lists(below, max_size=2).map(tuple)
    keywords = st.dictionaries(identifiers, below | words.map(Constant), max_size=2).map(lambda each: tuple(each.items()))
    return st.one_of(
        st.builds(Negative, below),
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/", "**", "@"]), below, below),
        st.lists(below, max_size=3).map(lambda items: ListOf(tuple(items))),
        st.builds(Subscript, below, below),
        st.builds(Attribute, below, st.sampled_from(["grad", "weight", "layers"])),
        st.builds(FunctionCall, identifiers.map(Name), arguments, keywords),
    )


expressions = st.recursive(numbers.map(Number) | identifiers.map(Name), bigger, max_leaves=12)


@given(expressions)
def test_what_is_written_is_read_back(expr):
    assert parse(to_text(expr)) == expr


@given(expressions)
def test_a_text_means_what_python_means_by_it(expr):
    """Brackets are neither lost nor needed more than in Python: Python's own tree of our text reads back the same."""
    assert parse(ast.unparse(ast.parse(to_text(expr), mode="eval"))) == expr


@given(expressions)
def test_every_part_stands_where_its_span_says(expr):
    text = to_text(expr)
    for node in walk(parse(text)):
        if isinstance(node, Name):
            assert text[node.span.column :][: node.span.width] == node.id


@given(expressions)
def test_a_node_is_its_children_and_itself(expr):
    assert list(walk(expr)) == [expr, *(node for child in children(expr) for node in walk(child))]


@given(expressions)
def test_changing_nothing_changes_nothing(expr):
    assert transform(expr, lambda node: node) == expr
    assert substitute(expr, {}) == expr


@given(expressions, expressions)
def test_a_name_that_is_replaced_is_gone(expr, other):
    replaced = substitute(expr, {"a": substitute(other, {"a": Name("b")})})
    assert "a" not in {name.id for name in names(replaced)}
    assert parse(to_text(replaced)) == replaced


def test_called_functions_are_no_names_but_called_modules_are():
    expr = parse("mean(model(x)) + sum")
    assert [name.id for name in names(expr)] == ["model", "x", "sum"]
    assert [to_text(call.function) for call in calls(expr)] == ["mean", "model"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("w", "w"),
        ("model.0.weight", "model.0.weight"),
        ("model[1]", "model.1"),
        ("x.grad", "x.grad"),
        ("x[i]", None),
        ("x+1", None),
    ],
)
def test_a_path_is_written_as_pytorch_writes_it(text, path):
    assert dotted(parse(text)) == path


def test_the_nearest_word_is_asked_for():
    assert did_you_mean("zeroo", ["zero", "step"]) == "did you mean `zero`?"
    assert did_you_mean("thing", ["zero", "step"]) == ""


def test_every_function_can_be_called_by_its_form():
    for name, signature in FUNCTIONS.items():
        arguments = ", ".join(["x"] * len(signature.required))
        assert isinstance(parse(f"{name}({arguments or 'x'})"), FunctionCall)
