"""The structure of the code: no import cycles, one meaning for each type name, and tests that use public names only."""

import ast
import importlib
import re
from collections import defaultdict

import pytest
from helpers.sources import ROOT, module_name, python_files, tree_of

MODULES = {module_name(path): path for path in python_files("grader")}


def imported_by(module):
    """The modules of the grader that a module imports, also inside functions, but not those for type checkers only."""

    def walk(node):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for child in node.orelse:
                yield from walk(child)
            return
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in names)
        for child in ast.iter_child_nodes(node):
            yield from walk(child)

    return {name for name in walk(tree_of(MODULES[module])) if name in MODULES and name != module}


def cycles(graph):
    """The groups of nodes that reach each other (Tarjan, SIAM J. Comput. 1, 1972)."""
    order, lowest, stack, found = {}, {}, [], []

    def visit(node):
        order[node] = lowest[node] = len(order)
        stack.append(node)
        for other in sorted(graph[node]):
            if other not in order:
                visit(other)
            if other in stack:
                lowest[node] = min(lowest[node], lowest[other])
        if lowest[node] == order[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(graph):
        if node not in order:
            visit(node)
    return sorted(found)


def test_a_cycle_is_found():
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a", "e"}, "e": set()}
    assert cycles(graph) == [["a", "b", "c"]]


def test_no_module_of_the_grader_imports_in_a_cycle():
    assert cycles({module: imported_by(module) for module in MODULES}) == []


def type_names(tree):
    """The public classes and type aliases at the top level of a module."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            name = node.name
        elif isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.unparse(node.annotation):
            name = ast.unparse(node.target)
        else:
            continue
        if not name.startswith("_"):
            yield name


def test_a_public_type_name_has_one_meaning():
    defined = defaultdict(list)
    for module, path in MODULES.items():
        for name in type_names(tree_of(path)):
            defined[name].append(module)
    assert {name: modules for name, modules in defined.items() if len(modules) > 1} == {}


OTHERS = {"os._exit", "sys._getframe"}  # names of other libraries that are documented despite their underscore
PATCHES = {"setattr", "delattr", "getattr", "object", "patch"}


def is_private(name):
    return name.startswith("_") and not name.startswith("__")


def private_names(tree):
    """Each private name of the grader that a test uses, with its line: read, imported or patched."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            if ast.unparse(node.value) not in ("self", "cls") and ast.unparse(node) not in OTHERS:
                yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "grader":
            yield from ((node.lineno, alias.name) for alias in node.names if is_private(alias.name))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in PATCHES:
            texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            yield from ((node.lineno, text) for text in texts if re.search(r"(^|^grader\..*\.)_[a-z]", text))


@pytest.mark.parametrize(
    "statement",
    [
        "engine._sources.close()",
        "from grader.cli.doctor import _torch",
        "monkeypatch.setattr(doctor, '_torch', None)",
        "monkeypatch.setattr('grader.cli.doctor._torch', None)",
        "mock.patch.object(Diagnostician, '_proven', None)",
    ],
)
def test_a_private_name_is_found(statement):
    assert len(list(private_names(ast.parse(statement)))) == 1


def test_no_test_uses_a_private_name():
    found = [f"{path.name}:{line}: {name}" for path in python_files("tests") for line, name in private_names(tree_of(path))]
    assert found == []


IMPORT = re.compile(r"\bfrom (grader[\w.]*) import (\w+)")
SCRIPTS = [
    *sorted(path for path in (ROOT / "grader").rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")),
    *sorted((ROOT / ".github").rglob("*.yml")),
    *sorted((ROOT / "docs").glob("*.md")),
    *(ROOT / name for name in ("action.yml", "README.md")),
]


def test_what_scripts_and_documents_import_exists():
    imports = {found for path in SCRIPTS for found in IMPORT.findall(path.read_text(encoding="utf-8"))}
    assert ("grader.engines.zygote", "prove_sandbox") in imports
    assert [found for found in imports if not hasattr(importlib.import_module(found[0]), found[1])] == []
