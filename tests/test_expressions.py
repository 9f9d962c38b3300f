"""The language of expressions: what is supported, what is refused, and that writing and parsing are inverse."""

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
        ("x" * (MAX_LENGTH + 1), f"this expression is longer than {MAX_LENGTH} characters", 0, 1, "split it with a `let` step"),
        (
            "sum(x",
            "this bracket is never closed",
            4,
            1,
            "inside { } and [ ], YAML ends a value at a comma: put the whole expression in quotes",
        ),
        (
            "[a, b",
            "this bracket is never closed",
            4,
            1,
            "inside { } and [ ], YAML ends a value at a comma: put the whole expression in quotes",
        ),
        ("a b", "this is not a valid expression", 2, 1, "write it as in Python: mean((w*X - y)**2)"),
        ("a.0.b +", "this is not a valid expression", 6, 1, "write it as in Python: mean((w*X - y)**2)"),
        ("x = 2", "this is not a valid expression", 2, 1, "write it as in Python: mean((w*X - y)**2)"),
        ("x + 'a'", "expected a value, found `'a'`", 4, 3, "it is only allowed as an argument, as in reduction='sum'"),
        ("True", "expected a value, found `True`", 0, 4, "it is only allowed as an argument, as in reduction='sum'"),
        ("x + 1e999", "this number is too large", 4, 5, ""),
        ("9" * 400, "this number is too large", 0, 400, ""),
        ("x < 2", "this is not supported in expressions", 0, 5, "comparisons are not supported"),
        ("lambda: x", "this is not supported in expressions", 0, 9, "you cannot define a function here"),
        ("(a, b)", "this is not supported in expressions", 0, 6, "write a list: [a, b]"),
        ("{a: b}", "this is not supported in expressions", 0, 6, "write a list: [a, b]"),
        ("X[0:1]", "this is not supported in expressions", 2, 3, "take one element at a time: X[0]"),
        ("f'{x}'", "this is not supported in expressions", 0, 6, "strings are only allowed as arguments, as in reduction='sum'"),
        ("a if b else c", "this is not supported in expressions", 0, 13, "conditions are not supported"),
        ("a and b", "this is not supported in expressions", 0, 7, "conditions are not supported"),
        ("(y := 2)", "this is not supported in expressions", 1, 6, "use a `let` step to name a value"),
        ("+x", "this is not supported in expressions", 0, 2, ""),
        ("x // 2", "this is not supported in expressions", 0, 6, ""),
        ("x ^ 2", "this is not supported in expressions", 0, 5, "write `**` for a power"),
        ("x % 2", "this is not supported in expressions", 0, 5, ""),
        ("1j", "this is not supported in expressions", 0, 2, ""),
        ("x.__class__", "this is not supported in expressions", 0, 11, ""),
        ("x._base", "this is not supported in expressions", 0, 7, ""),
        ("sum(*x)", "this is not supported in expressions", 4, 2, ""),
        ("[x for x in y]", "this is not supported in expressions", 0, 14, ""),
        ("m(**x)", "arguments cannot be unpacked here", 4, 1, ""),
        ("mean(x, dims=0)", "`mean` has no argument `dims`", 0, 15, "did you mean `dim`?"),
        (
            "a + mse_loss(x)",
            "`mse_loss` is called with the wrong arguments",
            4,
            11,
            "write mse_loss(input, target, reduction=…)",
        ),
        ("exp(x, y)", "`exp` is called with the wrong arguments", 0, 9, "write exp(input)"),
        ("é*(1 < 2)", "this is not supported in expressions", 3, 5, "comparisons are not supported"),
        ("m.0.w + (a < b)", "this is not supported in expressions", 9, 5, "comparisons are not supported"),
        (
            "\n  x +\n  a < b",
            "this is not supported in expressions",
            3,
            11,
            "comparisons are not supported",
        ),
        ("-" * (MAX_DEPTH + 2) + "x", "this expression is nested too deeply", MAX_DEPTH + 1, 2, "split it with a `let` step"),
        ("(" * 300 + "x" + ")" * 300, "this is not a valid expression", 200, 1, "write it as in Python: mean((w*X - y)**2)"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_an_unsupported_expression_is_refused_with_its_place(text, message, column, width, fix):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    error = caught.value
    assert (error.message, error.fix, error.column, error.width) == (message, fix, column, width)
    assert str(error) == message


def test_what_python_cannot_parse_is_not_an_expression():
    for text in ("a\0b", "-" * 1900 + "x", "[" * 150 + "]" * 150):
        with pytest.raises(ExpressionError, match=r"this is not a valid expression|nested too deeply"):
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
def test_a_written_expression_parses_to_the_same_expression(expr):
    assert parse(to_text(expr)) == expr


@given(expressions)
def test_a_text_has_the_same_meaning_as_in_python(expr):
    """No bracket is missing: the text that Python writes from its own tree of our text parses to the same expression."""
    assert parse(ast.unparse(ast.parse(to_text(expr), mode="eval"))) == expr


@given(expressions)
def test_every_name_is_at_the_place_of_its_span(expr):
    text = to_text(expr)
    for node in walk(parse(text)):
        if isinstance(node, Name):
            assert text[node.span.column :][: node.span.width] == node.id


@given(expressions)
def test_walk_visits_a_node_and_then_its_children(expr):
    assert list(walk(expr)) == [expr, *(node for child in children(expr) for node in walk(child))]


@given(expressions)
def test_changing_nothing_changes_nothing(expr):
    assert transform(expr, lambda node: node) == expr
    assert substitute(expr, {}) == expr


@given(expressions, expressions)
def test_a_replaced_name_is_gone(expr, other):
    replaced = substitute(expr, {"a": substitute(other, {"a": Name("b")})})
    assert "a" not in {name.id for name in names(replaced)}
    assert parse(to_text(replaced)) == replaced


def test_names_has_called_modules_but_no_called_functions():
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


def test_the_most_similar_word_is_suggested():
    assert did_you_mean("zeroo", ["zero", "step"]) == "did you mean `zero`?"
    assert did_you_mean("thing", ["zero", "step"]) == ""


def test_every_function_can_be_called_with_its_required_arguments():
    for name, signature in FUNCTIONS.items():
        arguments = ", ".join(["x"] * len(signature.required))
        assert isinstance(parse(f"{name}({arguments or 'x'})"), FunctionCall)
