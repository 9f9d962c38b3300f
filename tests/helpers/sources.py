"""The source files of the repository, as text and as syntax trees."""

import ast
import functools
import io
import tokenize
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def python_files(folder):
    """The Python files of a folder of the repository, without those that students might have written."""
    corpora = ROOT / "tests/corpora"
    return [path for path in sorted((ROOT / folder).rglob("*.py")) if corpora not in path.parents]


@functools.cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def prose_of(path):
    """The docstrings and comments of a Python file, each with its line."""
    text = path.read_text(encoding="utf-8")
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree_of(path)):
        if isinstance(node, documented) and (docstring := ast.get_docstring(node, clean=False)):
            yield node.body[0].lineno, docstring
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
