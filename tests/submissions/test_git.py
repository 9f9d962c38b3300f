"""A commit is read exactly as it is, whatever settings and tricks the repository or the commit contains."""

import os
import subprocess
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.submissions import git_command
from grader.submissions.git import LINK, SUBMODULE, open_repository

pytestmark = pytest.mark.processes

NO_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
FILE = "solutions/core/capstone.py"
MINE, THEIRS = b"x = 'mine'\n", b"x = 'theirs'\n"


@pytest.fixture(autouse=True)
def _no_git_around(monkeypatch):
    for name in os.environ:
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)


@pytest.fixture
def git(tmp_path):
    """Run git in the clone."""

    def git(*arguments, sent=b"", folder=tmp_path / "clone"):
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *identity, *arguments], cwd=folder, input=sent, check=True, capture_output=True)
        return done.stdout.decode().strip()

    return git


@pytest.fixture
def clone(tmp_path, git, monkeypatch):
    """`main` has one file; so has `theirs`, with another content."""
    folder = tmp_path / "clone"
    (folder / FILE).parent.mkdir(parents=True)
    (folder / FILE).write_bytes(MINE)
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "Mine")
    git("checkout", "-qb", "theirs")
    (folder / FILE).write_bytes(THEIRS)
    git("commit", "-qam", "Theirs")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def commit_of(git):
    """A commit on `main` with the entries of `git mktree` in `solutions`."""

    def commit_of(*entries):
        tree = git("mktree", "-z", "--missing", sent=b"\0".join(entries) + b"\0")
        root = git("mktree", sent=f"040000 tree {tree}\tsolutions\n".encode())
        return git("commit-tree", "-p", "main", "-m", "Odd", root)

    return commit_of


def content(name):
    repository = open_repository(Path.cwd())
    files = list(repository.files(repository.commit(name), "solutions"))
    return [repository.contents(files)[file.object] for file in files]


def test_a_file_has_its_path_mode_size_and_content(clone):
    repository = open_repository(clone / "solutions")
    (file,) = repository.files(repository.commit("main"), "solutions")
    assert (repository.root, file.path, file.mode, file.size) == (clone, FILE, "100644", len(MINE))
    assert repository.contents([file]) == {file.object: MINE}
    assert repository.changed(repository.commit("main"), repository.commit("theirs")) == [FILE]


def test_a_tag_with_the_name_of_the_base_does_not_replace_it(clone, git):
    git("update-ref", "refs/remotes/origin/main", "main")
    git("tag", "origin/main", "theirs")
    repository = open_repository(clone)
    with pytest.raises(
        UsageError, match="`origin/main` is ambiguous: it is the name of refs/tags/origin/main and of refs/remotes/origin/main"
    ):
        repository.commit("origin/main")
    git("tag", "refs/remotes/origin/main", "theirs")
    assert content("refs/remotes/origin/main") == [MINE]


def test_a_branch_with_the_name_of_a_commit_does_not_replace_it(clone, git):
    commit = git("rev-parse", "main")
    git("update-ref", f"refs/heads/{commit}", "theirs")
    assert content(commit) == [MINE]


def test_a_bare_repository_among_the_files_is_not_used(clone, git, monkeypatch):
    """Otherwise its branch `main` would be the base, and its settings would apply."""
    embedded = clone / "solutions/embedded"
    git("clone", "-q", "--bare", "--branch", "theirs", str(clone), str(embedded))
    for settings in ("", f"[core]\n\tbare = false\n\tworktree = {clone}\n"):
        with (embedded / "config").open("a", encoding="utf-8") as config:
            config.write(settings)
        with pytest.raises(UsageError, match=r"is not in a readable clone: fatal: cannot use bare repository"):
            open_repository(embedded)


def test_replaced_and_grafted_commits_are_read_as_they_were(clone, git):
    git("replace", "main", "theirs")
    (clone / ".git/info").mkdir(exist_ok=True)
    (clone / ".git/info/grafts").write_text(f"{git('rev-parse', 'theirs')}\n", encoding="utf-8")
    assert content("main") == [MINE]
    repository = open_repository(clone)
    base = git("--no-replace-objects", "rev-parse", "main")
    assert repository.common_ancestor(base, repository.commit("theirs")) == base


@pytest.mark.parametrize(
    "name", ["GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_EXEC_PATH", "GIT_TRACE"]
)
def test_no_environment_variable_redirects_git(clone, monkeypatch, name, tmp_path):
    monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    assert content("main") == [MINE]
    assert not (tmp_path / "elsewhere").exists()


def test_attributes_change_no_byte(clone, git):
    expanded = b"x = '$Id$ $Format:%an$'\r\n"
    (clone / FILE).write_bytes(expanded)
    (clone / ".gitattributes").write_text("* text eol=lf ident export-subst working-tree-encoding=UTF-16\n", encoding="utf-8")
    name = git("hash-object", "-w", "--no-filters", FILE)
    git("update-index", "--cacheinfo", f"100644,{name},{FILE}")
    git("commit", "-qm", "Attributes")
    assert content("HEAD") == [expanded]


def test_a_submodule_with_ignore_all_counts_as_changed(clone, git):
    (clone / ".gitmodules").write_text(f'[submodule "a"]\n\tpath = {FILE}\n\turl = .\n\tignore = all\n', encoding="utf-8")
    before = git("rev-parse", "main")
    for commit in ("main", "theirs"):
        git("update-index", "--force-remove", FILE)
        git("update-index", "--add", "--cacheinfo", f"{SUBMODULE},{git('rev-parse', commit)},{FILE}")
        git("commit", "-qm", "A submodule")
        repository = open_repository(clone)
        after = repository.commit("HEAD")
        assert repository.changed(before, after) == [FILE]
        before = after


def test_unusual_file_names_are_read(clone, git, commit_of):
    name = git("hash-object", "-w", "--stdin", sent=THEIRS).encode()
    odd = [b"a\nb.py", b'"q".py', b"\xff.py", b"-rf.py", b":(top)x.py", b"CAPSTONE.py", b"capstone.py", b"..", b".git", b"\\x.py"]
    commit = commit_of(*(b"100644 blob %s\t%s" % (name, each) for each in odd))
    repository = open_repository(clone)
    found = {file.path: file for file in repository.files(commit, "solutions")}
    assert set(found) == {f"solutions/{each.decode('utf-8', 'backslashreplace')}" for each in odd}
    assert set(repository.contents(list(found.values())).values()) == {THEIRS}


def test_a_link_is_distinguished_from_a_file(clone, git, commit_of):
    name = git("hash-object", "-w", "--stdin", sent=b"/etc/passwd").encode()
    (file,) = open_repository(clone).files(commit_of(b"120000 blob %s\tcapstone.py" % name), "solutions")
    assert file.mode == LINK


def test_a_clone_without_the_contents_says_so(clone, git, tmp_path):
    git("config", "uploadpack.allowFilter", "true")
    git("clone", "-q", "--no-checkout", "--filter=blob:none", clone.as_uri(), str(tmp_path / "partial"))
    repository = open_repository(tmp_path / "partial")
    with pytest.raises(UsageError, match=r"This clone lacks the contents of files\. Clone the repository without `--filter`"):
        repository.contents(list(repository.files(repository.commit("HEAD"), "solutions")))


@pytest.fixture
def bomb(git, commit_of):
    """A commit whose few trees represent 10**8 empty folders."""
    tree = NO_TREE
    git("mktree")
    for _ in range(8):
        tree = git("mktree", sent="".join(f"040000 tree {tree}\td{number}\n" for number in range(10)).encode())
    return commit_of(f"040000 tree {tree}\tcore".encode())


def test_very_many_trees_are_stopped(clone, bomb, monkeypatch):
    repository = open_repository(clone)
    monkeypatch.setattr(git_command, "MOST_SECONDS", 0.1)
    with pytest.raises(UsageError, match=r"`git ls-tree` was stopped: it took over 0\.1 seconds or wrote over 32,000,000 bytes"):
        list(repository.files(bomb, "solutions"))


def test_a_very_long_list_is_stopped(clone):
    with pytest.raises(UsageError, match="`git ls-tree` was stopped: it took over 30 seconds or wrote over 10 bytes"):
        git_command.run_git(clone, ("ls-tree", "-r", "main"), most=10)
