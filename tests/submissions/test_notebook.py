"""A notebook is read as the module of its code cells. A hostile notebook is a problem, never an exception."""

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.submissions.container import Unreadable
from grader.submissions.notebook import MOST_CODE_BYTES, code_of


def cell(source, kind="code"):
    return {"cell_type": kind, "metadata": {}, "source": source}


def written(*cells, **more):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | more).encode()


def test_the_code_cells_are_one_module_from_top_to_bottom():
    content = written(
        cell("# Homework", "markdown"),
        cell(["import torch\n", "x = 1"]),
        cell("not code", "raw"),
        cell("def solve(x):\n    return x\n"),
    )
    text, places = code_of(content)
    assert text == "import torch\nx = 1\ndef solve(x):\n    return x\n"
    assert places == ((2, 1), (2, 2), (4, 1), (4, 2))


def test_every_line_has_its_cell_and_line_with_any_line_ending():
    text, places = code_of(written(cell("a\r\nb\rc\n\n"), cell(""), cell([]), cell("\n"), cell("d\x0cd\u2028d")))
    assert text == "a\nb\nc\n\n\nd\x0cd\u2028d\n"
    assert places == ((1, 1), (1, 2), (1, 3), (1, 4), (4, 1), (5, 1))
    assert len(text.split("\n")) - 1 == len(places)


def test_magics_become_comments_in_their_place():
    text, places = code_of(written(cell("%matplotlib inline\nx = 1"), cell("%%bash\nls")))
    assert text == "# %matplotlib inline\nx = 1\n# %%bash\n# ls\n"
    assert places == ((1, 1), (1, 2), (2, 1), (2, 2))


def test_a_notebook_of_format_3_is_read_too():
    cells = [
        {"cell_type": "markdown", "source": "hi"},
        {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python"},
    ]
    content = json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}, {"cells": cells[1:]}]}).encode()
    assert code_of(content) == ("x = 1\ny = 2\nx = 1\ny = 2\n", ((2, 1), (2, 2), (3, 1), (3, 2)))


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"kernelspec": {"language": "python"}},
        {"language_info": {"name": "ipython3"}},
        {"kernelspec": 3},
        {"language_info": {"name": 3}},
    ],
)
def test_a_notebook_without_a_language_is_python(metadata):
    assert code_of(written(cell("x"), metadata=metadata))[0] == "x\n"


def test_a_byte_order_mark_does_not_matter():
    assert code_of(b"\xef\xbb\xbf" + written(cell("x")))[0] == "x\n"


_JSON = "It is not a notebook: it is not JSON. Save it again in Jupyter."
_FORMAT = "It is not a notebook in format 3 or 4. Open it in Jupyter and save it again."
_NO_CELLS = "It is not a notebook that Jupyter can open (it has no cells). Save it again in Jupyter."


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", _JSON),
        (b"x = 1", _JSON),
        (b"\xff\xfe\xff", _JSON),
        (b"[" * 100_000, _JSON),
        (b'{"nbformat": ' + b"9" * 5_000 + b"}", _JSON),
        (b"[]," * 1_000_001, "It has more than 1,000,000 lists and objects. Clear the outputs of its cells."),
        (b"[]", _NO_CELLS),
        (b"{}", _FORMAT),
        (b'{"nbformat": 2}', _FORMAT),
        (b'{"nbformat": []}', _FORMAT),
        (b'{"nbformat": 4}', _NO_CELLS),
        (b'{"nbformat": 4, "cells": {}}', _NO_CELLS),
        (b'{"nbformat": 3, "worksheets": [3]}', _NO_CELLS),
        (
            b'{"nbformat": 4, "cells": [3]}',
            "It is not a notebook that Jupyter can open (cell 1 is not a cell). Save it again in Jupyter.",
        ),
        (
            written(cell("x"), cell(["x", 3])),
            "It is not a notebook that Jupyter can open (the source of cell 2 is not text). Save it again in Jupyter.",
        ),
        (
            written(cell(None)),
            "It is not a notebook that Jupyter can open (the source of cell 1 is not text). Save it again in Jupyter.",
        ),
        (written(metadata={"kernelspec": {"language": "R"}}), "It is a notebook for 'R', not for Python."),
        (written(cell("\ud800")), "It contains an invalid character (half of a surrogate pair). Type it again."),
        (written(cell("#" * MOST_CODE_BYTES)), "Its code has 1,000,001 bytes; a solution may have at most 1,000,000."),
    ],
)
def test_an_invalid_notebook_has_a_reason(content, problem):
    with pytest.raises(Unreadable) as caught:
        code_of(content)
    assert str(caught.value) == problem


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["cells", "source", "cell_type", "input", "x"]), inner)
    ),
    max_leaves=12,
)
_CELL = st.fixed_dictionaries({"cell_type": st.just("code") | _ANY}, optional={"source": st.text() | _ANY, "input": _ANY})
_NOTEBOOK = st.fixed_dictionaries(
    {"nbformat": st.sampled_from([3, 4, 4.0, True]) | _ANY},
    optional={"cells": st.lists(_CELL | _ANY) | _ANY, "worksheets": st.lists(_ANY), "metadata": _ANY},
)


@settings(max_examples=3 * settings().max_examples, deadline=None)
@given(_NOTEBOOK | _ANY)
def test_no_json_raises_anything_but_its_problem(document):
    _try(json.dumps(document).encode())


@settings(max_examples=2 * settings().max_examples, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 200))
def test_no_bytes_raise_anything_but_their_problem(noise, at):
    content = written(cell("x = 1"))
    _try(content[:at] + noise + content[at:])


def _try(content):
    try:
        text, places = code_of(content)
    except Unreadable:
        return
    assert text.count("\n") == len(places)
    text.encode()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.sampled_from("ab %!?\n\r'\"(\\#="), max_size=30), max_size=5))
def test_the_cell_and_line_of_each_line_are_right(sources):
    text, places = code_of(written(*map(cell, sources)))
    lines = text.split("\n")
    for line, (number, inside) in zip(lines, places, strict=False):
        original = sources[number - 1].replace("\r\n", "\n").replace("\r", "\n").split("\n")[inside - 1]
        assert original.strip() in line


def test_a_notebook_with_very_many_objects_is_read_in_bounded_memory():
    content = b'{"nbformat": 4, "cells": [' + b"[]," * 200_000 + b"[]]}"
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable):
            code_of(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 40 * len(content)
