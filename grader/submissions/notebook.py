"""A notebook as the Python module its cells make from top to bottom, with the cell and line that each line comes from.

Only JSON is read here: whatever a cell holds, Python reads it in the cage. Cells count from 1 over all cells, text and
code, as one counts them in the page.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from grader.submissions.magics import without_magics
from grader.submissions.unreadable import Unreadable

LARGEST_CODE = 1_000_000

# For each line of a text: the cell it comes from, and its line there.
Places: TypeAlias = tuple[tuple[int, int], ...]


def code_of(content: bytes) -> tuple[str, Places]:
    """The code of a notebook of format 3 or 4. Raises Unreadable for anything else."""
    document = _document(content)
    lines: list[str] = []
    places: list[tuple[int, int]] = []
    for number, source in _code_cells(document):
        code = without_magics(_lines(source, number))
        lines += code
        places += [(number, line) for line in range(1, len(code) + 1)]
    return _checked("".join(f"{line}\n" for line in lines)), tuple(places)


def _document(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise Unreadable("It is not a notebook: it is no JSON. Save it again in Jupyter.") from None
    if not isinstance(document, dict):
        raise _broken("it has no cells")
    if document.get("nbformat") not in (3, 4):
        raise Unreadable("It is not a notebook of format 3 or 4: open it in Jupyter and save it again.")
    language = _language(document)
    if not language.lower().startswith(("python", "ipython")):
        raise Unreadable(f"It is a notebook for {language[:40]!a}, not for Python.")
    return document


def _language(document: dict[str, Any]) -> str:
    """The language that the notebook says it is in; Python if it says nothing."""
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
            raise _broken(f"its cell {number} is none")
        if cell.get("cell_type") == "code":
            yield number, cell.get("input" if document["nbformat"] == 3 else "source", "")


def _cells(document: dict[str, Any]) -> list[Any]:
    if document["nbformat"] == 4:
        return _list(document.get("cells"))
    sheets = _list(document.get("worksheets"))
    return [cell for sheet in sheets for cell in _list(_mapping(sheet).get("cells"))]


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise _broken("it has no cells")
    return value


def _lines(source: object, number: int) -> list[str]:
    """The lines of a cell, which is one text or a list of its lines."""
    pieces = source if isinstance(source, list) else [source]
    texts = [piece for piece in pieces if isinstance(piece, str)]
    if len(texts) < len(pieces):
        raise _broken(f"the source of its cell {number} is no text")
    text = io.StringIO("".join(texts), newline=None).read()
    return text.removesuffix("\n").split("\n") if text else []


def _checked(text: str) -> str:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise Unreadable("It has characters that are none (half of a surrogate pair): type them anew.") from None
    if size > LARGEST_CODE:
        raise Unreadable(f"Its code has {size:,} bytes; a solution has at most {LARGEST_CODE:,}.")
    return text


def _broken(what: str) -> Unreadable:
    return Unreadable(f"It is not a notebook that Jupyter would open ({what}): save it again in Jupyter.")
