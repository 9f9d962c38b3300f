"""A small course: two tracks, and one file name that is in both."""

import io
import json
import zipfile

import pytest

from grader.records.exercise import Exercise, Setup


@pytest.fixture
def exercises():
    ids = ["core/gradients-pile-up", "core/reset-to-none", "pixels/gradient-piling-up", "core/capstone", "pixels/capstone"]
    return [Exercise(each, "exercise.yaml", each, "write", "solve", ("x",), Setup(), ()) for each in ids]


@pytest.fixture
def write(tmp_path):
    def write(path, content=b"x = 1\n"):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    return write


@pytest.fixture(scope="session")
def packed():
    """The bytes of a zip archive with these files, as Python packs them."""

    def packed(files, **options):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, **options) as archive:
            for name, content in files.items() if isinstance(files, dict) else files:
                archive.writestr(name, content)
        return stream.getvalue()

    return packed


@pytest.fixture
def notebook():
    """The bytes of a notebook with these code cells, the first of them after a cell of text."""

    def notebook(*sources, **more):
        cells = [{"cell_type": "markdown", "metadata": {}, "source": "# Homework"}]
        cells += [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
        return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells} | more).encode()

    return notebook
