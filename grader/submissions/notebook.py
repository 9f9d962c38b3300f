"""Reads a notebook as one Python module: the code cells from top to bottom, and the cell and line of each line.

Only JSON is parsed here; Python code is parsed in the sandbox. Cells are numbered from 1, text cells included, as on the
page.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from grader.submissions.container import Unreadable
from grader.submissions.magics import without_magics

MOST_CODE_BYTES = 1_000_000
MOST_CODE_LINES = 100_000
_MOST_BRACKETS = 1_000_000  # each can be an object in memory that is thirty times as large as its text

# For each line of the module: the number of its cell, and of its line in the cell.
CellLines: TypeAlias = tuple[tuple[int, int], ...]


def code_of(content: bytes) -> tuple[str, CellLines]:
    """The code of a notebook in format 3 or 4. Raises Unreadable for anything else."""
    document = _document(content)
    lines: list[str] = []
    cell_lines: list[tuple[int, int]] = []
    for number, source in _code_cells(document):
        text = _cell_text(source, number)
        _check_lines(len(lines) + text.count("\n"))
        code = without_magics(text.removesuffix("\n").split("\n") if text else [])
        lines += code
        cell_lines += [(number, line) for line in range(1, len(code) + 1)]
    return _check_size("".join(f"{line}\n" for line in lines)), tuple(cell_lines)


def _document(content: bytes) -> dict[str, Any]:
    if content.count(b"[") + content.count(b"{") > _MOST_BRACKETS:
        raise Unreadable(f"It has more than {_MOST_BRACKETS:,} lists and objects. Clear the outputs of its cells.")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise Unreadable("It is not a notebook: it is not JSON. Save it again in Jupyter.") from None
    if not isinstance(document, dict):
        raise _invalid("it has no cells")
    if document.get("nbformat") not in (3, 4):
        raise Unreadable("It is not a notebook in format 3 or 4. Open it in Jupyter and save it again.")
    language = _language(document)
    if not language.lower().startswith(("python", "ipython")):
        raise Unreadable(f"It is a notebook for {language[:40]!a}, not for Python.")
    return document


def _language(document: dict[str, Any]) -> str:
    """The language in the metadata of the notebook; Python if there is none."""
    metadata = _mapping(document.get("metadata"))
    for section, key in (("language_info", "name"), ("kernelspec", "language")):
        language = _mapping(metadata.get(section)).get(key)
        if isinstance(language, str) and language:
            return language
    return "python"


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _code_cells(document: dict[str, Any]) -> Iterator[tuple[int, object]]:
    """The number and the source of each code cell."""
    for number, cell in enumerate(_cells(document), 1):
        if not isinstance(cell, dict):
            raise _invalid(f"cell {number} is not a cell")
        if cell.get("cell_type") == "code":
            yield number, cell.get("input" if document["nbformat"] == 3 else "source", "")


def _cells(document: dict[str, Any]) -> list[Any]:
    if document["nbformat"] == 4:
        return _list_of_cells(document.get("cells"))
    sheets = _list_of_cells(document.get("worksheets"))
    return [cell for sheet in sheets for cell in _list_of_cells(_mapping(sheet).get("cells"))]


def _list_of_cells(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise _invalid("it has no cells")
    return value


def _cell_text(source: object, number: int) -> str:
    """The text of a cell. Jupyter stores a cell as one string or as a list of strings."""
    pieces = source if isinstance(source, list) else [source]
    texts = [piece for piece in pieces if isinstance(piece, str)]
    if len(texts) < len(pieces):
        raise _invalid(f"the source of cell {number} is not text")
    return io.StringIO("".join(texts), newline=None).read()


def _check_lines(count: int) -> None:
    if count > MOST_CODE_LINES:
        raise Unreadable(f"Its code has more than {MOST_CODE_LINES:,} lines.")


def _check_size(text: str) -> str:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise Unreadable("It contains an invalid character (half of a surrogate pair). Type it again.") from None
    if size > MOST_CODE_BYTES:
        raise Unreadable(f"Its code has {size:,} bytes; a solution may have at most {MOST_CODE_BYTES:,}.")
    return text


def _invalid(what: str) -> Unreadable:
    return Unreadable(f"It is not a notebook that Jupyter can open ({what}). Save it again in Jupyter.")
