"""The sandbox does not need root: some of the attacks again, graded by a user without any rights."""

import json
import os
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NOBODY = 65534
NAMES = """
    a-fork a-thread run-a-program a-udp-datagram a-tcp-connection write-a-file make-a-file-writable-for-everybody
    read-a-neighbours-file make-a-folder read-the-password-file write-its-own-memory shared-anonymous-memory
    make-the-process-readable an-endless-sleep a-tensor-of-ten-gigabytes a-segmentation-fault
""".split()

pytestmark = pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="only root can become another user")


def test_the_sandbox_is_the_same_for_an_ordinary_user(named_attacks, write_exercises, readable_folder, readable_python):
    target, course, answers = (readable_folder / name for name in ("target", "exercises", "attacks"))
    for folder in (target, answers):
        folder.mkdir()
    write_exercises(course, NAMES)
    (target / "neighbour.py").write_text("SECRET = 1\n", encoding="utf-8")
    for path in (target, target / "neighbour.py"):
        os.chown(path, NOBODY, NOBODY)
    for attack in named_attacks:
        source = attack.source.replace("FOLDER", str(target)).replace("PORT", "9")
        (answers / f"{attack.name.replace('-', '_')}.py").write_text(source, encoding="utf-8")

    graded = readable_python("-m", "grader", answers, "--exercises", course, "--sandbox", "full", "--format", "json")

    assert graded.returncode == 1, graded.stderr
    report = json.loads(graded.stdout)
    assert report["run"]["sandbox"] == "full"
    found = {result["exercise"].partition("/")[2]: result for result in report["results"]}
    assert {name: result["verdict"] for name, result in found.items()} == {each.name: each.verdict for each in named_attacks}
    for attack in named_attacks:
        assert attack.says is None or attack.says in str(found[attack.name])
    assert [path.name for path in target.iterdir()] == ["neighbour.py"]
    assert stat.S_IMODE((target / "neighbour.py").stat().st_mode) & 0o111 == 0


@pytest.fixture
def named_attacks(all_attacks):
    return [attack for attack in all_attacks if attack.name in NAMES]


@pytest.fixture
def readable_folder():
    """A folder that every user may read, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def readable_python(readable_folder):
    """Run a copy of this interpreter as the user nobody, who may not be able to read the original."""
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

    def readable_python(*arguments):
        environment = {"LD_LIBRARY_PATH": str(copy / "lib"), "PYTHONPATH": os.pathsep.join([str(ROOT), *packages])}
        return subprocess.run(
            [copy / "bin" / version, "-B", *arguments],
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            env=environment,
            cwd=readable_folder,
            capture_output=True,
            text=True,
            check=False,
        )

    return readable_python
