"""The store of a batch: what was saved is stored once, whatever happens."""

import sqlite3
import subprocess
import sys

import pytest

from grader.batch.store import MIGRATIONS, NAME, GradedSubmission, Store, StoredMark, StoreError, migrate
from grader.errors import UsageError
from grader.records.result import Result
from grader.records.submission import Stray


def result(submission="ana", exercise="core/first", score=1.0, verdict="passed"):
    return Result(
        submission=submission, exercise=exercise, file="first.py", verdict=verdict, score=score, max_score=2.0, summary="Well."
    )


def graded(name="ana", score=1.0, key="k", **about):
    return GradedSubmission(name, "s", [(result(name, score=score), key)], **about)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    yield store
    store.close()


def reopened(store):
    store.close()
    return Store(store.path.parent)


def test_saved_submissions_are_there_after_opening_again(store):
    about = {"problem": "odd", "details": {"id": "7"}, "notes": ("late",), "strays": (Stray("a.py", "core/first.py"),)}
    store.save(graded(**about))
    again = reopened(store)
    (stored,) = again.submissions()
    assert (stored.name, stored.problem, stored.details, tuple(stored.notes)) == ("ana", "odd", {"id": "7"}, ("late",))
    assert stored.strays == (Stray("a.py", "core/first.py"),)
    assert stored.marks == {"core/first": StoredMark("passed", 1.0, 2.0)}
    assert Result.model_validate_json(again.documents(stored)["core/first"]) == result()
    assert again.keys("ana") == ("s", {"core/first": "k"})
    again.close()


def test_a_submission_saved_twice_is_stored_once_with_the_newer_result(store):
    store.save(graded(score=1.0, key="old"))
    store.save(graded(score=2.0, key="new"))
    (stored,) = store.submissions()
    assert stored.marks["core/first"].score == 2.0
    assert store.keys("ana")[1] == {"core/first": "new"}


def test_results_of_other_exercises_stay(store):
    store.save(graded())
    store.save(GradedSubmission("ana", "s", [(result(exercise="core/second", score=0.0), "k2")]))
    assert set(store.keys("ana")[1]) == {"core/first", "core/second"}


def test_an_unknown_submission_has_no_keys(store):
    assert store.keys("nobody") == (None, {})


def test_the_revision_grows_with_every_save_and_survives(store):
    store.save(graded("ana"))
    store.save(graded("bo"))
    assert store.revision == 2
    again = reopened(store)
    assert again.revision == 2
    again.save(graded("ana"))
    assert {each.name: each.revision for each in again.submissions()} == {"ana": 3, "bo": 2}
    again.close()


def test_a_missing_score_is_not_zero(store):
    store.save(GradedSubmission("ana", "s", [(result(score=None, verdict="grader_error"), "")]))
    (stored,) = store.submissions()
    assert stored.marks["core/first"].score is None


def test_submissions_are_ordered_by_name_and_details_are_collected(store):
    for name in ("cy", "ana", "bo"):
        store.save(graded(name, details={"email": name} if name != "bo" else {"id": "2"}))
    assert [stored.name for stored in store.submissions()] == ["ana", "bo", "cy"]
    assert list(store.names()) == ["cy", "ana", "bo"]
    assert store.detail_names() == ["email", "id"]


def test_fresh_forgets_everything_including_an_old_log(store):
    store.set_fact("seed", "old")
    store.save(graded())
    copied = {suffix: store.path.with_name(NAME + suffix).read_bytes() for suffix in ("", "-wal")}
    store.close()
    for suffix, content in copied.items():
        store.path.with_name(NAME + suffix).write_bytes(content)
    fresh = Store(store.path.parent, fresh=True)
    assert (list(fresh.submissions()), fresh.fact("seed"), fresh.revision) == ([], None, 0)
    fresh.close()
    again = Store(store.path.parent)
    assert list(again.submissions()) == []
    again.close()


def test_an_unfinished_store_is_created_again(tmp_path):
    (tmp_path / f"{NAME}.new").write_bytes(b"half a file")
    store = Store(tmp_path)
    assert list(store.submissions()) == []
    store.close()
    assert [each.name for each in tmp_path.iterdir()] == [NAME]


def schema(path):
    with sqlite3.connect(path) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        return version, sorted(connection.execute("SELECT type, name, sql FROM sqlite_schema"))


def test_a_blank_file_gets_every_migration(tmp_path):
    with sqlite3.connect(tmp_path / "by-hand") as connection:
        connection.isolation_level = None
        migrate(connection, tmp_path)
    Store(tmp_path).close()
    assert schema(tmp_path / "by-hand") == schema(tmp_path / NAME)
    assert schema(tmp_path / NAME)[0] == len(MIGRATIONS)


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_an_older_store_is_migrated_and_keeps_its_content(tmp_path, version):
    connection = sqlite3.connect(tmp_path / NAME, isolation_level=None)
    migrate(connection, tmp_path, MIGRATIONS[:version])
    connection.execute("INSERT INTO submissions VALUES (1, 'ana', 1, 's', '', '{}', '[]', '[]')")
    connection.execute("INSERT INTO results VALUES (1, 'core/first', 'k', 'passed', 1.0, 2.0, '{}')")
    connection.close()
    store = Store(tmp_path)
    (stored,) = store.submissions()
    assert stored.marks == {"core/first": StoredMark("passed", 1.0, 2.0)}
    assert store.view("gradebook.csv") == ("", 0)
    store.close()
    Store(tmp_path / "new").close()
    assert schema(tmp_path / NAME) == schema(tmp_path / "new" / NAME)


def test_a_newer_store_is_refused_and_not_changed(store):
    store.close()
    with sqlite3.connect(store.path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(UsageError, match=r"was written by a newer version of the grader: use that version, or another `--out`\."):
        Store(store.path.parent)


def test_another_file_with_the_name_of_the_store_is_refused_and_not_changed(tmp_path):
    (tmp_path / NAME).write_text("notes " * 1000, encoding="utf-8")
    with pytest.raises(StoreError, match=r"is not a store of this grader: .*Move the file away, or use `--fresh`\."):
        Store(tmp_path)
    assert (tmp_path / NAME).read_text(encoding="utf-8").startswith("notes ")


def test_two_batches_cannot_write_to_one_folder(store):
    with pytest.raises(UsageError, match=r"Another batch is writing to .*: wait until it has finished, or use another `--out`\."):
        Store(store.path.parent)


def test_a_file_in_place_of_the_folder_is_reported(tmp_path):
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match=r"cannot be used for the results: File exists\."):
        Store(tmp_path / "out")


@pytest.mark.processes
def test_a_full_disk_loses_nothing_that_was_saved(store):
    """The limit on a file's size replaces a full disk: both refuse a write in the same way."""
    store.close()
    filling = (
        "import resource, sys; sys.path[:0] = [sys.argv[1], sys.argv[2]]\n"
        "from pathlib import Path; from test_store import Store, StoreError, graded\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2**18, resource.RLIM_INFINITY))\n"
        "store = Store(Path(sys.argv[3]))\n"
        "try:\n"
        "    for number in range(10_000):\n"
        "        store.save(graded(f'student {number}', problem='x' * 1000))\n"
        "        print(number)\n"
        "except StoreError as error:\n"
        "    print(error, file=sys.stderr)\n"
    )
    folder, root = store.path.parent, __file__.rpartition("/tests/")[0]
    command = [sys.executable, "-c", filling, root, f"{root}/tests/batch", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "cannot be written: " in done.stderr
    assert done.stderr.endswith(
        "What was graded before is stored. Check that the disk has room, then run the same command again.\n"
    )
    saved = {f"student {number}" for number in done.stdout.split()}
    assert len(saved) > 10
    again = Store(folder)
    assert {stored.name for stored in again.submissions()} == saved
    again.save(graded("one more"))
    again.close()
