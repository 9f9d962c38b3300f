"""Lines that only a notebook understands become comments, and line numbers stay the same."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submissions.magics import without_magics


def code(text):
    return "\n".join(without_magics(text.split("\n")))


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "!pip install torch",
        "?print",
        "print?",
        "torch.nn??",
        "files = !ls",
        "found['here'] = !ls",
        "*.grad?",
        "a, b = !echo",
        "took = %timeit -o f()",
        "%pip install torch  # for the homework",
    ],
)
def test_a_line_for_the_notebook_is_a_comment(line):
    assert code(f"{line}\nx = 1") == f"# {line}\nx = 1"


@pytest.mark.parametrize(
    "text",
    [
        "x = a % b",
        "x = (a\n     % b)",
        "x = a \\\n% b",
        "s = '''\n%matplotlib inline\n!ls\n'''",
        's = """a\n!ls \\"""\n!ls\n"""',
        "s = '%d' % 3",
        "f(x,\n!= y)",
        "d = {\n%a\n}",
        "x != y",
        "!= y",
        "x == 1",
        "x = %(a)s",
        "if x:\n    pass",
        "# it's one (open bracket\nx = 1",
        "s = 'it is # no comment ('\nx = 1",
        "print('really?')",
        "y = x if z else 1",
    ],
)
def test_python_stays_as_it_is(text):
    assert code(text) == text


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("# it's (\n%m", "# it's (\n# %m"),
        ("s = '('\n%m", "s = '('\n# %m"),
        ("s = '''a''' '''b\n'''\n%m", "s = '''a''' '''b\n'''\n# %m"),
        ("f(a,\n  b)\n!ls", "f(a,\n  b)\n# !ls"),
        ("if x:\n    !ls", "if x:\n    pass  # !ls"),
        ("!pip install a \\\n    b\nx = 1", "# !pip install a \\\n#     b\nx = 1"),
        ("if x:\n    !a \\\n  b\n    c", "if x:\n    pass  # !a \\\n#   b\n    c"),
    ],
)
def test_only_the_line_itself_is_a_comment(text, result):
    assert code(text) == result


@pytest.mark.parametrize("magic", ["%%time", "%%timeit -n 3", "%%capture out", "\n%%time"])
def test_a_cell_with_a_timing_magic_keeps_its_code(magic):
    assert code(f"{magic}\ndef solve(x):\n    !ls\n") == f"{magic}\ndef solve(x):\n    pass  # !ls\n".replace("%%", "# %%")


@pytest.mark.parametrize("magic", ["%%bash", "%%writefile a.py", "%%html", "%%script false", "%%javascript"])
def test_a_cell_in_another_language_becomes_comments(magic):
    assert code(f"{magic}\ndef solve(x):\n    (") == f"# {magic}\n# def solve(x):\n#     ("


_PIECES = st.sampled_from([*"%!?x= ()'\\#[}é\t", '"', '"""', "'''", "    ", "%%", "time"])


@given(st.lists(st.lists(_PIECES, max_size=8).map("".join), max_size=8))
def test_no_line_is_lost_or_moved(lines):
    result = without_magics(lines)
    assert len(result) == len(lines)
    assert all(line == was or was.strip() in line for line, was in zip(result, lines, strict=True))


@given(st.lists(st.sampled_from(["x = 1", "if x:\n    y = 2", "s = '''\n%a\n'''", "f(\n!b\n)", "# %c", "z = x % y"]), max_size=6))
def test_valid_python_is_not_changed(parts):
    text = "\n".join(parts)
    if "!b" not in text:
        ast.parse(text)
    assert code(text) == text
