"""A small course: two tracks, one file name that both have."""

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
