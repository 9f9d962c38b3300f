"""The sandbox does not need root: attacks and system calls again, as a user without any rights."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import pytest
from helpers import system_calls
from helpers.corpora import armed_against

ROOT = Path(__file__).parent.parent.parent
NOBODY = 65534
SOME = """
    a-fork a-thread run-a-program a-udp-datagram a-tcp-connection write-a-file make-a-file-writable-for-everybody
    read-a-neighbours-file make-a-folder read-the-password-file write-its-own-memory shared-anonymous-memory
    make-the-process-readable an-endless-sleep a-tensor-of-ten-gigabytes a-segmentation-fault read-the-cpu-time-of-the-grader
    read-the-attributes-of-a-file raise-the-soft-limit-and-fill-the-memory
""".split()
FAMILIES = {"descriptors", "files", "memory", "network", "processes", "secrets"}

pytestmark = pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="only root can become another user")


@pytest.fixture
def grade_as_nobody(write_exercises, readable_folder, readable_python):
    """Grade these attacks; nothing that they attack may change."""
    target, course, answers = (readable_folder / name for name in ("target", "exercises", "attacks"))
    for folder in (target, answers):
        folder.mkdir()
    (target / "neighbour.py").write_text("SECRET = 1\n", encoding="utf-8")
    (target / "empty").mkdir()
    for path in (target, target / "neighbour.py", target / "empty"):
        os.chown(path, NOBODY, NOBODY)
    bystander = subprocess.Popen(["sleep", "3600"], user=NOBODY, group=NOBODY, extra_groups=[])
    priority = os.getpriority(os.PRIO_PROCESS, bystander.pid)

    def grade_as_nobody(attacks):
        write_exercises(course, [attack.name for attack in attacks])
        for attack in attacks:
            source = armed_against(attack.source, target, bystander.pid, 9)
            (answers / f"{attack.name.replace('-', '_')}.py").write_text(source, encoding="utf-8")
        graded = readable_python("-m", "grader", answers, "--exercises", course, "--sandbox", "full", "--format", "json")
        assert graded.returncode == 1, graded.stderr
        report = json.loads(graded.stdout)
        assert report["run"]["sandbox"] == "full"
        return {result["exercise"].partition("/")[2]: result for result in report["results"]}

    yield grade_as_nobody
    assert sorted(path.name for path in target.iterdir()) == ["empty", "neighbour.py"]
    assert stat.S_IMODE((target / "neighbour.py").stat().st_mode) & 0o111 == 0
    assert bystander.poll() is None
    assert os.getpriority(os.PRIO_PROCESS, bystander.pid) == priority
    bystander.kill()
    bystander.wait()


def test_attacks_fail_in_the_same_way(all_attacks, grade_as_nobody):
    as_for_root(grade_as_nobody, [attack for attack in all_attacks if attack.name in SOME])


@pytest.mark.slow
def test_every_attack_on_the_sandbox_fails_in_the_same_way(all_attacks, grade_as_nobody):
    as_for_root(grade_as_nobody, [attack for attack in all_attacks if attack.family in FAMILIES])


def as_for_root(grade_as_nobody, attacks):
    """The corpus says what root sees, and `test_attacks` holds it."""
    found = grade_as_nobody(attacks)
    assert found.keys() == {attack.name for attack in attacks}
    wrong = {
        attack.name: (found[attack.name]["verdict"], found[attack.name]["error"])
        for attack in attacks
        if not re.fullmatch(attack.verdict, found[attack.name]["verdict"]) or (attack.says or "") not in str(found[attack.name])
    }
    assert wrong == {}


@pytest.mark.slow
def test_every_system_call_has_the_same_answer(readable_python):
    as_nobody, as_root = (readable_python(system_calls.__file__, user=user) for user in (NOBODY, 0))
    assert as_nobody.returncode == as_root.returncode == 0, as_nobody.stderr + as_root.stderr
    assert json.loads(as_nobody.stdout) == json.loads(as_root.stdout)


@pytest.fixture
def readable_folder():
    """A folder that every user may read, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def readable_python(readable_folder):
    """Run a copy of this interpreter as another user, who may not be able to read the original."""
    packages = [path for path in sys.path if path.endswith("-packages")]
    for path in (ROOT, *packages):
        if not all(each.stat().st_mode & stat.S_IXOTH for each in (Path(path), *Path(path).parents)):
            pytest.skip(f"other users may not read {path}")
    copy, version = readable_folder / "python", f"python{sysconfig.get_python_version()}"
    unwanted = shutil.ignore_patterns("site-packages", "dist-packages", "test", "tests", "idlelib", "config-*", "__pycache__")
    shutil.copytree(sysconfig.get_path("stdlib"), copy / "lib" / version, ignore=unwanted)
    (copy / "bin").mkdir()
    shutil.copy(Path(sys.executable).resolve(), copy / "bin" / version)
    for library in Path(sysconfig.get_config_var("LIBDIR")).glob("libpython*.so*"):
        shutil.copy(library, copy / "lib")

    def readable_python(*arguments, user=NOBODY):
        environment = {"LD_LIBRARY_PATH": str(copy / "lib"), "PYTHONPATH": os.pathsep.join([str(ROOT), *packages])}
        return subprocess.run(
            [copy / "bin" / version, "-B", *arguments],
            user=user,
            group=user,
            extra_groups=[],
            env=environment,
            cwd=readable_folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return readable_python
