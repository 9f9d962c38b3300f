"""Suspicious archives are refused with a reason, whether a student or a platform has packed them."""

import functools
import io
import stat
import struct
import tracemalloc
import zipfile
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.submissions.archive_container import open_archive
from grader.submissions.collect import collect_submissions
from grader.submissions.container import MOST_FILES, Unreadable

PILE = "core/gradients-pile-up"


def member(name, *, mode=0, method=zipfile.ZIP_DEFLATED):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.compress_type = method
    return info


def encrypted(packed):
    """The same archive, its first file marked as encrypted in both of its headers."""
    content = bytearray(packed)
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@functools.cache
def refusals(packed):
    """Contents of archives, each with the problem that is reported."""

    def holds(what, name, content):
        return content, f"It is an archive with {what} ({name!a}). Create the archive again."

    def path(name):
        return packed({name: "x"})

    inner = path("a.py")
    deep = "a/" * 40 + "b.py"
    link, pipe = member("a.py", mode=stat.S_IFLNK | 0o777), member("a.py", mode=stat.S_IFIFO)
    lzma = member("a.py", method=zipfile.ZIP_LZMA)
    damaged = "It is a damaged archive (File is not a zip file). Create the archive again."
    many = packed((f"{number}", "") for number in range(MOST_FILES + 1))
    return {
        "traversal": holds("a path outside the archive", "../a.py", path("../a.py")),
        "traversal, inside": holds("a path outside the archive", "a/../../b.py", path("a/../../b.py")),
        "traversal, as Windows writes it": holds("a path outside the archive", "a/../../b.py", path("a\\..\\..\\b.py")),
        "absolute": holds("an absolute path", "/etc/a.py", path("/etc/a.py")),
        "a drive": holds("an absolute path", "C:/a.py", path("C:\\a.py")),
        "a link": holds("a link", "a.py", packed([(link, "/etc/passwd")])),
        "a pipe": holds("a member that is neither a file nor a folder", "a.py", packed([(pipe, "")])),
        "encrypted": holds("an encrypted file", "a.py", encrypted(inner)),
        "another method": holds("an unusual compression method", "a.py", packed([(lzma, "x")])),
        "a bomb": holds("a file that unpacks to 30,000,000 bytes", "a.py", packed({"a.py": b"\0" * 30_000_000})),
        "control characters": holds("an invalid name", "a\x1b[2J.py", path("a\x1b[2J.py")),
        "too deep": holds("more than 40 nested folders", deep[:100], path(deep)),
        "twice": holds("two files with the same path", "é.py", packed([("é.py", "x"), ("e\u0301.py", "y")])),
        "an archive": (
            packed({"inner.zip": inner}),
            "It is an archive that contains another archive ('inner.zip'). Put the files into one archive.",
        ),
        "cut short": (inner[:-30], damaged),
        "not one": (b"Rar!", damaged),
        "too many": (many, "It is an archive of more than 10,000 files."),
    }


NAMES = [
    "traversal", "traversal, inside", "traversal, as Windows writes it", "absolute", "a drive", "a link", "a pipe", "encrypted",
    "another method", "a bomb", "control characters", "too deep", "twice", "an archive", "cut short", "not one", "too many",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", NAMES)
def test_a_students_archive_is_refused_with_its_reason(name, write, tmp_path, exercises, packed):
    content, reason = refusals(packed)[name]
    write("all/ana/work.zip", content)
    write("all/ben/gradients_pile_up.py")
    ana, ben = collect_submissions(tmp_path / "all", exercises)
    assert ana.problem == f"work.zip: {reason}"
    assert (ana.files, ana.strays) == ({}, ())
    assert ben.files[PILE].text == "x = 1\n"


def test_every_refusal_is_tried(packed):
    assert list(refusals(packed)) == NAMES


@pytest.mark.parametrize("bad", ["ana/../../x.py", "/x.py", "ana/link.py"])
def test_in_an_export_only_one_student_is_refused(bad, tmp_path, exercises):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("ana", "ben", "cleo"):
            archive.writestr(f"{name}/gradients_pile_up.py", f"{name} = 1\n")
        archive.writestr(member(bad, mode=stat.S_IFLNK | 0o777), "/etc/passwd")
    submissions = {each.name: each for each in collect_submissions(tmp_path / "all.zip", exercises)}
    assert [bool(each.problem) for each in submissions.values()].count(True) == 1
    assert submissions["ben"].files[PILE].text == "ben = 1\n"
    assert submissions["cleo"].files[PILE].text == "cleo = 1\n"


def test_an_export_in_a_folder_of_its_own_refuses_only_one_student_too(tmp_path, exercises):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("ana", "ben"):
            archive.writestr(f"export/{name}/gradients_pile_up.py", f"{name} = 1\n")
        archive.writestr(member("export/ana/b.py", mode=stat.S_IFLNK | 0o777), "/etc/passwd")
        archive.writestr("../c.py", "")
    ana, ben = (each for each in collect_submissions(tmp_path / "all.zip", exercises) if not each.name.startswith("'"))
    assert ana.problem == "It is an archive with a link ('export/ana/b.py'). Create the archive again."
    assert ben.files[PILE].text == "ben = 1\n"


def test_a_member_with_a_false_size_is_not_read_to_its_end(packed):
    """A member of 3 MB that says it has 10 bytes, and one of 10 bytes that says it has 3 MB."""
    for real, said in ((b"#" * 3_000_000, 10), (b"#" * 10, 3_000_000)):
        content = bytearray(packed({"a.py": real}))
        struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, said)
        archive = open_archive("a.zip", io.BytesIO(bytes(content)))
        with pytest.raises(Unreadable):
            [file.read(1_000_000) for file in archive.all_files()]


def test_the_total_size_of_an_archive_is_limited(packed, monkeypatch):
    monkeypatch.setattr("grader.submissions.archive_container.MOST_UNPACKED_BYTES", 1_000)
    archive = open_archive("a.zip", io.BytesIO(packed((f"{number}.txt", "x" * 300) for number in range(4))))
    with pytest.raises(Unreadable, match="It is an archive that unpacks to 1,200 bytes; at most 1,000 are allowed"):
        archive.all_files()


def test_a_file_too_large_for_a_solution_is_not_unpacked(packed):
    archive = open_archive("a.zip", io.BytesIO(packed({"a.py": "#" * 900_000})))
    (file,) = archive.all_files()
    with pytest.raises(Unreadable, match="It has 900,000 bytes; a solution may have at most 1,000"):
        file.read(1_000)


def test_a_damaged_file_in_an_export_is_a_problem_of_its_exercise(tmp_path, write, exercises, packed):
    content = bytearray(packed({"ana/gradients_pile_up.py": "a = 1\n" * 50, "ben/gradients_pile_up.py": "b = 1\n"}))
    content[60] ^= 0xFF
    write("all.zip", bytes(content))
    ana, ben = collect_submissions(tmp_path / "all.zip", exercises)
    assert ana.files[PILE].problem.startswith("It is a damaged archive (")
    assert ben.files[PILE].text == "b = 1\n"


def test_nothing_is_written_to_the_disk(tmp_path, write, exercises, packed):
    write("all/ana/work.zip", packed({"gradients_pile_up.py": "a = 1\n", "b/c.py": ""}))
    before = sorted(tmp_path.rglob("*"))
    list(collect_submissions(tmp_path / "all", exercises))
    assert sorted(tmp_path.rglob("*")) == before


def _seed(packed, which):
    files = {"gradients_pile_up.py": "a = 1\n", "core/reset_to_none.py": "b = 2\n" * 20}
    deep = {f"a/{name}": text for name, text in files.items()} | {"a/": "", "n.ipynb": '{"nbformat": 4, "cells": []}'}
    return packed({"plain": files, "deep": deep, "nested": {"inner.zip": packed(files)}}[which])


@settings(max_examples=3 * settings().max_examples, deadline=None)
@given(
    which=st.sampled_from(["plain", "deep", "nested"]),
    changes=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=12),
    cut=st.integers(0, 60),
)
def test_no_mutated_archive_raises_anything_but_its_problem(which, changes, cut):
    content = bytearray(_seed(_packed, which))
    for at, value in changes:
        content[at % len(content)] = value
    _try_all(bytes(content[: len(content) - cut]))


@settings(max_examples=2 * settings().max_examples, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_their_problem(content):
    _try_all(b"PK\x03\x04" + content)


def _packed(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return stream.getvalue()


def _try_all(content):
    """Call everything that an archive offers. A read returns at most as many bytes as were requested."""
    with suppress(Unreadable):
        archive = open_archive("a.zip", io.BytesIO(content))
        for entry in archive.entries():
            for files in (partial(archive.files, entry), archive.all_files):
                with suppress(Unreadable):
                    for file in files():
                        assert len(file.read(100)) <= 100


def test_unpacking_a_bomb_needs_little_memory(write, tmp_path, exercises, packed):
    liar = bytearray(packed({"gradients_pile_up.py": b"\0" * 50_000_000}))
    struct.pack_into("<I", liar, liar.index(b"PK\x01\x02") + 24, 900_000)
    write("all/ana.zip", bytes(liar))
    write("all/ben.zip", packed({"gradients_pile_up.py": b"\0" * 50_000_000}))
    tracemalloc.start()
    try:
        ana, ben = collect_submissions(tmp_path / "all", exercises)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert ana.files[PILE].problem.startswith("It is a damaged archive (")
    assert ben.problem.startswith("ben.zip: It is an archive with a file that unpacks to 50,000,000 bytes")
    assert peak < 10_000_000
