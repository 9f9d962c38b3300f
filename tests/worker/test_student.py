"""How the run of a student's function begins and ends."""

import gc
import sys
import warnings

import pytest

from grader.message_limits import MAX_FACTS


def test_the_start_has_every_watched_leaf(run_student):
    run = run_student(
        "def solve(x, model): pass", {"x": [2.0], "model.weight": [[1.0]]}, modules={"model": "Linear(1, 1, bias=False)"}
    )
    value = {"shape": [1], "dtype": "float32", "device": "cpu", "data": [2.0]}
    assert run.start["state"]["x"] == {"value": value, "grad": None}
    assert list(run.start["state"]) == ["x", "model.weight"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("None", None),
        ("True", True),
        ("3", 3),
        ("'a'", "a"),
        ("(1, [2.5])", [1, [2.5]]),
        ("{'x.grad': None}", {"map": {"x.grad": None}}),
        ("RuntimeError", {"exception": "RuntimeError"}),
        ("torch.tensor([[1, 2]])", {"shape": [1, 2], "dtype": "int64", "device": "cpu", "data": [1, 2]}),
        ("torch.tensor(True)", {"shape": [], "dtype": "bool", "device": "cpu", "data": [1]}),
        ("torch.zeros(1000000)", {"type": "Tensor"}),
        ("10**400", {"type": "an integer of more than 64 bits"}),
        ("[2**64 - 1, -(2**64)]", [2**64 - 1, {"type": "an integer of more than 64 bits"}]),
        ("{10**5000: 1}", {"map": {"an integer of more than 64 bits": 1}}),
        ("object()", {"type": "object"}),
        ("(n for n in [1])", {"type": "generator"}),
    ],
)
def test_the_return_value_is_sent(run_student, expression, value):
    end = run_student(f"import torch\ndef solve(x):\n    return {expression}").end
    assert end == {"message": "end", "how": "returned", "returned": value, "error": None}


@pytest.mark.parametrize("error", ["ValueError", "SystemExit", "KeyboardInterrupt"])
def test_a_return_value_that_cannot_be_read_is_sent_as_its_type(run_student, error):
    source = f"""\
        class Key:
            def __str__(self): raise {error}
        class Odd(dict): pass
        def solve(x): return Odd({{Key(): 1}})
        """
    assert run_student(source).end["returned"] == {"type": "Odd"}


def test_no_method_of_a_students_list_or_dict_is_called_to_read_it(run_student):
    source = """\
        def leave(*_): raise SystemExit
        class Items(list): __iter__ = __len__ = leave
        class Names(dict): items = __iter__ = __len__ = leave
        def solve(x): return [Items([1]), Names(a=2)]
        """
    assert run_student(source).end["returned"] == [[1], {"map": {"a": 2}}]


def test_a_value_with_too_many_numbers_or_characters_in_all_is_sent_as_its_type(run_student):
    run = run_student("def solve(x): return [[0] * 9000] * 12")
    assert run.end["returned"] == {"type": "list"}
    run = run_student("def solve(x): return ['a' * 2000] * 51")
    assert run.end["returned"] == {"type": "list"}
    assert run_student("def solve(x): return [[0] * 9000] * 11").end["returned"] == [[0] * 9000] * 11


def test_a_warning_without_a_line_of_the_student_names_only_the_students_file(run_student, capsys):
    run_student("async def solve(x): pass", filename="mine.py")
    gc.collect()
    assert capsys.readouterr().err == "mine.py: RuntimeWarning: coroutine 'solve' was never awaited\n"


def test_an_error_names_no_folder_of_this_machine(run_student):
    error = run_student("from torch import nonesuch").end["error"]
    assert error["message"] == "cannot import name 'nonesuch' from 'torch' (torch/__init__.py)"


@pytest.mark.parametrize(
    ("base", "told"),
    [
        ("ValueError", "ValueError"),
        ("OSError", "OSError"),
        ("torch.linalg.LinAlgError", "LinAlgError"),
        ("json.JSONDecodeError", "ValueError"),
    ],
)
def test_in_a_hidden_case_an_error_is_named_by_its_nearest_built_in_class(run_student, base, told):
    source = f"""\
        import json, torch
        def solve(x):
            raise type("was_{{}}".format(int(x)), ({base},), {{"__init__": lambda self: None}})
        """
    assert run_student(source).end["error"]["type"] == "was_2"
    assert run_student(source, hidden=True).end["error"]["type"] == told


def test_an_error_names_no_line_that_no_file_has(run_student):
    error = run_student("def solve(x): raise SyntaxError('no', ('solution.py', 10**400, 0, ''))").end["error"]
    assert (error["type"], error["line"]) == ("SyntaxError", None)


def test_only_the_first_facts_in_a_text_are_sent(run_student):
    assert len(run_student("def solve(x):\n" + "    x.grad.zero_\n" * 300).facts) <= 2 * MAX_FACTS


@pytest.mark.parametrize(
    ("source", "how", "kind", "message", "line"),
    [
        ("def solve(x:", "not-loaded", "SyntaxError", "'(' was never closed", 1),
        ("\n1/0", "not-loaded", "ZeroDivisionError", "division by zero", 2),
        ("\x00", "not-loaded", "SyntaxError", "null bytes", None),
        ("raise SystemExit(3)", "not-loaded", "SystemExit", "3", 1),
        ("x = [0] * 10**15", "memory", "MemoryError", "", 1),
        (
            "import nonesuch_helper",
            "not-loaded",
            "ModuleNotFoundError",
            "No module named 'nonesuch_helper'",
            1,
        ),
        ("from . import helper", "not-loaded", "ImportError", "attempted relative import", 1),
        (
            "def solv(x): pass",
            "no-function",
            "NameError",
            "name 'solve' is not defined. Did you mean: 'solv'?",
            None,
        ),
        ("", "no-function", "NameError", "name 'solve' is not defined", None),
        ("solve = 3", "no-function", "TypeError", "'int' object is not callable", None),
        (
            "\ndef solve(x, y): pass",
            "wrong-signature",
            "TypeError",
            "missing a required argument: 'y'",
            2,
        ),
        ("def solve(): pass", "wrong-signature", "TypeError", "too many positional arguments", 1),
        ("def solve(x, *, loud): pass", "wrong-signature", "TypeError", "missing a required argument: 'loud'", 1),
        ("def solve(x):\n    1/0", "raised", "ZeroDivisionError", "division by zero", 2),
        ("def solve(x):\n    raise SystemExit('bye')", "raised", "SystemExit", "bye", 2),
        ("def solve(x):\n    raise KeyboardInterrupt", "raised", "KeyboardInterrupt", "", 2),
        ("def solve(x):\n    solve(x)", "raised", "RecursionError", "maximum recursion depth", 2),
        ("def solve(x):\n    [0] * 10**15", "memory", "MemoryError", "", 2),
        ("import torch\ndef solve(x):\n    torch.zeros(10**15)", "memory", "RuntimeError", "DefaultCPUAllocator", 3),
        ("def solve(x):\n    x.grad.zero_()", "raised", "AttributeError", "'NoneType' object has no attribute 'zero_'", 2),
        ("def solve(x):\n    (x * 1).mean().foo", "raised", "AttributeError", "'Tensor' object has no attribute 'foo'", 2),
        (
            "class E(Exception):\n    def __str__(self): return 1/0\ndef solve(x):\n    raise E",
            "raised",
            "E",
            "",
            4,
        ),
    ],
)
def test_the_ending_has_the_error_and_its_line(run_student, source, how, kind, message, line):
    end = run_student(source).end
    assert end["how"] == how
    assert end["error"]["type"] == kind
    assert message in end["error"]["message"]
    assert end["error"]["line"] == line


@pytest.mark.parametrize(
    "source",
    [
        "def solve(x, /): x.square().backward()",
        "def solve(x, power=2): (x**power).backward()",
        "def solve(x, *, power=2): (x**power).backward()",
        "def solve(*leaves): leaves[0].square().backward()",
        "solve = lambda x: x.square().backward()",
        "from functools import partial\ndef power(n, x): (x**n).backward()\nsolve = partial(power, 2)",
        "from functools import cache\n@cache\ndef solve(x): x.square().backward()",
        "class Solve:\n    def __call__(self, x): x.square().backward()\nsolve = Solve()",
        "def twice(function):\n    return lambda x: function(x, x)\n@twice\ndef solve(x, y): (x * y).backward()",
    ],
)
def test_every_callable_that_accepts_the_arguments_is_called(run_student, source):
    run = run_student(source)
    assert run.end["how"] == "returned"
    assert run.kinds == ["backward"]


def test_an_error_in_a_library_is_on_the_students_line(run_student):
    end = run_student("import torch\ndef solve(x):\n    torch.nn.Linear(2, 1)(x)").end
    assert (end["how"], end["error"]["line"]) == ("raised", 3)


def test_a_long_message_is_cut(run_student):
    assert len(run_student("def solve(x):\n    raise ValueError('a' * 9999)").end["error"]["message"]) == 2000


def test_the_calls_before_an_error_are_sent(run_student):
    run = run_student("def solve(x):\n    (x**2).backward()\n    raise ValueError")
    assert run.kinds == ["backward"]


def test_a_source_may_have_a_byte_order_mark_and_carriage_returns(run_student):
    run = run_student("\ufeffdef solve(x):\r\n    (x**2).backward()\r\n    x.grad.zero_()\r\n")
    assert [call["line"] for call in run.calls] == [2, 3]


def test_the_graders_future_imports_do_not_reach_a_solution(run_student):
    assert run_student("def solve(x: int): return solve.__annotations__['x'] is int").end["returned"] is True


def test_each_case_runs_in_a_new_module(run_student):
    source = "count = []\ndef solve(x):\n    count.append(1)\n    return len(count)"
    assert [run_student(source).end["returned"] for _ in range(2)] == [1, 1]


def test_dataclasses_and_pickle_work_in_a_solution(run_student):
    source = """\
        from __future__ import annotations
        import dataclasses, pickle
        @dataclasses.dataclass
        class Point:
            a: int
        def solve(x):
            return pickle.loads(pickle.dumps(Point(3))).a
        """
    before = set(sys.modules)
    assert run_student(source).end["returned"] == 3
    assert not [name for name in set(sys.modules) - before if "solution" in name]


def test_a_solution_can_read_its_own_source(run_student):
    source = "import inspect\ndef solve(x):\n    return inspect.getsource(solve).splitlines()[0]"
    assert run_student(source).end["returned"] == "def solve(x):"


def test_random_numbers_are_the_same_in_every_case(run_student):
    source = "import torch\ntorch.rand(3)\ndef solve(x): return torch.rand(1)"
    assert run_student(source).end == run_student(source).end


def test_parameters_are_passed_by_position(run_student):
    run = run_student(
        "def solve(a, b): return [a, b]", {"x": [2.0]}, data={"n": {"value": 3, "dtype": None}}, parameters=["n", "x"]
    )
    assert run.end["returned"][0] == 3


def test_a_warning_of_torch_is_on_the_students_line_in_every_case(run_student, capsys):
    source = "def solve(x):\n    h = x * 2\n    h.grad\n    for _ in range(2):\n        (x**2).backward(create_graph=True)"
    for _ in range(2):
        run_student(source, filename="mine.py")
        lines = [line for line in capsys.readouterr().err.splitlines() if "Warning" in line]
        assert [line.split(" ")[0] for line in lines] == ["mine.py:3:", "mine.py:5:"]


def test_the_settings_of_warnings_are_restored(run_student):
    shown = warnings.showwarning
    run_student("import warnings\ndef solve(x):\n    warnings.simplefilter('ignore')")
    assert warnings.showwarning is shown


def test_a_zero_without_parentheses_in_the_source_is_a_fact(run_student):
    facts = run_student("def solve(x):\n    (x**2).backward()\n    x.grad.zero_").facts
    assert facts == [{"message": "fact", "name": "zero-not-called", "line": 3, "what": "zero_", "leaf": "x"}]


SWALLOWS = """
def solve(x):
    try:
        (x**2).backward()
    except BaseException:
        pass
"""


@pytest.mark.parametrize("message", ["call", "fact", "start", "end"])
def test_an_error_of_our_own_is_raised_even_if_the_students_code_catches_it(run_student, message):
    """Here sending fails, which is not the student's error."""

    def fails(document):
        if document["message"] == message:
            raise KeyError("our own code failed")

    with pytest.raises(KeyError, match="our own code failed"):
        run_student(SWALLOWS + "    x.grad.clone().zero_()\n", send=fails)


def test_an_error_of_our_own_in_a_step_is_raised_too(run_student):
    source = "import torch\ndef solve(x):\n    x.grad = x.detach() * 2\n    torch.optim.SGD([x], 1).step()\n"

    def fails(document):
        if document.get("is_step"):
            raise KeyError("our own code failed")

    with pytest.raises(KeyError, match="our own code failed"):
        run_student(source, send=fails)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("x.data = torch.zeros(10**6)", "TooManyNumbers"),
        ("(x * Strange()).backward()", "KeyError"),
        ("torch.stack(Strange())", "KeyError"),
    ],
)
@pytest.mark.parametrize("then", ["", "    (x**2).sum()\n    x.grad = None\n"])
def test_an_error_of_a_students_object_is_the_students(run_student, line, kind, then):
    source = f"""import torch
class Strange:
    def __len__(self): raise KeyError
    def __iter__(self): raise KeyError
    @classmethod
    def __torch_function__(cls, *rest): raise KeyError
def solve(x):
    {line}
"""
    end = run_student(source + then).end
    assert (end["how"], end["error"]["type"]) == ("raised", kind)
